"""A client of Gemini's generateContent."""

from __future__ import annotations

import json
from typing import Any

from recordings import google_grammar
from recordings.answer import Outcome

Json = dict[str, Any]

CHOICES = {"auto": "AUTO", "required": "ANY", "none": "NONE"}
SETTINGS = {"max_tokens": "maxOutputTokens", "stop": "stopSequences"}


class Body(dict[str, Any]):
    """A request's; that it asks for a stream stands in the path."""

    stream = False


def request(ask: Json, model: str, stream: bool) -> tuple[str, dict[str, str], Json]:
    system, *others = ask["messages"]
    body = Body({"systemInstruction": {"parts": [{"text": system["content"]}]}, "contents": contents(others)})
    body.stream = stream
    if tools := ask.get("tools"):
        body["tools"] = [{"functionDeclarations": [declaration(tool["function"]) for tool in tools]}]
    if choice := ask.get("tool_choice"):
        body["toolConfig"] = {"functionCallingConfig": {"mode": CHOICES[choice]}}
    config = {theirs: ask[ours] for ours, theirs in SETTINGS.items() if ours in ask}
    if effort := ask.get("reasoning_effort"):
        config["thinkingConfig"] = {"thinkingLevel": effort.upper(), "includeThoughts": True}
    if form := ask.get("response_format"):
        config |= {"responseMimeType": "application/json", "responseJsonSchema": form["json_schema"]["schema"]}
    body["generationConfig"] = config
    call = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return f"/v1beta/models/{model}:{call}", {}, body


def declaration(function: Json) -> Json:
    return {"name": function["name"], "description": function["description"], "parametersJsonSchema": function["parameters"]}


def contents(messages: list[Json]) -> list[Json]:
    """Results of one turn stand together, as this dialect has them."""
    row: list[Json] = []
    names: dict[str, str] = {}
    for message in messages:
        role = "model" if message["role"] == "assistant" else "user"
        parts = parts_of(message, names)
        if row and row[-1]["role"] == role:
            row[-1]["parts"] += parts
        else:
            row.append({"role": role, "parts": parts})
    return row


def parts_of(message: Json, names: dict[str, str]) -> list[Json]:
    content = message["content"]
    if message["role"] == "tool":
        call_id = message["tool_call_id"]
        return [{"functionResponse": {"id": call_id, "name": names[call_id], "response": {"output": content}}}]
    parts = [{"text": content}] if isinstance(content, str) else [user_part(part) for part in content]
    for call in message.get("tool_calls") or []:
        names[call["id"]] = call["function"]["name"]
        arguments = json.loads(call["function"]["arguments"])
        parts.append({"functionCall": {"id": call["id"], "name": call["function"]["name"], "args": arguments}})
    return parts


def user_part(part: Json) -> Json:
    if part["type"] == "text":
        return {"text": part["text"]}
    kind, _, data = part["image_url"]["url"].removeprefix("data:").partition(";base64,")
    return {"inlineData": {"mimeType": kind, "data": data}}


def read(status: int, headers: dict[str, str], body: bytes, request: Json) -> Outcome:
    return google_grammar.read(status, headers, body, google_grammar.EVENTS if request.stream else "")
