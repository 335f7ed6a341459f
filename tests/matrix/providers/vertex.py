"""Vertex AI: Gemini with an account and in express mode, and Claude."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from blackbox.fake_upstream import Reply, Request
from blackbox.gateway import SOURCE_DIR
from matrix.cells import CELLS, Said
from matrix.providers import anthropic, google
from matrix.scripted import KEY, TOKEN_TARGET, Form, json_body, sse
from recordings.sent import Facts

Json = dict[str, Any]

GEMINI = "gemini-3.5-flash"
EXPRESS = "gemini-2.5-flash"
CLAUDE_MODEL = "claude-sonnet-4-5@20250929"  # at its vendor's it has native schemas
VERSION = "vertex-2023-10-16"
PLACE = "/v1/projects/p1/locations/us-east5/publishers"
LOG_IN = SOURCE_DIR / "tests" / "fixtures" / "credentials" / "google_user.json"
ACCOUNT = f'credentials: "file:{LOG_IN}", token_url: "{{url}}{TOKEN_TARGET}"'
BY_ACCOUNT = '{{dialect: vertex, base_url: "{url}", project: p1, location: us-east5, ' + ACCOUNT + "}}"
BY_KEY = '{{dialect: vertex, base_url: "{url}", api_key: "{key}"}}'


def by_token(request: Request) -> bool:
    """The fetched token alone, and the project that pays for the user."""
    headers = request.headers
    others = headers.keys() & {"x-goog-api-key", "x-api-key", "anthropic-version"}
    return headers.get("authorization") == f"Bearer {KEY}" and headers.get("x-goog-user-project") == "payer" and not others


def by_key(request: Request) -> bool:
    return google.may(request) and not request.headers.keys() & {"authorization", "x-goog-user-project"}


def gemini_targets(models: str, model: str) -> tuple[str, str]:
    return f"{models}/{model}:generateContent", f"{models}/{model}:streamGenerateContent?alt=sse"


def facts(body: Json) -> Facts:
    """Gemini's, but that the service takes no ids, wants every turn's role, and has the tier as a header."""
    found = google.facts(body)
    parts = [part for content in body["contents"] for part in content["parts"]]
    members = [part[name] for part in parts for name in ("functionCall", "functionResponse") if name in part]
    found.strangers += ["id"] if any("id" in member for member in members) else []
    found.strangers += ["a turn of nobody"] if any("role" not in content for content in body["contents"]) else []
    found.strangers += ["serviceTier"] if "serviceTier" in body else []
    return found


def without_ids(said: Said) -> Said:
    return replace(said, calls=tuple(("", *call[1:]) for call in said.calls))


def whole(said: Said) -> Reply:
    return google.whole(without_ids(said))


def pieces(said: Said) -> list[Json]:
    """The service tells how a request is paid for before it has counted anything."""
    return [piece | {"usageMetadata": {"trafficType": "ON_DEMAND"}} for piece in google.pieces(without_ids(said))]


def stream(said: Said) -> Reply:
    return sse([*pieces(said), google.last(said)])


error = google.error


def broken(said: Said, words: str) -> Reply:
    return sse([*pieces(said), google.failure(500, "INTERNAL", words)])


EXPECTED = {cell.feature: without_ids(cell.said) for cell in CELLS if cell.said.calls}


def claude_facts(body: Json) -> Facts:
    """Anthropic's, but that the path names the model, and the body the version; native schemas are not taken."""
    found = anthropic.facts({name: value for name, value in body.items() if name != "anthropic_version"})
    found.strangers += ["model"] if "model" in body else []
    found.strangers += ["no version"] if body.get("anthropic_version") != VERSION else []
    found.strangers += ["output_config.format"] if "format" in (body.get("output_config") or {}) else []
    return found


def claude_error(words: str) -> Reply:
    """The platform counts requests, not the model, so that the form is Google's; it may come in a list."""
    return json_body([google.failure(429, "RESOURCE_EXHAUSTED", words)], 429)


CLAUDE = SimpleNamespace(facts=claude_facts, whole=anthropic.whole, stream=anthropic.stream, error=claude_error, broken=anthropic.broken)

FORMS = {
    "vertex": Form(BY_ACCOUNT, gemini_targets(f"{PLACE}/google/models", GEMINI), GEMINI, may=by_token),
    "vertex, express mode": Form(
        BY_KEY,
        gemini_targets("/v1/publishers/google/models", EXPRESS),
        EXPRESS,
        may=by_key,
        adapted={"thinking": "reasoning_effort=clamped"},  # so that the answer has room
    ),
    "vertex, Claude": Form(
        BY_ACCOUNT,
        (f"{PLACE}/anthropic/models/{CLAUDE_MODEL}:rawPredict", f"{PLACE}/anthropic/models/{CLAUDE_MODEL}:streamRawPredict"),
        CLAUDE_MODEL,
        may=by_token,
        adapted=anthropic.BUDGET | anthropic.BY_TOOL,
        speaks=CLAUDE,
    ),
}
