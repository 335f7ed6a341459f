"""OpenAI's Agents SDK on top of the gateway: by the Responses API, which it asks for, and by chat."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner, function_tool, set_tracing_disabled
from conftest import async_client_for

from blackbox import responses_api
from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply, sse_reply
from blackbox.gateway import Gateway, server_section

set_tracing_disabled(True)


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"{city}: drizzle"


def provider(request: Request) -> Reply:
    """Asks for the tool, and says what it said."""
    body: dict[str, Any] = request.json()
    results = [item["output"] for item in body["input"] if item.get("type") == "function_call_output"]
    call = responses_api.function_call("call_1", "get_weather", '{"city":"Oslo"}')
    output = [responses_api.message(results[-1])] if results else [call]
    return sse_reply(responses_api.events(output)) if body.get("stream") else json_reply(responses_api.response(output))


@pytest.fixture(scope="module")
def served() -> Iterator[Gateway]:
    with FakeUpstream(provider) as upstream:
        settings = f'dialect: openai.responses, base_url: "{upstream.url}/v1", api_key: sk-unused-0001'
        config = server_section() + f"providers: {{own: {{{settings}}}}}\ndeployments: {{m: {{provider: own, model: gpt-5.2}}}}\n"
        with Gateway(config) as running:
            yield running


@pytest.mark.parametrize("kind", [OpenAIResponsesModel, OpenAIChatCompletionsModel])
@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_and_answered(served: Gateway, kind: Any, stream: bool) -> None:
    async def run() -> str:
        model = kind(model="m", openai_client=async_client_for(served))
        agent = Agent(name="Forecaster", instructions="Tell the weather.", model=model, tools=[get_weather], model_settings=ModelSettings(store=False))
        config = RunConfig(tracing_disabled=True)
        if not stream:
            return str((await Runner.run(agent, "How is Oslo?", run_config=config)).final_output)
        result = Runner.run_streamed(agent, "How is Oslo?", run_config=config)
        kinds = [event.type async for event in result.stream_events()]
        assert "raw_response_event" in kinds and "run_item_stream_event" in kinds
        return str(result.final_output)

    assert asyncio.run(run()) == "Oslo: drizzle"
