"""How the HTTP service listens, whom it lets in, and how much it takes from each."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

import limits
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


def _check_rate(text: str) -> str:
    limits.parse(text)  # Raises ValueError, which says what a rate looks like.
    return text


Rate = Annotated[str, AfterValidator(_check_rate)]
"""A rate as the library ``limits`` writes it, such as ``600/minute``."""


class LimitSettings(BaseModel):
    """How much one caller may ask, and how much one request may hold.

    Rates are counted in the process unless ``storage`` names a store that all processes of the service share. What is
    answered at the same time is counted in each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: Rate = "1200/minute"
    """Requests of one caller; the answer beyond it is 429 and says when to ask again."""
    storage: str = "memory://"
    """Where rates are counted, as the library ``limits`` names it: ``memory://``, ``async+redis://…`` and others."""
    at_once: int = Field(default=16, ge=1)
    """Requests of one caller that are answered at the same time."""
    at_once_in_all: int = Field(default=200, ge=1)
    """Requests that are answered at the same time; the answer beyond it is 503."""
    body_bytes: int = Field(default=1_000_000, ge=1)
    """Longest body of a request."""
    bulk_bytes: int = Field(default=64_000_000, ge=1)
    """Longest body of a request that sends many objects."""
    header_seconds: float = Field(default=10.0, gt=0)
    """Seconds that a client may take to send the head of a request, or leave a connection without one."""
    body_seconds: float = Field(default=30.0, gt=0)
    """Seconds that a client may take to send a body; ten times as long for NDJSON."""


def _check_address(address: str) -> str:
    parts = urlsplit(address)
    # A loopback issuer is for tests and trials; any other must not be spoken to in the clear.
    if not parts.hostname or (parts.scheme != "https" and not is_loopback(parts.hostname)):
        raise ValueError("must be an https:// address")
    return address


SecureAddress = Annotated[str, AfterValidator(_check_address)]
"""An address that is spoken to over TLS, or on this machine."""


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class ClaimSettings(BaseModel):
    """Which claims of a token say who asks; a path such as ``realm_access.roles`` goes into nested ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str = "roles"
    """The role: exactly one of Skillway's among what it lists."""
    person: str = "email"
    """The person, by id or by e-mail; ``email`` counts only where the issuer says it is verified."""
    functions: str = "functions"
    """Functions whose people a talent partner or an integration may ask about."""
    regions: str = "regions"
    """Likewise regions."""
    scopes: str = "scope"
    """What an integration may do."""


class OidcSettings(BaseModel):
    """An OpenID Connect issuer whose bearer tokens let people and programs in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: SecureAddress
    """Its address, exactly as its tokens name it."""
    audience: str = Field(min_length=1)
    """Whom its tokens must be for."""
    jwks_uri: SecureAddress | None = None
    """Where its keys are; it is asked when not given."""
    algorithms: tuple[Literal["RS256", "ES256"], ...] = Field(default=("RS256", "ES256"), min_length=1)
    """Signatures that count."""
    leeway_seconds: float = Field(default=30.0, ge=0, le=300)
    """How far clocks may be apart."""
    refetch_seconds: float = Field(default=30.0, ge=0)
    """How soon its keys are fetched again when a token is signed with one that is not known."""
    claims: ClaimSettings = ClaimSettings()
    """Which claims say who asks."""


class ServeSettings(BaseModel):
    """How ``skillway serve`` listens and whom it lets in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    """Address to listen on; only this machine by default."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on."""
    processes: int = Field(default=1, ge=1, le=64)
    """Processes that answer on the port; each computes on a core, counts rates and limits for itself, and delivers."""
    deliver: bool = True
    """Whether the service also publishes events and sends webhooks; ``skillway deliver`` does it elsewhere."""
    api_key: SecretStr | None = None
    """The operator's key, which opens everything; one is made and kept in the home folder when none is given."""
    behind_tls: bool = False
    """Whether what stands in front of the service speaks TLS; without it nobody but this machine is let near."""
    oidc: OidcSettings | None = None
    """The issuer whose bearer tokens let people and programs in, beside API keys."""
    log: Literal["json", "text"] = "json"
    """Form of the log: an object a line for machines, or words for people."""
    shutdown_seconds: int = Field(default=30, ge=1)
    """Seconds that requests under way have to end once the service was told to stop."""
    limits: LimitSettings = LimitSettings()
    """How much one caller may ask, and how much one request may hold."""
