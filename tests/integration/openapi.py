"""docs/openapi.json: served without a key, and true: every path and method answers, as the schemas say, and no other method does."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

from support import Answer, Client, Gateway, run

from blackbox.gateway import SOURCE_DIR, server_section
from blackbox.schema import problems, resolved

Json = dict[str, Any]

DOCUMENT: Json = json.loads((SOURCE_DIR / "docs" / "openapi.json").read_text())
METHODS = ("get", "post", "put", "patch", "delete")
KEY = "bw-openapi-canary-0001"
MODELS = {"embedContent": "sim/embed", "batchEmbedContents": "sim/embed"}
SETTINGS = server_section() + f"""
keys:
  - {{name: team, sha256: "{hashlib.sha256(KEY.encode()).hexdigest()}"}}
providers: {{sim: {{dialect: sim}}}}
deployments:
  sim/chat: {{provider: sim, model: chat}}
  sim/embed: {{provider: sim, model: embed}}
  sim/rerank: {{provider: sim, model: rerank}}
"""


def operations() -> Iterator[tuple[str, str, Json]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def send(gateway: Gateway, method: str, path: str, body: Any = None, key: str = KEY) -> Answer:
    data = b"" if body is None else json.dumps(body).encode()
    head = [f"{method.upper()} {path} HTTP/1.1", "Host: gateway", "Content-Type: application/json", f"Content-Length: {len(data)}"]
    head += [f"Authorization: Bearer {key}"] if key else []
    with Client(gateway.listen, timeout=20.0) as client:
        client.send(("\r\n".join(head) + "\r\n\r\n").encode() + data)
        return client.answer()


def target_of(gateway: Gateway, path: str) -> str:
    """The path with a model that does what it is for, or with the id of an answer that is there."""
    if "{id}" in path:
        path = path.replace("{id}", send(gateway, "post", "/v1/responses", {"model": "sim/chat", "input": "Hello"}).json()["id"])
    return path.replace("{model}", MODELS.get(path.rpartition(":")[2], "sim/chat"))


def content_of(part: Json) -> Json:
    return resolved(DOCUMENT, part)["content"]["application/json"]


def example_of(operation: Json) -> Any:
    return content_of(operation["requestBody"])["example"] if "requestBody" in operation else None


def check(operation: Json, status: str, answer: Answer, where: str) -> None:
    assert status in operation["responses"], (where, answer)
    found = problems(DOCUMENT, content_of(operation["responses"][status])["schema"], answer.json())
    assert not found, (where, found, answer.body[:500])


def is_served_without_a_key() -> None:
    with Gateway(SETTINGS) as gateway:
        answer = send(gateway, "get", "/openapi.json", key="")
        assert answer.status == 200 and answer.headers["content-type"] == "application/json", answer
        assert answer.json() == DOCUMENT
        assert send(gateway, "get", "/v1/models", key="").status == 401
        for path, method, operation in operations():
            status = send(gateway, method, path.replace("{", "").replace("}", ""), example_of(operation), key="").status
            assert status == (200 if operation.get("security") == [] else 401), (path, method, status)


def a_client_that_looks_whether_anybody_is_there_is_told_so() -> None:
    """Claude Code asks with HEAD / before anything else."""
    with Gateway(SETTINGS) as gateway, Client(gateway.listen) as client:
        client.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.answer(head_only=True).status == 200
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.answer().json()["name"] == "breakwater"


def every_operation_answers_as_it_says() -> None:
    with Gateway(SETTINGS) as gateway:
        for path, method, operation in operations():
            where = f"{method} {path}"
            body = example_of(operation)
            if body is not None:
                assert not problems(DOCUMENT, content_of(operation["requestBody"])["schema"], body), where
            answer = send(gateway, method, target_of(gateway, path), body)
            if "200" in operation["responses"]:
                assert answer.status == 200, (where, answer)
                check(operation, "200", answer, where)
            else:
                assert 400 <= answer.status < 500, (where, answer)
                check(operation, "default", answer, where)


def every_operation_fails_as_it_says() -> None:
    with Gateway(SETTINGS) as gateway:
        for path, method, operation in operations():
            if "default" not in operation["responses"]:
                continue
            where = f"{method} {path}"
            refused = send(gateway, method, target_of(gateway, path), example_of(operation), key="wrong")
            assert refused.status == 401, (where, refused)
            check(operation, "default", refused, where)
            if method == "post" and "cancel" not in path:
                empty = send(gateway, method, target_of(gateway, path), {})
                assert empty.status == 400, (where, empty)
                check(operation, "default", empty, where)


def no_other_method_is_taken() -> None:
    with Gateway(SETTINGS) as gateway:
        for path, item in DOCUMENT["paths"].items():
            target = target_of(gateway, path)
            taken = [method for method in METHODS if method in item]
            for method in METHODS:
                if method in taken:
                    continue
                answer = send(gateway, method, target, {} if method != "get" else None)
                assert answer.status == 405, (method, path, answer)
                if method in ("put", "patch"):
                    continue  # refused before the path is looked at
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
        stated = [resolved(DOCUMENT, one)["name"] for one in [*DOCUMENT["paths"][path].get("parameters", []), *operation.get("parameters", [])]]
        assert all(f"{{{name}}}" in path for name in stated if name == "id"), (path, method)
        assert {word.partition("}")[0] for word in path.split("{")[1:]} <= set(stated), (path, method)


if __name__ == "__main__":
    sys.exit(
        run(
            the_document_hangs_together,
            is_served_without_a_key,
            a_client_that_looks_whether_anybody_is_there_is_told_so,
            every_operation_answers_as_it_says,
            every_operation_fails_as_it_says,
            no_other_method_is_taken,
        )
    )
