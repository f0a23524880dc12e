"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from graph_schema.errors import InvalidInput


@contextmanager
def open_whole_file(path: Path, inputs: Iterable[Path | None] = ()) -> Generator[BinaryIO]:
    """Write a file beside its place and move it there when it is complete; on an error nothing is left.

    What cannot be written is said at once, before any work is done for it.

    Args:
        path: The file; one that exists is replaced.
        inputs: Files that must not be replaced, since they are read.

    Raises:
        InvalidInput: The file cannot be written there.
    """
    place = path.resolve()
    if any(item is not None and item.resolve() == place for item in inputs):
        raise InvalidInput(str(path), "is read for this very answer; name another file to write to")
    if not place.parent.is_dir():
        raise InvalidInput(str(path), f"there is no folder {place.parent}; make it first")
    if place.is_dir():
        raise InvalidInput(str(path), "is a folder; name a file in it")
    if place.exists() and not os.access(place, os.W_OK):
        raise InvalidInput(str(path), "is write-protected")
    draft = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    except OSError as error:
        raise InvalidInput(str(path), f"cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
