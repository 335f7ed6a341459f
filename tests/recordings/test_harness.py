#!/usr/bin/env python3
"""Tests of the replay harness itself, without a gateway: what it must accept, and what it must notice."""

from __future__ import annotations

import http.client
import json
import sys
import time
import unittest
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import Ending, FakeUpstream, Framing, Reply, pieces_of, random_pieces, whole
from recordings import corpus, grammar, grammar_messages, provider_openai, vertex
from recordings.answer import Answer, Call, Choice, Expected, Outcome, Usage, differences
from recordings.corpus import Recording
from recordings.replaying import reply_of
from recordings.run import READERS, Job

IDENTITY = {"id": "chatcmpl-1", "created": 1770000000, "model": "m"}
JSON_HEADERS = {"content-type": "application/json", "x-request-id": "r"}
SSE_HEADERS = {"content-type": "text/event-stream; charset=utf-8", "x-request-id": "r"}
STREAM = grammar.Asked(stream=True, usage_in_stream=True)


def usage_object(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": (usage.prompt or 0) + (usage.completion or 0),
        "prompt_tokens_details": {"cached_tokens": usage.cached},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
    }


def completion(answer: Answer) -> dict[str, Any]:
    """The answer as a blameless `chat.completion`."""
    choices = []
    for index, choice in answer.choices.items():
        message: dict[str, Any] = {"role": "assistant", "content": choice.text or (None if choice.calls else "")}
        message |= {"refusal": choice.refusal or None, "reasoning_content": choice.reasoning or None}
        if choice.calls:
            message["tool_calls"] = [
                {"id": call.id or f"call_{n}", "type": "function", "function": {"name": call.name, "arguments": call.arguments or "{}"}}
                for n, call in enumerate(choice.calls)
            ]
        choices.append({"index": index, "message": message, "logprobs": None, "finish_reason": choice.finish})
    body = {**IDENTITY, "object": "chat.completion", "choices": choices}
    return body | ({"usage": usage_object(answer.usage)} if answer.usage else {})


def deltas(answer: Answer) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    for index, choice in answer.choices.items():
        yield index, {"role": "assistant", "content": "", "refusal": None}, None
        for name, text in (("reasoning_content", choice.reasoning), ("content", choice.text), ("refusal", choice.refusal)):
            if text:
                yield index, {name: text}, None
        for n, call in enumerate(choice.calls):
            head = {"index": n, "id": call.id or f"call_{n}", "type": "function", "function": {"name": call.name, "arguments": ""}}
            yield index, {"tool_calls": [head]}, None
            yield index, {"tool_calls": [{"index": n, "function": {"arguments": call.arguments or "{}"}}]}, None
        yield index, {}, choice.finish


def chunks(answer: Answer) -> list[dict[str, Any]]:
    """The answer as the chunks of a blameless stream with usage."""
    envelope = {**IDENTITY, "object": "chat.completion.chunk"}
    made = [
        {**envelope, "choices": [{"index": i, "delta": delta, "logprobs": None, "finish_reason": reason}], "usage": None}
        for i, delta, reason in deltas(answer)
    ]
    return made + ([{**envelope, "choices": [], "usage": usage_object(answer.usage)}] if answer.usage else [])


def stream_body(parts: list[Any], end: str = "data: [DONE]\n\n") -> bytes:
    return ("".join(f"data: {json.dumps(part)}\n\n" for part in parts) + end).encode()


def fetch(upstream: FakeUpstream) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", upstream.port, timeout=5)
    try:
        connection.request("POST", "/", b"{}")
        return connection.getresponse().read()
    finally:
        connection.close()


class FakeUpstreamTest(unittest.TestCase):
    def test_every_cut_and_framing_gives_the_same_bytes(self) -> None:
        body = "data: {\"x\":\"é🌊\"}\r\n\r\n".encode() * 20
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        for cut in (whole, pieces_of(1), pieces_of(7), random_pieces(3)):
            for framing in Framing:
                for writes in (5, 1500):
                    sent = head + body if framing is Framing.RAW else body
                    reply = Reply(body=sent, cut=cut, framing=framing, writes=writes)
                    with FakeUpstream(lambda _, reply=reply: reply) as upstream:
                        self.assertEqual(fetch(upstream), body)

    def test_a_cut_is_seen_as_one(self) -> None:
        for framing in (Framing.LENGTH, Framing.CHUNKED):
            reply = Reply(body=b"abc", framing=framing, ending=Ending.CUT)
            with FakeUpstream(lambda _, reply=reply: reply) as upstream, self.assertRaises(http.client.IncompleteRead):
                fetch(upstream)

    def test_a_peer_that_goes_away_is_noticed(self) -> None:
        reply = Reply(body=b"abc", framing=Framing.CHUNKED, ending=Ending.STALL)
        with FakeUpstream(lambda _: reply) as upstream:
            connection = http.client.HTTPConnection("127.0.0.1", upstream.port, timeout=5)
            connection.request("GET", "/")
            response = connection.getresponse()
            self.assertEqual(response.read(3), b"abc")
            gone = time.monotonic()
            response.close()
            connection.close()
            request = upstream.wait_for_request()
            self.assertTrue(request.peer_gone.wait(2))
            self.assertLess(request.peer_gone_at - gone, 1)


@unittest.skipIf(corpus.folder() is None, "the recordings are not there")
class RecordingsTest(unittest.TestCase):
    recordings: list[Recording]

    @classmethod
    def setUpClass(cls) -> None:
        root = corpus.folder()
        assert root is not None
        cls.recordings = list(corpus.load(root))

    def test_a_recording_comes_through_the_fake_upstream_unchanged(self) -> None:
        current: dict[str, Reply] = {}
        with FakeUpstream(lambda _: current["reply"]) as upstream:
            for recording in self.recordings:
                current["reply"] = reply_of(recording, 7)
                self.assertEqual(fetch(upstream), recording.sent, recording.id)

    def test_what_a_recording_says_can_be_said_in_the_client_dialect(self) -> None:
        for recording in self.recordings:
            expected = READERS[recording.dialect](recording)
            if expected.failure is not None or (recording.request or {}).get("functions"):
                continue
            with self.subTest(recording.id):
                as_json = json.dumps(completion(expected.answer)).encode()
                self.assertEqual(differences(expected, grammar.read(200, JSON_HEADERS, as_json, grammar.Asked(stream=False))), [])
                as_stream = stream_body(chunks(expected.answer))
                self.assertEqual(differences(expected, grammar.read(200, SSE_HEADERS, as_stream, STREAM)), [])

    def test_every_recording_says_something(self) -> None:
        """A reader that finds nothing would make every comparison pass."""
        for recording in self.recordings:
            expected = READERS[recording.dialect](recording)
            if expected.failure is None:
                self.assertTrue(expected.answer.choices, recording.id)
                self.assertTrue(all(choice.finish for choice in expected.answer.choices.values()), recording.id)


class ReaderTest(unittest.TestCase):
    def read(self, *parts: dict[str, Any]) -> Expected:
        return provider_openai.Reader(legacy=False).read(list(parts))

    def test_calls_without_an_index_are_told_apart_by_their_ids(self) -> None:
        calls = [{"id": name, "function": {"name": name, "arguments": "{}"}} for name in ("a", "b")]
        answer = self.read({"choices": [{"index": 0, "delta": {"tool_calls": calls}, "finish_reason": "stop"}]}).answer
        self.assertEqual([call.name for call in answer.choices[0].calls], ["a", "b"])
        self.assertEqual(answer.choices[0].finish, "tool_calls")

    def test_reasoning_outside_the_completion_is_added_to_it(self) -> None:
        usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 10, "completion_tokens_details": {"reasoning_tokens": 3}}
        self.assertEqual(provider_openai.read_usage(usage), Usage(5, 5, None, 3))

    def test_an_error_beside_choices_is_an_error(self) -> None:
        self.assertIsNotNone(self.read({"error": {"message": "no"}, "choices": [{"index": 0, "delta": {}}]}).failure)


class GrammarTest(unittest.TestCase):
    """Each case breaks one rule in a blameless stream."""

    def setUp(self) -> None:
        answer = Answer(usage=Usage(3, 4, 0, 0))
        answer.choice(0).text = "Hello"
        answer.choice(0).finish = "stop"
        self.chunks = chunks(answer)
        self.expected = Expected(answer)

    def problems(self, end: str = "data: [DONE]\n\n") -> str:
        return " | ".join(differences(self.expected, grammar.read(200, SSE_HEADERS, stream_body(self.chunks, end), STREAM)))

    def test_blameless(self) -> None:
        self.assertEqual(self.problems(), "")

    def test_no_role(self) -> None:
        del self.chunks[0]
        self.assertIn("first delta of a choice has the role None", self.problems())

    def test_the_role_twice(self) -> None:
        self.chunks[1]["choices"][0]["delta"]["role"] = "assistant"
        self.assertIn("the role comes again", self.problems())

    def test_two_finishes(self) -> None:
        self.chunks.insert(2, self.chunks[2])
        self.assertIn("goes on after its finish", self.problems())

    def test_no_finish(self) -> None:
        del self.chunks[2]
        self.assertIn("without finish_reason", self.problems())

    def test_another_id(self) -> None:
        self.chunks[1]["id"] = "chatcmpl-2"
        self.assertIn("changed from", self.problems())

    def test_usage_twice(self) -> None:
        self.chunks.append(self.chunks[-1])
        self.assertIn("a chunk after the one with usage", self.problems())

    def test_usage_missing(self) -> None:
        del self.chunks[-1]
        self.assertIn("usage: expected", self.problems())

    def test_wrong_usage(self) -> None:
        self.chunks[-1]["usage"] |= {"prompt_tokens": 4, "total_tokens": 8}
        self.assertIn("usage prompt: expected 3, got 4", self.problems())

    def test_text_lost(self) -> None:
        self.chunks[1]["choices"][0]["delta"]["content"] = "Hallo"
        self.assertIn("choice 0 text: parts at character 1", self.problems())

    def test_a_providers_own_field(self) -> None:
        self.chunks[1]["obfuscation"] = "x"
        self.assertIn("obfuscation", self.problems())

    def test_no_end_mark(self) -> None:
        self.assertIn("without [DONE] and without an error", self.problems(end=""))

    def test_an_end_mark_after_an_error(self) -> None:
        error = {"error": {"message": "m", "type": "server_error", "param": None, "code": None}}
        self.chunks.append(error)
        self.assertIn("[DONE] after an error", self.problems())
        self.assertIn("an error instead of an answer", self.problems(end=""))

    def test_an_event_name(self) -> None:
        self.assertIn("not an event of this dialect", self.problems(end="event: end\ndata: {}\n\ndata: [DONE]\n\n"))

    def test_a_tool_call_that_repeats_its_id(self) -> None:
        head = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}
        for delta in (head, head):
            self.chunks.insert(2, {**self.chunks[1], "choices": [{**self.chunks[1]["choices"][0], "delta": {"tool_calls": [delta]}}]})
        self.assertIn("a malformed later delta of a tool call", self.problems())

    def test_a_tool_call_that_goes_on_after_the_next_has_begun(self) -> None:
        answer = Answer({0: Choice(calls=[Call("a", "[1]", "c1"), Call("b", "[2]", "c2")], finish="tool_calls")})
        parts = chunks(answer)
        # Both begin, then both get their arguments.
        parts[2], parts[3] = parts[3], parts[2]
        body = stream_body(parts)
        self.assertIn("a malformed later delta", " ".join(grammar.read(200, SSE_HEADERS, body, STREAM).problems))
        self.assertEqual(differences(Expected(answer), grammar.read(200, SSE_HEADERS, body, replace(STREAM, resumes_calls=True))), [])


class MessagesGrammar(unittest.TestCase):
    """What breaks the accumulators of Anthropic's SDKs."""

    HEADERS = SSE_HEADERS | {"request-id": "r"}
    START: dict[str, Any] = {
        "type": "message_start",
        "message": {
            **{"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None},
            **{"stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1, "estimated": True}},
        },
    }

    def events(self) -> list[dict[str, Any]]:
        return [
            self.START,
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"input_tokens": 3, "output_tokens": 2}},
            {"type": "message_stop"},
        ]

    def read(self, events: list[dict[str, Any]]) -> grammar_messages.Outcome:
        body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
        return grammar_messages.read(200, self.HEADERS, body, stream=True)

    def test_a_good_stream(self) -> None:
        outcome = self.read(self.events())
        self.assertEqual(outcome.problems, [])
        self.assertEqual(outcome.answer, Answer({0: Choice("Hi", finish="stop")}, Usage(3, 2)))

    def test_an_error_in_a_stream(self) -> None:
        outcome = self.read([*self.events()[:3], {"type": "error", "error": {"type": "api_error", "message": "It broke."}}])
        self.assertEqual((outcome.problems, outcome.answer.choices[0].text), ([], "Hi"))

    def test_what_is_missing_or_out_of_turn(self) -> None:
        good = self.events()
        for broken in (
            good[1:],
            good[:-1],
            [good[0], *good],
            [*good[:3], *good[4:]],
            [good[0], *good[2:]],
            [*good, good[2]],
            [good[0], good[1] | {"index": 1}, *good[2:]],
            [*good[:4], {**good[4], "usage": {"output_tokens": 2}}, good[5]],
        ):
            self.assertNotEqual(self.read(broken).problems, [], broken)

    def test_an_error_of_another_dialect(self) -> None:
        body = json.dumps({"error": {"message": "No.", "type": "server_error", "param": None, "code": None}}).encode()
        headers = JSON_HEADERS | {"request-id": "r"}
        self.assertNotEqual(grammar_messages.read(500, headers, body, stream=False).problems, [])


class VertexReplay(unittest.TestCase):
    """What the replay by Vertex AI must notice beside what that of Google's own API does."""

    WHOLE = Answer({0: Choice(text="Hello there", calls=[Call("a"), Call("b")], finish="tool_calls")})
    BROKEN = {"code": "upstream_truncated"}

    def beginning(self, choice: Choice, error: dict[str, Any] | None) -> list[str]:
        return vertex.beginning_complaints(self.WHOLE, Outcome(200, Answer({0: choice}), error))

    def test_an_answer_that_breaks_off(self) -> None:
        self.assertEqual(self.beginning(Choice(text="Hello", calls=[Call("a")]), self.BROKEN), [])
        self.assertNotEqual(self.beginning(Choice(text="Hello", finish="stop"), self.BROKEN), [])
        self.assertNotEqual(self.beginning(Choice(text="Hallo"), self.BROKEN), [])
        self.assertNotEqual(self.beginning(Choice(text="Hello", calls=[Call("b")]), self.BROKEN), [])
        self.assertNotEqual(self.beginning(Choice(text="Hello"), {"code": "upstream_error"}), [])
        self.assertNotEqual(self.beginning(Choice(text="Hello"), None), [])

    def test_a_request_to_gemini(self) -> None:
        def complaints(content: dict[str, Any], **members: Any) -> list[str]:
            return vertex.gemini_complaints(self.case("google.generate", {"contents": [content]}), {"contents": [content]} | members)

        call = {"functionCall": {"name": "a", "args": {}}}
        self.assertEqual(complaints({"role": "model", "parts": [call]}), [])
        self.assertNotEqual(complaints({"role": "model", "parts": [{"functionCall": call["functionCall"] | {"id": "1"}}]}), [])
        self.assertNotEqual(complaints({"parts": [{"text": "Hi"}]}), [])
        self.assertNotEqual(complaints({"role": "user", "parts": [{"text": "Hi"}]}, serviceTier="flex"), [])

    def test_a_request_to_claude(self) -> None:
        asked = {"max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]}
        case = self.case("anthropic.messages", asked)
        arrived = asked | {"anthropic_version": "vertex-2023-10-16"}
        self.assertEqual(vertex.claude_complaints(case, arrived), [])
        for broken in (asked, arrived | {"model": "m"}, arrived | {"max_tokens": 6}, arrived | {"messages": [{"role": "user", "content": "H"}]}):
            self.assertNotEqual(vertex.claude_complaints(case, broken), [], broken)

    def case(self, dialect: str, request: dict[str, Any]) -> vertex.Case:
        recording = Recording("r-1", dialect, 200, streamed=False, headers={}, body="{}", request=request)
        return vertex.Case(Job(recording, Expected(self.WHOLE), 0))


if __name__ == "__main__":
    unittest.main()
