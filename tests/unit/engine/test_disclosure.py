"""Nobody can work out what an answer leaves out: every company that fits it is tried, for companies of a few people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.disclosure import NOT_TOLD, merge_groups, tell_count, tell_role, tell_skill
from engine.landscape_results import Count

LEAST = 3


def check_words(cells: Sequence[Count], truths: set[tuple[int, ...]]) -> None:
    """Hold one answer against all the counts that it could stand for."""
    for place, cell in enumerate(cells):
        values = {truth[place] for truth in truths}
        if cell.number is not None:
            assert values == {cell.number}
        else:
            assert len(values) >= 2, (cells, truths)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "fewer than 10"), (9, "fewer than 10"), (10, 10), (57, 57), (90, 90), (91, "all but fewer than 10"),
        (100, "all but fewer than 10"),
    ],
)  # fmt: skip
def test_a_number_speaks_of_ten_and_leaves_out_ten(count: int, expected: int | str) -> None:
    told = tell_count(count, 100, 10)
    assert (told.number if told.word is None else told.word) == expected
    assert (told.number is None) is isinstance(expected, str)


def test_a_group_of_fewer_than_twenty_has_no_number() -> None:
    assert {tell_count(count, 19, 10) for count in range(20)} == {NOT_TOLD}
    assert tell_count(10, 20, 10).number == 10


@pytest.mark.parametrize(
    ("listed", "had", "expected"),
    [
        (30, 40, (30, 40)),
        (30, 39, (30, "fewer than 40")),
        (30, 30, (30, "fewer than 40")),
        (30, 91, (30, "all but fewer than 10")),
        (90, 100, (90, "not told")),
        (4, 12, ("fewer than 10", 12)),
        (4, 4, ("fewer than 10", "fewer than 10")),
    ],
)
def test_who_has_a_skill_is_not_told_where_it_tells_of_few_beside_who_lists_it(
    listed: int, had: int, expected: tuple[object, object]
) -> None:
    told = tell_skill(listed, had, 100, 10)
    assert tuple(cell.word if cell.number is None else cell.number for cell in told) == expected


@pytest.mark.parametrize("size", range(3, 25))
@pytest.mark.parametrize("least", [3, 4, 5])
def test_no_count_of_a_skill_can_be_worked_out(size: int, least: int) -> None:
    fitting: defaultdict[tuple[Count, ...], set[tuple[int, ...]]] = defaultdict(set)
    for had in range(size + 1):
        for listed in range(had + 1):
            fitting[tell_skill(listed, had, size, least)].add((listed, had, had - listed))
    for cells, truths in fitting.items():
        check_words(cells, truths)
        hidden = {truth[2] for truth in truths}
        if all(cell.number is not None for cell in cells):
            assert least <= min(hidden)
            assert max(hidden) <= size - (cells[0].number or 0) - least
        else:
            assert len(hidden) >= min(least, size)
        for place, cell in enumerate(cells):
            if cell.word not in (None, NOT_TOLD.word):
                assert len({truth[place] for truth in truths}) >= least


def list_companies(size: int, requirements: int) -> Iterator[list[tuple[tuple[bool, ...], int]]]:
    """Yield every company of so many people: how many of them meet which requirements."""
    kinds = list(product((False, True), repeat=requirements))
    for bars in combinations(range(size + len(kinds) - 1), len(kinds) - 1):
        edges = (-1, *bars, size + len(kinds) - 1)
        yield [(kind, edges[place + 1] - edges[place] - 1) for place, kind in enumerate(kinds)]


def count(
    company: list[tuple[tuple[bool, ...], int]], weights: Sequence[float], needed: float
) -> tuple[int, tuple[int, ...]]:
    ready = sum(
        people
        for kind, people in company
        if sum(weight for weight, one in zip(weights, kind, strict=True) if one) >= needed
    )
    return ready, tuple(sum(people for kind, people in company if kind[place]) for place in range(len(weights)))


@pytest.mark.parametrize(
    ("size", "weights", "threshold"),
    [
        (7, (1.0,), 0.8),
        *((size, (1.0, 1.0), threshold) for size in (5, 6, 9, 14, 17) for threshold in (0.5, 1.0)),
        (13, (1.0, 0.4), 0.8),
        (13, (1.0, 0.2), 0.8),
        *((9, (1.0, 1.0, 1.0), threshold) for threshold in (0.3, 0.6, 1.0)),
        (9, (1.0, 0.5, 0.5), 0.7),
        (9, (1.0, 0.6, 0.3), 0.5),
    ],
)
def test_no_count_of_a_role_can_be_worked_out(size: int, weights: tuple[float, ...], threshold: float) -> None:
    needed = threshold * sum(weights) - 1e-9
    fitting: defaultdict[tuple[Count, ...], set[tuple[int, ...]]] = defaultdict(set)
    for company in list_companies(size, len(weights)):
        ready, met = count(company, weights, needed)
        told, each = tell_role(ready, met, weights, needed, size, LEAST)
        fitting[told, *each].add((ready, *met))
    for cells, truths in fitting.items():
        check_words(cells, truths)
        told, *each = cells
        if told.number is not None:
            assert LEAST <= told.number <= size - LEAST
        if told.word not in (None, NOT_TOLD.word) and all(cell.number is not None for cell in each):
            assert len({truth[0] for truth in truths}) >= LEAST
    if size >= 13:
        assert any(cells[0].number is not None for cells in fitting)


def test_the_ready_are_as_many_as_meet_the_one_requirement_that_decides() -> None:
    told, each = tell_role(40, [40, 70], [1.0, 0.2], 0.8 * 1.2, 100, 10)
    assert (told, each) == (Count(40, None), (Count(40, None), Count(70, None)))


def test_who_is_ready_is_not_told_where_the_requirements_leave_no_doubt() -> None:
    # 55 and 54 of 100 people have 9 in common at least: "fewer than 10" would be 9.
    told, _ = tell_role(9, [55, 54], [1.0, 1.0], 2.0, 100, 10)
    assert told == Count(None, "fewer than 19")
    assert tell_role(30, [55, 54], [1.0, 1.0], 2.0, 100, 10)[0] == Count(30, None)
    # Of 85 who meet one and 15 who meet the other, none to 15 meet both.
    assert tell_role(3, [85, 15], [1.0, 1.0], 2.0, 100, 10)[0] == NOT_TOLD


sizes = st.dictionaries(st.text("abcde", max_size=3), st.integers(1, 30), max_size=12)


@given(sizes, st.integers(3, 20))
def test_every_group_is_large_enough_and_everybody_is_in_one(sizes: dict[str, int], least: int) -> None:
    groups = merge_groups(sizes, least)
    if sum(sizes.values()) < least:
        assert groups == []
        return
    assert sorted(name for group in groups for name in group) == sorted(sizes)
    assert all(sum(sizes[name] for name in group) >= least for group in groups)
    small = {name for name in sizes if sizes[name] < least}
    merged = [set(group) for group in groups if len(group) > 1]
    assert len(merged) <= 1
    joined = set[str]().union(*merged) - small
    if joined:
        # Whoever joined was needed, and nobody smaller stands alone.
        assert sum(sizes[name] for name in small | joined) - max(sizes[name] for name in joined) < least
        alone = [sizes[name] for group in groups if len(group) == 1 for name in group]
        assert max(sizes[name] for name in joined) <= min(alone, default=31)


def test_the_smallest_group_beside_them_joins_those_that_are_too_small() -> None:
    assert merge_groups({"Data": 40, "Law": 3, "Sales": 12, "": 2, "Finance": 20}, 10) == [
        ["Data"], ["Finance"], ["Sales", "Law", ""],
    ]  # fmt: skip
    assert merge_groups({"Data": 40, "Law": 6, "Arts": 5}, 10) == [["Data"], ["Law", "Arts"]]
    assert merge_groups({"Data": 5, "Law": 4}, 10) == []
    assert merge_groups({}, 10) == []
