"""Gemini's generateContent."""

from __future__ import annotations

import json
from typing import Any

from blackbox.fake_upstream import Reply, Request
from matrix.cells import TOKENS, Said
from matrix.scripted import KEY, Form, halves, json_body, sse
from recordings.google_request import CONFIG, MEMBERS, lower_types, system_texts
from recordings.sent import Facts

Json = dict[str, Any]

MODEL = "gemini-2.5-flash"
PATH = f"/v1beta/models/{MODEL}"
FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP", "content_filter": "SAFETY"}
CHOICES = {"AUTO": "auto", "ANY": "required", "NONE": "none"}
SETTINGS = {"maxOutputTokens": "max_tokens", "stopSequences": "stop", "responseJsonSchema": "response_format"}


def may(request: Request) -> bool:
    return request.headers.get("x-goog-api-key") == KEY


FORMS = {
    "google": Form(
        '{{dialect: google, base_url: "{url}", api_key: "{key}"}}',
        (f"{PATH}:generateContent", f"{PATH}:streamGenerateContent?alt=sse"),
        MODEL,
        may=may,
        adapted={"thinking": "reasoning_effort=clamped"},  # so that the answer has room
    )
}


def facts(body: Json) -> Facts:
    config = body.get("generationConfig") or {}
    found = Facts(strangers=sorted((body.keys() - MEMBERS) | (config.keys() - CONFIG)), system="".join(system_texts(body)))
    for content in body["contents"]:
        read_turn(found, content.get("role") or "user", content["parts"])
    for entry in body.get("tools") or []:
        found.tools += [(tool["name"], parameters(tool)) for tool in entry.get("functionDeclarations") or []]
    found.settings = {ours: config[theirs] for theirs, ours in SETTINGS.items() if theirs in config}
    found.settings["thinking"] = thinks(config.get("thinkingConfig") or {})
    if mode := ((body.get("toolConfig") or {}).get("functionCallingConfig") or {}).get("mode"):
        found.settings["tool_choice"] = CHOICES[mode]
    return found


def thinks(config: Json) -> bool:
    """Gemini 2.5 has a budget, later models a level."""
    return config.get("thinkingBudget", 0) > 0 or config.get("thinkingLevel") == "HIGH"


def read_turn(found: Facts, role: str, parts: list[Json]) -> None:
    text = "".join(part["text"] for part in parts if "text" in part and not part.get("thought"))
    if role == "model":
        found.assistant.append(text)
        found.reasoning.append("")
    elif any("functionResponse" not in part for part in parts):
        found.user.append(text)
    for part in parts:
        if call := part.get("functionCall"):
            found.calls.append((call.get("id") or call["name"], call["name"], call.get("args") or {}))
        if result := part.get("functionResponse"):
            found.results.append((result.get("id") or result["name"], result["response"]["output"]))
        if data := part.get("inlineData"):
            found.images.append(f"data:{data['mimeType']};base64,{data['data']}")


def parameters(tool: Json) -> Json:
    """A function without parameters may have no schema."""
    return lower_types(tool.get("parametersJsonSchema") or tool.get("parameters") or {"type": "object", "properties": {}})


def parts_of(said: Said) -> list[Json]:
    parts: list[Json] = [{"text": said.reasoning, "thought": True}] if said.reasoning else []
    parts += [{"text": said.text}] if said.text else []
    return parts + [{"functionCall": call(*one)} for one in said.calls]


def call(call_id: str, name: str, arguments: str) -> Json:
    return ({"id": call_id} if call_id else {}) | {"name": name, "args": json.loads(arguments)}


def answer(parts: list[Json], **end: Any) -> Json:
    candidate = {"index": 0, "content": {"role": "model", "parts": parts}} | end
    return {"candidates": [candidate], "modelVersion": "gemini-m", "responseId": "m1"}


def usage() -> Json:
    return {"usageMetadata": {"promptTokenCount": TOKENS[0], "candidatesTokenCount": TOKENS[1], "totalTokenCount": sum(TOKENS)}}


def whole(said: Said) -> Reply:
    return json_body(answer(parts_of(said), finishReason=FINISH[said.finish]) | usage())


def pieces(said: Said) -> list[Json]:
    cut = [part | {"text": half} for part in parts_of(said) if "text" in part for half in halves(part["text"])]
    return [answer([part]) for part in [*cut, *(part for part in parts_of(said) if "functionCall" in part)]]


def last(said: Said) -> Json:
    return answer([{"text": ""}], finishReason=FINISH[said.finish]) | usage()


def stream(said: Said) -> Reply:
    return sse([*pieces(said), last(said)])


def failure(status: int, kind: str, words: str) -> Json:
    return {"error": {"code": status, "message": words, "status": kind}}


def error(words: str) -> Reply:
    return json_body(failure(429, "RESOURCE_EXHAUSTED", words), 429)


def broken(said: Said, words: str) -> Reply:
    return sse([*pieces(said), failure(500, "INTERNAL", words)])
