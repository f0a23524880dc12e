"""``skillway rights``: what people may ask for themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.ask import Person
from api.output import AsJson, dump_result, print_note, print_result
from api.session import open_session
from graph_schema.errors import InvalidInput

app = typer.Typer(
    help="What people may ask for themselves: see it all, reject, correct, object, hide, be erased.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Skill = Annotated[str, typer.Argument(help="Label or id of a skill.")]
Which = Annotated[str, typer.Argument(help="Which skills: listed or hidden.")]


@app.command()
def export(
    person: Person,
    out: Annotated[Path | None, typer.Option(help="File to write: .json or .html.", dir_okay=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Show all that is held and inferred about a person, or write it to a file."""
    from api.render.rights import render_export
    from api.whole_files import open_whole_file

    if out is None:
        with open_session() as engine:
            print_result(engine.export_person(person), as_json, render_export)
        return
    if out.suffix.lower() not in (".json", ".html"):
        raise InvalidInput("--out", f"{out.name} ends in neither .json nor .html")
    from api.personal_page import write_personal_page

    with open_session() as engine, open_whole_file(out) as file:
        held = engine.export_person(person)
        file.write(write_personal_page(held) if out.suffix.lower() == ".html" else dump_result(held))
    print_note(f"wrote all that is held about {held.person.name} to {out}")


@app.command()
def reject(person: Person, skill: Skill, as_json: AsJson = False) -> None:
    """Record that a person says they do not have a skill, and show what that changed."""
    from api.render.evidence import render_change

    with open_session() as engine:
        print_result(engine.reject_skill(person, skill), as_json, render_change)


@app.command()
def correct(
    person: Person,
    skill: Skill,
    level: Annotated[float, typer.Argument(help="The level they say they have, 0 to 5.")],
    as_json: AsJson = False,
) -> None:
    """Record the level at which a person says they have a skill, in place of what they reported before."""
    from api.render.evidence import render_change

    with open_session() as engine:
        print_result(engine.correct_level(person, skill, level), as_json, render_change)


@app.command("object")
def object_(person: Person, as_json: AsJson = False) -> None:
    """Switch inference off for a person: what was inferred goes, and no load switches it on again."""
    from api.render.rights import render_choice

    with open_session() as engine:
        print_result(engine.object_to_inference(person), as_json, render_choice)


@app.command()
def allow(person: Person, as_json: AsJson = False) -> None:
    """Lift a person's objection to inference."""
    from api.render.rights import render_choice

    with open_session() as engine:
        print_result(engine.allow_inference(person), as_json, render_choice)


@app.command()
def hide(person: Person, which: Which, as_json: AsJson = False) -> None:
    """Keep a person's listed or hidden skills from others."""
    from api.render.rights import render_choice

    with open_session() as engine:
        print_result(engine.hide_skills(person, which), as_json, render_choice)


@app.command()
def show(person: Person, which: Which, as_json: AsJson = False) -> None:
    """Let others see a person's listed or hidden skills."""
    from api.render.rights import render_choice

    with open_session() as engine:
        print_result(engine.show_skills(person, which), as_json, render_choice)


@app.command()
def erase(
    person: Person,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again: there is no way back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person with all that is held and inferred about them, and print the receipt."""
    from api.render.rights import render_receipt

    if not yes:
        typer.confirm(f"erase {person} for good, with everything about them?", abort=True, err=True)
    with open_session() as engine:
        print_result(engine.erase_person(person), as_json, render_receipt)


@app.command()
def readmit(
    person_id: Annotated[str, typer.Argument(help="The exact id that the data set has.")], as_json: AsJson = False
) -> None:
    """Let a load bring somebody back who was erased."""
    with open_session() as engine:
        print_result(
            engine.readmit_person(person_id), as_json, lambda found: f"a load may bring {found.person_id} back"
        )


@app.command()
def receipts(as_json: AsJson = False) -> None:
    """List the receipts of all erasures, the newest first."""
    from api.render.rights import render_receipts

    with open_session() as engine:
        print_result(engine.list_erasures(), as_json, render_receipts)
