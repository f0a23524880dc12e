"""Sends letters through a mail server (SMTP)."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from engine.live.mailing import Letter, MailAnswer


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


class MailSender:
    """Sends letters, one connection each; it raises nothing.

    Args:
        settings: Of the mail server.
    """

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def __call__(self, letter: Letter) -> MailAnswer:
        """Send a letter, and say whether the server took it."""
        try:
            with self._connect() as server:
                server.send_message(write_letter(letter, self._settings.sender))
        except smtplib.SMTPRecipientsRefused as error:
            code = max(status for status, _ in error.recipients.values())
            return MailAnswer(False, f"the address was refused ({code})", final=code >= 500)
        except smtplib.SMTPResponseException as error:
            # Whether it is the letter or the server's own trouble, the first digit says (RFC 5321, 4.2.1).
            final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
            return MailAnswer(False, f"the mail server answered {error.smtp_code}", final=final)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return MailAnswer(False, f"the mail server could not be used: {type(error).__name__}")
        return MailAnswer(True)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
            if settings.security == "tls"
            else smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        )
        try:
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.username is not None:
                server.login(settings.username, settings.read_password())
        except BaseException:
            server.close()
            raise
        return server


def write_letter(letter: Letter, sender: str) -> EmailMessage:
    """Write a letter as a mail in plain text; sent twice it has the same ``Message-ID``."""
    name, address = parseaddr(sender)
    mail = EmailMessage()
    mail["From"] = formataddr((name, address))
    mail["To"] = formataddr((letter.person.name, letter.email))
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{letter.id}@{address.partition('@')[2]}>"
    # No automatic answer is wanted (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    count = len(letter.messages)
    first = letter.messages[0]
    mail["Subject"] = f"Skills: {first.role.name}" if count == 1 else f"Skills: {count} messages about roles you watch"
    lines = [f"Hello {letter.person.name},", ""]
    for message in letter.messages:
        lines += [message.text, ""]
    lines += [
        "What is believed of you, why, and how to correct it, your own page says. You get this because you, or",
        "your profile, said that you are interested in these roles. There you also choose how often it comes,",
        "or that you want no more of it.",
    ]
    mail.set_content("\n".join(lines))
    return mail
