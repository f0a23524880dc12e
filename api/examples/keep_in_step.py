"""A second system that keeps a copy of the roles in step with Skillway, whatever is restarted or lost on the way.

::

    python -m api.examples.keep_in_step https://skillway.example.org --key-file key
        --copy roles.sqlite --hook https://roles.example.org/hook --port 8080

The key is one of an integration with the scope ``events:read``. Three rules make it hold:

- A webhook is a bell and no more: it may come late, twice or never. What happened is read from ``/v1/events``, after
  the last number that is kept here, so events come in their order and none is left out.
- What is made of events and their last number are one transaction: no event counts twice, and none is lost when this
  program dies between them.
- An event names what changed and does not say how: the role is read as it is now. Where events are no longer kept, all
  roles are.
"""

from __future__ import annotations

import argparse
import json
import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx2
from standardwebhooks import Webhook, WebhookVerificationError

from api.client import Client, ServiceProblem
from engine.event_results import PublishedEvent

TYPES = ("skillway.role.changed", "skillway.role.removed")
PASSING = {
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
"""What a service answers that may answer otherwise a little later."""
READ_ANEW = {"urn:skillway:problem:events-pruned", "urn:skillway:problem:invalid-input"}
"""Events after ours are no longer kept; or ours is after the newest, since the graph was restored from a backup."""
AGAIN_SECONDS = 2.0
LONGEST_BODY = 1_000_000

_log = logging.getLogger("keep_in_step")


class RoleCopy:
    """Our own copy: the roles, the number of the last event in them, and what is needed to be told of the next."""

    def __init__(self, file: Path) -> None:
        file.touch(mode=0o600)  # It holds the secret.
        self._database = sqlite3.connect(file)
        with self._database as write:
            write.execute("CREATE TABLE IF NOT EXISTS roles (id TEXT PRIMARY KEY, content TEXT NOT NULL)")
            write.execute("CREATE TABLE IF NOT EXISTS history (number INTEGER PRIMARY KEY, type TEXT, subject TEXT)")
            write.execute("CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, value TEXT NOT NULL)")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def recall(self, name: str) -> str | None:
        """Return something that was kept under a name, None when nothing was."""
        row = self._database.execute("SELECT value FROM known WHERE name = ?", [name]).fetchone()
        return None if row is None else str(row[0])

    def remember(self, **values: object) -> None:
        """Keep values under their names."""
        with self._database:
            self._remember(values)

    def replace(self, roles: Iterable[Mapping[str, Any]], place: int) -> None:
        """Take over all roles, as they were at an event or later."""
        with self._database as write:
            write.execute("DELETE FROM roles")
            write.executemany("INSERT INTO roles VALUES (?, ?)", ((role["id"], json.dumps(role)) for role in roles))
            self._remember({"place": place})

    def take(self, events: Sequence[PublishedEvent], roles: Mapping[str, Mapping[str, Any] | None], place: int) -> None:
        """Take over what some events are about, None for what is gone, and how far that is: all of it or nothing."""
        with self._database as write:
            # Never an event that was taken already: its number is there, and the whole would fail.
            write.executemany(
                "INSERT INTO history VALUES (?, ?, ?)", ((event.number, event.type, event.subject) for event in events)
            )
            for role, content in roles.items():
                write.execute("DELETE FROM roles WHERE id = ?", [role])
                if content is not None:
                    write.execute("INSERT INTO roles VALUES (?, ?)", [role, json.dumps(content)])
            self._remember({"place": place})

    def _remember(self, values: Mapping[str, object]) -> None:
        for name, value in values.items():
            self._database.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", [name, str(value)])


def catch_up(skillway: Client, copy: RoleCopy) -> None:
    """Bring the copy up to the newest event."""
    while (place := copy.recall("place")) is not None:
        try:
            page = skillway.read_events(int(place), types=TYPES)
        except ServiceProblem as refused:
            if refused.problem.type not in READ_ANEW:
                raise
            break
        # However often a role changed, it is read once, as it is now.
        changed = {event.subject.removeprefix("role:") for event in page.events}
        copy.take(page.events, {role: read_role(skillway, role) for role in sorted(changed)}, page.last)
        if page.last >= page.newest:
            _log.info("in step through event %d", page.last)
            return
    # The number first, then the roles: what changes in between is told again and changes nothing.
    newest = skillway.read_events(limit=1).newest
    copy.replace(skillway.list_objects("roles", limit=1000), newest)
    _log.info("read anew through event %d", newest)


def read_role(skillway: Client, role: str) -> dict[str, Any] | None:
    """Return a role as it is now, None when it is gone."""
    try:
        return skillway.read_object("roles", role).content
    except ServiceProblem as refused:
        if refused.problem.status != HTTPStatus.NOT_FOUND:
            raise
        return None


def subscribe(skillway: Client, copy: RoleCopy, hook: str) -> Webhook:
    """Return what checks signatures, after seeing to it that there is one subscription of ours."""
    ours = [item.id for item in skillway.list_subscriptions().subscriptions if item.url == hook]
    known, secret = copy.recall("subscription"), copy.recall("secret")
    if secret is None or known not in ours:
        # One whose secret never got here is of no use to anybody.
        for subscription in ours:
            skillway.unsubscribe(subscription)
        made = skillway.subscribe(hook, types=TYPES)
        secret = made.secret
        copy.remember(subscription=made.subscription.id, secret=secret)
    return Webhook(secret)


def listen(address: tuple[str, int], webhook: Webhook, bell: Event) -> ThreadingHTTPServer:
    """Ring the bell at every webhook that Skillway has signed."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:
            length = self.headers.get("content-length", "")
            if not length.isdecimal() or int(length) > LONGEST_BODY:
                self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                return
            try:
                webhook.verify(self.rfile.read(int(length)), dict(self.headers.items()))
            except WebhookVerificationError:
                self._answer(HTTPStatus.UNAUTHORIZED)
                return
            bell.set()
            self._answer(HTTPStatus.NO_CONTENT)

        def _answer(self, status: HTTPStatus) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            _log.debug(format, *args)

    server = ThreadingHTTPServer(address, Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def keep_in_step(skillway: Client, copy: RoleCopy, hook: str, address: tuple[str, int], look_every: float) -> None:
    """Follow Skillway until the program is ended; while it is away, ask again."""
    bell, server = Event(), None
    try:
        while True:
            bell.clear()
            wait = look_every
            try:
                server = server or listen(address, subscribe(skillway, copy, hook), bell)
                catch_up(skillway, copy)
            except httpx2.TransportError as error:
                _log.warning("Skillway is not reached: %s", error)
                wait = AGAIN_SECONDS
            except ServiceProblem as refused:
                if refused.problem.status not in PASSING:
                    raise
                _log.warning("Skillway does not answer for now: %s", refused)
                wait = AGAIN_SECONDS
            bell.wait(wait)
    finally:
        if server is not None:
            server.server_close()


def main() -> None:
    """Read the command line and keep in step."""
    asked = argparse.ArgumentParser(prog="keep_in_step", description="Keeps a copy of the roles in step with Skillway.")
    asked.add_argument("url", help="address of Skillway")
    asked.add_argument("--key-file", type=Path, required=True, help="file that holds the API key")
    asked.add_argument("--copy", type=Path, required=True, help="SQLite file of our copy")
    asked.add_argument("--hook", required=True, help="URL at which Skillway reaches this program")
    asked.add_argument("--host", default="127.0.0.1", help="address to listen on")
    asked.add_argument("--port", type=int, required=True, help="port to listen on")
    asked.add_argument("--look-every", type=float, default=60.0, help="seconds after which to look without being told")
    options = asked.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    key = options.key_file.read_text(encoding="ascii").strip()
    with Client(options.url, key) as skillway, closing(RoleCopy(options.copy)) as copy:
        keep_in_step(skillway, copy, options.hook, (options.host, options.port), options.look_every)


if __name__ == "__main__":
    main()
