"""What the service counts of itself, in the text format of Prometheus.

Each process of the service counts for itself and is asked for itself, as Prometheus does.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60)


class ServiceMetrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.in_flight = Gauge("skillway_http_requests_in_flight", "Requests being answered.", registry=self.registry)
        self._requests = Histogram(
            "skillway_http_request_seconds",
            "Seconds until a request was answered.",
            ("operation", "method", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._refused = Counter(
            "skillway_http_refused",
            "Requests refused before they reached an operation, by reason.",
            ("reason",),
            registry=self.registry,
        )
        self.graph_up = Gauge(
            "skillway_graph_up", "1 when the graph answered the last question whether the service is ready, else 0.",
            registry=self.registry,
        )  # fmt: skip

    def count(self, operation: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(operation, method, str(status)).observe(seconds)

    def refuse(self, reason: str) -> None:
        """Count a request that a limit refused."""
        self._refused.labels(reason).inc()

    def render(self) -> bytes:
        """Return all counts as OpenMetrics text."""
        return generate_latest(self.registry)


MEDIA_TYPE = CONTENT_TYPE_LATEST
