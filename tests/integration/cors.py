"""Browsers on pages of other origins: off by default; preflights, exact origins, errors, streams (CORS)."""

from __future__ import annotations

import sys
from typing import Any

from support import Answer, Client, Gateway, chat, chat_body, config, eventually, failing, gateway_before, get, good, log_lines, post, raw, run, send

PAGE, OTHER = "https://app.example.com", "https://evil.example.com"
ORIGINS = f'cors: {{origins: ["{PAGE}", "http://localhost:3000"], max_age: 90s}}'
KEYS = 'keys: [{name: team, sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]'  # of "test"


def preflight(gateway: Gateway, *lines: str, path: str = "/v1/chat/completions") -> Answer:
    return send(gateway, path, *lines, method="OPTIONS", body=None)


def ask_for_post(origin: str) -> list[str]:
    return [
        f"Origin: {origin}",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: authorization, content-type, x-evil\x09name",
    ]


def call(gateway: Gateway, origin: str, *lines: str, **body: Any) -> Answer:
    return chat(gateway, f"Origin: {origin}", *lines, **({"model": "simulated"} | body))


def cors_headers(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-") or name == "vary"}


def may_read(answer: Answer, origin: str = PAGE) -> None:
    headers = answer.headers
    assert headers.get("access-control-allow-origin") == origin, (answer.status, headers)
    assert "access-control-allow-credentials" not in headers
    exposed = headers["access-control-expose-headers"].split(", ")
    for name in headers:
        ours = name.startswith("x-") and name != "x-accel-buffering"  # which is for proxies
        assert name in exposed or not ours, f"{name} is not exposed"


def is_off_by_default() -> None:
    with Gateway(config({})) as gateway:
        asked = preflight(gateway, *ask_for_post(PAGE))
        assert asked.status == 405 and asked.headers["allow"] == "POST" and not cors_headers(asked), asked.headers
        answer = call(gateway, PAGE)
        assert answer.status == 200 and not cors_headers(answer), answer.headers


def a_page_cannot_ask_without_a_preflight() -> None:
    """A body without a type needs none, and without keys nothing else would stop it."""
    body = chat_body(model="simulated")
    with Gateway(config({})) as gateway:
        for origin, status in ((OTHER, 403), ("http://gateway", 200)):
            answer = send(gateway, "/v1/chat/completions", f"Origin: {origin}", method="POST", body=body)
            assert answer.status == status, (origin, answer)


def answers_preflights_without_a_key() -> None:
    with Gateway(config({}, server=ORIGINS, keys=KEYS)) as gateway:
        for path in ["/v1/chat/completions", "/v1/messages", "/v1beta/models/x:generateContent", "/v1/models", "/nowhere"]:
            answer = preflight(gateway, *ask_for_post(PAGE), path=path)
            assert answer.status == 200 and answer.body == b"", (path, answer.status, answer.body)
            may_read(answer)
            assert answer.headers["vary"] == "Origin" and answer.headers["access-control-max-age"] == "90"
            assert answer.headers["access-control-allow-methods"] == "GET, POST, PUT, PATCH, DELETE", answer.headers
            # Nothing of what the client sent comes back.
            assert answer.headers["access-control-allow-headers"] == "Authorization, *", answer.headers
        refused = call(gateway, PAGE)
        assert refused.status == 401 and refused.error["message"], refused.body
        may_read(refused)
        allowed = call(gateway, PAGE, "Authorization: Bearer test")
        assert allowed.status == 200, allowed.body
        may_read(allowed)


def keeps_the_connection_after_a_preflight() -> None:
    with Gateway(config({}, server=ORIGINS)) as gateway, Client(gateway.listen) as client:
        client.send(raw("/v1/chat/completions", *ask_for_post(PAGE), method="OPTIONS", body=None))
        assert client.answer().status == 200
        client.send(post(chat_body(model="simulated"), f"Origin: {PAGE}"))
        may_read(client.answer())


def reads_no_body_of_those_who_need_no_key() -> None:
    with Gateway(config({}, server=ORIGINS, keys=KEYS)) as gateway:
        for line in ("Content-Length: 1000000", "Content-Length: 1", "Transfer-Encoding: chunked"):
            # The answer does not wait for the body.
            answer = preflight(gateway, *ask_for_post(PAGE), line)
            assert answer.status == 400 and "no body" in answer.error["message"], (line, answer)
            may_read(answer)
            for path in ("/", "/openapi.json"):
                answer = get(gateway.listen, path, line)
                assert answer.status == 400 and "no body" in answer.error["message"], (path, line, answer)
        assert preflight(gateway, *ask_for_post(PAGE), "Content-Length: 0").status == 200
        assert get(gateway.listen, "/openapi.json", "Content-Length: 0").status == 200


def lets_no_other_origin_in() -> None:
    with Gateway(config({}, server=ORIGINS)) as gateway:
        for origin in [OTHER, "null", "https://app.example.com.evil.com", "http://app.example.com", "https://app.example.com:8443", ""]:
            refused = preflight(gateway, *ask_for_post(origin))
            assert refused.status == 403 and refused.error["code"] and cors_headers(refused) == {"vary": "Origin"}, refused.headers
            answer = call(gateway, origin)
            assert answer.status == 200 and cors_headers(answer) == {"vary": "Origin"}, (origin, answer.headers)
        without = get(gateway.listen, "/v1/models")
        assert cors_headers(without) == {"vary": "Origin"}, without.headers
        plain = preflight(gateway, f"Origin: {PAGE}")
        assert plain.status == 405, "OPTIONS that is no preflight is an unknown method"


def lets_pages_read_errors_and_streams() -> None:
    with gateway_before(failing(503), good, server=ORIGINS + ", limits: {body: 2k}") as (gateway, *_):
        may_read(call(gateway, PAGE, model="r"))
        stream = call(gateway, PAGE, model="r", stream=True)
        assert stream.done()
        may_read(stream)
        missing = call(gateway, PAGE, model="nobody")
        assert missing.status == 404
        may_read(missing)
        with Client(gateway.listen) as client:
            client.send(post(b"{", f"Origin: {PAGE}"))
            broken = client.answer()
        assert broken.status == 400
        may_read(broken)
        large = call(gateway, PAGE, model="r", user="x" * 4096)
        assert large.status == 413, large.status
        may_read(large)
        nowhere = get(gateway.listen, "/nowhere", f"Origin: {PAGE}")
        assert nowhere.status == 404
        may_read(nowhere)
        models = get(gateway.listen, "/v1/models", f"Origin: {PAGE}")
        assert models.status == 200
        may_read(models)


def lets_all_in_with_a_star() -> None:
    with Gateway(config({}, server='cors: {origins: ["*"]}')) as gateway:
        answer = preflight(gateway, *ask_for_post(OTHER))
        assert answer.status == 200 and "vary" not in answer.headers and answer.headers["access-control-max-age"] == "600"
        may_read(answer, "*")
        may_read(call(gateway, OTHER), "*")
        with Client(gateway.listen) as client:
            client.send(b"GET / HTTP/1.1\r\n\r\n")  # a head that cannot be read
            may_read(client.answer(), "*")


def says_what_a_page_did_in_the_log() -> None:
    with Gateway(config({}, server=ORIGINS)) as gateway:
        preflight(gateway, *ask_for_post(PAGE))
        lines = eventually("the log line", lambda: [line for line in log_lines(gateway) if line.get("method") == "OPTIONS"])
        assert [line["status"] for line in lines] == [200], lines
        assert PAGE not in gateway.log()


if __name__ == "__main__":
    sys.exit(
        run(
            is_off_by_default,
            a_page_cannot_ask_without_a_preflight,
            answers_preflights_without_a_key,
            keeps_the_connection_after_a_preflight,
            reads_no_body_of_those_who_need_no_key,
            lets_no_other_origin_in,
            lets_pages_read_errors_and_streams,
            lets_all_in_with_a_star,
            says_what_a_page_did_in_the_log,
        )
    )
