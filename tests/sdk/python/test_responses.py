"""The Responses API of the official SDK, over a provider of Chat Completions (the simulator) and one of the same API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from conftest import client_for
from openai import OpenAI
from pydantic import BaseModel

from blackbox import responses_api
from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply, sse_reply
from blackbox.gateway import Gateway, server_section

WEATHER: dict[str, Any] = {
    "type": "function",
    "name": "weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False},
    "strict": True,
}
CALL = responses_api.function_call("call_1", "weather", '{"city":"Oslo"}')


class City(BaseModel):
    name: str
    capital: bool


def scripted(request: Request) -> Reply:
    """Calls the tool, answers once it has a result, and keeps to the schema of a city."""
    body = request.json()
    items = body["input"] if isinstance(body["input"], list) else []
    usage = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}
    output = [responses_api.reasoning("Hm.", "gAAAA-1=="), responses_api.message("It snows in Oslo.")]
    if "format" in body.get("text", {}):
        output = [responses_api.message('{"name":"Oslo","capital":true}')]
    elif body.get("tools") and not any(item.get("type") == "function_call_output" for item in items):
        output = [CALL]
    events = responses_api.events(output, usage=usage)
    return sse_reply(events) if body.get("stream") else json_reply(responses_api.response(output, usage=usage))


@pytest.fixture(scope="module")
def own() -> Iterator[OpenAI]:
    """A gateway with the simulator, and a provider of the same API."""
    with FakeUpstream(scripted) as upstream:
        config = server_section() + f"""
providers:
  sim: {{dialect: sim}}
  own: {{dialect: openai.responses, base_url: "{upstream.url}/v1", api_key: "sk-test-upstream-0001"}}
deployments:
  own: {{provider: own, model: gpt-5-pro}}
"""
        with Gateway(config) as gateway:
            yield client_for(gateway)


@pytest.fixture(params=["sim/chat", "own"])
def model(request: pytest.FixtureRequest) -> str:
    return request.param


def test_a_text(own: OpenAI, model: str) -> None:
    answer = own.responses.create(model=model, input="How is Oslo?", instructions="Be brief.", metadata={"a": "b"})
    assert answer.status == "completed" and "Oslo" in answer.output_text
    assert answer.instructions == "Be brief." and answer.metadata == {"a": "b"}
    assert answer.usage is not None and answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert answer.id.startswith("resp_") and answer._request_id


def test_a_stream(own: OpenAI, model: str) -> None:
    events = list(own.responses.create(model=model, input="How is Oslo?", stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[0].type == "response.created" and events[-1].type == "response.completed"
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == events[-1].response.output_text and "Oslo" in text


def test_the_stream_helper(own: OpenAI, model: str) -> None:
    with own.responses.stream(model=model, input="How is Oslo?") as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        assert stream.get_final_response().output_text == text


def test_structured_output(own: OpenAI, model: str) -> None:
    answer = own.responses.parse(model=model, input="Oslo", text_format=City)
    assert isinstance(answer.output_parsed, City)
    with own.responses.stream(model=model, input="Oslo", text_format=City) as stream:
        assert isinstance(stream.get_final_response().output_parsed, City)


@pytest.mark.parametrize("stored", [True, False])
def test_the_tool_loop(own: OpenAI, model: str, stored: bool) -> None:
    question: list[Any] = [{"role": "user", "content": "How is Oslo?"}]
    first = own.responses.create(model=model, input=question, tools=[WEATHER], store=stored)
    (call,) = [item for item in first.output if item.type == "function_call"]
    assert call.name == "weather" and "city" in json.loads(call.arguments)
    result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "snow in Oslo"}
    if stored:
        second = own.responses.create(model=model, input=[result], tools=[WEATHER], previous_response_id=first.id)
    else:
        second = own.responses.create(model=model, input=[*question, *first.output, result], tools=[WEATHER], store=False)
    assert "snow" in second.output_text


def test_a_streamed_call(own: OpenAI, model: str) -> None:
    with own.responses.stream(model=model, input="How is Oslo?", tools=[WEATHER]) as stream:
        (done,) = [event for event in stream if event.type == "response.function_call_arguments.done"]
        (call,) = stream.get_final_response().output
    assert call.type == "function_call" and call.arguments == done.arguments


def test_reasoning_comes_back_sealed(own: OpenAI) -> None:
    answer = own.responses.create(model="own", input="x", reasoning={"effort": "low", "summary": "auto"}, store=False)
    thought = answer.output[0]
    assert thought.type == "reasoning" and thought.summary[0].text == "Hm." and thought.encrypted_content


def test_kept_answers(own: OpenAI, model: str) -> None:
    answer = own.responses.create(model=model, input="How is Oslo?")
    assert own.responses.retrieve(answer.id).output_text == answer.output_text
    (item,) = own.responses.input_items.list(answer.id).data
    assert item.type == "message"
    own.responses.delete(answer.id)
    with pytest.raises(openai.NotFoundError):
        own.responses.retrieve(answer.id)


def test_errors(own: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        own.responses.create(model="no-such-model", input="x")
    assert caught.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as refused:
        own.responses.create(model="own", input="x", background=True)
    assert refused.value.param == "background"
    with pytest.raises(openai.BadRequestError) as unknown:
        own.responses.create(model="own", input="x", previous_response_id="resp_none")
    assert unknown.value.code == "previous_response_not_found"


def test_a_stream_that_breaks_off(own: OpenAI) -> None:
    text = ""
    with pytest.raises(openai.APIError):
        for event in own.responses.create(model="sim/cut-after-3", input="x", stream=True):
            text += event.delta if event.type == "response.output_text.delta" else ""
    assert text
