"""How what goes wrong is said over HTTP: problem documents of RFC 9457, one stable ``type`` for each kind of error.

======  =============================================================================
status  when
======  =============================================================================
400     the body cannot be read
401     the request carries no API key and no token, or none that is good
403     who asks may not be told this, or not do it
404     no person, skill, role … answers to the name, or no such route
408     the body did not arrive in time
409     several do (``candidates`` lists them), nothing has been inferred yet, a data set
        owns it, something else needs it, or the same request is still being worked on
410     events that were asked for are no longer kept
412     it is no longer as the caller has seen it
413     the body is too long
415     the body is of another media type than the operation takes
422     a value cannot be used; ``field`` says which, ``errors`` lists all of them
429     the caller asks too much; ``Retry-After`` says when to ask again
500     something that Skillway did not foresee, or a graph that it cannot read
501     an optional part of Skillway is not installed
503     the graph's server does not answer, or the service is busy or stopping; ``Retry-After`` says when to ask again
504     the graph took longer than allowed
======  =============================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.middleware.request_records import name_operation
from graph_schema import errors

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5

_log = structlog.get_logger("skillway.http")


class Candidate(BaseModel):
    """One of several things that answer to a name."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str


class FieldProblem(BaseModel):
    """One value that cannot be used."""

    model_config = ConfigDict(frozen=True)

    field: str = Field(description="Where the value is: path, query or body, then its name.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="Stable name of the kind of problem; `about:blank` when the status says it all.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status code.")
    detail: str = Field(description="What went wrong this time, and what to do.")
    instance: str | None = Field(default=None, description="The request, as the service's log names it.")
    field: str | None = Field(default=None, description="The parameter that cannot be used.")
    candidates: list[Candidate] | None = Field(default=None, description="What an ambiguous name may stand for.")
    errors: list[FieldProblem] | None = Field(default=None, description="Every value that cannot be used.")


@dataclass(frozen=True)
class ProblemKind:
    """How one kind of error is told: the end of its ``type``, its status and its title."""

    slug: str
    status: HTTPStatus
    title: str

    @property
    def type(self) -> str:
        """The stable name that programs compare."""
        return f"urn:skillway:problem:{self.slug}"


PROBLEM_KINDS: dict[type[errors.SkillwayError], ProblemKind] = {
    errors.NotFound: ProblemKind("not-found", HTTPStatus.NOT_FOUND, "Nothing answers to this name"),
    errors.AmbiguousName: ProblemKind("ambiguous-name", HTTPStatus.CONFLICT, "Several things answer to this name"),
    errors.InvalidInput: ProblemKind("invalid-input", HTTPStatus.UNPROCESSABLE_ENTITY, "A value cannot be used"),
    errors.OwnedElsewhere: ProblemKind("owned-elsewhere", HTTPStatus.CONFLICT, "A data set owns it"),
    errors.ChangedMeanwhile: ProblemKind(
        "changed-meanwhile", HTTPStatus.PRECONDITION_FAILED, "It is no longer as you have seen it"
    ),
    errors.InUse: ProblemKind("in-use", HTTPStatus.CONFLICT, "Something else needs it"),
    errors.Forbidden: ProblemKind("forbidden", HTTPStatus.FORBIDDEN, "This is not yours to ask"),
    errors.LoadError: ProblemKind("not-loaded", HTTPStatus.UNPROCESSABLE_ENTITY, "The data set could not be loaded"),
    errors.NotInferred: ProblemKind("not-inferred", HTTPStatus.CONFLICT, "Nothing has been inferred yet"),
    errors.EventsPruned: ProblemKind("events-pruned", HTTPStatus.GONE, "These events are no longer kept"),
    errors.MissingExtra: ProblemKind(
        "missing-extra", HTTPStatus.NOT_IMPLEMENTED, "An optional part of Skillway is not installed"
    ),
    errors.StoreError: ProblemKind("graph-error", HTTPStatus.INTERNAL_SERVER_ERROR, "The graph could not be asked"),
    errors.StoreUnavailable: ProblemKind(
        "graph-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "The graph's server does not answer"
    ),
    errors.StoreTimeout: ProblemKind("graph-timeout", HTTPStatus.GATEWAY_TIMEOUT, "The graph took longer than allowed"),
    errors.SchemaMismatch: ProblemKind(
        "graph-too-new", HTTPStatus.INTERNAL_SERVER_ERROR, "The graph was written by a newer Skillway"
    ),
    errors.EmbeddedServerError: ProblemKind(
        "graph-server-failed", HTTPStatus.SERVICE_UNAVAILABLE, "The graph's server could not be started"
    ),
}


def find_problem_kind(error: errors.SkillwayError) -> ProblemKind:
    """Return how an error is told: as its nearest named ancestor is."""
    return next(PROBLEM_KINDS[kind] for kind in type(error).__mro__ if kind in PROBLEM_KINDS)


def answer_unauthorised(header: str) -> Response:
    """Return the answer to a request of nobody known; it is the same whatever was wrong."""
    detail = f"send a good API key in the header {header}, or a key or token as 'Authorization: Bearer KEY'"
    problem = _make_blank_problem(HTTPStatus.UNAUTHORIZED, detail)
    return _make_response(problem, {"WWW-Authenticate": 'Bearer realm="skillway"'})


def answer_refusal(status: int, detail: str, headers: dict[str, str]) -> Response:
    """Return the answer to a request that a limit refused."""
    return _make_response(_make_blank_problem(HTTPStatus(status), detail), headers)


def answer_problem(kind: ProblemKind, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return a problem that no error of the Engine stands behind."""
    return _make_response(_make_problem(kind, detail), headers)


def answer_forbidden(detail: str) -> Response:
    """Return the answer to a request of somebody who is known and may ask nothing."""
    return _make_response(_make_problem(PROBLEM_KINDS[errors.Forbidden], detail))


def answer_away(detail: str) -> Response:
    """Return the answer to a request that cannot be answered while something that it needs is away."""
    problem = _make_blank_problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    return _make_response(problem, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def answer_error(error: errors.SkillwayError, request: Request) -> Response:
    """Return the answer to a request that raised an error; errors of the graph are logged."""
    if isinstance(error, errors.StoreError):
        # What the server says of a query that failed may quote a value; it says where it is by itself.
        said = None if type(error) is errors.StoreError else str(error)
        _log.error("graph", operation=name_operation(request.scope), problem=said, exc_info=error)
    problem = describe_error(error, request)
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)} if problem.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return _make_response(problem, retry)


def install_problem_handlers(app: FastAPI) -> None:
    """Have an app tell everything that goes wrong as a problem document."""

    @app.exception_handler(errors.SkillwayError)
    async def answer_skillway_error(request: Request, error: errors.SkillwayError) -> Response:
        return answer_error(error, request)

    @app.exception_handler(RequestValidationError)
    async def answer_validation_error(_: Request, error: RequestValidationError) -> Response:
        found = [
            FieldProblem(field=".".join(str(part) for part in item["loc"]), detail=item["msg"])
            for item in error.errors()
        ]
        kind = PROBLEM_KINDS[errors.InvalidInput]
        detail = "; ".join(f"{item.field}: {item.detail}" for item in found)
        return _make_response(_make_problem(kind, detail, field=found[0].field, errors=found))

    @app.exception_handler(HTTPException)
    async def answer_http_error(_: Request, error: HTTPException) -> Response:
        problem = _make_blank_problem(HTTPStatus(error.status_code), error.detail)
        return _make_response(problem, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def answer_unforeseen_error(request: Request, error: Exception) -> Response:
        _log.error("unforeseen", operation=name_operation(request.scope), exc_info=error)
        detail = "something that Skillway did not foresee; the service's log says what"
        return _make_response(_make_blank_problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


def describe_error(error: errors.SkillwayError, request: Request) -> Problem:
    """Return the problem document of an error that Skillway raised on purpose."""
    kind = find_problem_kind(error)
    match error:
        case errors.InvalidInput():
            return _make_problem(kind, error.problem, field=error.field)
        case errors.NotFound():
            return _make_problem(kind, str(error), field=_find_parameter(request, error.name))
        case errors.AmbiguousName():
            candidates = [Candidate(id=identifier, name=label) for identifier, label in error.candidates]
            detail = f"{error.name!r} names more than one {error.kind}; ask with the id of a candidate"
            return _make_problem(kind, detail, field=_find_parameter(request, error.name), candidates=candidates)
        case errors.StoreError():
            # Its message names addresses and folders of the service's machine: those go to the log alone.
            return _make_problem(kind, f"{kind.title.lower()}; the service's log says more")
        case _:
            return _make_problem(kind, str(error))


_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_OF_BODIES = {
    "400": "The body cannot be read.",
    "408": "The body did not arrive in time.",
    "413": "The body is too long.",
}


def describe_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document in which every error is answered with the media type of problem documents."""
    for operation in _iterate_operations(schema):
        if "requestBody" in operation:
            for status, description in _OF_BODIES.items():
                operation["responses"].setdefault(status, {"description": description, "content": {"": _PROBLEM}})
        for status, response in operation["responses"].items():
            if int(status) >= HTTPStatus.BAD_REQUEST:
                response["content"] = {MEDIA_TYPE: next(iter(response["content"].values()))}
    return schema


def _iterate_operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in schema["paths"].values():
        yield from path.values()


def _find_parameter(request: Request, value: str) -> str | None:
    parameters = [*request.path_params.items(), *request.query_params.multi_items()]
    return next((name for name, given in parameters if given == value), None)


def _make_problem(kind: ProblemKind, detail: str, **extra: Any) -> Problem:
    return Problem(type=kind.type, title=kind.title, status=kind.status, detail=detail, **extra)


def _make_blank_problem(status: HTTPStatus, detail: str) -> Problem:
    return Problem(type="about:blank", title=status.phrase, status=status, detail=detail)


def _make_response(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    named = problem.model_copy(update={"instance": request_id and f"urn:skillway:request:{request_id}"})
    content = named.model_dump_json(exclude_none=True)
    return Response(content, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)
