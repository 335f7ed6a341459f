"""The recorded counts of tokens: the gateway counts by itself, and asks nobody. How far is it from what the vendors count?

A client of Anthropic or of Google asks as it was recorded; what was asked at Bedrock is asked in Anthropic's words. The estimate has to be
within a factor of two. Where there are tools Anthropic adds a prompt of its own, and one more for each tool that it knows by itself, whose
lengths nobody else knows: there it must not be above the vendor's count, and not below the number of words in the request.
"""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from blackbox.fake_upstream import FakeUpstream, Request, Reply, json_reply
from blackbox.gateway import Gateway, server_section
from recordings import corpus
from recordings.corpus import Recording
from recordings.replaying import hold

Json = dict[str, Any]

DIALECTS = ("anthropic.count_tokens", "bedrock.count_tokens", "google.count_tokens")
COUNTS = ("input_tokens", "inputTokens", "totalTokens")
MODEL = "counted"
UNKNOWN = "no-such-model"
FACTOR = 2
# Members of a request whose values the model does not read.
SETTINGS = {"model", "tool_choice", "cache_control", "type"}


def is_ours(recording: Recording) -> bool:
    """Bedrock refuses what it cannot count; the gateway, which can, has nothing to refuse."""
    return not (recording.dialect == "bedrock.count_tokens" and recording.status != 200)


def ours(root: Path) -> list[Recording]:
    return [recording for recording in corpus.load(root, DIALECTS) if is_ours(recording)]


def configuration(url: str) -> str:
    return server_section() + f"""
providers:
  up: {{dialect: openai, base_url: "{url}/v1"}}
deployments:
  {MODEL}: {{provider: up, model: m}}
"""


def request_for(recording: Recording) -> tuple[str, Json]:
    """Path and body, as the client of the gateway sends them."""
    assert recording.request is not None
    model = MODEL if recording.status == 200 else UNKNOWN
    body = recording.request
    if recording.dialect == "google.count_tokens":
        if inner := body.get("generateContentRequest"):
            body = {"generateContentRequest": inner | {"model": f"models/{model}"}}
        return f"/v1beta/models/{model}:countTokens", body
    if recording.dialect == "bedrock.count_tokens":
        body = messages_of(body["input"])
    return "/v1/messages/count_tokens", body | {"model": model}


def messages_of(counted: Json) -> Json:
    """A request of Bedrock's in Anthropic's words."""
    if invoked := counted.get("invokeModel"):
        body = json.loads(base64.b64decode(invoked["body"]))
        return {name: body[name] for name in ("messages", "system", "tools") if name in body}
    return {"messages": [{"role": turn["role"], "content": blocks(turn["content"])} for turn in counted["converse"]["messages"]]}


def blocks(content: list[Json]) -> list[Json]:
    """A cache point becomes a hint on the block before it."""
    made: list[Json] = []
    for block in content:
        if "text" in block:
            made.append({"type": "text", "text": block["text"]})
        else:
            made[-1]["cache_control"] = {"type": block["cachePoint"]["type"].replace("default", "ephemeral")}
    return made


def problems(gateway: Gateway, recording: Recording) -> list[str]:
    path, body = request_for(recording)
    connection = http.client.HTTPConnection(gateway.listen, timeout=60)
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json", "anthropic-version": "2023-06-01"})
    response = connection.getresponse()
    status, answer = response.status, json.loads(response.read())
    connection.close()
    if recording.status != 200:
        return [] if status == recording.status and answer["error"]["message"] else [f"status {status} instead of {recording.status}: {answer}"]
    count = next((answer[name] for name in COUNTS if name in answer), None)
    if status != 200 or not isinstance(count, int):
        return [f"status {status} and no count: {answer}"]
    return count_problems(count, json.loads(recording.body), body)


def count_problems(count: int, said: Json, asked: Json) -> list[str]:
    stated = next(said[name] for name in COUNTS if name in said)
    adds_a_prompt = "tools" in asked and "messages" in asked
    least, most = (len(list(words(asked))), stated) if adds_a_prompt else (stated / FACTOR, stated * FACTOR)
    return [] if least <= count <= most else [f"{count} tokens, which is not from {least} to {most}; the vendor counts {stated}"]


def words(asked: Any) -> Iterator[str]:
    """The words of all texts that the model reads: no tokenizer makes less than a token of one."""
    if isinstance(asked, str):
        yield from asked.split()
    elif isinstance(asked, list):
        for part in asked:
            yield from words(part)
    elif isinstance(asked, dict):
        for name, value in asked.items():
            if name not in SETTINGS:
                yield from words(value)


def nobody(_: Request) -> Reply:
    return json_reply({"error": {"message": "nobody should be asked"}}, 500)


def replay_all(root: Path) -> tuple[list[Recording], int]:
    with FakeUpstream(nobody) as upstream, Gateway(configuration(upstream.url)) as gateway:
        return hold(ours(root), lambda recording: problems(gateway, recording) + ["a provider was asked"] * bool(upstream.requests))
