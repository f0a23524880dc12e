"""ESCO's folder, names of skills, the survey's draw, templates, commands and the printed report."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from api.cli import app as cli
from api.commands.load import app
from api.render.loading import render_report
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, LoadError
from loaders.base import find_loaders, get_loader
from loaders.directory import Directory, SkillName, Surroundings
from loaders.esco import EscoOptions, find_language, read_esco
from loaders.plan import make_plan
from loaders.report import Change, LoadReport, Rejection, UnmappedName
from loaders.survey import SurveyOptions, read_survey
from loaders.template import write_template

DATA = Path(__file__).parents[2] / "data"
ESCO_FILES = DATA / "esco" / "files"


def test_loaders_are_found_by_themselves() -> None:
    assert {"esco", "organisation", "survey", "course-catalogue", "esco-roles"} <= set(find_loaders())
    with pytest.raises(LoadError, match=r"there is no loader 'onett'; there are: .*esco"):
        get_loader("onett")


def test_esco_in_several_languages_asks_which(tmp_path: Path) -> None:
    shutil.copytree(ESCO_FILES, tmp_path / "esco")
    assert find_language(tmp_path / "esco", None) == "en"
    shutil.copy(ESCO_FILES / "skills_en.csv", tmp_path / "esco" / "skills_pt.csv")

    with pytest.raises(LoadError, match=r"--language \(en, pt\)"):
        find_language(tmp_path / "esco", None)
    with pytest.raises(LoadError, match="no ESCO in 'de': there is en, pt"):
        find_language(tmp_path / "esco", "de")
    names = {sheet.file for sheet in read_esco(tmp_path / "esco", EscoOptions(language="pt"))}
    assert names == {"skills_pt.csv", "skillSkillRelations.csv", "occupationSkillRelations.csv"}


def test_a_folder_without_esco_is_refused(tmp_path: Path) -> None:
    (tmp_path / "skills_hierarchy.csv").write_text("x\n")
    with pytest.raises(LoadError, match="is no ESCO download"):
        find_language(tmp_path, None)


def test_esco_keeps_labels_leaves_out_what_is_obsolete_and_prefers_essential() -> None:
    loader = get_loader("esco")

    plan = make_plan(loader, read_esco(ESCO_FILES, EscoOptions()), Surroundings(source="esco", owners={}))

    id = "esco:00000000-0000-4000-8000-0000000000{}".format
    python = plan.items[n.Skill][id("01")]
    assert isinstance(python, n.Skill)
    assert python.alt_labels == ("Python", "Python 3")
    assert python.description == 'The techniques and principles of "Python",\nas a language.'
    assert id("04") not in plan.items[n.Skill]
    assert plan.left_out == {
        "its status in ESCO is obsolete": 1,
        "points to what was left out: its status in ESCO is obsolete": 2,
    }
    assert plan.items[r.OccupationRequires][id("30"), id("03")] == r.OccupationRequires(
        start_id=id("30"), end_id=id("03"), relation="essential"
    )
    assert plan.items[r.OccupationGroupBroaderGroup].keys() == {("esco:isco/C2511", "esco:isco/C251")}


@pytest.fixture
def directory() -> Directory:
    names = [
        SkillName("s1", "Python (computer programming)", ("Python 3", "snake")),
        SkillName("s2", "SQL", ("query language",)),
        SkillName("s3", "analyse data", ("Python", "snake")),
        SkillName("s4", "clean data"),
        SkillName("s5", "data"),
        SkillName("s6", "R"),
    ]
    return Directory(source="x", ids={n.Skill: frozenset(name.id for name in names)}, skills=names)


@pytest.mark.parametrize(
    ("name", "skill"),
    [("sql ", "s2"), ("PYTHON", "s1"), ("Query Language", "s2"), ("snake", None), ("cobol", None)],
)
def test_a_foreign_name_is_matched_only_when_it_is_clear(directory: Directory, name: str, skill: str | None) -> None:
    assert directory.match_skill(name) == skill


def test_skills_named_in_a_text_are_found_longest_first(directory: Directory) -> None:
    assert directory.find_named("Clean DATA with Python & SQL: from R to data!") == ("s4", "s1", "s2", "s5")


def test_the_survey_draws_the_same_people_again(tmp_path: Path) -> None:
    def draw(seed: int) -> list[str]:
        sheets = list(read_survey(DATA / "survey" / "files", SurveyOptions(people=2, seed=seed)))
        return [raw.values["row"] for raw in sheets[-1].rows]

    assert draw(1) == draw(1)
    assert len(draw(1)) == 2
    assert len({tuple(draw(seed)) for seed in range(9)}) > 1


def test_a_template_has_every_column_and_explains_it(tmp_path: Path) -> None:
    loader = get_loader("organisation")

    written = write_template(loader, tmp_path / "new")

    assert {path.name for path in written} == {path.name for path in (tmp_path / "new").iterdir()}
    page = (tmp_path / "new" / "README.md").read_text()
    for table in loader.tables:
        with (tmp_path / "new" / f"{table.name}.csv").open(newline="") as file:
            assert next(csv.reader(file)) == list(table.list_columns())
        assert all(f"| `{column}` |" in page for column in table.list_columns())
    assert "| `level` | **required**, number above 0 to 5 |" in page
    assert "| `importance` | number above 0 to 1; 1.0 when empty |" in page
    assert "| `observed_on` | **required**, date |" in page
    plan = make_plan(loader, loader.read(tmp_path / "new", loader.options()), Surroundings(source="x", owners={}))
    assert (plan.rejected, plan.warnings) == ((), ())


def test_the_template_command_lists_its_files_for_people_and_for_programs(tmp_path: Path) -> None:
    page = CliRunner().invoke(cli, ["template", str(tmp_path / "one")])
    listed = CliRunner().invoke(cli, ["template", str(tmp_path / "two"), "--json"])

    assert set(page.output.split()) == {str(path) for path in (tmp_path / "one").iterdir()}
    assert set(json.loads(listed.output)) == {str(path) for path in (tmp_path / "two").iterdir()}


def test_a_template_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "roles.csv").write_text("mine\n")

    with pytest.raises(InvalidInput, match=r"roles\.csv"):
        write_template(get_loader("organisation"), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["roles.csv"]
    assert (tmp_path / "roles.csv").read_text() == "mine\n"


@pytest.mark.parametrize("name", sorted(find_loaders()))
def test_every_loader_is_a_command_with_its_own_options(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])

    assert result.exit_code == 0
    for option in ("--name", "--strict", "--dry-run", "--json", *get_loader(name).options.model_fields):
        assert option in result.output


def test_a_report_shows_what_was_not_loaded() -> None:
    rejected = Rejection(file="people.csv", line=7, field="joined_on", value="soon", reason="must be a date")
    report = LoadReport(
        loader="organisation",
        source="organisation",
        dry_run=True,
        rows={"people.csv": 1200},
        changes={"Person": Change(created=1100, removed=3), "Team": Change()},
        rejected=(rejected,),
        unmapped=(UnmappedName(kind="skill", name="Zig", count=4),),
        left_out={"obsolete": 2},
        warnings=("people.csv: unknown columns were not read: shoe_size",),
        licence="Show this notice.",
        timings=(),
        seconds=1.25,
    )
    console = Console(file=io.StringIO(), width=160)

    console.print(render_report(report))

    page = console.file.getvalue()  # type: ignore[attr-defined]
    assert "1,200 rows in 1 files, 1,103 nodes and relationships would change, 1 rows rejected" in page
    assert "people.csv, line 7, joined_on: must be a date ('soon')" in page
    for text in ("Zig (4)", "Left out: 2 (obsolete)", "shoe_size", "Show this notice."):
        assert text in page
    assert "Team" not in page
