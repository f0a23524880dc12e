"""What is recorded about a person, what they decide about it, and what they are told."""

from __future__ import annotations

from typing import Any, Literal

from api.client.sending import Sender, name_part
from engine.live.results import MessageList, WatchList, WatchState
from engine.personal_results import PersonalExport
from engine.record_results import ChoiceChange, ErasureList, ErasureReceipt, Readmission
from engine.results import EvidenceChange


class PersonRecords(Sender):
    """Evidence, the rights of a person, the roles they watch and their messages."""

    def record_evidence(self, person: str, skill: str, kind: str, **said: Any) -> EvidenceChange:
        """Record one piece of evidence about a person."""
        return self._post(EvidenceChange, f"{_of(person)}/evidence", {"skill": skill, "kind": kind, **said})

    def withdraw_evidence(self, evidence: str) -> EvidenceChange:
        """Withdraw one piece of evidence."""
        return self._post(EvidenceChange, f"/v1/evidence/{name_part(evidence)}/withdrawal")

    def export_person(self, person: str) -> PersonalExport:
        """Return all that is held about a person."""
        return self._get(PersonalExport, f"{_of(person)}/export")

    def export_page(self, person: str) -> str:
        """Return all that is held about a person as a page of HTML."""
        return self._send("GET", f"{_of(person)}/export", params={"format": "html"}).text

    def reject_skill(self, person: str, skill: str) -> EvidenceChange:
        """Record that a person says they do not have a skill."""
        return self._post(EvidenceChange, f"{_of(person)}/skills/{name_part(skill)}/rejection")

    def correct_level(self, person: str, skill: str, level: float) -> EvidenceChange:
        """Record the level that a person says they have."""
        return self._post(EvidenceChange, f"{_of(person)}/skills/{name_part(skill)}/correction", {"level": level})

    def object_to_inference(self, person: str) -> ChoiceChange:
        """Infer nothing about a person from now on."""
        return self._post(ChoiceChange, f"{_of(person)}/objection")

    def allow_inference(self, person: str) -> ChoiceChange:
        """Lift an objection to inference."""
        return self._delete(ChoiceChange, f"{_of(person)}/objection")

    def hide_skills(self, person: str, which: Literal["listed", "hidden"]) -> ChoiceChange:
        """Hide a person's listed or hidden skills from others."""
        return self._delete(ChoiceChange, f"{_of(person)}/visibility/{which}")

    def show_skills(self, person: str, which: Literal["listed", "hidden"]) -> ChoiceChange:
        """Show a person's listed or hidden skills to others."""
        return self._put(ChoiceChange, f"{_of(person)}/visibility/{which}")

    def erase_person(self, person: str) -> ErasureReceipt:
        """Erase a person; where the answer is lost on its way, the receipt is among :meth:`list_erasures`."""
        return self._delete(ErasureReceipt, _of(person))

    def readmit_person(self, person_id: str) -> Readmission:
        """Let somebody who was erased back in, by the exact id that the data set has."""
        return self._post(Readmission, f"/v1/erasures/readmission/{name_part(person_id)}")

    def list_erasures(self) -> ErasureList:
        """Return the receipts of all erasures."""
        return self._get(ErasureList, "/v1/erasures")

    def list_messages(self, person: str, *, before: str | None = None, limit: int | None = None) -> MessageList:
        """Return what a person was told, the latest first."""
        return self._get(MessageList, f"{_of(person)}/messages", {"before": before, "limit": limit})

    def list_watches(self, person: str) -> WatchList:
        """Return the roles that a person watches."""
        return self._get(WatchList, f"{_of(person)}/watches")

    def choose_mail_pace(self, person: str, pace: Literal["at_once", "daily", "weekly", "never"]) -> WatchList:
        """Choose how often messages come by e-mail."""
        return self._put(WatchList, f"{_of(person)}/watches/mail", {"pace": pace})

    def watch_role(self, person: str, role: str) -> WatchState:
        """Watch a role for oneself."""
        return self._put(WatchState, f"{_of(person)}/watches/own/{name_part(role)}")

    def unwatch_role(self, person: str, role: str) -> WatchList:
        """Watch a role for oneself no more."""
        return self._delete(WatchList, f"{_of(person)}/watches/own/{name_part(role)}")

    def watch_pool(self, person: str, role: str, *, team: str | None = None) -> WatchState:
        """Watch a role for others, of one team where it is given."""
        return self._put(WatchState, f"{_of(person)}/watches/pool/{name_part(role)}", params={"team": team})

    def unwatch_pool(self, person: str, role: str, *, team: str | None = None) -> WatchList:
        """Watch a role for others no more."""
        return self._delete(WatchList, f"{_of(person)}/watches/pool/{name_part(role)}", {"team": team})


def _of(person: str) -> str:
    return f"/v1/people/{name_part(person)}"
