"""The command ``skillway``. Each command is thin over :class:`engine.service.Engine`; ``--json`` prints its result.

Exit codes are in ``api/exit_codes.py``. ``skillway --install-completion`` sets up shell completion.
"""

from __future__ import annotations

import sys

import typer

from api.commands import (
    ask,
    audit,
    bench,
    bridge,
    db,
    decisions,
    demo,
    events,
    evidence,
    inspect,
    keys,
    landscape,
    load,
    match,
    model,
    objects,
    pool,
    progress,
    rights,
    run,
    serve,
    simulate,
    switches,
    watch,
)
from api.exit_codes import read_exit_code
from graph_schema.errors import SkillwayError

app = typer.Typer(
    name="skillway",
    help="Infers the skills people have but never listed, and computes the cheapest bridge to a role.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.add_typer(db.app, name="db")
app.add_typer(load.app, name="load")
app.command("template")(load.template)
app.command("simulate")(simulate.simulate)
app.command("embed")(run.embed)
app.command("infer")(run.infer)
app.add_typer(evidence.app, name="evidence")
app.command("person")(ask.show_person)
app.command("explain")(ask.explain)
app.command("pool")(pool.pool)
app.command("gap")(ask.gap)
app.command("bridge")(bridge.bridge)
app.add_typer(progress.app, name="progress")
app.command("roles")(ask.roles)
app.command("gigs")(match.gigs)
app.command("courses")(match.courses)
app.command("mentors")(match.mentors)
app.command("chains")(ask.chains)
app.command("unlocks")(ask.unlocks)
app.add_typer(landscape.app, name="landscape")
app.add_typer(model.app, name="model")
app.add_typer(audit.app, name="audit")
app.add_typer(rights.app, name="rights")
app.add_typer(switches.app, name="switches")
app.add_typer(decisions.app, name="decisions")
app.add_typer(watch.app, name="watch")
app.command("messages")(watch.messages)
app.add_typer(events.app, name="events")
app.add_typer(objects.app, name="objects")
app.add_typer(keys.app, name="keys")
app.command("serve")(serve.serve)
app.command("deliver")(events.deliver)
app.command("cypher")(inspect.cypher)
app.command("settings")(inspect.settings)
app.add_typer(bench.app, name="bench")


def main() -> None:
    """Run the command; an error that Skillway can explain is printed as a sentence and sets the exit code."""
    try:
        app()
    except SkillwayError as error:
        typer.secho(f"skillway: {error}", err=True, fg="red")
        sys.exit(read_exit_code(error))
