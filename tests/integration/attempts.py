"""The attempt engine over time: hedged tails, storms of errors, a provider that goes and comes back, and what is said of them."""

from __future__ import annotations

import sys
import threading
import time
from datetime import datetime
from itertools import pairwise
from typing import Any

from scenarios import SLOW, Moody, Switched, at_rate, many, quantile
from support import Gateway, chat, eventually, failing, gateway_before, get, good, log_lines, metric, run

def hedges(gateway: Gateway) -> int:
    return int(sum(metric(gateway, f'breakwater_hedges_total{{route="r",result="{result}"}}') or 0 for result in ("won", "lost", "failed")))


HEDGED = "hedge: {after: p95, budget: 5.5%}"


def tail_is_cut(providers: int) -> None:
    moody = [Moody(1, seed) for seed in range(providers)]
    with gateway_before(*moody, route=HEDGED) as (gateway, *_):
        many(gateway, 200, 25)  # what it learns from
        asked = sum(m.asked for m in moody)
        # A hedge that was outrun before the provider had read it is counted and paid for like the others, though nobody saw it there.
        hedged = eventually("each is counted", lambda: hedges(gateway) >= asked - 200 and hedges(gateway))
        answers = many(gateway, 1000, 25)
        assert all(answer.status == 200 and answer.done() for answer in answers)
        extra = sum(m.asked for m in moody) - asked - len(answers)
        p50, p99 = quantile(answers, 0.5), quantile(answers, 0.99)
        print(f"       {providers} provider(s): p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, {extra} more calls for {len(answers)}")
        counted = eventually("each is counted", lambda: hedges(gateway) - hedged >= extra and hedges(gateway) - hedged)
        assert counted <= 0.06 * len(answers), counted
        # The second attempt starts when the first is late and takes as long as any: twice the median, and some scheduling.
        assert p99 <= 3 * p50 < SLOW / 2, (p50, p99)
        assert metric(gateway, 'breakwater_hedges_total{route="r",result="won"}') > 0


def hedging_cuts_the_tail_of_one_provider() -> None:
    tail_is_cut(1)


def hedging_cuts_the_tail_of_two_providers() -> None:
    tail_is_cut(2)


def nothing_is_hedged_when_everything_is_slow() -> None:
    moody = Moody(0)
    with gateway_before(moody, route=HEDGED) as (gateway, _):
        many(gateway, 200, 25)
        hedged = hedges(gateway)
        moody.slow_of_twenty = 20
        answers = many(gateway, 1200, 100)
        assert all(answer.status == 200 for answer in answers)
        extra = hedges(gateway) - hedged
        print(f"       {extra} more calls for {len(answers)}")
        assert extra < 0.01 * len(answers), extra


def nothing_is_hedged_unless_asked_for() -> None:
    moody = Moody(1)
    with gateway_before(moody) as (gateway, _):
        assert len(many(gateway, 200, 25)) == moody.asked


def a_loser_is_ended_at_once() -> None:
    slow = Moody(20)
    with gateway_before(slow, good, route="hedge: {after: 150ms, budget: 100%, budget_floor: 100/s}") as (gateway, first, _):
        answer = chat(gateway, stream=True)
        assert answer.done() and answer.attempts == 2 and answer.headers["x-breakwater-deployment"] == "b"
        assert answer.seconds < 0.6, answer.seconds
        assert first.requests[0].peer_gone.wait(0.5)
        explained = get(gateway.admin, "/explain/" + answer.headers["x-request-id"]).json()
        ended = [(a["deployment"], a["reason"], a["outcome"]) for a in explained["attempts"]]
        assert ended == [("a", "first", "outrun"), ("b", "hedge", "ok")], ended
        assert explained["attempts"][1]["at_ms"] >= 149, explained


def a_storm_is_not_made_worse() -> None:
    provider = Switched(up=False)
    with gateway_before(provider, route="breaker: {probe_after: 1s}") as (gateway, _):
        answers = at_rate(gateway, 100, 4)
        refused = [answer for _, answer in answers if answer.error["code"] == "no_deployment_available"]
        assert all(answer.status in (502, 503) for _, answer in answers)
        assert len(provider.asked) <= 1.2 * len(answers) + 10 * 4
        print(f"       {len(provider.asked)} upstream calls for {len(answers)} requests, {len(refused)} refused at once")
        assert len(refused) > 0.8 * len(answers)
        assert all(answer.attempts == 0 and 1 <= int(answer.headers["retry-after"]) <= 60 for answer in refused)
        assert all(answer.headers["x-should-retry"] == "true" for answer in refused)
        assert sorted(answer.seconds for answer in refused)[len(refused) // 2] < 0.05
        assert "overloaded" in refused[0].error["message"], refused[0].error
        assert metric(gateway, 'breakwater_circuits_open{deployment="a"}') == 1

        provider.up = True
        later = at_rate(gateway, 50, 4)
        first_good = next(i for i, (_, answer) in enumerate(later) if answer.status == 200)
        assert later[first_good][0] - later[0][0] < 2.0
        # Requests that were under way when the circuit closed may still have been refused.
        assert all(answer.status == 200 for _, answer in later[first_good + 16 :]), "a second dip"
        assert metric(gateway, 'breakwater_circuits_open{deployment="a"}') == 0
        assert metric(gateway, 'breakwater_circuit_opened_total{deployment="a"}') == 1


def a_provider_that_comes_back_is_found() -> None:
    primary = Switched()
    with gateway_before(primary, good, route="breaker: {probe_after: 2s}") as (gateway, *_):
        assert chat(gateway).headers["x-breakwater-deployment"] == "a"
        primary.up = False
        down_at = time.monotonic()
        answers = [answer for _, answer in at_rate(gateway, 40, 5)]
        assert all(answer.status == 200 for answer in answers), "the fallback serves"
        asked = [at - down_at for at in primary.asked if at > down_at]
        late = [at for at in asked if at > 1]
        assert len(asked) - len(late) <= 12 and len(late) <= 4, asked
        assert all(later - earlier >= 1 for earlier, later in zip(late, late[1:], strict=False)), late

        primary.up = True
        up_at = time.monotonic()
        while chat(gateway).headers["x-breakwater-deployment"] != "a":
            assert time.monotonic() - up_at < 10
            time.sleep(0.02)
        served = [answer.headers["x-breakwater-deployment"] for _, answer in at_rate(gateway, 40, 2)]
        assert {"a", "b"} == set(served), "it gets its share back step by step"


def probe_times(gateway: Gateway) -> list[float]:
    """When open circuits were tried, by the log: a line is stamped when its request came."""
    probes = ((line, attempt) for line in log_lines(gateway) for attempt in line.get("attempts", ()) if attempt.get("probe"))
    return sorted(datetime.fromisoformat(line["ts"]).timestamp() + attempt["at_ms"] / 1000 for line, attempt in probes)


def a_provider_that_flaps_is_left_to_its_fallback() -> None:
    primary = Switched()
    with gateway_before(primary, good, route="breaker: {probe_after: 1s}") as (gateway, *_):
        in_vain = 0
        for turn in range(6):  # down for a second and a half, up for a half
            primary.up = turn % 2 == 1
            before = len(primary.asked)
            answers = [answer for _, answer in at_rate(gateway, 30, 0.5 if primary.up else 1.5)]
            assert all(answer.status == 200 for answer in answers), "the fallback serves"
            in_vain += 0 if primary.up else len(primary.asked) - before
        probes = probe_times(gateway)
        print(f"       asked {len(primary.asked)} times while it flapped, {in_vain} of them in vain; {len(probes)} probes")
        assert probes and all(later - earlier > 0.95 for earlier, later in pairwise(probes)), probes
        assert in_vain <= 40, in_vain


def a_half_broken_provider_still_serves() -> None:
    lock, asked = threading.Lock(), [0]

    def every_second(request: Any) -> Any:
        with lock:
            asked[0] += 1
            fails = asked[0] % 2 == 1
        return failing(503, "overloaded")(request) if fails else good(request)

    with gateway_before(every_second, route="retry: {attempts: 1}") as (gateway, _):
        answers = [chat(gateway) for _ in range(100)]
        served = sum(answer.status == 200 for answer in answers)
        assert served > 35, served


def a_pause_that_one_request_was_told_holds_for_all() -> None:
    limited = failing(429, "rate_limit_exceeded", [("retry-after", "30")])
    with gateway_before(limited, good) as (gateway, a, b):
        assert [chat(gateway).attempts for _ in range(5)] == [2, 1, 1, 1, 1]
        assert (len(a.requests), len(b.requests)) == (1, 5)
        assert 25 < metric(gateway, 'breakwater_cooling_seconds{deployment="a"}') <= 30


def a_credential_that_is_refused_is_asked_last() -> None:
    with gateway_before(failing(401, "invalid_api_key"), good) as (gateway, a, b):
        assert [chat(gateway).attempts for _ in range(5)] == [2, 1, 1, 1, 1]
        assert (len(a.requests), len(b.requests)) == (1, 5)


def a_request_is_explained() -> None:
    with gateway_before(failing(500), good, route="retry: {attempts: 4, backoff_min: 5ms}") as (gateway, *_):
        answer = chat(gateway)
        explained = get(gateway.admin, "/explain/" + answer.headers["x-request-id"])
        assert explained.status == 200
        attempts = [(a["deployment"], a["reason"], a["outcome"]) for a in explained.json()["attempts"]]
        assert attempts == [("a", "first", "upstream_error"), ("a", "same", "upstream_error"), ("b", "failover", "ok")], attempts
        assert get(gateway.admin, "/explain/req_of_nobody").status == 404
        assert get(gateway.listen, "/explain/" + answer.headers["x-request-id"]).status == 404, "for operators only"


if __name__ == "__main__":
    sys.exit(
        run(
            hedging_cuts_the_tail_of_one_provider,
            hedging_cuts_the_tail_of_two_providers,
            nothing_is_hedged_when_everything_is_slow,
            nothing_is_hedged_unless_asked_for,
            a_loser_is_ended_at_once,
            a_storm_is_not_made_worse,
            a_provider_that_comes_back_is_found,
            a_provider_that_flaps_is_left_to_its_fallback,
            a_half_broken_provider_still_serves,
            a_pause_that_one_request_was_told_holds_for_all,
            a_credential_that_is_refused_is_asked_last,
            a_request_is_explained,
        )
    )
