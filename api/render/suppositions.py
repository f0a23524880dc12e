"""Bridges as they would be, and what they cost on average, as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from api.render.moves import render_bridge
from api.render.words import say_number, say_probability, say_some
from engine.bridge_results import BridgeExpectation, ExpectedBridge, ReliedSkill, WhatIf
from engine.bridges.result import OUT_OF_REACH
from engine.results import Bridge


def render_what_if(answer: WhatIf) -> RenderableType:
    """Lay out the bridge as it would be, after what it costs as things are."""
    now, then = _say_price(answer.now), _say_price(answer.then)
    return Group(
        Text.assemble("As things are: ", (now, "bold")),
        Text.assemble("As supposed:   ", (then, "bold"), "\n"),
        render_bridge(answer.then),
    )


def render_expectation(answer: BridgeExpectation) -> RenderableType:
    """Lay out what the cheapest bridge costs on average and what it counts on, and a better bounded one."""
    head = Text.assemble((answer.person.name, "bold"), " to ", (answer.role.name, "bold"))
    head.append(": what it costs on average, should skills that are only believed turn out to be missing")
    parts: list[RenderableType] = [
        head,
        *(Text(f"  - out of reach: {item}", style="yellow") for item in answer.missing),
        *_say_weighed("The cheapest bridge", answer.cheapest, answer.currency),
    ]
    if answer.hedged:
        parts += ["", *_say_weighed("One that counts on less", answer.hedged, answer.currency)]
    else:
        parts.append(Text("No other bridge is bounded better on average.", style="dim"))
    terms = f"With an hour at {say_number(answer.money_per_hour)} {answer.currency}; skills are missing independently."
    return Group(*parts, Text(terms, style="dim"))


def _say_price(bridge: Bridge) -> str:
    if bridge.status in OUT_OF_REACH:
        return "no bridge reaches the role"
    return f"{say_number(bridge.price)} {bridge.currency} in {say_number(bridge.weeks)} weeks"


def _say_weighed(title: str, weighed: ExpectedBridge, currency: str) -> list[Text]:
    bridge = weighed.bridge
    least, most = weighed.expected_least, weighed.expected_most
    if most is None:
        average = f"at least {say_number(least)}"
    else:
        average = say_number(most) if most - least < 0.01 else f"{say_number(least)} to {say_number(most)}"
    lines = [
        Text.assemble(
            f"{title}: price {say_number(bridge.price)} {currency}, on average ", (f"{average} {currency}", "bold")
        ),
        Text(f"  {say_some([step.title for step in bridge.steps]) or 'no move is needed'}"),
    ]
    for item in sorted(weighed.relies_on, key=lambda item: item.probability):
        lines.append(
            Text(f"  counts on {item.skill.name} ({say_probability(item.probability)}): {_say_lack(item, currency)}")
        )
    if weighed.stranded:
        lines.append(
            Text(f"  with probability {say_probability(weighed.stranded)} something is missing that no move brings")
        )
    return lines


def _say_lack(item: ReliedSkill, currency: str) -> str:
    if item.dearer is None:
        return "no move brings it"
    return f"{say_number(item.dearer)} {currency} more, should it be missing"
