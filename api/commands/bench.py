"""Measurements that anyone can repeat: ``skillway bench …`` prints the tables that README quotes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.output import AsJson, print_note, print_result
from api.settings import load_settings
from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(help="Measure loading, inference, pools and bridges on this machine.", no_args_is_help=True)

Data = Annotated[
    Path | None, typer.Option("--data", help="Folder of real data sets; SKILLWAY_DATA when not given.", metavar="DIR")
]


@app.command("load")
def bench_load(data: Data = None, as_json: AsJson = False) -> None:
    """Load full ESCO into an empty graph, then again with nothing to change: seconds and rows a second of each step."""
    from api.bench.load import bench_load
    from api.session import open_session

    folder = _find_data(data) / "esco"
    with open_session() as engine:
        print_result(bench_load(engine.store, folder), as_json, render_rows)


@app.command("inference")
def bench_inference(
    data: Data = None,
    seeds: Annotated[int, typer.Option(help="How many splits, each with its own seed.", min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """Hide 40 % of the skills of survey people and rank what is hidden, beside other methods on the same split."""
    from api.bench.inference import bench_inference

    print_result(bench_inference(_find_data(data), seeds), as_json, render_rows)


@app.command("pools")
def bench_pools(as_json: AsJson = False) -> None:
    """Compare pools that promise a precision with the planted truth of the sample organisation."""
    from api.bench.pools import bench_pools
    from api.demo import open_sample

    with open_sample() as engine:
        print_result(bench_pools(engine, print_note), as_json, render_rows)


@app.command("verification")
def bench_verification(
    tests: Annotated[int, typer.Option(help="People tested for each skill.", min=1)] = 10,
    draws: Annotated[int, typer.Option(help="How often scores are drawn.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Test those whose certainty is worth most, or others, on the sample organisation: right entries gained."""
    from api.bench.verification import bench_verification
    from api.demo import open_sample

    with open_sample() as engine:
        print_result(bench_verification(engine, tests, draws), as_json, render_rows)


@app.command("bridge")
def bench_bridge(
    courses: Annotated[list[int] | None, typer.Option(help="Courses in the catalogue; may be repeated.")] = None,
    gaps: Annotated[list[int] | None, typer.Option("--gap", help="Skills people miss; may be repeated.")] = None,
    questions: Annotated[int, typer.Option(help="People asked about at each size and gap.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Plan bridges over synthetic catalogues: time to the proof, and what greedy methods leave on the table."""
    from engine.bridges.bench import bench_bridge

    rows = bench_bridge(courses or (1_000, 10_000), gaps or (5, 10, 20), questions=questions)
    print_result(rows, as_json, render_rows)


def render_rows(rows: Sequence[Any]) -> Table:
    """Lay out rows of one dataclass as a table, a column a field."""
    from rich.table import Table

    names = [field.name for field in dataclasses.fields(rows[0])]
    table = Table(*(name.replace("_", " ") for name in names), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_say(getattr(row, name)) for name in names))
    return table


def _say(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, tuple):
        return "\n".join(map(str, value))
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)


def _find_data(data: Path | None) -> Path:
    folder = data or load_settings().data
    if folder is None:
        raise InvalidInput("--data", "is needed: a folder of real data sets, or SKILLWAY_DATA set to one")
    return folder
