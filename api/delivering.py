"""Runs the worker that publishes events and sends webhooks, for as long as a service or a command runs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread

from api.webhooks.sender import WebhookSender
from engine.events.worker import DeliveryWorker
from engine.service import Engine


def make_worker(engine: Engine) -> DeliveryWorker:
    """Return a worker over the graph of an Engine, which sends over the network."""
    events = engine.settings.events
    return DeliveryWorker(engine.store, events, WebhookSender(events))


@contextmanager
def run_worker(engine: Engine) -> Generator[DeliveryWorker]:
    """Run a worker beside what the body does; leaving waits for the messages under way."""
    worker = make_worker(engine)
    thread = Thread(target=worker.run, name="skillway-events", daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        worker.stopping.set()
        thread.join()
