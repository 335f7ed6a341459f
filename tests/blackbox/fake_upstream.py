"""A provider that follows a script: it answers on 127.0.0.1 with exact bytes, cut into pieces of any size, and can break off.

Raw sockets and one thread per connection, because tests need what an HTTP library hides: where a write ends, how a
connection dies, and when the other side went away.
"""

from __future__ import annotations

import contextlib
import json
import random
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any

Cutter = Callable[[bytes], list[bytes]]


def whole(body: bytes) -> list[bytes]:
    return [body] if body else []


def pieces_of(size: int) -> Cutter:
    return lambda body: [body[start : start + size] for start in range(0, len(body), size)]


def random_pieces(seed: int, largest: int = 64) -> Cutter:
    """Pieces of 1 to `largest` bytes; the same seed gives the same pieces."""

    def cut(body: bytes) -> list[bytes]:
        rng, pieces, start = random.Random(seed), [], 0
        while start < len(body):
            pieces.append(body[start : start + rng.randint(1, largest)])
            start += len(pieces[-1])
        return pieces

    return cut


def halves(text: str) -> list[str]:
    """Streams bring a text in two pieces, so that a lost one is seen."""
    middle = len(text) // 2
    return [half for half in (text[:middle], text[middle:]) if half]


class Framing(Enum):
    """How the end of the body is told."""

    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"
    RAW = "raw"  # the body is everything that is sent, the head included


class Ending(Enum):
    """What happens after the last piece."""

    FINISH = "finish"  # the body ends as its framing says
    CUT = "cut"  # the connection is closed although the framing promises more
    RESET = "reset"  # like CUT, but the other side gets a reset instead of an end
    STALL = "stall"  # nothing more comes, until the other side closes


@dataclass(frozen=True)
class Reply:
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    cut: Cutter = whole
    framing: Framing = Framing.LENGTH
    ending: Ending = Ending.FINISH
    head_after: float = 0.0  # seconds before the response head
    gap: float = 0.0  # seconds before each piece but the first
    # With more pieces than this, neighbours share a write (each stays a chunk of its own): a body of tens of thousands of
    # one-byte pieces would otherwise only measure system calls.
    writes: int = 1500


def json_reply(value: object, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Reply:
    return Reply(status, [("content-type", "application/json"), *headers], json.dumps(value).encode())


def sse_reply(events: Iterable[object], **options: Any) -> Reply:
    """Each event is a JSON value, or text that is sent as it is ("[DONE]"). One piece per event."""
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    frames = [f"data: {line}\n\n".encode() for line in lines]
    headers = [("content-type", "text/event-stream")]
    return Reply(200, headers, b"".join(frames), cut=lambda _: frames, framing=Framing.CHUNKED, **options)


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]  # names in lower case
    body: bytes
    at: float = field(default_factory=time.monotonic)  # when it had arrived
    peer_gone: threading.Event = field(default_factory=threading.Event)  # the other side closed while the reply was not finished
    peer_gone_at: float = 0.0  # time.monotonic() of it

    def json(self) -> Any:
        return json.loads(self.body)


Handler = Callable[[Request], Reply]

# So that what was sent arrives as bytes: a reset that overtakes them would throw them away.
RESET_AFTER = 0.05


class PeerGone(Exception):
    """The other side closed its connection."""


class FakeUpstream:
    """A context manager; `handler` gives the reply to each request, which is also kept in `requests`."""

    IDLE_SECONDS = 120.0

    def __init__(self, handler: Handler, *, host: str = "127.0.0.1") -> None:
        self._handler = handler
        self._host = host
        self._listener = self._listen(0)
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self.requests: list[Request] = []
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://[{self._host}]:{self.port}" if ":" in self._host else f"http://{self._host}:{self.port}"

    def __enter__(self) -> FakeUpstream:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def down(self) -> None:
        """Refuses connections from now on, and ends those that there are."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def up(self) -> None:
        """Listens on the same port again."""
        self._listener = self._listen(self.port)
        self._start()

    def _listen(self, port: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        return socket.create_server((self._host, port), family=family, backlog=128)

    def _start(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), name="fake-upstream", daemon=True).start()

    def wait_for_request(self, count: int = 1, timeout: float = 5.0) -> Request:
        """The `count`-th request, as soon as it has arrived."""
        deadline = time.monotonic() + timeout
        while len(self.requests) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"only {len(self.requests)} of {count} requests reached the upstream within {timeout} s")
            time.sleep(0.005)
        return self.requests[count - 1]

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), name="fake-upstream-connection", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(self.IDLE_SECONDS)
        with self._lock:
            self._connections.add(connection)
        try:
            with connection, connection.makefile("rb") as reader:
                while (request := read_request(reader)) is not None:
                    self.requests.append(request)
                    reply = self._handler(request)
                    self._write(connection, request, reply)
                    if reply.ending is not Ending.FINISH or reply.framing is Framing.CLOSE:
                        return
        except (OSError, PeerGone):
            return
        finally:
            with self._lock:
                self._connections.discard(connection)

    def _write(self, connection: socket.socket, request: Request, reply: Reply) -> None:
        try:
            if reply.head_after:
                self._wait(connection, reply.head_after)
            if reply.framing is not Framing.RAW:
                connection.sendall(response_head(reply))
            for number, data in enumerate(grouped_writes(reply)):
                if number and reply.gap:
                    self._wait(connection, reply.gap)
                connection.sendall(data)
            if reply.ending is Ending.STALL:
                self._wait(connection, self.IDLE_SECONDS)
            if reply.ending is Ending.RESET:
                time.sleep(RESET_AFTER)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except (OSError, PeerGone):
            request.peer_gone_at = time.monotonic()
            request.peer_gone.set()
            raise

    @staticmethod
    def _wait(connection: socket.socket, seconds: float) -> None:
        """Sleeps, and notices when the other side closes meanwhile."""
        readable, _, _ = select.select([connection], [], [], seconds)
        if readable and connection.recv(1, socket.MSG_PEEK) == b"":
            raise PeerGone


def read_request(reader: Any) -> Request | None:
    """The next request of a connection, or None at its end."""
    start = reader.readline()
    if not start:
        return None
    method, target, _ = start.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(method, target, headers, read_body(reader, headers))


def read_body(reader: Any, headers: dict[str, str]) -> bytes:
    if "chunked" not in headers.get("transfer-encoding", ""):
        return reader.read(int(headers.get("content-length", "0")))
    body = b""
    while size := int(reader.readline().split(b";")[0], 16):
        body += reader.read(size)
        reader.readline()
    while reader.readline() not in (b"\r\n", b""):
        pass
    return body


def response_head(reply: Reply) -> bytes:
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in reply.headers)]
    if reply.framing is Framing.LENGTH:
        lines.append(f"content-length: {promised_length(reply)}")
    elif reply.framing is Framing.CHUNKED:
        lines.append("transfer-encoding: chunked")
    else:
        lines.append("connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def promised_length(reply: Reply) -> int:
    """One byte more than the body has where the reply is to break off, so that the end can be told from a whole one."""
    return len(reply.body) + (reply.ending is not Ending.FINISH)


def grouped_writes(reply: Reply) -> list[bytes]:
    """What each call of send gets: the pieces with their framing, neighbours joined when there are too many."""
    pieces = reply.cut(reply.body)
    if reply.framing is Framing.CHUNKED:
        pieces = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
        if reply.ending is Ending.FINISH:
            pieces.append(b"0\r\n\r\n")
    group = max(1, -(-len(pieces) // reply.writes))
    return [b"".join(pieces[start : start + group]) for start in range(0, len(pieces), group)]
