"""POST /v1/completions: prompts that go to the same API of a provider that has it, and those that chats answer."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import Any

from support import (
    UPSTREAM_KEY,
    Answer,
    Ending,
    FakeUpstream,
    Gateway,
    Handler,
    Reply,
    ask,
    chat,
    chunk,
    closed_port,
    config,
    failing,
    gateway_before,
    good,
    json_reply,
    run,
    sse_reply,
    text,
)

from blackbox.gateway import server_section

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
        ({"prompt": [1]}, "prompt"),
        ({"prompt": 5}, "prompt"),
        ({"echo": True}, "echo"),
        ({"echo": True, "max_tokens": 0}, "echo"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"suffix": "x"}, "suffix"),
        ({"logprobs": True}, "logprobs"),
        ({"messages": []}, "messages"),
        ({"temperature": "hot"}, "temperature"),
    ]
    with gateway_before(good) as (gateway, upstream):
        for more, param in cases:
            answer = complete(gateway, **more)
            assert answer.status == 400 and answer.error["param"] == param, (more, answer)
        assert "capability `completions`" in complete(gateway, suffix="x").error["message"]
        assert upstream.requests == []


def what_changes_no_answer_is_left_out() -> None:
    with gateway_before(good) as (gateway, upstream):
        answer = complete(gateway, best_of=2)
        assert answer.status == 200 and answer.headers["x-breakwater-adapted"] == "best_of=dropped", answer.headers
        assert "best_of" not in upstream.requests[0].json()
    with gateway_before(good, route="adapt: drop") as (gateway, upstream):
        answer = complete(gateway, suffix="x", echo=True)
        assert answer.headers["x-breakwater-adapted"] == "suffix=dropped, echo=dropped", answer.headers
        assert not {"suffix", "echo"} & set(upstream.requests[0].json())


def logprobs_of_a_chat_have_the_older_shape() -> None:
    token = {"token": "Hello", "logprob": -0.25, "bytes": None, "top_logprobs": [{"token": "Hello", "logprob": -0.25, "bytes": None}]}
    told = {"tokens": ["Hello"], "token_logprobs": [-0.25], "top_logprobs": [{"Hello": -0.25}], "text_offset": [0]}

    def answer(request: Any) -> Reply:
        if request.json().get("stream"):
            piece = text("Hello")
            piece["choices"][0]["logprobs"] = {"content": [token], "refusal": None}
            return sse_reply([piece, chunk({}, "stop"), "[DONE]"])
        message = {"role": "assistant", "content": "Hello"}
        choice = {"index": 0, "message": message, "logprobs": {"content": [token], "refusal": None}, "finish_reason": "stop"}
        return json_reply({"id": "up-1", "object": "chat.completion", "created": 1770000000, "model": "m", "choices": [choice]})

    with gateway_before(answer) as (gateway, upstream):
        assert complete(gateway, logprobs=1).json()["choices"][0]["logprobs"] == told
        asked = upstream.requests[0].json()
        assert (asked["logprobs"], asked["top_logprobs"]) == (True, 1), asked
        events = complete(gateway, logprobs=1, stream=True).events()
        first = events[0]["choices"][0]
        assert (first["text"], first["logprobs"]) == ("Hello", told), events


def failures_are_errors() -> None:
    with Gateway(config({"a": closed_port()}, route="retry: {attempts: 1}")) as gateway:
        for stream in (False, True):
            answer = complete(gateway, stream=stream)
            assert answer.status == 502 and answer.error["message"], answer


def a_stream_that_breaks_ends_in_an_error() -> None:
    with gateway_before(lambda _: sse_reply([chunk({"role": "assistant"}), text("Hel")], ending=Ending.CUT), route="retry: {attempts: 1}") as (gateway, _):
        answer = complete(gateway, stream=True)
        assert answer.stream_error()["code"] == "upstream_connection_lost" and not answer.done(), answer.body


# --- a provider that has the API, and one that can only chat ------------------------------------------------------------

LOGPROBS: Json = {"tokens": [" upon"], "token_logprobs": [-0.5], "top_logprobs": [{" upon": -0.5, " a": -1.5}], "text_offset": [9]}
USAGE: Json = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
CLAUDE: Json = {
    **{"id": "msg_up", "type": "message", "role": "assistant", "model": "claude-up", "stop_reason": "end_turn", "stop_sequence": None},
    **{"content": [{"type": "text", "text": "Hello"}], "usage": {"input_tokens": 3, "output_tokens": 2}},
}


def piece(said: str, finish: str | None = None, logprobs: Json | None = None, index: int = 0) -> Json:
    choice = {"text": said, "index": index, "logprobs": logprobs, "finish_reason": finish}
    return {"id": "cmpl-up", "object": "text_completion", "created": 1770000000, "model": "davinci-up", "choices": [choice]}


def completing(request: Any) -> Reply:
    """The answer of a provider that has the API."""
    assert request.target == "/v1/completions", request.target
    if request.json().get("stream"):
        usage = {**piece(""), "choices": [], "usage": USAGE}
        return sse_reply([piece(" upon", None, LOGPROBS), piece(" a"), piece("", "length"), usage, "[DONE]"])
    whole = piece(" upon a", "length", LOGPROBS)
    return json_reply({**whole, "usage": USAGE})


def claude(request: Any) -> Reply:
    assert request.target == "/v1/messages", request.target
    return json_reply(CLAUDE)


@contextmanager
def two_kinds(native: Handler = completing, chats: Handler = claude, *, route: str = "retry: {attempts: 3, same: 0, backoff_min: 1ms}"):
    """Routes `native`, `claude`, and over both in either order."""
    with FakeUpstream(native) as a, FakeUpstream(chats) as b:
        text = server_section() + f"""
providers:
  base: {{dialect: openai, base_url: "{a.url}/v1", api_key: "{UPSTREAM_KEY}", catalog: openai}}
  chats: {{dialect: anthropic, base_url: "{b.url}", api_key: "{UPSTREAM_KEY}"}}
deployments:
  native: {{provider: base, model: my-tuned, like: openai/gpt-3.5-turbo-instruct, capabilities: {{features: {{continuation: native}}}}}}
  claude: {{provider: chats, model: claude-sonnet-4-5}}
routes:
  native-first: {{candidates: [native, claude]}}
  claude-first: {{candidates: [claude, native]}}
defaults: {{{route}}}
"""
        with Gateway(text) as gateway:
            yield gateway, a, b


def a_provider_that_has_the_api_gets_the_prompt_as_it_is() -> None:
    asked = {"suffix": "the end", "echo": True, "logprobs": 2, "best_of": 2, "n": 1, "max_tokens": 5, "stop": ["x"], "user": "u", "seed": 3}
    with two_kinds() as (gateway, native, _):
        answer = complete(gateway, model="native", **asked)
        assert answer.status == 200 and "x-breakwater-adapted" not in answer.headers, answer
        assert native.requests[0].json() == {"model": "my-tuned", "prompt": "Say hello", **asked}
        said = answer.json()
        assert said["id"].startswith("cmpl-") and said["model"] == "davinci-up", said
        assert said["choices"] == [{"text": " upon a", "index": 0, "logprobs": LOGPROBS, "finish_reason": "length"}]
        assert {key: said["usage"][key] for key in USAGE} == USAGE
        for prompt in (["a", "b"], [1, 2], [[1, 2], [3]], None):
            assert complete(gateway, model="native", prompt=prompt).status == 200
            assert native.requests[-1].json()["prompt"] == prompt
        assert ask(gateway, "/v1/completions", {"model": "native"}).status == 200
        assert native.requests[-1].json() == {"model": "my-tuned", "prompt": None}
        assert complete(gateway, model="native", echo=True, max_tokens=0).status == 200
        assert native.requests[-1].json()["max_tokens"] == 0
        too_many = complete(gateway, model="native", logprobs=8)
        assert too_many.status == 400 and too_many.error["param"] == "logprobs", too_many


def its_stream_comes_through() -> None:
    with two_kinds() as (gateway, native, _):
        answer = complete(gateway, model="native", stream=True, logprobs=2, stream_options={"include_usage": True})
        assert answer.status == 200 and answer.done(), answer.body
        events = answer.events()[:-1]
        choices = [event["choices"][0] for event in events if event["choices"]]
        assert [(choice["text"], choice["logprobs"], choice["finish_reason"]) for choice in choices] == [
            (" upon", LOGPROBS, None),
            (" a", None, None),
            ("", None, "length"),
        ], answer.body
        assert events[-1]["choices"] == [] and events[-1]["usage"]["total_tokens"] == 5, answer.body
        assert native.requests[0].json()["stream_options"] == {"include_usage": True}
        quiet = complete(gateway, model="native", stream=True)
        assert all(event.get("usage") is None for event in quiet.events()[:-1]), quiet.body


def a_chat_stands_in_where_it_can() -> None:
    with two_kinds(failing(503)) as (gateway, native, chats):
        answer = complete(gateway, model="native-first", max_tokens=5, best_of=2)
        assert answer.status == 200 and answer.headers["x-breakwater-deployment"] == "claude", answer
        assert answer.headers["x-breakwater-adapted"] == "best_of=dropped", answer.headers
        assert answer.json()["choices"][0]["text"] == "Hello"
        assert len(native.requests) == 1
        assert chats.requests[0].json()["messages"][0]["role"] == "user"
    with two_kinds(failing(503)) as (gateway, native, chats):
        refused = complete(gateway, model="native-first", suffix="the end")
        assert refused.status >= 400 and chats.requests == [], refused


def who_can_only_chat_is_passed_over() -> None:
    with two_kinds() as (gateway, native, chats):
        for more in ({"suffix": "x"}, {"echo": True}, {"prompt": [1, 2]}, {"logprobs": 1}):
            answer = complete(gateway, model="claude-first", **more)
            assert answer.status == 200 and answer.headers["x-breakwater-deployment"] == "native", (more, answer)
            refused = complete(gateway, model="claude", **more)
            assert refused.status == 400 and refused.error["param"] == next(iter(more)), (more, refused)
        assert chats.requests == []
        assert complete(gateway, model="claude-first").headers["x-breakwater-deployment"] == "claude"


def a_model_that_only_completes_is_not_asked_to_chat() -> None:
    with two_kinds() as (gateway, native, _):
        answer = chat(gateway, model="native")
        assert answer.status == 404 and "POST /v1/completions" in answer.error["message"], answer
        assert chat(gateway, model="native-first").headers["x-breakwater-deployment"] == "claude"
        assert native.requests == []
        assert complete(gateway, model="auto").status == 200


def its_failures_are_errors() -> None:
    broken = sse_reply([piece(" upon")], ending=Ending.CUT)
    with two_kinds(lambda _: broken) as (gateway, _, chats):
        answer = complete(gateway, model="native-first", stream=True)
        assert answer.stream_error()["code"] == "upstream_connection_lost" and not answer.done(), answer.body
        assert chats.requests == []
    with two_kinds(failing(400)) as (gateway, _, __):
        answer = complete(gateway, model="native")
        assert answer.status == 400 and answer.error["message"], answer


def a_stream_that_breaks_is_gone_on_with() -> None:
    left = [sse_reply([piece(" upon")], ending=Ending.CUT), sse_reply([piece(" a time", "stop"), "[DONE]"])]
    route = "after_commit: [continue, error], retry: {attempts: 3, backoff_min: 1ms}"
    with two_kinds(lambda _: left.pop(0), route=route) as (gateway, native, _):
        answer = complete(gateway, model="native", stream=True)
        assert answer.done(), answer.body
        said = "".join(event["choices"][0]["text"] for event in answer.events()[:-1])
        assert said == " upon a time", answer.body
        assert [request.json()["prompt"] for request in native.requests] == ["Say hello", "Say hello upon"]


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
            what_changes_no_answer_is_left_out,
            logprobs_of_a_chat_have_the_older_shape,
            failures_are_errors,
            a_stream_that_breaks_ends_in_an_error,
            a_provider_that_has_the_api_gets_the_prompt_as_it_is,
            its_stream_comes_through,
            a_chat_stands_in_where_it_can,
            who_can_only_chat_is_passed_over,
            a_model_that_only_completes_is_not_asked_to_chat,
            its_failures_are_errors,
            a_stream_that_breaks_is_gone_on_with,
            the_simulator_completes,
        )
    )
