"""Every setting of Skillway, read from the environment here and nowhere else.

Variables begin with ``SKILLWAY_``; two underscores go one level down, as in
``SKILLWAY_ENGINE__INFERENCE__THRESHOLD``. A Neo4j server of your own is named the way Neo4j's tools name it:
``NEO4J_URI``, ``NEO4J_USERNAME``, and ``NEO4J_PASSWORD`` or ``NEO4J_PASSWORD_FILE``. ``skillway settings`` prints what
is in force, secrets masked.
"""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.mail_settings import MailSettings
from api.service_settings import ServeSettings
from engine.settings import EngineSettings
from graph_schema.connect import StoreSettings
from graph_schema.errors import InvalidInput


def _name_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that no user has.
        return "unknown"


class Settings(BaseSettings):
    """What is in force: the settings of every layer in one object."""

    model_config = SettingsConfigDict(
        env_prefix="SKILLWAY_", env_nested_delimiter="__", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    home: Path = Field(default_factory=lambda: platformdirs.user_data_path("skillway"))
    """Folder of all that Skillway keeps on this machine."""
    cache: Path = Field(default_factory=lambda: platformdirs.user_cache_path("skillway"))
    """Folder of downloads, shared by every home."""
    data: Path | None = None
    """Folder of real data sets, for benches and tests."""
    actor: str = Field(default_factory=_name_user)
    """Who asks, for the decision record."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """Port of the embedded Neo4j; a free one is chosen when none is given."""
    idle_minutes: float = Field(default=30.0, ge=0)
    """Minutes without use after which the embedded Neo4j stops by itself; 0 means never."""
    query_timeout: float = Field(default=60.0, gt=0)
    """Seconds after which a query is given up."""
    as_of: date | None = None
    """The day everything is computed for; today when none is given."""
    engine: EngineSettings = EngineSettings()
    """Thresholds, prices and the model's settings."""
    serve: ServeSettings = ServeSettings()
    """The HTTP service."""
    mail: MailSettings | None = None
    """The mail server that messages go through; none are mailed without one."""
    neo4j_uri: str | None = Field(default=None, validation_alias="NEO4J_URI")
    """Bolt address of a server of your own; then no server is started."""
    neo4j_username: str = Field(default="neo4j", validation_alias="NEO4J_USERNAME")
    """Its user."""
    neo4j_password: SecretStr | None = Field(default=None, validation_alias="NEO4J_PASSWORD")
    """The user's password."""
    neo4j_password_file: Path | None = Field(default=None, validation_alias="NEO4J_PASSWORD_FILE")
    """File that holds the user's password, for secrets that must not stand in the environment."""
    neo4j_database: str = Field(default="neo4j", validation_alias="NEO4J_DATABASE")
    """Its database."""

    @property
    def store(self) -> StoreSettings:
        """Where the graph is."""
        return StoreSettings(
            home=self.home,
            cache=self.cache,
            port=self.port,
            idle_minutes=self.idle_minutes,
            uri=self.neo4j_uri,
            username=self.neo4j_username,
            password=self._read_password(),
            database=self.neo4j_database,
            timeout=self.query_timeout,
        )

    def _read_password(self) -> SecretStr | None:
        if self.neo4j_password_file is None:
            return self.neo4j_password
        try:
            return SecretStr(self.neo4j_password_file.read_text().strip())
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput("NEO4J_PASSWORD_FILE", f"cannot be read: {error}") from error


def load_settings() -> Settings:
    """Read the settings in force.

    Raises:
        InvalidInput: A variable holds a value that cannot be used; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        path = "__".join(str(part).upper() for part in first["loc"])
        name = path if path.startswith("NEO4J_") else f"SKILLWAY_{path}"
        raise InvalidInput(name, first["msg"]) from error
