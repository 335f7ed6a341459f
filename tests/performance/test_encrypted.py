#!/usr/bin/env python3
"""TLS around a proxy, without one: the relay before the upstream, and what the proxy is told."""

from __future__ import annotations

import socket
import ssl
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from performance import client, counts
from performance.encrypted import encrypted
from performance.subjects import Breakwater, HAProxy, Nginx, Subject

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Encrypted(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.listener = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        self.upstream = SimpleNamespace(port=self.listener.getsockname()[1], url="http://127.0.0.1:1")

    def subject(self, kind: type[Subject] = Breakwater) -> Subject:
        return kind(self.upstream, self.folder)  # type: ignore[arg-type]

    def configured(self, subject: Subject) -> str:
        return Path(subject.command()[-1]).read_text()

    def test_the_relay_passes_on_and_back_and_ends_with_the_upstream(self) -> None:
        arrived: list[bytes] = []

        def serve() -> None:
            connection, _ = self.listener.accept()
            with connection:
                arrived.append(connection.recv(1 << 16))
                connection.sendall(ANSWER)

        threading.Thread(target=serve, daemon=True).start()
        subject = self.subject()
        with encrypted(subject, self.folder, upstream=True, clients=False):
            port = int(subject.upstream_url.rsplit(":", 1)[1])
            with client.Client(port, timeout=10, authority=subject.ca_file) as proxy:
                self.assertEqual(proxy.post(b"question"), b"hi")
                with self.assertRaises((RuntimeError, ConnectionError, ssl.SSLError)):  # and no timeout
                    proxy.post(b"another")
        self.assertTrue(arrived[0].startswith(b"POST /v1/chat/completions HTTP/1.1\r\n"))
        self.assertTrue(arrived[0].endswith(b"\r\n\r\nquestion"))

    def test_a_client_does_not_trust_whom_nobody_vouches_for(self) -> None:
        (self.folder / "other").mkdir()
        subject, other = self.subject(), self.subject(Nginx)
        with (
            encrypted(subject, self.folder, upstream=True, clients=False),
            encrypted(other, self.folder / "other", upstream=False, clients=True),
            self.assertRaises(ssl.SSLCertVerificationError),
        ):
            client.Client(int(subject.upstream_url.rsplit(":", 1)[1]), timeout=10, authority=other.authority())

    def test_a_proxy_is_told_within_and_only_there(self) -> None:
        for kind in (Breakwater, Nginx):
            subject = self.subject(kind)
            plain = self.configured(subject)
            with encrypted(subject, self.folder, upstream=True, clients=False):
                self.assertIn("https://", subject.upstream_url)
                self.assertIsNone(subject.authority())
                upstream = self.configured(subject)
            with encrypted(subject, self.folder, upstream=False, clients=True):
                self.assertEqual(subject.upstream_url, "")
                self.assertEqual(subject.authority(), self.folder / "ca.pem")
                clients = self.configured(subject)
            self.assertEqual((self.configured(subject), subject.authority()), (plain, None))
            self.assertIn("https://", upstream)
            self.assertNotIn("https://", clients)
            self.assertIn("server.key", clients)
            self.assertNotIn("server.key", upstream)

    def test_without_tls_nothing_is_made(self) -> None:
        subject = self.subject()
        with encrypted(subject, self.folder, upstream=False, clients=False):
            self.assertEqual((subject.upstream_url, subject.ca_file, subject.certificate), ("", None, None))
        self.assertFalse((self.folder / "ca.pem").exists())


class WhoCan(unittest.TestCase):
    def test_cases_are_for_who_can_do_them(self) -> None:
        def able(case: counts.Case) -> list[str]:
            return [kind.name for kind in (Breakwater, Nginx, HAProxy) if counts.can(kind, case)]  # type: ignore[arg-type]

        def case(**what: bool) -> counts.Case:
            return counts.Case("c", "request", ("json", 1), ("json", 2), 1, **what)

        self.assertEqual(able(case()), ["Breakwater", "nginx", "HAProxy"])
        self.assertEqual(able(case(translated=True)), ["Breakwater"])
        self.assertEqual(able(case(upstream_tls=True)), ["Breakwater", "nginx"])
        self.assertEqual(able(case(client_tls=True)), ["Breakwater", "nginx"])

    def test_a_count_is_the_difference_of_two_runs(self) -> None:
        """What the start, the first request and the end cost cancels out."""
        case = counts.Case("c", "request", ("json", 100), ("json", 600), 500)
        counted = iter([1700, 4700])
        subject = SimpleNamespace(model=lambda model, translated: model, headers=lambda translated: [], url=lambda stream: "http://127.0.0.1:1/v1")
        self.assertEqual(counts.difference(subject, case, Path(), lambda *_: next(counted)), 6)  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main(verbosity=0)
