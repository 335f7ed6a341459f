"""Completions of a prompt: by a provider that has the API, and by the simulator, which chats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openai import BadRequestError, OpenAI

from blackbox.fake_upstream import FakeUpstream, Reply, json_reply, sse_reply
from blackbox.gateway import Gateway, server_section
from conftest import client_for

LOGPROBS = {"tokens": [" upon"], "token_logprobs": [-0.5], "top_logprobs": [{" upon": -0.5}], "text_offset": [9]}
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def piece(text: str, finish: str | None = None, logprobs: dict[str, Any] | None = None) -> dict[str, Any]:
    choice = {"text": text, "index": 0, "logprobs": logprobs, "finish_reason": finish}
    return {"id": "cmpl-up", "object": "text_completion", "created": 1770000000, "model": "base", "choices": [choice]}


def answer(request: Any) -> Reply:
    assert request.target == "/v1/completions", request.target
    if request.json().get("stream"):
        usage = {**piece(""), "choices": [], "usage": USAGE}
        return sse_reply([piece(" upon", None, LOGPROBS), piece("", "length"), usage, "[DONE]"])
    return json_reply({**piece(" upon", "length", LOGPROBS), "usage": USAGE})


@pytest.fixture
def completing() -> Iterator[tuple[OpenAI, FakeUpstream]]:
    with FakeUpstream(answer) as upstream:
        config = server_section() + f"""
providers:
  own: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "sk-test-upstream-0001", capabilities: {{features: {{completions: native}}}}}}
deployments:
  base: {{provider: own, model: base}}
"""
        with Gateway(config) as gateway:
            yield client_for(gateway), upstream


def test_a_completion_with_suffix_echo_and_logprobs(completing: tuple[OpenAI, FakeUpstream]) -> None:
    client, upstream = completing
    said = client.completions.create(model="base", prompt="Once", suffix="the end", echo=True, logprobs=1, max_tokens=5)
    assert said.object == "text_completion" and said.choices[0].text == " upon"
    assert said.choices[0].finish_reason == "length"
    logprobs = said.choices[0].logprobs
    assert logprobs and logprobs.tokens == [" upon"] and logprobs.text_offset == [9]
    assert logprobs.token_logprobs == [-0.5] and logprobs.top_logprobs == [{" upon": -0.5}]
    assert said.usage and said.usage.total_tokens == 5
    asked = upstream.requests[0].json()
    assert (asked["prompt"], asked["suffix"], asked["echo"], asked["logprobs"]) == ("Once", "the end", True, 1)


def test_a_stream_with_logprobs_and_usage(completing: tuple[OpenAI, FakeUpstream]) -> None:
    client, _ = completing
    chunks = list(
        client.completions.create(model="base", prompt="Once", logprobs=1, stream=True, stream_options={"include_usage": True})
    )
    assert "".join(choice.text for chunk in chunks for choice in chunk.choices) == " upon"
    assert chunks[0].choices[0].logprobs and chunks[0].choices[0].logprobs.tokens == [" upon"]
    assert chunks[-1].choices == [] and chunks[-1].usage and chunks[-1].usage.total_tokens == 5


def test_token_ids(completing: tuple[OpenAI, FakeUpstream]) -> None:
    client, upstream = completing
    client.completions.create(model="base", prompt=[[1, 2], [3]])
    assert upstream.requests[0].json()["prompt"] == [[1, 2], [3]]


def test_a_chat_completes_a_prompt(client: OpenAI) -> None:
    said = client.completions.create(model="sim/echo", prompt="one two", logprobs=2)
    assert said.choices[0].text == "one two"
    logprobs = said.choices[0].logprobs
    assert logprobs and logprobs.tokens and "".join(logprobs.tokens) == "one two"
    assert logprobs.top_logprobs and all(len(likeliest) == 2 for likeliest in logprobs.top_logprobs)
    assert logprobs.text_offset == [0, 3]


def test_what_a_chat_cannot_do_is_an_error(client: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="suffix"):
        client.completions.create(model="sim/echo", prompt="one", suffix="two")
    with pytest.raises(BadRequestError, match="echo"):
        client.completions.create(model="sim/echo", prompt="one", echo=True)
