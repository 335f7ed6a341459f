"""POST /v1/embeddings: every form of input and output on every dialect, batches, refusals, failover, log and cost."""

from __future__ import annotations

import base64
import json
import struct
import sys
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from support import Client, FakeUpstream, Gateway, Handler, access_line, ask, by_target, gateway_over, json_reply, post, run

from blackbox.fake_upstream import Reply, Request

Json = dict[str, Any]

# Numbers that are 32-bit floats, one of which no short decimal gives.
VECTOR = [0.5, -0.25, struct.unpack("<f", struct.pack("<f", 0.1))[0]]


def as_base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def from_base64(text: str) -> list[float]:
    data = base64.b64decode(text, validate=True)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def vector_for(text: str) -> list[float]:
    """Tells inputs apart."""
    return [float(len(text)), *VECTOR]


def openai(request: Request) -> Reply:
    body = request.json()
    vectors = [vector_for(each if isinstance(each, str) else "t" * len(each)) for each in body["input"]]
    packed = body.get("encoding_format") == "base64"
    # Backwards: the index says where each belongs.
    data = [
        {"object": "embedding", "index": i, "embedding": as_base64(vector) if packed else vector}
        for i, vector in reversed(list(enumerate(vectors)))
    ]
    tokens = len(vectors) * 2
    return json_reply({"object": "list", "data": data, "model": "up", "usage": {"prompt_tokens": tokens, "total_tokens": tokens}})


def cohere(request: Request) -> Reply:
    texts = request.json()["texts"]
    return json_reply(
        {"id": "e-1", "embeddings": {"float": [vector_for(text) for text in texts]}, "meta": {"billed_units": {"input_tokens": 2 * len(texts)}}}
    )


def google(request: Request) -> Reply:
    texts = [each["content"]["parts"][0]["text"] for each in request.json()["requests"]]
    return json_reply({"embeddings": [{"values": vector_for(text)} for text in texts]})


def ollama(request: Request) -> Reply:
    texts = request.json()["input"]
    return json_reply({"model": "m", "embeddings": [vector_for(text) for text in texts], "prompt_eval_count": 2 * len(texts)})


def bedrock(request: Request) -> Reply:
    body = request.json()
    if "texts" in body:
        vectors = [vector_for(text) for text in body["texts"]]
        return json_reply({"embeddings": {"float": vectors}}, 200, [("x-amzn-bedrock-input-token-count", str(2 * len(vectors)))])
    return json_reply({"embedding": vector_for(body["inputText"]), "inputTextTokenCount": 2}, 200, [("x-amzn-bedrock-input-token-count", "2")])


any_provider = by_target({
    "/v1/embeddings": openai,
    "/v2/embed": cohere,
    "/v1beta/models/gemini-embedding-001:batchEmbedContents": google,
    "/api/embed": ollama,
    "/model/amazon.titan-embed-text-v2%3A0/invoke": bedrock,
    "/model/cohere.embed-english-v3/invoke": bedrock,
})


def accounts(url: str, key: str, more: str) -> str:
    return f"""
providers:
  openai: {{dialect: openai, preset: openai, base_url: "{url}/v1", {key}}}
  mistral: {{dialect: openai, preset: mistral, base_url: "{url}/v1", {key}}}
  plain: {{dialect: openai, base_url: "{url}/v1", {key}, quirks: {{embedding_batch: 3}}}}
  cohere: {{dialect: cohere, base_url: "{url}", {key}}}
  google: {{dialect: google, base_url: "{url}", {key}}}
  ollama: {{dialect: ollama, base_url: "{url}"}}
  anthropic: {{dialect: anthropic, base_url: "{url}", {key}}}
  bedrock: {{dialect: bedrock, base_url: "{url}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: canary-secret}}
  sim: {{dialect: sim}}
deployments:
  openai: {{provider: openai, model: text-embedding-3-small, like: openai/text-embedding-3-small}}
  ada: {{provider: openai, model: text-embedding-ada-002, like: openai/text-embedding-ada-002}}
  chatty: {{provider: openai, model: gpt-4o-mini, like: openai/gpt-4o-mini}}
  mistral: {{provider: mistral, model: codestral-embed}}
  plain: {{provider: plain, model: bge-m3}}
  cohere: {{provider: cohere, model: embed-v4.0}}
  google: {{provider: google, model: gemini-embedding-001}}
  ollama: {{provider: ollama, model: nomic-embed-text}}
  titan: {{provider: bedrock, model: "amazon.titan-embed-text-v2:0"}}
  bedrock-cohere: {{provider: bedrock, model: cohere.embed-english-v3}}
  claude: {{provider: anthropic, model: some-model-1}}
  simulated: {{provider: sim, model: embed}}
{more}
defaults:
  retry: {{attempts: 2, backoff_min: 1ms, backoff_max: 2ms}}
  breaker: off
"""


def gateway_of(handler: Handler = any_provider, more: str = "") -> AbstractContextManager[tuple[Gateway, FakeUpstream]]:
    return gateway_over(handler, partial(accounts, more=more))


ON_WIRE = ("openai", "mistral", "plain", "cohere", "google", "ollama", "titan", "bedrock-cohere")


def embed(gateway: Gateway, model: str, texts: Any, **more: Any) -> Json:
    answer = ask(gateway, "/v1/embeddings", {"model": model, "input": texts, **more})
    assert answer.status == 200, (model, answer)
    return answer.json()


def every_dialect_answers_in_both_forms() -> None:
    texts = ["a", "four", "seventy"]
    with gateway_of() as (gateway, _):
        for model in ON_WIRE:
            plain = embed(gateway, model, texts)
            assert plain["object"] == "list", plain
            assert [item["index"] for item in plain["data"]] == [0, 1, 2], model
            assert [item["object"] for item in plain["data"]] == ["embedding"] * 3
            got = [item["embedding"] for item in plain["data"]]
            wanted = [vector_for(text) for text in texts]
            assert [[struct.pack("<f", value) for value in vector] for vector in got] == [
                [struct.pack("<f", value) for value in vector] for vector in wanted
            ], (model, got)
            packed = embed(gateway, model, texts, encoding_format="base64")
            assert [from_base64(item["embedding"]) for item in packed["data"]] == wanted, model
            assert plain["usage"]["prompt_tokens"] == plain["usage"]["total_tokens"] > 0, (model, plain["usage"])
            assert plain["usage"].get("estimated", False) == (model == "google"), plain["usage"]


def one_text_is_a_list_of_one() -> None:
    with gateway_of() as (gateway, upstream):
        answer = embed(gateway, "openai", "four")
        assert [len(answer["data"]), answer["data"][0]["index"]] == [1, 0]
        assert answer["model"] == "text-embedding-3-small"
        assert upstream.requests[0].json() == {"model": "text-embedding-3-small", "input": ["four"], "encoding_format": "base64"}


def requests_are_in_the_words_of_each_dialect() -> None:
    with gateway_of() as (gateway, upstream):
        for model in ON_WIRE:
            more = {} if model == "bedrock-cohere" else {"dimensions": 256}  # its vectors have one length
            embed(gateway, model, ["four"], input_type="search_query", user="u-1", **more)
        bodies = dict(zip(ON_WIRE, [request.json() for request in upstream.requests], strict=True))
    assert bodies["openai"] == {
        "model": "text-embedding-3-small", "input": ["four"], "encoding_format": "base64", "dimensions": 256, "user": "u-1"
    }  # fmt: skip
    assert bodies["mistral"]["output_dimension"] == 256 and "dimensions" not in bodies["mistral"], bodies["mistral"]
    assert "user" not in bodies["mistral"]
    assert bodies["plain"] == {"model": "bge-m3", "input": ["four"], "dimensions": 256, "user": "u-1", "input_type": "search_query"}
    assert bodies["cohere"] == {
        "model": "embed-v4.0", "input_type": "search_query", "texts": ["four"], "embedding_types": ["float"], "output_dimension": 256
    }  # fmt: skip
    assert bodies["google"] == {
        "requests": [
            {
                "model": "models/gemini-embedding-001",
                "content": {"parts": [{"text": "four"}]},
                "taskType": "RETRIEVAL_QUERY",
                "outputDimensionality": 256,
            }
        ]
    }
    assert bodies["ollama"] == {"model": "nomic-embed-text", "input": ["four"], "dimensions": 256, "truncate": False}
    assert bodies["titan"] == {"inputText": "four", "dimensions": 256}
    assert bodies["bedrock-cohere"]["texts"] == ["four"] and bodies["bedrock-cohere"]["input_type"] == "search_query"


def tokens_go_where_they_are_understood() -> None:
    with gateway_of() as (gateway, upstream):
        assert len(embed(gateway, "openai", [5, 6, 7])["data"]) == 1
        assert len(embed(gateway, "plain", [[5, 6], [7]])["data"]) == 2
        assert [request.json()["input"] for request in upstream.requests] == [[[5, 6, 7]], [[5, 6], [7]]]
        for model in ("mistral", "cohere", "google", "ollama", "titan"):
            answer = ask(gateway, "/v1/embeddings", {"model": model, "input": [5, 6]})
            assert answer.status == 400 and "token ids" in answer.json()["error"]["message"], (model, answer)
            assert answer.json()["error"]["param"] == "input"
        assert len(upstream.requests) == 2


def long_lists_are_split_and_joined() -> None:
    texts = ["x" * (i + 1) for i in range(10)]
    with gateway_of() as (gateway, upstream):
        for model, calls in (("plain", 4), ("titan", 10)):
            before = len(upstream.requests)
            answer = embed(gateway, model, texts)
            assert [item["index"] for item in answer["data"]] == list(range(10))
            assert [item["embedding"][0] for item in answer["data"]] == [float(i + 1) for i in range(10)], model
            assert answer["usage"] == {"prompt_tokens": 20, "total_tokens": 20}
            assert len(upstream.requests) - before == calls
        sizes = sorted(len(request.json()["input"]) for request in upstream.requests[:4])
        assert sizes == [1, 3, 3, 3], sizes


def a_part_that_fails_is_tried_again_and_then_fails_all() -> None:
    failures = {"left": 1}

    def shaky(request: Request) -> Reply:
        if "xxxxx" in request.json()["input"] and failures["left"] > 0:
            failures["left"] -= 1
            return json_reply({"error": {"message": "busy", "type": "server_error"}}, 503)
        return openai(request)

    texts = ["x" * (i + 1) for i in range(7)]
    with gateway_of(shaky) as (gateway, upstream):
        assert len(embed(gateway, "plain", texts)["data"]) == 7
        assert len(upstream.requests) == 4
        failures["left"] = 9
        answer = ask(gateway, "/v1/embeddings", {"model": "plain", "input": texts})
        assert answer.status == 503 and "error" in answer.json(), answer


def a_retry_of_a_part_that_the_budget_withholds_is_told() -> None:
    def shaky(request: Request) -> Reply:
        if "xxxxx" in request.json()["input"]:
            return json_reply({"error": {"message": "busy", "type": "server_error"}}, 503)
        return openai(request)

    route = "routes:\n  lean: {candidates: [plain], retry: {budget: 0%, budget_floor: 0/s}}"
    with gateway_of(shaky, route) as (gateway, _):
        answer = ask(gateway, "/v1/embeddings", {"model": "lean", "input": ["x" * (i + 1) for i in range(7)]})
        assert answer.status == 503, answer
        assert access_line(gateway, answer.headers["x-request-id"])["retry"] == "no_budget"


def a_client_that_leaves_stops_all_parts() -> None:
    body = json.dumps({"model": "titan", "input": [f"text {i}" for i in range(10)]}).encode()
    with gateway_of(lambda _: Reply(head_after=30)) as (gateway, upstream):
        with Client(gateway.listen) as client:
            client.send(post(body, path="/v1/embeddings"))
            upstream.wait_for_request(4)
        for request in upstream.requests:
            assert request.peer_gone.wait(5), "a part went on"
        assert len(upstream.requests) == 4, "more parts at once than four, or after the client had gone"


def what_is_for_something_else_is_refused_in_words() -> None:
    messages = [{"role": "user", "content": "hi"}]
    with gateway_of() as (gateway, upstream):
        answer = ask(gateway, "/v1/embeddings", {"model": "chatty", "input": "a"})
        assert answer.status == 404 and "POST /v1/chat/completions" in answer.json()["error"]["message"], answer
        answer = ask(gateway, "/v1/chat/completions", {"model": "ada", "messages": messages})
        assert answer.status == 404 and "POST /v1/embeddings" in answer.json()["error"]["message"], answer
        answer = ask(gateway, "/v1/embeddings", {"model": "claude", "input": "a"})
        assert answer.status == 400 and "has no embeddings" in answer.json()["error"]["message"], answer
        answer = ask(gateway, "/v1/embeddings", {"model": "ada", "input": "a", "dimensions": 256})
        assert answer.status == 400 and answer.json()["error"]["param"] == "dimensions", answer
        assert upstream.requests == []
        assert embed(gateway, "ada", "a", dimensions=1536)["data"]
        assert "dimensions" not in upstream.requests[0].json()


def bad_requests_say_what_is_wrong() -> None:
    cases: list[tuple[Json, str]] = [
        ({"model": "openai"}, "input"),
        ({"input": "a"}, "model"),
        ({"model": "openai", "input": []}, "input"),
        ({"model": "openai", "input": [1, "a"]}, "input[1]"),
        ({"model": "openai", "input": [[1, "a"]]}, "input[0][1]"),
        ({"model": "openai", "input": {"a": 1}}, "input"),
        ({"model": "openai", "input": "a", "encoding_format": "int8"}, "encoding_format"),
        ({"model": "openai", "input": "a", "dimensions": 0}, "dimensions"),
    ]
    with gateway_of() as (gateway, _):
        for body, param in cases:
            answer = ask(gateway, "/v1/embeddings", body)
            assert answer.status == 400 and answer.json()["error"]["param"] == param, (body, answer)


def bad_answers_are_failures() -> None:
    answers: list[Any] = [
        {"data": []},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}]},
        {"data": [{"index": 7, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": "AAA"}, {"index": 1, "embedding": "AAAA"}]},
        {"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": ["x"]}, {"index": 1, "embedding": [1.0]}]},
        {"data": "none"},
        {},
    ]
    state: Json = {}
    with gateway_of(lambda _: json_reply(state["answer"])) as (gateway, _):
        for each in answers:
            state["answer"] = each
            answer = ask(gateway, "/v1/embeddings", {"model": "plain", "input": ["a", "b"]})
            assert answer.status == 502 and answer.json()["error"]["code"] == "upstream_invalid_response", (each, answer)


def another_deployment_takes_over() -> None:
    def first_fails(request: Request) -> Reply:
        if request.json().get("model") == "text-embedding-3-small":
            return json_reply({"error": {"message": "down", "type": "server_error"}}, 500)
        return openai(request)

    route = "routes:\n  both: {candidates: [openai, chatty, plain], retry: {attempts: 3}}"
    with gateway_of(first_fails, route) as (gateway, upstream):
        answer = ask(gateway, "/v1/embeddings", {"model": "both", "input": "a"})
        assert answer.status == 200 and answer.headers["x-breakwater-deployment"] == "plain", answer
        asked = {request.json()["model"] for request in upstream.requests}
        assert asked == {"text-embedding-3-small", "bge-m3"}, "a model for chats was asked for embeddings"


def it_is_logged_with_its_cost() -> None:
    with gateway_of() as (gateway, _):
        answer = ask(gateway, "/v1/embeddings", {"model": "openai", "input": ["a", "b"]})
        line = access_line(gateway, answer.headers["x-request-id"])
        assert line["tokens"]["in"] == 4 and line["tokens"]["out"] == 0, line
        assert abs(line["cost_usd"] - 4 * 0.02 / 1e6) < 1e-12, line


def the_simulator_embeds_without_a_key() -> None:
    with Gateway() as gateway:
        answer = embed(gateway, "sim/embed", ["the cat sat", "the cat slept", "quarterly revenue"], dimensions=128)
        cat, other_cat, revenue = (item["embedding"] for item in answer["data"])
        assert len(cat) == 128
        near = sum(a * b for a, b in zip(cat, other_cat, strict=True))
        far = sum(a * b for a, b in zip(cat, revenue, strict=True))
        assert near > far + 0.2, (near, far)
        assert embed(gateway, "sim/embed", "the cat sat", dimensions=128)["data"][0]["embedding"] == cat
        packed = embed(gateway, "sim/embed", "the cat sat", dimensions=128, encoding_format="base64")
        assert packed["data"][0]["embedding"] == as_base64(cat)


def content(words: str) -> Json:
    return {"content": {"parts": [{"text": words}]}}


def google_clients_get_the_same_from_every_dialect() -> None:
    with gateway_of() as (gateway, upstream):
        for route in ("openai", "plain", "cohere", "google", "ollama", "titan", "bedrock-cohere"):
            one = ask(gateway, f"/v1beta/models/{route}:embedContent", content("cats"))
            assert one.status == 200, (route, one)
            assert [struct.pack("<f", x) for x in one.json()["embedding"]["values"]] == [
                struct.pack("<f", x) for x in vector_for("cats")
            ], (route, one.json())
            words = ["a", "bb", "ccc", "dddd"]  # more than one call takes, at some
            batch = {"requests": [{"model": f"models/{route}", **content(each)} for each in words]}
            many = ask(gateway, f"/v1beta/models/{route}:batchEmbedContents", batch)
            assert [each["values"][0] for each in many.json()["embeddings"]] == [1.0, 2.0, 3.0, 4.0], (route, many)
        settings = {"taskType": "RETRIEVAL_QUERY", "outputDimensionality": 256}
        asked = len(upstream.requests)
        assert ask(gateway, "/v1beta/models/google:embedContent", content("q") | settings).status == 200
        (sent,) = upstream.requests[asked].json()["requests"]
        assert sent["taskType"] == "RETRIEVAL_QUERY" and sent["outputDimensionality"] == 256, sent


def google_clients_get_errors_in_their_shape() -> None:
    with gateway_of() as (gateway, _):
        wrong = ask(gateway, "/v1beta/models/openai:batchEmbedContents", {"requests": []})
        assert wrong.status == 400 and wrong.json()["error"]["status"] == "INVALID_ARGUMENT", wrong
        missing = ask(gateway, "/v1beta/models/nothing:embedContent", content("x"))
        assert missing.status == 404 and missing.json()["error"]["status"] == "NOT_FOUND", missing
        chatty = ask(gateway, "/v1beta/models/chatty:embedContent", content("x"))
        assert chatty.status == 404 and chatty.json()["error"]["status"] == "NOT_FOUND", chatty


if __name__ == "__main__":
    sys.exit(
        run(
            every_dialect_answers_in_both_forms,
            one_text_is_a_list_of_one,
            requests_are_in_the_words_of_each_dialect,
            tokens_go_where_they_are_understood,
            long_lists_are_split_and_joined,
            a_part_that_fails_is_tried_again_and_then_fails_all,
            a_retry_of_a_part_that_the_budget_withholds_is_told,
            a_client_that_leaves_stops_all_parts,
            what_is_for_something_else_is_refused_in_words,
            bad_requests_say_what_is_wrong,
            bad_answers_are_failures,
            another_deployment_takes_over,
            it_is_logged_with_its_cost,
            the_simulator_embeds_without_a_key,
            google_clients_get_the_same_from_every_dialect,
            google_clients_get_errors_in_their_shape,
        )
    )
