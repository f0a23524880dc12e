"""Commands that change what is believed: embedding and inference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.output import AsJson, print_note, print_result
from api.session import open_session

if TYPE_CHECKING:
    from engine.results import EmbeddingRun, InferenceRun


def infer(as_json: AsJson = False) -> None:
    """Fit the model on everybody, infer their skills and write what is believed to the graph."""
    from engine.events.publish import prune_events, publish_events
    from engine.events.worker import read_clock

    with open_session() as engine:
        run = engine.infer(print_note)
        # Where nobody serves or delivers, what loads and runs announce would pile up.
        publish_events(engine.store, read_clock())
        prune_events(engine.store, read_clock(), engine.settings.events.retention_days)
        print_result(run, as_json, say_inference)


def embed(as_json: AsJson = False) -> None:
    """Write the vectors of skills that have none yet, so that skills nobody lists can be inferred."""
    with open_session() as engine:
        print_result(engine.embed(print_note), as_json, say_embedding)


def say_inference(run: InferenceRun) -> str:
    """Say in one sentence what a run of inference did."""
    return (
        f"{run.people:,} people, {run.skills:,} skills as of {run.as_of}: {run.created:,} beliefs new, "
        f"{run.updated:,} changed, {run.unchanged:,} as before, {run.removed:,} gone ({run.model})"
    )


def say_embedding(run: EmbeddingRun) -> str:
    """Say in one sentence what a run of embedding did."""
    return f"{run.embedded:,} skills embedded with {run.model}, {run.unchanged:,} had their vector"
