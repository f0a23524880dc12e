"""Answers for ``skillway bridge --instance FILE`` and ``--instances FILE.jsonl``: text in, plain values out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from engine.bridges.alternatives import check_wish, list_alternatives
from engine.bridges.front import list_front
from engine.bridges.instance import MAX_BYTES, read_instance
from engine.bridges.solve import solve_instance
from graph_schema.errors import InvalidInput


def answer_instance(
    text: str | bytes, *, time_limit: float | None = None, max_bytes: int = MAX_BYTES
) -> dict[str, object]:
    """Answer one bridge instance.

    Args:
        text: The JSON document, ``skillway.bridge/1``.
        time_limit: Seconds for the proof; None lets it take what it takes.
        max_bytes: The largest document read.

    Returns:
        The answer as plain values, keys as in the exchange format.

    Raises:
        InvalidInput: Naming the field that cannot be used.
    """
    return solve_instance(read_instance(text, max_bytes=max_bytes), time_limit=time_limit).to_json()


def answer_alternatives(
    text: str | bytes, best: int, *, difference: float, time_limit: float | None = None
) -> dict[str, object]:
    """Answer one bridge instance with truly different bridges: see :mod:`engine.bridges.alternatives`.

    Raises:
        InvalidInput: Naming the field that cannot be used.
    """
    check_wish(best, difference)
    return list_alternatives(read_instance(text), best, difference=difference, time_limit=time_limit).to_json()


def answer_front(text: str | bytes, *, hours_per_week: float, time_limit: float | None = None) -> dict[str, object]:
    """Answer one bridge instance with its front of price against weeks: see :mod:`engine.bridges.pareto`.

    Raises:
        InvalidInput: Naming the field that cannot be used.
    """
    return list_front(read_instance(text), hours_per_week=hours_per_week, time_limit=time_limit).to_json()


def answer_instances(
    lines: Iterable[str | bytes], *, time_limit: float | None = None, max_bytes: int = MAX_BYTES
) -> Iterator[dict[str, object]]:
    """Answer many instances, one JSON document a line, one answer for each; blank lines are skipped.

    A line that cannot be used does not stop the others: its answer has the status ``invalid``, the line number, the
    field and the problem. The limits hold for each line.
    """
    return answer_lines(lines, partial(answer_instance, time_limit=time_limit, max_bytes=max_bytes))


def answer_lines(
    lines: Iterable[str | bytes], answer: Callable[[str | bytes], dict[str, object]]
) -> Iterator[dict[str, object]]:
    """Answer many instances in some way; see :func:`answer_instances`."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield answer(line)
        except InvalidInput as error:
            yield {"status": "invalid", "line": number, "field": error.field, "problem": error.problem}
