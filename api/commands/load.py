"""``skillway load NAME DIR`` for every loader there is, and ``skillway template DIR``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.output import AsJson, dump_result, print_note, print_result
from api.render.loading import render_report
from api.settings import load_settings
from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    from loaders.base import Loader
    from loaders.run import OnProgress

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder that holds the files.")]
Strict = Annotated[bool, typer.Option("--strict", help="Load nothing when any row or value cannot be used.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing; report what would change.")]
Name = Annotated[str | None, typer.Option("--name", help="Name under which the graph keeps this data set.")]


def make_command(loader: Loader[Any]) -> Callable[..., None]:
    """Return the command that loads one kind of data set; the loader's options become the command's."""

    def load(folder: Path, *, name: str | None, strict: bool, dry_run: bool, as_json: bool, **chosen: object) -> None:
        from graph_schema.connect import open_store
        from loaders.run import run_loader

        options = _choose_options(loader, chosen)
        with open_store(load_settings().store, print_note) as store, _watch() as on_progress:
            report = run_loader(
                store,
                loader,
                folder,
                source=name,
                options=options,
                strict=strict,
                dry_run=dry_run,
                on_progress=on_progress,
            )
        print_result(report, as_json, render_report)

    own = [
        inspect.Parameter(
            field,
            inspect.Parameter.KEYWORD_ONLY,
            default=item.default,
            annotation=Annotated[item.annotation, typer.Option(f"--{field.replace('_', '-')}", help=item.description)],
        )
        for field, item in loader.options.model_fields.items()
    ]
    shared = {"name": (Name, None), "strict": (Strict, False), "dry_run": (DryRun, False), "as_json": (AsJson, False)}
    parameters = [
        inspect.Parameter("folder", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Folder),
        *own,
        *(
            inspect.Parameter(field, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for field, (annotation, default) in shared.items()
        ),
    ]
    # Typer reads the options of a command from its signature.
    load.__signature__ = inspect.Signature(parameters)  # pyright: ignore[reportFunctionMemberAccess]
    load.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    load.__doc__ = loader.description
    return load


def template(folder: Folder, as_json: AsJson = False) -> None:
    """Write empty CSV files of the organisation's data set, with a page that explains every column."""
    from loaders.base import get_loader
    from loaders.template import write_template

    written = write_template(get_loader("organisation"), folder)
    typer.echo(dump_result(written) if as_json else "\n".join(map(str, written)))


def _make_app() -> typer.Typer:
    from loaders.base import find_loaders

    group = typer.Typer(
        help="Load a data set: what is new or changed is written, what is gone from it is removed.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for loader in find_loaders().values():
        group.command(loader.name, help=loader.description)(make_command(loader))
    return group


def _choose_options(loader: Loader[Any], chosen: dict[str, object]) -> Any:
    from pydantic import ValidationError

    try:
        return loader.options.model_validate(chosen)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(f"--{str(first['loc'][0]).replace('_', '-')}", first["msg"].lower()) from error


@contextmanager
def _watch() -> Generator[OnProgress | None]:
    """Show progress bars on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step.replace("[", r"\["), total=total)
            progress.update(tasks[step], completed=done, total=total)

        yield tell


app = _make_app()
