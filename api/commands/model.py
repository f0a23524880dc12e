"""A model of skills on files alone, without any database: fit it, score people with it, take a score apart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.output import AsJson, print_note, print_result
from graph_schema.errors import InvalidInput

app = typer.Typer(help="Fit a model on CSV files and score people with it, without any database.", no_args_is_help=True)

Model = Annotated[Path, typer.Argument(metavar="MODEL", help="File that skillway model fit wrote.")]
ProfilesFile = Annotated[
    Path, typer.Argument(metavar="PROFILES.csv", help="Who shows which skill: person_id,skill_id; .gz is read too.")
]
People = Annotated[
    Path | None,
    typer.Option(
        metavar="PEOPLE.csv", help="What else is known of people: person_id, attributes such as role or years, text."
    ),
]


@app.command("fit")
def fit(
    profiles: ProfilesFile,
    out: Annotated[Path, typer.Option(metavar="MODEL", help="File to write the model to.")],
    people: People = None,
    skills: Annotated[
        Path | None, typer.Option(metavar="SKILLS.csv", help="What skills are called: skill_id,label,description.")
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(help="An attribute that is a category though it looks like a number; may be repeated."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of every random draw; that of the settings by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Learn which skills go together from the skills people show; the same files and seed give the same bytes."""
    from api.profile_tables import read_training_profiles
    from api.render.model import render_model
    from api.settings import load_settings
    from api.whole_files import open_whole_file
    from engine.inference.fitting import fit_profiles
    from engine.inference.model_summary import summarise_model

    settings = load_settings().engine
    inference = settings.inference if seed is None else settings.inference.model_copy(update={"seed": seed})
    with open_whole_file(out, (profiles, people, skills)) as file:
        training = read_training_profiles(
            profiles, people, skills, category or (), settings.embedding_model, print_note
        )
        print_note(f"fitting on {len(training.people):,} people and {len(training.skills):,} skills")
        model = fit_profiles(training, inference)
        file.write(model.to_bytes())
    print_note(f"wrote {out}")
    print_result(summarise_model(model), as_json, render_model)


@app.command("score")
def score(
    model: Model,
    profiles: ProfilesFile,
    out: Annotated[Path, typer.Option(metavar="SCORES", help="File to write, .parquet or .csv.")],
    people: People = None,
    top: Annotated[
        int | None, typer.Option(help="Skills for each person, the most probable; 20 by default.", min=1)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every skill of the model, however improbable.")] = False,
) -> None:
    """Write how probable skills are that people do not list: person_id,skill_id,probability."""
    from api.profile_tables import read_model, read_scored_profiles
    from api.score_files import find_format, write_scores
    from api.whole_files import open_whole_file
    from engine.inference.profile_scores import score_profiles

    if every and top is not None:
        raise InvalidInput("--top and --all", "exclude each other")
    format = find_format(out)
    with open_whole_file(out, (model, profiles, people)) as file:
        fitted = read_model(model)
        asked = read_scored_profiles(fitted, profiles, people, print_note)
        print_note(f"scoring {len(asked.people):,} people; the probabilities are {fitted.calibration_text}")
        blocks = score_profiles(fitted, asked, None if every else top or 20)
        rows = write_scores(file, format, blocks, fitted)
    print_note(f"wrote {rows:,} rows to {out}")


@app.command("explain")
def explain(
    model: Model,
    profiles: ProfilesFile,
    person: Annotated[str, typer.Option(metavar="ID", help="Id of the person.")],
    skill: Annotated[str, typer.Option(metavar="ID", help="Id of the skill.")],
    people: People = None,
    as_json: AsJson = False,
) -> None:
    """Show the terms that a score is the sum of, in log-odds."""
    from api.profile_tables import read_model, read_scored_profiles
    from api.render.model import render_profile_explanation
    from engine.inference.profile_scores import explain_profile

    fitted = read_model(model)
    asked = read_scored_profiles(fitted, profiles, people, print_note, only=person)
    print_result(explain_profile(fitted, asked, person, skill), as_json, render_profile_explanation)


@app.command("show")
def show(model: Model, as_json: AsJson = False) -> None:
    """Show what a model is: what it was fitted on, what it knows, what its probabilities mean."""
    from api.profile_tables import read_model
    from api.render.model import render_model
    from engine.inference.model_summary import summarise_model

    print_result(summarise_model(read_model(model)), as_json, render_model)
