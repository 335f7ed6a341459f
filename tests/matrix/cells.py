"""What is asked in each cell, and what the scripted provider says to it, in the words of no dialect.

A question is a Chat Completions request, because that is what the readers of arrived requests compare with (recordings/sent.py); a client
dialect of another form translates it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from recordings.answer import Answer, Call, Choice, Usage

Json = dict[str, Any]

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CITY: Json = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Oslo"]}}, "required": ["city"]}
NOTHING: Json = {"type": "object", "properties": {}}
ERROR_WORDS = "The matrix is full today."
TOKENS = (11, 7)


def function(name: str, about: str, parameters: Json) -> Json:
    return {"type": "function", "function": {"name": name, "description": about, "parameters": parameters}}


WEATHER = function("weather", "Tells the weather of a city", CITY)
CLOCK = function("clock", "Tells the time", NOTHING)
SCHEMA: Json = {
    "type": "object",
    "properties": {"city": {"type": "string", "enum": ["Oslo"]}, "mood": {"type": "string", "enum": ["grey"]}},
    "required": ["city", "mood"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Said:
    """An answer of the provider; its dialect's module writes it down, whole or as a stream."""

    text: str = ""
    reasoning: str = ""
    calls: tuple[tuple[str, str, str], ...] = ()  # id, name, arguments
    finish: str = "stop"  # in the words of Chat Completions

    def as_answer(self) -> Answer:
        calls = [Call(name, arguments, call_id) for call_id, name, arguments in self.calls]
        choice = Choice(text=self.text, reasoning=self.reasoning, calls=calls, finish=self.finish)
        return Answer({0: choice}, Usage(*TOKENS))


@dataclass(frozen=True)
class Cell:
    feature: str
    ask: Json
    said: Said = field(default_factory=Said)
    fails: str = ""  # "status": the provider refuses; "midway": it breaks off its stream with an error


def asking(text: Any, **more: Any) -> Json:
    messages = [{"role": "system", "content": "You know the weather."}, {"role": "user", "content": text}]
    return {"messages": messages, "max_tokens": 2000} | more


CALL_ONE = ("call_one", "weather", '{"city":"Oslo"}')
CALL_TWO = ("call_two", "clock", "{}")
FINE = Said(text="Grey, and 4 \u00b0C.")


def made(call: tuple[str, str, str]) -> Json:
    return {"id": call[0], "type": "function", "function": {"name": call[1], "arguments": call[2]}}


def after_results() -> Json:
    ask = asking("How is Oslo, and how late is it?", tools=[WEATHER, CLOCK])
    ask["messages"] += [
        {"role": "assistant", "content": "One moment.", "tool_calls": [made(CALL_ONE), made(CALL_TWO)]},
        {"role": "tool", "tool_call_id": CALL_ONE[0], "content": "4 degrees"},
        {"role": "tool", "tool_call_id": CALL_TWO[0], "content": "half past nine"},
    ]
    return ask


def showing_a_picture() -> Json:
    url = {"url": f"data:image/png;base64,{PICTURE}"}
    return asking([{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": url}])


CELLS = [
    Cell("text", asking("How is Oslo?"), FINE),
    Cell("tools", asking("How is Oslo?", tools=[WEATHER], tool_choice="auto"), Said(calls=(CALL_ONE,), finish="tool_calls")),
    Cell(
        "parallel tools",
        asking("How is Oslo, and how late is it?", tools=[WEATHER, CLOCK]),
        Said(text="I look.", calls=(CALL_ONE, CALL_TWO), finish="tool_calls"),
    ),
    Cell("tool result", after_results(), FINE),
    Cell("image", showing_a_picture(), FINE),
    Cell(
        "structured",
        asking("How is Oslo?", response_format={"type": "json_schema", "json_schema": {"name": "report", "schema": SCHEMA}}),
        Said(text='{"city":"Oslo","mood":"grey"}'),
    ),
    Cell("thinking", asking("How is Oslo?", reasoning_effort="high", max_tokens=30000), Said(text=FINE.text, reasoning="North, winter.")),
    Cell("stop", asking("Count.", stop=["five"]), Said(text="One, two, three, four, ")),
    Cell("length", asking("How is Oslo?", max_tokens=16), Said(text="Grey, and", finish="length")),
    Cell("refusal", asking("How do I harm Oslo?"), Said(text="I would ", finish="content_filter")),
    Cell("error", asking("How is Oslo?"), fails="status"),
    Cell("error in a stream", asking("How is Oslo?"), Said(text="Grey, a"), fails="midway"),
]
