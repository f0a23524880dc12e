"""Objects as they are stored, for systems that keep Skillway in step: a set of routes a kind, made from one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import GenericAlias
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Body, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, create_model

from api.http_errors import Problem
from api.ndjson import MEDIA_TYPE, dump_line, read_lines
from api.output import dump_result
from api.routes.asking import PROBLEMS, Answering
from engine.registry.kinds import KINDS, EdgeKind, Kind
from engine.registry.models import make_model, make_partial_model
from engine.registry.results import Deletion, RowResult, StoredObject
from graph_schema.errors import InvalidInput

router = APIRouter(
    prefix="/objects",
    tags=["objects"],
    responses=PROBLEMS
    | {412: {"model": Problem, "description": "It is no longer as you have seen it: `If-Match`, `If-None-Match`."}},
)

ObjectId = Annotated[str, Path(description="The exact id of the object.", min_length=1)]
Fields = Annotated[str | None, Query(description="Fields to answer with beside the id, joined by commas; all without.")]
TakeOver = Annotated[bool, Query(description="Whether to own from now on what a data set owns.")]
IfMatch = Annotated[str | None, Header(description="ETags, one of which the object must have; `*` for any.")]
IfNoneMatch = Annotated[str | None, Header(description="`*` to create it only, and never to replace it.")]
ETAG = {"ETag": {"description": "Changes when anything of the object does.", "schema": {"type": "string"}}}
_RESERVED = ("after", "limit", "fields")


class LineResult(BaseModel):
    """What became of one line of a bulk request."""

    model_config = ConfigDict(frozen=True)

    line: int = Field(description="The line, from 1.")
    id: str | None = Field(description="The object's id.")
    status: str = Field(description="`created`, `updated`, `unchanged` or `rejected`.")
    etag: str | None = Field(default=None, description="The object's ETag, without quotes.")
    reason: str | None = Field(default=None, description="Why it was rejected, as a word for programs.")
    problems: list[dict[str, str]] | None = Field(default=None, description="Every field that cannot be used, and why.")


def add_routes(kind: Kind | EdgeKind) -> None:
    """Add the routes of one kind; operations are called by its name, such as ``list_roles`` and ``put_role``."""
    name, one = kind.name, kind.singular
    whole, partial = make_model(kind), make_partial_model(kind)
    page = _make_page(kind, partial)
    filters = [_describe_filter(item, f"Only those whose {item} is this.") for item in kind.filters]
    if kind.searched:
        filters.append(_describe_filter("q", "Words that its name must hold."))

    def list_objects(
        request: Request,
        engine: Answering,
        after: Annotated[str | None, Query(description="The cursor `next` of the page before.")] = None,
        limit: Annotated[int, Query(description="Most objects of the page.", ge=1, le=1000)] = 100,
        fields: Fields = None,
    ) -> Response:
        given = {key: value for key, value in request.query_params.multi_items() if key not in _RESERVED}
        found = engine.list_objects(name, after=after, limit=limit, filters=given, fields=_split(fields))
        headers: dict[str, str] = {}
        if found.next is not None:
            again = dict(request.query_params.multi_items()) | {"after": found.next}
            headers["Link"] = f'<{request.url.path}?{urlencode(again)}>; rel="next"'
        content = dump_result({"items": list(found.items), "next": found.next})
        return Response(content, media_type="application/json", headers=headers)

    def read_object(
        engine: Answering,
        object_id: ObjectId,
        fields: Fields = None,
        if_none_match: Annotated[str | None, Header(description="ETags of what you have already.")] = None,
    ) -> Response:
        found = engine.read_object(name, object_id)
        if if_none_match is not None and _matches(if_none_match, found.etag):
            return Response(status_code=304, headers=_tag(found.etag))
        return _answer(found, _split(fields))

    def put_object(
        engine: Answering,
        object_id: ObjectId,
        body: Any,
        take_over: TakeOver = False,
        if_match: IfMatch = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        given = _place(body, object_id)
        only = if_none_match is not None and _read_tags(if_none_match) == ("*",)
        report = engine.write_objects(
            name, [given], take_over=take_over, if_match=_read_match(if_match), create_only=only
        )
        row = report.require_one()
        return _answer(engine.read_object(name, object_id), status=201 if row.status == "created" else 200)

    def patch_object(
        engine: Answering, object_id: ObjectId, body: Any, take_over: TakeOver = False, if_match: IfMatch = None
    ) -> Response:
        given = _place(body, object_id)
        report = engine.write_objects(name, [given], mode="patch", take_over=take_over, if_match=_read_match(if_match))
        row = report.require_one()
        return _answer(engine.read_object(name, object_id), status=201 if row.status == "created" else 200)

    def delete_object(engine: Answering, object_id: ObjectId, if_match: IfMatch = None) -> Deletion:
        return engine.delete_object(name, object_id, _read_match(if_match))

    async def write_objects(request: Request, engine: Answering, take_over: TakeOver = False) -> Response:
        lines = await read_lines(request)
        report = await run_in_threadpool(engine.write_objects, name, lines, take_over=take_over)
        return Response(b"".join(dump_line(_say_line(row)) for row in report.rows), media_type=MEDIA_TYPE)

    _type_body(put_object, Annotated[whole, Body(description=f"The whole {one}.")])
    _type_body(patch_object, Annotated[partial, Body(media_type="application/merge-patch+json")])
    shown: dict[int | str, dict[str, Any]] = {200: {"headers": ETAG}}
    add = router.add_api_route
    add(
        f"/{name}", list_objects, methods=["GET"], operation_id=f"list_{name}", summary=f"List {name}",
        description="In the order of their ids, a page at a time; `Link` and `next` lead to the page after.",
        response_model=page, openapi_extra={"parameters": filters},
    )  # fmt: skip
    bulk = {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "required": True}
    add(
        f"/{name}/bulk", write_objects, methods=["POST"], operation_id=f"write_{name}", summary=f"Write many {name}",
        description=(
            "An object a line as NDJSON, each written or rejected on its own; answers a line each, in order. "
            "Lines may refer to one another in any order. Sending the same again changes nothing."
        ),
        response_class=Response, openapi_extra={"requestBody": bulk},
        responses={
            200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "A `LineResult` a line."},
            413: {"model": Problem, "description": "The request is too long."},
            415: {"model": Problem, "description": "The request is no NDJSON."},
        },
    )  # fmt: skip
    path = f"/{name}/{{object_id:path}}"
    add(
        path, read_object, methods=["GET"], operation_id=f"read_{one}", summary=f"Read one of {name}",
        description="As it is stored; null means unknown.", response_model=partial,
        responses={**shown, 304: {"description": "You have it already."}},
    )  # fmt: skip
    stored = "Belongs to who writes it here; what a data set owns is refused unless `take_over` is true."
    add(
        path, delete_object, methods=["DELETE"], operation_id=f"delete_{one}", summary=f"Delete one of {name}",
        description="Refused while something else needs it; evidence and endorsements are withdrawn instead.",
    )  # fmt: skip
    if isinstance(kind, Kind) and kind.said:
        # What was said is never changed; something new is said by a line of its own.
        return
    add(
        path, put_object, methods=["PUT"], operation_id=f"put_{one}", summary=f"Write one of {name} whole",
        description=f"Creates it or replaces all of it; what is left out has its default. {stored}",
        response_model=partial, responses={**shown, 201: {"model": partial, "description": "It is new."}},
    )  # fmt: skip
    if isinstance(kind, EdgeKind):
        return
    add(
        path, patch_object, methods=["PATCH"], operation_id=f"patch_{one}", summary=f"Change fields of one of {name}",
        description=f"A merge patch (RFC 7396): null takes a field back to its default. {stored}",
        response_model=partial, responses=shown,
    )  # fmt: skip


def _make_page(kind: Kind | EdgeKind, partial: type[BaseModel]) -> type[BaseModel]:
    items: Any = GenericAlias(list, (partial,))
    made = create_model(
        f"{kind.label}Page",
        items=(items, Field(description="The objects.")),
        next=(str | None, Field(description="The cursor of the page after; null at the end.")),
    )
    made.__doc__ = f"Some {kind.name}, in the order of their ids."
    return made


def _describe_filter(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": "string"}}


def _type_body(endpoint: Callable[..., Any], hint: Any) -> None:
    # The model is known only once the kind is.
    endpoint.__annotations__["body"] = hint


def _place(body: BaseModel, object_id: str) -> Mapping[str, Any]:
    given = body.model_dump(exclude_unset=True)
    if given.get("id") not in (None, object_id):
        raise InvalidInput("id", f"is {given['id']!r} in the body and {object_id!r} in the address")
    return {**given, "id": object_id}


def _split(fields: str | None) -> tuple[str, ...]:
    return () if fields is None else tuple(name.strip() for name in fields.split(","))


def _read_tags(header: str) -> tuple[str, ...]:
    return tuple(tag.strip().removeprefix("W/").strip('"') for tag in header.split(","))


def _read_match(header: str | None) -> tuple[str, ...] | None:
    # A weak tag never matches where something is changed (RFC 9110, section 13.1.1).
    if header is None:
        return None
    return tuple(tag.strip().strip('"') for tag in header.split(",") if not tag.strip().startswith("W/"))


def _matches(header: str, etag: str) -> bool:
    tags = _read_tags(header)
    return "*" in tags or etag in tags


def _tag(etag: str) -> dict[str, str]:
    return {"ETag": f'"{etag}"'}


def _answer(found: StoredObject, fields: tuple[str, ...] = (), status: int = 200) -> Response:
    known = KINDS[found.kind].fields
    if unknown := [name for name in fields if name not in known]:
        raise InvalidInput("fields", f"{unknown[0]!r} is not one of {', '.join(known)}")
    values = {name: value for name, value in found.values.items() if not fields or name == "id" or name in fields}
    return Response(dump_result(values), status_code=status, media_type="application/json", headers=_tag(found.etag))


def _say_line(row: RowResult) -> LineResult:
    problems = [{"field": item.field, "detail": item.detail} for item in row.problems] or None
    return LineResult(line=row.line, id=row.id, status=row.status, etag=row.etag, reason=row.reason, problems=problems)


for _kind in KINDS.values():
    add_routes(_kind)
