"""What no longer holds of a kept bridge when role, catalogue or person change, and what is planned instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY, Company
from tests.integration.engine.test_progress import WEEK, complete_course, engine
from tests.integration.engine.test_recording import open_engine

__all__ = ["engine"]


def test_a_role_that_asks_for_more_is_named_and_planned_for(store: GraphStore, engine: Engine) -> None:
    first = engine.accept_bridge("ana", "keeper")
    complete_course(engine)
    engine.record_step("ana", "keeper", "1", money=130.0)
    raised = r.RoleRequires(start_id="keeper", end_id="quality", level=3.0)
    added = r.RoleRequires(start_id="keeper", end_id="editing", level=2.0)
    school = Company()
    school.course("editing-school", {"editing": 2.0}, money=70.0, hours=5.0)
    school.write(store)
    store.write_relationships([raised, added], SOURCE)

    progress = engine.bridge_progress("ana", "keeper")

    assert not progress.holds
    assert progress.advice == "replan"
    assert "the role asks for Quality at level 3 now, not 2" in progress.changes
    assert "the role asks for Editing at level 2 now" in progress.changes
    assert "the role needs Quality at level 3, which nothing left brings" in progress.changes
    assert progress.left.price_now is None
    assert progress.anew is not None
    assert {move.id for move in progress.anew.moves} == {"quality-bootcamp", "editing-school"}

    second = engine.replan_bridge("ana", "keeper")

    assert second.price == progress.anew.price
    assert second.replaces == first.id
    assert engine.replan_bridge("ana", "keeper") == second
    replaced = engine.kept_bridges("ana").bridges
    assert sorted((item.id, item.status) for item in replaced) == sorted(
        [(first.id, "superseded"), (second.id, "active")]
    )
    followed = engine.bridge_progress("ana", "keeper")
    assert followed.holds
    assert [(item.step.id, item.state) for item in followed.earlier] == [("quality-course", "done")]
    assert (followed.money.foretold, followed.money.actual) == (100.0, 130.0)
    later = engine.record_step("ana", "keeper", "quality-course", hours=11.0)
    assert (later.hours.foretold, later.hours.actual) == (10.0, 11.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda store: store.delete_nodes(n.Project, SOURCE, ["clean-up-gig"]), "no longer in the catalogue"),
        (lambda store: edit_gig(store, seats=0), "has no seat left"),
        (lambda store: edit_gig(store, starts_on=TODAY - WEEK), f"began on {TODAY - WEEK}"),
        (lambda store: edit_gig(store, starts_on=TODAY), "begins before the bridge gets to it"),
        (lambda store: edit_gig(store, money=20000.0), "takes 20000 EUR and 20 hours now, not 0 and 20"),
    ],
    ids=["gone", "full", "begun", "too soon", "dearer"],
)
def test_a_catalogue_that_changes_is_named(
    store: GraphStore, engine: Engine, change: Callable[[GraphStore], object], said: str
) -> None:
    kept = engine.accept_bridge("ana", "keeper")
    change(store)

    progress = engine.bridge_progress("ana", "keeper")

    assert any(said in item for item in progress.changes), progress.changes
    assert progress.advice == "replan"
    assert progress.anew is not None
    assert [move.id for move in progress.anew.moves] == ["quality-bootcamp"]
    assert progress.bridge == kept, "the title stays, and so does what was foretold"
    if progress.holds:
        assert progress.left.price_now is not None
        assert progress.anew.price < progress.left.price_now
    assert [step.id for step in engine.replan_bridge("ana", "keeper").steps] == ["quality-bootcamp"]


def edit_gig(store: GraphStore, **values: Any) -> None:
    edited = Company()
    edited.gig("clean-up-gig", needs={}, develops={}, **{"hours": 20.0, **values})
    edited.write(store)


def test_who_is_in_a_gig_needs_no_seat(store: GraphStore, engine: Engine) -> None:
    engine.accept_bridge("ana", "keeper")
    complete_course(engine)
    edit_gig(store, seats=0, starts_on=TODAY)
    later = open_engine(store, TODAY + WEEK)
    full = later.bridge_progress("ana", "keeper")
    joined = later.record_step("ana", "keeper", "2", started_on=TODAY)

    assert not full.holds
    assert joined.holds
    assert joined.advice == "stay"
    assert joined.steps[1].step.started_on == TODAY
    assert later.replan_bridge("ana", "keeper").id == joined.bridge.id


def test_what_comes_to_be_held_otherwise_is_no_longer_needed(store: GraphStore, engine: Engine) -> None:
    school = Company()
    school.course("editing-school", {"editing": 2.0}, money=70.0, hours=5.0)
    school.write(store)
    store.write_relationships([r.RoleRequires(start_id="keeper", end_id="editing", level=2.0)], SOURCE)
    kept = engine.accept_bridge("ana", "keeper")
    engine.record_evidence("ana", "quality", "attestation", level=3.0, by="analyst00")

    progress = engine.bridge_progress("ana", "keeper")

    expected = {"quality-course": "not_needed", "clean-up-gig": "not_needed", "editing-school": "open"}
    assert {step.step.id: step.state for step in progress.steps} == expected
    assert {step.why for step in progress.steps} == {"what it brings is held already", ""}
    assert progress.holds
    assert progress.money.of == 0
    assert engine.replan_bridge("ana", "keeper") == kept


def test_a_cheaper_way_is_said_and_taken(store: GraphStore, engine: Engine) -> None:
    first = engine.accept_bridge("ana", "keeper")
    cheap = Company()
    cheap.course("quality-talk", {"quality": 2.0}, money=5.0, hours=1.0)
    cheap.write(store)

    progress = engine.bridge_progress("ana", "keeper")

    assert progress.holds
    assert progress.advice == "replan"
    assert progress.anew is not None
    assert progress.left.price_now is not None
    assert progress.anew.price < progress.left.price_now == first.price
    accepted = engine.accept_bridge("ana", "keeper")
    assert [step.id for step in accepted.steps] == ["quality-talk"]
    assert accepted.replaces == first.id
