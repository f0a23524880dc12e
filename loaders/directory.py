"""Which ids and names a row may refer to: those of the data set itself and those that other sources own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from graph_schema.errors import InvalidInput
from graph_schema.nodes import Skill
from graph_schema.schema import Node
from graph_schema.tombstones import digest_id

_QUALIFIER = re.compile(r"\s*\([^()]*\)$")
_WORD = re.compile(r"[^\W_](?:[\w.+#/&'-]*[\w+#])?")
_LONGEST = 5
"""Words of the longest label that is looked for in a text."""


@dataclass(frozen=True)
class SkillName:
    """A skill with every name that it answers to."""

    id: str
    preferred_label: str
    alt_labels: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the graph holds already, as far as a load of ``source`` has to know."""

    source: str
    owners: Mapping[type[Node], Mapping[str, str | None]]
    """Id -> the data set that owns it, for every label the load writes or refers to."""
    skills: Sequence[tuple[SkillName, str | None]] = ()
    """Skills with their names and owners."""
    tombstones: Mapping[str, Mapping[str, date]] = field(default_factory=dict[str, Mapping[str, date]])
    """Salt -> tombstone -> day, of everybody who was erased."""

    def find_erasure(self, person_id: str) -> date | None:
        """Return the day on which the person was erased; None for everybody else."""
        found = (days.get(digest_id(salt, person_id)) for salt, days in self.tombstones.items())
        return next((day for day in found if day is not None), None)

    def owns(self, node: type[Node], id: str) -> bool:
        """Tell whether the node is in the graph and belongs to this data set."""
        return self.owners.get(node, {}).get(id, "") == self.source

    @property
    def owns_any(self) -> bool:
        """Whether this data set has any node in the graph."""
        return any(self.source in owners.values() for owners in self.owners.values())

    @cached_property
    def foreign(self) -> Mapping[type[Node], Mapping[str, str | None]]:
        """The ids that others own, with their owners."""
        return {
            node: {id: owner for id, owner in owners.items() if owner != self.source}
            for node, owners in self.owners.items()
        }


@dataclass(frozen=True, kw_only=True)
class Directory:
    """The ids and names that a load can refer to; nothing in it changes while rows are turned into graph."""

    source: str
    """Name of the data set being loaded."""
    ids: Mapping[type[Node], frozenset[str]]
    skills: Sequence[SkillName] = field(default=())

    def has(self, node: type[Node], id: str) -> bool:
        """Tell whether a node of this kind has this id."""
        return id in self.ids.get(node, frozenset())

    def find_kind(self, field: str, id: str, *kinds: type[Node]) -> type[Node]:
        """Return which of several kinds an id belongs to.

        Raises:
            InvalidInput: None of them has it.
        """
        for kind in kinds:
            if self.has(kind, id):
                return kind
        names = [say_kind(kind) for kind in kinds]
        raise InvalidInput(field, f"no {', '.join(names[:-1])} or {names[-1]} has this id")

    def find_skill(self, field: str, name: str) -> str:
        """Return the id of a skill given by its id or by its exact preferred label.

        Raises:
            InvalidInput: No skill answers to it, or several do; the message lists them.
        """
        if self.has(Skill, name):
            return name
        candidates = sorted(self._by_label.get(name, ()))
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise InvalidInput(field, f"several skills have this label, give one of their ids: {', '.join(candidates)}")
        raise InvalidInput(field, "no skill has this id or this exact preferred label")

    def match_skill(self, name: str) -> str | None:
        """Return the one skill that a name of another source can mean, or None when it is none or unclear.

        Case does not count. A preferred label goes before a preferred label without its qualifier in brackets
        ("Python (computer programming)"), and that before an alternative label.
        """
        folded = name.strip().casefold()
        if (skill := self._find_by_label(folded)) is not None:
            return skill
        found = self._by_alt_label.get(folded, ())
        return next(iter(found)) if len(found) == 1 else None

    def find_named(self, text: str) -> tuple[str, ...]:
        """Return the skills whose preferred label stands in a text, longest labels first where they overlap.

        Case does not count; labels of one or two letters are passed over, because they are words of other meanings.
        """
        words = _WORD.findall(text.casefold())
        found: dict[str, None] = {}
        start = 0
        while start < len(words):
            for length in range(min(_LONGEST, len(words) - start), 0, -1):
                name = " ".join(words[start : start + length])
                skill = self._find_by_label(name) if len(name) > 2 or not name.isalpha() else None
                if skill is not None:
                    found[skill] = None
                    start += length - 1
                    break
            start += 1
        return tuple(found)

    def _find_by_label(self, name: str) -> str | None:
        for index in (self._by_folded_label, self._by_bare_label):
            if len(ids := index.get(name, ())) == 1:
                return next(iter(ids))
        return None

    @cached_property
    def _by_label(self) -> Mapping[str, set[str]]:
        return _index((skill.preferred_label, skill.id) for skill in self.skills)

    @cached_property
    def _by_folded_label(self) -> Mapping[str, set[str]]:
        return _index((skill.preferred_label.casefold(), skill.id) for skill in self.skills)

    @cached_property
    def _by_bare_label(self) -> Mapping[str, set[str]]:
        return _index((_QUALIFIER.sub("", skill.preferred_label).casefold(), skill.id) for skill in self.skills)

    @cached_property
    def _by_alt_label(self) -> Mapping[str, set[str]]:
        return _index((label.strip().casefold(), skill.id) for skill in self.skills for label in skill.alt_labels)


def _index(names: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, id in names:
        found[name].add(id)
    return dict(found)


def say_kind(kind: type[Node]) -> str:
    """Return a label as words: ``SkillGroup`` is a skill group."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower()
