"""A model and a score of it as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.render.words import say_probability
from engine.inference.model_summary import ModelSummary
from engine.inference.profile_scores import ProfileExplanation


def render_model(summary: ModelSummary) -> RenderableType:
    """Lay out what a model is."""
    rest = summary.skills - summary.skills_learnt - summary.skills_adopted
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_row("model", summary.model)
    table.add_row("people", f"{summary.people:,} with a profile")
    table.add_row("skills", f"{summary.skills:,}")
    table.add_row("", f"{summary.skills_learnt:,} by what goes together")
    table.add_row("", f"{summary.skills_adopted:,} by skills of near meaning, hardly anybody shows them")
    table.add_row("", f"{rest:,} by their base rate alone")
    table.add_row("attributes", ", ".join(summary.attributes) or "none")
    table.add_row("texts", f"read by {summary.embedder}" if summary.embedder else "none")
    table.add_row("whole profile", f"{summary.residual_units:,} units" if summary.residual_units else "not learnt")
    if summary.profiles_held:
        table.add_row("profiles held", f"{summary.profiles_held:,}, to compare with: personal data")
    table.add_row("calibration", Text(summary.calibration_text))
    return table


def render_profile_explanation(explanation: ProfileExplanation) -> RenderableType:
    """Lay out the terms of one score; they add up to its log-odds."""
    table = Table(box=None, pad_edge=False)
    table.add_column("log-odds", justify="right")
    table.add_column("because")
    table.add_column("P without", justify="right")
    for term in explanation.terms:
        table.add_row(f"{term.logit:+.2f}", Text(term.text), say_probability(term.counterfactual))
    table.add_row(f"{explanation.logit:+.2f}", Text("sum of the above", style="dim"), "")
    head = Text.assemble(
        (explanation.person_id, "bold"), " has ", (explanation.skill_label, "bold"),
        f": P {say_probability(explanation.probability)}",
        ", shown already: this is what the rest of the profile says" if explanation.shown else "",
    )  # fmt: skip
    return Group(head, table, Text(f"{explanation.model}. {explanation.calibration_text}", style="dim"))
