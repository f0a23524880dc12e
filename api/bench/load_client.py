"""What the load client ``locust`` runs in a process of its own for ``skillway bench api``."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from itertools import cycle
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser, events, task


@events.init_command_line_parser.add_listener
def add_plan(parser: ArgumentParser) -> None:
    """Take the plan, a file with ``url``, ``key``, ``paths`` and ``seconds``, from the command line."""
    parser.add_argument("--plan", help="JSON file that says what is asked.")


@events.init.add_listener
def read_plan(environment: Any, **_: object) -> None:
    """Give all users the same plan, so that together they ask for each path in turn."""
    plan = json.loads(Path(environment.parsed_options.plan).read_text())
    Caller.host = plan["url"]
    Caller.key = plan["key"]
    Caller.paths = cycle(plan["paths"])
    # Its own limit of time counts from before the users are there, which on a busy machine is seconds earlier.
    events.test_start.add_listener(lambda **_: gevent.spawn_later(plan["seconds"], environment.runner.quit))


class Caller(FastHttpUser):
    """Asks the next thing as soon as it has the answer to the last."""

    key: str
    paths: cycle[str]

    @task
    def ask(self) -> None:
        """Ask the next path; anything but an answer that is well is counted as a failure."""
        self.client.get(next(self.paths), headers={"X-API-Key": self.key}, name="asked")
