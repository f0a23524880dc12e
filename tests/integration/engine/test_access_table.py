"""Role x operation x object: every cell of who may ask what, held against a table that is written here by hand.

The guard stands before use cases of the same names and signatures as the Engine's, which answer whom they could show.
"""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from engine.access.guard import Guarded, list_use_cases
from engine.access.rules import RULES
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema.errors import Forbidden, NotFound
from graph_schema.queries.sight import SEEN_PEOPLE
from graph_schema.store import GraphStore
from tests.conftest import GraphUnderTest
from tests.integration.engine.access_company import CALLERS, MAY_SEE, PEOPLE, SELF, found_company
from tests.integration.engine.company import TODAY

TABLE = """
operation             employee  manager  partner  integration      auditor  admin
profile               self      sight    sight    people:read      -        reason
explain               self      sight    sight    people:read      -        reason
gap                   self      sight    sight    matching:read    -        reason
bridge                self      sight    sight    matching:read    -        reason
what_if               self      sight    sight    matching:read    -        reason
bridge_expected       self      sight    sight    matching:read    -        reason
bridge_alternatives   self      sight    sight    matching:read    -        reason
bridge_front          self      sight    sight    matching:read    -        reason
roles                 self      sight    sight    matching:read    -        reason
gigs                  self      sight    sight    matching:read    -        reason
courses               self      sight    sight    matching:read    -        reason
mentors               self      sight    sight    matching:read    -        reason
kept_bridges          self      sight    sight    matching:read    -        reason
bridge_progress       self      sight    sight    matching:read    -        reason
accept_bridge         self      self     self     rights:act       -        -
replan_bridge         self      self     self     rights:act       -        -
record_step           self      self     self     rights:act       -        -
drop_bridge           self      self     self     rights:act       -        -
export_person         self      self     self     rights:act       -        -
reject_skill          self      self     self     rights:act       -        -
correct_level         self      self     self     rights:act       -        -
object_to_inference   self      self     self     rights:act       -        -
allow_inference       self      self     self     rights:act       -        -
hide_skills           self      self     self     rights:act       -        -
show_skills           self      self     self     rights:act       -        -
erase_person          self      self     self     rights:act       -        -
watch_role            self      self     self     rights:act       -        -
unwatch_role          self      self     self     rights:act       -        -
list_watches          self      self     self     rights:act       -        -
choose_mail_pace      self      self     self     rights:act       -        -
list_messages         self      self     self     rights:act       -        -
watch_pool            -         self     self     -                -        -
unwatch_pool          -         self     self     -                -        -
record_evidence       -         -        -        evidence:write   -        -
create_key            -         -        -        -                -        reason
pool                  -         list     list     matching:read    -        -
promised_pool         -         list     list     matching:read    -        -
verify_next           -         list     list     matching:read    -        -
anyone                -         list     list     matching:read    -        -
priced_pool           -         list     list     matching:read    -        -
unlocks               list      list     list     matching:read    -        -
withdraw_evidence     words     words    words    evidence:write   -        -
chains                yes       yes      yes      matching:read    yes      yes
list_decisions        -         -        -        decisions:read   yes      yes
verify_decisions      -         -        -        decisions:read   yes      yes
audit_status          -         -        -        aggregates:read  yes      yes
skill_landscape       -         -        -        aggregates:read  yes      yes
role_landscape        -         -        -        aggregates:read  yes      yes
list_erasures         -         -        -        aggregates:read  yes      yes
list_switches         -         -        -        aggregates:read  yes      yes
switch_team           -         -        -        -                -        yes
switch_organisation   -         -        -        -                -        yes
switch_team_visibility - -        -        -                -        yes
switch_organisation_visibility - - -       -                -        yes
prune_decisions       -         -        -        -                -        yes
infer                 -         -        -        -                -        yes
embed                 -         -        -        -                -        yes
readmit_person        -         -        -        -                -        yes
evaluate_changes      -         -        -        -                -        yes
send_mail             -         -        -        -                -        yes
list_keys             -         -        -        -                -        yes
revoke_key            -         -        -        -                -        yes
rotate_key            -         -        -        -                -        reasoned
draw_audit            -         -        -        -                -        -
record_audit          -         -        -        -                -        -
create_subscription         -         -        -        events:read      -        yes
list_subscriptions          -         -        -        events:read      -        yes
delete_subscription         -         -        -        events:read      -        yes
rotate_subscription_secret  -         -        -        events:read      -        yes
replay_dead_letters         -         -        -        events:read      -        yes
ping_subscription           -         -        -        events:read      -        yes
list_dead_letters           -         -        -        events:read      -        -
read_events                 -         -        -        events:read      -        -
"""
"""Who may ask what. ``self``: about themselves; ``sight``: about whom the role sees; ``list``: those whom the role sees
stand in the answer; ``words``: their own words about themselves; ``reason``: about anybody, with a stated reason;
``reasoned``: with a stated reason; ``yes``: it is about nobody. An integration needs the scope."""

COLUMNS = {
    "ana": "employee", "mia": "manager", "of-data": "partner", "of-north": "partner", "program": "integration",
    "program-of-data": "integration", "auditor": "auditor", "admin": "admin", "admin-with-reason": "admin",
}  # fmt: skip
ROWS = {
    words[0]: dict(zip(TABLE.split("\n")[1].split()[1:], words[1:], strict=True))
    for words in (line.split() for line in TABLE.strip().split("\n")[1:])
}
STORED = {"read_object", "list_objects", "write_objects", "delete_object"}
ELSEWHERE = {"record_outcome"} | STORED
"""What hangs on records: in test_access_answers.py; what hangs on the kind of object: below."""


def build_probe() -> type[Guarded]:
    """Build a class with the Engine's use cases, of which each answers whom it could show, and whom it was asked of."""

    def probe(engine: Guarded, *_: Any, **__: Any) -> set[str]:
        return {row.id for row in engine.store.ask(SEEN_PEOPLE, person_ids=sorted(PEOPLE))}

    methods: dict[str, Any] = {}
    for name in list_use_cases(Engine):
        method = type(probe)(probe.__code__, probe.__globals__, name)
        method.__signature__ = inspect.signature(getattr(Engine, name))  # type: ignore[attr-defined]
        methods[name] = method
    return type("Probe", (Guarded,), methods)


@pytest.fixture(scope="module")
def store(graph: GraphUnderTest) -> GraphStore:
    graph.wipe()
    graph.holds = "the company of the access table"
    found_company().write(graph.store)
    return graph.store


def open_probe(store: GraphStore, caller: str = "operator") -> Guarded:
    return build_probe()(store, EngineSettings(), lambda: TODAY, "tester").as_caller(CALLERS[caller])


def ask(probe: Guarded, operation: str, **given: Any) -> set[str] | None:
    """Ask, and return whom the answer could show, None where it is refused."""
    method = getattr(probe, operation)
    wanted = {
        name: "x"
        for name, item in inspect.signature(method).parameters.items()
        if item.default is inspect.Parameter.empty
    }
    try:
        return method(**{**wanted, **given})
    except (Forbidden, NotFound):
        return None


def expect_person(operation: str, caller: str, person: str) -> bool:
    """Say, by the table, whether a caller may ask an operation about a person."""
    if caller == "operator":
        return True
    column = COLUMNS.get(caller)
    word = ROWS[operation][column] if column else "-"
    match word:
        case "-":
            return False
        case "self":
            return person in SELF.get(caller, set())
        case "sight":
            return person in MAY_SEE[caller]
        case "reason":
            return caller == "admin-with-reason"
        case _:
            assert ":" in word, word
            return person in MAY_SEE[caller]


def test_every_use_case_stands_in_the_table_and_has_a_rule() -> None:
    cases = set(list_use_cases(Engine))
    assert cases == {*ROWS, *ELSEWHERE}
    assert cases <= RULES.keys()
    assert not RULES.keys() - cases


def test_every_public_part_of_the_engine_is_guarded() -> None:
    for name, value in inspect.getmembers(Engine):
        if not name.startswith("_") and name not in vars(Guarded):
            assert inspect.isfunction(value), f"{name} is no method, so nothing guards it"
            assert value.__code__.co_filename.endswith("guard.py"), f"{name} is not guarded"


@pytest.mark.parametrize("caller", CALLERS)
def test_every_cell_about_a_person(store: GraphStore, caller: str) -> None:
    probe = open_probe(store, caller)
    persons = [name for name, rule in RULES.items() if rule.about == "person"]
    wrong = [
        (operation, person, expected)
        for operation in persons
        for person in PEOPLE
        for expected in [expect_person(operation, caller, person)]
        if (ask(probe, operation, person=person) is not None) is not expected
    ]
    assert wrong == []
    for name in ("Ana Surname", "ANA@company.example"):
        assert (ask(probe, "profile", person=name) is not None) is expect_person("profile", caller, "ana")


@pytest.mark.parametrize("caller", CALLERS)
def test_every_cell_about_nobody_in_particular(store: GraphStore, caller: str) -> None:
    probe = open_probe(store, caller)
    wrong: list[object] = []
    for operation, row in ROWS.items():
        word = "yes" if caller == "operator" else row[COLUMNS[caller]] if caller in COLUMNS else "-"
        if RULES[operation].about in ("person", "evidence"):
            continue
        shown: set[str] | None = set()
        limited = word == "events:read" and caller == "program-of-data"
        if limited or word == "-" or (word == "reasoned" and caller == "admin"):
            shown = None
        elif word == "list" or (word in ("matching:read",) and operation != "chains"):
            shown = MAY_SEE[caller]
        if caller == "operator":
            shown = set(PEOPLE)
        if (found := ask(probe, operation)) != shown:
            wrong.append((operation, word, found, shown))
    assert wrong == []


@pytest.mark.parametrize("caller", CALLERS)
def test_every_cell_about_a_piece_of_evidence(store: GraphStore, caller: str) -> None:
    probe = open_probe(store, caller)
    for person in PEOPLE:
        own = person in SELF.get(caller, set()) or caller == "operator"
        program = COLUMNS.get(caller) == "integration" and person in MAY_SEE[caller]
        listed, shown = (ask(probe, "withdraw_evidence", evidence=f"{kind}:{person}") for kind in ("listed", "shown"))
        assert (listed is not None, shown is not None) == (own or program, program or caller == "operator"), person


@pytest.mark.parametrize("operation", [name for name, row in ROWS.items() if ":" in row["integration"]])
def test_a_program_needs_the_scope_and_no_other_stands_for_it(store: GraphStore, operation: str) -> None:
    engine = open_probe(store)
    program, needed = CALLERS["program"], ROWS[operation]["integration"]
    given = {"person": "ana", "evidence": "listed:ana"}
    named = {name: given[name] for name in inspect.signature(getattr(Engine, operation)).parameters if name in given}
    named = {} if operation == "list_decisions" else named
    for scopes, expected in (({needed}, True), (program.scopes - {needed}, False), (set[str](), False)):
        caller = type(program)(name="key:some", role="integration", scopes=frozenset(scopes))
        assert (ask(engine.as_caller(caller), operation, **named) is not None) is expected, scopes


def test_who_signs_evidence_must_be_seen_too(store: GraphStore) -> None:
    engine = open_probe(store)
    of_data = engine.as_caller(CALLERS["program-of-data"])
    assert ask(of_data, "record_evidence", person="ana", by="ben") is not None
    assert ask(of_data, "record_evidence", person="ana", by="dan") is None


def test_a_method_without_a_rule_is_refused_to_everybody_but_the_operator(store: GraphStore) -> None:
    class Mixin:
        def leak(self) -> str:
            return "leaked"

    class Later(Engine, Mixin):
        def leak_more(self) -> str:
            return "leaked"

    engine = Later(store, EngineSettings(), lambda: TODAY, "tester")
    assert (engine.leak(), engine.leak_more()) == ("leaked", "leaked")
    for name, caller in CALLERS.items():
        if name != "operator":
            for method in ("leak", "leak_more"):
                with pytest.raises(Forbidden):
                    getattr(engine.as_caller(caller), method)()


def test_whoever_asks_cannot_ask_as_somebody_else(store: GraphStore) -> None:
    engine = open_probe(store)
    bound = engine.as_caller(CALLERS["ana"])
    with pytest.raises(Forbidden):
        bound.as_caller(CALLERS["operator"])
    with pytest.raises(Forbidden):
        bound.as_caller(CALLERS["mia"])


@pytest.mark.parametrize("caller", CALLERS)
def test_stored_objects_go_by_their_kind(store: GraphStore, caller: str) -> None:
    class Registry(Guarded):
        def read_object(self, kind: str, object_id: str) -> str:
            return f"{kind} {object_id}"

        def list_objects(
            self, kind: str, filters: dict[str, str] | None = None, within: list[str] | None = None
        ) -> set[str]:
            del filters
            return {kind} if within is None else set(within)

        def write_objects(self, kind: str, rows: object = ()) -> str:
            return f"{kind} {rows}"

        def delete_object(self, kind: str, object_id: str) -> str:
            return f"{kind} {object_id}"

    probe = Registry(store, EngineSettings(), lambda: TODAY, "tester").as_caller(CALLERS[caller])
    known, program = caller != "nobody", caller in ("program", "operator")
    limited = program or caller == "program-of-data"
    for kind in ("skills", "roles", "courses", "projects", "assessments", "credentials", "teams"):
        assert (ask(probe, "list_objects", kind=kind) is not None) is known
        assert (ask(probe, "read_object", kind=kind, object_id="x") is not None) is known
        writes = limited or caller in ("admin", "admin-with-reason")
        assert (ask(probe, "write_objects", kind=kind) is not None) is writes, kind
    for kind in ("people", "evidence", "endorsements"):
        lists = {kind} if program else MAY_SEE[caller] if limited and kind == "people" else None
        assert ask(probe, "list_objects", kind=kind) == lists, kind
        assert (ask(probe, "write_objects", kind=kind) is not None) is program, kind
    for person in PEOPLE:
        seen = limited and person in MAY_SEE[caller]
        assert (ask(probe, "read_object", kind="people", object_id=person) is not None) is seen, person
        of_one = ask(probe, "list_objects", kind="evidence", filters={"person_id": person})
        assert (of_one is not None) is seen, person
        assert (ask(probe, "read_object", kind="evidence", object_id=f"shown:{person}") is not None) is seen, person
