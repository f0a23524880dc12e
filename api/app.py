"""The HTTP service: the Engine's questions as routes, described by OpenAPI."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import contextmanager_in_threadpool
from fastapi.openapi.utils import get_openapi

from api.access import KEY_SCHEMES, Gate, find_api_key
from api.delivering import run_workers
from api.http_errors import describe_problems, install_problem_handlers
from api.metrics import ServiceMetrics
from api.middleware.body_limits import BodyLimits
from api.middleware.idempotency import IdempotencyKeys
from api.middleware.rate_limits import CallerLimits, open_limiter
from api.middleware.request_records import RequestRecords
from api.oidc import TokenReader
from api.routes import (
    audits,
    batches,
    courses,
    decisions,
    events,
    evidence,
    health,
    keys,
    landscape,
    messages,
    objects,
    people,
    pools,
    progress,
    rights,
    roles,
    switches,
)
from api.settings import Settings
from api.webhooks.describe import describe_webhooks
from engine.service import Engine

DESCRIPTION = """
The skills people have but never listed, and the cheapest bridge to a role.

People, skills, roles and courses are named by id or by name; a name with a space or a slash is URL-encoded.
Every request but `/healthz`, `/readyz` and this page carries the API key, in `X-API-Key` or as a bearer token;
`skillway serve` says where it is kept. Probabilities and readiness are 0 to 1, levels 0 to 5, money is in the
organisation's currency. Errors are problem documents (RFC 9457); programs compare `type`.

Changes, as of 2026-11-29: under `/v1` fields, optional parameters, routes, event types and problem types are added
without notice, so programs pass over what they do not know. Nothing is removed, renamed or given another meaning under
`/v1` but for reasons of security or law: what replaces it comes as `/v2` beside it. What is to go is marked
`deprecated` here and stays for a year from the release whose CHANGELOG says so.

Every answer carries `X-Request-ID`, which the service's log names too. Who asks too much is answered 429, while the
graph is away 503, both with `Retry-After`.
"""


def create_app(engine: Engine, settings: Settings, metrics: ServiceMetrics | None = None) -> FastAPI:
    """Return the service over an open Engine; the caller closes the Engine when the service ends.

    Args:
        engine: Answers every question.
        settings: Say which API key opens the service, or where the one that is made is kept.
        metrics: Counts what is asked; in this process's memory when not given.

    Raises:
        InvalidInput: There is no API key to be had.
    """
    app = FastAPI(
        title="Skillway",
        version=version("skillway"),
        description=DESCRIPTION,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        lifespan=_deliver if settings.serve.deliver else None,
    )
    limits = settings.serve.limits
    app.state.engine = engine
    app.state.mail = settings.mail
    app.state.metrics = metrics = metrics or ServiceMetrics()
    # What is added later stands further out.
    app.add_middleware(IdempotencyKeys, store=engine.store)
    app.add_middleware(CallerLimits, limiter=open_limiter(limits), settings=limits, metrics=metrics)
    key, oidc = find_api_key(settings), settings.serve.oidc
    app.add_middleware(Gate, engine=engine, key=key and key.value, tokens=oidc and TokenReader(oidc))
    app.add_middleware(BodyLimits, limits=limits)
    app.add_middleware(RequestRecords, metrics=metrics)
    install_problem_handlers(app)
    app.include_router(health.router)
    about_people = (people, progress, evidence, roles, pools, courses, batches, rights, messages)
    asked = (*about_people, landscape, audits, decisions, events, objects, keys, switches)
    for subject in asked:
        app.include_router(subject.router, prefix="/v1", dependencies=KEY_SCHEMES)
    _describe(app)
    return app


@asynccontextmanager
async def _deliver(app: FastAPI) -> AsyncGenerator[None]:
    """Publish events, send webhooks and tell people what changes for them, for as long as the service runs."""
    async with contextmanager_in_threadpool(run_workers(app.state.engine, app.state.mail)):
        yield


def _describe(app: FastAPI) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            app.openapi_schema = describe_problems(described) | {"webhooks": describe_webhooks()}
        return app.openapi_schema

    app.openapi = openapi
