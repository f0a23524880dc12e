"""From a name or id, as a person types it, to the one thing it names."""

from __future__ import annotations

from dataclasses import dataclass

from engine.results import Named
from graph_schema.errors import AmbiguousName, NotFound
from graph_schema.graph import Graph
from graph_schema.queries import evidence, moves, people, roles, skills, switches
from graph_schema.queries.skills import Candidate
from graph_schema.query import Query

_FULL_TEXT_SPECIALS = str.maketrans(dict.fromkeys('+-&|!(){}[]^"~*?:\\/', " "))


@dataclass(frozen=True)
class NamedKind:
    """How one kind of thing is found: exactly, and by words for a hint when nothing is."""

    kind: str
    find: Query[Candidate]
    search: Query[Candidate]


PERSON = NamedKind("person", people.FIND_PEOPLE, people.SEARCH_PEOPLE)
ROLE = NamedKind("role", roles.FIND_ROLES, roles.SEARCH_ROLES)
TEAM = NamedKind("team", switches.FIND_TEAMS, switches.SEARCH_TEAMS)
SKILL = NamedKind("skill", skills.FIND_SKILLS, skills.SEARCH_SKILLS)
ORIGIN = NamedKind("course, project, assessment or credential", evidence.FIND_ORIGINS, evidence.SEARCH_ORIGINS)
COURSE = NamedKind("course, project or assessment", moves.FIND_COURSES, moves.SEARCH_COURSES)


def resolve_name(graph: Graph, kind: NamedKind, name: str) -> Named:
    """Return what an id or a name, in any case, stands for.

    Raises:
        NotFound: Nothing answers to it; the message offers the nearest names.
        AmbiguousName: Several things do; the candidates are listed with their ids.
    """
    found = find_candidate(graph, kind, name)
    return Named(found.id, found.name)


def find_candidate(graph: Graph, kind: NamedKind, name: str) -> Candidate:
    """Return what ``resolve_name`` does, with what tells it from others of that name.

    Raises:
        NotFound: Nothing answers to it.
        AmbiguousName: Several things do.
    """
    found = graph.ask(kind.find, name=name)
    # An id says it best, then the name that is shown; other names come last.
    exact = (
        [item for item in found if item.id == name]
        or [item for item in found if item.name.casefold() == name.casefold()]
        or found
    )
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise AmbiguousName(
            kind.kind, name, [(item.id, ", ".join(filter(None, (item.name, item.detail)))) for item in exact]
        )
    words = clean_words(name)
    near = graph.ask(kind.search, words=words) if words else []
    hint = "did you mean " + "; ".join(f"{item.name} ({item.id})" for item in near[:3]) + "?" if near else ""
    raise NotFound(kind.kind, name, hint)


def clean_words(text: str) -> str:
    """Return the words of a text as the full-text index takes them, without its operators."""
    # In lower case, because AND, OR and NOT are operators too.
    return text.translate(_FULL_TEXT_SPECIALS).strip().lower()
