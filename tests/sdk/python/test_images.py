"""Pictures with the official OpenAI SDK for Python."""

from __future__ import annotations

import base64

import pytest
from openai import APIError, BadRequestError, OpenAI


def test_pictures_come_as_bytes(client: OpenAI) -> None:
    answer = client.images.generate(model="sim/image", prompt="a cat", n=2, size="1024x1024")
    assert answer.data is not None and len(answer.data) == 2
    for picture in answer.data:
        assert base64.b64decode(picture.b64_json or "").startswith(b"\x89PNG")
    assert answer.usage is not None and answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_pictures_come_as_addresses(client: OpenAI) -> None:
    answer = client.images.generate(model="sim/image", prompt="a cat", response_format="url")
    assert answer.data is not None and (answer.data[0].url or "").startswith("data:image/png;base64,")


def test_pictures_are_made_of_others(client: OpenAI) -> None:
    cat, hat = ("cat.png", b"\x89PNG cat", "image/png"), ("hat.png", b"\x89PNG hat", "image/png")
    one = client.images.edit(model="sim/image", image=cat, prompt="a hat", n=2, size="1024x1024")
    assert one.data is not None and len(one.data) == 2
    assert base64.b64decode(one.data[0].b64_json or "").startswith(b"\x89PNG")
    two = client.images.edit(model="sim/image", image=[cat, hat], mask=hat, prompt="a hat")
    assert two.data is not None and two.data[0].b64_json != one.data[0].b64_json
    with pytest.raises(BadRequestError, match="size"):
        client.images.edit(model="sim/image", image=cat, prompt="a hat", size="large")  # type: ignore[call-overload]


def test_pictures_come_as_a_stream(client: OpenAI) -> None:
    events = list(client.images.generate(model="sim/image", prompt="a cat", stream=True, partial_images=2))
    assert [event.type for event in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert base64.b64decode(events[-1].b64_json).startswith(b"\x89PNG")
    assert events[-1].type == "image_generation.completed" and events[-1].usage.total_tokens > 0
    cat = ("cat.png", b"\x89PNG cat", "image/png")
    edited = list(client.images.edit(model="sim/image", image=cat, prompt="a hat", stream=True))
    assert [event.type for event in edited] == ["image_edit.completed"]


def test_a_stream_that_breaks_off_raises(client: OpenAI) -> None:
    with pytest.raises(APIError):
        for _ in client.images.generate(model="sim/image:fail=100%,fail_with=cut-after-1", prompt="a cat", stream=True, partial_images=3):
            pass


def test_errors_say_what_is_wrong(client: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="size"):
        client.images.generate(model="sim/image", prompt="a cat", size="large")  # type: ignore[call-overload]
