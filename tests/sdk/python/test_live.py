"""Google's Live API with Google's own SDK, which speaks TLS alone: against the simulator, and scripted providers."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from google.genai.live import AsyncSession

from blackbox.gateway import Gateway
from blackbox.websocket import BINARY, ProviderSide, WebSocketUpstream
from integration.certificates import Authority

KEY = "sk-test-upstream-0001"
CONFIG = types.LiveConnectConfig(response_modalities=[types.Modality.TEXT], temperature=0.5, system_instruction="Be brief.")
Connect = Callable[..., AbstractAsyncContextManager[AsyncSession]]

setups: list[Any] = []


def provider(side: ProviderSide) -> None:
    """Calls a tool, and says what came of it."""
    side.accept()
    first = side.receive()
    assert first is not None
    setups.append(first.json()["setup"])

    def say(text: bytes) -> None:
        side.send(BINARY, text)

    say(b'{"setupComplete": {}}')
    side.receive()
    say(b'{"toolCall": {"functionCalls": [{"id": "c1", "name": "weather", "args": {"city": "Oslo"}}]}}')
    answer = side.receive()
    assert answer is not None and b'"c1"' in answer.payload, answer
    say(b'{"serverContent": {"modelTurn": {"role": "model", "parts": [{"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "YWJj"}}]}}}')
    say(b'{"serverContent": {"outputTranscription": {"text": "It rains."}}}')
    say(b'{"serverContent": {"turnComplete": true}, "usageMetadata": {"promptTokenCount": 3, "responseTokenCount": 5, "totalTokenCount": 8}}')
    side.receive()


@pytest.fixture(scope="module")
def connect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connect]:
    authority = Authority(Path(tmp_path_factory.mktemp("tls")))
    certificate, key = authority.certificate("gateway")
    trust = ssl.create_default_context(cafile=str(authority.file))
    with WebSocketUpstream(provider) as upstream:
        config = f"""version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", tls: {{certificate: "{certificate}", key: "{key}"}}}}
providers:
  sim: {{dialect: sim}}
  google: {{dialect: google, base_url: "{upstream.url}", api_key: "{KEY}"}}
  openai: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "{KEY}"}}
deployments:
  sim/realtime: {{provider: sim, model: realtime}}
  gemini-live: {{provider: google, model: gemini-live-2.5-flash}}
  gpt-live: {{provider: openai, model: gpt-realtime}}
"""
        with Gateway(config) as gateway:

            def connected(model: str, config: types.LiveConnectConfig = CONFIG) -> AbstractAsyncContextManager[AsyncSession]:
                options = types.HttpOptions(base_url=f"https://{gateway.listen}", async_client_args={"ssl": trust})
                client = genai.Client(api_key="unused", vertexai=False, http_options=options)
                return client.aio.live.connect(model=model, config=config)

            yield connected


def test_a_conversation_in_text(connect: Connect) -> None:
    async def talk() -> list[str]:
        answers = []
        async with connect("sim/realtime") as session:
            await session.send_client_content(turns=types.Content(role="user", parts=[types.Part(text="say hi")]))
            answers.append("".join([message.text or "" async for message in session.receive()]))
            await session.send_realtime_input(text="and again")
            last = None
            text = ""
            async for message in session.receive():
                text += message.text or ""
                last = message
            assert last is not None and last.usage_metadata is not None and last.usage_metadata.response_token_count > 0
            answers.append(text)
        return answers

    assert asyncio.run(talk()) == ["You said: say hi", "You said: and again"]


def test_tools_and_sound_pass_through(connect: Connect) -> None:
    weather = types.FunctionDeclaration(name="weather", parameters=types.Schema(type=types.Type.OBJECT))
    config = types.LiveConnectConfig(response_modalities=[types.Modality.AUDIO], tools=[types.Tool(function_declarations=[weather])])

    async def talk() -> tuple[bytes, str]:
        sound, words = b"", ""
        async with connect("gemini-live", config) as session:
            await session.send_realtime_input(audio=types.Blob(data=b"pcm", mime_type="audio/pcm;rate=16000"))
            async for message in session.receive():
                if message.tool_call:
                    call = message.tool_call.function_calls[0]
                    assert (call.name, call.args) == ("weather", {"city": "Oslo"})
                    response = types.FunctionResponse(id=call.id, name=call.name, response={"sky": "rain"})
                    await session.send_tool_response(function_responses=[response])
                sound += message.data or b""
                if message.server_content and message.server_content.output_transcription:
                    words += message.server_content.output_transcription.text
        return sound, words

    assert asyncio.run(talk()) == (b"abc", "It rains.")
    (setup,) = setups
    assert setup["model"] == "models/gemini-live-2.5-flash" and setup["generationConfig"]["responseModalities"] == ["AUDIO"], setup
    assert setup["tools"][0]["functionDeclarations"][0]["name"] == "weather", setup


@pytest.mark.parametrize(("model", "code", "words"), [("nobody", 1008, "nobody"), ("gpt-live", 1008, "OpenAI's dialect")])
def test_what_cannot_be_is_said_in_words(connect: Connect, model: str, code: int, words: str) -> None:
    async def talk() -> None:
        async with connect(model):
            pass

    with pytest.raises(errors.APIError) as caught:
        asyncio.run(talk())
    assert caught.value.code == code and words in str(caught.value), caught.value
