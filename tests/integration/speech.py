"""POST /v1/audio/speech: sound that goes on as it comes, bare and as events, in the words of each provider that speaks."""

from __future__ import annotations

import base64
import io
import json
import socket
import sys
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support import UPSTREAM_KEY, Client, FakeUpstream, Gateway, Handler, access_line, ask, failing, get, json_reply, post, run, sse_reply

from blackbox.fake_upstream import Ending, Framing, Reply, Request, pieces_of
from blackbox.gateway import server_section

Json = dict[str, Any]

PATH = "/v1/audio/speech"
SOUND = bytes(range(256)) * 40  # any bytes, and all of them
SAMPLES = b"\x01\x02\x03\x04"


def spoken(body: bytes = SOUND, kind: str = "audio/mpeg", **options: Any) -> Reply:
    return Reply(200, [("content-type", kind)], body, **({"cut": pieces_of(1000), "framing": Framing.CHUNKED} | options))


def openai(request: Request) -> Reply:
    if request.json().get("stream_format") != "sse":
        return spoken()
    deltas = [{"type": "speech.audio.delta", "audio": base64.b64encode(SOUND[at : at + 999]).decode()} for at in range(0, len(SOUND), 999)]
    usage = {"input_tokens": 3, "output_tokens": 9, "total_tokens": 12}
    return sse_reply([*deltas, {"type": "speech.audio.done", "usage": usage}])


def gemini(_: Request) -> Reply:
    data = {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": base64.b64encode(SAMPLES).decode()}
    usage = {"promptTokenCount": 3, "candidatesTokenCount": 9, "totalTokenCount": 12}
    return json_reply({"candidates": [{"content": {"parts": [{"inlineData": data}]}, "finishReason": "STOP"}], "usageMetadata": usage})


def any_provider(request: Request) -> Reply:
    if request.target == "/v1/audio/speech":
        return openai(request)
    if request.target.endswith("gemini-2.5-flash-preview-tts:generateContent"):
        return gemini(request)
    return json_reply({"error": {"message": f"nothing at {request.target}"}}, 404)


@contextmanager
def gateway_of(handler: Handler = any_provider, server: str = "") -> Iterator[tuple[Gateway, FakeUpstream]]:
    with FakeUpstream(handler) as upstream:
        key = f'api_key: "{UPSTREAM_KEY}"'
        head = f'version: 1\nserver: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", workers: 1, {server}}}\n' if server else server_section()
        configuration = head + f"""
providers:
  openai: {{preset: openai, base_url: "{upstream.url}/v1", {key}}}
  server: {{dialect: openai, base_url: "{upstream.url}/v1", {key}}}
  google: {{dialect: google, base_url: "{upstream.url}", {key}}}
  vertex: {{dialect: vertex, base_url: "{upstream.url}", {key}}}
  mistral: {{preset: mistral, base_url: "{upstream.url}/mistral/v1", {key}}}
  cohere: {{dialect: cohere, base_url: "{upstream.url}", {key}}}
  sim: {{dialect: sim}}
deployments:
  openai: {{provider: openai, model: gpt-4o-mini-tts}}
  server: {{provider: server, model: kokoro}}
  google: {{provider: google, model: gemini-2.5-flash-preview-tts}}
  vertex: {{provider: vertex, model: gemini-2.5-flash-preview-tts}}
  mistral: {{provider: mistral, model: some-voice}}
  cohere: {{provider: cohere, model: some-voice}}
  failing: {{provider: sim, model: "speech:fail=100%"}}
  cut-at-once: {{provider: sim, model: "speech:fail=100%,fail_with=cut-before"}}
  cut-later: {{provider: sim, model: "speech:fail=100%,fail_with=cut-after-2"}}
  silent: {{provider: sim, model: "speech:fail=100%,fail_with=stall-after-1"}}
  talker: {{provider: sim, model: chat}}
routes:
  safe: {{candidates: [failing, cut-at-once, openai]}}
  stalls: {{candidates: [silent], timeouts: {{gap: 500ms}}}}
  continued: {{candidates: [cut-later, openai], after_commit: [restart, error]}}
  held: {{candidates: [cut-later, openai], after_commit: [hold]}}
defaults:
  retry: {{attempts: 4, same: 1}}
  breaker: off
"""
        with Gateway(configuration) as gateway:
            yield gateway, upstream


def speak(gateway: Gateway, model: str, *lines: str, **more: Any):
    return ask(gateway, PATH, {"model": model, "input": "Hello there", "voice": "alloy", **more}, *lines)


def bytes_arrive_as_they_are() -> None:
    with gateway_of() as (gateway, _):
        for model in ("openai", "server"):
            answer = speak(gateway, model)
            assert answer.status == 200 and answer.complete and answer.body == SOUND, (model, answer.status, answer.headers)
            assert answer.headers["content-type"] == "audio/mpeg" and answer.headers["transfer-encoding"] == "chunked"
            assert answer.headers["x-breakwater-provider"] == model


def requests_are_in_the_words_of_each_provider() -> None:
    with gateway_of() as (gateway, upstream):
        speak(gateway, "openai", response_format="opus", speed=1.5, instructions="softly")
        answer = speak(gateway, "google", response_format="pcm", instructions="Whisper", speed=2)
        openai_body, google_body = (request.json() for request in upstream.requests)
        assert "application/json" not in upstream.requests[0].headers["accept"]
    assert openai_body == {
        "model": "gpt-4o-mini-tts", "input": "Hello there", "voice": "alloy",
        "instructions": "softly", "response_format": "opus", "speed": 1.5,
    }  # fmt: skip
    assert google_body["contents"] == [{"role": "user", "parts": [{"text": "Whisper: Hello there"}]}]
    assert google_body["generationConfig"]["speechConfig"]["voiceConfig"]["prebuiltVoiceConfig"] == {"voiceName": "Kore"}
    assert answer.body == SAMPLES and answer.headers["content-type"] == "audio/pcm"
    assert answer.headers["x-breakwater-adapted"] == "voice=mapped, instructions=mapped, speed=dropped"


def samples_become_a_wav_file() -> None:
    with gateway_of() as (gateway, _):
        for model in ("google", "vertex"):
            for more in ({"response_format": "wav"}, {}):
                answer = speak(gateway, model, **more)
                assert answer.headers["content-type"] == "audio/wav", answer.headers
                with wave.open(io.BytesIO(answer.body)) as sound:
                    assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (24000, 1, 2)
                    assert sound.readframes(10) == SAMPLES
                assert ("response_format=mapped" in answer.headers["x-breakwater-adapted"]) == (not more)


def the_first_bytes_do_not_wait_for_the_last() -> None:
    with gateway_of(lambda _: spoken(gap=0.1)) as (gateway, _), Client(gateway.listen) as client:
        body = json.dumps({"model": "openai", "input": "Hello"}).encode()
        client.send(post(body, path=PATH))
        started = time.monotonic()
        client.read_until(SOUND[:1000])
        first = time.monotonic() - started
        answer = client.answer()
        assert answer.body == SOUND and first < 0.6 < answer.seconds, (first, answer.seconds)


def a_client_that_does_not_read_holds_the_upstream_back() -> None:
    # A hundred megabytes: neither sockets nor the gateway keep so much.
    long = lambda _: spoken(SOUND * 10_000, cut=pieces_of(100_000))  # noqa: E731
    with gateway_of(long, server="timeouts: {write: 1s}") as (gateway, upstream):
        client = Client(gateway.listen)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.send(post(json.dumps({"model": "openai", "input": "Hello"}).encode(), "x-request-id: slow-1", path=PATH))
        upstream.wait_for_request()
        assert upstream.requests[0].peer_gone.wait(20), "a client that never reads keeps its upstream call"
        assert access_line(gateway, "slow-1")["ended"] == "client_gone"
        client.socket.close()


def events_are_the_same_sound() -> None:
    with gateway_of() as (gateway, upstream):
        for model, usage in (("openai", {"input_tokens": 3, "output_tokens": 9, "total_tokens": 12}), ("server", None)):
            answer = speak(gateway, model, stream_format="sse")
            assert answer.headers["content-type"].startswith("text/event-stream"), answer.headers
            *deltas, done = answer.events()
            assert b"".join(base64.b64decode(event["audio"]) for event in deltas) == SOUND
            assert {event["type"] for event in deltas} == {"speech.audio.delta"}
            assert len(deltas) > 1 or model == "server", "the gateway makes an event of what comes at once"
            assert done == {"type": "speech.audio.done", "usage": usage}, done
        assert [request.json().get("stream_format") for request in upstream.requests] == ["sse", None]
        answer = speak(gateway, "google", stream_format="sse", response_format="pcm")
        assert base64.b64decode(answer.events()[0]["audio"]) == SAMPLES


def the_last_event_ends_the_sound_although_the_provider_holds_on() -> None:
    events = (
        {"type": "speech.audio.delta", "audio": base64.b64encode(SOUND).decode()},
        {"type": "speech.audio.done", "usage": None},
    )
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()
    with gateway_of(lambda _: spoken(text, "text/event-stream", ending=Ending.STALL)) as (gateway, _):
        answer = speak(gateway, "openai", stream_format="sse")
        assert answer.complete and answer.seconds < 5, (answer.complete, answer.seconds)
        assert answer.events()[-1] == {"type": "speech.audio.done", "usage": None}, answer.body[-200:]


def a_provider_that_fails_before_the_sound_is_replaced() -> None:
    with gateway_of() as (gateway, _):
        answer = speak(gateway, "safe", "X-Request-Id: say-1")
        assert answer.status == 200 and answer.body == SOUND and answer.attempts == 4, answer.headers
        line = access_line(gateway, "say-1")
        assert line["path"] == PATH and line["ended"] == "complete" and line["bytes_out"] == len(SOUND), line
        page = get(gateway.admin, "/explain/say-1")
        assert page.status == 200 and b"cut-at-once" in page.body, page


def a_sound_that_breaks_off_never_looks_whole() -> None:
    with gateway_of() as (gateway, _):
        for model, code in (("cut-later", "upstream_connection_lost"), ("stalls", "upstream_stalled"), ("continued", "upstream_connection_lost")):
            name = f"cut-{model}"
            answer = speak(gateway, model, f"X-Request-Id: {name}", response_format="pcm", input="word " * 20)
            assert answer.status == 200 and answer.body and not answer.complete, (model, answer.status, len(answer.body))
            line = access_line(gateway, name)
            assert line["ended"] == "error_in_stream" and line["error"] == code, line
        events = speak(gateway, "cut-later", stream_format="sse", response_format="pcm", input="word " * 20)
        assert events.complete and events.stream_error()["code"] == "upstream_connection_lost", events.body[-300:]
        # What is held back can still be replaced.
        answer = speak(gateway, "held", response_format="pcm", input="word " * 20)
        assert answer.complete and answer.body == SOUND and answer.attempts >= 2, answer.headers


def a_sound_without_chunks_that_breaks_off_is_reset() -> None:
    with gateway_of() as (gateway, _):
        for model, whole in (("openai", True), ("cut-later", False)):
            body = json.dumps({"model": model, "input": "word " * 20, "response_format": "pcm"}).encode()
            with Client(gateway.listen) as client:
                client.send(post(body, path=PATH, version="1.0"))
                received, reset = b"", False
                try:
                    while piece := client.socket.recv(65536):
                        received += piece
                except ConnectionResetError:
                    reset = True
            assert reset != whole, (model, received[:300])
            assert received.endswith(SOUND) or not whole, (model, received[:300])


def what_is_no_sound_is_a_failure() -> None:
    state: Json = {}
    with gateway_of(lambda _: state["reply"]) as (gateway, _):
        for reply, status in (
            (Reply(200, [("content-type", "text/html")], b"<html>"), 502),
            (json_reply({"ok": True}), 502),
            (spoken(b""), 502),
            (json_reply({"error": {"message": "slow down", "code": "rate_limit_exceeded"}}), 429),
            (failing(400, "invalid_value")(None), 400),
            (spoken(ending=Ending.CUT, body=b""), 502),
        ):
            state["reply"] = reply
            answer = speak(gateway, "server")
            assert answer.status == status and "error" in answer.json(), (reply, answer)


def what_cannot_speak_says_so() -> None:
    with gateway_of() as (gateway, upstream):
        for model in ("mistral", "cohere"):
            answer = speak(gateway, model)
            assert answer.status == 400 and "has no speech" in answer.error["message"], answer
        answer = speak(gateway, "google", response_format="mp3")
        assert answer.status == 400 and answer.error["param"] == "response_format", answer
        answer = speak(gateway, "talker")
        assert answer.status == 404 and "POST /v1/chat/completions" in answer.error["message"], answer
        assert upstream.requests == []


def bad_requests_say_what_is_wrong() -> None:
    cases: list[tuple[Json, str]] = [
        ({"model": None}, "model"),
        ({"input": ""}, "input"),
        ({"voice": 7}, "voice"),
        ({"voice": {}}, "voice.id"),
        ({"response_format": "ogg"}, "response_format"),
        ({"speed": 5}, "speed"),
        ({"stream_format": "ndjson"}, "stream_format"),
    ]
    with gateway_of() as (gateway, _):
        for more, param in cases:
            answer = ask(gateway, PATH, {"model": "openai", "input": "Hello", **more})
            assert answer.status == 400 and answer.error["param"] == param, (more, answer)


def the_simulator_speaks_without_a_key() -> None:
    with Gateway() as gateway:
        answer = speak(gateway, "sim/speech", response_format="wav")
        with wave.open(io.BytesIO(answer.body)) as sound:
            assert sound.getnframes() == 24000 // 5, sound.getparams()
        longer = speak(gateway, "sim/speech", response_format="wav", input="word " * 40)
        assert len(longer.body) > 3 * len(answer.body)
        answer = speak(gateway, "sim/speech")
        assert answer.headers["content-type"] == "audio/mpeg" and answer.body.startswith(b"\xff\xfb"), answer.headers
        answer = speak(gateway, "sim/speech", response_format="flac")
        assert answer.status == 400 and answer.error["param"] == "response_format", answer


if __name__ == "__main__":
    sys.exit(
        run(
            bytes_arrive_as_they_are,
            requests_are_in_the_words_of_each_provider,
            samples_become_a_wav_file,
            the_first_bytes_do_not_wait_for_the_last,
            a_client_that_does_not_read_holds_the_upstream_back,
            events_are_the_same_sound,
            the_last_event_ends_the_sound_although_the_provider_holds_on,
            a_provider_that_fails_before_the_sound_is_replaced,
            a_sound_that_breaks_off_never_looks_whole,
            a_sound_without_chunks_that_breaks_off_is_reset,
            what_is_no_sound_is_a_failure,
            what_cannot_speak_says_so,
            bad_requests_say_what_is_wrong,
            the_simulator_speaks_without_a_key,
        )
    )
