"""The section ``webhooks`` of the OpenAPI document: every type of event as a request that a subscriber gets."""

from __future__ import annotations

from typing import Any

from graph_schema.event_types import EVENT_TYPES, EventType

_HEADERS = {
    "webhook-id": "Id of the event, the same at every attempt: know by it what you have had.",
    "webhook-timestamp": "When it was sent, in seconds since 1970; refuse what is older than some minutes.",
    "webhook-signature": "One or more `v1,SIGNATURE` between spaces; take it when one of them is yours.",
}


def describe_webhooks() -> dict[str, Any]:
    """Return a path item for each type of event."""
    return {name: {"post": _describe(name, kind)} for name, kind in EVENT_TYPES.items()}


def _describe(name: str, kind: EventType) -> dict[str, Any]:
    data = {
        "type": "object",
        "properties": {field: {"type": "string", "description": text} for field, text in kind.data.items()},
        "required": list(kind.data),
        "additionalProperties": False,
    }
    return {
        "operationId": f"receive_{name.replace('.', '_')}",
        "tags": ["events"],
        "summary": name,
        "description": kind.description,
        "parameters": [
            {"name": header, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
            for header, text in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/cloudevents+json": {"schema": _describe_cloud_event(name, kind, data)}},
        },
        "responses": {
            "2XX": {"description": "Taken."},
            "410": {"description": "Send no more: the subscription is paused."},
            "default": {"description": "Not taken: it is sent again later."},
        },
    }


def _describe_cloud_event(name: str, kind: EventType, data: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string"},
        "source": {"type": "string", "format": "uri-reference"},
        "type": {"const": name},
        "subject": {"type": "string", "description": f"`{kind.subject}:` and its id."},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "sequence": {"type": "string", "description": "Sorts as text in the order of events."},
        "data": data,
    }
    return {"type": "object", "properties": fields, "required": list(fields)}
