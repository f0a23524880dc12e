"""Objects on their way into the graph: each checked by itself, before anything is looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pydantic import ValidationError

from engine.registry.endorsements import make_id
from engine.registry.kinds import EdgeKind, Kind
from engine.registry.models import LONGEST_NAME, make_model, name_end
from engine.registry.results import FieldFault, Reason, RowResult, WriteMode
from engine.registry.rules import find_faults
from graph_schema.evidence_ids import API, make_evidence_id


@dataclass(frozen=True)
class BadRow:
    """What was given cannot even be read as an object."""

    detail: str


Given = Mapping[str, Any] | BadRow


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which terms objects are written."""

    today: date
    mode: WriteMode = "put"
    take_over: bool = False
    if_match: Sequence[str] | None = None
    create_only: bool = False


@dataclass
class Draft:
    """One object as it was given, and what has become of it so far."""

    line: int
    id: str | None
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    """Every field of the object as it is to be, once it is known."""
    result: RowResult | None = None

    def mark(self, status: Literal["created", "updated", "unchanged"], etag: str) -> None:
        """Note that it is written, or need not be."""
        self.result = RowResult(self.line, self.id, status, etag=etag)

    def reject(self, reason: Reason, *faults: FieldFault, owner: str | None = None) -> None:
        """Note that it cannot be written, and why."""
        self.result = RowResult(self.line, self.id, "rejected", reason=reason, problems=faults, owner=owner)


def read_draft(kind: Kind | EdgeKind, line: int, given: Given, terms: Terms) -> Draft:
    """Check one object by itself."""
    if isinstance(given, BadRow):
        draft = Draft(line, None)
        draft.reject("invalid", FieldFault("", given.detail))
        return draft
    told = given.get("id")
    draft = Draft(line, told if isinstance(told, str) and 0 < len(told) <= LONGEST_NAME else None, given)
    if told is not None and draft.id is None:
        draft.reject("invalid", FieldFault("id", f"must be a text of 1 to {LONGEST_NAME} characters"))
    elif terms.mode == "put":
        complete_draft(kind, draft, given, terms.today)
    elif isinstance(kind, EdgeKind) or kind.said:
        draft.reject("invalid", FieldFault("", f"{kind.singular} is never changed; withdraw it and write a new one"))
    elif draft.id is None:
        draft.reject("invalid", FieldFault("id", "is missing"))
    return draft


def complete_draft(kind: Kind | EdgeKind, draft: Draft, whole: Mapping[str, Any], today: date) -> None:
    """Check a whole object and give the draft its values, in the order in which they are read back."""
    try:
        values = make_model(kind).model_validate(whole).model_dump()
    except ValidationError as error:
        faults = (FieldFault(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors())
        draft.reject("invalid", *faults)
        return
    draft.id = draft.id or _name(kind, values)
    if draft.id is None:
        draft.reject("invalid", FieldFault("id", "is missing"))
        return
    values["id"] = draft.id
    if not isinstance(kind, EdgeKind):
        for link in kind.links:
            if link.form == "ids":
                values[link.field] = sorted(values[link.field])
            elif link.form == "records":
                end = name_end(link.relationships[0])
                values[link.field] = sorted(values[link.field], key=lambda entry: entry[end])
    draft.values = values
    if faults := tuple(find_faults(kind, draft.id, values, today)):
        draft.reject("invalid", *faults)


def name_evidence(values: Mapping[str, Any]) -> str:
    """Return the id of evidence that came by the service: all that is said is in it, but its status."""
    said = ("origin_ref", "observed_on", "via_id", "by_id", "level", "score", "valid_until", "note")
    return make_evidence_id(
        API,
        values["person_id"],
        values["skill_id"],
        values["kind"],
        values["origin"],
        *(str(values[name]) for name in said),
    )


def merge_patch(stored: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with a merge patch applied (RFC 7396): null takes a field back to its default."""
    kept = {name: value for name, value in stored.items() if name not in patch}
    return kept | {name: value for name, value in patch.items() if value is not None}


def _name(kind: Kind | EdgeKind, values: Mapping[str, Any]) -> str | None:
    if isinstance(kind, EdgeKind):
        return make_id(values["endorser_id"], values["person_id"], values["skill_id"])
    return name_evidence(values) if kind.said else None
