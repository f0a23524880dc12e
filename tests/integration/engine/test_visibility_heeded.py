"""Whoever says that others shall not see something, every answer leaves out the same: on a real Neo4j."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from api.output import dump_result
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import AggregateSettings, EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import SkillwayError
from graph_schema.store import GraphStore
from tests.integration.engine import test_landscapes as landscapes
from tests.integration.engine import test_live as live
from tests.integration.engine.access_company import MIA, PROGRAM, found_company
from tests.integration.engine.company import TODAY, Company

Ask = Callable[[Engine], object]

DAY = TODAY - timedelta(days=30)
LISTS: dict[str, Ask] = {
    "pool": lambda engine: engine.pool("python-analyst", top=50, at_least=0.0),
    "explained pool": lambda engine: engine.pool("python-analyst", top=50, at_least=0.0, explain=True),
    "promised_pool": lambda engine: engine.promised_pool(skills=["statistics"], precision=0.3),
    "verify_next": lambda engine: engine.verify_next(skills=["statistics"], precision=0.3, count=20),
    "priced_pool": lambda engine: engine.priced_pool("python-analyst", top=50, at_least=0.0),
    "anyone": lambda engine: engine.anyone("python-analyst", top=50),
    "unlocks": lambda engine: engine.unlocks("sql-course"),
    "mentors of SQL": lambda engine: engine.mentors("mia", "sql", level=1.0),
    "mentors of statistics": lambda engine: engine.mentors("mia", "statistics", level=1.0),
}
OF_ONE: dict[str, Ask] = {
    "profile": lambda engine: engine.profile("ana", explain=True),
    "profile of before": lambda engine: engine.profile("ana", as_of=DAY),
    "gap": lambda engine: engine.gap("ana", "python-analyst"),
    "gap of before": lambda engine: engine.gap("ana", "python-analyst", as_of=DAY),
    "SQL explained": lambda engine: engine.explain("ana", "sql"),
    "statistics explained": lambda engine: engine.explain("ana", "statistics"),
    "bridge": lambda engine: engine.bridge("ana", "python-analyst"),
    "roles": lambda engine: engine.roles("ana"),
    "courses": lambda engine: engine.courses("ana"),
}
TELLING = {"listed": {"profile", "gap", "pool", "SQL explained"}, "hidden": {"profile", "gap", "pool", "promised_pool"}}
"""Answers in which something is missing once it is kept from others."""


def set_apart(company: Company, person: str) -> Company:
    """Give a team of their own to a person, and one to everybody else."""
    people = [node.id for node in company.nodes if isinstance(node, n.Person)]
    company.team("alone")
    company.team("rest")
    company.relationships += [r.MemberOf(start_id=id_, end_id="alone" if id_ == person else "rest") for id_ in people]
    return company


def tell(engine: Engine, ask: Ask) -> str:
    try:
        answer = ask(engine)
    except SkillwayError as error:
        return f"{type(error).__name__}: {error}"
    return json.dumps(json.loads(dump_result(answer)), sort_keys=True)


def tell_all(engine: Engine) -> dict[str, str]:
    manager, program = engine.as_caller(MIA), engine.as_caller(PROGRAM)
    told = {name: tell(manager, ask) for name, ask in (LISTS | OF_ONE).items()}
    # Lists leave out the same for whoever sees everybody.
    told["pool of the operator"] = tell(engine, LISTS["pool"])
    return told | {f"{name} of a program": tell(program, OF_ONE[name]) for name in ("profile", "gap")}


def hide_by_each(engine: Engine, person: str, skills: str, tell_now: Callable[[], object]) -> dict[str, object]:
    """Keep one person's skills from others by each who can, one after the other; returns what is told meanwhile."""
    told = {"nobody": tell_now()}
    engine.switch_team_visibility("alone", skills, False)
    told["team"] = tell_now()
    engine.switch_team_visibility("alone", skills, None)
    engine.switch_team_visibility("rest", skills, True)
    engine.switch_organisation_visibility(skills, False)
    told["organisation"] = tell_now()
    engine.switch_organisation_visibility(skills, None)
    engine.hide_skills(person, skills)
    told["person"] = tell_now()
    engine.show_skills(person, skills)
    engine.switch_team_visibility("alone", skills, False)
    engine.switch_organisation_visibility(skills, False)
    told["nobody, for the person shows it"] = tell_now()
    return told


@pytest.mark.parametrize("skills", ["listed", "hidden"])
def test_every_answer_leaves_out_the_same_whoever_says_so(store: GraphStore, skills: str) -> None:
    company = set_apart(found_company(), "ana")
    company.nodes = [
        n.Person(id=node.id, name=node.name, function=node.function, region=node.region, mentor_hours=10.0)
        if isinstance(node, n.Person) and node.id == "ana"
        else node
        for node in company.nodes
    ]
    company.write(store)
    engine = Engine(store, EngineSettings(inference=InferenceSettings(updates=30)), clock=lambda: TODAY, actor="tester")
    engine.infer()

    told = hide_by_each(engine, "ana", skills, lambda: tell_all(engine))

    assert told["team"] == told["organisation"] == told["person"]
    assert told["nobody"] == told["nobody, for the person shows it"]
    whole, kept = told["nobody"], told["team"]
    assert isinstance(whole, dict)
    assert isinstance(kept, dict)
    changed = {name for name, answer in whole.items() if kept[name] != answer}
    assert TELLING[skills] | {"pool of the operator", "profile of a program", "gap of a program"} <= changed
    mentors = {"listed": "mentors of SQL", "hidden": "mentors of statistics"}
    assert mentors[skills] in changed
    assert mentors["hidden" if skills == "listed" else "listed"] not in changed
    # What is kept from others is theirs to see, with whose word that is.
    engine.switch_team_visibility("alone", skills, True)
    engine.hide_skills("ana", skills)
    own = engine.export_person("ana")
    assert {(item.skills, item.visible, item.by) for item in own.visibility} == {
        (skills, False, "person"), ("hidden" if skills == "listed" else "listed", True, "nobody"),
    }  # fmt: skip
    assert {item.skill.id for item in own.beliefs} >= {"sql", "statistics"}


@pytest.mark.parametrize("skills", ["listed", "hidden"])
def test_landscapes_count_nobody_by_what_is_kept_from_others(store: GraphStore, skills: str) -> None:
    person = {"listed": "data00", "hidden": "data06"}[skills]
    set_apart(landscapes.found_company(), person).write(store)
    settings = EngineSettings(aggregates=AggregateSettings(least=3))
    engine = Engine(store, settings, clock=lambda: TODAY, actor="tester")

    def tell_now() -> object:
        of_all = engine.skill_landscape(), engine.skill_landscape(skills=["sql"])
        return [landscapes.say_skills(found) for found in of_all], landscapes.say_role(engine.role_landscape("analyst"))

    told = hide_by_each(engine, person, skills, tell_now)

    assert told["team"] == told["organisation"] == told["person"] != told["nobody"]
    assert told["nobody"] == told["nobody, for the person shows it"]


def test_who_watches_others_is_told_of_them_once_it_may_be_told(store: GraphStore) -> None:
    engine = live.infer(store, live.company())
    engine.switch_organisation_visibility("listed", False)
    engine.watch_pool("kim", "analyst")
    engine.evaluate_changes()
    assert live.told(engine, "kim") == []

    engine.switch_team_visibility("writers", "listed", True)
    engine.evaluate_changes()
    assert live.told(engine, "kim") == [live.NEAR.replace("You are", "Ana is").replace("takes you", "takes them")]
    # To herself Ana was near all the time.
    engine.switch_team_visibility("writers", "listed", False)
    engine.watch_role("ana", "analyst")
    assert live.told(engine, "ana") == [live.NEAR]
