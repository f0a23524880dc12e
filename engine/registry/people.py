"""What holds for people alone: who was erased stays away, and what they chose goes before what anybody writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_schema.graph import Graph
from graph_schema.queries.erasing import ERASURES
from graph_schema.queries.objects import CHOICES_OF, PersonChoice
from graph_schema.tombstones import digest_id


@dataclass(frozen=True)
class PeopleRules:
    """Who of some people was erased, and what each chose for themselves."""

    tombstones: Mapping[str, Mapping[str, date]]
    choices: Mapping[str, PersonChoice]

    def find_erasure(self, person_id: str) -> date | None:
        """Return the day somebody was erased, unless they were let in again."""
        for salt, digests in self.tombstones.items():
            if erased_on := digests.get(digest_id(salt, person_id)):
                return erased_on
        return None

    def apply_choice(self, values: dict[str, Any]) -> None:
        """Put what a person chose in the place of what is given."""
        if choice := self.choices.get(values["id"]):
            for name in ("inference", "listed_visible", "hidden_visible"):
                if (chosen := getattr(choice, name)) is not None:
                    values[name] = chosen


def read_people_rules(graph: Graph, person_ids: Sequence[str]) -> PeopleRules:
    """Read what holds for some people."""
    tombstones: dict[str, dict[str, date]] = {}
    for row in graph.ask(ERASURES):
        if row.salt and row.tombstone:
            tombstones.setdefault(row.salt, {})[row.tombstone] = row.erased_at.date()
    choices = {row.person_id: row for row in graph.ask(CHOICES_OF, person_ids=person_ids)}
    return PeopleRules(tombstones, choices)
