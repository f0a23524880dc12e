"""What a bridge was to keep to, as a person reads it, and what that would ask where none keeps it."""

from __future__ import annotations

from rich.text import Text

from api.render.words import say_number, say_some
from engine.results import BridgeConditions, BridgeLimit


def say_conditions(conditions: BridgeConditions, currency: str) -> list[Text]:
    """Say the limits and choices in force; nothing where there are none."""
    said = [f"at most {_say_amount(item.limit, item.most, currency)}" for item in conditions.limits]
    if conditions.required:
        said.append(f"with {say_some([move.name for move in conditions.required])}")
    if conditions.started:
        said.append(f"under way {say_some([move.name for move in conditions.started])}")
    return [Text(f"Kept to: {'; '.join(said)}.", style="dim")] if said else []


def say_limits_broken(conditions: BridgeConditions, status: str, currency: str) -> list[Text]:
    """Say that no bridge was found within the limits, what each asks for, and what the cheapest costs without."""
    price = conditions.price_without_limits
    if price is None:
        return []
    proof = (
        "No bridge keeps the limits (proven):"
        if status == "infeasible"
        else ("No bridge was found that keeps the limits, nor is it proven that there is none:")
    )
    return [
        Text(proof, style="yellow"),
        *(Text(f"  - {_say_limit(item, currency)}") for item in conditions.limits if item.cheapest is not None),
        Text(f"  The cheapest bridge that need not keep them has the price {say_number(price)} {currency}."),
    ]


def _say_limit(item: BridgeLimit, currency: str) -> str:
    most, cheapest = (_say_amount(item.limit, amount or 0.0, currency) for amount in (item.most, item.cheapest))
    least = _say_amount(item.limit, item.least or 0.0, currency)
    if item.reached is None:
        reached = ""
    elif item.reached == item.least:
        reached = ", and one takes no more"
    else:
        reached = f", and one takes {_say_amount(item.limit, item.reached, currency)}"
    return f"at most {most}: the cheapest bridge takes {cheapest}, none takes less than {least} (proven){reached}"


def _say_amount(limit: str, amount: float, currency: str) -> str:
    return f"{say_number(amount)} {currency if limit == 'money' else limit}"
