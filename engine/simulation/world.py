"""A seeded company with a planted truth: who knows what, who lists it, and who vouches for whom.

People sit in teams of 8 within departments of 30 and vouch for about 16 skills each, mostly nearby. How they do it is
their type:

    careful   60 %   looks before vouching
    generous  22 %   vouches often, half of the time without looking, and rates a level too high
    noisy     10 %   mostly vouches without looking, for anything
    silent     8 %   hardly ever vouches

A claim made without looking falls on a skill the person lacks; unless it is noise it falls where one would expect
it, on a skill of somebody alike (halo), and it falls on popular people. 12 % of all claims are paid back unlooked. So
about half of the endorsements of skills that the person does not list are true.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.population import Endorsement, Observation, Population
from graph_schema.errors import InvalidInput

TEAM = 8
DEPARTMENT = 30
TYPES = ("careful", "generous", "noisy", "silent")
SHARES = (0.60, 0.22, 0.10, 0.08)
CLAIMS = (13.0, 24.0, 16.0, 1.0)
"""Claims an endorser of each type makes, on average."""
BLIND = (0.06, 0.40, 0.65, 0.40)
"""Share of them made without looking."""
HALO = (0.9, 0.9, 0.3, 0.9)
"""Share of the unlooked ones that fall on what one would expect of the person."""
LENIENCY = (0.0, 1.0, 0.2, 0.0)
"""Levels added when rating."""
PAY_BACK = 0.12
"""Share of claims that are returned, unlooked."""
NEAR = (0.2, 0.5, 0.3)
"""Share of claims about the own team, the rest of the department, anybody."""
LISTING = (0.3, 0.7)
"""Smallest and largest share of their skills that people list."""
ALIKE = 8
"""People among whom the one most alike is looked up, for the halo."""
AS_OF = date(2026, 7, 1)
LISTED_ON = AS_OF - timedelta(days=30)
"""The day of every listing."""
DAYS = 3 * 365
"""Endorsements are up to so many days old."""

Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """A company and the truth about it; rows are people, columns are skills."""

    truth: csr_array
    """People x skills: the level, 1–5, where the person has the skill."""
    listed: csr_array
    """People x skills: 1 where the person lists the skill; nobody lists what they lack."""
    department: Integers
    """Per person the number of the department."""
    team: Integers
    """Per person the number of the team."""
    type: Integers
    """Per person the place of their type in ``TYPES``."""
    endorsements: tuple[Endorsement, ...]
    """Who vouches for which skill of whom."""

    @property
    def has(self) -> Bools:
        """Return people x skills: whether the person has the skill."""
        return np.asarray(self.truth.toarray() > 0)

    def to_population(self) -> Population:
        """Return what the company's systems show of it: listings and endorsements, no truth."""
        return replace(list_everything(self.listed), endorsements=self.endorsements)

    def join(self, endorsements: tuple[Endorsement, ...]) -> World:
        """Return the same company with more endorsements; one that is there already stays as it is."""
        known = {(item.endorser, item.person, item.skill) for item in self.endorsements}
        new = [item for item in endorsements if (item.endorser, item.person, item.skill) not in known]
        return replace(self, endorsements=_sort([*self.endorsements, *new]))


def draw_world(has: csr_array, seed: int) -> World:
    """Draw a company around a truth.

    Args:
        has: People x skills, non-zero where the person has the skill.
        seed: The same truth and seed give the same company.

    Raises:
        InvalidInput: Fewer than two teams of people, or fewer than 10 skills.
    """
    people, skills = has.shape
    if people < 2 * TEAM or skills < 10:
        raise InvalidInput("people", f"a company needs at least {2 * TEAM} people and 10 skills")
    random = np.random.default_rng([seed, 0])
    truth = csr_array(has).astype(np.float64)
    truth.sort_indices()
    truth.data = _round_levels(random.normal(3.0, 0.9, truth.nnz))
    rate = random.uniform(*LISTING, people)
    listed = truth.copy()
    listed.data = (random.random(truth.nnz) < np.repeat(rate, np.diff(truth.indptr))).astype(np.float64)
    listed.eliminate_zeros()
    department = np.arange(people) // DEPARTMENT
    team = department * -(-DEPARTMENT // TEAM) + np.arange(people) % DEPARTMENT // TEAM
    kind = np.random.default_rng([seed, 1]).choice(len(TYPES), size=people, p=SHARES).astype(np.int64)
    empty = World(truth, listed, department, team, kind, ())
    return replace(empty, endorsements=_endorse(empty, np.random.default_rng([seed, 2])))


def draw_latent_truth(people: int, skills: int, seed: int) -> csr_array:
    """Draw who has what where no real profiles are at hand: a low-rank logistic model, about 15 skills a person.

    Args:
        people: Rows.
        skills: Columns.
        seed: The same numbers and seed give the same truth.
    """
    random = np.random.default_rng([seed, 3])
    rank, mean = 6, min(15.0, skills / 4)
    popularity = random.normal(np.log(mean / (skills - mean)) - 1.5, 1.0, skills)
    logits = random.normal(0, 1, (people, rank)) @ random.normal(0, 0.8, (rank, skills)) + popularity
    return csr_array((random.random((people, skills)) < 1 / (1 + np.exp(-logits))).astype(np.int8))


def list_everything(has: csr_array) -> Population:
    """Return a population of people who list every skill they have, all on one day.

    Args:
        has: People x skills, non-zero where the person has the skill.
    """
    people, skills = has.shape
    cells = has.tocoo()
    return Population(
        as_of=AS_OF,
        people=tuple(name_person(row) for row in range(people)),
        names=tuple(f"Person {row + 1}" for row in range(people)),
        groups=("",) * people,
        skills=tuple(name_skill(column) for column in range(skills)),
        labels=tuple(f"Skill {column + 1}" for column in range(skills)),
        observations=tuple(
            Observation(
                f"{row}:{column}", int(row), int(column), "self_report",
                None, None, LISTED_ON, None, None, None, None, None,
            )
            for row, column in zip(cells.row, cells.col, strict=True)
        ),
        endorsements=(),
    )  # fmt: skip


def name_person(row: int) -> str:
    """Return the id of the person in a row."""
    return f"p{row:06}"


def name_skill(column: int) -> str:
    """Return the id of the skill in a column."""
    return f"skill:{column:05}"


def _endorse(world: World, random: np.random.Generator) -> tuple[Endorsement, ...]:
    people = len(world.type)
    popularity = random.gamma(2.0, 0.5, people)
    endorser = np.repeat(np.arange(people), random.poisson(np.asarray(CLAIMS)[world.type]))
    person = _pick_colleagues(world, endorser, popularity, random)
    blind = random.random(len(endorser)) < np.asarray(BLIND)[world.type[endorser]]
    # Paid back without looking, by whatever type.
    returned = random.random(len(endorser)) < PAY_BACK
    endorser, person = np.r_[endorser, person[returned]], np.r_[person, endorser[returned]]
    blind = np.r_[blind, np.ones(int(returned.sum()), dtype=np.bool_)]
    skill = np.where(
        blind,
        _guess_skills(world, person, random.random(len(person)) < np.asarray(HALO)[world.type[endorser]], random),
        _pick_own(world.truth, person, random),
    )
    _, first = np.unique(np.stack([endorser, person, skill]), axis=1, return_index=True)
    first = first[(endorser != person)[first] & (skill >= 0)[first]]
    endorser, person, skill = endorser[first], person[first], skill[first]
    known = np.asarray(world.truth[person, skill]).reshape(-1)
    seen = np.where(known > 0, known, 2.0) + np.asarray(LENIENCY)[world.type[endorser]]
    level = _round_levels(seen + random.normal(0, 0.7, len(seen)))
    days = random.integers(0, DAYS, len(seen))
    return _sort(
        [
            Endorsement(int(e), int(p), int(s), float(value), AS_OF - timedelta(days=int(ago)))
            for e, p, s, value, ago in zip(endorser, person, skill, level, days, strict=True)
        ]
    )


def _pick_colleagues(
    world: World, endorser: Integers, popularity: NDArray[np.float64], random: np.random.Generator
) -> Integers:
    """Pick whom each claim is about, the popular more often; it may be themselves, which the caller leaves out."""
    picked = np.empty(len(endorser), dtype=np.int64)
    near = random.choice(len(NEAR), size=len(endorser), p=NEAR)
    for place, unit in enumerate((world.team, world.department, np.zeros_like(world.team))):
        asked = np.flatnonzero(near == place)
        order = np.argsort(unit, kind="stable")
        before = np.r_[0.0, np.cumsum(popularity[order])]
        low, high = (before[np.searchsorted(unit[order], unit[endorser[asked]], side)] for side in ("left", "right"))
        drawn = low + random.random(len(asked)) * (high - low)
        picked[asked] = order[np.searchsorted(before, drawn, side="right") - 1]
    return picked


def _pick_own(truth: csr_array, person: Integers, random: np.random.Generator) -> Integers:
    """Pick one skill that each person has, -1 for those who have none."""
    counts = np.diff(truth.indptr)[person]
    place = truth.indptr[person] + (random.random(len(person)) * counts).astype(np.int64)
    return np.where(counts > 0, truth.indices[np.minimum(place, truth.nnz - 1)], -1).astype(np.int64)


def _guess_skills(world: World, person: Integers, halo: Bools, random: np.random.Generator) -> Integers:
    """Pick a skill that each person lacks: one of somebody alike where ``halo``, else any."""
    people, skills = world.truth.shape
    shape = world.truth.copy()
    shape.data = np.ones_like(shape.data)
    guessed = np.full(len(person), -1, dtype=np.int64)
    for _ in range(20):
        open_ = np.flatnonzero(guessed < 0)
        if not len(open_):
            break
        who = person[open_]
        others = random.integers(0, people, (len(open_), ALIKE))
        overlap = np.stack([(shape[who] * shape[others[:, place]]).sum(axis=1) for place in range(ALIKE)], axis=1)
        alike = others[np.arange(len(open_)), overlap.argmax(axis=1)]
        tried = np.where(halo[open_], _pick_own(shape, alike, random), random.integers(0, skills, len(open_)))
        lacks = (tried >= 0) & (np.asarray(shape[who, np.maximum(tried, 0)]).reshape(-1) == 0)
        guessed[open_[lacks]] = tried[lacks]
    return guessed


def _round_levels(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(np.round(values * 2) / 2, 1.0, 5.0)


def _sort(endorsements: list[Endorsement]) -> tuple[Endorsement, ...]:
    return tuple(sorted(endorsements, key=lambda item: (item.person, item.skill, item.endorser)))
