"""A client that goes away ends its upstream call at once (C10), and a client that only stops sending can be waited for."""

from __future__ import annotations

import socket
import struct
import sys
import time

from support import (
    ROLE,
    Ending,
    STOP,
    Client,
    Gateway,
    Reply,
    access_line,
    black_hole,
    chat,
    chat_body,
    completion,
    config,
    eventually,
    gateway_before,
    good,
    json_reply,
    metric,
    post,
    run,
    sse_reply,
    text,
)

# The contract says 100 ms; the binary under test may be a sanitized one on a busy machine.
AT_ONCE = 0.3


def leave(client: Client, *, reset: bool) -> float:
    if reset:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()
    return time.monotonic()


def expect_upstream_closed(upstream, left: float) -> None:
    request = upstream.requests[-1]
    assert request.peer_gone.wait(5), "the upstream call goes on without its client"
    took = request.peer_gone_at - left
    assert took < AT_ONCE, f"the upstream call ended {took * 1000:.0f} ms after the client had left"


def waits_for_head(_) -> Reply:
    return Reply(head_after=60)


def stalls_after_hello(_) -> Reply:
    return sse_reply([ROLE, text("Hello")], ending=Ending.STALL)


def half_a_whole_answer(_) -> Reply:
    return Reply(200, [("content-type", "application/json")], json_reply(completion()).body[:60], ending=Ending.STALL)


def while_the_head_is_awaited() -> None:
    for stream in (False, True):
        for reset in (False, True):
            with gateway_before(waits_for_head) as (gateway, upstream):
                client = Client(gateway.listen)
                client.send(post(chat_body(stream=stream), "x-request-id: gone-1"))
                upstream.wait_for_request()
                expect_upstream_closed(upstream, leave(client, reset=reset))
                line = access_line(gateway, "gone-1")
                assert line["status"] == 499 and line["ended"] == "client_gone", line
                eventually("the disconnect is counted", lambda: metric(gateway, 'breakwater_client_disconnects_total{phase="waiting"}') == 1)


def while_the_connection_is_being_made() -> None:
    with black_hole() as url, Gateway(config({"a": url})) as gateway:
        client = Client(gateway.listen)
        client.send(post(chat_body(), "x-request-id: gone-0"))
        time.sleep(0.2)
        left = leave(client, reset=False)
        assert access_line(gateway, "gone-0")["ended"] == "client_gone"
        assert time.monotonic() - left < AT_ONCE + 0.15, "the log line, written in batches, came late"


def in_the_middle_of_a_stream() -> None:
    for reset in (False, True):
        with gateway_before(stalls_after_hello) as (gateway, upstream):
            client = Client(gateway.listen)
            client.send(post(chat_body(stream=True), "x-request-id: gone-2"))
            client.read_until(b"Hello")
            expect_upstream_closed(upstream, leave(client, reset=reset))
            line = access_line(gateway, "gone-2")
            assert line["status"] == 200 and line["ended"] == "client_gone", line


def in_a_lively_stream() -> None:
    with gateway_before(lambda _: sse_reply([text("x")] * 3000, gap=0.01)) as (gateway, upstream):
        client = Client(gateway.listen)
        client.send(post(chat_body(stream=True)))
        client.read_until(b'"x"')
        expect_upstream_closed(upstream, leave(client, reset=False))


def in_the_middle_of_a_whole_answer() -> None:
    with gateway_before(half_a_whole_answer) as (gateway, upstream):
        client = Client(gateway.listen)
        client.send(post(chat_body()))
        upstream.wait_for_request()
        time.sleep(0.1)
        expect_upstream_closed(upstream, leave(client, reset=False))


def no_retry_for_a_client_that_left() -> None:
    with gateway_before(waits_for_head, good) as (gateway, a, b):
        client = Client(gateway.listen)
        client.send(post(chat_body()))
        a.wait_for_request()
        expect_upstream_closed(a, leave(client, reset=False))
        time.sleep(0.2)
        assert len(b.requests) == 0


def a_fin_counts_as_gone() -> None:
    with gateway_before(stalls_after_hello) as (gateway, upstream), Client(gateway.listen) as client:
        client.send(post(chat_body(stream=True)))
        client.read_until(b"Hello")
        client.socket.shutdown(socket.SHUT_WR)
        expect_upstream_closed(upstream, time.monotonic())


def half_close_answer_finishes_the_answer() -> None:
    slow = lambda _: sse_reply([ROLE, text("Hello"), text(" world"), STOP, "[DONE]"], gap=0.2)
    for handler, stream in ((slow, True), (lambda _: Reply(200, [], json_reply(completion()).body, head_after=0.5), False)):
        with gateway_before(handler, server="half_close: answer") as (gateway, _), Client(gateway.listen) as client:
            client.send(post(chat_body(stream=stream)))
            client.socket.shutdown(socket.SHUT_WR)
            answer = client.answer()
            assert answer.complete and answer.status == 200, answer.body
            if stream:
                assert answer.done() and answer.text() == "Hello world", answer.body
            assert client.closed()


def half_close_answer_still_notices_a_reset() -> None:
    with gateway_before(stalls_after_hello, server="half_close: answer") as (gateway, upstream):
        client = Client(gateway.listen)
        client.send(post(chat_body(stream=True)))
        client.read_until(b"Hello")
        expect_upstream_closed(upstream, leave(client, reset=True))


def a_client_that_does_not_read_holds_the_upstream_back() -> None:
    big = text("x" * 10_000)
    with gateway_before(lambda _: sse_reply([big] * 5000), server="timeouts: {write: 1s}") as (gateway, upstream):
        client = Client(gateway.listen)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.send(post(chat_body(stream=True), "x-request-id: slow-1"))
        upstream.wait_for_request()
        start = time.monotonic()
        assert upstream.requests[0].peer_gone.wait(20), "a client that never reads keeps its upstream call"
        assert 0.9 < upstream.requests[0].peer_gone_at - start < 5
        assert access_line(gateway, "slow-1")["ended"] == "client_gone"
        client.socket.close()


def others_are_not_disturbed() -> None:
    with gateway_before(lambda r: stalls_after_hello(r) if b"leave" in r.body else good(r)) as (gateway, _):
        clients = []
        for _ in range(20):
            client = Client(gateway.listen)
            client.send(post(chat_body(stream=True, user="leave")))
            clients.append(client)
        for client in clients:
            client.read_until(b"Hello")
        for client in clients:
            leave(client, reset=True)
            assert chat(gateway, stream=True).done()
        eventually("nothing runs any more", lambda: metric(gateway, 'breakwater_attempts_in_flight{deployment="a"}') == 0)
        assert metric(gateway, "breakwater_requests_in_flight") == 0


if __name__ == "__main__":
    sys.exit(
        run(
            while_the_connection_is_being_made,
            while_the_head_is_awaited,
            in_the_middle_of_a_stream,
            in_a_lively_stream,
            in_the_middle_of_a_whole_answer,
            no_retry_for_a_client_that_left,
            a_fin_counts_as_gone,
            half_close_answer_finishes_the_answer,
            half_close_answer_still_notices_a_reset,
            a_client_that_does_not_read_holds_the_upstream_back,
            others_are_not_disturbed,
        )
    )
