"""How a bridge that was accepted is joined to its person, its role, its steps and what they use and give.

``(:Bridge)-[:FIRST]->(:BridgeStep)-[:THEN]->(:BridgeStep)``: one pattern draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from graph_schema import nodes as n
from graph_schema.schema import Property, Relationship


# (:Bridge)-[:FOR]->(:Person)
@dataclass(frozen=True, kw_only=True)
class BridgeFor(Relationship):
    """Whose bridge it is."""

    type, start, end = "FOR", n.Bridge, n.Person


# (:Bridge)-[:TO]->(:Role)
@dataclass(frozen=True, kw_only=True)
class BridgeTo(Relationship):
    """Where it leads."""

    type, start, end = "TO", n.Bridge, n.Role


# (:Bridge)-[:AIMS_AT {level, verified}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class BridgeAimsAt(Relationship):
    """The role asked for the skill when the bridge was accepted; what it asks now may be something else."""

    type, start, end = "AIMS_AT", n.Bridge, n.Skill

    level: Annotated[float, Property("Level asked then, 0–5.")]
    verified: Annotated[bool, Property("Whether only a verified skill met it.")]


# (:Bridge)-[:REPLACES]->(:Bridge)
@dataclass(frozen=True, kw_only=True)
class BridgeReplaces(Relationship):
    """The bridge was planned anew from where the other one had come to."""

    type, start, end = "REPLACES", n.Bridge, n.Bridge


# (:Bridge)-[:FIRST]->(:BridgeStep)
@dataclass(frozen=True, kw_only=True)
class BridgeFirst(Relationship):
    """The step it begins with."""

    type, start, end = "FIRST", n.Bridge, n.BridgeStep


# (:BridgeStep)-[:THEN]->(:BridgeStep)
@dataclass(frozen=True, kw_only=True)
class StepThen(Relationship):
    """The step after it, in an order that can be carried out."""

    type, start, end = "THEN", n.BridgeStep, n.BridgeStep


# (:BridgeStep)-[:USES]->(:Course)
@dataclass(frozen=True, kw_only=True)
class StepUsesCourse(Relationship):
    """The course that is taken."""

    type, start, end = "USES", n.BridgeStep, n.Course


# (:BridgeStep)-[:USES]->(:Project)
@dataclass(frozen=True, kw_only=True)
class StepUsesProject(Relationship):
    """The gig or tour of duty that is joined."""

    type, start, end = "USES", n.BridgeStep, n.Project


# (:BridgeStep)-[:USES]->(:Assessment)
@dataclass(frozen=True, kw_only=True)
class StepUsesAssessment(Relationship):
    """The assessment that is taken."""

    type, start, end = "USES", n.BridgeStep, n.Assessment


# (:BridgeStep)-[:USES]->(:Role)
@dataclass(frozen=True, kw_only=True)
class StepUsesRole(Relationship):
    """The role that is held for a while."""

    type, start, end = "USES", n.BridgeStep, n.Role


# (:BridgeStep)-[:USES]->(:Person)
@dataclass(frozen=True, kw_only=True)
class StepUsesMentor(Relationship):
    """The person who is the mentor."""

    type, start, end = "USES", n.BridgeStep, n.Person


# (:BridgeStep)-[:GIVES {level, verified}]->(:Skill)
@dataclass(frozen=True, kw_only=True)
class StepGives(Relationship):
    """What the step was to bring when the bridge was accepted."""

    type, start, end = "GIVES", n.BridgeStep, n.Skill

    level: Annotated[float, Property("Level reached, 0–5.")]
    verified: Annotated[bool, Property("Whether it leaves the skill verified.")]


BRIDGE_RELATIONSHIPS: tuple[type[Relationship], ...] = (
    BridgeFor, BridgeTo, BridgeAimsAt, BridgeReplaces, BridgeFirst, StepThen,
    StepUsesCourse, StepUsesProject, StepUsesAssessment, StepUsesRole, StepUsesMentor, StepGives,
)  # fmt: skip
"""Every relationship of bridges that are kept."""
