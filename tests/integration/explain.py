"""Why a request went where it did, and what it cost in time: the page of a request that has ended, and the plan of one to come."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from routing import ALL, LIMITED, gateway
from support import (
    Answer,
    Client,
    Gateway,
    access_line,
    chat,
    chat_body,
    clean_environment,
    eventually,
    failing,
    find_binary,
    gateway_before,
    get,
    good,
    metric,
    post,
    run,
)

from matrix import registry


def explained(g: Gateway, answer: Answer) -> dict[str, Any]:
    def find() -> Answer | None:
        page = get(g.admin, "/explain/" + answer.headers["x-request-id"])
        return page if page.status == 200 else None

    return eventually("the page of the request", find).json()


def explained_text(g: Gateway, answer: Answer, query: str = "", *lines: str) -> str:
    explained(g, answer)
    page = get(g.admin, f"/explain/{answer.headers['x-request-id']}{query}", *lines)
    assert page.headers["content-type"] == "text/plain; charset=utf-8", page.headers
    return page.body.decode()


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["deployment"] for entry in entries]


def a_choice_is_shown_whole() -> None:
    with gateway() as (g, _):
        answer = chat(g, ALL, model="cheap")
        page = explained(g, answer)
        decision = page["decision"]
        assert page["request"]["model"] == page["request"]["route"] == "cheap" and page["request"]["key"] == "all"
        assert page["outcome"]["status"] == 200 and page["outcome"]["deployment"] == "blind"
        assert (decision["prefer"], decision["why"], decision["near_equals"]) == ("cost", "best", 1), decision
        assert names(decision["kept"]) == ["blind", "small"] and decision["kept_count"] == 2
        blind, small = decision["kept"]
        assert blind["score"] == 1 < small["score"] and 0 < blind["cost_usd"] < small["cost_usd"], decision
        assert blind["available"] and small["quality"] == 40 and blind["in_flight"] == 0, decision
        assert decision["removed"] == [{"deployment": "large", "unmet": [{"constraint": "max.price_output", "why": "15 is above 5"}]}]
        assert decision["prompt_tokens"]["low"] <= decision["prompt_tokens"]["likely"] <= decision["prompt_tokens"]["high"]
        assert "Of 3 candidates 1 was removed: large: max.price_output (15 is above 5)." in page["summary"], page["summary"]
        assert "blind is the best by cost, and no other comes near it." in page["summary"], page["summary"]
        # The log has the same.
        line = access_line(g, answer.headers["x-request-id"])
        assert line["decision_trace"] == decision and line["decision"] == answer.headers["x-breakwater-decision"]


def a_plain_list_has_nothing_to_show() -> None:
    with gateway() as (g, _):
        page = explained(g, chat(g, ALL, model="listed"))
        assert page["decision"] is None and page["summary"][0].startswith("The route is a plain list"), page
        assert [a["outcome"] for a in page["attempts"]] == ["ok"]


def who_was_left_out_is_shown_of_a_refusal() -> None:
    with gateway() as (g, _):
        answer = chat(g, ALL, model="listed", route={"max": {"price_output": 0.01}, "tags": ["slow"]})
        page = explained(g, answer)
        assert page["outcome"]["status"] == answer.status == 422 and page["outcome"]["error"] == "constraint_unmet"
        assert page["decision"]["kept"] == [] and page["decision"]["removed_count"] == 3, page["decision"]
        assert page["attempts"] == [] and page["timers_ms"] is None
        unmet = page["decision"]["removed"][0]["unmet"]
        assert [each["constraint"] for each in unmet] == ["max.price_output", "tags"], unmet
        text = explained_text(g, answer, "?format=text")
        assert "removed  large: max.price_output (15 is above 0.01), tags (it is not tagged slow)" in text.splitlines(), text


def a_conversation_keeps_its_deployment() -> None:
    with gateway_before(good, good, route="prefer: cost") as (g, *_):
        for _ in range(3):
            answer = chat(g, "x-breakwater-session: one")
            own = answer.headers["x-breakwater-deployment"]
            decision = explained(g, answer)["decision"]
            assert (decision["why"], decision["near_equals"]) == ("conversation", 2), decision
            assert decision["affinity"] == {"outcome": "kept", "own": own}, decision
            header = f"prefer=cost; chosen={own}; why=conversation; affinity=kept; candidates=2; removed=0"
            assert answer.headers["x-breakwater-decision"] == header, answer.headers
        other = {"a": "b", "b": "a"}[own]
        answer = chat(g, "x-breakwater-session: one", provider={"order": [other]})
        page = explained(g, answer)
        assert page["decision"]["affinity"] == {"outcome": "overruled", "own": own}, page["decision"]
        assert f"The conversation's own deployment is {own}, which gave way to what the client named." in page["summary"], page["summary"]


def times_add_up() -> None:
    with gateway_before(failing(500), good, route="retry: {attempts: 4, backoff_min: 5ms}, timeouts: {total: 20s}") as (g, *_):
        answer = chat(g, stream=True)
        page = explained(g, answer)
        steps = ["receive", "read_and_route", "before_serving_attempt", "connect", "first_token", "rest_of_answer"]
        assert list(page["time_ms"])[:6] == steps, page["time_ms"]
        assert abs(sum(page["time_ms"][step] for step in steps) - page["time_ms"]["total"]) < 0.01, page["time_ms"]
        tried = [(a["deployment"], a["reason"], a["outcome"]) for a in page["attempts"]]
        assert tried == [("a", "first", "upstream_error"), ("a", "same", "upstream_error"), ("b", "failover", "ok")], tried
        assert page["attempts"][2]["at_ms"] == page["time_ms"]["before_serving_attempt"]
        timers = page["timers_ms"]
        assert (timers["deadline"], timers["deadline_of"], timers["total"]) == (20000, "route", 20000), timers
        left = [a["deadline_left_ms"] for a in page["attempts"]] + [timers["deadline_left"]]
        assert left == sorted(left, reverse=True) and 0 < left[-1] < left[0] < 20000, left
        assert any("a failed after" in words and "; b instead answered" in words for words in page["summary"]), page["summary"]

        hurried = explained(g, chat(g, "x-breakwater-timeout-ms: 3000"))["timers_ms"]
        assert (hurried["deadline"], hurried["deadline_of"], hurried["total"]) == (3000, "client", 20000), hurried


def a_failure_has_its_time_too() -> None:
    with gateway_before(failing(503), route="retry: {attempts: 1}") as (g, _):
        page = explained(g, chat(g))
        assert page["outcome"]["ended"] == "error" and list(page["time_ms"])[2] == "without_answer", page
        assert abs(sum(list(page["time_ms"].values())[:3]) - page["time_ms"]["total"]) < 0.01, page["time_ms"]


def what_became_of_a_hedge_is_said() -> None:
    def slow(request: Any) -> Any:
        return replace(good(request), head_after=0.4)

    hedging = "hedge: {after: 50ms, budget: 0%, budget_floor: "
    for route, outcome, attempts in ((hedging + "100/s}", "started", 2), (hedging + "0/s}", "no_budget", 1)):
        with gateway_before(slow, good, route=route) as (g, *_):
            page = explained(g, chat(g, stream=True))
            assert len(page["attempts"]) == attempts, page["attempts"]
            first = page["attempts"][0]
            assert (first["deployment"], first["late_after_ms"], first["hedge"]) == ("a", 50, outcome), page["attempts"]
    with gateway_before(good, route=hedging + "100/s}") as (g, _):
        first = explained(g, chat(g, stream=True))["attempts"][0]
        assert first["late_after_ms"] == 50 and "hedge" not in first, first


def a_retry_that_the_budget_withholds_is_told() -> None:
    """In the log, on the page in both forms, and by a counter; of what ends for another reason nothing is said, however empty the budget is."""
    spent = "retry: {attempts: %d, budget: 0%%, budget_floor: 0/s, backoff_min: 1ms}, breaker: off"
    series = 'breakwater_retries_withheld_total{route="r",reason="no_budget"}'
    with gateway_before(failing(503), good, route=spent % 3) as (g, a, b):
        for count, stream in enumerate((False, True), 1):
            answer = chat(g, stream=stream)
            assert answer.status == 503 and answer.error["code"] == "server_is_overloaded" and answer.attempts == 1, answer.body
            assert access_line(g, answer.headers["x-request-id"])["retry"] == "no_budget"
            page = explained(g, answer)
            assert page["outcome"]["retry"] == "no_budget", page["outcome"]
            words = [sentence for sentence in page["summary"] if "the retry budget of route r was spent (no_budget)" in sentence]
            assert len(words) == 1 and "raise `budget` or `budget_floor` of the route's `retry` policy" in words[0], page["summary"]
            assert words[0] in explained_text(g, answer, "?format=text").splitlines()
            assert metric(g, series) == count, metric(g, series)
        assert (len(a.requests), len(b.requests)) == (2, 0)

    def nothing_is_said_of_it(g: Gateway, status: int) -> None:
        answer = chat(g)
        assert answer.status == status, answer.body
        page = explained(g, answer)
        assert "retry" not in page["outcome"] and not any("budget" in sentence for sentence in page["summary"]), page
        assert "retry" not in access_line(g, answer.headers["x-request-id"])
        assert metric(g, series) is None, metric(g, series)

    for failure, status, attempts in ((failing(503), 503, 1), (failing(400), 400, 3), (failing(401), 502, 3)):
        with gateway_before(failure, route=spent % attempts) as (g, _):
            nothing_is_said_of_it(g, status)
    with gateway_before(failing(503), good, route="retry: {backoff_min: 1ms}") as (g, *_):
        nothing_is_said_of_it(g, 200)
    with gateway_before(failing(503), failing(500), route="retry: {attempts: 2, backoff_min: 1ms}, breaker: off") as (g, *_):
        nothing_is_said_of_it(g, 503)


def text_is_for_who_asks_for_it() -> None:
    with gateway() as (g, _):
        answer = chat(g, ALL, model="cheap")
        text = explained_text(g, answer, "?format=text")
        assert text == explained_text(g, answer, "", "Accept: text/plain")
        first, second = text.splitlines()[:2]
        assert first.startswith(answer.headers["x-request-id"]) and first.endswith("POST /v1/chat/completions"), text
        assert second == "model cheap, route cheap: 200, complete by blind", text
        for title in ("CANDIDATE", "removed  large: max.price_output (15 is above 5)", "TIME, MS", "TIMERS, MS"):
            assert f"\n{title}" in text, (title, text)
        for asked in (("?format=json", "Accept: text/plain"), ("", "Accept: application/json, text/plain"), ("",)):
            page = get(g.admin, f"/explain/{answer.headers['x-request-id']}{asked[0]}", *asked[1:])
            assert page.headers["content-type"] == "application/json" and page.json()["summary"], asked


def a_client_cannot_write_on_the_page() -> None:
    with gateway() as (g, _):
        answer = chat(g, ALL, model="cheap, \r\n", route={"tags": ["slow"]})
        text = explained_text(g, answer, "?format=text")
        assert text.splitlines()[1].startswith("model cheap, ??: 422, error"), text
        assert "\r" not in text, text


# --- the plan of a request that is not sent ----------------------------------------------------------------------------


def planned(g: Gateway, *lines: str, query: str = "", **request: Any) -> Answer:
    with Client(g.listen) as client:
        client.send(post(chat_body(**request), *lines, path="/v1/route" + query))
        return client.answer()


def a_plan_says_what_a_chat_would_do() -> None:
    with gateway() as (g, upstream):
        answer = planned(g, ALL, model="cheap", temperature=0.5, max_tokens=1000)
        assert answer.status == 200 and answer.headers["content-type"] == "application/json", answer.body
        plan = answer.json()
        assert (plan["object"], plan["model"], plan["route"], plan["plain_list"]) == ("route.plan", "cheap", "cheap", False), plan
        assert plan["decision"]["why"] == "best" and names(plan["decision"]["kept"]) == ["blind", "small"], plan
        assert plan["decision"]["removed"][0]["unmet"][0]["constraint"] == "max.price_output", plan
        assert names(plan["candidates"]) == ["blind", "small"] and plan["candidates"][0]["cost_usd"] < plan["candidates"][1]["cost_usd"]
        first, second = (candidate["upstream"] for candidate in plan["candidates"])
        assert (first["method"], first["target"]) == ("POST", "/chat/completions"), first
        assert {"authorization", "content-type"} <= set(first["headers"]), first
        assert "body" not in second and second["body_bytes"] > 0, second
        assert not upstream.requests, "nothing was sent"
        assert b"sk-canary" not in answer.body and b"Bearer" not in answer.body

        sent = chat(g, ALL, model="cheap", temperature=0.5, max_tokens=1000)
        assert sent.headers["x-breakwater-deployment"] == "blind"
        assert upstream.requests[-1].json() == first["body"], (upstream.requests[-1].json(), first["body"])
        assert upstream.requests[-1].target.endswith(first["target"])

        both = planned(g, ALL, query="?bodies=all", model="cheap").json()["candidates"]
        assert [candidate["upstream"]["body"]["model"] for candidate in both] == ["m-b", "m-s"], both


def a_plan_shows_long_messages_as_they_are_sent() -> None:
    long = [{"role": "user", "content": "word " * 2000}]
    with gateway() as (g, upstream):
        shown = planned(g, ALL, model="cheap", messages=long).json()["candidates"][0]["upstream"]
        assert chat(g, ALL, model="cheap", messages=long).status == 200
        sent = upstream.requests[-1]
        assert shown["body"] == sent.json() and shown["body"]["messages"] == long, sent.body
        assert shown["body_bytes"] == len(sent.body), (shown["body_bytes"], len(sent.body))


def a_plain_list_has_a_plan_too() -> None:
    with gateway() as (g, _):
        plan = planned(g, ALL, model="listed").json()
        assert plan["plain_list"] and names(plan["candidates"]) == ["large", "small", "blind"], plan
        assert (plan["decision"]["why"], plan["decision"]["removed"]) == ("listed", []), plan
        assert plan["candidates"][0]["upstream"]["body"]["model"] == "m-l", plan
        only = planned(g, ALL, model="listed", provider={"order": ["p-b"], "allow_fallbacks": False}).json()
        assert names(only["candidates"]) == ["blind"] and only["decision"]["alternatives"] is False, only


def a_plan_says_what_is_bent() -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    with gateway() as (g, _):
        candidates = planned(g, ALL, model="listed", tools=[tool]).json()["candidates"]
        assert candidates[2]["deployment"] == "blind" and candidates[2]["error"]["code"] == "unsupported_parameter", candidates
        assert "upstream" not in candidates[2] and candidates[0]["adapted"] == [], candidates
        # What nobody can take ends as the chat would.
        refused, sent = planned(g, ALL, model="blind", tools=[tool]), chat(g, ALL, model="blind", tools=[tool])
        assert (refused.status, refused.error) == (sent.status, sent.error) and refused.status == 400, (refused.body, sent.body)


def a_plan_fails_as_a_chat_does() -> None:
    cases: list[tuple[tuple[str, ...], dict[str, Any]]] = [
        ((ALL,), {"model": "nosuch"}),
        ((LIMITED,), {"model": "listed"}),
        ((ALL,), {"model": "listed", "route": {"max": {"price": 1}}}),
        ((ALL,), {"model": "listed", "route": {"max": {"price_output": 0.01}}}),
        ((ALL,), {"model": "listed", "temperature": "hot"}),
        ((), {"model": "listed"}),
    ]
    with gateway() as (g, upstream):
        for lines, request in cases:
            plan, answer = planned(g, *lines, **request), chat(g, *lines, **request)
            assert plan.status == answer.status >= 400 and plan.error == answer.error, (request, plan.body, answer.body)
        assert get(g.listen, "/v1/route", ALL).status == 405
        assert not upstream.requests


def long_bodies_are_left_out_of_plans() -> None:
    with gateway() as (g, _):
        long = [{"role": "user", "content": "word " * 300_000}]
        plan = planned(g, ALL, query="?bodies=all", model="listed", messages=long).json()
        assert [("body" in c["upstream"], c["upstream"]["body_bytes"] > 1_500_000) for c in plan["candidates"]] == [(False, True)] * 3
        longer = [{"role": "user", "content": "word " * 1_000_000}]
        plan = planned(g, ALL, model="listed", messages=longer).json()
        assert ["upstream" in c for c in plan["candidates"]] == [True, False, False], plan["candidates"]
        assert plan["candidates"][1]["left_out"], plan["candidates"]


DIALECTS = """version: 1
server: {listen: "127.0.0.1:0", admin: "127.0.0.1:0"}
providers:
  anthropic: {dialect: anthropic, api_key: sk-canary-1111}
  google: {dialect: google, api_key: sk-canary-2222, headers: {x-team: sk-canary-3333}}
  bedrock: {dialect: bedrock, region: eu-west-1, access_key_id: sk-canary-4444, secret_access_key: sk-canary-5555}
  responses: {dialect: openai.responses, api_key: sk-canary-6666}
  cohere: {dialect: cohere, api_keys: [sk-canary-7777, sk-canary-8888]}
  ollama: {dialect: ollama}
  openai: {dialect: openai, api_key: sk-canary-9999}
  vertex: {dialect: vertex, api_key: sk-canary-0000}
deployments:
  d-anthropic: {provider: anthropic, model: claude-sonnet-4-5}
  d-google: {provider: google, model: gemini-2.5-flash}
  d-bedrock: {provider: bedrock, model: amazon.nova-lite-v1:0}
  d-responses: {provider: responses, model: gpt-5-mini}
  d-cohere: {provider: cohere, model: command-a-03-2025}
  d-ollama: {provider: ollama, model: llama3.2}
  d-openai: {provider: openai, model: gpt-5-mini}
  d-vertex: {provider: vertex, model: gemini-2.5-flash}
routes:
  every: {candidates: [d-anthropic, d-google, d-bedrock, d-responses, d-cohere, d-ollama, d-openai, d-vertex]}
"""


def a_plan_holds_no_credential_of_any_dialect() -> None:
    missing = {*registry.dialects("provider")} - {"sim", *re.findall(r"dialect: ([a-z.]+)", DIALECTS)}
    assert not missing, f"add a provider and a deployment to DIALECTS for {sorted(missing)}"
    with Gateway(DIALECTS) as g:
        answer = planned(g, query="?bodies=all", model="every")
        credentials = {"d-anthropic": "x-api-key", "d-google": "x-goog-api-key", "d-vertex": "x-goog-api-key", "d-ollama": None}
        for candidate in answer.json()["candidates"]:
            upstream = candidate["upstream"]
            assert "Say hello" in str(upstream["body"]), candidate
            header = credentials.get(candidate["deployment"], "authorization")
            assert header is None or header in upstream["headers"], candidate
        assert len(answer.json()["candidates"]) == 8
        assert b"canary" not in answer.body and b"stand-in" not in answer.body, answer.body


# --- the same without a gateway ----------------------------------------------------------------------------------------


def explain(text: str, *arguments: str, request: str = "") -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "config.yaml")
        file.write_text(text)
        command = [str(find_binary()), "explain", "--config", str(file), *arguments]
        return subprocess.run(command, input=request, capture_output=True, text=True, timeout=60, env=clean_environment(None))


def the_command_says_the_same() -> None:
    request = json.dumps({"model": "every", "messages": [{"role": "user", "content": "Say hello"}], "stream": False})
    as_json = explain(DIALECTS, "--json", "--all-bodies", "-", request=request)
    assert as_json.returncode == 0, as_json.stderr
    with Gateway(DIALECTS) as g:
        assert json.loads(as_json.stdout) == planned(g, query="?bodies=all", model="every").json()
    as_text = explain(DIALECTS, "-", request=request)
    assert as_text.returncode == 0 and as_text.stdout.startswith("model every, route every\n"), as_text
    for words in ("The prompt has about ", "\nCANDIDATE ", "\nd-bedrock: model amazon.nova-lite-v1:0 of bedrock\n", '"text": "Say hello"'):
        assert words in as_text.stdout, as_text.stdout
    assert "canary" not in as_json.stdout + as_text.stdout


def the_command_asks_for_one_model() -> None:
    alone = explain(DIALECTS, "--model", "auto")
    assert alone.returncode == 0 and "candidates met the constraints" in alone.stdout, alone
    instead = explain(DIALECTS, "--json", "--model", "d-cohere", "-", request='{"model": "every", "messages": [{"role": "user", "content": "x"}]}')
    assert names(json.loads(instead.stdout)["candidates"]) == ["d-cohere"], instead


def the_command_says_what_is_wrong() -> None:
    assert explain(DIALECTS).returncode == 2
    bad = explain(DIALECTS.replace("routes:", "routs:"), "--model", "every")
    line = DIALECTS.splitlines().index("routes:") + 1
    assert bad.returncode == 78 and "routs" in bad.stderr and f":{line}:1: unknown key" in bad.stderr, bad
    for arguments, request, words in (
        (("--model", "evry"), "", "404 model_not_found"),
        (("-",), "{", "400 "),
        (("--model", "every", "-"), '{"messages": 1}', "400 "),
        (("-",), json.dumps({"model": "every", "messages": [{"role": "user", "content": "x"}], "route": {"only": ["x"]}}), "422 constraint_unmet"),
        (("nosuch.json",), "", "cannot read nosuch.json"),
    ):
        wrong = explain(DIALECTS, *arguments, request=request)
        assert wrong.returncode == 1 and words in wrong.stderr and not wrong.stdout, (arguments, wrong)


if __name__ == "__main__":
    sys.exit(
        run(
            a_choice_is_shown_whole,
            a_plain_list_has_nothing_to_show,
            who_was_left_out_is_shown_of_a_refusal,
            a_conversation_keeps_its_deployment,
            times_add_up,
            a_failure_has_its_time_too,
            what_became_of_a_hedge_is_said,
            a_retry_that_the_budget_withholds_is_told,
            text_is_for_who_asks_for_it,
            a_client_cannot_write_on_the_page,
            a_plan_says_what_a_chat_would_do,
            a_plan_shows_long_messages_as_they_are_sent,
            a_plain_list_has_a_plan_too,
            a_plan_says_what_is_bent,
            a_plan_fails_as_a_chat_does,
            long_bodies_are_left_out_of_plans,
            a_plan_holds_no_credential_of_any_dialect,
            the_command_says_the_same,
            the_command_asks_for_one_model,
            the_command_says_what_is_wrong,
        )
    )
