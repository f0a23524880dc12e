"""Whether the service can answer, for whatever watches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter

from api.routes.asking import GRAPH_PROBLEMS, Answering
from graph_schema.queries.graph import ORGANISATION

router = APIRouter(tags=["service"], responses=GRAPH_PROBLEMS)


@dataclass(frozen=True)
class Health:
    """The service answers, and so does its graph."""

    status: Literal["ok"]


@router.get("/healthz", operation_id="check_health", summary="Whether the service and its graph answer")
def check_health(engine: Answering) -> Health:
    """Needs no API key and says nothing about the organisation."""
    engine.store.ask(ORGANISATION)
    return Health("ok")
