"""The kinds of object, declared once: the node, and the relationships that go out from it as fields of the object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from graph_schema import nodes as n
from graph_schema import relationships as r
from graph_schema.errors import InvalidInput
from graph_schema.object_queries import Shape
from graph_schema.schema import Node, Relationship, describe_node

Form = Literal["one", "ids", "records"]
"""The id of one end, a list of ids, or a list of ends with the properties of each relationship."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A field that stands for relationships going out from the object; of several kinds when it may end variously."""

    field: str
    form: Form
    relationships: tuple[type[Relationship], ...]
    description: str
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of object that is a node.

    The id of what is ``said`` follows from its content: it is never changed, and its own id may be left out.
    """

    name: str
    singular: str
    node: type[Node]
    links: tuple[Link, ...] = ()
    said: bool = False

    @property
    def label(self) -> str:
        """The node's label."""
        return self.node.__name__

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """The node's properties that are shown and written; a vector is neither."""
        return tuple(item.name for item in describe_node(self.node).properties if item.index != "vector")

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field of the object, in the order it is shown."""
        return (*self.properties, *(link.field for link in self.links))

    @cached_property
    def filters(self) -> tuple[str, ...]:
        """The fields that a list can be narrowed by: indexed properties, and single ends."""
        indexed = (item.name for item in describe_node(self.node).properties if item.index == "range")
        return (*indexed, *(link.field for link in self.links if link.form == "one" and len(link.relationships) == 1))

    @cached_property
    def searched(self) -> bool:
        """Whether a full-text index finds words in it."""
        return any(item.index == "full_text" for item in describe_node(self.node).properties)

    @cached_property
    def shape(self) -> Shape:
        """What is read of an object."""
        return Shape(self.node, tuple(item for link in self.links for item in link.relationships))


@dataclass(frozen=True, kw_only=True)
class EdgeKind:
    """Endorsements: an edge between two people, one a skill; the id follows from both ends and the skill."""

    name: str = "endorsements"
    singular: str = "endorsement"
    label: str = "Endorsement"
    relationship: type[r.Endorsed] = r.Endorsed
    fields: tuple[str, ...] = ("id", "endorser_id", "person_id", "skill_id", "level", "observed_on", "status")
    filters: tuple[str, ...] = ("endorser_id", "person_id", "skill_id", "status")
    searched: bool = False


ENDORSEMENTS = EdgeKind()

_KINDS = (
    Kind(
        name="people", singular="person", node=n.Person,
        links=(
            Link(field="team_id", form="one", relationships=(r.MemberOf,), description="The team they belong to."),
            Link(field="manager_id", form="one", relationships=(r.ReportsTo,), description="Their manager."),
            Link(field="roles", form="records", relationships=(r.Holds,), description="The roles they hold now."),
            Link(
                field="interests", form="ids",
                relationships=(r.InterestedInRole, r.InterestedInProject, r.InterestedInSkill),
                description="Ids of roles, projects and skills they would like.",
            ),
        ),
    ),
    Kind(name="teams", singular="team", node=n.Team),
    Kind(
        name="skills", singular="skill", node=n.Skill,
        links=(
            Link(
                field="broader", form="ids", relationships=(r.SkillBroaderSkill, r.SkillBroaderGroup),
                description="Ids of the broader skills and of the headings it stands under.",
            ),
        ),
    ),
    Kind(
        name="roles", singular="role", node=n.Role,
        links=(
            Link(
                field="occupation_id", form="one", relationships=(r.RoleInstanceOf,),
                description="The taxonomy's occupation it is one of.",
            ),
            Link(
                field="requires", form="records", relationships=(r.RoleRequires,),
                description="The skills it needs, each with its level.",
            ),
        ),
    ),
    Kind(
        name="courses", singular="course", node=n.Course,
        links=(
            Link(
                field="teaches", form="records", relationships=(r.CourseTeaches,),
                description="The skills it brings people to, each with its level.",
            ),
            Link(
                field="needs", form="records", relationships=(r.CourseNeeds,),
                description="The skills that whoever joins must have.",
            ),
            Link(
                field="after", form="ids", relationships=(r.CourseAfter,),
                description="Ids of the courses to be taken before.",
            ),
        ),
    ),
    Kind(
        name="projects", singular="project", node=n.Project,
        links=(
            Link(
                field="needs", form="records", relationships=(r.ProjectNeeds,),
                description="The skills that whoever joins must have.",
            ),
            Link(
                field="develops", form="records", relationships=(r.ProjectDevelops,),
                description="The skills it brings people to.",
            ),
        ),
    ),
    Kind(
        name="assessments", singular="assessment", node=n.Assessment,
        links=(
            Link(
                field="measures", form="records", relationships=(r.AssessmentMeasures,),
                description="The skills it measures, each with the highest level it can confirm.",
            ),
        ),
    ),
    Kind(name="credentials", singular="credential", node=n.Credential),
    Kind(
        name="evidence", singular="evidence", node=n.Evidence, said=True,
        links=(
            Link(
                field="person_id", form="one", relationships=(r.EvidenceAbout,),
                description="Whom it is about.", required=True,
            ),
            Link(
                field="skill_id", form="one", relationships=(r.EvidenceShows,),
                description="The skill it speaks of.", required=True,
            ),
            Link(
                field="via_id", form="one",
                relationships=(
                    r.EvidenceFromCourse, r.EvidenceFromProject, r.EvidenceFromAssessment, r.EvidenceFromCredential,
                ),
                description="The course, project, assessment or credential that left it.",
            ),
            Link(
                field="by_id", form="one", relationships=(r.EvidenceBy,), description="Who signed or observed it."
            ),
        ),
    ),
)  # fmt: skip

KINDS: Mapping[str, Kind | EdgeKind] = MappingProxyType({kind.name: kind for kind in (*_KINDS, ENDORSEMENTS)})
"""Every kind of object by its name."""


def find_kind(name: str) -> Kind | EdgeKind:
    """Return a kind by its name.

    Raises:
        InvalidInput: There is no such kind.
    """
    if name not in KINDS:
        raise InvalidInput("kind", f"{name!r} is not one of {', '.join(KINDS)}")
    return KINDS[name]
