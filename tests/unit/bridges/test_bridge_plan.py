from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from engine.bridges.catalogue import MOVES, draft_catalogue
from engine.bridges.infeasible import explain_unmet
from engine.bridges.move_graph import compile_moves
from engine.bridges.moves import KINDS, Move
from engine.bridges.offers import CatalogueRows, Terms
from engine.bridges.person import Traveller, hold_levels, list_met
from engine.bridges.plan import BridgeTerms, plan_bridge
from engine.bridges.result import MissingOffer
from engine.bridges.schedule import schedule_moves
from engine.matching import Held
from graph_schema.errors import InvalidInput
from graph_schema.queries.moves import (
    AssessmentRow,
    CourseRow,
    MentorRow,
    ProjectRow,
    RequiredSkill,
    RoleRow,
    SkillLevel,
)
from graph_schema.queries.roles import RequirementRow


def level(skill: str, height: float) -> SkillLevel:
    return SkillLevel(skill, height)


ROWS = CatalogueRows(
    courses=[
        CourseRow("course:py", "Python basics", "x", 400.0, 10.0, 2.0, [], [level("py", 2)], []),
        CourseRow("course:sql", "SQL", None, 200.0, 8.0, None, [], [level("sql", 2)], ["course:py"]),
        CourseRow("course:boot", "Bootcamp", None, 9000.0, 300.0, 12.0, [], [level("py", 3), level("sql", 3)], []),
        CourseRow("course:unpriced", "Who knows", None, None, None, None, [], [level("py", 3), level("sql", 3)], []),
    ],
    projects=[
        ProjectRow(
            "gig:dash",
            "Dashboard",
            "gig",
            0.0,
            20.0,
            4.0,
            2,
            None,
            None,
            [level("py", 2), level("sql", 2)],
            [level("py", 3), level("sql", 3)],
        ),
        ProjectRow("gig:full", "Full", "gig", 0.0, 1.0, 1.0, 0, None, None, [], [level("py", 3), level("sql", 3)]),
        ProjectRow(
            "gig:unknown", "Seats?", "gig", 0.0, 1.0, 1.0, None, None, None, [], [level("py", 3), level("sql", 3)]
        ),
        ProjectRow("tour:past", "Past", "tour_of_duty", 0.0, 1.0, 1.0, 5, date(2026, 1, 5), None, [], [level("py", 3)]),
        ProjectRow("gig:ending", "Ending", "gig", 0.0, 1.0, 2.0, 5, None, date(2026, 6, 8), [], [level("py", 3)]),
    ],
    assessments=[
        AssessmentRow("assess:py", "Python test", 50.0, 1.0, 0.5, [level("py", 3)]),
        AssessmentRow("assess:never", "Nobody passes", 0.0, 0.0, 0.0, [level("py", 3)]),
    ],
    mentors=[MentorRow("ana", "Ana", 20, [level("sql", 3.6)]), MentorRow("busy", "Bo", 3, [level("py", 5)])],
    roles=[RoleRow("role:analyst", "Analyst", [RequiredSkill("py", 3, 1, "core"), RequiredSkill("sql", 3, 1, "role")])],
)
TERMS = Terms(as_of=date(2026, 6, 1))


def ask(skill: str, level: float, importance: float = 1.0, verified: bool = False) -> RequirementRow:
    return RequirementRow(skill, skill, level, importance, "role", verified)


def believe(level: float | None, probability: float, listed: bool = False, verified: bool = False) -> Held:
    return Held(probability, level, listed, verified)


BOB = Traveller("bob", {"sql": 1.0})
ANALYST = [ask("py", 3, importance=2, verified=True), ask("sql", 3)]
NAMES = {"py": "Python", "sql": "SQL"}


def test_course_mentor_and_gig_become_a_bridge_with_reasons_and_weeks() -> None:
    # By hand, 30 an hour: Python 400 + 300, mentor 360, gig 600, which verifies Python: 1,660.
    plan = plan_bridge(draft_catalogue(ROWS, TERMS), BOB, ANALYST, BridgeTerms(money_per_hour=30), NAMES)
    assert plan.status == "optimal"
    assert [move.id for move in plan.moves] == ["course:py", "mentorship:ana:sql:2", "gig:dash"]
    assert (plan.money, plan.hours, plan.price, plan.lower_bound) == (400.0, 42.0, 1660.0, 1660.0)
    assert (plan.readiness, plan.readiness_after) == (0.0, 1.0)
    assert plan.moves[0].why == ("brings Python to level 2, which Dashboard needs",)
    assert plan.moves[0].serves == ("gig:dash",)
    # 22 hours before the gig at 8 a week: 2.75 weeks, in which the mentor spreads 12 hours as the month allows; the
    # gig takes 4 weeks at 5 hours.
    assert [(move.start_week, move.end_week) for move in plan.moves] == [(1, 3), (1, 3), (3, 7)]
    # The mentorship lasts 2.6 weeks and the gig 4 after it: no order takes fewer than 7.
    assert (plan.weeks, plan.least_weeks) == (7, 7)


def test_leaving_a_move_out_is_priced_exactly() -> None:
    terms = BridgeTerms(money_per_hour=30, price_absences=True)
    plan = plan_bridge(draft_catalogue(ROWS, TERMS), BOB, ANALYST, terms)
    without = {move.id: (move.dearer_without, move.indispensable) for move in plan.moves}
    # Without the mentor the SQL course: 200 + 240 - 360; without Python or the gig the bootcamp: 18,000 + 160 - 1,660.
    assert without["mentorship:ana:sql:2"] == (80.0, False)
    assert without["course:py"] == without["gig:dash"] == (16500.0, False)


def test_work_that_was_delivered_verifies_and_an_assessment_does_where_there_is_none() -> None:
    graph = draft_catalogue(ROWS, TERMS)
    gig = next(move for move in graph.moves if move.id == "gig:dash")
    assert gig.gives["verified:py"] == gig.gives["py"]
    skilled = Traveller("p", {"py": 3.0, "sql": 3.0})
    plan = plan_bridge(graph, skilled, ANALYST, BridgeTerms(money_per_hour=30), {"py": "Python"})
    assert [move.id for move in plan.moves] == ["assess:py"]
    assert plan.moves[0].why == ("verifies Python at level 3, which the role asks to be verified",)


def test_a_hidden_skill_counts_from_the_threshold_and_never_as_verified() -> None:
    beliefs = {"py": believe(3, 0.7), "sql": believe(3, 0.95, listed=True), "r": believe(2, 1, verified=True)}
    assert hold_levels(beliefs, threshold=0.6) == {"py": 3, "sql": 3, "r": 2, "verified:r": 2}
    assert hold_levels(beliefs, threshold=0.8) == {"sql": 3, "r": 2, "verified:r": 2}
    assert hold_levels({"py": believe(2.8, 0.7), "go": believe(None, 0.7)}, threshold=0.6) == {"py": 3, "go": 3}


def test_a_requirement_asks_for_proof_where_the_role_does() -> None:
    held = {"py": 3.0, "sql": 3.0}
    assert list_met(ANALYST, held) == ["sql"]
    assert list_met(ANALYST, held | {"verified:py": 3.0}) == ["py", "sql"]


def test_nobody_is_mentored_by_themselves() -> None:
    terms = BridgeTerms(money_per_hour=30)
    ana = Traveller("ana", BOB.held)
    plan = plan_bridge(draft_catalogue(ROWS, TERMS), ana, ANALYST, terms)
    assert "course:sql" in [move.id for move in plan.moves]


def test_full_unknown_past_unpriced_and_impassable_offers_are_not_made() -> None:
    offered = {move.id for move in draft_catalogue(ROWS, TERMS).moves}
    assert offered == {
        "course:py", "course:sql", "course:boot", "gig:dash", "assess:py",
        "mentorship:ana:sql:1", "mentorship:ana:sql:2",
    }  # fmt: skip


def test_every_kind_has_its_line_and_an_interim_role_comes_when_asked() -> None:
    assert set(MOVES) == set(KINDS) - {"project"}
    role = draft_catalogue(ROWS, TERMS, kinds=["interim_role"]).moves[0]
    assert (role.kind, role.needs, role.gives) == ("interim_role", {"py": 2.0}, {"py": 3, "sql": 3})
    with pytest.raises(InvalidInput, match="seminar"):
        draft_catalogue(ROWS, kinds=["seminar"])


def test_out_of_reach_says_what_nobody_offers_and_bridges_to_the_rest() -> None:
    wanted = [*ANALYST, ask("k8s", 2, importance=3)]
    graph = draft_catalogue(
        CatalogueRows(
            courses=[
                *ROWS.courses,
                CourseRow("course:k8s", "K8s", None, 1.0, 1.0, 1.0, [level("net", 1)], [level("k8s", 2)], []),
            ],
            projects=ROWS.projects,
            assessments=ROWS.assessments,
            mentors=ROWS.mentors,
        ),
        TERMS,
    )  # fmt: skip
    plan = plan_bridge(graph, BOB, wanted, BridgeTerms(money_per_hour=30))
    assert plan.status == "infeasible"
    assert [(need.skill_id, need.reachable_level, need.blocked_by) for need in plan.unmet] == [
        ("k8s", 0.0, (MissingOffer("net", 1),))
    ]
    assert plan.price == 1660.0
    assert plan.readiness_after == 0.5


def test_the_fewest_missing_offers_are_named_also_behind_circles_and_retired_moves() -> None:
    graph = compile_moves(
        [
            Move("deep", "course", needs={"x": 1, "y": 1}, gives={"goal": 2}),
            Move("both", "course", needs={"z": 1}, gives={"x": 1, "y": 1}),
            Move("ab", "course", needs={"a": 1}, gives={"b": 1}),
            Move("ba", "course", needs={"b": 1}, gives={"a": 1}),
            Move("late", "course", after=("retired",), gives={"c": 1}),
            Move("low", "course", gives={"d": 2}),
        ]
    )
    unmet = explain_unmet(graph, {}, {"goal": 2, "b": 1, "c": 1, "d": 3})
    assert {need.skill_id: need.blocked_by for need in unmet} == {
        "goal": (MissingOffer("z", 1),),
        "b": (MissingOffer("b", 1),),
        "c": (MissingOffer(move_id="retired"),),
        "d": (MissingOffer("d", 3),),
    }
    assert {need.skill_id: need.reachable_level for need in unmet}["d"] == 2


@pytest.mark.parametrize("hours", [0, -1, float("nan"), float("inf")])
def test_a_calendar_without_hours_is_refused(hours) -> None:
    with pytest.raises(InvalidInput, match="hours_per_week"):
        schedule_moves([], {}, hours_per_week=hours)


def test_parallel_work_shares_the_week_and_waits_for_what_it_needs() -> None:
    moves = [
        Move("long", "course", hours=8, weeks=4, gives={"a": 1}),
        Move("short", "course", hours=6, gives={"b": 1}),
        Move("last", "gig", hours=8, needs={"a": 1, "b": 1}, gives={"c": 1}),
    ]
    plan = schedule_moves(moves, {}, hours_per_week=8)
    assert [(slot.starts, slot.ends) for slot in plan.slots] == [(0, 4), (0, 1), (4, 5)]
    assert plan.weeks == plan.least_weeks == 5


def test_a_start_day_is_waited_for() -> None:
    gig = Move("gig", "gig", hours=4, starts_on=date(2026, 2, 16), gives={"a": 1})
    plan = schedule_moves([gig], {}, hours_per_week=8, starts_on=date(2026, 2, 2))
    assert plan.slots[0].starts == 2
    assert plan.slots[0].ends == Fraction(5, 2)
    assert (plan.slots[0].start_week, plan.weeks) == (3, 3)


def test_no_week_holds_more_hours_than_it_has_and_no_move_starts_too_early() -> None:
    rng = np.random.default_rng(7)
    for _ in range(40):
        moves = [
            Move(
                f"m{number}",
                "course",
                hours=float(rng.integers(0, 30)),
                weeks=float(rng.integers(0, 4)),
                needs={f"s{int(rng.integers(0, number))}": 1} if number and rng.random() < 0.7 else {},
                gives={f"s{number}": 1},
            )
            for number in range(6)
        ]
        plan = schedule_moves(moves, {}, hours_per_week=8)
        ends = {f"s{number}": slot.ends for number, slot in enumerate(plan.slots)}
        for move, slot in zip(moves, plan.slots, strict=True):
            assert all(ends[skill] <= slot.starts for skill in move.needs)
            assert slot.ends - slot.starts >= max(Fraction(move.weeks), Fraction(move.hours) / 8)
        assert plan.weeks >= plan.least_weeks >= sum(move.hours for move in moves) / 8
