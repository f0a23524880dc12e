"""Whether the service lives and can answer, for whatever watches it, and what it counts of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import anyio
from fastapi import APIRouter, Request, Response

from api.metrics import MEDIA_TYPE, ServiceMetrics
from api.routes.asking import GRAPH_PROBLEMS, Answering
from graph_schema.errors import StoreUnavailable
from graph_schema.queries.graph import ORGANISATION

router = APIRouter(tags=["service"])

READY_SECONDS = 3.0
"""How long the graph may take to show that it answers."""

# Of its own, so that it finds a thread when requests that wait for a graph that is gone hold all others.
_one_at_a_time = anyio.CapacityLimiter(1)


@dataclass(frozen=True)
class Health:
    """The process answers."""

    status: Literal["ok"]


@dataclass(frozen=True)
class Readiness:
    """The service answers, and so does its graph."""

    status: Literal["ready"]


@router.get("/healthz", operation_id="check_health", summary="Whether the process lives")
async def check_health() -> Health:
    """Says nothing of the graph: a process whose graph is away must not be restarted. Needs no key."""
    return Health("ok")


@router.get(
    "/readyz", operation_id="check_readiness", summary="Whether requests can be answered", responses=GRAPH_PROBLEMS
)
async def check_readiness(request: Request, engine: Answering) -> Readiness:
    """Asks the graph. Needs no key and says nothing about the organisation."""
    metrics: ServiceMetrics = request.app.state.metrics
    metrics.graph_up.set(0)
    with anyio.move_on_after(READY_SECONDS):
        await anyio.to_thread.run_sync(
            engine.store.ask, ORGANISATION, abandon_on_cancel=True, limiter=_one_at_a_time
        )  # fmt: skip
        metrics.graph_up.set(1)
        return Readiness("ready")
    raise StoreUnavailable(f"the graph did not answer in {READY_SECONDS:g} s")


METRICS: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {}}, "description": "Counts in the text format of Prometheus."}
}


@router.get(
    "/metrics", operation_id="read_metrics", summary="What the service counts", responses=METRICS,
    response_class=Response,
)  # fmt: skip
async def read_metrics(request: Request) -> Response:
    """Requests by operation and status, and how long they took. Needs a key, as Prometheus can send one."""
    metrics: ServiceMetrics = request.app.state.metrics
    return Response(metrics.render(), media_type=MEDIA_TYPE)
