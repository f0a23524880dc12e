"""The guard before every use case: whoever asks is held to the rules, and sees whom they may see.

It stands in the class itself: every public method of a class that is :class:`Guarded` is guarded, whatever class of the
chain it is written in, so that one added later is closed until a rule opens it.
"""

from __future__ import annotations

import copy
import functools
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, cast

from engine.access.callers import OPERATOR, Caller
from engine.access.rules import OBJECT_RULES, ObjectRule, Reach, Rule, find_rule
from engine.decisions import Told, append_decision
from engine.settings import EngineSettings
from graph_schema.errors import AmbiguousName, Forbidden, InvalidInput, NotFound
from graph_schema.queries.erasing import CONTACT_DETAILS
from graph_schema.queries.sight import ALL_SEEN, FIND_SEEN_PEOPLE, OWNER_OF_EVIDENCE, OWNER_OF_RECORD
from graph_schema.sight import Sight
from graph_schema.store import GraphStore

OWN_WORDS = frozenset({"self_report", "rejection"})
"""Kinds of evidence that people tell, and may withdraw, themselves."""
LONGEST_REASON = 500
"""Most characters of a stated reason."""

GuardedT = TypeVar("GuardedT", bound="Guarded")


class Guarded:
    """An object whose public methods are use cases, each of which is held to the rules.

    Args:
        store: The graph.
        settings: Thresholds, prices and the model's settings.
        clock: Gives the day that new inference is computed for.
        actor: Who asks, for the decision record.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if not name.startswith("_") and name not in vars(Guarded) and method not in _GUARDS:
                setattr(cls, name, _guard(name, method))

    def __init__(self, store: GraphStore, settings: EngineSettings, clock: Callable[[], date], actor: str) -> None:
        self.store = store
        self.settings = settings
        self.caller = replace(OPERATOR, name=actor)
        self._clock = clock

    @property
    def _actor(self) -> str:
        """Who asks, as the decision log is told: it writes the id of a person as their pseudonym."""
        return self.caller.person_id or self.caller.name

    def as_caller(self: GuardedT, caller: Caller) -> GuardedT:
        """Return the same Engine for somebody who asks: it does and tells what they may ask, and nothing else.

        Raises:
            Forbidden: This one is somebody's already.
        """
        if self.caller.role != "operator":
            raise Forbidden("whoever asks cannot ask as somebody else")
        return self if caller.role == "operator" else _bind(self, caller, Sight())


def _bind(engine: GuardedT, caller: Caller, sight: Sight) -> GuardedT:
    bound = copy.copy(engine)
    bound.store = engine.store.seen_by(sight)
    bound.caller = caller
    return bound


_GUARDS: set[Callable[..., Any]] = set()
"""The guards that stand before methods, so that none gets two."""


def _guard(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(method)

    @functools.wraps(method)
    def admit(engine: Guarded, *args: Any, **kwargs: Any) -> Any:
        if engine.caller.role == "operator":
            return method(engine, *args, **kwargs)
        asked = signature.bind(engine, *args, **kwargs)
        asked.apply_defaults()
        sight = _Gate(engine.caller, engine.store, name).open(asked.arguments)
        asked.arguments["self"] = _bind(engine, engine.caller, sight)
        return method(*asked.args, **asked.kwargs)

    _GUARDS.add(admit)
    return admit


class _Gate:
    """One question of one caller: whether it may be put, and how much the answer may see."""

    def __init__(self, caller: Caller, store: GraphStore, operation: str) -> None:
        self._caller = caller
        self._store = store
        self._operation = operation

    def open(self, arguments: dict[str, Any]) -> Sight:
        """Hold a question to its rule, and return whom it may see; people it names are given by id from then on.

        Raises:
            Forbidden: It may not be asked.
        """
        rule = find_rule(self._operation)
        if rule is None:
            raise self._refuse()
        if rule.about == "objects":
            return self._open_objects(rule, arguments)
        sight = self._reach(rule)
        if any(arguments.get(name) is not None for name in rule.names_people_in):
            raise Forbidden("people stand in the log under pseudonyms, and cannot be asked for by name")
        match rule.about:
            case "person":
                self._find_people(rule, arguments, sight)
            case "evidence":
                self._check_evidence(arguments["evidence"], sight)
            case "record":
                self._check_record(arguments["decision"])
            case _:
                if _find_reach(rule, self._caller) == "reason":
                    self._record_reading(None)
        return sight

    def _reach(self, rule: Rule) -> Sight:
        """Return how far the caller sees in the operation."""
        if self._caller.role == "integration":
            if rule.scope is None or rule.scope not in self._caller.scopes:
                needed = f"; it needs the scope {rule.scope}" if rule.scope else ""
                raise self._refuse(needed)
            sight = self._caller.see()
            if rule.whole and not sight.everybody:
                raise self._refuse("; it bears on people whom the key is not for")
            return sight if rule.about in ("person", "people", "evidence") else Sight()
        reach = _find_reach(rule, self._caller)
        match reach:
            case "self":
                if self._caller.person_id is None:
                    raise self._refuse()
                return Sight(person=self._caller.person_id)
            case "sight":
                return self._caller.see()
            case "reason":
                self._check_reason()
                return Sight(everybody=rule.about == "person")
            case "any":
                return Sight()
            case None:
                raise self._refuse()

    def _refuse(self, why: str = "") -> Forbidden:
        return Forbidden(f"{self._operation} is not for {_word_role(self._caller)}{why}")

    def _refuse_person(self) -> Forbidden:
        # The same words whether there is such a person, several or none.
        return Forbidden("nobody whom you may ask about answers to this name or id")

    # --- people ---

    def _find_people(self, rule: Rule, arguments: dict[str, Any], sight: Sight) -> None:
        named = [name for name in rule.persons if arguments.get(name) is not None]
        reads = _find_reach(rule, self._caller) == "reason"
        if reads and not named:
            self._record_reading(None)
        for name in named:
            try:
                found = self._find_person(str(arguments[name]), sight)
            except (Forbidden, NotFound, AmbiguousName):
                if reads:
                    # Nobody was read, so there is nobody whose name could be taken out of the reason.
                    self._record_reading(None, "not kept: nobody answers to the name")
                raise
            if reads:
                self._record_reading(found)
            arguments[name] = found

    def _find_person(self, name: str, sight: Sight) -> str:
        found = self._store.seen_by(sight).ask(FIND_SEEN_PEOPLE, name=name)
        exact = (
            [item for item in found if item.id == name]
            or [item for item in found if item.name.casefold() == name.casefold()]
            or found
        )
        if len(exact) == 1:
            return exact[0].id
        if exact:
            raise AmbiguousName("person", name, [(item.id, item.name) for item in exact])
        if sight.everybody:
            raise NotFound("person", name)
        raise self._refuse_person()

    def _check_evidence(self, evidence: str, sight: Sight) -> None:
        owners = self._store.ask(OWNER_OF_EVIDENCE, evidence_id=evidence)
        of_others = self._caller.role == "integration"
        if not owners:
            raise NotFound("evidence", evidence) if sight.everybody else self._refuse_evidence()
        [owner] = owners
        if not self._store.seen_by(sight).ask(FIND_SEEN_PEOPLE, name=owner.person_id):
            raise self._refuse_evidence()
        if not of_others and owner.kind not in OWN_WORDS:
            raise self._refuse_evidence()

    def _refuse_evidence(self) -> Forbidden:
        return Forbidden("there is no evidence with this id that you may withdraw")

    def _check_record(self, decision: str) -> None:
        name, person = self._caller.name, self._caller.person_id
        if not self._store.ask(OWNER_OF_RECORD, decision_id=decision, name=name, person_id=person):
            raise Forbidden("there is no record with this id of something that you asked")

    # --- reasons ---

    def _check_reason(self) -> None:
        reason = (self._caller.reason or "").strip()
        if not reason:
            raise Forbidden(
                f"{self._operation} reads about people: state a reason, which goes on record (over HTTP, X-Reason)"
            )
        if len(reason) > LONGEST_REASON:
            raise InvalidInput("reason", f"is longer than {LONGEST_REASON} characters")

    def _record_reading(self, person_id: str | None, reason: str | None = None) -> None:
        """Leave a record that people are read about, and why, before anything is read."""
        question = {"operation": self._operation, "person": person_id, "reason": reason or self._word_reason(person_id)}
        actor = self._caller.person_id or self._caller.name
        told = Told(operation="admin_read", question=question)
        self._store.transact("record_admin_read", lambda graph: append_decision(graph, actor, told))

    def _word_reason(self, person_id: str | None) -> str:
        """Give the reason without the name of the person, who may be erased one day."""
        reason = (self._caller.reason or "").strip()
        rows = [] if person_id is None else self._store.ask(CONTACT_DETAILS, person_id=person_id)
        called = [name for row in rows for name in (person_id, row.name, row.email) if name]
        if not called:
            return reason
        names = "|".join(re.escape(name) for name in sorted(called, key=len, reverse=True))
        return re.sub(rf"(?<!\w)(?:{names})(?!\w)", "[the person]", reason, flags=re.IGNORECASE)

    # --- stored objects ---

    def _open_objects(self, rule: Rule, arguments: dict[str, Any]) -> Sight:
        kind = OBJECT_RULES.get(str(arguments.get("kind")))
        if kind is None:
            raise InvalidInput("kind", f"must be one of {', '.join(OBJECT_RULES)}")
        writes = self._operation in ("write_objects", "delete_object")
        scope = kind.writes if writes else kind.reads
        role, sight = self._caller.role, self._caller.see()
        if role == "nobody":
            raise self._refuse()
        if kind.about == "catalogue":
            if writes and role != "admin" and (role != "integration" or scope not in self._caller.scopes):
                raise self._refuse(f"; it needs the scope {scope}")
            return Sight()
        if role != "integration" or scope not in self._caller.scopes:
            raise self._refuse(f" where it is about people; it needs the scope {scope}")
        if not sight.everybody and (writes or kind.about == "people"):
            # What is in the rows, and who stands at the other end, is not looked into here.
            raise self._refuse("; it bears on people whom the key is not for")
        if self._operation == "list_objects" and not sight.everybody:
            self._narrow_list(kind, arguments, sight)
        for name in rule.persons:
            if kind.about == "person" and arguments.get(name) is not None:
                arguments[name] = self._find_person(str(arguments[name]), sight)
            elif kind.about == "evidence" and arguments.get(name) is not None:
                self._check_evidence(str(arguments[name]), sight)
        return sight

    def _narrow_list(self, kind: ObjectRule, arguments: dict[str, Any], sight: Sight) -> None:
        """Keep a list to the people whom the key is for."""
        if kind.about == "person":
            arguments["within"] = [row.id for row in self._store.seen_by(sight).ask(ALL_SEEN)]
            return
        filters: dict[str, str] = arguments.get("filters") or {}
        if "person_id" not in filters:
            raise self._refuse("; the key is for some people: name one of them by the filter person_id")
        arguments["filters"] = {**filters, "person_id": self._find_person(filters["person_id"], sight)}


def _find_reach(rule: Rule, caller: Caller) -> Reach | None:
    return next((reach for role, reach in rule.reaches.items() if role == caller.role), None)


def _word_role(caller: Caller) -> str:
    return {"nobody": "nobody in particular"}.get(caller.role, f"the role {caller.role}")


def list_use_cases(guarded: type[Guarded]) -> Iterator[str]:
    """List the public methods of a class: its use cases, each of which needs a rule."""
    own = cast(dict[str, object], vars(Guarded))
    for name, _ in inspect.getmembers(guarded, inspect.isfunction):
        if not name.startswith("_") and name not in own:
            yield name
