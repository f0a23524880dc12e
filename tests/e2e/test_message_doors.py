"""Messages through every door, by themselves while a service runs, and by e-mail through a real mail server."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from fastapi.testclient import TestClient
from pydantic import SecretStr, ValidationError
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.mail import MailSender
from api.mail_settings import MailSettings
from api.output import dump_result
from api.service_settings import ServeSettings
from api.settings import Settings
from engine.live.mailing import ATTEMPTS, send_mail
from engine.live.results import MailRun
from engine.service import Engine
from engine.settings import EngineSettings, LiveSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY
from tests.integration.engine.test_engine import infer
from tests.integration.engine.test_live import NEAR, company

KEY = "key-of-the-message-tests"
COMMAND = Path(sys.executable).with_name("skillway")


@dataclass
class PostOffice:
    """A real mail server that keeps what it took, and refuses what it is told to."""

    port: int = 0
    refuse: str | None = None
    """What it answers to a letter, such as ``450 later``."""
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (the library's name)
        if self.refuse:
            return self.refuse
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.taken.append(letter)
        return "250 taken"


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        office.port = free.getsockname()[1]
    # It tries its own port before it says that it is there, so the port must be known to it.
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    yield office
    controller.stop()


def to(post: PostOffice, **values: Any) -> MailSettings:
    return MailSettings(
        host="127.0.0.1", port=post.port, security="none", sender="Skillway <skills@example.org>", timeout=5, **values
    )


@dataclass
class Doors:
    engine: Engine
    client: TestClient
    environment: dict[str, str]

    def command(self, *words: str) -> Any:
        done = CliRunner().invoke(command_line, [*words, "--json"], env=self.environment)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def fail(self, *words: str) -> str:
        return str(CliRunner().invoke(command_line, [*words], env=self.environment).exception)

    def say(self, *words: str) -> str:
        done = CliRunner().invoke(command_line, [*words], env=self.environment)
        assert done.exit_code == 0, done.output
        return " ".join(done.stdout.split())


@pytest.fixture
def doors(store: GraphStore, graph_environment: dict[str, str], tmp_path: Path) -> Iterator[Doors]:
    infer(store, company())
    engine = Engine(store, EngineSettings(), clock=lambda: TODAY, actor="tester")
    environment = {
        **graph_environment,
        "SKILLWAY_ACTOR": "tester",
        "SKILLWAY_HOME": str(tmp_path),
        "SKILLWAY_AS_OF": TODAY.isoformat(),
    }
    app = create_app(engine, Settings(serve=ServeSettings(api_key=SecretStr(KEY), deliver=False)))
    with TestClient(app, headers={"X-API-Key": KEY}) as client:
        yield Doors(engine, client, environment)


def same(result: object) -> Any:
    return json.loads(dump_result(result))


def test_all_doors_watch_and_tell_the_same(doors: Doors) -> None:
    engine, client = doors.engine, doors.client
    watched = client.put("/v1/people/Ana/watches/own/Analyst").json()
    assert watched == doors.command("watch", "add", "ana", "analyst") == same(engine.watch_role("ana", "analyst"))
    pool = client.put("/v1/people/kim/watches/pool/analyst", params={"team": "Editors"}).json()
    assert pool == doors.command("watch", "add", "kim", "Analyst", "--others", "--team", "editors")
    assert (pool["kind"], pool["team"]) == ("pool", {"id": "editors", "name": "Editors"})

    watches = same(engine.list_watches("ana"))
    assert client.get("/v1/people/ana/watches").json() == doors.command("watch", "list", "Ana") == watches
    assert (watches["email"], watches["mail_pace"]) == ("ana@example.org", "daily")
    messages = same(engine.list_messages("ana"))
    assert client.get("/v1/people/ana/messages").json() == doors.command("messages", "ana") == messages
    assert [item["text"] for item in messages["messages"]] == [NEAR]
    assert NEAR in doors.say("messages", "ana")
    assert "Analyst (analyst), for themselves, from 80 % on" in doors.say("watch", "list", "ana")
    assert "Analyst (analyst), for others in Editors, from 80 % on" in doors.say("watch", "list", "kim")

    paced = client.put("/v1/people/ana/watches/mail", json={"pace": "weekly"}).json()
    assert paced["mail_pace"] == "weekly"
    assert doors.command("watch", "mail", "ana", "never")["mail_pace"] == "never"
    left = client.delete("/v1/people/kim/watches/pool/analyst", params={"team": "editors"}).json()
    assert left["watches"] == []
    assert doors.command("watch", "remove", "ana", "analyst")["watches"] == []
    assert doors.command("watch", "evaluate").keys() == {"events", "messages"}


def test_bad_input_is_said(doors: Doors) -> None:
    client = doors.client
    assert client.put("/v1/people/nobody/watches/own/analyst").json()["type"].endswith("not-found")
    assert client.delete("/v1/people/ana/watches/own/analyst").status_code == 404
    assert client.put("/v1/people/ana/watches/mail", json={"pace": "hourly"}).status_code == 422
    assert client.get("/v1/people/ana/messages", params={"limit": 0}).status_code == 422
    assert client.get("/v1/people/ana/messages", params={"before": "x"}).status_code == 422
    assert "hourly" in doors.fail("watch", "mail", "ana", "hourly")
    assert "no mail server" in doors.fail("watch", "send")
    done = CliRunner().invoke(command_line, ["watch", "add", "ana", "analyst", "--team", "x"], env=doors.environment)
    assert done.exit_code == 2


def test_letters_go_out_at_once_once_a_day_or_once_a_week(doors: Doors, post: PostOffice) -> None:
    engine, send = doors.engine, MailSender(to(post))
    engine.watch_role("ana", "analyst")
    written = engine.list_messages("ana").messages[0].written_at

    def run(after: timedelta, pace: str = "daily") -> MailRun:
        settings = LiveSettings.model_validate({"mail_pace": pace, "mail_hour": 7})
        return send_mail(engine.store, settings, send, written + after)

    # By the next seven o'clock it is due, whenever it was written, and not before.
    hours = (7 - written.hour - 1) % 24
    early = written.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours) - written
    assert run(early).sent == 0
    assert run(early, "weekly").sent == 0
    assert run(early, "never").sent == 0
    assert run(timedelta(days=1)) == MailRun(sent=1, messages=1, failed=0)
    assert run(timedelta(days=9)).sent == 0

    [letter] = post.taken
    assert (letter["To"], letter["From"]) == ("Ana <ana@example.org>", "Skillway <skills@example.org>")
    assert (letter["Subject"], letter["Auto-Submitted"]) == ("Skills: Analyst", "auto-generated")
    assert NEAR in letter.get_content()
    assert engine.list_messages("ana").messages[0].mailed_at == written + timedelta(days=1)


def test_weekly_letters_hold_the_messages_of_a_week(doors: Doors, post: PostOffice) -> None:
    engine, store = doors.engine, doors.engine.store
    engine.watch_role("ana", "analyst")
    engine.choose_mail_pace("ana", "weekly")
    store.write_nodes([n.Course(id="short", title="Short Course", money=10.0, hours=2.0)], SOURCE)
    store.write_relationships([r.CourseTeaches(start_id="short", end_id="quality", level=2.0)], SOURCE)
    engine.evaluate_changes()
    first = engine.list_messages("ana").messages[-1].written_at

    days = [first + timedelta(days=day) for day in range(9)]
    runs = [send_mail(store, LiveSettings(mail_pace="at_once"), MailSender(to(post)), day) for day in days]
    [day] = [day for day, run in zip(days, runs, strict=True) if run.sent]
    assert (day - first, day.weekday() in (0, 1)) == (day - first, True)
    assert sum(run.messages for run in runs) == 2
    [letter] = post.taken
    assert letter["Subject"] == "Skills: 2 messages about roles you watch"
    assert letter.get_content().index("Quality Course") < letter.get_content().index("Short Course")


def test_a_letter_that_is_not_taken_is_tried_again_and_given_up_in_the_end(doors: Doors, post: PostOffice) -> None:
    engine = doors.engine
    engine.watch_role("ana", "analyst")
    start = engine.list_messages("ana").messages[0].written_at
    settings = LiveSettings(mail_pace="at_once")

    def run(minutes: int) -> MailRun:
        return send_mail(engine.store, settings, MailSender(to(post)), start + timedelta(minutes=minutes))

    post.refuse = "450 later"
    assert run(0).failed == 1
    assert (run(1).failed, run(1).sent) == (0, 0)
    assert run(10).failed == 1
    post.refuse = None
    assert run(20).sent == 1
    assert len(post.taken) == 1

    engine.store.delete_nodes(n.Course, SOURCE, ["quality-course"])
    engine.evaluate_changes()
    start = engine.list_messages("ana").messages[0].written_at
    post.refuse = "550 never"
    assert run(0).failed == 1
    post.refuse = None
    assert sum(run(10 * again).sent for again in range(1, ATTEMPTS + 2)) == 0
    assert len(post.taken) == 1


def test_a_mail_server_that_is_not_there_raises_nothing(doors: Doors) -> None:
    doors.engine.watch_role("ana", "analyst")
    doors.engine.choose_mail_pace("ana", "at_once")
    gone = MailSettings(host="127.0.0.1", port=1, security="none", sender="skills@example.org", timeout=1)
    assert doors.engine.send_mail(MailSender(gone)) == MailRun(sent=0, messages=0, failed=1)
    with pytest.raises(ValidationError, match="sender"):
        MailSettings(host="mail", sender="nobody")


def test_who_wants_no_mail_or_has_no_address_gets_none(doors: Doors, post: PostOffice) -> None:
    engine = doors.engine
    engine.choose_mail_pace("ana", "never")
    engine.watch_role("ana", "analyst")
    engine.record_evidence("bo", "python", "assessment", level=3.0, score=0.95)
    engine.watch_role("bo", "analyst")
    now = datetime.now().astimezone() + timedelta(days=8)
    assert send_mail(engine.store, LiveSettings(), MailSender(to(post)), now).sent == 0
    # What was told before somebody wanted mail is not sent.
    engine.choose_mail_pace("ana", "daily")
    assert send_mail(engine.store, LiveSettings(), MailSender(to(post)), now).sent == 0


@contextmanager
def run(doors: Doors, *words: str, **more: str) -> Iterator[Popen[str]]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SKILLWAY_")}
    environment = {**inherited, **doors.environment, "SKILLWAY_SERVE__API_KEY": KEY, **more}
    with Popen([COMMAND, *words], env=environment, stdout=PIPE, stderr=STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def test_a_running_service_tells_and_mails_by_itself(doors: Doors, post: PostOffice) -> None:
    engine, store = doors.engine, doors.engine.store
    engine.watch_role("bo", "analyst")
    store.write_nodes([n.Person(id="bo", name="Bo", email="bo@example.org")], SOURCE)
    engine.choose_mail_pace("bo", "at_once")
    mail = {
        "SKILLWAY_MAIL__HOST": "127.0.0.1",
        "SKILLWAY_MAIL__PORT": str(post.port),
        "SKILLWAY_MAIL__SECURITY": "none",
        "SKILLWAY_MAIL__SENDER": "skills@example.org",
    }
    with run(doors, "serve", "--port", "0", **mail) as process:
        assert process.stdout is not None
        assert re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        engine.record_evidence("bo", "python", "assessment", level=3.0, score=0.95)
        wait_until(lambda: bool(post.taken))
    assert [item.text for item in engine.list_messages("bo").messages] == [NEAR]
    assert NEAR in post.taken[0].get_content()
