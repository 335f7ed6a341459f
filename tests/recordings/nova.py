"""Recorded answers of InvokeModel as Converse would give them: the gateway asks for chats of all families but Claude by Converse.

Nova's own bodies have Converse's members, so nothing is invented: a stream's frames are unpacked, and one setting of requests has another
name. An answer that denies access is the service's, whatever was called.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from matrix import scripted
from recordings.event_frames import read_frames

Json = dict[str, Any]

CONVERSE = {"bedrock.invoke": "bedrock.converse", "bedrock.invoke_stream": "bedrock.converse_stream"}
# What Converse has as members of the same name.
REQUEST_MEMBERS = ("messages", "system", "inferenceConfig", "toolConfig")
SETTINGS = {"max_new_tokens": "maxTokens", "maxTokens": "maxTokens", "temperature": "temperature", "topP": "topP", "stopSequences": "stopSequences"}


def is_nova(stored: Json) -> bool:
    return "amazon.nova" in ((stored.get("endpoint") or {}).get("path") or "")


def is_like_converse(stored: Json) -> bool:
    return stored["dialect"] in CONVERSE and (is_nova(stored) or stored["response"]["status"] == 403)


def as_converse(stored: Json) -> Json:
    """The stored exchange with the bodies of Converse."""
    response = dict(stored["response"])
    if stored["dialect"] == "bedrock.invoke_stream" and response.get("body_base64"):
        frames = read_frames(base64.b64decode(response["body_base64"]))
        response["body_base64"] = base64.b64encode(b"".join(unpacked(json.loads(payload)) for _, payload in frames)).decode()
    request = dict(stored["request"])
    request["body"] = as_converse_request(request["body"]) if is_nova(stored) else None
    return stored | {"dialect": CONVERSE[stored["dialect"]], "request": request, "response": response}


def as_converse_request(body: Json) -> Json:
    made = {name: body[name] for name in REQUEST_MEMBERS if name in body}
    stated = made.get("inferenceConfig") or {}
    made["inferenceConfig"] = {SETTINGS[name]: value for name, value in stated.items() if name in SETTINGS}
    return made


def unpacked(chunk: Json) -> bytes:
    """The one event in a chunk, in a frame of its own name."""
    event = json.loads(base64.b64decode(chunk["bytes"]))
    name = next(iter(event))
    return scripted.frame("event", name, event[name])
