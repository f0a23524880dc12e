from pathlib import Path

import pytest
from pydantic import SecretStr

from api.access import ApiKey
from api.commands.serve import describe_service, listen, refuse_open_host
from graph_schema.errors import InvalidInput

OPEN_HOSTS = ["0.0.0.0", "::", "192.168.1.4", "skills.example.org"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_alone_needs_no_key_of_its_own(host: str) -> None:
    refuse_open_host(host, key_is_set=False)


@pytest.mark.parametrize("host", OPEN_HOSTS)
def test_other_machines_are_let_near_only_with_a_key_set(host: str) -> None:
    refuse_open_host(host, key_is_set=True)
    with pytest.raises(InvalidInput, match="SKILLWAY_SERVE__API_KEY") as refused:
        refuse_open_host(host, key_is_set=False)
    assert refused.value.field == "--host"


def test_a_taken_port_is_named() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"port {port}"):
            listen("127.0.0.1", port)


def test_it_says_where_the_key_is_and_not_what_it_is() -> None:
    key = SecretStr("not-to-be-shown")
    kept = describe_service("127.0.0.1", 8000, ApiKey(key, Path("/home/ana smith/api-key")))
    chosen = describe_service("::1", 8001, ApiKey(key, None))
    assert "http://127.0.0.1:8000/docs" in kept
    assert "$(cat '/home/ana smith/api-key')" in kept
    assert "http://[::1]:8001/docs" in chosen
    assert "$SKILLWAY_SERVE__API_KEY" in chosen
    assert "not-to-be-shown" not in kept + chosen
