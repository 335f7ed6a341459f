"""Traces: whose trace a request belongs to, its spans at a collector, who else is told of it, and what a collector that fails costs."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from realtime import before as before_sessions
from realtime import echo, session
from support import (
    UPSTREAM_KEY,
    Answer,
    Client,
    Ending,
    FakeUpstream,
    Gateway,
    Reply,
    access_line,
    chat,
    chat_body,
    closed_port,
    config,
    digest,
    eventually,
    failing,
    gateway_before,
    get,
    good,
    json_reply,
    log_lines,
    metric,
    post,
    run,
    send,
)

from blackbox.websocket import CLOSE, WebSocketClient

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED = f"traceparent: 00-{TRACE}-{PARENT}-01"
UNSAMPLED = f"traceparent: 00-{TRACE}-{PARENT}-00"
STATE = "tracestate: vendor=abc,other=1"
COLLECTOR_KEY = "Basic canary-collector-0001"


def good_collector(_: Any) -> Reply:
    return json_reply({})


class Collector(FakeUpstream):
    """Takes spans as OpenTelemetry's protocol sends them, and refuses what it does not allow."""

    def __init__(self, handler: Callable[[Any], Reply] = good_collector) -> None:
        super().__init__(handler)

    def spans(self) -> list[Span]:
        return [Span(span) for request in self.requests for span in spans_in(request)]

    def wait(self, count: int) -> list[Span]:
        return eventually(f"{count} spans", lambda: len(self.spans()) >= count and self.spans(), timeout=15.0)

    def text(self) -> str:
        return "".join(request.body.decode() for request in self.requests)


def spans_in(request: Any) -> Iterator[dict[str, Any]]:
    assert (request.method, request.target, request.headers["content-type"]) == ("POST", "/v1/traces", "application/json"), request
    for resource in request.json()["resourceSpans"]:
        assert values(resource["resource"])["service.name"] == "breakwater", resource["resource"]
        for scope in resource["scopeSpans"]:
            yield from scope["spans"]


def value_of(value: dict[str, Any]) -> Any:
    ((kind, inner),) = value.items()
    if kind == "intValue":
        assert isinstance(inner, str), "64-bit numbers are texts"
        return int(inner)
    if kind == "arrayValue":
        return [value_of(each) for each in inner["values"]]
    assert isinstance(inner, {"stringValue": str, "doubleValue": (int, float), "boolValue": bool}[kind]), value
    return inner


def values(of: dict[str, Any]) -> dict[str, Any]:
    found = {each["key"]: value_of(each["value"]) for each in of["attributes"]}
    assert len(found) == len(of["attributes"]), "no key twice"
    return found


class Span:
    def __init__(self, span: dict[str, Any]) -> None:
        assert re.fullmatch(r"[0-9a-f]{32}", span["traceId"]) and re.fullmatch(r"[0-9a-f]{16}", span["spanId"]), span
        self.trace, self.id, self.parent = span["traceId"], span["spanId"], span.get("parentSpanId", "")
        self.name, self.kind, self.state = span["name"], span["kind"], span.get("traceState", "")
        self.start, self.end = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
        assert isinstance(span["startTimeUnixNano"], str) and self.start <= self.end, span
        self.failed = span["status"].get("code") == 2
        self.attributes = values(span)
        self.events = [(event["name"], values(event)) for event in span.get("events", [])]

    def __getitem__(self, key: str) -> Any:
        return self.attributes.get(key)

    def events_named(self, name: str) -> list[dict[str, Any]]:
        return [attributes for each, attributes in self.events if each == name]


def trace(collector: str, more: str = "", propagate: str = "none") -> str:
    """The member `trace` of a server's section."""
    return f'trace: {{propagate: {propagate}, otlp: {{endpoint: "{collector}", headers: {{authorization: "{COLLECTOR_KEY}"}}{more}}}}}'


@contextmanager
def traced(*handlers: Any, route: str = "", more: str = "", propagate: str = "none", collector: Collector | None = None):
    """A gateway whose route `r` has one deployment for each handler, the upstreams, and the collector of its spans."""
    with collector or Collector() as at, gateway_before(*handlers, server=trace(at.url, more, propagate), route=route) as (gateway, *upstreams):
        yield gateway, at, *upstreams


def split(spans: list[Span]) -> tuple[Span, list[Span]]:
    """The span of the one request among them, and those of its attempts in the order in which they began."""
    (server,) = [span for span in spans if span.kind == 2]
    attempts = sorted((span for span in spans if span.kind == 3), key=lambda span: span.start)
    assert len(attempts) == len(spans) - 1 and len({span.id for span in spans}) == len(spans)
    for attempt in attempts:
        assert attempt.parent == server.id and attempt.trace == server.trace
        assert server.start <= attempt.start and attempt.end <= server.end, "attempts are within their request"
    return server, attempts


# --- spans ------------------------------------------------------------------------------------------------------------

CHOOSING = """
providers:
  sim: {{dialect: sim}}
  pa: {{dialect: openai, base_url: "{0}/v1", api_key: {key}}}
  pb: {{dialect: openai, base_url: "{1}/v1", api_key: {key}}}
deployments:
  cheap: {{provider: pa, model: m-cheap, price: {{input: 1, output: 1}}}}
  fair: {{provider: pb, model: m-fair, price: {{input: 2, output: 2}}}}
  dear: {{provider: pb, model: m-dear, price: {{input: 9, output: 90}}}}
routes:
  smart: {{candidates: [dear, fair, cheap], prefer: cost, max: {{price_output: 5}}, retry: {{same: 0}}}}
keys: [{{name: team, sha256: "{digest}"}}]
"""
CLIENT_KEY = "canary-client-key-0001"


def a_failover_is_seen_whole() -> None:
    broken = json_reply({"error": {"message": "canary-upstream-words", "type": "server_error", "code": "x"}}, 503)
    with Collector() as collector, FakeUpstream(lambda _: broken) as a, FakeUpstream(good) as b:
        text = f'version: 1\nserver: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", workers: 1, {trace(collector.url)}}}'
        text += CHOOSING.format(a.url, b.url, key=UPSTREAM_KEY, digest=digest(CLIENT_KEY))
        with Gateway(text) as gateway:
            prompt = [{"role": "user", "content": "canary-prompt"}]
            answer = chat(gateway, f"Authorization: Bearer {CLIENT_KEY}", SAMPLED, STATE, model="smart", messages=prompt)
            assert answer.status == 200 and answer.attempts == 2, answer.body
            request_id = answer.headers["x-request-id"]
            line = access_line(gateway, request_id)
            page = get(gateway.admin, f"/explain/{request_id}").json()
            assert line["trace_id"] == page["request"]["trace_id"] == TRACE
            server, attempts = split(collector.wait(3))
            eventually("they are counted", lambda: metric(gateway, 'breakwater_trace_spans_total{result="exported"}') == 3)

        assert (server.trace, server.parent, server.state) == (TRACE, PARENT, "vendor=abc,other=1")
        assert server.name == "POST /v1/chat/completions" and not server.failed
        expected = {
            "http.request.method": "POST",
            "http.route": "/v1/chat/completions",
            "http.response.status_code": 200,
            "breakwater.request_id": request_id,
            "breakwater.route": "smart",
            "breakwater.key": "team",
            "breakwater.deployment": "fair",
            "breakwater.attempts": 2,
            "breakwater.decision": answer.headers["x-breakwater-decision"],
            "breakwater.decision.prefer": "cost",
            "breakwater.decision.removed": 1,
            "breakwater.timer.connect_ms": 5000,
        }
        assert {key: server[key] for key in expected} == expected, server.attributes
        assert server["breakwater.deadline_ms"] == 600_000 > server["breakwater.deadline_left_ms"] > 500_000

        kept, removed = server.events_named("breakwater.candidate"), server.events_named("breakwater.removed")
        assert [each["breakwater.deployment"] for each in kept] == ["cheap", "fair"], kept
        assert kept[0]["breakwater.candidate.place"] == kept[0]["breakwater.candidate.score"] == 1, kept
        assert 0 < kept[0]["breakwater.candidate.cost_usd"] < kept[1]["breakwater.candidate.cost_usd"], kept
        assert removed == [
            {
                "breakwater.deployment": "dear",
                "breakwater.removed.constraints": ["max.price_output"],
                "breakwater.removed.reasons": ["90 is above 5"],
            }
        ], removed

        failed, served = attempts
        assert failed.name == "chat m-cheap" and failed.failed and failed["error.type"] == line["attempts"][0]["outcome"]
        assert (failed["breakwater.attempt.reason"], failed["http.response.status_code"]) == ("first", 503), failed.attributes
        assert failed["gen_ai.usage.output_tokens"] is None
        assert served.name == "chat m-fair" and not served.failed and failed.end <= served.start
        expected = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "pb",
            "gen_ai.request.model": "m-fair",
            "gen_ai.request.stream": False,
            "gen_ai.response.model": "m-fair",
            "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.usage.input_tokens": 3,
            "gen_ai.usage.output_tokens": 2,
            "breakwater.deployment": "fair",
            "breakwater.attempt.reason": "failover",
            "breakwater.attempt.outcome": "ok",
        }
        assert {key: served[key] for key in expected} == expected, served.attributes
        assert 0 < served["gen_ai.response.time_to_first_chunk"] < 5
        for span, attempt in zip(attempts, line["attempts"], strict=True):
            assert abs((span.end - span.start) / 1e6 - attempt["ms"]) < 0.01, (span.attributes, attempt)
        assert collector.requests[0].headers["authorization"] == COLLECTOR_KEY
        assert "canary" not in collector.text(), "neither prompts nor answers nor keys"
        assert "Hello world" not in collector.text()
        assert "canary-collector" not in json.dumps([line, page])
        assert all("traceparent" not in request.headers for request in [*a.requests, *b.requests])


def a_hedge_is_a_span_beside_the_late_one() -> None:
    def slow(request: Any) -> Reply:
        return replace(good(request), head_after=1.0)

    with traced(slow, good, route="hedge: {after: 50ms, budget: 0%, budget_floor: 100/s}") as (gateway, collector, *_):
        assert chat(gateway, stream=True).done()
        server, (late, hedge) = split(collector.wait(3))
        assert server["breakwater.stream"] and server["breakwater.deployment"] == "b"
        assert (late["breakwater.attempt.hedge"], late["breakwater.attempt.late_after_ms"]) == ("started", 50), late.attributes
        assert late["breakwater.attempt.outcome"] == "outrun" and not late.failed, late.attributes
        assert (hedge["breakwater.attempt.reason"], hedge["breakwater.attempt.outcome"]) == ("hedge", "ok"), hedge.attributes
        assert late.start < hedge.start < late.end, "beside each other"


def whatever_ends_is_a_span() -> None:
    with traced(good) as (gateway, collector, _):
        assert send(gateway, "/v1/secret-path?key=secret", method="POST").status == 404
        assert send(gateway, "/v1/models/secret-model").status == 404
        assert send(gateway, "/v1/models").status == 200
        assert chat(gateway, model="secret-route").status == 404
        assert chat(gateway, messages="secret").status == 400
        gateway.stop()
        spans = collector.spans()
        found = sorted((span.name, span["http.response.status_code"], span["error.type"]) for span in spans)
        assert found == [
            ("GET /v1/models", 200, None),
            ("GET /v1/models/{id}", 404, "model_not_found"),
            ("POST", 404, "not_found"),
            ("POST /v1/chat/completions", 400, "invalid_type"),
            ("POST /v1/chat/completions", 404, "model_not_found"),
        ], found
        assert all(span.kind == 2 and not span.parent and not span.failed for span in spans)
        assert len({span.trace for span in spans}) == 5
        assert "secret" not in collector.text(), collector.text()


def an_answer_that_breaks_off_is_a_failure() -> None:
    def cut(request: Any) -> Reply:
        whole = good(request)
        frames = whole.cut(whole.body)[:2]
        return replace(whole, body=b"".join(frames), cut=lambda _: frames, ending=Ending.CUT)

    with traced(cut, route="retry: {attempts: 1}") as (gateway, collector, _):
        assert chat(gateway, stream=True).stream_error()
        server, (attempt,) = split(collector.wait(2))
        assert server.failed and server["http.response.status_code"] == 200 and server["breakwater.ended"] == "error_in_stream"
        assert attempt.failed and attempt["error.type"] == server["error.type"], (attempt.attributes, server.attributes)
        assert attempt["gen_ai.response.time_to_first_chunk"] > 0


def a_realtime_session_is_traced_too() -> None:
    with Collector() as collector, before_sessions(echo, server=trace(collector.url, propagate="self_hosted")) as (gateway, upstream):
        with session(gateway, SAMPLED) as client:
            closes_with_ours(client)
        gateway.stop()
        server, (attempt,) = split(collector.spans())
        assert (server.name, server.trace, server["http.response.status_code"]) == ("GET /v1/realtime", TRACE, 101), server.attributes
        assert attempt.name == "realtime m-a" and attempt["breakwater.attempt.outcome"] == "ok", attempt.attributes
        assert upstream.handshakes[0].headers["traceparent"] == f"00-{TRACE}-{attempt.id}-01"


def closes_with_ours(client: WebSocketClient) -> None:
    client.close(1000)
    closed = client.receive()
    assert closed is not None and closed.kind == CLOSE and client.ended()


def what_is_passed_on_is_traced_too() -> None:
    with Collector() as collector, FakeUpstream(lambda _: json_reply({"secret": "words"})) as upstream:
        text = config({"a": upstream.url}, server=trace(collector.url, propagate="self_hosted"), provider="passthrough: all")
        with Gateway(text) as gateway:
            assert send(gateway, "/providers/p-a/v1/secret", SAMPLED, STATE).status == 200
            gateway.stop()
        server, (attempt,) = split(collector.spans())
        assert (server.name, server["breakwater.route"]) == ("GET /providers/{provider}/{path}", "providers/p-a"), server.attributes
        assert attempt.name == "passthrough" and attempt["gen_ai.request.model"] is None, attempt.attributes
        assert upstream.requests[0].headers["traceparent"] == f"00-{TRACE}-{attempt.id}-01"
        assert "secret" not in collector.text()


# --- whose trace, and who is told --------------------------------------------------------------------------------------


def the_client_decides_where_it_has_a_trace() -> None:
    with traced(good, more=", sample: 0%") as (gateway, collector, _):
        answers = [chat(gateway, *lines) for lines in ((), (UNSAMPLED,), (SAMPLED,), ("traceparent: 00-broken", STATE), (SAMPLED, SAMPLED))]
        lines = [access_line(gateway, answer.headers["x-request-id"]) for answer in answers]
        gateway.stop()
        server, _ = split(collector.spans())
        assert server.trace == TRACE and server["breakwater.request_id"] == answers[2].headers["x-request-id"]
        ids = [line["trace_id"] for line in lines]
        assert ids[1] == ids[2] == TRACE and len(set(ids)) == 4, ids


def strangers_do_not_decide() -> None:
    with Collector() as collector, FakeUpstream(good) as upstream:
        keys = f'keys: [{{name: team, sha256: "{digest(CLIENT_KEY)}"}}]'
        with Gateway(config({"a": upstream.url}, server=trace(collector.url, ", sample: 0%"), keys=keys)) as gateway:
            known = f"Authorization: Bearer {CLIENT_KEY}"
            refused = chat(gateway, SAMPLED)
            assert refused.status == 401
            assert access_line(gateway, refused.headers["x-request-id"])["trace_id"] == TRACE, "it is still in that trace"
            assert chat(gateway, SAMPLED, "Authorization: Bearer wrong").status == 401
            assert send(gateway, "/v1/secret-path", SAMPLED, known, method="POST").status == 404
            assert send(gateway, "/openapi.json", SAMPLED).status == 200
            assert send(gateway, "/v1/chat/completions", SAMPLED, known, method="DELETE").status == 405
            assert chat(gateway, SAMPLED, known).status == 200
            gateway.stop()
        statuses = sorted(span["http.response.status_code"] for span in collector.spans() if span.kind == 2)
        assert statuses == [200, 405], [(span.name, span.attributes) for span in collector.spans()]


def every_new_trace_is_sampled_unless_configured() -> None:
    with traced(good) as (gateway, collector, _):
        for lines in ((), (UNSAMPLED,), ("traceparent: 00-broken", STATE)):
            chat(gateway, *lines)
        gateway.stop()
        servers = [span for span in collector.spans() if span.kind == 2]
        assert len(servers) == 2 and all(span.trace != TRACE and not span.parent and not span.state for span in servers)


def providers_are_told_only_where_configured() -> None:
    for propagate in ("none", "self_hosted", "all"):
        with traced(failing(503), good, route="retry: {same: 0}", propagate=propagate) as (gateway, collector, a, b):
            assert chat(gateway, SAMPLED, STATE).status == 200
            gateway.stop()
            _, attempts = split(collector.spans())
            for attempt, upstream in zip(attempts, (a, b), strict=True):
                (request,) = upstream.requests
                if propagate == "none":
                    assert not {"traceparent", "tracestate"} & set(request.headers), request.headers
                else:
                    assert request.headers["traceparent"] == f"00-{TRACE}-{attempt.id}-01", (request.headers, attempt.id)
                    assert request.headers["tracestate"] == "vendor=abc,other=1", request.headers


def a_trace_is_passed_on_where_nobody_collects_spans() -> None:
    with FakeUpstream(good) as upstream, Gateway(config({"a": upstream.url}, server="trace: {propagate: all}")) as gateway:
        passed = chat(gateway, SAMPLED, STATE)
        assert access_line(gateway, passed.headers["x-request-id"])["trace_id"] == TRACE
        none = chat(gateway, "traceparent: 00-broken", STATE)
        assert "trace_id" not in access_line(gateway, none.headers["x-request-id"])
        first, second = upstream.requests
        assert (first.headers["traceparent"], first.headers["tracestate"]) == (f"00-{TRACE}-{PARENT}-01", "vendor=abc,other=1")
        assert not {"traceparent", "tracestate"} & set(second.headers), second.headers


def a_text_log_names_the_trace() -> None:
    with FakeUpstream(good) as upstream, Gateway(config({"a": upstream.url}, server="log: text, trace: {propagate: all}")) as gateway:
        request_id = chat(gateway, SAMPLED).headers["x-request-id"]
        eventually("the line ends with both ids", lambda: f" [{request_id} trace {TRACE}]\n" in gateway.log())
        request_id = chat(gateway).headers["x-request-id"]
        eventually("without a trace with one", lambda: f" [{request_id}]\n" in gateway.log())


def nothing_is_traced_by_default() -> None:
    with FakeUpstream(good) as upstream, Gateway(config({"a": upstream.url})) as gateway:
        answer = chat(gateway, SAMPLED, STATE)
        assert "trace_id" not in access_line(gateway, answer.headers["x-request-id"])
        assert not {"traceparent", "tracestate"} & set(upstream.requests[0].headers)
        assert metric(gateway, 'breakwater_trace_spans_total{result="exported"}') == 0


# --- collectors that fail ----------------------------------------------------------------------------------------------


def spans_counted(gateway: Gateway, result: str) -> float:
    return metric(gateway, f'breakwater_trace_spans_total{{result="{result}"}}') or 0


def lines_of_outages(gateway: Gateway) -> list[str]:
    return [line for line in gateway.log().splitlines() if "server.trace.otlp" in line]


def a_collector_that_is_gone_costs_spans_only() -> None:
    with FakeUpstream(good) as upstream:
        text = config({"a": upstream.url}, server=trace(closed_port(), ", queue: 128"))
        with Gateway(text) as gateway:
            answers: list[Answer] = [chat(gateway) for _ in range(100)]
            assert all(answer.status == 200 and answer.seconds < 1 for answer in answers), [answer.seconds for answer in answers]
            dropped = eventually("spans are dropped", lambda: spans_counted(gateway, "dropped"))
            assert dropped >= 72 and spans_counted(gateway, "exported") == 0, dropped
            started = time.monotonic()
            gateway.stop()
            assert time.monotonic() - started < 5, "the end of the process is not held up"
            (line,) = lines_of_outages(gateway)
            assert "canary" not in line and "127.0.0.1" not in line, line


def a_collector_that_is_silent_costs_spans_only() -> None:
    silent = Collector(lambda _: Reply(ending=Ending.STALL))
    with traced(good, more=", queue: 128, timeout: 1m", collector=silent) as (gateway, collector, _):
        answers = [chat(gateway) for _ in range(100)]
        assert all(answer.status == 200 and answer.seconds < 1 for answer in answers)
        eventually("spans are dropped", lambda: spans_counted(gateway, "dropped") >= 72)
        collector.wait_for_request(timeout=15)
        assert all(chat(gateway).status == 200 for _ in range(10))
        started = time.monotonic()
        gateway.stop()
        assert 1 < time.monotonic() - started < 10, "it is waited for, but not for long"


def a_batch_is_sent_again_where_that_may_help() -> None:
    def busy_once(_: Any) -> Reply:
        return json_reply({}, 503, [("retry-after", "1")]) if len(collector.requests) == 1 else json_reply({})

    collector = Collector(busy_once)
    with traced(good, collector=collector) as (gateway, _, _):
        chat(gateway)
        eventually("both spans are taken", lambda: spans_counted(gateway, "exported") == 2, timeout=15)
        first, second = collector.requests
        assert first.body == second.body and second.at - first.at >= 1
        assert spans_counted(gateway, "failed") == 0 and not lines_of_outages(gateway)


def a_collector_that_cannot_be_reached_in_time_is_tried_again() -> None:
    with socket.socket() as listener, FakeUpstream(good) as upstream:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(3)]  # more than there is room for: nobody else gets an answer
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with Gateway(config({"a": upstream.url}, server=trace(endpoint, ", timeout: 200ms"))) as gateway:
            chat(gateway)
            time.sleep(6)  # a batch waits for 5 s
            assert spans_counted(gateway, "failed") == 0, "given up after the first try"
            for each in waiting:
                each.close()
            threading.Thread(target=take_all, args=(listener,), daemon=True).start()
            eventually("both spans are taken", lambda: spans_counted(gateway, "exported") == 2, timeout=20)


def take_all(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            if connection.recv(1 << 20):
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")


def a_new_collector_is_not_kept_waiting_by_the_old_one() -> None:
    busy = json_reply({}, 503, [("retry-after", "60")])
    with FakeUpstream(good) as upstream, Collector(lambda _: busy) as old, Collector() as new:
        with Gateway(config({"a": upstream.url}, server=trace(old.url))) as gateway:
            chat(gateway)
            old.wait_for_request(timeout=15)
            gateway.config_path.write_text(config({"a": upstream.url}, server=trace(new.url)))
            os.kill(gateway.pid, signal.SIGHUP)
            assert len(new.wait(2)) == 2 and len(old.requests) == 1


def a_second_signal_ends_the_wait_for_the_collector() -> None:
    silent = Collector(lambda _: Reply(ending=Ending.STALL))
    with traced(lambda _: Reply(ending=Ending.STALL), more=", timeout: 1m", collector=silent) as (gateway, collector, upstream):
        with Client(gateway.listen) as client:
            client.send(post(chat_body()))
            upstream.wait_for_request()
            os.kill(gateway.pid, signal.SIGTERM)
            eventually("it drains", lambda: "Draining" in gateway.log())
            os.kill(gateway.pid, signal.SIGTERM)
            started = time.monotonic()
            assert gateway.wait(10) == 0
            took = time.monotonic() - started
            assert took < 2, took
            assert len(collector.requests) <= 1


def a_batch_that_is_refused_is_not_sent_again() -> None:
    partial = json_reply({"partialSuccess": {"rejectedSpans": "1", "errorMessage": "canary"}})
    for reply, exported, failed in ((failing(400)(None), 0, 2), (partial, 1, 1), (Reply(200, body=b"what"), 2, 0)):
        with traced(good, collector=Collector(lambda _, reply=reply: reply)) as (gateway, collector, _):
            chat(gateway)
            eventually("all are counted", lambda g=gateway: spans_counted(g, "exported") + spans_counted(g, "failed") == 2, timeout=15)
            assert (spans_counted(gateway, "exported"), spans_counted(gateway, "failed")) == (exported, failed)
            assert len(collector.requests) == 1 and "canary" not in gateway.log()
            assert len(lines_of_outages(gateway)) == (1 if exported == 0 else 0), gateway.log_tail()


def a_full_batch_does_not_wait() -> None:
    with traced(good) as (gateway, collector, _):
        started = time.monotonic()
        for _ in range(260):
            chat(gateway)
        took = time.monotonic() - started
        assert all(len(list(spans_in(request))) <= 512 for request in collector.requests)
        if took < 4:  # or the first ones were sent for their age
            eventually("one is full", lambda: len(collector.spans()) == 512, timeout=2)
        gateway.stop()
        assert len(collector.spans()) == 520


def spans_follow_the_configuration() -> None:
    with FakeUpstream(good) as upstream, Collector() as old, Collector() as new:
        with Gateway(config({"a": upstream.url}, server=trace(old.url))) as gateway:
            chat(gateway)
            gateway.config_path.write_text(config({"a": upstream.url}, server=trace(new.url)))
            os.kill(gateway.pid, signal.SIGHUP)
            eventually("it is in force", lambda: metric(gateway, "breakwater_config_generation") == 2)
            chat(gateway)
            gateway.stop()
            assert len(old.spans()) + len(new.spans()) == 4 and len(new.spans()) >= 2
            assert not [line for line in log_lines(gateway) if line.get("level") == "error"], gateway.log_tail()


if __name__ == "__main__":
    sys.exit(
        run(
            a_failover_is_seen_whole,
            a_hedge_is_a_span_beside_the_late_one,
            whatever_ends_is_a_span,
            an_answer_that_breaks_off_is_a_failure,
            a_realtime_session_is_traced_too,
            what_is_passed_on_is_traced_too,
            the_client_decides_where_it_has_a_trace,
            strangers_do_not_decide,
            every_new_trace_is_sampled_unless_configured,
            providers_are_told_only_where_configured,
            a_trace_is_passed_on_where_nobody_collects_spans,
            a_text_log_names_the_trace,
            nothing_is_traced_by_default,
            a_collector_that_is_gone_costs_spans_only,
            a_collector_that_is_silent_costs_spans_only,
            a_batch_is_sent_again_where_that_may_help,
            a_collector_that_cannot_be_reached_in_time_is_tried_again,
            a_new_collector_is_not_kept_waiting_by_the_old_one,
            a_second_signal_ends_the_wait_for_the_collector,
            a_batch_that_is_refused_is_not_sent_again,
            a_full_batch_does_not_wait,
            spans_follow_the_configuration,
        )
    )
