"""Writes a made-up company as the organisation's CSV files, with the truth about it in a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engine.simulation.attacks import Attack, plan_attacks
from engine.simulation.world import TYPES, World, draw_latent_truth, draw_world, name_person, name_skill
from graph_schema.errors import InvalidInput
from loaders.sample.rows import (
    EndorsementRow,
    EndorserRow,
    EvidenceRow,
    OrganisationRow,
    PersonRow,
    SkillRow,
    TeamRow,
    TrueSkillRow,
)
from loaders.sample.write import write_rows

JOINED_ON = date(2020, 1, 1)
TRUTH = "truth"
"""Folder that only evaluation reads; ``skillway load organisation`` does not look into it."""


@dataclass(frozen=True, kw_only=True)
class AttackRow:
    """A row of truth/attacks.csv: somebody's part in an attack."""

    attack: str
    kind: str
    person_id: str
    skill_id: str | None
    """The skill the person is falsely vouched for; empty for those who only vouch."""


@dataclass(frozen=True)
class Simulation:
    """What was written."""

    folder: Path
    people: int
    skills: int
    listings: int
    endorsements: int
    false_endorsements: int
    """Those of a skill the person lacks, dishonest ones included."""
    attacks: int


def simulate_company(
    folder: Path, people: int, skills: int, seed: int, attack: str | None = None, size: int = 5, attacks: int = 1
) -> Simulation:
    """Draw a company and write it; the same numbers and seed give the same bytes.

    Args:
        folder: Where to; new, empty, or of an earlier simulation, which is overwritten.
        people: How many people.
        skills: How many skills there are.
        seed: Seed of all chance.
        attack: Kind of dishonest endorsements to plant, one of ``engine.simulation.attacks.ATTACKS``; none by default.
        size: People in one attack.
        attacks: How many attacks.

    Raises:
        InvalidInput: The folder holds something else, there is no such attack, or the company is too small.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / TRUTH / "endorsers.csv").is_file():
        raise InvalidInput("folder", f"{folder} holds other files: choose a new or an empty folder")
    world = draw_world(draw_latent_truth(people, skills, seed), seed)
    planted = plan_attacks(world, attack, size, attacks, seed) if attack else []
    world = world.join(tuple(item for plan in planted for item in plan.endorsements))
    (folder / TRUTH / "attacks.csv").unlink(missing_ok=True)
    for name, rows in _build_tables(world, planted).items():
        if rows:
            write_rows(folder / name, rows)
    has = world.has
    return Simulation(
        folder=folder,
        people=people,
        skills=skills,
        listings=world.listed.nnz,
        endorsements=len(world.endorsements),
        false_endorsements=sum(not has[item.person, item.skill] for item in world.endorsements),
        attacks=len(planted),
    )


def _build_tables(world: World, attacks: Sequence[Attack]) -> Mapping[str, Sequence[Any]]:
    people, skills = world.truth.shape
    population = world.to_population()
    true_skills = world.truth.tocoo()
    return {
        "organisation.csv": [OrganisationRow(name="Simulated company", currency="EUR", inference="on", synthetic=True)],
        "teams.csv": [
            TeamRow(team_id=_name_team(team), name=f"Team {team + 1}", function=_name_function(unit), inference="on")
            for team, unit in sorted(set(zip(world.team.tolist(), world.department.tolist(), strict=True)))
        ],
        "people.csv": [_introduce(world, row) for row in range(people)],
        "skills.csv": [
            SkillRow(
                skill_id=name_skill(column),
                preferred_label=population.labels[column],
                alt_labels=(),
                description="A skill of a simulated company.",
                skill_type="skill/competence",
                reuse_level=None,
                broader_id=None,
            )
            for column in range(skills)
        ],
        "evidence.csv": [
            EvidenceRow(
                person_id=name_person(item.person),
                skill_id=name_skill(item.skill),
                kind=item.kind,
                level=item.level,
                score=item.score,
                observed_on=item.observed_on,
                valid_until=None,
                origin="profile",
                origin_ref=None,
                from_id=None,
                by_id=None,
                status="active",
                note=None,
            )
            for item in population.observations
        ],
        "endorsements.csv": [
            EndorsementRow(
                endorser_id=name_person(item.endorser),
                person_id=name_person(item.person),
                skill_id=name_skill(item.skill),
                level=item.level,
                observed_on=item.observed_on,
                status="active",
            )
            for item in world.endorsements
        ],
        f"{TRUTH}/skills.csv": [
            TrueSkillRow(person_id=name_person(int(row)), skill_id=name_skill(int(column)), level=float(level))
            for row, column, level in zip(true_skills.row, true_skills.col, true_skills.data, strict=True)
        ],
        f"{TRUTH}/endorsers.csv": [
            EndorserRow(person_id=name_person(row), type=TYPES[kind]) for row, kind in enumerate(world.type.tolist())
        ],
        f"{TRUTH}/attacks.csv": [row for number, attack in enumerate(attacks) for row in _tell(number, attack)],
    }


def _introduce(world: World, row: int) -> PersonRow:
    person = name_person(row)
    return PersonRow(
        person_id=person,
        name=f"Person {row + 1}",
        email=f"{person}@company.example",
        title="Employee",
        function=_name_function(int(world.department[row])),
        region="Everywhere",
        team_id=_name_team(int(world.team[row])),
        manager_id=None,
        role_id=None,
        role_since_on=None,
        joined_on=JOINED_ON,
        hourly_rate=30.0,
        mentor_hours=None,
        about=None,
        interests=(),
        inference="on",
        listed_visible=True,
        hidden_visible=True,
    )


def _tell(number: int, attack: Attack) -> Sequence[AttackRow]:
    name = f"attack:{number:04}"
    helped = {person for person, _ in attack.claims}
    parts = [(person, name_skill(skill)) for person, skill in attack.claims]
    parts += [(person, None) for person in attack.members if person not in helped]
    return [
        AttackRow(attack=name, kind=attack.kind, person_id=name_person(person), skill_id=skill)
        for person, skill in parts
    ]


def _name_team(team: int) -> str:
    return f"team:{team:05}"


def _name_function(department: int) -> str:
    return f"Department {department + 1}"
