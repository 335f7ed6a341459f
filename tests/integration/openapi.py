"""docs/openapi.json: served without a key, and true: every path and method answers, as the schemas say, and no other method does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from typing import Any

import support
from files import keeper
from message_files import keeper as message_keeper
from support import UPSTREAM_KEY, Answer, Client, FakeUpstream, Gateway, digest, json_reply, run
from transcriptions import Fields, form

from blackbox.fake_upstream import Reply, Request
from blackbox.gateway import SOURCE_DIR, server_section
from blackbox.schema import problems, resolved
from blackbox.websocket import WebSocketClient

Json = dict[str, Any]

DOCUMENT: Json = json.loads((SOURCE_DIR / "docs" / "openapi.json").read_text())
METHODS = ("get", "post", "put", "patch", "delete")
KEY = "bw-openapi-canary-0001"
MODELS = {"embedContent": "sim/embed", "batchEmbedContents": "sim/embed"}
FORM = "multipart/form-data"


def provider(request: Request) -> Reply:
    """The one behind the paths that the simulator has no answer for; it refuses a file that is none."""
    if request.target == "/v1/fine_tuning/jobs":
        return Reply(200, [("content-type", "text/plain")], f"{request.method} {request.body.decode()}".encode())
    if request.target == "/v1/files" and request.method == "POST" and b'name="file"' not in request.body:
        error = {"message": "no file", "type": "invalid_request_error", "param": "file", "code": None}
        return json_reply({"error": error}, 400)
    return (message_keeper if request.target.startswith("/v1/messages") else keeper)(request)


@contextmanager
def served() -> Iterator[Gateway]:
    """With every model and provider that the examples name."""
    with FakeUpstream(provider) as upstream:
        configuration = server_section() + f"""
keys:
  - {{name: team, sha256: "{digest(KEY)}"}}
providers:
  sim: {{dialect: sim}}
  openai: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "{UPSTREAM_KEY}", passthrough: all}}
  anthropic: {{dialect: anthropic, base_url: "{upstream.url}", api_key: "{UPSTREAM_KEY}", passthrough: files}}
deployments:
  sim/chat: {{provider: sim, model: chat}}
  sim/embed: {{provider: sim, model: embed}}
  sim/rerank: {{provider: sim, model: rerank}}
  sim/moderation: {{provider: sim, model: moderation}}
  sim/image: {{provider: sim, model: image}}
  sim/speech: {{provider: sim, model: speech}}
  sim/transcribe: {{provider: sim, model: transcribe}}
  sim/realtime: {{provider: sim, model: realtime}}
"""
        with Gateway(configuration) as gateway:
            yield gateway


def operations() -> Iterator[tuple[str, str, Json]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


Body = tuple[str, bytes]  # media type, bytes
NOTHING: Body = ("", b"")
EMPTY_JSON: Body = ("application/json", b"{}")


def send(gateway: Gateway, method: str, path: str, body: Body = NOTHING, key: str = KEY) -> Answer:
    kind, data = body
    return support.send(gateway, path, *([f"Content-Type: {kind}"] if kind else []), method=method.upper(), body=data, key=key)


def parameters_of(path: str, operation: Json) -> list[Json]:
    return [resolved(DOCUMENT, one) for one in [*DOCUMENT["paths"][path].get("parameters", []), *operation.get("parameters", [])]]


def kept_response(gateway: Gateway) -> str:
    request = json.dumps({"model": "sim/chat", "input": "Hello"}).encode()
    return send(gateway, "post", "/v1/responses", ("application/json", request)).json()["id"]


def target_of(gateway: Gateway, path: str, operation: Json) -> str:
    """The path with the examples of its parameters, a model that does what it is for, or the id of an answer that is there."""
    target, query = path.replace("{model}", MODELS.get(path.rpartition(":")[2], "sim/chat")), []
    for one in parameters_of(path, operation):
        name, place = one["name"], f"{{{one['name']}}}"
        if place in target:
            target = target.replace(place, one["example"] if "example" in one else kept_response(gateway))
        elif one["in"] == "query" and one.get("required"):
            query.append(f"{name}={one['example']}")
    return target + ("?" + "&".join(query) if query else "")


def body_part_of(operation: Json) -> tuple[str, Json]:
    """The one media type that an operation takes, and what is said of it."""
    [(kind, part)] = resolved(DOCUMENT, operation["requestBody"])["content"].items()
    return kind, part


def form_body(fields: Fields) -> Body:
    return (f"{FORM}; boundary=b1", form(fields))


def example_of(operation: Json) -> Body:
    if "requestBody" not in operation:
        return NOTHING
    kind, part = body_part_of(operation)
    example = part["example"]
    if kind == FORM:
        file_name = {name: f'; filename="{name}"' for name in part["encoding"]}
        return form_body([(name, file_name.get(name, ""), value.encode()) for name, value in example.items()])
    return (kind, json.dumps(example).encode()) if kind == "application/json" else ("text/plain", example.encode())


def without_anything(operation: Json) -> Body:
    """A body of the right kind in which everything is missing."""
    return form_body([]) if body_part_of(operation)[0] == FORM else EMPTY_JSON


def check(operation: Json, status: str, answer: Answer, where: str) -> None:
    assert status in operation["responses"], (where, answer)
    content = resolved(DOCUMENT, operation["responses"][status])["content"]
    stated = answer.headers["content-type"].partition(";")[0]
    kind = next((kind for kind in content if fnmatch(stated, kind)), None)
    assert kind and answer.complete and answer.body, (where, stated, answer.body[:500])
    if kind == "application/json":
        found = problems(DOCUMENT, content[kind]["schema"], answer.json())
        assert not found, (where, found, answer.body[:500])


def is_served_without_a_key() -> None:
    with served() as gateway:
        answer = send(gateway, "get", "/openapi.json", key="")
        assert answer.status == 200 and answer.headers["content-type"] == "application/json", answer
        assert answer.json() == DOCUMENT
        assert send(gateway, "get", "/v1/models", key="").status == 401
        for path, method, operation in operations():
            status = send(gateway, method, path.replace("{", "").replace("}", ""), example_of(operation), key="").status
            assert status == (200 if operation.get("security") == [] else 401), (path, method, status)


def a_client_that_looks_whether_anybody_is_there_is_told_so() -> None:
    """Claude Code asks with HEAD / before anything else."""
    with served() as gateway, Client(gateway.listen) as client:
        client.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.answer(head_only=True).status == 200
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.answer().json()["name"] == "breakwater"


def every_example_is_what_its_schema_says() -> None:
    for path, method, operation in operations():
        if "requestBody" in operation:
            _, part = body_part_of(operation)
            assert not problems(DOCUMENT, part["schema"], part["example"]), (method, path)


def begins_as_it_should(session: WebSocketClient, path: str, where: str) -> None:
    if path.startswith("/ws/"):
        session.event({"setup": {"model": "models/sim/realtime"}})
        first = session.receive()
        assert first is not None and first.json() == {"setupComplete": {}}, (where, first)
    else:
        assert session.receive_event()["type"] == "session.created", where


def every_operation_answers_as_it_says() -> None:
    with served() as gateway:
        for path, method, operation in operations():
            where, target = f"{method} {path}", target_of(gateway, path, operation)
            if "101" in operation["responses"]:
                with WebSocketClient(gateway.listen, target, f"Authorization: Bearer {KEY}") as session:
                    assert session.status == 101, (where, session.body)
                    begins_as_it_should(session, path, where)
                continue
            answer = send(gateway, method, target, example_of(operation))
            if "200" in operation["responses"]:
                assert answer.status == 200, (where, answer)
                check(operation, "200", answer, where)
            else:
                assert 400 <= answer.status < 500, (where, answer)
                check(operation, "default", answer, where)


def every_operation_fails_as_it_says() -> None:
    with served() as gateway:
        for path, method, operation in operations():
            if "default" not in operation["responses"]:
                continue
            where, target = f"{method} {path}", target_of(gateway, path, operation)
            refused = send(gateway, method, target, example_of(operation), key="wrong")
            assert refused.status == 401, (where, refused)
            check(operation, "default", refused, where)
            if "101" in operation["responses"]:
                bad = send(gateway, method, target)  # no handshake
            elif resolved(DOCUMENT, operation.get("requestBody", {})).get("required"):
                bad = send(gateway, method, target, without_anything(operation))
            else:
                continue
            assert bad.status == 400, (where, bad)
            check(operation, "default", bad, where)


def no_other_method_is_taken() -> None:
    with served() as gateway:
        for path, item in DOCUMENT["paths"].items():
            target = target_of(gateway, path, {})
            taken = [method for method in METHODS if method in item]
            for method in METHODS:
                if method in taken:
                    continue
                answer = send(gateway, method, target, EMPTY_JSON if method != "get" else NOTHING)
                assert answer.status == 405, (method, path, answer)
                assert sorted(answer.headers["allow"].lower().split(", ")) == sorted(taken), (path, answer.headers)


def the_document_hangs_together() -> None:
    used: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                assert resolved(DOCUMENT, node), node
                used.add(node["$ref"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(DOCUMENT)
    parts = {kind: DOCUMENT["components"][kind] for kind in ("parameters", "requestBodies", "responses", "schemas")}
    there = {f"#/components/{kind}/{name}" for kind, named in parts.items() for name in named}
    assert there == used, there ^ used
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    for path, method, operation in operations():
        stated = {one["name"] for one in parameters_of(path, operation) if one["in"] == "path"}
        assert {word.partition("}")[0] for word in path.split("{")[1:]} == stated, (path, method)


if __name__ == "__main__":
    sys.exit(
        run(
            the_document_hangs_together,
            every_example_is_what_its_schema_says,
            is_served_without_a_key,
            a_client_that_looks_whether_anybody_is_there_is_told_so,
            every_operation_answers_as_it_says,
            every_operation_fails_as_it_says,
            no_other_method_is_taken,
        )
    )
