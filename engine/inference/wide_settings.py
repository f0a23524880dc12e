"""What may be set about models of wide catalogues; every default says where it comes from."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class WideSettings(BaseModel):
    """How a wide model is fitted; measured defaults come from ``skillway bench occupations``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mask_low: float = Field(default=0.1, ge=0, lt=1)
    """Smallest share of a profile that is hidden while learning."""
    mask_high: float = Field(default=0.7, gt=0, lt=1)
    """Largest share; the mean of both is the dropout of the co-occurrence."""
    penalty: float | None = Field(default=None, gt=0)
    """Ridge penalty of the co-occurrence, in people; the best of ``penalties`` when not given."""
    penalties: tuple[float, ...] = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)
    """Penalties to choose among, rising."""
    keep: int = Field(default=400, ge=1)
    """Co-occurrence weights kept a skill: fewer make a smaller model and rank a little worse."""
    indexed: int = Field(default=10_000, ge=1)
    """Most people or occupations that can be retrieved; a seeded sample of more."""
    alike: int = Field(default=20, ge=1)
    """How many with profiles most alike."""
    alike_sharpness: float = Field(default=12.0, gt=0)
    """Factor on the cosine of profiles inside the softmax."""
    by_text: int = Field(default=30, ge=1)
    """How many with texts most alike."""
    text_sharpness: float = Field(default=15.0, gt=0)
    """Factor on the cosine of texts inside the softmax."""
    neighbours: int = Field(default=20, ge=1)
    """Nearest skills by embedding."""
    neighbour_sharpness: float = Field(default=12.0, gt=0)
    """Factor on the cosine of skills inside the softmax."""
    neighbour_strength: float = Field(default=30.0, gt=0)
    """People that the neighbours of a skill are worth against everybody who does not show it. Hand-set."""
    group_strength: float = Field(default=2.0, gt=0)
    """Members that nothing is worth in the share of a group: how far small groups are believed."""
    stack_people: int = Field(default=800, ge=1)
    """Most people whose hidden skills the coefficients are learnt from."""
    seed: int = 0
    """Seed of every random draw."""
