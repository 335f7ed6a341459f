#!/usr/bin/env python3
"""Replays the fixtures of every provider through the running gateway, each as an answer of the preset or dialect that it is named after.

The unit tests hold what decoders make of them; here a client gets them, whole and in pieces, and must get what expected.json says: texts,
reasoning, calls, finish reasons, counts, or the error in words of its dialect. No recordings are needed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import FakeUpstream, Framing, Reply, Request, pieces_of, whole
from blackbox.gateway import SOURCE_DIR, Gateway, server_section
from matrix.providers.vertex import BY_ACCOUNT
from matrix.scripted import KEY, TOKEN_TARGET, token_for
from recordings import asking, grammar, grid
from recordings.answer import Answer, Call, Choice, Expected, Failure, Usage, differences
from recordings.run import API_KEY, AWS_SECRET, Client, as_asked

Json = dict[str, Any]

FOLDER = SOURCE_DIR / "tests" / "fixtures" / "providers"
PRESETS = SOURCE_DIR / "config" / "presets.yaml"
# Fixtures of the dialect that are named after no preset are about any server.
ANY = "generic"
FORMS = {
    "response.sse": "text/event-stream",
    "response.ndjson": "application/x-ndjson",
    "response.eventstream": "application/vnd.amazon.eventstream",
    "response.json": "application/json",
    "response.html": "text/html",
    "response.txt": "text/html",
}
# Their answers are vectors and ranks.
WITHOUT_CHATS = {"voyage", "jina"}
# Their providers go on with a call after they have begun the next one.
RESUMES_CALLS = {"anthropic/stream_interleaved_blocks", "openai/calls_without_index_or_id"}
# docs/errors.md: what a client is told of each kind of failure.
TOLD = {
    "invalid_request": (400, None),
    "unsupported_parameter": (400, "unsupported_parameter"),
    "context_length": (400, "context_length_exceeded"),
    "content_policy": (400, "content_policy_violation"),
    "rate_limited": (429, "rate_limit_exceeded"),
    "overloaded": (503, "server_is_overloaded"),
    "upstream_auth": (502, "upstream_auth_error"),
    "upstream_billing": (429, "insufficient_quota"),
    "upstream_model_missing": (502, "upstream_model_missing"),
    "upstream_timeout": (504, "upstream_timeout"),
    "upstream_truncated": (502, "upstream_truncated"),
    "upstream_invalid": (502, "upstream_invalid_response"),
    "upstream_error": (502, "upstream_error"),
}
PIECES = (0, 7, 1)


@dataclass(frozen=True)
class Fixture:
    provider: str  # its row in the grid
    route: str
    name: str
    reply: Reply
    streamed: bool
    tools: tuple[str, ...]
    expected: Expected
    refusals: bool  # expected.json would say what was refused

    @property
    def request(self) -> Json:
        request = asking.simple_request(self, self.expected) | {"model": self.route, "stream": self.streamed}
        if self.tools:
            request["tools"] = [asking.tool(name, "", {"type": "object", "properties": {}}) for name in self.tools]
        return request

    @property
    def asked_for_stream(self) -> bool:
        return self.streamed


def presets() -> list[str]:
    """The names in config/presets.yaml."""
    return names_in(PRESETS.read_text())


def names_in(text: str) -> list[str]:
    """The providers of a configuration: the keys one step in, below `providers:` and above the next key without a step."""
    section = re.search(r"^providers:.*\n((?:(?:[ #].*)?\n)*)", text, re.MULTILINE)
    return re.findall(r"^  ([^\s#:]+):(?:\s|$)", section[1], re.MULTILINE) if section else []


def routes() -> dict[str, str]:
    """By route: provider and deployment as YAML, with {url} for the upstream's address."""
    key = f'api_key: "{API_KEY}"'
    found = {name: f'{{preset: {name}, base_url: "{{url}}/v1", {key}}}' for name in presets()}
    aws = f'base_url: "{{url}}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: "{AWS_SECRET}"'
    found |= {name: f'{{dialect: {name}, base_url: "{{url}}", {key}}}' for name in ("anthropic", "cohere", "google", "ollama")}
    found["openai.responses"] = f'{{dialect: openai.responses, base_url: "{{url}}/v1", {key}}}'
    found |= dict.fromkeys(("bedrock", "bedrock-invoke"), f"{{dialect: bedrock, {aws}}}")
    return found | dict.fromkeys(("vertex-gemini", "vertex-claude"), BY_ACCOUNT.format(url="{url}", key=KEY))


MODELS = {
    "bedrock": '"us.anthropic.claude-fixture-v1:0"',
    "bedrock-invoke": '"us.anthropic.claude-fixture-v1:0", api: invoke',
    "vertex-claude": "claude-fixture@20250929",
}


def configuration(url: str) -> str:
    providers = [f"  {name}: {text.replace('{url}', url)}" for name, text in routes().items()]
    deployments = [f"  {name}: {{provider: {name}, model: {MODELS.get(name, 'm-1')}}}" for name in routes()]
    return server_section() + "\n".join(["", "providers:", *providers, "deployments:", *deployments, "defaults:", "  retry: {attempts: 1}", "  breaker: off", ""])


def row_and_route(folder: str, name: str) -> tuple[str, str]:
    """Whose answer a fixture is."""
    beginning = name.split("_")[0]
    match folder:
        case "openai":
            preset = beginning if beginning in presets() else ANY
            return preset, preset
        case "openai_responses":
            return "openai, Responses API", "openai.responses"
        case "vertex":
            return f"vertex, {beginning.capitalize()}", f"vertex-{beginning}"
        case "bedrock":
            return "bedrock", "bedrock-invoke" if beginning == "invoke" else "bedrock"
    return folder, folder


def fixtures() -> list[Fixture]:
    return [read(path.parent) for path in sorted(FOLDER.glob("*/*/expected.json"))]


def read(folder: Path) -> Fixture:
    form = next(name for name in FORMS if (folder / name).exists())
    head = json.loads((folder / "head.json").read_text()) if (folder / "head.json").exists() else {}
    headers = {"content-type": FORMS[form]} | {name.lower(): value for name, value in head.get("headers", {}).items()}
    request = json.loads((folder / "request.json").read_text()) if (folder / "request.json").exists() else {}
    row, route = row_and_route(folder.parent.name, folder.name)
    streamed = form in ("response.sse", "response.ndjson", "response.eventstream")
    body = (folder / form).read_bytes()
    framing = Framing.CHUNKED if streamed else Framing.LENGTH
    reply = Reply(head.get("status", 200), list(headers.items()), body, framing=framing)
    name = f"{folder.parent.name}/{folder.name}"
    stated = json.loads((folder / "expected.json").read_text())
    refusals = "choices" in stated or "refusal" in stated
    return Fixture(row, route, name, reply, streamed, tuple(request.get("tools", ())), expected_of(stated), refusals)


def expected_of(stated: Json) -> Expected:
    if error := stated.get("error"):
        status, code = TOLD[error["kind"]]
        return Expected(failure=Failure(frozenset({status}), frozenset({error.get("code") or code} - {None})))
    choices = stated.get("choices") or [stated, *stated.get("others", [])]
    return Expected(Answer({index: choice_of(one) for index, one in enumerate(choices)}, usage_of(stated.get("usage"))))


def choice_of(stated: Json) -> Choice:
    calls = [Call(one["name"], as_text(one["arguments"]), known_id(one["id"])) for one in stated.get("tool_calls") or []]
    return Choice(stated.get("text") or "", stated.get("refusal") or "", stated.get("reasoning") or "", calls, stated.get("finish"))


def as_text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def known_id(call_id: str) -> str:
    """The gateway makes one up where the provider has none, or one that is of no use."""
    return "" if "*" in call_id else call_id


def usage_of(stated: Json | None) -> Usage | None:
    """Nothing is compared where a count is missing: the gateway may estimate then."""
    fresh = (stated or {}).get("input_uncached", (stated or {}).get("input"))
    if stated is None or fresh is None or stated.get("output") is None:
        return None
    prompt = fresh + (stated.get("cache_read") or 0) + (stated.get("cache_write") or 0)
    return Usage(prompt, stated["output"], stated.get("cache_read"), stated.get("reasoning"))


@dataclass
class Replay:
    """The provider's side: answers with the fixture of the moment."""

    reply: Reply | None = None

    def __call__(self, request: Request) -> Reply:
        if request.target == TOKEN_TARGET:
            return token_for(request)
        assert self.reply is not None
        return self.reply


def problems(fixture: Fixture, client: Client, replay: Replay) -> list[str]:
    request, found = fixture.request, []
    for piece in PIECES:
        cut = pieces_of(piece) if piece else whole
        replay.reply = Reply(fixture.reply.status, fixture.reply.headers, fixture.reply.body, cut=cut, framing=fixture.reply.framing)
        outcome, _ = client.exchange(request, resumes_calls=fixture.name in RESUMES_CALLS)
        if not fixture.refusals:
            outcome.answer.choice(0).refusal = ""
        found += differences(as_asked(fixture.expected, grammar.Asked.by(request)), outcome)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", default="", help="one fixture, as DIALECT/NAME; also the beginning of names")
    parser.add_argument("--write", action="store_true", help="write the rows of the fixtures in docs/providers.md anew")
    arguments = parser.parse_args()
    replay, grown, failed = Replay(), grid.Grid(), 0
    chosen = [fixture for fixture in fixtures() if fixture.name.startswith(arguments.only)]
    with FakeUpstream(replay) as upstream, Gateway(configuration(upstream.url)) as gateway:
        client = Client(gateway.listen)
        for fixture in chosen:
            found = problems(fixture, client, replay)
            grown.add(fixture.provider, set(grid.shown(fixture.request, fixture.expected)), fixture.streamed, not found, grid.FIXTURES)
            if found:
                print(f"FAILED {fixture.name}: {' | '.join(found)}"[:700].replace("\n", "\\n"))
                failed += 1
    if not arguments.only and (complaint := grown.publish((grid.FIXTURES,), arguments.write, "python3 tests/recordings/fixtures.py --write")):
        print(f"FAILED {complaint}")
        failed += 1
    print(f"fixtures: {len(chosen)} replayed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
