"""The files that are checked in are those the generator writes, and the excerpt is closed under its own cut."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from loaders.sample import ESCO_EXCERPT, SAMPLE_DIRECTORY
from loaders.sample.excerpt import cut_excerpt
from loaders.sample.generate import build_tables, generate_sample

SAMPLE = SAMPLE_DIRECTORY.parent


def test_generator_writes_the_checked_in_bytes(tmp_path: Path) -> None:
    generate_sample(tmp_path)

    written = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.csv")}
    folders = ("organisation", "changes", "truth")
    kept = {
        str(path.relative_to(SAMPLE)): path.read_bytes() for folder in folders for path in (SAMPLE / folder).iterdir()
    }
    assert sorted(written) == sorted(kept)
    assert [name for name in written if written[name] != kept[name]] == []


def test_generator_needs_no_state_of_an_earlier_run() -> None:
    assert build_tables() == build_tables()


def test_excerpt_cut_from_itself_is_the_same(tmp_path: Path) -> None:
    counts = cut_excerpt(ESCO_EXCERPT, tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in ESCO_EXCERPT.glob("*.csv")
    }
    assert 350 <= counts["skills_en"] <= 450
    assert counts["occupations_en"] >= 55


def test_excerpt_reads_gzipped_downloads(tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.mkdir()
    for path in ESCO_EXCERPT.glob("*.csv"):
        (packed / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))

    cut_excerpt(packed, tmp_path / "cut")

    assert (tmp_path / "cut" / "skills_en.csv").read_bytes() == (ESCO_EXCERPT / "skills_en.csv").read_bytes()


def test_excerpt_names_labels_that_are_not_in_the_download(tmp_path: Path) -> None:
    shutil.copytree(ESCO_EXCERPT, tmp_path / "esco")
    skills = tmp_path / "esco" / "skills_en.csv"
    skills.write_text(skills.read_text(encoding="utf-8").replace(",SQL,", ",SQL of old,"), encoding="utf-8")

    with pytest.raises(ValueError, match="not in this ESCO download: SQL;"):
        cut_excerpt(tmp_path / "esco", tmp_path / "cut")


def test_excerpt_is_small_and_carries_its_notice() -> None:
    assert sum(path.stat().st_size for path in ESCO_EXCERPT.iterdir()) < 600_000
    notice = (ESCO_EXCERPT / "NOTICE").read_text(encoding="utf-8")
    assert "This service uses the ESCO classification of the European Commission." in notice
    assert "modified excerpt" in notice
    assert "2011/833/EU" in notice


@pytest.mark.realdata
def test_excerpt_is_what_full_esco_gives(real_data: Path, tmp_path: Path) -> None:
    cut_excerpt(real_data / "esco", tmp_path)

    assert [
        path.name for path in ESCO_EXCERPT.glob("*.csv") if path.read_bytes() != (tmp_path / path.name).read_bytes()
    ] == []
