"""Runs the workers that tell others what has changed, for as long as a service or a command runs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from threading import Thread

from api.mail import MailSender
from api.mail_settings import MailSettings
from api.webhooks.sender import WebhookSender
from engine.events.worker import DeliveryWorker
from engine.live.worker import LiveWorker
from engine.service import Engine


@contextmanager
def run_workers(engine: Engine, mail: MailSettings | None = None) -> Generator[None]:
    """Send webhooks and messages beside what the body does; leaving waits for what is under way.

    Args:
        engine: Over the graph whose changes are told.
        mail: The mail server; no e-mail is sent without one.
    """
    events = engine.settings.events
    send = mail and MailSender(mail)
    workers = (
        DeliveryWorker(engine.store, events, WebhookSender(events)),
        LiveWorker(engine.evaluate_changes, send and partial(engine.send_mail, send), engine.settings.live.interval),
    )
    threads = [Thread(target=worker.run, name=type(worker).__name__, daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stopping.set()
        for thread in threads:
            thread.join()
