"""Small populations said in a few words, and random ones for properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from engine.population import Endorsement, Observation, Population

AS_OF = date(2026, 7, 1)


class Company:
    """Builds a population: ``Company().person("ana", "analyst").saw("ana", "sql", "project_outcome")``."""

    def __init__(self, *skills: str) -> None:
        self._skills = sorted(skills)
        self._groups: dict[str, str] = {}
        self._seen: list[dict] = []
        self._endorsed: list[tuple[str, str, str, float | None, int]] = []

    def person(self, name: str, group: str = "", lists: str = "") -> Company:
        self._groups[name] = group
        for skill in lists.split():
            self.saw(name, skill, "self_report")
        return self

    def saw(self, person: str, skill: str, kind: str, **more: object) -> Company:
        self._seen.append({"person": person, "skill": skill, "kind": kind, **more})
        return self

    def endorsed(
        self, endorser: str, person: str, skill: str, level: float | None = None, days_ago: int = 0
    ) -> Company:
        self._endorsed.append((endorser, person, skill, level, days_ago))
        return self

    def build(self, embeddings: np.ndarray | None = None) -> Population:
        people = sorted(self._groups)
        row = {name: number for number, name in enumerate(people)}
        column = {skill: number for number, skill in enumerate(self._skills)}
        return Population(
            as_of=AS_OF,
            people=tuple(people),
            names=tuple(name.title() for name in people),
            groups=tuple(self._groups[name] for name in people),
            skills=tuple(self._skills),
            labels=tuple(skill.upper() for skill in self._skills),
            observations=tuple(
                observe(
                    row[item["person"]],
                    column[item["skill"]],
                    item["kind"],
                    str(item.get("id", f"e{number:04}")),
                    **{name: value for name, value in item.items() if name not in {"person", "skill", "kind", "id"}},
                )
                for number, item in enumerate(self._seen)
            ),
            endorsements=tuple(
                Endorsement(row[who], row[whom], column[skill], level, AS_OF - timedelta(days=days))
                for who, whom, skill, level, days in self._endorsed
            ),
            embeddings=embeddings,
        )


def observe(
    person: int,
    skill: int,
    kind: str,
    id: str,
    level: float | None = None,
    score: float | None = None,
    days_ago: int = 0,
    via: str | None = None,
    by: str | None = None,
) -> Observation:
    return Observation(id, person, skill, kind, level, score, AS_OF - timedelta(days=days_ago), None, via, via, by, by)


def company_of_two_trades(people: int = 40, seed: int = 0) -> Population:
    """Two roles with four skills each; a fifth skill of each trade goes unlisted now and then."""
    random = np.random.default_rng(seed)
    skills = [f"{trade}{number}" for trade in ("data", "shop") for number in range(5)]
    company = Company(*skills)
    names = [f"p{number:03}" for number in range(people)]
    for number, name in enumerate(names):
        trade = ("data", "shop")[number % 2]
        company.person(name, trade)
        for other in ("data", "shop"):
            for k in range(5):
                if random.random() < (0.75 if other == trade else 0.06):
                    company.saw(name, f"{other}{k}", "self_report", level=float(random.integers(1, 5)))
        company.endorsed(names[(number + 2) % people], name, f"{trade}1", 3.0)
    company.saw("p000", "data4", "course_completion", via="course:a", days_ago=200)
    company.saw("p001", "data4", "assessment", score=0.9, via="test:a")
    company.saw("p003", "data4", "assessment", score=0.2, via="test:a")
    company.saw("p005", "shop4", "rejection")
    return company.build()


def add_observation(population: Population, *items: Observation) -> Population:
    return replace(population, observations=(*population.observations, *items))


def keep_person(population: Population, person: str) -> Population:
    """Return the same population with evidence about one person only, and all endorsements."""
    row = population.people.index(person)
    return replace(population, observations=tuple(item for item in population.observations if item.person == row))
