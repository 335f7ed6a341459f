"""A client of the Responses dialect."""

from __future__ import annotations

from typing import Any

from recordings import grammar_responses
from recordings.answer import Outcome

Json = dict[str, Any]

RENAMED = {"max_tokens": "max_output_tokens"}


def request(ask: Json, model: str, stream: bool) -> tuple[str, dict[str, str], Json]:
    body: Json = {"model": model, "stream": stream, "store": False}
    for name, value in ask.items():
        match name:
            case "messages":
                body["input"] = [item for message in value for item in items(message)]
            case "tools":
                body["tools"] = [{"type": "function"} | tool["function"] for tool in value]
            case "response_format":
                body["text"] = {"format": {"type": "json_schema"} | value["json_schema"]}
            case "reasoning_effort":
                body["reasoning"] = {"effort": value}
            case _:
                body[RENAMED.get(name, name)] = value
    system, *others = body["input"]
    return "/v1/responses", {}, body | {"instructions": system["content"], "input": others}


def items(message: Json) -> list[Json]:
    if message["role"] == "tool":
        return [{"type": "function_call_output", "call_id": message["tool_call_id"], "output": message["content"]}]
    found = [{"type": "message", "role": message["role"], "content": content(message["content"])}]
    for call in message.get("tool_calls", []):
        made = {"type": "function_call", "call_id": call["id"]}
        found.append(made | call["function"])
    return found


def content(value: Any) -> Any:
    return value if isinstance(value, str) else [part(one) for one in value]


def part(value: Json) -> Json:
    if value["type"] == "text":
        return {"type": "input_text", "text": value["text"]}
    return {"type": "input_image", "image_url": value["image_url"]["url"]}


def read(status: int, headers: dict[str, str], body: bytes, request: Json) -> Outcome:
    return grammar_responses.read(status, headers, body, request["stream"])
