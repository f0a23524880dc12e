"""What others see by the word of people, teams and the organisation, on a real Neo4j: whose counts, in every write."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.service import Engine
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.graph import Graph
from graph_schema.queries.graph import WrittenCount
from graph_schema.queries.sight import KINDS_SHOWN
from graph_schema.queries.stamps import STAMPS
from graph_schema.queries.visibility import SHOWN_OF_PERSON
from graph_schema.query import Query
from graph_schema.sight import Sight
from graph_schema.store import GraphStore
from tests.integration.engine.company import SOURCE, Company
from tests.integration.engine.test_rights import list_operations, open_engine

WORDS: dict[str, bool | None] = {"show": True, "hide": False, "-": None}
OTHER = {"listed": "hidden", "hidden": "listed"}

# Written by hand: what people say of themselves, what is said for their team, for the organisation; what others see.
TABLE = """
person  team  organisation  seen  by
-       -     -             yes   nobody
-       -     show          yes   organisation
-       -     hide          no    organisation
-       show  -             yes   team
-       show  show          yes   team
-       show  hide          yes   team
-       hide  -             no    team
-       hide  show          no    team
-       hide  hide          no    team
show    -     -             yes   person
show    -     show          yes   person
show    -     hide          yes   person
show    show  -             yes   person
show    show  show          yes   person
show    show  hide          yes   person
show    hide  -             yes   person
show    hide  show          yes   person
show    hide  hide          yes   person
hide    -     -             no    person
hide    -     show          no    person
hide    -     hide          no    person
hide    show  -             no    person
hide    show  show          no    person
hide    show  hide          no    person
hide    hide  -             no    person
hide    hide  show          no    person
hide    hide  hide          no    person
data    -     -             no    data_set
data    -     show          no    data_set
data    -     hide          no    data_set
data    show  -             no    data_set
data    show  show          no    data_set
data    show  hide          no    data_set
data    hide  -             no    data_set
data    hide  show          no    data_set
data    hide  hide          no    data_set
"""
ROWS = [tuple(line.split()) for line in TABLE.strip().splitlines()[1:]]


def seen(store: GraphStore, person: str) -> dict[str, bool]:
    """Say what somebody who sees everybody is shown of a person."""
    [row] = store.seen_by(Sight(everybody=True)).ask(KINDS_SHOWN, person_id=person)
    return {"listed": row.listed, "hidden": row.others}


def said_by(store: GraphStore, person: str) -> dict[str, tuple[bool, str]]:
    [row] = store.ask(SHOWN_OF_PERSON, person_id=person)
    return {"listed": (row.listed, row.listed_by), "hidden": (row.hidden, row.hidden_by)}


def small_company() -> Company:
    company = Company()
    company.tenant()
    for team in ("red", "blue"):
        company.team(team)
        company.person(f"of-{team}", team=team)
    company.person("loose")
    return company


@pytest.fixture
def engine(store: GraphStore) -> Engine:
    small_company().write(store)
    return open_engine(store)


@pytest.mark.parametrize("skills", ["listed", "hidden"])
def test_the_nearest_word_counts_for_each_kind_of_skills(store: GraphStore, skills: str) -> None:
    assert len(set(ROWS)) == 4 * 3 * 3
    company = Company()
    company.tenant()
    people = [(own, team) for own in (*WORDS, "data") for team in WORDS]
    for team in WORDS:
        company.team(f"team {team}")
    for own, team in people:
        company.person(f"{own} {team}", team=f"team {team}", **({f"{skills}_visible": False} if own == "data" else {}))
    company.write(store)
    engine = open_engine(store)
    for team, word in WORDS.items():
        if word is not None:
            engine.switch_team_visibility(f"team {team}", skills, word)
    for own, team in people:
        if own in ("show", "hide"):
            (engine.show_skills if own == "show" else engine.hide_skills)(f"{own} {team}", skills)
    for whole, word in WORDS.items():
        engine.switch_organisation_visibility(skills, word)
        expected = {f"{own} {team}": (answer == "yes", by) for own, team, of_all, answer, by in ROWS if of_all == whole}
        assert {person: said_by(store, person)[skills] for person in expected} == expected
        assert {person: seen(store, person)[skills] for person in expected} == {
            person: shown for person, (shown, _) in expected.items()
        }
        # The other kind is another matter.
        assert all(seen(store, person)[OTHER[skills]] for person in expected)
        assert {said_by(store, person)[OTHER[skills]] for person in expected} == {(True, "nobody")}


def test_of_two_teams_that_differ_the_one_that_hides_counts(store: GraphStore, engine: Engine) -> None:
    store.write_relationships([r.MemberOf(start_id="of-red", end_id="blue")], SOURCE)
    engine.switch_team_visibility("red", "hidden", True)
    assert engine.switch_organisation_visibility("hidden", False).changed == 2
    assert seen(store, "of-red") == {"listed": True, "hidden": True}
    assert engine.switch_team_visibility("blue", "hidden", False).changed == 1
    assert seen(store, "of-red") == {"listed": True, "hidden": False}
    assert engine.switch_team_visibility("blue", "hidden", None).changed == 1
    assert seen(store, "of-red") == {"listed": True, "hidden": True}


def test_switches_are_listed_with_who_says_what_and_leave_a_record_and_events(
    store: GraphStore, engine: Engine
) -> None:
    before = engine.list_switches()
    assert (before.organisation.listed.in_force, before.organisation.listed.by_hand) == (True, None)
    last = engine.read_events(limit=1).newest

    change = engine.switch_team_visibility("Red", "listed", False)

    assert (change.changed, change.switch.team and change.switch.team.id) == (1, "red")
    assert (change.switch.listed.by_data, change.switch.listed.by_hand, change.switch.listed.in_force) == (
        None, False, False,
    )  # fmt: skip
    assert change.switch.listed.switched_at is not None
    assert (change.switch.hidden.by_hand, change.switch.hidden.in_force) == (None, True)
    assert change.switch.in_force == "on"
    store.write_nodes([n.Team(id="blue", name="Blue", listed_visible=True)], SOURCE)
    assert engine.switch_organisation_visibility("listed", False).changed == 1
    listed = engine.list_switches()
    assert listed.organisation.listed.in_force is False
    assert {item.team.id: item.listed.in_force for item in listed.teams if item.team} == {"red": False, "blue": True}
    assert {item.team.id: item.listed.by_data for item in listed.teams if item.team} == {"red": None, "blue": True}
    assert list_operations(engine) == ["switch_organisation_visibility", "switch_team_visibility"]
    told = engine.read_events(after=last).events
    assert [(event.type, event.subject) for event in told] == [
        ("skillway.person.changed", "person:of-red"), ("skillway.person.changed", "person:loose"),
    ]  # fmt: skip
    # Said again it changes nothing, and taken back it was never said.
    assert engine.switch_organisation_visibility("listed", False).changed == 0
    engine.switch_organisation_visibility("listed", None)
    engine.switch_team_visibility("red", "listed", None)
    assert engine.list_switches().organisation == before.organisation
    assert said_by(store, "loose")["listed"] == (True, "nobody")


def test_what_there_is_not_cannot_be_switched(engine: Engine) -> None:
    for switch in (
        lambda: engine.switch_team_visibility("red", "all", False),
        lambda: engine.switch_organisation_visibility("", True),
    ):
        with pytest.raises(InvalidInput) as refused:
            switch()
        assert refused.value.field == "skills"
    with pytest.raises(NotFound, match="Red"):
        engine.switch_team_visibility("re", "listed", False)
    assert engine.list_decisions().records == ()


# --- every write path -------------------------------------------------------------------------------------------------


def test_who_joins_or_leaves_a_team_is_seen_as_its_people_are(store: GraphStore, engine: Engine) -> None:
    engine.switch_team_visibility("red", "listed", False)
    joining = r.MemberOf(start_id="loose", end_id="red")
    store.write_relationships([joining], SOURCE)
    assert seen(store, "loose")["listed"] is False
    store.delete_relationships(r.MemberOf, SOURCE, [("loose", "red")])
    assert seen(store, "loose")["listed"] is True

    engine.write_objects("people", [{"id": "new", "name": "New", "team_id": "red"}])
    assert seen(store, "new")["listed"] is False
    engine.write_objects("people", [{"id": "new", "team_id": "blue"}], mode="patch")
    assert seen(store, "new")["listed"] is True


def test_a_team_that_goes_says_nothing_until_it_is_back(store: GraphStore, engine: Engine) -> None:
    engine.switch_team_visibility("red", "hidden", False)
    store.delete_nodes(n.Team, SOURCE, ["red"])
    assert seen(store, "of-red")["hidden"] is True
    small_company().write(store)
    assert said_by(store, "of-red")["hidden"] == (False, "team")
    assert seen(store, "of-red")["hidden"] is False


def test_data_sets_speak_for_teams_and_the_organisation_and_no_load_undoes_what_a_hand_hid(
    store: GraphStore, engine: Engine
) -> None:
    store.write_nodes([n.Tenant(name="Small Company", hidden_visible=False)], SOURCE)
    assert [seen(store, person)["hidden"] for person in ("of-red", "of-blue", "loose")] == [False] * 3
    store.write_nodes([n.Team(id="red", name="Red", hidden_visible=True)], SOURCE)
    assert [seen(store, person)["hidden"] for person in ("of-red", "of-blue", "loose")] == [True, False, False]
    # Where data sets and a hand differ for a team, or for the organisation, what hides counts, whichever came last.
    engine.switch_team_visibility("red", "hidden", False)
    store.write_nodes([n.Team(id="red", name="Red of old", hidden_visible=True)], SOURCE)
    assert said_by(store, "of-red")["hidden"] == (False, "team")
    engine.switch_organisation_visibility("hidden", True)
    assert said_by(store, "loose")["hidden"] == (False, "organisation")
    state = engine.list_switches().organisation.hidden
    assert (state.by_data, state.by_hand, state.in_force) == (False, True, False)
    store.delete_nodes(n.Tenant, SOURCE, ["tenant"])
    assert said_by(store, "loose")["hidden"] == (True, "organisation")
    assert seen(store, "loose")["hidden"] is True


def test_no_load_of_people_undoes_what_they_or_others_said(store: GraphStore, engine: Engine) -> None:
    engine.switch_organisation_visibility("listed", False)
    engine.show_skills("loose", "listed")
    engine.hide_skills("of-blue", "hidden")
    assert seen(store, "loose")["listed"] is True
    for id_ in ("loose", "of-red", "of-blue"):
        store.write_nodes([n.Person(id=id_, name="Renamed", listed_visible=False, hidden_visible=True)], SOURCE)
        store.write_nodes([n.Person(id=id_, name="Renamed")], SOURCE)
    assert seen(store, "loose") == {"listed": True, "hidden": True}
    assert seen(store, "of-red") == {"listed": False, "hidden": True}
    assert seen(store, "of-blue") == {"listed": False, "hidden": False}
    engine.erase_person("loose")
    engine.readmit_person("loose")
    store.write_nodes([n.Person(id="loose", name="Back")], SOURCE)
    assert said_by(store, "loose")["listed"] == (False, "organisation")


def test_somebody_who_comes_while_it_is_switched_is_kept_from_others_too(store: GraphStore, engine: Engine) -> None:
    """A load that runs meanwhile has read what was said before: the switch waits for it, and sees whom it brought."""
    written, go_on = threading.Event(), threading.Event()

    def load(graph: Graph) -> None:
        graph.write_nodes([n.Person(id="newcomer", name="Newcomer")], SOURCE)
        graph.write_relationships([r.MemberOf(start_id="newcomer", end_id="red")], SOURCE)
        written.set()
        assert go_on.wait(30)

    with ThreadPoolExecutor() as pool:
        loading = pool.submit(store.transact, "load", load)
        assert written.wait(30)
        switching = pool.submit(engine.switch_team_visibility, "red", "listed", False)
        hiding = pool.submit(engine.hide_skills, "of-red", "hidden")
        with pytest.raises(TimeoutError):
            switching.result(0.5)
        go_on.set()
        loading.result(30)
        assert switching.result(30).switch.listed.in_force is False
        hiding.result(30)
    assert seen(store, "newcomer") == {"listed": False, "hidden": True}
    assert seen(store, "of-red") == {"listed": False, "hidden": False}


def test_whatever_changes_what_is_shown_has_mentors_read_anew(store: GraphStore, engine: Engine) -> None:
    def read_stamp() -> str:
        return next(row.token for row in store.ask(STAMPS) if row.part == "mentors")

    joining = r.MemberOf(start_id="loose", end_id="red")
    tokens = [read_stamp()]
    for change in (
        lambda: engine.switch_team_visibility("red", "listed", False),
        lambda: engine.switch_team_visibility("red", "listed", None),
        lambda: store.write_relationships([joining], SOURCE),
        lambda: store.delete_relationships(r.MemberOf, SOURCE, [("loose", "red")]),
        lambda: store.write_nodes([n.Team(id="red", name="Red", listed_visible=False)], SOURCE),
        lambda: store.delete_nodes(n.Team, SOURCE, ["red"]),
        lambda: store.write_nodes([n.Tenant(name="Small Company", listed_visible=False)], SOURCE),
        lambda: store.delete_nodes(n.Tenant, SOURCE, ["tenant"]),
    ):
        change()
        tokens.append(read_stamp())
    assert len(set(tokens)) == len(tokens)


# --- graphs of older versions -----------------------------------------------------------------------------------------

FORGET = Query(
    name="forget",
    access="write",
    row=WrittenCount,
    text="""
    MATCH (p:Person) REMOVE p.listed_shown, p.hidden_shown
    WITH count(*) AS written
    MATCH (m:Migration) WHERE m.number = 9 DETACH DELETE m
    RETURN written
    """,
)


def test_a_graph_of_before_keeps_what_people_kept_and_is_settled_by_the_migration(
    store: GraphStore, engine: Engine
) -> None:
    engine.hide_skills("loose", "listed")
    store.write_nodes([n.Person(id="of-red", name="Of Red", hidden_visible=False)], SOURCE)
    engine.switch_team_visibility("blue", "listed", False)
    assert store.ask(FORGET)[0].written == 3
    assert seen(store, "loose") == {"listed": False, "hidden": True}
    assert seen(store, "of-red") == {"listed": True, "hidden": False}

    assert store.migrate() == ["009 visibility by team and organisation"]

    assert seen(store, "of-blue") == {"listed": False, "hidden": True}
    assert seen(store, "loose") == {"listed": False, "hidden": True}
    assert store.migrate() == []
