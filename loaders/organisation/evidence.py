"""evidence.csv and endorsements.csv: what has been seen, said and measured about people's skills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, field_validator

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from graph_schema.evidence_ids import make_evidence_id
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from loaders.base import Link, Piece, Problem, Row, Table
from loaders.directory import Directory
from loaders.fields import IsoDate, Level, Share

_LEAVES: dict[type[n.Node], type[r.Relationship]] = {
    n.Course: r.EvidenceFromCourse,
    n.Project: r.EvidenceFromProject,
    n.Assessment: r.EvidenceFromAssessment,
    n.Credential: r.EvidenceFromCredential,
}
_KINDS = [name for name in EVIDENCE_KINDS if name != "endorsement"]


class EvidenceRow(Row):
    """One observation about one person and one skill."""

    person_id: str = Field(description="Whom it is about: an id of people.csv.")
    skill_id: str = Field(description="The skill: an id or an exact preferred label.")
    kind: str = Field(description=f"One of {', '.join(_KINDS)}. self_report means that the person lists the skill.")
    level: Level | None = Field(None, description="Level shown.")
    score: Share | None = Field(None, description="Result of an assessment; a low one counts against the skill.")
    observed_on: IsoDate = Field(description="When the skill was last seen.")
    valid_until: IsoDate | None = Field(None, description="Last day it counts; empty when it does not expire.")
    origin: str = Field("organisation", description="System or form it came from.")
    origin_ref: str | None = Field(None, description="The origin's own id of it.")
    from_id: str | None = Field(None, description="What left it: an id of a course, project, assessment or credential.")
    by_id: str | None = Field(None, description="Who signed or observed it: an id of people.csv.")
    status: n.EvidenceStatus = Field("active", description="Withdrawn evidence stays on record and counts no more.")
    note: str | None = Field(None, description="What the origin says about it, in words.")

    @field_validator("kind")
    @classmethod
    def _check_kind(cls, kind: str) -> str:
        if kind == "endorsement":
            raise ValueError("endorsements belong in endorsements.csv, which says who gave them")
        if kind not in EVIDENCE_KINDS:
            raise ValueError(f"must be one of {', '.join(_KINDS)}")
        return kind


class EndorsementRow(Row):
    """One person vouches for one skill of another."""

    endorser_id: str = Field(description="Who vouches: an id of people.csv.")
    person_id: str = Field(description="For whom: an id of people.csv.")
    skill_id: str = Field(description="The skill: an id or an exact preferred label.")
    level: Level | None = Field(None, description="Level vouched for.")
    observed_on: IsoDate = Field(description="When it was given.")
    status: Literal["active", "withdrawn"] = Field("active", description="A withdrawn endorsement counts no more.")


def _evidence_to_graph(row: EvidenceRow, directory: Directory) -> Iterator[Piece]:
    if row.valid_until and row.valid_until < row.observed_on:
        raise InvalidInput("valid_until", f"must not be before observed_on ({row.observed_on})")
    skill = directory.find_skill("skill_id", row.skill_id)
    own = (row.origin_ref,) if row.origin_ref else (row.observed_on.isoformat(), row.from_id or "", row.by_id or "")
    evidence = make_evidence_id(directory.source, row.person_id, skill, row.kind, row.origin, *own)
    yield n.Evidence(
        id=evidence,
        kind=row.kind,
        level=row.level,
        score=row.score,
        observed_on=row.observed_on,
        valid_until=row.valid_until,
        origin=row.origin,
        origin_ref=row.origin_ref,
        status=row.status,
        note=row.note,
    )
    yield Link(r.EvidenceAbout(start_id=evidence, end_id=row.person_id), "person_id")
    yield Link(r.EvidenceShows(start_id=evidence, end_id=skill), "skill_id")
    if row.from_id:
        yield _tell_origin(evidence, row.from_id, directory)
    if row.by_id:
        yield Link(r.EvidenceBy(start_id=evidence, end_id=row.by_id), "by_id", essential=False)


def _tell_origin(evidence: str, origin: str, directory: Directory) -> Piece:
    try:
        kind = directory.find_kind("from_id", origin, *_LEAVES)
    except InvalidInput as error:
        return Problem("from_id", origin, error.problem)
    return Link(_LEAVES[kind](start_id=evidence, end_id=origin), "from_id", essential=False)


def _endorsement_to_graph(row: EndorsementRow, directory: Directory) -> Iterator[Piece]:
    if row.endorser_id == row.person_id:
        raise InvalidInput("endorser_id", "nobody endorses themselves")
    endorsed = r.Endorsed(
        start_id=row.endorser_id,
        end_id=row.person_id,
        skill_id=directory.find_skill("skill_id", row.skill_id),
        level=row.level,
        observed_on=row.observed_on,
        status=row.status,
    )
    column = "person_id" if directory.has(n.Person, row.endorser_id) else "endorser_id"
    yield Link(endorsed, column)


EVIDENCE = Table(
    name="evidence",
    description="What has been seen, learnt or measured: one observation about one person and one skill a row.",
    row=EvidenceRow,
    gives=(n.Evidence, r.EvidenceAbout, r.EvidenceShows, *_LEAVES.values(), r.EvidenceBy),
    to_graph=_evidence_to_graph,
)
ENDORSEMENTS = Table(
    name="endorsements",
    description="Who vouches for which skill of whom.",
    row=EndorsementRow,
    gives=(r.Endorsed,),
    to_graph=_endorsement_to_graph,
)
