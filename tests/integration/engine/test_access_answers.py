"""What is in the answers: nobody and nothing in them that who asks may not see, and nothing missing that they may."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from api.output import dump_result
from engine.access.callers import Caller
from engine.match_results import PricedPool
from engine.results import Pool
from engine.service import Engine
from engine.settings import EngineSettings, EventSettings
from graph_schema import nodes as n
from graph_schema.errors import Forbidden, NotFound
from graph_schema.queries import list_queries
from graph_schema.relationships import RELATIONSHIPS
from graph_schema.schema import describe_relationship
from graph_schema.sight import SEEN
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest
from tests.integration.engine.access_company import (
    ADMIN,
    ADMIN_WITH_REASON,
    ANA,
    AUDITOR,
    CALLERS,
    MAY_SEE,
    MIA,
    OF_DATA,
    OF_NORTH,
    PEOPLE,
    PROGRAM,
    PROGRAM_OF_DATA,
    open_company,
)
from tests.integration.engine.company import TODAY

BY_RIGHT = frozenset({"held_person", "personal_counts", "erase_person"})
"""What a person may have told and erased of themselves, protected attributes too."""
LISTS: dict[str, Callable[[Engine], object]] = {
    "pool": lambda engine: engine.pool("python-analyst", top=50, at_least=0.0),
    "promised_pool": lambda engine: engine.promised_pool(skills=["statistics"], precision=0.3),
    "verify_next": lambda engine: engine.verify_next(skills=["statistics"], precision=0.3, count=20),
    "priced_pool": lambda engine: engine.priced_pool("python-analyst", top=50, at_least=0.0),
    "anyone": lambda engine: engine.anyone("python-analyst", top=50),
    "unlocks": lambda engine: engine.unlocks("sql-course"),
}


@pytest.fixture(scope="module")
def engine(graph: GraphUnderTest) -> Engine:
    graph.wipe()
    graph.holds = "the company of the access tests"
    return open_company(graph.store)


def tell(answer: object) -> str:
    return dump_result(answer).decode()


def read_refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(Forbidden) as refused:
        ask()
    return str(refused.value)


def name_people(text: str) -> set[str]:
    """Find who is named, by id or by name; the others of the company are all called analyst or writer."""
    named = {name for name in PEOPLE if f'"{name}"' in text or f"{name.title()} Surname" in text}
    return named | {"others"} if "nalyst0" in text or "riter0" in text else named


@pytest.mark.parametrize("caller", ["ana", "mia", "of-data", "of-north", "program", "program-of-data"])
@pytest.mark.parametrize("operation", LISTS)
def test_lists_hold_only_whom_the_caller_sees_and_count_nobody_else(
    engine: Engine, caller: str, operation: str
) -> None:
    bound = engine.as_caller(CALLERS[caller])
    if caller == "ana" and operation != "unlocks":
        with pytest.raises(Forbidden):
            LISTS[operation](bound)
        return
    answer = LISTS[operation](bound)
    if isinstance(answer, Pool):
        # Who speaks for the caller is theirs to know, in their own entry.
        others = tuple(entry for entry in answer.entries if entry.person.id != CALLERS[caller].person_id)
        answer = replace(answer, entries=others)
    if isinstance(answer, PricedPool):
        people = tuple(item for item in answer.people if item.entry.person.id != CALLERS[caller].person_id)
        answer = replace(answer, people=people)
    allowed = MAY_SEE[caller] | ({"others"} if caller == "program" else set())
    assert name_people(tell(answer)) <= allowed
    considered = getattr(answer, "considered", 0)
    if caller != "program":
        assert considered <= len(allowed)


def test_a_list_cut_short_is_cut_after_those_who_may_not_be_seen_are_gone(engine: Engine) -> None:
    everybody = engine.pool("python-analyst", top=50, at_least=0.0)
    first = [entry.person.id for entry in everybody.entries if entry.person.id in MAY_SEE["mia"]]
    pool = engine.as_caller(MIA).pool("python-analyst", top=2, at_least=0.0)
    assert [entry.person.id for entry in pool.entries] == first[:2]
    assert pool.found == len(first) >= 3
    assert pool.considered == len(MAY_SEE["mia"])


@pytest.mark.parametrize("caller", [MIA, PROGRAM, ADMIN_WITH_REASON], ids=lambda caller: caller.role)
def test_what_people_keep_from_others_is_told_to_them_alone(engine: Engine, caller: Caller) -> None:
    bound, whole = engine.as_caller(caller), engine.profile("eve")
    assert [item.skill.id for item in whole.listed] == ["sql"]
    assert engine.profile("fay").hidden
    assert bound.profile("eve").listed == ()
    assert bound.profile("eve").hidden == whole.hidden
    assert bound.profile("fay").hidden == ()
    assert bound.profile("fay").listed == engine.profile("fay").listed
    eve = Caller(name="eve", role="employee", person_id="eve")
    assert engine.as_caller(eve).profile("eve") == whole
    states = {item.skill.id: (item.state, item.probability) for item in bound.gap("eve", "python-analyst").requirements}
    assert states["sql"] == ("unknown", None)
    own = {item.skill.id: item.state for item in engine.as_caller(eve).gap("eve", "python-analyst").requirements}
    assert own["sql"] == "met"
    # A bridge starts from what is seen, so it buys again what is kept from others.
    assert (
        bound.bridge("eve", "python-analyst").readiness_before < engine.bridge("eve", "python-analyst").readiness_before
    )


def test_a_skill_that_is_kept_reads_as_one_that_nobody_believes(engine: Engine) -> None:
    bound = engine.as_caller(MIA)
    refused = {
        skill: read_refusal(partial(bound.explain, "eve", skill)).replace(label, "X")
        for skill, label in (("sql", "Sql"), ("editing", "Editing"))
    }
    assert refused["sql"] == refused["editing"]


def test_an_explanation_names_no_skill_and_nobody_that_may_not_be_seen(engine: Engine) -> None:
    whole, told = engine.explain("eve", "statistics"), engine.as_caller(MIA).explain("eve", "statistics")
    assert "sql" in {term.skill_id for term in whole.terms}
    assert {"cleo", "dan"} & name_people(tell(whole))
    assert "Sql" not in tell(told)
    assert "sql" not in {term.skill_id for term in told.terms}
    assert name_people(tell(told)) == {"eve"}
    assert "cleo" not in tell(told)
    assert (told.probability, told.logit) == (whole.probability, whole.logit)
    assert sum(term.logit for term in told.terms) == pytest.approx(told.logit, abs=1e-9)
    assert "withheld" in {term.kind for term in told.terms}


@pytest.mark.parametrize(
    "caller", [None, MIA, PROGRAM, OF_NORTH], ids=lambda caller: caller.name if caller else "operator"
)
def test_all_terms_at_once_are_those_of_each_explanation(engine: Engine, caller: Caller | None) -> None:
    bound = engine if caller is None else engine.as_caller(caller)
    pool = bound.pool("python-analyst", top=50, at_least=0.0, explain=True)
    told = {(entry.person.id, item.skill.id): item.terms for entry in pool.entries for item in entry.skills}
    for person in ("mia", "ana"):
        told |= {(person, item.skill.id): item.terms for item in bound.profile(person, explain=True).hidden}
        gap = bound.gap(person, "python-analyst", explain=True)
        told |= {(person, item.skill.id): item.terms for item in gap.requirements}
    explained = {pair: terms for pair, terms in told.items() if terms is not None}
    assert {("ana", "statistics"), ("mia", "statistics")} <= explained.keys()
    assert ("ana", "sql") not in explained, "it is listed"
    for (person, skill), terms in explained.items():
        assert terms == bound.explain(person, skill).terms, (person, skill)
    assert all(item.terms is None for item in bound.profile("ana").hidden)
    assert all(item.terms is None for entry in bound.pool("python-analyst").entries for item in entry.skills)


def test_nobody_is_told_apart_by_being_refused(engine: Engine) -> None:
    for caller in (ANA, MIA, OF_DATA, OF_NORTH, PROGRAM_OF_DATA):
        bound = engine.as_caller(caller)
        words = {
            read_refusal(partial(bound.profile, name))
            for name in ("dan", "Dan Surname", "dan@company.example", "nobody at all", "analyst00", "' OR true //")
        }
        assert len(words) == 1


def test_a_name_that_several_have_is_the_one_whom_the_caller_sees(engine: Engine, graph: GraphUnderTest) -> None:
    assert name_people(tell(engine.as_caller(MIA).profile("Ana Surname"))) == {"ana", "mia"}
    assert engine.as_caller(OF_NORTH).profile("ana").manager == "Mia Surname"
    # Whom somebody reports to is not named where they are not seen.
    fay = Caller(name="key:east", role="talent_partner", regions=("East",))
    assert engine.as_caller(fay).profile("fay").manager is None


def test_an_admin_leaves_a_record_before_reading_and_reads_nothing_without_a_reason(engine: Engine) -> None:
    before = engine.list_decisions(operation="admin_read").records
    with pytest.raises(Forbidden, match="reason"):
        engine.as_caller(ADMIN).profile("ana")
    assert engine.list_decisions(operation="admin_read").records == before
    bound = engine.as_caller(replace(ADMIN_WITH_REASON, reason="complaint 17 of Ana Surname"))
    bound.profile("ana")
    with pytest.raises(NotFound):
        bound.profile("nobody at all")
    unknown, read = engine.list_decisions(operation="admin_read", top=2).records
    assert (read.asked_by, [item.person.id for item in read.people]) == ("key:admin", ["ana"])
    assert json.loads(read.question)["reason"] == "complaint 17 of [the person]"
    assert "nobody at all" not in unknown.question
    assert "Ana" not in unknown.question


def test_the_log_is_read_under_pseudonyms(engine: Engine) -> None:
    engine.as_caller(MIA).pool("python-analyst", at_least=0.0)
    mine = engine.list_decisions(operation="pool", top=1).records[0]
    assert mine.asked_by.startswith("pseudonym:")
    assert {"mia", "ana"} <= {item.person.id for item in mine.people}
    for caller in (AUDITOR, ADMIN, PROGRAM):
        bound = engine.as_caller(caller)
        page = bound.list_decisions(top=100)
        assert page.records
        assert all(record.people == () for record in page.records)
        assert name_people(tell(page)) <= {"others"}
        with pytest.raises(Forbidden):
            bound.list_decisions(person="ana")
    assert engine.as_caller(AUDITOR).verify_decisions().holds
    engine.as_caller(PROGRAM).pool("python-analyst", at_least=0.0)
    assert engine.list_decisions(operation="pool", top=1).records[0].asked_by == "key:all"


def test_what_a_human_decided_is_said_of_what_they_asked_alone(engine: Engine) -> None:
    engine.as_caller(MIA).pool("python-analyst", at_least=0.0)
    mine = engine.list_decisions(operation="pool", top=1).records[0].id
    said = [
        read_refusal(partial(engine.as_caller(caller).record_outcome, id_, "accepted"))
        for caller, id_ in ((OF_DATA, mine), (OF_DATA, "decision:none"), (PROGRAM, mine))
    ]
    assert len(set(said)) == 1
    told = engine.as_caller(MIA).record_outcome(mine, "accepted", reason="Ana Surname it is")
    assert {item.person.id for item in told.people} <= MAY_SEE["mia"]


def test_a_program_that_tells_evidence_reads_nothing_by_it(engine: Engine) -> None:
    teller = Caller(name="key:lms", role="integration", scopes=frozenset({"evidence:write"}))
    told = engine.as_caller(teller).record_evidence("dan", "python", "course_completion")
    assert (told.before, told.after, told.hidden, told.changed, told.bridges) == (None, None, (), 0, ())
    reader = replace(teller, scopes=frozenset({"evidence:write", "people:read"}))
    for person in ("eve", "fay"):
        change = engine.as_caller(reader).record_evidence(person, "python", "course_completion")
        seen = {item.skill.id for item in engine.as_caller(PROGRAM).profile(person).hidden}
        assert {item.skill.id for item in change.hidden} <= seen
        assert (change.after is None) is (person == "fay")
        engine.withdraw_evidence(change.evidence_id)
    engine.withdraw_evidence(told.evidence_id)


# --- protected attributes ---------------------------------------------------------------------------------------------


def test_a_program_keeps_its_own_subscriptions_and_knows_of_no_other(graph: GraphUnderTest, tmp_path: Path) -> None:
    settings = EngineSettings(events=EventSettings(key_file=tmp_path / "keys"))
    engine = Engine(graph.store, settings, clock=lambda: TODAY, actor="operator")
    theirs, other = (
        engine.as_caller(replace(PROGRAM, name=name)) for name in ("key:first:a", "key:second:b")
    )  # fmt: skip
    made = theirs.create_subscription("https://example.org/hook").subscription.id
    assert [state.id for state in theirs.list_subscriptions().subscriptions] == [made]
    assert other.list_subscriptions().subscriptions == ()
    refused: list[Callable[[Engine], object]] = [
        lambda asked: asked.rotate_subscription_secret(made),
        lambda asked: asked.list_dead_letters(made),
        lambda asked: asked.replay_dead_letters(made),
        lambda asked: asked.ping_subscription(made, lambda *_: pytest.fail("nothing is sent")),
        lambda asked: asked.delete_subscription(made),
    ]
    for ask in refused:
        with pytest.raises(NotFound, match="subscription"):
            ask(other)
    admin = engine.as_caller(ADMIN)
    assert made in [state.id for state in admin.list_subscriptions().subscriptions]
    assert theirs.rotate_subscription_secret(made).secret
    admin.delete_subscription(made)


def test_no_relationship_leads_to_protected_attributes() -> None:
    ends = {end for item in map(describe_relationship, RELATIONSHIPS) for end in (item.start, item.end)}
    assert "ProtectedAttributes" not in ends


def test_no_query_reaches_protected_attributes_but_those_of_a_persons_rights(engine: Engine) -> None:
    store: GraphStore = engine.store
    reaching: set[str] = set()
    for name, query in list_queries().items():
        sent = store._send(name, f"EXPLAIN {query.text}", {}, write=query.access == "write")
        plan = json.dumps(sent.summary.plan, default=str)
        # A label is scanned or sought by its name; what has none is reached by scanning every node alone.
        assert "AllNodesScan" not in plan, name
        if "ProtectedAttributes" in plan or "protected:" in query.text:
            reaching.add(name)
    assert reaching == BY_RIGHT


def test_answers_are_the_same_whatever_the_protected_attributes_say(engine: Engine) -> None:

    before = {
        name: tell(ask(engine)) for name, ask in LISTS.items() if name in ("pool", "promised_pool", "verify_next")
    }
    everybody = [n.ProtectedAttributes(id=f"protected:{name}", age_band="60+", sex="y") for name in PEOPLE]
    engine.store.write_nodes(everybody, "company")
    assert engine.infer().updated == 0
    assert before == {name: tell(LISTS[name](engine)) for name in before}


def test_every_list_of_people_says_whom_it_shows() -> None:
    queries = list_queries()
    shown = {name for name, query in queries.items() if SEEN in query.text}
    assert {"candidates_with_skills", "find_seen_people", "known", "names_seen"} <= shown
