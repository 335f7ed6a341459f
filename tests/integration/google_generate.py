"""The client dialect of Google's generateContent: its paths, keys, forms of a stream, and the bytes that reach a provider of the same."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

from support import (
    UPSTREAM_KEY,
    Answer,
    Client,
    FakeUpstream,
    Gateway,
    Reply,
    access_line,
    chat,
    config,
    gateway_before,
    get,
    good,
    json_reply,
    metrics,
    post,
    run,
    sse_reply,
    text,
    ROLE,
)

TEAM = "bw-canary-client-team-0001"
KEYS = f'keys:\n  - {{name: team, sha256: "{hashlib.sha256(TEAM.encode()).hexdigest()}"}}'
QUESTION = {"contents": [{"role": "user", "parts": [{"text": "Say hello"}]}]}
GENERATED = {
    "candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": "Hello"}]}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5},
    "modelVersion": "gemini-x",
    "responseId": "g1",
}


def ask(gateway: Gateway, path: str, body: Any = QUESTION, *lines: str) -> Answer:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    with Client(gateway.listen, timeout=20.0) as client:
        client.send(post(sent, *lines, path=path))
        return client.answer()


def text_of(responses: list[dict[str, Any]]) -> str:
    parts = [part for one in responses for candidate in one["candidates"] for part in candidate["content"]["parts"]]
    return "".join(part["text"] for part in parts)


def answers_in_its_three_forms() -> None:
    with gateway_before(good) as (gateway, upstream):
        whole = ask(gateway, "/v1beta/models/r:generateContent")
        assert whole.status == 200 and text_of([whole.json()]) == "Hello world", whole.body
        assert whole.json()["usageMetadata"] == {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5}
        events = ask(gateway, "/v1beta/models/r:streamGenerateContent?alt=sse")
        assert events.headers["content-type"] == "text/event-stream"
        assert text_of(events.events()) == "Hello world" and not events.done()
        array = ask(gateway, "/v1beta/models/r:streamGenerateContent")
        assert array.headers["content-type"].startswith("application/json")
        assert text_of(array.json()) == "Hello world" and len(array.json()) == 3
        assert [request.json()["model"] for request in upstream.requests] == ["m-a"] * 3
        assert [request.json().get("stream", False) for request in upstream.requests] == [False, True, True]


def names_models_as_clients_write_them() -> None:
    with gateway_before(good) as (gateway, _):
        for path in ("/v1/models/r:generateContent", "/v1beta/models/r%3AgenerateContent", "/v1beta1/projects/p/locations/l/publishers/google/models/r:generateContent"):
            assert ask(gateway, path).status == 200, path
        answer = ask(gateway, "/v1beta/models/sim%2Fchat%3Atokens=3:generateContent")
        assert answer.status == 200 and answer.headers["x-breakwater-provider"] == "sim", answer.body


def hands_on_element_by_element() -> None:
    """Each element of the array is on the wire before the provider says the next."""
    pieces = sse_reply([ROLE, text("Hello"), text(" world"), "[DONE]"])
    slow = Reply(200, pieces.headers, pieces.body, cut=lambda body: [part + b"\n\n" for part in body.split(b"\n\n") if part], gap=0.5)
    with gateway_before(lambda _: slow) as (gateway, _), Client(gateway.listen, timeout=20.0) as client:
        client.send(post(json.dumps(QUESTION).encode(), path="/v1beta/models/r:streamGenerateContent"))
        first = client.read_until(b'"Hello"')
        assert b" world" not in first
        assert text_of(client.answer().json()) == "Hello world"


def takes_its_keys_and_shows_none() -> None:
    path = "/v1beta/models/r:generateContent"
    with gateway_before(good, keys=KEYS) as (gateway, upstream):
        assert ask(gateway, path, QUESTION, f"x-goog-api-key: {TEAM}", "x-request-id: by-header").status == 200
        assert ask(gateway, f"{path}?key={TEAM}&alt=json", QUESTION, "x-request-id: by-query").status == 200
        assert ask(gateway, f"/v1beta/models/r:streamGenerateContent?alt=sse&key={TEAM}").status == 200
        assert get(gateway.listen, f"/v1beta/models?key={TEAM}").status == 200
        refused = ask(gateway, f"{path}?key=wrong-canary-0001", QUESTION, "x-request-id: refused")
        assert refused.status == 401 and refused.error["status"] == "UNAUTHENTICATED", refused.body
        # Only where the dialect has it.
        with Client(gateway.listen) as client:
            client.send(post(b'{"model":"r","messages":[{"role":"user","content":"a"}]}', path=f"/v1/chat/completions?key={TEAM}"))
            assert client.answer().status == 401
        assert access_line(gateway, "by-query")["path"] == path and access_line(gateway, "by-query")["key"] == "team"
        assert access_line(gateway, "refused")["path"] == path
        shown = gateway.log() + metrics(gateway) + get(gateway.admin, "/explain/by-query").body.decode() + str(upstream.requests)
        assert TEAM not in shown and "wrong-canary" not in shown


def says_errors_in_its_words() -> None:
    with gateway_before(lambda _: json_reply({"error": {"message": "slow down", "code": "x"}}, 429, [("retry-after", "1")]), route="retry: {attempts: 1}") as (gateway, _):
        answer = ask(gateway, "/v1beta/models/r:generateContent")
        assert answer.status == 429 and answer.error["code"] == 429 and answer.error["status"] == "RESOURCE_EXHAUSTED"
        details = {detail["@type"].rpartition(".")[2]: detail for detail in answer.error["details"]}
        assert details["RetryInfo"]["retryDelay"] == "1.000s" and details["ErrorInfo"]["reason"] == "RATE_LIMIT_EXCEEDED"
        array = ask(gateway, "/v1beta/models/r:streamGenerateContent")
        assert array.status == 429 and array.json()[0]["error"]["code"] == 429
        missing = ask(gateway, "/v1beta/models/x:generateContent")
        assert missing.status == 404 and missing.error["status"] == "NOT_FOUND"
        bad = ask(gateway, "/v1beta/models/r:generateContent", {"contents": [{"role": "nobody", "parts": []}]})
        assert bad.status == 400 and bad.error["status"] == "INVALID_ARGUMENT" and "contents[0].role" in bad.error["message"]
        method = get(gateway.listen, "/v1beta/models/r:generateContent")
        assert method.status == 405 and method.headers["allow"] == "POST" and method.error["code"] == 405
        nowhere = ask(gateway, "/v1beta/nothing")
        assert nowhere.status == 404 and nowhere.error["status"] == "NOT_FOUND"


def breaks_off_with_an_error_in_band() -> None:
    broken = sse_reply([ROLE, text("Hello"), {"error": {"message": "gone", "type": "server_error", "code": "x"}}])
    pieces = lambda body: [part + b"\n\n" for part in body.split(b"\n\n") if part]  # noqa: E731
    with gateway_before(lambda _: Reply(200, broken.headers, broken.body, cut=pieces, gap=0.2)) as (gateway, _):
        events = ask(gateway, "/v1beta/models/r:streamGenerateContent?alt=sse").events()
        assert text_of(events[:1]) == "Hello" and events[-1]["error"]["status"] in ("UNAVAILABLE", "INTERNAL")
        array = ask(gateway, "/v1beta/models/r:streamGenerateContent").json()
        assert text_of(array[:1]) == "Hello" and "error" in array[-1]


def waits_in_silence() -> None:
    """No ping, and no head before there is something to say: an error has its own status still."""
    failing = json_reply({"error": {"message": "late", "code": "x"}}, 500)
    late = Reply(500, failing.headers, failing.body, head_after=2.5)
    with gateway_before(lambda _: late, server="timeouts: {ping: 1s}", route="retry: {attempts: 1}") as (gateway, _):
        answer = ask(gateway, "/v1beta/models/r:streamGenerateContent?alt=sse")
        assert answer.status == 502 and answer.error["code"] == 502, answer.body


def lists_models_and_counts_tokens() -> None:
    with gateway_before(good) as (gateway, upstream):
        models = get(gateway.listen, "/v1beta/models?pageSize=50").json()["models"]
        assert sorted(model["name"] for model in models) == ["models/a", "models/r", "models/simulated"], models
        assert get(gateway.listen, "/v1beta/models/r").json()["supportedGenerationMethods"] == ["generateContent", "countTokens"]
        missing = get(gateway.listen, "/v1beta/models/x")
        assert missing.status == 404 and missing.error["status"] == "NOT_FOUND"
        assert get(gateway.listen, "/v1/models").json()["object"] == "list"
        assert get(gateway.listen, "/v1/models", "x-goog-api-key: k").json()["models"] == models
        assert get(gateway.listen, "/v1/models/x", "x-goog-api-key: k").error["status"] == "NOT_FOUND"
        plain = ask(gateway, "/v1beta/models/r:countTokens").json()["totalTokens"]
        whole = ask(gateway, "/v1beta/models/r:countTokens", {"generateContentRequest": {"model": "models/r"} | QUESTION}).json()["totalTokens"]
        assert 0 < plain < 20 and plain == whole
        assert ask(gateway, "/v1beta/models/x:countTokens").status == 404
        assert ask(gateway, "/v1beta/models/r:countTokens", {}).status == 400
        assert upstream.requests == []


def google_config(url: str, model: str, *, dialect: str = "google") -> str:
    provider = f'{{dialect: {dialect}, base_url: "{url}", api_key: "{UPSTREAM_KEY}"}}'
    return config({}) .replace("deployments:\n", f"  g: {provider}\ndeployments:\n  g: {{provider: g, model: {model}}}\n")


SPACED = b"""{
  "systemInstruction": { "parts" : [{"text": "Be \\u0074erse."}] },
  "tools":[ {"functionDeclarations" : [{"parameters":{"type":"OBJECT","properties":{"b":{"type":"STRING"},"a":{"type":"STRING"}}},"name":"f"}]},
            {"googleSearch":{"timeRangeFilter":{}}} ],
  "contents" : [{"role":"user","parts":[{"text":"caf\\u00e9","videoMetadata":{"fps":1}}]},
    {"parts":[{"thoughtSignature":"QUJD","functionCall":{"name":"f","args":{"b":1.0,"a":1e3}}}],"role":"model"},
    {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"ok"}}}]}],
  "generationConfig": {"temperature": 0.5, "mediaResolution": "MEDIA_RESOLUTION_LOW"},
  "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]
}"""


def member(body: bytes, name: bytes) -> bytes:
    """The bytes of a member of the top level, by counting brackets; no string of these bodies holds one."""
    at = body.index(b":", body.index(b'"' + name + b'"')) + 1
    value = body[at:].lstrip()
    depth = 0
    for place, byte in enumerate(value):
        depth += {91: 1, 123: 1, 93: -1, 125: -1}.get(byte, 0)
        if depth == 0:
            return value[: place + 1]
    raise AssertionError(name)


def passes_its_bytes_to_its_own_vendor() -> None:
    with FakeUpstream(lambda _: json_reply(GENERATED)) as upstream:
        with Gateway(google_config(upstream.url, "gemini-3-pro-preview")) as gateway:
            answer = ask(gateway, "/v1beta/models/g:generateContent", SPACED)
            assert answer.status == 200 and "x-breakwater-adapted" not in answer.headers, (answer.headers, answer.body)
            sent = upstream.requests[-1].body
            for name in (b"contents", b"tools", b"systemInstruction"):
                want, have = (hashlib.sha256(member(body, name)).hexdigest() for body in (SPACED, sent))
                assert want == have, (name, sent)
            config = upstream.requests[-1].json()["generationConfig"]
            assert config == {"temperature": 0.5, "mediaResolution": "MEDIA_RESOLUTION_LOW"}
            assert upstream.requests[-1].json()["safetySettings"][0]["threshold"] == "BLOCK_NONE"
            ask(gateway, "/v1beta/models/g:generateContent", SPACED)
            assert upstream.requests[-1].body == sent, "the same request is the same body"


def writes_anew_what_its_vendor_would_refuse() -> None:
    """A call without a signature, which newer models do not take, and a language of schemas that older ones do not know."""
    call = {"functionCall": {"id": "c1", "name": "f", "args": {}}}
    result = {"functionResponse": {"id": "c1", "name": "f", "response": {"output": "ok"}}}
    turns = [QUESTION["contents"][0], {"role": "model", "parts": [call]}, {"role": "user", "parts": [result]}]
    with FakeUpstream(lambda _: json_reply(GENERATED)) as upstream:
        with Gateway(google_config(upstream.url, "gemini-3-pro-preview")) as gateway:
            assert ask(gateway, "/v1beta/models/g:generateContent", {"contents": turns}).status == 200
            assert upstream.requests[-1].json()["contents"][1]["parts"][0]["thoughtSignature"]
        schema = QUESTION | {"tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": {"type": "object", "properties": {"a": {"type": "string"}}}}]}]}
        with Gateway(google_config(upstream.url, "gemini-2.0-flash")) as gateway:
            assert ask(gateway, "/v1beta/models/g:generateContent", schema).status == 200
            assert "parameters" in upstream.requests[-1].json()["tools"][0]["functionDeclarations"][0]


def keeps_its_own_members_from_other_vendors() -> None:
    with gateway_before(good) as (gateway, upstream):
        answer = ask(gateway, "/v1beta/models/r:generateContent", SPACED.replace(b'{"googleSearch":{"timeRangeFilter":{}}}', b"{}"))
        assert answer.status == 200, answer.body
        dropped = answer.headers["x-breakwater-adapted"]
        assert "safetySettings=dropped" in dropped and "generationConfig=dropped" in dropped, dropped
        assert "contents[0].parts[0].videoMetadata=dropped" in dropped, dropped
        sent = upstream.requests[-1].json()
        assert not {"safetySettings", "generationConfig", "contents"} & sent.keys()
        assert sent["messages"][0]["content"] == "Be terse." and sent["tools"][0]["function"]["parameters"]["type"] == "object"
        hosted = QUESTION | {"tools": [{"codeExecution": {}}]}
        refused = ask(gateway, "/v1beta/models/r:generateContent", hosted)
        assert refused.status == 400 and "tools[0]" in json.dumps(refused.error), refused.body


def keeps_steps_of_its_vendors_tools_for_the_vendor() -> None:
    steps = [{"toolCall": {"id": "step_1", "toolType": "GOOGLE_SEARCH_WEB"}}, {"toolResponse": {"id": "step_1"}}]
    turns = [{"parts": [{"text": "Who?"}]}, {"role": "model", "parts": [*steps, {"text": "They."}]}, QUESTION["contents"][0]]
    lost = "contents[1].parts[0]=dropped, contents[1].parts[1]=dropped"
    with FakeUpstream(lambda _: json_reply(GENERATED)) as upstream:
        # Written anew, for a turn has no role.
        with Gateway(google_config(upstream.url, "gemini-3-pro-preview")) as gateway:
            answer = ask(gateway, "/v1beta/models/g:generateContent", {"contents": turns})
            assert answer.status == 200 and "x-breakwater-adapted" not in answer.headers, answer
            assert upstream.requests[-1].json()["contents"][1]["parts"] == [*steps, {"text": "They."}]
        with Gateway(google_config(upstream.url, "gemini-3-pro-preview", dialect="vertex")) as gateway:
            answer = ask(gateway, "/v1beta/models/g:generateContent", {"contents": turns})
            assert answer.status == 200 and answer.headers["x-breakwater-adapted"] == lost, answer.headers
            assert upstream.requests[-1].json()["contents"][1]["parts"] == [{"text": "They."}]
    with gateway_before(good) as (gateway, other):
        answer = ask(gateway, "/v1beta/models/r:generateContent", {"contents": turns})
        assert answer.status == 200 and answer.headers["x-breakwater-adapted"] == lost, answer.headers
        assert b"step_1" not in other.requests[-1].body and b"They." in other.requests[-1].body


def leaves_chats_alone() -> None:
    with gateway_before(good, keys=KEYS) as (gateway, _):
        assert chat(gateway, f"Authorization: Bearer {TEAM}").status == 200
        assert chat(gateway, f"x-goog-api-key: {TEAM}").status == 200


if __name__ == "__main__":
    sys.exit(
        run(
            answers_in_its_three_forms,
            names_models_as_clients_write_them,
            hands_on_element_by_element,
            takes_its_keys_and_shows_none,
            says_errors_in_its_words,
            breaks_off_with_an_error_in_band,
            waits_in_silence,
            lists_models_and_counts_tokens,
            passes_its_bytes_to_its_own_vendor,
            writes_anew_what_its_vendor_would_refuse,
            keeps_its_own_members_from_other_vendors,
            keeps_steps_of_its_vendors_tools_for_the_vendor,
            leaves_chats_alone,
        )
    )
