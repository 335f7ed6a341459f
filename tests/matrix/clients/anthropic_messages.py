"""A client of the Messages dialect."""

from __future__ import annotations

import json
from typing import Any

from recordings import grammar_messages
from recordings.answer import Outcome
from recordings.sent import as_parts

Json = dict[str, Any]

CHOICES = {"auto": "auto", "required": "any", "none": "none"}
KEPT = {"max_tokens": "max_tokens", "stop": "stop_sequences", "temperature": "temperature"}  # by our own name


def block(part: Json) -> Json:
    if part["type"] == "text":
        return part
    head, _, data = part["image_url"]["url"].partition(";base64,")
    return {"type": "image", "source": {"type": "base64", "media_type": head.removeprefix("data:"), "data": data}}


def call(made: Json) -> Json:
    function = made["function"]
    return {"type": "tool_use", "id": made["id"], "name": function["name"], "input": json.loads(function["arguments"])}


def turns(messages: list[Json]) -> list[Json]:
    """Results of tools are blocks of one turn of the user."""
    found: list[Json] = []
    for message in messages:
        if message["role"] != "tool":
            content = [block(part) for part in as_parts(message["content"])] + [call(one) for one in message.get("tool_calls") or []]
            found.append({"role": message["role"], "content": content})
            continue
        if found[-1]["role"] == "assistant":
            found.append({"role": "user", "content": []})
        found[-1]["content"].append({"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": message["content"]})
    return found


def tool(one: Json) -> Json:
    function = one["function"]
    return {"name": function["name"], "description": function["description"], "input_schema": function["parameters"]}


def request(ask: Json, model: str, stream: bool) -> tuple[str, dict[str, str], Json]:
    system, *messages = ask["messages"]
    body: Json = {"model": model, "stream": stream, "system": system["content"], "messages": turns(messages)}
    body |= {name: ask[own] for own, name in KEPT.items() if own in ask}
    if tools := ask.get("tools"):
        body["tools"] = [tool(one) for one in tools]
    if choice := ask.get("tool_choice"):
        body["tool_choice"] = {"type": CHOICES[choice]}
    if wanted := ask.get("response_format"):
        body["output_config"] = {"format": {"type": "json_schema", "schema": wanted["json_schema"]["schema"]}}
    if effort := ask.get("reasoning_effort"):
        body |= {"thinking": {"type": "adaptive"}, "output_config": {"effort": effort}}
    return "/v1/messages", {"anthropic-version": "2023-06-01"}, body


def read(status: int, headers: dict[str, str], body: bytes, request: Json) -> Outcome:
    return grammar_messages.read(status, headers, body, request["stream"])
