"""What makes the many processes of a run start sooner: this one, its workers, the servers, the commands that are tried.

None of it changes what runs, and what the caller's environment says goes before it.
"""

from __future__ import annotations

import os
import sys

from tests.server import find_cache

ENVIRONMENT = {
    # A server of the tests lives for minutes: optimising its code takes more of the processors than it gives.
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    # The workers have all processors already: threads of one would wait, spinning, for those of another.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def quicken_starts() -> None:
    """Keep compiled Python, have Java compile once and compute in one thread, here and in what is started from here."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if sys.dont_write_bytecode:
        # Whoever asks for a tree without bytecode gets it; that each of a hundred processes compiles all the libraries
        # anew is not what they ask for.
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(find_cache() / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
