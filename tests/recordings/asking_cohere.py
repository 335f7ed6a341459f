"""A recorded Cohere request in the Chat Completions dialect, and what of it must arrive at the provider again."""

from __future__ import annotations

import json
from typing import Any

from recordings.sent import Facts

Json = dict[str, Any]

MEMBERS = {
    *("model", "stream", "messages", "documents", "tools", "strict_tools", "tool_choice", "response_format", "thinking"),
    *("max_tokens", "temperature", "p", "k", "frequency_penalty", "presence_penalty", "seed", "logprobs", "stop_sequences"),
    *("citation_options", "safety_mode", "priority"),
}
SAMPLING = {"max_tokens": "max_tokens", "temperature": "temperature", "p": "top_p", "stop_sequences": "stop", "seed": "seed"}
CHOICES = {"REQUIRED": "required", "NONE": "none"}


def translated(request: Json) -> Json:
    """What a client of the gateway sends to ask for the same."""
    asked: Json = {"messages": [translated_message(message) for message in request["messages"]]}
    asked |= {theirs: request[ours] for ours, theirs in SAMPLING.items() if ours in request}
    asked |= {name: request[name] for name in ("documents", "thinking") if name in request}
    if tools := request.get("tools"):
        asked["tools"] = tools
        if choice := CHOICES.get(request.get("tool_choice", "")):
            asked["tool_choice"] = choice
    if wanted := request.get("response_format"):
        schema = wanted.get("json_schema") or wanted.get("schema")
        named = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        asked["response_format"] = named if schema else {"type": "json_object"}
    return asked


def translated_message(message: Json) -> Json:
    content = message.get("content")
    if message["role"] == "tool":
        return {"role": "tool", "tool_call_id": message["tool_call_id"], "content": result_text(content)}
    if message["role"] != "assistant":
        return {"role": message["role"], "content": content}
    said: Json = {"role": "assistant", "content": texts(content) or None}
    thoughts = [part["thinking"] for part in as_parts(content) if part["type"] == "thinking"]
    if reasoning := "".join([message.get("tool_plan") or "", *thoughts]):
        said["reasoning_content"] = reasoning
    if calls := message.get("tool_calls"):
        said["tool_calls"] = calls
    return said


def as_parts(content: Any) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content or []


def texts(content: Any) -> str:
    return "".join(part.get("text") or "" for part in as_parts(content) if part["type"] == "text")


def result_text(content: Any) -> str:
    parts = as_parts(content)
    return "".join(part["text"] if part["type"] == "text" else json.dumps(part["document"]["data"]) for part in parts)


def facts(body: Json) -> Facts:
    """What the body that arrived says, in the same words for every dialect."""
    found = Facts()
    if unknown := body.keys() - MEMBERS:
        found.strangers = sorted(unknown)
    for message in body["messages"]:
        content = message.get("content")
        match message["role"]:
            case "system":
                found.system += texts(content)
            case "user":
                found.user.append(texts(content))
                found.images += [part["image_url"]["url"] for part in as_parts(content) if part["type"] == "image_url"]
            case "assistant":
                calls = message.get("tool_calls") or []
                found.assistant.append(texts(content))
                thoughts = [part["thinking"] for part in as_parts(content) if part["type"] == "thinking"]
                found.reasoning.append("".join([message.get("tool_plan") or "", *thoughts]))
                found.calls += [(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls]
            case "tool":
                found.results.append((message["tool_call_id"], result_text(content)))
    found.tools = [(tool["function"]["name"], tool["function"]["parameters"]) for tool in body.get("tools") or []]
    found.settings = {theirs: body[ours] for ours, theirs in SAMPLING.items() if ours in body}
    if "tool_choice" in body:
        found.settings["tool_choice"] = CHOICES[body["tool_choice"]]
    if wanted := body.get("response_format"):
        found.settings["response_format"] = wanted.get("json_schema", {})
    return found
