"""What is asked of every proxy. The names of models are answers of the mock upstream (upstream/script.hpp)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    model: str
    unit: str = "request"  # what the processor time is divided by
    size: int = 1000  # bytes of the request's body
    connections: int = 64
    rate: float | None = None  # requests per second; without it as fast as it goes
    stream: bool = False
    # Milliseconds between the events of a stream. Each connection then has one stream, and the scenario ends with the last one:
    # no event that has cost something is left uncounted.
    pace: int | None = None
    translated: bool = False  # also from Anthropic's dialect to OpenAI's, by those who can
    peers: bool = False  # the other gateways take part
    direct: bool = False  # so does no proxy at all
    upstreams: bool = False  # what answers takes part, and no proxy
    quick: bool = False

    @property
    def reference(self) -> str:
        """The row that others are compared with, which is the same in every round."""
        return "bare epoll loop" if self.upstreams else "nginx"


SCENARIOS = [
    Scenario("json_1k", "JSON answers, 1 KB requests, saturated", "json", peers=True, quick=True),
    Scenario("json_10k", "JSON answers, 10 KB requests, saturated", "json", size=10_000, peers=True, quick=True),
    Scenario("json_100k", "JSON answers, 100 KB requests, saturated", "json", size=100_000, connections=16, peers=True, quick=True),
    Scenario("json_10m", "JSON answers, 10 MB requests, saturated", "json", size=10_000_000, connections=4),
    Scenario("json_rate", "JSON answers, 1 KB requests, 5,000 per second", "json", rate=5000, direct=True, quick=True),
    Scenario("json_rate_10k", "JSON answers, 10 KB requests, 5,000 per second", "json", size=10_000, rate=5000, direct=True),
    Scenario("json_rate_100k", "JSON answers, 100 KB requests, 1,000 per second", "json", size=100_000, connections=16, rate=1000,
             direct=True),
    Scenario("json_slow", "JSON answers, 1 KB requests, 50 per second", "json", connections=16, rate=50, peers=True, direct=True),
    Scenario("burst", "Streams of 200 events that the upstream writes at once, saturated", "burst-200", "event", connections=16,
             stream=True, translated=True, peers=True, quick=True),
    Scenario("paced_100", "100 streams, an event every 10 ms in each: 10,000 events per second", "paced-300-10", "event", connections=100,
             stream=True, pace=10, translated=True, peers=True, direct=True, quick=True),
    Scenario("paced_40", "40 streams, an event every 10 ms in each: 4,000 events per second", "paced-300-10", "event", connections=40,
             stream=True, pace=10, translated=True, peers=True, direct=True),
    Scenario("first_token", "Streams of 20 events, 20 streams started per second", "burst-20", "event", connections=16, rate=20,
             stream=True, translated=True, peers=True, direct=True),
    Scenario("simulator", "The simulator as an upstream, beside a bare epoll loop", "json", upstreams=True),
]  # fmt: skip
