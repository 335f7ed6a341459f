"""Credentials that are fetched, re-read and rotated: tokens are asked for once and renewed, keys rest when they are limited, and none is ever shown."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

from support import FakeUpstream, Gateway, chat, completion, eventually, json_reply, metrics, run, sse_reply

from blackbox import responses_api, sigv4
from blackbox.fake_upstream import Handler, Reply, Request
from blackbox.gateway import server_section

CANARY = "canary-secret-0001"
AZURE = "  az: {{dialect: openai, preset: azure, base_url: \"{url}\", tenant_id: t, client_id: app, client_secret: \"{canary}\", token_url: \"{tokens}/t/token\"}}"


class TokenService:
    """Gives tokens that count: token-1, token-2 ..."""

    def __init__(self, life: float = 3600, fail: Callable[[int], Reply | None] = lambda _: None, delay: float = 0) -> None:
        self.life, self.fail, self.delay = life, fail, delay
        self.forms: list[dict[str, list[str]]] = []

    def __call__(self, request: Request) -> Reply:
        self.forms.append(parse_qs(request.body.decode()))
        failure = self.fail(len(self.forms))
        if failure is not None:
            return failure
        answer = {"access_token": f"canary-token-{len(self.forms)}", "expires_in": self.life, "token_type": "Bearer"}
        reply = json_reply(answer)
        return Reply(reply.status, reply.headers, reply.body, head_after=self.delay)


def good(_: Request) -> Reply:
    return json_reply(completion())


def refusing(status: int, *credentials: str, headers: list[tuple[str, str]] | None = None) -> Handler:
    """Refuses these credentials, quoting them as some providers do."""

    def handle(request: Request) -> Reply:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ") or request.headers.get("api-key", "")
        if sent in credentials:
            error = {"message": f"Key {sent} is not good", "type": "t", "code": "c"}
            return json_reply({"error": error}, status, headers or [])
        return good(request)

    return handle


@contextmanager
def gateway_of(providers: str, model: str = "m", provider: str = "az", attempts: int = 3, more: str = "") -> Iterator[Gateway]:
    configuration = server_section() + f"""
providers:
{providers}
deployments:
  r: {{provider: {provider}, model: {model}}}
{more}
defaults:
  retry: {{attempts: {attempts}}}
"""
    with Gateway(configuration) as gateway:
        yield gateway
        shown = gateway.log() + metrics(gateway)
        assert "canary" not in shown, shown


@contextmanager
def azure(tokens: Handler, upstream: Handler = good) -> Iterator[tuple[Gateway, FakeUpstream]]:
    with FakeUpstream(tokens) as service, FakeUpstream(upstream) as provider:
        with gateway_of(AZURE.format(url=provider.url, tokens=service.url, canary=CANARY)) as gateway:
            yield gateway, provider


def hidden(answer: object) -> None:
    assert b"canary" not in answer.body and "canary" not in str(answer.headers), answer


def a_token_is_fetched_once() -> None:
    service = TokenService(delay=0.3)
    with azure(service) as (gateway, upstream):
        for _ in range(5):
            assert chat(gateway).status == 200
        assert [request.headers["authorization"] for request in upstream.requests] == ["Bearer canary-token-1"] * 5
        assert "api-key" not in upstream.requests[0].headers
        (form,) = service.forms
        assert form["grant_type"] == ["client_credentials"] and form["client_secret"] == [CANARY], form
        assert form["scope"] == ["https://cognitiveservices.azure.com/.default"]
        assert 'breakwater_credential_fetches_total{provider="az",result="ok"} 1' in metrics(gateway)


def requests_that_come_together_wait_for_one_fetch() -> None:
    from concurrent.futures import ThreadPoolExecutor

    service = TokenService(delay=0.5)
    with azure(service) as (gateway, upstream), ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: chat(gateway), range(8)))
        assert [answer.status for answer in answers] == [200] * 8
        assert len(service.forms) == 1 and len(upstream.requests) == 8


def a_token_is_renewed_while_the_old_one_serves() -> None:
    service = TokenService(life=5)  # to be renewed after 4 seconds
    with azure(service) as (gateway, upstream):
        assert chat(gateway).status == 200
        time.sleep(4.1)
        service.delay = 0.3
        start = time.monotonic()
        assert chat(gateway).status == 200
        assert time.monotonic() - start < 0.25, "it waited for the new one"
        assert upstream.requests[-1].headers["authorization"] == "Bearer canary-token-1"
        eventually("the second token", lambda: chat(gateway).status == 200 and upstream.requests[-1].headers["authorization"].endswith("-2"))
        assert len(service.forms) == 2


def a_failed_fetch_says_why_and_is_not_repeated_at_once() -> None:
    refusal = {"error": "invalid_client", "error_description": f"The secret {CANARY} has expired."}
    service = TokenService(fail=lambda count: json_reply(refusal, 401) if count == 1 else None)
    with azure(service) as (gateway, upstream):
        for _ in range(4):
            answer = chat(gateway)
            assert answer.status == 502 and answer.error["code"] == "upstream_auth_error", answer
            assert "invalid_client: The secret *** has expired" in answer.error["message"], answer.error
            hidden(answer)
        assert len(service.forms) == 1 and upstream.requests == []
        assert "invalid_client" in gateway.log()
        eventually("another try", lambda: chat(gateway).status == 200)


def another_deployment_serves_when_no_token_can_be_had() -> None:
    with FakeUpstream(good) as other, FakeUpstream(lambda _: json_reply({}, 503)) as service:
        providers = AZURE.format(url=other.url, tokens=service.url, canary=CANARY)
        providers += f'\n  plain: {{dialect: openai, base_url: "{other.url}/v1", api_key: "sk-canary-plain-1"}}'
        more = "  spare: {provider: plain, model: m}\nroutes:\n  both: {candidates: [r, spare]}"
        with gateway_of(providers, more=more) as gateway:
            answer = chat(gateway, model="both")
            assert answer.status == 200 and answer.headers["x-breakwater-provider"] == "plain", answer


def a_slow_token_service_costs_no_more_than_the_connect_time() -> None:
    with FakeUpstream(TokenService(delay=5)) as service, FakeUpstream(good) as upstream:
        providers = AZURE.format(url=upstream.url, tokens=service.url, canary=CANARY)
        with gateway_of(providers, more="routes:\n  quick: {candidates: [r], timeouts: {connect: 300ms}}") as gateway:
            answer = chat(gateway, model="quick")
            assert answer.status == 502 and answer.error["code"] == "upstream_auth_error", answer
            assert answer.seconds < 1.5, answer.seconds


def a_refused_token_is_replaced_once() -> None:
    service = TokenService()
    with azure(service, refusing(401, "canary-token-1")) as (gateway, upstream):
        answer = chat(gateway)
        assert answer.status == 200 and answer.attempts == 2, answer
        assert len(service.forms) == 2
    service = TokenService()
    with azure(service, refusing(401, *(f"canary-token-{i}" for i in range(1, 9)))) as (gateway, upstream):
        for _ in range(3):
            answer = chat(gateway)
            assert answer.status == 502 and answer.error["code"] == "upstream_auth_error", answer
            hidden(answer)
        assert len(service.forms) == 2, "the token service is not asked for each refusal"


def a_stream_gets_a_token_too() -> None:
    events = [{"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}, "[DONE]"]
    with azure(TokenService(delay=0.2), lambda _: sse_reply(events)) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.status == 200 and answer.text() == "Hi" and answer.done()


def azure_is_asked_in_the_responses_api_too() -> None:
    def answering(_: Request) -> Reply:
        return json_reply(responses_api.response([responses_api.message("Hi")]))

    by_responses = AZURE.replace("dialect: openai,", "dialect: openai.responses,")
    with FakeUpstream(TokenService()) as tokens, FakeUpstream(answering) as upstream:
        providers = by_responses.format(url=upstream.url, tokens=tokens.url, canary=CANARY)
        with gateway_of(providers) as gateway:
            answer = chat(gateway)
            assert answer.status == 200 and answer.json()["choices"][0]["message"]["content"] == "Hi", answer
            (asked,) = upstream.requests
            assert asked.target == "/openai/v1/responses", asked.target
            assert asked.headers["authorization"] == "Bearer canary-token-1" and "api-key" not in asked.headers


def pool(keys: str, url: str) -> str:
    return f'  many: {{dialect: openai, base_url: "{url}/v1", api_keys: {keys}}}'


def used(upstream: FakeUpstream) -> list[str]:
    return [request.headers["authorization"].rpartition("-")[2] for request in upstream.requests]


THREE = '["sk-canary-key-a", {key: "sk-canary-key-b", weight: 2}, "sk-canary-key-c"]'


def keys_are_used_in_turn_by_weight() -> None:
    with FakeUpstream(good) as upstream, gateway_of(pool(THREE, upstream.url), provider="many") as gateway:
        for _ in range(8):
            assert chat(gateway).status == 200
        assert sorted(used(upstream)) == sorted("abbcabbc"), used(upstream)


def a_limited_key_rests_for_its_time() -> None:
    handler = refusing(429, "sk-canary-key-b", headers=[("retry-after", "2")])
    with FakeUpstream(handler) as upstream, gateway_of(pool(THREE, upstream.url), provider="many") as gateway:
        answers = [chat(gateway) for _ in range(6)]
        assert all(answer.status == 200 for answer in answers), answers
        assert sum(answer.attempts for answer in answers) == 7, "one of them was tried again, at once"
        assert max(answer.seconds for answer in answers) < 1
        assert used(upstream).count("b") == 1, used(upstream)
        seen = metrics(gateway)
        assert 'breakwater_credential_key_usable{provider="many",key="2"} 0' in seen, seen
        assert 'breakwater_credential_key_out_total{provider="many",key="2",reason="limited"} 1' in seen
        time.sleep(2.1)
        for _ in range(4):
            assert chat(gateway).status == 200
        assert used(upstream).count("b") == 2


def a_refused_key_is_left_out_loudly() -> None:
    handler = refusing(401, "sk-canary-key-a", "sk-canary-key-c")
    with FakeUpstream(handler) as upstream, gateway_of(pool(THREE, upstream.url), provider="many") as gateway:
        for _ in range(6):
            answer = chat(gateway)
            assert answer.status == 200, answer
            hidden(answer)
        assert used(upstream).count("a") == 1 and used(upstream).count("c") == 1
        assert "Key 1 of 3 for provider many was refused" in gateway.log()
        assert 'breakwater_credential_key_out_total{provider="many",key="3",reason="refused"} 1' in metrics(gateway)


def all_keys_out_is_a_clear_error() -> None:
    limited = refusing(429, "sk-canary-key-a", "sk-canary-key-b", headers=[("retry-after", "30")])
    two = '["sk-canary-key-a", "sk-canary-key-b"]'
    with FakeUpstream(limited) as upstream, gateway_of(pool(two, upstream.url), provider="many", attempts=2) as gateway:
        assert chat(gateway).status == 429
        answer = chat(gateway, "x-breakwater-timeout-ms: 1000")
        assert answer.status == 429 and "pause" in answer.error["message"], answer
        assert 20 <= int(answer.headers["retry-after"]) <= 30, answer.headers
        assert len(upstream.requests) == 2, "nothing is sent with a key that rests"
        hidden(answer)
    denied = refusing(401, "sk-canary-key-a", "sk-canary-key-b")
    with FakeUpstream(denied) as upstream, gateway_of(pool(two, upstream.url), provider="many") as gateway:
        assert chat(gateway).status == 502
        answer = chat(gateway)
        assert answer.status == 502 and answer.error["code"] == "upstream_auth_error", answer
        assert "all of the 2 keys" in answer.error["message"] and len(upstream.requests) == 2
    forbidden = refusing(403, "sk-canary-key-a", "sk-canary-key-b")
    with FakeUpstream(forbidden) as upstream, gateway_of(pool(two, upstream.url), provider="many") as gateway:
        assert [chat(gateway).status for _ in range(3)] == [502] * 3
        assert len(upstream.requests) == 6, "what a request must not see puts no key out"


def a_reload_forgets_neither_tokens_nor_rests() -> None:
    service = TokenService()
    handler = refusing(401, "sk-canary-key-a")
    with FakeUpstream(service) as tokens, FakeUpstream(handler) as upstream:
        two = '["sk-canary-key-a", "sk-canary-key-b"]'
        providers = AZURE.format(url=upstream.url, tokens=tokens.url, canary=CANARY) + "\n" + pool(two, upstream.url)
        more = "  p: {provider: many, model: m}"
        with gateway_of(providers, more=more) as gateway:
            assert chat(gateway).status == 200 and chat(gateway, model="p").status == 200
            gateway.config_path.write_text(gateway.config_path.read_text().replace("model: m}", "model: n}", 1))
            eventually("a reload", lambda: "breakwater_config_generation 2" in metrics(gateway))
            assert chat(gateway).status == 200 and chat(gateway, model="p").attempts == 1
            assert len(service.forms) == 1


def a_key_file_is_read_again_when_its_key_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder, FakeUpstream(refusing(401, "sk-canary-old-1")) as upstream:
        path = Path(folder) / "key"
        path.write_text("sk-canary-old-1\n")
        providers = f'  filed: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "file:{path}"}}'
        with gateway_of(providers, provider="filed") as gateway:
            # Sooner than any watch of files: the refusal itself makes it look.
            path.write_text("sk-canary-new-1\n")
            answer = chat(gateway)
            assert answer.status == 200, answer
            assert upstream.requests[-1].headers["authorization"] == "Bearer sk-canary-new-1"
            path.write_text("sk-canary-newer\n")
            eventually("the reload", lambda: chat(gateway).status == 200 and upstream.requests[-1].headers["authorization"].endswith("newer"))


def a_rotated_client_secret_is_read_before_it_is_used() -> None:
    old, new = "canary-secret-old-1", "canary-secret-new-1"
    good_secrets, good_tokens = [old], ["canary-token-1"]
    forms: list[str] = []

    def tokens(request: Request) -> Reply:
        forms.append(parse_qs(request.body.decode())["client_secret"][0])
        if forms[-1] not in good_secrets:
            return json_reply({"error": "invalid_client", "error_description": f"{forms[-1]} has expired"}, 401)
        return json_reply({"access_token": f"canary-token-{len(forms)}", "expires_in": 3600})

    def provider(request: Request) -> Reply:
        if request.headers["authorization"].removeprefix("Bearer ") in good_tokens:
            return good(request)
        return json_reply({"error": {"message": "The token was revoked", "code": "401"}}, 401)

    with tempfile.TemporaryDirectory() as folder, FakeUpstream(tokens) as service, FakeUpstream(provider) as upstream:
        path = Path(folder) / "secret"
        path.write_text(old + "\n")
        providers = AZURE.format(url=upstream.url, tokens=service.url, canary=f"file:{path}")
        with gateway_of(providers) as gateway:
            assert chat(gateway).status == 200
            # Sooner than any watch of files: who fetches a token looks at what it is asked with.
            good_secrets[:], good_tokens[:] = [new], ["canary-token-2"]
            path.write_text(new + "\n")
            answer = chat(gateway)
            assert answer.status == 200 and answer.attempts == 2, answer
            assert forms == [old, new], forms
        forms.clear()
        good_secrets[:], good_tokens[:] = [old], ["canary-token-1"]
        with gateway_of(providers) as gateway:
            path.write_text(old + "\n")
            assert chat(gateway).status == 200 and forms == [old], forms
        forms.clear()
        with gateway_of(providers) as gateway:
            path.write_text("")  # on its way to another one: what was read holds until then
            assert chat(gateway).status == 200 and forms == [old], forms
        forms.clear()
        path.write_text(old + "\n")
        with gateway_of(providers) as gateway:
            path.unlink()
            assert chat(gateway).status == 200 and forms == [old], forms
            log = gateway.log()
            assert f"The credential file {path} of provider az cannot be read" in log, log
            assert "What the configuration read from it is used." in log, log


# --- AWS --------------------------------------------------------------------------------------------------------------

AWS_ANSWER = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
}
ROLE_ANSWER = """<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
<AccessKeyId>ASIACANARYcanary</AccessKeyId><SecretAccessKey>canary/role/secret</SecretAccessKey>
<SessionToken>canary-session</SessionToken><Expiration>2099-01-02T03:04:05Z</Expiration>
</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"""


def a_profile_signs_and_is_read_again() -> None:
    def verify(request: Request) -> Reply:
        complaint = sigv4.complaint(request, "canary/secret/two")
        return json_reply({"message": complaint}, 403, [("x-amzn-errortype", "UnrecognizedClientException")]) if complaint else json_reply(AWS_ANSWER)

    with tempfile.TemporaryDirectory() as folder, FakeUpstream(verify) as upstream:
        path = Path(folder) / "credentials"
        profile = "[work]\naws_access_key_id = AKIDcanary1\naws_secret_access_key = canary/secret/{}\n"
        path.write_text(profile.format("one"))
        providers = f'  aws: {{dialect: bedrock, base_url: "{upstream.url}", region: us-east-1, credentials: "file:{path}", profile: work}}'
        with gateway_of(providers, provider="aws") as gateway:
            path.write_text(profile.format("two"))
            answer = chat(gateway)
            assert answer.status == 200, answer


def a_role_is_taken_with_the_token_of_the_file() -> None:
    forms: list[dict[str, list[str]]] = []

    def sts(request: Request) -> Reply:
        forms.append(parse_qs(request.body.decode()))
        return Reply(200, [("content-type", "text/xml")], ROLE_ANSWER.encode())

    def verify(request: Request) -> Reply:
        complaint = sigv4.complaint(request, "canary/role/secret")
        return json_reply({"message": complaint}, 403) if complaint else json_reply(AWS_ANSWER)

    with tempfile.TemporaryDirectory() as folder, FakeUpstream(sts) as tokens, FakeUpstream(verify) as upstream:
        path = Path(folder) / "token"
        path.write_text("canary.identity\n")
        providers = f"""  aws:
    dialect: bedrock
    base_url: "{upstream.url}"
    region: us-east-1
    role_arn: "arn:aws:iam::1:role/r"
    web_identity_token_file: "{path}"
    token_url: "{tokens.url}"
"""
        with gateway_of(providers, provider="aws") as gateway:
            for _ in range(2):
                answer = chat(gateway)
                assert answer.status == 200, answer
            (form,) = forms
            assert form["WebIdentityToken"] == ["canary.identity"] and form["RoleArn"] == ["arn:aws:iam::1:role/r"], form
            assert upstream.requests[0].headers["x-amz-security-token"] == "canary-session"


if __name__ == "__main__":
    sys.exit(
        run(
            a_token_is_fetched_once,
            requests_that_come_together_wait_for_one_fetch,
            a_token_is_renewed_while_the_old_one_serves,
            a_failed_fetch_says_why_and_is_not_repeated_at_once,
            another_deployment_serves_when_no_token_can_be_had,
            a_slow_token_service_costs_no_more_than_the_connect_time,
            a_refused_token_is_replaced_once,
            a_stream_gets_a_token_too,
            azure_is_asked_in_the_responses_api_too,
            keys_are_used_in_turn_by_weight,
            a_limited_key_rests_for_its_time,
            a_refused_key_is_left_out_loudly,
            all_keys_out_is_a_clear_error,
            a_reload_forgets_neither_tokens_nor_rests,
            a_key_file_is_read_again_when_its_key_is_refused,
            a_rotated_client_secret_is_read_before_it_is_used,
            a_profile_signs_and_is_read_again,
            a_role_is_taken_with_the_token_of_the_file,
        )
    )
