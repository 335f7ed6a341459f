"""LangChain on top of the gateway."""

from __future__ import annotations

import asyncio

import pytest
from conftest import TIMEOUT_SECONDS
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from blackbox.gateway import Gateway


@tool
def get_weather(city: str, days: int) -> str:
    """The weather of a city for some days."""
    return f"{city}: {days} days of drizzle"


@tool
def get_time(zone: str) -> str:
    """The time in a zone."""
    return f"noon in {zone}"


class Picnic(BaseModel):
    """A plan for a picnic."""

    title: str
    guests: int
    food: list[str]


@pytest.fixture(scope="module")
def model(gateway: Gateway) -> ChatOpenAI:
    return ChatOpenAI(
        model="sim/chat", base_url=gateway.base_url, api_key="unused", max_retries=0, timeout=TIMEOUT_SECONDS, stream_usage=True
    )


def test_invoke(model: ChatOpenAI) -> None:
    answer = model.invoke([SystemMessage("Be brief."), HumanMessage("a lighthouse keeper")])
    assert isinstance(answer, AIMessage) and "a lighthouse keeper" in answer.text
    assert answer.usage_metadata is not None and answer.usage_metadata["output_tokens"] > 0


def test_ainvoke(model: ChatOpenAI) -> None:
    assert "a lighthouse keeper" in asyncio.run(model.ainvoke("a lighthouse keeper")).text


def test_stream(model: ChatOpenAI) -> None:
    chunks: list[AIMessageChunk] = list(model.stream("a lighthouse keeper"))
    total = sum(chunks[1:], start=chunks[0])
    assert len(chunks) > 2 and "a lighthouse keeper" in total.text
    assert total.usage_metadata is not None and total.usage_metadata["total_tokens"] > 0


def test_bind_tools_and_answer_with_results(model: ChatOpenAI) -> None:
    question = HumanMessage("How is the weather?")
    bound = model.bind_tools([get_weather, get_time])
    call_message = bound.invoke([question])
    assert [call["name"] for call in call_message.tool_calls] == ["get_weather", "get_time"]
    results = [{"get_weather": get_weather, "get_time": get_time}[call["name"]].invoke(call) for call in call_message.tool_calls]
    assert all(isinstance(result, ToolMessage) for result in results)
    assert results[-1].text in bound.invoke([question, call_message, *results]).text


def test_streamed_tool_calls(model: ChatOpenAI) -> None:
    chunks = list(model.bind_tools([get_weather]).stream("How is the weather?"))
    (call,) = sum(chunks[1:], start=chunks[0]).tool_calls
    assert call["name"] == "get_weather" and isinstance(call["args"]["city"], str) and isinstance(call["args"]["days"], int)


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(model: ChatOpenAI, method: str) -> None:
    assert isinstance(model.with_structured_output(Picnic, method=method).invoke("Plan a picnic."), Picnic)


def test_by_the_responses_api(gateway: Gateway) -> None:
    model = ChatOpenAI(
        model="sim/chat", base_url=gateway.base_url, api_key="unused", max_retries=0, timeout=TIMEOUT_SECONDS, use_responses_api=True
    )
    answer = model.invoke([SystemMessage("Be brief."), HumanMessage("a lighthouse keeper")])
    assert "a lighthouse keeper" in answer.text and answer.usage_metadata is not None
    streamed = "".join(chunk.text for chunk in model.stream("a lighthouse keeper"))
    assert "a lighthouse keeper" in streamed
    question = [HumanMessage("How is the weather in Oslo?")]
    asked = model.bind_tools([get_weather]).invoke(question)
    (call,) = asked.tool_calls
    result = ToolMessage("4 days of drizzle", tool_call_id=call["id"])
    assert "4 days of drizzle" in model.bind_tools([get_weather]).invoke([*question, asked, result]).text
