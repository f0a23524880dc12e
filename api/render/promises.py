"""A pool with a promise, and what would make it surer, as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.words import say_level, say_number, say_probability, say_share, say_some, say_source
from engine.promised_results import Abstention, AskedSkill, PromisedEntry, PromisedPool, Verification, VerificationPlan
from engine.results import Named

SHOWN = 25
"""Most people to show; the rest is told in a number."""
EVEN = 0.5


def render_promised_pool(pool: PromisedPool) -> RenderableType:
    """Lay out the promise, what it rests on, the people, and what cannot be promised."""
    parts: list[RenderableType] = [
        _word_head("Pool", pool.role, pool.asked, pool.precision),
        Text(f"{pool.meaning} {pool.rests_on}"),
        Text(f"as of {pool.as_of}, {pool.model}; probabilities calibrated against: {pool.calibration}", style="dim"),
        _word_promise(pool),
    ]
    if pool.entries:
        table = Table(box=None, pad_edge=False)
        for name in ("", "person", "place"):
            table.add_column(name)
        table.add_column("P right", justify="right")
        table.add_column("by")
        for place, entry in enumerate(pool.entries[:SHOWN], start=1):
            where = ", ".join(item for item in (entry.title, entry.function) if item)
            table.add_row(
                f"{place}.",
                f"{entry.person.name} ({entry.person.id})",
                where,
                say_probability(entry.right),
                _say(entry),
            )
        parts.append(table)
        if (more := len(pool.entries) - SHOWN) > 0:
            parts.append(Text(f"… and {more} more (--json has all)", style="dim"))
        if unlikely := sum(entry.right < EVEN for entry in pool.entries):
            words = "The last is" if unlikely == 1 else f"The last {unlikely} are"
            parts.append(Text(f"{words} likelier wrong than right, and listed since the others leave room."))
    return Group(*parts, *map(_word_abstention, pool.abstained))


def render_verification_plan(plan: VerificationPlan) -> RenderableType:
    """Lay out what to make sure of next, most gain an hour first."""
    parts: list[RenderableType] = [
        _word_head("What to make sure of next for the pool", plan.role, plan.asked, plan.precision),
        Text(f"{_word_standing(plan)} {plan.rests_on}"),
        Text(f"as of {plan.as_of}, {plan.model}; probabilities calibrated against: {plan.calibration}", style="dim"),
    ]
    if plan.steps:
        table = Table(box=None, pad_edge=False)
        for name in ("", "who", "skill", "through"):
            table.add_column(name)
        for name in ("hours", "P right", "if success", "if not", "put right an hour"):
            table.add_column(name, justify="right")
        for place, step in enumerate(plan.steps, start=1):
            table.add_row(
                f"{place}.",
                f"{step.person.name} ({step.person.id})",
                step.skill.name,
                _say_through(step),
                say_number(step.hours),
                say_probability(step.right),
                f"{say_probability(step.right_if_success)} ({say_share(step.success)})",
                f"{say_probability(step.right_if_failure)} ({say_share(1 - step.success)})",
                f"{step.gain_per_hour:.3f}",
            )
        parts.append(table)
    else:
        parts.append(Text("No assessment and no request on offer would change who is on the list.", style="yellow"))
    if plan.unpriced:
        names = say_some([item.name for item in plan.unpriced])
        parts.append(Text(f"Left out, since nobody says how many hours they take: {names}", style="yellow"))
    return Group(*parts, *map(_word_abstention, plan.abstained))


def _word_standing(plan: VerificationPlan) -> str:
    edge = say_probability(plan.edge)
    if plan.listed:
        return f"{plan.listed} people keep the promise now; whoever is right with at least {edge} gets or stays listed."
    return f"Nobody keeps the promise now; the likeliest is right with {edge}, and bringing people past that counts."


def _word_head(what: str, role: Named | None, asked: tuple[AskedSkill, ...], precision: float) -> Text:
    target = role.name if role else " and ".join(_say_asked(item) for item in asked)
    return Text.assemble(f"{what} for ", (target, "bold"), f", promised precision {precision:.0%}")


def _say_asked(item: AskedSkill) -> str:
    return f"{item.skill.name} (level {say_level(item.level)} or above)" if item.level > 0 else item.skill.name


def _word_promise(pool: PromisedPool) -> Text:
    if pool.expected_precision is None:
        why = (
            "of nobody is there enough to believe it"
            if pool.likeliest is None
            else f"the likeliest of {pool.considered} people is right with {say_probability(pool.likeliest)}"
        )
        return Text(f"Nobody can be listed under this promise: {why}.", style="yellow")
    return Text.assemble(
        (f"{len(pool.entries)} of {pool.considered} people", "bold green"),
        f": about {pool.expected_wrong:.1f} of them are expected to be wrong "
        f"(expected precision {pool.expected_precision:.1%}), and about {pool.expected_missed:.1f} right people are "
        "expected among those left out",
    )


def _say(entry: PromisedEntry) -> str:
    shown = sorted(entry.skills, key=lambda item: -item.met)[:3]
    words = [
        f"{item.skill.name} ({say_source(item.listed, item.verified)}, level {say_level(item.level)})" for item in shown
    ]
    more = len(entry.skills) - len(shown)
    return "; ".join(words) + (f"; and {more} more" if more > 0 else "")


def _say_through(step: Verification) -> str:
    return step.through.name if step.action == "assessment" else f"an endorsement by {step.through.name}"


def _word_abstention(item: Abstention) -> Text:
    who = f"{item.person.name} ({item.person.id}), " if item.person else ""
    skills = say_some([skill.name for skill in item.skills])
    return Text(f"Nothing is promised of {who}{skills}: {item.reason}", style="yellow")
