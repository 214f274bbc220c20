"""A pooler before PostgreSQL, as PgBouncer is one in transaction mode: every client is served by whatever session is
idle, from a statement to the end of its transaction."""

import socket
import struct
import threading
from typing import Any

CHUNK = 65536


def message(stream: socket.socket, *, typed: bool = True) -> tuple[bytes, bytes]:
    """One message: its type, and all of it as it came. Raises EOFError at the end."""
    head = exactly(stream, 5 if typed else 4)
    (length,) = struct.unpack("!I", head[-4:])
    return head[:1], head + exactly(stream, length - 4)


def exactly(stream: socket.socket, many: int) -> bytes:
    found = b""
    while len(found) < many:
        part = stream.recv(many - len(found))
        if not part:
            raise EOFError
        found += part
    return found


class Session:
    """One session on the server, and what it said as it began."""

    def __init__(self, port: int, startup: bytes) -> None:
        self.stream = socket.create_connection(("127.0.0.1", port))
        self.stream.sendall(startup)
        self.said = b""
        kind = b""
        while kind != b"Z":
            kind, whole = message(self.stream)
            self.said += whole if kind != b"K" else b"K" + struct.pack("!III", 12, 1, 1)  # a name of its own


class Pooler:
    """Listens on loopback; sessions idle on a stack, the last one used on top."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self._idle: list[Session] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []

    def __enter__(self) -> "Pooler":
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._listener.close()
        for stream in (*self._open, *(session.stream for session in self._idle)):
            stream.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            threading.Thread(target=self._guarded, args=(client,), daemon=True).start()

    def _guarded(self, client: socket.socket) -> None:
        try:
            self._serve(client)
        except (OSError, EOFError):
            client.close()

    def _serve(self, client: socket.socket) -> None:
        startup = message(client, typed=False)[1]
        while startup[4:8] in (struct.pack("!I", 80877103), struct.pack("!I", 80877104)):  # TLS? GSSAPI? No.
            client.sendall(b"N")
            startup = message(client, typed=False)[1]
        session = self._session(startup)
        client.sendall(session.said)
        self._release(session)
        while True:
            kind, whole = message(client)
            if kind == b"X":
                raise EOFError
            self._transaction(client, whole, self._session(startup))

    def _transaction(self, client: socket.socket, first: bytes, session: Session) -> None:
        """Pass on what both say until the server stands idle outside of any transaction."""
        session.stream.sendall(first)
        if first[:1] not in b"QS":
            while first[:1] != b"S":
                _, first = message(client)
                session.stream.sendall(first)
        kind, whole = b"", b""
        while kind != b"Z":
            kind, whole = message(session.stream)
            client.sendall(whole)
        if whole[5:6] == b"I":
            self._release(session)
        else:
            self._transaction(client, message(client)[1], session)

    def _session(self, startup: bytes) -> Session:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return Session(self.server_port, startup)

    def _release(self, session: Session) -> None:
        with self._lock:
            self._idle.append(session)
