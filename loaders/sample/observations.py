"""What the three years left on record: courses, projects, appraisals, tests, badges and rejections."""

from __future__ import annotations

from datetime import date, timedelta

from loaders.sample.catalogue import PlantedEvidence, read_skills, read_stories
from loaders.sample.chance import open_chance, pick_date, pick_weighted, round_level, squash
from loaders.sample.latent import Truth
from loaders.sample.moves import FIRST_DAY, LAST_DAY, Delivery, read_levels, read_tests
from loaders.sample.people import Member
from loaders.sample.record import Note, list_blocked, list_untested
from loaders.sample.rows import CourseRow

LEARNT = 0.6
"""Chance that a finished course leaves a skill the person did not have."""
MISTAKE = 0.03
"""Share of project outcomes that name a skill the person lacks."""


def attend_courses(members: list[Member], truth: Truth, courses: list[CourseRow]) -> tuple[list[Note], Truth]:
    """Return the course completions, and the truth with what the courses left."""
    notes: list[Note] = []
    after: Truth = {}
    for member in members:
        chance = open_chance("courses", member.id)
        known = dict(truth[member.id])
        blocked = list_blocked(member.id)
        open_to = [course for course in courses if not blocked & set(read_levels(course.teaches))]
        weights = [
            (0.03 + sum(label in known for label in read_levels(course.teaches)) ** 2) * 12 / max(course.hours, 6)
            for course in open_to
        ]
        for course in pick_weighted(chance, open_to, weights, chance.choice((0, 1, 1, 2, 2, 3, 4))):
            on = pick_date(chance, max(FIRST_DAY, member.row.joined_on), LAST_DAY)
            for label, level in read_levels(course.teaches).items():
                notes.append(
                    Note(
                        member.id, label, "course_completion", on, level=level, origin="learning system",
                        source=course.course_id,
                    )
                )  # fmt: skip
                if label not in known and chance.random() < LEARNT:
                    known[label] = round_level(level - 0.5 * chance.random(), lowest=1.0)
        after[member.id] = known
    return notes, after


def deliver_projects(members: list[Member], truth: Truth, deliveries: list[Delivery]) -> list[Note]:
    """Return what was seen in finished projects."""
    notes: list[Note] = []
    for delivery in deliveries:
        project, ends_on = delivery.row, delivery.row.ends_on
        if ends_on is None:
            continue
        chance = open_chance("crew", project.project_id)
        present = [member for member in members if member.row.joined_on < ends_on - timedelta(days=60)]
        weights = [
            sum(label in truth[member.id] for label in delivery.skills) ** 2
            * (1.0 if member.row.function == project.function else 0.5)
            for member in present
        ]
        for member in pick_weighted(chance, present, weights, chance.choice((4, 5, 6, 7, 8))):
            known = truth[member.id]
            usable = [label for label in delivery.skills if label not in list_blocked(member.id)]
            shown = [label for label in usable if label in known]
            for label in pick_weighted(chance, shown, [known[label] for label in shown], chance.choice((2, 3, 4))):
                level = round_level(chance.gauss(known[label], 0.5))
                notes.append(_note_outcome(member.id, label, level, ends_on, project.project_id))
            missing = [label for label in usable if label not in known]
            if missing and chance.random() < MISTAKE * 4:
                notes.append(_note_outcome(member.id, chance.choice(missing), 1.5, ends_on, project.project_id))
    return notes


def appraise_people(members: list[Member], truth: Truth) -> list[Note]:
    """Return what managers signed for in three yearly appraisals."""
    notes: list[Note] = []
    clusters = read_skills().clusters
    for member in members:
        for year in (2024, 2025, 2026):
            chance = open_chance("appraisal", member.id, year)
            on = pick_date(chance, date(year, 4, 1), date(year, 4, 30))
            begun = member.row.role_since_on or member.row.joined_on
            if member.row.manager_id is None or begun > on or chance.random() > 0.35:
                continue
            known = truth[member.id]
            visible = {label for name in member.home for label in clusters[name].skills} - list_blocked(member.id)
            seen = [label for label in known if label in visible]
            for label in pick_weighted(chance, seen, [known[label] for label in seen], chance.choice((2, 3, 4))):
                notes.append(
                    Note(
                        member.id, label, "attestation", on, level=round_level(chance.gauss(known[label], 0.4)),
                        origin="appraisal", by=member.row.manager_id, remark="Yearly appraisal.",
                    )
                )  # fmt: skip
    return notes


def sit_assessments(members: list[Member], truth: Truth) -> list[Note]:
    """Return the test results, failed ones included; the score is noisy around what the person can do."""
    notes: list[Note] = []
    for test in read_tests().assessments:
        for member in members:
            chance = open_chance("test", test.id, member.id)
            known = truth[member.id]
            knows = any(label in known for label in test.measures)
            if chance.random() > (0.25 if knows else 0.008) or list_untested(member.id) & set(test.measures):
                continue
            on = pick_date(chance, max(FIRST_DAY, member.row.joined_on), LAST_DAY)
            for label, level in test.measures.items():
                ability = known.get(label, 0.0)
                score = round(squash(1.3 * (ability - level + 1.2) + chance.gauss(0, 0.6)), 2)
                notes.append(
                    Note(
                        member.id, label, "assessment", on, level=round_level(chance.gauss(ability, 0.5)),
                        score=score, origin="assessment centre", source=test.id,
                    )
                )  # fmt: skip
    return notes


def award_credentials(members: list[Member], truth: Truth) -> list[Note]:
    """Return the badges of those who are at the level."""
    notes: list[Note] = []
    for badge in read_tests().credentials:
        for member in members:
            chance = open_chance("badge", badge.id, member.id)
            known = truth[member.id]
            able = all(known.get(label, 0) >= level - 0.5 for label, level in badge.skills.items())
            if not able or chance.random() > 0.6 or list_untested(member.id) & set(badge.skills):
                continue
            on = pick_date(chance, max(FIRST_DAY, member.row.joined_on), LAST_DAY)
            until = on + timedelta(days=365 * badge.years) if badge.years else None
            for label, level in badge.skills.items():
                notes.append(
                    Note(
                        member.id, label, "credential", on, level=level, until=until, origin="badge wallet",
                        source=badge.id,
                    )
                )  # fmt: skip
    return notes


def reject_suggestions(members: list[Member], truth: Truth) -> list[Note]:
    """Return what people said they cannot do: mostly true, now and then too modest."""
    notes: list[Note] = []
    clusters = read_skills().clusters
    for member in members:
        chance = open_chance("rejection", member.id)
        if chance.random() > 0.12 or member.id in read_stories().by_person:
            continue
        near = sorted({label for name in member.home for label in clusters[name].skills})
        modest = chance.random() < 0.1
        pool = [label for label in near if (label in truth[member.id]) == modest]
        if pool:
            on = pick_date(chance, max(date(2025, 1, 6), member.row.joined_on), LAST_DAY)
            notes.append(Note(member.id, chance.choice(pool), "rejection", on, origin="profile"))
    return notes


def plant_evidence() -> list[Note]:
    """Return the evidence the stories rest on."""
    return [
        Note(
            person.id, label, item.kind, item.on, level=level, score=0.82 if item.kind == "assessment" else None,
            origin=_name_origin(item), source=item.source, by=item.by, remark=item.note,
        )
        for person in read_stories().person
        for item in person.evidence
        for label, level in item.levels.items()
    ]  # fmt: skip


def _name_origin(item: PlantedEvidence) -> str:
    return {
        "course_completion": "learning system",
        "project_outcome": "project archive",
        "attestation": "appraisal",
        "assessment": "assessment centre",
    }[item.kind]


def _note_outcome(person: str, label: str, level: float, on: date, project: str) -> Note:
    return Note(person, label, "project_outcome", on, level=level, origin="project archive", source=project)
