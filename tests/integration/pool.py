"""Kept upstream connections: reused when that is safe, replaced invisibly when they have died, never when something is left on them."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager

from support import (
    ROLE,
    STOP,
    Client,
    FakeUpstream,
    Framing,
    Gateway,
    Reply,
    access_line,
    chat,
    chat_body,
    completion,
    config,
    failing,
    gateway_before,
    good,
    json_reply,
    post,
    run,
    sse_reply,
    text,
)

ONE_ATTEMPT = "retry: {attempts: 1}"
BODY = json.dumps(completion()).encode()
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)


class RawUpstream:
    """A listener that hands each connection, with its number, to `serve`."""

    def __init__(self, serve: Callable[[socket.socket, int], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._serve = serve
        self.connections = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> RawUpstream:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            threading.Thread(target=self._run, args=(connection, self.connections), daemon=True).start()

    def _run(self, connection: socket.socket, number: int) -> None:
        try:
            with connection:
                self._serve(connection, number)
        except OSError:
            pass


def read_one(connection: socket.socket) -> bytes:
    """One request; empty when the other side has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def gateway_before_raw(serve: Callable[[socket.socket, int], None]):
    with RawUpstream(serve) as upstream, Gateway(config({"a": upstream.url}, route=ONE_ATTEMPT)) as gateway:
        yield gateway, upstream


def answering(answer: bytes) -> Callable[[socket.socket, int], None]:
    def serve(connection: socket.socket, _: int) -> None:
        while read_one(connection):
            connection.sendall(answer)

    return serve


def reuses_connections() -> None:
    def serve(connection: socket.socket, _: int) -> None:
        stream = b"".join(b"data: %s\n\n" % (e if isinstance(e, bytes) else json.dumps(e).encode()) for e in [ROLE, text("Hello"), STOP, b"[DONE]"])
        while request := read_one(connection):
            if b'"stream":true' in request.replace(b" ", b""):
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                    b"%x\r\n%s\r\n0\r\n\r\n" % (len(stream), stream)
                )
            else:
                connection.sendall(WHOLE)

    with gateway_before_raw(serve) as (gateway, upstream):
        for i in range(6):
            answer = chat(gateway, f"x-request-id: reuse-{i}", stream=i % 2 == 1)
            assert answer.status == 200, answer.body
        assert upstream.connections == 1, upstream.connections
        assert access_line(gateway, "reuse-0")["attempts"][0]["reused"] is False
        assert access_line(gateway, "reuse-5")["attempts"][0]["reused"] is True


def reuses_the_connection_of_a_stream_whose_last_chunk_came_late() -> None:
    # Most servers write the end of the chunked coding apart from the last event.
    def serve(connection: socket.socket, _: int) -> None:
        while read_one(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
            for event in (json.dumps(text("Hello")), json.dumps(STOP), "[DONE]"):
                data = f"data: {event}\n\n".encode()
                connection.sendall(b"%x\r\n%s\r\n" % (len(data), data))
                time.sleep(0.02)
            connection.sendall(b"0\r\n\r\n")

    with gateway_before_raw(serve) as (gateway, upstream):
        for _ in range(4):
            assert chat(gateway, stream=True).done()
            time.sleep(0.1)
        assert upstream.connections == 1, upstream.connections


def errors_keep_their_connection() -> None:
    with gateway_before(failing(400, "invalid_value"), route=ONE_ATTEMPT) as (gateway, _):
        for i in range(3):
            assert chat(gateway, f"x-request-id: err-{i}").status == 400
        assert access_line(gateway, "err-2")["attempts"][0]["reused"] is True


def idle_connection_closed_by_the_upstream() -> None:
    def serve(connection: socket.socket, _: int) -> None:
        if read_one(connection):
            connection.sendall(WHOLE)

    with gateway_before_raw(serve) as (gateway, upstream):
        for _ in range(4):
            answer = chat(gateway)
            assert answer.status == 200 and answer.attempts == 1, answer.body
            time.sleep(0.05)
        assert upstream.connections == 4


def connection_closed_just_as_it_is_reused() -> None:
    """The upstream reads the second request and ends the connection without a byte: by a FIN, and by a reset."""
    for reset in (False, True):
        for stream in (False, True):

            def serve(connection: socket.socket, number: int, reset: bool = reset) -> None:
                read_one(connection)
                connection.sendall(WHOLE)
                if number == 1:
                    read_one(connection)
                    if reset:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                while read_one(connection):
                    connection.sendall(WHOLE)

            with gateway_before_raw(serve) as (gateway, upstream):
                assert chat(gateway).status == 200
                answer = chat(gateway, stream=stream)
                assert answer.status == 200 and answer.attempts == 1, (reset, answer.body)
                assert upstream.connections == 2


def connection_closed_at_random_around_reuse() -> None:
    def serve(connection: socket.socket, number: int) -> None:
        read_one(connection)
        connection.sendall(WHOLE)
        time.sleep((number % 10) * 0.0004)

    with gateway_before_raw(serve) as (gateway, _):
        for i in range(80):
            answer = chat(gateway)
            assert answer.status == 200 and answer.attempts == 1, (i, answer.body)


def a_fresh_connection_that_ends_is_not_replaced() -> None:
    with gateway_before_raw(lambda connection, _: read_one(connection) and None) as (gateway, upstream):
        answer = chat(gateway)
        assert answer.status == 502 and answer.error["code"] == "upstream_connection_lost", answer.body
        assert upstream.connections == 1


def bytes_behind_an_answer_end_the_connection() -> None:
    poison = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
    for late in (False, True):

        def serve(connection: socket.socket, _: int, late: bool = late) -> None:
            while read_one(connection):
                connection.sendall(WHOLE if late else WHOLE + poison)
                if late:
                    time.sleep(0.02)
                    connection.sendall(poison)

        with gateway_before_raw(serve) as (gateway, upstream):
            for _ in range(3):
                answer = chat(gateway)
                assert answer.status == 200 and answer.json()["choices"], answer.body
                time.sleep(0.06)
            assert upstream.connections == 3, upstream.connections


def interim_answers_are_skipped() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + b"HTTP/1.1 100 Continue\r\n\r\n"
    with gateway_before_raw(answering(early + WHOLE)) as (gateway, upstream):
        for _ in range(2):
            assert chat(gateway).status == 200
        assert upstream.connections == 1


def answers_split_at_every_byte() -> None:
    stream = b"".join(b"data: %s\n\n" % json.dumps(e).encode() for e in [text("Hello"), STOP]) + b"data: [DONE]\n\n"
    chunked = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" + b"".join(
        b"%x;a=b\r\n%s\r\n" % (len(stream[i : i + 100]), stream[i : i + 100]) for i in range(0, len(stream), 100)
    )
    chunked += b"0\r\nx-trailer: 1\r\n\r\n"

    def one_byte_each(answer: bytes) -> Callable[[socket.socket, int], None]:
        def serve(connection: socket.socket, _: int) -> None:
            read_one(connection)
            for i in range(len(answer)):
                connection.sendall(answer[i : i + 1])

        return serve

    with gateway_before_raw(one_byte_each(chunked)) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.text() == "Hello" and answer.done(), answer.body
    with gateway_before_raw(one_byte_each(WHOLE)) as (gateway, _):
        assert chat(gateway).json()["choices"][0]["message"]["content"] == "Hello world"

    cuts = iter(range(1, len(chunked)))

    def two_pieces(connection: socket.socket, _: int) -> None:
        while read_one(connection):
            cut = next(cuts)
            connection.sendall(chunked[:cut])
            time.sleep(0.001)
            connection.sendall(chunked[cut:])

    with gateway_before_raw(two_pieces) as (gateway, _):
        for cut in range(1, len(chunked)):
            answer = chat(gateway, stream=True)
            assert answer.text() == "Hello" and answer.done(), (cut, answer.body)


def answers_that_end_with_the_connection() -> None:
    for request, body in ((False, BODY), (True, b"".join(b"data: %s\n\n" % json.dumps(e).encode() for e in [text("Hello world"), STOP]) + b"data: [DONE]\n\n")):

        def serve(connection: socket.socket, _: int, body: bytes = body) -> None:
            read_one(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + body)

        with gateway_before_raw(serve) as (gateway, upstream):
            for _ in range(2):
                answer = chat(gateway, stream=request)
                assert answer.status == 200 and (answer.done() if request else answer.json()["choices"]), answer.body
            assert upstream.connections == 2


def redirects_are_never_followed() -> None:
    with FakeUpstream(good) as elsewhere:
        for status in (301, 302, 307, 308):
            handler = lambda _, status=status: Reply(status, [("location", f"{elsewhere.url}/v1/chat/completions")])
            with gateway_before(handler, route=ONE_ATTEMPT) as (gateway, _):
                answer = chat(gateway)
                assert answer.status == 502, answer.status
                assert elsewhere.url.encode() not in answer.body
        assert elsewhere.requests == []


def broken_framing_is_an_error_and_ends_the_connection() -> None:
    heads = [
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n",
        b"<html>Bad gateway</html>\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n",
    ]
    for head in heads:
        with gateway_before_raw(answering(head)) as (gateway, upstream):
            for _ in range(2):
                answer = chat(gateway)
                assert answer.status == 502 and answer.error["code"] == "upstream_invalid_response", (head[:60], answer.body)
            assert upstream.connections == 2


def bodiless_answers() -> None:
    for status in (204, 304):
        with gateway_before_raw(answering(b"HTTP/1.1 %d X\r\n\r\n" % status)) as (gateway, _):
            assert chat(gateway).status == 502


def endless_and_huge_answers_are_bounded() -> None:
    endless_line = lambda _: Reply(200, [("content-type", "text/event-stream")], b"data: " + b"x" * (40 << 20), framing=Framing.CLOSE)
    with gateway_before(endless_line, route=ONE_ATTEMPT) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.status == 502, (answer.status, answer.body[:200])
    trickle = lambda _: sse_reply([text("x")] * 20_000 + [STOP, "[DONE]"])
    with gateway_before(trickle) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.done() and len(answer.text()) == 20_000


def clients_that_leave_at_the_very_end_poison_nothing() -> None:
    with gateway_before(good, route=ONE_ATTEMPT) as (gateway, _):
        for i in range(60):
            client = Client(gateway.listen)
            client.send(post(chat_body(stream=True)))
            client.read_until((b"world", b"[DONE]", b"0\r\n\r\n")[i % 3])
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.socket.close()
            answer = chat(gateway, stream=i % 2 == 0)
            assert answer.status == 200 and answer.attempts == 1, answer.body


def many_clients_share_the_pool() -> None:
    slow = lambda r: Reply(200, [("content-type", "application/json")], json_reply(completion()).body, head_after=0.05)
    with gateway_before(slow) as (gateway, _):
        failures: list[object] = []

        def ask() -> None:
            for _ in range(5):
                answer = chat(gateway)
                if answer.status != 200:
                    failures.append(answer.body)

        threads = [threading.Thread(target=ask) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures, failures[:3]


if __name__ == "__main__":
    sys.exit(
        run(
            reuses_connections,
            reuses_the_connection_of_a_stream_whose_last_chunk_came_late,
            errors_keep_their_connection,
            idle_connection_closed_by_the_upstream,
            connection_closed_just_as_it_is_reused,
            connection_closed_at_random_around_reuse,
            a_fresh_connection_that_ends_is_not_replaced,
            bytes_behind_an_answer_end_the_connection,
            interim_answers_are_skipped,
            answers_split_at_every_byte,
            answers_that_end_with_the_connection,
            redirects_are_never_followed,
            broken_framing_is_an_error_and_ends_the_connection,
            bodiless_answers,
            endless_and_huge_answers_are_bounded,
            clients_that_leave_at_the_very_end_poison_nothing,
            many_clients_share_the_pool,
        )
    )
