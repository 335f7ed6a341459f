"""Realtime sessions with the official OpenAI SDK, against the simulator."""

from __future__ import annotations

import openai
import pytest


def test_a_conversation_in_text(client: openai.OpenAI) -> None:
    with client.realtime.connect(model="sim/realtime") as session:
        created = session.recv()
        assert created.type == "session.created" and created.session.model == "realtime"
        session.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        assert session.recv().type == "session.updated"
        session.conversation.item.create(item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "say hi"}]})
        session.response.create()
        text, done = "", None
        for event in session:
            if event.type == "response.output_text.delta":
                text += event.delta
            if event.type == "response.done":
                done = event
                break
        assert text == "You said: say hi"
        assert done is not None and done.response.status == "completed"
        assert done.response.output[0].content[0].text == text
        assert done.response.usage.output_tokens > 0


async def talk(client: openai.AsyncOpenAI) -> list[str]:
    async with client.realtime.connect(model="sim/realtime") as session:
        await session.response.create()
        types: list[str] = []
        async for event in session:
            types.append(event.type)
            if event.type == "response.done":
                return types
    return types


def test_an_asynchronous_conversation(gateway) -> None:  # noqa: ANN001
    import asyncio

    types = asyncio.run(talk(openai.AsyncOpenAI(base_url=gateway.base_url, api_key="none", max_retries=0)))
    assert types[0] == "session.created" and types[-1] == "response.done", types


def test_a_model_that_is_not_there(client: openai.OpenAI) -> None:
    with pytest.raises(Exception) as caught:
        with client.realtime.connect(model="nobody") as session:
            session.recv()
    assert "404" in str(caught.value), caught.value
