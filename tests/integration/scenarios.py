"""Providers with moods and clients with plans: what the tests of routing and attempts, and the plots of docs/routing.md, are made of."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from support import Answer, Gateway, chat, failing, good

FAST, SLOW = 0.1, 1.2


class Moody:
    """A provider whose answers take `fast`, and `slow` for so many of each twenty, nobody knows which; counts what it was asked."""

    def __init__(self, slow_of_twenty: int, seed: int = 1, fast: float = FAST, slow: float = SLOW) -> None:
        self.slow_of_twenty = slow_of_twenty
        self.fast = fast
        self.slow = slow
        self.asked = 0
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._slow: set[int] = set()

    def __call__(self, request: Any) -> Any:
        with self._lock:
            if self.asked % 20 == 0:
                self._slow = set(self._random.sample(range(20), self.slow_of_twenty))
            slow = self.asked % 20 in self._slow
            self.asked += 1
        return replace(good(request), head_after=self.slow if slow else self.fast)


class Switched:
    """A provider that works while `up` is set, and answers 503 otherwise; remembers when it was asked."""

    def __init__(self, up: bool = True) -> None:
        self.up = up
        self.asked: list[float] = []

    def __call__(self, request: Any) -> Any:
        self.asked.append(time.monotonic())
        return good(request) if self.up else failing(503, "overloaded")(request)


def many(gateway: Gateway, count: int, at_once: int, stream: bool = True) -> list[Answer]:
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda _: chat(gateway, stream=stream), range(count)))


def at_rate(gateway: Gateway, per_second: float, seconds: float) -> list[tuple[float, Answer]]:
    """Requests at fixed times, whatever the answers do; each with when it was sent."""
    start = time.monotonic()

    def one(index: int) -> tuple[float, Answer]:
        due = start + index / per_second
        time.sleep(max(0.0, due - time.monotonic()))
        return time.monotonic(), chat(gateway)

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(int(per_second * seconds))))


def quantile(answers: list[Answer], share: float) -> float:
    seconds = sorted(answer.seconds for answer in answers)
    return seconds[min(int(len(seconds) * share), len(seconds) - 1)]


def turn(gateway: Gateway, conversations: Iterable[str]) -> dict[str, str]:
    """One more question in each conversation: the deployment that answered it."""

    def one(name: str) -> tuple[str, str]:
        answer = chat(gateway, f"x-breakwater-session: {name}")
        assert answer.status == 200, (name, answer.status, answer.body)
        return name, answer.headers["x-breakwater-deployment"]

    with ThreadPoolExecutor(4) as pool:
        return dict(pool.map(one, conversations))
