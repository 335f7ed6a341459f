"""What providers send that nobody knows: the answer stands, the metric counts it, and no word of the provider's is a label."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from collections.abc import Iterable, Iterator
from typing import Any

from support import FakeUpstream, Gateway, Reply, chat, eventually, json_reply, metrics, run, sse_reply

from blackbox.gateway import server_section
from matrix import registry
from matrix.scripted import event_stream, ndjson

NEWS = "hologram"  # the word that every provider invents below
FAMILY = "breakwater_upstream_unknown_total"
PROVIDERS = {
    "openai": '{dialect: openai, base_url: "URL/v1", api_key: k-0123456789}',
    "responses": '{dialect: openai.responses, base_url: "URL/v1", api_key: k-0123456789}',
    "anthropic": '{dialect: anthropic, base_url: "URL", api_key: k-0123456789}',
    "bedrock": '{dialect: bedrock, base_url: "URL", region: us-east-1, api_key: k-0123456789}',
    "cohere": '{dialect: cohere, base_url: "URL", api_key: k-0123456789}',
    "google": '{dialect: google, base_url: "URL", api_key: k-0123456789}',
    "ollama": '{dialect: ollama, base_url: "URL"}',
}

# They have no decoder of their own.
ELSEWHERE = {"sim", "vertex"}

Json = dict[str, Any]


@contextmanager
def gateway_of(provider: str, reply: Reply, facts: str = "model: m") -> Iterator[Gateway]:
    """A gateway with the deployment `r`, and a provider of that dialect that always answers `reply`."""
    with FakeUpstream(lambda _: reply) as upstream:
        settings = PROVIDERS[provider].replace("URL", upstream.url)
        lines = [f"providers:\n  p-{provider}: {settings}", f"deployments:\n  r: {{provider: p-{provider}, {facts}}}"]
        with Gateway(server_section() + "\n".join([*lines, "defaults: {retry: {attempts: 1}}", ""])) as gateway:
            yield gateway


def counted(gateway: Gateway) -> dict[str, float]:
    """By `what`; the only other label is the provider's name in the configuration."""
    found = {}
    for line in metrics(gateway).splitlines():
        if line.startswith(FAMILY + "{"):
            labels, value = line.removeprefix(FAMILY).rsplit(" ", 1)
            assert labels.startswith('{provider="p-') and labels.count("=") == 2, line
            found[labels.split('what="')[1].removesuffix('"}')] = float(value)
    return found


def expect(provider: str, reply: Reply, expected: dict[str, float], stream: bool = True, wanted: Iterable[bytes] = ()) -> None:
    """The rest of the answer arrives, `wanted` in it, and so much is counted."""
    with gateway_of(provider, reply) as gateway:
        answer = chat(gateway, stream=stream)
        assert answer.status == 200, (provider, answer)
        assert b"Hello" in answer.body and b"finish_reason" in answer.body, (provider, answer.body)
        assert NEWS.encode() not in answer.body.replace(f'"native_finish_reason":"{NEWS}"'.encode(), b""), (provider, answer.body)
        assert all(piece in answer.body for piece in wanted), (provider, answer.body)
        got = eventually(f"{provider} is counted", lambda: counted(gateway))
        assert got == expected, (provider, got)
        assert NEWS not in metrics(gateway)


def openai_counts_them() -> None:
    parts = [{"type": "text", "text": "Hello"}, {"type": NEWS, "x": 1}]
    head = {"id": "a", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    events = [
        head | {NEWS: 1, "choices": [{"index": 0, "delta": {"role": "assistant", "content": parts, NEWS: 2}}]},
        {"object": NEWS, "id": "a"},
        head | {"choices": [{"index": 0, "delta": {}, "finish_reason": NEWS, NEWS: 3}]},
        "[DONE]",
    ]
    expect("openai", sse_reply(events), {"event": 1, "content": 1, "finish_reason": 1, "field": 3})


def responses_counts_them() -> None:
    text = {"type": "output_text", "text": "Hello", "annotations": [], "logprobs": []}
    message = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [text, {"type": NEWS}]}
    tool = {"id": "h", "type": NEWS, "status": "completed"}
    ended: Json = {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "incomplete", NEWS: 1}
    ended |= {"incomplete_details": {"reason": NEWS}, "output": [message, tool]}
    events: list[Json] = [
        {"type": "response.created", "response": {"id": "r", "model": "m", "status": "in_progress", NEWS: 1}},
        {"type": "response.output_item.added", "output_index": 0, "item": message | {"content": []}},
        {"type": f"response.{NEWS}.delta", "delta": "x"},
        {"type": "response.web_search_call.searching", "output_index": 1},
        {"type": NEWS},
        {"type": "response.output_item.done", "output_index": 0, "item": message},
        {"type": "response.output_item.done", "output_index": 1, "item": tool},
        {"type": "response.incomplete", "response": ended},
    ]
    expect("responses", sse_reply(events), {"event": 2, "content": 2, "finish_reason": 1, "field": 1})
    expect("responses", json_reply(ended), {"content": 2, "finish_reason": 1, "field": 1}, stream=False)


def anthropic_counts_them() -> None:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "a", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": usage, NEWS: 1}
    events = [
        {"type": "message_start", "message": message},
        {"type": NEWS},
        {"type": "ping"},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": NEWS}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": NEWS}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": NEWS}},  # of a block that is counted already
        {"type": "content_block_stop", "index": 1},
        {"type": "message_delta", "delta": {"stop_reason": NEWS}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ]
    expect("anthropic", sse_reply(events), {"event": 1, "content": 2, "finish_reason": 1, "field": 1})


def bedrock_counts_them() -> None:
    def delta(index: int, what: Json) -> tuple[str, str, Json]:
        return "event", "contentBlockDelta", {"contentBlockIndex": index, "delta": what}

    frames = [
        ("event", "messageStart", {"role": "assistant"}),
        delta(0, {"text": "Hello"}),
        delta(1, {NEWS: {"x": 1}}),
        ("event", NEWS, {}),
        ("event", "messageStop", {"stopReason": NEWS}),
        ("event", "metadata", {"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, NEWS: 1}),
    ]
    expect("bedrock", event_stream(frames), {"event": 1, "content": 1, "finish_reason": 1, "field": 1})


def cohere_counts_them() -> None:
    def content(what: Json) -> Json:
        return {"type": "content-delta", "index": 0, "delta": {"message": {"content": what}}}

    events = [
        {"type": "message-start", "id": "a", "delta": {"message": {"role": "assistant"}}},
        content({"text": "Hello"}),
        content({NEWS: 1}),
        {"type": NEWS},
        {"type": "message-end", "delta": {"finish_reason": NEWS, "usage": {}}},
    ]
    expect("cohere", sse_reply(events), {"event": 1, "content": 1, "finish_reason": 1})
    whole = {"id": "a", "message": {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]}, "finish_reason": "COMPLETE"}
    expect("cohere", json_reply(whole | {NEWS: 1}), {"field": 1}, stream=False)


def google_counts_them() -> None:
    parts = [{"text": "Hello"}, {NEWS: {"x": 1}}, {"executableCode": {"code": "1"}}]
    chunk = {"candidates": [{"index": 0, "content": {"role": "model", "parts": parts}}], "modelVersion": "m", "responseId": "a", NEWS: 1}
    last = {"candidates": [{"index": 0, "finishReason": NEWS}], "modelVersion": "m", "responseId": "a"}
    expect("google", sse_reply([chunk, last]), {"content": 1, "finish_reason": 1, "field": 1})


def ollama_counts_them() -> None:
    lines = [
        {"model": "m", "created_at": "2026-08-17T08:22:52Z", "message": {"role": "assistant", "content": "Hello"}, "done": False, NEWS: 1},
        {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": NEWS},
    ]
    expect("ollama", ndjson(lines), {"finish_reason": 1, "field": 1})


def call_of(kind: str, **more: Any) -> Json:
    """An entry of `tool_calls` in OpenAI's shape: `function`, `custom`, or a kind that nobody knows."""
    inside = {"function": {"name": "f", "arguments": "{}"}, "custom": {"name": "c", "input": "x"}}.get(kind, {"name": "h", "input": ""})
    return {"id": f"call-{kind}-{len(more)}", "type": kind, kind: inside, **more}


def chunks_of(*choices: Json, done: bool = True) -> Reply:
    head = {"id": "a", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return sse_reply([*(head | {"choices": [{"index": 0, **choice}]} for choice in choices), *(["[DONE]"] if done else [])])


def openai_passes_over_calls_of_other_kinds() -> None:
    def delta(*calls: Json, **more: Any) -> Json:
        return {"delta": {"tool_calls": [*calls], **more}}

    news = [call_of(NEWS, index=0), {"index": 0, NEWS: {"input": "x"}}, {"index": 0, NEWS: {"input": "y"}}]
    known = call_of("function", index=1)
    reply = chunks_of(*(delta(one) for one in news), delta(known, content="Hello"), delta(call_of("custom", index=2)), {"delta": {}, "finish_reason": "tool_calls"})
    expect("openai", reply, {"content": 1}, wanted=[b"call-function-1", b"call-custom-1", b'"tool_calls"'])
    again = chunks_of(delta(call_of(NEWS, index=0)), delta(call_of("function", index=0), content="Hello"), {"delta": {}, "finish_reason": "tool_calls"})
    expect("openai", again, {"content": 1}, wanted=[b"call-function-1"])
    calls = [call_of(NEWS), {"id": "b", NEWS: {}}, "word", call_of("function", **{NEWS: 1}), call_of("custom")]
    message = {"role": "assistant", "content": "Hello", "tool_calls": calls}
    whole = {"id": "a", "object": "chat.completion", "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
    expect("openai", json_reply(whole), {"content": 3, "field": 1}, stream=False, wanted=[b"call-function-1", b"call-custom-0"])


def openai_counts_reasons_and_thoughts() -> None:
    thoughts = [{"type": f"reasoning.{NEWS}", "x": 1}, {"type": "reasoning.text", "text": "hm"}]
    said = {"content": "Hello", "reasoning_details": thoughts}
    for done in (True, False):
        expect("openai", chunks_of({"delta": said}, {"delta": {}, "finish_reason": 7}, done=done), {"content": 1, "finish_reason": 1})
    # Not an end, but counted all the same: once in an answer.
    unended = chunks_of({"delta": said, "finish_reason": False}, {"delta": {}, "finish_reason": 0}, {"delta": {}, "finish_reason": "stop"})
    expect("openai", unended, {"content": 1, "finish_reason": 1})
    whole = {"id": "a", "model": "m", "choices": [{"index": 0, "message": said | {"role": "assistant"}, "finish_reason": {NEWS: 1}}]}
    expect("openai", json_reply(whole), {"content": 1, "finish_reason": 1}, stream=False)


def responses_counts_what_is_inside() -> None:
    cited = {"type": NEWS, "x": 1}
    text = {"type": "output_text", "text": "Hello", "annotations": [cited], NEWS: 1}
    message = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [text], NEWS: 2}
    usage = {"input_tokens": 1, "output_tokens": 1, NEWS: 3}
    ended = {"id": "r", "object": "response", "model": "m", "output": [message], "usage": usage}
    news = {"content": 1, "finish_reason": 1}
    for status in (NEWS, 7):
        expect("responses", json_reply(ended | {"status": status}), news | {"field": 3}, stream=False)
    reason = {"status": "incomplete", "incomplete_details": {"reason": 7}}
    expect("responses", json_reply(ended | reason), news | {"field": 3}, stream=False)
    events = [
        {"type": "response.output_item.added", "output_index": 0, "item": message | {"content": []}},
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Hello", NEWS: 4},
        {"type": "response.output_item.done", "output_index": 0, "item": message},
        {"type": "response.completed", "response": ended | {"status": 7}, NEWS: 5},
    ]
    expect("responses", sse_reply(events), news | {"field": 5})


def anthropic_counts_what_is_inside() -> None:
    usage = {"input_tokens": 1, "output_tokens": 1, NEWS: 1}
    results = {"type": f"{NEWS}_tool_result", "tool_use_id": "t", "content": []}
    cited = {"type": f"{NEWS}_location", "x": 1}
    text = {"type": "text", "text": "Hello", "citations": [cited], NEWS: 2}
    message: Json = {"id": "a", "type": "message", "role": "assistant", "model": "m", "content": [results, text]}
    for reason in (NEWS, 7):
        expect("anthropic", json_reply(message | {"usage": usage, "stop_reason": reason}), {"content": 2, "finish_reason": 1, "field": 2}, stream=False)

    def delta(index: int, **what: Any) -> Json:
        return {"type": "content_block_delta", "index": index, "delta": what}

    events = [
        {"type": "message_start", "message": message | {"content": [], "usage": usage}, NEWS: 2},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "", NEWS: 3}},
        delta(0, type="text_delta", text="Hello", **{NEWS: 4}),
        delta(0, type="text_delta", text="."),
        delta(0, type="citations_delta", citation=cited),
        delta(0, type="text_delta", text=".") | {NEWS: 5},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": results},
        {"type": "content_block_stop", "index": 1},
        {"type": "message_delta", "delta": {"stop_reason": 7, NEWS: 6}, "usage": {"output_tokens": 2, NEWS: 7}},
        {"type": "message_stop"},
    ]
    expect("anthropic", sse_reply(events), {"content": 2, "finish_reason": 1, "field": 7})


def bedrock_counts_what_is_inside() -> None:
    usage = {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2, NEWS: 1}
    blocks = [{NEWS: {}}, {"text": "Hello", NEWS: 2}, {"toolResult": {}}]
    whole: Json = {"output": {"message": {"role": "assistant", "content": blocks, NEWS: 3}, NEWS: 4}, "usage": usage}
    for reason in (NEWS, 7):
        expect("bedrock", json_reply(whole | {"stopReason": reason}), {"content": 1, "finish_reason": 1, "field": 4}, stream=False)

    def block(event: str, index: int, **more: Any) -> tuple[str, str, Json]:
        return "event", f"contentBlock{event}", {"contentBlockIndex": index, **more}

    frames = [
        ("event", "messageStart", {"role": "assistant"}),
        block("Start", 0, start={}),
        block("Delta", 0, delta={"text": "Hello", NEWS: 1}, p="ab"),
        block("Delta", 0, delta={"text": "."}, **{NEWS: 2}),
        block("Start", 1, start={NEWS: {}}),
        block("Delta", 1, delta={NEWS: {}}),  # of a block that is counted already
        block("Stop", 1),
        block("Start", 2, start={"toolUse": {"toolUseId": "t-1", "name": "f", NEWS: 3}}),
        block("Stop", 2),
        ("event", "messageStop", {"stopReason": 7, NEWS: 4}),
        ("event", "metadata", {"usage": usage}),
    ]
    expect("bedrock", event_stream(frames), {"content": 1, "finish_reason": 1, "field": 5}, wanted=[b"t-1"])


def cohere_passes_over_calls_of_other_kinds() -> None:
    def event(kind: str, **what: Any) -> Json:
        return {"type": kind, "index": 0, "delta": {"message": what}}

    events = [
        {"type": "message-start", "id": "a", "delta": {"message": {"role": "assistant"}}},
        event("content-start", content={"type": "text", "text": ""}),
        event("content-delta", content={"text": "Hello"}),
        event("tool-call-start", tool_calls=call_of(NEWS)),
        event("tool-call-delta", tool_calls={NEWS: {"input": "x"}}),
        event("tool-call-end"),
        event("tool-call-start", tool_calls=call_of("function")),
        event("tool-call-end"),
        {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL", "usage": {}}},
    ]
    expect("cohere", sse_reply(events), {"content": 1}, wanted=[b"call-function-0"])
    message = {"role": "assistant", "content": [{"type": "text", "text": "Hello"}], "tool_calls": [call_of(NEWS), call_of("function")]}
    whole = {"id": "a", "message": message, "finish_reason": "TOOL_CALL"}
    expect("cohere", json_reply(whole), {"content": 1}, stream=False, wanted=[b"call-function-0"])


def cohere_counts_what_is_inside() -> None:
    citation = {"type": NEWS, "start": 0, "end": 1, "sources": []}
    content = [{"type": NEWS, "x": 1}, {"type": "text", "text": "Hello", NEWS: 1}]
    message = {"role": "assistant", "content": content, "citations": [citation], NEWS: 2}
    whole = {"id": "a", "message": message, "usage": {NEWS: 3}, "finish_reason": 7}
    expect("cohere", json_reply(whole), {"content": 2, "finish_reason": 1, "field": 3}, stream=False)
    events = [
        {"type": "message-start", "id": "a", "delta": {"message": {"role": "assistant", NEWS: 1}}},
        {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": NEWS}}}},
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {NEWS: "x"}}}},  # counted already
        {"type": "content-start", "index": 1, "delta": {"message": {"content": {"type": "text", "text": ""}}}},
        {"type": "content-delta", "index": 1, "delta": {"message": {"content": {"text": "Hello", NEWS: 2}}}, NEWS: 3},
        {"type": "message-end", "delta": {"finish_reason": 7, "usage": {NEWS: 4}}},
    ]
    expect("cohere", sse_reply(events), {"content": 1, "finish_reason": 1, "field": 4})


def google_counts_what_is_inside() -> None:
    call = {"functionCall": {"name": "f", "args": {}, NEWS: 1}}
    parts = [{"text": "Hello", NEWS: 2}, {"functionCall": {"args": {NEWS: 1}}}, call]
    candidate = {"index": 0, "content": {"role": "model", "parts": parts, NEWS: 3}, NEWS: 4}
    answer = {"candidates": [candidate], "usageMetadata": {"promptTokenCount": 1, NEWS: 5}, "modelVersion": "m", "responseId": "a"}
    last: Json = {"candidates": [{"index": 0, "finishReason": {NEWS: 1}}], "modelVersion": "m", "responseId": "a", NEWS: 6}
    news = {"content": 1, "finish_reason": 1, "field": 6}
    expect("google", sse_reply([answer, last]), news, wanted=[b'"f"'])
    expect("google", json_reply([answer, {NEWS: 7}, last]), news | {"field": 7}, wanted=[b'"f"'])
    whole = answer | {"candidates": [candidate | {"finishReason": NEWS}]}
    expect("google", json_reply(whole), {"content": 1, "finish_reason": 1, "field": 5}, stream=False, wanted=[b'"f"'])


def google_counts_reasons_of_a_blocked_prompt() -> None:
    for reason in (NEWS, 99):
        blocked = {"promptFeedback": {"blockReason": reason, "blockReasonMessage": "Hello", NEWS: 1}, "modelVersion": "m"}
        for stream in (True, False):
            reply = sse_reply([blocked]) if stream else json_reply(blocked)
            expect("google", reply, {"finish_reason": 1, "field": 1}, stream=stream, wanted=[b"content_filter"])


def ollama_passes_over_lines_of_other_kinds() -> None:
    part = {"model": "m", "created_at": "2026-08-17T08:22:52Z", "message": {"role": "assistant", "content": "Hello"}, "done": False}
    last = {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
    expect("ollama", ndjson([{"status": NEWS}, part, {NEWS: {"x": 1}}, last]), {"event": 2})
    for lines, code in (([part, {NEWS: 1}], b"upstream_truncated"), ([{NEWS: 1}], b"upstream_invalid")):
        with gateway_of("ollama", ndjson(lines)) as gateway:
            assert code in chat(gateway, stream=True).body, (lines, code)


def ollama_counts_what_is_inside() -> None:
    function = {"name": "f", "arguments": {}, NEWS: 1}
    message = {"role": "assistant", "content": "Hello", "tool_calls": [{NEWS: {}}, {"id": "c-1", "function": function}], NEWS: 2}
    whole = {"model": "m", "message": message, "done": True, "done_reason": 7}
    news = {"content": 1, "finish_reason": 1, "field": 2}
    expect("ollama", json_reply(whole), news, stream=False, wanted=[b"c-1"])
    last = {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": 7, NEWS: 3}
    expect("ollama", ndjson([whole | {"done": False, "done_reason": None}, last]), news | {"field": 3}, wanted=[b"c-1"])


def a_failed_attempt_counts_too() -> None:
    reply = sse_reply([{"type": NEWS}, {"type": "error", "error": {"type": "api_error", "message": "no"}}])
    with gateway_of("anthropic", reply) as gateway:
        assert chat(gateway, stream=True).status == 502
        assert eventually("it is counted", lambda: counted(gateway)) == {"event": 1}


def no_dialect_is_left_out() -> None:
    here = {re.findall(r"dialect: ([a-z.]+)", settings)[0] for settings in PROVIDERS.values()}
    missing = {*registry.dialects("provider")} - ELSEWHERE - here
    assert not missing, f"add a provider and a function to this file for {sorted(missing)}"


if __name__ == "__main__":
    sys.exit(
        run(
            no_dialect_is_left_out,
            openai_counts_them,
            responses_counts_them,
            anthropic_counts_them,
            bedrock_counts_them,
            cohere_counts_them,
            google_counts_them,
            ollama_counts_them,
            openai_passes_over_calls_of_other_kinds,
            openai_counts_reasons_and_thoughts,
            responses_counts_what_is_inside,
            anthropic_counts_what_is_inside,
            bedrock_counts_what_is_inside,
            cohere_passes_over_calls_of_other_kinds,
            cohere_counts_what_is_inside,
            google_counts_what_is_inside,
            google_counts_reasons_of_a_blocked_prompt,
            ollama_passes_over_lines_of_other_kinds,
            ollama_counts_what_is_inside,
            a_failed_attempt_counts_too,
        )
    )
