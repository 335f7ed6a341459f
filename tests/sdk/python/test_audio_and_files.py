"""Forms with files: transcriptions, and files and batches that a provider keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import BadRequestError, NotFoundError, OpenAI

from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply
from blackbox.gateway import Gateway

from conftest import client_for

SOUND = ("hello.wav", b"RIFF" + bytes(range(256)) * 40, "audio/wav")
SAID = f"The recording hello.wav has {len(SOUND[1])} bytes and nobody listened to it."

FILE = {"id": "file-1", "object": "file", "bytes": 3, "created_at": 1770000000, "filename": "a.jsonl", "purpose": "batch", "status": "processed"}
BATCH = {
    "id": "batch_1",
    "object": "batch",
    "endpoint": "/v1/chat/completions",
    "input_file_id": "file-1",
    "completion_window": "24h",
    "status": "validating",
    "created_at": 1770000000,
}


def test_a_transcript_in_each_form(client: OpenAI) -> None:
    create = client.audio.transcriptions.create
    assert create(model="sim/transcribe", file=SOUND).text == SAID
    assert create(model="sim/transcribe", file=SOUND, response_format="text").strip() == SAID
    assert create(model="sim/transcribe", file=SOUND, response_format="vtt").startswith("WEBVTT")
    verbose = create(model="sim/transcribe", file=SOUND, response_format="verbose_json", timestamp_granularities=["segment"])
    assert verbose.segments[0].text == SAID


def test_a_long_recording_is_passed_on_as_it_comes(client: OpenAI) -> None:
    said = "The recording long.wav has 3000000 bytes and nobody listened to it."
    long = ("long.wav", b"RIFF" * 750_000)
    assert client.audio.transcriptions.create(model="sim/transcribe", file=long).text == said
    events = list(client.audio.transcriptions.create(model="sim/transcribe", file=long, stream=True))
    assert "".join(event.delta for event in events if event.type == "transcript.text.delta") == said


def test_a_transcript_as_a_stream(client: OpenAI) -> None:
    events = list(client.audio.transcriptions.create(model="sim/transcribe", file=SOUND, stream=True))
    assert "".join(event.delta for event in events if event.type == "transcript.text.delta") == SAID
    assert events[-1].type == "transcript.text.done" and events[-1].text == SAID


def test_a_translation(client: OpenAI) -> None:
    assert client.audio.translations.create(model="sim/transcribe", file=SOUND).text == SAID


def test_what_cannot_transcribe_says_so(client: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="is for POST /v1/chat/completions"):
        client.audio.transcriptions.create(model="sim/chat", file=SOUND)


def keeper(request: Request) -> Reply:
    path = request.target.partition("?")[0]
    if path == "/v1/files/file-1/content":
        return Reply(200, [("content-type", "application/octet-stream")], b"{}\n")
    if path == "/v1/files/file-1" and request.method == "DELETE":
        return json_reply({"id": "file-1", "object": "file", "deleted": True})
    if path == "/v1/files" and request.method == "GET":
        return json_reply({"object": "list", "data": [FILE], "first_id": "file-1", "last_id": "file-1", "has_more": False})
    return json_reply(BATCH if path.startswith("/v1/batches") else FILE)


@pytest.fixture
def keeping() -> Iterator[OpenAI]:
    """A client of a gateway whose provider keeps files."""
    with FakeUpstream(keeper) as upstream:
        configuration = f"""
version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0"}}
providers:
  keeper: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "sk-canary-upstream-0001", passthrough: files}}
deployments:
  m: {{provider: keeper, model: m}}
"""
        with Gateway(configuration) as gateway:
            yield client_for(gateway)


def test_files_and_batches(keeping: OpenAI) -> None:
    file = keeping.files.create(file=("a.jsonl", b"{}\n"), purpose="batch")
    assert file.id == "keeper:file-1"
    assert keeping.files.retrieve(file.id).id == file.id
    assert [each.id for each in keeping.files.list(limit=1)] == [file.id]
    assert keeping.files.content(file.id).read() == b"{}\n"
    batch = keeping.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    assert (batch.id, batch.input_file_id) == ("keeper:batch_1", file.id)
    assert keeping.batches.cancel(batch.id).id == keeping.batches.retrieve(batch.id).id == batch.id
    assert keeping.files.delete(file.id).deleted


def test_an_id_without_its_provider_is_not_found(keeping: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="PROVIDER:ID"):
        keeping.files.retrieve("file-1")
    with pytest.raises(BadRequestError, match="input_file_id"):
        keeping.batches.create(input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h")
