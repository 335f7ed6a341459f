"""Structured output, by the SDK's parse helpers and by hand."""

from __future__ import annotations

import json
from enum import Enum

from openai import OpenAI
from pydantic import BaseModel, Field

MESSAGES = [{"role": "user", "content": "Plan a picnic."}]


class Weather(str, Enum):
    sun = "sun"
    rain = "rain"


class Item(BaseModel):
    name: str
    quantity: int = Field(ge=1)


class Picnic(BaseModel):
    title: str
    weather: Weather
    items: list[Item]
    note: str | None
    outside: bool


def test_parse(client: OpenAI) -> None:
    message = client.chat.completions.parse(model="sim/chat", messages=MESSAGES, response_format=Picnic).choices[0].message
    assert isinstance(message.parsed, Picnic)
    assert message.content is not None and Picnic.model_validate_json(message.content) == message.parsed


def test_parse_a_stream(client: OpenAI) -> None:
    with client.chat.completions.stream(model="sim/chat", messages=MESSAGES, response_format=Picnic) as stream:
        snapshots = [event.snapshot for event in stream if event.type == "content.delta"]
        message = stream.get_final_completion().choices[0].message
    assert len(snapshots) > 1
    assert isinstance(message.parsed, Picnic)


def test_json_object(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="sim/chat", messages=MESSAGES, response_format={"type": "json_object"})
    assert isinstance(json.loads(answer.choices[0].message.content or ""), dict)
