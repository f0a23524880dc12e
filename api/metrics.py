"""What the service counts of itself, in the text format of Prometheus.

A process that serves alone counts in its memory. Where several serve on one socket, each counts in files of one folder,
and whichever is asked adds up what is there: what those that ended have counted stays in the sums.
"""

from __future__ import annotations

from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60)


FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder to the library, which reads it from the environment when it is imported."""


class ServiceMetrics:
    """The counters of one process.

    Args:
        folder: Where all processes of the service count, which ``FOLDER_VARIABLE`` names; counts are in memory without.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        if folder is not None:
            _forget_ended(folder)
        self.registry = CollectorRegistry()
        self.in_flight = Gauge(
            "skillway_http_requests_in_flight", "Requests being answered.", registry=self.registry,
            multiprocess_mode="livesum",
        )  # fmt: skip
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
            registry=self.registry, multiprocess_mode="livemostrecent",
        )  # fmt: skip

    def count(self, operation: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(operation, method, str(status)).observe(seconds)

    def refuse(self, reason: str) -> None:
        """Count a request that a limit refused."""
        self._refused.labels(reason).inc()

    def render(self) -> bytes:
        """Return all counts as OpenMetrics text."""
        if self._folder is None:
            return generate_latest(self.registry)
        summed = CollectorRegistry()
        MultiProcessCollector(summed, path=str(self._folder))
        return generate_latest(summed)


def _forget_ended(folder: Path) -> None:
    """Take out what processes that were killed had under way."""
    for file in folder.glob("gauge_live*.db"):
        process = int(file.stem.rpartition("_")[2])
        if not psutil.pid_exists(process):
            mark_process_dead(process, str(folder))


MEDIA_TYPE = CONTENT_TYPE_LATEST
