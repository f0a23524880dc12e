"""What a model is, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.inference.attributes import AttributeCode
from engine.inference.model import SkillModel


@dataclass(frozen=True)
class ModelSummary:
    """A model at a glance."""

    model: str
    """Its version: the digest of its content."""
    people: int
    """People with a profile that it was fitted on."""
    skills: int
    """Skills it knows."""
    skills_learnt: int
    """Of these, skills whose co-occurrence it has learnt."""
    skills_adopted: int
    """Of these, skills that lean on skills of near meaning, because hardly anybody shows them."""
    attributes: tuple[str, ...]
    """What it knows of people beside their skills, and how finely."""
    embedder: str | None
    """The text model that reads what is written about people; None when nothing is read."""
    residual_units: int
    """Hidden units of what the profile says as a whole; 0 where too few people taught it."""
    profiles_held: int
    """Profiles that are in the model, to find those most alike in; 0 but for a wide model. They are personal data."""
    calibration: str
    """What its probabilities are calibrated against: ``none``, ``listing`` or ``audit(n, date)``."""
    calibration_text: str
    """The same in a sentence."""


def summarise_model(model: SkillModel) -> ModelSummary:
    """Tell what a model is."""
    return ModelSummary(
        model=model.version,
        people=model.people,
        skills=len(model.skills),
        skills_learnt=len(model.learnt),
        skills_adopted=len(model.adopted),
        attributes=tuple(_say_code(code) for code in model.attributes),
        embedder=model.embedder or None,
        residual_units=len(model.residual_bias),
        profiles_held=0 if model.wide is None else len(model.wide.entities.ids),
        calibration=model.calibration,
        calibration_text=model.calibration_text,
    )


def _say_code(code: AttributeCode) -> str:
    return f"{code.name} ({code.width:,} {'ranges' if code.edges else 'categories'})"
