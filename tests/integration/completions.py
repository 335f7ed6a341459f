"""POST /v1/completions: prompts answered by chats, whole and streamed, and what a chat cannot do."""

from __future__ import annotations

import json
import sys
from typing import Any

from support import Answer, Ending, Gateway, ask, chunk, closed_port, config, gateway_before, good, run, sse_reply, text

Json = dict[str, Any]


def complete(gateway: Gateway, **more: Any) -> Answer:
    return ask(gateway, "/v1/completions", {"model": "r", "prompt": "Say hello", **more})


def a_prompt_is_what_a_user_says() -> None:
    with gateway_before(good) as (gateway, upstream):
        answer = complete(gateway, max_tokens=20, temperature=0.5, stop=["x"], best_of=1, echo=False, logprobs=None, suffix=None)
        assert answer.status == 200, answer
        said = answer.json()
        assert said["id"].startswith("cmpl-") and said["object"] == "text_completion"
        assert said["choices"] == [{"text": "Hello world", "index": 0, "logprobs": None, "finish_reason": "stop"}]
        assert (said["usage"]["prompt_tokens"], said["usage"]["completion_tokens"]) == (3, 2)
        asked = upstream.requests[0].json()
        assert asked["messages"] == [{"role": "user", "content": "Say hello"}]
        assert (asked["max_tokens"], asked["temperature"], asked["stop"]) == (20, 0.5, ["x"])
        assert not {"prompt", "best_of", "echo", "suffix"} & set(asked), asked
        assert complete(gateway, prompt=["Say hello"]).status == 200


def a_stream_is_of_text_completions() -> None:
    with gateway_before(good) as (gateway, _):
        answer = complete(gateway, stream=True, stream_options={"include_usage": True})
        assert answer.status == 200 and answer.done(), answer
        chunks = [event for event in answer.events() if event != "[DONE]"]
        assert {chunk["object"] for chunk in chunks} == {"text_completion"}
        assert len({chunk["id"] for chunk in chunks}) == 1
        choices = [chunk["choices"][0] for chunk in chunks if chunk["choices"]]
        assert "".join(choice["text"] for choice in choices) == "Hello world"
        assert [choice["finish_reason"] for choice in choices] == [None] * (len(choices) - 1) + ["stop"]


def what_a_chat_cannot_do_is_refused() -> None:
    cases: list[tuple[Json, str]] = [
        ({"prompt": None}, "prompt"),
        ({"prompt": ["a", "b"]}, "prompt"),
        ({"prompt": [1]}, "prompt[0]"),
        ({"prompt": 5}, "prompt"),
        ({"echo": True}, "echo"),
        ({"suffix": "x"}, "suffix"),
        ({"best_of": 2}, "best_of"),
        ({"logprobs": 1}, "logprobs"),
        ({"messages": []}, "messages"),
        ({"temperature": "hot"}, "temperature"),
    ]
    with gateway_before(good) as (gateway, upstream):
        for more, param in cases:
            answer = complete(gateway, **more)
            assert answer.status == 400 and answer.error["param"] == param, (more, answer)
        assert upstream.requests == []


def failures_are_errors() -> None:
    with Gateway(config({"a": closed_port()}, route="retry: {attempts: 1}")) as gateway:
        for stream in (False, True):
            answer = complete(gateway, stream=stream)
            assert answer.status == 502 and answer.error["message"], answer


def a_stream_that_breaks_ends_in_an_error() -> None:
    with gateway_before(lambda _: sse_reply([chunk({"role": "assistant"}), text("Hel")], ending=Ending.CUT), route="retry: {attempts: 1}") as (gateway, _):
        answer = complete(gateway, stream=True)
        assert answer.stream_error()["code"] == "upstream_connection_lost" and not answer.done(), answer.body


def the_simulator_completes() -> None:
    with Gateway() as gateway:
        answer = complete(gateway, model="sim/echo", prompt="one two three")
        assert "one two three" in answer.json()["choices"][0]["text"], json.dumps(answer.json())


if __name__ == "__main__":
    sys.exit(
        run(
            a_prompt_is_what_a_user_says,
            a_stream_is_of_text_completions,
            what_a_chat_cannot_do_is_refused,
            failures_are_errors,
            a_stream_that_breaks_ends_in_an_error,
            the_simulator_completes,
        )
    )
