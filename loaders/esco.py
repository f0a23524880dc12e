"""ESCO, the European taxonomy of skills and occupations, in the layout of its own CSV download, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput, LoadError
from loaders.base import Declaration, LeftOut, Link, Loader, Options, Piece, RawRow, Row, Sheet, Table
from loaders.csv_files import check_folder, find_csv, open_sheet
from loaders.directory import Directory
from loaders.fields import Lines

NOTICE = "This service uses the ESCO classification of the European Commission."

_CONCEPT = re.compile(r"https?://data\.europa\.eu/esco/(?:(?:skill|occupation)/|(?=isco/|isced-f/))(\S+)")
_SKILLS_FILE = re.compile(r"skills_([a-z]{2}(?:-[A-Za-z]+)?)\.csv(?:\.gz)?")


def parse_concept(uri: str) -> str:
    """Return the id of a concept from its address.

    >>> parse_concept("http://data.europa.eu/esco/skill/ccd0a1d9-afda-43d9-b901-96344886e14d")
    'esco:ccd0a1d9-afda-43d9-b901-96344886e14d'
    >>> parse_concept("http://data.europa.eu/esco/isco/C2511")
    'esco:isco/C2511'
    """
    found = _CONCEPT.fullmatch(uri)
    if found is None:
        raise ValueError("must be the address of an ESCO concept, such as http://data.europa.eu/esco/skill/<uuid>")
    return f"esco:{found[1]}"


def _check_address(uri: str) -> str:
    parse_concept(uri)
    return uri


Concept = Annotated[str, BeforeValidator(parse_concept)]
Address = Annotated[str, AfterValidator(_check_address)]


class EscoOptions(Options):
    """What may be chosen for an ESCO folder."""

    language: str | None = Field(None, description="Two-letter language, when the folder holds several.")


class EscoRow(Row):
    """A row with ESCO's own column names."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="ignore")


class ConceptRow(EscoRow):
    """A skill, group or occupation."""

    concept_type: str | None = None
    concept_uri: Address
    preferred_label: str
    alt_labels: Lines = ()
    hidden_labels: str | None = None
    status: str = "released"
    modified_date: str | None = None
    scope_note: str | None = None
    definition: str | None = None
    in_scheme: str | None = None
    description: str | None = None

    @property
    def id(self) -> str:
        """The concept's id."""
        return parse_concept(self.concept_uri)

    @property
    def other_labels(self) -> tuple[str, ...]:
        """The alternative labels without the preferred one."""
        return tuple(label for label in self.alt_labels if label != self.preferred_label)


class SkillRow(ConceptRow):
    """A skill or piece of knowledge."""

    skill_type: str | None = None
    reuse_level: str | None = None


class GroupRow(ConceptRow):
    """A heading of the skill taxonomy or of ISCO."""

    code: str | None = None


class OccupationRow(ConceptRow):
    """An occupation."""

    isco_group: str | None = None
    regulated_profession_note: str | None = None
    nace_code: str | None = None
    code: str | None = None


class OccupationSkillRow(EscoRow):
    """That an occupation needs a skill."""

    occupation_uri: Concept
    occupation_label: str | None = None
    relation_type: r.OccupationRelation
    skill_type: str | None = None
    skill_uri: Concept
    skill_label: str | None = None


class SkillSkillRow(EscoRow):
    """That one skill needs or helps another."""

    original_skill_uri: Concept
    original_skill_type: str | None = None
    relation_type: r.OccupationRelation
    related_skill_type: str | None = None
    related_skill_uri: Concept


class BroaderSkillRow(EscoRow):
    """What a skill or group stands under."""

    concept_type: Literal["KnowledgeSkillCompetence", "SkillGroup"]
    concept_uri: Concept
    concept_label: str | None = None
    broader_type: Literal["KnowledgeSkillCompetence", "SkillGroup"]
    broader_uri: Concept
    broader_label: str | None = None


class BroaderOccupationRow(EscoRow):
    """What an occupation or ISCO group stands under."""

    concept_type: Literal["Occupation", "ISCOGroup"]
    concept_uri: Concept
    concept_label: str | None = None
    broader_type: Literal["Occupation", "ISCOGroup"]
    broader_uri: Concept
    broader_label: str | None = None


def _skill_to_graph(row: SkillRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    if row.status != "released":
        yield _leave_out(row)
        return
    yield n.Skill(
        id=row.id,
        preferred_label=row.preferred_label,
        alt_labels=row.other_labels,
        description=row.description or row.definition,
        skill_type=row.skill_type,
        reuse_level=row.reuse_level,
        uri=row.concept_uri,
    )


def _skill_group_to_graph(row: GroupRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    if row.status != "released":
        yield _leave_out(row)
        return
    yield n.SkillGroup(
        id=row.id, preferred_label=row.preferred_label, code=row.code, description=row.description, uri=row.concept_uri
    )


def _occupation_to_graph(row: OccupationRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    if row.status != "released":
        yield _leave_out(row)
        return
    yield n.Occupation(
        id=row.id,
        preferred_label=row.preferred_label,
        alt_labels=row.other_labels,
        code=row.code,
        description=row.description or row.definition,
        uri=row.concept_uri,
    )


def _isco_group_to_graph(row: GroupRow, directory: Directory) -> Iterator[Piece]:  # noqa: ARG001
    if row.status != "released":
        yield _leave_out(row)
        return
    yield n.OccupationGroup(
        id=row.id, preferred_label=row.preferred_label, code=row.code, description=row.description, uri=row.concept_uri
    )


def _leave_out(row: ConceptRow) -> LeftOut:
    return LeftOut(row.id, f"its status in ESCO is {row.status}")


def _occupation_skill_to_graph(row: OccupationSkillRow, directory: Directory) -> Iterator[Piece]:
    requires = r.OccupationRequires(start_id=row.occupation_uri, end_id=row.skill_uri, relation=row.relation_type)
    yield Link(requires, "skillUri" if directory.has(n.Occupation, row.occupation_uri) else "occupationUri")


def _skill_skill_to_graph(row: SkillSkillRow, directory: Directory) -> Iterator[Piece]:
    related = r.SkillRelated(start_id=row.original_skill_uri, end_id=row.related_skill_uri, relation=row.relation_type)
    yield Link(related, "relatedSkillUri" if directory.has(n.Skill, row.original_skill_uri) else "originalSkillUri")


_BROADER: dict[tuple[str, str], type[r.Relationship]] = {
    ("KnowledgeSkillCompetence", "KnowledgeSkillCompetence"): r.SkillBroaderSkill,
    ("KnowledgeSkillCompetence", "SkillGroup"): r.SkillBroaderGroup,
    ("SkillGroup", "SkillGroup"): r.GroupBroaderGroup,
    ("Occupation", "Occupation"): r.OccupationBroaderOccupation,
    ("Occupation", "ISCOGroup"): r.OccupationBroaderGroup,
    ("ISCOGroup", "ISCOGroup"): r.OccupationGroupBroaderGroup,
}


def _broader_to_graph(row: BroaderSkillRow | BroaderOccupationRow, directory: Directory) -> Iterator[Piece]:
    relationship = _BROADER.get((row.concept_type, row.broader_type))
    if relationship is None:
        raise InvalidInput("broader_type", f"a {row.concept_type} cannot stand under it")
    broader = relationship(start_id=row.concept_uri, end_id=row.broader_uri)
    yield Link(broader, "broaderUri" if directory.has(relationship.start, row.concept_uri) else "conceptUri")


TABLES = (
    Table(
        name="skills",
        description="Skills and knowledge.",
        row=SkillRow,
        gives=(n.Skill,),
        to_graph=_skill_to_graph,
        declares=Declaration(node=n.Skill, id="conceptUri", label="preferred_label", identify=parse_concept),
        required=True,
    ),
    Table(
        name="skillGroups",
        description="Headings of the skill taxonomy.",
        row=GroupRow,
        gives=(n.SkillGroup,),
        to_graph=_skill_group_to_graph,
        declares=Declaration(node=n.SkillGroup, id="conceptUri", identify=parse_concept),
    ),
    Table(
        name="occupations",
        description="Occupations.",
        row=OccupationRow,
        gives=(n.Occupation,),
        to_graph=_occupation_to_graph,
        declares=Declaration(node=n.Occupation, id="conceptUri", identify=parse_concept),
    ),
    Table(
        name="ISCOGroups",
        description="Headings of the occupation taxonomy.",
        row=GroupRow,
        gives=(n.OccupationGroup,),
        to_graph=_isco_group_to_graph,
        declares=Declaration(node=n.OccupationGroup, id="conceptUri", identify=parse_concept),
    ),
    Table(
        name="broaderRelationsSkillPillar",
        description="What each skill stands under.",
        row=BroaderSkillRow,
        gives=(r.SkillBroaderSkill, r.SkillBroaderGroup, r.GroupBroaderGroup),
        to_graph=_broader_to_graph,
    ),
    Table(
        name="broaderRelationsOccPillar",
        description="What each occupation stands under.",
        row=BroaderOccupationRow,
        gives=(r.OccupationBroaderOccupation, r.OccupationBroaderGroup, r.OccupationGroupBroaderGroup),
        to_graph=_broader_to_graph,
    ),
    Table(
        name="skillSkillRelations",
        description="Which skill needs or helps which.",
        row=SkillSkillRow,
        gives=(r.SkillRelated,),
        to_graph=_skill_skill_to_graph,
    ),
    Table(
        name="occupationSkillRelations",
        description="Which skills an occupation needs.",
        row=OccupationSkillRow,
        gives=(r.OccupationRequires,),
        to_graph=_occupation_skill_to_graph,
    ),
)


def find_language(folder: Path, wanted: str | None) -> str:
    """Return the language of an ESCO download: the one wanted, or the only one there is.

    Raises:
        LoadError: The folder is no ESCO download, or it holds several languages and none was chosen.
    """
    check_folder(folder)
    names = sorted(path.name for path in folder.iterdir())
    there = sorted({match[1] for name in names if (match := _SKILLS_FILE.fullmatch(name))})
    if not there:
        raise LoadError(f"{folder} holds no skills_<language>.csv: it is no ESCO download in CSV")
    if wanted is None and len(there) > 1:
        raise LoadError(f"{folder} holds ESCO in several languages: choose one with --language ({', '.join(there)})")
    if wanted is not None and wanted not in there:
        raise LoadError(f"{folder} holds no ESCO in {wanted!r}: there is {', '.join(there)}")
    return wanted or there[0]


def read_esco(path: Path, options: EscoOptions) -> Iterator[Sheet]:
    """Open the files of one language; relation files may do without a language in their name.

    Raises:
        LoadError: The folder is no ESCO download, or a file in it is no CSV.
    """
    yield from open_sheets(path, options, TABLES)


def open_sheets(path: Path, options: EscoOptions, tables: Sequence[Table[Any]]) -> Iterator[Sheet]:
    """Open those files of an ESCO download that belong to the tables."""
    language = find_language(path, options.language)
    for table in tables:
        file = find_csv(path, f"{table.name}_{language}") or find_csv(path, table.name)
        if file is None:
            continue
        sheet = open_sheet(file, table)
        if table.name == "occupationSkillRelations":
            sheet = replace(sheet, rows=_prefer_essential(sheet.rows))
        yield sheet


def _prefer_essential(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    # Some releases list a skill of an occupation both as essential and as optional; it is then essential.
    everything = list(rows)
    essential = {_pair(row) for row in everything if row.values.get("relationType") == "essential"}
    for row in everything:
        if row.values.get("relationType") != "optional" or _pair(row) not in essential:
            yield row


def _pair(row: RawRow) -> tuple[str | None, str | None]:
    return row.values.get("occupationUri"), row.values.get("skillUri")


LOADER = Loader(
    name="esco",
    description="ESCO, the European taxonomy of skills and occupations, from its own CSV download.",
    source="esco",
    tables=TABLES,
    read=read_esco,
    options=EscoOptions,
    licence=NOTICE,
)
