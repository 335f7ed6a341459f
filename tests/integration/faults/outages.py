"""Providers that are down for a while: what the retry budget lets through today, and how soon service is back (rows 8, 49, 50)."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from scenario import Answer, FakeUpstream, Gateway, chat, config, eventually, failing, gateway_before, good, metric, run_together

from blackbox.outages import Storm, calls_per_second, flapping


def ask_for(gateway: Gateway, seconds: float, per_second: int) -> list[Answer]:
    """An open loop: requests are sent on time, whatever happens to those before."""
    start = time.monotonic()
    with ThreadPoolExecutor(32) as pool:
        asked = []
        for n in range(int(seconds * per_second)):
            time.sleep(max(0.0, start + n / per_second - time.monotonic()))
            asked.append(pool.submit(chat, gateway, stream=n % 2 == 1))
        return [each.result() for each in asked]


def a_storm_is_not_made_worse() -> None:
    """Retries are a fifth of the traffic at most, even without a breaker, and service is back with the provider."""
    storm = Storm(2.0, good)
    route = "retry: {attempts: 4, backoff_min: 5ms, backoff_max: 20ms, budget: 20%, budget_floor: 0/s}, breaker: off"
    with gateway_before(storm, route=route) as (gateway, upstream):
        answers = ask_for(gateway, 3.0, 60)
        during = [request for request in upstream.requests if request.at < storm.began + 2.0]
        failed = [answer for answer in answers if answer.status != 200]
        # Ten tokens may have been saved before; each request that failed was asked for once, and a fifth of them again.
        allowed = 1.2 * (len(failed) + 5) + 10
        assert len(failed) >= 50 and len(during) <= allowed, (len(failed), len(during), allowed)
        assert {(a.status, a.error["code"]) for a in failed} == {(503, "server_is_overloaded")}
        assert all(answer.status == 200 for answer in answers[-40:]), "service is not back with the provider"
        assert storm.served == len(answers) - len(failed), (storm.refused, storm.served)
        refused = 'breakwater_attempts_total{deployment="a",outcome="server_is_overloaded"}'
        eventually("each refusal is counted", lambda: metric(gateway, refused) == storm.refused)


def a_provider_that_goes_and_comes() -> None:
    """Whoever asks is served by the fallback meanwhile, and by the first candidate again when it is back."""
    with FakeUpstream(good) as a, FakeUpstream(good) as b:
        with Gateway(config({"a": a.url, "b": b.url}, route="retry: {budget_floor: 1000/s}, breaker: off")) as gateway:
            began = time.monotonic()
            with flapping(a, up=0.6, down=0.6):
                answers = ask_for(gateway, 2.4, 30)
            ended = time.monotonic()
            assert all(answer.status == 200 for answer in answers), [a.body for a in answers if a.status != 200][:1]
            served = {answer.headers["x-breakwater-deployment"] for answer in answers}
            assert served == {"a", "b"}, served
            again = chat(gateway)
            assert again.headers["x-breakwater-deployment"] == "a" and again.attempts == 1, again.headers
            assert sum(calls_per_second(a.requests, began, ended)) + sum(calls_per_second(b.requests, began, ended)) >= len(answers)


def all_down_says_the_first_cause() -> None:
    with gateway_before(failing(503), failing(500), route="retry: {attempts: 3, same: 0, backoff_min: 5ms}") as (gateway, a, b):
        for stream in (False, True):
            answer = chat(gateway, stream=stream)
            assert answer.status == 503 and answer.error["code"] == "server_is_overloaded", answer.body
            assert answer.headers["x-should-retry"] == "true" and answer.attempts == 3
        assert len(a.requests) + len(b.requests) == 6


if __name__ == "__main__":
    sys.exit(run_together(a_storm_is_not_made_worse, a_provider_that_goes_and_comes, all_down_says_the_first_cause))
