import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from api.logs import set_up_logs

NAME = "Ines Duarte"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def fail() -> None:
    try:
        int(NAME)
    except ValueError as error:
        raise RuntimeError(f"of {NAME}") from error


def test_an_event_is_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("json")
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("skillway.http").info("request", status=200)
    logging.getLogger("of.a.library").warning("look out")
    logging.getLogger("of.a.library").info("chatter")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["request", "look out"]
    assert (lines[0]["request_id"], lines[0]["status"], lines[0]["level"]) == ("r1", 200, "info")
    assert all(line["timestamp"].endswith("Z") for line in lines)


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_error_is_told_by_kind_and_place_and_not_in_its_own_words(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    set_up_logs(form)
    try:
        fail()
    except RuntimeError as error:
        structlog.get_logger("skillway.http").error("unforeseen", exc_info=error)
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    said = capsys.readouterr().err
    assert said.count("RuntimeError at test_logs.py") == said.count("ValueError at test_logs.py") == 2
    assert NAME not in said
