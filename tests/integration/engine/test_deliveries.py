"""Webhooks on a real Neo4j, sent to a real receiver that fails at will and checks signatures with the library."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from standardwebhooks import Webhook, WebhookVerificationError

from api.webhooks.sender import WebhookSender
from engine.event_results import SubscriptionSecret, SubscriptionState
from engine.events.announce import announce
from engine.events.deliver import BATCH, LEASE, PATIENCE, RETRY_AFTER, Answer, Courier, deliver_events, wait_after
from engine.events.messages import Message
from engine.events.publish import prune_events, publish_events
from engine.events.subscribe import (
    create_subscription,
    delete_subscription,
    list_dead_letters,
    list_subscriptions,
    replay_dead_letters,
    rotate_secret,
)
from engine.settings import EventSettings
from graph_schema.errors import InvalidInput, NotFound
from graph_schema.nodes import Delivery, Subscription
from graph_schema.queries.events import ERASE_EVENTS
from graph_schema.queries.subscriptions import DUE_SUBSCRIPTIONS, SUBSCRIPTIONS, TAKE_LEASE
from graph_schema.store import GraphStore
from tests.receiver import Receiver, receiver

CHANGED = "skillway.role.changed"

__all__ = ["receiver"]


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Post:
    """A graph with one subscription, and a clock that goes when it is told to."""

    store: GraphStore
    settings: EventSettings
    clock: Clock
    receiver: Receiver
    made: SubscriptionSecret

    @property
    def id(self) -> str:
        return self.made.subscription.id

    @property
    def state(self) -> SubscriptionState:
        return next(item for item in list_subscriptions(self.store).subscriptions if item.id == self.id)

    def courier(self, worker: str = "one") -> Courier:
        return Courier(self.store, self.settings, WebhookSender(self.settings), self.clock, worker)

    def tell(self, *ids: str) -> None:
        for id in ids:
            self.store.transact("tell", lambda graph, id=id: announce(graph, CHANGED, [id]))
            publish_events(self.store, self.clock.now)

    def deliver(self, worker: str = "one") -> int:
        return deliver_events(self.courier(worker), self.id)

    def dead(self) -> list[str]:
        return [letter.event.subject for letter in list_dead_letters(self.store, self.id, 100).dead_letters]


@pytest.fixture
def post(store: GraphStore, receiver: Receiver, tmp_path: Path) -> Post:
    settings = EventSettings(allow_private=True, key_file=tmp_path / "keys")
    clock = Clock(datetime.now(UTC).replace(microsecond=0))
    made = create_subscription(store, settings, "tester", receiver.url, (), (), clock.now)
    return Post(store, settings, clock, receiver, made)


def test_events_arrive_as_signed_cloud_events_in_their_order(post: Post) -> None:
    post.tell("a", "b", "a")
    assert post.deliver() == 3
    assert post.receiver.subjects == ["role:a", "role:b", "role:a"]
    body, headers = post.receiver.asked[0]
    event = Webhook(post.made.secret).verify(body, headers)
    assert headers["content-type"] == "application/cloudevents+json"
    assert {name: event[name] for name in ("specversion", "type", "source", "subject", "data", "sequence")} == {
        "specversion": "1.0", "type": CHANGED, "source": "urn:skillway", "subject": "role:a", "data": {},
        "sequence": f"{1:020d}",
    }  # fmt: skip
    assert event["id"] == headers["webhook-id"]
    assert datetime.fromisoformat(event["time"]).utcoffset() == timedelta(0)
    assert post.deliver() == 0
    with pytest.raises(WebhookVerificationError):
        Webhook(post.made.secret).verify(body + b" ", headers)


def test_only_what_is_asked_for_is_sent_and_nothing_of_before(post: Post, receiver: Receiver) -> None:
    post.tell("before")
    chosen = create_subscription(
        post.store, post.settings, "x", receiver.url, [CHANGED], ["role:b"], post.clock.now
    )  # fmt: skip
    post.tell("a", "b")
    post.store.transact("tell", lambda graph: announce(graph, "skillway.course.changed", ["b"]))
    publish_events(post.store, post.clock.now)
    assert deliver_events(post.courier(), chosen.subscription.id) == 1
    assert receiver.subjects == ["role:b"]
    behind = {item.id: item.behind for item in list_subscriptions(post.store).subscriptions}
    assert behind[chosen.subscription.id] == 0


def test_what_fails_holds_back_its_subject_and_no_other(post: Post) -> None:
    post.receiver.refuse["role:a"] = 500
    post.tell("a", "b", "a", "c")
    assert post.deliver() == 2
    assert post.receiver.subjects == ["role:b", "role:c"]
    assert (post.state.waiting, post.state.dead, post.state.behind) == (2, 0, 0)
    post.tell("a", "b")
    assert post.deliver() == 1
    assert len([body for body, _ in post.receiver.asked if b"role:a" in body]) == 1

    post.receiver.refuse.clear()
    assert post.deliver() == 0
    post.clock.wait(RETRY_AFTER[0] * 1.21)
    assert post.deliver() == 3
    assert post.receiver.subjects == ["role:b", "role:c", "role:b", "role:a", "role:a", "role:a"]
    ids = [id for subject, id in post.receiver.taken if subject == "role:a"]
    order = [json.loads(body)["sequence"] for body, _ in post.receiver.asked if b"role:a" in body][1:]
    assert order == sorted(order)
    assert len(set(ids)) == 3
    assert post.state.waiting == 0


def test_it_is_tried_on_a_schedule_then_given_up_then_replayed(post: Post) -> None:
    post.receiver.refuse["role:a"] = 503
    post.tell("a")
    post.deliver()
    waits = [wait_after(attempts, f"delivery:{post.id}:x") for attempts in range(1, len(RETRY_AFTER) + 2)]
    assert waits[-1] is None
    for seconds, wait in zip(RETRY_AFTER, waits, strict=False):
        assert wait is not None
        assert 0.8 * seconds <= wait.total_seconds() <= 1.2 * seconds
        asked = len(post.receiver.asked)
        post.clock.wait(seconds * 0.79)
        post.deliver()
        assert len(post.receiver.asked) == asked
        post.clock.wait(max(seconds * 0.42, 601))
        post.deliver()
        assert len(post.receiver.asked) == asked + 1
    assert (post.state.waiting, post.state.dead) == (0, 1)
    [letter] = list_dead_letters(post.store, post.id, 100).dead_letters
    assert (letter.event.subject, letter.attempts) == ("role:a", len(RETRY_AFTER) + 1)
    assert letter.problem == "answered 503: no thanks"

    post.tell("a")
    post.receiver.refuse.clear()
    post.clock.wait(601)
    assert post.deliver() == 1
    assert replay_dead_letters(post.store, post.id, None, post.clock.now).replayed == 1
    assert post.deliver() == 1
    assert post.receiver.taken[1][1] == letter.event.id
    assert post.dead() == []
    with pytest.raises(NotFound):
        replay_dead_letters(post.store, post.id, letter.event.id, post.clock.now)


def test_a_receiver_that_asks_for_time_gets_it(post: Post) -> None:
    post.receiver.refuse["*"] = 429
    post.receiver.headers["retry-after"] = "300"
    post.tell("a")
    post.deliver()
    post.receiver.refuse.clear()
    post.clock.wait(299)
    assert post.deliver() == 0
    post.clock.wait(2)
    assert post.deliver() == 1


def test_a_receiver_that_is_down_is_left_to_rest_and_nothing_is_lost(post: Post) -> None:
    post.receiver.refuse["*"] = 500
    subjects = [f"s{number:02}" for number in range(30)]
    post.store.transact("tell", lambda graph: announce(graph, CHANGED, subjects))
    publish_events(post.store, post.clock.now)
    post.deliver()
    assert len(post.receiver.asked) == PATIENCE
    post.deliver()
    assert len(post.receiver.asked) == PATIENCE
    post.clock.wait(700)
    post.deliver()
    assert len(post.receiver.asked) == PATIENCE + 1
    post.receiver.refuse.clear()
    post.clock.wait(700)
    post.deliver()
    assert sorted(post.receiver.subjects) == [f"role:{subject}" for subject in subjects]
    assert (post.state.waiting, post.state.behind, post.state.failures) == (0, 0, 0)


def test_gone_pauses_until_replayed(post: Post) -> None:
    post.receiver.refuse["role:b"] = 410
    post.tell("a", "b", "c")
    assert post.deliver() == 1
    assert "410" in (post.state.paused_because or "")
    post.receiver.refuse.clear()
    assert post.deliver() == 0
    assert post.store.ask(DUE_SUBSCRIPTIONS, now=post.clock.now) == []
    replay_dead_letters(post.store, post.id, None, post.clock.now)
    assert post.deliver() == 2
    assert post.receiver.subjects == ["role:a", "role:b", "role:c"]


def test_who_falls_behind_what_is_kept_is_paused_and_told(post: Post) -> None:
    post.tell("a")
    prune_events(post.store, post.clock.now + timedelta(days=2), 1)
    post.tell("b")
    assert post.deliver() == 0
    assert "fell behind" in (post.state.paused_because or "")
    replay_dead_letters(post.store, post.id, None, post.clock.now)
    assert post.deliver() == 1
    assert post.receiver.subjects == ["role:b"]


def test_a_new_secret_signs_beside_the_old_one_for_a_while(post: Post) -> None:
    rotated = rotate_secret(post.store, post.settings, post.id, post.clock.now)
    assert rotated.secret != post.made.secret
    post.tell("a")
    post.deliver()
    body, headers = post.receiver.asked[-1]
    Webhook(rotated.secret).verify(body, headers)
    Webhook(post.made.secret).verify(body, headers)
    assert len(headers["webhook-signature"].split()) == 2
    post.clock.wait(post.settings.overlap_hours * 3600 + 1)
    post.tell("b")
    post.deliver()
    assert len(post.receiver.asked[-1][1]["webhook-signature"].split()) == 1


def test_secrets_are_encrypted_in_the_graph_with_keys_that_can_be_rotated(post: Post) -> None:
    keys = post.settings.key_file
    assert keys is not None
    assert keys.stat().st_mode & 0o077 == 0
    [row] = post.store.ask(SUBSCRIPTIONS, subscription_id=post.id)
    assert post.made.secret not in repr(row)
    assert row.secret not in repr(list_subscriptions(post.store))
    old = keys.read_text()
    keys.write_text(Fernet.generate_key().decode() + "\n" + old)
    post.tell("a")
    assert post.deliver() == 1
    keys.write_text(Fernet.generate_key().decode())
    post.tell("b")
    assert post.deliver() == 0
    assert post.state.waiting == 1
    keys.write_text("no key")
    with pytest.raises(InvalidInput, match="KEY_FILE"):
        rotate_secret(post.store, post.settings, post.id, post.clock.now)


def test_two_workers_never_send_for_one_subscription_at_once(post: Post) -> None:
    post.tell(*(f"s{number:02}" for number in range(20)))
    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(post.deliver, ("one", "two", "three")))
    assert sum(counts) == 20
    assert post.receiver.subjects == [f"role:s{number:02}" for number in range(20)]


def test_a_lease_that_ended_is_taken_over_and_the_first_worker_writes_nothing_more(post: Post) -> None:
    post.tell("a", "b")

    def send_slowly(message: Message) -> Answer:
        answer = WebhookSender(post.settings)(message)
        if len(post.receiver.taken) == 2:
            # All is sent and nothing written when another worker thinks that this one is dead.
            post.clock.wait(LEASE.total_seconds() + 1)
            assert post.deliver("two") == 2
        return answer

    slow = replace(post.courier("one"), send=send_slowly)
    deliver_events(slow, post.id)
    assert post.receiver.subjects == ["role:a", "role:b", "role:a", "role:b"]
    assert (post.state.waiting, post.state.behind) == (0, 0)


def test_a_worker_that_is_silent_keeps_its_lease_no_longer_than_it_is_long(post: Post) -> None:
    now = post.clock.now
    taken = post.store.ask(TAKE_LEASE, subscription_id=post.id, worker="dead", now=now, until=now + LEASE)
    assert taken
    post.tell("a")
    assert post.deliver() == 0
    post.clock.wait(LEASE.total_seconds() + 1)
    assert post.deliver() == 1


def test_nothing_of_an_erased_person_is_sent_or_kept(post: Post) -> None:
    post.receiver.refuse["*"] = 500
    post.store.transact("tell", lambda graph: announce(graph, "skillway.person.changed", ["ana"]))
    publish_events(post.store, post.clock.now)
    sender = WebhookSender(post.settings)

    def erase_meanwhile(message: Message) -> Answer:
        post.store.ask(ERASE_EVENTS, subject="person:ana", called=["ana"], now=post.clock.now)
        return sender(message)

    deliver_events(replace(post.courier(), send=erase_meanwhile), post.id)
    assert post.store.list_ids(Delivery) == {}


def test_a_subscription_goes_with_what_waits_for_it(post: Post) -> None:
    post.receiver.refuse["*"] = 500
    post.tell("a")
    post.deliver()
    assert delete_subscription(post.store, post.id).waiting == 1
    assert post.store.list_ids(Delivery) == post.store.list_ids(Subscription) == {}
    with pytest.raises(NotFound):
        delete_subscription(post.store, post.id)


def test_more_than_a_batch_goes_at_once(post: Post) -> None:
    ids = [f"s{number:03}" for number in range(BATCH + 10)]
    post.store.transact("tell", lambda graph: announce(graph, CHANGED, ids))
    publish_events(post.store, post.clock.now)
    assert post.deliver() == BATCH + 10


@pytest.mark.parametrize(
    ("types", "subjects", "field"),
    [
        (["no.such"], [], "types"),
        ([], ["role"], "subjects"),
        ([], [":x"], "subjects"),
        ([], ["role:" + "x" * 600], "subjects"),
    ],
)
def test_filters_that_cannot_match_are_refused(post: Post, types: list[str], subjects: list[str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_subscription(post.store, post.settings, "x", post.receiver.url, types, subjects, post.clock.now)
    assert refused.value.field == field
