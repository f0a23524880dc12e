"""What Engine can be asked about the decision log and about people's rights."""

from __future__ import annotations

from datetime import date

from engine.choices import choose_inference, choose_visibility
from engine.decision_log import DecisionFilter, list_decisions, prune_decisions, record_outcome, verify_decisions
from engine.erasing import erase_person, list_erasures, readmit_person
from engine.own_words import correct_level, reject_skill
from engine.personal_export import export_person
from engine.personal_results import PersonalExport
from engine.record_results import (
    ChoiceChange,
    DecisionPage,
    DecisionRecord,
    DecisionVerification,
    ErasureList,
    ErasureReceipt,
    Pruning,
    Readmission,
)
from engine.results import EvidenceChange
from engine.switch_desk import SwitchDesk


class RightsDesk(SwitchDesk):
    """The part of ``Engine`` that accounts for what was asked, and does what people may ask for themselves."""

    def list_decisions(
        self,
        *,
        operation: str | None = None,
        person: str | None = None,
        since: date | None = None,
        until: date | None = None,
        before: int | None = None,
        top: int = 50,
    ) -> DecisionPage:
        """Return records of the decision log, the newest first.

        Args:
            operation: Only of this operation, such as ``pool`` or ``outcome``.
            person: Only those that name this person.
            since: First day (UTC).
            until: Last day (UTC).
            before: Only records with a smaller number: how to go on where the page before ended.
            top: Most records to return.

        Raises:
            InvalidInput: The number of records is out of range.
        """
        who = None if person is None else self._person(person)
        asked = DecisionFilter(operation=operation, person=who, since=since, until=until, before=before, top=top)
        return list_decisions(self.store, asked)

    def verify_decisions(self) -> DecisionVerification:
        """Return whether every record of the decision log is as it was written, and none is missing."""
        return verify_decisions(self.store)

    def record_outcome(self, decision: str, outcome: str, *, reason: str | None = None) -> DecisionRecord:
        """Record what a human decided about a record of the log: a record of its own, which points to that one.

        Args:
            decision: Id of the record.
            outcome: What was decided, such as ``accepted`` or ``rejected``.
            reason: Why, in their words. Whom the record names is written by pseudonym; name nobody else.

        Raises:
            InvalidInput: The outcome is empty.
        """
        return record_outcome(self.store, self._actor, decision, outcome, reason)

    def prune_decisions(self) -> Pruning:
        """Remove the records that are older than the setting ``decisions.retention_days`` says.

        Raises:
            InvalidInput: The setting is absent, or the log does not hold as it is.
        """
        return prune_decisions(self.store, self._actor, self.settings.decisions.retention_days, self._clock())

    def export_person(self, person: str) -> PersonalExport:
        """Return all that is held and inferred about a person, with sources and reasons in plain words."""
        who = self._person(person)
        exported = export_person(self.store, who, self.settings.inference, self.settings.live, self._clock())
        self._record("export_person", {"person": who.id}, (), exported.model)
        return exported

    def reject_skill(self, person: str, skill: str) -> EvidenceChange:
        """Record that a person says they do not have a skill they are believed to have: evidence against it.

        What they reported of the skill themselves before is withdrawn.
        """
        return reject_skill(self.store, self._actor, person, skill, self.settings.inference, self._clock())

    def correct_level(self, person: str, skill: str, level: float) -> EvidenceChange:
        """Record the level at which a person says they have a skill, in place of what they reported of it before.

        Raises:
            InvalidInput: The level is not from 0 to 5.
        """
        return correct_level(self.store, self._actor, person, skill, level, self.settings.inference, self._clock())

    def object_to_inference(self, person: str) -> ChoiceChange:
        """Switch inference off for a person: what was inferred goes at once, and no data set switches it on again."""
        return choose_inference(
            self.store, self._actor, self._person(person), "hard_off", self.settings.inference, self._clock()
        )

    def allow_inference(self, person: str) -> ChoiceChange:
        """Lift a person's objection: their skills are inferred, unless their team or the organisation is off."""
        return choose_inference(
            self.store, self._actor, self._person(person), "on", self.settings.inference, self._clock()
        )

    def hide_skills(self, person: str, skills: str) -> ChoiceChange:
        """Keep a person's ``listed`` or ``hidden`` skills from others; what a data set says later changes nothing.

        Raises:
            InvalidInput: Neither kind of skills is named.
        """
        return choose_visibility(self.store, self._actor, self._person(person), skills, visible=False)

    def show_skills(self, person: str, skills: str) -> ChoiceChange:
        """Let others see a person's ``listed`` or ``hidden`` skills.

        Raises:
            InvalidInput: Neither kind of skills is named.
        """
        return choose_visibility(self.store, self._actor, self._person(person), skills, visible=True)

    def erase_person(self, person: str) -> ErasureReceipt:
        """Erase a person with all that is held and inferred about them, and return a receipt that names nobody.

        What is believed of others is as the same model has it without them. The model itself was fitted with them:
        ``infer`` fits it anew, and the receipt names what is left until then. A load does not bring them back.
        """
        return erase_person(
            self.store, self._actor, self._person(person), self.settings.inference, self._clock()
        )  # fmt: skip

    def readmit_person(self, person_id: str) -> Readmission:
        """Let a data set bring somebody back who was erased, by the exact id that it has.

        Raises:
            NotFound: Nobody with this id was erased.
        """
        return readmit_person(self.store, self._actor, person_id)

    def list_erasures(self) -> ErasureList:
        """Return the receipts of all erasures, the newest first."""
        return list_erasures(self.store)
