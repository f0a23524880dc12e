"""Stands between a client and a server, and can be cut: how a server goes away for one client alone."""

from __future__ import annotations

import selectors
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class Relay:
    """Passes bytes on to a port of this machine until it is cut."""

    port: int
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    lose_answers: int = 0
    """So many answers are lost on their way, and their connections with them."""
    _ends: list[socket.socket] = field(default_factory=list)
    _is_cut: bool = False

    def __post_init__(self) -> None:
        Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def cut(self) -> None:
        """End every connection, and take no more."""
        self._is_cut = True
        for end in (self.listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self) -> None:
        while not self._is_cut:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                return
            self._ends += [near, far]
            Thread(target=self._carry, args=[near, far], daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with near, far, selectors.DefaultSelector() as waiting:
            waiting.register(near, selectors.EVENT_READ, far)
            waiting.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in waiting.select():
                    try:
                        chunk = key.fileobj.recv(65536)  # type: ignore[union-attr]
                        if key.fileobj is far and self.lose_answers:
                            self.lose_answers -= 1
                            return
                        key.data.sendall(chunk)
                    except OSError:
                        return
                    if not chunk:
                        return
