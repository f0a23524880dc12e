"""What is believed of a person and skill before evidence, for catalogues too wide to train co-occurrence on.

One sum in log-odds, one coefficient a feature; the coefficients are learnt apart for people of whom 0, 1–2, 3–9, or 10
and more skills are seen, with a text and without::

    logit P(j) = c0 + c1 log-odds of j among all          + c2 sum of W_ij over the skills i shown
                    + c3 share who have j of those with the most alike profiles
                    + c4 shown skills that lie near j     + c5 share who have j of those with the nearest texts
                    + c6 cosine of the person's and the skill's text
                    + c_a share who have j of the person's group, for each attribute a

A skill that nobody has shown starts from those that lie nearest to it, N_jk = softmax(12 cosine)::

    logit P(j) = b + slope_related x sum_k N_jk logit P(k) + slope_shown x sum_k N_jk [k is shown]

so every logit is a sum over skills shown and over people or occupations that can be named, and is told as that sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.attributes import AttributeCode
from engine.inference.profiles import Profiles
from engine.inference.retrieval import Entities, find_alike, find_by_text, find_members
from engine.inference.wide_features import Asked, Comparison, Feature, Floats, number_groups
from engine.inference.wide_settings import WideSettings
from graph_schema.errors import InvalidInput

ROWS = 128
"""People in one dense block of logits."""


@dataclass(frozen=True)
class WideTerm:
    """One part of a logit."""

    kind: str
    """``base_rate``, ``co_occurrence``, ``people_alike``, ``similar_skills``, ``people_by_text``, ``text_and_name`` or
    ``group``."""
    logit: float
    """What it adds to the log-odds."""
    of: str | None = None
    """What it rests on: the id of the skill shown, or of the person or occupation found, or ``attribute=value``."""


@dataclass(frozen=True, eq=False)
class WideModel:
    """A fitted wide model: arrays, names and settings, nothing else."""

    settings: WideSettings
    skills: tuple[str, ...]
    """Ids of the skills known."""
    attributes: tuple[AttributeCode, ...]
    """What puts people into groups, such as their role: each attribute by its categories or bins."""
    learnt: NDArray[np.int64]
    """Numbers of the skills that somebody shows, rising; the others start from their neighbours."""
    popularity: Floats
    """Per learnt skill its log-odds among the people fitted on."""
    unknown: float
    """The same for a skill nobody shows."""
    weights: csr_array
    """Learnt skill shown x learnt skill guessed, single precision: co-occurrence."""
    neighbours: csr_array
    """Skills x learnt skills, single precision: the nearest by embedding, summing to 1, or an empty row."""
    embeddings: NDArray[np.float32]
    """Learnt skills x dimension; 0 where there is none; no columns when no skill is embedded."""
    entities: Entities
    """Those who can be found, with their learnt skills."""
    coefficients: Floats
    """Without and with text x bucket x (intercept, then the features in order)."""
    start: Floats
    """For skills nobody shows: what is added, the slope on the neighbours' logits and that on neighbours shown."""

    @cached_property
    def columns(self) -> dict[str, int]:
        """Return the number of each skill by its id."""
        return {skill: number for number, skill in enumerate(self.skills)}

    @cached_property
    def learnt_ids(self) -> tuple[str, ...]:
        """Return the ids of the learnt skills."""
        return tuple(self.skills[number] for number in map(int, self.learnt))

    @cached_property
    def adopted(self) -> NDArray[np.int64]:
        """Return the numbers of the skills that start from neighbours, rising."""
        unseen = np.setdiff1d(np.arange(len(self.skills)), self.learnt)
        return unseen[np.diff(self.neighbours.indptr)[unseen] > 0]

    @property
    def unknown_base(self) -> float:
        """Return the log-odds of a skill nobody shows, for somebody of whom nothing is known."""
        added, slope = self.coefficients[0, 0, :2].tolist()
        return added + slope * self.unknown

    @cached_property
    def exact_weights(self) -> csr_array:
        """Return ``weights`` in double precision, so that sums are exact to 1e-9."""
        return csr_array(self.weights.astype(np.float64))

    @cached_property
    def near_learnt(self) -> csr_array:
        """Return learnt skill shown x learnt skill guessed: how near they lie."""
        return csr_array(self.neighbours[self.learnt].astype(np.float64).T.tocsr())

    @cached_property
    def near_adopted(self) -> csr_array:
        """Return adopted x learnt skills: how near they lie."""
        return csr_array(self.neighbours[self.adopted].astype(np.float64))

    def score(self, profiles: Profiles) -> Iterator[tuple[slice, Floats]]:
        """Yield the logits, some people at a time: their rows, and people x ``skills`` of the model.

        Somebody the model was fitted on is not found as their own neighbour. A skill that is shown does not speak for
        itself: its logit is what it would be were it hidden.

        Raises:
            InvalidInput: The texts are vectors of another length than those it was fitted on.
        """
        asked = self.align(profiles)
        for start in range(0, len(profiles.people), ROWS):
            rows = slice(start, min(start + ROWS, len(profiles.people)))
            block = asked.take(rows)
            coefficients = self._choose_coefficients(block)
            never = coefficients[:, 0] + coefficients[:, 1] * self.unknown
            logits = np.repeat(never[:, None], len(self.skills), axis=1)
            logits[:, np.r_[self.learnt, self.adopted]] = self.compute(block)
            yield rows, logits

    def compute(self, asked: Asked) -> Floats:
        """Return asked x (learnt skills, then adopted skills): the logits."""
        blocks = [self._compute_block(asked.take(slice(at, at + ROWS))) for at in range(0, len(asked.own), ROWS)]
        return np.concatenate([np.zeros((0, len(self.learnt) + len(self.adopted))), *blocks])

    def _compute_block(self, asked: Asked) -> Floats:
        learnt = self.combine(asked, [feature.compute() for feature in self.list_features(asked)])
        base, related, shown = self.start.tolist()
        near = (asked.shown @ self.near_adopted.T).toarray()
        adopted = base + related * np.asarray(self.near_adopted @ learnt.T).T + shown * near
        return np.concatenate([learnt, adopted], axis=1)

    def list_terms(self, asked: Asked, number: int) -> list[WideTerm]:
        """Return the parts that the logit of one person and skill is the sum of: the base rate, then by size.

        Args:
            asked: The person alone.
            number: Number of the skill in the model.
        """
        coefficients = self._choose_coefficients(asked)[0]
        parts: dict[tuple[str, str | None], float] = {}

        def add(kind: str, of: str | None, logit: float) -> None:
            parts[kind, of] = parts.get((kind, of), 0.0) + logit

        aim = np.zeros(len(self.learnt))
        if number in self.learnt:
            aim[np.searchsorted(self.learnt, number)] = 1.0
        elif number in self.adopted:
            base, related, shown = self.start.tolist()
            near = self.near_adopted[[int(np.searchsorted(self.adopted, number))]].toarray()[0]
            aim = related * near
            add("base_rate", None, base)
            for place in asked.shown.indices.tolist():
                add("similar_skills", self.learnt_ids[place], shown * float(near[place]))
        else:
            return [WideTerm("base_rate", float(coefficients[0] + coefficients[1] * self.unknown))]
        add("base_rate", None, float(coefficients[0] * aim.sum()))
        for coefficient, feature in zip(coefficients[1:], self.list_features(asked), strict=True):
            for of, value in feature.list_parts(aim):
                add(feature.kind, of, float(coefficient * value))
        base_rate, *rest = [WideTerm(kind, logit, of) for (kind, of), logit in parts.items()]
        return [
            base_rate,
            *sorted((term for term in rest if term.logit), key=lambda term: (-abs(term.logit), term.kind, term.of)),
        ]

    def align(self, profiles: Profiles) -> Asked:
        """Express profiles in the numbers of the model; skills and values it does not know are left out.

        Raises:
            InvalidInput: The texts are vectors of another length than those it was fitted on.
        """
        people = len(profiles.people)
        place = np.full(len(self.skills) + 1, -1, dtype=np.int64)
        place[self.learnt] = np.arange(len(self.learnt))
        number = np.fromiter((self.columns.get(skill, -1) for skill in profiles.skills), np.int64, len(profiles.skills))
        cells = profiles.shown.tocoo()
        column = place[number[cells.col]]
        inside = (column >= 0) & (cells.data > 0)
        marks = np.ones(int(inside.sum()))
        shown = csr_array((marks, (cells.row[inside], column[inside])), shape=(people, len(self.learnt)))
        shown.sort_indices()
        own = np.fromiter((self.entities.rows.get(person, -1) for person in profiles.people), np.int64, people)
        return Asked(shown, self._align_texts(profiles), number_groups(self.attributes, profiles), own)

    def _align_texts(self, profiles: Profiles) -> NDArray[np.float32]:
        people, length = len(profiles.people), self.entities.texts.shape[1]
        if profiles.texts is None or not length:
            return np.full((people, length), np.nan, dtype=np.float32)
        if profiles.texts.shape[1] != length:
            problem = f"vectors of {profiles.texts.shape[1]} numbers, but the model was fitted on vectors of {length}"
            raise InvalidInput("texts", problem)
        return profiles.texts

    def list_features(self, asked: Asked) -> list[Feature | Comparison]:
        """Return the features of learnt skills, in the order of the coefficients."""
        settings, entities = self.settings, self.entities
        everybody = csr_array(np.ones((len(asked.own), 1)))
        alike = find_alike(asked.shown, entities, asked.own, settings.alike, settings.alike_sharpness)
        features: list[Feature | Comparison] = [
            Feature("base_rate", everybody, csr_array(self.popularity[None, :]), (None,)),
            Feature("co_occurrence", asked.shown, self.exact_weights, self.learnt_ids),
            Feature("people_alike", alike, entities.shown, entities.ids),
        ]
        if self.embeddings.shape[1]:
            features.append(Feature("similar_skills", asked.shown, self.near_learnt, self.learnt_ids))
        if entities.texts.shape[1]:
            found = find_by_text(asked.texts, entities.texts, asked.own, settings.by_text, settings.text_sharpness)
            features.append(Feature("people_by_text", found, entities.shown, entities.ids))
            if self.embeddings.shape[1] == entities.texts.shape[1]:
                written = np.nan_to_num(asked.texts.astype(np.float64))
                features.append(Comparison("text_and_name", written, self.embeddings.astype(np.float64)))
        for code, group, groups in zip(self.attributes, asked.groups, entities.groups, strict=True):
            members = find_members(group, groups, asked.own, settings.group_strength)
            words = [f"{code.name}={code.say_column(column)}" for column in range(code.width)]
            names = [words[column] if column >= 0 else code.name for column in map(int, groups)]
            features.append(Feature("group", members, entities.shown, names))
        return features

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of the features, in the order of the coefficients."""
        nobody = np.zeros(0, dtype=np.int64)
        texts = np.zeros((0, self.entities.texts.shape[1]), dtype=np.float32)
        shown = csr_array(np.zeros((0, len(self.learnt))))
        asked = Asked(shown, texts, np.zeros((len(self.attributes), 0), dtype=np.int64), nobody)
        return tuple(feature.kind for feature in self.list_features(asked))

    def combine(self, asked: Asked, features: Sequence[Floats]) -> Floats:
        """Return asked x learnt skills: the logits, from the features as numbers."""
        coefficients = self._choose_coefficients(asked)
        logits = np.repeat(coefficients[:, :1], len(self.learnt), axis=1)
        for number, feature in enumerate(features, start=1):
            logits += coefficients[:, number, None] * feature
        return logits

    def _choose_coefficients(self, asked: Asked) -> Floats:
        return self.coefficients[asked.has_text.astype(np.int64), asked.buckets]

    def to_arrays(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return the model as plain values, ready for JSON, and arrays by name; ``from_arrays`` reads them."""
        plain: dict[str, Any] = {
            "settings": self.settings.model_dump(mode="json"),
            "skills": list(self.skills),
            "attributes": [asdict(code) for code in self.attributes],
            "unknown": self.unknown,
            "entities": list(self.entities.ids),
        }
        arrays: dict[str, NDArray[Any]] = {
            "learnt": self.learnt,
            "popularity": self.popularity,
            "embeddings": self.embeddings,
            "texts": self.entities.texts,
            "groups": self.entities.groups,
            "coefficients": self.coefficients,
            "start": self.start,
        }
        for name, matrix in (
            ("weights", self.weights),
            ("neighbours", self.neighbours),
            ("shown", self.entities.shown),
        ):
            arrays |= {f"{name}_data": matrix.data, f"{name}_columns": matrix.indices, f"{name}_starts": matrix.indptr}
        return plain, arrays

    @classmethod
    def from_arrays(cls, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> WideModel:
        """Read what ``to_arrays`` gave."""
        learnt = len(arrays["learnt"])

        def read(name: str, rows: int) -> csr_array:
            parts = (arrays[f"{name}_data"], arrays[f"{name}_columns"], arrays[f"{name}_starts"])
            return csr_array(parts, shape=(rows, learnt))

        ids = tuple(plain["entities"])
        return cls(
            settings=WideSettings.model_validate(plain["settings"]),
            skills=tuple(plain["skills"]),
            attributes=tuple(
                AttributeCode(code["name"], tuple(code["categories"]), tuple(code["edges"]))
                for code in plain["attributes"]
            ),
            unknown=plain["unknown"],
            weights=read("weights", learnt),
            neighbours=read("neighbours", len(plain["skills"])),
            entities=Entities(ids, read("shown", len(ids)), arrays["texts"], arrays["groups"]),
            **{name: arrays[name] for name in ("learnt", "popularity", "embeddings", "coefficients", "start")},
        )
