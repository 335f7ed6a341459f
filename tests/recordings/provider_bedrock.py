"""Reads recorded responses of Converse, and of Claude models by InvokeModel (`bedrock.messages`), and compares requests that should mean the same."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from recordings import provider_anthropic
from recordings.answer import Answer, Call, Choice, Expected, Failure, Usage
from recordings.corpus import Recording
from recordings.event_frames import read_frames
from recordings.failures import answer_failure

Json = dict[str, Any]

FINISH = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
}
EXCEPTIONS = {
    "AccessDeniedException": (502, "upstream_permission_denied"),
    "UnrecognizedClientException": (502, "upstream_auth_error"),
    "ExpiredTokenException": (502, "upstream_auth_error"),
}
MESSAGES = {"Input Tokens Exceeded": (400, "context_length_exceeded"), "model identifier is invalid": (502, "upstream_model_missing")}
# What the gateway may add so that a conversation has the form that the API demands.
FILLERS = {".", "OK.", "Attached.", "Continue."}


def read(recording: Recording) -> Expected:
    if recording.status != 200:
        return Expected(failure=failure_of(recording))
    if recording.streamed:
        return read_stream(recording.binary)
    answer = json.loads(recording.body)
    return Expected(as_answer(list(whole_blocks(answer["output"]["message"]["content"])), answer["stopReason"], answer.get("usage")))


def read_messages(recording: Recording) -> Expected:
    """Anthropic's answers; in a stream each event is base64 in a frame."""
    if recording.status != 200:
        return Expected(failure=failure_of(recording))
    if not recording.streamed:
        return provider_anthropic.read(recording)
    frames = (json.loads(payload) for headers, payload in read_frames(recording.binary) if headers[":event-type"] == "chunk")
    events = (base64.b64decode(frame["bytes"]).decode() for frame in frames)
    return provider_anthropic.read_stream("".join(f"data: {event}\n\n" for event in events if "type" in json.loads(event)))


def failure_of(recording: Recording) -> Failure:
    plain = answer_failure(recording)
    for words, (status, code) in MESSAGES.items():
        if words in recording.body:
            return Failure(frozenset({status}), frozenset({code}), plain.message)
    exception = recording.headers.get("x-amzn-errortype", "").split(":")[0]
    if exception in EXCEPTIONS:
        status, code = EXCEPTIONS[exception]
        return Failure(frozenset({status}), frozenset({code}), plain.message)
    return plain


def whole_blocks(content: list[Json]) -> Iterator[Json]:
    for block in content:
        if "citationsContent" in block:
            yield from block["citationsContent"].get("content", [])
        elif "toolUse" in block:
            yield {"toolUse": block["toolUse"] | {"input": json.dumps(block["toolUse"]["input"])}}
        elif "reasoningContent" in block:
            yield {"reasoning": block["reasoningContent"].get("reasoningText", {}).get("text", "")}
        elif "text" in block:
            yield block


def read_stream(body: bytes) -> Expected:
    """Builds the message that the events describe."""
    blocks: dict[int, Json] = {}
    usage, reason = None, ""
    for headers, payload in read_frames(body):
        event = json.loads(payload)
        index = event.get("contentBlockIndex")
        match headers[":event-type"]:
            case "contentBlockStart":
                blocks[index] = {name: dict(value, input="") for name, value in event["start"].items() if name == "toolUse"}
            case "contentBlockDelta":
                add_delta(blocks.setdefault(index, {}), event["delta"])
            case "messageStop":
                reason = event["stopReason"]
            case "metadata":
                usage = event.get("usage")
    return Expected(as_answer(list(blocks.values()), reason, usage))


def add_delta(block: Json, delta: Json) -> None:
    if "text" in delta:
        block["text"] = block.get("text", "") + delta["text"]
    if "toolUse" in delta:
        block["toolUse"]["input"] += delta["toolUse"]["input"]
    if "text" in delta.get("reasoningContent", {}):
        block["reasoning"] = block.get("reasoning", "") + delta["reasoningContent"]["text"]


def as_answer(blocks: list[Json], reason: str, usage: Json | None) -> Answer:
    choice = Choice(finish=FINISH.get(reason, "stop"))
    for block in blocks:
        choice.text += block.get("text", "")
        choice.reasoning += block.get("reasoning", "")
        call = block.get("toolUse")
        if call and call.get("type") != "server_tool_use":
            choice.calls.append(Call(call["name"], call["input"], call["toolUseId"]))
    # A guardrail that changes an answer takes its number of tokens away, and the gateway may estimate then.
    return Answer({0: choice}, read_usage(usage) if usage and "outputTokens" in usage else None)


def read_usage(stated: Json) -> Usage:
    cached, written = (either(stated, f"cache{what}InputToken") for what in ("Read", "Write"))
    prompt = stated["inputTokens"] + (cached or 0) + (written or 0)
    return Usage(prompt, stated["outputTokens"], cached, None)


def either(stated: Json, name: str) -> int | None:
    """Nova names these two counts in its own way when it is asked by InvokeModel."""
    return stated.get(f"{name}s", stated.get(f"{name}Count"))


# The other direction: what arrived at the provider against what was recorded.

OWN_MEMBERS = {
    *("messages", "system", "toolConfig", "inferenceConfig", "additionalModelRequestFields", "requestMetadata", "outputConfig"),
}


def request_differences(recorded: Json, arrived: Json) -> list[str]:
    """What the arrived request does not say as the recorded one does."""
    found = [f"request: {name} is none of Converse's members" for name in arrived.keys() - OWN_MEMBERS]
    for what, read_part in (("system", system_texts), ("content", contents), ("tools", tool_specs), ("inferenceConfig", inference)):
        want, have = read_part(recorded), read_part(arrived)
        if want != have:
            found.append(f"request {what}: expected {want!r:.600}, got {have!r:.600}")
    return found + role_problems(arrived["messages"])


def role_problems(messages: list[Json]) -> list[str]:
    """Roles alternate, and each call has its result in the turn after it."""
    found = [f"request: two turns of {a['role']}" for a, b in zip(messages, messages[1:]) if a["role"] == b["role"]]
    for turn, after in zip(messages, messages[1:] + [{"content": []}]):
        made = {block["toolUse"]["toolUseId"] for block in turn["content"] if "toolUse" in block}
        answered = {block["toolResult"]["toolUseId"] for block in after["content"] if "toolResult" in block}
        if made != answered and (made or answered):
            found.append(f"request: calls {made}, results {answered}")
    return found


def system_texts(request: Json) -> list[str]:
    return [block["text"] for block in request.get("system", []) if "text" in block]


def contents(request: Json) -> list[Any]:
    """Every block with its role, without the words that only give the conversation its form."""
    return [
        (message["role"], *meaning(block))
        for message in request["messages"]
        for block in message["content"]
        if block.get("text") not in FILLERS
    ]


def meaning(block: Json) -> tuple[Any, ...]:
    (kind, value), *_ = block.items()
    match kind:
        case "toolUse":
            return kind, value["toolUseId"], value["name"], value["input"]
        case "toolResult":
            parts = [part if "text" not in part else part["text"] for part in value["content"]]
            return kind, value["toolUseId"], [json.dumps(p["json"]) if isinstance(p, dict) and "json" in p else p for p in parts]
        case "document":
            return kind, value["format"], value["source"]["bytes"]
        case "text":
            return kind, value.rstrip()
        case _:
            return kind, value


def tool_specs(request: Json) -> Any:
    tools = (request.get("toolConfig") or {}).get("tools", [])
    return [
        (spec["name"], spec.get("description", ""), spec["inputSchema"]["json"].get("properties", {}), spec["inputSchema"]["json"].get("required"))
        for spec in (tool["toolSpec"] for tool in tools if "toolSpec" in tool)
    ]


def inference(request: Json) -> Json:
    """Without what the models do not take together, and without what says nothing."""
    stated = dict(request.get("inferenceConfig") or {})
    if "temperature" in stated:
        stated.pop("topP", None)
    if "thinking" in (request.get("additionalModelRequestFields") or {}):
        stated.pop("maxTokens", None)  # a budget to think with needs room
    return {name: value for name, value in stated.items() if value != []}
