"""Anthropic's SDK, unmodified, in front of every provider dialect: messages, the stream helper, tools and thinking over several turns.

The providers are those of tests/matrix, which follow a script in their own dialect; what the SDK gets is compared with that script.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic

from blackbox.fake_upstream import FakeUpstream, Reply, Request
from blackbox.gateway import Gateway, server_section
from matrix import registry, verdict
from matrix.cells import CALL_ONE, CALL_TWO, ERROR_WORDS, FINE, TOKENS, Said
from matrix.run import Case, Upstream, all_cases, configuration
from matrix.scripted import KEY

CLIENT = "anthropic.messages"
CLIENTS, _ = registry.described("client")
PROVIDERS, _ = registry.described("provider")
CASES = [
    case
    for case in all_cases({CLIENT: CLIENTS[CLIENT]}, PROVIDERS)
    if (case.form_name in PROVIDERS or case.form.speaks)
    and hasattr(case.provider, "facts")
    and not verdict.unknown(case.provider, case.cell)
]
DIALECTS = sorted({case.form_name for case in CASES})
each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
each_form = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
HELLO: dict[str, Any] = {"max_tokens": 64, "messages": [{"role": "user", "content": "hello"}]}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER = {"name": "weather", "description": "Tells the weather", "input_schema": CITY}
THINKING = {"type": "enabled", "budget_tokens": 2000}


def client_for(gateway: Gateway) -> Anthropic:
    """A client that shows every error at once: no retries of its own. Its base URL has no /v1."""
    return Anthropic(base_url=gateway.url, api_key="unused", max_retries=0, timeout=20.0)


@pytest.fixture(scope="module")
def scripted() -> Iterator[SimpleNamespace]:
    upstream = Upstream(CASES)
    with FakeUpstream(upstream) as server, Gateway(configuration(server.url, CASES)) as gateway:
        yield SimpleNamespace(client=client_for(gateway), upstream=upstream)


@pytest.fixture(scope="module")
def simulated(gateway: Gateway) -> Anthropic:
    return client_for(gateway)


def case_of(dialect: str, feature: str, stream: bool) -> Case:
    found = [case for case in CASES if (case.form_name, case.cell.feature, case.stream) == (dialect, feature, stream)]
    if not found:
        pytest.skip(f"{dialect} has no {feature}")
    return found[0]


def arguments_of(case: Case) -> dict[str, Any]:
    _, _, body = CLIENTS[CLIENT].request(case.ask, case.route, case.stream)
    return {name: value for name, value in body.items() if name != "stream"}


def streamed(client: Anthropic, arguments: dict[str, Any]) -> Any:
    with client.messages.stream(**arguments) as stream:
        for _ in stream:
            pass
        return stream.get_final_message()


def ask(scripted: SimpleNamespace, dialect: str, feature: str, stream: bool) -> Any:
    """The message that the SDK makes of the answer, whole or by its helper; the request must have arrived as it was meant."""
    case = case_of(dialect, feature, stream)
    arguments = arguments_of(case)
    message = streamed(scripted.client, arguments) if stream else scripted.client.messages.create(**arguments)
    assert scripted.upstream.found[case.number] == ""
    assert (message.type, message.role) == ("message", "assistant") and message.id.startswith("msg_")
    assert (message.usage.input_tokens, message.usage.output_tokens) == TOKENS
    return message


def text_of(message: Any) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


@each_dialect
@each_form
@pytest.mark.parametrize("feature", ["text", "image", "tool result"])
def test_text(scripted: SimpleNamespace, dialect: str, stream: bool, feature: str) -> None:
    message = ask(scripted, dialect, feature, stream)
    assert text_of(message) == FINE.text and message.stop_reason == "end_turn"


@each_dialect
@each_form
def test_parallel_calls(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    message = ask(scripted, dialect, "parallel tools", stream)
    calls = [block for block in message.content if block.type == "tool_use"]
    assert text_of(message) == "I look." and message.stop_reason == "tool_use"
    assert [(call.name, call.input) for call in calls] == [(CALL_ONE[1], {"city": "Oslo"}), (CALL_TWO[1], {})]
    assert len({call.id for call in calls}) == 2


@each_dialect
@each_form
def test_thinking(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    message = ask(scripted, dialect, "thinking", stream)
    thoughts = [block for block in message.content if block.type == "thinking"]
    assert "".join(thought.thinking for thought in thoughts) == "North, winter."
    assert all(isinstance(thought.signature, str) for thought in thoughts)
    assert text_of(message) == FINE.text


@each_dialect
@each_form
def test_a_structured_answer(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    assert json.loads(text_of(ask(scripted, dialect, "structured", stream))) == {"city": "Oslo", "mood": "grey"}


@each_dialect
@pytest.mark.parametrize(("feature", "reason"), [("length", "max_tokens"), ("refusal", "refusal")])
def test_how_it_ended(scripted: SimpleNamespace, dialect: str, feature: str, reason: str) -> None:
    assert ask(scripted, dialect, feature, stream=False).stop_reason == reason


@each_dialect
@each_form
def test_too_many_requests(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    arguments = arguments_of(case_of(dialect, "error", stream))
    with pytest.raises(anthropic.RateLimitError) as failure:
        scripted.client.messages.create(**arguments, stream=stream)
    assert ERROR_WORDS in failure.value.message and failure.value.request_id


@each_dialect
def test_an_error_in_a_stream(scripted: SimpleNamespace, dialect: str) -> None:
    case = case_of(dialect, "error in a stream", stream=True)
    text = ""
    with pytest.raises(anthropic.APIError) as failure:
        for event in scripted.client.messages.create(**arguments_of(case), stream=True):
            if event.type == "content_block_delta" and event.delta.type == "text_delta":
                text += event.delta.text
    assert text == case.cell.said.text and ERROR_WORDS in str(failure.value)


class Loop:
    """A provider that thinks and calls a tool, and answers once it has the result and its sealed thoughts back."""

    def __init__(self, module: Any, seal: str) -> None:
        self._module, self._seal = module, seal
        self.seen: list[Any] = []

    def __call__(self, request: Request) -> Reply:
        body = request.json()
        facts = self._module.facts(body | {"model": body.get("model", "m")})
        self.seen.append(facts)
        said = FINE if facts.results else Said(reasoning="North.", calls=(CALL_ONE,), finish="tool_calls")
        if facts.results and self._seal:
            assert self._seal in request.body.decode(), "the seal of the thoughts did not come back"
        streams = body.get("stream") or "stream" in request.target
        return self._module.stream(said) if streams else self._module.whole(said)


BEDROCK = PROVIDERS["bedrock"].FORMS["bedrock"]
LOOPS = {
    "openai": ('{{preset: generic, base_url: "{url}/v1", api_key: "{key}"}}', "m", ""),
    "anthropic": ('{{dialect: anthropic, base_url: "{url}", api_key: "{key}"}}', "claude-sonnet-4-5", "c2lnbmVk"),
    "google": ('{{dialect: google, base_url: "{url}", api_key: "{key}"}}', "gemini-3-pro-preview", ""),
    "bedrock": (BEDROCK.provider, BEDROCK.model, ""),
}


@pytest.mark.parametrize("dialect", sorted(LOOPS))
@each_form
@pytest.mark.parametrize("beta", [False, True], ids=["", "beta"])
def test_a_tool_loop_with_thinking(dialect: str, stream: bool, beta: bool) -> None:
    provider, model, seal = LOOPS[dialect]
    loop = Loop(PROVIDERS[dialect], seal)
    with FakeUpstream(loop) as upstream:
        lines = f"providers:\n  p: {provider.format(url=upstream.url, key=KEY)}\n"
        lines += f'deployments:\n  r: {{provider: p, model: "{model}"}}\n'
        with Gateway(server_section() + lines) as gateway:
            client = client_for(gateway)
            messages = client.beta.messages if beta else client.messages
            more: dict[str, Any] = {"betas": ["interleaved-thinking-2025-05-14"]} if beta else {}
            arguments = {"model": "r", "max_tokens": 4000, "tools": [WEATHER], "thinking": THINKING} | more
            history: list[Any] = [{"role": "user", "content": "How is Oslo?"}]
            first = turn(messages, arguments | {"messages": history}, stream)
            assert [block.type for block in first.content] == ["thinking", "tool_use"] and first.stop_reason == "tool_use"
            call = first.content[-1]
            result = {"type": "tool_result", "tool_use_id": call.id, "content": "4 degrees"}
            history += [{"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
            last = turn(messages, arguments | {"messages": history}, stream)
            assert text_of(last) == FINE.text
    assert [text for _, text in loop.seen[-1].results] == ["4 degrees"]


def turn(messages: Any, arguments: dict[str, Any], stream: bool) -> Any:
    if not stream:
        return messages.create(**arguments)
    with messages.stream(**arguments) as events:
        return events.get_final_message()


def test_tokens_are_counted(simulated: Anthropic) -> None:
    counted = simulated.messages.count_tokens(model="sim/chat", messages=HELLO["messages"], system="Be brief.", tools=[WEATHER])
    assert 5 < counted.input_tokens < 100


def test_models_are_listed(simulated: Anthropic) -> None:
    listed = list(simulated.models.list(limit=1))
    assert listed and all(model.type == "model" and model.id for model in listed)
    assert simulated.models.retrieve(listed[0].id).id == listed[0].id


@each_form
@pytest.mark.parametrize(
    ("model", "kind", "status"),
    [
        ("sim/status-400", anthropic.BadRequestError, 400),
        ("sim/status-401", anthropic.InternalServerError, 502),  # the provider refused the gateway's key, not the client's
        ("sim/status-429", anthropic.RateLimitError, 429),
        ("sim/status-500", anthropic.InternalServerError, 502),
        ("nobody", anthropic.NotFoundError, 404),
    ],
)
def test_failures(simulated: Anthropic, model: str, kind: type[anthropic.APIStatusError], status: int, stream: bool) -> None:
    with pytest.raises(kind) as caught:
        simulated.messages.create(model=model, stream=stream, **HELLO)
    error = caught.value
    assert error.status_code == status and error.request_id
    assert isinstance(error.body, dict) and error.body["type"] == "error" and error.body["error"]["message"]


def test_a_mistake_is_named(simulated: Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError) as caught:
        simulated.messages.create(**HELLO | {"model": "sim/chat", "messages": [{"role": "nobody", "content": "x"}]})
    assert "messages[0].role" in caught.value.message
