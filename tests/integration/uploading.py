"""What the tests of long uploads share: forms, clients that send them piece by piece, and providers that take them so."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from support import UPSTREAM_KEY, Client, Gateway

MIB = 1 << 20
# Longer than what is held of an upload (kUploadStart in src/net/connection_body.cpp), with what arrives in one read.
START = MIB + 200_000
TRANSCRIPT = b'{"text":"Hello."}'

Fields = list[tuple[str, str, bytes]]  # name, what else its disposition says, content


def part(name: str, more: str, content: bytes) -> bytes:
    return b'--b1\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (name.encode(), more.encode(), content)


def form(fields: Fields) -> bytes:
    return b"".join(part(*field) for field in fields) + b"--b1--\r\n"


def sound(size: int) -> tuple[str, str, bytes]:
    """A recording with what could be taken for the form's own lines in it."""
    line = b"RIFF\r\n--\r\n--b\r\n\0\xff\r\r\n--b2"
    return ("file", '; filename="long.wav"', (line * (size // len(line) + 1))[:size])


def upload(size: int, *before: tuple[str, str, bytes], model: str = "r") -> bytes:
    return form([("model", "", model.encode()), *before, sound(size)])


def head(length: int | None, *lines: str, path: str = "/v1/audio/transcriptions") -> bytes:
    """Without a length: in chunks."""
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    fields = [f"POST {path} HTTP/1.1", "Host: g", framing, "Content-Type: multipart/form-data; boundary=b1", *lines]
    return ("\r\n".join(fields) + "\r\n\r\n").encode()


def chunked(data: bytes, size: int = 100_000, *, end: bool = True) -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + (b"0\r\n\r\n" if end else b"")


class Sender:
    """Sends in the background until it has to wait for longer than the client does, and counts what the kernel has taken."""

    def __init__(self, client: Client, data: bytes) -> None:
        self.sent, self._client, self._data = 0, client, data
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while self.sent < len(self._data):
                self.sent += self._client.socket.send(self._data[self.sent : self.sent + 65536])

    def join(self, timeout: float = 30.0) -> bool:
        self._thread.join(timeout)
        return self.sent == len(self._data)


class Call:
    """One connection to a provider, whose request is read as slowly as a test wants."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        self.socket, self.head, self.body = connection, b"", b""
        while b"\r\n\r\n" not in self.head:
            data = connection.recv(65536)
            assert data, "the connection ended within the request's head"
            self.head += data
        self.head, _, self.body = self.head.partition(b"\r\n\r\n")

    def field(self, name: bytes) -> bytes | None:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name:
                return value.strip()
        return None

    def read(self, count: int | None = None) -> bool:
        """Until the body has so many bytes, or all that its head states. False at an end before that."""
        count = int(self.field(b"content-length") or 0) if count is None else count
        parts, have = [self.body], len(self.body)
        while have < count:
            try:
                data = self.socket.recv(MIB)
            except ConnectionResetError:
                data = b""
            if not data:
                break
            parts.append(data)
            have += len(data)
        self.body = b"".join(parts)
        return have >= count

    def read_chunks(self) -> bool:
        """A body in chunks to its end, without their framing. False when the connection ends before."""
        while not self.body.endswith(b"\r\n0\r\n\r\n"):
            try:
                data = self.socket.recv(MIB)
            except ConnectionResetError:
                data = b""
            if not data:
                return False
            self.body += data
        rest, self.body = self.body, b""
        while size := int(rest[: rest.index(b"\r\n")], 16):
            at = rest.index(b"\r\n") + 2
            self.body += rest[at : at + size]
            rest = rest[at + size + 2 :]
        return True

    def answer(self, body: bytes = TRANSCRIPT, status: int = 200, kind: str = "application/json") -> None:
        lines = f"HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.socket.sendall(lines.encode() + body)


class Provider:
    """Does with each of its connections what `serve` says, which then is closed. `calls` has what came."""

    def __init__(self, serve: Callable[[Call], Any], tls: ssl.SSLContext | None = None) -> None:
        self._serve, self._tls = serve, tls
        self.calls: list[Call] = []
        self.closed_at: list[float] = []  # when each was over
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http{tls and 's' or ''}://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._run, args=(self._listener.accept()[0],), daemon=True).start()

    def _run(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as stream:
            call = Call(stream)
            self.calls.append(call)
            self._serve(call)
        self.closed_at.append(time.monotonic())

    def __enter__(self) -> Provider:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()


def takes_all(call: Call) -> None:
    if call.read():
        call.answer()


def configuration(providers: list[Provider | str], *, server: str = "", route: str = "", keys: str = "", limit: str = "128MB", provider: str = "") -> str:
    """Deployments u0, u1 ... and the route `r` over them. The first provider also keeps files, and passes all on."""
    urls = [each if isinstance(each, str) else each.url for each in providers]
    lines = ["version: 1", f'server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", workers: 1, limits: {{body: {limit}}}{server and ", "}{server}}}']
    lines += [keys] if keys else []
    lines.append("providers:")
    for i, url in enumerate(urls):
        more = (", passthrough: all" if i == 0 else "") + (provider and ", ") + provider
        lines.append(f'  p{i}: {{dialect: openai, base_url: "{url}/v1", api_key: "{UPSTREAM_KEY}"{more}}}')
    lines.append("deployments:")
    lines += [f"  u{i}: {{provider: p{i}, model: whisper-{i}}}" for i in range(len(urls))]
    lines += ["routes:", f'  r: {{candidates: [{", ".join(f"u{i}" for i in range(len(urls)))}]{route and ", "}{route}}}']
    return "\n".join(lines) + "\n"


@contextmanager
def gateway_before(*serves: Callable[[Call], Any] | str, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[tuple[Any, ...]]:
    """A gateway and its providers, with `tls` secure ones: what each does, or the address of one that is not there."""
    with ExitStack() as stack:
        providers = [each if isinstance(each, str) else stack.enter_context(Provider(each, tls)) for each in serves]
        yield stack.enter_context(Gateway(configuration(providers, **options))), *providers


def resident(gateway: Gateway) -> int:
    """Bytes of memory that the process has."""
    with open(f"/proc/{gateway.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))
