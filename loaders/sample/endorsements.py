"""Who vouches for whom: honest, generous and careless endorsers, halo, a ring and a pair that pays back."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from loaders.sample import PAYBACK_PAIR, RING
from loaders.sample.catalogue import read_skill_ids, read_skills, read_stories
from loaders.sample.chance import open_chance, pick_date, pick_weighted, round_level
from loaders.sample.latent import Truth
from loaders.sample.moves import LAST_DAY
from loaders.sample.people import Member
from loaders.sample.record import list_blocked
from loaders.sample.rows import EndorsementRow, EndorserRow

ERROR = {"honest": 0.04, "generous": 0.3, "noisy": 0.5}
"""Share of claims that are made without looking, by type of endorser."""
RAISE = {"honest": 0.0, "generous": 1.0, "noisy": 0.2}
"""Levels that are added, by type of endorser."""
HALO = 0.12
"""Chance that a strong skill brings an endorsement for its neighbour in the cluster, known or not."""
RETURN = 0.15
"""Chance that an endorsement is returned."""

Claim = tuple[str, str, str]
"""Endorser, person, skill label."""


def name_types(members: list[Member]) -> dict[str, str]:
    """Return the type of every endorser."""
    types: dict[str, str] = {}
    for member in members:
        draw = open_chance("endorser", member.id).random()
        types[member.id] = "honest" if draw < 0.7 else "generous" if draw < 0.85 else "noisy"
    return types | dict.fromkeys(RING, "ring") | dict.fromkeys(PAYBACK_PAIR, "payback")


def list_types(members: list[Member]) -> list[EndorserRow]:
    """Return the rows of truth/endorsers.csv."""
    return [EndorserRow(person_id=person, type=kind) for person, kind in sorted(name_types(members).items())]


def endorse_people(members: list[Member], truth: Truth) -> list[EndorsementRow]:
    """Return every endorsement, honest and not."""
    claims: dict[Claim, tuple[float, date]] = {}
    types = name_types(members)
    by_id = {member.id: member for member in members}
    for member in members:
        chance = open_chance("endorse", member.id)
        style = types[member.id] if types[member.id] in ERROR else "honest"
        colleagues = [other for other in members if other.id != member.id]
        weights = [_weigh_colleague(member, other) for other in colleagues]
        count = chance.choice((0, 0, 1, 2, 3, 4, 5, 6, 8))
        for other in pick_weighted(chance, colleagues, weights, count):
            _endorse(claims, chance, (member.id, other), style, truth)
            if chance.random() < RETURN:
                _endorse(claims, chance, (other.id, by_id[member.id]), types[other.id], truth)
    return _list_rows(claims | _collude() | _plant(truth))


def _weigh_colleague(member: Member, other: Member) -> float:
    if other.row.team_id == member.row.team_id:
        return 6.0
    return 1.5 if other.row.function == member.row.function else 0.12


def _endorse(
    claims: dict[Claim, tuple[float, date]], chance: Random, pair: tuple[str, Member], style: str, truth: Truth
) -> None:
    endorser, person = pair
    known = truth[person.id]
    blocked = list_blocked(person.id)
    clusters = read_skills().clusters
    home = [label for name in person.home for label in clusters[name].skills if label not in blocked]
    seen = [label for label in known if label in set(home) or chance.random() < 0.4]
    seen = [label for label in seen if label not in blocked]
    on = pick_date(chance, max(date(2023, 7, 3), person.row.joined_on + timedelta(days=30)), LAST_DAY)
    weights = [known[label] * (1.5 if label in truth[endorser] else 0.6) for label in seen]
    for label in pick_weighted(chance, seen, weights, chance.choice((1, 1, 2))):
        claimed = chance.choice(home) if chance.random() < ERROR.get(style, 0.04) else label
        level = round_level(chance.gauss(known.get(claimed, 2.0) + RAISE.get(style, 0.0), 0.7), lowest=1.0)
        claims.setdefault((endorser, person.id, claimed), (level, on))
        if known[label] >= 4 and chance.random() < HALO:
            claims.setdefault((endorser, person.id, chance.choice(home)), (level, on))


def _collude() -> dict[Claim, tuple[float, date]]:
    stories = read_stories()
    ring = {
        (one, other, label): (4.5, date(2026, 2, 2) + timedelta(days=7 * RING.index(one)))
        for one in RING
        for other in RING
        if one != other
        for label in stories.ring_claims
    }
    first, second = PAYBACK_PAIR
    pair = {
        (one, other, label): (4.0, day)
        for one, other, day in ((first, second, date(2026, 5, 11)), (second, first, date(2026, 5, 12)))
        for label in stories.payback_claims
    }
    return ring | pair


def _plant(truth: Truth) -> dict[Claim, tuple[float, date]]:
    return {
        (endorser, person.id, label): (truth[person.id][label], date(2025, 10, 6) + timedelta(days=31 * index))
        for person in read_stories().person
        for label, endorsers in person.endorsed.items()
        for index, endorser in enumerate(endorsers)
    }


def _list_rows(claims: dict[Claim, tuple[float, date]]) -> list[EndorsementRow]:
    ids = read_skill_ids()
    rows = [
        EndorsementRow(
            endorser_id=endorser, person_id=person, skill_id=ids[label], level=level, observed_on=on, status="active"
        )
        for (endorser, person, label), (level, on) in claims.items()
    ]
    return sorted(rows, key=lambda row: (row.endorser_id, row.person_id, row.skill_id))
