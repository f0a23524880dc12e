"""Audits on a real Neo4j: drawn, filled from the planted truth, recorded; bad files; and what erasing leaves."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from api.audit_files import COLUMNS, check_new, read_answers, write_questions
from engine.audit_results import AuditAnswer, AuditQuestion
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema.errors import InvalidInput, LoadError, NotInferred
from graph_schema.queries.audits import AUDITS
from graph_schema.query import Query
from graph_schema.relationships import Audited
from graph_schema.store import GraphStore
from loaders.sample import SAMPLE_AS_OF, TRUTH
from tests.conftest import GraphUnderTest
from tests.integration.engine.company import SOURCE, TODAY, Company, analysts_and_writers


@dataclass(frozen=True)
class Belief:
    person: str
    skill: str
    probability: float
    model: str


BELIEFS = Query(
    name="audited_beliefs",
    row=Belief,
    text="""
    MATCH (p:Person)-[has:HAS_SKILL]->(s:Skill)
    RETURN p.id AS person, s.id AS skill, has.probability AS probability, has.model AS model
    ORDER BY person, skill
    """,
)


def open_engine(store: GraphStore, day: date = TODAY) -> Engine:
    settings = EngineSettings(inference=InferenceSettings(updates=200, min_audits=20))
    return Engine(store, settings, clock=lambda: day, actor="auditor")


def infer(store: GraphStore, company: Company) -> Engine:
    company.write(store)
    engine = open_engine(store)
    engine.infer()
    return engine


def answer(questions: tuple[AuditQuestion, ...], outcome: str = "") -> list[AuditAnswer]:
    """Answer as asked, or that analysts have what analysts list and writers what writers list."""
    trades = {"analyst": ("sql", "statistics", "python"), "writer": ("copywriting", "editing")}
    return [
        AuditAnswer(
            line,
            item.person.id,
            item.skill.id,
            outcome or ("yes" if item.skill.id in trades.get(item.person.id[:-2], ()) else "no"),
        )
        for line, item in enumerate(questions, start=2)
    ]


def test_the_sample_is_drawn_filled_recorded_and_better_for_it(
    graph: GraphUnderTest, sample_engine: Engine, tmp_path: Path
) -> None:
    graph.holds = "the sample with audits"
    path = tmp_path / "audit.csv"
    drawn = sample_engine.draw_audit(150, seed=3)
    write_questions(path, drawn.questions)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (TRUTH / "skills.csv").open(encoding="utf-8", newline="") as file:
        truth = {(row["person_id"], row["skill_id"]) for row in csv.DictReader(file)}
    for row in rows:
        row["outcome"] = "yes" if (row["person_id"], row["skill_id"]) in truth else "no"
    rows[0]["outcome"], rows[1]["outcome"] = "unknown", ""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)

    recording = sample_engine.record_audit(read_answers(path))

    status = sample_engine.audit_status()
    assert recording.status == status
    assert (status.drawn, status.unknown, status.unanswered) == (150, 1, 1)
    assert status.yes == sum(row["outcome"] == "yes" for row in rows)
    assert status.calibration == f"audit(148, {SAMPLE_AS_OF.isoformat()})"
    assert recording.calibration_before == "listing"
    assert status.now is not None
    assert recording.before is not None
    assert status.now.brier < recording.before.brier
    assert status.when_drawn is not None
    assert status.when_drawn.brier == pytest.approx(recording.before.brier, abs=1e-9)
    beliefs = sample_engine.store.ask(BELIEFS)
    assert {item.model for item in beliefs} == {recording.run.model}
    for belief in beliefs[:: len(beliefs) // 40]:
        why = sample_engine.explain(belief.person, belief.skill)
        assert why.calibration == status.calibration
        assert why.probability == pytest.approx(belief.probability, abs=1e-9)
        assert sum(term.logit for term in why.terms) == pytest.approx(why.logit, abs=1e-9)
    assert sample_engine.profile("p001").calibration == status.calibration
    assert sample_engine.pool("Junior Data Analyst").calibration == status.calibration
    assert sample_engine.gap("p001", "Junior Data Analyst").calibration == status.calibration


def test_the_draw_is_kept_and_the_file_does_not_tell_what_is_believed(store: GraphStore, tmp_path: Path) -> None:
    engine = infer(store, analysts_and_writers())
    path = tmp_path / "audit.csv"

    drawn = engine.draw_audit(30, seed=1)
    write_questions(path, drawn.questions)

    kept = store.ask(AUDITS)
    assert {(item.person_id, item.skill_id) for item in kept} == {
        (item.person.id, item.skill.id) for item in drawn.questions
    }
    assert all(0 < item.propensity <= 1 and item.outcome is None for item in kept)
    assert sum(item.drawn for item in drawn.strata) == 30
    believed = {(item.person, item.skill): item.probability for item in store.ask(BELIEFS)}
    for item in kept:
        if (item.person_id, item.skill_id) in believed:
            assert item.probability == pytest.approx(believed[item.person_id, item.skill_id], abs=1e-9)
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "person_id,name,skill_id,label,instructions,outcome"
    assert not any(str(round(item.probability, 3)) in text or item.stratum in text for item in kept)
    assert len(read_answers(path)) == 30
    assert not any(item.outcome for item in read_answers(path))
    with pytest.raises(InvalidInput, match="there already"):
        check_new(path)
    with pytest.raises(InvalidInput, match="no folder"):
        check_new(tmp_path / "nowhere" / "audit.csv")


def test_no_pair_is_drawn_twice_and_nobody_who_is_switched_off(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers(inference="soft_off"))

    first, second = engine.draw_audit(60, seed=1), engine.draw_audit(60, seed=1)

    pairs = [(item.person.id, item.skill.id) for item in (*first.questions, *second.questions)]
    assert len(set(pairs)) == 120
    everything = engine.draw_audit(40 * 6 - 120)
    assert "ana" not in {item.person.id for item in (*first.questions, *second.questions, *everything.questions)}
    with pytest.raises(InvalidInput, match="size"):
        engine.draw_audit(1)


def test_the_draw_leaves_a_record_without_names(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    engine.draw_audit(10, seed=4)

    query = Query(
        name="records",
        row=dict,
        text="MATCH (d:Decision) RETURN d.operation AS what, d.question AS asked, d.answer AS answer",
    )
    record = store.ask(query)[0]
    assert record["what"] == "audit_draw"
    assert record["asked"] == '{"seed": 4, "size": 10}'
    assert "writer0" not in record["answer"]
    assert "ana" not in record["answer"]


def test_outcomes_change_what_is_believed_and_say_so(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    drawn = engine.draw_audit(120, seed=2)

    recording = engine.record_audit(answer(drawn.questions))

    assert recording.recorded == 120
    assert recording.status.calibration == f"audit(120, {TODAY.isoformat()})"
    assert recording.run.updated > 0
    assert recording.changes
    assert {item.outcome for item in store.ask(AUDITS)} == {"yes", "no"}
    again = open_engine(store).infer()
    assert again.model == recording.run.model
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


def test_a_few_outcomes_are_kept_until_there_are_enough(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    drawn = engine.draw_audit(40, seed=2).questions

    few = engine.record_audit(answer(drawn[:10]))
    enough = engine.record_audit(answer(drawn[10:]))

    assert few.status.calibration == "listing"
    assert few.changes == ()
    assert few.status.now is not None
    assert few.status.kept_out is None
    assert enough.status.calibration == f"audit(40, {TODAY.isoformat()})"


@pytest.mark.parametrize(
    ("change", "line", "field", "says"),
    [
        ({"outcome": "maybe"}, 3, "outcome", "'maybe' is not yes, no or unknown"),
        ({"person_id": "zoe"}, 3, "person_id", "no person has the id 'zoe'"),
        ({"skill_id": "juggling"}, 3, "skill_id", "no skill has the id 'juggling'"),
        ({"person_id": "ana", "skill_id": "quality"}, 3, "skill_id", "was not drawn"),
        ({"person_id": "", "skill_id": ""}, 3, "person_id", "no person has the id ''"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_is_written(
    store: GraphStore, change: dict[str, str], line: int, field: str, says: str
) -> None:
    engine = infer(store, analysts_and_writers())
    answers = answer(engine.draw_audit(20, seed=6).questions)
    answers = [item for item in answers if (item.person_id, item.skill_id) != ("ana", "quality")]
    drawn = {(item.person_id, item.skill_id) for item in store.ask(AUDITS)}
    assert ("ana", "quality") not in drawn
    answers[1] = replace(answers[1], **change)

    with pytest.raises(InvalidInput) as refused:
        engine.record_audit(answers)

    assert refused.value.field == field
    assert f"line {line}, {field}:" in str(refused.value)
    assert says in str(refused.value)
    assert "1 row cannot be used" in str(refused.value)
    assert all(item.outcome is None for item in store.ask(AUDITS))


def test_a_pair_is_answered_once(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    answers = answer(engine.draw_audit(20, seed=6).questions)

    with pytest.raises(InvalidInput, match="line 22, outcome: line 2 answers for the same pair"):
        engine.record_audit([*answers, replace(answers[0], line=22)])
    engine.record_audit(answers[:5])
    with pytest.raises(InvalidInput, match=r"line 2, outcome: recorded as (yes|no) on 2026-07-01 already") as refused:
        engine.record_audit(answers)

    assert "5 rows cannot be used" in str(refused.value)
    assert sum(item.outcome is not None for item in store.ask(AUDITS)) == 5


def test_nothing_to_record_is_said(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    drawn = engine.draw_audit(3)

    with pytest.raises(InvalidInput, match="write yes, no or unknown"):
        engine.record_audit([replace(item, outcome="") for item in answer(drawn.questions)])


def test_before_inference_there_is_nothing_to_audit(store: GraphStore) -> None:
    analysts_and_writers().write(store)
    engine = open_engine(store)

    for ask in (lambda: engine.draw_audit(3), engine.audit_status, lambda: engine.record_audit([])):
        with pytest.raises(NotInferred, match="skillway infer"):
            ask()


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", LoadError, "is empty"),
        ("person_id;skill_id;outcome\n", LoadError, "semicolons"),
        ("person_id,outcome\nana,yes\n", LoadError, "has no column skill_id"),
        ("person_id,skill_id,outcome\nana,sql\n", InvalidInput, "line 2"),
        ('person_id,skill_id,outcome\nana,"sql,yes\n', LoadError, "quotes"),
    ],
)
def test_a_file_that_is_no_table_is_said(tmp_path: Path, text: str, error: type[Exception], says: str) -> None:
    path = tmp_path / "audit.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(error, match=says):
        read_answers(path)


def test_case_and_columns_more_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text("outcome,who,skill_id,person_id\n YES ,me,sql,ana\n,me,sql,bo\n", encoding="utf-8")

    assert read_answers(path) == [AuditAnswer(2, "ana", "sql", "yes"), AuditAnswer(3, "bo", "sql", "")]


def test_who_objects_is_forgotten_by_audits_too(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    questions = engine.draw_audit(41 * 6).questions
    store.write_nodes([n.Person(id="ana", name="Ana", inference="hard_off")], SOURCE)
    of_ana = [item for item in answer(questions) if item.person_id == "ana"]
    assert of_ana

    with pytest.raises(InvalidInput, match="switched off for 'ana'"):
        engine.record_audit(of_ana)
    engine.infer()

    assert "ana" not in {item.person_id for item in store.ask(AUDITS)}


def test_erasing_a_person_erases_what_was_audited_of_them(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    engine.record_audit(answer(engine.draw_audit(41 * 6).questions))
    store.delete_nodes(n.Evidence, SOURCE, [id for id in store.list_ids(n.Evidence) if id.startswith("evidence:ana:")])
    store.delete_nodes(n.Person, SOURCE, ["ana"])
    open_engine(store).infer()
    erased, audits = store.ask(BELIEFS), store.ask(AUDITS)

    assert len(audits) == 40 * 6
    store.delete_nodes(n.Evidence, SOURCE, list(store.list_ids(n.Evidence)))
    store.delete_nodes(n.Person, SOURCE, list(store.list_ids(n.Person)))
    engine = infer(store, analysts_and_writers(extra=False))
    # The same outcomes, with the chance that the pairs had in the draw with Ana: the draw is history, not belief.
    store.write_relationships(
        [
            Audited(
                start_id=item.person_id, end_id=item.skill_id, drawn_on=item.drawn_on, drawn_by="auditor",
                stratum=item.stratum, propensity=item.propensity, probability=item.probability, model="gone",
                outcome=item.outcome, recorded_on=item.recorded_on, recorded_by="auditor",
            )
            for item in audits
        ],
        "engine",
    )  # fmt: skip
    engine.infer()
    assert erased == store.ask(BELIEFS)
