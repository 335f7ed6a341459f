"""Moderations with the official OpenAI SDK for Python."""

from __future__ import annotations

import pytest
from openai import BadRequestError, NotFoundError, OpenAI


def test_verdicts_are_typed(client: OpenAI) -> None:
    answer = client.moderations.create(model="sim/moderation", input=["good morning", "I will kill you"])
    assert [result.flagged for result in answer.results] == [False, True]
    threat = answer.results[1]
    assert threat.categories.violence and not threat.categories.self_harm_instructions
    assert threat.category_scores.violence > 0.5 > threat.category_scores.sexual_minors
    assert threat.category_applied_input_types.violence == ["text"]


def test_parts_are_judged_together(client: OpenAI) -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
    answer = client.moderations.create(model="sim/moderation", input=[{"type": "text", "text": "a cat"}, picture])
    assert [result.category_applied_input_types.hate for result in answer.results] == [["text", "image"]]


def test_errors_say_what_is_wrong(client: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="input"):
        client.moderations.create(model="sim/moderation", input=[])
    with pytest.raises(NotFoundError, match="omni-moderation-latest"):  # what the SDK's users get who name no model
        client.moderations.create(input="hello")
