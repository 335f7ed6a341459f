"""What keeps load from where it would be refused: limits read ahead, queues, and limits that adapt."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from support import FakeUpstream, Gateway, access_line, chat, config, eventually, gateway_before, get, good, run


def telling(*headers: tuple[str, str]) -> Any:
    """A provider that answers, and says what is left of its limits."""

    def answer(request: Any) -> Any:
        reply = good(request)
        return replace(reply, headers=[*reply.headers, *headers])

    return answer


def none_left(reset: str) -> tuple[tuple[str, str], ...]:
    return ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", reset)


def deployment_of(answer: Any) -> str:
    assert answer.status == 200, answer.body
    return answer.headers["x-breakwater-deployment"]


def a_provider_without_requests_left_is_passed_over() -> None:
    for stream in (False, True):
        with gateway_before(telling(*none_left("1500ms")), good) as (gateway, a, b):
            assert [deployment_of(chat(gateway, stream=stream)) for _ in range(4)] == ["a", "b", "b", "b"]
            passed = chat(gateway, "x-request-id: passed-1", stream=stream)
            assert passed.attempts == 1
            assert access_line(gateway, "passed-1")["passed_over"] == [{"deployment": "a", "reason": "rate_limit_headers"}]
            page = get(gateway.admin, "/explain/passed-1").json()
            assert page["passed_over"] == access_line(gateway, "passed-1")["passed_over"], page
            assert "Passed over before: a (rate_limit_headers)." in page["summary"], page
            assert (len(a.requests), len(b.requests)) == (1, 4), "nothing was sent to be refused"
            eventually("it is asked again", lambda: deployment_of(chat(gateway, stream=stream)) == "a")
            assert a.requests[1].at - a.requests[0].at > 1.4, "not before its limit has reset"


def a_request_is_not_sent_where_its_tokens_do_not_fit() -> None:
    few = telling(("anthropic-ratelimit-tokens-remaining", "900"), ("anthropic-ratelimit-tokens-reset", "2099-01-01T00:00:00Z"))
    with gateway_before(few, good) as (gateway, *_):
        assert deployment_of(chat(gateway)) == "a"
        assert deployment_of(chat(gateway, messages=[{"role": "user", "content": "word " * 2000}])) == "b"
        assert deployment_of(chat(gateway)) == "a", "a short one still fits"


def the_only_provider_is_waited_for_when_that_fits() -> None:
    with gateway_before(telling(*none_left("1s"))) as (gateway, a):
        assert chat(gateway).seconds < 0.5
        assert 0.9 < chat(gateway).seconds < 3
        assert chat(gateway, "x-breakwater-timeout-ms: 500").status == 200, "rather than not at all it is asked"
        assert a.requests[2].at - a.requests[1].at < 0.9


def another_key_is_used_when_one_has_nothing_left() -> None:
    def by_key(request: Any) -> Any:
        return telling(*none_left("30s"))(request) if request.headers["authorization"].endswith("-a") else good(request)

    with FakeUpstream(by_key) as upstream:
        text = config({"a": upstream.url}).replace('api_key: "sk-canary-upstream-0001"', 'api_keys: ["sk-canary-a", "sk-canary-b"]')
        with Gateway(text) as gateway:
            assert all(chat(gateway).status == 200 for _ in range(5))
            used = "".join(request.headers["authorization"][-1] for request in upstream.requests)
            assert used == "abbbb", used


if __name__ == "__main__":
    sys.exit(
        run(
            a_provider_without_requests_left_is_passed_over,
            a_request_is_not_sent_where_its_tokens_do_not_fit,
            the_only_provider_is_waited_for_when_that_fits,
            another_key_is_used_when_one_has_nothing_left,
        )
    )
