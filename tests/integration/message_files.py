"""/v1/messages/batches and /v1/files for clients of Anthropic's API: what its provider keeps, under ids that name the provider."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import support
from files import BOUND_KEY, FREE_KEY, NAMED_KEY, keys_of
from support import UPSTREAM_KEY, Answer, Client, FakeUpstream, Gateway, access_line, json_reply, run
from uploading import MIB, Call, Provider, form, head, sound

from blackbox.fake_upstream import Reply, Request, pieces_of

Json = dict[str, Any]

VERSION = "anthropic-version: 2026-10-21"
FILES_BETA = "files-api-2025-04-14"
FORM = form([("file", '; filename="a.pdf"', b"%PDF-1.7")])
FILE: Json = {"id": "file_1", "type": "file", "filename": "a.pdf", "mime_type": "application/pdf", "size_bytes": 8, "created_at": "2026-01-01T00:00:00Z"}
BATCH: Json = {
    "id": "msgbatch_1",
    "type": "message_batch",
    "processing_status": "ended",
    "request_counts": {"processing": 0, "succeeded": 1, "errored": 0, "canceled": 0, "expired": 0},
    "results_url": "https://api.anthropic.com/v1/messages/batches/msgbatch_1/results",
    "created_at": "2026-01-01T00:00:00Z",
    "expires_at": "2026-01-02T00:00:00Z",
    "ended_at": None,
}
OWNED_BATCH = {**BATCH, "id": "one:msgbatch_1", "results_url": "/v1/messages/batches/one:msgbatch_1/results"}
RESULTS = b"".join(b'{"custom_id":"c%d","result":{"type":"canceled"}}\n' % number for number in range(3000))
CONTENT = bytes(range(256)) * 300
MESSAGE: Json = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "Read."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "output_tokens": 1},
}


def failure(kind: str, message: str) -> Json:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_theirs"}


def keeper(request: Request) -> Reply:
    """Anthropic's own service, as far as these paths go."""
    path, method = request.target.partition("?")[0], request.method
    if path == "/v1/messages":
        return json_reply(MESSAGE)
    if path == "/v1/messages/batches" and method == "GET":
        return json_reply({"data": [BATCH, {**BATCH, "id": "msgbatch_2", "results_url": None}], "first_id": "msgbatch_1", "last_id": "msgbatch_2", "has_more": False})
    if path in ("/v1/messages/batches", "/v1/messages/batches/msgbatch_1/cancel"):
        return json_reply(BATCH)
    if path == "/v1/messages/batches/msgbatch_1":
        return json_reply({"id": "msgbatch_1", "type": "message_batch_deleted"} if method == "DELETE" else BATCH)
    if path == "/v1/messages/batches/msgbatch_1/results":
        return Reply(200, [("content-type", "application/x-jsonl")], RESULTS, cut=pieces_of(50_000))
    if path == "/v1/files" and method == "GET":
        return json_reply({"data": [FILE], "first_id": "file_1", "last_id": "file_1", "has_more": False, "next_page": "page_2"})
    if path == "/v1/files/file_1/content":
        return Reply(200, [("content-type", "application/pdf")], CONTENT)
    if path == "/v1/files/file_1" and method == "DELETE":
        return json_reply({"id": "file_1", "type": "file_deleted"})
    if path in ("/v1/files", "/v1/files/file_1"):
        return json_reply(FILE)
    return json_reply(failure("not_found_error", "No such object"), 404)


@contextmanager
def gateway_of(*providers: str, handler: Any = keeper) -> Iterator[tuple[Gateway, FakeUpstream]]:
    """Providers of those names that keep files, one that does not, and one that keeps OpenAI's."""
    with FakeUpstream(handler) as upstream:
        common = f'dialect: anthropic, base_url: "{upstream.url}", api_key: "{UPSTREAM_KEY}"'
        models = "".join(f"  m-{name}: {{provider: {name}, model: claude-sonnet-4-5}}\n" for name in (*providers, "closed"))
        configuration = f"""
version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0"}}
keys: {keys_of((*providers, "gpt")[0])}
providers:
  closed: {{{common}}}
  gpt: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "{UPSTREAM_KEY}", passthrough: files}}
{"".join(f"  {name}: {{{common}, passthrough: files}}" + chr(10) for name in providers)}
deployments:
{models}  m-gpt: {{provider: gpt, model: gpt-5}}
routes:
  m: {{candidates: [{", ".join(f"m-{name}" for name in ("closed", *reversed(providers), "gpt"))}], retry: {{attempts: 1}}}}
"""
        with Gateway(configuration) as gateway:
            yield gateway, upstream


def send(gateway: Gateway, path: str, *lines: str, key: str = FREE_KEY, **more: Any) -> Answer:
    return support.send(gateway, path, VERSION, f"x-api-key: {key}", *lines, **more)


as_openai = partial(support.send, key=FREE_KEY)


def upload(gateway: Gateway, *lines: str, **more: Any) -> Answer:
    return send(gateway, "/v1/files", "Content-Type: multipart/form-data; boundary=b1", *lines, method="POST", body=FORM, **more)


def post(gateway: Gateway, path: str, body: Any, *lines: str, **more: Any) -> Answer:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(gateway, path, "Content-Type: application/json", *lines, method="POST", body=text, **more)


new_batch = partial(post, path="/v1/messages/batches")


def asking(*blocks: Json, model: str = "m") -> Json:
    return {"model": model, "max_tokens": 10, "messages": [{"role": "user", "content": [*blocks, {"type": "text", "text": "Read one:file_1"}]}]}


def document(file_id: str) -> Json:
    return {"type": "document", "source": {"type": "file", "file_id": file_id}}


def batch_of(*blocks: Json) -> Json:
    return {"requests": [{"custom_id": "c1", "params": asking(*blocks, model="claude-sonnet-4-5")}]}


def is_anthropic_error(answer: Answer, status: int) -> str:
    body = answer.json()
    assert answer.status == status and body["type"] == "error" and body["error"]["type"], answer
    assert body["request_id"] and answer.headers["request-id"], answer
    return body["error"]["message"]


def betas(request: Request) -> list[str]:
    return request.headers.get("anthropic-beta", "").split(",")


def batches_are_made_listed_read_cancelled_and_deleted() -> None:
    with gateway_of("one") as (gateway, upstream):
        text = json.dumps(batch_of(), separators=(" ,  ", " :\n")).encode()
        assert new_batch(gateway, body=text).json() == OWNED_BATCH
        sent = upstream.requests[-1]
        assert (sent.method, sent.target, sent.body) == ("POST", "/v1/messages/batches", text), sent
        assert sent.headers["x-api-key"] == UPSTREAM_KEY and sent.headers["anthropic-version"] == "2026-10-21", sent.headers
        listed = send(gateway, "/v1/messages/batches?limit=2&after_id=one:msgbatch_0&before_id=one:msgbatch_9&other=1").json()
        assert upstream.requests[-1].target == "/v1/messages/batches?limit=2&after_id=msgbatch_0&before_id=msgbatch_9"
        assert listed["data"] == [OWNED_BATCH, {**OWNED_BATCH, "id": "one:msgbatch_2", "results_url": None}], listed
        assert (listed["first_id"], listed["last_id"], listed["has_more"]) == ("one:msgbatch_1", "one:msgbatch_2", False)
        for path in ("/v1/messages/batches/one:msgbatch_1", "/v1/messages/batches/one%3Amsgbatch_1", "/messages/batches/one:msgbatch_1"):
            assert send(gateway, path).json() == OWNED_BATCH
        assert send(gateway, OWNED_BATCH["results_url"]).body == RESULTS
        assert send(gateway, "/v1/messages/batches/one:msgbatch_1/cancel", method="POST").json() == OWNED_BATCH
        assert upstream.requests[-1].target == "/v1/messages/batches/msgbatch_1/cancel"
        deleted = send(gateway, "/v1/messages/batches/one:msgbatch_1", method="DELETE").json()
        assert deleted == {"id": "one:msgbatch_1", "type": "message_batch_deleted"}, deleted
        # The path is Anthropic's, whatever the headers say.
        assert as_openai(gateway, "/v1/messages/batches/one:msgbatch_1").json() == OWNED_BATCH
        assert upstream.requests[-1].headers["anthropic-version"] == "2023-06-01", upstream.requests[-1].headers


def files_are_uploaded_listed_read_and_deleted() -> None:
    owned = {**FILE, "id": "one:file_1"}
    with gateway_of("one") as (gateway, upstream):
        assert upload(gateway, "anthropic-beta: Mine-1", f"anthropic-beta: {FILES_BETA}, b-2").json() == owned
        sent = upstream.requests[-1]
        assert sent.body == FORM and sent.headers["content-type"] == "multipart/form-data; boundary=b1", sent
        assert betas(sent) == ["mine-1", FILES_BETA, "b-2"], sent.headers
        listed = send(gateway, "/v1/files?limit=2&page=page_1&ids[]=one:file_1&ids%5B%5D=one:file_2&scope_id=s&purpose=x").json()
        assert upstream.requests[-1].target == "/v1/files?limit=2&page=page_1&ids%5B%5D=file_1&ids%5B%5D=file_2&scope_id=s", upstream.requests[-1].target
        assert betas(upstream.requests[-1]) == [FILES_BETA], upstream.requests[-1].headers
        assert listed == {"data": [owned], "first_id": "one:file_1", "last_id": "one:file_1", "has_more": False, "next_page": "page_2"}, listed
        assert send(gateway, "/v1/files/one:file_1").json() == owned
        content = send(gateway, "/v1/files/one:file_1/content")
        assert content.body == CONTENT and content.headers["content-type"] == "application/pdf", content
        assert send(gateway, "/v1/files/one:file_1", method="DELETE").json() == {"id": "one:file_1", "type": "file_deleted"}


def a_long_upload_is_passed_on_as_it_comes() -> None:
    def serve(call: Call) -> None:
        if call.read():
            call.answer(json.dumps(FILE).encode())

    body = form([sound(3 * MIB)])
    with ExitStack() as stack:
        provider = stack.enter_context(Provider(serve))
        gateway = stack.enter_context(Gateway(f"""
version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0"}}
providers:
  one: {{dialect: anthropic, base_url: "{provider.url}", api_key: "{UPSTREAM_KEY}", passthrough: files}}
deployments:
  m: {{provider: one, model: m}}
"""))
        client = stack.enter_context(Client(gateway.listen, timeout=60))
        client.send(head(len(body), VERSION, path="/v1/files") + body[: 2 * MIB])
        support.eventually("the provider is asked before the client has sent all", lambda: provider.calls)
        client.send(body[2 * MIB :])
        assert client.answer().json()["id"] == "one:file_1"
        assert provider.calls[0].body == body and provider.calls[0].field(b"x-api-key") == UPSTREAM_KEY.encode()


def a_batch_goes_to_where_its_files_are() -> None:
    upload_block = {"type": "container_upload", "file_id": "two:file_2"}
    call = {"type": "tool_use", "id": "t1", "name": "read", "input": {"type": "file", "file_id": "one:file_1"}}
    with gateway_of("one", "two") as (gateway, upstream):
        body = batch_of(document("two:file_1"), upload_block, {"type": "image", "source": {"type": "file", "file_id": "two:file_3"}})
        body["requests"][0]["params"]["messages"].insert(0, {"role": "assistant", "content": [call]})
        made = new_batch(gateway, body=body)
        assert made.json()["id"] == "two:msgbatch_1", made
        sent = upstream.requests[-1]
        # What a tool was called with, and what is a text, is not touched.
        assert sent.body == json.dumps(body).replace("two:", "").encode(), sent.body
        assert FILES_BETA in betas(sent), sent.headers
        for answer, words in (
            (new_batch(gateway, body=batch_of()), "one, two"),
            (new_batch(gateway, body=batch_of(document("one:file_1"), upload_block)), "two providers"),
            (post(gateway, "/v1/messages/batches", batch_of(upload_block), "x-breakwater-provider: one"), "two"),
        ):
            assert words in is_anthropic_error(answer, 400), answer
        assert len(upstream.requests) == 1
        made = post(gateway, "/v1/messages/batches", batch_of(), "x-breakwater-provider: two")
        assert made.json()["id"] == "two:msgbatch_1" and FILES_BETA not in betas(upstream.requests[-1]), made
        assert new_batch(gateway, body=batch_of(), key=NAMED_KEY).json()["id"] == "one:msgbatch_1"
        assert new_batch(gateway, body=batch_of(upload_block), key=NAMED_KEY).status == 403


def a_chat_goes_to_where_its_files_are() -> None:
    tool = {"type": "code_execution_20250825", "name": "code_execution"}
    with gateway_of("one", "two") as (gateway, upstream):
        for body in (asking(document("one:file_1")), asking({"type": "container_upload", "file_id": "one:file_1"}) | {"tools": [tool]}):
            answer = post(gateway, "/v1/messages", body)
            assert answer.status == 200 and answer.headers["x-breakwater-provider"] == "one", answer
            sent = upstream.requests[-1].json()
            assert sent["messages"][0]["content"][0] == json.loads(json.dumps(body["messages"][0]["content"][0]).replace("one:", "")), sent
            assert sent["messages"][0]["content"][1]["text"] == "Read one:file_1"
        assert all(FILES_BETA in betas(request) for request in upstream.requests), [request.headers for request in upstream.requests]
        mine = post(gateway, "/v1/messages", asking({"type": "container_upload", "file_id": "one:file_1"}) | {"tools": [tool]}, "anthropic-beta: mine-1")
        assert mine.status == 200 and sorted(betas(upstream.requests[-1])) == [FILES_BETA, "mine-1"], upstream.requests[-1].headers
        asked = len(upstream.requests)
        for body, status, words in (
            (asking(document("one:file_1"), model="m-two"), 400, "provider one"),
            (asking(document("one:file_1"), document("two:file_1")), 400, "two providers"),
            (asking(document("closed:file_1")), 400, "closed"),
            (asking(document("gpt:file-1")), 400, "gpt"),
            (asking(document("nobody:file_1")), 400, "nobody"),
        ):
            assert words in is_anthropic_error(post(gateway, "/v1/messages", body), status), body
        assert post(gateway, "/v1/messages", asking(document("one:file_1")), key=BOUND_KEY).status == 403
        assert len(upstream.requests) == asked
        # An id without a provider's name is the provider's own already.
        assert post(gateway, "/v1/messages", asking(document("file_1"))).headers["x-breakwater-provider"] == "closed"


def ids_may_be_escaped_and_names_may_not() -> None:
    tool = {"type": "code_execution_20250825", "name": "code_execution"}
    blocks = (document("one:file_1"), {"type": "container_upload", "file_id": "one:file_1"})
    names = ((b'"file_id": "one:', b'"fil\\u0065_id": "one:'), (b'"content": [{', b'"cont\\u0065nt": [{'))
    with gateway_of("one", "two") as (gateway, upstream):
        for block in blocks:
            for path, body in (("/v1/messages", asking(block) | {"tools": [tool]}), ("/v1/messages/batches", batch_of(block))):
                text = json.dumps(body).encode()
                for plain, escaped in names:
                    assert plain in text
                    refused = post(gateway, path, text.replace(plain, escaped))
                    assert refused.status == 400 and b"escapes" in refused.body, (path, escaped, refused)
                asked = len(upstream.requests)
                id_escaped = text.replace(b'"one:file_1"', b'"one\\u003afile_1"')
                assert post(gateway, path, id_escaped).headers["x-breakwater-provider"] == "one", path
                assert len(upstream.requests) == asked + 1, "nothing of what was refused"
                sent = upstream.requests[-1].json()
                params = sent["requests"][0]["params"] if "requests" in sent else sent
                assert params["messages"][0]["content"][0] == json.loads(json.dumps(block).replace("one:", "")), sent


def a_file_that_is_gone_is_the_clients_mistake() -> None:
    gone = failure("not_found_error", "File not found: file_1")

    def handler(request: Request) -> Reply:
        return json_reply(gone, 404) if b"file_id" in request.body else keeper(request)

    with gateway_of("one", handler=handler) as (gateway, upstream):
        for body in (asking(document("one:file_1"), model="m-one"), asking(document("one:file_1"))):
            answer = post(gateway, "/v1/messages", body)
            assert is_anthropic_error(answer, 400) == "File not found: file_1", answer
            assert answer.error["type"] == "invalid_request_error", answer
        assert len(upstream.requests) == 2
        shown = {each["deployment"]: each for each in support.get(gateway.admin, "/deployments").json()["deployments"]}
        assert shown["m-one"]["pauses"] == [] and shown["m-one"]["attempts"] == 2, shown["m-one"]
        assert post(gateway, "/v1/messages", asking(model="m-one")).status == 200


def who_keeps_them_is_named_or_the_only_one() -> None:
    with gateway_of("one", "two") as (gateway, upstream):
        for answer in (upload(gateway), send(gateway, "/v1/files"), send(gateway, "/v1/messages/batches")):
            assert "one, two" in is_anthropic_error(answer, 400) and answer.error["param"] == "x-breakwater-provider", answer
        for path in ("/v1/files?after_id=one:a&before_id=two:b", "/v1/messages/batches?after_id=one:a"):
            assert "list" in is_anthropic_error(send(gateway, path, "x-breakwater-provider: two"), 400)
        assert upstream.requests == []
        assert upload(gateway, "x-breakwater-provider: two").json()["id"] == "two:file_1"
        assert upload(gateway, key=NAMED_KEY).json()["id"] == "one:file_1"
        assert send(gateway, "/v1/files?after_id=two:file_0").json()["first_id"] == "two:file_1"


def each_client_reaches_providers_of_its_own_api() -> None:
    form_type = "Content-Type: multipart/form-data; boundary=b1"
    with gateway_of("one") as (gateway, upstream):
        for answer in (upload(gateway, "x-breakwater-provider: gpt"), send(gateway, "/v1/files/gpt:file-1"), send(gateway, "/v1/messages/batches/gpt:b")):
            assert "OpenAI's SDK" in is_anthropic_error(answer, 404), answer
        for answer in (
            as_openai(gateway, "/v1/files", form_type, "x-breakwater-provider: one", method="POST", body=FORM),
            as_openai(gateway, "/v1/files/one:file_1"),
            as_openai(gateway, "/v1/batches/one:msgbatch_1"),
        ):
            assert answer.status == 404 and "anthropic-version" in answer.error["message"] and "type" not in answer.json(), answer
        assert upstream.requests == []
        # Both have one provider that it can be.
        assert upload(gateway).json()["id"] == "one:file_1"
        assert as_openai(gateway, "/v1/files", form_type, method="POST", body=FORM).json()["id"] == "gpt:file_1"
    with gateway_of() as (gateway, upstream):
        assert "dialect anthropic" in is_anthropic_error(upload(gateway), 404)
        assert "gpt" in is_anthropic_error(send(gateway, "/v1/messages/batches"), 404)
    with Gateway() as simulated:
        assert "passthrough: files" in is_anthropic_error(support.send(simulated, "/v1/files", VERSION), 404)


def only_open_providers_are_asked_and_only_for_keys_that_may() -> None:
    with gateway_of("one", "two") as (gateway, upstream):
        for name in ("closed", "nobody"):
            is_anthropic_error(upload(gateway, f"x-breakwater-provider: {name}"), 404)
            is_anthropic_error(send(gateway, f"/v1/messages/batches/{name}:msgbatch_1/results"), 404)
            is_anthropic_error(new_batch(gateway, body=batch_of(document(f"{name}:file_1"))), 404)
        for key, provider in ((BOUND_KEY, "one"), (NAMED_KEY, "two")):
            is_anthropic_error(send(gateway, f"/v1/files/{provider}:file_1/content", key=key), 403)
            is_anthropic_error(send(gateway, f"/v1/messages/batches/{provider}:msgbatch_1", key=key, method="DELETE"), 403)
        is_anthropic_error(send(gateway, "/v1/messages/batches", key=BOUND_KEY), 404)
        is_anthropic_error(send(gateway, "/v1/files", key="wrong"), 401)
        for each in ("msgbatch_1", "one:", "one:..", "one:a%2Fb", "one:a%3Fb", "one:" + "a" * 129):
            assert send(gateway, f"/v1/messages/batches/{each}/results").status in (400, 404), each
        for body in ({}, {"requests": []}, {"requests": {}}, []):
            is_anthropic_error(new_batch(gateway, body=body), 400)
        is_anthropic_error(new_batch(gateway, body=b'{"requests":[{}],"requests":[{}]}'), 400)
        is_anthropic_error(send(gateway, "/v1/messages/batches/one:msgbatch_1", method="POST"), 405)
        assert upstream.requests == []


def errors_are_the_providers_or_the_gateways() -> None:
    paths = ("/v1/files/one:file_x", "/v1/files/one:file_x/content", "/v1/messages/batches/one:msgbatch_x/results")
    with gateway_of("one") as (gateway, _):
        for path in paths:
            missing = send(gateway, path)
            assert is_anthropic_error(missing, 404) == "No such object" and missing.json()["request_id"] == "req_theirs"
            assert access_line(gateway, missing.headers["x-request-id"])["route"] == "providers/one"
    limits = [("retry-after", "7"), ("retry-after-ms", "7000"), ("x-should-retry", "true"), ("anthropic-ratelimit-requests-limit", "60")]
    busy = json_reply(failure("rate_limit_error", "Slow down"), 429)
    with gateway_of("one", handler=lambda _: Reply(busy.status, [*busy.headers, *limits, ("set-cookie", "a=b")], busy.body)) as (gateway, _):
        for path in paths:
            answer = send(gateway, path)
            assert is_anthropic_error(answer, 429) == "Slow down" and "set-cookie" not in answer.headers, answer
            assert all(answer.headers.get(name) == value for name, value in limits), answer.headers
    replies: list[tuple[Reply, int]] = [
        (json_reply(failure("permission_error", f"The key {UPSTREAM_KEY} may not"), 403), 403),
        (json_reply(failure("authentication_error", "invalid x-api-key"), 401), 502),
        (Reply(529, [("content-type", "text/html")], b"<html>busy</html>"), 529),
        (json_reply({"error": {"message": "No such object"}}, 404), 404),
    ]
    for reply, status in replies:
        with gateway_of("one", handler=lambda _, reply=reply: reply) as (gateway, upstream):
            for path in paths:
                assert UPSTREAM_KEY not in is_anthropic_error(send(gateway, path), status), (reply, path)
            assert len(upstream.requests) == len(paths)
    with gateway_of("one", handler=lambda _: Reply(200, [("content-type", "text/html")], b"<html>hello</html>")) as (gateway, _):
        is_anthropic_error(send(gateway, "/v1/files/one:file_1"), 502)


if __name__ == "__main__":
    sys.exit(
        run(
            batches_are_made_listed_read_cancelled_and_deleted,
            files_are_uploaded_listed_read_and_deleted,
            a_long_upload_is_passed_on_as_it_comes,
            a_batch_goes_to_where_its_files_are,
            a_chat_goes_to_where_its_files_are,
            ids_may_be_escaped_and_names_may_not,
            a_file_that_is_gone_is_the_clients_mistake,
            who_keeps_them_is_named_or_the_only_one,
            each_client_reaches_providers_of_its_own_api,
            only_open_providers_are_asked_and_only_for_keys_that_may,
            errors_are_the_providers_or_the_gateways,
        )
    )
