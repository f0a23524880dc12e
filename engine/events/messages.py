"""Events as they go out: CloudEvents 1.0 in JSON, signed as Standard Webhooks has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from standardwebhooks import Webhook

from engine.event_results import PublishedEvent
from engine.events.targets import Target

MEDIA_TYPE = JSONFormat.CONTENT_TYPE


@dataclass(frozen=True)
class Message:
    """One webhook, ready to be sent."""

    target: Target
    headers: dict[str, str]
    body: bytes


def write_cloud_event(event: PublishedEvent, source: str) -> str:
    """Return an event as a CloudEvent in JSON; ``sequence`` sorts as text in the order of events."""
    attributes = {
        "specversion": "1.0",
        "id": event.id,
        "source": source,
        "type": event.type,
        "subject": event.subject,
        "time": event.occurred_at,
        "datacontenttype": "application/json",
        "sequence": f"{event.number:020d}",
    }
    return JSONFormat().write(CloudEvent(attributes, dict(event.data))).decode()


def sign_message(
    event: PublishedEvent, source: str, target: Target, secrets: Sequence[str], sent_at: datetime
) -> Message:
    """Return an event as a webhook, signed with every secret, the newest first.

    The id stays the same however often it is sent, so that a receiver knows what it has had.
    """
    body = write_cloud_event(event, source)
    signatures = [Webhook(secret).sign(event.id, sent_at, body) for secret in secrets]
    headers = {
        "content-type": MEDIA_TYPE,
        "user-agent": "Skillway-Webhooks/1",
        "webhook-id": event.id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return Message(target, headers, body.encode())
