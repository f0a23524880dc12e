"""The fitted model: arrays and names, nothing else; the same content has the same bytes and the same version."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from scipy.sparse import csr_array

from engine.inference.attributes import AttributeCode
from engine.inference.fusion import HAND_SET, Fusion
from engine.inference.levels import LevelPrior
from engine.inference.profiles import ROLE, Value
from engine.inference.wide import WideModel
from graph_schema.errors import InvalidInput

FORMAT = "skillway.model/4"
LEVELS = "levels."
"""What names of the usual levels begin with in the file."""
WIDE = "wide."
"""What names of the arrays of a wide model begin with in the file."""
CALIBRATIONS = {
    "none": "not calibrated: too few people show skills to learn from",
    "listing": (
        "calibrated against listing: P(a person with this profile lists the skill or has it unlisted), "
        "if {hidden:.0%} of what people have goes unlisted; listing a skill is not proof of having it"
    ),
    "audit": (
        "calibrated against {fusion.outcomes} audited pairs of person and skill, the last one recorded on "
        "{fusion.last_on}: on pairs kept out of the fit, probabilities were off by {fusion.kept_out.error:.1%} on "
        "average, where {fusion.kept_out.chance:.1%} are to be expected by chance"
    ),
}
"""What each kind of calibration means to a reader."""


@dataclass(frozen=True, eq=False)
class SkillModel:
    """What was learnt from a population; scoring needs this and the evidence of the person, nothing more.

    Skills of a population are matched by id; one that the model does not know has ``unknown_base`` and its evidence.
    """

    skills: tuple[str, ...]
    """Ids of the skills known, in the order of the arrays."""
    labels: tuple[str, ...]
    """What a reader calls them; the ids where no other name was known."""
    attributes: tuple[AttributeCode, ...]
    """What is known of people besides skills, such as their role, and the columns it has in the arrays."""
    text_width: int
    """Dimension of the vectors of what is written about people, 0 where nothing was."""
    embedder: str
    """Name of the text model that made them; empty where there are none."""
    people: int
    """How many people with a profile it was fitted on."""
    hidden_share: float
    """Share of skills assumed to go unlisted."""
    base: NDArray[np.float64]
    """Per skill: log-odds for somebody of whom nothing is known."""
    unknown_base: float
    """The same for a skill the model does not know."""
    shares: NDArray[np.float64]
    """Per skill the share of people who show it."""
    learnt: NDArray[np.int64]
    """Numbers of the skills whose co-occurrence is learnt, rising."""
    weights: NDArray[np.float32]
    """Learnt skill shown x learnt skill guessed, log-odds."""
    attribute_weights: NDArray[np.float32]
    """Attribute column, then dimension of the text x learnt skill, log-odds."""
    residual_in: NDArray[np.float32]
    """Learnt skill shown, then attribute column x hidden unit of the residual."""
    residual_bias: NDArray[np.float32]
    """Per hidden unit; empty where no residual was learnt."""
    residual_out: NDArray[np.float32]
    """Hidden unit x learnt skill, log-odds."""
    adopted: NDArray[np.int64]
    """Numbers of the skills that lean on their neighbours, rising."""
    neighbour_weights: NDArray[np.float64]
    """The neighbours of the adopted skills: weights, columns and row starts of a sparse adopted x learnt matrix."""
    neighbour_columns: NDArray[np.int64]
    neighbour_starts: NDArray[np.int64]
    slope_related: float
    """How far what speaks for a neighbour speaks for an adopted skill."""
    slope_shown: float
    """How far a shown neighbour speaks for an adopted skill."""
    endorsers: tuple[str, ...]
    """Ids of endorsers whose reliability was learnt."""
    endorser_factors: NDArray[np.float64]
    """Factor on the likelihood ratio of each."""
    endorser_voices: NDArray[np.int64]
    """Number of the voice that each shares with others, for what they vouched for together and an audit did not find;
    -1 for none."""
    levels: LevelPrior
    """What levels are usual, and how far they stray."""
    calibration: str
    """``none``, ``listing`` or ``audit(n, date)``: what the probabilities are calibrated against."""
    fusion: Fusion = HAND_SET
    """What audits found prior and evidence to be worth."""
    wide: WideModel | None = None
    """What stands for the weights and the residual, which are empty then, where skills are too many to train on."""

    @cached_property
    def version(self) -> str:
        """Return ``model:`` and the digest of the content; the compression does not enter it."""
        plain, arrays = self._list_content()
        digest = hashlib.sha256(plain)
        for name in sorted(arrays):
            array = np.ascontiguousarray(arrays[name])
            digest.update(f"{name}{array.dtype.str}{array.shape}".encode())
            digest.update(array.tobytes())
        return f"model:{digest.hexdigest()[:16]}"

    @cached_property
    def calibration_text(self) -> str:
        """Return in a sentence what the probabilities mean."""
        kind = self.calibration.partition("(")[0]
        return CALIBRATIONS[kind].format(hidden=self.hidden_share, fusion=self.fusion)

    @cached_property
    def columns(self) -> dict[str, int]:
        """Return the number of each skill by its id."""
        return {skill: number for number, skill in enumerate(self.skills)}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Return the roles known, by which levels have usual values."""
        return next((code.categories for code in self.attributes if code.name == ROLE), ())

    def find_group(self, role: Value) -> int:
        """Return the number of a role among ``groups``, -1 for none or one not known."""
        return -1 if role is None else self._group_rows.get(str(role), -1)

    @cached_property
    def _group_rows(self) -> dict[str, int]:
        return {group: number for number, group in enumerate(self.groups)}

    @cached_property
    def neighbours(self) -> csr_array:
        """Return adopted x learnt skills: the neighbour weights."""
        parts = (self.neighbour_weights, self.neighbour_columns, self.neighbour_starts)
        return csr_array(parts, shape=(len(self.adopted), len(self.learnt)))

    @cached_property
    def reliability(self) -> dict[str, float]:
        """Return each known endorser's factor by id."""
        return dict(zip(self.endorsers, self.endorser_factors.tolist(), strict=True))

    def list_voices(self, people: Sequence[str]) -> NDArray[np.int64]:
        """Return the number of the voice that each person, by id, shares with others; -1 for none."""
        return np.fromiter((self._voice_of.get(person, -1) for person in people), np.int64, len(people))

    @cached_property
    def _voice_of(self) -> dict[str, int]:
        return dict(zip(self.endorsers, self.endorser_voices.tolist(), strict=True))

    @cached_property
    def exact_weights(self) -> NDArray[np.float64]:
        """Return ``weights`` in double precision, so that sums are exact to 1e-9."""
        return self.weights.astype(np.float64)

    @cached_property
    def exact_attribute_weights(self) -> NDArray[np.float64]:
        """Return ``attribute_weights`` in double precision."""
        return self.attribute_weights.astype(np.float64)

    @cached_property
    def exact_residual(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``residual_in`` and ``residual_out`` in double precision."""
        return self.residual_in.astype(np.float64), self.residual_out.astype(np.float64)

    def to_bytes(self) -> bytes:
        """Return the model as a compressed array file; ``from_bytes`` reads it."""
        plain, arrays = self._list_content()
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, plain=np.frombuffer(plain, dtype=np.uint8), **arrays)
        return buffer.getvalue()

    def _list_content(self) -> tuple[bytes, dict[str, NDArray[Any]]]:
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        del values["levels"], values["wide"]
        values |= {LEVELS + field.name: getattr(self.levels, field.name) for field in fields(self.levels)}
        arrays: dict[str, NDArray[Any]] = {name: item for name, item in values.items() if hasattr(item, "dtype")}
        plain = {"format": FORMAT} | {name: value for name, value in values.items() if name not in arrays}
        plain["attributes"] = [asdict(code) for code in self.attributes]
        plain["fusion"] = asdict(self.fusion)
        if self.wide is not None:
            plain["wide"], wide = self.wide.to_arrays()
            arrays |= {WIDE + name: array for name, array in wide.items()}
        return json.dumps(plain, sort_keys=True, ensure_ascii=False).encode(), arrays

    @classmethod
    def from_bytes(cls, content: bytes) -> SkillModel:
        """Read a model written by ``to_bytes``.

        Raises:
            InvalidInput: The bytes are not a model, or one of another Skillway.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            plain: dict[str, Any] = dict(json.loads(arrays.pop("plain").tobytes()))
            if plain.pop("format", None) != FORMAT:
                raise InvalidInput("model", f"written by another Skillway (this one reads {FORMAT}); fit one anew")
            names: dict[str, tuple[str, ...]] = {
                name: tuple(plain.pop(name)) for name in ("skills", "labels", "endorsers")
            }
            attributes = tuple(
                AttributeCode(code["name"], tuple(code["categories"]), tuple(code["edges"]))
                for code in plain.pop("attributes")
            )
            fusion = TypeAdapter(Fusion).validate_python(plain.pop("fusion"))
            of_wide = {name: arrays.pop(name) for name in list(arrays) if name.startswith(WIDE)}
            wide = plain.pop("wide", None)
            if wide is not None:
                wide = WideModel.from_arrays(wide, {name.removeprefix(WIDE): of_wide[name] for name in of_wide})
            both = plain | arrays
            levels = {field.name: both.pop(LEVELS + field.name) for field in fields(LevelPrior)}
            return cls(**names, attributes=attributes, levels=LevelPrior(**levels), fusion=fusion, wide=wide, **both)
        except (ValueError, TypeError, AttributeError, OSError, KeyError, EOFError, BadZipFile, zlib.error) as cause:
            raise InvalidInput("model", "these bytes are not a Skillway model; fit one anew") from cause
