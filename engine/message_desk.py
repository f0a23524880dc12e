"""What Engine can be asked about messages: watching roles, reading what one was told, and having it sent."""

from __future__ import annotations

from engine.event_desk import EventDesk
from engine.events.worker import read_clock
from engine.live import evaluate, mailing, telling, watching
from engine.live.advise import Advisor
from engine.live.mailing import SendLetter
from engine.live.results import Evaluation, MailRun, MessageList, WatchList, WatchState
from engine.live.watching import WatchRequest
from engine.names import TEAM, resolve_name
from engine.results import Named


class MessageDesk(EventDesk):
    """The part of ``Engine`` that tells people what changes for them; people, roles and teams by id or by name."""

    def watch_role(self, person: str, role: str) -> WatchState:
        """Have a person told when they nearly meet what a role asks, and what takes them there; at once if they do.

        From which readiness on that is, the role says (80 % unless set otherwise). Nobody is told the same twice.

        Args:
            person: Who.
            role: A role that they do not hold.

        Raises:
            InvalidInput: They hold it.
        """
        asked = WatchRequest(self._person(person), self._role(role))
        return watching.start_watch(self.store, self._actor, asked, self._advisor)

    def unwatch_role(self, person: str, role: str) -> WatchList:
        """Have a person told about a role no more, even where a data set says that they are interested in it.

        Raises:
            NotFound: They do not watch it.
        """
        asked = WatchRequest(self._person(person), self._role(role))
        watching.end_watch(self.store, self._actor, asked, self._clock())
        return watching.list_watches(self.store.whole, asked.person, self.settings.live)

    def watch_pool(self, person: str, role: str, *, team: str | None = None) -> WatchState:
        """Have a person told when others whom they see nearly meet what a role asks; of those who do, at once.

        What these keep to themselves is not told, and does not count.

        Args:
            person: Who is told.
            role: The role.
            team: Only of its members; of everybody whom the person sees when not given.
        """
        return watching.start_watch(self.store, self._actor, self._ask_pool(person, role, team), self._advisor)

    def unwatch_pool(self, person: str, role: str, *, team: str | None = None) -> WatchList:
        """Have a person told about others and a role no more.

        Raises:
            NotFound: They do not watch it.
        """
        asked = self._ask_pool(person, role, team)
        watching.end_watch(self.store, self._actor, asked, self._clock())
        return watching.list_watches(self.store.whole, asked.person, self.settings.live)

    def list_watches(self, person: str) -> WatchList:
        """Return which roles a person watches, and how often they get messages by e-mail."""
        return watching.list_watches(self.store, self._person(person), self.settings.live)

    def choose_mail_pace(self, person: str, pace: str) -> WatchList:
        """Choose how often a person gets their messages by e-mail; they stand in the list of messages in any case.

        Args:
            person: Who.
            pace: ``at_once``, ``daily``, ``weekly`` or ``never``.

        Raises:
            InvalidInput: There is no such pace.
        """
        who = self._person(person)
        mailing.choose_pace(self.store, who, pace, self.settings.live, read_clock())
        return watching.list_watches(self.store, who, self.settings.live)

    def list_messages(self, person: str, *, before: str | None = None, limit: int = 50) -> MessageList:
        """Return what a person was told, the latest first.

        Args:
            person: Who was told.
            before: What the page before was answered with, to go on; from the latest when not given.
            limit: Most messages to return, up to 200.

        Raises:
            InvalidInput: A value cannot be used.
        """
        who = self._person(person)
        # They read what they were told of others for as long as they see them.
        seen = self.store if self.store.sight is None else self.store.seen_by(self.caller.see())
        return telling.list_messages(seen, who, before, limit)

    def evaluate_changes(self) -> Evaluation:
        """Look at all that has changed since the last time, and write the messages that come of it.

        A running service does so by itself.
        """
        return evaluate.evaluate_changes(self.store.whole, self.settings, self._clock())

    def send_mail(self, send: SendLetter) -> MailRun:
        """Send the messages that are due by e-mail.

        Args:
            send: Sends a letter; the doors have it.
        """
        return mailing.send_mail(self.store.whole, self.settings.live, send, read_clock())

    @property
    def _advisor(self) -> Advisor:
        return Advisor(self.store.whole, self.settings, self._clock())

    def _ask_pool(self, person: str, role: str, team: str | None) -> WatchRequest:
        among = None if team is None else self._team(team)
        return WatchRequest(self._person(person), self._role(role), self.caller.see(), among)

    def _team(self, name: str) -> Named:
        return resolve_name(self.store, TEAM, name)
