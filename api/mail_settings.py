"""Which mail server messages go through."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class MailSettings(BaseModel):
    """The mail server that messages go through; without one, nobody gets any by e-mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    """Its name."""
    port: int = Field(default=587, ge=1, le=65535)
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted; ``none`` is for a server on this machine."""
    username: str | None = None
    """Who logs in; nobody does when not set."""
    password: SecretStr | None = None
    """The password."""
    password_file: Path | None = None
    """File that holds the password, for secrets that must not stand in the environment."""
    sender: str = Field(min_length=3, pattern="@")
    """Whom letters come from, such as ``Skillway <skills@example.org>``."""
    timeout: float = Field(default=20.0, gt=0)
    """Seconds to wait for the server."""

    def read_password(self) -> str:
        """Return the password, from its file where there is one."""
        if self.password_file is not None:
            return self.password_file.read_text().strip()
        return self.password.get_secret_value() if self.password else ""
