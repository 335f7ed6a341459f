"""Speech with the official OpenAI SDK for Python."""

from __future__ import annotations

import io
import wave

import pytest
from openai import BadRequestError, OpenAI


def test_a_whole_sound(client: OpenAI) -> None:
    answer = client.audio.speech.create(model="sim/speech", voice="alloy", input="Hello there", response_format="wav")
    with wave.open(io.BytesIO(answer.read())) as sound:
        assert sound.getframerate() == 24000 and sound.getnframes() > 0


def test_a_sound_in_pieces(client: OpenAI) -> None:
    request = {"model": "sim/speech:gap=5ms", "voice": "alloy", "input": "word " * 20, "response_format": "pcm"}
    with client.audio.speech.with_streaming_response.create(**request) as answer:  # type: ignore[arg-type]
        assert answer.headers["content-type"] == "audio/pcm"
        pieces = list(answer.iter_bytes(4800))
    assert len(pieces) > 1 and b"".join(pieces) == client.audio.speech.create(**request).read()  # type: ignore[arg-type]


def test_errors_say_what_is_wrong(client: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="response_format"):
        client.audio.speech.create(model="sim/speech", voice="alloy", input="Hello", response_format="flac")
