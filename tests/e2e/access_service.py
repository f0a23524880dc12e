"""The service that the tests of access ask, over a company of every relation, and the issuer whose tokens it takes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from api.app import create_app
from api.service_settings import OidcSettings, ServeSettings
from api.settings import Settings
from engine.service import Engine
from tests.conftest import GraphUnderTest
from tests.integration.engine.access_company import open_company

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
