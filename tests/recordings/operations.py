#!/usr/bin/env python3
"""Replays the recordings of everything but chats through a running gateway, and compares what its client gets with what the provider said.

Embeddings, rankings and moderations are here, and completions, counts of tokens, and what is passed on, in modules beside. Vectors are compared as 32-bit floats, asked for as numbers and as base64; ranks by document and score; verdicts
by everything that they say of each category.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import struct
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import FakeUpstream
from blackbox.gateway import Gateway, server_section
from recordings import completions, corpus, passed_on, published, token_counts
from recordings.corpus import Recording
from recordings.replaying import Replay, hold, reply_of

Json = dict[str, Any]

# By dialect of the recording: the deployment that is asked, and the operation.
ASKED = {
    "openai.embeddings": ("openai", "embeddings"),
    "cohere.embed": ("cohere-embed", "embeddings"),
    "google.embed": ("google", "embeddings"),
    "vertex.predict": ("vertex", "embeddings"),
    "bedrock.invoke": ("titan", "embeddings"),
    "ollama.embed": ("ollama", "embeddings"),
    "rerank": ("openai", "rerank"),
    "cohere.rerank": ("cohere-rerank", "rerank"),
    "openai.moderations": ("openai", "moderations"),
}
LEFT_OUT = {"perplexity-132d0a766f932e", "local-4ad59a1bed11a0"}  # not_replayed.txt says why
# What is replayed in other ways, each by a module of its own.
MORE = {"completions": completions, "token counts": token_counts, "passed on": passed_on}
PIECES = (0, 7)


def configuration(url: str) -> str:
    key = 'api_key: "sk-canary-operations-01"'
    return server_section() + f"""
providers:
  openai: {{dialect: openai, base_url: "{url}/v1", {key}}}
  cohere: {{dialect: cohere, base_url: "{url}", {key}}}
  google: {{dialect: google, base_url: "{url}", {key}}}
  vertex: {{dialect: vertex, base_url: "{url}", {key}}}
  bedrock: {{dialect: bedrock, base_url: "{url}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: canary-secret}}
  ollama: {{dialect: ollama, base_url: "{url}"}}
deployments:
  openai: {{provider: openai, model: some-model}}
  cohere-embed: {{provider: cohere, model: embed-v4.0}}
  cohere-rerank: {{provider: cohere, model: rerank-v3.5}}
  google: {{provider: google, model: gemini-embedding-001}}
  vertex: {{provider: vertex, model: text-embedding-005}}
  titan: {{provider: bedrock, model: "amazon.titan-embed-text-v2:0"}}
  ollama: {{provider: ollama, model: nomic-embed-text}}
defaults:
  retry: {{attempts: 1}}
  breaker: off
"""


def floats(vector: Any) -> bytes:
    """The 32-bit floats of a vector in any recorded form."""
    return base64.b64decode(vector) if isinstance(vector, str) else struct.pack(f"<{len(vector)}f", *vector)


def vectors_of(body: Json) -> list[bytes]:
    if "data" in body:
        return [floats(item["embedding"]) for item in sorted(body["data"], key=lambda item: item.get("index", 0))]
    if "predictions" in body:
        return [floats(item["embeddings"]["values"]) for item in body["predictions"]]
    if "embedding" in body:
        one = body["embedding"]
        return [floats(one["values"] if isinstance(one, dict) else one)]
    many = body["embeddings"]
    many = many["float"] if isinstance(many, dict) else many
    return [floats(item["values"] if isinstance(item, dict) else item) for item in many]


def tokens_of(body: Json) -> int | None:
    usage = body.get("usage") or (body.get("meta") or {}).get("billed_units") or body
    counts = [usage.get(name) for name in ("prompt_tokens", "input_tokens", "prompt_eval_count", "inputTextTokenCount", "total_tokens")]
    return next((count for count in counts if count), None)


def ranks_of(body: Json) -> list[tuple[int, float]]:
    results = body.get("results") or body["data"]
    return sorted(((item["index"], item["relevance_score"]) for item in results), key=lambda rank: -rank[1])


def is_ours(recording: Recording) -> bool:
    """InvokeModel is used for chats as well."""
    if recording.dialect == "bedrock.invoke" and "inputText" not in (recording.request or {}):
        return False
    return recording.id not in LEFT_OUT


def post(gateway: Gateway, path: str, body: Json) -> tuple[int, Json]:
    connection = http.client.HTTPConnection(gateway.listen, timeout=60)
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def embedding_problems(gateway: Gateway, model: str, said: Json) -> list[str]:
    wanted = vectors_of(said)
    found = []
    for form in ("float", "base64"):
        asked = {"model": model, "input": [f"text {i}" for i in range(len(wanted))], "encoding_format": form}
        status, answer = post(gateway, "/v1/embeddings", asked)
        if status != 200:
            return [f"status {status}: {answer}"]
        if any(isinstance(item["embedding"], str) != (form == "base64") for item in answer["data"]):
            found.append(f"not in the form {form}")
        if [floats(item["embedding"]) for item in answer["data"]] != wanted:
            found.append(f"other vectors as {form}")
        counted = (answer["usage"] or {}).get("prompt_tokens")
        stated = tokens_of(said)
        if stated is not None and counted != stated:
            found.append(f"{counted} tokens instead of {stated}")
    return found


def rerank_problems(gateway: Gateway, model: str, said: Json, asked: Json | None) -> list[str]:
    wanted = ranks_of(said)
    count = len(asked["documents"]) if asked else 1 + max(index for index, _ in wanted)
    body = {"model": model, "query": "q", "documents": [f"document {i}" for i in range(count)]}
    status, answer = post(gateway, "/v1/rerank", body)
    if status != 200:
        return [f"status {status}: {answer}"]
    got = [(item["index"], item["relevance_score"]) for item in answer["results"]]
    return [] if got == wanted else [f"other ranks: {got} instead of {wanted}"]


def moderation_problems(gateway: Gateway, model: str, said: Json, asked: Json | None) -> list[str]:
    """What the provider said stands in the answer; categories that it did not name may stand beside."""
    status, answer = post(gateway, "/v1/moderations", {"model": model, "input": (asked or {})["input"]})
    if status != 200:
        return [f"status {status}: {answer}"]
    found = []
    for wanted, got in zip(said["results"], answer["results"], strict=True):
        for member in ("categories", "category_scores", "category_applied_input_types"):
            other = {name: value for name, value in wanted.get(member, {}).items() if got[member][name] != value}
            found += [f"other {member}: {other}"] if other else []
        if got["flagged"] != wanted["flagged"]:
            found.append(f"flagged {got['flagged']}")
    return found


def message_of(said: Any) -> str:
    if isinstance(said, list):
        return message_of(said[0])
    error = said.get("error", said)
    if isinstance(error, str):
        return error
    return str(error.get("message") or error.get("detail") or "")


def error_problems(gateway: Gateway, model: str, operation: str, recording: Recording) -> list[str]:
    asked: Json = {"model": model, "input": "text"} if operation != "rerank" else {"model": model, "query": "q", "documents": ["d"]}
    status, answer = post(gateway, f"/v1/{operation}", asked)
    if status < 400 or not answer["error"]["message"]:
        return [f"status {status} instead of a failure: {answer}"]
    said = message_of(json.loads(recording.body))[:30]
    return [] if said in json.dumps(answer, ensure_ascii=False).replace('\\"', '"') else [f"{said!r} is not in {answer}"]


def problems(gateway: Gateway, recording: Recording) -> list[str]:
    model, operation = ASKED[recording.dialect]
    if recording.status != 200:
        return error_problems(gateway, model, operation, recording)
    said = json.loads(recording.body)
    if operation == "embeddings":
        return embedding_problems(gateway, model, said)
    if operation == "moderations":
        return moderation_problems(gateway, model, said, recording.request)
    return rerank_problems(gateway, model, said, recording.request)


def replay_all(root: Path) -> tuple[list[Recording], int]:
    replay = Replay()
    with FakeUpstream(replay) as upstream, Gateway(configuration(upstream.url)) as gateway:

        def problems_of(recording: Recording) -> list[str]:
            found = []
            for piece in PIECES:
                replay.reply = reply_of(recording, piece)
                found += problems(gateway, recording)
            return found

        return hold(ours(root), problems_of)


def ours(root: Path) -> list[Recording]:
    return [recording for recording in corpus.load(root, tuple(ASKED)) if is_ours(recording)]


def table(held: Counter[tuple[str, str]]) -> str:
    columns = ("embeddings", "rerank", "moderations", *MORE, "error")
    providers = sorted({provider for provider, _ in held})
    rows = [[f"`{provider}`", *(str(held[provider, column] or " ") for column in columns)] for provider in providers]
    return published.table(["provider", *columns], rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the grid in docs/providers.md anew")
    arguments = parser.parse_args()
    root = corpus.folder()
    if root is None:
        print("operations: skipped (../shared/recordings is not there)")
        return 0
    held: Counter[tuple[str, str]] = Counter()
    failed = 0
    replays = [(replay_all, lambda recording: ASKED[recording.dialect][1])]
    replays += [(module.replay_all, lambda _, column=column: column) for column, module in MORE.items()]
    for replay, column_of in replays:
        passed, wrong = replay(root)
        failed += wrong
        for recording in passed:
            held[recording.provider, column_of(recording) if recording.status == 200 else "error"] += 1
    if complaint := published.publish("operations", table(held), arguments.write, "python3 tests/recordings/operations.py --write"):
        print(f"FAILED {complaint}")
        failed += 1
    print(f"operations: {sum(held.values())} passed, {failed} failed, {len(LEFT_OUT)} left out")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
