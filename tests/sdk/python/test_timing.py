"""Timeouts, retries by the SDK, and what happens upstream when the client goes away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import openai
import pytest
from conftest import async_client_for, client_for
from openai import OpenAI
from upstreams import MODEL, chunk, completion, gateway_before

from blackbox.fake_upstream import Ending, FakeUpstream, Reply, Request, json_reply, sse_reply
from blackbox.gateway import Gateway

MESSAGES = [{"role": "user", "content": "hello"}]
CANCEL_SECONDS = 1.0


def endless_stream(_: Request) -> Reply:
    deltas = [chunk({"role": "assistant", "content": ""}), *(chunk({"content": f"word {n} "}) for n in range(3))]
    return sse_reply(deltas, ending=Ending.STALL)


def silent(_: Request) -> Reply:
    return Reply(head_after=60.0)


@pytest.fixture
def before_endless_stream() -> Iterator[tuple[Gateway, FakeUpstream]]:
    with gateway_before(endless_stream) as pair:
        yield pair


@pytest.fixture
def before_silence() -> Iterator[tuple[Gateway, FakeUpstream]]:
    with gateway_before(silent) as pair:
        yield pair


def assert_cancelled(upstream: FakeUpstream, since: float) -> None:
    request = upstream.wait_for_request()
    assert request.peer_gone.wait(CANCEL_SECONDS), "the upstream call goes on although the client went away"
    assert request.peer_gone_at - since < CANCEL_SECONDS


def test_sdk_timeout(client: OpenAI) -> None:
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.5).chat.completions.create(model="sim/slow-head-5s", messages=MESSAGES)


def test_sdk_timeout_cancels_upstream(before_silence: tuple[Gateway, FakeUpstream]) -> None:
    gateway, upstream = before_silence
    with pytest.raises(openai.APITimeoutError):
        client_for(gateway, timeout=0.5).chat.completions.create(model=MODEL, messages=MESSAGES)
    assert_cancelled(upstream, time.monotonic())


def test_a_closed_stream_cancels_upstream(before_endless_stream: tuple[Gateway, FakeUpstream]) -> None:
    gateway, upstream = before_endless_stream
    stream = client_for(gateway).chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
    assert next(text for part in stream if (text := part.choices[0].delta.content)) == "word 0 "
    closed = time.monotonic()
    stream.close()
    assert_cancelled(upstream, closed)


def test_a_cancelled_task_cancels_upstream(before_silence: tuple[Gateway, FakeUpstream]) -> None:
    gateway, upstream = before_silence

    async def ask_and_cancel() -> float:
        async with async_client_for(gateway) as client:
            task = asyncio.create_task(client.chat.completions.create(model=MODEL, messages=MESSAGES))
            await asyncio.to_thread(upstream.wait_for_request)
            task.cancel()
            cancelled = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await task
        return cancelled

    assert_cancelled(upstream, asyncio.run(ask_and_cancel()))


def test_the_gateway_serves_on_after_a_cancel(before_endless_stream: tuple[Gateway, FakeUpstream]) -> None:
    gateway, _ = before_endless_stream
    client = client_for(gateway)
    for _ in range(3):
        stream = client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        assert next(iter(stream)).choices
        stream.close()


def failing_once(first: Reply) -> Callable[[Request], Reply]:
    replies = iter([first])
    return lambda _: next(replies, json_reply(completion("at last")))


RATE_LIMITED = {"error": {"message": "slow down", "type": "requests", "param": None, "code": "rate_limit_exceeded"}}
OUT_OF_QUOTA = {
    "error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "param": None, "code": "insufficient_quota"}
}


def test_the_sdk_retries_when_told_after_the_time_told() -> None:
    with gateway_before(failing_once(json_reply(RATE_LIMITED, 429, [("retry-after", "1")]))) as (gateway, upstream):
        started = time.monotonic()
        answer = client_for(gateway, max_retries=2).chat.completions.create(model=MODEL, messages=MESSAGES)
        assert answer.choices[0].message.content == "at last"
        assert len(upstream.requests) == 2
        assert time.monotonic() - started >= 1.0


def test_the_sdk_does_not_retry_when_told_that_it_is_of_no_use() -> None:
    with gateway_before(failing_once(json_reply(OUT_OF_QUOTA, 429))) as (gateway, upstream):
        with pytest.raises(openai.RateLimitError) as caught:
            client_for(gateway, max_retries=2).chat.completions.create(model=MODEL, messages=MESSAGES)
        assert caught.value.response.headers["x-should-retry"] == "false"
        assert caught.value.code == "insufficient_quota"
        assert len(upstream.requests) == 1
