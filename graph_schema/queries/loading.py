"""What a loader has to know of the graph before it writes: names of skills, who loaded what, whose people are there."""

from __future__ import annotations

from dataclasses import dataclass

from graph_schema.query import Query


@dataclass(frozen=True)
class SkillNames:
    """A skill with every name that it answers to, and the data set that owns it."""

    id: str
    preferred_label: str
    alt_labels: list[str]
    source: str | None


SKILL_NAMES = Query(
    name="skill_names",
    row=SkillNames,
    text="""
    MATCH (skill:Skill)
    RETURN skill.id AS id, skill.preferred_label AS preferred_label,
           coalesce(skill.alt_labels, []) AS alt_labels, skill.source AS source
    ORDER BY id
    """,
)


@dataclass(frozen=True)
class LoadedDataSet:
    """One data set in the graph: its name, the loader that wrote it, and the digest of what it said."""

    source: str
    loader: str
    fingerprint_of_input: str


DATA_SETS = Query(
    name="data_sets",
    row=LoadedDataSet,
    text="""
    MATCH (set:DataSet)
    RETURN set.id AS source, set.loader AS loader, set.fingerprint_of_input AS fingerprint_of_input
    ORDER BY source
    """,
)


@dataclass(frozen=True)
class FictionalOrganisation:
    """The data set that owns the fictional sample organisation."""

    source: str | None


FICTIONAL_ORGANISATION = Query(
    name="fictional_organisation",
    row=FictionalOrganisation,
    text="""
    MATCH (tenant:Tenant {synthetic: true})
    RETURN tenant.source AS source
    """,
)


@dataclass(frozen=True)
class Removed:
    """How many were removed."""

    count: int


REMOVE_ORPHANED_EVIDENCE = Query(
    name="remove_orphaned_evidence",
    access="write",
    row=Removed,
    text="""
    MATCH (e:Evidence {source: $source})
    WHERE NOT EXISTS { (e)-[:ABOUT]->(:Person) } OR NOT EXISTS { (e)-[:SHOWS]->(:Skill) }
    OPTIONAL MATCH (e)-[:ABOUT]->(p:Person)
    WITH collect(e) AS orphans, collect(DISTINCT p.id) AS people
    FOREACH (e IN orphans | DETACH DELETE e)
    FOREACH (id IN people | CREATE (:PendingEvent {
        id: 'event:' + randomUUID(), type: 'skillway.person.changed', subject: 'person:' + id,
        occurred_at: datetime.realtime(), data: '{}'
    }))
    RETURN size(orphans) AS count
    """,
)

REMOVE_ORPHANED_BRIDGES = Query(
    name="remove_orphaned_bridges",
    access="write",
    row=Removed,
    text="""
    MATCH (b:Bridge)
    WHERE NOT EXISTS { (b)-[:FOR]->(:Person) } OR NOT EXISTS { (b)-[:TO]->(:Role) }
    OPTIONAL MATCH (b)-[:FIRST]->(:BridgeStep)-[:THEN]->*(step:BridgeStep)
    WITH b, collect(step) AS steps
    FOREACH (step IN steps | DETACH DELETE step)
    DETACH DELETE b
    RETURN count(*) AS count
    """,
)

REMOVE_ORPHANED_MESSAGES = Query(
    name="remove_orphaned_messages",
    access="write",
    row=Removed,
    text="""
    MATCH (item:Watch|Message)
    WHERE NOT EXISTS { (item)-[:BY|TO]->(:Person) } OR NOT EXISTS { (item)-[:ON]->(:Role) }
       OR (item:Message AND NOT EXISTS { (item)-[:ABOUT]->(:Person) })
    DETACH DELETE item
    RETURN count(*) AS count
    """,
)
