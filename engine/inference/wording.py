"""Reasons in plain words."""

from __future__ import annotations

from datetime import date

from engine.inference.odds import to_probability
from engine.inference.prior import PriorTerm
from engine.population import Endorsement, Observation, Population
from graph_schema.evidence_kinds import EVIDENCE_KINDS


def word_prior(term: PriorTerm, label: str) -> str:
    """Say one part of a prior.

    Args:
        term: The part.
        label: The other skill's name, where the part rests on one.
    """
    if term.kind == "base_rate":
        return f"starting point: {_round(to_probability(term.logit))} for somebody of whom nothing is known"
    if term.kind == "audits":
        return f"audits found that people have {'more' if term.logit > 0 else 'less'} than their profiles suggest"
    often = "usual" if term.logit > 0 else "unusual"
    if term.kind == "role":
        return f"{often} for people in the same role"
    if term.kind == "attribute":
        return f"{often} for people whose {term.attribute}"
    if term.kind == "text":
        return f"{often} for people of whom the like is written"
    if term.kind == "people_alike":
        return "how many have it of those whose profiles are most like this one"
    if term.kind == "people_by_text":
        return "how many have it of those of whom the like is written"
    if term.kind == "text_and_name":
        return "how near what is written lies to the skill's name"
    if term.kind == "overall_pattern":
        return "overall pattern of the profile, beyond its single parts"
    if term.kind == "similar_skills":
        return f"shows {label}, which lies near it" if term.logit > 0 else f"shows {label}, which points elsewhere"
    return f"{often} for people who show {label}"


def word_observation(item: Observation, share: float, last_use: date | None = None) -> str:
    """Say one observation.

    Args:
        item: The observation.
        share: Below 1 where its source has spoken already.
        last_use: The last day that the skill was in use, for what speaks for it and is as fresh as that.
    """
    kind = EVIDENCE_KINDS[item.kind]
    text = kind.sentence.format(
        via=item.via or "of unknown name",
        by=item.by or "somebody accountable",
        score="unknown" if item.score is None else f"{item.score:.0%}",
        on=item.observed_on.isoformat(),
    )
    if last_use is not None and last_use > item.observed_on:
        text = f"{text}; in use on {last_use.isoformat()}"
    return text if share == 1.0 else f"{text}; counts {share:.0%}, the same source says more"


def word_endorsement(name: str, item: Endorsement, reciprocal: bool, counted: bool) -> str:
    """Say one endorsement and how it counts.

    Args:
        name: The endorser's name.
        item: The endorsement.
        reciprocal: Whether the endorser's group exchanges endorsements with the person.
        counted: Whether it is the one vote of its group.
    """
    text = EVIDENCE_KINDS["endorsement"].sentence.format(by=name, on=item.observed_on.isoformat(), via="", score="")
    if not counted:
        return f"{text}; counts once with others who vouch for one another or were wrong together"
    return f"{text}; they endorse one another, so it counts less" if reciprocal else text


def name_endorsement(population: Population, item: Endorsement) -> str:
    """Return how explanations refer to an endorsement, an edge without an id: endorser, person and skill."""
    names = (population.people[item.endorser], population.people[item.person], population.skills[item.skill])
    return "endorsement:" + ">".join(names)


def word_tendency(above: float, skills: int) -> str:
    """Say how a person's levels lie about the usual.

    Args:
        above: How much higher they are.
        skills: How many rated skills tell it.
    """
    over = "1 skill" if skills == 1 else f"{skills} skills"
    return f"{abs(above):.1f} {'above' if above >= 0 else 'below'} the usual, as their ratings on {over} tell"


def word_adjustment(said: float, stated: float, own: bool) -> str:
    """Say that a rating is taken for another level than it states, or nothing where it is not.

    Args:
        said: The level it is taken for.
        stated: The level it states.
        own: Whether people rate themselves.
    """
    if round(said, 1) == round(stated, 1):
        return ""
    who = "they rate themselves" if own else "such evidence rates"
    return (
        f"; says {stated:g}, taken as {said:.1f}: {who} {'higher' if stated > said else 'lower'} than signed evidence"
    )


def word_silence(colleagues: int) -> str:
    """Say that so many colleagues could have vouched for a skill and nobody has."""
    who = "somebody who works with them vouches" if colleagues == 1 else f"{colleagues} who work with them vouch"
    return f"{who} for this skill of others, and nobody for theirs"


def _round(probability: float) -> str:
    return f"{probability:.0%}" if probability >= 0.01 else "less than 1 %"
