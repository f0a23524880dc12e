"""Where webhooks may be sent: to public addresses, so that no subscription reaches what stands behind the firewall.

A target is parsed once, here, and the sender uses the parts: two parsers may disagree about where a URL leads. A name
is resolved when the connection is made, every address that it has must be public, and the connection goes to one of
those addresses and to no other: a name that resolves differently the next time leads nowhere new.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from engine.settings import EventSettings
from graph_schema.errors import InvalidInput

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""Gives every address of a name."""

LONGEST = 2_000
"""Characters of a URL."""

_URL = re.compile(r"[\x21-\x7e]+")
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?")
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)")
_INNER_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "test")
_PUBLIC_V6 = ip_network("2000::/3")
# Not public, and some versions of Python do not know it; or they carry another address, which is then what counts.
_REFUSED_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_REFUSED_V4 = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24")))
_NAT64 = ip_network("64:ff9b::/96")


class AddressRefused(Exception):
    """A name leads to an address that webhooks are not sent to, or to none."""


@dataclass(frozen=True)
class Target:
    """The parts of a URL that webhooks may be sent to."""

    scheme: str
    host: str
    port: int
    path: str


def parse_target(url: str, settings: EventSettings) -> Target:
    """Return the parts of a URL.

    Raises:
        InvalidInput: It is none that webhooks may be sent to, whatever its name resolves to.
    """
    if len(url) > LONGEST or not _URL.fullmatch(url) or "\\" in url:
        raise _refuse(f"must be a URL of at most {LONGEST} ASCII characters without spaces and backslashes")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _refuse(f"is no URL: {error}") from error
    if parts.scheme not in ("https", "http"):
        raise _refuse("must begin with https://")
    if "@" in parts.netloc:
        raise _refuse("must not hold a user name or password; the signature says who sends")
    if parts.fragment:
        raise _refuse("must not hold a #fragment")
    address = _check_host(host, settings)
    if parts.scheme == "http" and not (settings.allow_private and (host == "localhost" or _is_loopback(address))):
        raise _refuse("must begin with https://")
    port = port if port is not None else {"https": 443, "http": 80}[parts.scheme]
    if port not in settings.ports and not settings.allow_private:
        raise _refuse(f"must name no port, or one of {', '.join(map(str, settings.ports))}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def find_addresses(target: Target, settings: EventSettings, resolve: Resolve) -> list[str]:
    """Return the addresses of a target, after a check of every one of them.

    Raises:
        AddressRefused: One of them is not public, or the name has none.
    """
    try:
        found = [ip_address(address) for address in resolve(target.host, target.port)]
    except (OSError, UnicodeError, ValueError) as error:
        raise AddressRefused(f"the name {target.host} does not resolve") from error
    if not found:
        raise AddressRefused(f"the name {target.host} does not resolve")
    for address in found:
        if settings.allow_private and (target.scheme == "https" or address.is_loopback):
            continue
        # The address itself is not told: what a name means in here is nobody's business out there.
        if not is_public(address):
            raise AddressRefused(f"{target.host} leads to an address that is not public")
    return list(map(str, found))


def resolve_name(host: str, port: int) -> list[str]:
    """Return every address that the system's resolver has for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def is_public(address: Address) -> bool:
    """Whether an address is reached over the internet by everybody: neither inner, nor local, nor a tunnel to one."""
    if isinstance(address, IPv4Address):
        inner = address.is_multicast or address.is_reserved or any(address in net for net in _REFUSED_V4)
        return address.is_global and not inner
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _PUBLIC_V6 and address.is_global and not any(address in net for net in _REFUSED_V6)


def _check_host(host: str, settings: EventSettings) -> Address | None:
    """Return the address that stands as a host, None for a name."""
    try:
        address = ip_address(host)
    except ValueError:
        address = None
    if address is not None:
        if not settings.allow_private and not is_public(address):
            raise _refuse(f"{host} is not a public address")
        return address
    last = host.rstrip(".").rpartition(".")[2]
    if not _NAME.fullmatch(host) or len(host) > 253 or _NUMBER.fullmatch(last):
        raise _refuse(f"{host!r} is no host name; write names in other scripts in Punycode (xn--…)")
    if not settings.allow_private and ("." not in host.rstrip(".") or last.lower() in _INNER_NAMES):
        raise _refuse(f"{host} is not a public name")
    return None


def _is_loopback(address: Address | None) -> bool:
    return address is not None and address.is_loopback


def _refuse(problem: str) -> InvalidInput:
    return InvalidInput("url", problem)
