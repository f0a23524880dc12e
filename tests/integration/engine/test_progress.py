"""Bridges that are kept, on a real Neo4j: ticked off by evidence, planned anew, compared, gone with their person."""

from __future__ import annotations

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.bridge_wishes import BridgeWishes
from engine.progress_results import BridgeProgress, Comparison
from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.bridge_relationships import BridgeFirst, BridgeFor, BridgeTo, StepThen
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.queries.paths import BRIDGE_PATH
from graph_schema.query import Query
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader
from tests.integration.engine.company import SOURCE, TODAY, Company, analysts_and_writers
from tests.integration.engine.test_engine import DECISIONS, infer
from tests.integration.engine.test_recording import open_engine

ORGANISATION = Path(__file__).parents[2] / "data" / "organisation" / "files"
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Counted:
    label: str
    nodes: int


KEPT = Query(
    name="all_that_is_kept",
    row=Counted,
    text="""
    MATCH (node) WHERE node:Bridge OR node:BridgeStep
    RETURN labels(node)[0] AS label, count(node) AS nodes ORDER BY label
    """,
)


def company() -> Company:
    """Ana, who shows SQL, lacks quality: a course and then a gig, and a dear bootcamp beside them."""
    company = analysts_and_writers()
    company.role("keeper", {"sql": 2.0, "quality": 2.0})
    return company


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    infer(store, company())
    return open_engine(store)


def complete_course(engine: Engine, level: float = 1.0) -> Any:
    return engine.record_evidence("ana", "quality", "course_completion", level=level, via="quality-course")


def complete_gig(engine: Engine) -> Any:
    return engine.record_evidence("ana", "quality", "project_outcome", level=3.0, via="clean-up-gig")


def states(progress: BridgeProgress) -> list[str]:
    return [step.state for step in progress.steps]


def test_a_bridge_is_kept_as_it_was_foretold_and_again_is_the_same(store: GraphStore, engine: Engine) -> None:
    foretold = engine.bridge("ana", "keeper")
    kept = engine.accept_bridge("Ana", "Keeper")

    assert [(step.id, step.money, step.hours, step.start_week, step.end_week) for step in kept.steps] == [
        (step.id, step.money, step.hours, step.start_week, step.end_week) for step in foretold.steps
    ]
    assert [step.id for step in kept.steps] == ["quality-course", "clean-up-gig"]
    assert (kept.price, kept.lower_bound, kept.weeks) == (foretold.price, foretold.lower_bound, foretold.weeks)
    assert (kept.status, kept.accepted_on, kept.accepted_by) == ("active", TODAY, "tester")
    before = store.ask(KEPT)
    assert engine.accept_bridge("ana", "keeper") == kept
    assert engine.kept_bridges("ana").bridges == (kept,)
    assert store.ask(KEPT) == before == [Counted("Bridge", 1), Counted("BridgeStep", 2)]


def test_a_kept_bridge_is_a_path(store: GraphStore, engine: Engine) -> None:
    kept = engine.accept_bridge("ana", "keeper")

    path = store.ask(BRIDGE_PATH, bridge_id=kept.id)

    assert [(step.label, step.title, step.uses, step.gives) for step in path] == [
        ("Bridge", "Keeper", None, []),
        ("BridgeStep", "Quality Course", "Quality Course", ["Quality 1.0"]),
        ("BridgeStep", "Clean Up Gig", "Clean Up Gig", ["Quality 2.0"]),
    ]


def test_evidence_ticks_off_and_what_is_withdrawn_unticks(store: GraphStore, engine: Engine) -> None:
    engine.accept_bridge("ana", "keeper")
    before = engine.bridge_progress("ana", "keeper")
    told = complete_course(engine)
    after = engine.bridge_progress("ana", "keeper")

    assert states(before) == ["open", "open"]
    assert (before.state, before.advice, before.holds, before.changes) == ("under_way", "stay", True, ())
    assert before.anew is not None
    assert before.anew.price == before.left.price == before.left.price_now == before.bridge.price
    assert states(after) == ["done", "open"]
    assert after.steps[0].evidence == (told.evidence_id,)
    assert after.left.price < before.left.price
    assert told.bridges == ("step 1 of 2 of the bridge to Keeper, Quality Course, is done",)
    kept = store.ask(KEPT)

    withdrawn = engine.withdraw_evidence(told.evidence_id)

    assert withdrawn.bridges == ("step 1 of 2 of the bridge to Keeper, Quality Course, is open again",)
    assert engine.bridge_progress("ana", "keeper") == before
    assert store.ask(KEPT) == kept


def test_what_was_seen_before_the_bridge_was_accepted_ticks_nothing(engine: Engine) -> None:
    engine.accept_bridge("ana", "keeper")
    old = TODAY - timedelta(days=1)
    engine.record_evidence("ana", "quality", "course_completion", via="quality-course", level=0.5, observed_on=old)

    assert engine.bridge_progress("ana", "keeper").steps[0].state != "done"


def test_finished_it_is_compared_with_what_was_foretold(engine: Engine) -> None:
    engine.accept_bridge("ana", "keeper")
    complete_course(engine)
    engine.record_step("ana", "keeper", "Quality Course", money=120.0)
    some = engine.record_step("ana", "keeper", "1", hours=9.0)
    complete_gig(engine)
    finished = engine.bridge_progress("ana", "keeper")

    assert (some.money.of, some.money.known, some.money.foretold, some.money.actual) == (1, 1, 100.0, 120.0)
    assert (finished.state, finished.advice, finished.readiness) == ("finished", "finished", 1.0)
    assert states(finished) == ["done", "done"]
    assert finished.anew is None
    assert finished.left.price == 0.0
    # What the gig came to is not known, and is not taken for nothing.
    assert finished.hours == Comparison(of=2, known=1, foretold=10.0, actual=9.0)
    assert finished.steps[1].step.actual_money is None
    with pytest.raises(InvalidInput, match="meets every requirement"):
        engine.accept_bridge("ana", "keeper")
    assert engine.replan_bridge("ana", "keeper").id == finished.bridge.id


def test_a_step_past_its_week_is_overdue(store: GraphStore, engine: Engine) -> None:
    kept = engine.accept_bridge("ana", "keeper")
    last_day = TODAY + kept.steps[0].end_week * WEEK - timedelta(days=1)

    assert not open_engine(store, last_day).bridge_progress("ana", "keeper").behind
    late = open_engine(store, last_day + timedelta(days=1)).bridge_progress("ana", "keeper")
    assert [step.overdue for step in late.steps] == [True, kept.steps[1].end_week == kept.steps[0].end_week]
    assert late.behind
    assert late.foretold_end_on == TODAY + kept.weeks * WEEK
    assert late.left.ends_on is not None
    assert late.left.ends_on > late.foretold_end_on


def test_a_bridge_goes_with_its_person_and_with_its_role(store: GraphStore, tmp_path: Path) -> None:
    loader = get_loader("organisation")
    run_loader(store, loader, ORGANISATION)
    people, roles = list(store.list_ids(n.Person)), list(store.list_ids(n.Role))
    for number, (person, role) in enumerate([(people[0], roles[0]), (people[1], roles[0]), (people[1], roles[1])]):
        bridge = n.Bridge(
            id=f"bridge:{number}", accepted_on=TODAY, accepted_by="x", status="active", wishes="{}", model="m",
            readiness_before=0.0, money=1.0, hours=1.0, weeks=1, price=1.0, lower_bound=1.0, money_per_hour=0.0,
            hours_per_week=1.0, currency="EUR",
        )  # fmt: skip
        steps = [
            n.BridgeStep(
                id=f"{bridge.id}/{order}", order=order, kind="course", title="T", money=1.0, hours=1.0,
                start_week=1, end_week=1,
            )
            for order in (1, 2)
        ]  # fmt: skip
        store.write_nodes([bridge], "engine")
        store.write_nodes(steps, "engine")
        for kind, end in ((BridgeFor, person), (BridgeTo, role)):
            store.write_relationships([kind(start_id=bridge.id, end_id=end)], "engine")
        for kind, start, end in (
            (BridgeFirst, bridge.id, steps[0].id),
            (StepThen, steps[0].id, steps[1].id),
        ):
            store.write_relationships([kind(start_id=start, end_id=end)], "engine")

    def load_without(kind: str, id_: str) -> None:
        for path in ORGANISATION.glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.reader(file) if row[:1] != [id_]]
            with (tmp_path / path.name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        run_loader(store, loader, tmp_path)
        assert id_ not in store.list_ids(n.Person if kind == "person" else n.Role)

    assert run_loader(store, loader, ORGANISATION).changed == 0
    assert store.ask(KEPT) == [Counted("Bridge", 3), Counted("BridgeStep", 6)]
    load_without("person", people[0])
    assert store.ask(KEPT) == [Counted("Bridge", 2), Counted("BridgeStep", 4)]
    run_loader(store, loader, ORGANISATION)
    load_without("role", roles[1])
    assert store.ask(KEPT) == [Counted("Bridge", 1), Counted("BridgeStep", 2)]
    load_without("person", people[1])
    assert store.ask(KEPT) == []


def test_a_dropped_bridge_stays_on_record_and_can_be_taken_up_again(engine: Engine) -> None:
    kept = engine.accept_bridge("ana", "keeper")
    engine.record_step("ana", "keeper", "1", money=120.0)
    dropped = engine.drop_bridge("ana", "keeper")

    assert (dropped.id, dropped.status, dropped.closed_on) == (kept.id, "dropped", TODAY)
    with pytest.raises(NotFound, match="progress accept"):
        engine.bridge_progress("ana", "keeper")
    with pytest.raises(NotFound):
        engine.drop_bridge("ana", "keeper")
    again = engine.accept_bridge("ana", "keeper")
    assert (again.id, again.status, again.closed_on) == (kept.id, "active", None)
    assert again.steps[0].actual_money == 120.0


def test_accepted_twice_at_once_one_is_in_force(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: engine.accept_bridge("ana", "keeper"), range(4)))

    assert len({item.id for item in kept}) == 1
    assert len(engine.kept_bridges("ana").bridges) == 1


def test_other_terms_are_another_bridge(engine: Engine) -> None:
    first = engine.accept_bridge("ana", "keeper")
    second = engine.accept_bridge("ana", "keeper", wishes=BridgeWishes(hours_per_week=2.0))

    assert second.replaces == first.id
    assert second.weeks > first.weeks
    assert engine.replan_bridge("ana", "keeper") == second, "planned anew it keeps its terms"


def test_limits_are_kept_to_by_what_is_left(engine: Engine) -> None:
    wishes = BridgeWishes(
        budget=130.0, require=("quality-course",), started=("clean-up-gig=4",), kinds=("course", "gig")
    )
    kept = engine.accept_bridge("ana", "keeper", wishes=wishes)
    assert [(step.id, step.hours, step.started_on) for step in kept.steps if step.kind == "gig"] == [
        ("clean-up-gig", 4.0, TODAY)
    ]
    complete_course(engine)
    engine.record_step("ana", "keeper", "quality-course", money=130.0)
    spent = engine.bridge_progress("ana", "keeper")

    assert (spent.holds, spent.advice) == (True, "stay")
    assert engine.replan_bridge("ana", "keeper") == replace(kept, steps=engine.kept_bridges("ana").bridges[0].steps)
    with pytest.raises(InvalidInput, match="no bridge leads to Analyst"):
        engine.accept_bridge("writer00", "analyst", wishes=BridgeWishes(budget=1.0))
    complete_gig(engine)
    assert engine.bridge_progress("ana", "keeper").state == "finished"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "nothing to record"),
        ({"money": -1.0}, "money"),
        ({"hours": float("nan")}, "hours"),
        ({"started_on": TODAY + WEEK}, "started_on"),
        ({"done_on": TODAY + WEEK}, "done_on"),
        ({"done_on": TODAY}, "skillway evidence add PERSON 'Quality' --kind course_completion"),
    ],
)
def test_what_cannot_be_recorded_is_said(engine: Engine, told: dict[str, Any], field: str) -> None:
    engine.accept_bridge("ana", "keeper")
    before = engine.bridge_progress("ana", "keeper")

    with pytest.raises(InvalidInput, match=field):
        engine.record_step("ana", "keeper", "1", **told)

    assert engine.bridge_progress("ana", "keeper") == before
    with pytest.raises(NotFound, match=r"1\. Quality Course; 2\. Clean Up Gig"):
        engine.record_step("ana", "keeper", "3", money=1.0)


def test_where_no_bridge_leads_none_is_accepted(store: GraphStore, engine: Engine) -> None:
    store.write_relationships([r.RoleRequires(start_id="keeper", end_id="editing", level=5.0)], SOURCE)

    with pytest.raises(InvalidInput, match=r"no bridge leads to Keeper: Editing at level 5: nobody offers it"):
        engine.accept_bridge("ana", "keeper")
    assert store.ask(KEPT) == []


def test_every_use_leaves_a_record(store: GraphStore, engine: Engine) -> None:
    kept = engine.accept_bridge("ana", "keeper", wishes=BridgeWishes(hours_per_week=3.0))
    engine.bridge_progress("ana", "keeper")
    engine.record_step("ana", "keeper", "1", money=1.0)
    engine.replan_bridge("ana", "keeper")
    engine.drop_bridge("ana", "keeper")
    engine.chains("quality-course", "keeper")

    records = store.ask(DECISIONS)
    assert [item["operation"] for item in records] == [
        "accept_bridge", "bridge_progress", "record_step", "replan_bridge", "drop_bridge", "chains"
    ]  # fmt: skip
    assert json.loads(records[0]["question"])["wishes"] == {"hours_per_week": 3.0}
    assert json.loads(records[0]["answer"]) == [kept.id, "quality-course", "clean-up-gig"]


def test_a_read_writes_nothing(store: GraphStore, engine: Engine) -> None:
    engine.accept_bridge("ana", "keeper")
    graph = Query(
        name="whole_graph", row=dict,
        text="""
        MATCH (n) WHERE NOT n:Decision AND NOT n:DecisionChain
        RETURN labels(n) AS labels, properties(n) AS said ORDER BY n.id
        """,
    )  # fmt: skip
    before = store.ask(graph)

    assert engine.bridge_progress("ana", "keeper") == engine.bridge_progress("ana", "keeper")
    assert store.ask(graph) == before
    assert replace(engine.bridge_progress("ana", "keeper"), as_of=date(2000, 1, 1)).advice == "stay"


def test_where_nobody_can_say_that_the_weeks_are_kept_none_is_accepted(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.skills("rust", "go")
    company.role("twice", {"rust": 1.0, "go": 1.0})
    mentor = company.person("mentor", mentor_hours=12.0)
    for skill in ("rust", "go"):
        mentor.lists(skill, level=5.0).shows(skill, "attestation", 5.0)
    infer(store, company)
    engine = open_engine(store)
    # By hours and by chains two mentorships fit into six weeks; one mentor gives one after the other.
    wishes = BridgeWishes(weeks=6)
    assert engine.bridge("ana", "twice", wishes=wishes).status == "unknown"

    with pytest.raises(InvalidInput, match="none was found that keeps to the limits"):
        engine.accept_bridge("ana", "twice", wishes=wishes)
    assert store.ask(KEPT) == []
