import pytest


@pytest.fixture(autouse=True)
def _without_a_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKILLWAY_SERVE__API_KEY", raising=False)
