"""``skillway db``: the embedded Neo4j, by hand. Other commands start it by themselves when they need it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.output import AsJson, print_note, print_result
from api.settings import load_settings
from graph_schema.errors import InvalidInput

if TYPE_CHECKING:
    from graph_schema.connect import StoreSettings
    from graph_schema.embedded import ServerStatus, StoreBackup

app = typer.Typer(
    help="The embedded Neo4j: start it, stop it, see it, back it up.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

BackupFile = Annotated[Path, typer.Argument(help="The backup, a .tar.gz file.", show_default=False)]


@dataclass(frozen=True)
class GivenServer:
    """A server of the user's own, which Skillway uses and leaves alone."""

    uri: str
    managed: bool = False


@dataclass(frozen=True)
class StopReport:
    """Whether a server was there to stop."""

    home: Path
    stopped: bool


@dataclass(frozen=True)
class ChangedReport:
    """The parts of the graph that will be read anew."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class HomeReport:
    """Where everything of the embedded server lies."""

    home: Path


@app.command()
def start(
    idle_minutes: Annotated[
        float | None,
        typer.Option(
            min=0, help="Minutes without use after which it stops by itself, 0 for never; the setting when not given."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start the embedded Neo4j, or find the one that runs, which keeps the idle time it was started with."""
    from graph_schema.embedded import ensure_running, read_status

    store = _managed_store("start")
    minutes = store.idle_minutes if idle_minutes is None else idle_minutes
    ensure_running(store.home, store.cache, port=store.port, idle_seconds=minutes * 60 or None, on_progress=print_note)
    print_result(read_status(store.home), as_json, _render_status)


@app.command()
def stop(as_json: AsJson = False) -> None:
    """Shut the embedded Neo4j down cleanly."""
    from graph_schema.embedded import stop_server

    store = _managed_store("stop")
    report = StopReport(store.home, stop_server(store.home))
    print_result(report, as_json, lambda report: "stopped" if report.stopped else "no server was running")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether the embedded Neo4j runs, where, and how large its store is; starts nothing."""
    from graph_schema.embedded import read_status

    store = load_settings().store
    if store.uri is not None:
        print_result(
            GivenServer(store.uri),
            as_json,
            lambda given: f"NEO4J_URI is set: Skillway uses the server at {given.uri} and does not manage it",
        )
    else:
        print_result(read_status(store.home), as_json, _render_status)


@app.command()
def path(as_json: AsJson = False) -> None:
    """Print the folder that holds the store, the password and the log."""
    print_result(HomeReport(load_settings().store.home), as_json, lambda report: str(report.home))


@app.command()
def changed(as_json: AsJson = False) -> None:
    """Say that the graph was changed with Cypher of your own, so that running services read it anew."""
    from graph_schema.connect import open_store
    from graph_schema.queries.stamps import STAMP_ANEW
    from graph_schema.stamps import PARTS

    with open_store(load_settings().store, print_note) as store:
        store.ask(STAMP_ANEW, parts=list(PARTS))
    print_result(ChangedReport(tuple(PARTS)), as_json, lambda report: f"stamped anew: {', '.join(report.parts)}")


@app.command()
def backup(file: BackupFile, as_json: AsJson = False) -> None:
    """Copy the store into one file; a running server is stopped meanwhile and started again."""
    from graph_schema.embedded import backup_store

    store = _managed_store("back up")
    print_result(backup_store(store.home, store.cache, file, on_progress=print_note), as_json, _render_backup)


@app.command()
def restore(file: BackupFile, as_json: AsJson = False) -> None:
    """Replace the store by a backup; the old store is kept until a server has started on the new one."""
    from graph_schema.embedded import restore_store

    store = _managed_store("restore")
    print_result(restore_store(store.home, store.cache, file, on_progress=print_note), as_json, _render_backup)


def _managed_store(action: str) -> StoreSettings:
    store = load_settings().store
    if store.uri is not None:
        raise InvalidInput(
            "NEO4J_URI",
            f"Skillway does not manage the server at {store.uri}, so it cannot {action} it: "
            "use that server's own tools, or unset NEO4J_URI for the embedded server",
        )
    return store


def _render_status(status: ServerStatus) -> object:
    from rich import filesize
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    answers = f"yes, on {status.uri} (pid {status.pid})" if status.running else "no"
    idle = f"after {status.idle_seconds / 60:g} idle minutes" if status.idle_seconds else "when told to"
    size = filesize.decimal(status.store_bytes)
    rows = [
        ("running", answers),
        *([("since", f"{status.started_at:%Y-%m-%d %H:%M} UTC"), ("stops", idle)] if status.started_at else []),
        ("home", str(status.home)),
        ("store", f"{size}, Neo4j {status.store_version}" if status.store_version else "none yet"),
        ("user", f"neo4j, password in {status.password_file}"),
        ("log", str(status.log)),
    ]
    for name, value in rows:
        table.add_row(name, value)
    return table


def _render_backup(backup: StoreBackup) -> str:
    from rich import filesize

    return (
        f"{backup.file}: {backup.store_files} files, {filesize.decimal(backup.store_bytes)}, "
        f"Neo4j {backup.store_version}, taken {backup.created_at:%Y-%m-%d %H:%M} UTC"
    )
