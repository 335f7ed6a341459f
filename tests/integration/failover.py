"""A failing attempt is replaced invisibly until the first content has gone out; after that the client learns the truth (C3, C4)."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from contextlib import contextmanager

from support import (
    ROLE,
    Ending,
    STOP,
    Answer,
    FakeUpstream,
    Gateway,
    Reply,
    access_line,
    chat,
    closed_port,
    completion,
    config,
    failing,
    gateway_before,
    good,
    json_reply,
    metric,
    run,
    sse_reply,
    text,
)

QUICK = "retry: {attempts: 4, backoff_min: 5ms, backoff_max: 20ms}"


def expect_served_by_b(answer: Answer, stream: bool, attempts: int | None = 2) -> None:
    assert answer.status == 200 and answer.complete, (answer.status, answer.body)
    assert answer.headers["x-breakwater-deployment"] == "b", answer.headers
    if attempts:
        assert answer.attempts == attempts, answer.attempts
    if stream:
        assert answer.text() == "Hello world" and answer.done(), answer.body
        roles = [e for e in answer.events() if isinstance(e, dict) and "role" in e["choices"][0]["delta"]]
        assert len(roles) == 1, answer.body
    else:
        assert answer.json()["choices"][0]["message"]["content"] == "Hello world"


@contextmanager
def resetting_upstream(after: bytes):
    """Reads a request, sends `after`, and resets the connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.recv(65536)
            connection.sendall(after)
            time.sleep(0.05)  # so that the bytes arrive as bytes and not as part of the reset
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def both_ways(handler, attempts: int | None = 2) -> None:
    with gateway_before(handler, good, route=QUICK) as (gateway, *_):
        for stream in (False, True):
            expect_served_by_b(chat(gateway, stream=stream), stream, attempts)


def replaces_429_and_leaves_it_alone_for_a_while() -> None:
    for stream in (False, True):
        with gateway_before(failing(429, "rate_limit_exceeded"), good, route=QUICK) as (gateway, a, b):
            expect_served_by_b(chat(gateway, stream=stream), stream, 2)
            expect_served_by_b(chat(gateway, stream=stream), stream, 1)
            assert (len(a.requests), len(b.requests)) == (1, 2)
            time.sleep(1.1)
            expect_served_by_b(chat(gateway, stream=stream), stream, 2)


def replaces_500_after_one_more_try() -> None:
    both_ways(failing(500), attempts=3)


def replaces_html() -> None:
    page = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"
    both_ways(lambda _: Reply(200, [("content-type", "text/html")], page))
    both_ways(lambda _: Reply(502, [("content-type", "text/html")], page), attempts=None)


def replaces_an_error_inside_a_200() -> None:
    both_ways(lambda _: json_reply({"error": {"message": "overloaded", "type": "server_error", "code": "overloaded"}}), attempts=None)


def replaces_an_error_as_first_event() -> None:
    both_ways(lambda _: sse_reply([{"error": {"message": "overloaded", "type": "server_error"}}]), attempts=None)


def replaces_an_empty_answer() -> None:
    both_ways(lambda _: Reply(200, [("content-type", "text/event-stream")]), attempts=None)
    both_ways(lambda _: sse_reply(["[DONE]"]), attempts=None)


def replaces_a_stream_that_ends_after_its_role() -> None:
    both_ways(lambda _: sse_reply([ROLE], ending=Ending.CUT), attempts=None)
    both_ways(lambda _: sse_reply([ROLE]), attempts=None)


def replaces_a_truncated_whole_answer() -> None:
    def half(_):
        whole = json_reply(completion())
        return Reply(200, whole.headers, whole.body[: len(whole.body) // 2], ending=Ending.CUT)

    with gateway_before(half, good, route=QUICK) as (gateway, *_):
        expect_served_by_b(chat(gateway), False, None)


def replaces_resets_and_refusals() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    role = b"data: " + json.dumps(ROLE).encode() + b"\n\n"
    for after in (b"", b"HTTP/1.1 2", head, head + b"%x\r\n%s\r\n" % (len(role), role)):
        with resetting_upstream(after) as broken, FakeUpstream(good) as upstream:
            with Gateway(config({"a": broken, "b": upstream.url}, route=QUICK)) as gateway:
                expect_served_by_b(chat(gateway, stream=True), True, None)
    with FakeUpstream(good) as upstream, Gateway(config({"a": closed_port(), "b": upstream.url}, route=QUICK)) as gateway:
        for stream in (False, True):
            answer = chat(gateway, stream=stream)
            expect_served_by_b(answer, stream, None)
            assert answer.seconds < 1.0, answer.seconds


def does_not_repeat_a_bad_request() -> None:
    with gateway_before(failing(400, "invalid_value"), good) as (gateway, a, b):
        answer = chat(gateway)
        assert answer.status == 400 and answer.error["code"] == "invalid_value", answer.body
        assert answer.headers["x-should-retry"] == "false"
        assert (len(a.requests), len(b.requests)) == (1, 0)


def a_providers_401_is_not_the_clients() -> None:
    with gateway_before(failing(401, "invalid_api_key")) as (gateway, _):
        answer = chat(gateway)
        assert answer.status == 502, answer.status
        assert answer.error["metadata"]["status"] == 401


def an_error_after_content_goes_in_band() -> None:
    for ending, events in ((Ending.CUT, [ROLE, text("Hello")]), (Ending.FINISH, [ROLE, text("Hello"), "{broken"])):
        # With a pause, or content and failure arrive in one read and the attempt can still be replaced.
        with gateway_before(lambda _: sse_reply(events, ending=ending, gap=0.05), good) as (gateway, _, b):
            answer = chat(gateway, stream=True)
            assert answer.status == 200 and answer.complete
            assert answer.text() == "Hello" and not answer.done()
            assert answer.stream_error()["code"].startswith("upstream_"), answer.body
            assert not any(isinstance(e, dict) and e.get("choices") and e["choices"][0]["finish_reason"] for e in answer.events())
            assert len(b.requests) == 0


def a_stream_without_done_or_finish() -> None:
    with gateway_before(lambda _: sse_reply([ROLE, text("Hello"), STOP])) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.done() and answer.text() == "Hello", answer.body
    # The second text comes in one read with the end that is none: the first is out, so the error goes in band.
    with gateway_before(lambda _: sse_reply([ROLE, text("Hello"), text(" again")], gap=0.05)) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.text() == "Hello again" and not answer.done() and answer.stream_error(), answer.body


def retry_after_reaches_the_client() -> None:
    handler = failing(429, "rate_limit_exceeded", [("retry-after", "61")])
    with gateway_before(handler, route="retry: {attempts: 3, retry_after_max: 1s}") as (gateway, a):
        answer = chat(gateway)
        assert answer.status == 429 and answer.headers["retry-after"] == "61", answer.headers
        assert len(a.requests) == 1 and answer.seconds < 1.0
        # Nor is the provider asked by whoever comes next.
        answer = chat(gateway)
        assert answer.status == 429 and 58 <= int(answer.headers["retry-after"]) <= 60, answer.headers
        assert len(a.requests) == 1 and answer.attempts == 0 and answer.seconds < 0.5


def all_down_is_one_clear_error_at_once() -> None:
    urls = {"a": closed_port(), "b": closed_port()}
    with Gateway(config(urls, route=QUICK + ", breaker: off")) as gateway:
        chat(gateway)
        for stream in (False, True):
            answer = chat(gateway, stream=stream)
            assert answer.status == 502 and answer.error["code"] == "upstream_connect_failed", answer.body
            assert answer.headers["x-request-id"] and answer.attempts == 4
            assert answer.seconds < 0.5, answer.seconds


def one_attempt_means_one() -> None:
    with gateway_before(failing(500), good, route="retry: {attempts: 1}") as (gateway, a, b):
        assert chat(gateway).status == 502
        assert (len(a.requests), len(b.requests)) == (1, 0)


def what_a_client_repeats_pays_for_no_retry() -> None:
    """With a budget of one retry for each request, a request that is itself a retry brings none."""
    with gateway_before(failing(503), route="retry: {attempts: 2, budget: 100%, budget_floor: 0/s, backoff_min: 1ms}, breaker: off") as (gateway, a):
        assert chat(gateway, "x-stainless-retry-count: 1", "x-request-id: repeated").status == 503
        assert len(a.requests) == 1, "a client's retry was retried on a budget that nobody had filled"
        assert chat(gateway, "x-stainless-retry-count: 0").status == 503
        assert len(a.requests) == 3
        assert access_line(gateway, "repeated")["client_retries"] == 1
        assert metric(gateway, 'breakwater_client_retries_total{route="r"}') == 1


if __name__ == "__main__":
    sys.exit(
        run(
            what_a_client_repeats_pays_for_no_retry,
            replaces_429_and_leaves_it_alone_for_a_while,
            replaces_500_after_one_more_try,
            replaces_html,
            replaces_an_error_inside_a_200,
            replaces_an_error_as_first_event,
            replaces_an_empty_answer,
            replaces_a_stream_that_ends_after_its_role,
            replaces_a_truncated_whole_answer,
            replaces_resets_and_refusals,
            does_not_repeat_a_bad_request,
            a_providers_401_is_not_the_clients,
            an_error_after_content_goes_in_band,
            a_stream_without_done_or_finish,
            retry_after_reaches_the_client,
            all_down_is_one_clear_error_at_once,
            one_attempt_means_one,
        )
    )
