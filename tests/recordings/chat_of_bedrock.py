"""A recorded Converse request in the Chat Completions dialect."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

MEDIA = {"pdf": "application/pdf", "txt": "text/plain", "csv": "text/csv", "md": "text/markdown", "html": "text/html"}
OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA |= {"xlsx": OFFICE + "spreadsheetml.sheet", "docx": OFFICE + "wordprocessingml.document"}
CHOICES = {"auto": "auto", "any": "required"}


def translated(request: Json) -> Json | None:
    """None when the request holds something that has no place in a chat request."""
    try:
        messages = [{"role": "system", "content": parts(request.get("system") or [])}] if request.get("system") else []
        for message in request["messages"]:
            messages += translated_message(message["role"], message["content"])
        return {"messages": messages} | tools_of(request.get("toolConfig") or {}) | knobs_of(request)
    except KeyError:
        return None


def translated_message(role: str, blocks: list[Json]) -> list[Json]:
    if role == "assistant":
        return [assistant_message(blocks)]
    results = [tool_message(block["toolResult"]) for block in blocks if "toolResult" in block]
    others = [block for block in blocks if "toolResult" not in block]
    return [*results, {"role": "user", "content": parts(others)}] if others else results


def assistant_message(blocks: list[Json]) -> Json:
    message: Json = {"role": "assistant", "content": "".join(block.get("text", "") for block in blocks) or None}
    if calls := [call_of(block["toolUse"]) for block in blocks if "toolUse" in block]:
        message["tool_calls"] = calls
    if thoughts := [block["reasoningContent"]["reasoningText"] for block in blocks if "reasoningContent" in block]:
        message["thinking_blocks"] = [
            {"type": "thinking", "thinking": thought["text"], "signature": thought["signature"]} for thought in thoughts
        ]
    return message


def call_of(use: Json) -> Json:
    return {"id": use["toolUseId"], "type": "function", "function": {"name": use["name"], "arguments": json.dumps(use["input"])}}


def tool_message(result: Json) -> Json:
    content = [{"text": json.dumps(part["json"])} if "json" in part else part for part in result["content"]]
    return {"role": "tool", "tool_call_id": result["toolUseId"], "content": parts(content)}


def parts(blocks: list[Json]) -> list[Json]:
    """A cache point becomes a hint on the part before it."""
    made: list[Json] = []
    for block in blocks:
        if "cachePoint" in block:
            made[-1]["cache_control"] = {"type": "ephemeral"}
        else:
            made.append(part(block))
    return made


def part(block: Json) -> Json:
    if "text" in block:
        return {"type": "text", "text": block["text"]}
    if "image" in block:
        url = f"data:image/{block['image']['format']};base64,{block['image']['source']['bytes']}"
        return {"type": "image_url", "image_url": {"url": url}}
    document = block["document"]
    data = f"data:{MEDIA[document['format']]};base64,{document['source']['bytes']}"
    return {"type": "file", "file": {"filename": f"{document['name']}.{document['format']}", "file_data": data}}


def tools_of(config: Json) -> Json:
    made: Json = {}
    specs = [tool["toolSpec"] for tool in config.get("tools", []) if "cachePoint" not in tool]
    if specs:
        made["tools"] = [
            {"type": "function", "function": {"name": spec["name"], "description": spec.get("description", ""), "parameters": spec["inputSchema"]["json"]}}
            for spec in specs
        ]
    for word, value in (config.get("toolChoice") or {}).items():
        made["tool_choice"] = CHOICES[word] if word in CHOICES else {"type": "function", "function": {"name": value["name"]}}
    return made


def knobs_of(request: Json) -> Json:
    stated = request.get("inferenceConfig") or {}
    names = {"maxTokens": "max_tokens", "temperature": "temperature", "topP": "top_p"}
    made = {ours: stated[theirs] for theirs, ours in names.items() if theirs in stated}
    if stops := stated.get("stopSequences"):
        made["stop"] = stops[:4]
    extra = request.get("additionalModelRequestFields") or {}
    if "thinking" in extra:
        made["thinking"] = extra["thinking"]
    return made
