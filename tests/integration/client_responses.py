"""A client that speaks Responses: what of its bytes reaches a provider of the same API, and what the gateway keeps for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from support import UPSTREAM_KEY, FakeUpstream, Gateway, Handler, digest, json_reply, run, sse_reply

from blackbox import responses_api
from blackbox.fake_upstream import Reply, Request
from blackbox.gateway import server_section

Json = dict[str, Any]

REASONING = responses_api.reasoning("Look it up.", "gAAAA-1==")
SEARCH = {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "Oslo"}}
MESSAGE = responses_api.message("It snows.")


def answering(output: list[Json]) -> Handler:
    def answer(request: Request) -> Reply:
        return sse_reply(responses_api.events(output)) if request.json().get("stream") else json_reply(responses_api.response(output))

    return answer


@contextmanager
def gateway_of(handler: Handler, more: str = "") -> Iterator[tuple[Gateway, FakeUpstream]]:
    with FakeUpstream(handler) as upstream:
        config = server_section() + f"""
providers:
  own: {{dialect: openai.responses, base_url: "{upstream.url}/v1", api_key: "{UPSTREAM_KEY}"}}
  sim: {{dialect: sim}}
deployments:
  own: {{provider: own, model: gpt-5-pro}}
  chat: {{provider: sim, model: chat}}
{more}
"""
        with Gateway(config) as gateway:
            yield gateway, upstream


def ask(gateway: Gateway, method: str, path: str, body: bytes | Json | None = None, key: str = "") -> tuple[int, Any, dict[str, str]]:
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    request = HttpRequest(f"{gateway.url}{path}", data, headers, method=method)
    try:
        with urlopen(request, timeout=10) as response:
            text, status, got = response.read(), response.status, response.headers
    except HTTPError as error:
        text, status, got = error.read(), error.code, error.headers
    stream = got.get("content-type", "").startswith("text/event-stream")
    return status, text.decode() if stream else json.loads(text), {name.lower(): value for name, value in got.items()}


def create(gateway: Gateway, key: str = "", **members: Any) -> Json:
    status, answer, _ = ask(gateway, "POST", "/v1/responses", {"model": "chat", "input": "hi"} | members, key)
    assert status == 200, answer
    return answer


def member(body: str, name: str) -> str:
    """The bytes of a member's value."""
    start = body.index(f'"{name}":') + len(name) + 3
    _, end = json.JSONDecoder().raw_decode(body[start:].lstrip())
    begin = start + len(body[start:]) - len(body[start:].lstrip())
    return body[begin : begin + end]


def test_the_bytes_of_the_same_dialect_arrive() -> None:
    sent = {
        "instructions": '"Be \\u0062rief."',
        "input": '[ {"role": "user",  "content": "\\u0061"}, {"type":"message","role":"assistant","content":"b","phase":"final_answer"} ]',
        "tools": '[ {"name":"f", "type":"function", "parameters": {"type":"object","b":1,"a":2}}, {"type":"web_search"} ]',
    }
    body = '{"model":"own",' + ",".join(f'"{name}": {value}' for name, value in sent.items()) + "}"
    with gateway_of(answering([MESSAGE])) as (gateway, upstream):
        status, answer, headers = ask(gateway, "POST", "/v1/responses", body.encode())
        assert status == 200, answer
        assert "x-breakwater-adapted" not in headers
        arrived = upstream.wait_for_request().body.decode()
    for name, value in sent.items():
        assert digest(member(arrived, name)) == digest(value), f"{name}: {member(arrived, name)}"
    assert json.loads(arrived)["store"] is False


def test_hosted_tools_and_sealed_reasoning_go_there_and_back() -> None:
    for stream in (False, True):
        with gateway_of(answering([REASONING, SEARCH, MESSAGE])) as (gateway, upstream):
            asked: Json = {"model": "own", "input": "Oslo?", "tools": [{"type": "web_search"}], "store": False, "stream": stream}
            _, answer, _ = ask(gateway, "POST", "/v1/responses", asked)
            if stream:
                answer = json.loads(answer.rstrip().rpartition("data: ")[2])["response"]
            output = answer["output"]
            assert [item["type"] for item in output] == ["reasoning", "web_search_call", "message"]
            assert output[1] == SEARCH and output[0]["encrypted_content"]
            again = [{"role": "user", "content": "Oslo?"}, *output, {"role": "user", "content": "And now?"}]
            status, answer, _ = ask(gateway, "POST", "/v1/responses", asked | {"input": again, "stream": False})
            assert status == 200, answer
            items = upstream.wait_for_request(2).json()["input"]
        assert items[1]["encrypted_content"] == "gAAAA-1==" and items[1]["id"] == "rs_1", items[1]
        assert items[2] == SEARCH and "id" not in items[3]


def test_other_dialects_are_told_what_was_left_out() -> None:
    with gateway_of(answering([MESSAGE])) as (gateway, _):
        items = [{"role": "user", "content": "hi"}, SEARCH, {"role": "assistant", "content": "x"}, {"role": "user", "content": "so?"}]
        _, answer, headers = ask(gateway, "POST", "/v1/responses", {"model": "chat", "input": items, "truncation": "auto"})
        assert answer["status"] == "completed"
        assert headers["x-breakwater-adapted"] == "truncation=dropped, input[1]=dropped"
        status, answer, _ = ask(gateway, "POST", "/v1/responses", {"model": "chat", "input": "hi", "tools": [{"type": "web_search"}]})
        assert status == 400 and "Responses API" in answer["error"]["message"], answer


def test_a_conversation_goes_on_from_a_kept_answer() -> None:
    with gateway_of(answering([MESSAGE])) as (gateway, upstream):
        first = create(gateway, model="own", instructions="Be brief.", input="one")
        assert first["store"] is True
        second = create(gateway, model="own", input="two", previous_response_id=first["id"])
        assert second["previous_response_id"] == first["id"] and second["instructions"] is None
        create(gateway, model="own", input="three", previous_response_id=second["id"], instructions="Be kind.")
        body = upstream.wait_for_request(3).json()
        assert body["instructions"] == "Be kind."
        assert [item["content"] for item in body["input"]] == ["one", "It snows.", "two", "It snows.", "three"]
        assert "previous_response_id" not in body


def test_streams_are_kept_too() -> None:
    with gateway_of(answering([MESSAGE])) as (gateway, _):
        _, text, _ = ask(gateway, "POST", "/v1/responses", {"model": "own", "input": "hi", "stream": True})
        response = json.loads(text.rstrip().rpartition("data: ")[2])["response"]
        assert ask(gateway, "GET", f"/v1/responses/{response['id']}")[1] == response


def test_kept_answers_are_read_and_deleted() -> None:
    with gateway_of(answering([MESSAGE])) as (gateway, _):
        items = [{"role": "user", "content": text} for text in ("a", "b", "c")]
        kept = create(gateway, input=items)
        path = f"/v1/responses/{kept['id']}"
        assert ask(gateway, "GET", path)[1] == kept
        page = ask(gateway, "GET", f"{path}/input_items?limit=2&order=asc")[1]
        assert [item["content"] for item in page["data"]] == ["a", "b"] and page["has_more"]
        rest = ask(gateway, "GET", f"{path}/input_items?order=asc&after={page['last_id']}")[1]
        assert [item["content"] for item in rest["data"]] == ["c"] and not rest["has_more"]
        assert [item["content"] for item in ask(gateway, "GET", f"{path}/input_items")[1]["data"]] == ["c", "b", "a"]
        assert ask(gateway, "GET", f"{path}/input_items?limit=0")[0] == 400
        status, answer, _ = ask(gateway, "POST", f"{path}/cancel")
        assert status == 400 and "background" in answer["error"]["message"]
        assert ask(gateway, "DELETE", path)[1] == {"id": kept["id"], "object": "response", "deleted": True}
        assert ask(gateway, "GET", path)[0] == 404 and ask(gateway, "DELETE", path)[0] == 404


def test_what_is_not_kept_is_said() -> None:
    with gateway_of(answering([MESSAGE])) as (gateway, _):
        unkept = create(gateway, store=False)
        assert unkept["store"] is False and ask(gateway, "GET", f"/v1/responses/{unkept['id']}")[0] == 404
        body = {"model": "chat", "input": "hi", "previous_response_id": unkept["id"]}
        status, answer, _ = ask(gateway, "POST", "/v1/responses", body)
        assert status == 400 and answer["error"]["code"] == "previous_response_not_found"
        assert answer["error"]["param"] == "previous_response_id"
        status, answer, headers = ask(gateway, "POST", "/v1/responses/resp_1", {})
        assert status == 405 and headers["allow"] == "GET, DELETE", headers


def test_a_client_sees_its_own_only() -> None:
    names = ("one", "two")
    keys = "".join(f'  - {{name: {name}, sha256: "{digest(f"bw-key-{name}-0001")}"}}\n' for name in names)
    with gateway_of(answering([MESSAGE]), f"keys:\n{keys}") as (gateway, _):
        kept = create(gateway, "bw-key-one-0001")
        path = f"/v1/responses/{kept['id']}"
        assert ask(gateway, "GET", path, key="bw-key-one-0001")[0] == 200
        assert ask(gateway, "GET", path, key="bw-key-two-0001")[0] == 404
        assert ask(gateway, "DELETE", path, key="bw-key-two-0001")[0] == 404
        assert ask(gateway, "GET", path)[0] == 401
        body = {"model": "chat", "input": "hi", "previous_response_id": kept["id"]}
        assert ask(gateway, "POST", "/v1/responses", body, "bw-key-two-0001")[0] == 400


def test_the_oldest_make_room() -> None:
    with gateway_of(answering([MESSAGE]), "responses: {count: 2}") as (gateway, _):
        ids = [create(gateway)["id"] for _ in range(3)]
        assert [ask(gateway, "GET", f"/v1/responses/{one}")[0] for one in ids] == [404, 200, 200]


def test_nothing_is_kept_when_it_is_switched_off() -> None:
    with gateway_of(answering([MESSAGE]), "responses: {store: none}") as (gateway, _):
        kept = create(gateway)
        assert kept["store"] is False and ask(gateway, "GET", f"/v1/responses/{kept['id']}")[0] == 404


if __name__ == "__main__":
    sys.exit(
        run(
            test_the_bytes_of_the_same_dialect_arrive,
            test_hosted_tools_and_sealed_reasoning_go_there_and_back,
            test_other_dialects_are_told_what_was_left_out,
            test_a_conversation_goes_on_from_a_kept_answer,
            test_streams_are_kept_too,
            test_kept_answers_are_read_and_deleted,
            test_what_is_not_kept_is_said,
            test_a_client_sees_its_own_only,
            test_the_oldest_make_room,
            test_nothing_is_kept_when_it_is_switched_off,
        )
    )
