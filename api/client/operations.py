"""What keeps a service going: events and where they are sent, the decision log, audits, keys and switches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import httpx2

from api.client.sending import Sender, ServiceProblem, name_part
from engine.access.key_results import Key, KeyList, NewKey
from engine.audit_results import AuditStatus
from engine.event_results import (
    DeadLetterList,
    EventPage,
    PingResult,
    Replay,
    SubscriptionList,
    SubscriptionSecret,
    SubscriptionState,
)
from engine.record_results import DecisionPage, DecisionRecord, DecisionVerification
from engine.switch_results import SwitchChange, SwitchList, VisibilityChange


class Operations(Sender):
    """Events, subscriptions, decisions, audits, keys and switches.

    Where the answer that holds a secret or a token is lost on its way, so is what it holds: the request then ends in a
    :class:`ServiceProblem` of the type ``answer-not-kept``, and what was made is listed, to be made again.
    """

    def read_events(self, after: int | None = None, **filters: Any) -> EventPage:
        """Return the events after a number, oldest first; from the first that is kept when none is given.

        ``last`` of the answer is what to give as ``after`` the next time. Filters are ``types``, ``subjects``,
        ``limit``.
        """
        return self._get(EventPage, "/v1/events", {"after": after, **filters})

    def subscribe(self, url: str, *, types: Sequence[str] = (), subjects: Sequence[str] = ()) -> SubscriptionSecret:
        """Have events sent to a URL; the secret that signs them is told this once.

        Where the answer is lost on its way, unsubscribe what is listed for the URL, and subscribe again.
        """
        body = {"url": url, "types": list(types), "subjects": list(subjects)}
        return self._post(SubscriptionSecret, "/v1/subscriptions", body)

    def list_subscriptions(self) -> SubscriptionList:
        """Return all subscriptions and how they are doing."""
        return self._get(SubscriptionList, "/v1/subscriptions")

    def unsubscribe(self, subscription: str) -> None:
        """Delete a subscription with all that waits for it; one that is gone stays so."""
        try:
            self._delete(SubscriptionState, f"/v1/subscriptions/{name_part(subscription)}")
        except ServiceProblem as refused:
            if refused.problem.status != httpx2.codes.NOT_FOUND:
                raise

    def rotate_subscription_secret(self, subscription: str) -> SubscriptionSecret:
        """Give a subscription a new secret, told this once."""
        return self._post(SubscriptionSecret, f"/v1/subscriptions/{name_part(subscription)}/rotate")

    def ping_subscription(self, subscription: str) -> PingResult:
        """Send a trial event to a subscription, and return what came back."""
        return self._post(PingResult, f"/v1/subscriptions/{name_part(subscription)}/test")

    def list_dead_letters(self, subscription: str, *, limit: int | None = None) -> DeadLetterList:
        """Return the events that were given up."""
        path = f"/v1/subscriptions/{name_part(subscription)}/dead-letters"
        return self._get(DeadLetterList, path, {"limit": limit})

    def replay_dead_letters(self, subscription: str, *, event: str | None = None) -> Replay:
        """Send again what was given up: one event, or all."""
        path = f"/v1/subscriptions/{name_part(subscription)}/dead-letters/replay"
        return self._post(Replay, path, {"event": event})

    def list_decisions(
        self,
        *,
        operation: str | None = None,
        person: str | None = None,
        since: date | None = None,
        until: date | None = None,
        before: int | None = None,
        top: int | None = None,
    ) -> DecisionPage:
        """Return records of the decision log, the latest first."""
        asked = {
            "operation": operation, "person": person, "since": since, "until": until, "before": before, "top": top,
        }  # fmt: skip
        return self._get(DecisionPage, "/v1/decisions", asked)

    def verify_decisions(self) -> DecisionVerification:
        """Return whether the decision log is whole."""
        return self._get(DecisionVerification, "/v1/decisions/verification")

    def record_outcome(self, decision: str, outcome: str, *, reason: str | None = None) -> DecisionRecord:
        """Record what a human decided."""
        body = {"outcome": outcome, "reason": reason}
        return self._post(DecisionRecord, f"/v1/decisions/{name_part(decision)}/outcome", body)

    def audit_status(self) -> AuditStatus:
        """Return how well probabilities agree with what audits found."""
        return self._get(AuditStatus, "/v1/audit")

    def create_key(self, name: str, role: str, **said: Any) -> NewKey:
        """Make an API key, whose token is told this once; ``person``, ``scopes`` and so on say for whom."""
        return self._post(NewKey, "/v1/keys", {"name": name, "role": role, **said})

    def list_keys(self) -> KeyList:
        """Return all API keys."""
        return self._get(KeyList, "/v1/keys")

    def rotate_key(self, key: str, *, overlap_hours: float | None = None) -> NewKey:
        """Give an API key a new token; the one before stays good for some hours."""
        return self._post(NewKey, f"/v1/keys/{name_part(key)}/rotation", params={"overlap_hours": overlap_hours})

    def revoke_key(self, key: str) -> Key:
        """Revoke an API key."""
        return self._delete(Key, f"/v1/keys/{name_part(key)}")

    def list_switches(self) -> SwitchList:
        """Return the switches of the organisation and of its teams."""
        return self._get(SwitchList, "/v1/switches")

    def switch_organisation(self, inference: Literal["on", "soft_off", "hard_off", "opt_in"]) -> SwitchChange:
        """Switch inference for the organisation."""
        return self._put(SwitchChange, "/v1/switches/organisation", {"inference": inference})

    def switch_team(self, team: str, inference: Literal["on", "soft_off", "hard_off"]) -> SwitchChange:
        """Switch inference for a team."""
        return self._put(SwitchChange, f"/v1/switches/teams/{name_part(team)}", {"inference": inference})

    def switch_organisation_visibility(
        self, skills: Literal["listed", "hidden"], visible: bool | None
    ) -> VisibilityChange:
        """Switch what others may see, for the organisation; None takes back what was said by hand."""
        told = {"skills": skills, "visible": visible}
        return self._put(VisibilityChange, "/v1/switches/visibility/organisation", told)

    def switch_team_visibility(
        self, team: str, skills: Literal["listed", "hidden"], visible: bool | None
    ) -> VisibilityChange:
        """Switch what others may see, for a team; None takes back what was said by hand."""
        told = {"skills": skills, "visible": visible}
        return self._put(VisibilityChange, f"/v1/switches/visibility/teams/{name_part(team)}", told)
