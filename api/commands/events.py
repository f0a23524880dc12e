"""``skillway events``: what has changed, and who gets it as webhooks; ``skillway deliver`` sends them."""

from __future__ import annotations

from typing import Annotated

import typer

from api.output import AsJson, print_note, print_result
from api.session import open_session

app = typer.Typer(
    help="What has changed, and who gets it as signed webhooks: list, subscribe, try out, replay.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Types = Annotated[list[str] | None, typer.Option("--type", help="Only of this type; may be repeated.")]
Subjects = Annotated[list[str] | None, typer.Option("--subject", help="Only about this, such as role:ID.")]
Subscription = Annotated[str, typer.Argument(help="Id of the subscription, as `events subscriptions` shows it.")]


@app.command("list")
def list_events(
    after: Annotated[int | None, typer.Option(help="Only events with a greater number.", min=0)] = None,
    types: Types = None,
    subjects: Subjects = None,
    limit: Annotated[int, typer.Option(help="Most events to show, up to 1000.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what has changed, the oldest first."""
    from api.render.events import render_page

    with open_session() as engine:
        page = engine.read_events(after=after, types=types or (), subjects=subjects or (), limit=limit)
    print_result(page, as_json, render_page)


@app.command()
def subscribe(
    url: Annotated[str, typer.Argument(help="Where events are sent: https and a public address.")],
    types: Types = None,
    subjects: Subjects = None,
    as_json: AsJson = False,
) -> None:
    """Have what changes from now on sent to a URL; prints the secret that signs, this once."""
    from api.render.events import render_secret

    with open_session() as engine:
        made = engine.create_subscription(url, types=types or (), subjects=subjects or ())
    print_result(made, as_json, render_secret)


@app.command()
def subscriptions(as_json: AsJson = False) -> None:
    """List all subscriptions and how they are doing."""
    from api.render.events import render_subscriptions

    with open_session() as engine:
        print_result(engine.list_subscriptions(), as_json, render_subscriptions)


@app.command()
def unsubscribe(subscription: Subscription, as_json: AsJson = False) -> None:
    """Delete a subscription with all that waits for it."""
    from api.render.events import render_subscription

    with open_session() as engine:
        print_result(engine.delete_subscription(subscription), as_json, render_subscription)


@app.command()
def rotate(subscription: Subscription, as_json: AsJson = False) -> None:
    """Give a subscription a new secret, printed this once; the one before signs beside it for a while."""
    from api.render.events import render_secret

    with open_session() as engine:
        print_result(engine.rotate_subscription_secret(subscription), as_json, render_secret)


@app.command()
def ping(subscription: Subscription, as_json: AsJson = False) -> None:
    """Send a subscription an event that says nothing, and say what came back; fails when it was not taken."""
    from api.render.events import render_ping
    from api.webhooks.sender import WebhookSender

    with open_session() as engine:
        found = engine.ping_subscription(subscription, WebhookSender(engine.settings.events))
    print_result(found, as_json, render_ping)
    if not found.delivered:
        raise typer.Exit(1)


@app.command("dead-letters")
def dead_letters(
    subscription: Subscription,
    limit: Annotated[int, typer.Option(help="Most to show, up to 1000.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List the events that were given up for a subscription, and why."""
    from api.render.events import render_dead_letters

    with open_session() as engine:
        print_result(engine.list_dead_letters(subscription, limit=limit), as_json, render_dead_letters)


@app.command()
def replay(
    subscription: Subscription,
    event: Annotated[str | None, typer.Option(help="Id of one event; all when not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send again what was given up for a subscription, and end its pause."""
    from api.render.events import render_replay

    with open_session() as engine:
        print_result(engine.replay_dead_letters(subscription, event=event), as_json, render_replay)


def deliver() -> None:
    """Send webhooks and tell people what changes for them until stopped, where `skillway serve` is not to do it."""
    import signal
    from threading import Event

    from api.delivering import run_workers
    from api.settings import load_settings

    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with open_session() as engine, run_workers(engine, load_settings().mail):
        typer.echo("Skillway sends webhooks and tells people what changes for them; stop with Ctrl-C")
        stopping.wait()
    print_note("stopped")
