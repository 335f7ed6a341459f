"""TLS to providers and from clients: verified, resumed, and never taken for complete when it was cut."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from certificates import Authority
from support import STOP, Client, Gateway, access_line, chat, chat_body, completion, config, get, post, run, text
from tls_upstream import TlsUpstream, read_request

ONE_ATTEMPT = "retry: {attempts: 1}"
BODY = json.dumps(completion()).encode()
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)
SCRATCH = tempfile.TemporaryDirectory(prefix="breakwater-tls-")
AUTHORITY = Authority(Path(SCRATCH.name))


def answer_all(connection: ssl.SSLSocket) -> None:
    while read_request(connection):
        connection.sendall(WHOLE)


def close_notify(connection: ssl.SSLSocket) -> None:
    connection.settimeout(1)
    with contextlib.suppress(OSError, ssl.SSLError):
        connection.unwrap()


def trusted(url: str, trust: str | None = None) -> str:
    return config({"a": url}, route=ONE_ATTEMPT, provider=trust or f'ca_file: "{AUTHORITY.file}"')


@contextmanager
def gateway_to(certificate: tuple[Path, Path], serve=answer_all, *, url=lambda u: u.url, trust: str | None = None, **options):
    with TlsUpstream(certificate, serve, **options) as upstream, Gateway(trusted(url(upstream), trust)) as gateway:
        yield gateway, upstream


GOOD = AUTHORITY.certificate("good")


def a_certificate_of_the_configured_authority() -> None:
    with gateway_to(GOOD) as (gateway, upstream):
        for _ in range(3):
            assert chat(gateway).status == 200
        assert len(upstream.reused) == 1
    with gateway_to(GOOD, url=lambda u: f"https://127.0.0.1:{u.port}") as (gateway, _):
        assert chat(gateway).status == 200


def expect_refused(answer) -> None:
    assert answer.status == 502 and answer.error["code"] == "upstream_tls_failed", answer.body
    assert answer.headers["x-should-retry"] == "false"
    assert b"BEGIN" not in answer.body and SCRATCH.name.encode() not in answer.body


def bad_certificates_are_refused() -> None:
    cases = {
        "wrong host": AUTHORITY.certificate("wrong", "DNS:elsewhere.example"),
        "wrong host in part": AUTHORITY.certificate("partial", "DNS:notlocalhost,DNS:localhost.example"),
        "expired": AUTHORITY.certificate("expired", days=-1),
        "self-signed": AUTHORITY.certificate("own", signed=False),
    }
    for name, certificate in cases.items():
        with gateway_to(certificate) as (gateway, upstream):
            start = time.monotonic()
            expect_refused(chat(gateway))
            assert time.monotonic() - start < 1, name
            expect_refused(chat(gateway, stream=True))
    with gateway_to(GOOD, trust="insecure_skip_verify: false") as (gateway, _):
        expect_refused(chat(gateway))  # the system's authorities do not know ours
    with gateway_to(cases["self-signed"], trust="insecure_skip_verify: true") as (gateway, _):
        assert chat(gateway).status == 200


def a_server_without_tls_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        with Gateway(trusted(f"https://localhost:{listener.getsockname()[1]}")) as gateway:
            expect_refused(chat(gateway))


def a_handshake_that_stalls_is_timed_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://localhost:{listener.getsockname()[1]}"
        route = "retry: {attempts: 1}, timeouts: {connect: 300ms}"
        with Gateway(config({"a": url}, route=route, provider=f'ca_file: "{AUTHORITY.file}"')) as gateway:
            answer = chat(gateway)
            assert answer.error["code"] == "upstream_connect_timeout" and answer.seconds < 0.8, answer.body


def one_request_each(connection: ssl.SSLSocket) -> None:
    read_request(connection)
    connection.sendall(WHOLE.replace(b"content-type", b"connection: close\r\ncontent-type"))
    close_notify(connection)


def sessions_are_resumed() -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with gateway_to(GOOD, one_request_each, version=version) as (gateway, upstream):
            for _ in range(11):
                assert chat(gateway).status == 200
            # Its one worker has one place for sessions, and a ticket has come before the answer in 1.3 too.
            assert upstream.reused == [False] + [True] * 10, (version, upstream.reused)


def old_protocols_are_refused() -> None:
    with TlsUpstream(GOOD, answer_all) as upstream:
        upstream._context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            upstream._context.minimum_version = ssl.TLSVersion.TLSv1
            upstream._context.maximum_version = ssl.TLSVersion.TLSv1_1
        with Gateway(trusted(upstream.url)) as gateway:
            expect_refused(chat(gateway))


def a_cut_without_close_notify_is_no_end() -> None:
    def serve(notify: bool) -> Callable[[ssl.SSLSocket], None]:
        def answer(connection: ssl.SSLSocket) -> None:
            read_request(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + BODY)
            if notify:
                close_notify(connection)
            else:
                os.close(connection.detach())

        return answer

    with gateway_to(GOOD, serve(True)) as (gateway, _):
        assert chat(gateway).status == 200
    with gateway_to(GOOD, serve(False)) as (gateway, _):
        answer = chat(gateway)
        assert answer.status == 502 and answer.error["code"] == "upstream_connection_lost", answer.body


def records_cut_at_every_byte_do_not_stop_the_worker() -> None:
    """A proxy passes the provider's TLS bytes on one by one; meanwhile others are served and timers run."""
    stream = b"".join(b"data: %s\n\n" % json.dumps(e).encode() for e in (text("Hello"), STOP)) + b"data: [DONE]\n\n"

    def serve(connection: ssl.SSLSocket) -> None:
        read_request(connection)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        connection.sendall(head % len(stream) + stream)
        time.sleep(5)

    with TlsUpstream(GOOD, serve) as upstream, byte_by_byte(upstream.port) as port:
        with Gateway(trusted(f"https://localhost:{port}")) as gateway:
            slow: list[object] = []
            thread = threading.Thread(target=lambda: slow.append(chat(gateway, stream=True)))
            thread.start()
            while thread.is_alive():
                start = time.monotonic()
                assert chat(gateway, model="simulated").status == 200
                assert time.monotonic() - start < 0.5, "half a TLS record holds up the worker"
            assert slow[0].done() and slow[0].text() == "Hello", slow[0].body


@contextmanager
def byte_by_byte(port: int):
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket, size: int, pause: float) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(size):
                target.sendall(data)
                time.sleep(pause)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=pump, args=(client, server, 65536, 0), daemon=True).start()
                threading.Thread(target=pump, args=(server, client, 1, 0.0005), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def server_config() -> str:
    certificate, key = GOOD
    return config({}, server=f'tls: {{certificate: "{certificate}", key: "{key}"}}')


def client_context() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(AUTHORITY.file))


def clients_speak_tls() -> None:
    with Gateway(server_config()) as gateway:
        with Client(gateway.listen, tls=client_context()) as client:
            for stream in (False, True, False):
                client.send(post(chat_body(model="simulated", stream=stream)))
                answer = client.answer()
                assert answer.status == 200 and (answer.done() if stream else answer.json()["choices"])
            assert client.socket.version() == "TLSv1.3"
        assert get(gateway.admin, "/livez").status == 200


def clients_resume_their_session_with_any_worker() -> None:
    """The kernel spreads connections over both workers: with keys of their own, about ten of twenty would be resumed."""
    with Gateway(server_config().replace("workers: 1", "workers: 2")) as gateway:
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = client_context()
            context.minimum_version = context.maximum_version = version
            reused = []
            session = None
            for _ in range(21):
                with resuming(gateway, context, session) as connection:
                    connection.sendall(b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
                    assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
                    reused.append(bool(connection.session_reused))
                    session = session or connection.session  # in 1.3 there is none before an answer was read
            assert reused == [False] + [True] * 20, (version, reused)


def resuming(gateway: Gateway, context: ssl.SSLContext, session: ssl.SSLSession | None) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", int(gateway.listen.rsplit(":", 1)[1])), 10)
    return context.wrap_socket(plain, server_hostname="localhost", session=session)


def an_http_1_0_stream_ends_with_close_notify() -> None:
    with Gateway(server_config()) as gateway:
        context = client_context()
        # Python says nothing about a missing close_notify unless it is asked to.
        raw = context.wrap_socket(socket.create_connection(("127.0.0.1", int(gateway.listen.rsplit(":", 1)[1])), 10),
                                  server_hostname="localhost", suppress_ragged_eofs=False)
        with raw:
            raw.sendall(post(chat_body(model="simulated", stream=True), version="1.0"))
            data = b""
            while more := raw.recv(65536):
                data += more
            assert data.endswith(b"data: [DONE]\n\n"), data


def large_answers_cross_tls() -> None:
    with Gateway(server_config()) as gateway, Client(gateway.listen, tls=client_context(), timeout=30) as client:
        client.send(post(chat_body(model="sim/lorem:tokens=40000", stream=True)))
        assert client.answer().done()
        client.send(post(chat_body(model="sim/echo", user="x" * 300_000)))
        assert client.answer().status == 200


def half_a_client_record_does_not_stop_the_worker() -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with Gateway(server_config()) as gateway:
        raw = socket.create_connection(("127.0.0.1", int(gateway.listen.rsplit(":", 1)[1])), 10)
        tls = client_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
        while True:
            try:
                tls.do_handshake()
                raw.sendall(outgoing.read())
                break
            except ssl.SSLWantReadError:
                raw.sendall(outgoing.read())
                incoming.write(raw.recv(65536))
        tls.write(b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
        record = outgoing.read()
        raw.sendall(record[: len(record) // 2])
        time.sleep(0.1)
        with Client(gateway.listen, tls=client_context(), timeout=3) as client:
            client.send(post(chat_body(model="simulated")))
            assert client.answer().status == 200, "half a TLS record holds up the worker"
        raw.sendall(record[len(record) // 2 :])
        while True:
            incoming.write(raw.recv(65536))
            with contextlib.suppress(ssl.SSLWantReadError):
                assert tls.read(15) == b"HTTP/1.1 200 OK"
                break
        raw.close()


def a_client_that_leaves_over_tls_is_noticed() -> None:
    with Gateway(server_config()) as gateway:
        for notify in (False, True):
            client = Client(gateway.listen, tls=client_context())
            name = f"tls-gone-{notify}"
            client.send(post(chat_body(model="sim/chat:first_token=20s", stream=True), f"x-request-id: {name}"))
            time.sleep(0.2)
            start = time.monotonic()
            if notify:
                client.socket.settimeout(0.1)
                with contextlib.suppress(OSError, ssl.SSLError):
                    client.socket.unwrap()
            client.socket.close()
            assert access_line(gateway, name)["ended"] == "client_gone"
            assert time.monotonic() - start < 2


def plain_http_to_a_tls_listener_ends() -> None:
    with Gateway(server_config()) as gateway:
        with Client(gateway.listen) as client:
            client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert not client.receive().startswith(b"HTTP")
        with Client(gateway.listen, tls=client_context()) as client:
            client.send(b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
            assert client.answer().status == 200


if __name__ == "__main__":
    sys.exit(
        run(
            a_certificate_of_the_configured_authority,
            bad_certificates_are_refused,
            a_server_without_tls_is_an_error,
            a_handshake_that_stalls_is_timed_out,
            sessions_are_resumed,
            old_protocols_are_refused,
            a_cut_without_close_notify_is_no_end,
            records_cut_at_every_byte_do_not_stop_the_worker,
            clients_speak_tls,
            clients_resume_their_session_with_any_worker,
            an_http_1_0_stream_ends_with_close_notify,
            large_answers_cross_tls,
            half_a_client_record_does_not_stop_the_worker,
            a_client_that_leaves_over_tls_is_noticed,
            plain_http_to_a_tls_listener_ends,
        )
    )
