"""Builders that speak the domain: a move, an instance, its answer."""

from __future__ import annotations

import json
from typing import Any

from engine.bridges.instance import read_instance
from engine.bridges.result import Solution
from engine.bridges.solve import solve_instance


def move(id_: str, cost: float = 1, *, needs: Any = None, gives: Any = None, after: Any = (), hours: float = 0) -> Any:
    return {"id": id_, "kind": "course", "cost": cost, "hours": hours, "needs": needs or {}, "after": list(after)} | {
        "gives": gives or {}
    }


def document(moves: list[Any], requires: Any, skills: Any = None, rate: float = 0) -> dict[str, Any]:
    return {
        "schema": "skillway.bridge/1",
        "person": {"id": "p", "skills": skills or {}},
        "target": {"id": "r", "requires": requires},
        "moves": moves,
        "objective": {"money_per_hour": rate},
    }


def answer(given: dict[str, Any], time_limit: float | None = None) -> Solution:
    return solve_instance(read_instance(json.dumps(given)), time_limit=time_limit)
