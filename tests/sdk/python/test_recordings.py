"""Recorded streams of two providers, read by the SDK's own stream helper: what it adds up is what the provider said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from conftest import client_for
from openai import OpenAI

from blackbox.fake_upstream import FakeUpstream
from blackbox.gateway import Gateway
from recordings import asking, corpus
from recordings.corpus import Recording
from recordings.run import READERS, Replay, configuration, jobs_for

CASES = [
    ("openai.chat", "openai", {"stream", "tool-call", "stream-usage"}),
    ("openai.chat", "deepseek", {"stream", "thinking"}),
    ("anthropic.messages", "anthropic", {"stream", "tool-call", "parallel-tools"}),
    ("anthropic.messages", "anthropic", {"stream", "thinking"}),
]

pytestmark = pytest.mark.skipif(corpus.folder() is None, reason="the recordings are not there")


@cache
def recordings() -> dict[str, Recording]:
    root = corpus.folder()
    assert root is not None
    return {recording.id: recording for recording in corpus.load(root)}


def first_with(dialect: str, provider: str, tags: set[str]) -> Recording:
    """The first recording of the index that has these tags and its request."""
    root = corpus.folder()
    assert root is not None
    for line in (root / "index.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if (entry["dialect"], entry["provider"]) == (dialect, provider) and tags <= set(entry["tags"]) and entry["status"] == 200:
            if (recording := recordings()[entry["id"]]).request:
                return recording
    raise LookupError(f"no recording of {provider} with {sorted(tags)}")


@pytest.fixture(scope="module")
def replaying() -> Iterator[OpenAI]:
    jobs = [job for recording in recordings().values() for job in jobs_for(recording)]
    with ExitStack() as stack:
        upstream = stack.enter_context(FakeUpstream(Replay(jobs)))
        yield client_for(stack.enter_context(Gateway(configuration(upstream.url, jobs))))


@pytest.mark.parametrize(("dialect", "provider", "tags"), CASES, ids=lambda value: value if isinstance(value, str) else "+".join(sorted(value)))
@pytest.mark.parametrize("piece", [0, 7])
def test_stream_helper(replaying: OpenAI, dialect: str, provider: str, tags: set[str], piece: int) -> None:
    recording = first_with(dialect, provider, tags)
    expected = READERS[dialect](recording)
    request = asking.request_for(recording, expected, f"{recording.id}.{piece}")
    request = {name: value for name, value in request.items() if name in ("model", "messages", "tools", "tool_choice", "user")}
    reasoning = ""
    with replaying.chat.completions.stream(**request, stream_options={"include_usage": True}) as stream:
        for event in stream:
            if event.type == "chunk":
                for choice in event.chunk.choices:
                    reasoning += (choice.delta.model_extra or {}).get("reasoning_content") or ""
        answer = stream.get_final_completion()
    want = expected.answer.choices[0]
    assert (answer.choices[0].message.content or "") == want.text
    assert reasoning == want.reasoning
    assert answer.choices[0].finish_reason == want.finish
    calls = answer.choices[0].message.tool_calls or []
    assert [(call.function.name, json.loads(call.function.arguments)) for call in calls] == [(call.name, call.parsed) for call in want.calls]
    assert expected.answer.usage is not None and answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (expected.answer.usage.prompt, expected.answer.usage.completion)
