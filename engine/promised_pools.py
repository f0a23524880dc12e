"""Pools with a promise: the longest list for a role or for skills whose expected share of wrong entries is stated.

Where data are too thin nothing is promised: the skills are named, and so is whoever would have been listed by them.
"""

from __future__ import annotations

from engine.contests import Asked, Contest
from engine.promised_results import Abstention, PromisedEntry, PromisedPool, PromisedSkill
from engine.promises import Promise, keep_promise
from engine.results import Named
from graph_schema.errors import InvalidInput


def promise_pool(contest: Contest, precision: float) -> PromisedPool:
    """Choose the longest list that keeps the promise, and name who would be on it were the data not too thin.

    Raises:
        InvalidInput: The precision is not above 0 and below 1.
    """
    promise = make_promise(contest, precision)
    asked, header = contest.asked, contest.header
    return PromisedPool(
        role=asked.role,
        asked=asked.skills,
        threshold=asked.threshold,
        precision=precision,
        expected_precision=promise.expected_precision,
        expected_wrong=promise.expected_wrong,
        expected_missed=promise.expected_missed,
        likeliest=float(contest.right.max(initial=0.0)) or None,
        considered=len(contest.candidates),
        as_of=header.as_of,
        model=header.id,
        calibration=header.calibration,
        meaning=word_meaning(asked),
        rests_on=word_grounds(contest),
        entries=tuple(_list_entry(contest, int(row)) for row in promise.chosen),
        abstained=(*contest.abstained, *_name_abstained(contest, promise, precision)),
    )


def make_promise(contest: Contest, precision: float) -> Promise:
    """Choose the longest list that keeps the promise.

    Raises:
        InvalidInput: The precision is not above 0 and below 1.
    """
    if not 0 < precision < 1:
        raise InvalidInput("precision", f"{precision:g} cannot be promised: give a share above 0 and below 1, like 0.9")
    return keep_promise(contest.right, precision)


def word_meaning(asked: Asked) -> str:
    """Say when an entry is right."""
    if asked.role is None:
        skills = [
            f"{item.label} at level {item.level:g} or above" if item.level > 0 else f"{item.label} at whatever level"
            for item in asked.requirements
        ]
        return f"An entry is right when the person has {' and '.join(skills)}."
    core = " and every core requirement is met" if any(asked.demanded) else ""
    return f"An entry is right when the person's readiness for {asked.role.name} reaches {asked.threshold:.0%}{core}."


def word_grounds(contest: Contest) -> str:
    """Say what a promise rests on: what the probabilities are calibrated against, and what is assumed besides."""
    calibration = contest.header.calibration
    checked = " No audit has checked them." if calibration == "listing" else ""
    several = " Skills of one person are taken as independent of one another." if len(contest.asked.skills) > 1 else ""
    levels = (
        " That a level suffices is read off its interval, which is not calibrated."
        if any(item.level > 0 for item in contest.asked.requirements)
        else ""
    )
    return f"Probabilities are {contest.model.calibration_text}.{checked}{several}{levels}"


def _name_abstained(contest: Contest, promise: Promise, precision: float) -> list[Abstention]:
    chosen: set[int] = set(promise.chosen.tolist())
    trusting: list[int] = keep_promise(contest.right_if_trusted, precision).chosen.tolist()
    return [
        Abstention(
            Named(contest.candidates[row].id, contest.candidates[row].name),
            tuple(
                item.skill
                for item, thin in zip(contest.asked.skills, contest.thin[row], strict=True)
                if thin and item.skill.id in contest.held[row]
            ),
            f"would be listed at {contest.right_if_trusted[row]:.2f}, were it not for too little data",
        )
        for row in trusting
        if row not in chosen and contest.thin[row].any()
    ]


def _list_entry(contest: Contest, row: int) -> PromisedEntry:
    candidate, held = contest.candidates[row], contest.held[row]
    return PromisedEntry(
        person=Named(candidate.id, candidate.name),
        title=candidate.title,
        function=candidate.function,
        right=float(contest.right[row]),
        skills=tuple(
            PromisedSkill(
                skill=item.skill,
                probability=belief.probability,
                level=belief.level,
                listed=belief.listed,
                verified=belief.verified,
                met=float(contest.met[row, column]),
            )
            for column, item in enumerate(contest.asked.skills)
            if (belief := held.get(item.skill.id)) is not None
        ),
    )
