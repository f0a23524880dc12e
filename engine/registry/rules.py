"""What a value means beside others of its object: what no type and no range can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.recording import NewEvidence, check_evidence
from engine.registry.endorsements import make_id
from engine.registry.kinds import EdgeKind, Kind
from engine.registry.models import name_end
from engine.registry.results import FieldFault
from graph_schema.errors import InvalidInput


def find_faults(kind: Kind | EdgeKind, object_id: str, values: Mapping[str, Any], today: date) -> Iterator[FieldFault]:
    """Yield what is wrong with an object whose fields are each valid."""
    if isinstance(kind, EdgeKind):
        yield from _check_endorsement(object_id, values, today)
        return
    yield from _check_ends(kind, object_id, values)
    if kind.name == "projects":
        yield from _check_order(values, "starts_on", "ends_on")
    if kind.name == "evidence":
        yield from _check_evidence(values, today)


def _check_ends(kind: Kind, object_id: str, values: Mapping[str, Any]) -> Iterator[FieldFault]:
    for link in kind.links:
        value = values[link.field]
        if link.form == "one":
            ends = [] if value is None else [value]
        elif link.form == "ids":
            ends = value
        else:
            ends = [entry[name_end(link.relationships[0])] for entry in value]
        if repeated := [end for end, count in Counter(ends).items() if count > 1]:
            yield FieldFault(link.field, f"names {repeated[0]!r} twice")
        if object_id in ends and any(item.end is kind.node for item in link.relationships):
            yield FieldFault(link.field, f"leads from {kind.singular} {object_id!r} to itself")


def _check_order(values: Mapping[str, Any], first: str, last: str) -> Iterator[FieldFault]:
    if values[first] and values[last] and values[last] < values[first]:
        yield FieldFault(last, f"must not be before {first} ({values[first]})")


def _check_evidence(values: Mapping[str, Any], today: date) -> Iterator[FieldFault]:
    told = NewEvidence(
        person=values["person_id"],
        skill=values["skill_id"],
        kind=values["kind"],
        level=values["level"],
        score=values["score"],
        observed_on=values["observed_on"],
        valid_until=values["valid_until"],
        via=values["via_id"],
        by=values["by_id"],
    )
    try:
        check_evidence(told, today)
    except InvalidInput as error:
        yield FieldFault(error.field, error.problem)


def _check_endorsement(object_id: str, values: Mapping[str, Any], today: date) -> Iterator[FieldFault]:
    if object_id != make_id(values["endorser_id"], values["person_id"], values["skill_id"]):
        yield FieldFault("id", "stands for other people or another skill; leave it out")
    if values["endorser_id"] == values["person_id"]:
        yield FieldFault("endorser_id", "nobody endorses themselves")
    if values["observed_on"] > today:
        yield FieldFault("observed_on", f"{values['observed_on']} is yet to come; today is {today}")
