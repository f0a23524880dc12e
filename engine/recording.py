"""One new piece of evidence, or one withdrawn: written and acted on at once, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine import names
from engine.beliefs import read_latest_model, read_model
from engine.events.announce import announce
from engine.inference.settings import InferenceSettings
from engine.names import find_candidate, resolve_name
from engine.profiles import to_belief
from engine.refreshing import refresh_person
from engine.results import EvidenceChange, Named
from engine.ticking import say_ticks
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.evidence_ids import RECORDED, make_evidence_id
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from graph_schema.graph import Graph
from graph_schema.queries.evidence import LOCK_PERSON, WITHDRAW_EVIDENCE
from graph_schema.queries.people import BELIEFS_OF_PERSON, MEMBERS
from graph_schema.schema import Relationship
from graph_schema.store import GraphStore

TOP = 20
"""How many hidden skills the answer holds."""

_LEAVES = (r.EvidenceFromCourse, r.EvidenceFromProject, r.EvidenceFromAssessment, r.EvidenceFromCredential)


@dataclass(frozen=True)
class NewEvidence:
    """One observation as it is told, things by id or name; ``via`` is what left it, ``by`` who signed it."""

    person: str
    skill: str
    kind: str
    level: float | None
    score: float | None
    observed_on: date
    valid_until: date | None
    via: str | None
    by: str | None


def record_evidence(store: GraphStore, told: NewEvidence, settings: InferenceSettings, today: date) -> EvidenceChange:
    """Write a piece of evidence and refresh what is believed of the person, as of today.

    Raises:
        InvalidInput: A value cannot be used; nothing is written.
        NotInferred: There is no model yet.
    """
    check_evidence(told, today)
    return store.transact("record_evidence", lambda graph: write_evidence(store, graph, told, settings, today))


def write_evidence(
    store: GraphStore, graph: Graph, told: NewEvidence, settings: InferenceSettings, today: date
) -> EvidenceChange:
    """Write a piece of evidence that was checked, in a transaction that may do more, and refresh the person."""
    person = resolve_name(graph, names.PERSON, told.person)
    skill = resolve_name(graph, names.SKILL, told.skill)
    evidence_id = _write(graph, told, person, skill)
    return _act_on(store, graph, _Done(evidence_id, "active", person, skill), settings, today)


def withdraw_evidence(store: GraphStore, evidence_id: str, settings: InferenceSettings, today: date) -> EvidenceChange:
    """Mark a piece of evidence as withdrawn and refresh what is believed of the person, as of today.

    Evidence of a data set stays withdrawn when the same data set is loaded again; where the data set says something new
    about it, that counts.

    Raises:
        NotFound: There is no such evidence.
        NotInferred: There is no model yet.
    """

    def withdraw(graph: Graph) -> EvidenceChange:
        found = graph.ask(WITHDRAW_EVIDENCE, evidence_id=evidence_id)
        if not found:
            raise NotFound("evidence", evidence_id, "explanations name the ids of what they rest on")
        person, skill = Named(found[0].person_id, found[0].person), Named(found[0].skill_id, found[0].skill)
        announce(graph, "skillway.person.changed", [person.id])
        return _act_on(store, graph, _Done(evidence_id, "withdrawn", person, skill), settings, today)

    return store.transact("withdraw_evidence", withdraw)


def check_evidence(told: NewEvidence, today: date) -> None:
    """Refuse evidence that cannot be used, whatever the graph holds.

    Raises:
        InvalidInput: A value is out of its range.
    """
    kinds = [name for name in EVIDENCE_KINDS if name != "endorsement"]
    if told.kind == "endorsement":
        raise InvalidInput(
            "kind", "an endorsement bears on others too: load it (endorsements.csv), then infer everybody anew"
        )
    if told.kind not in kinds:
        raise InvalidInput("kind", f"{told.kind!r} is not one of {', '.join(kinds)}")
    if told.level is not None and not 0 <= told.level <= 5:
        raise InvalidInput("level", f"must be from 0 to 5, and {told.level:g} is not")
    if told.score is not None and not EVIDENCE_KINDS[told.kind].graded:
        graded = [name for name in kinds if EVIDENCE_KINDS[name].graded]
        raise InvalidInput("score", f"{told.kind} carries no score; what does: {', '.join(graded)}")
    if told.score is not None and not 0 <= told.score <= 1:
        raise InvalidInput("score", f"must be from 0 to 1, and {told.score:g} is not")
    if told.observed_on > today:
        raise InvalidInput("observed_on", f"{told.observed_on} is yet to come; today is {today}")
    if told.valid_until is not None and told.valid_until < told.observed_on:
        raise InvalidInput("valid_until", f"must not be before observed_on ({told.observed_on})")


def _write(graph: Graph, told: NewEvidence, person: Named, skill: Named) -> str:
    via = None if told.via is None else find_candidate(graph, names.ORIGIN, told.via)
    by = None if told.by is None else resolve_name(graph, names.PERSON, told.by)
    # All that is said is in the id: the same thing told twice is one piece of evidence, and none is ever changed.
    said = (told.observed_on, via.id if via else "", by.id if by else "", told.level, told.score, told.valid_until)
    evidence = n.Evidence(
        id=make_evidence_id(RECORDED, person.id, skill.id, told.kind, RECORDED, *map(str, said)),
        kind=told.kind,
        level=told.level,
        score=told.score,
        observed_on=told.observed_on,
        valid_until=told.valid_until,
        origin=RECORDED,
    )
    links: list[Relationship] = [
        r.EvidenceAbout(start_id=evidence.id, end_id=person.id),
        r.EvidenceShows(start_id=evidence.id, end_id=skill.id),
    ]
    if via is not None:
        leaf = next(item for item in _LEAVES if item.end.__name__ == via.detail)
        links.append(leaf(start_id=evidence.id, end_id=via.id))
    if by is not None:
        links.append(r.EvidenceBy(start_id=evidence.id, end_id=by.id))
    graph.write_nodes([evidence], RECORDED)
    for link in links:
        graph.write_relationships([link], RECORDED)
    return evidence.id


@dataclass(frozen=True)
class _Done:
    """What was done: to which evidence, about whom and what."""

    evidence_id: str
    status: n.EvidenceStatus
    person: Named
    skill: Named


def _act_on(store: GraphStore, graph: Graph, done: _Done, settings: InferenceSettings, today: date) -> EvidenceChange:
    # Of two pieces of evidence about one person, the second waits here, and then sees the first.
    graph.ask(LOCK_PERSON, person_id=done.person.id)
    person = graph.ask(MEMBERS, person_ids=[done.person.id])[0]
    model = read_model(store, read_latest_model(graph).id)
    rows = graph.ask(BELIEFS_OF_PERSON, person_id=person.id)
    before = [to_belief(row, row.label, settings.threshold) for row in rows]
    now = refresh_person(graph, person, rows, model, settings, today)
    return EvidenceChange(
        evidence_id=done.evidence_id,
        status=done.status,
        person=done.person,
        skill=done.skill,
        inference=person.inference,
        before=next((item for item in before if item.skill.id == done.skill.id), None),
        after=next((item for item in now.beliefs if item.skill.id == done.skill.id), None),
        changed=now.changed,
        hidden=tuple(item for item in now.beliefs if item.hidden)[:TOP],
        model=model.version,
        as_of=today,
        bridges=say_ticks(graph, person.id, done.evidence_id, done.status, today),
    )
