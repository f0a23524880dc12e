"""What an organisation may set about the engine's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.inference.settings import InferenceSettings


class BridgeSettings(BaseModel):
    """How bridges are priced and scheduled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    money_per_hour: float = Field(default=30.0, ge=0)
    """Price of one hour of a person's time when their own rate is unknown, in the organisation's currency."""
    hours_per_week: float = Field(default=8.0, gt=0)
    """Hours a week a person can give to a bridge."""
    difference: float = Field(default=0.25, gt=0, le=1)
    """Share of the moves of every bridge that the next different one leaves out, rounded up: 1 of 4, 3 of 12. Chosen by
    hand: the plain second best swaps one move for its like."""
    time_limit: float = Field(default=30.0, gt=0)
    """Seconds after which the best bridge so far is returned with how far it may be off."""


class VerificationSettings(BaseModel):
    """What it takes to make sure of a skill, where the graph does not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endorsement_hours: float = Field(default=0.25, gt=0)
    """Hours of asking a colleague for an endorsement and of giving it. Hand-set."""
    least_hours: float = Field(default=0.25, gt=0)
    """Hours that the shortest assessment counts for: a test of no time at all would be worth any number an hour."""


class DecisionSettings(BaseModel):
    """How long the decision log is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retention_days: int | None = Field(default=None, ge=0)
    """Days after which ``skillway decisions prune`` removes a record; none is removed when not set."""


class EventSettings(BaseModel):
    """How long events are kept, and where and how they are sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retention_days: int = Field(default=30, ge=1)
    """Days after which a published event, or a dead letter, goes. That somebody was erased is among them."""
    source: str = Field(default="urn:skillway", min_length=1)
    """What events name as where they come from; give each graph its own where a consumer hears from several."""
    interval: float = Field(default=0.5, gt=0, le=60)
    """Seconds between two looks for new events to publish and send."""
    overlap_hours: float = Field(default=24.0, ge=0)
    """Hours for which the secret before signs beside a new one."""
    ports: tuple[int, ...] = (443, 8443)
    """Ports that webhooks may be sent to."""
    allow_private: bool = False
    """Whether webhooks may go to addresses that are not public, to any port, and to this machine without TLS: for
    development and tests only."""
    key_file: Path | None = None
    """File of the keys that the secrets of subscriptions are encrypted with, a Fernet key a line: the first encrypts,
    all decrypt. ``webhook-keys`` in the home folder when not set, made at first use; processes on a graph share it."""


class LiveSettings(BaseModel):
    """When people are told that they nearly meet what a role asks, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    interval: float = Field(default=0.5, gt=0, le=60)
    """Seconds between two looks for what has changed, where a service or a worker runs."""
    time_limit: float = Field(default=5.0, gt=0)
    """Seconds for the bridge of one message; then the best so far is told, and that it may be dearer than need be."""
    mail_pace: Literal["at_once", "daily", "weekly", "never"] = "daily"
    """How often messages come by e-mail to people who chose nothing; only where a mail server is set."""
    mail_hour: int = Field(default=7, ge=0, le=23)
    """Hour (UTC) from which daily letters go out, and weekly ones on Mondays."""


class AggregateSettings(BaseModel):
    """What is told of groups of people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["function", "region"] = "function"
    """What groups are by. Set once: answers by both could be taken from one another."""
    least: int = Field(default=10, ge=3)
    """Fewest people in a group, and fewest that a number speaks of or leaves out."""


class EngineSettings(BaseModel):
    """Settings of the engine; each part has its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inference: InferenceSettings = InferenceSettings()
    """The inference model."""
    bridge: BridgeSettings = BridgeSettings()
    """Bridges."""
    verification: VerificationSettings = VerificationSettings()
    """Making sure of skills."""
    decisions: DecisionSettings = DecisionSettings()
    """The decision log."""
    events: EventSettings = EventSettings()
    """Events and webhooks."""
    live: LiveSettings = LiveSettings()
    """Messages about roles that people nearly meet."""
    aggregates: AggregateSettings = AggregateSettings()
    """Numbers by group."""
    embedding_model: str | None = None
    """Name or folder of a sentence-transformers model; the packaged MiniLM when none is given."""
