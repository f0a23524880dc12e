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
    from rich.console import Group
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
    seeds: Annotated[int, typer.Option(help="How many splits, each with its own seed.", min=1)] = 5,
    sets: Annotated[
        list[str] | None, typer.Option("--set", help="Survey, 2023 or 2019; may be repeated. Both when not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hide 40 % of the skills of survey people and find them again, beside tuned peers on the same split.

    Needs the extra `bench`. Both surveys with five seeds take about a quarter of an hour on one core.
    """
    from api.bench.inference.surveys import SETS
    from api.bench.inference.table import bench_inference
    from api.render.inference_bench import render_inference_bench

    print_result(bench_inference(_find_data(data), seeds, sets or SETS, print_note), as_json, render_inference_bench)


@app.command("occupations")
def bench_occupations(
    data: Data = None,
    seeds: Annotated[int, typer.Option(help="How many splits, each with its own seed.", min=1)] = 3,
    learn_share: Annotated[
        float, typer.Option(help="Share of occupations learnt from; past .8 the validation part is learnt from too.")
    ] = 0.8,
    as_json: AsJson = False,
) -> None:
    """Guess the skills of ESCO's occupations, from skills, descriptions or both, and skills that nobody has yet.

    Needs the extra `embed`. The first run embeds 16,000 texts, which takes some minutes; later runs find them in the
    cache folder.
    """
    from api.bench.occupations import bench_occupations
    from api.render.occupation_bench import render_occupation_bench

    rows = bench_occupations(_find_data(data), load_settings().cache / "vectors", seeds, learn_share, print_note)
    print_result(rows, as_json, render_occupation_bench)


@app.command("levels")
def bench_levels(
    data: Data = None,
    splits: Annotated[int, typer.Option(help="How many splits of the occupations.", min=1)] = 5,
    as_json: AsJson = False,
) -> None:
    """Predict levels of occupations beside skillinfer, and compare believed levels of people with the truth."""
    from api.bench.levels import bench_levels

    print_result(bench_levels(_find_data(data), splits), as_json, render_tables)


@app.command("endorsements")
def bench_endorsements(
    data: Data = None,
    seeds: Annotated[int, typer.Option(help="How many made-up companies.", min=1)] = 2,
    people: Annotated[int, typer.Option(help="People in each.", min=200)] = 3_000,
    as_json: AsJson = False,
) -> None:
    """Judge skills by endorsements in companies of known truth, let rings and stars attack, predict real grades."""
    from api.bench.endorsements import bench_endorsements

    print_result(bench_endorsements(_find_data(data), seeds, people), as_json, render_tables)


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


@app.command("fusion")
def bench_fusion(
    data: Data = None,
    draws: Annotated[int, typer.Option(help="How many audits of each size are drawn.", min=1)] = 10,
    world: Annotated[
        list[str] | None, typer.Option(help="sample, careful or careless; may be repeated; all when none is given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fuse evidence in worlds with a planted truth: by hand-set weights, and by weights learnt from few audits."""
    from api.bench.fusion import bench_fusion

    print_result(bench_fusion(data or load_settings().data, draws, world or ()), as_json, render_rows)


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


@app.command("alternatives")
def bench_alternatives(
    courses: Annotated[list[int] | None, typer.Option(help="Courses in the catalogue; may be repeated.")] = None,
    gaps: Annotated[list[int] | None, typer.Option("--gap", help="Skills people miss; may be repeated.")] = None,
    questions: Annotated[int, typer.Option(help="People asked about at each size and gap.", min=1)] = 20,
    best: Annotated[int, typer.Option("--best", "-k", help="Different bridges for each.", min=2)] = 5,
    time_limit: Annotated[float, typer.Option(help="Seconds for the bridges of one person.", min=0)] = 20.0,
    as_json: AsJson = False,
) -> None:
    """Find different bridges, and price against weeks, over synthetic catalogues: time, proofs, how complete."""
    from engine.bridges.options_bench import bench_options

    difference = load_settings().engine.bridge.difference
    table = bench_options(
        courses or (2_900, 10_000),
        gaps or (5, 10),
        questions=questions,
        best=best,
        difference=difference,
        time_limit=time_limit,
    )
    print_result(table, as_json, render_tables)


@app.command("anyone")
def bench_anyone(
    courses: Annotated[list[int] | None, typer.Option(help="Courses in the catalogue; may be repeated.")] = None,
    people: Annotated[list[int] | None, typer.Option(help="People in the organisation; may be repeated.")] = None,
    roles: Annotated[int, typer.Option(help="Roles asked about.", min=1)] = 10,
    top: Annotated[int, typer.Option(help="People to find for each.", min=1)] = 20,
    seconds: Annotated[float, typer.Option(help="Seconds for a role; then the list says what is certain.")] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Find the people nearest to roles that people have, and to roles nobody has: proofs needed, seconds, growth."""
    from engine.bridges.anyone_bench import bench_anyone

    rows = bench_anyone(courses or (10_000,), people or (10_000, 100_000), roles=roles, top=top, seconds=seconds)
    print_result(rows, as_json, render_rows)


@app.command("scale")
def bench_scale(
    people: Annotated[list[int] | None, typer.Option(help="People in the organisation; may be repeated.")] = None,
    skills: Annotated[int, typer.Option(help="Skills in the taxonomy.")] = 14_000,
    as_json: AsJson = False,
) -> None:
    """Rank the first 20 skills of synthetic organisations on one core: seconds, memory, growth, beside other ways."""
    from api.bench.scale import bench_scale

    print_result(bench_scale(people or (100_000, 300_000, 1_000_000), skills), as_json, render_rows)


@app.command("live")
def bench_live(
    people: Annotated[list[int] | None, typer.Option(help="People in the organisation; may be repeated.")] = None,
    skills: Annotated[int, typer.Option(help="Skills in the taxonomy.", min=20)] = 2_000,
    questions: Annotated[int, typer.Option(help="Updates to measure at each size.", min=1)] = 200,
    as_json: AsJson = False,
) -> None:
    """Record and withdraw evidence in a running graph of a synthetic organisation: milliseconds until it has acted."""
    from api.bench.live import bench_live
    from api.session import open_session

    with open_session() as engine:
        table = bench_live(engine.store, people or (300, 3_000), skills, questions, print_note)
        print_result(table, as_json, render_rows)


@app.command("messages")
def bench_messages(
    people: Annotated[int, typer.Option(help="People in the company, 100 a role.", min=100)] = 3_000,
    courses: Annotated[int, typer.Option(help="Courses in the catalogue.", min=100)] = 1_300,
    changes: Annotated[int, typer.Option(help="Changes of each kind to measure.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Change roles and people of a synthetic company: seconds until those whom it concerns are told."""
    from api.bench.messages import bench_messages
    from api.session import open_session

    with open_session() as engine:
        table = bench_messages(engine.store, people, courses, changes, print_note)
        print_result(table, as_json, render_rows)


@app.command("bridge-graph")
def bench_bridge_graph(
    courses: Annotated[int, typer.Option(help="Courses in the catalogue; about 2.6 times as many moves.")] = 4_000,
    gaps: Annotated[list[int] | None, typer.Option("--gap", help="Skills people miss; may be repeated.")] = None,
    questions: Annotated[int, typer.Option(help="People asked about at each gap.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Ask for bridges in a running graph of a synthetic organisation, from a warm Engine and from the command line."""
    from api.bench.bridges_in_graph import bench_bridges_in_graph
    from api.session import open_session

    with open_session() as engine:
        table = bench_bridges_in_graph(engine.store, courses, gaps or (5, 10, 20), questions, print_note)
        print_result(table, as_json, render_rows)


@app.command("api")
def bench_api(
    people: Annotated[int, typer.Option(help="People in the organisation; 100 a role.", min=100)] = 100_000,
    courses: Annotated[int, typer.Option(help="Courses in the catalogue.", min=100)] = 1_300,
    processes: Annotated[list[int] | None, typer.Option(help="Processes of the service; may be repeated.")] = None,
    users: Annotated[list[int] | None, typer.Option(help="How many ask at once; may be repeated.")] = None,
    seconds: Annotated[int, typer.Option(help="How long each kind of request is asked.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Load the service of a large synthetic company from one client: requests a second, and milliseconds of each kind.

    Needs the extra `bench`. The company stays in the graph, which must be empty or hold it already: set SKILLWAY_HOME.
    """
    from api.bench.service_load import bench_service
    from api.session import open_session

    with open_session() as engine:
        table = bench_service(engine.store, people, courses, processes or (1,), users or (1, 4), seconds, print_note)
        print_result(table, as_json, render_rows)


@app.command("registry")
def bench_registry(
    rows: Annotated[int, typer.Option(help="Objects of each kind.", min=100)] = 10_000,
    as_json: AsJson = False,
) -> None:
    """Write and read objects in bulk in an empty graph: rows a second for what is new, the same and changed."""
    from api.bench.registry import bench_registry
    from api.session import open_session

    with open_session() as engine:
        print_result(bench_registry(engine, rows), as_json, render_rows)


def render_rows(rows: Sequence[Any]) -> Table:
    """Lay out rows of one dataclass as a table, a column a field."""
    from rich.table import Table

    names = [field.name for field in dataclasses.fields(rows[0])]
    table = Table(*(name.replace("_", " ") for name in names), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_say(getattr(row, name)) for name in names))
    return table


def render_tables(result: Any) -> Group:
    """Lay out a dataclass of several tables, one below the other."""
    from rich.console import Group
    from rich.padding import Padding

    tables = (render_rows(getattr(result, field.name)) for field in dataclasses.fields(result))
    return Group(*(Padding(table, (0, 0, 1, 0)) for table in tables))


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
