"""What can go wrong while a long upload is passed on: the client is told in its dialect, and no provider gets a whole request."""

from __future__ import annotations

import socket
import struct
import sys
import time

from support import Answer, Client, access_line, eventually, metric, run
from uploading import MIB, START, Call, Fields, Sender, chunked, form, gateway_before, head, sound, takes_all, upload

# The contract says 100 ms; the binary under test may be a sanitized one on a busy machine.
AT_ONCE = 0.5
LONG = 4 * MIB


class Witness:
    """A provider that reads all it gets, and knows whether that was a whole request."""

    def __init__(self) -> None:
        self.whole: list[bool] = []

    def __call__(self, call: Call) -> None:
        self.whole.append(call.read_chunks() if call.field(b"transfer-encoding") else call.read())
        if self.whole[-1]:
            call.answer()

    def expect_cut(self) -> None:
        eventually("the provider's connection is closed", lambda: self.whole)
        assert self.whole == [False], "the provider has a whole request"


def refused(body: bytes, *, in_chunks: bool = False, limit: str = "128MB") -> Answer:
    """The answer to an upload whose provider must not have had all of it."""
    witness = Witness()
    with gateway_before(witness, limit=limit) as (gateway, _), Client(gateway.listen) as client:
        Sender(client, head(None if in_chunks else len(body)) + (chunked(body) if in_chunks else body))
        answer = client.answer()
        witness.expect_cut()
        return answer


def a_client_that_stalls_is_told_so() -> None:
    for in_chunks in (False, True):
        witness = Witness()
        with gateway_before(witness, server="timeouts: {body: 1s}") as (gateway, _), Client(gateway.listen) as client:
            body = upload(LONG)
            some = body[: START + MIB]
            client.send(head(None if in_chunks else len(body), "x-request-id: stall-1") + (chunked(some, end=False) if in_chunks else some))
            answer = client.answer()
            assert answer.status == 408 and answer.error["code"] == "request_timeout", answer
            assert 0.5 < answer.seconds < 5 and client.closed()
            witness.expect_cut()
            line = access_line(gateway, "stall-1")
            assert line["status"] == 408 and START + MIB == line["bytes_in"], line
            assert [attempt["outcome"] for attempt in line["attempts"]] == ["request_timeout"], line


def the_clients_time_is_not_the_providers() -> None:
    def slow(call: Call) -> None:
        time.sleep(2)
        takes_all(call)

    body = upload(24 * MIB)
    with gateway_before(slow, server="timeouts: {body: 1s}") as (gateway, _), Client(gateway.listen) as client:
        sender = Sender(client, head(len(body)) + body)
        assert client.answer().status == 200 and sender.join()


def a_client_that_leaves_ends_the_call() -> None:
    witness = Witness()
    with gateway_before(witness) as (gateway, provider):
        client = Client(gateway.listen)
        body = upload(LONG)
        client.send(head(len(body), "x-request-id: left-1") + body[: START + MIB])
        eventually("the provider is asked", lambda: provider.calls)
        time.sleep(0.3)
        client.socket.close()
        left = time.monotonic()
        eventually("the call ends", lambda: provider.closed_at)
        assert provider.closed_at[0] - left < AT_ONCE and witness.whole == [False]
        line = access_line(gateway, "left-1")
        assert line["status"] == 499 and line["ended"] == "client_gone", line
        assert [attempt["outcome"] for attempt in line["attempts"]] == ["client_gone"], line
        eventually("nothing runs any more", lambda: metric(gateway, "breakwater_requests_in_flight") == 0)


def it_is_seen_to_leave_behind_what_nobody_reads() -> None:
    def reads_nothing(call: Call) -> None:
        time.sleep(20)

    with gateway_before(reads_nothing) as (gateway, provider):
        client = Client(gateway.listen, timeout=1)
        body = upload(100 * MIB)
        client.send(head(len(body), "x-request-id: left-2"))
        sender = Sender(client, body)
        eventually("the provider is asked", lambda: provider.calls)
        assert not sender.join(), "all was taken from the client although the provider does not read"
        # A reset; an ordinary end waits in the client's kernel behind what the gateway has no room for.
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.socket.close()
        left = time.monotonic()
        line = access_line(gateway, "left-2")
        assert line["status"] == 499 and time.monotonic() - left < 2, line


def a_refusal_reaches_a_client_that_is_still_sending() -> None:
    def refuses(call: Call) -> None:
        call.read(3 * MIB)
        call.answer(b'{"error":{"message":"too long","type":"invalid_request_error"}}', 413)
        time.sleep(0.5)

    body = upload(30 * MIB)
    with gateway_before(refuses) as (gateway, provider), Client(gateway.listen, timeout=30) as client:
        sender = Sender(client, head(len(body), "x-request-id: early-1") + body)
        answer = client.answer()
        assert answer.status in (400, 413) and answer.headers["connection"] == "close", answer
        assert answer.error["message"] and sender.join(), "the rest of the upload is in the way of the answer"
        assert client.closed() and len(provider.calls[0].body) < len(body)
        assert access_line(gateway, "early-1")["status"] == answer.status


def a_refusal_of_a_relayed_upload_passes_as_it_is() -> None:
    def refuses(call: Call) -> None:
        call.answer(b'{"error":{"message":"no such purpose"}}', 400)
        time.sleep(0.5)

    body = form([("purpose", "", b"none"), sound(LONG)])
    with gateway_before(refuses) as (gateway, _), Client(gateway.listen) as client:
        client.send(head(len(body), path="/v1/files") + body[:START])
        answer = client.answer()
        assert answer.status == 400 and b"no such purpose" in answer.body and answer.headers["connection"] == "close", answer


def a_provider_that_closes_is_told_of() -> None:
    body = upload(LONG)
    with gateway_before(lambda call: call.read(2 * MIB), takes_all) as (gateway, _, other), Client(gateway.listen) as client:
        client.send(head(len(body), "x-request-id: lost-1") + body[: 3 * MIB])
        answer = client.answer()
        assert answer.status == 502 and answer.error["code"] == "upstream_connection_lost", answer
        assert "too much of the upload had been passed on" in answer.error["message"] and other.calls == []


def a_form_that_goes_wrong_is_no_request() -> None:
    behind: list[tuple[Fields, str]] = [
        ([("model", "", b"other")], "model"),
        ([sound(10)], "file"),
        ([("stream", "", b"maybe")], "stream"),
        ([("stream", "", b"true"), ("stream", "", b"true")], "stream"),
        ([("response_format", "", b"mp3")], "response_format"),
        ([("response_format", "", b"x" * 300)], "response_format"),
    ]
    for fields, param in behind:
        answer = refused(form([("model", "", b"r"), sound(2 * MIB), *fields]))
        assert answer.status == 400 and answer.error["param"] == param, (fields, answer)
    whole = upload(2 * MIB)
    for broken in (whole[:-8], whole[:-4] + b"x\r\n", whole + b"behind", whole[:-8] + b"--b1\r\nX\r\n\r\n\r\n--b1--\r\n"):
        for in_chunks in (False, True):
            answer = refused(broken, in_chunks=in_chunks)
            assert answer.status == 400 and answer.error["code"] == "invalid_form", (broken[-30:], answer)


def framing_that_goes_wrong_is_no_request() -> None:
    witness = Witness()
    with gateway_before(witness) as (gateway, _), Client(gateway.listen) as client:
        client.send(head(None) + chunked(upload(LONG)[: START + MIB], end=False) + b"zz\r\n")
        answer = client.answer()
        assert answer.status == 400 and "chunked" in answer.error["message"], answer
        witness.expect_cut()


def one_that_grows_too_long_is_stopped() -> None:
    answer = refused(upload(12 * MIB), in_chunks=True, limit="6MB")
    assert answer.status == 413 and answer.error["code"] == "request_too_large", answer
    assert answer.headers["connection"] == "close"
    with gateway_before(takes_all, limit="6MB") as (gateway, provider), Client(gateway.listen) as client:
        client.send(head(12 * MIB))
        assert client.answer().status == 413 and provider.calls == []


def the_deadline_ends_it() -> None:
    witness = Witness()
    with gateway_before(witness, route="timeouts: {total: 1s}") as (gateway, _), Client(gateway.listen) as client:
        client.send(head(len(body := upload(LONG))) + body[: START + MIB])
        answer = client.answer()
        assert answer.status == 408 and answer.error["code"] == "deadline_exceeded" and answer.seconds < 5, answer
        witness.expect_cut()


def who_may_not_upload_is_told_before_the_body() -> None:
    with gateway_before(takes_all, keys=f'keys: [{{name: k, sha256: "{"0" * 64}"}}]') as (gateway, provider):
        for lines, status in (["Expect: 100-continue"], 401), (["Content-Encoding: gzip"], 401):
            with Client(gateway.listen) as client:
                client.send(head(10 * MIB, *lines))
                answer = client.answer()
                assert answer.status == status and answer.interim == [] and client.closed(), answer
        assert provider.calls == []


if __name__ == "__main__":
    sys.exit(
        run(
            a_client_that_stalls_is_told_so,
            the_clients_time_is_not_the_providers,
            a_client_that_leaves_ends_the_call,
            it_is_seen_to_leave_behind_what_nobody_reads,
            a_refusal_reaches_a_client_that_is_still_sending,
            a_refusal_of_a_relayed_upload_passes_as_it_is,
            a_provider_that_closes_is_told_of,
            a_form_that_goes_wrong_is_no_request,
            framing_that_goes_wrong_is_no_request,
            one_that_grows_too_long_is_stopped,
            the_deadline_ends_it,
            who_may_not_upload_is_told_before_the_body,
        )
    )
