"""WebSocket by hand (RFC 6455), for both sides: a client and a provider that send exactly the frames they are told to.

The standard library has none, and a library would keep the rules that tests have to break.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CONTINUATION = 0


@dataclass
class Frame:
    kind: int
    payload: bytes
    final: bool
    masked: bool

    def json(self) -> Any:
        return json.loads(self.payload)

    @property
    def code(self) -> int | None:
        """Of a Close frame."""
        return struct.unpack("!H", self.payload[:2])[0] if len(self.payload) >= 2 else None


def mask_with(mask: bytes, payload: bytes) -> bytes:
    """Both ways. As one number, which is a hundred times as fast as byte by byte."""
    key = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(len(payload), "big")


def frame(kind: int, payload: bytes = b"", *, final: bool = True, masked: bool, reserved: int = 0, length: int | None = None) -> bytes:
    """`length`: what the head says, when that is not the truth."""
    size = len(payload) if length is None else length
    first = (0x80 if final else 0) | reserved << 4 | kind
    mask_bit = 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first, mask_bit | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, mask_bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + mask_with(mask, payload)


def close_payload(code: int, reason: str = "") -> bytes:
    return struct.pack("!H", code) + reason.encode()


def accept_of(key: str) -> str:
    return base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()


class Peer:
    """One side of a connection that speaks WebSocket."""

    masks = False

    def __init__(self, connection: socket.socket, received: bytes = b"") -> None:
        self.socket = connection
        self._buffer = received

    def send_raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send(self, kind: int, payload: bytes = b"", **more: Any) -> None:
        self.send_raw(frame(kind, payload, **({"masked": self.masks} | more)))

    def event(self, value: Any) -> None:
        self.send(TEXT, json.dumps(value).encode())

    def close(self, code: int = 1000, reason: str = "") -> None:
        self.send(CLOSE, close_payload(code, reason))

    def receive(self) -> Frame | None:
        """The next frame; nothing at the end of the connection."""
        head = self._take(2)
        if len(head) < 2:
            return None
        size = head[1] & 0x7F
        if size >= 126:
            size = struct.unpack("!H" if size == 126 else "!Q", self._take(2 if size == 126 else 8))[0]
        mask = self._take(4) if head[1] & 0x80 else b""
        payload = self._take(size)
        if len(payload) < size:
            return None
        if mask:
            payload = mask_with(mask, payload)
        return Frame(head[0] & 0x0F, payload, bool(head[0] & 0x80), bool(mask))

    def receive_event(self) -> Any:
        received = self.receive()
        assert received is not None and received.kind == TEXT, received
        return received.json()

    def ended(self) -> bool:
        """Nothing more comes, and the connection is closed or reset."""
        return self._buffer == b"" and self._read() == b""

    def read_head(self) -> bytes:
        while b"\r\n\r\n" not in self._buffer:
            data = self._read()
            if not data:
                break
            self._buffer += data
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        return head

    def _read(self) -> bytes:
        with contextlib.suppress(ConnectionError):
            return self.socket.recv(65536)
        return b""

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            data = self._read()
            if not data:
                break
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken


def fields_of(head: bytes) -> dict[str, str]:
    """Names in lower case."""
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


class WebSocketClient(Peer):
    """Shakes hands; `status` says how that went, and `body` what an answer of HTTP said."""

    masks = True

    def __init__(self, where: str, path: str, *lines: str, timeout: float = 20.0, tls: ssl.SSLContext | None = None) -> None:
        host, _, port = where.rpartition(":")
        super().__init__(socket.create_connection((host, int(port)), timeout))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        key = base64.b64encode(os.urandom(16)).decode()
        head = [f"GET {path} HTTP/1.1", f"Host: {where}", "Upgrade: websocket", "Connection: keep-alive, Upgrade"]
        head += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *lines]
        self.send_raw(("\r\n".join(head) + "\r\n\r\n").encode())
        answer = self.read_head()
        self.status = int(answer.split(b" ")[1])
        self.headers = fields_of(answer)
        self.body = b""
        if self.status == 101:
            assert self.headers["sec-websocket-accept"] == accept_of(key), self.headers
            assert self.headers["upgrade"] == "websocket" and self.headers["connection"] == "Upgrade"
        else:
            self.body = self._take(int(self.headers["content-length"]))

    def __enter__(self) -> WebSocketClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    @property
    def error(self) -> dict[str, Any]:
        return json.loads(self.body)["error"]


@dataclass
class Handshake:
    target: str
    headers: dict[str, str]  # names in lower case


class ProviderSide(Peer):
    """What a provider's script gets: the connection, before it has answered."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        head = self.read_head()
        self.handshake = Handshake(head.split(b" ")[1].decode(), fields_of(head))

    def accept(self, *lines: str) -> None:
        key = self.handshake.headers["sec-websocket-key"]
        head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept_of(key)}"]
        self.send_raw(("\r\n".join([*head, *lines]) + "\r\n\r\n").encode())

    def begin(self, **session: Any) -> None:
        """Accepts, and says what a session begins with."""
        self.accept()
        self.event({"type": "session.created", "session": session})

    def refuse(self, status: int, code: str, *lines: str) -> None:
        body = json.dumps({"error": {"message": "no", "type": "server_error", "code": code}}).encode()
        head = [f"HTTP/1.1 {status} No", "Content-Type: application/json", f"Content-Length: {len(body)}", *lines]
        self.send_raw(("\r\n".join(head) + "\r\n\r\n").encode() + body)


Script = Callable[[ProviderSide], None]


class WebSocketUpstream:
    """A provider on 127.0.0.1 that runs the script for each connection, and closes it at the script's end."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.handshakes: list[Handshake] = []
        self.ended = threading.Semaphore(0)  # one for each script that has come to its end
        self.faults: list[BaseException] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> WebSocketUpstream:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._listener.close()
        if kind is None and self.faults:
            raise AssertionError("a provider's script failed") from self.faults[0]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(20.0)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                side = ProviderSide(connection)
                self.handshakes.append(side.handshake)
                self._script(side)
            except BaseException as fault:  # told by __exit__
                self.faults.append(fault)
        self.ended.release()
