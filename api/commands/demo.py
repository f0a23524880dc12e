"""The main job from beginning to end, on the sample organisation or on real data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RealData = Annotated[
    Path | None,
    typer.Option("--real", metavar="DIR", help="Folder of real data: full ESCO, survey people, real courses."),
]
People = Annotated[int, typer.Option(help="Most people to take from the real data.", min=10)]


def demo(real: RealData = None, people: People = 2_000) -> None:
    """Do the main job: start Neo4j, load, infer, then show a hidden talent pool and a bridge to it."""
    if real is None:
        from api.demo import run_demo

        run_demo()
    else:
        from api.demo_real import run_real_demo

        run_real_demo(real, people)
