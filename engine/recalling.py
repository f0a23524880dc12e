"""What may be seen of one person as of a past day: inferred in memory from what was observed by then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.beliefs import read_model
from engine.inference.settings import InferenceSettings
from engine.known import Known, read_known
from engine.refreshing import infer_person
from graph_schema.errors import InvalidInput
from graph_schema.queries.people import PERSON, BeliefRow
from graph_schema.queries.sight import KINDS_SHOWN
from graph_schema.relationships import HasSkill
from graph_schema.schema import fingerprint_properties, list_properties
from graph_schema.store import GraphStore


def recall_known(store: GraphStore, person_id: str, settings: InferenceSettings, day: date, today: date) -> Known:
    """Infer what may be seen of a person as of a past day with the model of today; nothing is written.

    What was observed by then and had not expired counts, unless it was withdrawn since: such evidence should never have
    counted. Of somebody whose inference is not on now nothing is inferred, and what they listed is told.

    Raises:
        InvalidInput: The day is yet to come.
    """
    if day > today:
        raise InvalidInput("as_of", f"{day} is yet to come; today is {today}")
    known = read_known(store, person_id, day)
    model = known.model
    found: list[tuple[HasSkill, str]] = []
    if model is not None and store.ask(PERSON, person_id=person_id)[0].inference == "on":
        found = infer_person(store, person_id, read_model(store, model.id), settings, day)
    rows = sorted((_to_row(item, label) for item, label in found), key=lambda row: (-row.probability, row.skill_id))
    shows, kept = _find_kept(store, person_id)
    return replace(
        known,
        beliefs=tuple(row for row in rows if shows[row.listed] and row.skill_id not in kept),
        listed=tuple(row for row in known.listed if row.skill_id not in kept),
    )


def _find_kept(store: GraphStore, person_id: str) -> tuple[dict[bool, bool], frozenset[str]]:
    """Return whether listed and other skills are shown to who asks, and the skills that are kept from them today.

    A skill may have been of the other kind then: shown as of that day, it would tell what is kept today.
    """
    rows = store.ask(KINDS_SHOWN, person_id=person_id)
    shows = {True: any(row.listed for row in rows), False: any(row.others for row in rows)}
    if all(shows.values()):
        return shows, frozenset()
    now = read_known(store.whole, person_id)
    listed_of = {row.skill_id: True for row in now.listed} | {row.skill_id: row.listed for row in now.beliefs}
    return shows, frozenset(skill for skill, listed in listed_of.items() if not shows[listed])


def _to_row(item: HasSkill, label: str) -> BeliefRow:
    return BeliefRow(
        person_id=item.start_id,
        skill_id=item.end_id,
        label=label,
        probability=item.probability,
        level=item.level,
        level_low=item.level_low,
        level_high=item.level_high,
        listed=item.listed,
        verified=item.verified,
        as_of=item.as_of,
        model=item.model,
        fingerprint=fingerprint_properties(list_properties(item)),
    )
