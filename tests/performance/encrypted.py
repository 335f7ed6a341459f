"""TLS on the sides of a proxy that a count asks for.

The upstream's side is a relay in this process and not nginx (tls.py), because scripts/test installs none, and because of a relay it is
known that what the upstream writes at once is one record: how often a proxy reads is then the proxy's own doing.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

from integration.certificates import Authority
from integration.tls_upstream import TlsUpstream
from performance.subjects import Certificate, Subject


def relay_to(port: int) -> Callable[[ssl.SSLSocket], None]:
    """Passes on what comes from either side, as it comes, until one of them ends."""

    def serve(proxy: ssl.SSLSocket) -> None:
        # Otherwise an event would wait for the acknowledgement of the one before it, and leave together with the next.
        proxy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                # What OpenSSL has decrypted already, the descriptor does not tell.
                ready = [proxy] if proxy.pending() else select.select([proxy, upstream], [], [])[0]
                for source, target in ((proxy, upstream), (upstream, proxy)):
                    if source not in ready:
                        continue
                    if not (data := source.recv(1 << 16)):
                        return
                    target.sendall(data)

    return serve


@contextlib.contextmanager
def encrypted(subject: Subject, folder: Path, *, upstream: bool, clients: bool) -> Iterator[None]:
    """Within, the proxy is configured to speak TLS to its upstream, and to be spoken to in it, from its next start on."""
    if not upstream and not clients:
        yield
        return
    authority = Authority(folder)
    file, key = authority.certificate("server")
    with contextlib.ExitStack() as stack:
        if upstream:
            relay = stack.enter_context(TlsUpstream((file, key), relay_to(subject.upstream.port)))
            subject.upstream_url, subject.ca_file = f"https://127.0.0.1:{relay.port}", authority.file
        if clients:
            subject.certificate = Certificate(file, key, authority.file)
        try:
            yield
        finally:
            subject.upstream_url, subject.ca_file, subject.certificate = "", None, None
