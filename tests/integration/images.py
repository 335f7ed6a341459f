"""POST /v1/images/generations: OpenAI's shape, in the words of each provider that draws; refusals, failover, log."""

from __future__ import annotations

import base64
import struct
import sys
import zlib
from contextlib import AbstractContextManager
from typing import Any

from support import FakeUpstream, Gateway, Handler, access_line, ask, by_target, gateway_over, json_reply, run

from blackbox.fake_upstream import Reply, Request

Json = dict[str, Any]

PIXELS = base64.b64encode(b"not really a picture").decode()


def openai(request: Request) -> Reply:
    body = request.json()
    urls = body.get("response_format") == "url"
    picture = {"url": "https://pictures.example/1"} if urls else {"b64_json": PIXELS}
    usage = {"input_tokens": 4, "output_tokens": 9, "total_tokens": 13}
    return json_reply({"created": 1, "output_format": "png", "data": [picture] * body.get("n", 1), "usage": usage})


def imagen(request: Request) -> Reply:
    count = request.json()["parameters"]["sampleCount"]
    return json_reply({"predictions": [{"bytesBase64Encoded": PIXELS, "mimeType": "image/png"}] * count})


def gemini(request: Request) -> Reply:
    parts = [{"text": "Here you are."}, {"inlineData": {"mimeType": "image/png", "data": PIXELS}}]
    usage = {"promptTokenCount": 4, "candidatesTokenCount": 9, "totalTokenCount": 13}
    return json_reply({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}], "usageMetadata": usage})


def canvas(request: Request) -> Reply:
    return json_reply({"images": [PIXELS] * request.json()["imageGenerationConfig"]["numberOfImages"], "error": None})


any_provider = by_target({
    "/model/amazon.nova-canvas-v1%3A0/invoke": canvas,
    "/v1/images/generations": openai,
    "/v1beta/models/imagen-4.0-generate-001:predict": imagen,
    "/v1beta/models/gemini-3-pro-image-preview:generateContent": gemini,
    "/v1/publishers/google/models/imagen-4.0-generate-001:predict": imagen,
})


def accounts(url: str, key: str) -> str:
    return f"""
providers:
  openai: {{preset: openai, base_url: "{url}/v1", {key}}}
  server: {{dialect: openai, base_url: "{url}/v1", {key}}}
  google: {{dialect: google, base_url: "{url}", {key}}}
  vertex: {{dialect: vertex, base_url: "{url}", {key}}}
  bedrock: {{dialect: bedrock, base_url: "{url}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: canary-secret}}
  mistral: {{preset: mistral, base_url: "{url}/mistral/v1", {key}}}
  anthropic: {{dialect: anthropic, base_url: "{url}", {key}}}
  sim: {{dialect: sim}}
deployments:
  gpt: {{provider: openai, model: gpt-image-1}}
  dall-e: {{provider: openai, model: dall-e-2}}
  server: {{provider: server, model: some-flux}}
  imagen: {{provider: google, model: imagen-4.0-generate-001}}
  gemini: {{provider: google, model: gemini-3-pro-image-preview}}
  vertex: {{provider: vertex, model: imagen-4.0-generate-001}}
  canvas: {{provider: bedrock, model: "amazon.nova-canvas-v1:0"}}
  stability: {{provider: bedrock, model: "stability.sd3-5-large-v1:0"}}
  mistral: {{provider: mistral, model: some-painter}}
  anthropic: {{provider: anthropic, model: some-painter}}
  failing: {{provider: sim, model: "image:fail=100%"}}
  talker: {{provider: sim, model: chat}}
routes:
  safe: {{candidates: [failing, gemini]}}
  exact: {{candidates: [imagen], adapt: strict}}
defaults:
  retry: {{attempts: 2}}
  breaker: off
"""


def gateway_of(handler: Handler = any_provider) -> AbstractContextManager[tuple[Gateway, FakeUpstream]]:
    return gateway_over(handler, accounts)


def draw(gateway: Gateway, model: str, *lines: str, **more: Any) -> Json:
    answer = ask(gateway, "/v1/images/generations", {"model": model, "prompt": "a cat", **more}, *lines)
    assert answer.status == 200, (model, answer)
    return answer.json()


def every_provider_answers_with_bytes() -> None:
    with gateway_of() as (gateway, _):
        for model in ("gpt", "dall-e", "server", "imagen", "gemini", "vertex", "canvas"):
            answer = draw(gateway, model)
            assert answer["data"] == [{"b64_json": PIXELS}] and answer["output_format"] == "png", (model, answer)
            assert answer["created"] > 1_700_000_000, answer
            counted = model not in ("imagen", "vertex", "canvas")
            assert (answer.get("usage") or {}).get("total_tokens") == (13 if counted else None), (model, answer)
        for model in ("gpt", "imagen", "vertex", "canvas"):
            assert len(draw(gateway, model, n=3)["data"]) == 3


def requests_are_in_the_words_of_each_provider() -> None:
    with gateway_of() as (gateway, upstream):
        draw(gateway, "gpt", size="1536x1024", quality="high", response_format="b64_json")
        draw(gateway, "imagen", size="1536x1024", n=2)
        draw(gateway, "gemini", size="1024x1024")
        bodies = [request.json() for request in upstream.requests]
    assert bodies[0] == {"model": "gpt-image-1", "prompt": "a cat", "size": "1536x1024", "quality": "high"}
    assert bodies[1] == {"instances": [{"prompt": "a cat"}], "parameters": {"sampleCount": 2, "aspectRatio": "4:3", "includeRaiReason": True}}
    assert bodies[2] == {
        "contents": [{"role": "user", "parts": [{"text": "a cat"}]}],
        "generationConfig": {"responseModalities": ["TEXT", "IMAGE"], "imageConfig": {"aspectRatio": "1:1"}},
    }


def who_wants_addresses_gets_them() -> None:
    with gateway_of() as (gateway, _):
        assert draw(gateway, "dall-e", response_format="url")["data"] == [{"url": "https://pictures.example/1"}]
        for model in ("gpt", "imagen", "gemini"):
            answer = ask(gateway, "/v1/images/generations", {"model": model, "prompt": "a cat", "response_format": "url"})
            assert answer.json()["data"] == [{"url": f"data:image/png;base64,{PIXELS}"}], answer
            assert answer.headers["x-breakwater-adapted"] == "response_format=emulated", answer.headers


def what_a_provider_lacks_is_said() -> None:
    body = {"prompt": "a cat", "quality": "high"}
    with gateway_of() as (gateway, upstream):
        answer = ask(gateway, "/v1/images/generations", {"model": "imagen", **body})
        assert answer.status == 200 and answer.headers["x-breakwater-adapted"] == "quality=dropped", answer
        answer = ask(gateway, "/v1/images/generations", {"model": "exact", **body})
        assert answer.status == 400 and answer.error["param"] == "quality", answer
        answer = ask(gateway, "/v1/images/generations", {"model": "gemini", "prompt": "a cat", "n": 2})
        assert answer.status == 400 and answer.error["param"] == "n", answer
        for model in ("mistral", "anthropic", "stability"):
            answer = ask(gateway, "/v1/images/generations", {"model": model, "prompt": "a cat"})
            assert answer.status == 400 and "has no generation of images" in answer.error["message"], answer
        answer = ask(gateway, "/v1/images/generations", {"model": "talker", "prompt": "a cat"})
        assert answer.status == 404 and "POST /v1/chat/completions" in answer.error["message"], answer
        assert len(upstream.requests) == 1


def bad_requests_say_what_is_wrong() -> None:
    cases: list[tuple[Json, str]] = [
        ({"model": None}, "model"),
        ({"prompt": ""}, "prompt"),
        ({"n": 0}, "n"),
        ({"n": 11}, "n"),
        ({"response_format": "png"}, "response_format"),
        ({"stream": "yes"}, "stream"),
        ({"stream": True, "response_format": "url"}, "response_format"),
        ({"stream": True, "partial_images": 4}, "partial_images"),
        ({"partial_images": 2}, "partial_images"),
        ({"output_compression": 101}, "output_compression"),
    ]
    with gateway_of() as (gateway, _):
        for more, param in cases:
            answer = ask(gateway, "/v1/images/generations", {"model": "gpt", "prompt": "a cat", **more})
            assert answer.status == 400 and answer.error["param"] == param, (more, answer)


def a_failing_provider_is_replaced_and_logged() -> None:
    with gateway_of() as (gateway, _):
        answer = ask(gateway, "/v1/images/generations", {"model": "safe", "prompt": "a cat"}, "X-Request-Id: img-1")
        assert answer.status == 200 and answer.attempts == 2 and answer.headers["x-breakwater-provider"] == "google", answer
        line = access_line(gateway, "img-1")
        assert line["path"] == "/v1/images/generations" and line["tokens"]["out"] == 9 and line["ended"] == "complete", line


def a_filtered_picture_is_a_refusal() -> None:
    filtered = [
        ("imagen", {"predictions": [{"raiFilteredReason": "Unsafe"}]}),
        ("gemini", {"candidates": [{"finishReason": "IMAGE_SAFETY"}]}),
        ("canvas", {"images": [], "error": "Blocked by the content filters"}),
        ("gemini", {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}),
    ]
    state: Json = {}
    with gateway_of(lambda _: json_reply(state["answer"])) as (gateway, _):
        for model, answer in filtered:
            state["answer"] = answer
            got = ask(gateway, "/v1/images/generations", {"model": model, "prompt": "a cat"})
            assert got.status == 400 and got.error["code"] == "content_policy_violation", (model, got)


def bad_answers_are_failures() -> None:
    answers: list[Any] = [{}, {"data": []}, {"data": [{}]}, {"data": [{"url": "https://x/y"}]}]
    state: Json = {}
    with gateway_of(lambda _: json_reply(state["answer"])) as (gateway, _):
        for each in answers:
            state["answer"] = each
            answer = ask(gateway, "/v1/images/generations", {"model": "server", "prompt": "a cat", "response_format": "b64_json"})
            assert answer.status == 502, (each, answer)
        for model in ("imagen", "gemini"):
            state["answer"] = {}
            answer = ask(gateway, "/v1/images/generations", {"model": model, "prompt": "a cat"})
            assert answer.status == 502, (model, answer)
        state["answer"] = {"data": [{"b64_json": PIXELS}] * 2}
        assert draw(gateway, "server")["data"] == [{"b64_json": PIXELS}]


def size_of_png(picture: bytes) -> tuple[int, int]:
    """Checks what a reader of PNGs checks."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        data = picture[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", picture[at + 8 + length : at + 12 + length])
        assert checksum == zlib.crc32(kind + data), kind
        chunks[kind] = data
        at += 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + 3 * width)
    return width, height


def the_simulator_draws_without_a_key() -> None:
    with Gateway() as gateway:
        answer = draw(gateway, "sim/image", n=2, size="1536x1024")
        first, second = (base64.b64decode(picture["b64_json"]) for picture in answer["data"])
        assert size_of_png(first) == size_of_png(second) == (24, 16) and first != second
        assert draw(gateway, "sim/image", n=2, size="1536x1024")["data"] == answer["data"]


if __name__ == "__main__":
    sys.exit(
        run(
            every_provider_answers_with_bytes,
            requests_are_in_the_words_of_each_provider,
            who_wants_addresses_gets_them,
            what_a_provider_lacks_is_said,
            bad_requests_say_what_is_wrong,
            a_failing_provider_is_replaced_and_logged,
            a_filtered_picture_is_a_refusal,
            bad_answers_are_failures,
            the_simulator_draws_without_a_key,
        )
    )
