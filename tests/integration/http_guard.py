"""The HTTP/1.1 server seen through raw sockets: framing, smuggling, limits and time-outs (hardening rules 1 to 14)."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager

from support import Answer, Client, Gateway, chat_body, config, gateway_before, get, good, post, run

SIM = chat_body(model="simulated")


@contextmanager
def simulated(server: str = ""):
    with Gateway(config({}, server=server)) as gateway:
        yield gateway


def refused(gateway: Gateway, data: bytes, status: int) -> Answer:
    """The answer to `data`, which must end its connection."""
    with Client(gateway.listen) as client:
        client.send(data)
        answer = client.answer()
        assert answer.status == status, (answer.status, answer.body, data[:80])
        assert answer.headers["connection"] == "close" and answer.complete
        assert answer.error["message"] and answer.headers["x-request-id"], answer.headers
        assert client.closed(), "the connection goes on after a framing error"
        return answer


def refuses_smuggling_vectors() -> None:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    vectors = [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: 4, 4\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 0x4\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"X-A: b\r\n Transfer-Encoding: chunked\r\n",
        b"X-A: b\nTransfer-Encoding: chunked\r\n",
        b"X-A: b\rTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding\x00: chunked\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n",
        b"Host: b\r\n",
        b"Content-L\xe9ngth: 4\r\n",
    ]
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    with simulated() as gateway:
        for vector in vectors:
            refused(gateway, head + vector + b"\r\n0\r\n\r\n" + smuggled, 400)
        assert "/smuggled" not in gateway.log()


def refuses_bad_request_lines() -> None:
    with simulated() as gateway:
        refused(gateway, b"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505)
        refused(gateway, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)
        refused(gateway, b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405)
        refused(gateway, b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501)
        refused(gateway, b"GET http://other/v1/models HTTP/1.1\r\nHost: a\r\n\r\n", 400)
        refused(gateway, b"GET /v1/models\r\n\r\n", 400)
        refused(gateway, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400)


def keeps_a_connection_for_many_requests() -> None:
    with simulated() as gateway, Client(gateway.listen) as client:
        for _ in range(5):
            client.send(post(SIM))
            assert client.answer().status == 200
        client.send(post(chat_body(model="simulated", stream=True)))
        assert client.answer().done()
        client.send(post(SIM, "Connection: close"))
        answer = client.answer()
        assert answer.headers["connection"] == "close" and client.closed()


def serialises_pipelined_requests() -> None:
    with simulated() as gateway, Client(gateway.listen) as client:
        bodies = [chat_body(model=f"sim/echo:tokens={n}", user=str(n)) for n in (1, 2, 3)]
        client.send(b"".join(post(body, f"x-request-id: pipe-{n}") for n, body in enumerate(bodies)))
        for n in range(3):
            answer = client.answer()
            assert answer.status == 200 and answer.headers["x-request-id"] == f"pipe-{n}", answer.headers


def takes_requests_in_pieces() -> None:
    data = post(SIM)
    with simulated() as gateway:
        with Client(gateway.listen) as client:
            for i in range(len(data)):
                client.send(data[i : i + 1])
            assert client.answer().status == 200


def takes_chunked_bodies() -> None:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = [SIM[i : i + 7] for i in range(0, len(SIM), 7)]
    chunked = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nX-Trailer: a\r\n\r\n"
    with simulated() as gateway, Client(gateway.listen) as client:
        for _ in range(2):
            client.send(head + chunked)
            assert client.answer().status == 200
        for i in range(len(chunked)):
            client.send(head + chunked[:i] if i == 0 else chunked[i - 1 : i])
        client.send(chunked[-1:])
        assert client.answer().status == 200
        refused(gateway, head + b"zz\r\nabc\r\n0\r\n\r\n", 400)


def answers_http_1_0_and_closes() -> None:
    with simulated() as gateway:
        for stream in (False, True):
            with Client(gateway.listen) as client:
                client.send(post(chat_body(model="simulated", stream=stream), "Connection: keep-alive", version="1.0"))
                answer = client.answer()
                assert answer.status == 200 and "transfer-encoding" not in answer.headers, answer.headers
                assert answer.done() if stream else answer.json()["choices"]
                assert client.closed()


def says_100_continue_after_its_checks() -> None:
    with simulated() as gateway:
        with Client(gateway.listen) as client:
            head, _, body = post(SIM, "Expect: 100-continue").partition(b"\r\n\r\n")
            client.send(head + b"\r\n\r\n")
            assert client.read_until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.send(body)
            answer = client.answer()
            assert answer.status == 200 and answer.interim == [100]
        refused(gateway, post(b"", "Expect: 42").replace(b"Content-Length: 0", b"Content-Length: 9"), 417)
        with Client(gateway.listen) as client:  # nothing is asked for when it would be refused
            client.send(b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
            answer = client.answer()
            assert answer.status == 404 and answer.interim == []


def refuses_large_bodies_early() -> None:
    with simulated("limits: {body: 10k}") as gateway:
        with Client(gateway.listen) as client:  # before any of it was sent
            client.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n")
            answer = client.answer()
            assert answer.status == 413 and answer.error["code"] == "request_too_large"
        with Client(gateway.listen) as client:  # the client still writes when the answer comes
            client.send(post(b"x" * 40_000))
            assert client.answer().status == 413
        chunked = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n%s\r\n" % (b"x" * 1024) * 20
        with Client(gateway.listen) as client:
            client.send(chunked)
            assert client.answer().status == 413


def refuses_large_heads() -> None:
    with simulated("limits: {header: 2k, headers: 20}") as gateway:
        for data in (
            b"GET /v1/models HTTP/1.1\r\nHost: a\r\nX-A: " + b"x" * 3000 + b"\r\n\r\n",
            b"GET /" + b"x" * 3000,
            b"GET /v1/models HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 25 + b"\r\n",
        ):
            refused(gateway, data, 431)


def closes_slow_clients() -> None:
    with simulated("timeouts: {header: 400ms, body: 400ms, idle: 700ms}") as gateway:
        with Client(gateway.listen) as client:
            start = time.monotonic()
            client.send(b"GET /v1/models HT")
            answer = client.answer()
            assert answer.status == 408 and 0.35 < time.monotonic() - start < 0.8, answer.status
        with Client(gateway.listen) as client:  # a byte now and then does not help
            start = time.monotonic()
            client.socket.settimeout(0.05)
            answered = b""
            for byte in b"GET /v1/models HTTP/1.1\r\nHost: " + b"a" * 200:
                client.send(bytes([byte]))
                try:
                    answered = client.socket.recv(4096)
                    break
                except TimeoutError:
                    pass
            assert answered.startswith(b"HTTP/1.1 408") and time.monotonic() - start < 0.8, answered
        with Client(gateway.listen) as client:
            client.send(post(SIM)[:-5])
            assert client.answer().status == 408
        with Client(gateway.listen) as client:  # an idle one is closed without a word
            start = time.monotonic()
            assert client.closed() and 0.6 < time.monotonic() - start < 1.1


def slow_clients_do_not_hold_up_others() -> None:
    with simulated() as gateway:
        slow = [Client(gateway.listen) for _ in range(200)]
        for client in slow:
            client.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost:")
        times = []
        for _ in range(20):
            start = time.monotonic()
            with Client(gateway.listen) as client:
                client.send(post(SIM))
                assert client.answer().status == 200
            times.append(time.monotonic() - start)
        assert sorted(times)[10] < 0.2, times
        for client in slow:
            client.socket.close()


def answers_head_like_get() -> None:
    with simulated() as gateway, Client(gateway.listen) as client:
        client.send(b"HEAD /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
        head = client.answer(head_only=True)
        client.send(b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
        whole = client.answer()
        assert head.status == whole.status == 200
        assert head.headers["content-length"] == whole.headers["content-length"] == str(len(whole.body))
        # The next refusal on that connection has a body again.
        client.send(b"HEAD /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
        client.answer(head_only=True)
        client.send(b"GET / HTTP/9.9\r\n\r\n")
        assert client.answer().error["message"]


def methods_and_paths() -> None:
    with simulated() as gateway:
        answer = get(gateway.listen, "/v1/chat/completions")
        assert answer.status == 405 and answer.headers["allow"] == "POST", answer.headers
        with Client(gateway.listen) as client:
            client.send(post(SIM, path="/v1/models"))
            answer = client.answer()
            assert answer.status == 405 and answer.headers["allow"] == "GET", answer.headers
        for path, status in (("/nowhere", 404), ("/v1/../x", 400), ("/v1/models/%00", 400), ("/v1/models/a;b", 400), ("/v1//models/", 200)):
            answer = get(gateway.listen, path)
            assert answer.status == status, (path, answer.status)
            assert answer.headers["x-request-id"] and answer.headers["x-breakwater-attempts"] == "0", answer.headers
        with Client(gateway.listen) as client:
            client.send(post(b"a=b").replace(b"application/json", b"application/x-www-form-urlencoded"))
            assert client.answer().status == 415


def request_ids_are_taken_over_only_when_safe() -> None:
    with simulated() as gateway:
        assert get(gateway.listen, "/v1/models", "x-request-id: abc-1").headers["x-request-id"] == "abc-1"
        for bad in ('a"b', "a b", "x" * 129, "é"):
            given = get(gateway.listen, "/v1/models", f"x-request-id: {bad}").headers["x-request-id"]
            assert given.startswith("req_") and len(given) == 28, given


def a_peer_that_vanishes_in_mid_request_leaves_nothing() -> None:
    data = post(SIM)
    with simulated() as gateway:
        for cut in range(0, len(data), 9):
            with Client(gateway.listen) as client:
                client.send(data[:cut])
        assert get(gateway.listen, "/v1/models").status == 200


def a_chain_of_refusals_is_read_to_its_end() -> None:
    # The refusal must arrive although the client goes on writing: no reset may overtake it.
    with simulated("limits: {body: 1k}") as gateway:
        for _ in range(20):
            with Client(gateway.listen) as client:
                client.send(post(b"x" * 60_000))
                assert client.answer().status == 413


def upstream_sees_a_clean_request() -> None:
    with gateway_before(good) as (gateway, upstream):
        with Client(gateway.listen) as client:
            client.send(post(chat_body(), "X-Evil: 1", "Cookie: a=b", "Authorization: Bearer sk-client", "Connection: x-evil"))
            assert client.answer().status == 200
        headers = upstream.requests[0].headers
        assert headers["host"] == f"127.0.0.1:{upstream.port}" and upstream.requests[0].target == "/v1/chat/completions"
        assert not {"x-evil", "cookie", "connection", "x-request-id"} & set(headers), headers
        assert headers["authorization"] == "Bearer sk-canary-upstream-0001"


if __name__ == "__main__":
    sys.exit(
        run(
            refuses_smuggling_vectors,
            refuses_bad_request_lines,
            keeps_a_connection_for_many_requests,
            serialises_pipelined_requests,
            takes_requests_in_pieces,
            takes_chunked_bodies,
            answers_http_1_0_and_closes,
            says_100_continue_after_its_checks,
            refuses_large_bodies_early,
            refuses_large_heads,
            closes_slow_clients,
            slow_clients_do_not_hold_up_others,
            answers_head_like_get,
            methods_and_paths,
            request_ids_are_taken_over_only_when_safe,
            a_peer_that_vanishes_in_mid_request_leaves_nothing,
            a_chain_of_refusals_is_read_to_its_end,
            upstream_sees_a_clean_request,
        )
    )
