"""Whom to ask for an endorsement, and what it would add to what is believed: the votes of inference, counted ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.inference.endorsements import count_votes, group_endorsements
from engine.inference.model import SkillModel
from engine.inference.odds import to_logit
from engine.inference.settings import InferenceSettings
from engine.inference.weighing import weigh_observations
from engine.population import Endorsement, Observation
from engine.read_population import read_population
from engine.results import Named
from engine.veiling import find_seen
from graph_schema.queries.evidence import ENDORSEMENTS_GIVEN, ENDORSERS_OF_SKILLS
from graph_schema.queries.people import MEMBERS, TEAM_MATES
from graph_schema.queries.skills import NamedNode
from graph_schema.store import GraphStore

TRIES = 3
"""Colleagues who are considered for one endorsement, those who best know the person first."""

PersonSkill = tuple[str, str]
"""Ids of a person and a skill."""


@dataclass(frozen=True)
class Request:
    """Whom to ask, and the log-odds that their endorsement would add."""

    colleague: Named
    weight: float


@dataclass(frozen=True)
class Witnesses:
    """What is on record about some people, and who could add to it."""

    as_of: date
    inferred: frozenset[str]
    """Those whose inference is on: of others nothing new would be believed."""
    observations: Mapping[PersonSkill, Sequence[Observation]]
    endorsements: Mapping[PersonSkill, Mapping[str, Endorsement]]
    """The endorsements of each skill by endorser."""
    ties: frozenset[tuple[str, str]]
    """Who endorses whom, for whatever skill, among the people, their endorsers and whom those endorse."""
    mates: Mapping[str, Sequence[Named]]
    """The others of each person's teams."""
    vouching: Mapping[str, Sequence[Named]]
    """Who endorses anybody for a skill, by skill."""

    def has_taken(self, person: str, skill: str, assessment: str) -> bool:
        """Say whether a result of the assessment is on record: taken again it would hardly count."""
        return any(item.via_id == assessment for item in self.observations.get((person, skill), ()))


def read_witnesses(store: GraphStore, person_ids: Sequence[str], skill_ids: Sequence[str], as_of: date) -> Witnesses:
    """Read what is on record about people and skills, and who could vouch for them of those who may be named."""
    population = read_population(store, as_of, person_ids)
    people, skills = population.people, population.skills
    observations: defaultdict[PersonSkill, list[Observation]] = defaultdict(list)
    for item in population.observations:
        observations[people[item.person], skills[item.skill]].append(item)
    endorsements: defaultdict[PersonSkill, dict[str, Endorsement]] = defaultdict(dict)
    for item in population.endorsements:
        endorsements[people[item.person], skills[item.skill]][people[item.endorser]] = item
    given = store.ask(ENDORSEMENTS_GIVEN, person_ids=list(people), as_of=as_of)
    ties = {(people[item.endorser], people[item.person]) for item in population.endorsements}
    mates = store.ask(TEAM_MATES, person_ids=list(person_ids))
    vouching = store.ask(ENDORSERS_OF_SKILLS, skill_ids=list(skill_ids), as_of=as_of)
    colleagues = [item.id for row in mates for item in row.mates] + [
        item.id for row in vouching for item in row.endorsers
    ]
    seen = find_seen(store, colleagues)
    return Witnesses(
        as_of=as_of,
        inferred=frozenset(
            item.id for item in store.ask(MEMBERS, person_ids=list(person_ids)) if item.inference == "on"
        ),
        observations=observations,
        endorsements=endorsements,
        ties=frozenset(ties | {(row.endorser_id, person) for row in given for person in row.person_ids}),
        mates={row.person_id: _name_seen(row.mates, seen) for row in mates},
        vouching={row.skill_id: _name_seen(row.endorsers, seen) for row in vouching},
    )


def _name_seen(people: Sequence[NamedNode], seen: Collection[str]) -> list[Named]:
    return [Named(item.id, item.name) for item in people if item.id in seen]


def choose_request(
    witnesses: Witnesses, model: SkillModel, person: str, skill: str, probability: float, settings: InferenceSettings
) -> Request | None:
    """Choose the colleague to ask for an endorsement: one who works with the person, and better one without ties.

    Who is endorsed by the person in return, or exchanges endorsements with one who vouches already, counts for little
    or nothing, and is asked last.

    Args:
        witnesses: Who there is.
        model: Knows how far each endorser's word bears out.
        person: Id of whom the endorsement is about.
        skill: Id of the skill.
        probability: What is believed now.
        settings: As in inference.

    Returns:
        None when nobody's word would add anything.
    """
    vouched, ties = witnesses.endorsements.get((person, skill), {}), witnesses.ties
    mates = {item.id: item for item in witnesses.mates.get(person, ())}
    vouching = {item.id: item for item in witnesses.vouching.get(skill, ())}

    def rank(colleague: str) -> tuple[bool, int, float, str]:
        tied = (person, colleague) in ties or any(
            (colleague, other) in ties and (other, colleague) in ties for other in vouched
        )
        distance = 0 if colleague in mates and colleague in vouching else 1 if colleague in mates else 2
        return tied, distance, -model.reliability.get(colleague, 1.0), colleague

    colleagues = (mates | vouching).keys() - vouched.keys() - {person}
    for colleague in sorted(colleagues, key=rank)[:TRIES]:
        weight = _weigh_request(witnesses, model, person, skill, colleague, probability, settings)
        if weight > 0:
            return Request(mates.get(colleague) or vouching[colleague], weight)
    return None


def _weigh_request(
    witnesses: Witnesses,
    model: SkillModel,
    person: str,
    skill: str,
    colleague: str,
    probability: float,
    settings: InferenceSettings,
) -> float:
    vouched = witnesses.endorsements.get((person, skill), {})
    circle = [person, *sorted(vouched), colleague]
    row = {name: number for number, name in enumerate(circle)}

    def count(claims: Sequence[Endorsement], ties: Sequence[Endorsement]) -> float:
        groups = group_endorsements(claims, ties, model.list_voices(circle))
        worth = model.fusion.endorsement
        votes = count_votes(claims, groups, circle, model.reliability, witnesses.as_of, settings, worth)
        return float(votes.logit.sum())

    claims = [Endorsement(row[name], 0, 0, item.level, item.observed_on) for name, item in sorted(vouched.items())]
    ties = [
        Endorsement(row[giver], row[taker], 0, None, witnesses.as_of)
        for giver in circle
        for taker in circle
        if (giver, taker) in witnesses.ties
    ]
    asked = Endorsement(row[colleague], 0, 0, None, witnesses.as_of)
    more = count([*claims, asked], [*ties, asked]) - count(claims, ties)
    about = witnesses.observations.get((person, skill), ())
    observed = float(weigh_observations(about, witnesses.as_of, settings, model.fusion.factors).logit.sum())
    # Endorsements lift up to the cap and no further, on top of what else is observed.
    room = to_logit(settings.endorsement_cap) - (to_logit(probability) - observed)
    return min(more, room)
