"""Keys of a pool that lack a permission (403): the request gets another key, and only proof puts a key behind the others."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from credentials import gateway_of
from support import Answer, FakeUpstream, Gateway, access_line, chat, completion, get, json_reply, metrics, run, send, sse_reply

from blackbox.fake_upstream import Reply, Request
from blackbox.websocket import ProviderSide, WebSocketClient, WebSocketUpstream

CONTENT = {"choices": [{"index": 0, "delta": {"content": "Hello"}, "finish_reason": "stop"}]}
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}
GENERATED = {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hello"}]}, "finishReason": "STOP"}], "usageMetadata": {}}


def openai(stream: bool) -> Reply:
    return sse_reply([CONTENT, "[DONE]"]) if stream else json_reply(completion())


def anthropic(stream: bool) -> Reply:
    if not stream:
        return json_reply(MESSAGE | {"content": [{"type": "text", "text": "Hello"}]})
    events = [
        {"type": "message_start", "message": MESSAGE | {"content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]
    return sse_reply(events)


def google(stream: bool) -> Reply:
    return sse_reply([GENERATED]) if stream else json_reply(GENERATED)


def forbidden_by_openai(key: str) -> dict[str, object]:
    return {"error": {"message": f"Project {key} does not have access to model", "type": "invalid_request_error", "code": "model_not_allowed"}}


def forbidden_by_anthropic(_: str) -> dict[str, object]:
    return {"type": "error", "error": {"type": "permission_error", "message": "Your API key may not use this resource."}}


def forbidden_by_google(_: str) -> dict[str, object]:
    return {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "The caller does not have permission"}}


@dataclass
class Vendor:
    """A provider that knows keys by their last letter, and lets those do what `allows` says."""

    allows: Callable[[str, Request], bool]
    answer: Callable[[bool], Reply] = openai
    refusal: Callable[[str], dict[str, object]] = forbidden_by_openai
    limits: str = ""  # keys that get a 429 instead
    rest: str = "30"  # for so many seconds
    used: list[str] = field(default_factory=list)
    refused: int = 0

    def __call__(self, request: Request) -> Reply:
        headers = request.headers
        key = (headers.get("authorization") or headers.get("x-api-key") or headers["x-goog-api-key"])[-1]
        self.used.append(key)
        if key in self.limits:
            return json_reply({"error": {"message": "slow down", "type": "t", "code": "rate_limit_exceeded"}}, 429, [("retry-after", self.rest)])
        if not self.allows(key, request):
            self.refused += 1
            return json_reply(self.refusal(key), 403)
        return self.answer(b'"stream":true' in request.body.replace(b" ", b"") or "streamGenerate" in request.target)

    def taken(self) -> str:
        """The keys that were used since the last call."""
        taken = "".join(self.used)
        self.used.clear()
        return taken


def all_but(letters: str) -> Callable[[str, Request], bool]:
    return lambda key, _: key not in letters


@contextmanager
def pool_of(
    vendor: Vendor, keys: str = "ab", *, dialect: str = "openai", model: str = "m", attempts: int = 3, providers: str = "", more: str = ""
) -> Iterator[Gateway]:
    with FakeUpstream(vendor) as upstream:
        address = upstream.url + ("/v1" if dialect == "openai" else "")
        listed = ", ".join(f'"sk-canary-key-{key}"' for key in keys)
        many = f'  many: {{dialect: {dialect}, base_url: "{address}", api_keys: [{listed}]}}'
        with gateway_of(f"{many}\n{providers}", model, "many", attempts, more) as gateway:
            yield gateway


def forbidden(answer: Answer) -> bool:
    return answer.status == 502 and answer.error["code"] == "upstream_permission_denied"


def another_key_serves_the_same_request() -> None:
    dialects = [
        ("openai", "m", openai, forbidden_by_openai),
        ("anthropic", "claude-sonnet-4-5", anthropic, forbidden_by_anthropic),
        ("google", "gemini-2.5-flash", google, forbidden_by_google),
    ]
    for dialect, model, answers, refusal in dialects:
        for stream in (False, True):
            vendor = Vendor(all_but("a"), answers, refusal)
            with pool_of(vendor, dialect=dialect, model=model) as gateway:
                for _ in range(2):
                    answer = chat(gateway, stream=stream)
                    assert answer.status == 200 and (answer.done() if stream else answer.json()["choices"]), (dialect, stream, answer)
                    assert b"canary" not in answer.body
                assert vendor.taken() == "abb", (dialect, stream)


def the_attempts_are_shown() -> None:
    with pool_of(Vendor(all_but("a"))) as gateway:
        answer = chat(gateway, "x-request-id: forbidden-1")
        assert answer.status == 200 and answer.attempts == 2, answer
        attempts = access_line(gateway, "forbidden-1")["attempts"]
        shown = [(attempt["deployment"], attempt["reason"], attempt["outcome"]) for attempt in attempts]
        assert shown == [("r", "first", "upstream_permission_denied"), ("r", "other_credential", "ok")], shown
        page = get(gateway.admin, "/explain/forbidden-1?format=text").body.decode()
        assert "with upstream_permission_denied (status 403); r with another credential answered" in page, page


def proof_puts_a_key_behind_the_others() -> None:
    vendor = Vendor(all_but("a"))
    with pool_of(vendor) as gateway:
        answers = [chat(gateway) for _ in range(10)]
        assert [answer.status for answer in answers] == [200] * 10, answers
        assert vendor.taken() == "abbabbabb" + "b" * 4, "three requests prove it"
        assert gateway.log().count("Key 1 of 2 for provider many lacks a permission for model m") == 1
        seen = metrics(gateway)
        assert 'breakwater_credential_key_out_total{provider="many",key="1",reason="permission"} 1' in seen, seen
        assert 'breakwater_credential_key_usable{provider="many",key="1"} 1' in seen, "for other models"
        # Nobody else is left: it is asked rather than nobody, and shows that it was repaired.
        vendor.allows, vendor.limits = all_but(""), "b"
        assert chat(gateway).status == 200 and vendor.taken() == "ba"
        assert chat(gateway).status == 200 and vendor.taken() == "a"


def sessions_get_another_key_and_prove_it_as_well() -> None:
    def script(side: ProviderSide) -> None:
        if side.handshake.headers["authorization"].endswith("a"):
            return side.refuse(403, "model_not_allowed")
        side.begin()
        side.receive()

    with WebSocketUpstream(script) as upstream:
        many = f'  many: {{dialect: openai, base_url: "{upstream.url}/v1", api_keys: ["sk-canary-key-a", "sk-canary-key-b"]}}'
        with gateway_of(many, provider="many") as gateway:
            for _ in range(10):
                with WebSocketClient(gateway.listen, "/v1/realtime?model=r") as client:
                    assert client.status == 101, (client.status, client.body)
                    client.close()
            used = "".join(handshake.headers["authorization"][-1] for handshake in upstream.handshakes)
            assert used == "abbabbabb" + "b" * 4, used


def it_is_about_one_model() -> None:
    vendor = Vendor(lambda key, request: key != "a" or request.json()["model"] != "m")
    with pool_of(vendor, more="  n: {provider: many, model: n}") as gateway:
        for _ in range(6):
            assert chat(gateway).status == 200 and chat(gateway, model="n").status == 200
        assert vendor.used.count("a") > 3, vendor.used
        vendor.taken()
        assert [chat(gateway).attempts for _ in range(4)] == [1] * 4 and vendor.taken() == "bbbb"
        assert [chat(gateway, model="n").attempts for _ in range(4)] == [1] * 4 and sorted(vendor.taken()) == list("aabb")


def what_one_request_may_not_see_puts_no_key_back() -> None:
    own = b"file-of-b"
    vendor = Vendor(lambda key, request: key == "b" or own not in request.body)
    with pool_of(vendor) as gateway:
        for _ in range(8):
            answer = chat(gateway, messages=[{"role": "user", "content": own.decode()}])
            assert answer.status == 200, answer
            assert [chat(gateway).attempts for _ in range(2)] == [1, 1]
        assert vendor.refused >= 3, "as often as would have been proof"
        vendor.taken()
        assert [chat(gateway).attempts for _ in range(4)] == [1] * 4 and sorted(vendor.taken()) == list("aabb")
        assert "lacks a permission" not in gateway.log()


def one_request_is_one_proof_however_many_calls_it_takes() -> None:
    """Four lists of embeddings at once, of which two have the key that may not."""
    used: list[str] = []
    asked = json.dumps({"model": "r", "input": ["x"] * 400}).encode()

    def embed(request: Request) -> Reply:
        key = request.headers["x-goog-api-key"][-1]
        used.append(key)
        if key == "a":
            return json_reply(forbidden_by_google(key), 403)
        return json_reply({"embeddings": [{"values": [0.5, 0.25]} for _ in request.json()["requests"]]})

    with FakeUpstream(embed) as upstream:
        many = f'  many: {{dialect: google, base_url: "{upstream.url}", api_keys: ["sk-canary-key-a", "sk-canary-key-b"]}}'
        with gateway_of(many, "gemini-embedding-001", "many", attempts=9) as gateway:
            for proofs in (1, 2, 3):
                answer = send(gateway, "/v1/embeddings", "content-type: application/json", method="POST", body=asked)
                assert answer.status == 200 and len(answer.json()["data"]) == 400, answer
                assert used.count("a") >= 2, used
                assert ("lacks a permission" in gateway.log()) == (proofs == 3), (proofs, gateway.log())
                used.clear()


def a_key_that_is_limited_rests_nobody_elses() -> None:
    """What one request may not see with the first key is asked with the second, which is limited."""
    own = b"file-of-b"
    vendor = Vendor(lambda key, request: key == "b" or own not in request.body, limits="b", rest="300")
    with pool_of(vendor) as gateway:
        answer = chat(gateway, messages=[{"role": "user", "content": own.decode()}])
        assert answer.status in (429, 502) and vendor.taken() == "ab", answer
        answer = chat(gateway)
        assert answer.status == 200 and answer.seconds < 5 and vendor.taken() == "a", answer


def a_request_that_no_key_may_make_asks_each_once() -> None:
    vendor = Vendor(all_but("abc"))
    with pool_of(vendor, "abc", attempts=9) as gateway:
        for stream in (False, True, False, True):
            answer = chat(gateway, stream=stream)
            assert forbidden(answer), answer
            taken = vendor.taken()
            assert sorted(taken) == list("abc"), (taken, "no key twice, and none is out")
            assert f"credential: Project {taken[0]} does not" in answer.error["message"], answer.error
        assert 'reason="permission"} 1' not in metrics(gateway)


def the_first_refusal_is_the_cause() -> None:
    vendor = Vendor(all_but("ab"), refusal=lambda key: {"error": {"message": f"no permission, says {key}", "type": "t", "code": "c"}})
    with pool_of(vendor) as gateway:
        answer = chat(gateway)
        assert forbidden(answer) and vendor.taken() == "ab", answer
        assert answer.error["message"].endswith("credential: no permission, says a"), answer.error


def attempts_are_kept() -> None:
    vendor = Vendor(all_but("abc"))
    with pool_of(vendor, "abcd", attempts=2) as gateway:
        assert forbidden(chat(gateway)) and vendor.taken() == "ab"
    vendor = Vendor(all_but("a"))
    with pool_of(vendor, attempts=1) as gateway:
        assert [chat(gateway).status for _ in range(4)] == [502, 200, 502, 200]


def another_deployment_gets_its_attempt() -> None:
    more = "  spare: {provider: other, model: m}\nroutes:\n  both: {candidates: [r, spare]}"
    vendor = Vendor(all_but("abcde"))
    with FakeUpstream(lambda _: openai(False)) as other:
        spare = f'  other: {{dialect: openai, base_url: "{other.url}/v1", api_key: "sk-canary-other"}}'
        with pool_of(vendor, "abcde", more=more, providers=spare) as gateway:
            answers = [chat(gateway, model="both") for _ in range(3)]
            assert [answer.status for answer in answers] == [200] * 3, answers
            assert [answer.attempts for answer in answers] == [3, 1, 1], "who forbids it is asked last"
            assert vendor.taken() == "ab"


if __name__ == "__main__":
    sys.exit(
        run(
            another_key_serves_the_same_request,
            the_attempts_are_shown,
            proof_puts_a_key_behind_the_others,
            sessions_get_another_key_and_prove_it_as_well,
            it_is_about_one_model,
            what_one_request_may_not_see_puts_no_key_back,
            one_request_is_one_proof_however_many_calls_it_takes,
            a_key_that_is_limited_rests_nobody_elses,
            a_request_that_no_key_may_make_asks_each_once,
            the_first_refusal_is_the_cause,
            attempts_are_kept,
            another_deployment_gets_its_attempt,
        )
    )
