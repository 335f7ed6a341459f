"""A stream never lies: whatever breaks behind the gateway is an exception for its user, not an answer that looks complete."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from conftest import client_for
from openai import OpenAI

from blackbox.gateway import Gateway, server_section

MESSAGES = [{"role": "user", "content": "tell me a long story"}]


@pytest.fixture(scope="module")
def impatient_gateway() -> Iterator[Gateway]:
    """Timers short enough for a test, and one attempt, so that what happens is what the provider did."""
    config = server_section() + """
providers: {sim: {dialect: sim}}
defaults:
  retry: {attempts: 1}
  timeouts: {head: 1s, first_token: 1s, gap: 500ms}
"""
    with Gateway(config) as running:
        yield running


def read_until_failure(client: OpenAI, model: str) -> tuple[str, openai.APIError]:
    """The text that came, and the error after it."""
    text = ""
    with pytest.raises(openai.APIError) as caught:
        for chunk in client.chat.completions.create(model=model, messages=MESSAGES, stream=True):
            text += chunk.choices[0].delta.content or ""
            assert chunk.choices[0].finish_reason is None
    return text, caught.value


@pytest.mark.parametrize("model", ["sim/cut-after-5:gap=5ms", "sim/stall-after-5", "sim/malformed-after-5:gap=5ms"])
def test_a_break_after_content_is_an_error_in_the_stream(impatient_gateway: Gateway, model: str) -> None:
    text, error = read_until_failure(client_for(impatient_gateway), model)
    assert text
    assert not isinstance(error, openai.APIStatusError) and error.code and error.type == "server_error"


@pytest.mark.parametrize("model", ["sim/cut-before", "sim/error-first-event", "sim/slow-head-5s"])
def test_a_break_before_content_is_an_http_error(impatient_gateway: Gateway, model: str) -> None:
    text, error = read_until_failure(client_for(impatient_gateway), model)
    assert text == "" and isinstance(error, openai.InternalServerError)


@pytest.mark.parametrize("model", ["sim/cut-before", "sim/cut-after-5", "sim/stall-after-5", "sim/malformed-after-5"])
def test_a_break_of_a_whole_answer_is_an_http_error(impatient_gateway: Gateway, model: str) -> None:
    with pytest.raises(openai.InternalServerError):
        client_for(impatient_gateway).chat.completions.create(model=model, messages=MESSAGES)


def test_a_whole_answer_is_bounded_by_the_deadline_of_the_request(impatient_gateway: Gateway) -> None:
    """Its head comes when the model has finished, so the timers of a stream's beginning say nothing about it."""
    with pytest.raises(openai.InternalServerError) as caught:
        client_for(impatient_gateway).chat.completions.create(
            model="sim/slow-head-5s", messages=MESSAGES, extra_headers={"x-breakwater-timeout-ms": "500"}
        )
    assert caught.value.status_code == 504 and caught.value.code == "deadline_exceeded"


def test_timeouts_say_so(impatient_gateway: Gateway) -> None:
    _, error = read_until_failure(client_for(impatient_gateway), "sim/slow-head-5s")
    assert isinstance(error, openai.APIStatusError) and error.status_code == 504


def test_a_missing_end_mark_after_the_finish_is_added(client: OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="sim/no-done", messages=MESSAGES, stream=True))
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_missing_finish_never_reaches_the_user(client: OpenAI) -> None:
    """Whether the provider's end counts as one is the gateway's decision; the user gets a finish or an error."""
    finishes = []
    try:
        for chunk in client.chat.completions.create(model="sim/no-finish", messages=MESSAGES, stream=True):
            finishes += [chunk.choices[0].finish_reason] if chunk.choices[0].finish_reason else []
    except openai.APIError:
        assert finishes == []
    else:
        assert finishes == ["stop"]


def test_failures_before_content_are_retried_out_of_sight(gateway: Gateway) -> None:
    """Three attempts against a provider that fails at every fifth request: nearly all requests succeed."""
    client = client_for(gateway)
    failed = 0
    for number in range(40):
        try:
            client.chat.completions.create(model="sim/chat:fail=20%", messages=[{"role": "user", "content": f"hello {number}"}])
        except openai.InternalServerError:
            failed += 1
    assert failed <= 4


def test_an_answer_that_another_model_completes_is_one_answer() -> None:
    """The SDK's own accumulator takes it for any stream, and the user can see on the chunks who wrote them."""
    config = server_section() + """
providers: {sim: {dialect: sim}}
deployments:
  breaks: {provider: sim, model: "cut-after-5"}
  chats: {provider: sim, model: chat}
routes:
  completed: {candidates: [breaks, chats], after_commit: [continue, restart, error]}
"""
    with Gateway(config) as running:
        client = client_for(running)
        whole = client.chat.completions.create(model="chats", messages=MESSAGES).choices[0].message.content
        with client.chat.completions.stream(model="completed", messages=MESSAGES) as stream:
            chunks = [event.chunk for event in stream if event.type == "chunk"]
            completion = stream.get_final_completion()
    assert completion.choices[0].message.content == whole and completion.choices[0].finish_reason == "stop"
    told = [(chunk.model_extra or {}).get("recovery") for chunk in chunks]
    assert told[0] is None and told[-1] == {"by": "continue", "deployment": "chats", "model": "chat"}
