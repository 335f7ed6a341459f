"""Structured output that a model of OpenAI's dialects is only told of in words: the code fence around it is the gateway's affair."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from support import Answer, FakeUpstream, Gateway, ask, by_target, chat, chunk, completion, gateway_over, json_reply, run, sse_reply

from blackbox import responses_api
from blackbox.fake_upstream import Reply, Request

Json = dict[str, Any]

VALUE = '{"city": "Bern", "note": "a ` b"}'
FENCED = f"```json\n{VALUE}\n```"
SCHEMA: Json = {"type": "object", "properties": {"city": {"type": "string"}, "note": {"type": "string"}}}
DIALECTS = ("openai", "openai.responses")
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


# --- the providers' side: each answers what the user's message tells it to ---------------------------------------------


def asked_for(text: str) -> Json:
    return {"pieces": [], "refusal": "", "call": False, "first": ""} | json.loads(text)


def as_chat(request: Request) -> Reply:
    body = request.json()
    asked = asked_for(body["messages"][-1]["content"])
    finish = "tool_calls" if asked["call"] else "stop"
    calls = {"tool_calls": [CALL | {"index": 0}]} if asked["call"] else {}
    if body.get("stream"):
        deltas: list[Json] = [{"role": "assistant"}, *({"content": piece} for piece in asked["pieces"])]
        deltas += [{"refusal": asked["refusal"]}] if asked["refusal"] else []
        return sse_reply([*(chunk(delta) for delta in [*deltas, *([calls] if calls else [])]), chunk({}, finish), "[DONE]"])
    answer = completion("".join(asked["pieces"]))
    answer["choices"][0]["message"] |= {"refusal": asked["refusal"] or None} | calls
    answer["choices"][0]["finish_reason"] = finish
    return json_reply(answer)


def as_responses(request: Request) -> Reply:
    body = request.json()
    asked = asked_for(body["input"][-1]["content"])
    item = responses_api.message("".join(asked["pieces"]))
    if asked["refusal"]:
        item["content"] = [{"type": "refusal", "refusal": asked["refusal"]}]
    before = [responses_api.message(asked["first"]), responses_api.reasoning("Hm.", "sealed")] if asked["first"] else []
    output = [*before, item, *([responses_api.function_call("call_1", "weather", "{}")] if asked["call"] else [])]
    if not body.get("stream"):
        return json_reply(responses_api.response(output))
    place = {"output_index": len(before), "item_id": item["id"], "content_index": 0}
    events: list[Json] = []
    for event in responses_api.events(output if not asked["refusal"] else output[1:]):
        of_item = event.get("output_index") == len(before)
        if event["type"] != "response.output_text.delta" or not of_item:
            events.append(event)
        if event["type"] == "response.content_part.added" and of_item:
            events += [{"type": "response.output_text.delta", **place, "delta": piece} for piece in asked["pieces"]]
    if asked["refusal"]:
        events.insert(1, {"type": "response.refusal.delta", **place, "delta": asked["refusal"]})
    return sse_reply(events)


def accounts(url: str, key: str) -> str:
    lines = ["providers:"]
    lines += [f'  {dialect}: {{dialect: {dialect}, base_url: "{url}/v1", {key}}}' for dialect in DIALECTS]
    lines.append("deployments:")
    for dialect in DIALECTS:
        for kind, features in (("worded", "json_schema: emulated"), ("native", "json_schema: native")):
            lines.append(f"  {dialect}-{kind}: {{provider: {dialect}, model: m-1, capabilities: {{features: {{{features}}}}}}}")
        lacking = "json_schema: emulated, json_object: emulated"
        objects = "json_schema: native, json_object: emulated"
        lines.append(f"  {dialect}-objects: {{provider: {dialect}, model: m-1, capabilities: {{features: {{{objects}}}}}}}")
        lines.append(f"  {dialect}-bare: {{provider: {dialect}, model: m-1, capabilities: {{features: {{{lacking}}}}}}}")
    lines.append("routes:")
    for dialect in DIALECTS:
        lines.append(f"  {dialect}-strict: {{candidates: [{dialect}-worded], adapt: strict}}")
        lines.append(f"  {dialect}-strict-objects: {{candidates: [{dialect}-objects], adapt: strict}}")
    return "\n".join(lines) + "\n"


@contextmanager
def gateway() -> Iterator[tuple[Gateway, FakeUpstream]]:
    handlers = {"/v1/chat/completions": as_chat, "/v1/responses": as_responses}
    with gateway_over(by_target(handlers), accounts) as pair:
        yield pair


# --- the clients' side ------------------------------------------------------------------------------------------------

Said = dict[str, Any]  # text, refusal, finish, calls


def by_chat(gateway: Gateway, model: str, stream: bool, asked: Json, **more: Any) -> tuple[Answer, Said]:
    messages = [{"role": "user", "content": json.dumps(asked)}]
    answer = chat(gateway, model=model, stream=stream, messages=messages, **more)
    if answer.status != 200:
        return answer, {}
    said: Said = {"text": "", "refusal": "", "calls": [], "finish": None}
    for event in answer.events()[:-1] if stream else [answer.json()]:
        choice = event["choices"][0]
        part = choice["delta" if stream else "message"]
        said["text"] += part.get("content") or ""
        said["refusal"] += part.get("refusal") or ""
        said["calls"] += [call["function"]["name"] for call in part.get("tool_calls") or [] if call["function"].get("name")]
        said["finish"] = choice["finish_reason"] or said["finish"]
    return answer, said


def by_responses(gateway: Gateway, model: str, stream: bool, asked: Json, **more: Any) -> tuple[Answer, Said]:
    body: Json = {"model": model, "stream": stream, "input": [{"role": "user", "content": json.dumps(asked)}]}
    if wanted := more.get("response_format"):
        body["text"] = {"format": {"type": wanted["type"]} | wanted.get("json_schema", {})}
    if tools := more.get("tools"):
        body["tools"] = [{"type": "function"} | tool["function"] for tool in tools]
    answer = ask(gateway, "/v1/responses", body)
    if answer.status != 200:
        return answer, {}
    whole = answer.events()[-1]["response"] if stream else answer.json()
    parts = [part for item in whole["output"] if item["type"] == "message" for part in item["content"]]
    said: Said = {
        "text": "".join(part.get("text", "") for part in parts),
        "refusal": "".join(part.get("refusal", "") for part in parts),
        "calls": [item["name"] for item in whole["output"] if item["type"] == "function_call"],
    }
    said["finish"] = "tool_calls" if said["calls"] else "stop"
    if stream:
        streamed = [event["delta"] for event in answer.events() if event["type"] == "response.output_text.delta"]
        assert "".join(streamed) == said["text"], (streamed, whole)
    return answer, said


CLIENTS = (by_chat, by_responses)
TOLD: Json = {"response_format": {"type": "json_schema", "json_schema": {"name": "place", "schema": SCHEMA}}}


def each_way(gateway: Gateway, kind: str, asked: Json, check: Callable[[Said], None], **more: Any) -> None:
    """Every client and provider, whole and as a stream."""
    for client in CLIENTS:
        for dialect in DIALECTS:
            for stream in (False, True):
                answer, said = client(gateway, f"{dialect}-{kind}", stream, asked, **more)
                where = (client.__name__, dialect, stream, asked)
                assert answer.status == 200, (where, answer)
                told = "response_format=emulated" if kind != "native" else None
                assert answer.headers.get("x-breakwater-adapted") == told, (where, answer.headers)
                try:
                    check(said)
                except AssertionError as failure:
                    raise AssertionError(f"{where}: {said}") from failure


def says(text: str) -> Callable[[Said], None]:
    def check(said: Said) -> None:
        assert said == {"text": text, "refusal": "", "calls": [], "finish": "stop"}, text

    return check


# --- tests ------------------------------------------------------------------------------------------------------------


def a_fence_is_taken_off_wherever_a_stream_cuts_it() -> None:
    with gateway() as (g, _):
        each_way(g, "worded", {"pieces": [FENCED]}, says(VALUE), **TOLD)
        each_way(g, "worded", {"pieces": list(FENCED)}, says(VALUE), **TOLD)
        for dialect in DIALECTS:
            for cut in range(1, len(FENCED)):
                asked = {"pieces": [FENCED[:cut], FENCED[cut:]]}
                for client in CLIENTS:
                    _, said = client(g, f"{dialect}-worded", True, asked, **TOLD)
                    assert said["text"] == VALUE and said["finish"] == "stop", (dialect, client.__name__, cut, said)


def a_fence_around_a_long_answer_is_taken_off() -> None:
    long = json.dumps({"city": "Bern", "note": "a ` b" * 2000})
    fenced = f"```json\n{long}\n```\n"
    with gateway() as (g, _):
        each_way(g, "worded", {"pieces": [fenced]}, says(long), **TOLD)
        each_way(g, "worded", {"pieces": [fenced[at : at + 700] for at in range(0, len(fenced), 700)]}, says(long), **TOLD)


def the_answer_may_begin_on_the_line_of_the_fence() -> None:
    value = '{"city": "Bern",\n "note": "a"}'
    with gateway() as (g, _):
        for fenced in (f"```{value}\n```", f"```json {value}\n```", f"```json{value}```"):
            each_way(g, "worded", {"pieces": [fenced]}, says(value), **TOLD)
            each_way(g, "worded", {"pieces": list(fenced)}, says(value), **TOLD)


def what_is_no_fence_around_the_answer_stays() -> None:
    texts = (
        VALUE,
        f"  {VALUE}\n",
        f"Here it is:\n{FENCED}",
        '{"code": "```sh\\nls\\n```"}',
        "`a`",
        "",
    )
    with gateway() as (g, _):
        for text in texts:
            each_way(g, "worded", {"pieces": list(text)}, says(text), **TOLD)
        # Cut off before its end: what there is of the answer is kept.
        each_way(g, "worded", {"pieces": ["```json\n", '{"city": "Be']}, says('{"city": "Be'), **TOLD)


def refusals_and_calls_are_as_ever() -> None:
    def refused(said: Said) -> None:
        assert said == {"text": "", "refusal": "```No.```", "calls": [], "finish": "stop"}

    def called(said: Said) -> None:
        assert said == {"text": VALUE, "refusal": "", "calls": ["weather"], "finish": "tool_calls"}

    with gateway() as (g, _):
        each_way(g, "worded", {"refusal": "```No.```"}, refused, **TOLD)
        each_way(g, "worded", {"pieces": list(FENCED), "call": True}, called, **TOLD, tools=[WEATHER])


def a_message_behind_a_thought_has_a_fence_of_its_own() -> None:
    with gateway() as (g, _):
        for client in CLIENTS:
            for stream in (False, True):
                for pieces in ([FENCED], list(FENCED)):
                    _, said = client(g, "openai.responses-worded", stream, {"first": "One moment. ", "pieces": pieces}, **TOLD)
                    assert said["text"] == f"One moment. {VALUE}", (client.__name__, stream, said)


def a_model_that_is_held_to_the_schema_says_what_it_says() -> None:
    with gateway() as (g, upstream):
        each_way(g, "native", {"pieces": list(FENCED)}, says(FENCED), **TOLD)
        assert [(r.json().get("response_format") or r.json()["text"]["format"])["type"] for r in upstream.requests] == ["json_schema"] * 8
        for dialect in DIALECTS:  # and so does one that nobody asked for JSON
            for stream in (False, True):
                assert by_chat(g, f"{dialect}-worded", stream, {"pieces": [FENCED]})[1]["text"] == FENCED


def json_mode_goes_with_the_words_where_it_can() -> None:
    """It is left out where the server has none, and where it would forbid the answer, which is no object."""

    def mode(body: Json) -> str:
        wanted = body.get("response_format") or (body.get("text") or {}).get("format") or {"type": "text"}
        return str(wanted["type"])

    def instruction(body: Json) -> str:
        first = (body.get("messages") or body["input"])[0]
        assert first["role"] == "system", body
        return str(first["content"])

    listed: Json = {"type": "json_schema", "json_schema": {"name": "list", "schema": {"type": "array", "items": SCHEMA}}}
    chosen: Json = {"type": "json_schema", "json_schema": {"name": "one", "schema": {"enum": ["a", "b"]}}}
    cases: list[tuple[str, Json, str, str]] = [
        ("worded", TOLD["response_format"], "json_object", '"city"'),
        ("worded", listed, "text", '"array"'),
        ("worded", chosen, "text", '"enum"'),
        ("bare", TOLD["response_format"], "text", '"city"'),
        ("bare", {"type": "json_object"}, "text", "JSON object"),
    ]
    with gateway() as (g, upstream):
        for kind, wanted, expected, words in cases:
            upstream.requests.clear()
            each_way(g, kind, {"pieces": list(FENCED)}, says(VALUE), response_format=wanted)
            assert len(upstream.requests) == 8
            for request in upstream.requests:
                assert mode(request.json()) == expected and words in instruction(request.json()), (kind, wanted, request.body)


def a_route_that_adapts_nothing_refuses() -> None:
    with gateway() as (g, upstream):
        for dialect in DIALECTS:
            answer, _ = by_chat(g, f"{dialect}-strict", False, {"pieces": [FENCED]}, **TOLD)
            assert (answer.status, answer.error["param"]) == (400, "response_format"), answer
        assert not upstream.requests


def any_object_is_no_less_as_a_schema() -> None:
    with gateway() as (g, upstream):
        each_way(g, "objects", {"pieces": [VALUE]}, says(VALUE), response_format={"type": "json_object"})
        each_way(g, "strict-objects", {"pieces": [VALUE]}, says(VALUE), response_format={"type": "json_object"})
        assert [(r.json().get("response_format") or r.json()["text"]["format"])["type"] for r in upstream.requests] == ["json_schema"] * 16


if __name__ == "__main__":
    sys.exit(
        run(
            a_fence_is_taken_off_wherever_a_stream_cuts_it,
            a_fence_around_a_long_answer_is_taken_off,
            the_answer_may_begin_on_the_line_of_the_fence,
            what_is_no_fence_around_the_answer_stays,
            refusals_and_calls_are_as_ever,
            a_message_behind_a_thought_has_a_fence_of_its_own,
            a_model_that_is_held_to_the_schema_says_what_it_says,
            json_mode_goes_with_the_words_where_it_can,
            a_route_that_adapts_nothing_refuses,
            any_object_is_no_less_as_a_schema,
        )
    )
