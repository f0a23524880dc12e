"""Tokens of an OpenID Connect issuer over HTTP: whom they let in, and every one that is not good."""

from __future__ import annotations

import logging
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi.testclient import TestClient

from api.app import create_app
from api.service_settings import OidcSettings, ServeSettings
from api.settings import Settings
from engine.service import Engine
from tests.e2e.access_service import AUDIENCE, FORBIDDEN, KEY, Issuer, carry, client, engine, issuer

__all__ = ["client", "engine", "issuer"]


def test_a_token_of_the_issuer_lets_in_whom_it_names(issuer: Issuer, client: TestClient) -> None:
    assert client.get("/v1/people/ana", headers=carry(issuer.sign())).status_code == 200
    assert client.get("/v1/people/ben", headers=carry(issuer.sign())).json()["type"] == FORBIDDEN
    program = issuer.sign(roles="integration", scope="openid people:read", email=None)
    assert client.get("/v1/people/ben", headers=carry(program)).status_code == 200
    assert client.get("/v1/people/ben/roles/analyst/gap", headers=carry(program)).json()["type"] == FORBIDDEN
    partner = issuer.sign(roles=["talent_partner", "offline_access"], regions=["South"], email=None)
    assert client.get("/v1/people/ben", headers=carry(partner)).status_code == 200
    assert client.get("/v1/people/ana", headers=carry(partner)).json()["type"] == FORBIDDEN


def test_the_issuer_may_sign_with_other_keys_from_now_on(issuer: Issuer, client: TestClient) -> None:
    issuer.keys["second"] = ec.generate_private_key(ec.SECP256R1())
    token = issuer.sign(kid="second", algorithm="ES256")
    assert client.get("/v1/people/ana", headers=carry(token)).status_code == 200
    gone = issuer.sign(kid="second", algorithm="ES256")
    stranger = ec.generate_private_key(ec.SECP256R1())
    forged = issuer.sign(kid="second", key=stranger, algorithm="ES256")
    assert client.get("/v1/people/ana", headers=carry(forged)).status_code == 401
    del issuer.keys["second"]
    unknown = issuer.sign(kid="third", key=stranger, algorithm="ES256")
    assert client.get("/v1/people/ana", headers=carry(unknown)).status_code == 401
    # The set was fetched anew for the key that nobody knows, and the old one is not in it any more.
    assert client.get("/v1/people/ana", headers=carry(gone)).status_code == 401


def forge(issuer: Issuer, case: str) -> str:
    now = int(time.time())
    public = issuer.keys["first"].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    header, payload, signature = issuer.sign().split(".")
    other = rsa.generate_private_key(65537, 2048)
    match case:
        case "unsigned":
            return jwt.encode(jwt.decode(issuer.sign(), options={"verify_signature": False}), None, "none")
        case "unsigned with a kid":
            return jwt.encode({"sub": "x"}, None, "none", headers={"kid": "first"})
        case "signed with the public key":
            import base64
            import hashlib
            import hmac

            head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"first","typ":"JWT"}').rstrip(b"=").decode()
            digest = hmac.new(pem, f"{head}.{payload}".encode(), hashlib.sha256).digest()
            return f"{head}.{payload}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
        case "signed by somebody else":
            return issuer.sign(key=other)
        case "changed":
            return f"{header}.{payload[:-4]}AAAA.{signature}"
        case "another algorithm":
            return issuer.sign(algorithm="RS512")
        case "a key for another signature":
            return issuer.sign(key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256")
        case "no json":
            return "a.b.c"
        case "too long":
            return issuer.sign(padding="x" * 20_000)
        case _:
            return issuer.sign(
                **{
                    "another audience": {"aud": "other"},
                    "no audience": {"aud": None},
                    "another issuer": {"iss": "https://issuer.example"},
                    "expired": {"exp": now - 120},
                    "without an end": {"exp": None},
                    "not yet": {"nbf": now + 3600},
                    "from the future": {"iat": now + 3600},
                    "without a subject": {"sub": None},
                }[case]
            )


@pytest.mark.parametrize(
    "case",
    [
        "unsigned", "unsigned with a kid", "signed with the public key", "signed by somebody else", "changed",
        "another algorithm", "a key for another signature", "no json", "too long", "another audience", "no audience",
        "another issuer", "expired", "without an end", "not yet", "from the future", "without a subject",
    ],
)  # fmt: skip
def test_a_token_that_is_not_good_is_refused_without_a_word_of_it(
    issuer: Issuer, client: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], case: str
) -> None:
    caplog.set_level(logging.DEBUG)
    token = forge(issuer, case)
    answer = client.get("/v1/people/ana", headers=carry(token))
    assert answer.status_code == 401
    assert {**answer.json(), "instance": None} == {**client.get("/v1/people/ana").json(), "instance": None}
    said = answer.text + caplog.text + "".join(capfd.readouterr())
    assert not [part for part in token.split(".") if len(part) > 8 and part in said]


@pytest.mark.parametrize(
    "claims",
    [
        {"roles": None},
        {"roles": ["ceo"]},
        {"roles": ["operator"]},
        {"roles": ["employee", "manager"]},
        {"roles": {"employee": True}},
        {"email": None},
        {"email": "nobody@company.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": "Ana Surname"},
    ],
    ids=str,
)
def test_a_good_token_that_makes_no_caller_is_forbidden(
    issuer: Issuer, client: TestClient, claims: dict[str, Any]
) -> None:
    answer = client.get("/v1/people/ana", headers=carry(issuer.sign(**claims)))
    assert (answer.status_code, answer.json()["type"]) == (403, FORBIDDEN)
    assert "company.example" not in answer.text


def test_while_the_issuer_is_away_keys_go_on_and_tokens_wait(engine: Engine, issuer: Issuer) -> None:
    oidc = OidcSettings(issuer="http://127.0.0.1:9", audience=AUDIENCE)
    app = create_app(engine, Settings(serve=ServeSettings(api_key=KEY, oidc=oidc)))
    with TestClient(app) as client:
        answer = client.get("/v1/people/ana", headers=carry(issuer.sign()))
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        assert client.get("/v1/people/ana", headers=carry(KEY)).status_code == 200
