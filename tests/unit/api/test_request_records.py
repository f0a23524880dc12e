import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api.http_errors import install_problem_handlers
from api.metrics import ServiceMetrics
from api.middleware.request_records import REQUEST_ID, RequestRecords
from graph_schema.errors import NotFound

NAME = "Ines Duarte"


@pytest.fixture
def metrics() -> ServiceMetrics:
    return ServiceMetrics()


@pytest.fixture
def client(metrics: ServiceMetrics) -> Iterator[TestClient]:
    app = FastAPI()
    install_problem_handlers(app)

    @app.get("/people/{person}", operation_id="profile")
    def find(person: str) -> str:
        if person == "nobody":
            raise NotFound("person", person)
        if person == "trouble":
            raise ValueError(f"{NAME} could not be computed")
        return person

    app.add_middleware(RequestRecords, metrics=metrics)
    with TestClient(app, raise_server_exceptions=False) as it:
        yield it


def test_an_answer_carries_the_id_that_was_sent_or_a_new_one(client: TestClient) -> None:
    assert client.get("/people/ana", headers={REQUEST_ID: "batch-7.1_a"}).headers[REQUEST_ID] == "batch-7.1_a"
    made = {client.get("/people/ana").headers[REQUEST_ID] for _ in range(2)}
    assert len(made) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", item) for item in made)


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "ana@example.org", "{}"])
def test_an_id_that_a_log_cannot_hold_is_replaced(client: TestClient, sent: str) -> None:
    assert client.get("/people/ana", headers={REQUEST_ID: sent}).headers[REQUEST_ID] != sent


@pytest.mark.parametrize(("person", "status"), [("nobody", 404), ("trouble", 500)])
def test_a_problem_names_the_request(client: TestClient, person: str, status: int) -> None:
    answer = client.get(f"/people/{person}", headers={REQUEST_ID: "r1"})
    assert answer.status_code == status
    assert answer.json()["instance"] == "urn:skillway:request:r1"


def test_the_log_tells_the_operation_and_no_name(client: TestClient) -> None:
    with capture_logs() as logged:
        client.get(f"/people/{NAME}?note={NAME}")
        client.get(f"/{NAME}")
    lines = [{**line, "milliseconds": line["milliseconds"] >= 0} for line in logged]
    told = {"event": "request", "method": "GET", "milliseconds": True, "log_level": "info"}
    assert lines == [told | {"operation": "profile", "status": 200}, told | {"operation": "none", "status": 404}]


def test_requests_are_counted_by_operation_and_status(client: TestClient, metrics: ServiceMetrics) -> None:
    for person in ("ana", "nobody", "trouble", "trouble"):
        client.get(f"/people/{person}")
    counted = metrics.render().decode()
    for status, times in (("200", 1), ("404", 1), ("500", 2)):
        labels = f'operation="profile",method="GET",status="{status}"'
        pattern = r"http_request_seconds_count\{[^}]*\} [\d.]+"
        lines = [line for line in re.findall(pattern, counted) if all(part in line for part in labels.split(","))]
        assert [float(line.split()[-1]) for line in lines] == [times], counted
    assert "skillway_http_requests_in_flight 0.0" in counted
    assert "ana" not in counted
