"""Many questions in one request: one a line, each asked as if it came alone, and answered in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.http_errors import PROBLEM_KINDS, FieldProblem, Problem, describe_error
from api.ndjson import MEDIA_TYPE, read_lines
from api.output import dump_result
from api.routes.asking import PROBLEMS, Answering
from engine.bridge_wishes import BridgeWishes
from engine.registry.drafts import BadRow, Given
from engine.service import Engine
from graph_schema.errors import AmbiguousName, InvalidInput, NotFound, SkillwayError, StoreUnavailable

router = APIRouter(tags=["batches"], responses=PROBLEMS)

MOST_QUESTIONS = 200
"""Lines a request; a bridge may take its whole time limit, and they are answered one after the other."""
SECONDS = Field(default=20.0, ge=0, le=60)
TOP = Field(default=20, ge=1, le=200)
USUAL = BridgeWishes()


class Question(BaseModel):
    """One line: ``ask`` names a use case, the other fields are its parameters.

    What it does not know is refused, so that no misspelt wish is passed over.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class GapQuestion(Question):
    """How ready is a person for a role?"""

    ask: Literal["gap"] = "gap"
    person: str
    role: str
    explain: bool = False
    as_of: date | None = None


class BridgeQuestion(Question):
    """What is the cheapest bridge of a person to a role?"""

    ask: Literal["bridge"] = "bridge"
    person: str
    role: str
    wishes: BridgeWishes = USUAL
    price_without: bool = False
    as_of: date | None = None


class PoolQuestion(Question):
    """Who is ready for a role?"""

    ask: Literal["pool"]
    role: str
    top: int = TOP
    at_least: float = 0.5
    explain: bool = False
    as_of: date | None = None


class PricedPoolQuestion(Question):
    """Who is ready for a role, and what does the rest of the way cost?"""

    ask: Literal["priced_pool"]
    role: str
    top: int = TOP
    at_least: float = 0.5
    wishes: BridgeWishes = USUAL
    time_limit: float = SECONDS


class AnyoneQuestion(Question):
    """Who has the cheapest bridge to a role?"""

    ask: Literal["anyone"]
    role: str
    top: int = TOP
    wishes: BridgeWishes = USUAL
    time_limit: float = SECONDS


class RolesQuestion(Question):
    """Which roles can a person get to?"""

    ask: Literal["roles"]
    person: str
    wishes: BridgeWishes = USUAL
    time_limit: float = SECONDS


class GigsQuestion(Question):
    """Which open work fits a person?"""

    ask: Literal["gigs"]
    person: str
    top: int = TOP
    at_least: float = 0.5


class CoursesQuestion(Question):
    """Which courses bring a person nearest to a role?"""

    ask: Literal["courses"]
    person: str
    role: str | None = None
    top: int = TOP


class MentorsQuestion(Question):
    """Who could be a person's mentor in a skill?"""

    ask: Literal["mentors"]
    person: str
    skill: str
    level: float | None = None
    top: int = TOP


class UnlocksQuestion(Question):
    """What does a course open, and for whom?"""

    ask: Literal["unlocks"]
    course: str
    time_limit: float = SECONDS


Asked = (
    GapQuestion
    | BridgeQuestion
    | PoolQuestion
    | PricedPoolQuestion
    | AnyoneQuestion
    | RolesQuestion
    | GigsQuestion
    | CoursesQuestion
    | MentorsQuestion
    | UnlocksQuestion
)
Matching = Annotated[
    PoolQuestion
    | PricedPoolQuestion
    | AnyoneQuestion
    | RolesQuestion
    | GigsQuestion
    | CoursesQuestion
    | MentorsQuestion
    | UnlocksQuestion,
    Field(discriminator="ask"),
]


def add_batch(path: str, operation: str, summary: str, lines: str, kinds: Any) -> None:
    """Add a route that answers a kind of question, one a line."""
    adapter: TypeAdapter[Asked] = TypeAdapter(kinds)

    async def answer_batch(request: Request, engine: Answering) -> Response:
        given = await read_lines(request, MOST_QUESTIONS)
        content = await run_in_threadpool(answer_lines, given, adapter.validate_python, engine, request)
        return Response(content, media_type=MEDIA_TYPE)

    text = {MEDIA_TYPE: {"schema": {"type": "string"}}}
    router.add_api_route(
        path, answer_batch, methods=["POST"], operation_id=operation, summary=summary,
        description=(
            f"A question a line as NDJSON, at most {MOST_QUESTIONS}: {lines}. Each is allowed or refused on its own, "
            "and answered in its place by `line` and either `answer`, as the question alone is answered, or `problem`."
        ),
        response_class=Response, openapi_extra={"requestBody": {"content": text, "required": True}},
        responses={
            200: {"content": text, "description": "A line each, in order."},
            413: {"model": Problem, "description": "The request is too long."},
            415: {"model": Problem, "description": "The request is no NDJSON."},
        },
    )  # fmt: skip


def answer_lines(given: Sequence[Given], read: Callable[[object], Asked], engine: Engine, request: Request) -> bytes:
    """Answer each line in its place.

    Raises:
        StoreUnavailable: The graph is away; nothing more would be answered.
    """
    return b"".join(_answer_line(number, line, read, engine, request) for number, line in enumerate(given, start=1))


def _answer_line(number: int, line: Given, read: Callable[[object], Asked], engine: Engine, request: Request) -> bytes:
    if isinstance(line, BadRow):
        return _say(number, "problem", _refuse([FieldProblem(field="line", detail=line.detail)]))
    try:
        question = read(line)
    except ValidationError as error:
        found = [
            FieldProblem(field=".".join(map(str, item["loc"])) or "line", detail=item["msg"])
            for item in error.errors(include_url=False)
        ]
        return _say(number, "problem", _refuse(found))
    try:
        answer = getattr(engine, question.ask)(**_list_parameters(question))
    except StoreUnavailable:
        raise
    except SkillwayError as error:
        problem = describe_error(error, request)
        if isinstance(error, NotFound | AmbiguousName):
            named = (name for name, value in question.model_dump().items() if value == error.name)
            problem = problem.model_copy(update={"field": next(named, None)})
        return _say(number, "problem", problem)
    return _say(number, "answer", answer)


def _list_parameters(question: Asked) -> dict[str, Any]:
    return {name: getattr(question, name) for name in type(question).model_fields if name != "ask"}


def _refuse(errors: list[FieldProblem]) -> Problem:
    kind = PROBLEM_KINDS[InvalidInput]
    detail = "; ".join(f"{item.field}: {item.detail}" for item in errors)
    return Problem(
        type=kind.type, title=kind.title, status=kind.status, detail=detail, field=errors[0].field, errors=errors
    )


def _say(number: int, name: str, content: object) -> bytes:
    # A problem is told as elsewhere, without what is not known of it.
    known = content.model_dump(mode="json", exclude_none=True) if isinstance(content, Problem) else content
    text = dump_result(known)
    return b'{"line":%d,"%s":%s}\n' % (number, name.encode(), text)


add_batch(
    "/gaps",
    "batch_gaps",
    "Many gaps in one request",
    '`{"person": …, "role": …}`, and `explain` and `as_of` as of one gap',
    GapQuestion,
)
add_batch(
    "/bridges",
    "batch_bridges",
    "Many bridges in one request",
    '`{"person": …, "role": …}`, and `wishes`, `price_without` and `as_of` as of one bridge',
    BridgeQuestion,
)
add_batch(
    "/matches",
    "batch_matches",
    "Many matches in one request",
    "`ask` is `pool`, `priced_pool`, `anyone`, `roles`, `gigs`, `courses`, `mentors` or `unlocks`, beside it what that "
    "question takes by the names of its parameters, with what is wished of bridges under `wishes`",
    Matching,
)
