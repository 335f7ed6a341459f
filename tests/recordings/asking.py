"""The request that a client of the gateway sends for a recording: the recorded one where it can be used, else one that fits the answer."""

from __future__ import annotations

import json
import zlib
from typing import Any

from recordings import asking_cohere, asking_ollama, asking_responses, chat_of_bedrock, google_request
from recordings.answer import Expected
from recordings.corpus import Recording

ROUTES = {
    "openai.chat": "rec-openai",
    "openai.responses": asking_responses.PROVIDER,
    "anthropic.messages": "rec-anthropic",
    "bedrock.converse": "rec-bedrock",
    "bedrock.converse_stream": "rec-bedrock",
    "bedrock.messages": "rec-bedrock-messages",
    "bedrock.messages_stream": "rec-bedrock-messages",
    "cohere.v2.chat": "rec-cohere",
    "ollama.chat": "rec-ollama",
}
# These dialects have no place for an end user's id, so that every exchange gets a deployment whose model is the marker.
MARKED_BY_MODEL = {"cohere.v2.chat": asking_cohere, "ollama.chat": asking_ollama}
# Where the request that arrives is told as facts.
TRANSLATED = MARKED_BY_MODEL | {"openai.responses": asking_responses}
ROLES = {"system", "developer", "user", "assistant", "tool", "function"}
PART_FIELDS = {"text": "text", "image_url": "image_url", "file": "file", "input_audio": "input_audio", "refusal": "refusal"}
CHOICES = {"auto": "auto", "any": "required", "none": "none"}

Json = dict[str, Any]


def request_for(recording: Recording, expected: Expected, marker: str) -> Json:
    """`marker` tells the fake provider which recording to answer with; it travels as the end user's id, as the model, or as a seed."""
    request = content_of(recording, expected) or simple_request(recording, expected)
    request["stream"] = recording.asked_for_stream
    if recording.dialect in MARKED_BY_MODEL:
        return request | {"model": marked_route(recording, marker)}
    if recording.dialect.startswith("google."):
        return request | {"model": google_route(recording), "seed": seed_of(marker)}
    return request | {"model": ROUTES[recording.dialect]} | marked(recording.dialect, marker)


def marked_route(recording: Recording, marker: str) -> str:
    return f"{ROUTES[recording.dialect]}/{marker}"


def marked(dialect: str, marker: str) -> Json:
    """Converse has no place for an end user, but one for the client's metadata."""
    return {"metadata": {"recording": marker}} if dialect.startswith("bedrock.converse") else {"user": marker}


def seed_of(marker: str) -> int:
    """Gemini is told nothing about the user."""
    return zlib.crc32(marker.encode()) & 0x7FFFFFFF


def google_route(recording: Recording) -> str:
    """By the generation of the model that was asked, since each takes something else."""
    if "gemini-2.0" in recording.path:
        return "rec-google-2-0"
    return "rec-google-2-5" if "gemini-2.5" in recording.path else "rec-google"


def content_of(recording: Recording, expected: Expected) -> Json | None:
    """The recorded request in the Chat Completions dialect. Refused ones are not used: the gateway might refuse them by itself."""
    if recording.request is None or expected.failure is not None:
        return None
    if recording.dialect == "openai.chat":
        return recorded_openai(recording)
    if recording.dialect.startswith("bedrock.converse"):
        translated = chat_of_bedrock.translated(recording.request)
        return translated and with_stream_options(translated, recording.streamed)
    if dialect := TRANSLATED.get(recording.dialect):
        translated = dialect.translated(recording.request)
        return translated and with_stream_options(translated, recording.streamed)
    if recording.dialect.startswith("google."):
        request = google_request.translated(recording.request)
        return request and with_stream_options(request, recording.asked_for_stream)
    return translated_anthropic(recording.request, recording.streamed)


def simple_request(recording: Recording, expected: Expected) -> Json:
    request: Json = {"messages": [{"role": "user", "content": "Please answer."}]}
    if names := expected.answer.call_names:
        request["tools"] = [tool(name, "", {"type": "object", "properties": {}}) for name in names]
    return with_stream_options(request, recording.asked_for_stream)


def tool(name: str, description: str, parameters: Json) -> Json:
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def with_stream_options(request: Json, stream: bool) -> Json:
    return request | {"stream_options": {"include_usage": True}} if stream else request


ROUTING = {"models", "provider", "route", "fallbacks"}


def recorded_openai(recording: Recording) -> Json | None:
    """Without what only one vendor takes in a message, since no gateway can read all of that."""
    request = recording.request
    assert request is not None
    if not all(is_common_message(message) for message in request.get("messages") or [{}]):
        return None
    if not recording.streamed:
        request = {name: value for name, value in request.items() if name != "stream_options"}
    # OpenRouter's words for routing are the gateway's own here, and these name models that it does not have.
    return {name: value for name, value in request.items() if name not in ROUTING}


def is_common_message(message: Json) -> bool:
    content = message.get("content")
    if message.get("role") not in ROLES:
        return False
    return not isinstance(content, list) or all(is_common_part(part) for part in content)


def is_common_part(part: Any) -> bool:
    if not isinstance(part, dict) or part.get("type") not in PART_FIELDS:
        return False
    value = part.get(PART_FIELDS[part["type"]])
    return isinstance(value, str if part["type"] in ("text", "refusal") else dict)


def translated_anthropic(request: Json, stream: bool) -> Json | None:
    """A Messages request in the Chat Completions dialect; None when it holds something that has no place there."""
    try:
        messages = [*system_messages(request.get("system"))]
        for message in request["messages"]:
            messages += translated_message(message["role"], as_blocks(message["content"]))
    except KeyError:
        return None
    translated: Json = {"messages": messages, "max_tokens": request["max_tokens"]}
    if tools := [part for part in request.get("tools") or [] if part.get("type") in (None, "custom")]:
        translated["tools"] = [tool(part["name"], part.get("description", ""), part["input_schema"]) for part in tools]
        translated |= translated_choice(request.get("tool_choice") or {}, [part["name"] for part in tools])
    if stops := request.get("stop_sequences"):
        translated["stop"] = stops[:4]
    if (temperature := request.get("temperature")) is not None:
        translated["temperature"] = temperature
    return with_stream_options(translated, stream)


def as_blocks(content: Any) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def system_messages(system: Any) -> list[Json]:
    return [{"role": "system", "content": block["text"]} for block in as_blocks(system)] if system else []


def translated_message(role: str, blocks: list[Json]) -> list[Json]:
    if role == "assistant":
        return [assistant_message(blocks)]
    results = [tool_message(block) for block in blocks if block["type"] == "tool_result"]
    parts = [user_part(block) for block in blocks if block["type"] != "tool_result"]
    return [*results, {"role": "user", "content": parts}] if parts else results


def assistant_message(blocks: list[Json]) -> Json:
    """Reasoning is left out: signed blocks belong to the answer that they came with."""
    text, calls = "", []
    for block in blocks:
        if block["type"] == "text":
            text += block["text"]
        elif block["type"] == "tool_use":
            function = {"name": block["name"], "arguments": json.dumps(block["input"])}
            calls.append({"id": block["id"], "type": "function", "function": function})
        elif block["type"] not in ("thinking", "redacted_thinking"):
            raise KeyError(block["type"])
    if calls:
        return {"role": "assistant", "content": text or None, "tool_calls": calls}
    return {"role": "assistant", "content": text}


def tool_message(block: Json) -> Json:
    texts = [part["text"] for part in as_blocks(block.get("content") or "")]
    return {"role": "tool", "tool_call_id": block["tool_use_id"], "content": "".join(texts)}


def user_part(block: Json) -> Json:
    if block["type"] == "text":
        return {"type": "text", "text": block["text"]}
    if block["type"] != "image":
        raise KeyError(block["type"])
    source = block["source"]
    url = source["url"] if source["type"] == "url" else f"data:{source['media_type']};base64,{source['data']}"
    return {"type": "image_url", "image_url": {"url": url}}


def translated_choice(choice: Json, names: list[str]) -> Json:
    """A forced tool that is not among `names` is a server tool, which the request does not have any more."""
    translated: Json = {}
    if choice.get("disable_parallel_tool_use"):
        translated["parallel_tool_calls"] = False
    if choice.get("type") in CHOICES:
        translated["tool_choice"] = CHOICES[choice["type"]]
    elif choice.get("name") in names:
        translated["tool_choice"] = {"type": "function", "function": {"name": choice["name"]}}
    return translated
