"""Where webhooks may be sent: a table of addresses that they must not reach, however they are written."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from threading import Thread

import pytest

from api.webhooks import sender as sending
from api.webhooks.sender import WebhookSender
from engine.event_results import PublishedEvent
from engine.events.deliver import Answer
from engine.events.messages import sign_message
from engine.events.secrets import make_secret
from engine.events.targets import AddressRefused, find_addresses, is_public, parse_target
from engine.settings import EventSettings
from graph_schema.errors import InvalidInput

PUBLIC = EventSettings()
PRIVATE = EventSettings(allow_private=True)
ADDRESS = "93.184.215.14"

REFUSED_URLS = [
    "http://example.com/hook", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/x",
    "https:///x", "https://", "", "example.com", "https://user@example.com/", "https://user:word@example.com/",
    "https://example.com@127.0.0.1/", "https://example.com\\@127.0.0.1/", "https://example.com/#fragment",
    "https://example.com:22/", "https://example.com:6379/", "https://example.com:0/", "https://example.com:99999/",
    "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/", "https://intranet/",
    "https://db.internal/", "https://printer.local/", "https://metadata.google.internal/",
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/",
    "https://0177.0.0.1/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/", "https://255.255.255.255/", "https://224.0.0.1/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:a9fe:a9fe]/", "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/", "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/", "https://[2002:7f00:1::]/", "https://[2001:0:7f00:1::]/", "https://[::127.0.0.1]/",
    "https://[2001:db8::1]/", "https://[3fff::1]/", "https://[ff02::1]/", "https://[::1/", "https://exa mple.com/",
    "https://example.com/\r\nx: y", "https://exämple.com/", "https://-x.com/", "https://example.com/" + "x" * 2000,
]  # fmt: skip

INNER_ADDRESSES = [
    "127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",
    "192.0.0.192",
    "198.18.0.1", "203.0.113.5", "240.0.0.1", "224.0.0.251", "239.1.1.1", "255.255.255.255", "::1", "::",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "fe80::1", "fec0::1",
    "fd00::1", "2002:a00:1::", "2001::1", "2001:db8::1", "3fff:123::1", "ff0e::1", "100::1", "::a00:1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_no_url_that_leads_inside_can_be_subscribed(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_target(url, PUBLIC)
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://example.com", "example.com", 443, "/"),
        ("https://Hooks.Example.com:8443/a/b?c=d", "hooks.example.com", 8443, "/a/b?c=d"),
        (f"https://{ADDRESS}/x", ADDRESS, 443, "/x"),
        ("https://[2606:2800:220:1:248:1893:25c8:1946]/", "2606:2800:220:1:248:1893:25c8:1946", 443, "/"),
        ("https://xn--exmple-cua.com/", "xn--exmple-cua.com", 443, "/"),
    ],
)
def test_what_is_public_can(url: str, host: str, port: int, path: str) -> None:
    target = parse_target(url, PUBLIC)
    assert (target.host, target.port, target.path) == (host, port, path)


@pytest.mark.parametrize("url", ["http://example.com/", "http://10.0.0.1/", "http://db.internal/"])
def test_without_tls_only_this_machine_is_reached_even_in_development(url: str) -> None:
    assert parse_target("http://127.0.0.1:9000/", PRIVATE).port == 9000
    with pytest.raises(InvalidInput, match="https"):
        parse_target(url, PRIVATE)


@pytest.mark.parametrize("address", INNER_ADDRESSES)
def test_a_name_that_leads_inside_is_refused_though_it_leads_outside_too(address: str) -> None:
    assert not is_public(ip_address(address))
    target = parse_target("https://example.com/", PUBLIC)
    with pytest.raises(AddressRefused) as refused:
        find_addresses(target, PUBLIC, lambda *_: [ADDRESS, address])
    assert address not in str(refused.value)
    assert find_addresses(target, PUBLIC, lambda *_: [ADDRESS]) == [ADDRESS]


def test_the_other_ways_out_are_public() -> None:
    for address in (ADDRESS, "2606:2800:220:1:248:1893:25c8:1946", f"::ffff:{ADDRESS}", "64:ff9b::5db8:d70e"):
        assert is_public(ip_address(address))


@contextmanager
def listen(answer: bytes, pace: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """A plain server on this machine that gives one answer, and keeps what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = False

        def serve() -> None:
            while not stop:
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                with client:
                    client.settimeout(5)
                    asked.append(client.recv(65536))
                    try:
                        for start in range(0, len(answer), 1 if pace else len(answer) or 1):
                            client.sendall(answer[start : start + (1 if pace else len(answer))])
                            if pace:
                                import time

                                time.sleep(pace)
                    except OSError:
                        pass

        thread = Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], asked
        finally:
            stop = True
            thread.join()


def send(url: str, settings: EventSettings, resolve: object = None) -> Answer:
    event = PublishedEvent(1, "event:1", "skillway.ping", "subscription:x", datetime(2026, 7, 1, tzinfo=UTC), {})
    message = sign_message(event, "urn:x", parse_target(url, settings), [make_secret()], datetime.now(UTC))
    return (WebhookSender(settings, resolve) if resolve else WebhookSender(settings))(message)  # type: ignore[arg-type]


def test_a_name_that_is_rebound_between_two_looks_leads_nowhere() -> None:
    looks: list[str] = []

    def rebind(*_: object) -> list[str]:
        looks.append("look")
        return ["127.0.0.1"] if len(looks) > 1 else [ADDRESS]

    # The first look, when somebody subscribed, was good; the connection looks again, and uses what it saw itself.
    target = parse_target("https://rebound.example.com/", PUBLIC)
    assert find_addresses(target, PUBLIC, rebind) == [ADDRESS]
    answer = send("https://rebound.example.com/", PUBLIC, rebind)
    assert answer == Answer(None, "rebound.example.com leads to an address that is not public")
    assert len(looks) == 2


def test_the_connection_goes_to_the_address_that_was_checked_under_the_name() -> None:
    with listen(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, asked):
        # A name that the system's resolver does not know: only the checked address can have been used.
        answer = send(f"http://localhost:{port}/hook?x=1", PRIVATE, lambda *_: ["127.0.0.1"])
    assert answer.status == 204
    head, _, body = asked[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?x=1 HTTP/1.1"
    assert f"host: localhost:{port}" in [line.lower() for line in lines]
    assert not body or json.loads(body)["type"] == "skillway.ping"


def test_redirects_are_not_followed_and_words_of_the_answer_are_cut_short() -> None:
    with listen(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") as (inside, reached):
        moved = f"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{inside}/secret\r\ncontent-length: 9000\r\n\r\n"
        with listen(moved.encode() + b"x" * 9000) as (port, _):
            answer = send(f"http://127.0.0.1:{port}/", PRIVATE)
    assert (answer.delivered, answer.status) == (False, 302)
    assert len(answer.problem or "") < 300
    assert reached == []


def test_the_environment_s_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with listen(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") as (proxy, asked):
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        with listen(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") as (port, reached):
            assert send(f"http://127.0.0.1:{port}/", PRIVATE).delivered
    assert (len(asked), len(reached)) == (0, 1)


def test_a_receiver_that_dribbles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    with listen(b"HTTP/1.1 200 OK\r\n" + b"x-y: z\r\n" * 40, pace=0.02) as (port, _):
        answer = send(f"http://127.0.0.1:{port}/", PRIVATE)
    assert answer == Answer(None, "no answer within 0.3 seconds")


def test_nobody_there_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answer = send(f"http://127.0.0.1:{port}/", PRIVATE)
    assert answer.status is None
    assert "could not be reached" in (answer.problem or "")
    assert "does not resolve" in (send("https://no-such-name.example/", PUBLIC, lambda *_: []).problem or "")
