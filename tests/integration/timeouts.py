"""Each of the five timers ends what it guards with its own code; one deadline covers everything (C5, C6)."""

from __future__ import annotations

import sys

from support import (
    ROLE,
    Ending,
    STOP,
    Answer,
    FakeUpstream,
    Gateway,
    Reply,
    black_hole,
    chat,
    completion,
    config,
    gateway_before,
    good,
    json_reply,
    run,
    sse_reply,
    text,
)


def once(timeouts: str) -> str:
    return f"retry: {{attempts: 1}}, timeouts: {{{timeouts}}}"


def expect_timeout(answer: Answer, code: str, at_least: float, at_most: float) -> None:
    assert answer.status == 504 and answer.error["code"] == code, (answer.status, answer.body)
    # A timer counts from when its event was taken up, which may be milliseconds before the clock was looked at here.
    assert at_least - 0.01 <= answer.seconds <= at_most, answer.seconds


def connect_timer() -> None:
    with black_hole() as url, Gateway(config({"a": url}, route=once("connect: 300ms"))) as gateway:
        for stream in (False, True):
            expect_timeout(chat(gateway, stream=stream), "upstream_connect_timeout", 0.3, 0.7)


def connect_timer_leads_to_the_next() -> None:
    with black_hole() as url, FakeUpstream(good) as upstream:
        with Gateway(config({"a": url, "b": upstream.url}, route="timeouts: {connect: 300ms}")) as gateway:
            answer = chat(gateway, stream=True)
            assert answer.text() == "Hello world" and answer.attempts == 2, answer.body


def head_timer() -> None:
    slow = lambda _: Reply(head_after=30)
    with gateway_before(slow, route=once("head: 300ms")) as (gateway, _):
        expect_timeout(chat(gateway, stream=True), "upstream_head_timeout", 0.3, 0.7)


def first_token_timer() -> None:
    role_only = lambda _: sse_reply([ROLE], ending=Ending.STALL)
    with gateway_before(role_only, route=once("first_token: 300ms")) as (gateway, _):
        expect_timeout(chat(gateway, stream=True), "upstream_first_token_timeout", 0.3, 0.7)


def comments_do_not_reset_the_first_token_timer() -> None:
    chatter = lambda _: Reply(
        200, [("content-type", "text/event-stream")], b": ping\n\n" * 200, cut=lambda b: [b": ping\n\n"] * 200, gap=0.05
    )
    with gateway_before(chatter, route=once("first_token: 400ms")) as (gateway, _):
        expect_timeout(chat(gateway, stream=True), "upstream_first_token_timeout", 0.4, 0.8)


def gap_timer() -> None:
    stalls = lambda _: sse_reply([ROLE, text("Hello")], ending=Ending.STALL)
    with gateway_before(stalls, route=once("gap: 300ms")) as (gateway, upstream):
        answer = chat(gateway, stream=True)
        assert answer.status == 200 and answer.text() == "Hello" and not answer.done()
        assert answer.stream_error()["code"] == "upstream_stalled", answer.body
        assert 0.3 <= answer.seconds <= 0.7, answer.seconds
        assert upstream.requests[0].peer_gone.wait(0.5), "the stalled upstream call was not ended"


def total_timer() -> None:
    with gateway_before(lambda _: Reply(head_after=30), route=once("total: 400ms")) as (gateway, _):
        for stream in (False, True):
            expect_timeout(chat(gateway, stream=stream), "deadline_exceeded", 0.4, 0.8)
    lively = lambda _: sse_reply([text("x")] * 200, gap=0.02)
    with gateway_before(lively, route=once("total: 400ms")) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.stream_error()["code"] == "deadline_exceeded", answer.body
        assert 0.4 <= answer.seconds <= 0.8


def the_clients_deadline_shortens_the_total() -> None:
    with gateway_before(lambda _: Reply(head_after=30), lambda _: Reply(head_after=30)) as (gateway, a, b):
        for stream in (False, True):
            answer = chat(gateway, "x-breakwater-timeout-ms: 300", stream=stream)
            expect_timeout(answer, "deadline_exceeded", 0.3, 0.7)
        assert len(b.requests) == 0, "an attempt was started after the deadline"


def the_clients_deadline_cannot_lengthen_the_total() -> None:
    with gateway_before(lambda _: Reply(head_after=30), route=once("total: 300ms")) as (gateway, _):
        expect_timeout(chat(gateway, "x-breakwater-timeout-ms: 60000"), "deadline_exceeded", 0.3, 0.7)


def sdk_timeouts_count() -> None:
    with gateway_before(lambda _: Reply(head_after=30)) as (gateway, _):
        expect_timeout(chat(gateway, "X-Stainless-Timeout: 0.4"), "deadline_exceeded", 0.4, 0.8)
        expect_timeout(chat(gateway, "x-stainless-read-timeout: 0.4", stream=True), "deadline_exceeded", 0.4, 0.8)
    slow_stream = lambda _: sse_reply([ROLE, *[text("x")] * 10, STOP, "[DONE]"], gap=0.1)
    with gateway_before(slow_stream) as (gateway, _):
        answer = chat(gateway, "X-Stainless-Timeout: 0.5", stream=True)
        assert answer.done(), "the SDK's patience for the first byte cut a stream that had begun"


def a_whole_answer_may_be_slow() -> None:
    slow = lambda _: Reply(200, [("content-type", "application/json")], json_reply(completion()).body, head_after=0.6)
    with gateway_before(slow, route=once("connect: 100ms, head: 100ms, first_token: 100ms, gap: 100ms, total: 5s")) as (gateway, _):
        assert chat(gateway).status == 200


def silent_streams_get_pings() -> None:
    slow = lambda _: sse_reply([ROLE, text("Hello"), text(" world"), STOP, "[DONE]"], gap=1.3)
    with gateway_before(slow, server="timeouts: {ping: 1s}") as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.text() == "Hello world" and answer.done(), answer.body
        assert answer.body.count(b": ping\n\n") >= 3, answer.body


if __name__ == "__main__":
    sys.exit(
        run(
            connect_timer,
            connect_timer_leads_to_the_next,
            head_timer,
            first_token_timer,
            comments_do_not_reset_the_first_token_timer,
            gap_timer,
            total_timer,
            the_clients_deadline_shortens_the_total,
            the_clients_deadline_cannot_lengthen_the_total,
            sdk_timeouts_count,
            a_whole_answer_may_be_slow,
            silent_streams_get_pings,
        )
    )
