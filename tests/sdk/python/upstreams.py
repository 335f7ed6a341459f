"""Gateways in front of a scripted provider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from blackbox.fake_upstream import FakeUpstream, Handler
from blackbox.gateway import Gateway, server_section

MODEL = "scripted"


@contextmanager
def gateway_before(handler: Handler) -> Iterator[tuple[Gateway, FakeUpstream]]:
    """A gateway whose route `scripted` asks the scripted provider, once per request."""
    with FakeUpstream(handler) as upstream:
        config = server_section() + f"""
providers:
  fake: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "sk-test-upstream-0001"}}
deployments:
  {MODEL}: {{provider: fake, model: m}}
defaults:
  retry: {{attempts: 1}}
"""
        with Gateway(config) as gateway:
            yield gateway, upstream


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1770000000, "model": "m", "choices": [choice]}


def completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1770000000,
        "model": "m",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
