"""The answer's bytes are not what they should be: rows 17 to 19 and 22 of docs/faults.md."""

from __future__ import annotations

import gzip
import json
import sys
import zlib

from scenario import (
    ROLE,
    STOP,
    STREAMS,
    WHOLE,
    Answer,
    Breaks,
    Client,
    Fails,
    Framing,
    Reply,
    Retries,
    Way,
    access_line,
    chat,
    chat_body,
    completion,
    gateway_before,
    json_reply,
    meet,
    post,
    run_together,
    text,
)

from blackbox.fake_upstream import Cutter, random_pieces, whole

DONE = b"data: [DONE]\n\n"


def frame(event: object) -> bytes:
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


def frames(*parts: bytes, cut: Cutter | None = None, gap: float = 0.0) -> Reply:
    """An event stream of these bytes, each of `parts` a piece of its own."""
    pieces = cut or (lambda _: list(parts))
    return Reply(200, [("content-type", "text/event-stream")], b"".join(parts), cut=pieces, framing=Framing.CHUNKED, gap=gap)


def broken_characters_become_replacement_characters() -> None:
    """In JSON and in a stream. What goes to the client is always valid UTF-8."""
    for broken in (b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"):
        body = json.dumps(completion("aXb")).encode().replace(b"X", broken)
        stream = [frame(ROLE), frame(text("aXb")).replace(b"X", broken), frame(STOP), DONE]
        reply = lambda r, body=body, stream=stream: frames(*stream) if r.json().get("stream") else Reply(200, [], body)
        with gateway_before(reply) as (gateway, _):
            content = chat(gateway).json()["choices"][0]["message"]["content"]
            assert content[0] == "a" and content[-1] == "b" and set(content[1:-1]) == {"\ufffd"}, content
            answer = chat(gateway, stream=True)
            assert answer.text() == content and answer.done(), answer.body


def characters_that_two_reads_share_are_joined() -> None:
    said = "é€😀 naïve"
    event = frame(text(said))
    with gateway_before(lambda _: frames(frame(ROLE), *[event[i : i + 1] for i in range(len(event))], frame(STOP), DONE)) as (gateway, _):
        answer = chat(gateway, stream=True)
        assert answer.text() == said and answer.done(), answer.body


def an_event_that_is_no_json() -> None:
    for garbage in (b"data: {broken\n\n", b"data: {\"choices\": [}\n\n", b"data: hello\n\n"):
        before = frames(frame(ROLE), garbage, frame(STOP), DONE, gap=0.05)
        meet(lambda _, reply=before: reply, Fails(502, "upstream_invalid_response", Retries.LATER), STREAMS)
    after = frames(frame(ROLE), frame(text("Hello")), b"data: {broken\n\n", frame(text("MORE")), frame(STOP), DONE, gap=0.05)

    def says_none_of_it(answer: Answer, _: Way) -> None:
        assert b"broken" not in answer.body and b"MORE" not in answer.body

    meet(lambda _: after, Breaks("upstream_invalid_response"), STREAMS, look=says_none_of_it)


def a_whole_answer_that_is_no_answer() -> None:
    """JSON of another kind, or closed but not JSON."""
    for body in (b"[]", b"42", b'"text"', b"{}", b'{"choices":[]}', b'{"choices":{}}', b"{broken}"):
        meet(lambda _, body=body: Reply(200, [("content-type", "application/json")], body), Fails(502, "upstream_invalid_response", Retries.LATER), WHOLE)


def split_lines(value: object) -> bytes:
    """One event whose data is in two lines."""
    data = json.dumps(value)
    at = data.index('"choices"')
    return f"data: {data[:at]}\ndata: {data[at:]}\n\n".encode()


def event_streams_of_every_style() -> None:
    """Byte order mark, comments, other fields, all line ends, data in several lines, no blank line at the end."""
    crlf = frame(ROLE).replace(b"\n", b"\r\n")
    cr = frame(text(" world")).replace(b"\n", b"\r")
    odd = b"\xef\xbb\xbf: a comment\r\n\r\nevent: message\nid: 1\nretry: 5\n" + crlf + b":\n\n" + split_lines(text("Hello")) + cr
    odd += b"data:" + json.dumps(STOP).encode() + b"\n\n" + b"data: [DONE]"
    plain = frame(ROLE) + frame(text("Hello")) + frame(text(" world")) + frame(STOP) + DONE
    cuts = [whole, *(random_pieces(seed, largest=7) for seed in range(6)), lambda body: [body[i : i + 1] for i in range(len(body))]]
    replies = iter([frames(plain), *(frames(odd, cut=cut) for cut in cuts)])
    with gateway_before(lambda _: next(replies)) as (gateway, _):
        seen = []
        for _ in range(1 + len(cuts)):
            answer = chat(gateway, stream=True)
            assert answer.done() and answer.attempts == 1, answer.body
            seen.append([event["choices"][0] for event in answer.events()[:-1]])
        contents = [[(c["delta"].get("role"), c["finish_reason"]) for c in each if not c["delta"].get("content")] for each in seen]
        said = ["".join(c["delta"].get("content") or "" for c in each) for each in seen]
        assert set(said) == {"Hello world"} and all(each == contents[0] for each in contents), (said, contents)


def compressed_answers_are_refused() -> None:
    """Nobody asked for them, so nothing is unpacked, and a bomb is a few bytes like any other."""
    plain = json.dumps(completion()).encode()
    bomb = zlib.compress(b" " * (50 << 20), 9)
    bodies = {"gzip": gzip.compress(plain), "deflate": zlib.compress(plain), "br": b"\x8b\x02\x80", "GZIP": gzip.compress(plain)[:20], "x-gzip": bomb}

    def says_why(answer: Answer, way: Way) -> None:
        if not way.fallback:
            assert "compress" in answer.error["message"] and "\ufffd" not in answer.error["message"], answer.error

    for coding, body in bodies.items():
        reply = Reply(200, [("content-type", "application/json"), ("content-encoding", coding)], body)
        meet(lambda _, reply=reply: reply, Fails(502, "upstream_invalid_response", Retries.LATER), look=says_why)


def compressed_errors_keep_their_status() -> None:
    packed = gzip.compress(b'{"error": {"message": "slow down", "code": "x"}}')
    reply = Reply(429, [("content-encoding", "gzip"), ("retry-after-ms", "250")], packed)

    def shows_no_bytes_of_it(answer: Answer, _: Way) -> None:
        assert "\ufffd".encode() not in answer.body, answer.body

    limited = Fails(429, "rate_limit_exceeded", Retries.LATER, retry_after_ms=250, provider_status=429)
    meet(lambda _: reply, limited, look=shows_no_bytes_of_it)


def no_coding_is_asked_for_and_identity_is_none() -> None:
    body = json.dumps(completion()).encode()
    with gateway_before(lambda _: Reply(200, [("content-encoding", "identity")], body)) as (gateway, upstream):
        with Client(gateway.listen) as client:
            client.send(post(chat_body(), "Accept-Encoding: gzip, br", "x-request-id: plain"))
            answer = client.answer()
        assert answer.status == 200 and "content-encoding" not in answer.headers, answer.headers
        assert upstream.requests[0].headers["accept-encoding"] == "identity"
        assert access_line(gateway, "plain")["attempts"][0]["outcome"] == "ok"


def labels_do_not_matter() -> None:
    """A whole answer with a wrong content type, or with none, is still an answer."""
    for label in ("text/plain", "application/octet-stream", ""):
        headers = [("content-type", label)] if label else []
        with gateway_before(lambda _, headers=headers: Reply(200, headers, json_reply(completion()).body)) as (gateway, _):
            for stream in (False, True):
                answer = chat(gateway, stream=stream)
                assert answer.status == 200 and (answer.text() == "Hello world" if stream else answer.json()["choices"]), answer.body


if __name__ == "__main__":
    sys.exit(
        run_together(
            broken_characters_become_replacement_characters,
            characters_that_two_reads_share_are_joined,
            an_event_that_is_no_json,
            a_whole_answer_that_is_no_answer,
            event_streams_of_every_style,
            compressed_answers_are_refused,
            compressed_errors_keep_their_status,
            no_coding_is_asked_for_and_identity_is_none,
            labels_do_not_matter,
        )
    )
