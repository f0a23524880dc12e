"""A synthetic company of any size in a graph: for every role a hundred people who are more or less ready for it.

The catalogue and the roles are those of ``skillway bench bridge``. Two people a role are whole: their evidence is in
the graph, the model is fitted on them, and they are whom a bench asks about. The others have the beliefs of one of the
two, the 20 likeliest, some of them left out, and no evidence: they fill pools and indexes as real people would. Every
number measured on it says something about such a company only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from api.bench.bridges_in_graph import draw_organisation
from api.bench.live import write_organisation
from engine.bridges.synthetic import draw_catalogue, draw_question
from engine.inference.settings import InferenceSettings
from engine.service import Engine
from engine.settings import EngineSettings
from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from graph_schema.queries.graph import WrittenCount
from graph_schema.query import Query
from graph_schema.schema import Node, Relationship
from graph_schema.store import GraphStore

SOURCE = "bench"
TODAY = date(2026, 7, 1)
PEOPLE_A_ROLE = 100
WHOLE_A_ROLE = 2
GAP = 5
LIKELIEST = 20
LEFT_OUT = 0.2
"""Share of beliefs that the others lack."""
FUNCTIONS = 12
_BATCH = 5_000
SETTINGS = EngineSettings(inference=InferenceSettings(updates=20, passes=1))
"""Few steps of fitting: how well the model guesses does not change how long an answer takes."""


@dataclass(frozen=True)
class BigCompany:
    """What a bench may ask about, by id: the whole people, each with a role they are some skills short of."""

    people: int
    roles: tuple[str, ...]
    whole: tuple[str, ...]
    """Two a role, in the order of the roles."""
    courses: tuple[str, ...]

    def role_of(self, person: str) -> str:
        """Return the role that a whole person is near."""
        return self.roles[self.whole.index(person) // WHOLE_A_ROLE]


COPY_BELIEFS = Query(
    name="copy_beliefs",
    row=WrittenCount,
    access="write",
    text="""
    UNWIND $rows AS row
    MATCH (whole:Person {id: row.whole})
    MATCH (other:Person {id: row.other})
    CALL (whole, other, row) {
        MATCH (whole)-[has:HAS_SKILL]->(s:Skill)
        WITH has, s, other, row ORDER BY has.probability DESC, s.id LIMIT $likeliest
        WITH other, row, collect(has) AS beliefs, collect(s) AS skills
        UNWIND row.places AS place
        WITH other, beliefs[place] AS belief, skills[place] AS skill WHERE belief IS NOT NULL
        CREATE (other)-[copy:HAS_SKILL]->(skill)
        SET copy = properties(belief)
        RETURN count(copy) AS copied
    }
    RETURN sum(copied) AS written
    """,
)


def write_company(store: GraphStore, people: int, courses: int, on_progress: Callable[[str], None]) -> BigCompany:
    """Write the company into an empty graph and infer it; a graph that holds it already is taken as it is.

    Raises:
        InvalidInput: The graph holds something else, or there are too few people.
    """
    if people < PEOPLE_A_ROLE or courses < PEOPLE_A_ROLE:
        raise InvalidInput("people or courses", f"needs at least {PEOPLE_A_ROLE} of each")
    roles = [f"{GAP}-{number:05}" for number in range(people // PEOPLE_A_ROLE)]
    catalogue = draw_catalogue(courses, seed=0)
    company = BigCompany(
        people=len(roles) * PEOPLE_A_ROLE,
        roles=tuple(f"role:{name}" for name in roles),
        whole=tuple(_whole(name, place) for name in roles for place in range(WHOLE_A_ROLE)),
        courses=tuple(move.id for move in catalogue.graph.moves if move.kind == "course"),
    )
    held = store.list_ids(n.Person)
    if len(held) == company.people and set(company.whole) <= held.keys() and store.list_ids(n.Model):
        return company
    if held or store.list_ids(n.Skill):
        raise InvalidInput("graph", "holds something else; set SKILLWAY_HOME to an empty folder for this bench")
    questions = {name: draw_question(catalogue, GAP, number) for number, name in enumerate(roles)}
    twice = {
        f"{name}-{place}": question for name, question in questions.items() for place in range(WHOLE_A_ROLE)
    }  # fmt: skip
    on_progress(f"writing {len(twice)} whole people, {len(roles)} roles and the catalogue of {courses} courses")
    write_organisation(store, _keep_one_role_each(draw_organisation(catalogue, twice)))
    Engine(store, SETTINGS, clock=lambda: TODAY, actor="bench").infer(on_progress)
    _write_others(store, roles, on_progress)
    return company


def _whole(role: str, place: int) -> str:
    return f"person:{role}-{place}"


def _keep_one_role_each(
    pieces: Iterator[Sequence[Node] | Sequence[Relationship]],
) -> Iterator[Sequence[Node] | Sequence[Relationship]]:
    """The two people of a role share it: what is drawn for the second names the first's."""
    for items in pieces:
        if items and isinstance(items[0], n.Role):
            ids = [item.id for item in items if isinstance(item, n.Role) and item.id.endswith("-0")]
            yield [n.Role(id=id_[:-2], title=id_[:-2]) for id_ in ids]
        elif items and isinstance(items[0], r.RoleRequires):
            yield [
                r.RoleRequires(
                    start_id=item.start_id[:-2], end_id=item.end_id, level=item.level, verified=item.verified
                )
                for item in items
                if isinstance(item, r.RoleRequires) and item.start_id.endswith("-0")
            ]
        else:
            yield items


def _write_others(store: GraphStore, roles: Sequence[str], on_progress: Callable[[str], None]) -> None:
    random = np.random.default_rng(7)
    others = [
        (f"person:{role}-{place:03}", _whole(role, place % WHOLE_A_ROLE), number)
        for number, role in enumerate(roles)
        for place in range(PEOPLE_A_ROLE - WHOLE_A_ROLE)
    ]
    for start in range(0, len(others), _BATCH):
        batch = others[start : start + _BATCH]
        on_progress(f"writing {start + len(batch)} of {len(others)} others")
        store.write_nodes(
            [n.Person(id=id_, name=f"Person {id_}", function=f"Function {role % FUNCTIONS}") for id_, _, role in batch],
            SOURCE,
        )
        kept = random.random((len(batch), LIKELIEST)) >= LEFT_OUT
        rows = [
            {"other": other, "whole": whole, "places": np.flatnonzero(places).tolist()}
            for (other, whole, _), places in zip(batch, kept, strict=True)
        ]
        store.ask(COPY_BELIEFS, rows=rows, likeliest=LIKELIEST)
