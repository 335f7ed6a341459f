#!/usr/bin/env python3
"""Sends what recorded clients asked of each vendor through that vendor's preset, and looks at both sides of the gateway.

What arrives upstream must mean what was asked, be in the vendor's own words, and hold nothing that the vendor refuses; what the
client gets must be the recorded answer. What vendors take is written down here once more, by hand, and not read from the gateway.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply
from blackbox.gateway import Gateway, server_section
from recordings import asking, corpus, grammar, grid
from recordings.answer import Outcome, differences
from recordings.corpus import Recording
from recordings.replaying import reply_of
from recordings.run import API_KEY, READERS, THREADS, Client, as_asked

Json = dict[str, Any]

DIALECT = "openai.chat"
MODEL = "vendor/model 1"
AZURE_MODEL_IN_PATH = "vendor%2Fmodel%201"
AZURE_VERSION = "2024-12-01-preview"
MARKER = "x_replay"
KINDS = (grid.BY_PRESET, grid.OF_OTHERS)

# Cosmetic fields that every request gets, so that each vendor has something to refuse.
EXTRA: Json = {"user": "u-1", "seed": 7, "store": True, "logit_bias": {"1": 1}, "prompt_cache_retention": "24h"}


@dataclass(frozen=True)
class Vendor:
    """What a vendor takes, where that is not what OpenAI takes."""

    preset: str
    limit: str = "max_tokens"
    refused: frozenset[str] = frozenset()
    any_word: str = "required"
    seed: str = "seed"
    names: bool = True
    short_ids: bool = False
    streams_only: bool = False
    developer: bool = False
    yaml: str = ""
    target: str = "/v1/chat/completions"
    key_header: tuple[str, str] = ("authorization", f"Bearer {API_KEY}")


def refusing(*names: str) -> frozenset[str]:
    return frozenset(names)


AZURE_KEY = ("api-key", API_KEY)
VENDORS: dict[str, list[Vendor]] = {
    "openai": [Vendor("openai", limit="max_completion_tokens", developer=True)],
    "azure": [
        Vendor("azure", limit="max_completion_tokens", developer=True, target="/openai/v1/chat/completions", key_header=AZURE_KEY),
        Vendor(
            "azure",
            limit="max_completion_tokens",
            developer=True,
            yaml=f", api_version: {AZURE_VERSION}",
            target=f"/openai/deployments/{AZURE_MODEL_IN_PATH}/chat/completions?api-version={AZURE_VERSION}",
            key_header=AZURE_KEY,
        ),
    ],
    "groq": [Vendor("groq", limit="max_completion_tokens", refused=refusing("logit_bias", "logprobs"), names=False)],
    "mistral": [
        Vendor(
            "mistral",
            refused=refusing("stream_options", "seed", "max_completion_tokens", "logprobs", "top_logprobs", "logit_bias", "user", "store"),
            any_word="any",
            seed="random_seed",
            names=False,
            short_ids=True,
        )
    ],
    "deepseek": [Vendor("deepseek", refused=refusing("max_completion_tokens", "seed", "logit_bias", "store"))],
    "xai": [Vendor("xai", limit="max_completion_tokens", refused=refusing("logit_bias", "store"), names=False)],
    "together": [Vendor("together", refused=refusing("max_completion_tokens", "user", "store", "parallel_tool_calls"))],
    "openrouter": [Vendor("openrouter")],
    "perplexity": [
        Vendor("perplexity", refused=refusing("stream_options", "max_completion_tokens", "seed", "logit_bias", "user", "n"), names=False)
    ],
    "cerebras": [Vendor("cerebras", limit="max_completion_tokens", refused=refusing("logit_bias", "parallel_tool_calls", "frequency_penalty"))],
    "huggingface": [Vendor("huggingface", refused=refusing("max_completion_tokens", "store"), names=False)],
    "moonshot": [Vendor("moonshot", refused=refusing("max_completion_tokens", "logit_bias", "store"))],
    "zai": [Vendor("zai", refused=refusing("max_completion_tokens", "logit_bias", "store", "n"), names=False)],
    "alibaba": [Vendor("alibaba", refused=refusing("max_completion_tokens", "logit_bias", "store", "reasoning_effort"), streams_only=True)],
    "avian": [Vendor("avian", refused=refusing("max_completion_tokens"))],
    "llamacpp": [Vendor("llamacpp", refused=refusing("max_completion_tokens"))],
}
# Presets of which there are no recordings answer with those of servers that have no preset.
OTHERS = frozenset(
    {"local", "gpustack", "mistralrs", "doubleword", "venice", "crusoe", "snowflake", "heroku", "copilot", "vercel-gateway", "writer"}
)
BY_OTHERS = [
    Vendor("generic"),
    Vendor("vllm", refused=refusing("max_completion_tokens")),
    Vendor("lmstudio", refused=refusing("max_completion_tokens", "n"), names=False),
    Vendor("tgi", refused=refusing("max_completion_tokens", "logit_bias", "n")),
    Vendor("nvidia", refused=refusing("max_completion_tokens", "stream_options", "parallel_tool_calls", "user", "n"), names=False),
    Vendor("sambanova", refused=refusing("max_completion_tokens", "logit_bias", "store", "n", "seed")),
    Vendor("fireworks", refused=refusing("max_completion_tokens", "parallel_tool_calls")),
]


@dataclass(frozen=True)
class Case:
    recording: Recording
    vendor: Vendor
    route: str
    kind: str = grid.BY_PRESET

    @property
    def name(self) -> str:
        return f"{self.recording.id} by {self.route}"


def routes() -> dict[str, Vendor]:
    found: dict[str, Vendor] = {}
    for vendors in [*VENDORS.values(), *([vendor] for vendor in BY_OTHERS)]:
        for number, vendor in enumerate(vendors):
            found[f"{vendor.preset}-{number}"] = vendor
    return found


def cases_for(recording: Recording) -> list[Case]:
    if recording.provider in OTHERS:
        return [Case(recording, vendor, f"{vendor.preset}-0", grid.OF_OTHERS) for vendor in BY_OTHERS]
    return [Case(recording, vendor, f"{vendor.preset}-{number}") for number, vendor in enumerate(VENDORS.get(recording.provider, []))]


def configuration(upstream_url: str) -> str:
    """Azure's address is that of the resource, the others' the one that their SDK takes."""
    providers, deployments = [], []
    for route, vendor in routes().items():
        address = upstream_url if vendor.preset == "azure" else f"{upstream_url}/v1"
        providers.append(f'  {route}: {{preset: {vendor.preset}, base_url: "{address}", api_key: "{API_KEY}"{vendor.yaml}}}')
        deployments.append(f'  {route}: {{provider: {route}, model: "{MODEL}"}}')
    return server_section() + "\n".join(["", "providers:", *providers, "deployments:", *deployments, "defaults:", "  retry: {attempts: 1}", "  breaker: off", ""])


@dataclass
class Upstream:
    """Answers with the recording that the request names, and keeps what arrived."""

    cases: dict[str, Case]
    arrived: dict[str, Request] = field(default_factory=dict)

    def __call__(self, request: Request) -> Reply:
        marker = request.json().get(MARKER)
        if marker not in self.cases:
            return json_reply({"error": {"message": f"replay: no case {marker!r}"}}, 418)
        self.arrived[marker] = request
        return reply_of(self.cases[marker].recording, 0)


def request_for(case: Case) -> Json:
    expected = READERS[DIALECT](case.recording)
    request = asking.request_for(case.recording, expected, "u-1") | EXTRA | {"model": case.route, MARKER: case.name}
    for message in request["messages"]:
        if message["role"] == "user":
            message["name"] = "ann"
    if case.vendor.streams_only:
        # The harder question: the gateway has to make the whole answer of a stream.
        request["stream"] = False
        request.pop("stream_options", None)
    return request


def texts(messages: list[Json], developer: bool) -> list[tuple[str, list[str]]]:
    """The words of each run of messages of one role: joining neighbours changes nothing in them."""

    def role(message: Json) -> str:
        return "system" if message["role"] == "developer" and not developer else message["role"]

    runs = groupby(messages, role)
    return [(name, " ".join(text for message in run for text in text_parts(message)).split()) for name, run in runs]


def text_parts(message: Json) -> list[str]:
    content = message.get("content") or ""
    if isinstance(content, str):
        return [content]
    return [part.get("text") or part.get("refusal") or "" for part in content]


def pictures(messages: list[Json]) -> list[str]:
    lists = [message["content"] for message in messages if isinstance(message.get("content"), list)]
    return [part["image_url"]["url"] for parts in lists for part in parts if part["type"] == "image_url"]


def calls(messages: list[Json]) -> list[tuple[str, str]]:
    made = [call["function"] for message in messages for call in message.get("tool_calls") or [] if "function" in call]
    return [(call["name"], call.get("arguments") or "{}") for call in made]


def links(messages: list[Json]) -> list[int]:
    """Which call each result belongs to, whatever the ids are; -1 for none."""
    ids = [call["id"] for message in messages for call in message.get("tool_calls") or []]
    return [ids.index(message["tool_call_id"]) if message.get("tool_call_id") in ids else -1 for message in messages if message["role"] == "tool"]


def tools(request: Json) -> list[tuple[str, Any]]:
    empty = {"type": "object", "properties": {}}
    functions = [part["function"] for part in request.get("tools") or [] if "function" in part] + (request.get("functions") or [])
    return [(function["name"], function.get("parameters") or empty) for function in functions]


def complaints(case: Case, asked: Json, arrived: Request) -> list[str]:
    """What is wrong with the request that reached the vendor."""
    vendor, body = case.vendor, arrived.json()
    checks = {
        "target": (vendor.target, arrived.target),
        "key": (vendor.key_header[1], arrived.headers.get(vendor.key_header[0])),
        "model": (MODEL, body.get("model")),
        "texts": (texts(asked["messages"], vendor.developer), texts(body["messages"], vendor.developer)),
        "pictures": (pictures(asked["messages"]), pictures(body["messages"])),
        "calls": (calls(asked["messages"]), calls(body["messages"])),
        "links": (links(asked["messages"]), links(body["messages"])),
        "tools": (tools_for(case, asked), tools(body)),
        "stream": (asked["stream"] or vendor.streams_only, body.get("stream", False)),
        "limit": (asked.get("max_completion_tokens") or asked.get("max_tokens"), body.get(vendor.limit)),
    }
    found = [f"{name}: expected {wanted!r}, got {got!r}" for name, (wanted, got) in checks.items() if wanted != got]
    found += [f"{name} is refused" for name in sorted(vendor.refused & body.keys())]
    found += [f"{name} is missing" for name in sorted(expected_extras(vendor) - body.keys())]
    found += message_complaints(vendor, body["messages"])
    return found + choice_complaints(vendor, asked, body)


def tools_for(case: Case, asked: Json) -> list[tuple[str, Any]]:
    """A server that cannot be told a name is offered that tool alone."""
    named = chosen(asked)
    if case.vendor.preset == "lmstudio" and isinstance(named, dict):
        return [tool for tool in tools(asked) if tool[0] == named["function"]["name"]]
    return tools(asked)


def expected_extras(vendor: Vendor) -> set[str]:
    """Of the fields that every request got, those that any server ought to get."""
    return {vendor.seed} if "seed" not in vendor.refused or vendor.seed != "seed" else set()


def message_complaints(vendor: Vendor, messages: list[Json]) -> list[str]:
    found = []
    if not vendor.names and any("name" in message for message in messages):
        found.append("a message has a name")
    if not vendor.developer and any(message["role"] == "developer" for message in messages):
        found.append("a developer message is left")
    ids = [call["id"] for message in messages for call in message.get("tool_calls") or []]
    pattern = "[A-Za-z0-9]{9}" if vendor.short_ids else "[A-Za-z0-9_-]{1,40}"
    return found + [f"the id {call_id!r} is refused" for call_id in ids if not re.fullmatch(pattern, call_id)]


def chosen(asked: Json) -> Any:
    """The choice of tools, also in its older form."""
    legacy = asked.get("function_call")
    return {"function": legacy} if isinstance(legacy, dict) else legacy or asked.get("tool_choice")


def choice_complaints(vendor: Vendor, asked: Json, body: Json) -> list[str]:
    wanted, got = chosen(asked), body.get("tool_choice")
    if not tools(asked):
        return [] if got is None else [f"tool_choice without tools: {got!r}"]
    if isinstance(wanted, dict):
        wanted = "required" if vendor.preset == "lmstudio" else {"type": "function", "function": {"name": wanted["function"]["name"]}}
    wanted = vendor.any_word if wanted in ("required", "any") else wanted
    return [] if wanted == got else [f"tool_choice: expected {wanted!r}, got {got!r}"]


def refusal_complaints(case: Case, asked: Json, outcome: Outcome) -> list[str]:
    """The gateway may refuse what the vendor does not take and what cannot be left out, when it says so."""
    error = outcome.error or {}
    named = error.get("param")
    clear = outcome.status == 400 and error.get("code") == "unsupported_parameter" and named in case.vendor.refused & asked.keys()
    return [] if clear else [f"nothing arrived: {outcome}"]


def run_case(case: Case, client: Client, upstream: Upstream) -> list[str]:
    request = request_for(case)
    outcome, _ = client.exchange(request)
    if case.name not in upstream.arrived:
        return refusal_complaints(case, request, outcome)
    expected = READERS[DIALECT](case.recording)
    found = complaints(case, request, upstream.arrived[case.name])
    return found + differences(as_asked(expected, grammar.Asked.by(request)), outcome)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="ID", default="", help="one recording; also the beginning of ids")
    parser.add_argument("--write", action="store_true", help="write the rows of the presets in docs/providers.md anew")
    arguments = parser.parse_args()
    root = corpus.folder()
    if root is None:
        print("presets: skipped (../shared/recordings is not there)")
        return 0
    cases = [case for recording in corpus.load(root, (DIALECT,)) if recording.id.startswith(arguments.only) for case in cases_for(recording)]
    upstream = Upstream({case.name: case for case in cases})
    passed, failed, grown = Counter(), Counter(), grid.Grid()
    with FakeUpstream(upstream) as server, Gateway(configuration(server.url)) as gateway:
        client = Client(gateway.listen)
        with ThreadPoolExecutor(THREADS) as pool:
            for case, found in zip(cases, pool.map(lambda case: run_case(case, client, upstream), cases), strict=True):
                (failed if found else passed)[case.vendor.preset] += 1
                if case.name in upstream.arrived:
                    request = request_for(case)
                    features = set(grid.shown(request, READERS[DIALECT](case.recording)))
                    grown.add(case.vendor.preset, features, request["stream"], not found, case.kind)
                if found:
                    print(f"FAILED {case.name}: {' | '.join(found)}"[:700].replace("\n", "\\n"))
    if not arguments.only and (complaint := grown.publish(KINDS, arguments.write, "python3 tests/recordings/presets.py --write")):
        print(f"FAILED {complaint}")
        failed["docs/providers.md"] += 1
    print("presets: " + ", ".join(f"{name} {count}" for name, count in sorted(passed.items())))
    print(f"presets: {passed.total()} passed, {failed.total()} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
