"""What of the counts of a group may be told, so that a whole answer does not tell what it leaves out.

Groups are by one dimension that the organisation sets, never the asker, so no two answers of a day cut people in
different ways; none is smaller than ``least``; no totals over groups are given. Inside a group of so many people a
count is told as a number only where at least ``least`` people are counted and at least as many are not. Nobody and
everybody are not told either: both say something of each member.

Counts that hang together are told one after the other. Each has a range that those told before leave it, and is told
as a number only where it is ``least`` or more away from both ends of the range; else a word says at which end it is,
and where the range is too narrow to have a middle, it is ``not told``. So ``least`` values fit each word (two or more
fit "not told"), and whether a count is told hangs on what everybody can read in the answer, not on the count itself.

- *Listed* has the whole group as its range; *listed or hidden* from what is listed, where that is told, to the whole.
- *Requirements* do not bind one another: whoever meets one may or may not meet the next. Each has the whole group.
- *Ready* has a range that is safe to use: between two ways to hand the same requirements to people, heaped on the same
  ones or spread, each number of ready people can be reached, since exchanging one requirement between two people
  changes it by one at most. Where a requirement is told in words, the range is what its lowest and its highest value
  have in common, so that both still fit. Where one requirement alone decides who is ready, its count is that of the
  ready.

That holds of each answer. Answers of different days, or about roles and skills that overlap, can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from engine.landscape_results import Count

NOT_TOLD = Count(None, "not told")


def merge_groups(sizes: Mapping[str, int], least: int) -> list[list[str]]:
    """Return groups of at least so many people, the largest first: what is too small is put together, last.

    Where all of these are too few still, the smallest group beside them joins them, until they are enough. No group is
    returned where all people together are too few.
    """
    order = sorted(sizes, key=lambda name: (-sizes[name], name))
    alone = [name for name in order if sizes[name] >= least]
    together = [name for name in order if sizes[name] < least]
    while together and alone and sum(sizes[name] for name in together) < least:
        together.insert(0, alone.pop())
    rest = [together] if together and sum(sizes[name] for name in together) >= least else []
    return [[name] for name in alone] + rest


def tell_count(count: int, size: int, least: int, *, low: int = 0, high: int | None = None) -> Count:
    """Return what may be told of a count.

    Args:
        count: How many are counted.
        size: Of how many.
        least: Fewest people that a number speaks of or leaves out.
        low: The lower end of its range; the range must not hang on the count.
        high: The upper end; the whole group when not given.
    """
    top = size if high is None else high
    if top - low < 2 * least:
        return NOT_TOLD
    if count < low + least:
        return Count(None, f"fewer than {low + least}")
    if count > top - least:
        return Count(None, f"all but fewer than {least}" if top == size else f"more than {top - least}")
    return Count(count, None)


def tell_skill(listed: int, listed_or_hidden: int, size: int, least: int) -> tuple[Count, Count]:
    """Return what may be told of how many list a skill, and of how many have it."""
    first = tell_count(listed, size, least)
    return first, tell_count(listed_or_hidden, size, least, low=first.number or 0)


def tell_role(
    ready: int, met: Sequence[int], weights: Sequence[float], needed: float, size: int, least: int
) -> tuple[Count, tuple[Count, ...]]:
    """Return what may be told of how many are ready for a role, and of how many meet each requirement.

    Args:
        ready: People whose requirements met weigh enough.
        met: People who meet each requirement.
        weights: What each requirement weighs.
        needed: What those met must weigh together.
        size: People of the group.
        least: Fewest people that a number speaks of or leaves out.
    """
    told = tuple(tell_count(count, size, least) for count in met)
    if size < 2 * least:
        return NOT_TOLD, told
    for count, weight in zip(told, weights, strict=True):
        if weight >= needed > sum(weights) - weight:
            return count, told
    ends = [_find_ends(count, known, size, least) for count, known in zip(met, told, strict=True)]
    reached = [_find_reach([end[place] for end in ends], weights, needed, size) for place in (0, 1)]
    low, high = max(reach[0] for reach in reached), min(reach[1] for reach in reached)
    return tell_count(ready, size, least, low=low, high=high), told


def _find_ends(count: int, told: Count, size: int, least: int) -> tuple[int, int]:
    """Return the lowest and the highest count that fit what is told of it alone."""
    if told.number is not None:
        return told.number, told.number
    return (0, least - 1) if count < least else (size - least + 1, size)


def _find_reach(met: Sequence[int], weights: Sequence[float], needed: float, size: int) -> tuple[int, int]:
    """Return two numbers of ready people, fewer and more, between which all can be reached."""
    heaped = [0] * len(met)
    spread = [sum(met[:place]) % size for place in range(len(met))]
    counts = [_count_ready(starts, met, weights, needed, size) for starts in (heaped, spread)]
    return min(counts), max(counts)


def _count_ready(starts: Sequence[int], met: Sequence[int], weights: Sequence[float], needed: float, size: int) -> int:
    """Return how many of people in a circle are ready, where each requirement is met by those from its start on."""
    edges = {0, size, *starts, *((start + count) % size for start, count in zip(starts, met, strict=True))}
    ready = 0
    for here, there in pairwise(sorted(edges)):
        meets = ((here - start) % size < count for start, count in zip(starts, met, strict=True))
        if sum(weight for weight, one in zip(weights, meets, strict=True) if one) >= needed:
            ready += there - here
    return ready
