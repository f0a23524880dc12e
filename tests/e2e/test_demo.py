"""The demo does the main job on the sample."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.demo import SAMPLE, prepare_sample, show_answers
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema.errors import InvalidInput
from graph_schema.queries.skills import RELATED_SKILLS
from graph_schema.query import Query
from graph_schema.store import GraphStore
from loaders.sample import STORY_COURSE, STORY_GIG, STORY_PERSON, STORY_ROLE
from loaders.survey import CLOSED_ON

COUNT_LABELS = Query(
    name="count_labels",
    row=dict,
    text="MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS count ORDER BY label",
)


def test_the_demo_shows_the_pool_the_bridge_and_what_next(
    sample_engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    show_answers(sample_engine, STORY_PERSON, STORY_ROLE, course="Data Quality in Ten Hours", at_least=0.5)

    shown = capsys.readouterr().out
    for expected in ("Talent pool for Junior Data Analyst", "hidden", "used it in", "proven cheapest", "100 % ready"):
        assert expected in shown
    for command in ("skillway person", "skillway explain", "skillway gap", "skillway unlocks", "skillway serve"):
        assert command in shown


def test_course_then_gig_is_the_story(sample_engine: Engine) -> None:
    bridge = sample_engine.bridge(STORY_PERSON, STORY_ROLE)
    steps = [step.id for step in bridge.steps]

    assert bridge.status == "optimal"
    assert steps.index(STORY_COURSE) < steps.index(STORY_GIG)
    assert bridge.readiness_before < 1 == bridge.readiness_after


def test_the_vector_index_finds_what_is_near_a_skill(sample_engine: Engine) -> None:
    python = sample_engine.explain(STORY_PERSON, "Python").skill_id

    near = sample_engine.store.ask(RELATED_SKILLS, skill_id=python, limit=5)

    assert len(near) == 5
    assert any("programming" in item.label for item in near)
    assert [item.relatedness for item in near] == sorted((item.relatedness for item in near), reverse=True)


def test_preparing_again_changes_nothing(sample_engine: Engine) -> None:
    before = sample_engine.store.ask(COUNT_LABELS)

    prepare_sample(sample_engine)

    assert sample_engine.store.ask(COUNT_LABELS) == before


def test_the_demo_leaves_a_graph_of_others_alone(store: GraphStore) -> None:
    engine = Engine(store, EngineSettings(), clock=lambda: CLOSED_ON, actor="test")
    own = n.DataSet(
        id="our-company", loader="organisation", fingerprint_of_input="x", loaded_at=datetime(2026, 7, 1, tzinfo=UTC)
    )
    store.write_nodes([own], "our-company")

    with pytest.raises(InvalidInput, match="SKILLWAY_HOME"):
        prepare_sample(engine)

    assert store.list_ids(n.DataSet) == {"our-company": "our-company"}
    assert SAMPLE not in store.list_ids(n.DataSet)
