"""POST /v1/images/edits: forms with pictures, in the words of each provider that edits them; refusals, failover, log, streams."""

from __future__ import annotations

import base64
import sys
from contextlib import AbstractContextManager
from typing import Any

import support
from support import Answer, FakeUpstream, Gateway, Handler, access_line, gateway_over, get, json_reply, run, sse_reply
from transcriptions import Fields, form

from blackbox.fake_upstream import Reply, Request

Json = dict[str, Any]

PATH = "/v1/images/edits"
# What could be taken for the form's own lines, and bytes that are no text.
PNG = b"\x89PNG\r\n\x1a\n\r\n--\r\n--b\r\n\0\xff" * 20_000
JPEG = b"\xff\xd8\xff\xe0 a picture"
PIXELS = base64.b64encode(b"not really a picture").decode()
USAGE = {"input_tokens": 40, "output_tokens": 9, "total_tokens": 49, "input_tokens_details": {"text_tokens": 4, "image_tokens": 36}}


def picture(content: bytes = PNG, name: str = "image") -> tuple[str, str, bytes]:
    return (name, '; filename="cat.png"', content)


def text_fields(**more: str) -> Fields:
    return [(name, "", value.encode()) for name, value in more.items()]


def fields(model: str, *pictures: tuple[str, str, bytes], **more: str) -> Fields:
    return [*text_fields(model=model, prompt="a hat"), *(pictures or (picture(),)), *text_fields(**more)]


def send(gateway: Gateway, body: bytes, *lines: str) -> Answer:
    return support.send(gateway, PATH, *lines, "Content-Type: multipart/form-data; boundary=b1", method="POST", body=body)


def edit(gateway: Gateway, model: str, *pictures: tuple[str, str, bytes], **more: str) -> Answer:
    answer = send(gateway, form(fields(model, *pictures, **more)))
    assert answer.status == 200, (model, answer)
    return answer


def openai(request: Request) -> Reply:
    if b'name="stream"\r\n\r\ntrue' in request.body:
        draft = {"type": "image_edit.partial_image", "b64_json": PIXELS, "partial_image_index": 0, "output_format": "png", "size": "1x1"}
        return sse_reply([draft, {"type": "image_edit.completed", "b64_json": PIXELS, "output_format": "png", "usage": USAGE}])
    return json_reply({"created": 1, "output_format": "png", "data": [{"b64_json": PIXELS}], "usage": USAGE})


def gemini(_: Request) -> Reply:
    parts = [{"text": "Here you are."}, {"inlineData": {"mimeType": "image/png", "data": PIXELS}}]
    details = [{"modality": "TEXT", "tokenCount": 4}, {"modality": "IMAGE", "tokenCount": 36}]
    usage = {"promptTokenCount": 40, "candidatesTokenCount": 9, "totalTokenCount": 49, "promptTokensDetails": details}
    return json_reply({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}], "usageMetadata": usage})


def any_provider(request: Request) -> Reply:
    if request.target.endswith(":generateContent"):
        return gemini(request)
    if request.target.startswith("/model/"):
        return json_reply({"images": [PIXELS], "error": None})
    if "/images/edits" in request.target:
        return openai(request)
    return json_reply({"error": {"message": f"nothing at {request.target}"}}, 404)


def accounts(url: str, key: str) -> str:
    return f"""
providers:
  openai: {{preset: openai, base_url: "{url}/v1", {key}}}
  azure: {{preset: azure, base_url: "{url}", api_version: "2025-04-01-preview", {key}}}
  azure-v1: {{preset: azure, base_url: "{url}/openai/v1", {key}}}
  server: {{dialect: openai, base_url: "{url}/v1", {key}}}
  xai: {{preset: xai, base_url: "{url}/xai/v1", {key}}}
  google: {{dialect: google, base_url: "{url}", {key}}}
  vertex: {{dialect: vertex, base_url: "{url}", {key}}}
  bedrock: {{dialect: bedrock, base_url: "{url}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: canary-secret}}
  anthropic: {{dialect: anthropic, base_url: "{url}", {key}}}
  sim: {{dialect: sim}}
deployments:
  gpt: {{provider: openai, model: gpt-image-1}}
  dall-e-3: {{provider: openai, model: dall-e-3}}
  azure: {{provider: azure, model: painter, like: openai/gpt-image-1}}
  azure-v1: {{provider: azure-v1, model: painter, like: openai/gpt-image-1}}
  server: {{provider: server, model: some-flux}}
  xai: {{provider: xai, model: some-grok}}
  gemini: {{provider: google, model: gemini-3-pro-image-preview}}
  vertex: {{provider: vertex, model: gemini-3-pro-image-preview}}
  imagen: {{provider: google, model: imagen-4.0-generate-001}}
  canvas: {{provider: bedrock, model: "amazon.nova-canvas-v1:0"}}
  anthropic: {{provider: anthropic, model: some-painter}}
  failing: {{provider: sim, model: "image:fail=100%"}}
  talker: {{provider: sim, model: chat}}
routes:
  safe: {{candidates: [failing, xai, dall-e-3, gpt]}}
  chosen: {{candidates: [dall-e-3, gpt], prefer: cost}}
  exact: {{candidates: [gemini], adapt: strict}}
defaults:
  retry: {{attempts: 4}}
  breaker: off
"""


def gateway_of(handler: Handler = any_provider) -> AbstractContextManager[tuple[Gateway, FakeUpstream]]:
    return gateway_over(handler, accounts)


def the_form_goes_on_with_the_model_of_the_deployment() -> None:
    targets = {
        "gpt": ("gpt-image-1", "/v1/images/edits"),
        "azure": ("painter", "/openai/deployments/painter/images/edits?api-version=2025-04-01-preview"),
        "azure-v1": ("painter", "/openai/v1/images/edits"),
        "server": ("some-flux", "/v1/images/edits"),
    }
    with gateway_of() as (gateway, upstream):
        for name, (model, target) in targets.items():
            answer = edit(gateway, name, picture(), picture(JPEG, "mask"), size="1024x1024", n="1")
            assert answer.json()["data"] == [{"b64_json": PIXELS}] and answer.json()["usage"] == USAGE, answer
            sent = upstream.requests[-1]
            assert sent.target == target and sent.headers["content-type"] == "multipart/form-data; boundary=b1", sent
            rest = text_fields(prompt="a hat", size="1024x1024", n="1")
            assert sent.body == form([("model", "", model.encode()), *rest, picture(), picture(JPEG, "mask")]), sent.body[:500]


def several_pictures_keep_their_order_and_are_a_list() -> None:
    with gateway_of() as (gateway, upstream):
        expected = [*text_fields(model="gpt-image-1", prompt="a hat"), picture(JPEG, "image[]"), picture(PNG, "image[]")]
        for name in ("image", "image[]"):
            edit(gateway, "gpt", picture(JPEG, name), picture(PNG, name))
            assert upstream.requests[-1].body == form(expected), (name, upstream.requests[-1].body[:500])


def gemini_is_asked_in_its_own_words() -> None:
    with gateway_of() as (gateway, upstream):
        for model in ("gemini", "vertex"):
            answer = edit(gateway, model, picture(PNG, "image[]"), picture(JPEG, "image[]"), size="1024x1024", quality="high")
            assert answer.json()["data"] == [{"b64_json": PIXELS}], answer
            assert answer.json()["usage"] == USAGE, answer
            assert answer.headers["x-breakwater-adapted"] == "quality=dropped, size=mapped", answer.headers
            body = upstream.requests[-1].json()
            data = [{"inlineData": {"mimeType": kind, "data": base64.b64encode(each).decode()}} for kind, each in (("image/png", PNG), ("image/jpeg", JPEG))]
            assert body["contents"] == [{"role": "user", "parts": [*data, {"text": "a hat"}]}]
            assert body["generationConfig"]["responseModalities"] == ["TEXT", "IMAGE"]


def amazons_models_are_asked_for_variations() -> None:
    with gateway_of() as (gateway, upstream):
        assert edit(gateway, "canvas", picture(PNG, "image[]"), picture(JPEG, "image[]"), n="1").json()["data"] == [{"b64_json": PIXELS}]
        images = [base64.b64encode(each).decode() for each in (PNG, JPEG)]
        assert upstream.requests[0].json() == {
            "taskType": "IMAGE_VARIATION",
            "imageVariationParams": {"text": "a hat", "images": images},
            "imageGenerationConfig": {"numberOfImages": 1},
        }


def what_a_provider_lacks_is_said() -> None:
    cases: list[tuple[str, Fields, str, str]] = [
        ("gemini", fields("gemini", picture(), picture(name="mask")), "mask", "no mask"),
        ("canvas", fields("canvas", picture(), picture(name="mask")), "mask", "black and white"),
        ("gemini", fields("gemini", picture(b"no picture")), "image", "expected a PNG"),
        ("gemini", fields("gemini", n="2"), "n", "at most 1"),
        ("exact", fields("exact", quality="high"), "quality", "forbids"),
        ("imagen", fields("imagen"), "image", "edits none"),
        ("dall-e-3", fields("dall-e-3"), "image", "edits none"),
        ("xai", fields("xai"), "model", "has no editing of images"),
        ("anthropic", fields("anthropic"), "model", "has no editing of images"),
    ]
    with gateway_of() as (gateway, upstream):
        for model, asked, param, words in cases:
            answer = send(gateway, form(asked))
            assert answer.status == 400 and answer.error["param"] == param and words in answer.error["message"], (model, answer)
        answer = send(gateway, form(fields("talker")))
        assert answer.status == 404 and "POST /v1/chat/completions" in answer.error["message"], answer
        assert upstream.requests == []


def bad_requests_say_what_is_wrong() -> None:
    good = fields("gpt")
    cases: list[tuple[Fields, str]] = [
        (good[1:], "model"),
        ([good[0], good[2]], "prompt"),
        (good[:2], "image"),
        ([*good[:2], ("image", "", b"text")], "image"),
        ([*good, ("n", "", b"11")], "n"),
        ([*good, ("size", "", b"1x1"), ("size", "", b"2x2")], "size"),
        ([*good, ("stream", "", b"perhaps")], "stream"),
        ([*good, ("partial_images", "", b"2")], "partial_images"),
        ([*good, ("response_format", "", b"png")], "response_format"),
    ]
    with gateway_of() as (gateway, upstream):
        for bad, param in cases:
            answer = send(gateway, form(bad))
            assert answer.status == 400 and answer.error["param"] == param, (param, answer)
        assert send(gateway, form(good)[:-8]).error["code"] == "invalid_form"
        answer = support.send(gateway, PATH, "Content-Type: application/json", method="POST", body=b"{}")
        assert answer.status == 415 and "multipart/form-data" in answer.error["message"], answer
        assert upstream.requests == []


def a_deployment_that_cannot_is_passed_over() -> None:
    with gateway_of() as (gateway, upstream):
        answer = send(gateway, form(fields("safe")), "X-Request-Id: edit-1")
        assert answer.status == 200 and answer.headers["x-breakwater-provider"] == "openai", answer
        assert [request.target for request in upstream.requests] == ["/v1/images/edits"] and PNG in upstream.requests[0].body
        line = access_line(gateway, "edit-1")
        assert line["path"] == PATH and line["tokens"]["out"] == 9 and line["ended"] == "complete", line
        page = get(gateway.admin, "/explain/edit-1")
        assert page.status == 200 and b"gpt" in page.body, page
        answer = send(gateway, form(fields("chosen")))
        assert answer.status == 200 and answer.attempts == 1, answer


def another_attempt_gets_the_same_form() -> None:
    count = iter(range(10))
    with gateway_of(lambda request: json_reply({"error": {"message": "busy"}}, 503) if next(count) == 0 else openai(request)) as (gateway, upstream):
        answer = edit(gateway, "gpt")
        assert answer.attempts == 2 and upstream.requests[0].body == upstream.requests[1].body and PNG in upstream.requests[1].body


def the_simulator_edits_without_a_key() -> None:
    with Gateway() as gateway:
        first = edit(gateway, "sim/image", n="2").json()
        assert len(first["data"]) == 2 and base64.b64decode(first["data"][0]["b64_json"]).startswith(b"\x89PNG"), first
        assert edit(gateway, "sim/image", n="2").json()["data"] == first["data"]
        assert edit(gateway, "sim/image", picture(JPEG), n="2").json()["data"] != first["data"]
        assert edit(gateway, "sim/image", response_format="url").json()["data"][0]["url"].startswith("data:image/png;base64,")


if __name__ == "__main__":
    sys.exit(
        run(
            the_form_goes_on_with_the_model_of_the_deployment,
            several_pictures_keep_their_order_and_are_a_list,
            gemini_is_asked_in_its_own_words,
            amazons_models_are_asked_for_variations,
            what_a_provider_lacks_is_said,
            bad_requests_say_what_is_wrong,
            a_deployment_that_cannot_is_passed_over,
            another_attempt_gets_the_same_form,
            the_simulator_edits_without_a_key,
        )
    )
