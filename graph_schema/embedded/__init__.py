"""A real Neo4j Community server without Docker or an installed Java.

``ensure_running`` gives the address of the server of a home directory, starting it when needed. The server is a process
of its own, on loopback, and stays for later commands. Neo4j Community is GPLv3; it is fetched from its publisher as
published and talked to over Bolt.
"""

from graph_schema.embedded.server import (
    ServerAddress,
    ServerStatus,
    ensure_running,
    read_status,
    stop_server,
)

__all__ = ["ServerAddress", "ServerStatus", "ensure_running", "read_status", "stop_server"]
