"""Who gets in over HTTP and what they get to see: API keys, tokens of an issuer, and what people try."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.service_settings import OidcSettings, ServeSettings
from api.settings import Settings
from engine.access.keys import KeyTerms, create_key, recognise_key, rotate_key
from engine.service import Engine
from graph_schema.embedded import ServerAddress
from graph_schema.queries.keys import KEYS
from tests.conftest import GraphUnderTest
from tests.integration.engine.access_company import open_company
from tests.integration.engine.company import TODAY

KEY = "key-of-the-operator"
AUDIENCE = "skillway-test"
FORBIDDEN = "urn:skillway:problem:forbidden"


@dataclass
class Issuer:
    """A small OpenID Connect issuer: says where its keys are, and which they are now."""

    keys: dict[str, Any] = field(default_factory=lambda: {"first": rsa.generate_private_key(65537, 2048)})
    address: str = ""

    def answer(self, path: str) -> dict[str, Any]:
        if path.endswith("/openid-configuration"):
            return {"issuer": self.address, "jwks_uri": f"{self.address}/keys"}
        return {"keys": [self._describe(kid, key) for kid, key in self.keys.items()]}

    def _describe(self, kid: str, key: Any) -> dict[str, Any]:
        kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
        return {**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}

    def sign(self, kid: str = "first", key: Any = None, algorithm: str = "RS256", **claims: Any) -> str:
        now = int(time.time())
        told = {
            "iss": self.address, "aud": AUDIENCE, "sub": "subject-1", "iat": now, "exp": now + 300,
            "email": "ana@company.example", "email_verified": True, "roles": ["employee"], **claims,
        }  # fmt: skip
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, self.keys.get(kid) if key is None else key, algorithm, headers={"kid": kid})


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(issuer.answer(self.path)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield issuer
        server.shutdown()


@pytest.fixture(scope="module")
def engine(graph: GraphUnderTest) -> Engine:
    graph.wipe()
    graph.holds = "the company of the access doors"
    return open_company(graph.store)


@pytest.fixture(scope="module")
def client(engine: Engine, issuer: Issuer) -> Iterator[TestClient]:
    oidc = OidcSettings(issuer=issuer.address, audience=AUDIENCE, refetch_seconds=0)
    app = create_app(engine, Settings(serve=ServeSettings(api_key=KEY, oidc=oidc)))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def carry(token: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **headers}


def make(engine: Engine, role: str, **terms: Any) -> str:
    return engine.create_key(f"test {role}", role, **terms).token


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_lets_in_until_it_is_revoked_and_its_secret_is_kept_nowhere(engine: Engine, client: TestClient) -> None:
    made = engine.create_key("lms", "integration", scopes=["people:read"], days=1)
    assert client.get("/v1/people/ana", headers={"X-API-Key": made.token}).status_code == 200
    assert client.get("/v1/people/ana", headers=carry(made.token)).status_code == 200
    secret = made.token.split("_", 2)[2]
    kept = json.dumps([vars(row) for row in engine.store.ask(KEYS)], default=str)
    listed = client.get("/v1/keys", headers=carry(KEY))
    log = json.dumps([vars(row) for row in engine.list_decisions(top=100).records], default=str)
    assert secret not in kept + listed.text + log
    engine.revoke_key(made.key.id)
    assert client.get("/v1/people/ana", headers=carry(made.token)).status_code == 401
    assert engine.list_decisions(operation="revoke_key").records


@pytest.mark.parametrize("token", ["skw_", "skw_0123456789abcdef_" + "x" * 43, "skw_" + "a" * 5000, "x", "ünknöwn"])
def test_what_is_no_key_is_refused_in_the_same_words(client: TestClient, token: str) -> None:
    plain = client.get("/v1/people/ana")
    refused = client.get("/v1/people/ana", headers=[(b"X-API-Key", token.encode())])
    assert refused.status_code == 401
    assert {**refused.json(), "instance": None} == {**plain.json(), "instance": None}


def test_a_rotated_key_has_two_secrets_for_a_while_and_ends_on_its_day(engine: Engine) -> None:
    store, now = engine.store, datetime.now(UTC)
    terms = KeyTerms(name="rotated", role="auditor", days=10)
    first = create_key(store, "tester", terms, now)
    second = rotate_key(store, "tester", first.key.id, 2.0, now)
    hours = timedelta(hours=1)

    def lets_in(token: str, at: datetime) -> bool:
        return recognise_key(store, token, at) is not None

    assert [lets_in(first.token, now + hours), lets_in(first.token, now + 3 * hours)] == [True, False]
    assert [lets_in(second.token, now + 3 * hours), lets_in(second.token, now + 241 * hours)] == [True, False]
    third = rotate_key(store, "tester", first.key.id, 0.0, now + hours)
    assert not lets_in(first.token, now + hours)
    assert not lets_in(second.token, now + hours)
    assert lets_in(third.token, now + hours)


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        ({"role": "operator"}, "role"),
        ({"role": "employee"}, "person"),
        ({"role": "talent_partner"}, "functions"),
        ({"role": "integration"}, "scopes"),
        ({"role": "integration", "scopes": ["everything"]}, "scopes"),
        ({"role": "auditor", "scopes": ["people:read"]}, "scopes"),
        ({"role": "admin", "person": "ana"}, "person"),
        ({"role": "manager", "person": "mia", "regions": ["North"]}, "regions"),
        ({"role": "auditor", "days": 0}, "days"),
        ({"role": "auditor", "name": "a\nb"}, "name"),
        ({"role": "auditor", "owner": "me"}, "body.owner"),
    ],
)
def test_a_key_that_fits_no_role_is_not_made(client: TestClient, terms: dict[str, Any], named: str) -> None:
    before = client.get("/v1/keys", headers=carry(KEY)).json()
    answer = client.post("/v1/keys", json={"name": "k", **terms}, headers=carry(KEY))
    assert (answer.status_code, answer.json()["field"]) == (422, named)
    assert client.get("/v1/keys", headers=carry(KEY)).json() == before


def test_an_admin_makes_keys_for_a_reason_and_others_make_none(engine: Engine, client: TestClient) -> None:
    admin, asked = make(engine, "admin"), {"name": "for ana", "role": "employee", "person": "ana"}
    assert client.post("/v1/keys", json=asked, headers=carry(admin)).json()["type"] == FORBIDDEN
    made = client.post("/v1/keys", json=asked, headers=carry(admin, **{"X-Reason": "first day"})).json()
    assert client.get("/v1/people/ana", headers=carry(made["token"])).status_code == 200
    assert client.get("/v1/people/ben", headers=carry(made["token"])).json()["type"] == FORBIDDEN
    record = engine.list_decisions(operation="admin_read", top=1).records[0]
    assert "first day" in record.question
    for role, terms in (("auditor", {}), ("manager", {"person": "mia"})):
        token = make(engine, role, **terms)
        assert client.get("/v1/keys", headers=carry(token)).json()["type"] == FORBIDDEN


def test_an_erased_person_takes_their_keys_along(engine: Engine, client: TestClient) -> None:
    token = make(engine, "employee", person="gil")
    assert client.get("/v1/people/gil", headers=carry(token)).status_code == 200
    receipt = client.delete("/v1/people/gil", headers=carry(token)).json()
    assert receipt["counts"]["keys"] == 1
    assert client.get("/v1/people/gil", headers=carry(token)).status_code == 401
    assert not [row for row in engine.store.ask(KEYS) if row.person == "gil"]


def test_all_doors_keep_keys_alike(engine: Engine, client: TestClient, address: ServerAddress) -> None:
    environment = {
        "NEO4J_URI": address.uri, "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password.get_secret_value(), "SKILLWAY_AS_OF": TODAY.isoformat(),
    }  # fmt: skip

    def command(*words: str) -> Any:
        done = CliRunner().invoke(command_line, ["keys", *words], env=environment, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    terms = {"role": "integration", "functions": ["Data"], "scopes": ["people:read"], "days": 7}
    wanted = "create door --role integration --function Data --scope people:read --days 7 --json"
    made = json.loads(command(*wanted.split()))
    posted = client.post("/v1/keys", json={"name": "door", **terms}, headers=carry(KEY)).json()
    told = engine.create_key("door", **terms)  # type: ignore[arg-type]
    for key in (made["key"], posted["key"]):
        assert key.keys() == vars(told.key).keys()
        assert [key[name] for name in ("name", "role", "functions", "scopes", "state")] == [
            "door", "integration", ["Data"], ["people:read"], "good",
        ]  # fmt: skip
    rotated = json.loads(command("rotate", made["key"]["id"], "--overlap-hours", "0", "--json"))
    assert client.get("/v1/people/ana", headers=carry(made["token"])).status_code == 401
    assert client.get("/v1/people/ana", headers=carry(rotated["token"])).status_code == 200
    again = client.post(f"/v1/keys/{made['key']['id']}/rotation?overlap_hours=0", headers=carry(KEY)).json()
    assert client.get("/v1/people/ana", headers=carry(rotated["token"])).status_code == 401
    shown = command("create", "shown", "--role", "auditor")
    assert recognise_key(engine.store, shown.split()[0], datetime.now(UTC)) is not None
    assert json.loads(command("list", "--json")) == client.get("/v1/keys", headers=carry(KEY)).json()
    assert client.delete(f"/v1/keys/{made['key']['id']}", headers=carry(KEY)).json()["state"] == "revoked"
    assert client.get("/v1/people/ana", headers=carry(again["token"])).status_code == 401
    assert "revoked" in command("revoke", made["key"]["id"])
    assert client.delete("/v1/keys/none", headers=carry(KEY)).status_code == 404


# --- tokens -----------------------------------------------------------------------------------------------------------


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


# --- what people try --------------------------------------------------------------------------------------------------

ROUTES = [
    ("GET", "/v1/people/{}"), ("GET", "/v1/people/{}/skills/sql/explanation"),
    ("GET", "/v1/people/{}/roles/analyst/gap"), ("GET", "/v1/people/{}/roles/analyst/bridge"),
    ("GET", "/v1/people/{}/roles"), ("GET", "/v1/people/{}/progress"),
    ("GET", "/v1/people/{}/export"), ("POST", "/v1/people/{}/skills/sql/rejection"), ("DELETE", "/v1/people/{}"),
    ("POST", "/v1/people/{}/objection"), ("DELETE", "/v1/people/{}/visibility/listed"),
    ("POST", "/v1/evidence/listed:{}/withdrawal"),
]  # fmt: skip
TRIED = [
    "dan", "nobody", "Dan Surname", "'}) DETACH DELETE n;", "ana' OR '1'='1", "$person_id", "{id: 'dan'}", "`dan`",
    "\" UNION MATCH (p) RETURN p;", "dan\\u0027", "%00", "*", "🙂",
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_is_found_out_or_changed_by_asking(engine: Engine, client: TestClient, method: str, path: str) -> None:
    token = make(engine, "employee", person="ana")
    before = engine.export_person("dan"), engine.store.ask(KEYS)
    answers = [client.request(method, path.format(quote(name, safe="")), headers=carry(token)) for name in TRIED]
    assert {answer.status_code for answer in answers} == {403}
    assert len({json.dumps({**answer.json(), "instance": None}) for answer in answers}) == 1
    after = engine.export_person("dan"), engine.store.ask(KEYS)
    assert (after[0].facts, after[0].evidence, after[1]) == (before[0].facts, before[0].evidence, before[1])


@pytest.mark.parametrize("name", TRIED[3:])
def test_names_are_never_read_as_cypher(client: TestClient, name: str) -> None:
    quoted = quote(name, safe="")
    for path in (f"/v1/people/{quoted}", f"/v1/roles/{quoted}/pool", f"/v1/courses/{quoted}/unlocks"):
        assert client.get(path, headers=carry(KEY)).status_code in (404, 422), path
    for path in (f"/v1/pools?skill={quoted}", f"/v1/decisions?operation={quoted}&person=ana"):
        assert client.get(path, headers=carry(KEY)).status_code in (200, 404, 422), path
    assert client.get("/v1/people/dan", headers=carry(KEY)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/people/ana/evidence", {"skill": "sql", "kind": "assessment", "status": "active"}),
        ("POST", "/v1/people/ana/evidence", {"skill": "sql", "kind": "assessment", "person": "dan"}),
        ("POST", "/v1/people/ana/skills/sql/correction", {"level": 3, "verified": True}),
        ("PUT", "/v1/people/ana/roles/analyst/progress/steps/1", {"money": 1, "person": "dan"}),
        ("POST", "/v1/people/ana/roles/analyst/progress", {"accepted_by": "dan"}),
        ("POST", "/v1/decisions/x/outcome", {"outcome": "accepted", "asked_by": "dan"}),
        ("POST", "/v1/keys", {"name": "k", "role": "auditor", "digest": "x"}),
    ],
)
def test_a_body_may_hold_nothing_but_what_is_asked(
    client: TestClient, method: str, path: str, body: dict[str, Any]
) -> None:
    answer = client.request(method, path, json=body, headers=carry(KEY))
    assert answer.status_code == 422
    assert answer.json()["field"].startswith("body.")


def test_no_key_is_ever_logged_or_answered(
    engine: Engine, client: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    token = make(engine, "employee", person="ana")
    answers = [
        client.request(method, path.format(name), headers=carry(sent))
        for method, path in ROUTES[:3]
        for name in ("ana", "dan")
        for sent in (token, KEY, token[:-1] + "x", KEY + "x")
    ]
    said = "".join(answer.text + str(answer.headers) for answer in answers) + caplog.text + "".join(capfd.readouterr())
    assert token.split("_", 2)[2] not in said
    assert KEY not in said
