"""Files that keep one key: made at the first need, and read by their owner alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def keep_new_key(file: Path, key: str) -> None:
    """Keep a key in a file that its owner alone can read; a key that is there already stays.

    Raises:
        OSError: The file cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile("w", dir=file.parent, encoding="ascii") as draft:
        draft.write(key)
        draft.flush()
        # A link appears with its content and never replaces another: two first starts end up with one key.
        with suppress(FileExistsError):
            os.link(draft.name, file)
