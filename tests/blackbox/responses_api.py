"""What a server of OpenAI's Responses API says: its items, whole responses, and the events of a stream, as the vendor's are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blackbox.fake_upstream import halves

Json = dict[str, Any]


def reasoning(summary: str, encrypted: str) -> Json:
    return {"id": "rs_1", "type": "reasoning", "encrypted_content": encrypted, "summary": [{"type": "summary_text", "text": summary}]}


def message(text: str, status: str = "completed") -> Json:
    part = {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
    return {"id": "msg_1", "type": "message", "status": status, "content": [part], "role": "assistant"}


def function_call(call_id: str, name: str, arguments: str) -> Json:
    known = {"id": f"fc_{call_id}", "type": "function_call", "status": "completed"}
    return known | {"arguments": arguments, "call_id": call_id, "name": name}


def response(output: list[Json], **changes: Any) -> Json:
    known = {"id": "resp_1", "object": "response", "created_at": 1770000000, "status": "completed", "model": "gpt-5-pro-2025-10-06"}
    return known | {"error": None, "incomplete_details": None, "output": output, "usage": None} | changes


def events(output: list[Json], **changes: Any) -> list[Json]:
    """A stream that ends with this response; its status names the last event."""
    whole = response(output, **changes)
    return numbered([*beginning(output), {"type": f"response.{whole['status']}", "response": whole}])


def broken_events(output: list[Json], error: Json) -> list[Json]:
    """A stream that brings the items and then fails, which the vendor says twice."""
    failed = response(output, status="failed", error={"code": error["code"], "message": error["message"]})
    return numbered([*beginning(output), {"type": "error", "error": error}, {"type": "response.failed", "response": failed}])


def numbered(found: list[Json]) -> list[Json]:
    return [event | {"sequence_number": number} for number, event in enumerate(found)]


def beginning(output: list[Json]) -> Iterator[Json]:
    """All events but the last."""
    for kind in ("created", "in_progress"):
        yield {"type": f"response.{kind}", "response": response([], status="in_progress")}
    for index, item in enumerate(output):
        place = {"output_index": index}
        yield {"type": "response.output_item.added", **place, "item": empty(item)}
        yield from pieces(item, place | {"item_id": item["id"]})
        yield {"type": "response.output_item.done", **place, "item": item}


def empty(item: Json) -> Json:
    """The item as it is announced."""
    nothing: dict[str, Json] = {
        "reasoning": {"summary": []},
        "message": {"status": "in_progress", "content": []},
        "function_call": {"status": "in_progress", "arguments": ""},
    }
    return item | nothing.get(item["type"], {})


def pieces(item: Json, place: Json) -> Iterator[Json]:
    match item["type"]:
        case "function_call":
            yield from text_events("function_call_arguments", item["arguments"], "arguments", place)
        case "message":
            place |= {"content_index": 0}
            yield from part_events("content_part", "output_text", item["content"][0], place)
        case "reasoning":
            place |= {"summary_index": 0}
            yield from part_events("reasoning_summary_part", "reasoning_summary_text", item["summary"][0], place)


def part_events(part_word: str, text_word: str, part: Json, place: Json) -> Iterator[Json]:
    yield {"type": f"response.{part_word}.added", **place, "part": part | {"text": ""}}
    yield from text_events(text_word, part["text"], "text", place)
    yield {"type": f"response.{part_word}.done", **place, "part": part}


def text_events(word: str, text: str, member: str, place: Json) -> Iterator[Json]:
    """The text in two deltas, and once more as a whole."""
    for half in halves(text):
        yield {"type": f"response.{word}.delta", **place, "delta": half}
    yield {"type": f"response.{word}.done", **place, member: text}
