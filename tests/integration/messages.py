"""Clients that speak Anthropic's Messages dialect: what goes through unchanged, the surface beside chat, and failures."""

from __future__ import annotations

import hashlib
import http.client
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support import UPSTREAM_KEY, FakeUpstream, Gateway, Handler, completion, failing, good, json_reply, run, sse_reply

from blackbox.fake_upstream import Reply, Request
from blackbox.gateway import server_section
from recordings import grammar_messages

Json = dict[str, Any]

VERSION = {"anthropic-version": "2023-06-01"}
HELLO: Json = {"model": "r", "max_tokens": 64, "messages": [{"role": "user", "content": "hi"}]}
ANSWER: Json = {
    **{"id": "msg_up", "type": "message", "role": "assistant", "model": "claude-up", "stop_reason": "end_turn", "stop_sequence": None},
    **{"content": [{"type": "text", "text": "Hello"}], "usage": {"input_tokens": 3, "output_tokens": 2}},
}
SEARCHED: list[Json] = [
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "Oslo"}},
    {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [{"type": "web_search_result", "url": "https://a.example", "title": "A", "encrypted_content": "xyz"}],
    },
]
CITED = {"type": "web_search_result_location", "url": "https://a.example", "title": "A", "cited_text": "c", "encrypted_index": "e1"}
# As Claude Code sends it: an attribution that changes, cache hints everywhere, thinking, members of betas, many tools.
AGENT: Json = {
    "model": "claude",
    "max_tokens": 32000,
    "system": [
        {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.177; cch=36ee5;"},
        {"type": "text", "text": "You are an agent.", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
    ],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "List the files \u00e9\u20ac."}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "I list.", "signature": "EqQBCgIYAhIM"},
                {"type": "tool_use", "id": "toolu_1", "name": "tool_7", "input": {"path": ".", "deep": True}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": "a.txt", "cache_control": {"type": "ephemeral"}},
                {"type": "text", "text": "<system-reminder>be quick</system-reminder>"},
            ],
        },
    ],
    "tools": [
        {"name": f"tool_{i}", "description": "Does it.", "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}}}
        for i in range(60)
    ]
    + [{"type": "web_search_20250305", "name": "web_search", "max_uses": 2}],
    "thinking": {"type": "enabled", "budget_tokens": 31999},
    "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    "metadata": {"user_id": "user_" + "0123456789abcdef" * 8 + "_session_1"},
    "stream": True,
}


def events_of(message: Json) -> list[Json]:
    """A message as the stream that says it."""
    found: list[Json] = [{"type": "message_start", "message": message | {"content": [], "stop_reason": None}}]
    for index, block in enumerate(message["content"]):
        start, deltas = dict(block), []
        if block["type"] == "text":
            start = {"type": "text", "text": ""}
            deltas = [{"type": "citations_delta", "citation": one} for one in block.get("citations", [])]
            deltas.insert(0, {"type": "text_delta", "text": block["text"]})
        elif block["type"] == "server_tool_use":
            start["input"] = {}
            text = json.dumps(block["input"])
            deltas = [{"type": "input_json_delta", "partial_json": half} for half in (text[:4], text[4:])]
        found.append({"type": "content_block_start", "index": index, "content_block": start})
        found += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        found.append({"type": "content_block_stop", "index": index})
    delta = {name: message[name] for name in ("stop_reason", "stop_sequence")}
    return [*found, {"type": "message_delta", "delta": delta, "usage": message["usage"]}, {"type": "message_stop"}]


def answering(message: Json) -> Handler:
    """In the form that was asked for."""
    return lambda request: sse_reply(events_of(message)) if request.json().get("stream") else json_reply(message)


@contextmanager
def gateway_before(handler: Handler, *, keys: str = "", openai: Handler = good) -> Iterator[tuple[Gateway, FakeUpstream, FakeUpstream]]:
    """Routes `claude` to a provider of the same dialect, `r` to one of OpenAI's; yields both upstreams."""
    with FakeUpstream(handler) as own, FakeUpstream(openai) as other:
        configuration = f"""{server_section()}{keys}
providers:
  own: {{dialect: anthropic, base_url: "{own.url}", api_key: "{UPSTREAM_KEY}"}}
  other: {{preset: generic, base_url: "{other.url}/v1", api_key: "{UPSTREAM_KEY}"}}
deployments:
  claude: {{provider: own, model: claude-sonnet-4-5}}
  r: {{provider: other, model: m}}
  claude-new: {{provider: own, model: claude-opus-4-8}}
defaults: {{retry: {{attempts: 1}}}}
"""
        with Gateway(configuration) as gateway:
            yield gateway, own, other


def call(gateway: Gateway, method: str, path: str, body: bytes | Json | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(gateway.listen, timeout=20)
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    sent = VERSION | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, data, {"content-type": "application/json"} | sent)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, answer


def ask(gateway: Gateway, body: bytes | Json, path: str = "/v1/messages", **headers: str) -> grammar_messages.Outcome:
    """The answer, which keeps the rules of the dialect."""
    stream = bool((body if isinstance(body, dict) else json.loads(body)).get("stream"))
    outcome = grammar_messages.read(*call(gateway, "POST", path, body, **headers), stream)
    assert not outcome.problems, outcome.problems
    return outcome


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def odd_bytes(body: Json) -> bytes:
    """JSON as no serialiser of ours would write it."""
    return json.dumps(body, separators=(" ,  ", " :\n")).encode()


def the_body_goes_on_but_for_the_model() -> None:
    with gateway_before(answering(ANSWER)) as (gateway, own, _):
        for body in (odd_bytes(AGENT), odd_bytes(AGENT | {"stream": False}), json.dumps(AGENT, ensure_ascii=False).encode()):
            assert ask(gateway, body, "/v1/messages?beta=true").answer.choices[0].text == "Hello"
            arrived = own.requests[-1]
            wanted = body.replace(b'"claude"', b'"claude-sonnet-4-5"', 1)
            assert digest(arrived.body) == digest(wanted), arrived.body[:300]
            assert arrived.headers["x-api-key"] == UPSTREAM_KEY


def betas_go_on_as_a_header() -> None:
    with gateway_before(answering(ANSWER)) as (gateway, own, _):
        ask(gateway, AGENT, anthropic_beta="claude-code-20250219,interleaved-thinking-2025-05-14")
        sent = own.requests[-1].headers["anthropic-beta"].split(",")
        assert {"claude-code-20250219", "interleaved-thinking-2025-05-14"} <= set(sent), sent
        assert b"anthropic_beta" not in own.requests[-1].body


def an_agent_is_served_by_another_dialect() -> None:
    agent = AGENT | {"model": "r", "tools": AGENT["tools"][:60]}
    with gateway_before(answering(ANSWER)) as (gateway, _, other):
        outcome = ask(gateway, agent, "/v1/messages?beta=true", anthropic_beta="claude-code-20250219")
        assert outcome.answer.choices[0].text == "Hello world"
        body = other.requests[-1].json()
        assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "tool", "user"]
        assert len(body["tools"]) == 60 and "context_management" not in body and "thinking" not in body
        assert body["messages"][2]["tool_calls"][0]["function"] == {"name": "tool_7", "arguments": '{"path":".","deep":true}'}
        assert len(body["user"]) <= 64
        assert b"billing-header" not in other.requests[-1].body, "it is another one in every request"
        # A tool that runs at Anthropic is refused in words.
        refused = ask(gateway, agent | {"tools": AGENT["tools"]})
        assert refused.status == 400 and refused.error is not None and "kind of tool" in refused.error["message"]


def what_a_model_does_not_take_is_written_anew() -> None:
    with gateway_before(answering(ANSWER)) as (gateway, own, _):
        body = AGENT | {"model": "claude-new"}
        ask(gateway, odd_bytes(body))
        arrived = own.requests[-1].json()
        assert arrived["thinking"]["type"] == "adaptive"
        assert all(arrived[name] == body[name] for name in ("messages", "system", "tools"))
        assert b'"role" :\n"assistant"' in own.requests[-1].body, "the messages are not the client's bytes"
        assert arrived["context_management"] == body["context_management"]


def reasoning_of_another_vendor_stays_behind() -> None:
    foreign = {"type": "thinking", "thinking": "Hm.", "signature": ""}
    messages = [HELLO["messages"][0], {"role": "assistant", "content": [foreign, {"type": "text", "text": "Yes?"}]}, HELLO["messages"][0]]
    with gateway_before(answering(ANSWER)) as (gateway, own, _):
        ask(gateway, HELLO | {"model": "claude", "messages": messages})
        assert b"Hm." not in own.requests[-1].body and b"Yes?" in own.requests[-1].body


def blocks_of_server_tools_come_back() -> None:
    content = [*SEARCHED, {"type": "text", "text": "Grey.", "citations": [CITED]}]
    message = ANSWER | {"content": content, "stop_reason": "pause_turn"}
    with gateway_before(answering(message)) as (gateway, _, _):
        whole = json.loads(call(gateway, "POST", "/v1/messages", HELLO | {"model": "claude"})[2])
        assert whole["content"] == content and whole["stop_reason"] == "pause_turn"
        ask(gateway, HELLO | {"model": "claude", "stream": True})
        text = call(gateway, "POST", "/v1/messages", HELLO | {"model": "claude", "stream": True})[2].decode()
        events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]
        assert [event["content_block"] for event in events if event["type"] == "content_block_start"][:2] == SEARCHED
        assert {"type": "citations_delta", "citation": CITED} in [event.get("delta") for event in events]


def what_only_this_dialect_has_is_listed_for_others() -> None:
    body: Json = {
        "model": "r",
        "max_tokens": 100,
        "messages": [
            {"role": "user", "content": "Weather in Oslo?"},
            {
                "role": "assistant",
                "content": [{"type": "thinking", "thinking": "Of another vendor."}, *SEARCHED, {"type": "text", "text": "Rain."}],
            },
            {"role": "user", "content": "And tomorrow?"},
        ],
        "tools": [
            {"name": "near", "input_schema": {"type": "object"}},
            {"name": "far", "input_schema": {"type": "object"}, "defer_loading": True, "input_examples": [{}]},
        ],
    }
    lost = ["tools[1].input_examples", "messages[1].content[1]", "messages[1].content[2]", "tools[1].defer_loading"]
    with gateway_before(answering({**ANSWER, "content": [{"type": "text", "text": "Sun."}]})) as (gateway, own, other):
        status, headers, answer = call(gateway, "POST", "/v1/messages", body)
        assert status == 200, answer
        adapted = headers["x-breakwater-adapted"].split(", ")
        assert all(f"{field}=dropped" in adapted for field in lost), adapted
        assert b"srvtoolu_1" not in other.requests[-1].body and b"Rain." in other.requests[-1].body
        # The history is written anew because of the thinking, and keeps the blocks.
        status, headers, answer = call(gateway, "POST", "/v1/messages", body | {"model": "claude"})
        assert status == 200, answer
        assert own.requests[-1].json()["messages"][1]["content"][:2] == SEARCHED, own.requests[-1].body
        assert own.requests[-1].json()["tools"][1]["defer_loading"] is True
        adapted = headers["x-breakwater-adapted"].split(", ")
        assert [field for field in lost if f"{field}=dropped" in adapted] == ["tools[1].input_examples"], adapted


def a_stop_sequence_is_named() -> None:
    message = ANSWER | {"stop_reason": "stop_sequence", "stop_sequence": "five"}
    with gateway_before(answering(message)) as (gateway, _, _):
        for stream in (False, True):
            text = call(gateway, "POST", "/v1/messages", HELLO | {"model": "claude", "stream": stream})[2].decode()
            assert '"stop_reason":"stop_sequence","stop_sequence":"five"' in text


def tokens_are_counted() -> None:
    with gateway_before(answering(ANSWER)) as (gateway, own, other):
        question = {name: value for name, value in HELLO.items() if name != "max_tokens"}
        status, headers, body = call(gateway, "POST", "/v1/messages/count_tokens?beta=true", question)
        assert (status, headers["content-type"]) == (200, "application/json") and headers["request-id"]
        short = json.loads(body)["input_tokens"]
        question["messages"] = [{"role": "user", "content": "word " * 400}]
        longer = json.loads(call(gateway, "POST", "/v1/messages/count_tokens", question)[2])["input_tokens"]
        assert 0 < short < 20 and 300 < longer < 800, (short, longer)
        question["messages"] = [{"role": "user", "content": "word " * 80_000}]
        assert json.loads(call(gateway, "POST", "/v1/messages/count_tokens", question)[2])["input_tokens"] > 60_000
        refused = grammar_messages.read(*call(gateway, "POST", "/v1/messages/count_tokens", question | {"model": "nobody"}), False)
        assert refused.status == 404 and not refused.problems, refused.problems
        assert not own.requests and not other.requests, "counting asks no provider"


def models_have_the_vendors_shape() -> None:
    with gateway_before(answering(ANSWER)) as (gateway, _, _):
        page = json.loads(call(gateway, "GET", "/v1/models?limit=2")[2])
        assert [model["type"] for model in page["data"]] == ["model", "model"] and page["has_more"]
        rest = json.loads(call(gateway, "GET", f"/v1/models?after_id={page['last_id']}")[2])
        assert {model["id"] for model in page["data"] + rest["data"]} == {"claude", "r", "claude-new"} and not rest["has_more"]
        one = json.loads(call(gateway, "GET", "/v1/models/claude")[2])
        assert one["id"] == "claude" and one["created_at"].endswith("Z")
        missing = grammar_messages.read(*call(gateway, "GET", "/v1/models/clade"), False)
        assert missing.status == 404 and not missing.problems, missing.problems
        connection = http.client.HTTPConnection(gateway.listen, timeout=20)
        connection.request("GET", "/v1/models")
        assert json.loads(connection.getresponse().read())["object"] == "list", "without the header it is OpenAI's"


def keys_come_as_anthropics_sdks_send_them() -> None:
    key = "bw-test-key-of-team-a"
    keys = f"keys: [{{name: team-a, sha256: \"{hashlib.sha256(key.encode()).hexdigest()}\"}}]\n"
    with gateway_before(answering(ANSWER), keys=keys) as (gateway, own, _):
        body = HELLO | {"model": "claude"}
        assert ask(gateway, body, x_api_key=key).status == 200
        assert ask(gateway, body, authorization=f"Bearer {key}").status == 200
        for headers in ({}, {"x_api_key": "wrong"}):
            refused = ask(gateway, body, **headers)
            assert refused.status == 401 and refused.error is not None and refused.error["type"] == "authentication_error"
        assert len(own.requests) == 2


def failures_are_told_in_the_dialect() -> None:
    with gateway_before(answering(ANSWER), openai=failing(503)) as (gateway, _, _):
        for body, status in (
            (HELLO, 529),
            (HELLO | {"model": "nobody"}, 404),
            ({"model": "r", "messages": HELLO["messages"]}, 400),
            (HELLO | {"messages": "hi"}, 400),
        ):
            outcome = ask(gateway, body)
            assert outcome.error is not None and outcome.status == status, (body, outcome)
        status, headers, answer = call(gateway, "GET", "/v1/messages")
        assert (status, headers["allow"], json.loads(answer)["type"]) == (405, "POST", "error")
        assert json.loads(call(gateway, "POST", "/v1/messages/batches", HELLO)[2])["error"]["type"] == "not_found_error"
        assert json.loads(call(gateway, "POST", "/v1/messages", b"{")[2])["error"]["type"] == "invalid_request_error"


def a_broken_stream_ends_in_an_error() -> None:
    def broken(_: Request) -> Reply:
        return sse_reply(events_of(ANSWER)[:3] + [{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}])

    with gateway_before(broken) as (gateway, _, _):
        outcome = ask(gateway, HELLO | {"model": "claude", "stream": True})
        assert outcome.error is not None and outcome.error["type"] == "overloaded_error", outcome


def an_error_names_its_request() -> None:
    def failed(_: Request) -> Reply:
        error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_upstream"}
        return json_reply(error, 529)

    def named(answer: tuple[int, dict[str, str], bytes], status: int, request_id: str | None = None) -> None:
        assert answer[0] == status, answer
        expected = answer[1]["request-id"]
        assert expected == answer[1]["x-request-id"] == (request_id or expected), answer
        assert json.loads(answer[2])["request_id"] == expected, answer

    key = "bw-test-key-of-team-a"
    keys = f"keys: [{{name: team-a, sha256: \"{hashlib.sha256(key.encode()).hexdigest()}\"}}]\n"
    right = {"x-api-key": key}
    claude = HELLO | {"model": "claude"}
    with gateway_before(failed, keys=keys) as (gateway, _, _):
        named(call(gateway, "POST", "/v1/messages", claude), 401)
        named(call(gateway, "POST", "/v1/messages", {**claude, "model": "nobody"}, **right), 404)
        named(call(gateway, "POST", "/v1/messages", b"{", **right), 400)
        named(call(gateway, "GET", "/v1/messages", None, **right), 405)
        named(call(gateway, "POST", "/v1/messages", {**claude, "max_tokens": "many"}, **right), 400)
        named(call(gateway, "POST", "/v1/messages", claude, **right), 529)
        named(call(gateway, "POST", "/v1/messages", {**claude, "stream": True}, **right), 529)
        named(call(gateway, "POST", "/v1/messages", claude, **right, **{"x-request-id": "mine-1234"}), 529, "mine-1234")


def an_error_in_a_stream_names_its_request() -> None:
    def broken(_: Request) -> Reply:
        failure = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_upstream"}
        return sse_reply(events_of(ANSWER)[:3] + [failure], gap=0.1)

    with gateway_before(broken) as (gateway, _, _):
        status, headers, body = call(gateway, "POST", "/v1/messages", {**HELLO, "model": "claude", "stream": True})
        last = body.decode().strip().split("\n\n")[-1]
        assert status == 200 and last.startswith("event: error\ndata: "), body
        assert json.loads(last.split("data: ", 1)[1])["request_id"] == headers["request-id"], body


def a_prompt_that_is_too_long_is_told_in_words_that_agents_know() -> None:
    words = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."
    error = {"error": {"message": words, "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}}
    with gateway_before(answering(ANSWER), openai=lambda _: json_reply(error, 400)) as (gateway, _, _):
        outcome = ask(gateway, HELLO)
        assert outcome.status == 400 and outcome.error is not None
        assert outcome.error["message"].startswith("prompt is too long: 9001 tokens > 8192 maximum"), outcome.error


def usage_is_the_providers() -> None:
    counts = {"prompt_tokens": 30, "completion_tokens": 9, "total_tokens": 39, "prompt_tokens_details": {"cached_tokens": 10}}
    with gateway_before(answering(ANSWER), openai=lambda _: json_reply(completion() | {"usage": counts})) as (gateway, _, _):
        usage = json.loads(call(gateway, "POST", "/v1/messages", HELLO)[2])["usage"]
        assert (usage["input_tokens"], usage["cache_read_input_tokens"], usage["output_tokens"]) == (20, 10, 9), usage
        assert "estimated" not in usage


if __name__ == "__main__":
    sys.exit(
        run(
            the_body_goes_on_but_for_the_model,
            betas_go_on_as_a_header,
            an_agent_is_served_by_another_dialect,
            what_a_model_does_not_take_is_written_anew,
            reasoning_of_another_vendor_stays_behind,
            blocks_of_server_tools_come_back,
            what_only_this_dialect_has_is_listed_for_others,
            a_stop_sequence_is_named,
            tokens_are_counted,
            models_have_the_vendors_shape,
            keys_come_as_anthropics_sdks_send_them,
            failures_are_told_in_the_dialect,
            a_broken_stream_ends_in_an_error,
            an_error_names_its_request,
            an_error_in_a_stream_names_its_request,
            a_prompt_that_is_too_long_is_told_in_words_that_agents_know,
            usage_is_the_providers,
        )
    )
