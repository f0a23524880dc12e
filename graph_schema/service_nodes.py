"""What the service keeps for itself in the graph, so that several processes on it act as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from graph_schema.schema import Node, Property


@dataclass(frozen=True, kw_only=True)
class ObjectLock(Node):
    """Locked by whoever writes objects of a kind through the service, so that of two writers one sees the other.

    So is ``visibility``, by whoever writes what is shown of people.
    """

    id: Annotated[str, Property("The kind, such as `courses`, or `visibility`.", "key")]


@dataclass(frozen=True, kw_only=True)
class IdempotentRequest(Node):
    """A request that carried an `Idempotency-Key`: claimed before the work, and answered alike when it comes again.

    It goes after a day, and at once when somebody is erased whom its answer names.
    """

    id: Annotated[str, Property("`request:<sha256 of the caller and the key>`.", "key")]
    digest: Annotated[str, Property("Digest of method, path and body: another request may not take the key.")]
    claim: Annotated[str, Property("Random; whoever claimed last writes the answer.")]
    claimed_at: Annotated[datetime, Property("When the work began (UTC).", "range")]
    status: Annotated[int | None, Property("The HTTP status of the answer; absent while the work goes on.")] = None
    headers: Annotated[str | None, Property("Headers of the answer that matter, as JSON.")] = None
    body: Annotated[str | None, Property("The answer; absent when it is too long to be kept.")] = None


SERVICE_NODES: tuple[type[Node], ...] = (ObjectLock, IdempotentRequest)
"""Every label of the service's own."""
