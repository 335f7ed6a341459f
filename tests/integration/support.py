"""What the integration tests share: a runner, requests as bytes, answers as values, and gateway configurations."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import sys
import time
import traceback
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import Ending, FakeUpstream, Framing, Handler, Reply, json_reply, sse_reply  # noqa: E402, F401
from blackbox.gateway import Gateway, clean_environment, find_binary, server_section  # noqa: E402, F401
from blackbox.sse import read_events  # noqa: E402

UPSTREAM_KEY = "sk-canary-upstream-0001"


def run(*tests: Callable[[], None]) -> int:
    """Runs each test, prints how long it took, and ends with a line that counts them. An argument chooses by name."""
    chosen = [test for test in tests if not sys.argv[1:] or any(word in test.__name__ for word in sys.argv[1:])]
    failed = 0
    for test in chosen:
        start = time.monotonic()
        try:
            test()
            verdict = "ok    "
        except Exception:
            traceback.print_exc()
            failed += 1
            verdict = "FAILED"
        print(f"{verdict} {test.__name__} ({time.monotonic() - start:.2f} s)", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


def eventually(what: str, condition: Callable[[], Any], timeout: float = 5.0) -> Any:
    """The first true value of `condition`."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what}")
        time.sleep(0.01)
    return value


# --- configurations ---------------------------------------------------------------------------------------------------


def digest(key: str) -> str:
    """A client key, as `keys` of a configuration has it."""
    return hashlib.sha256(key.encode()).hexdigest()


def by_target(handlers: dict[str, Handler]) -> Handler:
    """A provider that has one handler for each request target."""

    def answer(request: Any) -> Any:
        handler = handlers.get(request.target)
        return handler(request) if handler else json_reply({"error": {"message": f"nothing at {request.target}"}}, 404)

    return answer


def config(upstreams: dict[str, str], *, server: str = "", route: str = "", keys: str = "", provider: str = "") -> str:
    """One provider and deployment per upstream URL, and a route `r` over all of them in order."""
    lines = ["version: 1", f'server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", workers: 1{", " if server else ""}{server}}}']
    if keys:
        lines.append(keys)
    lines.append("providers:")
    lines.append("  sim: {dialect: sim}")
    extra = f", {provider}" if provider else ""
    for name, url in upstreams.items():
        lines.append(f'  p-{name}: {{dialect: openai, base_url: "{url}/v1", api_key: "{UPSTREAM_KEY}"{extra}}}')
    lines.append("deployments:")
    lines.append("  simulated: {provider: sim, model: chat}")
    for name in upstreams:
        lines.append(f"  {name}: {{provider: p-{name}, model: m-{name}}}")
    lines.append("routes:")
    candidates = ", ".join(upstreams) or "simulated"
    lines.append(f"  r: {{candidates: [{candidates}]{', ' if route else ''}{route}}}")
    return "\n".join(lines) + "\n"


@contextmanager
def gateway_before(*handlers: Handler, **options: Any):
    """A gateway whose route `r` has one deployment for each handler: a, b, ... Yields it and the upstreams."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        upstreams = [stack.enter_context(FakeUpstream(handler)) for handler in handlers]
        urls = {chr(ord("a") + i): upstream.url for i, upstream in enumerate(upstreams)}
        gateway = stack.enter_context(Gateway(config(urls, **options)))
        yield gateway, *upstreams


# --- answers of providers ---------------------------------------------------------------------------------------------


@contextmanager
def gateway_over(handler: Handler, accounts: Callable[[str, str], str]) -> Iterator[tuple[Gateway, FakeUpstream]]:
    """A gateway, and the server behind all of its providers. `accounts` writes the configuration but for the server's section, of the
    address and the setting of the key.
    """
    with FakeUpstream(handler) as upstream:
        with Gateway(server_section() + accounts(upstream.url, f'api_key: "{UPSTREAM_KEY}"')) as gateway:
            yield gateway, upstream


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "up-1", "object": "chat.completion.chunk", "created": 1770000000, "model": "upstream-model", "choices": [choice]}


ROLE = chunk({"role": "assistant", "content": ""})
STOP = chunk({}, "stop")


def text(content: str) -> dict[str, Any]:
    return chunk({"content": content})


def completion(content: str = "Hello world") -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "up-1",
        "object": "chat.completion",
        "created": 1770000000,
        "model": "upstream-model",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }


def good(request: Any) -> Reply:
    """The answer in the form that was asked for."""
    if request.json().get("stream"):
        return sse_reply([ROLE, text("Hello"), text(" world"), STOP, "[DONE]"])
    return json_reply(completion())


def failing(status: int, code: str = "x", headers: Any = ()) -> Handler:
    return lambda _: json_reply({"error": {"message": "no", "type": "server_error", "code": code}}, status, headers)


def closed_port() -> str:
    """A URL where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def black_hole():
    """An address whose connection queue is full, so that a connection attempt gets no reply."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = []
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        waiting.append(filler)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        for each in [*waiting, listener]:
            each.close()


# --- the client's side ------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    complete: bool  # the body ended as its framing says
    seconds: float = 0.0
    interim: list[int] = field(default_factory=list)

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        return self.json()["error"]

    @property
    def attempts(self) -> int:
        return int(self.headers["x-breakwater-attempts"])

    def events(self) -> list[Any]:
        return [event.data if event.data == "[DONE]" else json.loads(event.data) for event in read_events(self.body.decode())]

    def text(self) -> str:
        parts = [e["choices"][0]["delta"].get("content") or "" for e in self.events() if isinstance(e, dict) and e.get("choices")]
        return "".join(parts)

    def done(self) -> bool:
        return self.events()[-1:] == ["[DONE]"]

    def stream_error(self) -> dict[str, Any]:
        """The in-band error, which must be the last event."""
        last = self.events()[-1]
        assert isinstance(last, dict) and "error" in last, last
        return last["error"]


def address_of(where: str) -> tuple[str, int]:
    host, _, port = where.removeprefix("http://").rpartition(":")
    return host, int(port)


class Client:
    """A connection that sends exactly the bytes it is given."""

    def __init__(self, where: str, *, timeout: float = 10.0, tls: ssl.SSLContext | None = None, name: str = "localhost") -> None:
        self.socket = socket.create_connection(address_of(where), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=name)
        self._buffer = b""
        self._sent_at = time.monotonic()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self._sent_at = time.monotonic()  # before, or a busy machine makes timers look early
        self.socket.sendall(data)

    def receive(self) -> bytes:
        """More bytes, or nothing at the end; a reset counts as an end."""
        try:
            return self.socket.recv(65536)
        except (ConnectionResetError, ssl.SSLEOFError):
            return b""

    def closed(self) -> bool:
        """Whether the gateway closes the connection without another byte."""
        return self._buffer == b"" and self.receive() == b""

    def read_until(self, mark: bytes) -> bytes:
        """Everything up to and including `mark`; it stays in the buffer."""
        while mark not in self._buffer:
            data = self.receive()
            assert data, f"the connection ended before {mark!r}: {self._buffer!r}"
            self._buffer += data
        return self._buffer[: self._buffer.index(mark) + len(mark)]

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            data = self.receive()
            if not data:
                break
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            data = self.receive()
            if not data:
                return b""
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def answer(self, *, head_only: bool = False) -> Answer:
        start, interim = self._sent_at, []
        while True:
            first = self._line()
            assert first.startswith(b"HTTP/1.1 "), f"no answer but {first!r}"
            status, headers = int(first.split(b" ")[1]), {}
            while line := self._line():
                name, _, value = line.decode("latin-1").partition(": ")
                headers[name.lower()] = value
            if status >= 200:
                break
            interim.append(status)
        body, complete = (b"", True) if head_only else self._body(headers)
        return Answer(status, headers, body, complete, time.monotonic() - start, interim)

    def _body(self, headers: dict[str, str]) -> tuple[bytes, bool]:
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := self._line():
                if int(size, 16) == 0:
                    return body, self._line() == b""
                body += self._take(int(size, 16))
                self._take(2)
            return body, False
        if "content-length" in headers:
            length = int(headers["content-length"])
            body = self._take(length)
            return body, len(body) == length
        body = b""
        while data := self._take(65536):
            body += data
        return body, True


def chat_body(*, stream: bool = False, model: str = "r", **more: Any) -> bytes:
    return json.dumps({"model": model, "messages": [{"role": "user", "content": "Say hello"}], "stream": stream, **more}).encode()


def post(body: bytes, *lines: str, version: str = "1.1", path: str = "/v1/chat/completions") -> bytes:
    head = [f"POST {path} HTTP/{version}", "Host: gateway", "Content-Type: application/json", f"Content-Length: {len(body)}", *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


def raw(path: str, *lines: str, method: str = "GET", body: bytes | None = b"") -> bytes:
    """Any request. Without a body (`None`) its length is not said either."""
    head = [f"{method} {path} HTTP/1.1", "Host: gateway", *([] if body is None else [f"Content-Length: {len(body)}"]), *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + (body or b"")


def send(gateway: Gateway, path: str, *lines: str, method: str = "GET", body: bytes | None = b"", key: str = "") -> Answer:
    with Client(gateway.listen, timeout=20.0) as client:
        client.send(raw(path, *([f"Authorization: Bearer {key}"] if key else []), *lines, method=method, body=body))
        return client.answer()


def chat(gateway: Gateway, *lines: str, timeout: float = 20.0, **request: Any) -> Answer:
    with Client(gateway.listen, timeout=timeout) as client:
        client.send(post(chat_body(**request), *lines))
        return client.answer()


def ask(gateway: Gateway, path: str, body: Any, *lines: str, timeout: float = 20.0) -> Answer:
    """A POST of JSON to any path."""
    with Client(gateway.listen, timeout=timeout) as client:
        client.send(post(json.dumps(body).encode(), *lines, path=path))
        return client.answer()


def get(where: str, path: str, *lines: str) -> Answer:
    with Client(where) as client:
        client.send(("\r\n".join([f"GET {path} HTTP/1.1", "Host: gateway", *lines]) + "\r\n\r\n").encode())
        return client.answer()


def metrics(gateway: Gateway) -> str:
    return urllib.request.urlopen(f"{gateway.admin_url}/metrics", timeout=10).read().decode()


def metric(gateway: Gateway, series: str) -> float | None:
    for line in metrics(gateway).splitlines():
        if line.startswith(series + " "):
            return float(line.rsplit(" ", 1)[1])
    return None


def log_lines(gateway: Gateway) -> list[dict[str, Any]]:
    complete = gateway.log().split("\n")[:-1]  # what follows the last line end is being written
    return [json.loads(line) for line in complete if line.startswith("{")]


def access_line(gateway: Gateway, request_id: str) -> dict[str, Any]:
    """The one log line of a request."""

    def find() -> list[dict[str, Any]]:
        return [line for line in log_lines(gateway) if line.get("request_id") == request_id]

    found = eventually(f"a log line of {request_id}", find)
    assert len(found) == 1, found
    return found[0]
