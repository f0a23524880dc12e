"""The order that tests run in. Files are dealt out in it, so a worker that begins a long one last is waited for by all.

It follows from the tests alone, since every worker must find the same.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

LONGEST = (
    "tests/e2e/test_outage.py",
    "tests/e2e/test_demo_real.py",
    "tests/integration/embedded/test_server.py",
    "tests/e2e/test_wheel.py",
)
"""Files that run for minutes. Who has two tests or less to do is dealt the next file, so that one of two workers has
the first and the third, which wait much, and the other the second and the fourth, which compute."""

SAMPLE = {"sample_engine", "kept_sample"}
"""The fixtures that prepare the sample, which takes long; it is kept until a test wants another graph."""
GRAPH = "graph"
"""The fixture that every other graph is made on."""


def order_tests(items: list[pytest.Item]) -> None:
    """Sort the tests of a run: the longest files, those on the sample, those on other graphs, those on none."""
    needs: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        needs[_find_file(item)].add(_find_need(item))

    def find_place(item: pytest.Item) -> tuple[int, int, bool]:
        file = _find_file(item)
        if file in LONGEST:
            return 0, LONGEST.index(file), False
        if "sample" in needs[file]:
            # Where a file wants other graphs too, the sample is gone afterwards.
            return 1, GRAPH in needs[file], _find_need(item) == GRAPH
        return 2 if GRAPH in needs[file] else 3, 0, False

    # Files come one after the other already: but for what is said above, each stays as it is.
    items.sort(key=lambda item: (*find_place(item)[:2], _find_file(item), find_place(item)[2]))


def _find_file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _find_need(item: pytest.Item) -> str:
    fixtures = set(getattr(item, "fixturenames", ()))
    return "sample" if fixtures & SAMPLE else GRAPH if GRAPH in fixtures else ""
