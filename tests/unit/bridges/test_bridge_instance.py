import copy
import json

import pytest
from bridge_builders import document, move

from api.commands.bridge_instance import answer_instance, answer_instances
from engine.bridges.instance import MAX_BYTES, read_instance
from graph_schema.errors import InvalidInput

EXAMPLE = {
    "schema": "skillway.bridge/1",
    "person": {"id": "p", "skills": {"s1": 2}},
    "target": {"id": "r", "requires": {"s1": 3, "s2": 2}},
    "moves": [
        {"id": "c0", "kind": "course", "cost": 10.0, "hours": 0.0, "needs": {}, "after": [], "gives": {"s1": 3}},
        {"id": "c1", "kind": "course", "cost": 400.0, "hours": 20.0, "needs": {"s1": 1}, "after": ["c0"]}
        | {"gives": {"s2": 2}},
    ],
    "objective": {"money_per_hour": 30.0},
}


def test_the_answer_has_the_keys_of_the_exchange_format() -> None:
    assert answer_instance(json.dumps(EXAMPLE)) == {
        "status": "optimal",
        "moves": ["c0", "c1"],
        "money": 410.0,
        "hours": 20.0,
        "price": 1010.0,
        "lower_bound": 1010.0,
        "gap": 0.0,
        "missing": {},
    }


def test_bytes_and_text_are_answered_alike_and_the_same_every_time() -> None:
    text = json.dumps(EXAMPLE)
    assert json.dumps(answer_instance(text.encode())) == json.dumps(answer_instance(text))


def set_at(path: str, value: object):
    def change(given) -> None:
        *steps, last = path.split("/")
        place = given
        for step in steps:
            place = place[int(step) if step.isdigit() else step]
        place[last] = value

    return change


BAD = {
    "moves[1].cost": [set_at("moves/1/cost", value) for value in (-1, float("nan"), float("inf"), 1e300, "4", True)],
    "moves[1].hours": [set_at("moves/1/hours", value) for value in (-0.5, float("nan"), 10**400, None)],
    "moves[0].gives.s1": [set_at("moves/0/gives", {"s1": value}) for value in (7, -1, float("nan"), "3")],
    "moves[1].needs.s1": [set_at("moves/1/needs", {"s1": 5.5})],
    "person.skills.s1": [set_at("person/skills", {"s1": 6})],
    "target.requires.s1": [set_at("target/requires", {"s1": float("-inf")})],
    "moves[1].after[0]": [set_at("moves/1/after", ["c1"]), set_at("moves/1/after", ["nobody"])],
    "moves[1].id": [set_at("moves/1/id", "c0"), set_at("moves/1/id", ""), set_at("moves/1/id", 3)],
    "moves[1].kind": [set_at("moves/1/kind", "seminar")],
    "moves[1].price": [set_at("moves/1/price", 3)],
    "objective.money_per_hour": [set_at("objective/money_per_hour", value) for value in (-1, float("nan"), 1e9)],
    "schema": [set_at("schema", "skillway.bridge/2"), lambda given: given.pop("schema")],
    "target": [lambda given: given.pop("target")],
    "moves": [set_at("moves", {}), lambda given: given.pop("moves")],
}


@pytest.mark.parametrize(("field", "change"), [(field, change) for field, changes in BAD.items() for change in changes])
def test_bad_input_is_refused_by_the_name_of_its_field(field, change) -> None:
    given = copy.deepcopy(EXAMPLE)
    change(given)
    with pytest.raises(InvalidInput) as error:
        answer_instance(json.dumps(given))
    assert error.value.field == field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "document"),
        ("{", "document"),
        ("[]", "document"),
        ("nan", "document"),
        ("[" * 100_000, "document"),
        ("1" * 6_000, "document"),
        (b"\xff\xfe\x00\x01{", "document"),
        ('{"schema": "skillway.bridge/1", "schema": "skillway.bridge/1"}', "schema"),
        ('{"target": {"requires": {"python": 1, "python": 2}}}', "python"),
    ],
)
def test_what_is_no_instance_is_refused(text, field) -> None:
    with pytest.raises(InvalidInput) as error:
        read_instance(text)
    assert error.value.field == field


def test_ten_megabytes_are_refused_unless_allowed() -> None:
    text = json.dumps(EXAMPLE) + " " * 10_000_000
    assert len(text) > MAX_BYTES
    with pytest.raises(InvalidInput, match="at most 8,388,608"):
        read_instance(text)
    assert answer_instance(text, max_bytes=20_000_000)["price"] == 1010.0


def test_many_instances_are_answered_line_by_line_and_a_bad_one_stops_nothing() -> None:
    impossible = json.dumps(document([move("a", gives={"A": 1})], {"B": 1}))
    answers = list(answer_instances([json.dumps(EXAMPLE), "\n", '{"schema": 1}', impossible]))
    assert [each["status"] for each in answers] == ["optimal", "invalid", "infeasible"]
    assert answers[1]["line"] == 3
    assert answers[1]["field"] == "schema"
    assert answers[2]["missing"] == {"B": 1.0}


def test_moves_done_before_open_what_comes_after_them() -> None:
    given = document([move("late", 1, after=["early"], gives={"A": 1})], {"A": 1})
    given["person"]["done"] = ["early"]
    assert answer_instance(json.dumps(given))["moves"] == ["late"]
