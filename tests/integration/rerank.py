"""POST /v1/rerank and /v2/rerank: Cohere's and Jina's shape, in the words of each provider that ranks."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import Any

from support import FakeUpstream, Gateway, Handler, ask, by_target, gateway_over, json_reply, run

from blackbox.fake_upstream import Reply, Request

Json = dict[str, Any]

DOCUMENTS = ["aa", "aaaa", "a", "aaa"]
ORDER = [1, 3, 0, 2]  # the longest is the best


def score(document: str) -> float:
    return len(document) / 8


def ranks(request: Request, name: str = "relevance_score") -> list[Json]:
    """In the order of the documents: the gateway sorts."""
    return [{"index": i, name: score(document)} for i, document in enumerate(request.json()["documents"])]


def jina(request: Request) -> Reply:
    return json_reply({"model": "m", "results": ranks(request), "usage": {"prompt_tokens": 9, "total_tokens": 9}})


def voyage(request: Request) -> Reply:
    return json_reply({"object": "list", "data": ranks(request), "model": "m", "usage": {"total_tokens": 9}})


def cohere(request: Request) -> Reply:
    return json_reply({"id": "r-1", "results": ranks(request), "meta": {"billed_units": {"search_units": 1}}})


def bedrock(request: Request) -> Reply:
    return json_reply({"results": ranks(request)})


any_provider = by_target({
    "/v1/rerank": jina,
    "/voyage/v1/rerank": voyage,
    "/v2/rerank": cohere,
    "/model/cohere.rerank-v3-5%3A0/invoke": bedrock,
    "/model/amazon.rerank-v1%3A0/invoke": bedrock,
})


def accounts(url: str, key: str) -> str:
    return f"""
providers:
  jina: {{dialect: openai, base_url: "{url}/v1", {key}}}
  voyage: {{dialect: openai, base_url: "{url}/voyage/v1", {key}, quirks: {{rerank: voyage}}}}
  openai: {{dialect: openai, preset: openai, base_url: "{url}/v1", {key}}}
  cohere: {{dialect: cohere, base_url: "{url}", {key}}}
  ollama: {{dialect: ollama, base_url: "{url}"}}
  bedrock: {{dialect: bedrock, base_url: "{url}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: canary-secret}}
  sim: {{dialect: sim}}
deployments:
  jina: {{provider: jina, model: jina-reranker-v2}}
  voyage: {{provider: voyage, model: rerank-2.5}}
  cohere: {{provider: cohere, model: rerank-v3.5}}
  bedrock-cohere: {{provider: bedrock, model: "cohere.rerank-v3-5:0"}}
  bedrock-amazon: {{provider: bedrock, model: "amazon.rerank-v1:0"}}
  openai: {{provider: openai, model: some-ranker}}
  ollama: {{provider: ollama, model: some-ranker}}
  embedder: {{provider: cohere, model: embed-v4.0}}
  sim: {{provider: sim, model: rerank}}
defaults:
  retry: {{attempts: 1}}
  breaker: off
"""


def gateway_of(handler: Handler = any_provider) -> AbstractContextManager[tuple[Gateway, FakeUpstream]]:
    return gateway_over(handler, accounts)


ON_WIRE = ("jina", "voyage", "cohere", "bedrock-cohere", "bedrock-amazon")


def rerank(gateway: Gateway, model: str, path: str = "/v1/rerank", **more: Any) -> Json:
    answer = ask(gateway, path, {"model": model, "query": "q", "documents": DOCUMENTS, **more})
    assert answer.status == 200, (model, answer)
    return answer.json()


def every_provider_ranks_best_first() -> None:
    with gateway_of() as (gateway, _):
        for model in ON_WIRE:
            for path in ("/v1/rerank", "/v2/rerank", "/rerank"):
                answer = rerank(gateway, model, path)
                assert [result["index"] for result in answer["results"]] == ORDER, (model, answer)
                assert [result["relevance_score"] for result in answer["results"]] == [0.5, 0.375, 0.25, 0.125]
                assert all("document" not in result for result in answer["results"])
                assert answer["id"].startswith("rr-") and answer["object"] == "rerank"
                counted = {"prompt_tokens": 9, "total_tokens": 9} if model in ("jina", "voyage") else None
                assert answer["usage"] == counted, (model, answer["usage"])


def the_best_are_returned_with_their_texts() -> None:
    with gateway_of() as (gateway, _):
        for model in ON_WIRE:
            answer = rerank(gateway, model, top_n=2, return_documents=True)
            assert [(result["index"], result["document"]["text"]) for result in answer["results"]] == [(1, "aaaa"), (3, "aaa")], model


def documents_may_be_objects() -> None:
    with gateway_of() as (gateway, upstream):
        answer = rerank(gateway, "cohere", documents=[{"text": "a"}, {"text": "bb", "title": "t"}], return_documents=True)
        assert [result["document"]["text"] for result in answer["results"]] == ["bb", "a"]
        assert upstream.requests[0].json()["documents"] == ["a", "bb"]


def requests_are_in_the_words_of_each_provider() -> None:
    with gateway_of() as (gateway, upstream):
        for model in ON_WIRE:
            rerank(gateway, model, top_n=2, max_tokens_per_doc=100)
        bodies = dict(zip(ON_WIRE, [request.json() for request in upstream.requests], strict=True))
    common = {"query": "q", "documents": DOCUMENTS}
    assert bodies["jina"] == {"model": "jina-reranker-v2", **common, "top_n": 2, "return_documents": False}
    assert bodies["voyage"] == {"model": "rerank-2.5", **common, "top_k": 2, "return_documents": False}
    assert bodies["cohere"] == {"model": "rerank-v3.5", **common, "top_n": 2, "max_tokens_per_doc": 100}
    assert bodies["bedrock-cohere"] == {**common, "top_n": 2, "api_version": 2}
    assert bodies["bedrock-amazon"] == {**common, "top_n": 2}


def what_cannot_rank_says_so() -> None:
    body = {"query": "q", "documents": DOCUMENTS}
    with gateway_of() as (gateway, upstream):
        for model in ("openai", "ollama"):
            answer = ask(gateway, "/v1/rerank", {"model": model, **body})
            assert answer.status == 400 and "has no ranking" in answer.error["message"], answer
        answer = ask(gateway, "/v1/rerank", {"model": "embedder", **body})
        assert answer.status == 404 and "POST /v1/embeddings" in answer.error["message"], answer
        assert upstream.requests == []


def bad_requests_say_what_is_wrong() -> None:
    good: Json = {"model": "jina", "query": "q", "documents": ["a"]}
    cases: list[tuple[Json, str]] = [
        ({**good, "model": None}, "model"),
        ({**good, "query": ""}, "query"),
        ({**good, "documents": []}, "documents"),
        ({**good, "documents": "a"}, "documents"),
        ({**good, "documents": ["a", 1]}, "documents[1]"),
        ({**good, "documents": [{"title": "t"}]}, "documents[0].text"),
        ({**good, "top_n": 0}, "top_n"),
    ]
    with gateway_of() as (gateway, _):
        for body, param in cases:
            answer = ask(gateway, "/v1/rerank", body)
            assert answer.status == 400 and answer.error["param"] == param, (body, answer)


def bad_answers_are_failures() -> None:
    answers: list[Any] = [
        {"results": [{"index": 4, "relevance_score": 1}]},
        {"results": [{"index": -1, "relevance_score": 1}]},
        {"results": [{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 1}]},
        {"results": [{"index": 0}]},
        {"results": []},
        {},
    ]
    state: Json = {}
    with gateway_of(lambda _: json_reply(state["answer"])) as (gateway, _):
        for each in answers:
            state["answer"] = each
            answer = ask(gateway, "/v1/rerank", {"model": "jina", "query": "q", "documents": DOCUMENTS})
            assert answer.status == 502, (each, answer)


def the_simulator_ranks_without_a_key() -> None:
    with Gateway() as gateway:
        documents = ["quarterly revenue grew", "a cat sat on the mat", "dogs bark"]
        answer = ask(gateway, "/v1/rerank", {"model": "sim/rerank", "query": "where did the cat sit on the mat", "documents": documents})
        assert answer.status == 200 and answer.json()["results"][0]["index"] == 1, answer


if __name__ == "__main__":
    sys.exit(
        run(
            every_provider_ranks_best_first,
            the_best_are_returned_with_their_texts,
            documents_may_be_objects,
            requests_are_in_the_words_of_each_provider,
            what_cannot_rank_says_so,
            bad_requests_say_what_is_wrong,
            bad_answers_are_failures,
            the_simulator_ranks_without_a_key,
        )
    )
