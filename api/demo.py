"""The demo: starts a real Neo4j, loads an organisation, infers, and shows the main job's two answers."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.rule import Rule

from api.commands.run import say_embedding, say_inference
from api.output import print_note
from api.render.moves import render_bridge
from api.render.people import render_pool
from api.settings import load_settings
from engine.bootstrap import open_engine
from engine.service import Engine
from graph_schema.errors import InvalidInput, MissingExtra
from graph_schema.queries.graph import BELIEFS_ARE_FRESH
from graph_schema.queries.loading import DATA_SETS
from loaders.base import find_loaders
from loaders.run import run_loader
from loaders.sample import (
    ESCO_EXCERPT,
    SAMPLE_AS_OF,
    SAMPLE_DIRECTORY,
    STORY_PERSON,
    STORY_ROLE,
)

SAMPLE = "sample"
"""Name, in the graph, of the sample organisation's data set."""


def run_demo() -> None:
    """Do the main job on the sample organisation; a second run finds the database as it was and loads nothing."""
    print_note("Skillway on its sample organisation: fictional people, real skill names of ESCO")
    with open_sample() as engine:
        show_answers(engine, STORY_PERSON, STORY_ROLE, course="Data Quality in Ten Hours", at_least=0.5)


@contextmanager
def open_sample() -> Generator[Engine]:
    """Open the Engine on a graph that holds the sample organisation, on its own day; it is loaded when it is not there.

    Raises:
        InvalidInput: The graph holds other data.
    """
    settings = load_settings()
    with open_engine(
        settings.store, settings.engine, as_of=SAMPLE_AS_OF, actor=settings.actor, on_progress=print_note
    ) as engine:
        prepare_sample(engine)
        yield engine


def prepare_sample(engine: Engine) -> None:
    """Bring the graph to hold the sample organisation, embedded and inferred.

    Raises:
        InvalidInput: The graph holds other data, which the demo must not touch.
    """
    loaders = find_loaders()
    if others := {item.source for item in engine.store.ask(DATA_SETS)} - {"esco", SAMPLE}:
        raise InvalidInput(
            "graph", f"holds other data ({', '.join(sorted(others))}); set SKILLWAY_HOME to another folder for the demo"
        )
    excerpt = run_loader(engine.store, loaders["esco"], ESCO_EXCERPT, dry_run=True)
    if any(change.removed for change in excerpt.changes.values()):
        raise InvalidInput(
            "graph", "holds more of ESCO than the sample's excerpt; set SKILLWAY_HOME to another folder for the demo"
        )
    changed = 0
    for name, folder, source in (("esco", ESCO_EXCERPT, None), ("organisation", SAMPLE_DIRECTORY, SAMPLE)):
        report = run_loader(engine.store, loaders[name], folder, source=source)
        changed += report.changed
        print_note(f"loaded {source or name}: {sum(report.rows.values()):,} rows, {report.changed:,} changes")
    if not changed and engine.store.ask(BELIEFS_ARE_FRESH)[0].fresh:
        print_note("nothing new: what was inferred before stands")
        return
    try:
        print_note(say_embedding(engine.embed()))
    except MissingExtra as error:
        print_note(f"{error}; skills that nobody lists are not inferred")
    print_note(say_inference(engine.infer()))


def show_answers(engine: Engine, person: str, role: str, *, course: str, at_least: float) -> None:
    """Print the hidden talent pool of a role, the cheapest bridge of a person to it, and what to try next."""
    console = Console(highlight=False)
    bridge = engine.bridge(person, role)
    who, what = bridge.person.name, bridge.role.name
    console.print(Rule("1. Who can already do it? The hidden talent pool", align="left"))
    console.print(render_pool(engine.pool(role, top=3, at_least=at_least)))
    console.print(Rule("2. What is missing, and the cheapest way there", align="left"))
    console.print(render_bridge(bridge))
    console.print(Rule("3. Try next", align="left"))
    for command, meaning in (
        (f'skillway person "{who}"', "all that is believed of a person"),
        (f'skillway explain "{who}" Python', "why, term by term"),
        (f'skillway gap "{who}" "{what}"', "requirement by requirement"),
        (f'skillway pool "{what}" --json', "the same for a program"),
        (f'skillway unlocks "{course}"', "what a course opens, and for whom"),
        ("skillway serve", "the HTTP API with its OpenAPI page"),
        ("skillway db stop", "stop the database"),
    ):
        typer.echo(f"  {command:64} {meaning}")
    if shutil.which("skillway") is None:
        typer.echo(f"  (here skillway is {Path(sys.executable).parent / 'skillway'})")
