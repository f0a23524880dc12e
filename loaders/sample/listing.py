"""What people list of themselves: about half of what they know, and not at random.

The obvious is left out: the first skills of one's own trade are listed less often, and so is what was picked up outside
one's function. Some list nothing at all, a few list what they would like to know.
"""

from __future__ import annotations

from datetime import date

from loaders.sample.catalogue import read_skills, read_stories
from loaders.sample.chance import open_chance, pick_date, round_level, squash
from loaders.sample.latent import Truth
from loaders.sample.moves import LAST_DAY
from loaders.sample.people import Member
from loaders.sample.record import Note, list_blocked

EMPTY_PROFILE = 0.06
ASPIRATION = 0.025
"""Chance to list a skill of one's own clusters that one lacks."""


def list_skills(members: list[Member], truth: Truth) -> list[Note]:
    """Return the self-reports of everybody."""
    return [note for member in members for note in _list_of_person(member, truth[member.id])]


def introduce_people(members: list[Member], listed: list[Note]) -> dict[str, str]:
    """Return what people say of themselves, by id, from what they list; many say nothing."""
    labels: dict[str, list[str]] = {}
    for note in listed:
        labels.setdefault(note.person, []).append(note.label)
    words: dict[str, str] = {}
    for member in members:
        chance = open_chance("about", member.id)
        planted = read_stories().by_person.get(member.id)
        named = labels.get(member.id, [])
        if planted and planted.about:
            words[member.id] = planted.about
        elif named and chance.random() < 0.6:
            topics = " and ".join(chance.sample(named, min(2, len(named))))
            words[member.id] = f"{member.row.title} in {member.row.region}. Ask me about: {topics}."
    return words


def _list_of_person(member: Member, known: dict[str, float]) -> list[Note]:
    chance = open_chance("listing", member.id)
    planted = read_stories().by_person.get(member.id)
    unlisted = {*planted.unlisted, *list_blocked(member.id)} if planted else set[str]()
    always = set(planted.listed) if planted else set[str]()
    clusters = read_skills().clusters
    obvious = set(clusters[member.home[0]].skills[:4])
    near = {
        label
        for name, cluster in clusters.items()
        if cluster.function == member.row.function
        for label in cluster.skills
    }
    on = pick_date(chance, max(date(2023, 7, 3), member.row.joined_on), LAST_DAY)
    openness = chance.gauss(0.55, 0.8)
    generosity = chance.gauss(0.1, 0.35)
    if chance.random() < EMPTY_PROFILE and planted is None:
        return []
    notes: list[Note] = []
    for label in sorted(known):
        logit = openness + 0.5 * (known[label] - 2.5) - 0.9 * (label in obvious) - 0.8 * (label not in near)
        drawn = chance.random() < squash(logit)
        level = round_level(chance.gauss(known[label] + generosity, 0.6))
        if label in always or (drawn and label not in unlisted):
            status = "withdrawn" if chance.random() < 0.01 and planted is None else "active"
            notes.append(Note(member.id, label, "self_report", on, level=level, origin="profile", status=status))
    for label in sorted({label for name in member.home for label in clusters[name].skills} - set(known) - unlisted):
        if chance.random() < ASPIRATION:
            notes.append(Note(member.id, label, "self_report", on, level=2.0, origin="profile"))
    return notes
