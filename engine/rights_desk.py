"""What Engine can be asked about the decision log and about people's rights."""

from __future__ import annotations

from datetime import date

from engine.bridge_keeper import BridgeKeeper
from engine.decision_log import DecisionFilter, list_decisions, prune_decisions, record_outcome, verify_decisions
from engine.record_results import DecisionPage, DecisionRecord, DecisionVerification, Pruning


class RightsDesk(BridgeKeeper):
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
