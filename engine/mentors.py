"""The mentors of a skill for a person: who has it well enough, may be seen, and has hours that nobody was promised."""

from __future__ import annotations

import math

from engine.beliefs import read_latest_model
from engine.bridges.mentorship import WEEKS_A_MONTH
from engine.inference.settings import InferenceSettings
from engine.match_results import MentorMatch, MentorMatches
from engine.matching import count_level, to_held
from engine.pools import read_held
from engine.read_catalogue import read_promised_hours
from engine.results import Named
from graph_schema.errors import InvalidInput
from graph_schema.queries.candidates import MENTORS_OF_SKILL, MentorOfSkill
from graph_schema.scales import HIGHEST
from graph_schema.store import GraphStore


def find_mentors(
    store: GraphStore, person: Named, skill: Named, settings: InferenceSettings, *, level: float | None, top: int
) -> MentorMatches:
    """Return who could bring a person to a level of a skill: to the next one where none is given.

    Raises:
        InvalidInput: A number is out of range.
        NotInferred: Inference has not been run.
    """
    if top < 1:
        raise InvalidInput("top", f"{top} given, a list of at least 1 is needed")
    if level is not None and not (0 < level <= HIGHEST):
        raise InvalidInput("level", f"must be above 0 and at most {HIGHEST:g}, not {level!r}")
    latest = read_latest_model(store)
    now = count_level(read_held(store, person.id, settings.threshold).get(skill.id), settings.threshold)
    reach = min(math.floor(now or 0.0) + 1.0, HIGHEST) if level is None else level
    needed = min(reach + 1.0, HIGHEST)
    rows = store.ask(MENTORS_OF_SKILL, skill_id=skill.id, person_id=person.id, threshold=settings.threshold)
    able = [row for row in rows if (count_level(to_held(row), settings.threshold) or 0.0) >= needed]
    promised = read_promised_hours(store, latest.as_of)
    mentors = [_describe(row, promised.get(row.id, 0.0)) for row in able]
    free = sorted((item for item in mentors if item.hours_free_per_week > 0), key=_rank)
    return MentorMatches(
        person=person,
        skill=skill,
        as_of=latest.as_of,
        model=latest.id,
        calibration=latest.calibration,
        level=reach,
        level_now=now,
        level_needed=needed,
        without_time=len(mentors) - len(free),
        found=len(free),
        mentors=tuple(free[:top]),
    )


def _describe(row: MentorOfSkill, promised: float) -> MentorMatch:
    return MentorMatch(
        person=Named(row.id, row.name),
        title=row.title,
        function=row.function,
        probability=row.probability,
        level=row.level,
        listed=row.listed,
        verified=row.verified,
        hours_offered=row.capacity_hours,
        hours_promised=promised,
        hours_free_per_week=max(0.0, row.capacity_hours - promised) / WEEKS_A_MONTH,
    )


def _rank(mentor: MentorMatch) -> tuple[bool, float, float, float, str]:
    level = mentor.level or 0.0
    return (not mentor.verified, -level, -mentor.hours_free_per_week, -mentor.probability, mentor.person.id)
