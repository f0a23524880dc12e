"""All that is held about a person as one page that opens in any browser and needs nothing else.

Built as a tree by the standard library, so that whatever people wrote is text and never markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from api.render.words import say_level, say_probability
from engine.personal_results import ExplainedBelief, HeldVisibility, PersonalExport

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; }
summary { cursor: pointer; padding: .25rem 0; }
.quiet { color: #666; }
"""


def write_personal_page(held: PersonalExport) -> bytes:
    """Return the page as HTML."""
    page = Element("html", lang="en")
    head, body = SubElement(page, "head"), SubElement(page, "body")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    title = f"What is held about {held.person.name}"
    _say(head, "title", title)
    _say(head, "style", _STYLE)
    _say(body, "h1", title)
    _say(body, "p", f"Exported on {held.exported_on}. Inference for you is {_say_switch(held.inference)}.")
    for item in held.visibility:
        _say(body, "p", _say_visibility(item))
    _say(body, "h2", "How it works")
    for sentence in held.logic:
        _say(body, "p", sentence)
    _say(body, "h2", "What is believed of you")
    _add_beliefs(body, held.beliefs)
    _say(body, "h2", "Evidence about you")
    _add_table(
        body,
        ("skill", "kind", "level", "score", "seen on", "valid until", "state", "from", "by", "note"),
        (
            (item.skill, item.kind.replace("_", " "), item.level, item.score, item.observed_on, item.valid_until,
             item.status, ", ".join(filter(None, (item.via, item.origin, item.data_set))), item.by, item.note)
            for item in held.evidence
        ),
    )  # fmt: skip
    _say(body, "h2", "Endorsements, which belong to both of you")
    _add_table(
        body,
        ("", "person", "skill", "level", "on", "state"),
        (
            (item.direction, item.other, item.skill, item.level, item.observed_on, item.status)
            for item in held.endorsements
        ),
    )
    _say(body, "h2", "You and your place")
    places = (
        ("team", held.teams),
        ("reports to", held.managers),
        ("is reported to by", held.reports),
        ("role", [item.title + (f" since {item.since_on}" if item.since_on else "") for item in held.roles]),
        ("interest", held.interests),
    )
    _add_table(
        body,
        ("what", "held", "meaning"),
        [(item.name.replace("_", " "), item.value, item.meaning) for item in held.facts]
        + [(name, value, None) for name, values in places for value in values],
    )
    _say(body, "h2", "Attributes that serve audits only")
    _add_table(body, ("what", "held"), ((item.name, item.value) for item in held.protected_attributes))
    _say(body, "h2", "Audits")
    _add_table(
        body,
        ("skill", "drawn on", "by", "believed then", "found", "on", "by"),
        (
            (item.skill, item.drawn_on, item.drawn_by, say_probability(item.probability), item.outcome,
             item.recorded_on, item.recorded_by)
            for item in held.audits
        ),
    )  # fmt: skip
    _say(body, "h2", "Bridges")
    _add_table(
        body,
        ("to", "accepted on", "state", "steps"),
        ((item.role, item.accepted_on, item.status, "; ".join(item.steps)) for item in held.bridges),
    )
    _say(body, "h2", "Roles you watch, or are held to be interested in")
    _add_table(
        body,
        ("role", "for", "since"),
        ((item.role.name, "yourself" if item.kind == "own" else "others", item.since) for item in held.watches),
    )
    _say(body, "h2", "Messages to you and about you")
    _add_table(
        body,
        ("when (UTC)", "to", "what", "by e-mail"),
        ((f"{item.written_at:%Y-%m-%d %H:%M}", item.to, item.text, item.mailed_at) for item in held.messages),
    )
    _say(body, "h2", "When you were named in a list or a recommendation")
    _add_table(
        body,
        ("when (UTC)", "what", "outcome", "asked by you", "record"),
        (
            (f"{item.asked_at:%Y-%m-%d %H:%M}", item.operation.replace("_", " "), item.outcome,
             "yes" if item.asked_by_them else "no", item.id)
            for item in held.decisions
        ),
    )  # fmt: skip
    return b"<!doctype html>\n" + tostring(page, encoding="utf-8", method="html")


def _add_beliefs(body: Element, beliefs: Sequence[ExplainedBelief]) -> None:
    if not beliefs:
        _say(body, "p", "Nothing.").set("class", "quiet")
    for item in beliefs:
        details = SubElement(body, "details")
        kind = "you list it" if item.listed else "you did not list it"
        level = say_level(item.level, item.level_low, item.level_high)
        verified = ", verified" if item.verified else ""
        summary = f"{item.skill.name}: {say_probability(item.probability)}, level {level}; {kind}{verified}"
        _say(details, "summary", summary)
        _add_table(
            details,
            ("reason", "log-odds", "probability without it"),
            ((term.text, f"{term.logit:+.2f}", say_probability(term.probability_without)) for term in item.reasons),
        )
        _say(details, "p", f"As of {item.as_of}, {item.model}.").set("class", "quiet")


def _add_table(body: Element, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    rows = list(rows)
    if not rows:
        _say(body, "p", "Nothing.").set("class", "quiet")
        return
    table = SubElement(body, "table")
    head = SubElement(SubElement(table, "thead"), "tr")
    for name in columns:
        _say(head, "th", name)
    lines = SubElement(table, "tbody")
    for row in rows:
        line = SubElement(lines, "tr")
        for value in row:
            _say(line, "td", "" if value is None else str(value))


def _say(parent: Element, tag: str, text: str) -> Element:
    element = SubElement(parent, tag)
    element.text = text
    return element


def _say_switch(switch: str) -> str:
    return {
        "on": "on",
        "soft_off": "paused: what was inferred stays and nothing new is",
        "hard_off": "off: nothing is inferred, and what was inferred was removed",
    }[switch]


def _say_visibility(item: HeldVisibility) -> str:
    which = {"listed": "the skills you list", "hidden": "the skills you are believed to have beside"}[item.skills]
    why = {
        "person": "you chose so",
        "data_set": "a data set says so of you",
        "team": "that is said for your team",
        "organisation": "that is said for the whole organisation",
        "nobody": "nobody has said otherwise",
    }[item.by]
    return f"Others {'see' if item.visible else 'do not see'} {which}: {why}."
