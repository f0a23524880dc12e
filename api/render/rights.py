"""People's rights as a person reads them: what holds for somebody now, what is held, what was erased."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.words import say_level, say_probability
from engine.personal_results import PersonalExport
from engine.record_results import ChoiceChange, ErasureList, ErasureReceipt

_SAID_BY = {
    "person": "themselves",
    "data_set": "a data set",
    "team": "their team",
    "organisation": "the organisation",
    "nobody": "nobody, so others see them",
}
_SEEN = {True: "others see them", False: "kept from others"}


def render_choice(change: ChoiceChange) -> RenderableType:
    """Lay out what holds for a person after a choice of theirs."""
    table = Table.grid(padding=(0, 2))
    table.add_row("inference", change.inference)
    table.add_row("listed skills", _SEEN[change.listed_visible])
    table.add_row("hidden skills", _SEEN[change.hidden_visible])
    table.add_row("beliefs changed", str(change.changed))
    return Group(Text.assemble((change.person.name, "bold"), f"  {change.person.id}"), table)


def render_export(held: PersonalExport) -> RenderableType:
    """Lay out what is held in short; a file has it all."""
    head = Text.assemble((held.person.name, "bold"), f"  {held.person.id}")
    facts = Table(title="\nheld", title_justify="left", box=None, pad_edge=False, show_header=False)
    for fact in held.facts:
        facts.add_row(fact.name, str(fact.value), Text(fact.meaning, style="dim"))
    for item in held.visibility:
        facts.add_row(f"{item.skills} skills", _SEEN[item.visible], Text(f"Said by: {_SAID_BY[item.by]}.", style="dim"))
    for name, count in (
        ("evidence", len(held.evidence)),
        ("endorsements", len(held.endorsements)),
        ("audits", len(held.audits)),
        ("bridges", len(held.bridges)),
        ("watches", len(held.watches)),
        ("messages", len(held.messages)),
        ("decisions", len(held.decisions)),
    ):
        facts.add_row(name, str(count), "")
    beliefs = Table(title="\ninferred", title_justify="left", box=None, pad_edge=False)
    for name in ("skill", "P", "level", "because, above all"):
        beliefs.add_column(name)
    for item in held.beliefs:
        level = say_level(item.level, item.level_low, item.level_high)
        because = max(item.reasons, key=lambda reason: reason.logit).text
        beliefs.add_row(item.skill.name, say_probability(item.probability), level, because)
    hint = Text("--out FILE.html writes it all as a page, --out FILE.json for programs", style="dim")
    return Group(head, facts, beliefs, hint)


def render_receipt(receipt: ErasureReceipt) -> RenderableType:
    """Lay out what went, and what is left to do."""
    table = Table.grid(padding=(0, 2))
    for name, count in receipt.counts.items():
        if count:
            table.add_row(name.replace("_", " "), str(count))
    parts: list[RenderableType] = [
        Text.assemble("erased  ", (receipt.id, "bold"), f"  {receipt.erased_at:%Y-%m-%d %H:%M} UTC"),
        table,
    ]
    if receipt.models_left:
        left = ", ".join(receipt.models_left)
        parts.append(Text(f"the model was fitted with them ({left}); run: skillway infer", style="yellow"))
    return Group(*parts)


def render_receipts(found: ErasureList) -> RenderableType:
    """Lay out every receipt."""
    return Group(*map(render_receipt, found.receipts)) if found.receipts else Text("nobody was erased")
