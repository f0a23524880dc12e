"""What a caller knows of an object before it is changed, held against what it is (RFC 9110, section 13)."""

from __future__ import annotations

from collections.abc import Sequence

from graph_schema.errors import ChangedMeanwhile

ANY = "*"
"""Whatever it holds, as long as it is there."""


def check_match(if_match: Sequence[str] | None, etag: str | None) -> None:
    """Refuse to change an object that is not as the caller has seen it.

    Args:
        if_match: The tags that it may have, or ``*``; nothing asked when not given.
        etag: The tag it has; None when it is not there.

    Raises:
        ChangedMeanwhile: It has another one, or is not there.
    """
    if if_match is None or etag in if_match or (ANY in if_match and etag is not None):
        return
    if etag is None:
        raise ChangedMeanwhile("it is not there, and If-Match asks for what is; leave the header out to create it")
    raise ChangedMeanwhile(f'it has changed since it was read; its ETag is now "{etag}": read it again, then decide')


def check_create_only(create_only: bool, etag: str | None) -> None:
    """Refuse to replace an object where one is only to be created.

    Raises:
        ChangedMeanwhile: It is there.
    """
    if create_only and etag is not None:
        raise ChangedMeanwhile(f'it is there already, with the ETag "{etag}", and If-None-Match: * only creates')
