"""What may be set about inference; every default says where it comes from."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class InferenceSettings(BaseModel):
    """How a model is fitted and how evidence is weighed.

    Measured defaults come from the masked-completion runs on the 2019 and 2023 developer surveys
    (``skillway bench inference``); the others are hand-set and say so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = Field(default=0.5, gt=0, lt=1)
    """Probability from which a skill the person does not list counts as hidden."""
    floor: float = Field(default=0.05, ge=0, lt=1)
    """Beliefs below this probability are not kept, unless there is evidence."""

    mask_low: float = Field(default=0.1, ge=0, lt=1)
    """Smallest share of a profile that is hidden while learning."""
    mask_high: float = Field(default=0.7, gt=0, le=1)
    """Largest share. Their mean is the share of skills assumed to go unlisted: measured hide rates of real
    profiles are unknown, and probabilities move with it (expected calibration error .002 when right, .03 when off)."""
    weight_sd: float = Field(default=0.6, gt=0)
    """Prior standard deviation of a co-occurrence weight, in log-odds.

    Measured: flat from .5 to 1, for 300 and for 9,000 people.
    """
    attribute_sd: float = Field(default=1.5, gt=0)
    """Prior standard deviation of the weight of an attribute, such as a role, on a skill, in log-odds."""
    base_sd: float = Field(default=1.0, gt=0)
    """Prior standard deviation of a skill's base rate about its empirical-Bayes estimate, in log-odds."""
    newcomer_share: float = Field(default=0.05, ge=0, le=1)
    """Share of the profiles of a step of which almost all is hidden, so that newcomers are guessed at as well."""
    newcomer_skills: float = Field(default=4.0, gt=0)
    """Of those profiles between none and this many skills, in expectation, stay visible."""
    residual_units: int = Field(default=256, ge=0)
    """Hidden units of the residual; 0 for a sum over single skills and nothing else."""
    residual_min_people: int = Field(default=2000, ge=1)
    """People with a profile needed before a residual is learnt; fewer cannot tell a pattern from chance."""
    residual_price: float = Field(default=0.15, ge=0)
    """Charge on the square of the residual. Measured on both surveys: at .15 it stays under half a unit of log-odds for
    nine suggestions in ten, and half of what a free network gains is kept."""
    residual_dropout: float = Field(default=0.3, ge=0, lt=1)
    """Share of hidden units left out at each step."""
    residual_sd: float = Field(default=2.0, gt=0)
    """Prior standard deviation of the residual's weights."""
    updates: int = Field(default=1200, ge=1)
    """Fewest gradient steps; large organisations take more so that everybody is seen ``passes`` times."""
    passes: int = Field(default=12, ge=1)
    """Fewest passes over the people."""
    batch: int = Field(default=256, ge=1)
    """People in one gradient step, at most."""
    learning_rate: float = Field(default=0.005, gt=0)
    """First step size of Adam; it falls to zero along a cosine."""
    seed: int = 0
    """Seed of every random draw: the same people and settings give the same bytes."""
    min_listings: int = Field(default=3, ge=1)
    """People who must show a skill before its own co-occurrence is learnt; below, its nearest skills stand in."""
    max_trained_skills: int = Field(default=2000, ge=1)
    """Most skills whose co-occurrence is trained by masking; of more, a wide model is fitted in closed form."""
    min_people: int = Field(default=30, ge=1)
    """People with a profile needed before probabilities are called calibrated against listing."""

    neighbours: int = Field(default=20, ge=1)
    """Nearest skills, by embedding, that stand in for a skill hardly anybody shows."""
    neighbour_sharpness: float = Field(default=12.0, gt=0)
    """Factor on the cosine inside the softmax over neighbours (measured: AUC .82 for unseen skills)."""
    neighbour_strength: float = Field(default=30.0, ge=0)
    """People that the neighbours' base rate is worth against the count of those who show the skill. Hand-set."""

    evidence_prior: float = Field(default=0.25, gt=0, lt=1)
    """Where somebody speaks of a skill at all, the prior is lifted towards this. Rare skills are seldom named by
    accident, so a base rate of 1 in 1,000 must not drown a passed test. Hand-set."""
    same_source_factor: float = Field(default=0.3, ge=0, le=1)
    """Weight of further evidence from one source (the same course, project or signatory). Hand-set."""
    endorsement_factor: float = Field(default=0.7, ge=0, le=1)
    """Tempering of one endorsement vote (measured against rings: gain .08–.21 instead of .5–.9)."""
    mutual_factor: float = Field(default=0.35, ge=0, le=1)
    """Tempering of a vote by people who exchange endorsements with the person."""
    mutual_bound: float = Field(default=0.6, ge=0)
    """Most log-odds that all who exchange endorsements with the person can add together: at .6 no ring, of any size,
    gains more than .15 of probability."""
    endorser_cells_if_has: float = Field(default=12.0, gt=0)
    """Skills people have that the prior on how often an endorser vouches for such skills is worth (measured: EM with 12
    and 1,200 told good endorsers from bad at a correlation of .65–.85 in simulated companies)."""
    endorser_cells_if_not: float = Field(default=1200.0, gt=0)
    """The same for skills people lack."""
    endorsement_cap: float = Field(default=0.8, gt=0, lt=1)
    """Endorsements alone never lift a probability past this."""
    silence_factor: float = Field(default=0.7, ge=0, le=3)
    """Tempering of colleagues' silence; it takes .07 of log-odds at .7, .3 at 3, nothing at 0. Hand-set. In simulated
    worlds people among whom a skill is endorsed have it more often, silence or not, so it must stay weak."""

    min_audits: int = Field(default=50, ge=1)
    """Audited outcomes from which weights are learnt and probabilities are called audited. Hand-set."""
    audit_shift_sd: float = Field(default=0.5, gt=0)
    """Prior standard deviation, in log-odds, of what audits add for everybody; tried from .3 to 1 in simulations."""
    audit_slope_sd: float = Field(default=0.15, gt=0)
    """Prior standard deviation, about 1, of what log-odds before evidence are worth; .3 was tried too."""
    audit_factor_sd: float = Field(default=0.7, gt=0)
    """Prior standard deviation, about 1, of what a kind of evidence is worth; flat from .5 to 1.2 in simulations."""
    audit_weight_cap: float = Field(default=10.0, ge=1)
    """Most weight of one outcome, in medians: a tiny propensity must not let one outcome decide. Hand-set."""

    level_drift: float = Field(default=0.2, gt=0)
    """Variance a level gains each year, in squared steps of the 0–5 scale (.45 a square root of a year); what is learnt
    from ratings starts here."""
