"""Teams and people: who works where, in which role, for whom."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from loaders.sample import TALENT_EXPORTER
from loaders.sample.catalogue import (
    FunctionProfile,
    NameLists,
    RoleProfile,
    read_catalogue,
    read_organisation,
    read_skill_ids,
    read_skills,
    read_stories,
)
from loaders.sample.chance import open_chance, pick_date
from loaders.sample.rows import PersonRow, TeamRow

DIRECTOR = "p300"
RATES = {1: 24, 2: 30, 3: 38, 4: 48}
FREE_TITLES = ("Project Coordinator", "Working Student", "Executive Assistant", "Office Coordinator")
MENTORS_OF = ("Marketing", "Sales", "Customer Service", "Finance", "People", "Engineering", "Operations")


@dataclass(frozen=True)
class Member:
    """A person with what the generator knows of them beside the row: role, grade, years of experience."""

    row: PersonRow
    role: RoleProfile | None
    grade: int
    years: float
    home: tuple[str, str]
    """The clusters of their work, main first."""

    @property
    def id(self) -> str:
        """The person's id."""
        return self.row.person_id


def build_teams() -> list[TeamRow]:
    """Return the teams of every function."""
    return [
        TeamRow(team_id=name_team(name), name=name, function=function, inference="on")
        for function, profile in read_organisation().functions.items()
        for name in profile.teams
    ]


def build_members() -> list[Member]:
    """Return everybody; the first of a function lead its teams, and p300 leads the organisation."""
    members: list[Member] = []
    names = _draw_names()
    for function, profile in read_organisation().functions.items():
        roles = _allot_roles(function, profile, first=len(members) + 1)
        for place, role in enumerate(roles):
            identifier = f"p{len(members) + 1:03}"
            members.append(_build_member(identifier, names[identifier], function, place, role))
    return _report_to_leaders(members)


def name_team(name: str) -> str:
    """Return a team's id."""
    return "team:" + name.lower().replace(" ", "-")


def _build_member(identifier: str, name: str, function: str, place: int, role: RoleProfile | None) -> Member:
    profile = read_organisation().functions[function]
    chance = open_chance("person", identifier)
    planted = read_stories().by_person.get(identifier)
    clusters = [name for name, cluster in read_skills().clusters.items() if cluster.function == function]
    grade = role.grade if role else 1
    home = role.clusters if role else tuple(chance.sample(clusters, 2))
    if place < len(profile.teams):
        team = place
        home = (clusters[place], home[0] if home[0] != clusters[place] else home[1])
    else:
        team = min(clusters.index(home[0]), len(profile.teams) - 1)
    years = grade * 2.5 + chance.random() * 8
    joined = date(2026, 6, 1) - timedelta(days=int(min(years, 1 + chance.random() * 10) * 365))
    since = planted.role_since_on if planted and planted.role_since_on else None
    if role and since is None:
        since = pick_date(chance, joined, date(2026, 5, 29))
    title = role.title if role else chance.choice(FREE_TITLES)
    if identifier == DIRECTOR:
        role, title, since, grade = None, "Managing Director", None, 4
    row = PersonRow(
        person_id=identifier,
        name=name,
        email=f"{_spell_ascii(name)}.{identifier}@tarnveil.example",
        title=title,
        function=function,
        region=chance.choice(read_organisation().regions),
        team_id=name_team(profile.teams[team]),
        manager_id=None,
        role_id=role.id if role else None,
        role_since_on=since,
        joined_on=min(joined, since - timedelta(days=400)) if planted and since else joined,
        hourly_rate=(planted.hourly_rate if planted else None) or RATES[grade] + round(chance.random() * 8),
        mentor_hours=_offer_hours(chance, identifier, function, grade),
        about=None,
        interests=_choose_interests(chance, identifier, function),
        inference="on",
        listed_visible=True,
        hidden_visible=chance.random() > 0.05,
    )
    return Member(row, role, grade, years, (home[0], home[1]))


def _allot_roles(function: str, profile: FunctionProfile, first: int) -> list[RoleProfile | None]:
    """Leaders first; planted people get their story's role, the others share the rest; one in twenty has none."""
    roles = [role for role in read_organisation().roles if role.function == function]
    planted = read_stories().by_person
    shares: list[RoleProfile | None] = [role for role in roles for _ in range(role.share)]
    rest: list[RoleProfile | None] = []
    while len(rest) < profile.people:
        rest.extend(shares)
    rest = rest[: profile.people]
    rest[::20] = [None] * len(rest[::20])
    open_chance("roles", function).shuffle(rest)
    allotted: list[RoleProfile | None] = []
    for place in range(profile.people):
        story = planted.get(f"p{first + place:03}")
        if story and story.role:
            allotted.append(next(role for role in roles if role.id == story.role))
        elif place < len(profile.teams):
            allotted.append(next(role for role in roles if role.grade == 4))
        else:
            allotted.append(rest[place])
    return allotted


def _choose_interests(chance: Random, identifier: str, function: str) -> tuple[str, ...]:
    planted = read_stories().by_person.get(identifier)
    if planted and planted.interests:
        ids = read_skill_ids()
        return tuple(ids.get(interest, interest) for interest in planted.interests)
    if chance.random() < 0.7:
        return ()
    elsewhere = [role.id for role in read_organisation().roles if role.function != function and role.grade < 4]
    return tuple(sorted(chance.sample(elsewhere, chance.choice((1, 1, 2)))))


def _offer_hours(chance: Random, identifier: str, function: str, grade: int) -> float | None:
    """Seniors mentor, but nobody who could teach what the stories leave to a course and a gig."""
    if identifier == TALENT_EXPORTER:
        return 6.0
    offers = chance.random() < 0.3 and grade >= 3 and function in MENTORS_OF
    return 4.0 if offers and identifier not in read_stories().by_person else None


def _report_to_leaders(members: list[Member]) -> list[Member]:
    """A team reports to its leader, leaders to the first leader of the function, those to the director."""
    leaders: dict[str, str] = {}
    heads: dict[str, str] = {}
    for member in members:
        leaders.setdefault(member.row.team_id, member.id)
        heads.setdefault(member.row.function, member.id)
    reporting: list[Member] = []
    for member in members:
        manager: str | None = leaders[member.row.team_id]
        if manager == member.id:
            manager = heads[member.row.function]
        if manager == member.id:
            manager = DIRECTOR
        if member.id == DIRECTOR:
            manager = None
        reporting.append(replace(member, row=replace(member.row, manager_id=manager)))
    return reporting


def _draw_names() -> dict[str, str]:
    lists: NameLists = read_catalogue("names", NameLists)
    planted = {person.id: person.name for person in read_stories().person}
    taken = set(planted.values())
    names: dict[str, str] = {}
    chance = open_chance("names")
    total = sum(profile.people for profile in read_organisation().functions.values())
    for number in range(1, total + 1):
        identifier = f"p{number:03}"
        name = planted.get(identifier)
        while name is None or (identifier not in planted and name in taken):
            name = f"{chance.choice(lists.given)} {chance.choice(lists.family)}"
        taken.add(name)
        names[identifier] = name
    return names


def _spell_ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("ł", "l").replace("Ø", "O"))
    return ".".join(
        "".join(letter for letter in part if letter.isascii() and letter.isalpha()) for part in plain.split()
    ).lower()
