"""Embeddings in both forms, and rankings with Cohere's client."""

from __future__ import annotations

import struct

import cohere
import pytest
from openai import BadRequestError, NotFoundError, OpenAI

from blackbox.gateway import Gateway

TEXTS = ["the cat sat on the mat", "the cat slept on the mat", "quarterly revenue"]


def floats(vector: list[float]) -> bytes:
    return struct.pack(f"<{len(vector)}f", *vector)


def test_both_forms_are_the_same_vectors(client: OpenAI) -> None:
    packed = client.embeddings.create(model="sim/embed", input=TEXTS, dimensions=64)  # the SDK asks for base64
    plain = client.embeddings.create(model="sim/embed", input=TEXTS, dimensions=64, encoding_format="float")
    assert [item.index for item in packed.data] == [0, 1, 2]
    assert [floats(item.embedding) for item in packed.data] == [floats(item.embedding) for item in plain.data]
    assert len(packed.data[0].embedding) == 64
    assert packed.usage.prompt_tokens == packed.usage.total_tokens > 0


def test_one_text_and_tokens(client: OpenAI) -> None:
    assert len(client.embeddings.create(model="sim/embed", input="hello").data) == 1
    assert len(client.embeddings.create(model="sim/embed", input=[[1, 2], [3]]).data) == 2


def test_errors_say_what_is_wrong(client: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="input"):
        client.embeddings.create(model="sim/embed", input=[])
    with pytest.raises(NotFoundError, match="POST /v1/chat/completions"):
        client.embeddings.create(model="sim/chat", input="hello")


def test_rerank_with_the_client_of_cohere(gateway: Gateway) -> None:
    client = cohere.ClientV2(api_key="unused", base_url=gateway.url)
    answer = client.rerank(model="sim/rerank", query="which cat slept", documents=TEXTS, top_n=2)
    assert [result.index for result in answer.results] == [1, 0]
    assert answer.results[0].relevance_score > answer.results[1].relevance_score
