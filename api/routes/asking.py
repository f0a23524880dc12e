"""What the routes share: the Engine that answers, how things are named, and what may go wrong."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response

from api.http_errors import Problem
from engine.access.callers import NOBODY, Caller
from engine.bridge_wishes import BridgeWishes
from engine.service import Engine


def read_engine(request: Request) -> Engine:
    """Return the service's Engine for whoever asks; where nobody had to say who they are, it tells nothing."""
    engine: Engine = request.app.state.engine
    caller: Caller = getattr(request.state, "caller", NOBODY)
    return engine.as_caller(caller)


def tell_once(response: Response) -> None:
    """Keep an answer that holds a secret out of whatever stores answers, our own included."""
    response.headers["Cache-Control"] = "no-store"


class QueriedWishes(BridgeWishes, extra="ignore"):
    """Wishes among other parameters of a query, which are none of theirs."""


Answering = Annotated[Engine, Depends(read_engine)]
Person = Annotated[str, Path(description="Name, e-mail or id of a person.")]
Skill = Annotated[str, Path(description="Label or id of a skill.")]
Role = Annotated[str, Path(description="Title or id of a role.")]
Course = Annotated[str, Path(description="Title or id of a course or gig.")]
Wishes = Annotated[QueriedWishes, Query()]
TOLD_ONCE = [Depends(tell_once)]
"""What routes depend on whose answers hold a secret."""

GRAPH_PROBLEMS: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "The graph's server does not answer; `Retry-After` says when to ask again."},
    504: {"model": Problem, "description": "The graph took longer than allowed."},
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "The request carries no API key and no token, or none that is good."},
    403: {"model": Problem, "description": "Who asks may not be told this, or not do it."},
    404: {"model": Problem, "description": "Nothing answers to the name."},
    409: {"model": Problem, "description": "Several things answer to the name, or nothing has been inferred yet."},
    422: {"model": Problem, "description": "A value cannot be used; `field` says which."},
    429: {"model": Problem, "description": "The caller asks too much; `Retry-After` says when to ask again."},
    **GRAPH_PROBLEMS,
}
