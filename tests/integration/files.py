"""/v1/files and /v1/batches: what a provider keeps for clients, under ids that name the provider."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import support
from support import UPSTREAM_KEY, Answer, Client, FakeUpstream, Framing, Gateway, access_line, digest, json_reply, run

from blackbox.fake_upstream import Ending, Reply, Request

Json = dict[str, Any]

FREE_KEY, BOUND_KEY, NAMED_KEY = "bw-client-canary-1", "bw-client-canary-2", "bw-client-canary-3"
FORM = b'--b1\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n' + (
    b'--b1\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{"custom_id":"1"}\n\r\n--b1--\r\n'
)
FILE: Json = {"id": "file-abc", "object": "file", "bytes": 18, "created_at": 1770000000, "filename": "a.jsonl", "purpose": "batch"}
BATCH: Json = {
    "id": "batch_1",
    "object": "batch",
    "endpoint": "/v1/chat/completions",
    "input_file_id": "file-abc",
    "output_file_id": "file-out",
    "error_file_id": None,
    "status": "completed",
    "metadata": {"id": "mine"},
}
CONTENT = bytes(range(256)) * 300


def keeper(request: Request) -> Reply:
    """OpenAI's own service, as far as these paths go."""
    path = request.target.partition("?")[0]
    if path == "/v1/files" and request.method == "POST":
        return json_reply(FILE)
    if path == "/v1/files":
        return json_reply({"object": "list", "data": [FILE, {**FILE, "id": "file-2"}], "first_id": "file-abc", "last_id": "file-2", "has_more": False})
    if path == "/v1/files/file-abc/content":
        return Reply(200, [("content-type", "application/octet-stream"), ("content-disposition", 'attachment; filename="a"')], CONTENT)
    if path == "/v1/files/file-abc" and request.method == "DELETE":
        return json_reply({"id": "file-abc", "object": "file", "deleted": True})
    if path == "/v1/files/file-abc":
        return json_reply(FILE)
    if path == "/v1/batches" and request.method == "GET":
        return json_reply({"object": "list", "data": [BATCH], "first_id": "batch_1", "last_id": "batch_1", "has_more": False})
    if path in ("/v1/batches", "/v1/batches/batch_1", "/v1/batches/batch_1/cancel"):
        return json_reply(BATCH)
    return json_reply({"error": {"message": "No such object", "type": "invalid_request_error", "param": "id", "code": None}}, 404)


def keys_of(named: str) -> str:
    """One that may all, one that a route binds, and one that may reach the provider of that name."""
    return f"""
  - {{name: free, sha256: "{digest(FREE_KEY)}"}}
  - {{name: bound, sha256: "{digest(BOUND_KEY)}", routes: [m]}}
  - {{name: named, sha256: "{digest(NAMED_KEY)}", providers: [{named}]}}
"""


@contextmanager
def gateway_of(*providers: str, handler: Any = keeper) -> Iterator[tuple[Gateway, FakeUpstream]]:
    """Providers of those names that keep files, and one that does not."""
    with FakeUpstream(handler) as upstream:
        common = f'dialect: openai, base_url: "{upstream.url}/v1", api_key: "{UPSTREAM_KEY}"'
        configuration = f"""
version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0"}}
keys: {keys_of((*providers, "claude")[0])}
providers:
  closed: {{{common}}}
  claude: {{dialect: anthropic, base_url: "{upstream.url}", api_key: "{UPSTREAM_KEY}", passthrough: all}}
{"".join(f"  {name}: {{{common}, passthrough: files}}" + chr(10) for name in providers)}
deployments:
  m: {{provider: closed, model: m}}
"""
        with Gateway(configuration) as gateway:
            yield gateway, upstream


send = partial(support.send, key=FREE_KEY)


def upload(gateway: Gateway, *lines: str, **more: Any) -> Answer:
    return send(gateway, "/v1/files", "Content-Type: multipart/form-data; boundary=b1", *lines, method="POST", body=FORM, **more)


def new_batch(gateway: Gateway, body: Any, **more: Any) -> Answer:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(gateway, "/v1/batches", "Content-Type: application/json", method="POST", body=text, **more)


def files_are_uploaded_listed_read_and_deleted() -> None:
    owned = {**FILE, "id": "one:file-abc"}
    with gateway_of("one") as (gateway, upstream):
        assert upload(gateway).json() == owned
        sent = upstream.requests[-1]
        assert sent.body == FORM and sent.headers["content-type"] == "multipart/form-data; boundary=b1", sent
        assert sent.headers["authorization"] == f"Bearer {UPSTREAM_KEY}", sent
        listed = send(gateway, "/v1/files?limit=2&after=one:file-0&order=asc&purpose=batch&other=1").json()
        assert upstream.requests[-1].target == "/v1/files?limit=2&order=asc&purpose=batch&after=file-0", upstream.requests[-1].target
        assert [each["id"] for each in listed["data"]] == ["one:file-abc", "one:file-2"], listed
        assert (listed["first_id"], listed["last_id"], listed["has_more"]) == ("one:file-abc", "one:file-2", False)
        for path in ("/v1/files/one:file-abc", "/v1/files/one%3Afile-abc", "/files/one:file-abc"):
            assert send(gateway, path).json() == owned
        content = send(gateway, "/v1/files/one:file-abc/content")
        assert content.body == CONTENT and content.headers["content-type"] == "application/octet-stream", content
        assert content.headers["content-disposition"] == 'attachment; filename="a"', content
        assert send(gateway, "/v1/files/one:file-abc", method="DELETE").json() == {"id": "one:file-abc", "object": "file", "deleted": True}


def a_head_of_a_file_has_no_body() -> None:
    with gateway_of("one") as (gateway, _), Client(gateway.listen, timeout=20) as client:
        # On one connection, where a body would be read as the next answer.
        for method, head_only in (("HEAD", True), ("HEAD", True), ("GET", False)):
            client.send(f"{method} /v1/files/one:file-abc/content HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {FREE_KEY}\r\n\r\n".encode())
            answer = client.answer(head_only=head_only)
            assert answer.status == 200 and answer.headers["content-type"] == "application/octet-stream", answer
            assert answer.body == (b"" if head_only else CONTENT), (method, answer)


def an_upload_is_never_sent_twice() -> None:
    hung_up = Reply(framing=Framing.RAW, ending=Ending.CUT)

    def keeper_that_hangs_up(request: Request) -> Reply:
        return hung_up if request.method == "POST" else keeper(request)

    with gateway_of("one", handler=keeper_that_hangs_up) as (gateway, upstream):
        batch = b'{"input_file_id":"one:file-abc"}'
        for path, media_type, body in (("files", "multipart/form-data; boundary=b1", FORM), ("batches", "application/json", batch)):
            upstream.requests.clear()
            # On one connection, thus of one worker, whose connection to the provider could be used again.
            with Client(gateway.listen, timeout=20) as client:
                common = f"HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {FREE_KEY}\r\n"
                client.send(f"GET /v1/files/one:file-abc {common}\r\n".encode())
                assert client.answer().status == 200
                client.send(f"POST /v1/{path} {common}Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                assert client.answer().status == 502
            assert [each.method for each in upstream.requests] == ["GET", "POST"], upstream.requests


def batches_are_made_listed_read_and_cancelled() -> None:
    owned = {**BATCH, "id": "one:batch_1", "input_file_id": "one:file-abc", "output_file_id": "one:file-out"}
    with gateway_of("one", "two") as (gateway, upstream):
        # What is not the id stays as the client wrote it.
        text = b'{"endpoint":"/v1/chat/completions", "input_file_id" : "one:file-abc" ,"completion_window":"24h","metadata":{"a":1.50}}'
        assert new_batch(gateway, text).json() == owned
        assert upstream.requests[-1].body == text.replace(b"one:", b""), upstream.requests[-1].body
        assert send(gateway, "/v1/batches/one:batch_1").json() == owned
        assert send(gateway, "/v1/batches/one:batch_1/cancel", method="POST").json() == owned
        assert upstream.requests[-1].target == "/v1/batches/batch_1/cancel"
        listed = send(gateway, "/v1/batches?limit=1", "x-breakwater-provider: one").json()
        assert listed["data"] == [owned] and listed["first_id"] == "one:batch_1", listed


def batches_that_can_be_read_in_two_ways_are_refused() -> None:
    with gateway_of("one") as (gateway, upstream):
        bodies = {
            "duplicate_key": b'{"input_file_id":"one:file-abc","input_file_id":"one:file-2"}',
            "escaped_key": b'{"input_file_\\u0069d":"one:file-abc"}',
            "invalid_json": b'{"input_file_id":',
        }
        for code, body in bodies.items():
            answer = new_batch(gateway, body)
            assert answer.status == 400 and answer.error["code"] == code and answer.error["message"], (code, answer)
        assert upstream.requests == []


def who_keeps_a_file_is_named_or_the_only_one() -> None:
    with gateway_of("one", "two") as (gateway, upstream):
        for answer in (upload(gateway), send(gateway, "/v1/files"), send(gateway, "/v1/batches")):
            assert answer.status == 400 and "one, two" in answer.error["message"], answer
            assert answer.error["param"] == "x-breakwater-provider", answer
        assert upstream.requests == []
        assert upload(gateway, "x-breakwater-provider: two").json()["id"] == "two:file-abc"
        assert upload(gateway, key=NAMED_KEY).json()["id"] == "one:file-abc"


def only_open_providers_are_asked_and_only_for_keys_that_may() -> None:
    with gateway_of("one", "two") as (gateway, upstream):
        for name in ("closed", "claude", "nobody"):
            assert upload(gateway, f"x-breakwater-provider: {name}").status == 404
            assert send(gateway, f"/v1/files/{name}:file-abc").status == 404
        for provider in ("closed", "claude", "nobody"):
            assert new_batch(gateway, {"input_file_id": f"{provider}:file-abc"}).status == 404, provider
        for key, provider in ((BOUND_KEY, "one"), (NAMED_KEY, "two")):
            assert upload(gateway, f"x-breakwater-provider: {provider}", key=key).status == 403
            assert send(gateway, f"/v1/files/{provider}:file-abc/content", key=key).status == 403
            assert new_batch(gateway, {"input_file_id": f"{provider}:file-abc"}, key=key).status == 403
        assert send(gateway, "/v1/files", key=BOUND_KEY).status == 404
        assert send(gateway, "/v1/files", key="wrong").status == 401
        assert upstream.requests == []
    with gateway_of() as (gateway, upstream):
        answer = upload(gateway)
        assert answer.status == 404 and "passthrough: files" in answer.error["message"], answer


def azure_keeps_files_below_its_version_one() -> None:
    def azures(request: Request) -> Reply:
        return keeper(replace(request, target=request.target.removeprefix("/openai")))

    with FakeUpstream(azures) as upstream:
        configuration = f"""
version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0"}}
keys: {keys_of("az")}
providers:
  az: {{preset: azure, dialect: openai.responses, base_url: "{upstream.url}/openai/v1", api_key: "{UPSTREAM_KEY}", passthrough: files}}
  whole: {{preset: azure, base_url: "{upstream.url}", api_key: "{UPSTREAM_KEY}", passthrough: all}}
deployments:
  m: {{provider: az, model: m}}
"""
        with Gateway(configuration) as gateway:
            assert send(gateway, "/v1/files/az:file-abc").json() == {**FILE, "id": "az:file-abc"}
            assert upload(gateway).json()["id"] == "az:file-abc"
            assert new_batch(gateway, {"input_file_id": "az:file-abc"}).json()["id"] == "az:batch_1"
            assert [each.target for each in upstream.requests] == ["/openai/v1/files/file-abc", "/openai/v1/files", "/openai/v1/batches"]
            for each in upstream.requests:
                assert each.headers["api-key"] == UPSTREAM_KEY and "authorization" not in each.headers, each
            answer = send(gateway, "/v1/files/whole:file-abc")
            assert answer.status == 404 and "at Azure with a base_url that ends in /openai/v1" in answer.error["message"], answer


def ids_cannot_lead_elsewhere() -> None:
    bad = ["file-abc", "one:", ":file-abc", "one:..", "one:%2e%2e", "one:a%2Fb", "one:a%3Fb", "one:a%20b", "one:" + "a" * 129]
    with gateway_of("one") as (gateway, upstream):
        for each in bad:
            assert send(gateway, f"/v1/files/{each}").status in (400, 404), each
            assert send(gateway, f"/v1/batches/{each}/cancel", method="POST").status in (400, 404), each
        for body in ({}, {"input_file_id": "file-abc"}, {"input_file_id": 1}, {"input_file_id": "one:a/b"}, []):
            answer = new_batch(gateway, body)
            assert answer.status == 400, (body, answer)
        assert new_batch(gateway, b'{"input_file_id":"one:a","input_file_id":"one:b"}').status == 400
        assert new_batch(gateway, b"{").error["code"] == "invalid_json"
        assert send(gateway, "/v1/files", method="POST", body=b"{}").status == 415
        assert send(gateway, "/v1/files", method="DELETE").status == 405
        assert upstream.requests == []


def errors_are_the_providers_or_the_gateways() -> None:
    with gateway_of("one") as (gateway, _):
        missing = send(gateway, "/v1/files/one:file-none")
        assert missing.status == 404 and missing.error["message"] == "No such object", missing
        assert access_line(gateway, missing.headers["x-request-id"])["route"] == "providers/one"
    said = json_reply({"error": {"message": f"The key {UPSTREAM_KEY} may not", "type": "invalid_request_error", "param": None, "code": None}}, 403)
    with gateway_of("one", handler=lambda _: said) as (gateway, _):
        answer = send(gateway, "/v1/files/one:file-abc")
        assert answer.status == 403 and answer.error["message"] == "The key *** may not", answer
    # A client would take a file for deleted that it is told is not there.
    no_method = json_reply({"detail": "Method Not Allowed"}, 405)
    with gateway_of("one", handler=lambda _: no_method) as (gateway, _):
        kept = send(gateway, "/v1/files/one:file-abc", method="DELETE")
        assert kept.status == 502 and kept.error["code"] == "upstream_model_missing", kept
        assert kept.error["message"] == "The provider does not answer this call at its address: Method Not Allowed", kept
    replies: list[tuple[Reply, int]] = [
        (json_reply({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, 401), 502),
        (Reply(200, [("content-type", "text/html")], b"<html>hello</html>"), 502),
        (json_reply({"detail": "Not Found"}, 404), 404),
        (Reply(404, [("content-type", "text/html")], b"<html>none</html>"), 404),
        (json_reply({"detail": "Gone"}, 410), 404),
        (Reply(503, [("content-type", "text/html")], b"<html>busy</html>"), 503),
        (Reply(200, [("content-type", "application/json")], b'{"id":"file-a'), 502),
    ]
    for reply, status in replies:
        with gateway_of("one", handler=lambda _, reply=reply: reply) as (gateway, upstream):
            answer = send(gateway, "/v1/files/one:file-abc")
            assert answer.status == status and answer.error["code"], (reply, answer)
            assert len(upstream.requests) == 1


if __name__ == "__main__":
    sys.exit(
        run(
            files_are_uploaded_listed_read_and_deleted,
            a_head_of_a_file_has_no_body,
            an_upload_is_never_sent_twice,
            batches_are_made_listed_read_and_cancelled,
            batches_that_can_be_read_in_two_ways_are_refused,
            who_keeps_a_file_is_named_or_the_only_one,
            only_open_providers_are_asked_and_only_for_keys_that_may,
            azure_keeps_files_below_its_version_one,
            ids_cannot_lead_elsewhere,
            errors_are_the_providers_or_the_gateways,
        )
    )
