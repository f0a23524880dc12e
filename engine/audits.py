"""Audits: drawing pairs to find out about, recording what was found, and saying what that says of the probabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from engine.audit_results import (
    AuditAnswer,
    AuditChange,
    AuditDraw,
    AuditQuestion,
    AuditRecording,
    AuditStatus,
    AuditStratum,
)
from engine.beliefs import SOURCE, read_latest_model, read_model, run_inference
from engine.inference.audit_draw import draw_sample
from engine.inference.audit_fit import judge_outcomes
from engine.inference.calibration import Reliability, measure_reliability
from engine.inference.cells import judge_pairs
from engine.inference.fusion import Fusion
from engine.inference.posterior import infer_beliefs
from engine.inference.settings import InferenceSettings
from engine.read_population import read_population
from engine.results import Named
from graph_schema.errors import InvalidInput
from graph_schema.evidence_kinds import EVIDENCE_KINDS
from graph_schema.nodes import Skill
from graph_schema.queries.audits import AUDITS, RECORD_AUDITS, AuditRow
from graph_schema.queries.people import MEMBERS
from graph_schema.relationships import Audited
from graph_schema.store import GraphStore

OUTCOMES = ("yes", "no", "unknown")
SHOWN = 20
"""Most problems that one error lists."""


def draw_audit(
    store: GraphStore, settings: InferenceSettings, size: int, seed: int, drawn_on: date, actor: str
) -> AuditDraw:
    """Draw pairs of person and skill to be audited and keep the draw in the graph; no pair is drawn twice.

    Only people whose inference is on are drawn.

    Raises:
        NotInferred: Inference has not been run on this graph.
        InvalidInput: There are not so many pairs left.
    """
    latest = read_latest_model(store)
    model, population = read_model(store, latest.id), read_population(store, latest.as_of)
    beliefs = infer_beliefs(model, population, settings)
    row_of = {person: row for row, person in enumerate(population.people)}
    column_of = {skill: column for column, skill in enumerate(population.skills)}
    eligible = [row_of[item.id] for item in store.ask(MEMBERS, person_ids=None) if item.inference == "on"]
    before = [
        row_of[item.person_id] * len(column_of) + column_of[item.skill_id]
        for item in store.ask(AUDITS)
        if item.skill_id in column_of
    ]
    sample = draw_sample(beliefs, population, eligible, before, size, seed)
    probability = judge_pairs(model, population, sample.person, sample.skill, settings)
    store.write_relationships(
        [
            Audited(
                start_id=population.people[int(person)],
                end_id=population.skills[int(skill)],
                drawn_on=drawn_on,
                drawn_by=actor,
                stratum=sample.names[int(stratum)],
                propensity=float(propensity),
                probability=float(believed),
                model=latest.id,
            )
            for person, skill, stratum, propensity, believed in zip(
                sample.person, sample.skill, sample.stratum, sample.propensity, probability, strict=True
            )
        ],
        SOURCE,
    )
    counts = np.bincount(sample.stratum, minlength=len(sample.names))
    return AuditDraw(
        size=size,
        seed=seed,
        drawn_on=drawn_on,
        model=latest.id,
        strata=tuple(
            AuditStratum(name, int(pairs), int(counts[number]))
            for number, (name, pairs) in enumerate(zip(sample.names, sample.sizes, strict=True))
        ),
        questions=tuple(
            AuditQuestion(
                Named(population.people[int(person)], population.names[int(person)]),
                Named(population.skills[int(skill)], population.labels[int(skill)]),
            )
            for person, skill in zip(sample.person, sample.skill, strict=True)
        ),
    )


def record_audit(
    store: GraphStore,
    settings: InferenceSettings,
    answers: Sequence[AuditAnswer],
    recorded_on: date,
    actor: str,
    on_progress: Callable[[str], None] | None = None,
) -> AuditRecording:
    """Record outcomes, fit the model anew with them, infer everybody again and say what that changed.

    Every answer is checked before anything is written; all outcomes are written in one transaction.

    Raises:
        InvalidInput: An answer cannot be used, or there is none; the message lists line and column.
        NotInferred: Inference has not been run on this graph.
    """
    old = read_model(store, read_latest_model(store).id)
    given = [item for item in answers if item.outcome]
    _check_answers(store, given)
    rows = [{"person_id": item.person_id, "skill_id": item.skill_id, "outcome": item.outcome} for item in given]
    store.ask(RECORD_AUDITS, rows=rows, recorded_on=recorded_on, recorded_by=actor)
    before = judge_outcomes(old, read_population(store, recorded_on), settings)
    run = run_inference(store, settings, recorded_on, on_progress)
    return AuditRecording(
        recorded=len(given),
        calibration_before=old.calibration,
        before=before,
        changes=_list_changes(old.fusion, read_model(store, run.model).fusion),
        status=measure_audit(store, settings),
        run=run,
    )


def measure_audit(store: GraphStore, settings: InferenceSettings) -> AuditStatus:
    """Say how far the audit is, and how well probabilities agree with its outcomes, weighed to speak for all pairs.

    Raises:
        NotInferred: Inference has not been run on this graph.
    """
    latest = read_latest_model(store)
    drawn = store.ask(AUDITS)
    found = Counter(item.outcome for item in drawn)
    model, population = read_model(store, latest.id), read_population(store, latest.as_of)
    return AuditStatus(
        drawn=len(drawn),
        yes=found["yes"],
        no=found["no"],
        unknown=found["unknown"],
        unanswered=found[None],
        calibration=latest.calibration,
        when_drawn=_judge_when_drawn(drawn),
        now=judge_outcomes(model, population, settings),
        kept_out=model.fusion.kept_out,
    )


def _judge_when_drawn(drawn: Sequence[AuditRow]) -> Reliability | None:
    found = [item for item in drawn if item.outcome in ("yes", "no")]
    if not found:
        return None
    return measure_reliability(
        np.asarray([item.probability for item in found]),
        np.asarray([item.outcome == "yes" for item in found]),
        1.0 / np.asarray([item.propensity for item in found]),
    )


def _list_changes(before: Fusion, after: Fusion) -> tuple[AuditChange, ...]:
    parts = [AuditChange("shift", before.shift, after.shift), AuditChange("slope", before.slope, after.slope)]
    parts += [AuditChange(kind, before.factors.get(kind, 1.0), after.factors.get(kind, 1.0)) for kind in EVIDENCE_KINDS]
    return tuple(item for item in parts if item.before != item.after)


def _check_answers(store: GraphStore, answers: Sequence[AuditAnswer]) -> None:
    if not answers:
        raise InvalidInput("outcome", "no row has one: write yes, no or unknown into the rows that are answered")
    drawn = {(item.person_id, item.skill_id): item for item in store.ask(AUDITS)}
    switches = {item.id: item.inference for item in store.ask(MEMBERS, person_ids=None)}
    skills = store.list_ids(Skill)
    seen: dict[tuple[str, str], int] = {}
    problems: list[tuple[int, str, str]] = []
    for item in answers:
        pair = (item.person_id, item.skill_id)
        cell = drawn.get(pair)
        if item.outcome not in OUTCOMES:
            problem = ("outcome", f"{item.outcome!r} is not yes, no or unknown")
        elif item.person_id not in switches:
            problem = ("person_id", f"no person has the id {item.person_id!r}")
        elif item.skill_id not in skills:
            problem = ("skill_id", f"no skill has the id {item.skill_id!r}")
        elif switches[item.person_id] != "on":
            problem = ("person_id", f"inference is switched off for {item.person_id!r} since; leave the row out")
        elif cell is None:
            problem = ("skill_id", f"the pair of {item.person_id!r} and {item.skill_id!r} was not drawn")
        elif cell.outcome is not None:
            problem = ("outcome", f"recorded as {cell.outcome} on {cell.recorded_on} already; leave the row out")
        elif pair in seen:
            problem = ("outcome", f"line {seen[pair]} answers for the same pair")
        else:
            seen[pair] = item.line
            continue
        problems.append((item.line, problem[0], problem[1]))
    if problems:
        lines = [f"  line {line}, {field}: {text}" for line, field, text in problems[:SHOWN]]
        if (more := len(problems) - SHOWN) > 0:
            lines.append(f"  … and {more} more")
        count = f"{len(problems)} row{'s' if len(problems) > 1 else ''} cannot be used"
        raise InvalidInput(problems[0][1], f"nothing was recorded, because {count}:\n" + "\n".join(lines))
