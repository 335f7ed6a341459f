"""The provider is slow, falls silent, or sends more than anyone can read: rows 12, 13, 20 and 21 of docs/faults.md."""

from __future__ import annotations

import re
import sys
import threading

from scenario import (
    EARLY,
    ROLE,
    STOP,
    STREAMS,
    WHOLE,
    Answer,
    Breaks,
    Client,
    Ending,
    Fails,
    Gateway,
    Reply,
    Retries,
    Way,
    access_line,
    chat,
    chat_body,
    completion,
    gateway_before,
    good,
    json_reply,
    meet,
    post,
    run_together,
    sse_reply,
    text,
)

TIMER = 0.3


def no_head() -> None:
    """A stream is asked elsewhere when its head is late. A whole answer may take its time, up to the total."""
    never = lambda _: Reply(head_after=60)
    streamed = Fails(504, "upstream_head_timeout", Retries.LATER)
    meet(never, streamed, STREAMS, timeouts="head: 300ms", look=expect_seconds)
    meet(never, Fails(504, "deadline_exceeded", Retries.NEVER), WHOLE, timeouts="head: 300ms, total: 700ms")


def expect_seconds(answer: Answer, way: Way) -> None:
    tries = 1 if way.fallback else Retries.LATER.alone
    assert TIMER * tries - EARLY <= answer.seconds <= TIMER * tries + 1.0, answer.seconds


def no_first_token() -> None:
    late = Fails(504, "upstream_first_token_timeout", Retries.LATER)
    silent = lambda _: sse_reply([ROLE], ending=Ending.STALL)
    meet(silent, late, STREAMS, timeouts="first_token: 300ms", look=expect_seconds)
    chatty = lambda _: Reply(200, [("content-type", "text/event-stream")], b": ping\n\n" * 500, cut=lambda b: [b": ping\n\n"] * 500, gap=0.03)
    meet(chatty, late, STREAMS, timeouts="first_token: 300ms", look=expect_seconds)


def silence_in_the_middle_of_a_stream() -> None:
    stalls = lambda _: sse_reply([ROLE, text("Hello")], ending=Ending.STALL)
    meet(stalls, Breaks("upstream_stalled"), STREAMS, timeouts="gap: 300ms")


def silence_in_the_middle_of_a_whole_answer() -> None:
    half = Reply(200, [("content-type", "application/json")], json_reply(completion()).body[:60], ending=Ending.STALL)
    meet(lambda _: half, Fails(504, "upstream_stalled", Retries.LATER), WHOLE, timeouts="gap: 300ms", look=expect_seconds)


def a_stalled_call_is_ended_and_what_came_is_counted() -> None:
    stalls = lambda _: sse_reply([ROLE, text("Hello"), text(" there")], ending=Ending.STALL, gap=0.05)
    with gateway_before(stalls, route="timeouts: {gap: 300ms}") as (gateway, upstream):
        chat(gateway, "x-request-id: stalled", stream=True)
        assert upstream.requests[0].peer_gone.wait(0.5), "the stalled upstream call was not ended"
        line = access_line(gateway, "stalled")
        assert line["events"] == 2 and line["attempts"][0]["first_token_ms"] > 0 and line["bytes_out"] > 0, line


def a_slow_stream_is_pinged_and_can_still_be_replaced() -> None:
    """A ping fixes the status 200, not the deployment."""
    silent = lambda _: sse_reply([ROLE], ending=Ending.STALL)
    options = {"server": "timeouts: {ping: 1s}"}
    with gateway_before(silent, good, route="timeouts: {first_token: 1300ms}", **options) as (gateway, a, b):
        answer = chat(gateway, "x-request-id: pinged", stream=True)
        assert answer.status == 200 and answer.text() == "Hello world" and answer.done(), answer.body
        assert answer.body.startswith(b": ping\n\n") and (len(a.requests), len(b.requests)) == (1, 1)
        line = access_line(gateway, "pinged")
        assert [attempt["outcome"] for attempt in line["attempts"]] == ["upstream_first_token_timeout", "ok"]
        assert line["deployment"] == "b" and line["ended"] == "complete", line


def an_error_after_a_ping_comes_in_band() -> None:
    silent = lambda _: sse_reply([ROLE], ending=Ending.STALL)
    with gateway_before(silent, route="retry: {attempts: 1}, timeouts: {first_token: 1300ms}", server="timeouts: {ping: 1s}") as (gateway, _):
        answer = chat(gateway, "x-request-id: pinged", stream=True)
        assert answer.status == 200 and answer.text() == "" and not answer.done(), answer.body
        assert answer.stream_error()["code"] == "upstream_first_token_timeout" and answer.stream_error()["retryable"] is True
        assert access_line(gateway, "pinged")["ended"] == "error_in_stream"


def resident_mb(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


ONE_ATTEMPT = "retry: {attempts: 1}"
ENDLESS = b"data: " + b"x" * (17 << 20)


def an_event_without_end() -> None:
    alone = Reply(200, [("content-type", "text/event-stream")], ENDLESS)
    with gateway_before(lambda _: alone, route=ONE_ATTEMPT) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.status == 502 and answer.error["code"] == "upstream_invalid_response", answer.body
        # An allocator that looks for mistakes keeps what was freed for a while, so the bound is a wide one.
        for _ in range(3):
            assert chat(gateway, stream=True).status == 502
        assert resident_mb(gateway.pid) < 500, "memory grows with events that have no end"
    with gateway_before(lambda _: alone, good) as (gateway, _, b):
        answer = chat(gateway, stream=True)
        assert answer.done() and answer.attempts == 2 and len(b.requests) == 1, answer.body


def an_event_without_end_after_content() -> None:
    begun = sse_reply([ROLE, text("Hello")])
    reply = Reply(200, begun.headers, b"-", cut=lambda _: [*begun.cut(b""), ENDLESS], framing=begun.framing, gap=0.05)
    with gateway_before(lambda _: reply, good) as (gateway, _, b):
        answer = chat(gateway, stream=True)
        assert answer.text() == "Hello" and not answer.done() and len(b.requests) == 0
        assert answer.stream_error()["code"] == "upstream_invalid_response", answer.body


EVENTS = 40_000


def a_flood_of_events() -> None:
    """Order is kept, nothing is lost, and others are served meanwhile."""
    flood = sse_reply([ROLE, *[text(f"{n} ") for n in range(EVENTS)], STOP, "[DONE]"])
    with gateway_before(lambda r: flood if r.json().get("stream") else json_reply(completion())) as (gateway, _):
        received: list[bytes] = []
        thread = threading.Thread(target=lambda: received.extend(read_all(gateway, "flood")))
        thread.start()
        waits = []
        while thread.is_alive():
            waits.append(chat(gateway).seconds)
        assert sorted(waits)[len(waits) // 2] < 0.5, f"others waited behind a flood of events: {waits}"
        body = b"".join(received)
        assert re.findall(rb'"content":"(\d+) "', body) == [b"%d" % n for n in range(EVENTS)] and b"data: [DONE]" in body[-30:]
        assert len(received) < EVENTS / 4, "each event was a write of its own"
        assert access_line(gateway, "flood")["events"] == EVENTS


def read_all(gateway: Gateway, request_id: str) -> list[bytes]:
    """What each read of a stream brings, without a look at it."""
    reads = []
    with Client(gateway.listen, timeout=60) as client:
        client.send(post(chat_body(stream=True), f"x-request-id: {request_id}", "Connection: close"))
        while data := client.receive():
            reads.append(data)
    return reads


if __name__ == "__main__":
    sys.exit(
        run_together(
            no_head,
            no_first_token,
            silence_in_the_middle_of_a_stream,
            silence_in_the_middle_of_a_whole_answer,
            a_stalled_call_is_ended_and_what_came_is_counted,
            a_slow_stream_is_pinged_and_can_still_be_replaced,
            an_error_after_a_ping_comes_in_band,
            an_event_without_end,
            an_event_without_end_after_content,
            a_flood_of_events,
        )
    )
