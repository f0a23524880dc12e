"""Write the sample organisation again: ``python -m loaders.sample.generate``.

Everything comes from the catalogues, the ESCO excerpt and one seed; the clock is never read. The files are byte for
byte those that are checked in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from loaders.sample.catalogue import read_organisation, read_skill_ids, read_skills
from loaders.sample.endorsements import endorse_people, list_types
from loaders.sample.latent import Truth, draw_truth
from loaders.sample.listing import introduce_people, list_skills
from loaders.sample.moves import (
    build_assessments,
    build_courses,
    build_credentials,
    build_deliveries,
    build_open_projects,
)
from loaders.sample.observations import (
    appraise_people,
    attend_courses,
    award_credentials,
    deliver_projects,
    plant_evidence,
    reject_suggestions,
    sit_assessments,
)
from loaders.sample.people import build_members, build_teams
from loaders.sample.record import number_notes
from loaders.sample.roles import build_requirements, build_roles, change_requirements
from loaders.sample.rows import OrganisationRow, SkillRow, TrueSkillRow
from loaders.sample.write import write_rows


def build_tables() -> Mapping[str, Sequence[Any]]:
    """Return every table of the sample by its path below ``loaders/sample``."""
    organisation = read_organisation()
    members = build_members()
    courses = build_courses()
    deliveries = build_deliveries()
    completions, truth = attend_courses(members, draw_truth(members), courses)
    listed = list_skills(members, truth)
    about = introduce_people(members, listed)
    notes = [
        *listed,
        *completions,
        *deliver_projects(members, truth, deliveries),
        *appraise_people(members, truth),
        *sit_assessments(members, truth),
        *award_credentials(members, truth),
        *reject_suggestions(members, truth),
        *plant_evidence(),
    ]
    requirements = build_requirements()
    return {
        "organisation/organisation.csv": [
            OrganisationRow(name=organisation.name, currency=organisation.currency, inference="on", synthetic=True)
        ],
        "organisation/teams.csv": build_teams(),
        "organisation/people.csv": [replace(member.row, about=about.get(member.id)) for member in members],
        "organisation/roles.csv": build_roles(),
        "organisation/requirements.csv": requirements,
        "organisation/skills.csv": _list_own_skills(),
        "organisation/courses.csv": courses,
        "organisation/projects.csv": [*build_open_projects(), *(delivery.row for delivery in deliveries)],
        "organisation/assessments.csv": build_assessments(),
        "organisation/credentials.csv": build_credentials(),
        "organisation/evidence.csv": number_notes(notes),
        "organisation/endorsements.csv": endorse_people(members, truth),
        "changes/requirements_2026-07.csv": change_requirements(requirements),
        "truth/skills.csv": _list_truth(truth),
        "truth/endorsers.csv": list_types(members),
    }


def generate_sample(target: Path) -> None:
    """Write every table below the folder."""
    for name, rows in build_tables().items():
        write_rows(target / name, rows)


def _list_own_skills() -> list[SkillRow]:
    ids = read_skill_ids()
    return [
        SkillRow(
            skill_id=skill.id,
            preferred_label=skill.label,
            alt_labels=skill.alt_labels,
            description=skill.description,
            skill_type=skill.skill_type,
            reuse_level=None,
            broader_id=ids[skill.broader],
        )
        for skill in read_skills().own
    ]


def _list_truth(truth: Truth) -> list[TrueSkillRow]:
    ids = read_skill_ids()
    rows = [
        TrueSkillRow(person_id=person, skill_id=ids[label], level=level)
        for person, known in truth.items()
        for label, level in known.items()
    ]
    return sorted(rows, key=lambda row: (row.person_id, row.skill_id))


if __name__ == "__main__":
    generate_sample(Path(__file__).parent)
