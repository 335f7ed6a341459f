"""A recorded Responses request in the Chat Completions dialect, and what of it must arrive at the provider again."""

from __future__ import annotations

import json
from typing import Any

from recordings.sent import Facts

Json = dict[str, Any]

PROVIDER = "rec-responses"
MEMBERS = {
    *("model", "instructions", "input", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning", "max_output_tokens", "temperature"),
    *("top_p", "top_logprobs", "include", "store", "service_tier", "metadata", "user", "safety_identifier", "prompt_cache_key"),
    *("prompt_cache_retention", "prompt_cache_options", "moderation", "stream", "truncation", "max_tool_calls"),
}
# What refers to the provider's memory has no place in a chat request.
STATE = ("previous_response_id", "prompt", "conversation", "background")
SAMPLING = {"max_output_tokens": "max_tokens", "temperature": "temperature", "top_p": "top_p"}
KEPT = ("parallel_tool_calls", "service_tier", "prompt_cache_key", "prompt_cache_options")


def translated(request: Json) -> Json | None:
    """What a client of the gateway sends to ask for the same; None when it holds something that has no place there."""
    if any(request.get(name) for name in STATE) or request.get("input") is None:
        return None
    try:
        messages = translated_items(as_items(request["input"]))
    except KeyError:
        return None
    if instructions := request.get("instructions"):
        messages.insert(0, {"role": "system", "content": instructions})
    asked: Json = {"messages": messages}
    asked |= {theirs: request[ours] for ours, theirs in SAMPLING.items() if request.get(ours) is not None}
    asked |= {name: request[name] for name in KEPT if request.get(name) is not None}
    if tools := request.get("tools"):
        asked["tools"] = [translated_tool(tool) for tool in tools]
        if choice := request.get("tool_choice"):
            asked["tool_choice"] = translated_choice(choice)
    if reasoning := request.get("reasoning"):
        asked["reasoning"] = reasoning
    return asked | translated_format((request.get("text") or {}).get("format") or {})


def as_items(value: Any) -> list[Json]:
    return [{"role": "user", "content": value}] if isinstance(value, str) else value


def translated_items(items: list[Json]) -> list[Json]:
    """Reasoning, a message and calls of the assistant make one turn."""
    messages: list[Json] = []
    for item in items:
        kind = item.get("type", "message")
        if kind == "function_call_output":
            messages.append({"role": "tool", "tool_call_id": item["call_id"], "content": plain_text(item["output"])})
        elif kind == "message" and item["role"] != "assistant":
            messages.append({"role": item["role"], "content": translated_content(item["content"])})
        elif kind == "message":
            open_turn(messages, "content")["content"] = assistant_text(item["content"])
        elif kind == "function_call":
            function = {"name": item["name"], "arguments": item["arguments"]}
            call = {"id": item["call_id"], "type": "function", "function": function}
            open_turn(messages).setdefault("tool_calls", []).append(call)
        elif kind == "reasoning":
            if item.get("encrypted_content"):
                open_turn(messages, "tool_calls").setdefault("thinking_blocks", []).append(sealed(item))
        else:
            raise KeyError(kind)
    return messages


def open_turn(messages: list[Json], closed_by: str = "") -> Json:
    """The assistant's turn that goes on, unless it has the member already that would come before."""
    if not messages or messages[-1]["role"] != "assistant" or closed_by in messages[-1]:
        messages.append({"role": "assistant"})
    return messages[-1]


def sealed(item: Json) -> Json:
    """As the gateway handed it to its client, see the provider's README."""
    text = "\n\n".join(part["text"] for part in item.get("summary") or [])
    seal = f"openai.responses/{PROVIDER}:{item.get('id', '')}:{item['encrypted_content']}"
    return {"type": "thinking", "thinking": text, "signature": seal}


def assistant_text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def plain_text(output: Any) -> str:
    return output if isinstance(output, str) else "".join(part["text"] for part in output)


def translated_content(content: Any) -> Any:
    return content if isinstance(content, str) else [translated_part(part) for part in content]


def translated_part(part: Json) -> Json:
    match part["type"]:
        case "input_text":
            return {"type": "text", "text": part["text"]}
        case "input_image":
            detail = {"detail": part["detail"]} if part.get("detail") else {}
            return {"type": "image_url", "image_url": {"url": part["image_url"]} | detail}
        case "input_file":
            known = {name: part[name] for name in ("file_id", "filename", "file_data") if part.get(name)}
            return {"type": "file", "file": {"file_data": part["file_url"]} if part.get("file_url") else known}
        case other:
            raise KeyError(other)


def translated_tool(tool: Json) -> Json:
    if tool["type"] != "function":
        return tool
    members = ("name", "description", "parameters", "strict")
    return {"type": "function", "function": {name: tool[name] for name in members if tool.get(name) is not None}}


def translated_choice(choice: Any) -> Any:
    if isinstance(choice, str):
        return choice
    if choice["type"] == "allowed_tools":
        tools = [translated_choice(tool) for tool in choice["tools"]]
        return {"type": "allowed_tools", "allowed_tools": {"mode": choice["mode"], "tools": tools}}
    return {"type": "function", "function": {"name": choice["name"]}}


def translated_format(wanted: Json) -> Json:
    if wanted.get("type") not in ("json_schema", "json_object"):
        return {}
    if wanted["type"] == "json_object":
        return {"response_format": {"type": "json_object"}}
    named = {name: wanted[name] for name in ("name", "schema", "strict", "description") if wanted.get(name) is not None}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def facts(body: Json) -> Facts:
    """What the body that arrived says, in the same words for every dialect."""
    found = Facts(strangers=sorted(body.keys() - MEMBERS), system=body.get("instructions", ""))
    for item in body["input"]:
        match item.get("type", "message"):
            case "message":
                message_facts(item, found)
            case "function_call":
                found.calls.append((item["call_id"], item["name"], json.loads(item["arguments"])))
            case "function_call_output":
                found.results.append((item["call_id"], plain_text(item["output"])))
            case "reasoning":
                found.seals.append(f"{item.get('id', '')}:{item['encrypted_content']}")
                assert "reasoning.encrypted_content" in body["include"]
    tools = body.get("tools") or []
    if "instructions" not in body:  # only a client of this API writes them, and it means what it leaves out
        assert all("strict" in tool for tool in tools if tool["type"] == "function"), "the API would hold the tool to its schema"
    found.tools = [(tool["name"], tool["parameters"]) for tool in tools if tool["type"] == "function"]
    found.hosted = [tool for tool in tools if tool["type"] != "function"]
    found.settings = {theirs: body[ours] for ours, theirs in SAMPLING.items() if ours in body}
    if "tool_choice" in body:
        found.settings["tool_choice"] = translated_choice(body["tool_choice"])
    if wanted := translated_format((body.get("text") or {}).get("format") or {}):
        found.settings["response_format"] = wanted["response_format"].get("json_schema", {}).get("schema", {})
    if body["store"]:
        found.strangers.append("store")
    return found


def message_facts(item: Json, found: Facts) -> None:
    content = item["content"]
    parts = [{"type": "input_text", "text": content}] if isinstance(content, str) else content
    text = "".join(part["text"] for part in parts if part["type"].endswith("_text"))
    match item["role"]:
        case "system" | "developer":
            found.system += text
        case "user":
            found.user.append(text)
            found.images += [part["image_url"] for part in parts if part["type"] == "input_image"]
            found.files += [file_of(part) for part in parts if part["type"] == "input_file"]
        case "assistant":
            found.assistant.append(text)
            found.reasoning.append("")


def file_of(part: Json) -> str:
    return part.get("file_id") or part.get("file_url") or part["file_data"]
