"""A real Neo4j Community server without Docker or an installed Java.

``ensure_running`` gives the address of the server of a home directory, starting it when needed. The server is a process
of its own, on loopback, and stays for later commands. Neo4j Community is GPLv3; it is fetched from its publisher as
published and talked to over Bolt.
"""

from graph_schema.embedded.artifacts import NEO4J_VERSION
from graph_schema.embedded.backup import StoreBackup, backup_store, restore_store
from graph_schema.embedded.server import ServerAddress, ServerStatus, ensure_running, read_status, stop_server

__all__ = [
    "NEO4J_VERSION",
    "ServerAddress",
    "ServerStatus",
    "StoreBackup",
    "backup_store",
    "ensure_running",
    "read_status",
    "restore_store",
    "stop_server",
]
