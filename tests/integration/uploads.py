"""Long forms and files are passed on as they come: nobody holds them, and what can be said of the rest still is."""

from __future__ import annotations

import ssl
import sys
import tempfile
import threading
import time
from pathlib import Path

from certificates import Authority
from support import Client, Gateway, access_line, closed_port, eventually, run
from uploading import MIB, START, TRANSCRIPT, Call, Sender, chunked, form, gateway_before, head, part, resident, sound, takes_all, upload

# How much more of it the process may have while an upload of any size passes.
MEMORY = 8 * MIB


def is_passed_on_and_not_held() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(call: Call) -> None:
        call.read(300)
        begun.set()
        go_on.wait(20)
        takes_all(call)

    body = upload(64 * MIB)
    with gateway_before(slow) as (gateway, provider), Client(gateway.listen, timeout=60) as client:
        # What a process needs for its first uploads is not what each needs.
        go_on.set()
        for small in [upload(2 * MIB)] * 4:
            with Client(gateway.listen) as first:
                first.send(head(len(small)) + small)
                assert first.answer().status == 200
        go_on.clear()
        begun.clear()
        before = resident(gateway)
        client.send(head(len(body), "x-request-id: long-1"))
        sender = Sender(client, body)
        assert begun.wait(10), "the provider has nothing although the client sends"
        time.sleep(1)
        assert sender.sent < len(body), "all was taken from the client although the provider does not read"
        held = [resident(gateway) - before]
        go_on.set()
        while not sender.join(0.05):
            held.append(resident(gateway) - before)
        answer = client.answer()
        held.append(resident(gateway) - before)
        assert answer.status == 200 and answer.body == TRANSCRIPT, answer
        assert max(held) < MEMORY, f"{max(held)} bytes more than before"
        expected = body.replace(b"\r\n\r\nr\r\n", b"\r\n\r\nwhisper-0\r\n", 1)
        call = provider.calls[-1]
        assert call.field(b"content-length") == str(len(expected)).encode() and call.body == expected
        assert access_line(gateway, "long-1")["bytes_in"] == len(body)


def chunks_stay_chunks() -> None:
    def serve(call: Call) -> None:
        if call.read_chunks():
            call.answer()

    body = upload(3 * MIB)
    with gateway_before(serve) as (gateway, provider), Client(gateway.listen) as client:
        client.send(head(None) + chunked(body))
        assert client.answer().status == 200
        call = provider.calls[-1]
        assert call.field(b"transfer-encoding") == b"chunked" and call.field(b"content-length") is None, call.head
        assert call.body == body.replace(b"\r\n\r\nr\r\n", b"\r\n\r\nwhisper-0\r\n", 1)
        # The connection goes on behind it.
        client.send(head(None) + chunked(body))
        assert client.answer().status == 200


def fields_behind_the_file_go_on() -> None:
    def serve(call: Call) -> None:
        if call.read():
            call.answer(b"Hello.\n", kind="text/plain")

    fields = [("model", "", b"r"), ("language", "", b"en"), sound(2 * MIB), ("prompt", "", b"who"), ("response_format", "", b"text")]
    with gateway_before(serve) as (gateway, provider), Client(gateway.listen) as client:
        client.send(head(len(body := form(fields))) + body)
        answer = client.answer()
        assert answer.status == 200 and answer.body == b"Hello.\n" and answer.headers["content-type"].startswith("text/plain"), answer
        assert provider.calls[-1].body == form([("model", "", b"whisper-0"), *fields[1:]])


def a_stream_may_be_asked_for_behind_the_file() -> None:
    done = b'data: {"type":"transcript.text.done","text":"Hello."}\n\n'

    def serve(call: Call) -> None:
        if call.read():
            call.answer(done, kind="text/event-stream")

    with gateway_before(serve) as (gateway, provider), Client(gateway.listen) as client:
        client.send(head(len(body := form([("model", "", b"r"), sound(2 * MIB), ("stream", "", b"true")]))) + body)
        answer = client.answer()
        assert answer.status == 200 and answer.body == done and answer.headers["content-type"].startswith("text/event-stream"), answer


def a_model_behind_the_file_is_waited_for() -> None:
    fields = [sound(2 * MIB), ("language", "", b"en"), ("model", "", b"r"), ("stream", "", b"false")]
    with gateway_before(closed_port(), takes_all) as (gateway, _, provider), Client(gateway.listen) as client:
        client.send(head(len(body := form(fields))) + body)
        assert client.answer().status == 200
        assert provider.calls[-1].body == form([("model", "", b"whisper-1"), fields[1], fields[3], fields[0]])


def files_pass_as_they_are() -> None:
    body = form([("purpose", "", b"batch"), sound(3 * MIB)])
    with gateway_before(lambda call: call.read() and call.answer(b'{"id":"file-1","object":"file"}')) as (gateway, provider):
        for path, target in [("/v1/files", b"/v1/files"), ("/providers/p0/uploads", b"/v1/uploads")]:
            with Client(gateway.listen) as client:
                client.send(head(len(body), path=path) + body)
                answer = client.answer()
                assert answer.status == 200 and b"file-1" in answer.body, answer
            call = provider.calls[-1]
            assert call.head.startswith(b"POST " + target + b" ") and call.body == body, call.head


def over_tls_it_is_the_same() -> None:
    def refuses(call: Call) -> None:
        call.read(3 * MIB)
        call.answer(b'{"error":{"message":"no such purpose"}}', 400)
        call.read(64 * MIB)

    with tempfile.TemporaryDirectory() as directory:
        authority = Authority(Path(directory))
        certificate, key = authority.certificate("localhost")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        trusting = ssl.create_default_context(cafile=str(authority.file))
        secure = {"tls": tls, "provider": f'ca_file: "{authority.file}"', "server": f'tls: {{certificate: "{certificate}", key: "{key}"}}'}
        body = upload(16 * MIB)
        with gateway_before(takes_all, **secure) as (gateway, provider), Client(gateway.listen, tls=trusting) as client:
            for _ in range(2):
                client.send(head(len(body)) + body)
                assert client.answer().status == 200
            assert provider.calls[-1].body == body.replace(b"\r\n\r\nr\r\n", b"\r\n\r\nwhisper-0\r\n", 1)
        with gateway_before(refuses, **secure) as (gateway, provider), Client(gateway.listen, tls=trusting) as client:
            client.send(head(len(body), path="/v1/files") + body[: 6 * MIB])
            answer = client.answer()
            assert answer.status == 400 and b"no such purpose" in answer.body, answer
            assert len(provider.calls[0].body) < len(body)


def the_simulator_hears_all_of_it() -> None:
    with Gateway() as gateway, Client(gateway.listen) as client:
        client.send(head(len(body := upload(2 * MIB, model="sim/transcribe"))) + body)
        assert f"long.wav has {2 * MIB} bytes" in client.answer().json()["text"]


def the_next_request_may_be_on_its_way() -> None:
    body = upload(2 * MIB)
    with gateway_before(takes_all) as (gateway, _), Client(gateway.listen) as client:
        Sender(client, (head(len(body)) + body) * 2 + b"GET /v1/models HTTP/1.1\r\nHost: g\r\n\r\n")
        answers = [client.answer() for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 200] and b"u0" in answers[2].body, answers


def continue_is_said_before_the_body() -> None:
    body = upload(2 * MIB)
    with gateway_before(takes_all) as (gateway, _), Client(gateway.listen) as client:
        client.send(head(len(body), "Expect: 100-continue"))
        client.read_until(b"HTTP/1.1 100 Continue\r\n\r\n")
        client.send(body)
        answer = client.answer()
        assert answer.status == 200 and answer.interim == [100], answer


def another_deployment_gets_what_is_still_held() -> None:
    def refuses(call: Call) -> None:
        call.answer(b'{"error":{"message":"busy"}}', 503)
        call.read(MIB)

    body = upload(3 * MIB)
    for first in (closed_port(), refuses):
        with gateway_before(first, takes_all) as (gateway, _, provider), Client(gateway.listen) as client:
            client.send(head(len(body)) + body[:MIB])
            eventually("the second deployment is asked", lambda provider=provider: provider.calls)
            client.send(body[MIB:])
            answer = client.answer()
            assert answer.status == 200 and answer.headers["x-breakwater-provider"] == "p1" and answer.attempts >= 2, answer
            assert provider.calls[-1].body == body.replace(b"\r\n\r\nr\r\n", b"\r\n\r\nwhisper-1\r\n", 1)


def what_has_been_passed_on_is_sent_to_nobody_else() -> None:
    def breaks(call: Call) -> None:
        call.read(START + 500_000)
        call.answer(b'{"error":{"message":"busy"}}', 503)

    body = upload(4 * MIB)
    with gateway_before(breaks, takes_all) as (gateway, _, other), Client(gateway.listen) as client:
        client.send(head(len(body), "x-request-id: once-1") + body[: 2 * MIB])
        answer = client.answer()
        assert answer.status >= 500 and answer.attempts == 1 and other.calls == [], answer
        assert "too much of the upload had been passed on" in answer.error["message"], answer
        assert answer.headers["connection"] == "close"
        assert len(access_line(gateway, "once-1")["attempts"]) == 1


def timers_of_the_answer_begin_behind_the_upload() -> None:
    def serve(call: Call) -> None:
        if call.read():
            time.sleep(0.3)
            done = b'data: {"type":"transcript.text.done","text":"Hello."}\n\n'
            call.answer(done, kind="text/event-stream")

    body = upload(2 * MIB, ("stream", "", b"true"))
    timeouts = "timeouts: {connect: 1s, head: 1s, first_token: 1s}"
    with gateway_before(serve, route=timeouts) as (gateway, _), Client(gateway.listen) as client:
        client.send(head(len(body)) + body[:START])
        for at in range(START, len(body), (len(body) - START) // 5 + 1):
            time.sleep(0.4)
            client.send(body[at : at + (len(body) - START) // 5 + 1])
        answer = client.answer()
        assert answer.status == 200 and answer.events()[-1]["text"] == "Hello.", answer


def interim_heads_do_not_stop_it() -> None:
    """Nor does half of a head. What the provider said so far is passed over, or waits, and it gets the rest."""
    final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(TRANSCRIPT)
    for early, late in ((b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n", final), (b"HTTP/1.1 100 Continue\r\n\r\n" + final[:20], final[20:])):

        def serve(call: Call, early: bytes = early, late: bytes = late) -> None:
            call.socket.sendall(early)
            time.sleep(0.2)
            if call.read():
                call.socket.sendall(late + TRANSCRIPT)

        with gateway_before(serve) as (gateway, provider), Client(gateway.listen) as client:
            client.send(head(len(body := upload(3 * MIB))) + body[:START])
            time.sleep(0.4)
            client.send(body[START:])
            answer = client.answer()
            assert answer.status == 200 and answer.body == TRANSCRIPT, answer
            assert provider.calls[-1].body.endswith(body[-1000:])


def an_answer_may_begin_before_the_end() -> None:
    def serve(call: Call) -> None:
        call.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(TRANSCRIPT))
        if call.read():
            call.socket.sendall(TRANSCRIPT)

    body = upload(6 * MIB)
    with gateway_before(serve) as (gateway, provider), Client(gateway.listen) as client:
        client.send(head(len(body)) + body)
        answer = client.answer()
        assert answer.status == 200 and answer.body == TRANSCRIPT, answer
        assert provider.calls[-1].body == body.replace(b"\r\n\r\nr\r\n", b"\r\n\r\nwhisper-0\r\n", 1)


def others_are_not_asked_about_what_nobody_may_send() -> None:
    body = upload(3 * MIB, model="nothing")
    with gateway_before(takes_all) as (gateway, provider), Client(gateway.listen) as client:
        client.send(head(len(body)) + body)
        answer = client.answer()
        assert answer.status == 404 and answer.headers["connection"] == "close" and client.closed(), answer
        assert provider.calls == [] and part("model", "", b"nothing") in body


if __name__ == "__main__":
    sys.exit(
        run(
            is_passed_on_and_not_held,
            chunks_stay_chunks,
            fields_behind_the_file_go_on,
            a_stream_may_be_asked_for_behind_the_file,
            a_model_behind_the_file_is_waited_for,
            files_pass_as_they_are,
            over_tls_it_is_the_same,
            the_simulator_hears_all_of_it,
            the_next_request_may_be_on_its_way,
            continue_is_said_before_the_body,
            another_deployment_gets_what_is_still_held,
            what_has_been_passed_on_is_sent_to_nobody_else,
            timers_of_the_answer_begin_behind_the_upload,
            interim_heads_do_not_stop_it,
            an_answer_may_begin_before_the_end,
            others_are_not_asked_about_what_nobody_may_send,
        )
    )
