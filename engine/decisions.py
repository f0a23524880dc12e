"""The record that every ranked list and recommendation leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from engine.beliefs import SOURCE
from graph_schema.nodes import Decision
from graph_schema.store import GraphStore


def record_decision(
    store: GraphStore,
    actor: str,
    operation: str,
    question: Mapping[str, object],
    answer: Iterable[str],
    model: str | None,
) -> None:
    """Write who asked what, when, on which model, and the ids that were answered, in order."""
    asked_at = datetime.now(UTC)
    question_text, answer_text = json.dumps(question, sort_keys=True), json.dumps(list(answer))
    content = "\x1f".join((operation, actor, asked_at.isoformat(), question_text, answer_text, model or ""))
    decision = Decision(
        id=f"decision:{sha256(content.encode()).hexdigest()}",
        operation=operation,
        asked_by=actor,
        asked_at=asked_at,
        question=question_text,
        answer=answer_text,
        model=model,
    )
    store.write_nodes([decision], SOURCE)
