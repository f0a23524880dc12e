"""Who asks with a bearer token of an OpenID Connect issuer: its signature, its claims, and what they make of a caller.

Nothing of a token is ever logged or answered: what is refused is told by what was wrong, never by what was in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

import httpx2
import jwt

from api.service_settings import OidcSettings
from engine.access.callers import CALLER_ROLES, SCOPES, Caller, CallerRole
from graph_schema.queries.keys import FIND_TOKEN_PERSON
from graph_schema.store import GraphStore

FETCH_SECONDS = 5.0
"""How long the issuer may take to say which keys it signs with."""
LONGEST_TOKEN = 16_384
"""Most characters of a token that is looked at."""


class BadToken(Exception):
    """The token is none of the issuer's, or not good now: who sends it has not said who they are."""


class UnfitToken(Exception):
    """The token is good, and makes no caller of who sends it."""


class IssuerAway(Exception):
    """The issuer does not say which keys it signs with."""


class TokenReader:
    """Reads the bearer tokens of one issuer; its keys are fetched when the first comes, and again when others sign."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings

    def read_caller(self, store: GraphStore, token: str, reason: str | None) -> Caller:
        """Return who carries a token.

        Raises:
            BadToken: It is not signed by the issuer, not for this service, or not good now.
            UnfitToken: It names no role, or a person who is not in the graph.
            IssuerAway: The issuer's keys could not be fetched.
        """
        return self._make_caller(store, self._read_claims(token), reason)

    def _read_claims(self, token: str) -> Mapping[str, Any]:
        settings = self._settings
        if len(token) > LONGEST_TOKEN:
            raise BadToken
        try:
            header = jwt.get_unverified_header(token)
            # Before any key is fetched: neither a token without a signature nor one signed with a shared secret is.
            if header.get("alg") not in settings.algorithms or not isinstance(header.get("kid"), str):
                raise BadToken
            key = self._keys.get_signing_key(header["kid"])
            return jwt.decode(
                token,
                key,
                algorithms=list(settings.algorithms),
                audience=settings.audience,
                issuer=settings.issuer,
                leeway=settings.leeway_seconds,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            away = isinstance(error, jwt.PyJWKClientConnectionError)
            raise IssuerAway if away else BadToken from error
        except ValueError as error:
            # What the issuer sends is no JSON, or the key is none for the signature.
            raise BadToken from error

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        return jwt.PyJWKClient(
            self._settings.jwks_uri or self._discover(),
            timeout=FETCH_SECONDS,
            cooldown_duration=self._settings.refetch_seconds,
        )

    def _discover(self) -> str:
        """Ask the issuer where its keys are, as OpenID Connect Discovery has it."""
        issuer = self._settings.issuer
        try:
            answer = httpx2.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=FETCH_SECONDS)
            described = answer.raise_for_status().json()
            if described["issuer"] == issuer:
                return str(described["jwks_uri"])
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            raise IssuerAway from error
        raise IssuerAway

    def _make_caller(self, store: GraphStore, claims: Mapping[str, Any], reason: str | None) -> Caller:
        names = self._settings.claims
        roles = [role for role in _list_words(_find(claims, names.role)) if role in CALLER_ROLES]
        if len(roles) != 1:
            # Of several roles none is chosen: each sees other people.
            raise UnfitToken
        role = cast(CallerRole, roles[0])
        person = self._find_person(store, claims)
        if role in ("employee", "manager") and person is None:
            raise UnfitToken
        return Caller(
            name=f"oidc:{claims['sub']}",
            role=role,
            person_id=person,
            functions=_list_texts(_find(claims, names.functions)),
            regions=_list_texts(_find(claims, names.regions)),
            scopes=frozenset(_list_words(_find(claims, names.scopes))) & frozenset(SCOPES),
            reason=reason,
        )

    def _find_person(self, store: GraphStore, claims: Mapping[str, Any]) -> str | None:
        claim = self._settings.claims.person
        value = _find(claims, claim)
        if not isinstance(value, str) or not value:
            return None
        # Who may type any address into their account is not yet the person who has it.
        if claim == "email" and claims.get("email_verified") is not True:
            return None
        found = store.ask(FIND_TOKEN_PERSON, claim=value)
        return found[0].id if len(found) == 1 else None


def _find(claims: Mapping[str, Any], path: str) -> object:
    """Find a claim by its name, or inside of others by a path such as ``realm_access.roles``."""
    if path in claims:
        return claims[path]
    found: object = claims
    for part in path.split("."):
        found = cast(Mapping[str, object], found).get(part) if isinstance(found, Mapping) else None
    return found


def _list_words(value: object) -> tuple[str, ...]:
    """List words, which OAuth writes with spaces between them, as in ``scope``."""
    return tuple(value.split()) if isinstance(value, str) else _list_texts(value)


def _list_texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in cast(list[object], value) if isinstance(item, str)) if isinstance(value, list) else ()
