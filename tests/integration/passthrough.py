"""/providers/NAME/...: requests that go to a configured provider as they came, and answers that come back the same way."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import support
from support import UPSTREAM_KEY, Client, FakeUpstream, Framing, Gateway, Handler, access_line, digest, get, json_reply, metrics, run, sse_reply

from blackbox.fake_upstream import Ending, Reply, Request

CLIENT_KEY = "bw-client-canary-1"
BOUND_KEY = "bw-client-canary-2"
NAMED_KEY = "bw-client-canary-3"
SECOND_KEY = "sk-canary-upstream-0002"


@contextmanager
def gateway_of(handler: Handler) -> Iterator[tuple[Gateway, FakeUpstream]]:
    with FakeUpstream(handler) as upstream:
        key = f'api_key: "{UPSTREAM_KEY}"'
        configuration = f"""
version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", limits: {{body: 100KB}}}}
keys:
  - {{name: free, sha256: "{digest(CLIENT_KEY)}"}}
  - {{name: bound, sha256: "{digest(BOUND_KEY)}", routes: [closed-model]}}
  - {{name: named, sha256: "{digest(NAMED_KEY)}", routes: [closed-model], providers: [open]}}
providers:
  open: {{dialect: openai, base_url: "{upstream.url}/v1", {key}, passthrough: all, headers: {{x-configured: "yes"}}}}
  claude: {{dialect: anthropic, base_url: "{upstream.url}", {key}, passthrough: all}}
  bedrock: {{dialect: bedrock, base_url: "{upstream.url}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: canary-secret, passthrough: all}}
  files: {{dialect: openai, base_url: "{upstream.url}/v1", {key}, passthrough: files}}
  many: {{dialect: openai, base_url: "{upstream.url}/v1", api_keys: ["{UPSTREAM_KEY}", "{SECOND_KEY}"], passthrough: all}}
  closed: {{dialect: openai, base_url: "{upstream.url}/v1", {key}}}
deployments:
  closed-model: {{provider: closed, model: m}}
"""
        with Gateway(configuration) as gateway:
            yield gateway, upstream


send = partial(support.send, key=CLIENT_KEY)


def echo(request: Request) -> Reply:
    return json_reply({"method": request.method, "target": request.target, "headers": request.headers, "body": request.body.decode("latin-1")})


def a_request_goes_on_as_it_came() -> None:
    body = bytes(range(256)) * 200
    with gateway_of(echo) as (gateway, upstream):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            sent = b"" if method == "GET" else body
            answer = send(gateway, "/providers/open/some/thing%20else/?a=1&b=%2F&&c", "X-Own: v", "Content-Type: a/b", method=method, body=sent)
            assert answer.status == 200, answer
            got = upstream.requests[-1]
            assert (got.method, got.target, got.body) == (method, "/v1/some/thing%20else/?a=1&b=%2F&&c", sent), got
            assert got.headers["x-own"] == "v" and got.headers["content-type"] == "a/b", got


def credentials_are_the_providers_and_nothing_of_the_clients_connection_goes_on() -> None:
    lines = [
        "api-key: client-secret",
        "x-api-key: client-secret",
        "x-goog-api-key: client-secret",
        "Cookie: client-secret",
        "OpenAI-Organization: other",
        "Proxy-Authorization: client-secret",
        "x-breakwater-only: open",
        "x-forwarded-for: 10.0.0.1",
        "traceparent: 00-x",
        "Connection: keep-alive, x-private",
        "x-private: 1",
        "Connection: x-second",
        "x-second: 1",
        "Sec-WebSocket-Extensions: permessage-deflate",
        "TE: trailers",
        "anthropic-beta: b-1",
    ]
    with gateway_of(echo) as (gateway, upstream):
        answer = send(gateway, "/providers/open/models?key=client-secret&API_KEY=client-secret&kay=1&acc%65ss_token=client-secret", *lines)
        assert answer.status == 200, answer
        got = upstream.requests[-1]
        assert got.target == "/v1/models?kay=1", got.target
        assert got.headers["authorization"] == f"Bearer {UPSTREAM_KEY}" and got.headers["x-configured"] == "yes", got
        assert "client-secret" not in str(got.headers) and CLIENT_KEY not in str(got.headers), got
        unwanted = {"openai-organization", "x-breakwater-only", "x-forwarded-for", "traceparent", "x-private", "x-second", "te", "x-request-id"}
        unwanted.add("sec-websocket-extensions")
        assert not unwanted & set(got.headers), got.headers
        assert got.headers["anthropic-beta"] == "b-1"
        assert send(gateway, "/providers/claude/v1/models").status == 200
        got = upstream.requests[-1]
        assert got.target == "/v1/models" and got.headers["x-api-key"] == UPSTREAM_KEY and "authorization" not in got.headers, got


def a_configured_header_is_the_only_one_of_its_name() -> None:
    received: list[bytes] = []

    def listen(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            while b"\r\n\r\n" not in b"".join(received):
                received.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen, args=(listener,), daemon=True)
        thread.start()
        configuration = f"""
version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0"}}
providers:
  open: {{dialect: openai, base_url: "http://127.0.0.1:{listener.getsockname()[1]}/v1", api_key: "{UPSTREAM_KEY}", passthrough: all, headers: {{x-configured: "yes"}}}}
deployments:
  m: {{provider: open, model: m}}
"""
        with Gateway(configuration) as gateway:
            assert send(gateway, "/providers/open/x", "X-Configured: mine", "x-configured: mine", "X-CONFIGURED: mine").status == 200
        thread.join(5)
    head = b"".join(received).lower()
    assert head.count(b"x-configured") == 1 and b"mine" not in head, head


def pages_of_other_origins_are_kept_out_where_no_key_is() -> None:
    with FakeUpstream(echo) as upstream:
        configuration = f"""
version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", cors: {{origins: ["https://app.example.com"]}}}}
providers:
  open: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "{UPSTREAM_KEY}", passthrough: all}}
deployments:
  m: {{provider: open, model: m}}
"""
        with Gateway(configuration) as gateway:
            for path in ("/providers/open/x", "/v1/files", "/v1/batches", "/v1/audio/transcriptions", "/v1/audio/translations"):
                for origin in ("https://evil.example.com", "null", "http://gateway.evil.example.com"):
                    answer = send(gateway, path, f"Origin: {origin}", "Content-Type: multipart/form-data; boundary=b", method="POST")
                    assert answer.status == 403 and "server.cors" in answer.error["message"], (path, answer)
            assert upstream.requests == []
            for line in ("X-Other: 1", "Origin: https://app.example.com", "Origin: http://gateway"):
                assert send(gateway, "/providers/open/x", line, method="POST").status == 200, line
    with gateway_of(echo) as (gateway, _):
        assert send(gateway, "/providers/open/x", "Origin: https://evil.example.com").status == 200, "its key says who it is"


def answers_come_back_as_they_are() -> None:
    replies: list[Reply] = [
        Reply(404, [("content-type", "text/plain"), ("set-cookie", "a=b"), ("location", "http://elsewhere/"), ("x-ratelimit-limit-requests", "7")], b"\0\xff no"),
        Reply(302, [("location", "http://elsewhere/")], b""),
        Reply(204, [], b""),
        Reply(206, [("content-range", "bytes 0-3/9"), ("accept-ranges", "bytes")], b"part"),
        Reply(500, [("content-type", "text/html")], b"<html>as it is</html>"),
        Reply(200, [("content-type", "application/octet-stream")], bytes(range(256)) * 5000, framing=Framing.CHUNKED),
        Reply(200, [("content-type", "application/octet-stream")], b"to the end", framing=Framing.CLOSE),
    ]
    state = {"reply": replies[0]}
    with gateway_of(lambda _: state["reply"]) as (gateway, _), Client(gateway.listen, timeout=20) as client:
        for reply in replies:
            state["reply"] = reply
            # On one connection, so that a wrong end of one answer is seen in the next.
            client.send(f"GET /providers/open/x HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {CLIENT_KEY}\r\n\r\n".encode())
            answer = client.answer(head_only=reply.status == 204)
            assert (answer.status, answer.body, answer.complete) == (reply.status, reply.body, True), (reply.status, answer)
            assert not {"set-cookie", "location"} & set(answer.headers), answer
            assert answer.headers["x-breakwater-provider"] == "open" and answer.headers["x-request-id"], answer
            if reply.status == 204:
                assert not {"transfer-encoding", "content-length"} & set(answer.headers), answer
            if reply.status == 206:
                assert answer.headers["content-range"] == "bytes 0-3/9" and answer.headers["accept-ranges"] == "bytes", answer
                assert "content-type" not in answer.headers, answer
            if reply.status == 404:
                assert answer.headers["x-ratelimit-limit-requests"] == "7" and answer.headers["content-type"] == "text/plain", answer


def a_stream_comes_as_it_is_made_and_its_end_is_never_made_up() -> None:
    events = [{"n": 1}, {"n": 2}]
    with gateway_of(lambda _: sse_reply(events, gap=0.3)) as (gateway, _), Client(gateway.listen) as client:
        client.send(f"POST /providers/open/x HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {CLIENT_KEY}\r\nContent-Length: 0\r\n\r\n".encode())
        assert b'"n": 2' not in client.read_until(b'"n": 1')
        answer = client.answer()
        assert answer.complete and answer.events() == events, answer
    broken = Reply(200, [("content-type", "audio/mpeg")], b"half", framing=Framing.CHUNKED, ending=Ending.RESET)
    with gateway_of(lambda _: broken) as (gateway, _):
        answer = send(gateway, "/providers/open/x")
        assert answer.status == 200 and answer.body == b"half" and not answer.complete, answer


def nothing_leads_out_of_the_providers_address() -> None:
    bad = ["/..", "/a/../b", "/%2e%2e/a", "/a%2f..%2fb", "/a%5cb", "/%252e%252e/a", "//elsewhere/x", "/a//b", "/a;b", "/a%3fb", "/a%23b", "/a%00b", "/", "/."]
    with gateway_of(echo) as (gateway, upstream):
        for rest in bad:
            answer = send(gateway, f"/providers/open{rest}")
            assert answer.status in (400, 404), (rest, answer)
        for target in ("/providers/open", "/providers//open/x", "//providers/open/x", "/providers/../providers/open/x", "http://gateway/providers/open/x"):
            assert send(gateway, target).status in (400, 404), target
        assert upstream.requests == []


def only_open_providers_are_reached_and_only_by_keys_that_may() -> None:
    with gateway_of(echo) as (gateway, upstream):
        for provider in ("closed", "files", "nobody"):
            answer = send(gateway, f"/providers/{provider}/models")
            assert answer.status == 404 and "passthrough" in answer.error["message"], answer
        assert send(gateway, "/providers/open/models", key="wrong").status == 401
        assert send(gateway, "/providers/open/models", key=BOUND_KEY).status == 403
        assert send(gateway, "/providers/claude/models", key=NAMED_KEY).status == 403
        assert send(gateway, "/providers/open/models", method="OPTIONS").status == 405
        answer = send(gateway, "/providers/bedrock/models")
        assert answer.status == 400 and "signed" in answer.error["message"], answer
        assert upstream.requests == []
        assert send(gateway, "/providers/open/models", key=NAMED_KEY).status == 200


def limits_log_and_metrics_are_those_of_any_request() -> None:
    with gateway_of(echo) as (gateway, upstream):
        assert send(gateway, "/providers/open/x", method="POST", body=b"x" * 200_000).status == 413
        assert upstream.requests == []
        answer = send(gateway, "/providers/open/x?secret=1", "x-request-id: passed-1")
        line = access_line(gateway, "passed-1")
        assert line["route"] == "providers/open" and line["path"] == "/providers/open/x" and line["status"] == 200, line
        assert line["key"] == "free" and "secret=1" not in json.dumps(line), line
        assert 'route="providers/open"' in metrics(gateway) and 'deployment="providers/open"' in metrics(gateway)
        assert get(gateway.admin, f"/explain/{answer.headers['x-request-id']}").status == 200


def a_refused_credential_is_not_the_clients() -> None:
    refused = json_reply({"error": {"message": f"Incorrect API key {UPSTREAM_KEY}", "code": "invalid_api_key"}}, 401)
    with gateway_of(lambda _: refused) as (gateway, upstream):
        answer = send(gateway, "/providers/open/x")
        assert answer.status == 502 and answer.error["code"].startswith("upstream_auth") and UPSTREAM_KEY not in str(answer.body), answer
        assert len(upstream.requests) == 1


def what_a_client_brings_about_costs_the_provider_no_key() -> None:
    refused = json_reply({"error": {"message": "no", "code": "invalid_api_key"}}, 401)
    limited = json_reply({"error": {"message": "slow down"}}, 429, [("retry-after", "60"), ("x-ratelimit-remaining-requests", "0")])
    replies = {"/v1/refused": refused, "/v1/limited": limited}
    with gateway_of(lambda request: replies.get(request.target) or echo(request)) as (gateway, upstream):
        for path, status in (("refused", 502), ("limited", 429)):
            for _ in range(4):
                assert send(gateway, f"/providers/many/{path}").status == status
            assert len(upstream.requests) == 4, upstream.requests
            upstream.requests.clear()
            for _ in range(4):
                assert send(gateway, "/providers/many/fine").status == 200
            used = {request.headers["authorization"] for request in upstream.requests}
            assert used == {f"Bearer {UPSTREAM_KEY}", f"Bearer {SECOND_KEY}"}, used
            upstream.requests.clear()


def a_stream_that_breaks_says_so_in_an_event_of_its_own() -> None:
    for come in (b'data: {"a": 1}\n\n', b'data: {"a": 1}\n\ndata: {"a": '):
        broken = Reply(200, [("content-type", "text/event-stream")], come, framing=Framing.CHUNKED, ending=Ending.CUT)
        with gateway_of(lambda _, broken=broken: broken) as (gateway, _):
            answer = send(gateway, "/providers/open/chat/completions", method="POST", body=b"{}")
            assert answer.status == 200 and answer.body.startswith(come), answer
            *events, last = answer.body.rstrip(b"\n").split(b"\n\n")
            assert events[0] == b'data: {"a": 1}' and last.startswith(b"data: {"), answer.body
            assert json.loads(last.removeprefix(b"data: "))["error"]["code"] == "upstream_connection_lost", last


def what_may_do_something_is_sent_once() -> None:
    hung_up = Reply(framing=Framing.RAW, ending=Ending.CUT)
    with gateway_of(lambda request: hung_up if request.target.endswith("/end") else echo(request)) as (gateway, upstream):
        for method, times in (("POST", 1), ("PATCH", 1), ("GET", 2)):
            upstream.requests.clear()
            # On one connection, thus of one worker, whose connection to the provider could be used again.
            with Client(gateway.listen, timeout=20) as client:
                head = f"HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {CLIENT_KEY}\r\nContent-Length: 0\r\n\r\n"
                client.send(f"GET /providers/open/x {head}".encode())
                assert client.answer().status == 200
                client.send(f"{method} /providers/open/end {head}".encode())
                assert client.answer().status == 502
            assert len(upstream.requests) == 1 + times, (method, upstream.requests)


if __name__ == "__main__":
    sys.exit(
        run(
            a_request_goes_on_as_it_came,
            credentials_are_the_providers_and_nothing_of_the_clients_connection_goes_on,
            a_configured_header_is_the_only_one_of_its_name,
            pages_of_other_origins_are_kept_out_where_no_key_is,
            answers_come_back_as_they_are,
            a_stream_comes_as_it_is_made_and_its_end_is_never_made_up,
            nothing_leads_out_of_the_providers_address,
            only_open_providers_are_reached_and_only_by_keys_that_may,
            limits_log_and_metrics_are_those_of_any_request,
            a_refused_credential_is_not_the_clients,
            what_a_client_brings_about_costs_the_provider_no_key,
            a_stream_that_breaks_says_so_in_an_event_of_its_own,
            what_may_do_something_is_sent_once,
        )
    )
