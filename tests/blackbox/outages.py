"""Providers that are in trouble for a time: one that sheds everything, and one that goes down and comes back."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from blackbox.fake_upstream import FakeUpstream, Handler, Reply, Request, json_reply


class Storm:
    """A handler that answers `status` for `seconds` from its first request on, and like `then` afterwards.

    `headers` go with each refusal. `began` is the time.monotonic() of the first request, 0 before it.
    """

    def __init__(self, seconds: float, then: Handler, *, status: int = 503, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self._seconds = seconds
        self._then = then
        error = {"message": "the storm goes on", "type": "server_error", "code": "overloaded"}
        self._refusal = json_reply({"error": error}, status, headers)
        self._lock = threading.Lock()
        self.began = 0.0
        self.refused = 0
        self.served = 0

    def over(self) -> bool:
        return bool(self.began) and time.monotonic() >= self.began + self._seconds

    def __call__(self, request: Request) -> Reply:
        with self._lock:
            self.began = self.began or request.at
            raging = request.at < self.began + self._seconds
            self.refused += raging
            self.served += not raging
        return self._refusal if raging else self._then(request)


@contextlib.contextmanager
def flapping(upstream: FakeUpstream, *, up: float, down: float) -> Iterator[None]:
    """While the block runs, `upstream` is up for `up` seconds, then down for `down`, and so on; at the end it is up."""
    leaving = threading.Event()

    def flap() -> None:
        while not leaving.wait(up):
            upstream.down()
            leaving.wait(down)
            upstream.up()

    thread = threading.Thread(target=flap, name="flapping", daemon=True)
    thread.start()
    try:
        yield
    finally:
        leaving.set()
        thread.join()


def calls_per_second(requests: list[Request], since: float, until: float) -> list[int]:
    """How many of `requests` arrived in each second from `since` to `until`, both of time.monotonic()."""
    counts = [0] * max(1, -int(-(until - since) // 1))
    for request in requests:
        if since <= request.at < until:
            counts[int(request.at - since)] += 1
    return counts
