"""Which pairs of person and skill to audit: a stratified sample with known propensities.

A stratum is a band of probability and the rarest kind of evidence that is there, so that every kind and every band is
heard; three in four pairs drawn have evidence. With evidence, strata get places by the square root of their size, so
that rare kinds are learnt; without, by size times the spread of outcomes, which tells the whole best (Neyman). Pairs
are drawn systematically from the strata laid end to end, so that a stratum of 2.3 places gets two or three and every
pair keeps its exact propensity, however small the sample.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.inference.results import Beliefs
from engine.inference.sums import sum_by
from engine.population import Population
from graph_schema.errors import InvalidInput

EVIDENCE_SHARE = 0.75
"""Share of the sample with evidence (measured beside a random sample: ``skillway bench fusion``)."""
UNLIKELY = 0.02
"""Share of pairs that nothing is believed of and that are true all the same. Hand-set; it decides places alone."""
BANDS = (0.2, 0.5, 0.8)
"""Where the bands of probability end."""


@dataclass(frozen=True)
class AuditSample:
    """The pairs drawn, ordered by person, then skill, and the strata they were drawn from."""

    person: NDArray[np.int64]
    skill: NDArray[np.int64]
    stratum: NDArray[np.int64]
    """What each pair was drawn as: its place in ``names``."""
    propensity: NDArray[np.float64]
    """Probability with which the draw chose the pair."""
    names: tuple[str, ...]
    sizes: NDArray[np.int64]
    """Pairs in each stratum."""


@dataclass(frozen=True)
class _Strata:
    names: tuple[str, ...]
    index: NDArray[np.int64]
    """Per believed pair its stratum."""
    sizes: NDArray[np.int64]
    """Pairs in each stratum; the last holds all that nothing is believed of."""
    evident: NDArray[np.bool_]
    """Whether its pairs have evidence."""
    spread: NDArray[np.float64]
    """Standard deviation of the outcomes to be expected."""


def draw_sample(
    beliefs: Beliefs, population: Population, eligible: Collection[int], drawn: Collection[int], size: int, seed: int
) -> AuditSample:
    """Draw pairs to be audited; the same beliefs, size and seed draw the same pairs.

    Args:
        beliefs: What is believed of everybody.
        population: The people, with their evidence.
        eligible: Rows of the people who may be audited.
        drawn: Codes, person x skills + skill, of the pairs that were drawn before: they are not drawn again.
        size: How many pairs.
        seed: Of the draw.

    Raises:
        InvalidInput: There are fewer pairs.
    """
    skills = len(population.skills)
    people = np.asarray(sorted(eligible), dtype=np.int64)
    before = np.asarray(sorted(drawn), dtype=np.int64)
    code = beliefs.person * skills + beliefs.skill
    open_to_draw = np.isin(beliefs.person, people) & ~np.isin(code, before)
    believed = code[np.isin(beliefs.person, people)]
    code, probability = code[open_to_draw], beliefs.probability[open_to_draw]
    taken = np.union1d(believed, before[np.isin(before // max(skills, 1), people)])
    rest = len(people) * skills - len(taken)
    if not 0 < size <= len(code) + rest:
        raise InvalidInput("size", f"must be 1 to {len(code) + rest:,}, the pairs of person and skill not drawn before")

    strata = _stratify(population, code, probability, rest)
    places = _share_places(strata, size)
    propensity = places / np.maximum(strata.sizes, 1)
    random = np.random.default_rng(seed)
    order = random.permutation(len(code))
    order = order[np.argsort(strata.index[order], kind="stable")]
    # Once round the strata, from a random start in steps of one place.
    reached = np.floor(np.cumsum(propensity[strata.index[order]]) + random.random() + 1e-9)
    chosen = order[np.diff(reached, prepend=0.0) > 0][:size]
    others = _draw_rest(people, skills, taken, size - len(chosen), random)
    picked = np.r_[code[chosen], others]
    number = np.r_[strata.index[chosen], np.full(len(others), len(strata.names) - 1)].astype(np.int64)
    sort = np.argsort(picked)
    return AuditSample(
        person=picked[sort] // skills,
        skill=picked[sort] % skills,
        stratum=number[sort],
        propensity=propensity[number[sort]],
        names=strata.names,
        sizes=strata.sizes,
    )


def _stratify(population: Population, code: NDArray[np.int64], probability: NDArray[np.float64], rest: int) -> _Strata:
    skills = len(population.skills)
    kinds: dict[int, set[str]] = {int(item): set() for item in code}
    evidence = [(item.person, item.skill, item.kind) for item in population.observations]
    evidence += [(item.person, item.skill, "endorsement") for item in population.endorsements]
    for person, skill, kind in evidence:
        if (pair := person * skills + skill) in kinds:
            kinds[pair].add(kind)
    frequency = {
        kind: sum(kind in found for found in kinds.values()) for kind in sorted({item[2] for item in evidence})
    }
    rarest = [min(found, key=lambda kind: (frequency[kind], kind), default="") for found in kinds.values()]
    bands = np.digitize(probability, BANDS)
    keys = list(zip(rarest, bands.tolist(), strict=True))
    distinct = sorted(set(keys))
    number = {key: place for place, key in enumerate(distinct)}
    index = np.fromiter((number[key] for key in keys), dtype=np.int64, count=len(keys))
    sizes = np.bincount(index, minlength=len(distinct))
    mean = np.r_[sum_by(index, probability, len(distinct)) / np.maximum(sizes, 1), UNLIKELY]
    return _Strata(
        names=(*(_name_stratum(kind, band) for kind, band in distinct), "nothing is believed"),
        index=index,
        sizes=np.r_[sizes, rest].astype(np.int64),
        evident=np.asarray([*(kind != "" for kind, _ in distinct), False], dtype=np.bool_),
        spread=np.sqrt(mean * (1 - mean)),
    )


def _name_stratum(kind: str, band: int) -> str:
    edges = (0.0, *BANDS, 1.0)
    return f"{kind or 'no evidence'}, {edges[band]:g} to {edges[band + 1]:g}"


def _share_places(strata: _Strata, size: int) -> NDArray[np.float64]:
    """Return how many of the places each stratum gets, not in whole numbers; none gets more than it has pairs."""
    want = np.where(strata.evident, np.sqrt(strata.sizes), strata.sizes * strata.spread)
    for part, share in ((strata.evident, EVIDENCE_SHARE), (~strata.evident, 1 - EVIDENCE_SHARE)):
        want[part] *= share / max(float(want[part].sum()), 1e-12)
    places = np.zeros(len(want))
    open_to_more = strata.sizes > 0
    while (left := size - places.sum()) > 1e-9:
        more = np.where(open_to_more, want, 0.0)
        places = np.minimum(places + left * more / more.sum(), strata.sizes)
        open_to_more &= places < strata.sizes
    return places


def _draw_rest(
    people: NDArray[np.int64], skills: int, taken: NDArray[np.int64], count: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """Draw some of the pairs that are not taken, all equally likely, without listing them."""
    place = np.searchsorted(people, taken // max(skills, 1)) * skills + taken % max(skills, 1)
    free_before = place - np.arange(len(place))
    rank = random.choice(len(people) * skills - len(place), count, replace=False, shuffle=False)
    found = rank + np.searchsorted(free_before, rank, side="right")
    return people[found // skills] * skills + found % skills
