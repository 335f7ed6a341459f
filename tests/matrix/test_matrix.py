#!/usr/bin/env python3
"""The matrix itself must see what is wrong: each test breaks one thing in a cell that holds."""

from __future__ import annotations

import json
import sys
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blackbox.fake_upstream import Request
from matrix import registry, scripted, verdict
from matrix.cells import CELLS, SCHEMA, Cell
from matrix.providers import anthropic, openai, openai_responses, sim, vertex
from recordings import sent
from recordings.answer import Answer, Outcome

FORM = openai.FORMS["openai"]


def cell(feature: str) -> Cell:
    return next(one for one in CELLS if one.feature == feature)


def arrived(feature: str) -> sent.Facts:
    """What a provider sees when all is well."""
    return verdict.wanted(cell(feature).ask)


class Requests(unittest.TestCase):
    def assert_lost(self, feature: str, facts: sent.Facts, word: str) -> None:
        self.assertEqual(verdict.lost(FORM, cell(feature), arrived(feature)), "")
        self.assertIn(word, verdict.lost(FORM, cell(feature), facts))

    def test_a_result_of_the_wrong_call(self) -> None:
        facts = arrived("tool result")
        (one, first), (two, second) = facts.results
        self.assert_lost("tool result", replace(facts, results=[(two, first), (one, second)]), "results")

    def test_ids_may_be_others(self) -> None:
        facts = arrived("tool result")
        calls = [(f"x{call[0]}", *call[1:]) for call in facts.calls]
        facts = replace(facts, calls=calls, results=[(f"x{one}", text) for one, text in facts.results])
        self.assertEqual(verdict.lost(FORM, cell("tool result"), facts), "")

    def test_a_picture_left_out(self) -> None:
        self.assert_lost("image", replace(arrived("image"), images=[]), "images")

    def test_a_limit_left_out(self) -> None:
        self.assert_lost("length", replace(arrived("length"), settings={}), "max_tokens")

    def test_thinking_not_asked_for(self) -> None:
        facts = arrived("thinking")
        self.assert_lost("thinking", replace(facts, settings=facts.settings | {"thinking": False}), "thinking")

    def test_a_schema_that_is_not_the_one(self) -> None:
        facts = arrived("structured")
        form = {"type": "object", "properties": {}}
        by_tool = replace(facts, tools=[("respond", form)], settings={"max_tokens": 2000})
        self.assert_lost("structured", by_tool, "response_format")

    def test_a_member_of_another_dialect(self) -> None:
        body = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}], "reasoning_effort": "high"}
        self.assertEqual(anthropic.facts(body).strangers, ["reasoning_effort"])

    def test_a_setting_that_arrives_although_it_was_dropped(self) -> None:
        form = replace(FORM, adapted={"stop": "stop=dropped"})
        facts = arrived("stop")
        self.assertIn("stop", verdict.lost(form, cell("stop"), facts))
        del facts.settings["stop"]
        self.assertEqual(verdict.lost(form, cell("stop"), facts), "")

    def responses_body(self, **more: object) -> dict[str, object]:
        said = [{"role": "system", "content": "Answer as this says:\n\n" + json.dumps(SCHEMA)}, {"role": "user", "content": "Hi"}]
        return {"model": "m", "input": said, "store": False} | more

    def test_a_schema_that_is_told_in_words(self) -> None:
        by_words = self.responses_body(text={"format": {"type": "json_object"}})
        self.assertEqual(openai_responses.facts(by_words).settings["response_format"], SCHEMA)
        del by_words["input"][0]
        self.assertIsNone(openai_responses.facts(by_words).settings["response_format"])

    def test_reasoning_that_could_not_be_given_back(self) -> None:
        asked = self.responses_body(reasoning={"effort": "high"})
        self.assertTrue(openai_responses.facts(asked).strangers)
        self.assertEqual(openai_responses.facts(asked | {"include": ["reasoning.encrypted_content"]}).strangers, [])


class Answers(unittest.TestCase):
    def judge(self, feature: str, outcome: Outcome, told: str = "", **form: object) -> list[str]:
        return verdict.judge(openai, replace(FORM, **form), cell(feature), outcome, told)

    def outcome(self, feature: str) -> Outcome:
        return Outcome(200, cell(feature).said.as_answer())

    def test_all_is_well(self) -> None:
        self.assertEqual(self.judge("text", self.outcome("text")), [])

    def test_a_change_that_nobody_expected(self) -> None:
        self.assertTrue(self.judge("text", self.outcome("text"), told="stop=dropped"))

    def test_a_change_that_is_not_told(self) -> None:
        self.assertTrue(self.judge("text", self.outcome("text"), adapted={"text": "stop=dropped"}))

    def test_refusals_have_a_status_and_words(self) -> None:
        error = {"message": "The model takes no images.", "code": "unsupported_parameter"}
        refused = {"image": "no images"}
        self.assertEqual(self.judge("image", Outcome(400, error=error), refused=refused), [])
        self.assertTrue(self.judge("image", Outcome(502, error=error), refused=refused))
        self.assertTrue(self.judge("image", Outcome(400, error={"message": "No."}), refused=refused))
        self.assertTrue(self.judge("image", self.outcome("image"), refused=refused))

    def test_a_lost_call(self) -> None:
        outcome = self.outcome("parallel tools")
        outcome.answer.choices[0].calls.pop()
        self.assertTrue(self.judge("parallel tools", outcome))

    def test_structured_answers_are_compared_as_values(self) -> None:
        outcome = self.outcome("structured")
        outcome.answer.choices[0].text = json.dumps({"mood": "grey", "city": "Oslo"})
        self.assertEqual(self.judge("structured", outcome), [])
        outcome.answer.choices[0].text = json.dumps({"mood": "grey"})
        self.assertTrue(self.judge("structured", outcome))

    def test_an_error_that_becomes_a_good_end(self) -> None:
        self.assertTrue(self.judge("error in a stream", self.outcome("error in a stream")))

    def test_an_empty_answer_of_the_simulator(self) -> None:
        outcome = self.outcome("text")
        outcome.answer = Answer()
        self.assertTrue(verdict.judge(sim, sim.FORMS["sim"], cell("text"), outcome, ""))


class Vertex(unittest.TestCase):
    GEMINI = {"contents": [{"role": "model", "parts": [{"functionCall": {"name": "weather", "args": {}}}]}]}
    CLAUDE = {"anthropic_version": vertex.VERSION, "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]}

    def test_what_gemini_has_elsewhere(self) -> None:
        self.assertEqual(vertex.facts(self.GEMINI).strangers, [])
        named = {"functionCall": {"id": "call_1", "name": "weather", "args": {}}}
        self.assertEqual(vertex.facts({"contents": [{"role": "model", "parts": [named]}]}).strangers, ["id"])
        self.assertEqual(vertex.facts({"contents": [{"parts": [{"text": "Hi"}]}]}).strangers, ["a turn of nobody"])
        self.assertEqual(vertex.facts(self.GEMINI | {"serviceTier": "flex"}).strangers, ["serviceTier"])

    def test_what_claude_has_elsewhere(self) -> None:
        self.assertEqual(vertex.claude_facts(self.CLAUDE).strangers, [])
        self.assertEqual(vertex.claude_facts(self.CLAUDE | {"model": "claude-m"}).strangers, ["model"])
        self.assertEqual(vertex.claude_facts(self.CLAUDE | {"anthropic_version": "2023-06-01"}).strangers, ["no version"])
        form = {"format": {"type": "json_schema", "schema": {}}}
        self.assertEqual(vertex.claude_facts(self.CLAUDE | {"output_config": form}).strangers, ["output_config.format"])

    def test_only_a_known_log_in_gets_a_token(self) -> None:
        form = "grant_type=refresh_token&refresh_token="
        ask = lambda word: scripted.token_for(Request("POST", "/token", {}, f"{form}{word}".encode()))  # noqa: E731
        self.assertEqual(ask(scripted.REFRESH_TOKEN).status, 200)
        self.assertEqual(ask("another").status, 400)

    def test_each_call_has_the_credential_of_its_form(self) -> None:
        token = {"authorization": f"Bearer {scripted.KEY}", "x-goog-user-project": "payer"}
        key = {"x-goog-api-key": scripted.KEY}
        may = lambda form, headers: vertex.FORMS[form].may(Request("POST", "/", headers, b""))  # noqa: E731
        for form in ("vertex", "vertex, Claude"):
            self.assertTrue(may(form, token))
            self.assertFalse(may(form, token | key))
            self.assertFalse(may(form, token | {"anthropic-version": "2023-06-01"}))
            self.assertFalse(may(form, {"authorization": f"Bearer {scripted.KEY}"}))
        self.assertTrue(may("vertex, express mode", key))
        self.assertFalse(may("vertex, express mode", key | token))


class Registry(unittest.TestCase):
    def test_a_dialect_without_a_description(self) -> None:
        with mock.patch.object(registry, "dialects", lambda side: ["openai", "acme.answers"]):
            found, missing = registry.described("provider")
        self.assertEqual(list(found), ["openai"])
        self.assertIn("add tests/matrix/providers/acme_answers.py", missing[0])


if __name__ == "__main__":
    unittest.main(verbosity=0)
