"""What every loader must keep, whatever it loads: a new one is picked up by itself, its data is in tests/data/NAME."""

from __future__ import annotations

import csv
import gzip
import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph_schema.errors import LoadError, StoreError
from graph_schema.nodes import Credential, DataSet, Skill
from graph_schema.query import Query
from graph_schema.schema import Node
from graph_schema.store import GraphStore
from loaders.base import Loader, find_loaders
from loaders.report import LoadReport
from loaders.run import run_loader

DATA = Path(__file__).parents[2] / "data"
NAMES = sorted(find_loaders())

Graph = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A loader with a small folder of its data, and what is known of that folder."""

    loader: Loader[Any]
    folder: Path
    known: dict[str, Any]

    def load(self, store: GraphStore, **choices: Any) -> LoadReport:
        return run_loader(store, self.loader, self.folder, **choices)


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, store: GraphStore, tmp_path: Path) -> Case:
    """The loader with a copy of its folder that the test may change; what it refers to is in the graph."""
    loader, known = find_loaders()[request.param], read_case(request.param)
    for needed in known["needs"]:
        run_loader(store, find_loaders()[needed], find_files(needed))
    folder = tmp_path / "files"
    shutil.copytree(find_files(request.param), folder)
    return Case(loader, folder, known)


def read_case(name: str) -> dict[str, Any]:
    return json.loads((DATA / name / "case.json").read_text())


def find_files(name: str) -> Path:
    return (DATA / name / read_case(name).get("files", "files")).resolve()


def read_graph(store: GraphStore, loader: Loader[Any], source: str | None = None) -> Graph:
    """Everything a source has in the graph: keys and fingerprints, and how many nodes and relationships there are."""
    owned: Graph = {
        kind.__name__: store.read_fingerprints(kind, source or loader.source) for kind in loader.list_kinds()
    }
    return owned | {"totals": store.ask(TOTALS)}


@dataclass(frozen=True)
class Totals:
    """How much there is in the graph, beside what says that parts of it changed: stamps, and events to publish."""

    nodes: int
    relationships: int


TOTALS = Query(
    name="test_totals",
    text="""
    MATCH (n) WHERE NOT n:Stamp|PendingEvent
    WITH count(n) AS nodes
    OPTIONAL MATCH ()-[r]->()
    RETURN nodes, count(r) AS relationships
    """,
    row=Totals,
)
LICENCES = Query(name="test_licences", text="MATCH (s:DataSet {id: $source}) RETURN s.licence AS licence", row=dict)
LOADED_AT = Query(name="test_loaded_at", text="MATCH (s:DataSet) RETURN s.id AS id, s.loaded_at AS at", row=dict)


def read_csv(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def add_bad_row(case: Case) -> int:
    """Append the bad row of the case; returns its line."""
    path = case.folder / case.known["bad"]["file"]
    line = path.read_text(encoding="utf-8").count("\n") + 1
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerow(case.known["bad"]["row"])
    return line


def test_loading_writes_what_the_files_say_and_nothing_is_wrong_with_them(case: Case, store: GraphStore) -> None:
    report = case.load(store)

    assert report.rejected == ()
    assert report.changed > 0
    assert [item.name for item in report.unmapped] == case.known["unmapped"]
    written = read_graph(store, case.loader)
    counts = {kind.__name__: len(written[kind.__name__]) for kind in case.loader.list_kinds()}
    assert sum(counts.values()) == report.changed
    assert [kind for kind, count in counts.items() if count == 0] == [], "the small data shows every kind of the loader"
    assert [row["licence"] for row in store.ask(LICENCES, source=case.loader.source)] == [case.loader.licence]


def test_loading_twice_changes_nothing(case: Case, store: GraphStore) -> None:
    case.load(store)
    before, loaded_at = read_graph(store, case.loader), store.ask(LOADED_AT)

    report = case.load(store)

    assert report.changed == 0
    assert read_graph(store, case.loader) == before
    assert store.ask(LOADED_AT) == loaded_at


def test_a_smaller_second_load_removes_what_is_gone_and_only_its_own(case: Case, store: GraphStore) -> None:
    gone = case.known["gone"]
    store.write_nodes([Credential(id="another", title="Of another source")], "another")
    store.write_nodes([Skill(id="another", preferred_label="Of another source")], "another")
    case.load(store)
    path = case.folder / gone["file"]
    header, *rows = read_csv(path)
    place = header.index(gone["column"])
    write_csv(path, [header, *(row for row in rows if row[place] != gone["value"])])

    report = case.load(store)

    assert {kind for kind, change in report.changes.items() if change.removed} >= set(gone["kinds"])
    assert sum(change.created + change.updated for change in report.changes.values()) == 0
    assert store.list_ids(Credential)["another"] == "another"
    assert store.list_ids(Skill)["another"] == "another"
    smaller = read_graph(store, case.loader)
    store.delete_nodes(DataSet, case.loader.source, [case.loader.source])
    assert case.load(store).changed == 0
    assert read_graph(store, case.loader) == smaller


def test_a_bad_row_is_reported_with_its_place_and_the_good_ones_load(case: Case, store: GraphStore) -> None:
    case.load(store)
    clean = read_graph(store, case.loader)
    delete_all(case, store)
    line = add_bad_row(case)

    report = case.load(store)

    assert [(item.file, item.line, item.field) for item in report.rejected] == [
        (case.known["bad"]["file"], line, case.known["bad"]["field"])
    ]
    assert report.rejected[0].reason
    assert read_graph(store, case.loader) == clean


def test_strict_loads_nothing_when_a_row_is_bad(case: Case, store: GraphStore) -> None:
    before = store.ask(TOTALS)
    line = add_bad_row(case)

    with pytest.raises(LoadError, match=rf"{case.known['bad']['file']}, line {line}, {case.known['bad']['field']}"):
        case.load(store, strict=True)

    assert store.ask(TOTALS) == before


def test_a_dry_run_writes_nothing_and_reports_the_same(case: Case, store: GraphStore) -> None:
    before = store.ask(TOTALS)

    foreseen = case.load(store, dry_run=True)

    assert store.ask(TOTALS) == before
    done = case.load(store)
    assert (foreseen.changes, foreseen.rejected, foreseen.rows) == (done.changes, done.rejected, done.rows)


def test_packed_files_give_the_same_graph(case: Case, store: GraphStore) -> None:
    case.load(store)
    before = read_graph(store, case.loader)
    for path in case.folder.glob("*.csv"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()

    report = case.load(store)

    assert report.changed == 0
    assert read_graph(store, case.loader) == before


def test_the_order_of_rows_and_columns_does_not_matter(case: Case, store: GraphStore) -> None:
    case.load(store)
    before = read_graph(store, case.loader)
    chance = random.Random(7)
    for path in case.folder.glob("*.csv"):
        header, *rows = read_csv(path)
        order = chance.sample(range(len(header)), len(header))
        chance.shuffle(rows)
        write_csv(path, [[row[place] for place in order] for row in (header, *rows)])

    report = case.load(store)

    assert report.rejected == ()
    assert report.changed == 0
    assert read_graph(store, case.loader) == before


def test_a_load_that_broke_off_is_healed_by_loading_again(
    case: Case, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.load(store)
    whole = read_graph(store, case.loader)
    delete_all(case, store)

    def break_off(*_: object) -> int:
        raise StoreError("the server went away")

    with monkeypatch.context() as broken:
        broken.setattr(store, "write_relationships", break_off)
        if any(not issubclass(kind, Node) for kind in case.loader.list_kinds()):
            with pytest.raises(StoreError):
                case.load(store)
    case.load(store)

    assert read_graph(store, case.loader) == whole


def test_a_source_of_one_loader_is_not_taken_over_by_another(case: Case, store: GraphStore) -> None:
    other = next(name for name in NAMES if name != case.loader.name)
    run_loader(store, find_loaders()[other], find_files(other), source="mine")

    with pytest.raises(LoadError, match="another name"):
        case.load(store, source="mine")


def delete_all(case: Case, store: GraphStore) -> None:
    """Remove all that the loader has written."""
    source = case.loader.source
    for kind in reversed(case.loader.list_kinds()):
        keys = list(store.read_fingerprints(kind, source))
        if issubclass(kind, Node):
            store.delete_nodes(kind, source, keys)  # pyright: ignore[reportArgumentType]
        else:
            store.delete_relationships(kind, source, keys)  # pyright: ignore[reportArgumentType]
    store.delete_nodes(DataSet, source, [source])
