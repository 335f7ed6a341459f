"""The system under the gateway is strange: names that resolve late or not at all (row 3 of docs/faults.md), clocks that jump (row 48)."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from scenario import (
    ROLE,
    STOP,
    Client,
    FakeUpstream,
    Gateway,
    access_line,
    chat,
    chat_body,
    config,
    failing,
    good,
    metric,
    post,
    run_together,
    sse_reply,
    text,
)

from blackbox.strange_system import StrangeSystem


@contextmanager
def gateway_at(*names: str, route: str = "", server: str = "") -> Iterator[tuple[Gateway, FakeUpstream, StrangeSystem]]:
    """Its deployments `a`, `b` ... have one provider, known by these names."""
    with StrangeSystem() as system, FakeUpstream(good) as upstream:
        port = upstream.url.rsplit(":", 1)[1]
        urls = {"ab"[i]: f"http://{name}:{port}" for i, name in enumerate(names)}
        with Gateway(config(urls, route=route, server=server), env=system.env) as gateway:
            yield gateway, upstream, system


def a_name_that_is_unknown() -> None:
    for stream in (False, True):
        with gateway_at("api.gone.test", route="retry: {attempts: 1}") as (gateway, upstream, _):
            answer = chat(gateway, stream=stream)
            assert (answer.status, answer.error["code"]) == (502, "upstream_dns_failed"), answer.body
            assert not upstream.requests
        with gateway_at("api.gone.test", "api.good.test") as (gateway, _, _):
            answer = chat(gateway, "x-request-id: fallback", stream=stream)
            assert answer.status == 200 and answer.headers["x-breakwater-deployment"] == "b", answer.body
            assert access_line(gateway, "fallback")["attempts"][0]["outcome"] == "upstream_dns_failed"


def a_name_that_takes_long() -> None:
    """The connect timer covers the name; the other requests of the worker do not wait for it."""
    timers = "timeouts: {connect: 700ms}, retry: {attempts: 1}"
    with gateway_at("api.slow.test", route=timers) as (gateway, *_), ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(chat, gateway, stream=stream) for stream in (False, True)]
        time.sleep(0.1)
        assert chat(gateway, model="simulated").seconds < 0.4
        for each in waiting:
            answer = each.result()
            assert (answer.status, answer.error["code"]) == (504, "upstream_connect_timeout"), answer.body
            assert 0.65 < answer.seconds < 1.5, answer.seconds
    with gateway_at("api.slow.test", "api.good.test", route="timeouts: {connect: 300ms}") as (gateway, *_):
        answer = chat(gateway)
        assert answer.status == 200 and answer.headers["x-breakwater-deployment"] == "b" and answer.seconds < 1.5


def names_that_cease_to_resolve() -> None:
    """The last good address serves for five minutes, and for no longer."""
    with gateway_at("api.flaky.test", route="retry: {attempts: 1}, breaker: off") as (gateway, upstream, system):
        assert chat(gateway).status == 200
        for age, status in (40, 200), (200, 200), (400, 502):
            # A connection that has been idle for so long is not used again: the name is asked for.
            system.shift(wall=age, monotonic=age, names_work=False)
            answer = chat(gateway)
            assert answer.status == status, (age, answer.body)
        assert answer.error["code"] == "upstream_dns_failed" and len(upstream.requests) == 3


def a_clock_that_jumps() -> None:
    """The wall clock goes forth and back by an hour under a stream, a pause and a queue of timers: nothing ends, nothing is negative."""
    paced = lambda _: sse_reply([ROLE, *[text(f"{n} ") for n in range(20)], STOP, "[DONE]"], gap=0.1)
    limited = failing(429, "rate_limit_exceeded", [("retry-after", "30")])
    route = "retry: {attempts: 2}, timeouts: {gap: 5s, total: 20s}"
    with StrangeSystem() as system, FakeUpstream(limited) as a, FakeUpstream(paced) as b:
        with Gateway(config({"a": a.url, "b": b.url}, route=route), env=system.env) as gateway, Client(gateway.listen) as client:
            client.send(post(chat_body(stream=True), "x-request-id: jumping"))
            client.read_until(b"data:")
            stamps = []
            for jump in (3600, -3600, 0):
                system.shift(wall=jump)
                assert chat(gateway, f"x-request-id: at{jump}", model="simulated").status == 200
                line = access_line(gateway, f"at{jump}")
                assert all(0 <= spent < 5000 for spent in line["ms"].values()), line["ms"]
                stamps.append(datetime.fromisoformat(line["ts"]).timestamp() - time.time() - jump)
            assert all(abs(off) < 30 for off in stamps), ("the test moves the clock of the log", stamps)
            answer = client.answer()
            assert answer.status == 200 and answer.done(), answer.body[-200:]
            assert 1900 < access_line(gateway, "jumping")["ms"]["total"] < 8000
            assert 20 < metric(gateway, 'breakwater_cooling_seconds{deployment="a"}') <= 30, "a pause is as long as it was"
            assert len(a.requests) == 1


if __name__ == "__main__":
    sys.exit(run_together(a_name_that_is_unknown, a_name_that_takes_long, names_that_cease_to_resolve, a_clock_that_jumps))
