"""Pictures as server-sent events: drafts and pictures as they come, from providers that stream and from those that do not."""

from __future__ import annotations

import base64
import json
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from image_edits import PIXELS, USAGE, fields, gemini, send
from support import UPSTREAM_KEY, Answer, Client, FakeUpstream, Gateway, Handler, access_line, ask, gateway_over, json_reply, post, run, sse_reply
from transcriptions import form

from blackbox.fake_upstream import Ending, Reply, Request
from blackbox.gateway import server_section

Json = dict[str, Any]

GENERATIONS = "/v1/images/generations"
DRAFT_BYTES = base64.b64encode(b"nearly a picture").decode()
LOOKS = {"size": "1024x1024", "quality": "low", "background": "opaque", "output_format": "png"}


def draft(index: int, name: str = "image_generation") -> Json:
    return {"type": f"{name}.partial_image", "b64_json": DRAFT_BYTES, "created_at": 5, **LOOKS, "partial_image_index": index}


def completed(name: str = "image_generation", usage: Json | None = USAGE) -> Json:
    return {"type": f"{name}.completed", "b64_json": PIXELS, "created_at": 5, **LOOKS, "usage": usage}


def asked(request: Request) -> Json:
    """What the provider is asked for, of a body in JSON or a form."""
    if request.target.endswith("/generations"):
        return request.json()
    return {"stream": b'name="stream"\r\n\r\ntrue' in request.body, "partial_images": 2 if b'name="partial_images"\r\n\r\n2' in request.body else 0}


def openai(request: Request) -> Reply:
    name = "image_generation" if request.target.endswith("/generations") else "image_edit"
    wanted = asked(request)
    if not wanted.get("stream"):
        return json_reply({"created": 1, "output_format": "png", "data": [{"b64_json": PIXELS}] * wanted.get("n", 1), "usage": USAGE})
    return sse_reply([*(draft(i, name) for i in range(wanted.get("partial_images", 0))), completed(name)])


def any_provider(request: Request) -> Reply:
    return gemini(request) if request.target.endswith(":generateContent") else openai(request)


def accounts(url: str, key: str) -> str:
    return f"""
providers:
  openai: {{preset: openai, base_url: "{url}/v1", {key}}}
  server: {{dialect: openai, base_url: "{url}/v1", {key}}}
  google: {{dialect: google, base_url: "{url}", {key}}}
  sim: {{dialect: sim}}
deployments:
  gpt: {{provider: openai, model: gpt-image-1}}
  dall-e: {{provider: openai, model: dall-e-2}}
  server: {{provider: server, model: some-flux}}
  gemini: {{provider: google, model: gemini-3-pro-image-preview}}
  failing: {{provider: sim, model: "image:fail=100%"}}
  cut: {{provider: sim, model: "image:fail=100%,fail_with=cut-before"}}
routes:
  safe: {{candidates: [failing, cut, gpt]}}
  slow: {{candidates: [gpt], timeouts: {{gap: 500ms}}}}
  hasty: {{candidates: [gpt], timeouts: {{head: 300ms, first_token: 300ms}}}}
  hasty-dall-e: {{candidates: [dall-e], timeouts: {{head: 300ms, first_token: 300ms}}}}
  hasty-gemini: {{candidates: [gemini], timeouts: {{head: 300ms, first_token: 300ms}}}}
  exact: {{candidates: [gemini], adapt: strict}}
defaults:
  retry: {{attempts: 4, same: 1}}
  breaker: off
"""


def gateway_of(handler: Handler = any_provider) -> AbstractContextManager[tuple[Gateway, FakeUpstream]]:
    return gateway_over(handler, accounts)


def draw(gateway: Gateway, model: str, *lines: str, **more: Any) -> Answer:
    return ask(gateway, GENERATIONS, {"model": model, "prompt": "a cat", "stream": True, **more}, *lines)


def edit(gateway: Gateway, model: str, **more: str) -> Answer:
    return send(gateway, form(fields(model, stream="true", **more)))


def without_time(event: Json) -> Json:
    assert event.pop("created_at") > 1_700_000_000
    return event


def events_of(answer: Answer) -> list[Json]:
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/event-stream"), answer
    names = [line.removeprefix("event: ") for line in answer.body.decode().splitlines() if line.startswith("event: ")]
    events = answer.events()
    assert names == [event["type"] for event in events], names
    return events


def streams_are_drafts_and_then_the_picture() -> None:
    with gateway_of() as (gateway, upstream):
        for name, answer in (
            ("image_generation", draw(gateway, "gpt", partial_images=2)),
            ("image_edit", edit(gateway, "gpt", partial_images="2")),
        ):
            events = [without_time(event) for event in events_of(answer)]
            expected = [draft(0, name), draft(1, name), completed(name)]
            for each in expected:
                del each["created_at"]
            if name == "image_generation":
                expected[-1]["usage"] = {**USAGE, "input_tokens_details": {"text_tokens": 40, "image_tokens": 0}}
            assert events == expected, events
            assert "x-breakwater-adapted" not in answer.headers, answer.headers
            assert asked(upstream.requests[-1])["partial_images"] == 2
            assert "text/event-stream" in upstream.requests[-1].headers["accept"]


def who_does_not_stream_answers_at_once() -> None:
    with gateway_of() as (gateway, upstream):
        for model in ("dall-e", "server", "gemini"):
            for answer in (draw(gateway, model), edit(gateway, model)):
                [event] = events_of(answer)
                assert event["type"].endswith(".completed") and event["b64_json"] == PIXELS, event
                assert event["usage"]["total_tokens"] == 49, event
                assert answer.headers["x-breakwater-adapted"] == "stream=emulated", (model, answer.headers)
        assert not any(asked(request).get("stream") for request in upstream.requests if not request.target.endswith("generateContent"))
        answer = draw(gateway, "server", n=3)
        events = events_of(answer)
        assert [event["type"] for event in events] == ["image_generation.completed"] * 3
        assert [event["usage"] is None for event in events] == [True, True, False], events
        answer = draw(gateway, "gemini", partial_images=2)
        assert answer.headers["x-breakwater-adapted"] == "stream=emulated, partial_images=dropped", answer.headers
        answer = draw(gateway, "exact", partial_images=2)
        assert answer.status == 400 and answer.error["param"] == "partial_images", answer


def who_answers_as_a_whole_may_take_longer_than_a_stream() -> None:
    with gateway_of(lambda request: replace(any_provider(request), head_after=1.0)) as (gateway, _):
        for model in ("hasty-dall-e", "hasty-gemini"):
            [event] = events_of(draw(gateway, model))
            assert event["type"] == "image_generation.completed", event
        answer = draw(gateway, "hasty")
        assert answer.status == 504 and answer.error["code"] in ("upstream_head_timeout", "upstream_first_token_timeout"), answer


def the_first_draft_does_not_wait_for_the_picture() -> None:
    with gateway_of(lambda _: sse_reply([draft(0), completed()], gap=1.0)) as (gateway, _), Client(gateway.listen) as client:
        body = json.dumps({"model": "gpt", "prompt": "a cat", "stream": True, "partial_images": 1}).encode()
        client.send(post(body, path=GENERATIONS))
        started = time.monotonic()
        early = client.read_until(DRAFT_BYTES.encode())
        first = time.monotonic() - started
        answer = client.answer()
        assert first < 0.9 and b"completed" not in early, (first, early[-300:])
        assert answer.complete and answer.events()[-1]["type"] == "image_generation.completed", answer


def the_last_picture_ends_the_stream_although_the_provider_holds_on() -> None:
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in (draft(0), completed())).encode()
    with gateway_of(lambda _: Reply(200, [("content-type", "text/event-stream")], text, ending=Ending.STALL)) as (gateway, _):
        answer = draw(gateway, "gpt", partial_images=1)
        assert answer.complete and answer.seconds < 5 and len(events_of(answer)) == 2, answer


def a_failure_before_the_first_draft_is_replaced() -> None:
    with gateway_of() as (gateway, _):
        answer = draw(gateway, "safe", "X-Request-Id: pictures-1", partial_images=1)
        assert len(events_of(answer)) == 2 and answer.headers["x-breakwater-provider"] == "openai", answer.headers
        line = access_line(gateway, "pictures-1")
        assert line["path"] == GENERATIONS and line["ended"] == "complete" and line["tokens"]["out"] == 9, line


def a_stream_that_breaks_off_says_so() -> None:
    refusal = {"type": "error", "error": {"message": "no", "type": "image_generation_user_error", "code": "moderation_blocked"}}
    cases: list[tuple[Handler, str]] = [
        (lambda _: sse_reply([draft(0)], gap=0.1), "upstream_truncated"),
        (lambda _: sse_reply([draft(0)], gap=0.1, ending=Ending.RESET), "upstream_connection_lost"),
        (lambda _: sse_reply([draft(0), refusal], gap=0.1), "content_policy_violation"),
        (lambda _: sse_reply([draft(0), {"type": "image_generation.completed"}], gap=0.1), "upstream_invalid_response"),
    ]
    for handler, code in cases:
        with gateway_of(handler) as (gateway, _):
            answer = draw(gateway, "gpt", "X-Request-Id: broken-1", partial_images=1)
            events = events_of(answer)
            assert [event["type"] for event in events] == ["image_generation.partial_image", "error"], events
            assert answer.stream_error()["code"] == code, (code, answer.stream_error())
            assert access_line(gateway, "broken-1")["ended"] == "error_in_stream"
    with gateway_of(lambda _: sse_reply([draft(0), completed()], gap=2.0)) as (gateway, _):
        assert draw(gateway, "slow", partial_images=1).stream_error()["code"] == "upstream_stalled"


def what_is_refused_at_once_is_no_stream() -> None:
    refusal = {"type": "error", "error": {"message": "no", "type": "image_generation_user_error", "code": "moderation_blocked"}}
    for reply in (sse_reply([refusal]), json_reply({"error": refusal["error"]}, 400)):
        with gateway_of(lambda _, reply=reply: reply) as (gateway, _):
            answer = draw(gateway, "gpt")
            assert answer.status == 400 and answer.error["code"] in ("content_policy_violation", "moderation_blocked"), answer


def the_simulator_streams_without_a_key() -> None:
    with Gateway() as gateway:
        drawn = draw(gateway, "sim/image", n=2, partial_images=1)
        kinds = [event["type"].rpartition(".")[2] for event in events_of(drawn)]
        assert kinds == ["partial_image", "completed", "partial_image", "completed"], kinds
        whole = ask(gateway, GENERATIONS, {"model": "sim/image", "prompt": "a cat", "n": 2}).json()
        pictures = [{"b64_json": event["b64_json"]} for event in drawn.events() if event["type"].endswith("completed")]
        assert pictures == whole["data"] and drawn.events()[-1]["usage"] == whole["usage"], (whole["usage"], drawn.events()[-1])
        assert [event["type"] for event in events_of(edit(gateway, "sim/image"))] == ["image_edit.completed"]


def a_failure_behind_a_ping_is_an_event_too() -> None:
    slow = lambda _: Reply(500, [("content-type", "application/json")], b'{"error":{"message":"out of paint"}}', head_after=1.6)
    with FakeUpstream(slow) as upstream:
        configuration = server_section().replace("}", ", timeouts: {ping: 1s}}") + f"""
providers:
  openai: {{preset: openai, base_url: "{upstream.url}/v1", api_key: "{UPSTREAM_KEY}"}}
deployments:
  gpt: {{provider: openai, model: gpt-image-1}}
defaults: {{retry: {{attempts: 1}}}}
"""
        with Gateway(configuration) as gateway:
            answer = ask(gateway, GENERATIONS, {"model": "gpt", "prompt": "a cat", "stream": True})
            assert answer.status == 200 and answer.body.startswith(b":"), answer
            event = answer.body.split(b"event: error\ndata: ", 1)
            assert len(event) == 2, answer
            said = json.loads(event[1].split(b"\n")[0])
            assert said["type"] == "error" and said["error"]["code"] == "upstream_error", said


if __name__ == "__main__":
    sys.exit(
        run(
            a_failure_behind_a_ping_is_an_event_too,
            streams_are_drafts_and_then_the_picture,
            who_does_not_stream_answers_at_once,
            who_answers_as_a_whole_may_take_longer_than_a_stream,
            the_first_draft_does_not_wait_for_the_picture,
            the_last_picture_ends_the_stream_although_the_provider_holds_on,
            a_failure_before_the_first_draft_is_replaced,
            a_stream_that_breaks_off_says_so,
            what_is_refused_at_once_is_no_stream,
            the_simulator_streams_without_a_key,
        )
    )
