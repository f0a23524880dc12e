"""README shows what the demo really prints; ``SKILLWAY_REGENERATE=1`` (``make docs``) writes it anew."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from api.cli import app
from api.render.moves import render_bridge
from api.render.people import render_pool
from engine.service import Engine
from loaders.sample import STORY_PERSON, STORY_ROLE

README = Path(__file__).parents[2] / "README.md"
PROFILES = Path(__file__).parents[1] / "data" / "profiles"
BLOCK = re.compile(r"(<!-- demo:[^\n]*-->\n```text\n)(.*?)(```\n<!-- /demo -->)", re.DOTALL)

MODEL_BLOCK = re.compile(r"```sh\n(skillway model fit .*?)```", re.DOTALL)


def show_demo(engine: Engine) -> str:
    page = io.StringIO()
    console = Console(file=page, width=120, highlight=False, color_system=None)
    console.print(render_pool(engine.pool(STORY_ROLE, top=2)))
    console.print()
    console.print(render_bridge(engine.bridge(STORY_PERSON, STORY_ROLE)))
    # The model's digest is not compared: its last bits hang on the processor's arithmetic.
    text = re.sub(r"model:[0-9a-f]+", "model:…", page.getvalue())
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def test_readme_shows_what_the_demo_prints(sample_engine: Engine) -> None:
    text = README.read_text(encoding="utf-8")
    shown = show_demo(sample_engine)
    if os.environ.get("SKILLWAY_REGENERATE"):
        README.write_text(BLOCK.sub(lambda found: found[1] + shown + found[3], text), encoding="utf-8")
        return
    found = BLOCK.search(text)

    assert found is not None
    assert found[2] == shown, "run: make docs"


@pytest.mark.parametrize("command", sorted(info.name or "" for info in app.registered_commands))
def test_readme_names_every_command(command: str) -> None:
    assert f"skillway {command}" in README.read_text(encoding="utf-8") or command == "demo"


@pytest.mark.embed
def test_readme_fits_scores_and_explains_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file in PROFILES.glob("*.csv"):
        shutil.copy(file, tmp_path)
    block = MODEL_BLOCK.search(README.read_text(encoding="utf-8"))

    assert block is not None
    for line in block[1].splitlines():
        _, *words = shlex.split(line, comments=True)
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, (line, done.exception)
    assert (tmp_path / "scores.parquet").exists()
