"""ESCO's occupations as profiles: who needs which skills, what is written about them, and the group they are in."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.embedding import Embedder
from engine.inference.profiles import Profiles
from graph_schema.errors import InvalidInput

UNIT_GROUP, MINOR_GROUP = "isco4", "isco3"
"""Attributes: an occupation's ISCO-08 group of four digits and of three."""
OCCUPATIONS, SKILLS, RELATIONS = "occupations_en", "skills_en", "occupationSkillRelations_en"


def read_occupations(folder: Path, cache: Path, say: Callable[[str], None]) -> Profiles:
    """Read occupations with their essential and optional skills, and embed descriptions and skill labels.

    Args:
        folder: ESCO's CSV files, gzipped.
        cache: Folder that keeps vectors from one run to the next.
        say: Told what takes minutes.

    Raises:
        InvalidInput: A file is missing.
        MissingExtra: The ``embed`` extra is not installed.
    """
    occupations = sorted(_read_rows(folder, OCCUPATIONS), key=lambda row: row["conceptUri"])
    labels = {row["conceptUri"]: row["preferredLabel"] for row in _read_rows(folder, SKILLS)}
    number = {row["conceptUri"]: place for place, row in enumerate(occupations)}
    pairs = {
        (number[row["occupationUri"]], row["skillUri"])
        for row in _read_rows(folder, RELATIONS)
        if row["occupationUri"] in number and row["skillUri"] in labels
    }
    skills = sorted({skill for _, skill in pairs})
    column = {skill: place for place, skill in enumerate(skills)}
    cells = np.array(sorted((row, column[skill]) for row, skill in pairs))
    shape = (len(occupations), len(skills))
    embedder = Embedder()
    return Profiles(
        people=tuple(row["conceptUri"] for row in occupations),
        skills=tuple(skills),
        shown=csr_array((np.ones(len(cells)), (cells[:, 0], cells[:, 1])), shape=shape),
        attributes={
            UNIT_GROUP: [row["iscoGroup"][:4] for row in occupations],
            MINOR_GROUP: [row["iscoGroup"][:3] for row in occupations],
        },
        texts=embed_once(embedder, [row["description"] for row in occupations], cache, say),
        embeddings=embed_once(embedder, [labels[skill] for skill in skills], cache, say),
        labels=tuple(labels[skill] for skill in skills),
        embedder=embedder.name,
    )


def embed_once(
    embedder: Embedder, texts: Sequence[str], cache: Path, say: Callable[[str], None]
) -> NDArray[np.float32]:
    """Return the vectors of texts, from the cache where the same texts were embedded by the same model before."""
    file = cache / name_vectors(embedder.name, texts)
    if not file.is_file():
        say(f"embedding {len(texts):,} texts; kept in {file}")
        vectors = embedder.embed_texts(texts)
        cache.mkdir(parents=True, exist_ok=True)
        np.save(file, vectors)
    return np.load(file)


def name_vectors(model: str, texts: Sequence[str]) -> str:
    """Return the name of the file that keeps the vectors of some texts."""
    return f"{hashlib.sha256(chr(0).join((model, *texts)).encode()).hexdigest()[:16]}.npy"


def _read_rows(folder: Path, name: str) -> list[dict[str, str]]:
    file = folder / f"{name}.csv.gz"
    if not file.is_file():
        raise InvalidInput("--data", f"{file} is not there; name the folder of real data sets")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
