"""The Engine on a small company in a real Neo4j: what is believed, why, who fits, and the bridge."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from engine.bridge_wishes import BridgeWishes
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema.errors import AmbiguousName, InvalidInput, NotFound, NotInferred
from graph_schema.query import Query
from graph_schema.relationships import HasSkill
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, TODAY, Company, analysts_and_writers


@dataclass(frozen=True)
class Belief:
    person: str
    skill: str
    probability: float
    level: float | None
    listed: bool
    verified: bool


BELIEFS = Query(
    name="all_beliefs",
    row=Belief,
    text="""
    MATCH (p:Person)-[has:HAS_SKILL]->(s:Skill)
    RETURN p.id AS person, s.id AS skill, has.probability AS probability, has.level AS level,
           has.listed AS listed, has.verified AS verified
    ORDER BY person, skill
    """,
)

DECISIONS = Query(
    name="all_decisions",
    row=dict,
    text="""
    MATCH (d:Decision)
    RETURN d.operation AS operation, d.asked_by AS asked_by, d.question AS question, d.answer AS answer
    ORDER BY d.asked_at
    """,
)


def open_engine(store: GraphStore) -> Engine:
    # Fewer steps than usual are enough for forty people, and keep the suite quick.
    settings = EngineSettings(inference=InferenceSettings(updates=200))
    return Engine(store, settings, clock=lambda: TODAY, actor="tester")


def infer(store: GraphStore, company: Company) -> Engine:
    company.write(store)
    engine = open_engine(store)
    engine.infer()
    return engine


def believe(store: GraphStore, person: str) -> dict[str, Belief]:
    return {item.skill: item for item in store.ask(BELIEFS) if item.person == person}


def test_a_skill_shown_in_work_and_never_listed_is_found(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    profile = engine.profile("Ana")

    assert {item.skill.id for item in profile.hidden} >= {"sql", "statistics"}
    assert all(item.verified for item in profile.hidden if item.skill.id == "sql")
    assert [item.skill.id for item in profile.listed] == ["copywriting"]


def test_inferring_twice_changes_nothing(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    before = store.ask(BELIEFS)

    again = engine.infer()

    assert (again.created, again.updated, again.removed) == (0, 0, 0)
    assert again.unchanged == len(before) == len(store.ask(BELIEFS))


def test_every_belief_is_explained_to_the_same_number(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    for belief in store.ask(BELIEFS):
        why = engine.explain(belief.person, belief.skill)
        assert why.probability == pytest.approx(belief.probability, abs=1e-9)
        assert sum(term.logit for term in why.terms) == pytest.approx(why.logit, abs=1e-9)
        assert why.level == pytest.approx(belief.level, abs=1e-9)


def test_an_endorsement_lifts_and_says_who_gave_it(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    why = engine.explain("Ana", "sql")
    endorsement = next(term for term in why.terms if term.kind == "endorsement")

    assert endorsement.logit > 0
    assert "Analyst00" in endorsement.text
    assert endorsement.counterfactual < why.probability


def test_state_after_erasing_is_the_state_that_never_had_the_person(store: GraphStore) -> None:
    infer(store, analysts_and_writers())
    store.delete_nodes(n.Evidence, SOURCE, [id for id in store.list_ids(n.Evidence) if id.startswith("evidence:ana:")])
    store.delete_nodes(n.Person, SOURCE, ["ana"])
    open_engine(store).infer()
    erased = store.ask(BELIEFS)

    store.delete_nodes(n.Evidence, SOURCE, list(store.list_ids(n.Evidence)))
    store.delete_nodes(n.Person, SOURCE, list(store.list_ids(n.Person)))
    infer(store, analysts_and_writers(extra=False))

    assert erased == store.ask(BELIEFS)


def test_withdrawn_evidence_counts_as_if_it_had_never_been(store: GraphStore) -> None:
    with_withdrawn = analysts_and_writers()
    with_withdrawn.person("bo").lists("editing").shows("python", "attestation", status="withdrawn")
    infer(store, with_withdrawn)
    first = believe(store, "bo")

    store.delete_nodes(n.Evidence, SOURCE, ["evidence:bo:python:attestation"])
    run = open_engine(store).infer()

    assert believe(store, "bo") == first
    assert (run.created, run.updated, run.removed) == (0, 0, 0)


@pytest.mark.parametrize("switch", ["person", "team", "tenant"])
def test_a_hard_switch_removes_what_was_believed(store: GraphStore, switch: str) -> None:
    engine = infer(store, analysts_and_writers())
    assert believe(store, "ana")

    _switch(store, switch, "hard_off")
    engine.infer()

    assert not believe(store, "ana")
    profile = engine.profile("ana")
    assert profile.inference == "hard_off"
    assert profile.hidden == ()
    # What she lists herself is not inferred, and stays hers.
    assert [(item.skill.id, item.probability) for item in profile.listed] == [("copywriting", None)]
    with pytest.raises(InvalidInput, match="switched off"):
        engine.explain("ana", "sql")
    assert bool(believe(store, "analyst00")) == (switch != "tenant")


@pytest.mark.parametrize("switch", ["person", "team"])
def test_a_soft_switch_keeps_what_was_believed_and_makes_nothing_new(store: GraphStore, switch: str) -> None:
    engine = infer(store, analysts_and_writers())
    before = believe(store, "ana")

    _switch(store, switch, "soft_off")
    news = Company()
    news.nodes.append(n.Person(id="analyst00", name="Analyst00"))
    Company.person(news, "analyst00").shows("editing", "attestation")
    news.write(store)
    engine.infer()

    assert believe(store, "ana") == before
    for skill, belief in before.items():
        assert engine.explain("ana", skill).probability == pytest.approx(belief.probability, abs=1e-9)


def _switch(store: GraphStore, what: str, to: n.InferenceSwitch) -> None:
    changed: n.Node = {
        "person": n.Person(id="ana", name="Ana", inference=to),
        "team": n.Team(id="writers", name="Writers", inference=to),
        "tenant": n.Tenant(name="Small Company", inference=to),
    }[what]
    store.write_nodes([changed], SOURCE)


def test_the_pool_leaves_out_who_holds_the_role_and_gives_reasons(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    pool = engine.pool("Analyst", at_least=0.5)

    assert [entry.person.id for entry in pool.entries] == ["ana"]
    entry = pool.entries[0]
    assert entry.readiness == pytest.approx(2 / 3)
    assert entry.readiness_listed == 0
    assert [item.id for item in entry.missing] == ["quality"]
    assert all(item.reasons for item in entry.skills if not item.listed)


def test_who_hides_inferred_skills_is_not_found_by_them(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers(hidden_visible=False))

    assert engine.pool("Analyst", at_least=0.1).entries == ()
    assert engine.profile("ana").hidden


def test_the_gap_says_what_stands_against_each_requirement(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.role("lead", {"sql": 5.0, "copywriting": 2.0, "quality": 1.0}, verified=("copywriting",))
    engine = infer(store, company)

    states = {item.skill.id: item.state for item in engine.gap("Ana", "Lead").requirements}

    assert states["sql"] == "level"
    assert states["copywriting"] == "unverified"
    assert states["quality"] in ("unknown", "improbable")


def test_course_then_gig_then_role_is_the_cheapest_bridge(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    bridge = engine.bridge("Ana", "Analyst", wishes=BridgeWishes(money_per_hour=30, hours_per_week=10))

    assert bridge.status == "optimal"
    assert [step.id for step in bridge.steps] == ["quality-course", "clean-up-gig"]
    assert (bridge.money, bridge.hours, bridge.price, bridge.lower_bound) == (100, 30, 1000, 1000)
    assert (bridge.readiness_before, bridge.readiness_after) == (pytest.approx(2 / 3), 1)
    assert bridge.weeks == 3


def test_without_the_gig_the_bootcamp_remains(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    bridge = engine.bridge("Ana", "Analyst", wishes=BridgeWishes(money_per_hour=30, exclude=("Clean Up Gig",)))

    assert [step.id for step in bridge.steps] == ["quality-bootcamp"]


def test_a_requirement_nobody_teaches_is_named(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.skills("telepathy")
    company.role("oracle", {"sql": 2.0, "telepathy": 1.0})
    engine = infer(store, company)

    bridge = engine.bridge("Ana", "Oracle")

    assert bridge.status == "infeasible"
    assert len(bridge.missing) == 1
    assert "Telepathy" in bridge.missing[0]
    assert bridge.readiness_after == 0.5


@pytest.mark.parametrize(
    ("wish", "field"),
    [({"hours_per_week": 0.0}, "hours_per_week"), ({"money_per_hour": float("nan")}, "money_per_hour")],
)
def test_wishes_that_make_no_sense_name_their_field(store: GraphStore, wish: dict[str, Any], field: str) -> None:
    engine = infer(store, analysts_and_writers())

    with pytest.raises(InvalidInput) as caught:
        engine.bridge("Ana", "Analyst", wishes=BridgeWishes(**wish))

    assert caught.value.field == field


def test_a_course_unlocks_the_gig_for_those_who_can_take_it(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    unlocks = engine.unlocks("Quality Course")

    opened = {item.project.id: [person.id for person in item.people] for item in unlocks.projects}
    assert "ana" in opened["clean-up-gig"]
    assert not any(person.startswith("writer") for person in opened["clean-up-gig"])


def test_a_course_that_takes_someone_over_the_threshold_says_so(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    role = next(item for item in engine.unlocks("quality-bootcamp").roles if item.role.id == "analyst")

    assert [(item.person.id, round(item.readiness_before, 2), item.readiness_after) for item in role.people] == [
        ("ana", 0.67, 1.0)
    ]


def test_a_level_that_did_not_count_before_does_not_count_after_a_course(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("bo").lists("sql").shows("quality", "self_report", 5.0).shows("quality", "rejection", None)
    company.role("keeper", {"quality": 3.0})
    engine = infer(store, company)
    assert believe(store, "bo")["quality"].probability < 0.5

    role = next(item for item in engine.unlocks("quality-course").roles if item.role.id == "keeper")

    assert "bo" not in [item.person.id for item in role.people]


def test_a_role_without_requirements_has_no_pool(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.role("anything", {})
    engine = infer(store, company)

    with pytest.raises(InvalidInput, match="no requirements"):
        engine.pool("Anything")


def test_an_endorsement_outlives_its_skill(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.skills("forgotten")
    company.person("cy").lists("sql").endorsed("forgotten", by="analyst00")
    engine = infer(store, company)
    store.delete_nodes(n.Skill, SOURCE, ["forgotten"])

    assert engine.infer().people == 42


def test_reasons_do_not_name_what_somebody_keeps_to_themselves(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers(listed_visible=False))

    entry = next(item for item in engine.pool("Analyst", at_least=0.1).entries if item.person.id == "ana")

    assert entry.skills
    assert not any("people who show" in reason for skill in entry.skills for reason in skill.reasons)


def test_every_ranked_list_and_recommendation_leaves_a_record(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    engine.pool("Analyst")
    engine.bridge("Ana", "Analyst")

    records = store.ask(DECISIONS)
    assert [item["operation"] for item in records] == ["pool", "bridge"]
    assert {item["asked_by"] for item in records} == {"tester"}
    assert json.loads(records[1]["answer"]) == ["quality-course", "clean-up-gig"]


def test_names_are_found_in_any_case_and_the_ambiguous_lists_its_candidates(store: GraphStore) -> None:
    company = analysts_and_writers()
    company.person("ana2", name="Ana", title="Editor").lists("editing")
    engine = infer(store, company)

    assert engine.profile("ANALYST00").person.id == "analyst00"
    with pytest.raises(AmbiguousName) as caught:
        engine.profile("Ana")
    assert caught.value.candidates == (("ana", "Ana"), ("ana2", "Ana, Editor"))
    assert engine.profile("ana2").person.name == "Ana"


def test_an_unknown_name_offers_the_nearest(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())

    with pytest.raises(NotFound, match="did you mean Analyst"):
        engine.gap("analyst00", "analyst (junior)")
    with pytest.raises(NotFound):
        engine.profile('")) OR *:*')


def test_asking_before_inferring_says_what_to_do(store: GraphStore) -> None:
    analysts_and_writers().write(store)
    engine = open_engine(store)

    with pytest.raises(NotInferred, match="skillway infer"):
        engine.pool("Analyst")
    assert engine.profile("Ana").model is None


def test_an_empty_graph_cannot_be_inferred(store: GraphStore) -> None:
    with pytest.raises(InvalidInput, match="skillway load"):
        open_engine(store).infer()


def test_beliefs_carry_day_and_model(store: GraphStore) -> None:
    engine = infer(store, analysts_and_writers())
    profile = engine.profile("Ana")

    assert profile.as_of == TODAY
    assert profile.model is not None
    assert profile.model.startswith("model:")
    assert len(store.read_fingerprints(HasSkill, "engine")) == len(store.ask(BELIEFS))
