"""A recorded Ollama request in the Chat Completions dialect, and what of it must arrive at the provider again."""

from __future__ import annotations

import json
from typing import Any

from recordings.sent import Facts

Json = dict[str, Any]

MEMBERS = {
    *("model", "stream", "messages", "tools", "format", "think", "options", "keep_alive", "truncate", "shift", "logprobs"),
    "top_logprobs",
}
OPTIONS = {"num_predict": "max_tokens", "temperature": "temperature", "top_p": "top_p", "stop": "stop", "seed": "seed"}


def translated(request: Json) -> Json:
    """What a client of the gateway sends to ask for the same."""
    asked: Json = {"messages": translated_messages(request["messages"])}
    options = request.get("options") or {}
    asked |= {theirs: options[ours] for ours, theirs in OPTIONS.items() if ours in options}
    if tools := request.get("tools"):
        asked["tools"] = tools
    if isinstance(wanted := request.get("format"), dict):
        asked["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": wanted}}
    elif wanted:
        asked["response_format"] = {"type": "json_object"}
    if (think := request.get("think")) is not None:
        asked["reasoning_effort"] = "medium" if think else "none"
    return asked


def translated_messages(messages: list[Json]) -> list[Json]:
    """Results follow their calls in order, and few have an id: each gets that of the call whose result it is."""
    translated: list[Json] = []
    waiting: list[str] = []
    for number, message in enumerate(messages):
        said: Json = {"role": message["role"], "content": message["content"]}
        if images := message.get("images"):
            url = "data:image/png;base64,{}"
            pictures = [{"type": "image_url", "image_url": {"url": url.format(image)}} for image in images]
            said["content"] = [{"type": "text", "text": message["content"]}, *pictures]
        if thinking := message.get("thinking"):
            said["reasoning_content"] = thinking
        if calls := message.get("tool_calls"):
            said["tool_calls"] = [translated_call(call, f"call_{number}_{place}") for place, call in enumerate(calls)]
            waiting = [call["id"] for call in said["tool_calls"]]
        if message["role"] == "tool":
            said["tool_call_id"] = waiting.pop(0)
        translated.append(said)
    return translated


def translated_call(call: Json, name: str) -> Json:
    function = {"name": call["function"]["name"], "arguments": json.dumps(call["function"]["arguments"])}
    return {"id": call.get("id") or name, "type": "function", "function": function}


def facts(body: Json) -> Facts:
    """What the body that arrived says, in the same words for every dialect."""
    found = Facts()
    if unknown := body.keys() - MEMBERS:
        found.strangers = sorted(unknown)
    for message in body["messages"]:
        match message["role"]:
            case "system":
                found.system += message["content"]
            case "user":
                found.user.append(message["content"])
                found.images += [f"data:image/png;base64,{image}" for image in message.get("images") or []]
            case "assistant":
                calls = message.get("tool_calls") or []
                found.assistant.append(message["content"])
                found.reasoning.append(message.get("thinking") or "")
                found.calls += [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in calls]
            case "tool":
                found.results.append((message["tool_call_id"], message["content"]))
    found.tools = [(tool["function"]["name"], tool["function"]["parameters"]) for tool in body.get("tools") or []]
    found.settings = {theirs: body["options"][ours] for ours, theirs in OPTIONS.items() if ours in body["options"]}
    if wanted := body.get("format"):
        found.settings["response_format"] = {} if wanted == "json" else wanted
    return found
