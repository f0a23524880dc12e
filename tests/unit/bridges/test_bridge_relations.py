"""What must hold between two answers whatever the answers are."""

import copy
import json
import random

import pytest
from bridge_builders import answer
from bridge_oracle import draw_cover, draw_document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def documents(draw):
    seed = draw(st.integers(0, 10**6))
    rng = random.Random(seed)
    make = draw(st.sampled_from([draw_document, draw_cover]))
    return make(rng, draw(st.integers(4, 14)), draw(st.integers(4, 7)))


def price(document):
    found = answer(document)
    return float("inf") if found.price is None else found.price


@SETTINGS
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(document, rng) -> None:
    shuffled = copy.deepcopy(document)
    rng.shuffle(shuffled["moves"])
    for move in shuffled["moves"]:
        for key in ("needs", "gives"):
            items = list(move[key].items())
            rng.shuffle(items)
            move[key] = dict(items)
    assert json.dumps(answer(document).to_json()) == json.dumps(answer(shuffled).to_json())


@SETTINGS
@given(documents(), st.randoms(use_true_random=False))
def test_other_ids_cost_the_same(document, rng) -> None:
    ids = [move["id"] for move in document["moves"]]
    fresh = dict(zip(ids, rng.sample([f"n{number:03d}" for number in range(len(ids))], len(ids)), strict=True))
    renamed = copy.deepcopy(document)
    for move in renamed["moves"]:
        move["id"] = fresh[move["id"]]
        move["after"] = [fresh[other] for other in move["after"]]
    one, other = answer(document), answer(renamed)
    assert one.price == other.price
    assert len(one.moves) == len(other.moves)


@SETTINGS
@given(documents(), st.data())
def test_more_to_start_from_is_never_dearer(document, data) -> None:
    granted = copy.deepcopy(document)
    skill = data.draw(st.sampled_from(sorted(document["target"]["requires"])))
    granted["person"]["skills"][skill] = 5
    assert price(granted) <= price(document)


@SETTINGS
@given(documents(), st.data())
def test_less_to_meet_is_never_dearer(document, data) -> None:
    lowered = copy.deepcopy(document)
    skill = data.draw(st.sampled_from(sorted(document["target"]["requires"])))
    lowered["target"]["requires"][skill] = 0
    assert price(lowered) <= price(document)


@SETTINGS
@given(documents(), st.data())
def test_a_move_less_is_never_cheaper_and_an_unused_one_is_not_missed(document, data) -> None:
    gone = data.draw(st.sampled_from([move["id"] for move in document["moves"]]))
    smaller = copy.deepcopy(document)
    smaller["moves"] = [move for move in smaller["moves"] if move["id"] != gone]
    for move in smaller["moves"]:
        move["after"] = [other for other in move["after"] if other != gone]
    if any(gone in move["after"] for move in document["moves"]):
        return
    found = answer(document)
    if found.status == "infeasible":
        assert answer(smaller).missing.items() >= found.missing.items()
    elif gone in found.moves:
        assert price(smaller) >= price(document)
    else:
        assert answer(smaller) == found


@SETTINGS
@given(documents())
def test_prices_times_ten_make_the_same_bridge_ten_times_as_dear(document) -> None:
    dearer = copy.deepcopy(document)
    dearer["objective"]["money_per_hour"] *= 10
    for move in dearer["moves"]:
        move["cost"] = min(move["cost"], 1000)
        move["cost"] *= 10
    for move in document["moves"]:
        move["cost"] = min(move["cost"], 1000)
    one, ten = answer(document), answer(dearer)
    assert one.moves == ten.moves
    if one.price is not None:
        assert ten.price == pytest.approx(10 * one.price)


@SETTINGS
@given(documents(), st.data())
def test_one_euro_more_for_one_move_is_at_most_one_euro_more_in_all(document, data) -> None:
    place = data.draw(st.integers(0, len(document["moves"]) - 1))
    document["moves"][place]["cost"] = min(document["moves"][place]["cost"], 1000)
    bumped = copy.deepcopy(document)
    bumped["moves"][place]["cost"] += 1
    before, after = price(document), price(bumped)
    assert before <= after <= before + 1 + 1e-9
