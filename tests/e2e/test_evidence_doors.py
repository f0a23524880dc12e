"""Evidence told and taken back through every door, and refused alike."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.output import dump_result
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.service import Engine
from graph_schema.evidence_ids import RECORDED
from graph_schema.nodes import Evidence
from loaders.sample import SAMPLE_AS_OF, STORY_PERSON, TALENT_EXPORTER

KEY = "key-of-the-evidence-door-tests"


@pytest.fixture
def client(sample_engine: Engine) -> Iterator[TestClient]:
    app = create_app(sample_engine, Settings(serve=ServeSettings(api_key=KEY)))
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield client


@pytest.fixture
def recording_engine(sample_engine: Engine) -> Iterator[Engine]:
    """The sample's Engine; what a test records is taken out again, and must have left the beliefs as they were."""
    before = sample_engine.profile(STORY_PERSON)
    yield sample_engine
    store = sample_engine.store
    recorded = [id for id, source in store.list_ids(Evidence).items() if source == RECORDED]
    store.delete_nodes(Evidence, RECORDED, recorded)
    assert sample_engine.profile(STORY_PERSON) == before


def test_all_doors_record_and_withdraw_alike(
    recording_engine: Engine, sample_environment: dict[str, str], client: TestClient
) -> None:
    told = {"level": 4.0, "observed_on": SAMPLE_AS_OF, "by": TALENT_EXPORTER}
    recorded = recording_engine.record_evidence(STORY_PERSON, "statistics", "attestation", **told)
    withdrawn = recording_engine.withdraw_evidence(recorded.evidence_id)
    assert recorded.changed > 0
    assert recorded.before == withdrawn.after != recorded.after

    body = {"skill": "statistics", "kind": "attestation", **told, "observed_on": SAMPLE_AS_OF.isoformat()}
    posted = client.post(f"/v1/people/{STORY_PERSON}/evidence", json=body)
    assert posted.content == dump_result(recorded)
    taken_back = client.post(f"/v1/evidence/{recorded.evidence_id}/withdrawal")
    assert taken_back.content == dump_result(withdrawn)

    add = f"evidence add {STORY_PERSON} statistics --kind attestation --level 4 --on {SAMPLE_AS_OF} --json".split()
    for words, expected in (
        ([*add, "--by", TALENT_EXPORTER], recorded),
        (["evidence", "withdraw", recorded.evidence_id, "--json"], withdrawn),
    ):
        printed = CliRunner().invoke(command_line, words, env=sample_environment, catch_exceptions=False)
        assert json.loads(printed.stdout) == json.loads(dump_result(expected))


@pytest.mark.parametrize(
    ("told", "status"),
    [({"level": 9.0}, 422), ({"score": 0.5}, 422), ({"kind": "rumour"}, 422), ({"by": "Nobody At All"}, 404)],
)
def test_all_doors_refuse_the_same_evidence(
    recording_engine: Engine,
    sample_environment: dict[str, str],
    client: TestClient,
    told: dict[str, Any],
    status: int,
) -> None:
    told = {"kind": "attestation", **told}
    with pytest.raises(Exception, match=r".+") as refused:
        recording_engine.record_evidence(STORY_PERSON, "statistics", **told)
    answer = client.post(f"/v1/people/{STORY_PERSON}/evidence", json={"skill": "statistics", **told})
    assert answer.status_code == status
    assert answer.json()["detail"] in str(refused.value)
    options = [word for name, value in told.items() for word in (f"--{name}", str(value))]
    words = ["evidence", "add", STORY_PERSON, "statistics", *options]
    printed = CliRunner().invoke(command_line, words, env=sample_environment)
    assert str(printed.exception) == str(refused.value)
