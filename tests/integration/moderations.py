"""POST /v1/moderations: OpenAI's shape, in the words of each provider that judges; refusals, failover, log."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import Any

from support import FakeUpstream, Gateway, Handler, access_line, ask, by_target, gateway_over, json_reply, run

from blackbox.fake_upstream import Reply, Request

Json = dict[str, Any]

# Of OpenAI's description of the API.
CATEGORIES = {
    "hate", "hate/threatening", "harassment", "harassment/threatening", "illicit", "illicit/violent", "self-harm", "self-harm/intent",
    "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
}  # fmt: skip
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


def bad(text: str) -> bool:
    return "bad" in text


def openai(request: Request) -> Reply:
    given = request.json()["input"]
    texts = [" ".join(part.get("text", "") for part in given)] if isinstance(given[0], dict) else given
    results = [
        {
            "flagged": bad(text),
            "categories": {name: bad(text) and name == "violence" for name in CATEGORIES},
            "category_scores": {name: 0.75 if bad(text) and name == "violence" else 0.0625 for name in CATEGORIES},
            "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
        }
        for text in texts
    ]
    return json_reply({"id": "modr-up", "model": "omni-moderation-2024-09-26", "results": results})


def mistral(request: Request) -> Reply:
    results = [
        {
            "categories": {"violence_and_threats": bad(text), "pii": False},
            "category_scores": {"violence_and_threats": 0.75 if bad(text) else 0.0625, "pii": 0.5},
        }
        for text in request.json()["input"]
    ]
    return json_reply({"id": "m-1", "model": "mistral-moderation", "results": results, "usage": {"prompt_tokens": 7, "total_tokens": 7}})


any_provider = by_target({"/v1/moderations": openai, "/mistral/v1/moderations": mistral})


def accounts(url: str, key: str) -> str:
    return f"""
providers:
  openai: {{preset: openai, base_url: "{url}/v1", {key}}}
  mistral: {{preset: mistral, base_url: "{url}/mistral/v1", {key}}}
  groq: {{preset: groq, base_url: "{url}/groq/v1", {key}}}
  anthropic: {{dialect: anthropic, base_url: "{url}", {key}}}
  google: {{dialect: google, base_url: "{url}", {key}}}
  cohere: {{dialect: cohere, base_url: "{url}", {key}}}
  sim: {{dialect: sim}}
deployments:
  openai: {{provider: openai, model: omni-moderation-latest}}
  mistral: {{provider: mistral, model: mistral-moderation-latest}}
  groq: {{provider: groq, model: some-judge}}
  anthropic: {{provider: anthropic, model: some-judge}}
  google: {{provider: google, model: some-judge}}
  cohere: {{provider: cohere, model: some-judge}}
  failing: {{provider: sim, model: "moderation:fail=100%"}}
  sim: {{provider: sim, model: moderation}}
  talker: {{provider: sim, model: chat}}
routes:
  omni-moderation-latest: {{candidates: [openai]}}
  safe: {{candidates: [failing, mistral]}}
defaults:
  retry: {{attempts: 2}}
  breaker: off
"""


def gateway_of(handler: Handler = any_provider) -> AbstractContextManager[tuple[Gateway, FakeUpstream]]:
    return gateway_over(handler, accounts)


def moderate(gateway: Gateway, model: str, given: Any, *lines: str) -> Json:
    answer = ask(gateway, "/v1/moderations", {"model": model, "input": given}, *lines)
    assert answer.status == 200, (model, answer)
    return answer.json()


def every_provider_gives_a_verdict_for_each_text() -> None:
    with gateway_of() as (gateway, _):
        for model in ("openai", "mistral"):
            answer = moderate(gateway, model, ["good", "bad"])
            assert answer["id"].startswith("modr-") and set(answer) == {"id", "model", "results"}, answer
            assert [result["flagged"] for result in answer["results"]] == [False, True], (model, answer)
            for result, score in zip(answer["results"], (0.0625, 0.75), strict=True):
                for member in ("categories", "category_scores", "category_applied_input_types"):
                    assert CATEGORIES <= set(result[member]), (model, member)
                assert result["category_scores"]["violence"] == score
                assert result["category_applied_input_types"]["violence"] == ["text"]
            assert moderate(gateway, model, "bad")["results"][0]["categories"]["violence"] is True


def what_a_provider_does_not_judge_by_is_marked() -> None:
    with gateway_of() as (gateway, _):
        result = moderate(gateway, "mistral", "good")["results"][0]
        assert result["category_applied_input_types"]["sexual/minors"] == [] and result["categories"]["sexual/minors"] is False
        assert result["category_scores"]["pii"] == 0.5


def parts_are_one_input() -> None:
    parts = [{"type": "text", "text": "so"}, {"type": "text", "text": "bad"}]
    with gateway_of() as (gateway, upstream):
        assert [result["flagged"] for result in moderate(gateway, "openai", [*parts, PICTURE])["results"]] == [True]
        assert upstream.requests[0].json() == {"model": "omni-moderation-latest", "input": [*parts, PICTURE]}
        answer = ask(gateway, "/v1/moderations", {"model": "mistral", "input": parts})
        assert answer.headers["x-breakwater-adapted"] == "input=mapped" and answer.json()["results"][0]["flagged"] is True
        assert upstream.requests[1].json()["input"] == ["so\nbad"]


def a_request_without_a_model_is_for_openais_own() -> None:
    with gateway_of() as (gateway, _):
        answer = ask(gateway, "/v1/moderations", {"input": "good"})
        assert answer.status == 200 and answer.headers["x-breakwater-route"] == "omni-moderation-latest", answer


def what_cannot_judge_says_so() -> None:
    with gateway_of() as (gateway, upstream):
        for model in ("groq", "anthropic", "google", "cohere"):
            answer = ask(gateway, "/v1/moderations", {"model": model, "input": "good"})
            assert answer.status == 400 and "has no moderation" in answer.error["message"], answer
        answer = ask(gateway, "/v1/moderations", {"model": "mistral", "input": [PICTURE]})
        assert answer.status == 400 and "not pictures" in answer.error["message"] and answer.error["param"] == "input", answer
        answer = ask(gateway, "/v1/moderations", {"model": "talker", "input": "good"})
        assert answer.status == 404 and "POST /v1/chat/completions" in answer.error["message"], answer
        answer = ask(gateway, "/v1/embeddings", {"model": "sim", "input": "good"})
        assert answer.status == 404 and "POST /v1/moderations" in answer.error["message"], answer
        assert upstream.requests == []


def bad_requests_say_what_is_wrong() -> None:
    cases: list[tuple[Any, str]] = [
        (None, "input"),
        ([], "input"),
        (7, "input"),
        (["a", 1], "input[1]"),
        ([{"type": "text"}], "input[0].text"),
        ([{"type": "sound"}], "input[0].type"),
        ([{"type": "image_url", "image_url": {"url": "ftp:x"}}], "input[0].image_url.url"),
        ([{"type": "image_url"}], "input[0].image_url"),
        ([{"type": "text", "text": "a"}, "b"], "input[1]"),
    ]
    with gateway_of() as (gateway, _):
        for given, param in cases:
            answer = ask(gateway, "/v1/moderations", {"model": "openai", "input": given})
            assert answer.status == 400 and answer.error["param"] == param, (given, answer)


def a_failing_provider_is_replaced_and_logged() -> None:
    with gateway_of() as (gateway, _):
        answer = ask(gateway, "/v1/moderations", {"model": "safe", "input": "bad"}, "X-Request-Id: mod-1")
        assert answer.status == 200 and answer.attempts == 2 and answer.headers["x-breakwater-provider"] == "mistral", answer
        line = access_line(gateway, "mod-1")
        assert line["path"] == "/v1/moderations" and line["tokens"]["in"] == 7 and line["ended"] == "complete", line


def bad_answers_are_failures() -> None:
    verdict = {"categories": {"hate": True}}
    answers: list[Any] = [{}, {"results": []}, {"results": [verdict, verdict]}, {"results": [{"flagged": True}]}, {"results": [7]}]
    state: Json = {}
    with gateway_of(lambda _: json_reply(state["answer"])) as (gateway, _):
        for each in answers:
            state["answer"] = each
            answer = ask(gateway, "/v1/moderations", {"model": "openai", "input": "good"})
            assert answer.status == 502, (each, answer)


def the_simulator_judges_without_a_key() -> None:
    with Gateway() as gateway:
        answer = moderate(gateway, "sim/moderation", ["good morning", "I hate you"])
        assert [result["categories"]["hate"] for result in answer["results"]] == [False, True], answer
        assert moderate(gateway, "sim/moderation", [PICTURE])["results"][0]["category_applied_input_types"]["hate"] == ["image"]


if __name__ == "__main__":
    sys.exit(
        run(
            every_provider_gives_a_verdict_for_each_text,
            what_a_provider_does_not_judge_by_is_marked,
            parts_are_one_input,
            a_request_without_a_model_is_for_openais_own,
            what_cannot_judge_says_so,
            bad_requests_say_what_is_wrong,
            a_failing_provider_is_replaced_and_logged,
            bad_answers_are_failures,
            the_simulator_judges_without_a_key,
        )
    )
