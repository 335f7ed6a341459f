"""The provider answers, but with an error: rows 5 to 11 and 23 to 25 of docs/faults.md."""

from __future__ import annotations

import json
import sys
from email.utils import formatdate

from scenario import (
    ROLE,
    UPSTREAM_KEY,
    Answer,
    Breaks,
    Fails,
    Gateway,
    FakeUpstream,
    Handler,
    Reply,
    STREAMS,
    Retries,
    Way,
    chat,
    config,
    failing,
    good,
    json_reply,
    meet,
    run_together,
    sse_reply,
    text,
)


def error_body(code: str | None = None, kind: str = "server_error", message: str = "no", **more: object) -> dict[str, object]:
    return {"error": {"message": message, "type": kind, "code": code, **more}}


def answering(status: int, body: object, *headers: tuple[str, str]) -> Handler:
    return lambda _: json_reply(body, status, headers)


def too_many(*headers: tuple[str, str]) -> Handler:
    return answering(429, error_body("rate_limit_exceeded", "rate_limit_error", "slow down"), *headers)


def rate_limit_with_a_time() -> None:
    def no_limits_leak(answer: Answer, _: Way) -> None:
        assert not any(name.startswith("x-ratelimit") for name in answer.headers), answer.headers

    limited = Fails(429, "rate_limit_exceeded", Retries.LATER, retry_after_ms=1000, provider_status=429)
    meet(too_many(("retry-after", "1"), ("x-ratelimit-remaining-requests", "0")), limited, look=no_limits_leak)
    # The finer header wins.
    precise = Fails(429, "rate_limit_exceeded", Retries.LATER, retry_after_ms=250, provider_status=429)
    meet(too_many(("retry-after", "30"), ("retry-after-ms", "250")), precise)


def rate_limit_with_a_date() -> None:
    """The wait is the date of Retry-After less the provider's own Date, whatever our clock says."""
    provider_now = 1_600_000_000
    dates = ("retry-after", formatdate(provider_now + 1, usegmt=True)), ("date", formatdate(provider_now, usegmt=True))
    meet(too_many(*dates), Fails(429, "rate_limit_exceeded", Retries.LATER, retry_after_ms=1000, provider_status=429))


def rate_limit_for_longer_than_anyone_waits() -> None:
    """The time is told as it is, together with the word that a retry makes no sense (C9)."""
    long = Fails(429, "rate_limit_exceeded", Retries.ELSEWHERE_ONLY, should_retry=False, retry_after_ms=90_000)
    meet(too_many(("retry-after", "90")), long)


def rate_limit_without_a_time() -> None:
    meet(too_many(), Fails(429, "rate_limit_exceeded", Retries.LATER, provider_status=429))


def exhausted_quota_and_billing() -> None:
    spent = Fails(429, "insufficient_quota", Retries.ELSEWHERE_ONLY, should_retry=False)
    meet(answering(429, error_body("insufficient_quota", "insufficient_quota", "You exceeded your current quota")), spent)
    meet(answering(402, error_body(None, "billing_error", "Payment required")), spent)


def server_errors() -> None:
    cases = {
        500: Fails(502, "upstream_error", Retries.AT_ONCE, provider_status=500),
        502: Fails(502, "upstream_error", Retries.AT_ONCE, provider_status=502),
        503: Fails(503, "server_is_overloaded", Retries.LATER, provider_status=503),
        504: Fails(504, "upstream_timeout", Retries.LATER, provider_status=504),
        529: Fails(503, "server_is_overloaded", Retries.LATER, provider_status=529),
    }
    for status, expected in cases.items():
        meet(failing(status), expected)


def bad_requests_come_through() -> None:
    def names_the_field(answer: Answer, _: Way) -> None:
        assert answer.error["param"] == "temperature" and answer.error["message"] == "too hot", answer.error

    body = error_body("decimal_above_max_value", "invalid_request_error", "too hot", param="temperature")
    expected = Fails(400, "decimal_above_max_value", Retries.NEVER, should_retry=False, provider_status=400)
    meet(answering(400, body), expected, look=names_the_field)
    meet(answering(413, error_body()), Fails(413, "request_too_large", Retries.NEVER, should_retry=False))


def refused_content_is_asked_of_nobody_else() -> None:
    body = error_body("content_filter", "invalid_request_error", "The prompt was filtered")
    meet(answering(400, body), Fails(400, "content_policy_violation", Retries.NEVER, should_retry=False))


TOO_LONG = answering(400, error_body("context_length_exceeded", "invalid_request_error", "maximum context length is 8 tokens"))


def a_prompt_too_long_ends_at_models_of_unknown_size() -> None:
    meet(TOO_LONG, Fails(400, "context_length_exceeded", Retries.NEVER, should_retry=False))


def a_prompt_too_long_goes_to_a_larger_model() -> None:
    with FakeUpstream(TOO_LONG) as a, FakeUpstream(good) as b:
        sizes = {"m-a}": "m-a, limits: {context: 8k}}", "m-b}": "m-b, limits: {context: 128k}}"}
        text = config({"a": a.url, "b": b.url})
        for plain, sized in sizes.items():
            text = text.replace(plain, sized)
        with Gateway(text) as gateway:
            for stream in (False, True):
                answer = chat(gateway, stream=stream)
                assert answer.status == 200 and answer.attempts == 2, answer.body
                assert answer.headers["x-breakwater-deployment"] == "b"


def refused_credentials() -> None:
    def shows_no_key(answer: Answer, _: Way) -> None:
        assert UPSTREAM_KEY.encode() not in answer.body

    said = error_body("invalid_api_key", "invalid_request_error", f"Incorrect API key provided: {UPSTREAM_KEY}")
    refused = Fails(502, "upstream_auth_error", Retries.ELSEWHERE_ONLY, should_retry=False, provider_status=401)
    meet(answering(401, said), refused, look=shows_no_key)
    forbidden = Fails(502, "upstream_permission_denied", Retries.ELSEWHERE_ONLY, should_retry=False, provider_status=403)
    meet(answering(403, error_body("forbidden", message=f"{UPSTREAM_KEY} may not")), forbidden, look=shows_no_key)


def a_model_that_is_gone() -> None:
    body = error_body("model_not_found", "invalid_request_error", "The model does not exist")
    meet(answering(404, body), Fails(502, "upstream_model_missing", Retries.ELSEWHERE_ONLY, should_retry=False, provider_status=404))


PAGE = b"<!doctype html><html><head><title>502</title></head><body><h1>Bad gateway</h1>" + b"<p>secret path</p>" * 100 + b"</body></html>"


def pages_instead_of_answers() -> None:
    def shows_no_markup(answer: Answer, _: Way) -> None:
        assert b"<" not in answer.body and b"\\u003c" not in answer.body
        assert answer.status == 200 or len(answer.error["message"]) < 400, answer.error

    page = lambda status: lambda _: Reply(status, [("content-type", "text/html")], PAGE)
    meet(page(200), Fails(502, "upstream_invalid_response", Retries.LATER), look=shows_no_markup)
    meet(page(502), Fails(502, "upstream_error", Retries.AT_ONCE, provider_status=502), look=shows_no_markup)
    meet(page(503), Fails(503, "server_is_overloaded", Retries.LATER, provider_status=503), look=shows_no_markup)


INSIDE = [
    (error_body("rate_limit_exceeded", "rate_limit_error"), Fails(429, "rate_limit_exceeded", Retries.LATER)),
    (error_body(None, "overloaded_error"), Fails(503, "server_is_overloaded", Retries.LATER)),
    (error_body(429, None), Fails(429, "rate_limit_exceeded", Retries.LATER)),
    (error_body("invalid_value", "invalid_request_error"), Fails(400, "invalid_value", Retries.NEVER, should_retry=False)),
]


def errors_inside_a_200() -> None:
    for body, expected in INSIDE:
        meet(answering(200, body), expected)


def errors_as_first_event() -> None:
    for body, expected in INSIDE:
        meet(lambda _, body=body: sse_reply([body]), expected, STREAMS)
        meet(lambda _, body=body: sse_reply([ROLE, body], gap=0.05), expected, STREAMS)


def errors_in_the_middle_of_a_stream() -> None:
    for body, expected in INSIDE[:2]:
        meet(lambda _, body=body: sse_reply([ROLE, text("Hello"), body], gap=0.05), Breaks(expected.code), STREAMS)


def errors_without_words() -> None:
    """A body that says nothing, that is no JSON, or that is no object: the status alone decides."""
    for body in (b"", b"{}", b"[]", b"null", b'"no"', b"{broken", json.dumps({"error": "plain"}).encode()):
        reply = Reply(503, [("content-type", "application/json")], body)
        meet(lambda _, reply=reply: reply, Fails(503, "server_is_overloaded", Retries.LATER, provider_status=503))


if __name__ == "__main__":
    sys.exit(
        run_together(
            rate_limit_with_a_time,
            rate_limit_with_a_date,
            rate_limit_for_longer_than_anyone_waits,
            rate_limit_without_a_time,
            exhausted_quota_and_billing,
            server_errors,
            bad_requests_come_through,
            refused_content_is_asked_of_nobody_else,
            a_prompt_too_long_ends_at_models_of_unknown_size,
            a_prompt_too_long_goes_to_a_larger_model,
            refused_credentials,
            a_model_that_is_gone,
            pages_instead_of_answers,
            errors_inside_a_200,
            errors_as_first_event,
            errors_in_the_middle_of_a_stream,
            errors_without_words,
        )
    )
