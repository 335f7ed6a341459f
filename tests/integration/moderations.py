"""POST /v1/moderations: OpenAI's shape, in the words of each provider that judges; refusals, failover, log."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

from support import Client, FakeUpstream, Gateway, Handler, access_line, ask, by_target, eventually, gateway_over, json_reply, post, run

from blackbox import sigv4
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


def guardrail(request: Request) -> Reply:
    """ApplyGuardrail of a guardrail with filters of content, one topic, and a search for addresses of mail."""
    parts = request.json()["content"]
    said = " ".join(part["text"]["text"] for part in parts if "text" in part)
    violent = bad(said)
    filters = [
        {"type": name, "confidence": "HIGH" if violent and name == "VIOLENCE" else "NONE", "filterStrength": "HIGH",
         "action": "BLOCKED" if violent and name == "VIOLENCE" else "NONE", "detected": violent and name == "VIOLENCE"}
        for name in ("VIOLENCE", "PROMPT_ATTACK", "MISCONDUCT", "HATE", "SEXUAL", "INSULTS")
    ]  # fmt: skip
    mail = [{"type": "EMAIL", "match": "a@b.c", "action": "ANONYMIZED", "detected": True}] if "@" in said else []
    intervened = violent or bool(mail)
    return json_reply({
        "usage": {"contentPolicyUnits": 1, "topicPolicyUnits": 1},
        "action": "GUARDRAIL_INTERVENED" if intervened else "NONE",
        "outputs": [{"text": "Sorry."}] if intervened else [],
        "assessments": [
            {
                "contentPolicy": {"filters": filters},
                "topicPolicy": {"topics": [{"name": "Tax advice", "type": "DENY", "action": "NONE", "detected": False}]},
                "sensitiveInformationPolicy": {"piiEntities": mail, "regexes": []},
            }
        ],
    })


DRAFT = "/guardrail/gr7abc/version/DRAFT/apply"
NUMBERED = "/guardrail/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aguardrail%2Fgr7abc/version/3/apply"
SECRET = "canary/secret+key0001"

any_provider = by_target({
    "/v1/moderations": openai,
    "/mistral/v1/moderations": mistral,
    DRAFT: guardrail,
    NUMBERED: guardrail,
})


def accounts(url: str, key: str) -> str:
    return f"""
providers:
  openai: {{preset: openai, base_url: "{url}/v1", {key}}}
  mistral: {{preset: mistral, base_url: "{url}/mistral/v1", {key}}}
  groq: {{preset: groq, base_url: "{url}/groq/v1", {key}}}
  anthropic: {{dialect: anthropic, base_url: "{url}", {key}}}
  google: {{dialect: google, base_url: "{url}", {key}}}
  cohere: {{dialect: cohere, base_url: "{url}", {key}}}
  bedrock: {{dialect: bedrock, base_url: "{url}", region: us-east-1, access_key_id: AKIDEXAMPLE, secret_access_key: "{SECRET}"}}
  sim: {{dialect: sim}}
deployments:
  openai: {{provider: openai, model: omni-moderation-latest}}
  mistral: {{provider: mistral, model: mistral-moderation-latest}}
  groq: {{provider: groq, model: some-judge}}
  anthropic: {{provider: anthropic, model: some-judge}}
  google: {{provider: google, model: some-judge}}
  cohere: {{provider: cohere, model: some-judge}}
  guarded: {{provider: bedrock, model: gr7abc}}
  guarded-3: {{provider: bedrock, model: "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr7abc:3", like: bedrock/guardrail}}
  no-guardrail: {{provider: bedrock, model: some-judge}}
  failing: {{provider: sim, model: "moderation:fail=100%"}}
  sim: {{provider: sim, model: moderation}}
  talker: {{provider: sim, model: chat}}
routes:
  omni-moderation-latest: {{candidates: [openai]}}
  safe: {{candidates: [failing, mistral]}}
  guarded-safely: {{candidates: [failing, guarded]}}
  either: {{candidates: [openai, guarded]}}
  breaking: {{candidates: [openai, guarded], breaker: {{consecutive: 1, probe_after: 60s}}, retry: {{attempts: 2, budget: 100%}}}}
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


def a_guardrail_gives_a_verdict_for_each_text() -> None:
    texts = ["good", "bad", "fine", "mail a@b.c", "so bad", "good"]
    with gateway_of() as (gateway, upstream):
        for model, target in (("guarded", DRAFT), ("guarded-3", NUMBERED)):
            before = len(upstream.requests)
            answer = moderate(gateway, model, texts)
            assert answer["id"].startswith("modr-") and set(answer) == {"id", "model", "results"}, answer
            assert [result["flagged"] for result in answer["results"]] == [False, True, False, True, True, False], answer
            calls = upstream.requests[before:]
            assert [call.target for call in calls] == [target] * len(texts), "a call for each text"
            assert sorted(call.json()["content"][0]["text"]["text"] for call in calls) == sorted(texts)
            assert all(sigv4.complaint(call, SECRET) == "" for call in calls)
        first, second, _, fourth, *_ = answer["results"]
        for member in ("categories", "category_scores", "category_applied_input_types"):
            assert CATEGORIES | {"prompt_attack", "topic/Tax advice"} <= set(first[member]), first[member]
        assert second["categories"]["violence"] is True and second["category_scores"]["violence"] == 1
        assert first["category_applied_input_types"]["violence"] == ["text"] and first["category_applied_input_types"]["self-harm"] == []
        assert fourth["categories"]["pii/email"] is True and "pii/email" not in first["categories"]
        assert moderate(gateway, "guarded", "bad")["results"][0]["categories"]["violence"] is True


def a_guardrail_judges_parts_and_pictures_together() -> None:
    parts = [{"type": "text", "text": "so"}, {"type": "text", "text": "bad"}, PICTURE]
    with gateway_of() as (gateway, upstream):
        [result] = moderate(gateway, "guarded", parts)["results"]
        assert result["flagged"] is True and result["category_applied_input_types"]["violence"] == ["text", "image"], result
        assert result["category_applied_input_types"]["topic/Tax advice"] == ["text"], result
        assert upstream.requests[0].json() == {
            "source": "INPUT",
            "outputScope": "FULL",
            "content": [{"text": {"text": "so"}}, {"text": {"text": "bad"}}, {"image": {"format": "png", "source": {"bytes": "AAAA"}}}],
        }
        for url, why in (("https://example.com/a.png", "nothing is read from an address"), ("data:image/gif;base64,AAAA", "PNG or JPEG")):
            answer = ask(gateway, "/v1/moderations", {"model": "guarded", "input": [{"type": "image_url", "image_url": {"url": url}}]})
            assert answer.status == 400 and why in answer.error["message"], answer
            assert answer.error["param"] == "input[0].image_url.url", answer
        assert len(upstream.requests) == 1


def no_more_than_four_calls_go_to_a_guardrail_at_once() -> None:
    body = json.dumps({"model": "guarded", "input": [f"text {i}" for i in range(10)]}).encode()
    with gateway_of(lambda _: Reply(head_after=30)) as (gateway, upstream):
        with Client(gateway.listen) as client:
            client.send(post(body, path="/v1/moderations"))
            upstream.wait_for_request(4)
        for request in upstream.requests:
            assert request.peer_gone.wait(5), "a call went on after the client had gone"
        assert len(upstream.requests) == 4, len(upstream.requests)


def a_guardrail_that_fails_is_said_in_bedrocks_table() -> None:
    failures = {
        404: ("ResourceNotFoundException", "The guardrail does not exist."),
        429: ("ThrottlingException", "Too many requests, please wait before trying again."),
        403: ("AccessDeniedException", "User is not authorized to perform: bedrock:ApplyGuardrail"),
        400: ("ValidationException", "Guardrail was enabled but input is too long."),
    }
    for status, (name, words) in failures.items():
        reply = json_reply({"message": words}, status, [("x-amzn-errortype", name)])
        with gateway_of(lambda _, reply=reply: reply) as (gateway, _):
            answer = ask(gateway, "/v1/moderations", {"model": "guarded", "input": ["good", "bad"]})
            assert answer.status >= 400 and answer.error["metadata"]["status"] == status, answer
            assert answer.error["metadata"]["type"] == name and SECRET not in answer.body.decode(), answer


def one_text_that_fails_fails_them_all_unless_another_answers() -> None:
    def shaky(request: Request) -> Reply:
        if "bad" in request.body.decode() and request.target == DRAFT:
            return json_reply({"message": "down"}, 500, [("x-amzn-errortype", "InternalServerException")])
        return any_provider(request)

    with gateway_of(shaky) as (gateway, _):
        answer = ask(gateway, "/v1/moderations", {"model": "guarded", "input": ["good", "bad", "good"]})
        assert answer.status == 502 and "results" not in answer.json(), answer
        # The smallest number of inputs that a candidate takes counts.
        answer = ask(gateway, "/v1/moderations", {"model": "either", "input": ["good", "bad"]})
        assert answer.status == 200 and answer.headers["x-breakwater-deployment"] == "openai", answer
        assert [result["flagged"] for result in answer.json()["results"]] == [False, True], answer


def who_judges_the_first_text_judges_them_all() -> None:
    refused: list[Request] = []

    def busy_once(request: Request) -> Reply:
        if request.target != DRAFT and not refused:
            refused.append(request)
            return json_reply({"error": {"message": "busy"}}, 503)
        return any_provider(request)

    with gateway_of(busy_once) as (gateway, upstream):
        answer = ask(gateway, "/v1/moderations", {"model": "either", "input": ["good", "bad", "good", "bad"]})
        assert answer.status == 200 and answer.json()["model"] == "gr7abc", answer
        assert [result["flagged"] for result in answer.json()["results"]] == [False, True, False, True], answer
        assert [request.target == DRAFT for request in upstream.requests] == [False, True, True, True, True], upstream.requests


def the_rest_of_a_list_may_end_at_once() -> None:
    """The model that has judged the first text is not to be asked any more when its turn comes for the second."""
    crowd = 20
    all_there, judged = threading.Event(), threading.Event()
    waiting: list[Request] = []

    def handler(request: Request) -> Reply:
        if request.target == DRAFT:
            return any_provider(request)
        if b"slow" in request.body:
            judged.wait(10)
            return any_provider(request)
        waiting.append(request)
        if len(waiting) == crowd:
            all_there.set()
        all_there.wait(10)
        return json_reply({"error": {"message": "down"}}, 503)

    with gateway_of(handler) as (gateway, upstream), ThreadPoolExecutor(crowd + 1) as pool:
        listed = pool.submit(ask, gateway, "/v1/moderations", {"model": "breaking", "input": ["slow", "good"]})
        eventually("the first text is being judged", lambda: upstream.requests)
        others = [pool.submit(ask, gateway, "/v1/moderations", {"model": "breaking", "input": "bad"}) for _ in range(crowd)]
        assert {other.result().status for other in others} == {200}, "the guardrail answers them"
        judged.set()
        answer = listed.result()
        # One in ten is let through where all circuits are open.
        assert answer.status in (200, 502, 503), answer
        assert moderate(gateway, "guarded", "good"), "and the gateway goes on"


def a_guardrail_takes_over_and_costs_nobody_knows_what() -> None:
    with gateway_of() as (gateway, _):
        answer = ask(gateway, "/v1/moderations", {"model": "guarded-safely", "input": "bad"}, "X-Request-Id: guard-1")
        assert answer.status == 200 and answer.headers["x-breakwater-provider"] == "bedrock", answer
        assert answer.json()["model"] == "gr7abc", answer
        line = access_line(gateway, "guard-1")
        assert line["path"] == "/v1/moderations" and line["ended"] == "complete", line
        assert line.get("cost_usd") is None, line


def a_request_without_a_model_is_for_openais_own() -> None:
    with gateway_of() as (gateway, _):
        answer = ask(gateway, "/v1/moderations", {"input": "good"})
        assert answer.status == 200 and answer.headers["x-breakwater-route"] == "omni-moderation-latest", answer


def what_cannot_judge_says_so() -> None:
    with gateway_of() as (gateway, upstream):
        for model in ("groq", "anthropic", "google", "cohere"):
            answer = ask(gateway, "/v1/moderations", {"model": model, "input": "good"})
            assert answer.status == 400 and "has no moderation" in answer.error["message"], answer
        answer = ask(gateway, "/v1/moderations", {"model": "no-guardrail", "input": "good"})
        assert answer.status == 400 and "is no guardrail" in answer.error["message"] and answer.error["param"] == "model", answer
        answer = ask(gateway, "/v1/chat/completions", {"model": "guarded-3", "messages": [{"role": "user", "content": "hi"}]})
        assert answer.status == 404 and "POST /v1/moderations" in answer.error["message"], answer
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
            a_guardrail_gives_a_verdict_for_each_text,
            a_guardrail_judges_parts_and_pictures_together,
            no_more_than_four_calls_go_to_a_guardrail_at_once,
            a_guardrail_that_fails_is_said_in_bedrocks_table,
            one_text_that_fails_fails_them_all_unless_another_answers,
            who_judges_the_first_text_judges_them_all,
            the_rest_of_a_list_may_end_at_once,
            a_guardrail_takes_over_and_costs_nobody_knows_what,
            a_request_without_a_model_is_for_openais_own,
            what_cannot_judge_says_so,
            bad_requests_say_what_is_wrong,
            a_failing_provider_is_replaced_and_logged,
            bad_answers_are_failures,
            the_simulator_judges_without_a_key,
        )
    )
