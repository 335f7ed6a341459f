"""AWS signatures, as the provider checks them: over what really arrived, for each attempt anew; and that no key is ever shown."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from support import FakeUpstream, Gateway, Handler, ask, chat, json_reply, run

from blackbox import sigv4
from blackbox.fake_upstream import Reply, Request
from blackbox.gateway import find_binary, server_section
from matrix.scripted import event_stream

ACCESS_KEY = "AKIDCANARY0001"
SECRET = "canary/secret+key0001"
TOKEN = "canary-session-token-0001"
MODEL = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0"
TARGET = "/a/b/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-lite-v1%3A0"
ANSWER = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
}


@contextmanager
def gateway_of(handler: Handler, attempts: int = 1) -> Iterator[tuple[Gateway, FakeUpstream]]:
    with FakeUpstream(handler) as upstream:
        configuration = server_section() + f"""
providers:
  aws:
    dialect: bedrock
    base_url: "{upstream.url}/a/b/"
    region: eu-west-1
    access_key_id: {ACCESS_KEY}
    secret_access_key: "{SECRET}"
    session_token: {TOKEN}
deployments:
  r: {{provider: aws, model: "{MODEL}"}}
  claude: {{provider: aws, model: us.anthropic.claude-sonnet-4-5}}
defaults:
  retry: {{attempts: {attempts}, backoff_min: 1100ms, backoff_max: 1100ms}}
"""
        with Gateway(configuration) as gateway:
            yield gateway, upstream


def signs_what_arrives() -> None:
    with gateway_of(lambda _: json_reply(ANSWER)) as (gateway, upstream):
        answer = chat(gateway, user="Gr\u00fc\u00dfe")
        assert answer.status == 200, answer
        (request,) = upstream.requests
        assert request.target == TARGET + "/converse", request.target
        assert sigv4.complaint(request, SECRET) == "", request.headers
        assert f"Credential={ACCESS_KEY}/" in request.headers["authorization"]
        assert "/eu-west-1/bedrock/aws4_request" in request.headers["authorization"]
        assert request.headers["x-amz-security-token"] == TOKEN


def the_check_itself_sees_what_is_wrong() -> None:
    with gateway_of(lambda _: json_reply(ANSWER)) as (gateway, upstream):
        chat(gateway)
        (request,) = upstream.requests
        assert sigv4.complaint(request, SECRET + "x") == "the signature is wrong"
        request.body += b" "
        assert sigv4.complaint(request, SECRET) == "the signature is wrong"


def signs_each_attempt_anew() -> None:
    seen: list[Request] = []

    def unavailable_once(request: Request) -> Reply:
        seen.append(request)
        if len(seen) > 1:
            return json_reply(ANSWER)
        # Its date has whole seconds.
        return replace(json_reply({"message": "Busy."}, 503, [("x-amzn-errortype", "ServiceUnavailableException")]), head_after=1.1)

    with gateway_of(unavailable_once, attempts=2) as (gateway, _):
        assert chat(gateway).status == 200
    first, second = seen
    assert all(sigv4.complaint(request, SECRET) == "" for request in seen)
    assert first.headers["x-amz-date"] != second.headers["x-amz-date"]


def sends_what_converse_has_no_words_for_by_invoke_model() -> None:
    """Claude Code's kind of request: a tool of Anthropic's own, and what came of it, in a stream."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "bash", "input": {}}
    counts = {"input_tokens": 3, "output_tokens": 1}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {"id": "msg_1", "model": "claude", "content": [], "usage": counts}},
        {"type": "content_block_start", "index": 0, "content_block": call},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"command":"ls"}'}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ]
    chunks = [("event", "chunk", {"bytes": base64.b64encode(json.dumps(event).encode()).decode()}) for event in events]
    tool = {"type": "bash_20250124", "name": "bash"}
    asked = {
        **{"model": "claude", "max_tokens": 100, "stream": True, "tools": [tool]},
        "messages": [{"role": "user", "content": "What is here?"}],
    }
    with gateway_of(lambda _: event_stream(chunks)) as (gateway, upstream):
        answer = ask(gateway, "/v1/messages", asked)
        assert answer.status == 200, answer
        text = answer.body.decode()
        assert '"name":"bash"' in text and "message_stop" in text, text
        (request,) = upstream.requests
        assert request.target == "/a/b/model/us.anthropic.claude-sonnet-4-5/invoke-with-response-stream", request.target
        assert sigv4.complaint(request, SECRET) == "", request.headers
        body = request.json()
        assert body["anthropic_version"] == "bedrock-2023-05-31" and not body.keys() & {"model", "stream"}, body
        assert body["tools"] == [tool] and body["messages"] == asked["messages"], body


def an_unknown_api_is_a_clear_error() -> None:
    wrong = """version: 1
providers: {a: {dialect: anthropic, api_key: sk-0123456789}}
deployments: {c: {provider: a, model: claude-sonnet-4-5, api: invoke}}
"""
    code, words = check(wrong)
    assert code == 78 and 'a provider of the dialect anthropic has no API "invoke"' in words, words


def check(configuration: str) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wrong.yaml"
        path.write_text(configuration)
        checked = subprocess.run([str(find_binary()), "check", str(path)], capture_output=True, text=True, check=False)
        return checked.returncode, checked.stdout + checked.stderr


def invoke_model_is_for_claude() -> None:
    def of(model: str, api: str = "invoke") -> str:
        return f"""version: 1
providers: {{a: {{dialect: bedrock, region: us-east-1, api_key: ABSK-0123456789}}}}
deployments:
  d: {{provider: a, api: {api}, model: "{model}", like: bedrock/us.anthropic.claude-sonnet-5}}
"""

    arn = "arn:aws:bedrock:us-east-1:123456789012"
    others = ("meta.llama3-70b-instruct-v1:0", "us.amazon.nova-pro-v1:0", "cohere.command-r-v1:0", f"{arn}:inference-profile/us.deepseek.r1-v1:0")
    for model in others:
        code, words = check(of(model))
        assert code == 78 and f'wrong.yaml:4:25: `deployments.d.api`: "invoke" is not for "{model[:60]}' in words, words
        assert "help: leave it out" in words, words
        code, words = check(of(model, "converse"))
        assert code == 0, words
    claudes = ("anthropic.claude-v2", "global.anthropic.claude-opus-4-8", "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0")
    told_by_nobody = [f"{arn}:{kind}/abc123def456" for kind in ("application-inference-profile", "provisioned-model", "custom-model-deployment")]
    # Asked by InvokeModel whatever `api` says, in bodies of their own.
    no_chats = (
        *("amazon.titan-embed-text-v2:0", "us.cohere.embed-v4:0", "cohere.rerank-v3-5:0", "amazon.nova-canvas-v1:0", "amazon.titan-image-generator-v2:0"),
        *("amazon.nova-2-multimodal-embeddings-v1:0", "stability.sd3-5-large-v1:0", f"{arn}:inference-profile/us.cohere.embed-v4:0"),
    )
    for model in (*claudes, *told_by_nobody, *no_chats, "my-proxys-claude"):
        code, words = check(of(model))
        assert code == 0, words


SPOKEN = [("event", "messageStart", {"role": "assistant"}), ("event", "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hel"}})]
# The service's own failures, in band: as their frames are named, and as what clients are told.
FAILURES = {"internalServerException": "upstream_error", "serviceUnavailableException": "server_is_overloaded"}


def failures_in_the_stream_come_before_the_first_word_or_behind_it() -> None:
    whole = [*SPOKEN, ("event", "contentBlockStop", {"contentBlockIndex": 0}), ("event", "messageStop", {"stopReason": "end_turn"})]
    for name, code in FAILURES.items():
        failure = ("exception", name, {"message": "Try again later."})
        for spoken in ([], SPOKEN[:1], SPOKEN):
            # Apart, so that what was said has gone to the client.
            broken = replace(event_stream([*spoken, failure]), gap=0.1)
            with FakeUpstream(lambda _: broken) as first, FakeUpstream(lambda _: event_stream(whole)) as second:
                configuration = server_section() + f"""
providers:
  broken: {{dialect: bedrock, base_url: "{first.url}", region: us-east-1, api_key: ABSK-0123456789}}
  good: {{dialect: bedrock, base_url: "{second.url}", region: us-east-1, api_key: ABSK-0123456789}}
deployments:
  a: {{provider: broken, model: amazon.nova-lite-v1:0}}
  b: {{provider: good, model: amazon.nova-lite-v1:0}}
routes:
  r: {{candidates: [a, b], retry: {{attempts: 3}}}}
"""
                with Gateway(configuration) as gateway:
                    answer = chat(gateway, stream=True)
                assert answer.status == 200 and answer.text() == "Hel", answer
                if spoken is SPOKEN:
                    error = answer.stream_error()
                    assert error["code"] == code and "Try again later." in error["message"] and error["retryable"], error
                    assert answer.attempts == 1 and second.requests == []
                else:
                    assert answer.done() and answer.headers["x-breakwater-provider"] == "good", answer
                    assert first.requests and len(second.requests) == 1


def keys_are_never_shown() -> None:
    def quoting(request: Request) -> Reply:
        words = f"The canonical string should have been {request.headers} with {SECRET}"
        return json_reply({"message": words}, 403, [("x-amzn-errortype", "SignatureDoesNotMatch:http://a"), ("x-amzn-requestid", "rid-7")])

    with gateway_of(quoting) as (gateway, _):
        answer = chat(gateway)
        assert answer.status == 502 and answer.error["code"] == "upstream_auth_error", answer
        assert answer.error["metadata"]["request_id"] == "rid-7", answer.error
        shown = answer.body + str(answer.headers).encode() + gateway.log().encode()
        for key in (SECRET, TOKEN, ACCESS_KEY):
            assert key.encode() not in shown, key


BY_INVOKE = (sends_what_converse_has_no_words_for_by_invoke_model, an_unknown_api_is_a_clear_error, invoke_model_is_for_claude)
IN_STREAMS = (failures_in_the_stream_come_before_the_first_word_or_behind_it,)

if __name__ == "__main__":
    sys.exit(run(signs_what_arrives, the_check_itself_sees_what_is_wrong, signs_each_attempt_anew, keys_are_never_shown, *BY_INVOKE, *IN_STREAMS))
