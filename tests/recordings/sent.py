"""Whether the request that arrives at a provider still says what the client asked: the request direction.

What a client asked and what arrived are both told as `Facts`, each by code of its own that shares nothing with the gateway.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SETTINGS = ("max_tokens", "temperature", "top_p", "stop", "seed", "tool_choice")


@dataclass
class Facts:
    system: str = ""
    user: list[str] = field(default_factory=list)
    assistant: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)  # by turn of the assistant
    images: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # content, address or id
    seals: list[str] = field(default_factory=list)  # of reasoning that is given back
    calls: list[tuple[str, str, Any]] = field(default_factory=list)  # id, name, arguments
    results: list[tuple[str, str]] = field(default_factory=list)  # id of the call, text
    tools: list[tuple[str, Json]] = field(default_factory=list)  # name, parameters
    hosted: list[Json] = field(default_factory=list)  # tools that the vendor runs
    settings: Json = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)  # members that the provider's dialect does not have


def asked(request: Json) -> Facts:
    """The facts of a Chat Completions request."""
    found = Facts()
    for message in request["messages"]:
        parts = as_parts(message.get("content"))
        text = "".join(part["text"] for part in parts if part["type"] == "text")
        match message["role"]:
            case "system" | "developer":
                found.system += text
            case "user":
                found.user.append(text)
                found.images += [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
                found.files += [part["file"].get("file_id") or part["file"]["file_data"] for part in parts if part["type"] == "file"]
            case "assistant":
                calls = message.get("tool_calls") or []
                found.seals += [block["signature"].partition(":")[2] for block in message.get("thinking_blocks") or []]
                found.assistant.append(text)
                found.reasoning.append(message.get("reasoning_content") or "")
                found.calls += [(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls]
            case "tool":
                found.results.append((message["tool_call_id"], text))
    tools = request.get("tools") or []
    found.tools = [(tool["function"]["name"], tool["function"]["parameters"]) for tool in tools if tool["type"] == "function"]
    found.hosted = [tool for tool in tools if tool["type"] != "function"]
    found.settings = {name: request[name] for name in SETTINGS if name in request}
    if wanted := request.get("response_format"):
        found.settings["response_format"] = wanted.get("json_schema", {}).get("schema", {})
    return found


def as_parts(content: Any) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content or []


def lost(wanted: Facts, arrived: Facts) -> str:
    """The first thing that is missing or wrong, or nothing."""
    if arrived.strangers:
        return f"the request has members of another dialect: {arrived.strangers}"
    for name in ("user", "images", "files", "seals", "calls", "results", "tools", "hosted"):
        want, have = getattr(wanted, name), getattr(arrived, name)
        if normal(want) != normal(have):
            return f"{name}: asked {want!r}, arrived {have!r}"[:600]
    if not contains(arrived.system, wanted.system):
        return f"system: asked {wanted.system!r}, arrived {arrived.system!r}"[:600]
    if (want := said(wanted)) != (have := said(arrived)):
        return f"assistant: asked {want!r}, arrived {have!r}"[:600]
    for name, want in wanted.settings.items():
        if not kept(name, want, arrived):
            return f"{name}: asked {want!r}, arrived {arrived.settings.get(name)!r}"[:600]
    return ""


def contains(text: str, part: str) -> bool:
    """Blank space at the borders of joined texts does not matter."""
    return "".join(part.split()) in "".join(text.split())


def said(facts: Facts) -> list[str]:
    """Texts of the assistant. What it said beside calls may stand with its reasoning, so both count; empty turns do not."""
    pairs = zip(facts.assistant, facts.reasoning, strict=True)
    return [joined for text, thought in pairs if (joined := "".join((thought + text).split()))]


def kept(name: str, want: Any, arrived: Facts) -> bool:
    if name != "response_format" or name in arrived.settings:
        return normal(arrived.settings.get(name)) == normal(want)
    # A format that the dialect cannot say is said in the system text.
    return "JSON" in arrived.system


def normal(value: Any) -> Any:
    """Members of objects in any order, and numbers as such."""
    return json.loads(json.dumps(value, sort_keys=True))
