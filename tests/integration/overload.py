"""What keeps load from where it would be refused: limits read ahead, queues, and limits that adapt."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from support import (
    Client,
    FakeUpstream,
    Gateway,
    access_line,
    chat,
    chat_body,
    config,
    digest,
    eventually,
    failing,
    gateway_before,
    get,
    good,
    metric,
    post,
    run,
)


def telling(*headers: tuple[str, str]) -> Any:
    """A provider that answers, and says what is left of its limits."""

    def answer(request: Any) -> Any:
        reply = good(request)
        return replace(reply, headers=[*reply.headers, *headers])

    return answer


def none_left(reset: str) -> tuple[tuple[str, str], ...]:
    return ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", reset)


def deployment_of(answer: Any) -> str:
    assert answer.status == 200, answer.body
    return answer.headers["x-breakwater-deployment"]


def a_provider_without_requests_left_is_passed_over() -> None:
    for stream in (False, True):
        with gateway_before(telling(*none_left("4s")), good) as (gateway, a, b):
            assert [deployment_of(chat(gateway, stream=stream)) for _ in range(4)] == ["a", "b", "b", "b"]
            passed = chat(gateway, "x-request-id: passed-1", stream=stream)
            assert passed.attempts == 1
            assert access_line(gateway, "passed-1")["passed_over"] == [{"deployment": "a", "reason": "rate_limit_headers"}]
            page = get(gateway.admin, "/explain/passed-1").json()
            assert page["passed_over"] == access_line(gateway, "passed-1")["passed_over"], page
            assert "Passed over before: a (rate_limit_headers)." in page["summary"], page
            assert (len(a.requests), len(b.requests)) == (1, 4), "nothing was sent to be refused"
            eventually("it is asked again", lambda: deployment_of(chat(gateway, stream=stream)) == "a")
            assert a.requests[1].at - a.requests[0].at > 3.9, "not before its limit has reset"


def a_request_is_not_sent_where_its_tokens_do_not_fit() -> None:
    few = telling(("anthropic-ratelimit-tokens-remaining", "900"), ("anthropic-ratelimit-tokens-reset", "2099-01-01T00:00:00Z"))
    with gateway_before(few, good) as (gateway, *_):
        assert deployment_of(chat(gateway)) == "a"
        assert deployment_of(chat(gateway, messages=[{"role": "user", "content": "word " * 2000}])) == "b"
        assert deployment_of(chat(gateway)) == "a", "a short one still fits"


def the_only_provider_is_waited_for_when_that_fits() -> None:
    with gateway_before(telling(*none_left("1s"))) as (gateway, a):
        assert chat(gateway).seconds < 0.5
        assert 0.9 < chat(gateway).seconds < 3
        assert chat(gateway, "x-breakwater-timeout-ms: 500").status == 200, "rather than not at all it is asked"
        assert a.requests[2].at - a.requests[1].at < 0.9


def another_key_is_used_when_one_has_nothing_left() -> None:
    def by_key(request: Any) -> Any:
        return telling(*none_left("30s"))(request) if request.headers["authorization"].endswith("-a") else good(request)

    with FakeUpstream(by_key) as upstream:
        text = config({"a": upstream.url}).replace('api_key: "sk-canary-upstream-0001"', 'api_keys: ["sk-canary-a", "sk-canary-b"]')
        with Gateway(text) as gateway:
            assert all(chat(gateway).status == 200 for _ in range(5))
            used = "".join(request.headers["authorization"][-1] for request in upstream.requests)
            assert used == "abbbb", used


# --- queues -----------------------------------------------------------------------------------------------------------


def key_of(name: str) -> str:
    return f"Authorization: Bearer bw-{name}-key"


KEYS = "keys:\n" + "\n".join(f'  - {{name: {name}, sha256: "{digest(f"bw-{name}-key")}"}}' for name in ("heavy", "light", "third"))


@contextmanager
def queue_before(takes: float, queue: str, *, places: int = 1, keys: str = KEYS) -> Iterator[tuple[Gateway, FakeUpstream]]:
    """A route with a queue before a provider that answers in `takes` seconds, so many at a time."""

    def answer(request: Any) -> Any:
        return replace(good(request), head_after=takes)

    with FakeUpstream(answer) as upstream:
        text = config({"a": upstream.url}, keys=keys, route=f"queue: {queue}, retry: {{attempts: 1}}")
        with Gateway(text.replace("model: m-a}", f"model: m-a, limits: {{concurrency: {places}}}}}")) as gateway:
            yield gateway, upstream


def together(count: int, one: Any) -> list[Any]:
    with ThreadPoolExecutor(max(count, 1)) as pool:
        return list(pool.map(one, range(count)))


def requests_wait_for_a_place() -> None:
    with queue_before(0.2, "{size: 20, wait: 10s}", keys="") as (gateway, upstream):
        answers = together(6, lambda i: chat(gateway, f"x-request-id: wait-{i}", stream=i % 2 == 0))
        assert all(answer.status == 200 for answer in answers), [answer.status for answer in answers]
        times = sorted(request.at for request in upstream.requests)
        assert all(later - earlier > 0.19 for earlier, later in zip(times, times[1:], strict=False)), "one at a time"
        waited = sorted(access_line(gateway, f"wait-{i}")["ms"].get("queue", 0) for i in range(6))
        assert waited[0] == 0 and 800 < waited[-1] < 2500, waited
        last = max(range(6), key=lambda i: answers[i].seconds)
        page = get(gateway.admin, f"/explain/wait-{last}").json()
        assert page["time_ms"]["in_queue"] == waited[-1] and f"It waited {waited[-1]:.1f} ms for a place." in page["summary"], page
        stages = [dict(part.split(";dur=") for part in answer.headers["server-timing"].split(", ")) for answer in answers]
        assert sum("queue" in stage for stage in stages) == 5, stages
        assert metric(gateway, 'breakwater_queue_waiting{route="r"}') == 0
        assert chat(gateway).seconds < 0.6, "and nobody is left behind"


def places_go_to_keys_in_turn() -> None:
    with queue_before(0.1, "{size: 100, wait: 20s}") as (gateway, _):
        with ThreadPoolExecutor(40) as pool:
            heavy = [pool.submit(chat, gateway, key_of("heavy")) for _ in range(40)]
            eventually("they wait", lambda: metric(gateway, 'breakwater_queue_waiting{route="r"}') > 30)
            light = [chat(gateway, key_of("light")) for _ in range(5)]
            assert not all(each.done() for each in heavy), "the heavy key still waits"
            assert all(answer.status == 200 for answer in light)
            slowest = max(answer.seconds for answer in light)
            print(f"       a light key waits {slowest * 1000:.0f} ms at most beside 40 requests of another; one takes 100 ms")
            assert slowest < 0.6, slowest
            assert all(each.result().status == 200 for each in heavy)


def what_the_queue_cannot_take_is_refused_at_once() -> None:
    with queue_before(1.0, "{size: 4, wait: 20s}") as (gateway, _):
        with ThreadPoolExecutor(5) as pool:
            served = [pool.submit(chat, gateway, key_of("heavy")) for _ in range(5)]
            eventually("it is full", lambda: metric(gateway, 'breakwater_queue_waiting{route="r"}') == 4)
            refused = [chat(gateway, key_of("heavy")) for _ in range(20)]
            assert all(answer.status == 503 and answer.error["code"] == "queue_full" for answer in refused), refused[0].body
            assert all(1 <= int(answer.headers["retry-after"]) <= 60 and answer.headers["x-should-retry"] == "true" for answer in refused)
            seconds = sorted(answer.seconds for answer in refused)
            inside = sorted(access_line(gateway, answer.headers["x-request-id"])["ms"]["total"] for answer in refused)
            print(f"       refused in {inside[10]:.2f} ms; seen from outside in {seconds[10] * 1000:.1f} ms (medians of 20)")
            assert inside[10] < 5 and seconds[10] < 0.02, (inside, seconds)

            # Another key takes the last places of the one that has them all, up to its share.
            newcomers = ThreadPoolExecutor(2)
            others = [newcomers.submit(chat, gateway, key_of("light")) for _ in range(2)]
            eventually("two had to go", lambda: metric(gateway, 'breakwater_queue_refused_total{route="r",reason="share"}') == 2)
            over = chat(gateway, key_of("light"))
            assert over.status == 429 and over.error["code"] == "queue_share_exceeded", over.body
            ended = sorted(each.result().status for each in served)
            assert ended == [200, 200, 200, 429, 429], ended
            assert [each.result().status for each in others] == [200, 200]
            newcomers.shutdown()
        assert metric(gateway, 'breakwater_queue_refused_total{route="r",reason="full"}') == 20


def who_could_not_be_served_in_time_is_refused_at_once() -> None:
    with queue_before(0.3, "{size: 100, wait: 20s}") as (gateway, upstream):
        assert all(answer.status == 200 for answer in together(4, lambda _: chat(gateway, key_of("heavy"))))  # how fast it is
        with ThreadPoolExecutor(6) as pool:
            waiting = [pool.submit(chat, gateway, key_of("heavy")) for _ in range(6)]
            eventually("they wait", lambda: metric(gateway, 'breakwater_queue_waiting{route="r"}') >= 4)
            asked = len(upstream.requests)
            late = chat(gateway, key_of("heavy"), "x-breakwater-timeout-ms: 500")
            assert late.status == 503 and late.error["code"] == "queue_too_slow", late.body
            assert late.seconds < 0.1 and len(upstream.requests) <= asked + 1
            assert all(each.result().status == 200 for each in waiting)


def a_wait_has_an_end() -> None:
    with queue_before(1.5, "{size: 10, wait: 300ms}") as (gateway, upstream):
        answers = together(3, lambda _: chat(gateway, key_of("heavy")))
        late = [answer for answer in answers if answer.status == 503]
        assert len(late) == 2 and len(upstream.requests) == 1, [answer.status for answer in answers]
        assert all(answer.error["code"] == "queue_timeout" and 0.29 < answer.seconds < 1 for answer in late), late[0].body
        assert metric(gateway, 'breakwater_queue_refused_total{route="r",reason="timeout"}') == 2


def who_leaves_the_queue_makes_room() -> None:
    with queue_before(1.0, "{size: 1, wait: 20s}") as (gateway, upstream):
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(chat, gateway, key_of("heavy"))
            eventually("it is asked", lambda: len(upstream.requests) == 1)
            with Client(gateway.listen) as leaver:
                leaver.send(post(chat_body(), key_of("heavy")))
                eventually("it waits", lambda: metric(gateway, 'breakwater_queue_waiting{route="r"}') == 1)
            eventually("it has left", lambda: metric(gateway, 'breakwater_queue_waiting{route="r"}') == 0, timeout=0.5)
            assert chat(gateway, key_of("heavy")).status == 200
            assert first.result().status == 200 and len(upstream.requests) == 2, "nothing was sent for who had left"


def only_places_that_help_are_waited_for() -> None:
    """The other candidate has failed and is left alone: its places are free, and of no use."""
    slow = lambda request: replace(good(request), head_after=0.4)
    with FakeUpstream(slow) as a, FakeUpstream(failing(500)) as b:
        text = config({"a": a.url, "b": b.url}, route="queue: {size: 20, wait: 10s}")
        with Gateway(text.replace("model: m-a}", "model: m-a, limits: {concurrency: 1}}")) as gateway:
            while chat(gateway, model="b").error["code"] != "no_deployment_available":
                pass
            answers = together(4, lambda _: chat(gateway))
            assert [answer.status for answer in answers] == [200] * 4, [answer.body for answer in answers]
            assert max(answer.seconds for answer in answers) > 1.1, "one at a time"


def a_stop_ends_the_wait() -> None:
    with queue_before(5.0, "{size: 10, wait: 20s}", keys="") as (gateway, upstream):
        gateway.config_path.write_text(gateway.config_path.read_text().replace("workers: 1", "workers: 1, timeouts: {drain: 500ms}"))
        eventually("the new drain time is in force", lambda: get(gateway.admin, "/readyz").json()["config_generation"] == 2)
        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(chat, gateway) for _ in range(3)]
            eventually("two wait", lambda: metric(gateway, 'breakwater_queue_waiting{route="r"}') == 2)
            begun = time.monotonic()
            os.kill(gateway.pid, signal.SIGTERM)
            answers = [each.result() for each in asked]
            assert all(answer.status == 503 and answer.error["code"] == "server_shutting_down" for answer in answers), answers
            assert gateway.wait(3) == 0 and time.monotonic() - begun < 2.5 and len(upstream.requests) == 1


def a_reload_frees_who_waits() -> None:
    """Those who wait keep their places in the queue, and a higher limit holds for them as well."""
    with queue_before(3.0, "{size: 10, wait: 20s}", keys="") as (gateway, upstream):
        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(chat, gateway) for _ in range(3)]
            eventually("two wait", lambda: metric(gateway, 'breakwater_queue_waiting{route="r"}') == 2)
            content = gateway.config_path.read_text()
            gateway.config_path.write_text(content.replace("concurrency: 1", "concurrency: 3").replace("queue: {size: 10, wait: 20s}", "queue: off"))
            eventually("nobody waits", lambda: len(upstream.requests) == 3, timeout=2.5)
            assert all(each.result().status == 200 for each in asked)
        assert metric(gateway, 'breakwater_attempts_in_flight{deployment="a"}') == 0


def a_queue_serves_all_workers() -> None:
    with FakeUpstream(lambda request: replace(good(request), head_after=0.05)) as upstream:
        text = config({"a": upstream.url}, route="queue: {size: 100, wait: 20s}, retry: {attempts: 1}").replace("workers: 1", "workers: 4")
        with Gateway(text.replace("model: m-a}", "model: m-a, limits: {concurrency: 2}}")) as gateway:
            answers = together(40, lambda _: chat(gateway))
            assert all(answer.status == 200 for answer in answers), [answer.status for answer in answers]
            assert metric(gateway, 'breakwater_attempts_in_flight{deployment="a"}') == 0
            assert metric(gateway, 'breakwater_queue_waiting{route="r"}') == 0


def without_a_queue_nobody_waits() -> None:
    with queue_before(0.5, "off", keys="") as (gateway, _):
        statuses = sorted(answer.status for answer in together(3, lambda _: chat(gateway)))
        assert statuses == [200, 503, 503], statuses


def a_limit_adapts_to_what_a_server_takes() -> None:
    lock, running, most = threading.Lock(), [0], [0]

    def crowded(request: Any) -> Any:
        """Takes 4 at a time: more of them share it."""
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
            takes = 0.06 * max(1.0, running[0] / 4)
        time.sleep(takes)
        with lock:
            running[0] -= 1
        return good(request)

    with FakeUpstream(crowded) as upstream:
        text = config({"a": upstream.url}, route="queue: {size: 100, wait: 20s}, retry: {attempts: 1}")
        limits = "limits: {concurrency: adaptive, concurrency_min: 2, concurrency_max: 40}"
        with Gateway(text.replace("model: m-a}", f"model: m-a, {limits}}}")) as gateway:
            def limit() -> float:
                return metric(gateway, 'breakwater_concurrency_limit{deployment="a"}') or 0

            assert limit() == 20
            assert all(chat(gateway, stream=True).status == 200 for _ in range(10)), "how long it takes without a queue"
            with ThreadPoolExecutor(30) as pool:
                answers = list(pool.map(lambda _: chat(gateway, stream=True), range(700)))
            assert all(answer.status == 200 for answer in answers)
            print(f"       a server that takes 4 at a time: from 20 to {limit():.0f}, most at a time {most[0]}")
            assert 3 <= limit() <= 13, limit()


# --- outliers ---------------------------------------------------------------------------------------------------------


def an_unsteady_provider_is_asked_after_its_peers() -> None:
    asked = [0]

    def moody(request: Any) -> Any:
        asked[0] += 1
        return replace(good(request), head_after=1.0 if asked[0] % 8 == 0 else 0.02)

    def steady(request: Any) -> Any:
        return replace(good(request), head_after=0.02)

    with gateway_before(moody, steady, route="prefer: weighted, outliers: {aside: 20s}") as (gateway, a, b):
        def burst(count: int) -> list[Any]:
            with ThreadPoolExecutor(20) as pool:
                return list(pool.map(lambda _: chat(gateway, stream=True), range(count)))

        burst(200)
        eventually("it is put aside", lambda: deployment_of(chat(gateway, stream=True)) == "b" and len(b.requests) > 50)
        before = len(a.requests)
        answers = burst(100)
        assert len(a.requests) - before <= 2, len(a.requests) - before
        assert max(answer.seconds for answer in answers) < 0.9


if __name__ == "__main__":
    sys.exit(
        run(
            a_provider_without_requests_left_is_passed_over,
            a_request_is_not_sent_where_its_tokens_do_not_fit,
            the_only_provider_is_waited_for_when_that_fits,
            another_key_is_used_when_one_has_nothing_left,
            requests_wait_for_a_place,
            places_go_to_keys_in_turn,
            what_the_queue_cannot_take_is_refused_at_once,
            who_could_not_be_served_in_time_is_refused_at_once,
            a_wait_has_an_end,
            who_leaves_the_queue_makes_room,
            only_places_that_help_are_waited_for,
            a_stop_ends_the_wait,
            a_reload_frees_who_waits,
            a_queue_serves_all_workers,
            without_a_queue_nobody_waits,
            a_limit_adapts_to_what_a_server_takes,
            an_unsteady_provider_is_asked_after_its_peers,
        )
    )
