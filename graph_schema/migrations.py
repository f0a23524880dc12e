"""Numbered steps that bring a graph to this schema, each recorded in the graph once it is done.

Steps are never changed after a release; a change of schema is a new step at the end. Every step can be run again
without harm, so a crash between a step and its record is healed by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph_schema import cypher, visibility
from graph_schema.errors import SchemaMismatch

Run = Callable[[str, Mapping[str, object]], list[dict[str, Any]]]


@dataclass(frozen=True)
class MigrationStep:
    """One step: its place in the order, its name, and the statements it runs."""

    number: int
    name: str
    statements: Callable[[], Iterable[str]]

    @property
    def id(self) -> str:
        """The step as it is recorded."""
        return f"{self.number:03d} {self.name}"


STEPS: tuple[MigrationStep, ...] = (
    MigrationStep(1, "constraints and indexes", cypher.create_schema),
    # Kinds of node that came since then have constraints too; those that are there already stay as they are.
    MigrationStep(2, "stamps and kept bridges", cypher.create_schema),
    MigrationStep(3, "decision chain, pseudonyms and erasures", cypher.create_schema),
    MigrationStep(4, "events", cypher.create_schema),
    MigrationStep(5, "objects and idempotent requests", cypher.create_schema),
    MigrationStep(6, "API keys", cypher.create_schema),
    MigrationStep(7, "switches", cypher.create_schema),
    MigrationStep(8, "watches and messages", cypher.create_schema),
    MigrationStep(
        9, "visibility by team and organisation", lambda: (*cypher.create_schema(), visibility.SETTLE_EVERYBODY)
    ),
)
"""Every step in order."""


def apply_migrations(run: Run) -> list[str]:
    """Apply the steps that this graph has not had; returns their ids.

    Raises:
        SchemaMismatch: The graph has had a step that this Skillway does not know.
    """
    applied = {row["id"] for row in run("MATCH (m:Migration) RETURN m.id AS id", {})}
    if unknown := applied - {step.id for step in STEPS}:
        raise SchemaMismatch(
            f"the graph was written by a newer Skillway (step {max(unknown)!r}); upgrade Skillway, or use another graph"
        )
    pending = [step for step in STEPS if step.id not in applied]
    for step in pending:
        for statement in step.statements():
            run(statement, {})
        run("CALL db.awaitIndexes(120)", {})
        run(
            "MERGE (m:Migration {id: $id}) SET m.number = $number, m.applied_at = datetime()",
            {"id": step.id, "number": step.number},
        )
    return [step.id for step in pending]
