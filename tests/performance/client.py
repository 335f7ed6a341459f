"""A client that sends one request after the other on one connection, for counts in which no clock takes part."""

from __future__ import annotations

import json
import socket
import ssl
from pathlib import Path


def chat_body(model: str, *, stream: bool = False, size: int = 0) -> bytes:
    """A request whose question is padded until the body has `size` bytes."""

    def body(padding: str) -> bytes:
        messages = [{"role": "system", "content": "Answer briefly."}, {"role": "user", "content": "Say something." + padding}]
        options = {"stream": True} if stream else {}
        return json.dumps({"model": model, "messages": messages, **options}).encode()

    missing = max(0, size - len(body("")))
    words = " More words for a longer question, as people send them."
    return body((words * (missing // len(words) + 1))[:missing])


class Client:
    """Speaks TLS when an `authority` is named, which must vouch for the proxy."""

    def __init__(self, port: int, *, timeout: float = 120.0, authority: Path | None = None) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if authority:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(authority)
            self._socket = context.wrap_socket(self._socket, server_hostname="127.0.0.1")
        self._received = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def post(self, body: bytes, *lines: str, path: str = "/v1/chat/completions") -> bytes:
        """The body of the answer, whose status must be 200."""
        head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {len(body)}", *lines]
        self._socket.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        answer_head = self._until(b"\r\n\r\n").lower()
        chunked, length = b"transfer-encoding: chunked" in answer_head, 0
        if not chunked:
            length = int(answer_head.partition(b"content-length:")[2].split(b"\r\n")[0])
        answer = self._until(b"\r\n0\r\n\r\n") if chunked else self._take(length)
        if not answer_head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"the proxy answered {answer_head[:80]!r} {answer[:300]!r}")
        return answer

    def _more(self) -> None:
        if not (data := self._socket.recv(1 << 18)):
            raise RuntimeError(f"the connection ended within an answer: {self._received[-200:]!r}")
        self._received += data

    def _until(self, mark: bytes) -> bytes:
        while (at := self._received.find(mark)) < 0:
            self._more()
        return self._take(at + len(mark))

    def _take(self, count: int) -> bytes:
        while len(self._received) < count:
            self._more()
        taken, self._received = self._received[:count], self._received[count:]
        return taken


def answers(port: int, body: bytes, *lines: str, authority: Path | None = None) -> bool:
    """Whether a proxy that is starting answers already."""
    try:
        with Client(port, timeout=10, authority=authority) as client:
            client.post(body, *lines)
    except (OSError, RuntimeError, ValueError):
        return False
    return True
