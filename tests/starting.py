"""What makes the many processes of a run start sooner: this one, its workers, the servers, the commands that are tried.

Neither changes what runs, and what the caller's environment says about Java goes before it.
"""

from __future__ import annotations

import os
import sys

from tests.server import find_cache

# A server of the tests lives for seconds or minutes: optimising its code takes more of the processors than it gives.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def quicken_starts() -> None:
    """Keep compiled Python, and have Java compile once; what is started from here on inherits both."""
    os.environ.setdefault("JAVA_TOOL_OPTIONS", JAVA_OPTIONS)
    if sys.dont_write_bytecode:
        # Whoever asks for a tree without bytecode gets it; that each of a hundred processes compiles all the libraries
        # anew is not what they ask for.
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(find_cache() / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
