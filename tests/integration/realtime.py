"""Realtime sessions over WebSocket: handshake, keys, failover until the first event, relay, limits, and every way to end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import ssl
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from certificates import Authority
from support import UPSTREAM_KEY, Client, Gateway, ask, config, eventually, get, log_lines, metric, run
from tls_upstream import TlsUpstream

from blackbox.websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    ProviderSide,
    Script,
    WebSocketClient,
    WebSocketUpstream,
    close_payload,
    frame,
)

PATH = "/v1/realtime?model="
KEYS = 'keys: [{name: team, sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", routes: [r]}]'  # of "test"


@contextmanager
def before(*scripts: Script, **options: str):
    """A gateway whose route `r` has one deployment for each script."""
    with ExitStack() as stack:
        upstreams = [stack.enter_context(WebSocketUpstream(script)) for script in scripts]
        urls = {chr(ord("a") + i): upstream.url for i, upstream in enumerate(upstreams)}
        gateway = stack.enter_context(Gateway(config(urls, **options)))
        yield gateway, *upstreams


def echo(side: ProviderSide) -> None:
    """Sends back what it gets, and keeps the rules about Close frames."""
    side.begin(model="upstream-model")
    while received := side.receive():
        assert received.masked, "what goes to a server is masked"
        side.send(received.kind, received.payload, final=received.final)
        if received.kind == CLOSE:
            return


def session(gateway: Gateway, *lines: str, model: str = "r") -> WebSocketClient:
    client = WebSocketClient(gateway.listen, PATH + model, *lines)
    assert client.status == 101, (client.status, client.body)
    assert client.receive_event()["type"] == "session.created"
    return client


def last_line(gateway: Gateway) -> dict:
    return eventually("a log line of the session", lambda: [line for line in log_lines(gateway) if line.get("path") == "/v1/realtime"])[-1]


def closes_with(client: WebSocketClient, code: int) -> None:
    last = client.receive()
    while last is not None and last.kind != CLOSE:
        last = client.receive()
    assert last is not None and last.code == code, last
    client.close(code)
    assert client.ended()


# --- the way there ----------------------------------------------------------------------------------------------------


def relays_frames_as_they_are() -> None:
    with before(echo) as (gateway, upstream):
        with session(gateway) as client:
            assert client.headers["x-request-id"] and client.headers["x-breakwater-deployment"] == "a", client.headers
            assert client.headers["x-breakwater-route"] == "r" and client.headers["x-breakwater-attempts"] == "1"
            client.event({"type": "response.create", "text": "水" * 1000})
            assert client.receive_event() == {"type": "response.create", "text": "水" * 1000}
            for payload in [b"", b"x", bytes(range(256)) * 300, bytes(1 << 20)]:
                client.send(BINARY, payload)
                answer = client.receive()
                assert answer is not None and answer.kind == BINARY and answer.payload == payload and not answer.masked
            client.send(TEXT, b"one ", final=False)
            client.send(PING, b"now")
            client.send(CONTINUATION, b"two")
            kinds = [(each.kind, each.payload, each.final) for each in (client.receive(), client.receive(), client.receive()) if each]
            assert kinds == [(TEXT, b"one ", False), (PING, b"now", True), (CONTINUATION, b"two", True)], kinds
            for byte in frame(TEXT, b"byte by byte", masked=True):
                client.send_raw(bytes([byte]))
            answer = client.receive()
            assert answer is not None and answer.payload == b"byte by byte"
            client.close(1000)
            closed = client.receive()
            assert closed is not None and closed.kind == CLOSE and closed.code == 1000 and client.ended()
        asked = upstream.handshakes[0]
        assert asked.target == "/v1/realtime?model=m-a" and asked.headers["authorization"] == f"Bearer {UPSTREAM_KEY}"
        assert "content-length" not in asked.headers and "sec-websocket-extensions" not in asked.headers
        line = last_line(gateway)
        assert (line["status"], line["ended"], line["route"]) == (101, "complete", "r"), line
        page = get(gateway.admin, f"/explain/{line['request_id']}?format=text")
        assert page.status == 200 and b"realtime" in page.body, page.body


def both_ways(stream: ssl.SSLSocket, data: bytes, expected: int) -> bytes:
    """Sends and receives in one thread, for Python's TLS sockets are not to be used by two at once."""
    sent, received, patience = 0, bytearray(), stream.gettimeout()
    stream.setblocking(False)
    deadline = time.monotonic() + 30
    while len(received) < expected and time.monotonic() < deadline:
        try:
            if sent < len(data):
                sent += stream.send(data[sent : sent + 16384])
            received += stream.recv(65536)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            try:
                received += stream.recv(65536)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                select.select([stream], [stream] if sent < len(data) else [], [], 1.0)
    stream.settimeout(patience)
    return bytes(received)


def speaks_tls_in_both_directions_at_once() -> None:
    payload, count = os.urandom(60_000), 100
    with tempfile.TemporaryDirectory(prefix="breakwater-realtime-") as scratch:
        authority = Authority(Path(scratch))
        certificate, key = authority.certificate("good")
        server = f'tls: {{certificate: "{certificate}", key: "{key}"}}'
        trust = ssl.create_default_context(cafile=str(authority.file))
        with TlsUpstream((certificate, key), lambda connection: echo(ProviderSide(connection))) as upstream:
            text = config({"a": upstream.url}, provider=f'ca_file: "{authority.file}"', server=server)
            with Gateway(text) as gateway, WebSocketClient(gateway.listen, PATH + "r", tls=trust) as client:
                assert client.status == 101 and client.receive_event()["type"] == "session.created"
                data, echoed = frame(BINARY, payload, masked=True) * count, frame(BINARY, payload, masked=False) * count
                assert both_ways(client.socket, data, len(echoed)) == echoed
                client.close()
                closed = client.receive()
                assert closed is not None and closed.code == 1000


def works_without_any_key() -> None:
    with Gateway(config({})) as gateway, session(gateway, model="sim/realtime") as client:
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "all well?"}]}
        client.event({"type": "conversation.item.create", "item": item})
        assert client.receive_event()["type"] == "conversation.item.added"
        assert client.receive_event()["type"] == "conversation.item.done"
        client.event({"type": "response.create"})
        events = []
        while not events or events[-1]["type"] != "response.done":
            events.append(client.receive_event())
        text = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
        assert text == "You said: all well?", events
        client.send(TEXT, b"not json")
        assert client.receive_event()["error"]["code"] == "invalid_json"
        client.close(1000)
        closed = client.receive()
        assert closed is not None and closed.kind == CLOSE and closed.code == 1000 and client.ended()


def takes_the_key_where_browsers_can_put_it() -> None:
    origins = 'cors: {origins: ["https://app.example.com"]}'
    with before(echo, keys=KEYS, server=origins) as (gateway, upstream):
        offered = "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.test, openai-beta.realtime-v1"
        with session(gateway, offered, "Origin: https://app.example.com") as client:
            assert client.headers["sec-websocket-protocol"] == "realtime", client.headers
            client.close()
        asked = upstream.handshakes[0].headers
        assert "sec-websocket-protocol" not in asked and asked["openai-beta"] == "realtime=v1" and "origin" not in asked, asked
        assert "test" not in asked["authorization"]
        with session(gateway, "Authorization: Bearer test") as client:
            assert "sec-websocket-protocol" not in client.headers
            client.close()
        for line in ["X-None: 1", "Sec-WebSocket-Protocol: realtime", "Sec-WebSocket-Protocol: openai-insecure-api-key.wrong"]:
            refused = WebSocketClient(gateway.listen, PATH + "r", line)
            assert refused.status == 401 and refused.error["code"] == "invalid_api_key", refused.body
        other = WebSocketClient(gateway.listen, PATH + "simulated", "Authorization: Bearer test")
        assert other.status == 403, other.body
        page = WebSocketClient(gateway.listen, PATH + "r", offered, "Origin: https://evil.example.com")
        assert page.status == 403 and "server.cors" in page.error["message"], page.body
        with session(gateway, offered, f"Origin: http://{gateway.listen}") as own:
            own.close()
        assert "insecure" not in gateway.log() and "Bearer" not in gateway.log()


def says_what_is_wrong_before_the_upgrade() -> None:
    with before(echo) as (gateway, upstream):
        plain = get(gateway.listen, PATH + "r")
        assert plain.status == 400 and "WebSocket" in plain.error["message"], plain.body
        posted = ask(gateway, PATH + "r", {})
        assert posted.status == 405 and posted.headers["allow"] == "GET"
        unnamed = WebSocketClient(gateway.listen, "/v1/realtime")
        assert unnamed.status == 400 and unnamed.error["param"] == "model", unnamed.body
        unknown = WebSocketClient(gateway.listen, PATH + "nobody")
        assert unknown.status == 404 and unknown.error["code"] == "model_not_found", unknown.body
        chats = WebSocketClient(gateway.listen, PATH + "simulated")
        assert chats.status == 404 and "/v1/chat/completions" in chats.error["message"], chats.body
        talks = ask(gateway, "/v1/chat/completions", {"model": "sim/realtime", "messages": [{"role": "user", "content": "x"}]})
        assert talks.status == 404 and "/v1/realtime" in talks.error["message"], talks.body
        for line in ["Sec-WebSocket-Version: 8", "Sec-WebSocket-Key: AAAA"]:
            head = [f"GET {PATH}r HTTP/1.1", "Host: g", "Upgrade: websocket", "Connection: Upgrade", line]
            bad = get(gateway.listen, PATH + "r", *head[2:])
            assert bad.status == 400 and bad.error["type"] == "invalid_request_error", bad.body
        with Client(gateway.listen) as client:
            head = [f"GET {PATH}r HTTP/1.0", "Host: g", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
            client.send(("\r\n".join([*head, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]) + "\r\n\r\n").encode())
            assert client.answer().status == 400, "HTTP/1.0 has no way to a WebSocket"
        assert upstream.handshakes == []


def asks_each_server_in_its_own_form() -> None:
    forms = {
        "dialect: openai": ("/realtime?model=m-a", "authorization"),
        "preset: azure": ("/openai/v1/realtime?model=m-a", "api-key"),
        'preset: azure, api_version: "2024-10-01-preview"': ("/openai/realtime?api-version=2024-10-01-preview&deployment=m-a", "api-key"),
    }
    for provider, (target, header) in forms.items():
        with WebSocketUpstream(echo) as upstream:
            text = config({"a": upstream.url}).replace("dialect: openai", provider).replace(f"{upstream.url}/v1", upstream.url)
            with Gateway(text) as gateway:
                with session(gateway) as client:
                    client.close()
                    client.receive()
                with WebSocketClient(gateway.listen, PATH + "r&intent=transcription&other=1") as client:
                    assert client.status == 101
                    client.close()
            asked, transcribing = upstream.handshakes
            assert asked.target == target and UPSTREAM_KEY in asked.headers[header], asked
            without_model = target[: max(target.rfind("?"), target.rfind("&"))]
            assert transcribing.target == without_model + ("&" if "?" in without_model else "?") + "intent=transcription", transcribing


def says_which_providers_have_no_sessions() -> None:
    with WebSocketUpstream(echo) as upstream:
        text = config({"a": upstream.url}).replace("dialect: openai", "dialect: anthropic")
        with Gateway(text) as gateway:
            refused = WebSocketClient(gateway.listen, PATH + "r")
            assert refused.status == 400 and "no realtime sessions" in refused.error["message"], refused.body
            assert upstream.handshakes == []


# --- failover ---------------------------------------------------------------------------------------------------------


def replaces_what_fails_before_the_first_event() -> None:
    def refusing(status: int, code: str) -> Script:
        return lambda side: side.refuse(status, code)

    def wrong_accept(side: ProviderSide) -> None:
        side.handshake.headers["sec-websocket-key"] = "bm90IHRoZSBrZXkgYXQgYWxs"
        side.accept()

    def accepting(*frames: bytes) -> Script:
        def script(side: ProviderSide) -> None:
            side.accept()
            for each in frames:
                side.send_raw(each)

        return script

    error = json.dumps({"type": "error", "error": {"type": "server_error", "code": "server_error", "message": "no"}}).encode()
    failures: dict[str, Script] = {
        "401": refusing(401, "invalid_api_key"),
        "429": refusing(429, "rate_limit_exceeded"),
        "503": refusing(503, "overloaded"),
        "200": refusing(200, "x"),
        "handshake": wrong_accept,
        "hangs up": lambda side: None,
        "ends": accepting(),
        "closes": accepting(frame(CLOSE, close_payload(1013), masked=False)),
        "says error": accepting(frame(TEXT, error, masked=False)),
        "masks": accepting(frame(TEXT, b"{}", masked=True)),
        "half an event": accepting(frame(TEXT, b"{", masked=False, length=2)),
        "ping first": accepting(frame(PING, b"", masked=False)),
    }
    for name, script in failures.items():
        with before(script, echo, route="retry: {same: 0}") as (gateway, first, second):
            with session(gateway) as client:
                assert client.headers["x-breakwater-deployment"] == "b" and client.headers["x-breakwater-attempts"] == "2", name
                client.close()
            assert len(first.handshakes) == 1 and len(second.handshakes) == 1, name
            line = last_line(gateway)
            assert [a["deployment"] for a in line["attempts"]] == ["a", "b"] and line["attempts"][0]["outcome"] != "ok", line


def says_why_when_nobody_is_left() -> None:
    for status, expected, code in [(401, 502, "upstream_auth_error"), (429, 429, "rate_limit_exceeded"), (503, 503, "server_is_overloaded")]:
        with before(lambda side, status=status: side.refuse(status, "x"), route="retry: {attempts: 1}") as (gateway, _):
            refused = WebSocketClient(gateway.listen, PATH + "r")
            assert refused.status == expected and refused.error["code"] == code, (status, refused.status, refused.body)
            assert refused.headers["x-breakwater-attempts"] == "1" and UPSTREAM_KEY.encode() not in refused.body


def a_retry_that_the_budget_withholds_is_told() -> None:
    route = "retry: {same: 0, budget: 0%, budget_floor: 0/s}"
    with before(lambda side: side.refuse(503, "x"), echo, route=route) as (gateway, *_):
        assert WebSocketClient(gateway.listen, PATH + "r").status == 503
        assert last_line(gateway)["retry"] == "no_budget"
        assert metric(gateway, 'breakwater_retries_withheld_total{route="r",reason="no_budget"}') == 1


def does_not_wait_for_a_silent_provider() -> None:
    def silent(side: ProviderSide) -> None:
        side.accept()
        assert side.ended(), "the gateway gave it up"

    with before(silent, echo, route="retry: {same: 0}, timeouts: {first_token: 300ms}") as (gateway, *_):
        with session(gateway) as client:
            assert client.headers["x-breakwater-deployment"] == "b"
            client.close()
        assert last_line(gateway)["attempts"][0]["outcome"] == "upstream_first_token_timeout"


def keeps_to_a_deployments_concurrency() -> None:
    with WebSocketUpstream(echo) as upstream:
        text = config({"a": upstream.url}).replace("model: m-a}", "model: m-a, limits: {concurrency: 1}}")
        with Gateway(text) as gateway:
            with session(gateway) as client:
                refused = WebSocketClient(gateway.listen, PATH + "r")
                assert refused.status == 503 and refused.error["code"] == "deployment_busy", refused.body
                client.close()
                client.receive()
            eventually("the place is free again", lambda: WebSocketClient(gateway.listen, PATH + "r").status == 101)


def waits_in_the_queue_of_its_route() -> None:
    def waiting(count: int) -> None:
        eventually(f"{count} wait", lambda: metric(gateway, 'breakwater_queue_waiting{route="r"}') == count)

    with WebSocketUpstream(echo) as upstream:
        text = config({"a": upstream.url}, route="queue: {size: 2, wait: 5s}").replace("model: m-a}", "model: m-a, limits: {concurrency: 1}}")
        with Gateway(text) as gateway, ThreadPoolExecutor(2) as pool:
            with session(gateway) as first:
                second = pool.submit(session, gateway, "x-request-id: second")
                waiting(1)
                third = pool.submit(session, gateway, "x-request-id: third")
                waiting(2)
                refused = WebSocketClient(gateway.listen, PATH + "r")
                assert refused.status == 503 and refused.error["code"] == "queue_full", refused.body
                first.close()
                first.receive()
            for next_one in (second, third):  # in the order in which they came
                with next_one.result(timeout=5) as client:
                    client.close()
                    client.receive()
            line = eventually("the third has ended", lambda: [each for each in log_lines(gateway) if each.get("request_id") == "third"])[0]
            assert line["ms"]["queue"] > 0 and line["attempts"][0]["outcome"] == "ok" and len(line["attempts"]) == 1, line
            with session(gateway):
                # Who leaves, leaves the queue.
                with contextlib.suppress(TimeoutError):
                    WebSocketClient(gateway.listen, PATH + "r", timeout=0.3)
                waiting(0)
                late = WebSocketClient(gateway.listen, PATH + "r")
                assert late.status == 503 and late.error["code"] == "queue_timeout", late.body


# --- ends -------------------------------------------------------------------------------------------------------------


def passes_on_how_the_provider_closes() -> None:
    for code in [1000, 1001, 1008, 1011, 1013, 4000]:

        def closing(side: ProviderSide, code: int = code) -> None:
            side.begin()
            side.close(code, "so be it")
            answer = side.receive()
            assert answer is not None and answer.kind == CLOSE and answer.masked

        with before(closing) as (gateway, upstream), session(gateway) as client:
            closes_with(client, code)
            assert upstream.ended.acquire(timeout=5)
            assert last_line(gateway)["ended"] == "complete"


def says_when_the_provider_is_lost() -> None:
    def leaving(side: ProviderSide) -> None:
        side.begin()
        side.receive()

    def cut_in_a_frame(side: ProviderSide) -> None:
        side.begin()
        side.send_raw(frame(TEXT, b"half", masked=False, length=100))

    def breaking_rules(side: ProviderSide) -> None:
        side.begin()
        side.send(TEXT, b"x", reserved=4)
        side.receive()

    with before(leaving) as (gateway, _), session(gateway) as client:
        client.event({"type": "x"})
        closes_with(client, 1011)
        line = last_line(gateway)
        assert line["ended"] == "error_in_stream" and line["error"] == "upstream_connection_lost", line
    with before(breaking_rules) as (gateway, _), session(gateway) as client:
        closes_with(client, 1011)
    with before(cut_in_a_frame) as (gateway, _), session(gateway) as client:
        # A Close frame would be taken for the rest of the text.
        assert client.receive() is None


def closes_the_provider_when_the_client_vanishes() -> None:
    seen: list[object] = []

    def watching(side: ProviderSide) -> None:
        side.begin()
        while received := side.receive():
            seen.append(received)
        seen.append(time.monotonic())

    with before(watching) as (gateway, upstream):
        client = session(gateway)
        left = time.monotonic()
        client.socket.close()
        assert upstream.ended.acquire(timeout=5)
        closed, at = seen
        assert closed.kind == CLOSE and closed.code == 1001 and closed.masked, closed
        assert at - left < 1.0, at - left
        assert last_line(gateway)["ended"] == "client_gone"
        # Before the first event too.
    with before(lambda side: side.ended()) as (gateway, upstream):
        with contextlib.suppress(TimeoutError):
            WebSocketClient(gateway.listen, PATH + "r", timeout=0.5)
        assert upstream.ended.acquire(timeout=5), "the handshake goes on for nobody"
        assert last_line(gateway)["status"] == 499


def ends_what_breaks_the_protocol() -> None:
    offences = {
        "no mask": frame(TEXT, b"hello", masked=False),
        "reserved bit": frame(TEXT, b"hello", masked=True, reserved=4),
        "reserved kind": frame(3, b"", masked=True),
        "long control frame": frame(PING, b"x" * 126, masked=True),
        "control frame in pieces": frame(PING, b"x", masked=True, final=False),
        "half a close code": frame(CLOSE, b"x", masked=True),
        "continuation of nothing": frame(CONTINUATION, b"x", masked=True),
        "message in a message": frame(TEXT, b"x", masked=True, final=False) + frame(TEXT, b"y", masked=True),
        "length not in its shortest form": b"\x81\xfe\x00\x05" + b"\x00" * 9,
    }
    for name, bytes_sent in offences.items():
        with before(echo) as (gateway, upstream), session(gateway) as client:
            client.send_raw(bytes_sent + b"\xff" * 1000)
            closes_with(client, 1002)
            line = last_line(gateway)
            assert line["error"] == "websocket_protocol_error", (name, line)


def lets_through_what_stands_before_an_offence() -> None:
    seen: list[object] = []

    def watching(side: ProviderSide) -> None:
        side.begin()
        while received := side.receive():
            seen.append(received)

    with before(watching) as (gateway, upstream), session(gateway) as client:
        good = frame(TEXT, b"all of this", masked=True)
        client.send_raw(good[:10])
        time.sleep(0.1)
        client.send_raw(good[10:] + frame(TEXT, b"x", masked=False))
        closes_with(client, 1002)
        assert upstream.ended.acquire(timeout=5)
        assert [(each.kind, each.payload) for each in seen] == [(TEXT, b"all of this"), (CLOSE, close_payload(1001))], seen


def holds_messages_to_the_limit() -> None:
    with before(echo, server="realtime: {message: 10k}") as (gateway, _):
        with session(gateway) as client:
            client.send(BINARY, b"x" * 10_000)
            assert client.receive() is not None
            client.send_raw(frame(BINARY, b"", masked=True, length=1 << 40))
            closes_with(client, 1009)
        with session(gateway) as client:
            client.send(TEXT, b"x" * 6000, final=False)
            assert client.receive() is not None
            client.send_raw(frame(CONTINUATION, b"x" * 6000, masked=True))
            closes_with(client, 1009)


def holds_what_comes_before_the_first_event_to_the_limit() -> None:
    created = frame(TEXT, b'{"type":"session.created"}', masked=False)

    def pinging(times: int) -> Script:
        def script(side: ProviderSide) -> None:
            side.accept()
            side.send_raw(frame(PING, b"x" * 125, masked=False) * times + created)
            side.receive()

        return script

    for times, served_by in ((20, "a"), (200, "b")):
        with before(pinging(times), echo, server="realtime: {message: 10k}", route="retry: {same: 0}") as (gateway, *_):
            client = WebSocketClient(gateway.listen, PATH + "r")
            assert client.status == 101 and client.headers["x-breakwater-deployment"] == served_by, (times, client.headers)
            client.socket.close()


def ends_sessions_that_last_too_long() -> None:
    with before(echo, server="realtime: {idle: 1s}") as (gateway, _), session(gateway) as client:
        start = time.monotonic()
        for _ in range(4):
            time.sleep(0.3)
            client.send(PING)
            assert client.receive().kind == PING
            if time.monotonic() - start > 0.9:
                break
        closes_with(client, 1008)
        assert 0.9 < time.monotonic() - start < 5
        assert last_line(gateway)["error"] == "session_expired"
    with before(echo, server="realtime: {session: 1s}") as (gateway, _), session(gateway) as client:
        start, code = time.monotonic(), None
        while code is None and time.monotonic() - start < 5:
            client.event({"type": "x"})
            answer = client.receive()
            code = answer.code if answer and answer.kind == CLOSE else None
            time.sleep(0.05)
        assert code == 1008 and time.monotonic() - start < 4


def reads_no_further_than_the_other_side_takes() -> None:
    piece, count = b"x" * 60_000, 400

    def flooding(side: ProviderSide) -> None:
        side.begin()
        for _ in range(count):
            side.send(BINARY, piece)
        side.close()
        side.receive()

    with before(flooding) as (gateway, upstream), session(gateway) as client:
        assert not upstream.ended.acquire(timeout=1), "24 MB went into the gateway's memory"
        for _ in range(count):
            received = client.receive()
            assert received is not None and received.payload == piece
        closes_with(client, 1000)


def says_goodbye_when_it_is_stopped() -> None:
    seen: list[object] = []

    def watching(side: ProviderSide) -> None:
        side.begin()
        while received := side.receive():
            seen.append(received)

    with before(watching, server="timeouts: {drain: 500ms}") as (gateway, upstream), session(gateway) as client:
        os.kill(gateway.pid, signal.SIGTERM)
        client.event({"type": "still here"})
        last = client.receive()
        assert last is not None and last.kind == CLOSE and last.code == 1001, last
        assert gateway.wait(10) == 0
        assert upstream.ended.acquire(timeout=5)
        assert seen[0].json() == {"type": "still here"} and seen[-1].code == 1001, seen
        assert last_line(gateway)["error"] == "server_shutting_down"


def says_so_when_it_is_stopped_before_the_first_event() -> None:
    def silent(side: ProviderSide) -> None:
        side.accept()
        side.ended()

    with before(silent, server="timeouts: {drain: 300ms}") as (gateway, upstream):
        stop = threading.Thread(target=lambda: (eventually("an attempt", lambda: upstream.handshakes), os.kill(gateway.pid, signal.SIGTERM)))
        stop.start()
        refused = WebSocketClient(gateway.listen, PATH + "r")
        stop.join()
        assert refused.status == 503 and refused.error["code"] == "server_shutting_down", refused.body
        assert gateway.wait(10) == 0


def counts_sessions_like_requests() -> None:
    with before(echo) as (gateway, _):
        with session(gateway) as client:
            client.close()
            client.receive()
        series = 'breakwater_requests_total{route="r",deployment="a",status="101",ended="complete",stream="true"}'
        eventually("the metric", lambda: metric(gateway, series) == 1)


if __name__ == "__main__":
    sys.exit(
        run(
            relays_frames_as_they_are,
            speaks_tls_in_both_directions_at_once,
            works_without_any_key,
            takes_the_key_where_browsers_can_put_it,
            says_what_is_wrong_before_the_upgrade,
            asks_each_server_in_its_own_form,
            says_which_providers_have_no_sessions,
            replaces_what_fails_before_the_first_event,
            says_why_when_nobody_is_left,
            a_retry_that_the_budget_withholds_is_told,
            does_not_wait_for_a_silent_provider,
            keeps_to_a_deployments_concurrency,
            waits_in_the_queue_of_its_route,
            passes_on_how_the_provider_closes,
            says_when_the_provider_is_lost,
            closes_the_provider_when_the_client_vanishes,
            ends_what_breaks_the_protocol,
            lets_through_what_stands_before_an_offence,
            holds_messages_to_the_limit,
            holds_what_comes_before_the_first_event_to_the_limit,
            ends_sessions_that_last_too_long,
            reads_no_further_than_the_other_side_takes,
            says_goodbye_when_it_is_stopped,
            says_so_when_it_is_stopped_before_the_first_event,
            counts_sessions_like_requests,
        )
    )
