"""POST /v1/audio/transcriptions and /v1/audio/translations: forms with a file, answers in every form that there is."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import support
from support import UPSTREAM_KEY, Answer, Client, FakeUpstream, Framing, Gateway, Handler, access_line, get, json_reply, run, sse_reply

from blackbox.fake_upstream import Ending, Reply, Request
from blackbox.gateway import server_section

TRANSCRIPT = {"text": "Hello.", "usage": {"type": "tokens", "input_tokens": 14, "output_tokens": 3, "total_tokens": 17}}
DELTAS = [{"type": "transcript.text.delta", "delta": "Hel"}, {"type": "transcript.text.delta", "delta": "lo."}]
DONE = {"type": "transcript.text.done", **TRANSCRIPT}
# What could be taken for the form's own lines, and bytes that are no text.
SOUND = b"RIFF\r\n--\r\n--b\r\n\0\xff" * 20_000

Fields = list[tuple[str, str, bytes]]  # name, what else its disposition says, content


def form(fields: Fields, boundary: bytes = b"b1") -> bytes:
    parts = [
        b"--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n%s\r\n" % (boundary, name.encode(), more.encode(), content)
        for name, more, content in fields
    ]
    return b"".join(parts) + b"--%s--\r\n" % boundary


def sound(content: bytes = SOUND) -> tuple[str, str, bytes]:
    return ("file", '; filename="hello.wav"', content)


def fields(model: str, **more: str) -> Fields:
    return [("model", "", model.encode()), *[(name, "", value.encode()) for name, value in more.items()], sound()]


def send(gateway: Gateway, body: bytes, *lines: str, path: str = "/v1/audio/transcriptions", boundary: str = "b1") -> Answer:
    kind = [f"Content-Type: multipart/form-data; boundary={boundary}"] if boundary else []
    return support.send(gateway, path, *lines, *kind, method="POST", body=body)


def configuration_of(upstreams: list[FakeUpstream]) -> str:
    """Deployments u0, u1 ... and a route over them, and providers that have no transcriptions."""
    providers = "".join(f'  p{i}: {{dialect: openai, base_url: "{u.url}/v1", api_key: "{UPSTREAM_KEY}"}}\n' for i, u in enumerate(upstreams))
    deployments = "".join(f"  u{i}: {{provider: p{i}, model: whisper-{i}}}\n" for i in range(len(upstreams)))
    return server_section() + f"""
providers:
{providers}  anthropic: {{dialect: anthropic, base_url: "http://127.0.0.1:9", api_key: "{UPSTREAM_KEY}"}}
  sim: {{dialect: sim}}
  gemini: {{dialect: google, base_url: "{upstreams[-1].url if upstreams else "http://127.0.0.1:9"}", api_key: "{UPSTREAM_KEY}"}}
deployments:
  hears: {{provider: gemini, model: gemini-2.5-flash}}
{deployments}  claude: {{provider: anthropic, model: some-model}}
  chat: {{provider: sim, model: chat}}
routes:
  r: {{candidates: [{", ".join(f"u{i}" for i in range(len(upstreams))) or "chat"}]}}
"""


@contextmanager
def gateway_of(*handlers: Handler) -> Iterator[tuple[Gateway, list[FakeUpstream]]]:
    with ExitStack() as stack:
        upstreams = [stack.enter_context(FakeUpstream(handler)) for handler in handlers]
        yield stack.enter_context(Gateway(configuration_of(upstreams))), upstreams


def the_form_goes_on_with_the_model_of_the_deployment() -> None:
    with gateway_of(lambda _: json_reply(TRANSCRIPT)) as (gateway, (upstream,)):
        orders: list[Fields] = [
            fields("u0", language="en", **{"timestamp_granularities[]": "word"}),
            [sound(), ("language", "", b"en"), ("model", "", b"u0"), ("timestamp_granularities[]", "", b"word")],
            [("language", "", b"en"), sound(), ("timestamp_granularities[]", "", b"word"), ("model", "", b"u0")],
        ]
        for order in orders:
            answer = send(gateway, form(order))
            assert answer.status == 200 and answer.json() == TRANSCRIPT, answer
            assert answer.headers["content-type"] == "application/json"
            sent = upstream.requests[-1]
            expected = [("model", "", b"whisper-0"), ("language", "", b"en"), ("timestamp_granularities[]", "", b"word"), sound()]
            assert sent.body == form(expected), sent.body[:400]
            assert sent.target == "/v1/audio/transcriptions"
            assert sent.headers["content-type"] == "multipart/form-data; boundary=b1"
            assert sent.headers["authorization"] == f"Bearer {UPSTREAM_KEY}"


def the_clients_model_stays_behind_when_it_is_the_longest_field() -> None:
    with gateway_of(lambda _: json_reply(TRANSCRIPT)) as (gateway, (upstream,)):
        for order in ([("model", "", b"u0"), sound(b"")], [sound(b""), ("model", "", b"u0")]):
            body = form(order).replace(b'name="model"\r\n', b'name="model"\r\nX-Padding: ' + b"x" * 500 + b"\r\n")
            assert send(gateway, body).status == 200
            assert upstream.requests[-1].body == form([("model", "", b"whisper-0"), sound(b"")]), upstream.requests[-1].body


def translations_go_to_their_own_path() -> None:
    with gateway_of(lambda _: json_reply(TRANSCRIPT)) as (gateway, (upstream,)):
        assert send(gateway, form(fields("u0")), path="/v1/audio/translations").status == 200
        assert upstream.requests[0].target == "/v1/audio/translations"


def answers_come_as_the_provider_gave_them() -> None:
    texts = {"text": b"Hello.\n", "srt": b"1\n00:00:00,000 --> 00:00:01,000\nHello.\n\n", "vtt": b"WEBVTT\n\n"}
    verbose = json.dumps({"task": "transcribe", "language": "en", "duration": 1.50, "text": "Hello."}).encode()

    def answer_in(request: Request) -> Reply:
        name = next(name for name in [*texts, "verbose_json"] if f"\r\n\r\n{name}\r\n".encode() in request.body)
        if name == "verbose_json":
            return Reply(200, [("content-type", "application/json; charset=utf-8")], verbose)
        return Reply(200, [("content-type", "text/plain; charset=utf-8"), ("set-cookie", "a=b")], texts[name])

    with gateway_of(answer_in) as (gateway, _):
        for name, body in texts.items():
            answer = send(gateway, form(fields("r", response_format=name)))
            assert answer.body == body and answer.headers["content-type"].startswith("text/plain"), (name, answer)
            assert "set-cookie" not in answer.headers
        assert send(gateway, form(fields("r", response_format="verbose_json"))).body == verbose


def streams_come_event_by_event() -> None:
    with gateway_of(lambda _: sse_reply([*DELTAS, DONE], gap=0.3)) as (gateway, _), Client(gateway.listen) as client:
        body = form(fields("r", stream="true"))
        client.send(
            f"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: g\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: multipart/form-data; boundary=b1\r\n\r\n".encode() + body
        )
        early = client.read_until(b"Hel")
        assert b"done" not in early and b"text/event-stream" in early, early
        answer = client.answer()
        assert answer.complete and answer.events() == [*DELTAS, DONE], answer


def a_stream_that_breaks_off_says_so() -> None:
    endings = [
        lambda _: sse_reply(DELTAS, gap=0.1),
        lambda _: sse_reply(DELTAS, gap=0.1, ending=Ending.RESET),
        lambda _: sse_reply([*DELTAS, {"type": "error", "error": {"message": "busy", "type": "server_error"}}], gap=0.1),
    ]
    for ending in endings:
        with gateway_of(ending) as (gateway, _):
            answer = send(gateway, form(fields("r", stream="true")))
            assert answer.status == 200 and answer.events()[:1] == DELTAS[:1], answer
            assert answer.stream_error()["code"].startswith("upstream_"), answer


def another_deployment_gets_the_same_form() -> None:
    failing: list[Handler] = [
        lambda _: json_reply({"error": {"message": "busy"}}, 503),
        lambda _: Reply(200, [("content-type", "text/html")], b"<html>502 Bad Gateway</html>"),
        lambda _: json_reply({"usage": {}}),
        lambda _: Reply(200, [("content-type", "application/json")], b'{"text":"Hel', framing=Framing.CHUNKED, ending=Ending.RESET),
    ]
    for each in failing:
        with gateway_of(each, lambda _: json_reply(TRANSCRIPT)) as (gateway, upstreams):
            answer = send(gateway, form(fields("r")))
            assert answer.status == 200 and answer.json() == TRANSCRIPT and answer.attempts >= 2, answer
            assert answer.headers["x-breakwater-provider"] == "p1"
            first, last = upstreams[0].requests[0].body, upstreams[1].requests[0].body
            assert first.replace(b"whisper-0", b"whisper-1") == last and SOUND in last


def the_log_and_the_page_of_a_request_tell_of_it() -> None:
    with gateway_of(lambda _: json_reply(TRANSCRIPT)) as (gateway, _):
        answer = send(gateway, form(fields("r")), "x-request-id: heard-1")
        assert answer.headers["x-request-id"] == "heard-1"
        line = access_line(gateway, "heard-1")
        assert line["route"] == "r" and line["path"] == "/v1/audio/transcriptions" and line["status"] == 200, line
        page = get(gateway.admin, "/explain/heard-1")
        assert page.status == 200 and b"u0" in page.body, page


def said_by_gemini(*texts: str, finish: str = "STOP") -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = [{"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}]} for text in texts]
    pieces[-1]["candidates"][0]["finishReason"] = finish
    pieces[-1]["usageMetadata"] = {"promptTokenCount": 14, "candidatesTokenCount": 3, "totalTokenCount": 17}
    return pieces


def gemini(*texts: str, finish: str = "STOP") -> Handler:
    """Answers like Google's API: events where the request's path asks for a stream."""

    def answer(request: Request) -> Reply:
        if "streamGenerateContent" in request.target:
            return sse_reply(said_by_gemini(*texts, finish=finish), gap=0.05)
        return json_reply(said_by_gemini("".join(texts), finish=finish)[0])

    return answer


def a_model_that_hears_writes_it_down() -> None:
    with gateway_of(gemini("Hel", "lo.")) as (gateway, (upstream,)):
        answer = send(gateway, form(fields("hears", language="en", prompt="Breakwater", temperature="0.5")))
        assert answer.status == 200 and answer.json() == TRANSCRIPT, answer
        request = upstream.requests[0]
        sent = json.loads(request.body)
        assert request.target == "/v1beta/models/gemini-2.5-flash:generateContent", request.target
        recording, told = sent["contents"][0]["parts"]
        assert recording["inlineData"]["mimeType"] == "audio/wav"
        assert base64.b64decode(recording["inlineData"]["data"]) == SOUND
        assert "word for word" in told["text"] and "The language is: en." in told["text"] and "Breakwater" in told["text"]
        assert sent["generationConfig"]["temperature"] == 0.5
        assert send(gateway, form(fields("hears", response_format="text"))).body == b"Hello.\n"
        assert send(gateway, form(fields("hears")), path="/v1/audio/translations").status == 200
        assert "into English" in json.loads(upstream.requests[-1].body)["contents"][0]["parts"][1]["text"]
        events = send(gateway, form(fields("hears", stream="true"))).events()
        assert events == [*DELTAS, DONE], events


def what_a_model_that_hears_cannot_give_is_refused() -> None:
    with gateway_of(gemini("Hello.")) as (gateway, (upstream,)):
        for more in ({"response_format": "srt"}, {"timestamp_granularities[]": "word"}, {"temperature": "warm"}):
            answer = send(gateway, form(fields("hears", **more)))
            assert answer.status == 400 and answer.error["param"] == next(iter(more)), answer
        unknown = [("model", "", b"hears"), ("file", '; filename="notes.txt"', b"no sound")]
        assert send(gateway, form(unknown)).error["param"] == "file"
        assert upstream.requests == []


def a_transcript_that_is_cut_is_no_transcript() -> None:
    for finish, code in (("MAX_TOKENS", "upstream_truncated"), ("SAFETY", "content_policy_violation")):
        with gateway_of(gemini("Hel", "lo", finish=finish)) as (gateway, _):
            answer = send(gateway, form(fields("hears")))
            assert answer.status >= 400 and answer.error["code"] == code, answer
            answer = send(gateway, form(fields("hears", stream="true")))
            assert answer.events()[0] == DELTAS[0] and answer.stream_error()["code"] == code, answer


def what_cannot_transcribe_says_so() -> None:
    with gateway_of() as (gateway, _):
        answer = send(gateway, form(fields("claude")))
        assert answer.status == 400 and "has no transcription" in answer.error["message"], answer
        answer = send(gateway, form(fields("chat")))
        assert answer.status == 404 and "POST /v1/chat/completions" in answer.error["message"], answer


def bad_requests_say_what_is_wrong() -> None:
    good = fields("r")
    cases: list[tuple[Fields, str]] = [
        (good[1:], "model"),
        ([("model", "", b""), sound()], "model"),
        ([*good, ("model", "", b"other")], "model"),
        ([("model", '; filename="m"', b"r"), sound()], "model"),
        (good[:1], "file"),
        ([*good, sound(b"more")], "file"),
        ([good[0], ("file", "", b"no file")], "file"),
        (fields("r", stream="perhaps"), "stream"),
        (fields("r", response_format="mp3"), "response_format"),
    ]
    with gateway_of(lambda _: json_reply(TRANSCRIPT)) as (gateway, (upstream,)):
        for bad, param in cases:
            answer = send(gateway, form(bad))
            assert answer.status == 400 and answer.error["param"] == param, (bad[0], answer)
        broken = send(gateway, form(good)[:-8])
        assert broken.status == 400 and broken.error["code"] == "invalid_form", broken
        assert send(gateway, form(good), boundary="other").error["code"] == "invalid_form"
        assert send(gateway, b"{}", "Content-Type: application/json", boundary="").status == 415
        assert send(gateway, form(good), "Content-Encoding: gzip").status == 415
        assert send(gateway, form(fields("nothing"))).status == 404
        assert upstream.requests == []


def the_simulator_transcribes_without_a_key() -> None:
    with Gateway() as gateway:
        said = f"The recording hello.wav has {len(SOUND)} bytes and nobody listened to it."
        assert send(gateway, form(fields("sim/transcribe"))).json()["text"] == said
        assert send(gateway, form(fields("sim/transcribe", response_format="text"))).body.decode() == said + "\n"
        assert said in send(gateway, form(fields("sim/transcribe", response_format="srt"))).body.decode()
        assert send(gateway, form(fields("sim/transcribe", response_format="vtt"))).body.startswith(b"WEBVTT")
        assert send(gateway, form(fields("sim/transcribe", response_format="verbose_json"))).json()["segments"][0]["text"] == said
        events: list[Any] = send(gateway, form(fields("sim/transcribe", stream="true"))).events()
        assert "".join(event.get("delta", "") for event in events) == said == events[-1]["text"]


if __name__ == "__main__":
    sys.exit(
        run(
            the_form_goes_on_with_the_model_of_the_deployment,
            the_clients_model_stays_behind_when_it_is_the_longest_field,
            translations_go_to_their_own_path,
            answers_come_as_the_provider_gave_them,
            streams_come_event_by_event,
            a_stream_that_breaks_off_says_so,
            another_deployment_gets_the_same_form,
            the_log_and_the_page_of_a_request_tell_of_it,
            a_model_that_hears_writes_it_down,
            what_a_model_that_hears_cannot_give_is_refused,
            a_transcript_that_is_cut_is_no_transcript,
            what_cannot_transcribe_says_so,
            bad_requests_say_what_is_wrong,
            the_simulator_transcribes_without_a_key,
        )
    )
