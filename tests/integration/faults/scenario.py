"""One fault, met in every way: asked for a whole answer and for a stream, with nobody else to ask and with a fallback.

Each of the four ways has providers and deployments of its own in one gateway, so that they can run at the same time and none of
them sees what the gateway has learned from another.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import (  # noqa: E402, F401
    ROLE,
    STOP,
    UPSTREAM_KEY,
    Answer,
    Client,
    Ending,
    FakeUpstream,
    Framing,
    Gateway,
    Handler,
    Reply,
    access_line,
    ask,
    black_hole,
    chat,
    chat_body,
    closed_port,
    completion,
    config,
    eventually,
    failing,
    gateway_before,
    get,
    good,
    json_reply,
    metric,
    post,
    sse_reply,
    text,
)

ATTEMPTS = 3
BACKOFF_MIN = 0.2
RETRY = f"attempts: {ATTEMPTS}, same: 1, backoff_min: {BACKOFF_MIN * 1000:.0f}ms, backoff_max: 1s, budget_floor: 1000/s"
JITTER = 0.75  # a pause may be a quarter shorter
AT_ONCE = 0.7  # how late a retry may be on a busy machine
EARLY = 0.05  # how much sooner than it was sent after the first a retry may seem to come, because the first was read late


class Retries(Enum):
    """How often the broken deployment is asked: by a request that has no other, and before a fallback is asked."""

    NEVER = (1, 0)  # nobody else is asked either
    ELSEWHERE_ONLY = (1, 1)  # another moment does not help here
    LATER = (ATTEMPTS, 1)  # after a pause
    AT_ONCE = (ATTEMPTS, 2)  # once more without a pause, then after one

    @property
    def alone(self) -> int:
        return self.value[0]

    @property
    def before_fallback(self) -> int:
        return self.value[1]

    def pauses(self) -> list[float]:
        """The shortest pauses between the attempts of a request that has no other deployment."""
        doubling = [BACKOFF_MIN * 2**n * JITTER for n in range(ATTEMPTS - 1)]
        if self is Retries.LATER:
            return doubling
        return [0.0, *doubling[1:]] if self is Retries.AT_ONCE else []


@dataclass(frozen=True)
class Fails:
    """The attempt fails before the commit point: a fallback serves, and without one there is an error with this status."""

    status: int
    code: str
    retries: Retries
    should_retry: bool = True
    retry_after_ms: int | None = None  # of the client's header; each pause is at least as long
    provider_status: int | None = None  # what the error says about the provider's answer


@dataclass(frozen=True)
class Breaks:
    """The answer fails after the commit point: an error in the stream, and nobody else is asked."""

    code: str
    text: str = "Hello"


Expected = Fails | Breaks


@dataclass(frozen=True)
class Way:
    stream: bool
    fallback: bool

    @property
    def name(self) -> str:
        return f"{'stream' if self.stream else 'whole'}-{'fallback' if self.fallback else 'alone'}"


WHOLE = [Way(False, False), Way(False, True)]
STREAMS = [Way(True, False), Way(True, True)]
WAYS = WHOLE + STREAMS


def four_ways(broken_url: str, good_url: str, *, timeouts: str = "", provider: str = "", retry: str = "", server: str = "") -> str:
    """The configuration: for each way a deployment of its own for the fault, one for the fallback, and a route of its name."""
    extra = f", {provider}" if provider else ""
    lines = ["version: 1", f'server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", workers: 1{", " if server else ""}{server}}}', "providers:"]
    for way in WAYS:
        lines.append(f'  p-{way.name}: {{dialect: openai, base_url: "{broken_url}/v1", api_key: "{UPSTREAM_KEY}"{extra}}}')
        lines.append(f'  q-{way.name}: {{dialect: openai, base_url: "{good_url}/v1", api_key: "{UPSTREAM_KEY}"}}')
    lines.append("deployments:")
    for way in WAYS:
        lines.append(f"  broken-{way.name}: {{provider: p-{way.name}, model: broken-{way.name}}}")
        lines.append(f"  good-{way.name}: {{provider: q-{way.name}, model: good-{way.name}}}")
    lines.append("routes:")
    for way in WAYS:
        candidates = f"broken-{way.name}, good-{way.name}" if way.fallback else f"broken-{way.name}"
        lines.append(f"  {way.name}: {{candidates: [{candidates}], retry: {{{retry or RETRY}}}, timeouts: {{{timeouts}}}, breaker: off}}")
    return "\n".join(lines) + "\n"


def meet(
    fault: Handler | str,
    expected: Expected,
    ways: Sequence[Way] = WAYS,
    *,
    look: Callable[[Answer, Way], None] = lambda answer, way: None,
    **options: str,
) -> None:
    """Meets `fault` (a handler, or the URL of something worse) in each of the ways, and checks all that can be seen of it.

    `look` is for what only this fault has to show.
    """
    with ExitStack() as stack:
        broken = stack.enter_context(FakeUpstream(fault)) if callable(fault) else None
        fallback = stack.enter_context(FakeUpstream(good))
        url = broken.url if broken else str(fault)
        gateway = stack.enter_context(Gateway(four_ways(url, fallback.url, **options)))
        with ThreadPoolExecutor(len(ways)) as pool:
            answers = list(pool.map(lambda way: chat(gateway, f"x-request-id: {way.name}", model=way.name, stream=way.stream), ways))
        for way, answer in zip(ways, answers, strict=True):
            calls = Calls(gateway, way, broken, fallback)
            try:
                check(expected, way, answer, calls)
                look(answer, way)
            except AssertionError as error:
                raise AssertionError(f"{way.name}: {error}; status {answer.status}, {answer.headers}, {answer.body[:600]!r}") from error


class Calls:
    """What the gateway did for one way, by its upstreams, its log and its metrics."""

    def __init__(self, gateway: Gateway, way: Way, broken: FakeUpstream | None, fallback: FakeUpstream) -> None:
        self.line = access_line(gateway, way.name)
        self.outcomes = [attempt["outcome"] for attempt in self.line["attempts"]]
        self.broken_times = arrivals(broken, f"broken-{way.name}") if broken else None
        self.fallback_times = arrivals(fallback, f"good-{way.name}")
        self._gateway = gateway
        self._way = way

    def expect(self, broken: int, fallback: int, outcome: str) -> None:
        """So many calls, seen alike by the upstreams, the log and the metrics."""
        assert self.broken_times is None or len(self.broken_times) == broken, f"{len(self.broken_times)} calls, not {broken}"
        assert len(self.fallback_times) == fallback, f"{len(self.fallback_times)} calls of the fallback, not {fallback}"
        assert self.outcomes == [outcome] * broken + ["ok"] * fallback, self.outcomes
        names = [attempt["deployment"] for attempt in self.line["attempts"]]
        assert names == [f"broken-{self._way.name}"] * broken + [f"good-{self._way.name}"] * fallback, names
        assert self._attempts("broken", outcome) == broken
        assert self._attempts("good", "ok") == (fallback or None)
        in_flight = f'breakwater_attempts_in_flight{{deployment="broken-{self._way.name}"}}'
        eventually("no attempt is counted as running", lambda: not metric(self._gateway, in_flight))

    def expect_request(self, status: int, ended: str, served: str) -> None:
        assert (self.line["status"], self.line["ended"]) == (status, ended), self.line
        assert self.line["stream"] is self._way.stream and self.line["route"] == self._way.name
        labels = f'route="{self._way.name}",deployment="{served}",status="{status}",ended="{ended}",stream="{str(self._way.stream).lower()}"'
        assert metric(self._gateway, f"breakwater_requests_total{{{labels}}}") == 1, labels

    def expect_pauses(self, least: Sequence[float]) -> None:
        if self.broken_times is None:
            return
        taken = [later - earlier for earlier, later in zip(self.broken_times, self.broken_times[1:])]
        assert len(taken) == len(least), (taken, least)
        assert all(pause >= shortest - EARLY for pause, shortest in zip(taken, least)), (taken, least)
        assert all(pause <= shortest / JITTER + AT_ONCE for pause, shortest in zip(taken, least)), (taken, least)

    def _attempts(self, which: str, outcome: str) -> float | None:
        return metric(self._gateway, f'breakwater_attempts_total{{deployment="{which}-{self._way.name}",outcome="{outcome}"}}')


def arrivals(upstream: FakeUpstream, model: str) -> list[float]:
    return [request.at for request in upstream.requests if request.json()["model"] == model]


def check(expected: Expected, way: Way, answer: Answer, calls: Calls) -> None:
    assert answer.complete and answer.headers["x-request-id"] == way.name and answer.headers["x-breakwater-route"] == way.name
    if isinstance(expected, Breaks):
        check_broken_stream(expected, way, answer, calls)
    elif way.fallback and expected.retries is not Retries.NEVER:
        check_served(expected, way, answer, calls)
    else:
        check_error(expected, way, answer, calls)


def check_served(expected: Fails, way: Way, answer: Answer, calls: Calls) -> None:
    before = expected.retries.before_fallback
    assert answer.status == 200 and answer.attempts == before + 1
    assert answer.headers["x-breakwater-deployment"] == f"good-{way.name}"
    expect_hello_world(answer, way.stream)
    calls.expect(before, 1, expected.code)
    calls.expect_request(200, "complete", f"good-{way.name}")
    assert "error" not in calls.line and calls.line["deployment"] == f"good-{way.name}", calls.line


def check_error(expected: Fails, way: Way, answer: Answer, calls: Calls) -> None:
    tries = expected.retries.alone
    assert answer.status == expected.status and answer.attempts == tries
    assert answer.headers["content-type"] == "application/json"
    error = answer.error
    assert error["code"] == expected.code and error["message"] and error["type"], error
    assert error["retryable"] is expected.should_retry
    assert answer.headers["x-should-retry"] == str(expected.should_retry).lower()
    check_retry_after(expected, answer)
    if expected.provider_status:
        assert error["metadata"]["status"] == expected.provider_status
    calls.expect(tries, 0, expected.code)
    pauses = expected.retries.pauses()
    if expected.retry_after_ms:
        pauses = [expected.retry_after_ms / 1000] * len(pauses)
    calls.expect_pauses(pauses)
    calls.expect_request(expected.status, "error", "")
    assert calls.line["error"] == expected.code and calls.line["error_message"], calls.line


def check_retry_after(expected: Fails, answer: Answer) -> None:
    if expected.retry_after_ms is None:
        assert "retry-after" not in answer.headers and "retry-after-ms" not in answer.headers
        return
    assert answer.headers.get("retry-after-ms") == str(expected.retry_after_ms)
    assert answer.headers.get("retry-after") == str(-(-expected.retry_after_ms // 1000))


def check_broken_stream(expected: Breaks, way: Way, answer: Answer, calls: Calls) -> None:
    assert answer.status == 200 and answer.attempts == 1 and answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text() == expected.text and answer.stream_error()["code"] == expected.code
    expect_no_end(answer)
    calls.expect(1, 0, expected.code)
    calls.expect_request(200, "error_in_stream", f"broken-{way.name}")
    assert calls.line["error"] == expected.code and "finish" not in calls.line, calls.line


def expect_no_end(answer: Answer) -> None:
    """The stream does not look complete: neither a finish reason nor an end mark."""
    assert not answer.done()
    choices = [event["choices"][0] for event in answer.events() if isinstance(event, dict) and event.get("choices")]
    assert not any(choice["finish_reason"] for choice in choices)


def expect_hello_world(answer: Answer, stream: bool) -> None:
    if not stream:
        assert answer.json()["choices"][0]["message"]["content"] == "Hello world"
        return
    assert answer.text() == "Hello world" and answer.done()
    deltas = [event["choices"][0]["delta"] for event in answer.events() if isinstance(event, dict)]
    assert sum("role" in delta for delta in deltas) == 1, "the role of a failed attempt came through"


def run_together(*tests: Callable[[], None]) -> int:
    """Like `run`, for tests that mostly wait: some of them at a time."""
    chosen = [test for test in tests if not sys.argv[1:] or any(word in test.__name__ for word in sys.argv[1:])]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(verdict, chosen))
    print(f"{outcomes.count(True)} passed, {outcomes.count(False)} failed")
    return 0 if all(outcomes) else 1


def verdict(test: Callable[[], None]) -> bool:
    start = time.monotonic()
    try:
        test()
        passed = True
    except Exception:
        traceback.print_exc()
        passed = False
    print(f"{'ok    ' if passed else 'FAILED'} {test.__name__} ({time.monotonic() - start:.2f} s)", flush=True)
    return passed
