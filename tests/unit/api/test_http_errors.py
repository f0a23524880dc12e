from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api.http_errors import MEDIA_TYPE, PROBLEM_KINDS, describe_problems, find_problem_kind, install_problem_handlers
from graph_schema import errors

SECRET = "bolt://10.0.0.7:7687 /srv/private"


def walk_errors(kind: type[errors.SkillwayError] = errors.SkillwayError) -> Iterator[type[errors.SkillwayError]]:
    for child in kind.__subclasses__():
        yield child
        yield from walk_errors(child)


def make_error(kind: type[errors.SkillwayError]) -> errors.SkillwayError:
    if issubclass(kind, errors.NotFound):
        return kind("role", "painter")
    if issubclass(kind, errors.AmbiguousName):
        return kind("person", "Ana", [("person:1", "Ana Silva"), ("person:2", "Ana Costa")])
    if issubclass(kind, errors.InvalidInput):
        return kind("hours_per_week", "must be above 0")
    if issubclass(kind, errors.MissingExtra):
        return kind("embed", "text embedding")
    if issubclass(kind, errors.EventsPruned):
        return kind(3, 7)
    return kind(SECRET)


def serve_error(error: Exception) -> TestClient:
    app = FastAPI()
    install_problem_handlers(app)

    @app.get("/people/{person}")
    def fail(person: str) -> None:
        raise error

    @app.get("/count")
    def count(top: Annotated[int, Query(ge=1)], share: float = 0.5) -> int:
        return top

    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("kind", list(walk_errors()), ids=lambda kind: kind.__name__)
def test_every_error_is_a_problem_document(kind: type[errors.SkillwayError]) -> None:
    error = make_error(kind)
    answer = serve_error(error).get("/people/ana")
    problem = answer.json()
    told = find_problem_kind(error)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.status_code == problem["status"] == told.status
    assert (problem["type"], problem["title"]) == (f"urn:skillway:problem:{told.slug}", told.title)
    assert problem["detail"]
    assert set(problem) <= {"type", "title", "status", "detail", "field", "candidates"}


def test_every_kind_has_a_type_of_its_own() -> None:
    slugs = [kind.slug for kind in PROBLEM_KINDS.values()]
    assert len(set(slugs)) == len(slugs)


# Programs outside compare these: a change here is a change of the API.
@pytest.mark.parametrize(
    ("kind", "status", "slug"),
    [
        (errors.NotFound, 404, "not-found"),
        (errors.AmbiguousName, 409, "ambiguous-name"),
        (errors.InvalidInput, 422, "invalid-input"),
        (errors.NotInferred, 409, "not-inferred"),
        (errors.EventsPruned, 410, "events-pruned"),
        (errors.MissingExtra, 501, "missing-extra"),
        (errors.StoreError, 500, "graph-error"),
        (errors.StoreUnavailable, 503, "graph-unavailable"),
        (errors.StoreTimeout, 504, "graph-timeout"),
        (errors.SchemaMismatch, 500, "graph-too-new"),
        (errors.DiskFull, 503, "graph-server-failed"),
    ],
)
def test_types_and_statuses_stay(kind: type[errors.SkillwayError], status: int, slug: str) -> None:
    told = find_problem_kind(make_error(kind))
    assert (told.status, told.type) == (status, f"urn:skillway:problem:{slug}")


@pytest.mark.parametrize(
    "kind", [kind for kind in walk_errors() if issubclass(kind, errors.StoreError)], ids=lambda kind: kind.__name__
)
def test_addresses_and_folders_go_to_the_log_alone(kind: type[errors.SkillwayError]) -> None:
    with capture_logs() as logged:
        answer = serve_error(make_error(kind)).get("/people/ana")
    assert SECRET not in answer.text
    # What the graph says of a query that failed may quote a person's values: the log says where it failed only.
    assert [line["problem"] for line in logged] == [None if kind is errors.StoreError else SECRET]
    assert "ana" not in str([{**line, "exc_info": None} for line in logged])
    assert ("retry-after" in answer.headers) == (answer.status_code == 503)


def test_ambiguous_name_lists_candidates_and_names_the_parameter() -> None:
    problem = serve_error(make_error(errors.AmbiguousName)).get("/people/Ana").json()
    assert problem["candidates"] == [
        {"id": "person:1", "name": "Ana Silva"},
        {"id": "person:2", "name": "Ana Costa"},
    ]
    assert problem["field"] == "person"
    assert "\n" not in problem["detail"]


def test_not_found_names_the_parameter_wherever_it_stands() -> None:
    client = serve_error(make_error(errors.NotFound))
    assert client.get("/people/painter").json()["field"] == "person"
    assert client.get("/people/ana", params={"exclude": ["a", "painter"]}).json()["field"] == "exclude"
    assert "field" not in client.get("/people/ana").json()


def test_invalid_input_names_the_field() -> None:
    problem = serve_error(make_error(errors.InvalidInput)).get("/people/ana").json()
    assert (problem["field"], problem["detail"]) == ("hours_per_week", "must be above 0")


def test_values_of_the_wrong_type_are_all_named() -> None:
    answer = serve_error(ValueError()).get("/count", params={"top": "0", "share": "half"})
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, MEDIA_TYPE)
    assert problem["type"] == "urn:skillway:problem:invalid-input"
    assert [item["field"] for item in problem["errors"]] == ["query.top", "query.share"]
    assert problem["field"] == "query.top"


def test_unknown_routes_and_methods_are_problem_documents() -> None:
    client = serve_error(ValueError())
    nowhere, wrong_method = client.get("/nowhere"), client.delete("/count")
    assert nowhere.headers["content-type"] == wrong_method.headers["content-type"] == MEDIA_TYPE
    assert (nowhere.json()["type"], nowhere.json()["title"]) == ("about:blank", "Not Found")
    assert (wrong_method.status_code, wrong_method.headers["allow"]) == (405, "GET")


def test_the_unforeseen_says_nothing_of_the_inside() -> None:
    with capture_logs() as logged:
        answer = serve_error(RuntimeError(SECRET)).get("/people/ana")
    assert [line["event"] for line in logged] == ["unforeseen"]
    assert (answer.status_code, answer.headers["content-type"]) == (500, MEDIA_TYPE)
    assert answer.json()["type"] == "about:blank"
    assert SECRET not in answer.text
    assert "RuntimeError" not in answer.text


def test_openapi_tells_problems_by_their_media_type() -> None:
    schema = {"$ref": "#/components/schemas/Problem"}
    described = describe_problems(
        {
            "paths": {
                "/a": {
                    "get": {
                        "responses": {
                            "200": {"content": {"application/json": {"schema": {}}}},
                            "404": {"content": {"application/json": {"schema": schema}}},
                        }
                    }
                }
            }
        }
    )
    responses = described["paths"]["/a"]["get"]["responses"]
    assert responses["200"]["content"] == {"application/json": {"schema": {}}}
    assert responses["404"]["content"] == {MEDIA_TYPE: {"schema": schema}}
