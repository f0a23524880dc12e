"""Engine: every use case of Skillway in one object, the only one that the doors call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from engine import all_terms, names
from engine.audit_results import AuditAnswer, AuditDraw, AuditRecording, AuditStatus
from engine.audits import draw_audit, measure_audit, record_audit
from engine.beliefs import run_inference
from engine.contests import Contest, ask_for_role, ask_for_skills, check_question, judge_candidates
from engine.embed import run_embedding
from engine.explanations import explain_skill
from engine.inference.results import Explanation
from engine.message_desk import MessageDesk
from engine.names import resolve_name
from engine.past_pools import draw_past_pool
from engine.pools import draw_pool, measure_gap
from engine.profiles import read_profile
from engine.promised_pools import promise_pool
from engine.promised_results import PromisedPool, VerificationPlan, describe_promise
from engine.recalling import name_day
from engine.recording import NewEvidence, record_evidence, withdraw_evidence
from engine.registrar import Registrar
from engine.results import EmbeddingRun, EvidenceChange, Gap, InferenceRun, PersonProfile, Pool
from engine.veiling import veil_change
from engine.verifying import plan_verification

OnProgress = Callable[[str], None]


class Engine(Registrar, MessageDesk):
    """What Skillway can be asked. People, skills, roles and courses are given by id or by name.

    Args:
        store: The graph.
        settings: Thresholds, prices and the model's settings.
        clock: Gives the day that new inference is computed for.
        actor: Who asks, for the decision record.

    Raises:
        NotFound: Of every method: nothing answers to the name.
        AmbiguousName: Of every method: several things do.
        NotInferred: Of what rests on beliefs: inference has not been run.
        StoreError: Of every method: the graph could not be asked.
    """

    def profile(self, person: str, *, explain: bool = False, as_of: date | None = None) -> PersonProfile:
        """Return a person's listed skills and those they are believed to have but never listed.

        Args:
            person: The person.
            explain: Whether every hidden skill carries all terms of its probability.
            as_of: A past day: what was observed by then and had not expired is inferred with the present model, and
                nothing is written. Evidence withdrawn since does not count, for it should never have; where inference
                is off now, listed skills alone are told. Place and roles are those of today.

        Raises:
            InvalidInput: The day is yet to come.
        """
        who = self._person(person)
        known = self._know(who, as_of)
        profile = read_profile(self.store, who, known, self.settings.inference)
        return all_terms.add_to_profile(self.store, profile, known, self.settings.inference) if explain else profile

    def explain(self, person: str, skill: str, *, as_of: date | None = None) -> Explanation:
        """Return why a person is believed to have a skill: terms that sum to the log-odds, each with its source.

        Args:
            person: The person.
            skill: The skill.
            as_of: A past day, for what is known of the person, as in ``profile``.

        Raises:
            InvalidInput: Inference is switched off for the person, or the day is yet to come.
        """
        who, what = self._person(person), resolve_name(self.store, names.SKILL, skill)
        return explain_skill(self.store, who, what, self._know(who, as_of), self.settings.inference)

    def gap(self, person: str, role: str, *, explain: bool = False, as_of: date | None = None) -> Gap:
        """Return which requirements of a role a person meets, and how ready they are.

        Args:
            person: The person.
            role: The role; its requirements are those of today.
            explain: Whether every requirement of a hidden skill carries all terms of its probability.
            as_of: A past day, for what is known of the person, as in ``profile``.

        Raises:
            InvalidInput: The day is yet to come.
        """
        who, target = self._person(person), self._role(role)
        known = self._know(who, as_of)
        gap = measure_gap(self.store, who, target, known, self.settings.inference)
        return all_terms.add_to_gap(self.store, gap, known, self.settings.inference) if explain else gap

    def pool(
        self, role: str, *, top: int = 20, at_least: float = 0.5, explain: bool = False, as_of: date | None = None
    ) -> Pool:
        """Return the people for a role who do not hold it, listed and hidden, readiest first.

        Args:
            role: The role.
            top: Most people to return.
            at_least: Least readiness, 0–1.
            explain: Whether every hidden skill carries all terms of its probability, beside the strongest reasons.
            as_of: A past day: everybody who may be seen is inferred from what was observed by then, as in ``profile``,
                so it takes as long as inferring them. Who there is, what they hold and what the role requires are as
                they are today, and whoever's inference is off now is left out.

        Raises:
            InvalidInput: The role has no requirements, or the day is yet to come.
        """
        target, settings = self._role(role), self.settings.inference
        past = None
        if as_of is None:
            pool = draw_pool(self.store, target, settings, top, at_least)
        else:
            pool = draw_past_pool(self.store, target, settings, top, at_least, as_of, self._clock())
            past = (row for entry in pool.entries for row in self._know(entry.person, as_of).beliefs)
        if explain:
            pool = all_terms.add_to_pool(self.store, pool, settings, past)
        question = {"role": pool.role.id, "top": top, "at_least": at_least} | name_day(as_of)
        self._record("pool", question, (entry.person.id for entry in pool.entries), pool.model)
        return pool

    def promised_pool(
        self,
        role: str | None = None,
        *,
        skills: Sequence[str] = (),
        levels: Sequence[float] = (),
        precision: float = 0.9,
        core: bool = False,
    ) -> PromisedPool:
        """Return the longest list for a role or for skills whose expected share of right entries is as promised.

        Args:
            role: The role; its holders are left out. Either this or skills.
            skills: Skills that people must have, all of them.
            levels: The level 0–5 for each skill, in the same order; at whatever level when none is given.
            precision: The share of right entries promised, above 0 and below 1.
            core: Whether every core requirement of the role must be met besides.

        Raises:
            InvalidInput: Neither a role nor skills are asked for, or both; or a level or the precision is off.
        """
        pool = promise_pool(self._judge(role, skills, levels, core=core), precision)
        question = describe_promise(pool, core=core)
        self._record("promised_pool", question, (entry.person.id for entry in pool.entries), pool.model)
        return pool

    def verify_next(
        self,
        role: str | None = None,
        *,
        skills: Sequence[str] = (),
        levels: Sequence[float] = (),
        precision: float = 0.9,
        core: bool = False,
        count: int = 5,
    ) -> VerificationPlan:
        """Return which assessments and endorsement requests would put most entries of a promised pool right an hour.

        Args:
            role: As in ``promised_pool``, like all but the count.
            skills: Skills that people must have.
            levels: The level for each skill.
            precision: The share of right entries promised.
            core: Whether every core requirement of the role must be met besides.
            count: Most observations to return.

        Raises:
            InvalidInput: As in ``promised_pool``, or the count is below 1.
        """
        plan = plan_verification(
            self.store, self._judge(role, skills, levels, core=core), precision, count, self.settings
        )
        question = describe_promise(plan, core=core) | {"count": count}
        answer = (f"{step.person.id} {step.skill.id} {step.through.id}" for step in plan.steps)
        self._record("verify_next", question, answer, plan.model)
        return plan

    def record_evidence(
        self,
        person: str,
        skill: str,
        kind: str,
        *,
        level: float | None = None,
        score: float | None = None,
        observed_on: date | None = None,
        via: str | None = None,
        by: str | None = None,
        valid_until: date | None = None,
    ) -> EvidenceChange:
        """Record one piece of evidence about a person and return what it changed in what is believed of them.

        Nobody else's beliefs change, and the model stays; it learns from the evidence when everybody is inferred anew.
        The same thing told twice is one piece of evidence.

        Args:
            person: Whom it is about.
            skill: The skill it speaks of.
            kind: A kind of evidence other than ``endorsement``.
            level: Level shown, 0–5.
            score: Result, 0–1, of a kind that is graded; a low one speaks against the skill.
            observed_on: When the skill was last seen; today when not given.
            via: The course, project, assessment or credential that left it.
            by: Who signed or observed it.
            valid_until: Last day it counts; it does not expire when not given.

        Raises:
            InvalidInput: A value cannot be used; nothing is written.
        """
        today = self._clock()
        told = NewEvidence(person, skill, kind, level, score, observed_on or today, valid_until, via, by)
        return self._tell(record_evidence(self.store, told, self.settings.inference, today))

    def withdraw_evidence(self, evidence: str) -> EvidenceChange:
        """Withdraw a piece of evidence, by its id, and return what that changed: as if it had never been told."""
        return self._tell(withdraw_evidence(self.store, evidence, self.settings.inference, self._clock()))

    def draw_audit(self, size: int, *, seed: int = 0) -> AuditDraw:
        """Draw pairs of person and skill for somebody to find out about, so that probabilities can be calibrated.

        The draw is stratified by probability and evidence, its propensities are kept in the graph, and no pair is
        drawn twice. Only people whose inference is on are drawn.

        Args:
            size: How many pairs.
            seed: Of the draw.

        Raises:
            InvalidInput: There are not so many pairs left.
        """
        drawn = draw_audit(self.store, self.settings.inference, size, seed, self._clock(), self._actor)
        # The pairs themselves stand in the graph and go when the person goes; the record keeps how they were drawn.
        strata = (f"{item.name}: {item.drawn} of {item.pairs}" for item in drawn.strata)
        self._record("audit_draw", {"size": size, "seed": seed}, strata, drawn.model)
        return drawn

    def record_audit(self, answers: Sequence[AuditAnswer], on_progress: OnProgress | None = None) -> AuditRecording:
        """Record what an audit found, learn from it, infer everybody anew and say what that changed.

        Raises:
            InvalidInput: An answer cannot be used; nothing is recorded, and the message lists line and column.
        """
        return record_audit(self.store, self.settings.inference, answers, self._clock(), self._actor, on_progress)

    def audit_status(self) -> AuditStatus:
        """Return how far the audit is, and how well probabilities agree with what it found."""
        return measure_audit(self.store, self.settings.inference)

    def infer(self, on_progress: OnProgress | None = None) -> InferenceRun:
        """Fit the model on everybody, infer their skills and write what changed to the graph."""
        return run_inference(self.store, self.settings.inference, self._clock(), on_progress)

    def embed(self, on_progress: OnProgress | None = None) -> EmbeddingRun:
        """Write the vectors of skills that have none yet, all of them when the embedding model has changed.

        Raises:
            MissingExtra: The text embedding part is not installed.
        """
        return run_embedding(self.store, self.settings.embedding_model, on_progress)

    def _tell(self, change: EvidenceChange) -> EvidenceChange:
        return veil_change(self.store, change, may_read=self.caller.may_read_people)

    def _judge(self, role: str | None, skills: Sequence[str], levels: Sequence[float], *, core: bool) -> Contest:
        check_question(role, skills, levels, core=core)
        if role is not None:
            asked = ask_for_role(self.store, self._role(role), core=core)
        else:
            asked = ask_for_skills([resolve_name(self.store, names.SKILL, skill) for skill in skills], levels)
        return judge_candidates(self.store, asked, self.settings.inference)
