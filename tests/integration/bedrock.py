"""AWS signatures, as the provider checks them: over what really arrived, for each attempt anew; and that no key is ever shown."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from collections.abc import Iterator

from support import FakeUpstream, Gateway, Handler, chat, json_reply, run

from blackbox import sigv4
from blackbox.fake_upstream import Reply, Request
from blackbox.gateway import server_section

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
        return json_reply({"message": "Busy."}, 503, [("x-amzn-errortype", "ServiceUnavailableException")])

    with gateway_of(unavailable_once, attempts=2) as (gateway, _):
        assert chat(gateway).status == 200
    first, second = seen
    assert all(sigv4.complaint(request, SECRET) == "" for request in seen)
    assert first.headers["x-amz-date"] != second.headers["x-amz-date"]


def keys_are_never_shown() -> None:
    def quoting(request: Request) -> Reply:
        words = f"The canonical string should have been {request.headers} with {SECRET}"
        return json_reply({"message": words}, 403, [("x-amzn-errortype", "SignatureDoesNotMatch:http://a"), ("x-amzn-requestid", "rid-7")])

    with gateway_of(quoting) as (gateway, _):
        answer = chat(gateway)
        assert answer.status == 502 and answer.error["code"] == "upstream_auth_error", answer
        assert answer.error["provider"]["request_id"] == "rid-7", answer.error
        shown = answer.body + str(answer.headers).encode() + gateway.log().encode()
        for key in (SECRET, TOKEN, ACCESS_KEY):
            assert key.encode() not in shown, key


if __name__ == "__main__":
    sys.exit(run(signs_what_arrives, the_check_itself_sees_what_is_wrong, signs_each_attempt_anew, keys_are_never_shown))
