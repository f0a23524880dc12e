"""The benches of promised pools, on the sample organisation and its planted truth."""

from __future__ import annotations

from api.bench.pools import PRECISIONS, bench_pools
from api.bench.verification import bench_verification
from engine.service import Engine


def test_promises_are_kept_where_truth_is_planted(sample_engine: Engine) -> None:
    told: list[str] = []
    table = bench_pools(sample_engine, told.append)

    assert len(table) == len(told) * len(PRECISIONS)
    assert all(row.kept for row in table)
    for row in table:
        assert row.expected is not None
        assert row.expected >= row.promised
    found = [row.found for row in table if row.asked == "a skill"]
    assert found == sorted(found, reverse=True)  # who promises more lists fewer


def test_testing_who_is_worth_most_gains_more_than_testing_anybody(sample_engine: Engine) -> None:
    gained = {row.chosen: row.gained for row in bench_verification(sample_engine, draws=5) if row.truth == "planted"}

    assert gained["most gain"] > 1.5 * gained["anybody"]
