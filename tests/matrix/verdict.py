"""Whether a cell is as it must be: what reached the provider, what reached the client, and what the gateway said that it changed."""

from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType
from typing import Any

from matrix.cells import ERROR_WORDS, Cell, Said
from matrix.providers.sim import OWN_WORDS
from matrix.scripted import Form
from recordings import sent
from recordings.answer import Expected, Failure, Outcome, differences

Json = dict[str, Any]

RATE_LIMITED = Failure(frozenset({429}), frozenset({"rate_limit_exceeded"}), ERROR_WORDS)
BROKEN = Failure(frozenset({200}), frozenset(), ERROR_WORDS)


def unknown(module: ModuleType, cell: Cell) -> str:
    return getattr(module, "UNKNOWN", {}).get(cell.feature, "")


def wanted(ask: Json) -> sent.Facts:
    facts = sent.asked(ask)
    if "reasoning_effort" in ask:
        facts.settings["thinking"] = True
    return facts


def forced_tool(facts: sent.Facts, ask: Json) -> str:
    """The tool by which the gateway asks for a structured answer where the provider has no other way."""
    offered = {name for name, _ in sent.asked(ask).tools}
    return next((name for name, _ in facts.tools if "response_format" in ask and name not in offered), "")


def lost(form: Form, cell: Cell, facts: sent.Facts) -> str:
    """What of the question did not arrive, but for what the client must be told was dropped."""
    want, have = wanted(cell.ask), replace(facts, settings=dict(facts.settings))
    parameter, _, done = form.adapted.get(cell.feature, "").partition("=")
    if done == "dropped":  # then it may not arrive
        want.settings |= {"thinking": False} if parameter == "reasoning_effort" else {parameter: None}
    if tool := forced_tool(facts, cell.ask):
        schema = dict(facts.tools)[tool]
        have.settings["response_format"] = schema
        have.tools = [one for one in facts.tools if one[0] != tool]
    for one in (want, have):
        one.calls, one.results = numbered(one)
    if want.settings.get("tool_choice") == "auto" and "tool_choice" not in have.settings:
        del want.settings["tool_choice"]  # which is what it means to say nothing
    return sent.lost(want, have)


def numbered(facts: sent.Facts) -> tuple[list[tuple[str, str, Any]], list[tuple[str, str]]]:
    """Ids are the gateway's affair as long as each result names its call; some dialects have none and link by order or name."""
    places = {call[0]: str(place) for place, call in enumerate(facts.calls)}
    calls = [(str(place), call[1], call[2]) for place, call in enumerate(facts.calls)]
    return calls, [(places.get(call_id, f"no call {call_id}"), text) for call_id, text in facts.results]


def judge(module: ModuleType, form: Form, cell: Cell, outcome: Outcome, told: str) -> list[str]:
    """What is wrong with what the client got; `told` is the value of x-breakwater-adapted."""
    if words := form.refused.get(cell.feature):
        return judge_refusal(outcome, words)
    expected_note = form.adapted.get(cell.feature, "")
    found = [] if told == expected_note else [f"x-breakwater-adapted: expected {expected_note!r}, got {told!r}"]
    said = getattr(module, "EXPECTED", {}).get(cell.feature, cell.said)
    if cell.fails == "status":
        return found + differences(Expected(failure=own_words(module, RATE_LIMITED)), outcome)
    expected = Expected(said.as_answer(), own_words(module, BROKEN) if cell.fails else None)
    if module_has_own_words(module):
        expected.answer.usage = None
        found += fill_own_words(said, expected, outcome)
    if cell.feature == "structured":
        same_json(expected, outcome)
    return found + differences(expected, outcome)


def judge_refusal(outcome: Outcome, words: str) -> list[str]:
    error = outcome.error or {}
    if outcome.status != 400 or words not in str(error.get("message")):
        return [f"expected a 400 that speaks of {words!r}, got {outcome.status} {json.dumps(error)}"]
    return list(outcome.problems)


def module_has_own_words(module: ModuleType) -> bool:
    return not hasattr(module, "facts")


def own_words(module: ModuleType, failure: Failure) -> Failure:
    return replace(failure, message="") if module_has_own_words(module) else failure


def fill_own_words(said: Said, expected: Expected, outcome: Outcome) -> list[str]:
    """A text that nobody scripted only has to be there."""
    found = []
    if 0 in outcome.answer.choices:
        want, have = expected.answer.choices[0], outcome.answer.choices[0]
        for name in ("text", "reasoning"):
            if getattr(said, name) == OWN_WORDS:
                found += [] if getattr(have, name) else [f"there is no {name}"]
                setattr(want, name, getattr(have, name))
        for call, made in zip(want.calls, have.calls, strict=False):
            call.id = made.id
    return found


def same_json(expected: Expected, outcome: Outcome) -> None:
    """The same value in other bytes is the same answer."""
    if 0 not in outcome.answer.choices:
        return
    want, have = expected.answer.choices[0], outcome.answer.choices[0]
    try:
        if json.loads(have.text) == json.loads(want.text):
            want.text = have.text
    except json.JSONDecodeError:
        pass
