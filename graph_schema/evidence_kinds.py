"""The closed list of evidence kinds: adding one is one value here.

The formula, the loaders' validation, the choices of CLI and API and the legend of a page all read this list.

Each kind says how often such evidence is seen for people who have the skill (``rate_if_has``) and for people who do
not (``rate_if_not``), how far it can be trusted at all (``reliability``), how fast it fades, and how precisely it
tells the level. The weight of one piece of evidence is the bounded log-likelihood ratio of
``engine/inference/weighing.py``, times what audits found that kind to be worth (``engine/inference/audit_fit.py``).

Where the numbers come from:

- Rates, reliabilities and the normal curves of graded kinds are hand-set starting points. Only the ratio of the two
  rates and the reliability enter; fresh evidence of one piece is worth 3.2 (self-report), 2.3 (attestation), 2.1
  (project outcome), 2.0 (credential), 1.5 (endorsement after tempering) and 1.3 (course completion) in log-odds.
  How near they come to a planted truth, and how much nearer a few audits bring them: ``skillway bench fusion``.
- The rates of endorsements are those of a simulated organisation in which half of the endorsements of unlisted skills
  are false. No public data joins people, endorsements and verified outcomes.
- A half-life is that of the reliability: at 12 years the weight itself halves in about five, the middle of the
  measured flat optimum (log loss at half-lives of .5, 1, 2, 3, 6, 10 years and none: .107, .101, .095, .094, .092,
  .092, .093: a short one costs more than none). New and unpractised skills fade faster (half the gain is lost after 6.5
  to 13 months: Tatel and Ackerman; d = -1.4 after a year: Arthur and others, 1998); skills in use do not. So the clock
  starts at the last use, which the kinds with ``shows_use`` tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class ScoreCurve:
    """How scores from 0 to 1 fall for people with and without the skill: two normal curves of one width.

    Half-way between the two means a score says nothing; below it the score speaks against the skill.
    """

    mean_if_has: float
    """Mean score of people who have the skill."""
    mean_if_not: float
    """Mean score of people who do not."""
    sd: float
    """Standard deviation of both."""

    @property
    def middle(self) -> float:
        """The score that says nothing; below it the evidence speaks against the skill."""
        return (self.mean_if_has + self.mean_if_not) / 2


@dataclass(frozen=True, kw_only=True)
class EvidenceKind:
    """How one kind of evidence speaks about a skill."""

    name: str
    description: str
    rate_if_has: float
    """P(such evidence exists | the person has the skill)."""
    rate_if_not: float
    """P(such evidence exists | the person does not have it)."""
    reliability: float
    """Share of such evidence, when fresh, that depends on the skill at all; the rest is taken for noise. It bounds
    the weight of one piece at log((1 + reliability) / (1 - reliability))."""
    half_life_years: float
    """Time after which the reliability is half; the weight falls faster."""
    level_sd: float
    """Standard deviation of the level it states, in steps of the 0–5 scale."""
    verifies: bool
    """Whether it makes a skill verified while it is valid."""
    shows_use: bool
    """Whether it shows the skill in use on its day, so that all that speaks for the skill is as fresh as it."""
    judges_level: bool = True
    """Whether its level was judged of the person; a course or a badge states its own, the same for all."""
    scores: ScoreCurve | None = None
    """For kinds that carry a score: how scores fall, so that a low score speaks against the skill."""
    sentence: str
    """How an explanation says it, with ``{via}``, ``{by}``, ``{score}`` and ``{on}`` filled in."""

    @property
    def graded(self) -> bool:
        """Whether it carries a score from 0 to 1, so that a low score speaks against the skill."""
        return self.scores is not None

    @property
    def speaks_for(self) -> bool:
        """Whether it speaks for the skill when it carries no score."""
        return self.rate_if_has > self.rate_if_not


EVIDENCE_KINDS: Mapping[str, EvidenceKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            EvidenceKind(
                name="self_report", description="The person lists the skill.",
                rate_if_has=0.60, rate_if_not=0.01, reliability=0.95,
                half_life_years=12, level_sd=1.0, verifies=False, shows_use=False,
                sentence="listed by the person themselves ({on})",
            ),
            EvidenceKind(
                name="endorsement", description="A peer vouches for the skill.",
                rate_if_has=0.10, rate_if_not=0.006, reliability=0.90,
                half_life_years=10, level_sd=1.1, verifies=False, shows_use=False,
                sentence="endorsed by {by} ({on})",
            ),
            EvidenceKind(
                name="attestation", description="Someone accountable, such as the manager, signs for the skill.",
                rate_if_has=0.20, rate_if_not=0.01, reliability=0.90,
                half_life_years=12, level_sd=0.8, verifies=True, shows_use=True,
                sentence="attested by {by} ({on})",
            ),
            EvidenceKind(
                name="assessment", description="A test measured the skill; a low score counts against it.",
                rate_if_has=0.80, rate_if_not=0.10, reliability=0.95,
                half_life_years=12, level_sd=0.6, verifies=True, shows_use=True,
                scores=ScoreCurve(mean_if_has=0.70, mean_if_not=0.30, sd=0.20),
                sentence="assessment {via}, score {score} ({on})",
            ),
            EvidenceKind(
                name="credential", description="A badge or certificate that an issuer stands behind.",
                rate_if_has=0.25, rate_if_not=0.02, reliability=0.90,
                half_life_years=12, level_sd=0.7, verifies=True, shows_use=False,
                judges_level=False,
                sentence="credential {via} ({on})",
            ),
            EvidenceKind(
                name="course_completion", description="The person finished a course that teaches the skill.",
                rate_if_has=0.25, rate_if_not=0.05, reliability=0.85,
                half_life_years=8, level_sd=1.0, verifies=False, shows_use=False,
                judges_level=False,
                sentence="completed the course {via} ({on})",
            ),
            EvidenceKind(
                name="project_outcome", description="The skill was seen in work that was delivered.",
                rate_if_has=0.30, rate_if_not=0.02, reliability=0.90,
                half_life_years=12, level_sd=0.8, verifies=True, shows_use=True,
                sentence="used it in {via} ({on})",
            ),
            EvidenceKind(
                name="rejection", description="The person says they do not have the skill.",
                rate_if_has=0.01, rate_if_not=0.50, reliability=0.97,
                half_life_years=12, level_sd=1.0, verifies=False, shows_use=False,
                sentence="the person says they do not have it ({on})",
            ),
        )
    }
)  # fmt: skip
"""Every kind of evidence by its name."""
