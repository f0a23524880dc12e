"""Messages by e-mail: at once, or together once a day or a week; any number of processes may send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.live.results import MailRun, Message
from engine.live.telling import to_message
from engine.results import Named
from engine.settings import LiveSettings
from graph_schema.errors import InvalidInput
from graph_schema.live_nodes import MailPace
from graph_schema.queries.live import MessageRow
from graph_schema.queries.mail import CHOOSE_MAIL, MAIL_PLACES, MARK_MAIL, TAKE_MAIL, MailPlace
from graph_schema.store import GraphStore

PACES: tuple[MailPace, ...] = ("at_once", "daily", "weekly", "never")
OLDEST = timedelta(days=30)
"""Messages older than this are not sent any more."""
ATTEMPTS = 8
"""Tries after which a message is not sent any more."""
LEASE = timedelta(minutes=5)
"""How long the process that took messages may take to send them; then another tries."""
FIRST_WAIT = timedelta(minutes=5)
"""Time until a letter that was not taken is tried again; it doubles from try to try, to five hours before the last."""
LETTER = 50
"""Most messages of one letter."""


@dataclass(frozen=True)
class Letter:
    """Messages that go to one person together. ``id`` is made from them, so a letter sent twice shows as one."""

    id: str
    person: Named
    email: str
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class MailAnswer:
    """Whether a letter was taken and, when not, why, and whether trying again is in vain."""

    delivered: bool
    problem: str | None = None
    final: bool = False


SendLetter = Callable[[Letter], MailAnswer]
"""Sends a letter; it raises nothing."""


def choose_pace(store: GraphStore, person: Named, pace: str, settings: LiveSettings, now: datetime) -> None:
    """Keep how often a person wants their messages by e-mail.

    Raises:
        InvalidInput: There is no such pace.
    """
    if pace not in PACES:
        raise InvalidInput("pace", f"{pace!r} is not one of {', '.join(PACES)}")
    # Who got none until now is not sent what was written before.
    since = now if settings.mail_pace == "never" else now - OLDEST
    store.ask(CHOOSE_MAIL, person_id=person.id, pace=pace, now=now, since=since)


def send_mail(store: GraphStore, settings: LiveSettings, send: SendLetter, now: datetime) -> MailRun:
    """Send every letter that is due; what is not taken is tried again later, a few times.

    A process that dies between sending and noting it leaves a letter that is sent again, with the same id.
    """
    sent = messages = failed = 0
    for place in store.ask(MAIL_PLACES, since=now - OLDEST, now=now, most=ATTEMPTS):
        if not _is_due(place, settings, now):
            continue
        rows = store.ask(
            TAKE_MAIL,
            person_id=place.person_id,
            since=now - OLDEST,
            now=now,
            until=now + LEASE,
            most=ATTEMPTS,
            limit=LETTER,
        )
        if not rows:
            continue
        answer = send(_write(place, rows))
        _mark(store, rows, answer, now)
        if answer.delivered:
            sent, messages = sent + 1, messages + len(rows)
        else:
            failed += 1
    return MailRun(sent, messages, failed)


def _write(place: MailPlace, rows: list[MessageRow]) -> Letter:
    # The first and the last say which they are: they are taken in their order.
    id_ = f"{rows[0].id.removeprefix('message:')[:16]}.{rows[-1].id.removeprefix('message:')[:16]}.{len(rows)}"
    return Letter(id_, Named(place.person_id, place.name), place.email, tuple(to_message(row) for row in rows))


def _mark(store: GraphStore, rows: list[MessageRow], answer: MailAnswer, now: datetime) -> None:
    store.ask(
        MARK_MAIL,
        message_ids=[row.id for row in rows],
        mailed_at=now if answer.delivered else None,
        problem=answer.problem,
        now=now,
        first=FIRST_WAIT,
        given_up=answer.final,
        most=ATTEMPTS,
    )


def _is_due(place: MailPlace, settings: LiveSettings, now: datetime) -> bool:
    pace = place.pace or settings.mail_pace
    if pace == "never":
        return False
    if pace == "at_once":
        return True
    day = place.oldest.date()
    if pace == "weekly":
        day += timedelta(days=-day.weekday() % 7)
    due = datetime.combine(day, time(settings.mail_hour), tzinfo=place.oldest.tzinfo)
    if due <= place.oldest:
        due += timedelta(days=7 if pace == "weekly" else 1)
    return due <= now
