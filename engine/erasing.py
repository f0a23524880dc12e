"""Erasing a person with all there is about them, and the receipt that is left of it.

After it the graph is as if they had never been in it, with what is believed of the others as the same model has it
without them. Endorsements belong to two people and go with either of them; evidence that they signed about somebody
else stays that one's, unsigned. Records of the decision log stay as they are, and the pseudonym in them stands for
nobody any more (``engine/decisions.py``). Events about them go, but for one that says that they were erased: those who
were told of them must hear of it. It goes when events of its age are pruned.

The model was fitted while they were there, and may hold what it learnt of them: the next run of inference fits one
without them and removes the old one, unless beliefs of people whose inference is softly off still rest on it. The
receipt names the models that are left. Free text that others wrote (notes on evidence, reasons) is not searched.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from hashlib import sha256

from engine.beliefs import SOURCE, read_model
from engine.decisions import Told, append_decision
from engine.events.announce import announce
from engine.idempotency import forget_answers
from engine.inference.settings import InferenceSettings
from engine.record_results import ErasureList, ErasureReceipt, Readmission
from engine.refreshing import refresh_person
from engine.results import Named
from graph_schema.errors import NotFound
from graph_schema.event_types import ERASED, SKILLS_CHANGED, name_subject
from graph_schema.graph import Graph
from graph_schema.nodes import Erasure, Model
from graph_schema.queries.erasing import (
    CONCERNED_PEOPLE,
    CONTACT_DETAILS,
    ERASE_PERSON,
    ERASURES,
    FITTED_MODELS,
    LIFT_TOMBSTONE,
    PERSONAL_COUNTS,
    REMOVE_BELIEFS_IN,
    REMOVE_FROM_MARGINS,
    SKILLS_TOUCHED,
    UNSIGNED_PEOPLE,
)
from graph_schema.queries.events import ERASE_EVENTS
from graph_schema.queries.evidence import LOCK_PERSON
from graph_schema.queries.graph import LATEST_MODEL
from graph_schema.queries.people import BELIEFS_OF_PERSON, MEMBERS
from graph_schema.queries.skills import SKILLS_IN_USE
from graph_schema.queries.stamps import STAMP_ANEW
from graph_schema.store import GraphStore
from graph_schema.tombstones import digest_id, make_salt


def erase_person(
    store: GraphStore, actor: str, person: Named, settings: InferenceSettings, today: date
) -> ErasureReceipt:
    """Remove a person and everything about them in one transaction, and return the receipt, which is kept.

    What is believed of those whom it concerns is refreshed with the model as it is, as of today.
    """

    def erase(graph: Graph) -> ErasureReceipt:
        concerned = [row.id for row in graph.ask(CONCERNED_PEOPLE, person_id=person.id)]
        for person_id in sorted((person.id, *concerned)):
            graph.ask(LOCK_PERSON, person_id=person_id)
        skills = [row.id for row in graph.ask(SKILLS_TOUCHED, person_id=person.id)]
        details = graph.ask(CONTACT_DETAILS, person_id=person.id)[0]
        called = [name for name in (person.id, details.name, details.email) if name]
        receipt = _write_receipt(graph, person)
        # Whoever asked may be the person, whose pseudonym the record then takes before it goes.
        append_decision(graph, actor, Told(operation="erase_person", question={"receipt": receipt.id}))
        graph.ask(REMOVE_FROM_MARGINS, called=called, person_id=person.id)
        touched = [row.id for row in graph.ask(UNSIGNED_PEOPLE, person_id=person.id)]
        forget_answers(graph, called)
        graph.ask(ERASE_PERSON, person_id=person.id)
        # Whoever keeps copies has to be told whom to erase (GDPR, Art. 17 and 19): that event is all that is left.
        subject = name_subject("person", person.id)
        graph.ask(ERASE_EVENTS, subject=subject, called=called, now=receipt.erased_at)
        announce(graph, ERASED, [person.id])
        announce(graph, "skillway.person.changed", touched)
        graph.ask(STAMP_ANEW, parts=["mentors"])
        _refresh(store, graph, concerned, skills, settings, today)
        return receipt

    return store.transact("erase_person", erase)


def readmit_person(store: GraphStore, actor: str, person_id: str) -> Readmission:
    """Let a data set bring somebody back who was erased, and forget by whom the receipt would know them.

    Raises:
        NotFound: Nobody with this id was erased, or they were let in again already.
    """

    def readmit(graph: Graph) -> Readmission:
        salts = sorted({row.salt for row in graph.ask(ERASURES) if row.salt})
        lifted = graph.ask(LIFT_TOMBSTONE, tombstones=[digest_id(salt, person_id) for salt in salts])[0].written
        if not lifted:
            raise NotFound("erased person", person_id, "give the exact id that the data set has")
        append_decision(graph, actor, Told(operation="readmit_person", question={}))
        return Readmission(person_id=person_id)

    return store.transact("readmit_person", readmit)


def list_erasures(store: GraphStore) -> ErasureList:
    """Return the receipts of all erasures, the newest first, with the models that are left of before each."""
    models = store.ask(FITTED_MODELS)
    return ErasureList(
        tuple(
            ErasureReceipt(
                id=row.id,
                erased_at=row.erased_at,
                counts=json.loads(row.counts),
                models_left=tuple(model.id for model in models if model.fitted_at <= row.erased_at),
            )
            for row in store.ask(ERASURES)
        )
    )


def _write_receipt(graph: Graph, person: Named) -> ErasureReceipt:
    counts = asdict(graph.ask(PERSONAL_COUNTS, person_id=person.id)[0])
    erased_at = datetime.now(UTC)
    text = json.dumps(counts, sort_keys=True)
    content = f"{erased_at.isoformat(timespec='microseconds')}\x1f{text}"
    salt = next((row.salt for row in graph.ask(ERASURES) if row.salt), None) or make_salt()
    erasure = Erasure(
        id=f"erasure:{sha256(content.encode()).hexdigest()}",
        erased_at=erased_at,
        counts=text,
        salt=salt,
        tombstone=digest_id(salt, person.id),
    )
    graph.write_nodes([erasure], SOURCE)
    return ErasureReceipt(erasure.id, erased_at, counts, tuple(sorted(graph.list_ids(Model))))


def _refresh(
    store: GraphStore, graph: Graph, concerned: list[str], skills: list[str], settings: InferenceSettings, today: date
) -> None:
    latest = graph.ask(LATEST_MODEL)
    if not latest:
        return
    model = read_model(store, latest[0].id)
    # Nobody else shows these any more, so nobody is asked about them.
    unused = set(skills) - {row.id for row in graph.ask(SKILLS_IN_USE, skill_ids=skills)}
    believed = graph.ask(REMOVE_BELIEFS_IN, skill_ids=sorted(unused))
    announce(graph, SKILLS_CHANGED, sorted(row.id for row in believed))
    for member in graph.ask(MEMBERS, person_ids=concerned):
        before = graph.ask(BELIEFS_OF_PERSON, person_id=member.id)
        refresh_person(graph, member, before, model, settings, today)
