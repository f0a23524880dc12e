from __future__ import annotations

import csv
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from api.bench.load import bench_load
from graph_schema.diff import Key
from graph_schema.errors import InvalidInput, LoadError
from graph_schema.evidence_ids import RECORDED
from graph_schema.nodes import Evidence, Person, Skill
from graph_schema.relationships import EvidenceAbout, EvidenceShows, RoleRequires
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def folder(store: GraphStore, tmp_path: Path) -> Path:
    """A copy of the small organisation, which is loaded, on a small ESCO."""
    run_loader(store, get_loader("esco"), DATA / "esco" / "files")
    shutil.copytree(DATA / "organisation" / "files", tmp_path / "files")
    run_loader(store, get_loader("organisation"), tmp_path / "files")
    return tmp_path / "files"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_value_updates_one_thing(store: GraphStore, folder: Path) -> None:
    edit(folder / "roles.csv", "52000", "53000")

    report = run_loader(store, get_loader("organisation"), folder)

    assert {kind: change for kind, change in report.changes.items() if change.total} == {"Role": report.changes["Role"]}
    assert (report.changes["Role"].updated, report.changes["Role"].unchanged) == (1, 1)


def test_who_changes_team_leaves_the_old_one(store: GraphStore, folder: Path) -> None:
    edit(folder / "people.csv", "Marketing,,t2,bo", "Marketing,,t1,bo")

    change = run_loader(store, get_loader("organisation"), folder).changes["(:Person)-[:MEMBER_OF]->(:Team)"]

    assert (change.created, change.removed, change.unchanged) == (1, 1, 2)


def test_a_typing_error_in_a_row_does_not_remove_the_person_nor_their_evidence(store: GraphStore, folder: Path) -> None:
    evidence = store.read_fingerprints(EvidenceAbout, "organisation")
    edit(folder / "people.csv", "2020-03-15", "15 March 2020")

    report = run_loader(store, get_loader("organisation"), folder)

    assert [(item.file, item.line, item.field) for item in report.rejected] == [("people.csv", 2, "joined_on")]
    assert report.changed == 0
    assert "ana" in store.list_ids(Person)
    assert store.read_fingerprints(EvidenceAbout, "organisation") == evidence


def test_a_file_that_is_no_longer_there_takes_what_it_gave_with_it(store: GraphStore, folder: Path) -> None:
    (folder / "evidence.csv").unlink()

    report = run_loader(store, get_loader("organisation"), folder)

    assert report.changes["Evidence"].removed == 5
    assert store.list_ids(Evidence) == {}


def test_evidence_recorded_about_somebody_goes_with_them(store: GraphStore, folder: Path) -> None:
    skill = next(iter(store.list_ids(Skill)))
    for person in ("ana", "bo"):
        store.write_nodes(
            [Evidence(id=f"told:{person}", kind="attestation", observed_on=date(2026, 1, 1), origin=RECORDED)], RECORDED
        )
        store.write_relationships([EvidenceAbout(start_id=f"told:{person}", end_id=person)], RECORDED)
        store.write_relationships([EvidenceShows(start_id=f"told:{person}", end_id=skill)], RECORDED)
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        people = [row for row in csv.reader(file) if row[0] != "ana"]
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(people)

    run_loader(store, get_loader("organisation"), folder)

    assert {id for id in store.list_ids(Evidence) if id.startswith("told:")} == {"told:bo"}


def test_without_people_there_is_no_organisation(store: GraphStore, folder: Path) -> None:
    (folder / "people.csv").unlink()

    with pytest.raises(LoadError, match=r"holds no people\.csv or people\.csv\.gz"):
        run_loader(store, get_loader("organisation"), folder)

    assert len(store.list_ids(Person)) == 3


def test_two_organisations_live_side_by_side(store: GraphStore, folder: Path, tmp_path: Path) -> None:
    edit(folder / "organisation.csv", "on,,,true", "on,,,false")
    run_loader(store, get_loader("organisation"), folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "people.csv").write_text("person_id,name\nana,Another Ana\nzoe,Zoe\n")

    report = run_loader(store, get_loader("organisation"), other, source="other")

    assert [item.reason for item in report.rejected] == ["this person belongs to source organisation"]
    assert store.list_ids(Person) == {
        "ana": "organisation", "bo": "organisation", "cy": "organisation", "zoe": "other",
    }  # fmt: skip


def test_people_are_not_mixed_with_those_of_the_fictional_organisation(
    store: GraphStore, folder: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "people.csv").write_text("person_id,name\nzoe,Zoe\n")

    for name, path in (("organisation", own), ("survey", DATA / "survey" / "files")):
        with pytest.raises(LoadError, match=r"fictional sample organisation.*SKILLWAY_HOME.*NEO4J_URI"):
            run_loader(store, get_loader(name), path, source="mine", dry_run=name == "survey")

    assert set(store.list_ids(Person).values()) == {"organisation"}
    assert run_loader(store, get_loader("organisation"), folder).changed == 0
    assert run_loader(store, get_loader("esco"), DATA / "esco" / "files").changed == 0


def test_a_relationship_stays_with_the_source_that_stated_it_first(store: GraphStore, folder: Path) -> None:
    def list_owned(source: str) -> set[Key]:
        return set(store.read_fingerprints(RoleRequires, source))

    first, *others = sorted(list_owned("organisation"))
    assert others
    store.write_relationships([RoleRequires(start_id=first[0], end_id=first[1], level=1.0)], "other")
    shared = f"1 left out, .* the first, {re.escape(' -> '.join(first))}, belongs to source other"

    with pytest.raises(LoadError, match=shared):
        run_loader(store, get_loader("organisation"), folder, strict=True)
    report = run_loader(store, get_loader("organisation"), folder)

    assert len(report.warnings) == 1
    assert re.search(shared, report.warnings[0])
    assert report.changed == 0
    assert (list_owned("organisation"), list_owned("other")) == (set(others), {first})

    store.delete_relationships(RoleRequires, "other", [(first[0], first[1])])
    again = run_loader(store, get_loader("organisation"), folder)
    assert (again.changed, again.warnings) == (1, ())


def test_loading_is_not_measured_on_a_graph_that_holds_data(store: GraphStore, folder: Path) -> None:
    with pytest.raises(InvalidInput, match=r"holds data \(esco, organisation\).*SKILLWAY_HOME"):
        bench_load(store, DATA / "esco" / "files")


def test_the_sample_organisation_loads_without_a_complaint(store: GraphStore) -> None:
    from loaders.sample import ESCO_EXCERPT, SAMPLE_DIRECTORY

    taxonomy = run_loader(store, get_loader("esco"), ESCO_EXCERPT, strict=True)
    report = run_loader(store, get_loader("organisation"), SAMPLE_DIRECTORY, strict=True)

    assert taxonomy.rejected == report.rejected == ()
    assert report.warnings == ()
    assert report.changes["Person"].created == len(store.list_ids(Person)) >= 290
