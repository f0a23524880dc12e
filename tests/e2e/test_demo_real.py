"""The demo does the main job on real data, where it is to be had; it is loaded once for all that is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.demo_real import FOLDERS, ROLE, prepare_real_data
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.nodes import Occupation, Person, Skill
from graph_schema.relationships import OccupationRequires
from loaders.base import get_loader
from loaders.run import run_loader
from loaders.survey import CLOSED_ON
from tests.conftest import GraphUnderTest

pytestmark = pytest.mark.realdata
PEOPLE = 300


@pytest.fixture(scope="module")
def engine(graph: GraphUnderTest, real_data: Path) -> Engine:
    graph.wipe()
    graph.holds = "real data"
    engine = Engine(graph.store, EngineSettings(), clock=lambda: CLOSED_ON, actor="test")
    prepare_real_data(engine, real_data, PEOPLE)
    return engine


def test_the_main_job_on_real_data(engine: Engine) -> None:
    assert len(engine.store.list_ids(Person)) == PEOPLE
    pool = engine.pool(ROLE, top=3, at_least=0.0)
    assert len(pool.entries) == 3
    hidden = [belief for entry in pool.entries for belief in engine.profile(entry.person.id).hidden]
    assert hidden
    bridge = engine.bridge(pool.entries[0].person.id, ROLE)
    assert bridge.readiness_before <= bridge.readiness_after
    assert bridge.steps
    assert bridge.status == "infeasible"
    assert bridge.missing


def test_the_real_esco_is_loaded_whole_and_stays_as_it_is(engine: Engine, real_data: Path) -> None:
    store = engine.store
    # The survey asks about tools that ESCO does not have, and brings them.
    assert list(store.list_ids(Skill).values()).count("esco") == 13_686
    assert len(store.list_ids(Occupation)) == 3_039
    # 125,570 rows, 16 of which say again as optional what is essential.
    assert len(store.read_fingerprints(OccupationRequires, "esco")) == 125_554

    report = run_loader(store, get_loader("esco"), real_data / FOLDERS["esco"])

    # The data set dropped some concepts for want of an address; relations to them are reported, not loaded.
    assert {item.reason for item in report.rejected} == {"no skill has this id"}
    assert report.changed == 0
