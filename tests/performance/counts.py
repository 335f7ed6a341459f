"""What one request and one event cost in instructions, memory asked for and system calls: two runs of different length, and their difference.

That cancels the start, the first request and the end. One connection, so that nothing depends on what comes together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from performance import callgrind, client, syscalls
from performance.encrypted import encrypted
from performance.subjects import Subject


@dataclass(frozen=True)
class Case:
    name: str
    unit: str  # "request" or "event"
    short: tuple[str, int]  # model of the mock upstream, and how many requests
    long: tuple[str, int]
    units: int  # by which the two differ
    size: int = 0  # bytes of the body
    stream: bool = False
    translated: bool = False
    upstream_tls: bool = False
    client_tls: bool = False


# An event that comes by itself is a read and a write of its own.
PACED = Case("paced", "event", ("paced-100-10", 1), ("paced-400-10", 1), 300, stream=True)
BURST = Case("burst", "event", ("burst-100", 10), ("burst-500", 10), 4000, stream=True)
BURST_TRANSLATED = replace(BURST, name="burst_translated", translated=True)

INSTRUCTIONS = [
    Case("json_1k", "request", ("json", 50), ("json", 250), 200, size=1000),
    Case("json_10k", "request", ("json", 50), ("json", 250), 200, size=10_000),
    Case("json_100k", "request", ("json", 50), ("json", 150), 100, size=100_000),
    Case("json_10k_translated", "request", ("json", 50), ("json", 250), 200, size=10_000, translated=True),
    BURST,
    BURST_TRANSLATED,
]
SYSTEM_CALLS = [
    Case("json_1k", "request", ("json", 100), ("json", 600), 500, size=1000),
    Case("json_10k", "request", ("json", 100), ("json", 600), 500, size=10_000),
    PACED,
    # Over TLS only calls are counted: OpenSSL chooses its ciphers' code by the processor. No whole answers to clients: a proxy that
    # looks once more before it waits for the next request finds it there or not, as the client is quick, which is a call or two.
    Case("json_1k_upstream_tls", "request", ("json", 100), ("json", 600), 500, size=1000, upstream_tls=True),
    replace(PACED, name="paced_upstream_tls", upstream_tls=True),
    replace(PACED, name="paced_client_tls", client_tls=True),
]
# In the steady state of a stream nobody asks for memory: not for an event that comes by itself, after which buffers are given back,
# and not for one of many that come together.
ALLOCATIONS = [PACED, replace(PACED, name="paced_translated", translated=True), BURST, BURST_TRANSLATED]
# A thread that is woken for every request or event shows here. The log's thread calls some 20 times a second by itself, so that events
# are to come more quickly than that.
FUTEX_CALLS = [
    Case("json_1k", "request", ("json", 100), ("json", 600), 500, size=1000),
    Case("paced", "event", ("paced-100-2", 1), ("paced-600-2", 1), 500, stream=True),
]


def can(subject: Subject, case: Case) -> bool:
    """Whether it does what the case is about."""
    return (subject.translates or not case.translated) and (subject.speaks_tls or not (case.upstream_tls or case.client_tls))


def load_of(subject: Subject, case: Case, run: tuple[str, int]):
    model, requests = run
    body = client.chat_body(subject.model(model, translated=case.translated), stream=case.stream, size=case.size)
    headers = subject.headers(translated=case.translated)
    port = int(subject.url(stream=case.stream).split(":")[2].split("/")[0])

    def load() -> None:
        with client.Client(port, authority=subject.authority()) as connection:
            for _ in range(requests):
                connection.post(body, *headers)

    return load


def difference(subject: Subject, case: Case, folder: Path, count) -> float:
    with encrypted(subject, folder, upstream=case.upstream_tls, clients=case.client_tls):
        counted = [count(subject, load_of(subject, case, run), folder) for run in (case.short, case.long)]
    return (counted[1] - counted[0]) / case.units


def instructions(subject: Subject, case: Case, folder: Path) -> float:
    return difference(subject, case, folder, callgrind.instructions)


def allocations(subject: Subject, case: Case, folder: Path) -> float:
    return difference(subject, case, folder, callgrind.allocations)


def system_calls(subject: Subject, case: Case, folder: Path) -> float:
    return difference(subject, case, folder, syscalls.system_calls)


def futex_calls(subject: Subject, case: Case, folder: Path) -> float:
    return difference(subject, case, folder, syscalls.futex_calls)


# What is counted: the tool, whose `unavailable` says why not, the cases, and what counts one.
KINDS = {
    "instructions": (callgrind, INSTRUCTIONS, instructions),
    "allocations": (callgrind, ALLOCATIONS, allocations),
    "system_calls": (syscalls, SYSTEM_CALLS, system_calls),
    "futex_calls": (syscalls, FUTEX_CALLS, futex_calls),
}
