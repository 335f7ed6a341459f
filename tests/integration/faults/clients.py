"""The client is the trouble: what rows 32 to 37 of docs/faults.md have beyond tests/integration/disconnect.py and http_guard.py."""

from __future__ import annotations

import json
import sys
import time

from scenario import (
    Client,
    Gateway,
    access_line,
    chat_body,
    closed_port,
    config,
    eventually,
    failing,
    gateway_before,
    good,
    metric,
    post,
    run_together,
)


def leaving_during_the_pause_before_a_retry() -> None:
    with gateway_before(failing(503), route="retry: {attempts: 5, backoff_min: 20s, backoff_max: 30s}") as (gateway, upstream):
        for stream in (False, True):
            name = f"left-{stream}"
            client = Client(gateway.listen)
            client.send(post(chat_body(stream=stream), f"x-request-id: {name}"))
            upstream.wait_for_request(1 + stream)
            time.sleep(0.2)
            left = time.monotonic()
            client.socket.close()
            line = access_line(gateway, name)
            assert time.monotonic() - left < 0.8, "the pause went on without its client"
            assert (line["status"], line["ended"]) == (499, "client_gone") and "error" not in line, line
            assert [attempt["outcome"] for attempt in line["attempts"]] == ["server_is_overloaded"], line
        assert len(upstream.requests) == 2
        eventually("both are counted", lambda: metric(gateway, 'breakwater_client_disconnects_total{phase="waiting"}') == 2)
        assert metric(gateway, "breakwater_requests_in_flight") == 0


MESSAGES = b'"messages":[{"role":"user","content":"a"}]'


def bodies_that_cannot_be_trusted() -> None:
    """Each gets the code that docs/errors.md promises, and nothing of it reaches a provider."""
    deep = b'{"model":"r","messages":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    cases = {
        "json_too_deep": [deep, b'{"model":"r",' + MESSAGES + b',"x":' + b'{"a":' * 200 + b"1" + b"}" * 201],
        "duplicate_key": [b'{"model":"r","model":"r",' + MESSAGES + b"}", b'{"model":"r","mod\\u0065l":"x",' + MESSAGES + b"}"],
        "escaped_key": [b'{"mod\\u0065l":"r",' + MESSAGES + b"}"],
        "invalid_utf8": [b'{"model":"r","messages":[{"role":"user","content":"\xff\xfe"}]}'],
        "invalid_json": [b'{"model":"r",' + MESSAGES, b'{"model":"r",' + MESSAGES + b',"temperature":1e999}', b"{" + MESSAGES + b"}}", b"\0" * 50],
    }
    with gateway_before(good) as (gateway, upstream):
        for code, bodies in cases.items():
            for body in bodies:
                with Client(gateway.listen) as client:
                    client.send(post(body))
                    answer = client.answer()
                assert answer.status == 400 and answer.error["code"] == code, (code, body[:80], answer.body)
                assert answer.headers["x-should-retry"] == "false" and answer.attempts == 0
        assert upstream.requests == []


def wide_objects_and_nul_characters_pass() -> None:
    """Strange is not wrong: ten thousand members of an unknown field, and a NUL in a text."""
    strange = json.loads(chat_body())
    strange["messages"][0]["content"] = "a\0b"
    strange["vendor_options"] = {f"k{i}": i for i in range(10_000)}
    with gateway_before(good) as (gateway, upstream), Client(gateway.listen) as client:
        client.send(post(json.dumps(strange).encode()))
        assert client.answer().status == 200
        sent = upstream.requests[0].json()
        assert sent["messages"][0]["content"] == "a\0b" and len(sent["vendor_options"]) == 10_000


def header_bombs() -> None:
    """Each is refused before anything is believed, the connection ends, and the reason is counted."""
    start = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n"
    cases = [
        (431, start + b"".join(b"X-%d: 1\r\n" % i for i in range(1000)) + b"\r\n"),
        (431, start + b"X-Big: " + b"x" * (1 << 20) + b"\r\n\r\n"),
        (431, b"POST /" + b"x" * (1 << 20)),
        (400, start + b"X-A: b\0c\r\n\r\n"),
        (400, start + b"X-A: b\r\n folded\r\n\r\n"),
        (400, start + b"Host: b\r\n\r\n"),
        (400, start + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        (400, start + b"X[A]: b\r\n\r\n"),
    ]
    with gateway_before(good) as (gateway, upstream):
        for status, data in cases:
            with Client(gateway.listen) as client:
                send_what_fits(client, data)
                answer = client.answer()
                assert answer.status == status and answer.headers["connection"] == "close", (status, data[:90], answer.body)
                assert client.closed()
        assert upstream.requests == []
        refused = eventually("the refusals are counted", lambda: metric(gateway, 'breakwater_rejected_total{reason="request_too_large"}'))
        assert refused == 3, refused


def send_what_fits(client: Client, data: bytes) -> None:
    """The gateway may have answered and closed before all is written."""
    try:
        client.send(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def names_with_underscores_are_not_taken_for_others() -> None:
    """`api_key` is not `api-key`, and no header of the client travels on."""
    keys = 'keys:\n  - {name: team, sha256: "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447"}'  # of "hello world\n"
    with gateway_before(good, keys=keys) as (gateway, upstream), Client(gateway.listen) as client:
        client.send(post(chat_body(), "Api_Key: hello world", "X_Api_Key: hello world"))
        assert client.answer().status == 401
        assert upstream.requests == []
    with gateway_before(good) as (gateway, upstream), Client(gateway.listen) as client:
        client.send(post(chat_body(), "Content_Length: 5", "X_Forwarded_For: 1.2.3.4"))
        assert client.answer().status == 200
        assert not any("_" in name for name in upstream.requests[0].headers)


def an_error_is_told_although_the_client_stopped_sending() -> None:
    """With `half_close: answer` a FIN after the request is no reason to keep the truth from the client."""
    with Gateway(config({"a": closed_port()}, server="half_close: answer", route="retry: {attempts: 2, backoff_min: 100ms}")) as gateway:
        with Client(gateway.listen) as client:
            client.send(post(chat_body()))
            client.socket.shutdown(1)
            answer = client.answer()
            assert answer.status == 502 and answer.attempts == 2, answer.body


if __name__ == "__main__":
    sys.exit(
        run_together(
            leaving_during_the_pause_before_a_retry,
            bodies_that_cannot_be_trusted,
            wide_objects_and_nul_characters_pass,
            header_bombs,
            names_with_underscores_are_not_taken_for_others,
            an_error_is_told_although_the_client_stopped_sending,
        )
    )
