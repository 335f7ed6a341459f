"""Tool calls: whole, streamed, parallel, forced, and the loop with a tool's result."""

from __future__ import annotations

import json
from typing import Any

from openai import OpenAI, pydantic_function_tool
from pydantic import BaseModel

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
    },
}
CLOCK = {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object", "properties": {}}}}
QUESTION: list[dict[str, Any]] = [{"role": "user", "content": "How is the weather in Oslo?"}]


def check_weather_arguments(text: str) -> None:
    arguments = json.loads(text)
    assert arguments.keys() == {"city", "unit"}
    assert isinstance(arguments["city"], str) and arguments["unit"] in ("celsius", "fahrenheit")


def test_a_call(client: OpenAI) -> None:
    choice = client.chat.completions.create(model="sim/chat", messages=QUESTION, tools=[WEATHER]).choices[0]
    assert choice.finish_reason == "tool_calls" and choice.message.tool_calls is not None
    (call,) = choice.message.tool_calls
    assert call.type == "function" and call.id and call.function.name == "get_weather"
    check_weather_arguments(call.function.arguments)


def test_the_loop(client: OpenAI) -> None:
    message = client.chat.completions.create(model="sim/chat", messages=QUESTION, tools=[WEATHER]).choices[0].message
    assert message.tool_calls is not None
    result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "4 degrees and drizzle"}
    answer = client.chat.completions.create(model="sim/chat", messages=[*QUESTION, message, result], tools=[WEATHER])
    assert answer.choices[0].finish_reason == "stop"
    assert "4 degrees and drizzle" in (answer.choices[0].message.content or "")


def test_a_forced_call(client: OpenAI) -> None:
    choice = {"type": "function", "function": {"name": "get_time"}}
    answer = client.chat.completions.create(model="sim/chat", messages=QUESTION, tools=[WEATHER, CLOCK], tool_choice=choice)
    (call,) = answer.choices[0].message.tool_calls or []
    assert call.function.name == "get_time" and json.loads(call.function.arguments) == {}


def test_no_call_when_forbidden(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="sim/chat", messages=QUESTION, tools=[WEATHER], tool_choice="none")
    assert answer.choices[0].message.tool_calls is None and answer.choices[0].message.content


def test_parallel_calls(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="sim/chat", messages=QUESTION, tools=[WEATHER, CLOCK])
    calls = answer.choices[0].message.tool_calls or []
    assert [call.function.name for call in calls] == ["get_weather", "get_time"]
    assert len({call.id for call in calls}) == 2


def test_parallel_calls_can_be_switched_off(client: OpenAI) -> None:
    answer = client.chat.completions.create(
        model="sim/chat", messages=QUESTION, tools=[WEATHER, CLOCK], parallel_tool_calls=False
    )
    assert len(answer.choices[0].message.tool_calls or []) == 1


def test_results_of_parallel_calls(client: OpenAI) -> None:
    message = client.chat.completions.create(model="sim/chat", messages=QUESTION, tools=[WEATHER, CLOCK]).choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": f"result of {call.id}"} for call in message.tool_calls or []]
    answer = client.chat.completions.create(model="sim/chat", messages=[*QUESTION, message, *results], tools=[WEATHER, CLOCK])
    assert results[-1]["content"] in (answer.choices[0].message.content or "")


def test_streamed_calls(client: OpenAI) -> None:
    heads, arguments, finishes = {}, {0: "", 1: ""}, []
    for chunk in client.chat.completions.create(model="sim/chat", messages=QUESTION, tools=[WEATHER, CLOCK], stream=True):
        finishes += [chunk.choices[0].finish_reason] if chunk.choices[0].finish_reason else []
        for part in chunk.choices[0].delta.tool_calls or []:
            if part.id:
                assert part.index not in heads and part.type == "function"
                heads[part.index] = part.function.name
            arguments[part.index] += part.function.arguments or ""
    assert heads == {0: "get_weather", 1: "get_time"} and finishes == ["tool_calls"]
    check_weather_arguments(arguments[0])
    assert json.loads(arguments[1]) == {}


def test_streamed_calls_by_the_helper(client: OpenAI) -> None:
    with client.chat.completions.stream(model="sim/chat", messages=QUESTION, tools=[WEATHER, CLOCK]) as stream:
        done = [event for event in stream if event.type == "tool_calls.function.arguments.done"]
        choice = stream.get_final_completion().choices[0]
    assert [event.name for event in done] == ["get_weather", "get_time"]
    assert choice.finish_reason == "tool_calls"
    assert [call.function.name for call in choice.message.tool_calls or []] == ["get_weather", "get_time"]


class GetForecast(BaseModel):
    city: str
    days: int
    hourly: bool


def test_typed_arguments(client: OpenAI) -> None:
    answer = client.chat.completions.parse(model="sim/chat", messages=QUESTION, tools=[pydantic_function_tool(GetForecast)])
    (call,) = answer.choices[0].message.tool_calls or []
    assert isinstance(call.function.parsed_arguments, GetForecast)
