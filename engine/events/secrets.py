"""The secrets that webhooks are signed with: made here, kept encrypted in the graph, shown once.

To sign, a secret must be readable, so no digest of it is kept but the secret itself, encrypted (Fernet: AES-128-CBC
with HMAC-SHA-256) with a key that is not in the graph: a copy of the graph alone signs nothing.
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from engine.key_files import keep_new_key
from graph_schema.errors import InvalidInput

_SETTING = "SKILLWAY_ENGINE__EVENTS__KEY_FILE"


def make_secret() -> str:
    """Return a new secret as Standard Webhooks writes it: 256 random bits."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def seal_secret(secret: str, key_file: Path | None) -> str:
    """Return a secret encrypted with the first key.

    Raises:
        InvalidInput: The keys cannot be kept or read.
    """
    return _read_keys(key_file).encrypt(secret.encode()).decode()


def open_secret(sealed: str, key_file: Path | None) -> str:
    """Return a secret that one of the keys has encrypted.

    Raises:
        InvalidInput: None of the keys has, or they cannot be read.
    """
    try:
        return _read_keys(key_file).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise InvalidInput(
            _SETTING, f"{key_file} holds no key that a subscription's secret was encrypted with; add that key as a line"
        ) from error


def _read_keys(key_file: Path | None) -> MultiFernet:
    if key_file is None:
        raise InvalidInput(_SETTING, "is not set, so the secrets of subscriptions cannot be encrypted")
    try:
        if not key_file.exists():
            keep_new_key(key_file, f"{Fernet.generate_key().decode()}\n")
        lines = key_file.read_text(encoding="ascii").split()
        return MultiFernet([Fernet(line) for line in lines])
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InvalidInput(_SETTING, f"{key_file} cannot be kept or read as keys: {error}") from error
