"""Sends letters through a mail server (SMTP)."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr

from api.mail_settings import MailSettings
from engine.live.mailing import Letter, MailAnswer


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
        "You get this because you asked for it, or because your profile says that you are interested in a role.",
        "Whoever runs Skillway where you work shows you what is believed of you and why, corrects it, and has",
        "letters come at once, once a day, once a week or never.",
    ]
    mail.set_content("\n".join(lines))
    return mail
