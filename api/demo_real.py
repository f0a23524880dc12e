"""The demo on real data: full ESCO with its occupations as roles, survey people, real courses."""

from __future__ import annotations

from pathlib import Path

from api.commands.run import say_inference
from api.demo import show_answers
from api.output import print_note
from api.settings import load_settings
from engine.bootstrap import open_engine
from engine.service import Engine
from graph_schema.errors import InvalidInput
from graph_schema.queries.graph import BELIEFS_ARE_FRESH
from graph_schema.queries.loading import DATA_SETS
from loaders.base import get_loader
from loaders.run import run_loader
from loaders.survey import CLOSED_ON, SurveyOptions

FOLDERS = {"esco": "esco", "esco-roles": "esco", "survey": "people", "course-catalogue": "courses"}
"""Loader -> folder of the real data that it reads, in the order they are loaded."""

ROLE = "web developer"
"""An occupation of ESCO whose skills the survey asks about."""


COURSE = "Introduction to Web Development"
"""A course of the catalogue that teaches what the role needs."""


def run_real_demo(folder: Path, people: int) -> None:
    """Do the main job on real data in the layout of its publishers; a second run finds the database as it was.

    Raises:
        InvalidInput: The graph holds other data, which the demo must not touch.
        LoadError: The folder does not hold the data.
    """
    settings = load_settings()
    print_note("Skillway on real data: ESCO 1.2, respondents of the 2023 developer survey, real courses")
    with open_engine(
        settings.store, settings.engine, as_of=CLOSED_ON, actor=settings.actor, on_progress=print_note
    ) as engine:
        prepare_real_data(engine, folder, people)
        print_note(
            "the survey asks about tools alone and ESCO's occupations name scores of skills of every kind, "
            "so readiness is low by nature"
        )
        nearest = engine.pool(ROLE, top=1, at_least=0.0).entries
        if not nearest:
            raise InvalidInput("--people", "are too few: nobody is near the role; take more")
        show_answers(engine, nearest[0].person.id, ROLE, course=COURSE, at_least=0.0)


def prepare_real_data(engine: Engine, folder: Path, people: int) -> None:
    """Bring the graph to hold the real data, inferred.

    Raises:
        InvalidInput: The graph holds other data.
        LoadError: The folder does not hold the data.
    """
    known = {item.loader for item in engine.store.ask(DATA_SETS)}
    if others := known - set(FOLDERS):
        raise InvalidInput(
            "graph", f"holds other data ({', '.join(sorted(others))}); set SKILLWAY_HOME to another folder for this"
        )
    changed = 0
    for name, inside in FOLDERS.items():
        options = SurveyOptions(people=people, seed=0) if name == "survey" else None
        report = run_loader(engine.store, get_loader(name), folder / inside, options=options)
        changed += report.changed
        rows = sum(report.rows.values())
        print_note(f"loaded {name}: {rows:,} rows in {report.seconds:.0f} s, {report.changed:,} changes")
    if not changed and engine.store.ask(BELIEFS_ARE_FRESH)[0].fresh:
        print_note("nothing new: what was inferred before stands")
        return
    print_note(
        "skills are not embedded here (`skillway embed` does it in some minutes): none that nobody shows is inferred"
    )
    print_note(say_inference(engine.infer()))
