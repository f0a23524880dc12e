"""The set as a whole: its size, its references, its scales, and that truth stays apart."""

from __future__ import annotations

import ast
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import api
import engine
import graph_schema
import loaders
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from loaders.sample import PAYBACK_PAIR, RING, SAMPLE_AS_OF, SAMPLE_DIRECTORY, TRUTH
from loaders.sample.catalogue import read_occupation_ids, read_skills
from tests.unit.sample.tables import list_listed, read_labels, read_sample, read_table, read_truth

SKILLS = set(read_labels())


def test_it_is_labelled_synthetic() -> None:
    assert [row["synthetic"] for row in read_sample("organisation")] == ["true"]


def test_size() -> None:
    people = read_sample("people")
    assert len(people) == 300
    assert len({row["function"] for row in people}) == 8
    assert len(read_sample("roles")) == 40
    kinds = Counter(row["kind"] for row in read_sample("projects"))
    assert kinds["gig"] + kinds["tour_of_duty"] == 30
    assert kinds["project"] == 60
    assert len(read_sample("courses")) >= 110


def test_readme_counts_what_is_there() -> None:
    text = " ".join((SAMPLE_DIRECTORY.parent / "README.md").read_text(encoding="utf-8").split())
    for table, words in (
        ("people", "300 people"), ("roles", "40 roles"), ("courses", "147 courses"), ("assessments", "14 assessments"),
        ("credentials", "12 credentials"), ("evidence", "7,918 pieces of evidence"),
        ("endorsements", "1,602 endorsements"),
    ):  # fmt: skip
        assert words in text
        assert f"{len(read_sample(table)):,}" == words.split()[0]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("people", "person_id"), ("teams", "team_id"), ("roles", "role_id"), ("skills", "skill_id"),
        ("courses", "course_id"), ("projects", "project_id"), ("assessments", "assessment_id"),
        ("credentials", "credential_id"), ("evidence", "origin_ref"),
    ],
)  # fmt: skip
def test_ids_are_unique(table: str, key: str) -> None:
    assert [value for value, count in Counter(row[key] for row in read_sample(table)).items() if count > 1] == []


def test_people_refer_to_what_exists() -> None:
    people = read_sample("people")
    ids = {row["person_id"] for row in people}
    roles = {row["role_id"] for row in read_sample("roles")}
    known = roles | SKILLS | {row["project_id"] for row in read_sample("projects")}
    assert {row["team_id"] for row in people} == {row["team_id"] for row in read_sample("teams")}
    assert {row["manager_id"] for row in people} - {""} <= ids
    assert {row["role_id"] for row in people} - {""} == roles
    assert {item for row in people for item in row["interests"].split("|") if item} <= known
    assert [row["person_id"] for row in people if row["manager_id"] == row["person_id"]] == []


def test_one_person_leads_and_everybody_reports_up_to_them() -> None:
    manager = {row["person_id"]: row["manager_id"] for row in read_sample("people")}
    top = [person for person, above in manager.items() if not above]
    assert len(top) == 1
    for person in manager:
        steps, at = 0, person
        while manager[at]:
            at, steps = manager[at], steps + 1
            assert steps < 6
        assert at == top[0]


def test_people_join_before_their_role_begins() -> None:
    for row in read_sample("people"):
        assert date.fromisoformat(row["joined_on"]) < SAMPLE_AS_OF
        if row["role_since_on"]:
            assert row["joined_on"] <= row["role_since_on"] < SAMPLE_AS_OF.isoformat()


def test_roles_ask_for_eight_to_fourteen_skills_on_the_house_scale() -> None:
    rows = read_sample("requirements")
    assert all(8 <= count <= 14 for count in Counter(row["role_id"] for row in rows).values())
    assert {row["skill_id"] for row in rows} <= SKILLS
    assert all(1 <= float(row["level"]) <= 4 and 0.3 <= float(row["importance"]) <= 1 for row in rows)
    assert {row["tier"] for row in rows} == {"core", "role", "stretch"}
    assert {row["occupation_id"] for row in read_sample("roles")} <= set(read_occupation_ids().values())


def test_what_must_be_verified_can_be_assessed() -> None:
    measured = {pair.rpartition("=")[0] for row in read_sample("assessments") for pair in row["measures"].split("|")}
    asked = {read_labels()[row["skill_id"]] for row in read_sample("requirements") if row["verified"] == "true"}
    assert len(asked) >= 4
    assert asked <= measured


def test_every_requirement_can_be_reached_by_a_move() -> None:
    given: dict[str, float] = {}
    for table, column in (("courses", "teaches"), ("projects", "develops")):
        for row in read_sample(table):
            for pair in filter(None, row[column].split("|")):
                label, _, level = pair.rpartition("=")
                given[label] = max(given.get(label, 0), float(level))
    labels = read_labels()
    assert [
        (row["role_id"], labels[row["skill_id"]])
        for row in read_sample("requirements")
        if given.get(labels[row["skill_id"]], 0) < float(row["level"])
    ] == []


def test_moves_name_known_skills_courses_and_prices() -> None:
    labels = set(read_labels().values())
    courses = {row["course_id"] for row in read_sample("courses")}
    for table, columns in (("courses", ("teaches", "needs")), ("projects", ("needs", "develops"))):
        for row in read_sample(table):
            pairs = [pair for column in columns for pair in row[column].split("|") if pair]
            assert {pair.rpartition("=")[0] for pair in pairs} <= labels
            assert all(0 < float(pair.rpartition("=")[2]) <= 5 for pair in pairs)
    for row in read_sample("courses"):
        assert set(filter(None, row["after"].split("|"))) <= courses - {row["course_id"]}
        assert float(row["money"]) >= 0
        assert float(row["hours"]) > 0


def test_evidence_covers_three_years_of_every_kind_and_nothing_later() -> None:
    rows = read_sample("evidence")
    assert {row["kind"] for row in rows} == set(EVIDENCE_KINDS) - {"endorsement"}
    days = [date.fromisoformat(row["observed_on"]) for row in rows]
    assert min(days) < date(2023, 9, 1)
    assert max(days) < SAMPLE_AS_OF
    assert {day.year for day in days} == {2023, 2024, 2025, 2026}
    assert all(0 <= float(row["level"]) <= 5 for row in rows if row["level"])
    assert all((row["kind"] == "assessment") == bool(row["score"]) for row in rows)


def test_evidence_refers_to_what_exists() -> None:
    people = {row["person_id"] for row in read_sample("people")}
    sources = {
        row[f"{kind}_id"]
        for kind in ("course", "project", "assessment", "credential")
        for row in read_sample(f"{kind}s")
    }
    for row in read_sample("evidence"):
        assert row["person_id"] in people
        assert row["skill_id"] in SKILLS
        assert not row["from_id"] or row["from_id"] in sources
        assert not row["by_id"] or row["by_id"] in people - {row["person_id"]}
        assert (row["kind"] == "attestation") == bool(row["by_id"])


def test_evidence_holds_failures_expiries_withdrawals_and_rejections() -> None:
    rows = read_sample("evidence")
    scores = [float(row["score"]) for row in rows if row["kind"] == "assessment"]
    assert sum(score < 0.5 for score in scores) >= 20
    assert sum(score > 0.7 for score in scores) >= 50
    assert any(row["valid_until"] and row["valid_until"] < SAMPLE_AS_OF.isoformat() for row in rows)
    assert any(row["status"] == "withdrawn" for row in rows)
    assert sum(row["kind"] == "rejection" for row in rows) >= 20


def test_endorsements_refer_to_what_exists_and_nobody_endorses_themselves() -> None:
    people = {row["person_id"] for row in read_sample("people")}
    rows = read_sample("endorsements")
    keys = Counter((row["endorser_id"], row["person_id"], row["skill_id"]) for row in rows)
    assert max(keys.values()) == 1
    for row in rows:
        assert {row["endorser_id"], row["person_id"]} <= people
        assert row["endorser_id"] != row["person_id"]
        assert row["skill_id"] in SKILLS
        assert row["observed_on"] < SAMPLE_AS_OF.isoformat()


def test_about_half_of_what_people_know_is_listed() -> None:
    known = {(person, label) for person, skills in read_truth().items() for label in skills}
    listed = {(person, label) for person in read_truth() for label in list_listed(person)}
    assert 0.42 < len(known & listed) / len(known) < 0.58
    assert 0.005 < len(listed - known) / len(listed) < 0.05


def test_the_obvious_is_listed_less_than_its_level_deserves() -> None:
    """Skills of one's role that open their cluster are known best; among equals they are listed less."""
    clusters = read_skills().clusters
    roles = {row["person_id"]: row["title"] for row in read_sample("people")}
    obvious = set(clusters["backend"].skills[:4])
    other = set(clusters["backend"].skills[4:])
    truth = {p: skills for p, skills in read_truth().items() if roles[p] == "Software Developer"}

    def share_listed(labels: set[str]) -> float:
        cells = [(p, label) for p, skills in truth.items() for label in labels if 2.5 <= skills.get(label, 0) <= 4]
        return sum(label in list_listed(p) for p, label in cells) / len(cells)

    assert share_listed(obvious) < share_listed(other)


def test_evidence_is_mostly_but_not_always_right() -> None:
    truth, labels = read_truth(), read_labels()
    right = Counter(
        (row["kind"], labels[row["skill_id"]] in truth[row["person_id"]]) for row in read_sample("evidence")
    )
    for kind, low, high in (("course_completion", 0.7, 0.97), ("project_outcome", 0.9, 0.995)):
        share = right[kind, True] / (right[kind, True] + right[kind, False])
        assert low < share < high


def test_endorsers_are_worth_as_much_as_their_type() -> None:
    types = {row["person_id"]: row["type"] for row in read_table(TRUTH / "endorsers.csv")}
    truth, labels = read_truth(), read_labels()
    right: dict[str, list[bool]] = {}
    for row in read_sample("endorsements"):
        kind = types[row["endorser_id"]]
        right.setdefault(kind, []).append(labels[row["skill_id"]] in truth[row["person_id"]])
    share = {kind: sum(values) / len(values) for kind, values in right.items()}
    assert share["honest"] > 0.93
    assert 0.5 < share["noisy"] < share["honest"]
    assert {person for person, kind in types.items() if kind == "ring"} == set(RING)
    assert {person for person, kind in types.items() if kind == "payback"} == set(PAYBACK_PAIR)


def test_only_evaluation_reads_the_truth() -> None:
    """No loader, query or page names the folder of planted truth; benches evaluate and simulations plant it."""
    readers: list[str] = []
    for package in (graph_schema, loaders, engine, api):
        root = Path(str(package.__file__)).parent
        for path in root.rglob("*.py"):
            inside = path.relative_to(root.parent)
            if inside.parts[:2] in {("loaders", "sample"), ("api", "bench"), ("api", "simulate.py")}:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
            texts = [
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
            if "TRUTH" in names or any("truth/" in text for text in texts):
                readers.append(str(inside))
    assert readers == []
