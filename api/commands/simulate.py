"""``skillway simulate DIR``: a made-up company of which the truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.output import AsJson, print_result

if TYPE_CHECKING:
    from api.simulate import Simulation

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Where to write: a new or an empty folder.")]
Attack = Annotated[
    str | None,
    typer.Option(
        metavar="KIND",
        help="Plant dishonest endorsements: ring, distinct_ring, collusion, relay or star.",
        show_default=False,
    ),
]


def simulate(
    folder: Folder,
    people: Annotated[int, typer.Option(help="How many people.")] = 300,
    skills: Annotated[int, typer.Option(help="How many skills there are.")] = 120,
    seed: Annotated[int, typer.Option(help="Seed of all chance.", min=0)] = 0,
    attack: Attack = None,
    size: Annotated[int, typer.Option(help="People in one attack.")] = 5,
    attacks: Annotated[int, typer.Option(help="How many attacks.", min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """Write a made-up company as CSV files for `skillway load organisation`, with the truth in DIR/truth."""
    from api.simulate import simulate_company

    print_result(simulate_company(folder, people, skills, seed, attack, size, attacks), as_json, render_simulation)


def render_simulation(done: Simulation) -> str:
    """Say what was written and what to do with it."""
    return (
        f"{done.people} people, {done.skills} skills, {done.listings} listings and {done.endorsements} endorsements, "
        f"{done.false_endorsements} of them false, {done.attacks} attacks: in {done.folder}\n"
        f"next: skillway load organisation {done.folder}"
    )
