"""What may be seen of a person as of a past day: inferred in memory from what was observed by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.beliefs import read_model
from engine.inference.settings import InferenceSettings
from engine.known import Known, read_known
from engine.refreshing import infer_person
from graph_schema.errors import InvalidInput
from graph_schema.graph import Graph
from graph_schema.queries.people import PERSON, BeliefRow
from graph_schema.queries.sight import KEPT_SKILLS, KINDS_SHOWN
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
    check_day(day, today)
    known = read_known(store, person_id, day)
    model = known.model
    found: list[tuple[HasSkill, str]] = []
    if model is not None and store.ask(PERSON, person_id=person_id)[0].inference == "on":
        found = infer_person(store, person_id, read_model(store, model.id), settings, day)
    rows = sorted((_to_row(item, label) for item, label in found), key=lambda row: (-row.probability, row.skill_id))
    kinds = store.ask(KINDS_SHOWN, person_id=person_id)
    shows = {True: any(row.listed for row in kinds), False: any(row.others for row in kinds)}
    keeps = [] if all(shows.values()) else [person_id]
    kept = find_kept(store, keeps, today if model is None else model.as_of).get(person_id, frozenset())
    return replace(
        known,
        beliefs=tuple(row for row in rows if shows[row.listed] and row.skill_id not in kept),
        listed=tuple(row for row in known.listed if row.skill_id not in kept),
    )


def check_day(day: date, today: date) -> None:
    """Refuse a day that cannot be told of.

    Raises:
        InvalidInput: The day is yet to come.
    """
    if day > today:
        raise InvalidInput("as_of", f"{day} is yet to come; today is {today}")


def name_day(day: date | None) -> dict[str, object]:
    """Name the past day that was asked for in what a decision record says of the question; nothing where none was."""
    return {} if day is None else {"as_of": day.isoformat()}


def find_kept(graph: Graph, person_ids: Sequence[str], today: date) -> Mapping[str, frozenset[str]]:
    """Return the skills that people keep from others today, by the ids of the people.

    A skill may have been of the other kind on a past day: shown as of that day, it would tell what is kept today.

    Args:
        graph: Where to look.
        person_ids: Of whom; people who keep nothing take no look.
        today: The day of the model, on which what they list counts.
    """
    if not person_ids:
        return {}
    rows = graph.ask(KEPT_SKILLS, person_ids=list(person_ids), as_of=today)
    return {row.person_id: frozenset(row.skill_ids) for row in rows}


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
