"""Google's own SDK against providers of three other dialects and its own, each scripted."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from pydantic import BaseModel

from blackbox.fake_upstream import FakeUpstream, Reply, Request
from blackbox.gateway import Gateway, server_section
from matrix.cells import TOKENS, Said
from matrix.providers import anthropic, google, openai, openai_responses

Json = dict[str, Any]

KEY = "sk-test-upstream-0001"
PROVIDERS = {"by-openai": openai, "by-responses": openai_responses, "by-anthropic": anthropic, "by-google": google}
MODELS = {"by-openai": "gpt-5.2", "by-responses": "gpt-5.2", "by-anthropic": "claude-sonnet-4-5-20250929", "by-google": "gemini-3-pro-preview"}
WEATHER = types.FunctionDeclaration(
    name="weather",
    description="Tells the weather of a city",
    parameters=types.Schema(
        type=types.Type.OBJECT, properties={"city": types.Schema(type=types.Type.STRING)}, required=["city"]
    ),
)
THINKING = types.ThinkingConfig(thinking_level=types.ThinkingLevel.HIGH, include_thoughts=True)


class Scripted:
    """Every provider at one address; what comes next is said once."""

    def __init__(self) -> None:
        self.said: list[Said | Reply] = []
        self.bodies: list[Json] = []

    def __call__(self, request: Request) -> Reply:
        body = request.json()
        self.bodies.append(body)
        said = self.said.pop(0)
        if isinstance(said, Reply):
            return said
        paths = {"/v1/chat/completions": openai, "/v1/responses": openai_responses, "/v1/messages": anthropic}
        module = paths.get(request.target, google)
        return module.stream(said) if body.get("stream") or "streamGenerate" in request.target else module.whole(said)


@pytest.fixture(scope="module")
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture(scope="module")
def served(scripted: Scripted) -> Iterator[Gateway]:
    with FakeUpstream(scripted) as upstream:
        config = server_section() + f"""
providers:
  openai: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "{KEY}"}}
  responses: {{dialect: openai.responses, base_url: "{upstream.url}/v1", api_key: "{KEY}"}}
  anthropic: {{dialect: anthropic, base_url: "{upstream.url}", api_key: "{KEY}"}}
  google: {{dialect: google, base_url: "{upstream.url}", api_key: "{KEY}"}}
deployments:
""" + "".join(f"  {name}: {{provider: {name.removeprefix('by-')}, model: {model}}}\n" for name, model in MODELS.items())
        with Gateway(config + "defaults:\n  retry: {attempts: 1}\n  breaker: off\n") as running:
            yield running


@pytest.fixture
def client(served: Gateway) -> genai.Client:
    return client_for(served)


def client_for(gateway: Gateway) -> genai.Client:
    retries = types.HttpRetryOptions(attempts=1)
    return genai.Client(api_key="unused", http_options=types.HttpOptions(base_url=gateway.url, retry_options=retries))


@pytest.fixture(params=PROVIDERS)
def model(request: pytest.FixtureRequest, scripted: Scripted) -> str:
    scripted.said.clear()
    scripted.bodies.clear()
    return str(request.param)


def test_generate(client: genai.Client, scripted: Scripted, model: str) -> None:
    scripted.said = [Said(text="Grey, and 4 \u00b0C.")]
    config = types.GenerateContentConfig(system_instruction="Be terse.", temperature=1, max_output_tokens=3000)
    answer = client.models.generate_content(model=model, contents="How is Oslo?", config=config)
    assert answer.text == "Grey, and 4 \u00b0C."
    assert answer.candidates and answer.candidates[0].finish_reason == types.FinishReason.STOP
    assert answer.usage_metadata and answer.usage_metadata.total_token_count == sum(TOKENS)
    assert answer.model_version and answer.response_id
    assert "Be terse." in json.dumps(scripted.bodies[-1])


def test_embed_content() -> None:
    config = types.EmbedContentConfig(output_dimensionality=64, task_type="RETRIEVAL_QUERY")
    with Gateway(server_section() + "providers: {sim: {dialect: sim}}\ndeployments: {embed: {provider: sim, model: embed}}\n") as gateway:
        client = client_for(gateway)
        one = client.models.embed_content(model="embed", contents="the cat sat", config=config)
        assert one.embeddings and len(one.embeddings) == 1 and len(one.embeddings[0].values or []) == 64
        many = client.models.embed_content(model="embed", contents=["the cat sat", "quarterly revenue"], config=config)
        assert many.embeddings and [len(each.values or []) for each in many.embeddings] == [64, 64]
        assert many.embeddings[0].values == one.embeddings[0].values
        with pytest.raises(errors.ClientError, match="NOT_FOUND"):
            client.models.embed_content(model="nothing", contents="x")


def test_stream(client: genai.Client, scripted: Scripted, model: str) -> None:
    scripted.said = [Said(text="One, two, three.")]
    chunks = list(client.models.generate_content_stream(model=model, contents="Count."))
    assert "".join(chunk.text or "" for chunk in chunks) == "One, two, three." and len(chunks) > 2
    assert chunks[-1].usage_metadata and chunks[-1].usage_metadata.prompt_token_count == TOKENS[0]
    assert [chunk.candidates[0].finish_reason for chunk in chunks if chunk.candidates][-1] == types.FinishReason.STOP


def test_chat(client: genai.Client, scripted: Scripted, model: str) -> None:
    scripted.said = [Said(text="Hello Ada."), Said(text="You are Ada.")]
    chat = client.chats.create(model=model)
    assert "".join(chunk.text or "" for chunk in chat.send_message_stream("I am Ada.")) == "Hello Ada."
    assert chat.send_message("Who am I?").text == "You are Ada."
    assert len(chat.get_history(curated=True)) >= 4, "a turn of which the SDK thinks that it is broken is left out"
    assert "Hello Ada." in "".join(texts_of(scripted.bodies[-1]))


def texts_of(value: Any) -> Iterator[str]:
    """All that is said in a body, in order: at Google a streamed turn comes back as several contents."""
    if isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str) and name in ("text", "content"):
                yield item
            else:
                yield from texts_of(item)


def test_function_calling(client: genai.Client, scripted: Scripted, model: str) -> None:
    """A tool of Python, called by the SDK itself."""
    asked = []

    def weather(city: str) -> str:
        """Tells the weather of a city."""
        asked.append(city)
        return "4 degrees"

    scripted.said = [Said(calls=(("call_one", "weather", '{"city":"Oslo"}'),), finish="tool_calls"), Said(text="4 degrees.")]
    answer = client.models.generate_content(
        model=model, contents="How is Oslo?", config=types.GenerateContentConfig(tools=[weather])
    )
    assert asked == ["Oslo"] and answer.text == "4 degrees."
    assert "4 degrees" in json.dumps(scripted.bodies[-1])


@pytest.mark.parametrize("streamed", [False, True])
def test_calls_over_turns(client: genai.Client, scripted: Scripted, model: str, streamed: bool) -> None:
    """Thoughts, their seals and the ids of calls go back to the provider that made them."""
    call = ("call_one", "weather", '{"city":"Oslo"}')
    scripted.said = [Said(reasoning="North, winter.", calls=(call,), finish="tool_calls"), Said(text="Grey.")]
    config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[WEATHER])], thinking_config=THINKING)
    chat = client.chats.create(model=model, config=config)
    if streamed:
        parts = [part for chunk in chat.send_message_stream("How is Oslo?") for part in chunk.candidates[0].content.parts]
    else:
        parts = chat.send_message("How is Oslo?").candidates[0].content.parts
    assert "".join(part.text or "" for part in parts if part.thought) == "North, winter."
    (made,) = [part.function_call for part in parts if part.function_call]
    assert made.name == "weather" and made.args == {"city": "Oslo"} and made.id
    result = types.Part(
        function_response=types.FunctionResponse(id=made.id, name="weather", response={"output": "4 degrees"})
    )
    assert chat.send_message([result]).text == "Grey."
    sent = json.dumps(scripted.bodies[-1])
    assert "4 degrees" in sent and sent.count(made.id) >= (0 if model == "by-google" else 2)
    if model == "by-anthropic":
        thinking = next(block for block in scripted.bodies[-1]["messages"][1]["content"] if block["type"] == "thinking")
        assert thinking["thinking"] == "North, winter." and thinking["signature"]


def test_signatures_return_as_they_came(client: genai.Client, scripted: Scripted) -> None:
    signature = base64.b64encode(b"\xff\xfe\xfd seal of the call").decode()
    call = {"functionCall": {"id": "c1", "name": "weather", "args": {"city": "Oslo"}}, "thoughtSignature": signature}
    body = google.answer([call], finishReason="STOP") | google.usage()
    scripted.said = [Reply(200, [("content-type", "application/json")], json.dumps(body).encode()), Said(text="Grey.")]
    config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[WEATHER])])
    chat = client.chats.create(model="by-google", config=config)
    part = chat.send_message("How is Oslo?").candidates[0].content.parts[0]
    assert part.thought_signature == b"\xff\xfe\xfd seal of the call"
    chat.send_message([types.Part.from_function_response(name="weather", response={"output": "4 degrees"})])
    turn = next(content for content in scripted.bodies[-1]["contents"] if content["role"] == "model")
    returned = turn["parts"][0].get("thoughtSignature") or turn["parts"][0]["thought_signature"]
    assert base64.urlsafe_b64decode(returned.replace("+", "-").replace("/", "_")) == b"\xff\xfe\xfd seal of the call"


class Report(BaseModel):
    city: str
    degrees: int


def test_structured_output(client: genai.Client, scripted: Scripted, model: str) -> None:
    scripted.said = [Said(text='{"city":"Oslo","degrees":4}')]
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Report)
    answer = client.models.generate_content(model=model, contents="How is Oslo?", config=config)
    assert answer.parsed == Report(city="Oslo", degrees=4)
    assert '"degrees"' in json.dumps(scripted.bodies[-1])


def test_blocked(client: genai.Client, scripted: Scripted, model: str) -> None:
    scripted.said = [Said(text="I would ", finish="content_filter")]
    answer = client.models.generate_content(model=model, contents="How do I harm Oslo?")
    assert answer.candidates and answer.candidates[0].finish_reason == types.FinishReason.SAFETY


def test_an_error_of_the_provider(client: genai.Client, scripted: Scripted, model: str) -> None:
    scripted.said = [PROVIDERS[model].error("Full today.")]
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model=model, contents="How is Oslo?")
    assert caught.value.code == 429 and caught.value.status == "RESOURCE_EXHAUSTED" and "Full today." in str(caught.value.message)


def test_an_error_within_a_stream(client: genai.Client, scripted: Scripted, model: str) -> None:
    scripted.said = [PROVIDERS[model].broken(Said(text="Grey, and 4 degrees in the shade"), "Broke down.")]
    texts = []
    with pytest.raises(errors.APIError) as caught:
        for chunk in client.models.generate_content_stream(model=model, contents="How is Oslo?"):
            texts.append(chunk.text or "")
    assert "Broke down." in str(caught.value)


def test_an_error_of_the_gateway(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model="not-there", contents="Hello")
    assert caught.value.code == 404 and caught.value.status == "NOT_FOUND"
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model="by-openai", contents="Hello", config=types.GenerateContentConfig(temperature=9))
    assert caught.value.code == 400 and caught.value.status == "INVALID_ARGUMENT"


def test_models_and_tokens(client: genai.Client) -> None:
    names = [model.name for model in client.models.list()]
    assert set(names) == {f"models/{name}" for name in MODELS}
    one = client.models.get(model="by-anthropic")
    assert one.name == "models/by-anthropic" and one.input_token_limit
    short = client.models.count_tokens(model="by-openai", contents="How is Oslo?").total_tokens
    long = client.models.count_tokens(model="by-openai", contents="How is Oslo? " * 200).total_tokens
    assert short and long and 0 < short < 30 and 200 < long < 2000


def test_async_stream(served: Gateway, scripted: Scripted) -> None:
    async def joined() -> str:
        stream = await client_for(served).aio.models.generate_content_stream(model="by-anthropic", contents="Count.")
        return "".join([chunk.text or "" async for chunk in stream])

    scripted.said = [Said(text="One, two.")]
    assert asyncio.run(joined()) == "One, two."
