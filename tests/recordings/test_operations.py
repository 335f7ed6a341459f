#!/usr/bin/env python3
"""Tests of what the replay of operations must notice, without a gateway: wrong counts of tokens, and lost bytes of answers that break off."""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recordings import completions, passed_on, token_counts
from recordings.corpus import Recording

LOST = {"message": "The connection was lost.", "type": "server_error", "param": None, "code": "upstream_connection_lost"}


def recording(body: str, media_type: str) -> Recording:
    streamed = media_type == "text/event-stream"
    return Recording("acme-1", "openai.completions", 200, streamed, {"content-type": media_type}, body, request=None)


class TokenCounts(unittest.TestCase):
    """Half and double of what the vendor counts; with tools of Anthropic's, from the words of the request on and never above it."""

    ASKED = {"messages": [{"role": "user", "content": [{"type": "text", "text": "And tomorrow?"}]}]}

    def fits(self, count: int, stated: int, asked: dict[str, Any]) -> bool:
        return not token_counts.count_problems(count, {"input_tokens": stated}, asked)

    def test_a_prompt(self) -> None:
        self.assertEqual([self.fits(count, 13, self.ASKED) for count in (2, 6, 7, 13, 26, 27)], [False, False, True, True, True, False])

    def test_tools_of_google(self) -> None:
        self.assertEqual([self.fits(count, 36, {"contents": [], "tools": []}) for count in (17, 18, 72, 73)], [False, True, True, False])

    def test_tools_of_anthropic(self) -> None:
        asked = self.ASKED | {"model": "m 1", "tools": [{"name": "clock", "description": "Tells the time"}]}
        self.assertEqual([self.fits(count, 669, asked) for count in (2, 6, 7, 669, 670)], [False, False, True, True, False])


class PassedOn(unittest.TestCase):
    """An answer that breaks off in its middle, byte by byte."""

    JSON = recording('{"data": ["abcdefgh"]}', "application/json")
    EVENTS = recording('data: {"text": "abc"}\n\ndata: {"text": "defghijkl"}\n\n', "text/event-stream")
    OWN = f"\n\ndata: {json.dumps({'error': LOST})}\n\n".encode()

    def test_what_a_client_must_get(self) -> None:
        self.assertEqual(passed_on.broken_problems(self.JSON, self.JSON.beginning, True), [])
        self.assertEqual(passed_on.broken_problems(self.EVENTS, self.EVENTS.beginning + self.OWN, False), [])

    def test_what_a_json_answer_may_not_be(self) -> None:
        begun = self.JSON.beginning
        for body, broke in ((b"", True), (begun[:-1], True), (begun + b" ", True), (begun, False)):
            self.assertNotEqual(passed_on.broken_problems(self.JSON, body, broke), [], body)

    def test_what_events_may_not_be(self) -> None:
        begun, other = self.EVENTS.beginning, self.OWN.replace(b"upstream_connection_lost", b"upstream_error")
        for body in (b"", self.OWN, begun, begun[:-1] + self.OWN, begun + other, begun + self.OWN.lstrip(), begun + self.OWN + self.OWN[2:]):
            self.assertNotEqual(passed_on.broken_problems(self.EVENTS, body, False), [], body)
        self.assertNotEqual(passed_on.broken_problems(self.EVENTS, begun + self.OWN, True), [], "breaks off behind the error")


class Completions(unittest.TestCase):
    """A stream that breaks off in its second event."""

    BODY = "".join(f"data: {json.dumps({'choices': [{'index': 0, 'text': text}]})}\n\n" for text in ("One", " two", " three"))
    WANT = completions.begun(recording(BODY, "text/event-stream"))

    def differences(self, text: str, error: dict[str, Any] | None = LOST) -> list[str]:
        have = completions.Said(error=error)
        if text:
            have.choices[0] = completions.Choice(text)
        return completions.broken_differences(self.WANT, have)

    def test_what_a_client_must_get(self) -> None:
        self.assertEqual(self.differences("One"), [])
        self.assertEqual(completions.begun(recording('{"choices": []}', "application/json")).choices, {})

    def test_what_it_may_not_get(self) -> None:
        for text in ("", "O", "One two", "Two"):
            self.assertNotEqual(self.differences(text), [], text)
        self.assertNotEqual(self.differences("One", None), [])


if __name__ == "__main__":
    unittest.main()
