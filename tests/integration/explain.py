"""Why a request went where it did, and what it cost in time: the page of a request that has ended."""

from __future__ import annotations

import sys
from typing import Any

from routing import ALL, gateway
from support import Answer, Gateway, access_line, chat, eventually, failing, gateway_before, get, good, run


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
    from dataclasses import replace

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
            text_is_for_who_asks_for_it,
            a_client_cannot_write_on_the_page,
        )
    )
