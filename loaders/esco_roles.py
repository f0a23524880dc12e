"""Roles made from ESCO's occupations, for trying Skillway where an employer's own profiles are not at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph_schema import nodes as n
from graph_schema import relationships as r
from loaders import esco
from loaders.base import Declaration, LeftOut, Link, Loader, Piece, Sheet, Table
from loaders.directory import Directory

_LEVEL = {"essential": 3.0, "optional": 2.0}
_IMPORTANCE = {"essential": 1.0, "optional": 0.5}
_TIER: dict[str, r.Tier] = {"essential": "role", "optional": "stretch"}
# ESCO states no levels: essential is taken as working alone (3 of 5), optional as working with help (2 of 5).


def make_role_id(occupation: str) -> str:
    """Return the id of the role made from an occupation.

    >>> make_role_id("esco:258e46f9-0075-4a2e-adae-1ff0477e0f30")
    'role:esco:258e46f9-0075-4a2e-adae-1ff0477e0f30'
    """
    return f"role:{occupation}"


def _identify_role(uri: str) -> str:
    return make_role_id(esco.parse_concept(uri))


def _occupation_to_graph(row: esco.OccupationRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    if row.status != "released":
        return
    role = make_role_id(row.id)
    yield n.Role(id=role, title=row.preferred_label, description=row.description or row.definition)
    yield Link(r.RoleInstanceOf(start_id=role, end_id=row.id), "conceptUri")


def _relation_to_graph(row: esco.OccupationSkillRow, directory: Directory) -> Iterator[Piece]:
    if not directory.has(n.Skill, row.skill_uri):
        yield LeftOut(f"{row.occupation_uri} {row.skill_uri}", "the skill is not in the graph")
        return
    requires = r.RoleRequires(
        start_id=make_role_id(row.occupation_uri),
        end_id=row.skill_uri,
        level=_LEVEL[row.relation_type],
        importance=_IMPORTANCE[row.relation_type],
        tier=_TIER[row.relation_type],
    )
    yield Link(requires, "occupationUri")


OCCUPATIONS = Table(
    name="occupations",
    description="Occupations, each as a role.",
    row=esco.OccupationRow,
    gives=(n.Role, r.RoleInstanceOf),
    to_graph=_occupation_to_graph,
    declares=Declaration(node=n.Role, id="conceptUri", identify=_identify_role),
    required=True,
)
REQUIREMENTS = Table(
    name="occupationSkillRelations",
    description="Which skills an occupation needs, as requirements of its role.",
    row=esco.OccupationSkillRow,
    gives=(r.RoleRequires,),
    to_graph=_relation_to_graph,
)


def read_esco_roles(path: Path, options: esco.EscoOptions) -> Iterator[Sheet]:
    """Open the occupations of an ESCO download and what they need.

    Raises:
        LoadError: The folder is no ESCO download, or a file in it is no CSV.
    """
    yield from esco.open_sheets(path, options, (OCCUPATIONS, REQUIREMENTS))


LOADER = Loader(
    name="esco-roles",
    description="Roles made from ESCO's occupations: essential skills at level 3, optional ones at 2.",
    source="esco-roles",
    tables=(OCCUPATIONS, REQUIREMENTS),
    read=read_esco_roles,
    options=esco.EscoOptions,
    licence=esco.NOTICE,
)
