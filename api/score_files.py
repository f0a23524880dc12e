"""SCORES.parquet or SCORES.csv: person_id, skill_id, probability."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    from engine.inference.model import SkillModel
    from engine.inference.profile_scores import Scores

FORMATS = {".parquet": "parquet", ".csv": "csv"}
"""By ending of the name."""


def find_format(path: Path) -> str:
    """Return in which format a file is wanted, by its name.

    Raises:
        InvalidInput: It ends in neither ``.parquet`` nor ``.csv``.
    """
    if path.suffix.lower() not in FORMATS:
        raise InvalidInput(str(path), f"must end in {' or '.join(FORMATS)}")
    return FORMATS[path.suffix.lower()]


def write_scores(file: BinaryIO, format: str, blocks: Iterable[Scores], model: SkillModel) -> int:
    """Write scores block by block; the same scores give the same bytes.

    A Parquet file says in its metadata which model made it and what its probabilities mean.

    Args:
        file: Where to.
        format: ``parquet`` or ``csv``.
        blocks: The scores.
        model: The model that made them.

    Returns:
        How many rows were written.
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    about = {
        "skillway.model": model.version,
        "skillway.calibration": model.calibration,
        "skillway.calibration_text": model.calibration_text,
    }
    fields = [("person_id", pa.string()), ("skill_id", pa.string()), ("probability", pa.float64())]
    schema = pa.schema(fields, metadata=about)
    rows = 0
    with parquet.ParquetWriter(file, schema) if format == "parquet" else csv.CSVWriter(file, schema) as writer:
        for block in blocks:
            writer.write_table(_to_table(block, schema))
            rows += len(block.person)
    return rows


def _to_table(block: Scores, schema: Any) -> Any:
    import pyarrow as pa

    if not len(block.person):
        return schema.empty_table()
    # The block names everybody; only those in it become text.
    first, last = int(block.person[0]), int(block.person[-1])
    people = pa.array(block.people[first : last + 1], pa.string()).take(pa.array(block.person - first))
    skills = pa.array(block.skills, pa.string()).take(pa.array(block.skill))
    return pa.table([people, skills, block.probability], schema=schema)
