"""Google's Live API: the setup that names the model, keys, failover until setupComplete, relay, and how sessions are refused."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from support import UPSTREAM_KEY, FakeUpstream, Gateway, ask, config, eventually, get, json_reply, log_lines, metric, metrics, run

from blackbox.gateway import server_section
from blackbox.websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    ProviderSide,
    Script,
    WebSocketClient,
    WebSocketUpstream,
    close_payload,
    frame,
)

SERVICE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
CLOUD = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
OURS = "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent"
KEYS = 'keys: [{name: team, sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", routes: [r]}]'  # of "test"
COMPLETE = b'{"setupComplete": {}}'


def google_config(urls: dict[str, str], **options: str) -> str:
    return config(urls, **options).replace("dialect: openai", "dialect: google").replace('/v1", api_key', '", api_key')


@contextmanager
def before(*scripts: Script, **options: str) -> Iterator[tuple[Any, ...]]:
    """A gateway whose route `r` has one deployment of dialect google for each script."""
    with ExitStack() as stack:
        upstreams = [stack.enter_context(WebSocketUpstream(script)) for script in scripts]
        urls = {chr(ord("a") + i): upstream.url for i, upstream in enumerate(upstreams)}
        gateway = stack.enter_context(Gateway(google_config(urls, **options)))
        yield gateway, *upstreams


def setup_at(side: ProviderSide) -> bytes:
    """Accepts, and reads the first message."""
    side.accept()
    first = side.receive()
    assert first is not None and first.kind == TEXT and first.masked and first.final, first
    return first.payload


def begin(side: ProviderSide) -> None:
    setup_at(side)
    side.send(BINARY, COMPLETE)


def echo(side: ProviderSide) -> None:
    """Begins, sends back what it gets, and keeps the rules about Close frames."""
    begin(side)
    while received := side.receive():
        side.send(received.kind, received.payload, final=received.final)
        if received.kind == CLOSE:
            return


def connected(gateway: Gateway, *lines: str, target: str = SERVICE, **options: Any) -> WebSocketClient:
    client = WebSocketClient(gateway.listen, target, *lines, **options)
    assert client.status == 101, (client.status, client.body)
    return client


def session(gateway: Gateway, *lines: str, model: str = "models/r", target: str = SERVICE) -> WebSocketClient:
    client = connected(gateway, *lines, target=target)
    client.event({"setup": {"model": model}})
    first = client.receive()
    assert first is not None and first.json() == {"setupComplete": {}}, first
    return client


def line_of(gateway: Gateway, client: WebSocketClient) -> dict[str, Any]:
    """The log line of the session."""
    name = client.headers["x-request-id"]
    return eventually("a log line of the session", lambda: [line for line in log_lines(gateway) if line.get("request_id") == name])[-1]


def closes_with(client: WebSocketClient, code: int, *words: str) -> str:
    last = client.receive()
    while last is not None and last.kind != CLOSE:
        last = client.receive()
    assert last is not None and last.code == code, last
    reason = last.payload[2:].decode()
    assert len(last.payload) <= 125 and all(word in reason for word in words), reason
    with contextlib.suppress(ConnectionError):
        client.close(code)
    assert client.ended()
    return reason


# --- the way there ----------------------------------------------------------------------------------------------------


def puts_the_deployments_model_into_the_setup_and_relays() -> None:
    seen: list[bytes] = []

    def provider(side: ProviderSide) -> None:
        seen.append(setup_at(side))
        side.send(BINARY, COMPLETE)
        while received := side.receive():
            side.send(received.kind, received.payload, final=received.final)
            if received.kind == CLOSE:
                return

    sent = '{ "setup" : {"generationConfig":{"temperature":0.70,"responseModalities":["AUDIO"]},  "model" : "models\\/r", "x":"水\\u0041"} }'.encode()
    with before(provider) as (gateway, upstream):
        for pieces in ([(TEXT, sent)], [(BINARY, sent[:40]), (CONTINUATION, b""), (CONTINUATION, sent[40:])]):
            with connected(gateway) as client:
                assert client.headers["x-request-id"]
                for i, (kind, payload) in enumerate(pieces):
                    client.send(kind, payload, final=i == len(pieces) - 1)
                first = client.receive()
                assert first is not None and (first.kind, first.payload, first.masked) == (BINARY, COMPLETE, False), first
                for kind, payload in [(TEXT, b'{"clientContent": {}}'), (BINARY, bytes(range(256)) * 300), (TEXT, b"")]:
                    client.send(kind, payload)
                    answer = client.receive()
                    assert answer is not None and (answer.kind, answer.payload) == (kind, payload)
                client.send(PING, b"now")
                answer = client.receive()
                assert answer is not None and (answer.kind, answer.payload) == (PING, b"now"), "the provider's, once there is one"
                client.close(1000)
                closed = client.receive()
                assert closed is not None and closed.code == 1000 and client.ended()
            assert seen.pop() == sent.replace(b'"models\\/r"', b'"models/m-a"')
        for asked in upstream.handshakes:
            assert asked.target == SERVICE and asked.headers["x-goog-api-key"] == UPSTREAM_KEY, asked
            assert "content-length" not in asked.headers and "content-type" not in asked.headers, asked
        line = line_of(gateway, client)
        assert (line["status"], line["ended"], line["route"], line["deployment"]) == (101, "complete", "r", "a"), line
        assert line["bytes_in"] == len(sent) and line["path"] == SERVICE, line
        page = get(gateway.admin, f"/explain/{line['request_id']}?format=text")
        assert page.status == 200 and b"BidiGenerateContent" in page.body, page.body
        series = 'breakwater_requests_total{route="r",deployment="a",status="101",ended="complete",stream="true"}'
        eventually("the metric", lambda: metric(gateway, series) == 2)


def takes_a_model_as_each_sdk_writes_it() -> None:
    with before(echo) as (gateway, upstream):
        placed = "projects/p/locations/l/publishers/google/models/r"
        names = ["r", "models/r", "a", "publishers/google/models/r", placed]
        for name in names:
            with session(gateway, model=name) as client:
                client.close()
                client.receive()
        for target in [SERVICE.replace("v1beta", "v1alpha"), CLOUD, f"/{SERVICE}?key=whatever"]:
            with session(gateway, target=target) as client:
                client.close()
                client.receive()
        asked = [each.target for each in upstream.handshakes]
        assert asked == [SERVICE] * len(names) + [SERVICE.replace("v1beta", "v1alpha"), SERVICE, SERVICE], asked
        assert "whatever" not in gateway.log()


def works_without_any_key() -> None:
    with Gateway(config({})) as gateway, session(gateway, model="models/sim/realtime") as client:
        turn = {"role": "user", "parts": [{"text": "all "}, {"text": "well?"}]}
        client.event({"clientContent": {"turns": [turn], "turnComplete": True}})
        texts, last = [], {}
        while not last.get("serverContent", {}).get("turnComplete"):
            received = client.receive()
            assert received is not None and received.kind == BINARY
            last = received.json()
            texts += [part["text"] for part in last["serverContent"].get("modelTurn", {}).get("parts", [])]
        assert "".join(texts) == "You said: all well?" and len(texts) > 1, texts
        assert last["usageMetadata"]["responseTokenCount"] > 0
        client.event({"realtimeInput": {"text": "again"}})
        received = client.receive()
        assert received is not None and received.json()["serverContent"]["modelTurn"]["parts"][0]["text"].startswith("You")
        client.event({"nonsense": 1})
        closes_with(client, 1007)


def asks_vertex_at_the_place_of_the_account() -> None:
    setups: list[Any] = []

    def provider(side: ProviderSide) -> None:
        setups.append(json.loads(setup_at(side)))
        side.send(BINARY, COMPLETE)
        side.receive()

    account = {"type": "authorized_user", "client_id": "c", "client_secret": "canary-secret", "refresh_token": "canary-refresh"}
    with tempfile.TemporaryDirectory() as folder, FakeUpstream(lambda _: json_reply({"access_token": "canary-token", "expires_in": 3600})) as tokens:
        file = Path(folder) / "account.json"
        file.write_text(json.dumps({**account, "token_uri": f"{tokens.url}/token"}))
        with WebSocketUpstream(provider) as upstream:
            text = server_section() + f"""
providers:
  v: {{dialect: vertex, base_url: "{upstream.url}", project: "example.com:p1", location: europe-west4, credentials: "file:{file}"}}
deployments:
  live: {{provider: v, model: gemini-live-2.5-flash}}
  claude: {{provider: v, model: claude-opus-4-1@20250805}}
routes:
  r: {{candidates: [live]}}
"""
            with Gateway(text) as gateway:
                with session(gateway, target=CLOUD) as client:
                    client.close()
                (asked,) = upstream.handshakes
                assert asked.target == OURS and asked.headers["authorization"] == "Bearer canary-token", asked
                assert setups == [{"setup": {"model": "projects/example.com:p1/locations/europe-west4/publishers/google/models/gemini-live-2.5-flash"}}]
                with connected(gateway) as client:
                    client.event({"setup": {"model": "models/claude"}})
                    closes_with(client, 1008)
                assert "canary" not in gateway.log()


# --- what is refused --------------------------------------------------------------------------------------------------


def says_what_is_wrong_before_the_upgrade() -> None:
    with before(echo, keys=KEYS, server='cors: {origins: ["https://app.example.com"]}') as (gateway, upstream):
        for lines, target in [([], SERVICE), (["x-goog-api-key: wrong"], SERVICE), ([], SERVICE + "?key=wrong"), ([], CLOUD)]:
            refused = WebSocketClient(gateway.listen, target, *lines)
            assert refused.status == 401 and refused.error["status"] == "UNAUTHENTICATED", refused.body
        page = WebSocketClient(gateway.listen, SERVICE + "?key=test", "Origin: https://evil.example.com")
        assert page.status == 403 and page.error["status"] == "PERMISSION_DENIED", page.body
        plain = get(gateway.listen, SERVICE + "?key=test")
        assert plain.status == 400 and "WebSocket" in plain.error["message"] and plain.error["status"] == "INVALID_ARGUMENT", plain.body
        posted = ask(gateway, SERVICE + "?key=test", {})
        assert posted.status == 405 and posted.headers["allow"] == "GET" and posted.error["code"] == 405, posted.body
        nothing = WebSocketClient(gateway.listen, "/ws/google.ai.generativelanguage.v1beta.GenerativeService.Other?key=test")
        assert nothing.status == 404 and nothing.error["status"] == "NOT_FOUND", nothing.body
        for lines, target in [(["x-goog-api-key: test"], SERVICE), (["Authorization: Bearer test"], CLOUD), (["Origin: https://app.example.com"], SERVICE + "?key=test")]:
            with session(gateway, *lines, target=target) as client:
                client.close()
                client.receive()
        assert {each.headers["x-goog-api-key"] for each in upstream.handshakes} == {UPSTREAM_KEY}
        with connected(gateway, target=SERVICE + "?key=test") as client:
            client.event({"setup": {"model": "models/simulated"}})
            closes_with(client, 1008, "may not use the model")
        assert "key=" not in gateway.log()


def says_what_is_wrong_with_the_setup_in_a_close_frame() -> None:
    first_messages: dict[str, tuple[bytes, int, int]] = {
        "no JSON": (b"hello", 1007, 400),
        "no UTF-8": (b'{"setup": {"model": "\xff"}}', 1007, 400),
        "no object": (b"[]", 1007, 400),
        "no setup": (b'{"clientContent": {}}', 1007, 400),
        "no model": (b'{"setup": {}}', 1007, 400),
        "an empty model": (b'{"setup": {"model": "models/"}}', 1007, 400),
        "a model that is no text": (b'{"setup": {"model": 1}}', 1007, 400),
        "two models": (b'{"setup": {"model": "r", "model": "a"}}', 1007, 400),
        "two setups": (b'{"setup": {"model": "r"}, "setup": {"model": "a"}}', 1007, 400),
        "escapes in a name": (b'{"setup": {"m\\u006fdel": "r"}}', 1007, 400),
        "nothing": (b"", 1007, 400),
        "an unknown model": (b'{"setup": {"model": "models/nobody"}}', 1008, 404),
        "a model that chats": (b'{"setup": {"model": "models/simulated"}}', 1008, 404),
        "a name that fills a Close frame": (json.dumps({"setup": {"model": "水" * 80}}, ensure_ascii=False).encode(), 1008, 404),
    }
    with before(echo) as (gateway, upstream):
        for name, (message, code, status) in first_messages.items():
            with connected(gateway) as client:
                client.send(TEXT, message)
                assert closes_with(client, code), name
            line = line_of(gateway, client)
            assert (line["status"], line["ended"]) == (status, "error") and "BidiGenerateContent" in line["path"], (name, line)
        with connected(gateway) as client:
            client.send_raw(frame(TEXT, b"no mask", masked=False))
            closes_with(client, 1002)
        assert line_of(gateway, client)["error"] == "websocket_protocol_error"
        assert upstream.handshakes == []


def holds_the_first_message_to_the_limit() -> None:
    with before(echo, server="realtime: {message: 10k}") as (gateway, upstream):
        def setup(size: int) -> bytes:
            start = b'{"setup": {"model": "r", "x": "'
            return start + b"x" * (size - len(start) - 3) + b'"}}'

        with connected(gateway) as client:
            client.send(TEXT, setup(10_000))
            first = client.receive()
            assert first is not None and first.payload == COMPLETE
        for sent in [frame(TEXT, setup(10_300), masked=True), frame(TEXT, b"", masked=True, length=1 << 40)]:
            with connected(gateway) as client:
                client.send_raw(sent)
                closes_with(client, 1009, "server.realtime.message")
            assert line_of(gateway, client)["status"] == 413
        with connected(gateway) as client:
            client.send(TEXT, setup(10_300)[:6000], final=False)
            client.send(CONTINUATION, setup(10_300)[6000:])
            closes_with(client, 1009)
        assert len(upstream.handshakes) == 1


def reads_long_setups_elsewhere() -> None:
    with before(echo) as (gateway, _), connected(gateway) as client:
        client.event({"setup": {"model": "r", "systemInstruction": {"parts": [{"text": "x" * 1_000_000}]}}})
        first = client.receive()
        assert first is not None and first.payload == COMPLETE


def does_not_wait_for_a_setup_for_ever() -> None:
    with before(echo, server="timeouts: {body: 500ms}") as (gateway, upstream), connected(gateway) as client:
        client.send(PING, b"anybody?")
        answer = client.receive()
        assert answer is not None and (answer.kind, answer.payload) == (PONG, b"anybody?"), answer
        client.send(TEXT, b'{"setup"', final=False)
        closes_with(client, 1008, "server.timeouts.body")
        assert line_of(gateway, client)["status"] == 408 and upstream.handshakes == []


def says_which_sessions_speak_another_dialect() -> None:
    with WebSocketUpstream(echo) as upstream:
        with Gateway(config({"a": upstream.url})) as gateway, connected(gateway) as client:
            client.event({"setup": {"model": "r"}})
            closes_with(client, 1008, "OpenAI's dialect")
        with Gateway(google_config({"a": upstream.url})) as gateway:
            refused = WebSocketClient(gateway.listen, "/v1/realtime?model=r")
            assert refused.status == 400 and "Live API" in refused.error["message"], refused.body
        text = google_config({"a": upstream.url}).replace("dialect: google", "dialect: anthropic")
        with Gateway(text) as gateway, connected(gateway) as client:
            client.event({"setup": {"model": "r"}})
            closes_with(client, 1008, "no realtime sessions")
        assert upstream.handshakes == []
        # In a mixed route they are passed over.
        with Gateway(mixed_config(upstream.url, upstream.url)) as gateway:
            with session(gateway) as client:
                client.close()
            assert line_of(gateway, client)["deployment"] == "b"


def mixed_config(a: str, b: str, **options: str) -> str:
    """A route of OpenAI's dialect and then Google's."""
    text = config({"a": a, "b": b}, **options)
    return text.replace(f'p-b: {{dialect: openai, base_url: "{b}/v1"', f'p-b: {{dialect: google, base_url: "{b}"')


def keeps_its_turn_where_another_dialect_has_a_place() -> None:
    def openai(side: ProviderSide) -> None:
        side.begin()
        side.receive()

    with WebSocketUpstream(openai) as a, WebSocketUpstream(echo) as b:
        text = mixed_config(a.url, b.url, route="queue: {size: 10, wait: 20s}")
        for name in ("a", "b"):
            text = text.replace(f"model: m-{name}}}", f"model: m-{name}, limits: {{concurrency: 1}}}}")
        with Gateway(text) as gateway, ExitStack() as stack:
            events = stack.enter_context(WebSocketClient(gateway.listen, "/v1/realtime?model=r"))
            assert events.status == 101 and events.receive() is not None
            served = stack.enter_context(session(gateway))
            waiting = []
            for lines in ([], ["x-breakwater-not: a"]):
                client = stack.enter_context(connected(gateway, *lines))
                client.event({"setup": {"model": "r"}})
                waiting.append(client)
                count = len(waiting)
                eventually("it waits", lambda count=count: metric(gateway, 'breakwater_queue_waiting{route="r"}') == count)
            events.socket.close()
            assert a.ended.acquire(timeout=5)
            time.sleep(0.3)
            served.socket.close()
            first = waiting[0].receive()
            assert first is not None and first.payload == COMPLETE
            assert len(b.handshakes) == 2, "who came first is served first"


def fetches_no_token_for_another_dialect() -> None:
    account = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "t"}
    with tempfile.TemporaryDirectory() as folder, FakeUpstream(lambda _: json_reply({}, 503)) as tokens, WebSocketUpstream(lambda side: side.begin() or None) as upstream:
        file = Path(folder) / "account.json"
        file.write_text(json.dumps({**account, "token_uri": f"{tokens.url}/token"}))
        text = server_section() + f"""
providers:
  v: {{dialect: vertex, base_url: "{upstream.url}", project: p1, location: europe-west4, credentials: "file:{file}"}}
  o: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "{UPSTREAM_KEY}"}}
deployments:
  live: {{provider: v, model: gemini-live-2.5-flash}}
  events: {{provider: o, model: m}}
routes:
  r: {{candidates: [live, events], retry: {{attempts: 1}}}}
"""
        with Gateway(text) as gateway, WebSocketClient(gateway.listen, "/v1/realtime?model=r", "x-request-id: mixed") as client:
            assert client.status == 101 and client.receive() is not None, (client.status, client.body)
            client.socket.close()
            assert tokens.requests == []
            (line,) = eventually("a log line", lambda: [each for each in log_lines(gateway) if each.get("request_id") == "mixed"])
            assert [(each["deployment"], each["outcome"]) for each in line["attempts"]][0] == ("live", "unsupported_parameter"), line
            assert line["deployment"] == "events", line


def counts_the_time_from_when_it_is_asked() -> None:
    def late(side: ProviderSide) -> None:
        setup_at(side)
        side.ended()

    with before(echo, route="timeouts: {total: 1s}") as (gateway, _), connected(gateway) as client:
        time.sleep(1.3)
        client.event({"setup": {"model": "r"}})
        first = client.receive()
        assert first is not None and first.payload == COMPLETE, first
    with before(late) as (gateway, _), connected(gateway, "x-breakwater-timeout-ms: 700") as client:
        time.sleep(0.5)
        asked = time.monotonic()
        client.event({"setup": {"model": "r"}})
        closes_with(client, 1011)
        assert 0.6 < time.monotonic() - asked < 5


# --- failover ---------------------------------------------------------------------------------------------------------


def replaces_what_fails_before_the_setup_is_complete() -> None:
    def refusing(status: int) -> Script:
        return lambda side: side.refuse(status, "x")

    def answering(*frames: bytes) -> Script:
        def script(side: ProviderSide) -> None:
            setup_at(side)
            for each in frames:
                side.send_raw(each)
            side.receive()

        return script

    def silent(side: ProviderSide) -> None:
        setup_at(side)
        assert side.ended(), "the gateway gave it up"

    def closing(code: int, reason: str = "") -> Script:
        return answering(frame(CLOSE, close_payload(code, reason), masked=False))

    error = json.dumps({"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}).encode()
    failures: dict[str, tuple[Script, str]] = {
        "401": (refusing(401), "upstream_auth_error"),
        "429": (refusing(429), "rate_limit_exceeded"),
        "503": (refusing(503), "server_is_overloaded"),
        "hangs up": (lambda side: None, "upstream_connection_lost"),
        "ends": (lambda side: setup_at(side) and None, "upstream_truncated"),
        "says error": (answering(frame(BINARY, error, masked=False)), "server_is_overloaded"),
        "masks": (answering(frame(TEXT, b"{}", masked=True)), "upstream_invalid_response"),
        "closes": (closing(1011), "upstream_truncated"),
        "busy": (closing(1013), "server_is_overloaded"),
        "bad key": (closing(1007, "API key not valid. Please pass a valid API key."), "upstream_auth_error"),
        "no model": (closing(1008, "models/m-a is not found for API version v1beta."), "upstream_model_missing"),
        "cannot": (closing(1008, "Operation is not implemented, or supported, or enabled."), "unsupported_parameter"),
        "no money": (closing(1011, "You exceeded your current quota, please check your plan and billing details."), "insufficient_quota"),
        "silent": (silent, "upstream_first_token_timeout"),
    }
    for name, (script, outcome) in failures.items():
        with before(script, echo, route="retry: {same: 0}, timeouts: {first_token: 700ms}") as (gateway, first, second):
            with session(gateway) as client:
                client.close()
                client.receive()
            assert len(first.handshakes) == 1 and len(second.handshakes) == 1, name
            line = line_of(gateway, client)
            assert [a["deployment"] for a in line["attempts"]] == ["a", "b"], (name, line)
            assert line["attempts"][0]["outcome"] == outcome and line["status"] == 101, (name, line)


def says_why_when_nobody_is_left() -> None:
    for status, code, logged in [(401, 1011, "upstream_auth_error"), (429, 1013, "rate_limit_exceeded"), (503, 1013, "server_is_overloaded")]:
        with before(lambda side, status=status: side.refuse(status, "x"), route="retry: {attempts: 1}") as (gateway, _):
            with connected(gateway) as client:
                client.event({"setup": {"model": "r"}})
                reason = closes_with(client, code)
            assert UPSTREAM_KEY not in reason and line_of(gateway, client)["error"] == logged, (reason, line_of(gateway, client))

    def telling(side: ProviderSide) -> None:
        setup_at(side)
        side.close(1007, f"Invalid JSON payload received, with {UPSTREAM_KEY}.")

    with before(telling, echo) as (gateway, _, second), connected(gateway) as client:
        client.event({"setup": {"model": "r", "wrong": 1}})
        reason = closes_with(client, 1007, "Invalid JSON payload")
        assert UPSTREAM_KEY not in reason and second.handshakes == [], "what the client said is wrong wherever it is said"


    def unable(side: ProviderSide) -> None:
        setup_at(side)
        side.close(1008, "Operation is not implemented, or supported, or enabled.")

    with before(unable) as (gateway, upstream), connected(gateway) as client:
        client.event({"setup": {"model": "r"}})
        closes_with(client, 1008, "Operation is not implemented")
        assert len(upstream.handshakes) == 1, "another moment does not help"
        line = line_of(gateway, client)
        assert (line["status"], line["error"]) == (400, "unsupported_parameter"), line


def keeps_to_a_deployments_concurrency() -> None:
    with WebSocketUpstream(echo) as upstream:
        text = google_config({"a": upstream.url}).replace("model: m-a}", "model: m-a, limits: {concurrency: 1}}")
        with Gateway(text) as gateway, session(gateway):
            with connected(gateway) as client:
                client.event({"setup": {"model": "r"}})
                closes_with(client, 1013)
            assert line_of(gateway, client)["error"] == "deployment_busy"


# --- ends -------------------------------------------------------------------------------------------------------------


def sends_on_what_came_early() -> None:
    def late(side: ProviderSide) -> None:
        setup_at(side)
        time.sleep(0.3)
        side.send(BINARY, COMPLETE)
        while received := side.receive():
            side.send(received.kind, received.payload)

    with before(late) as (gateway, _), connected(gateway) as client:
        first = frame(TEXT, b'{"setup": {"model": "r"}}', masked=True)
        early = [f"message {i}".encode() for i in range(20)]
        client.send_raw(first + b"".join(frame(TEXT, each, masked=True) for each in early[:10]))
        time.sleep(0.1)
        client.send_raw(b"".join(frame(TEXT, each, masked=True) for each in early[10:]) + frame(PING, b"p", masked=True))
        answer = client.receive()
        assert answer is not None and (answer.kind, answer.payload) == (PONG, b"p"), "pings are answered while nobody serves"
        answer = client.receive()
        assert answer is not None and answer.payload == COMPLETE
        for each in early:
            answer = client.receive()
            assert answer is not None and answer.payload == each, (answer, each)


def notices_that_the_client_leaves() -> None:
    def waiting(side: ProviderSide) -> None:
        setup_at(side)
        assert side.ended()

    def hang_up(client: WebSocketClient) -> None:
        client.socket.close()

    def say_goodbye(client: WebSocketClient) -> None:
        client.close(1000)
        closed = client.receive()
        assert closed is not None and closed.kind == CLOSE and closed.code == 1000 and client.ended(), closed

    for leave in (hang_up, say_goodbye):
        with before(waiting) as (gateway, upstream):
            client = connected(gateway)
            leave(client)
            assert line_of(gateway, client)["status"] == 499 and line_of(gateway, client)["ended"] == "client_gone", line_of(gateway, client)
            assert upstream.handshakes == []
        with before(waiting) as (gateway, upstream):
            client = connected(gateway)
            client.event({"setup": {"model": "r"}})
            eventually("an attempt", lambda: upstream.handshakes)
            leave(client)
            assert upstream.ended.acquire(timeout=5), "the handshake goes on for nobody"
            line = line_of(gateway, client)
            assert line["status"] == 499 and line["ended"] == "client_gone" and line["attempts"][0]["outcome"] == "client_gone", line
        # Together with the setup.
        with before(waiting) as (gateway, _):
            client = connected(gateway)
            client.send_raw(frame(TEXT, b'{"setup": {"model": "r"}}', masked=True) + frame(CLOSE, close_payload(1000), masked=True))
            assert line_of(gateway, client)["ended"] == "client_gone"
    with before(lambda side: begin(side) or side.receive() and None) as (gateway, upstream):
        client = session(gateway)
        client.socket.close()
        assert upstream.ended.acquire(timeout=5)
        assert line_of(gateway, client)["ended"] == "client_gone" and line_of(gateway, client)["status"] == 101


def passes_on_how_the_provider_closes() -> None:
    for code in [1000, 1007, 1008, 1011]:

        def closing(side: ProviderSide, code: int = code) -> None:
            begin(side)
            side.close(code, "so be it")
            answer = side.receive()
            assert answer is not None and answer.kind == CLOSE and answer.masked

        with before(closing) as (gateway, upstream), session(gateway) as client:
            closes_with(client, code, "so be it")
            assert upstream.ended.acquire(timeout=5)
            assert line_of(gateway, client)["ended"] == "complete"


def says_goodbye_when_it_is_stopped() -> None:
    def waiting(side: ProviderSide) -> None:
        setup_at(side)
        side.ended()

    for asks in (False, True):
        with before(waiting, server="timeouts: {drain: 500ms}") as (gateway, _), connected(gateway) as client:
            if asks:
                client.event({"setup": {"model": "r"}})
            os.kill(gateway.pid, signal.SIGTERM)
            closes_with(client, 1001)
            assert gateway.wait(10) == 0
            line = line_of(gateway, client)
            assert line["error"] == "server_shutting_down" and line["status"] == 503, line


def asks_for_the_key_anew_where_it_was_revoked_meanwhile() -> None:
    with before(echo, keys=KEYS) as (gateway, upstream), connected(gateway, "x-goog-api-key: test") as client:
        gateway.config_path.write_text(gateway.config_path.read_text().replace("9f86", "9f87"))
        eventually("a reload", lambda: "breakwater_config_generation 2" in metrics(gateway))
        client.event({"setup": {"model": "r"}})
        closes_with(client, 1008, "API key")
        assert line_of(gateway, client)["status"] == 401 and upstream.handshakes == []


if __name__ == "__main__":
    sys.exit(
        run(
            puts_the_deployments_model_into_the_setup_and_relays,
            takes_a_model_as_each_sdk_writes_it,
            works_without_any_key,
            asks_vertex_at_the_place_of_the_account,
            says_what_is_wrong_before_the_upgrade,
            says_what_is_wrong_with_the_setup_in_a_close_frame,
            holds_the_first_message_to_the_limit,
            reads_long_setups_elsewhere,
            does_not_wait_for_a_setup_for_ever,
            says_which_sessions_speak_another_dialect,
            keeps_its_turn_where_another_dialect_has_a_place,
            fetches_no_token_for_another_dialect,
            counts_the_time_from_when_it_is_asked,
            replaces_what_fails_before_the_setup_is_complete,
            says_why_when_nobody_is_left,
            keeps_to_a_deployments_concurrency,
            sends_on_what_came_early,
            notices_that_the_client_leaves,
            passes_on_how_the_provider_closes,
            says_goodbye_when_it_is_stopped,
            asks_for_the_key_anew_where_it_was_revoked_meanwhile,
        )
    )
