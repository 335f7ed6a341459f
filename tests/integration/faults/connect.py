"""The connection does not come about: rows 1 to 4 and 52 of docs/faults.md."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from scenario import (
    EARLY,
    Answer,
    Fails,
    FakeUpstream,
    Gateway,
    Retries,
    Way,
    access_line,
    black_hole,
    chat,
    closed_port,
    config,
    good,
    meet,
    metric,
    run_together,
)

from tls import AUTHORITY, TlsUpstream, answer_all


def refused() -> None:
    def is_quick(answer: Answer, way: Way) -> None:
        assert answer.seconds < (0.5 if way.fallback else 1.2), answer.seconds

    # Bound, so that nobody else takes the port, but not listening.
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        meet(url, Fails(502, "upstream_connect_failed", Retries.AT_ONCE), look=is_quick)


def no_reply_at_all() -> None:
    def waited_for_the_timer(answer: Answer, way: Way) -> None:
        tries = Retries.LATER.before_fallback if way.fallback else Retries.LATER.alone
        assert 0.25 * tries - EARLY <= answer.seconds < 0.25 * tries + 0.8, answer.seconds

    with black_hole() as url:
        expected = Fails(504, "upstream_connect_timeout", Retries.LATER)
        meet(url, expected, timeouts="connect: 250ms", look=waited_for_the_timer)


def a_retry_that_does_not_fit_the_deadline_is_not_started() -> None:
    with black_hole() as url, Gateway(config({"a": url}, route="timeouts: {connect: 250ms, total: 300ms}, retry: {backoff_min: 1s}")) as gateway:
        for stream in (False, True):
            answer = chat(gateway, stream=stream)
            assert answer.status == 504 and answer.attempts == 1 and answer.seconds < 0.6, (answer.seconds, answer.body)
            assert answer.error["code"] == "upstream_connect_timeout", answer.body


def bad_certificates() -> None:
    cases = {
        "host": AUTHORITY.certificate("faults-wrong", "DNS:elsewhere.example"),
        "expired": AUTHORITY.certificate("faults-expired", days=-1),
        "self": AUTHORITY.certificate("faults-own", signed=False),
    }

    def shows_no_certificate(answer: Answer, _: Way) -> None:
        assert b"elsewhere.example" not in answer.body and b"BEGIN" not in answer.body and b".pem" not in answer.body

    expected = Fails(502, "upstream_tls_failed", Retries.ELSEWHERE_ONLY, should_retry=False)
    for certificate in cases.values():
        with TlsUpstream(certificate, answer_all) as upstream:
            meet(upstream.url, expected, provider=f'ca_file: "{AUTHORITY.file}"', look=shows_no_certificate)


@contextmanager
def talking(said: bytes) -> Iterator[str]:
    """Takes connections, says `said` to the first bytes, and says no more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            kept = []
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    kept.append(connection)
                    connection.recv(1000)
                    connection.sendall(said)

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def handshakes_that_fail_or_stall() -> None:
    failed = Fails(502, "upstream_tls_failed", Retries.ELSEWHERE_ONLY, should_retry=False)
    with talking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url:
        meet(url, failed, provider=f'ca_file: "{AUTHORITY.file}"')
    ssl3 = b"\x15\x03\x00\x00\x02\x02\x28"  # the handshake failure of a server that speaks SSL 3.0 only
    with talking(ssl3) as url:
        meet(url, failed, provider=f'ca_file: "{AUTHORITY.file}"')
    stalled = Fails(504, "upstream_connect_timeout", Retries.LATER)
    with talking(b"") as url:
        meet(url, stalled, timeouts="connect: 250ms", provider=f'ca_file: "{AUTHORITY.file}"')


def an_address_of_version_6() -> None:
    with FakeUpstream(good, host="::1") as upstream, Gateway(config({"a": upstream.url})) as gateway:
        for stream in (False, True):
            assert chat(gateway, stream=stream).status == 200
        assert upstream.requests[0].headers["host"] == f"[::1]:{upstream.port}"


def a_name_with_addresses_of_both_versions() -> None:
    """`localhost` has ::1 and 127.0.0.1 on most machines; whichever of them is listened on is found, within one attempt."""
    for host in ("127.0.0.1", "::1"):
        addresses = {info[4][0] for info in socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)}
        if host not in addresses:
            continue
        with FakeUpstream(good, host=host) as upstream, Gateway(config({"a": f"http://localhost:{upstream.port}"})) as gateway:
            answer = chat(gateway)
            assert answer.status == 200 and answer.attempts == 1 and answer.seconds < 1, answer.body


def proxies_of_the_environment_are_not_used() -> None:
    nobody = closed_port()
    env = {name: nobody for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")}
    with FakeUpstream(good) as upstream, Gateway(config({"a": upstream.url}), env=env) as gateway:
        answer = chat(gateway, "x-request-id: direct")
        assert answer.status == 200 and access_line(gateway, "direct")["attempts"][0]["outcome"] == "ok"
        assert metric(gateway, 'breakwater_attempts_total{deployment="a",outcome="ok"}') == 1


if __name__ == "__main__":
    sys.exit(
        run_together(
            refused,
            no_reply_at_all,
            a_retry_that_does_not_fit_the_deadline_is_not_started,
            bad_certificates,
            handshakes_that_fail_or_stall,
            an_address_of_version_6,
            a_name_with_addresses_of_both_versions,
            proxies_of_the_environment_are_not_used,
        )
    )
