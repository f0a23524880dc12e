"""What others are not told: who is not theirs to see, and what a person keeps to themselves, in reasons too."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from engine.inference.odds import to_probability
from engine.inference.results import Explanation, LevelTerm, Term
from engine.known import read_known
from engine.population import Population
from engine.progress_results import KeptBridge
from engine.results import EvidenceChange
from graph_schema.graph import Graph
from graph_schema.queries.sight import SEEN_PEOPLE
from graph_schema.store import GraphStore

TermT = TypeVar("TermT", Term, LevelTerm)

SOMEBODY = "a colleague"
"""What somebody is called who may not be named."""


def may_see_all_of(graph: Graph, person_id: str) -> bool:
    """Say whether what a person keeps to themselves is told: to them, and to whom the graph shows everything."""
    return graph.sight is None or graph.sight.person == person_id


def find_seen(graph: Graph, person_ids: Iterable[str]) -> frozenset[str]:
    """Return those of some people who may be named."""
    wanted = frozenset(person_ids)
    if graph.sight is None:
        return wanted
    return frozenset(row.id for row in graph.ask(SEEN_PEOPLE, person_ids=sorted(wanted)))


def veil_names(graph: Graph, population: Population, person_id: str) -> Population:
    """Give a population whose reasons about a person name nobody who may not be named; the numbers stay the same."""
    if may_see_all_of(graph, person_id):
        return population
    witnesses = {item.by_id for item in population.observations if item.by_id}
    seen = find_seen(graph, {*population.people, *witnesses})
    return replace(
        population,
        names=tuple(
            name if id_ in seen else SOMEBODY for id_, name in zip(population.people, population.names, strict=True)
        ),
        observations=tuple(
            replace(item, by=SOMEBODY) if item.by_id and item.by_id not in seen else item
            for item in population.observations
        ),
    )


def veil_explanation(graph: Graph, explanation: Explanation, seen_skills: Collection[str]) -> Explanation:
    """Give an explanation that speaks of no skill but those that may be seen; its terms still add up.

    What rests on other skills becomes one reason that does not say on which. Ids of endorsements name the endorser, so
    they are left out.
    """
    if may_see_all_of(graph, explanation.person_id):
        return explanation
    kept = [_leave_out_endorser(term) for term in explanation.terms if _is_told(term, seen_skills)]
    withheld = [term.logit for term in explanation.terms if not _is_told(term, seen_skills)]
    if withheld:
        logit = sum(withheld)
        without = to_probability(explanation.logit - logit)
        kept.append(Term("withheld", "what the person does not show to others", logit, without))
    told = {*seen_skills, *(term.evidence_id for term in kept if term.evidence_id)}
    decisive = explanation.decisive if told.issuperset(explanation.decisive) else ()
    rated = tuple(map(_leave_out_endorser, explanation.level_terms))
    return replace(explanation, terms=tuple(kept), level_terms=rated, decisive=decisive)


def veil_change(store: GraphStore, change: EvidenceChange, *, may_read: bool) -> EvidenceChange:
    """Give what a piece of evidence changed as whoever sent it may read it.

    Args:
        store: Bound to whom they may see.
        change: What it changed.
        may_read: Whether they may read what is believed of people at all.
    """
    if may_see_all_of(store, change.person.id):
        return change
    seen = {row.skill_id for row in read_known(store, change.person.id).beliefs} if may_read else set[str]()
    after = change.after if change.skill.id in seen else None
    # How it was before is told where it was the same kind of skill: the other kind may be hidden.
    before = change.before if after and change.before and change.before.listed == after.listed else None
    return replace(
        change,
        before=before,
        after=after,
        hidden=tuple(item for item in change.hidden if item.skill.id in seen),
        changed=change.changed if may_read else 0,
        bridges=change.bridges if may_read else (),
    )


def veil_kept(graph: Graph, kept: KeptBridge, actor: str) -> KeptBridge:
    """Give a bridge that was accepted without the name of who accepted it, where they may not be named."""
    known = may_see_all_of(graph, kept.person.id) or kept.accepted_by in (actor, kept.person.id)
    return kept if known else replace(kept, accepted_by=SOMEBODY)


def _is_told(term: Term, seen_skills: Collection[str]) -> bool:
    return term.skill_id is None or term.skill_id in seen_skills


def _leave_out_endorser(term: TermT) -> TermT:
    return replace(term, evidence_id=None) if term.kind == "endorsement" else term
