"""A client that speaks chat, a provider that speaks Responses: two turns with a tool, whole and streamed, and failures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support import UPSTREAM_KEY, FakeUpstream, Gateway, Handler, chat, json_reply, run, sse_reply

from blackbox import responses_api
from blackbox.fake_upstream import Reply, Request
from blackbox.gateway import server_section

Json = dict[str, Any]

REASONING = responses_api.reasoning("Look it up.", "gAAAA-1==")
CALL = responses_api.function_call("call_1", "weather", '{"city":"Oslo"}')
MESSAGE = responses_api.message("It snows.")
USAGE = {
    "input_tokens": 30,
    "input_tokens_details": {"cached_tokens": 10},
    "output_tokens": 9,
    "output_tokens_details": {"reasoning_tokens": 4},
    "total_tokens": 39,
}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}


def response(output: list[Json]) -> Json:
    return responses_api.response(output, usage=USAGE)


def events(output: list[Json]) -> list[Json]:
    return responses_api.events(output, usage=USAGE)


def scripted(request: Request) -> Reply:
    """Calls the tool, and answers once it has a result."""
    body = request.json()
    has_result = any(item.get("type") == "function_call_output" for item in body["input"])
    output = [MESSAGE] if has_result else [REASONING, CALL]
    return sse_reply(events(output)) if body.get("stream") else json_reply(response(output))


@contextmanager
def gateway_of(*handlers: Handler) -> Iterator[tuple[Gateway, list[FakeUpstream]]]:
    """A route `r` over one provider for each handler: a, b, ..."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        upstreams = [stack.enter_context(FakeUpstream(handler)) for handler in handlers]
        names = [chr(ord("a") + i) for i in range(len(upstreams))]
        providers = "\n".join(
            f'  {name}: {{dialect: openai.responses, base_url: "{upstream.url}/v1", api_key: "{UPSTREAM_KEY}"}}'
            for name, upstream in zip(names, upstreams, strict=True)
        )
        deployments = "\n".join(f"  d-{name}: {{provider: {name}, model: gpt-5-pro}}" for name in names)
        candidates = ", ".join(f"d-{name}" for name in names)
        configuration = f"{server_section()}\nproviders:\n{providers}\ndeployments:\n{deployments}\nroutes:\n  r: {{candidates: [{candidates}]}}\n"
        yield stack.enter_context(Gateway(configuration)), upstreams


def joined(answer: Any) -> Json:
    """The message that the chunks of a stream add up to, as an SDK makes it."""
    message: Json = {"role": "assistant", "content": "", "reasoning_content": "", "thinking_blocks": [], "tool_calls": []}
    for event in answer.events():
        for choice in event["choices"] if event != "[DONE]" else []:
            delta = choice["delta"]
            for name in ("content", "reasoning_content"):
                message[name] += delta.get(name) or ""
            message["thinking_blocks"] += delta.get("thinking_blocks") or []
            for call in delta.get("tool_calls") or []:
                if call.get("id"):
                    message["tool_calls"].append({"id": call["id"], "type": "function", "function": call["function"]})
                else:
                    message["tool_calls"][-1]["function"]["arguments"] += call["function"]["arguments"]
    return {name: value for name, value in message.items() if value}


def two_turns(stream: bool) -> None:
    with gateway_of(scripted) as (gateway, (upstream,)):
        question = {"role": "user", "content": "Weather in Oslo?"}
        first = chat(gateway, messages=[question], tools=[WEATHER], stream=stream, stop=["x"])
        assert first.status == 200, first
        assert first.headers["x-breakwater-adapted"] == "stop=dropped", first.headers
        turn = joined(first) if stream else first.json()["choices"][0]["message"]
        assert turn["reasoning_content"] == "Look it up.", turn
        assert [(call["id"], call["function"]) for call in turn["tool_calls"]] == [
            ("call_1", {"name": "weather", "arguments": '{"city":"Oslo"}'})
        ], turn

        messages = [question, turn, {"role": "tool", "tool_call_id": "call_1", "content": "snow"}]
        second = chat(gateway, messages=messages, tools=[WEATHER], stream=stream)
        assert (second.text() if stream else second.json()["choices"][0]["message"]["content"]) == "It snows.", second
        if not stream:
            assert second.json()["model"] == "gpt-5-pro-2025-10-06"
            usage = second.json()["usage"]
            assert (usage["prompt_tokens"], usage["completion_tokens"]) == (30, 9), usage
            assert usage["prompt_tokens_details"]["cached_tokens"] == 10, usage
            assert usage["completion_tokens_details"]["reasoning_tokens"] == 4, usage

        asked, asked_again = upstream.requests
        assert asked.target == "/v1/responses" and asked.headers["authorization"] == f"Bearer {UPSTREAM_KEY}", asked
        assert asked.json()["store"] is False and asked.json()["include"] == ["reasoning.encrypted_content"], asked.json()
        assert "stop" not in asked.json()
        call = {name: CALL[name] for name in ("type", "call_id", "name", "arguments")}
        result = {"type": "function_call_output", "call_id": "call_1", "output": "snow"}
        assert asked_again.json()["input"] == [{"role": "user", "content": "Weather in Oslo?"}, REASONING, call, result], asked_again.json()


def a_tool_over_two_turns_whole() -> None:
    two_turns(stream=False)


def a_tool_over_two_turns_streamed() -> None:
    two_turns(stream=True)


def another_account_is_not_given_what_it_cannot_read() -> None:
    busy = False

    def first(request: Request) -> Reply:
        return json_reply({"error": {"message": "Busy.", "code": "server_is_overloaded"}}, 503) if busy else scripted(request)

    with gateway_of(first, scripted) as (gateway, (_, other)):
        question = {"role": "user", "content": "Weather in Oslo?"}
        turn = chat(gateway, messages=[question], tools=[WEATHER]).json()["choices"][0]["message"]
        busy = True
        messages = [question, turn, {"role": "tool", "tool_call_id": "call_1", "content": "snow"}]
        answer = chat(gateway, messages=messages, tools=[WEATHER])
        assert answer.status == 200 and answer.json()["choices"][0]["message"]["content"] == "It snows.", answer
        assert answer.headers["x-breakwater-adapted"] == "messages[1].reasoning_content=dropped", answer.headers
        (request,) = other.requests
        assert [item.get("type") for item in request.json()["input"]] == [None, "function_call", "function_call_output"], request.json()


def a_failure_before_content_is_replaced() -> None:
    error = {"code": "server_error", "message": "It broke."}
    failed = responses_api.events([], status="failed", error=error)
    with gateway_of(lambda _: sse_reply(failed), lambda _: sse_reply(events([MESSAGE]))) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.text() == "It snows." and answer.done(), answer
        assert answer.attempts > 1, answer.headers


def a_stream_without_its_end_is_an_error() -> None:
    with gateway_of(lambda _: sse_reply(events([MESSAGE])[:-1], gap=0.05)) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.text() == "It snows." and answer.stream_error()["code"] == "upstream_truncated", answer


def what_cannot_be_said_is_refused() -> None:
    with gateway_of(scripted) as (gateway, (upstream,)):
        for field, value in (("n", 2), ("previous_response_id", "resp_0")):
            answer = chat(gateway, **{field: value})
            assert answer.status == 400 and answer.error["param"] == field, answer
            assert answer.error["code"] == "unsupported_parameter", json.dumps(answer.error)
        assert not upstream.requests


if __name__ == "__main__":
    sys.exit(
        run(
            a_tool_over_two_turns_whole,
            a_tool_over_two_turns_streamed,
            another_account_is_not_given_what_it_cannot_read,
            a_failure_before_content_is_replaced,
            a_stream_without_its_end_is_an_error,
            what_cannot_be_said_is_refused,
        )
    )
