"""The record of evidence: notes with skill labels, gathered into rows with ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from loaders.sample.catalogue import read_skill_ids, read_stories
from loaders.sample.rows import EvidenceRow

PREFIXES = {
    "learning system": "L",
    "project archive": "P",
    "appraisal": "A",
    "assessment centre": "T",
    "badge wallet": "B",
    "profile": "S",
}


@dataclass(frozen=True)
class Note:
    """One observation about a person and a skill, by label; becomes one row of evidence."""

    person: str
    label: str
    kind: str
    on: date
    level: float | None = None
    score: float | None = None
    until: date | None = None
    origin: str = ""
    source: str | None = None
    by: str | None = None
    status: str = "active"
    remark: str | None = None


def list_blocked(person: str) -> set[str]:
    """Return the labels chance must leave alone: what a story says the person lacks, or has no record of."""
    planted = read_stories().by_person.get(person)
    return {*planted.lacks, *planted.endorsed} if planted else set()


def list_untested(person: str) -> set[str]:
    """Return the labels chance must not test or badge: a hidden talent of a story has no certificate to show."""
    planted = read_stories().by_person.get(person)
    return {*list_blocked(person), *planted.unlisted} if planted else set()


def number_notes(notes: Iterable[Note]) -> list[EvidenceRow]:
    """Return the rows of evidence.csv, one for a person, skill, kind, day and source, numbered by their origin."""
    ids = read_skill_ids()
    single = {(note.person, note.label, note.kind, note.on, note.source or ""): note for note in notes}
    rows: list[EvidenceRow] = []
    counters = dict.fromkeys(PREFIXES, 0)
    for key in sorted(single, key=lambda key: (key[0], key[3], key[2], key[4], key[1])):
        note = single[key]
        counters[note.origin] += 1
        rows.append(
            EvidenceRow(
                person_id=note.person,
                skill_id=ids[note.label],
                kind=note.kind,
                level=note.level,
                score=note.score,
                observed_on=note.on,
                valid_until=note.until,
                origin=note.origin,
                origin_ref=f"{PREFIXES[note.origin]}{counters[note.origin]:05}",
                from_id=note.source,
                by_id=note.by,
                status=note.status,
                note=note.remark,
            )
        )
    return rows
