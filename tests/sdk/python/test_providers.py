"""The same scenarios once for every provider dialect: to the SDK it must not matter who serves the model.

The providers are those of tests/matrix, which follow a script in their own dialect; what the SDK gets is compared with that script.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import openai
import pytest
from conftest import client_for
from openai import OpenAI
from pydantic import BaseModel

from blackbox.fake_upstream import FakeUpstream
from blackbox.gateway import Gateway
from matrix import registry, verdict
from matrix.cells import CALL_ONE, CALL_TWO, ERROR_WORDS, FINE, TOKENS
from matrix.run import Case, Upstream, all_cases, configuration

CLIENT = "openai.chat"
CLIENTS, _ = registry.described("client")
PROVIDERS, MISSING = registry.described("provider")
# One form of each dialect that is scripted, and those that speak another one (Claude on Vertex AI); the matrix has the others, and the
# simulator has all other files here.
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


@pytest.fixture(scope="module")
def scripted() -> Iterator[SimpleNamespace]:
    upstream = Upstream(CASES)
    with FakeUpstream(upstream) as server, Gateway(configuration(server.url, CASES)) as gateway:
        yield SimpleNamespace(client=client_for(gateway), upstream=upstream)


def case_of(dialect: str, feature: str, stream: bool) -> Case:
    found = [case for case in CASES if (case.form_name, case.cell.feature, case.stream) == (dialect, feature, stream)]
    if not found:
        pytest.skip(f"{dialect} has no {feature}")
    return found[0]


def ask(scripted: SimpleNamespace, dialect: str, feature: str, stream: bool, **more: Any) -> Any:
    """The choice that the SDK makes of the answer, whole or by its streaming helper; the request must have arrived as it was meant."""
    case = case_of(dialect, feature, stream)
    request = case.ask | {"model": case.route} | more
    completion = streamed(scripted.client, request) if stream else scripted.client.chat.completions.create(**request)
    assert scripted.upstream.found[case.number] == ""
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == TOKENS
    return completion.choices[0]


def assert_ids(ids: list[str], dialect: str, feature: str, stream: bool) -> None:
    """The vendor's own; where it has none the gateway makes them, and no two may be the same."""
    case = case_of(dialect, feature, stream)
    said = getattr(case.provider, "EXPECTED", {}).get(feature, case.cell.said)
    given = [call_id for call_id, *_ in said.calls]
    assert len(ids) == len(given) and all(ids) and len(set(ids)) == len(ids)
    assert all(own in ("", have) for own, have in zip(given, ids, strict=True))


def streamed(client: OpenAI, request: dict[str, Any]) -> Any:
    with client.chat.completions.stream(**request, stream_options={"include_usage": True}) as stream:
        for _ in stream:
            pass
        return stream.get_final_completion()


def test_every_dialect_is_described() -> None:
    assert not MISSING


@each_dialect
@each_form
@pytest.mark.parametrize("feature", ["text", "image", "tool result"])
def test_text(scripted: SimpleNamespace, dialect: str, stream: bool, feature: str) -> None:
    choice = ask(scripted, dialect, feature, stream)
    assert choice.message.content == FINE.text and choice.finish_reason == "stop"
    assert not choice.message.tool_calls


@each_dialect
@each_form
def test_a_call(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    choice = ask(scripted, dialect, "tools", stream)
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls
    assert (call.type, call.function.name) == ("function", CALL_ONE[1])
    assert_ids([call.id], dialect, "tools", stream)
    assert json.loads(call.function.arguments) == {"city": "Oslo"}


@each_dialect
@each_form
def test_parallel_calls(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    choice = ask(scripted, dialect, "parallel tools", stream)
    assert choice.message.content == "I look."
    assert [call.function.name for call in choice.message.tool_calls] == [CALL_ONE[1], CALL_TWO[1]]
    assert_ids([call.id for call in choice.message.tool_calls], dialect, "parallel tools", stream)
    assert [json.loads(call.function.arguments) for call in choice.message.tool_calls] == [{"city": "Oslo"}, {}]


class Report(BaseModel):
    city: str
    mood: str


@each_dialect
def test_a_typed_answer(scripted: SimpleNamespace, dialect: str) -> None:
    case = case_of(dialect, "structured", stream=False)
    answer = scripted.client.chat.completions.parse(**case.ask | {"model": case.route, "response_format": Report})
    assert answer.choices[0].message.parsed == Report(city="Oslo", mood="grey")


@each_dialect
@each_form
def test_a_structured_answer(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    choice = ask(scripted, dialect, "structured", stream)
    assert json.loads(choice.message.content) == {"city": "Oslo", "mood": "grey"} and choice.finish_reason == "stop"


@each_dialect
@each_form
def test_thinking(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    choice = ask(scripted, dialect, "thinking", stream)
    assert choice.message.content == FINE.text
    assert choice.message.reasoning_content == "North, winter."


@each_dialect
@pytest.mark.parametrize(("feature", "reason"), [("stop", "stop"), ("length", "length"), ("refusal", "content_filter")])
def test_how_it_ended(scripted: SimpleNamespace, dialect: str, feature: str, reason: str) -> None:
    choice = ask(scripted, dialect, feature, stream=False)
    assert choice.finish_reason == reason and choice.message.content


@each_dialect
@each_form
def test_too_many_requests(scripted: SimpleNamespace, dialect: str, stream: bool) -> None:
    case = case_of(dialect, "error", stream)
    with pytest.raises(openai.RateLimitError) as failure:
        scripted.client.chat.completions.create(**case.ask | {"model": case.route, "stream": stream})
    assert failure.value.code == "rate_limit_exceeded" and ERROR_WORDS in failure.value.message


@each_dialect
def test_an_error_in_a_stream(scripted: SimpleNamespace, dialect: str) -> None:
    case = case_of(dialect, "error in a stream", stream=True)
    text = ""
    with pytest.raises(openai.APIError) as failure:
        for chunk in scripted.client.chat.completions.create(**case.ask | {"model": case.route, "stream": True}):
            text += chunk.choices[0].delta.content or ""
    assert text == case.cell.said.text and ERROR_WORDS in failure.value.message
