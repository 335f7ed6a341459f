"""Ollama's own API."""

from __future__ import annotations

import json
from typing import Any

from blackbox.fake_upstream import Reply
from matrix.cells import TOKENS, Said
from matrix.scripted import Form, halves, json_body, ndjson
from recordings import asking_ollama
from recordings.sent import Facts

Json = dict[str, Any]

FORMS = {
    "ollama": Form(
        '{{dialect: ollama, base_url: "{url}"}}',
        ("/api/chat", "/api/chat"),
        "qwen3:4b",
        may=lambda request: "authorization" not in request.headers,
        deployment=", capabilities: {features: {reasoning: native}}",
    )
}
UNKNOWN = {"refusal": "no answer of Ollama's says that it was refused"}


def facts(body: Json) -> Facts:
    found = asking_ollama.facts(body)
    found.settings["thinking"] = body.get("think") not in (None, False)
    return found


def line(message: Json, **end: Any) -> Json:
    answer = {"model": "qwen3:4b", "created_at": "2026-08-17T08:22:52.061545Z", "done": bool(end)}
    return answer | {"message": {"role": "assistant", "content": ""} | message} | end


def end(said: Said) -> Json:
    reason = "length" if said.finish == "length" else "stop"
    return {"done_reason": reason, "prompt_eval_count": TOKENS[0], "eval_count": TOKENS[1]}


def calls(said: Said) -> list[Json]:
    return [
        {"id": one[0], "function": {"name": one[1], "arguments": json.loads(one[2]), "index": index}} for index, one in enumerate(said.calls)
    ]


def whole(said: Said) -> Reply:
    message: Json = {"content": said.text} | ({"thinking": said.reasoning} if said.reasoning else {})
    return json_body(line(message | ({"tool_calls": calls(said)} if said.calls else {}), **end(said)))


def lines(said: Said) -> list[Json]:
    found = [line({"thinking": half}) for half in halves(said.reasoning)] + [line({"content": half}) for half in halves(said.text)]
    return found + [line({"tool_calls": [one]}) for one in calls(said)]


def stream(said: Said) -> Reply:
    return ndjson([*lines(said), line({}, **end(said))])


def error(words: str) -> Reply:
    return json_body({"error": words}, 429)


def broken(said: Said, words: str) -> Reply:
    return ndjson([*lines(said), {"error": words}])
