"""The service holds to its own description, whatever is sent: asked by schemathesis, over the network.

A part of what ``schemathesis run`` asks (CONTRIBUTING names the command), the same at every run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.middleware.body_limits import NDJSON
from api.service_settings import LimitSettings, ServeSettings
from api.settings import Settings
from tests.conftest import GraphUnderTest
from tests.e2e.serving import serve_app
from tests.integration.engine.access_company import open_company

KEY = "key-of-the-description-tests"
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
LEFT_OUT = [
    "stream_events",  # Its answer does not end.
    "erase_person",  # It would take away whom everything else is asked about.
]
EXAMPLES = 5
COVERED = 10
"""Of the cases at the edges of what is described, one in so many is sent."""


@schemathesis.serializer(NDJSON)
def write_lines(_: schemathesis.SerializationContext, value: object) -> bytes:
    return value.encode() if isinstance(value, str) else repr(value).encode()


SERVE = ServeSettings(api_key=KEY, deliver=False, limits=LimitSettings(rate="1000000/minute"))
UNASKED: Any = SimpleNamespace(store=None)
"""Stands where the Engine does: what describes the service asks nothing."""

KNOWN = {
    "person": ["ana", "ben", "Mia Surname"], "role": ["analyst", "python-analyst"], "skill": ["sql", "statistics"],
    "course": ["sql-course"], "evidence": ["shown:ana", "listed:ben"], "object_id": ["ana", "sql", "analyst"],
}  # fmt: skip
"""What the company has: half of the examples ask about it, the others about what nobody has."""
CONFIG = schemathesis.Config.from_dict(
    {
        "dictionaries": {name: {"values": values} for name, values in KNOWN.items()},
        "parameters": {f"path.{name}": {"dictionary": name, "probability": 0.5} for name in KNOWN},
    }
)

described = schemathesis.openapi.from_dict(create_app(UNASKED, Settings(serve=SERVE)).openapi(), config=CONFIG)
sent: Counter[str] = Counter()


@pytest.fixture(scope="module")
def url(graph: GraphUnderTest) -> Iterator[str]:
    graph.wipe()
    graph.holds = "the company of the description's tests"
    with serve_app(create_app(open_company(graph.store), Settings(serve=SERVE))) as url:
        yield url


@described.exclude(operation_id=LEFT_OUT).parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_it_answers_as_it_is_described(case: schemathesis.Case, url: str) -> None:
    if case.meta is not None and case.meta.phase.name == TestPhase.COVERAGE:
        sent[case.operation.label] += 1
        if sent[case.operation.label] % COVERED != 1:
            return
    case.call_and_validate(base_url=url, headers={"X-API-Key": KEY}, checks=CHECKS)
