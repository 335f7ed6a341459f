"""Plain chat: whole, streamed, asynchronous; usage; images; reasoning."""

from __future__ import annotations

import asyncio

import pytest
from conftest import async_client_for
from openai import OpenAI

from blackbox.gateway import Gateway

TRICKY_TEXT = 'Line one\nline "two" \\ tab\t, é, 漢字, 🌊'
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_chat(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="sim/chat", messages=user("a lighthouse keeper"))
    assert answer.object == "chat.completion" and answer.id.startswith("chatcmpl-") and answer.created > 1_700_000_000
    assert answer.choices[0].message.role == "assistant"
    assert "a lighthouse keeper" in (answer.choices[0].message.content or "")
    assert answer.choices[0].finish_reason == "stop"
    assert answer.choices[0].message.tool_calls is None


def test_usage_adds_up(client: OpenAI) -> None:
    usage = client.chat.completions.create(model="sim/chat", messages=user("hello")).usage
    assert usage is not None and usage.prompt_tokens > 0 and usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_text_comes_through_unchanged(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="sim/echo", messages=user(TRICKY_TEXT))
    assert answer.choices[0].message.content == TRICKY_TEXT


def test_roles_and_content_parts(client: OpenAI) -> None:
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "system", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "noted"},
        {"role": "user", "content": [{"type": "text", "text": "second"}]},
    ]
    assert client.chat.completions.create(model="sim/echo", messages=messages).choices[0].message.content == "second"


def test_answers_repeat(client: OpenAI) -> None:
    first, second = (client.chat.completions.create(model="sim/lorem", messages=user("go")) for _ in range(2))
    assert first.choices[0].message.content == second.choices[0].message.content
    assert first.id != second.id


def test_what_is_told_beside_the_answer(client: OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(model="sim/chat", messages=user("hello"))
    assert raw.headers["content-type"].split(";")[0] == "application/json"
    assert raw.headers["x-request-id"] == raw.parse()._request_id
    assert raw.headers["x-breakwater-route"] == "sim/chat"
    assert "server-timing" in raw.headers


def test_stream(client: OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="sim/echo", messages=user(TRICKY_TEXT), stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == TRICKY_TEXT
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert all(chunk.usage is None for chunk in chunks)


def test_usage_in_a_stream(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="sim/chat", messages=user("hello"), stream=True, stream_options={"include_usage": True}
    )
    *chunks, last = list(stream)
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)
    assert last.choices == [] and last.usage is not None
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens


def test_stream_helper(client: OpenAI) -> None:
    with client.chat.completions.stream(model="sim/chat", messages=user("a lighthouse keeper")) as stream:
        deltas = [event.delta for event in stream if event.type == "content.delta"]
        message = stream.get_final_completion().choices[0].message
    assert len(deltas) > 1 and "".join(deltas) == message.content
    assert message.role == "assistant" and "a lighthouse keeper" in (message.content or "")


def test_settings_in_a_model_name(client: OpenAI) -> None:
    chunks = client.chat.completions.create(model="sim/lorem:tokens=12", messages=user("go"), stream=True)
    assert len([chunk for chunk in chunks if chunk.choices[0].delta.content]) == 12


@pytest.mark.parametrize("url", [PIXEL, "https://example.com/pixel.png"])
def test_image(client: OpenAI, url: str) -> None:
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": url}}]
    answer = client.chat.completions.create(model="sim/chat", messages=[{"role": "user", "content": parts}])
    assert "[1 image]" in (answer.choices[0].message.content or "")


def test_reasoning(client: OpenAI) -> None:
    message = client.chat.completions.create(model="sim/reasoning", messages=user("why")).choices[0].message
    assert message.content and message.reasoning_content  # type: ignore[attr-defined]


def test_reasoning_in_a_stream_comes_before_the_text(client: OpenAI) -> None:
    kinds = []
    for chunk in client.chat.completions.create(model="sim/reasoning", messages=user("why"), stream=True):
        delta = chunk.choices[0].delta
        kinds += ["reasoning"] * bool((delta.model_extra or {}).get("reasoning_content")) + ["text"] * bool(delta.content)
    assert "reasoning" in kinds and "text" in kinds and kinds == sorted(kinds)


def test_async(gateway: Gateway) -> None:
    async def ask_and_stream() -> tuple[str | None, str]:
        async with async_client_for(gateway) as client:
            answer = await client.chat.completions.create(model="sim/echo", messages=user("one"))
            stream = await client.chat.completions.create(model="sim/echo", messages=user("two words"), stream=True)
            streamed = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
        return answer.choices[0].message.content, streamed

    assert asyncio.run(ask_and_stream()) == ("one", "two words")


def test_many_at_once_are_not_mixed_up(gateway: Gateway) -> None:
    async def ask_all(texts: list[str]) -> list[str]:
        async with async_client_for(gateway) as client:

            async def ask(text: str) -> str:
                stream = await client.chat.completions.create(model="sim/echo:gap=2ms", messages=user(text), stream=True)
                return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

            return await asyncio.gather(*map(ask, texts))

    texts = [f"request number {n} of many, word {n * n}" for n in range(40)]
    assert asyncio.run(ask_all(texts)) == texts
