"""Anthropic's SDK, unmodified, with files and message batches that a provider keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic, AsyncAnthropic

from blackbox.fake_upstream import FakeUpstream, Reply, Request, json_reply
from blackbox.gateway import Gateway, server_section

FILE = {"id": "file_1", "type": "file", "filename": "a.pdf", "mime_type": "application/pdf", "size_bytes": 8, "created_at": "2026-01-01T00:00:00Z", "downloadable": True}
COUNTS = {"processing": 0, "succeeded": 2, "errored": 0, "canceled": 0, "expired": 0}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5",
    "content": [{"type": "text", "text": "Hello."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
RESULTS = (
    b'{"custom_id":"a","result":{"type":"succeeded","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],'
    b'"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}}\n'
    b'{"custom_id":"b","result":{"type":"expired"}}\n'
)


def batch(number: int) -> dict[str, Any]:
    return {
        "id": f"msgbatch_{number}",
        "type": "message_batch",
        "processing_status": "ended",
        "request_counts": COUNTS,
        "results_url": f"https://api.anthropic.com/v1/messages/batches/msgbatch_{number}/results",
        "created_at": "2026-01-01T00:00:00Z",
        "expires_at": "2026-01-02T00:00:00Z",
        "ended_at": "2026-01-01T01:00:00Z",
        "archived_at": None,
        "cancel_initiated_at": None,
    }


def keeper(request: Request) -> Reply:
    path, _, query = request.target.partition("?")
    if not request.headers["anthropic-version"].startswith("20") or request.headers["x-api-key"] != "sk-canary-upstream-0001":
        return json_reply({"type": "error", "error": {"type": "invalid_request_error", "message": "not as it has to be"}}, 400)
    if path == "/v1/messages":
        return json_reply(MESSAGE)
    if path == "/v1/messages/batches" and request.method == "GET":
        number = 2 if "after_id=msgbatch_1" in query else 1
        return json_reply({"data": [batch(number)], "first_id": f"msgbatch_{number}", "last_id": f"msgbatch_{number}", "has_more": number == 1})
    if path.endswith("/results"):
        return Reply(200, [("content-type", "application/x-jsonl")], RESULTS)
    if path.startswith("/v1/messages/batches"):
        return json_reply({"id": "msgbatch_1", "type": "message_batch_deleted"} if request.method == "DELETE" else batch(1))
    if path == "/v1/files" and request.method == "GET":
        last = "page=page_2" in query
        found = {**FILE, "id": "file_2"} if last else FILE
        return json_reply({"data": [found], "first_id": found["id"], "last_id": found["id"], "has_more": not last, "next_page": None if last else "page_2"})
    if path == "/v1/files/file_1/content":
        return Reply(200, [("content-type", "application/pdf")], b"%PDF-1.7")
    if path == "/v1/files/file_404":
        return json_reply({"type": "error", "error": {"type": "not_found_error", "message": "File not found"}, "request_id": "req_1"}, 404)
    return json_reply({"id": "file_1", "type": "file_deleted"} if request.method == "DELETE" else FILE)


@pytest.fixture(scope="module")
def keeping() -> Iterator[SimpleNamespace]:
    """A gateway whose provider `claude` keeps files."""
    with FakeUpstream(keeper) as upstream:
        configuration = server_section() + f"""
providers:
  claude: {{dialect: anthropic, base_url: "{upstream.url}", api_key: "sk-canary-upstream-0001", passthrough: files}}
  sim: {{dialect: sim}}
deployments:
  m: {{provider: claude, model: claude-sonnet-4-5}}
  s: {{provider: sim, model: chat}}
"""
        with Gateway(configuration) as gateway:
            options: dict[str, Any] = {"base_url": gateway.url, "api_key": "unused", "max_retries": 0, "timeout": 20.0}
            yield SimpleNamespace(client=Anthropic(**options), options=options, upstream=upstream)


def reading(file_id: str, model: str) -> dict[str, Any]:
    content = [{"type": "document", "source": {"type": "file", "file_id": file_id}}, {"type": "text", "text": "What is it?"}]
    return {"model": model, "max_tokens": 64, "messages": [{"role": "user", "content": content}]}


def test_message_batches(keeping: SimpleNamespace) -> None:
    batches = keeping.client.messages.batches
    made = batches.create(requests=[{"custom_id": "a", "params": reading("claude:file_1", "claude-sonnet-4-5")}])
    assert made.id == "claude:msgbatch_1"
    sent = keeping.upstream.requests[-1].json()
    assert sent["requests"][0]["params"]["messages"][0]["content"][0]["source"]["file_id"] == "file_1", sent
    assert batches.retrieve(made.id).id == made.id
    assert [each.id for each in batches.list(limit=1)] == ["claude:msgbatch_1", "claude:msgbatch_2"]
    results = list(batches.results(made.id))
    assert [(each.custom_id, each.result.type) for each in results] == [("a", "succeeded"), ("b", "expired")]
    assert batches.cancel(made.id).id == made.id
    deleted = batches.delete(made.id)
    assert (deleted.id, deleted.type) == (made.id, "message_batch_deleted")


def test_beta_message_batches(keeping: SimpleNamespace) -> None:
    batches = keeping.client.beta.messages.batches
    made = batches.create(requests=[{"custom_id": "a", "params": reading("claude:file_1", "claude-sonnet-4-5")}], betas=["files-api-2025-04-14"])
    assert [each.custom_id for each in batches.results(made.id)] == ["a", "b"]


def test_results_of_an_asynchronous_client(keeping: SimpleNamespace) -> None:
    async def read() -> list[str]:
        async with AsyncAnthropic(**keeping.options) as client:
            return [each.custom_id async for each in await client.messages.batches.results("claude:msgbatch_1")]

    assert asyncio.run(read()) == ["a", "b"]


def test_files(keeping: SimpleNamespace) -> None:
    files = keeping.client.beta.files
    file = files.upload(file=("a.pdf", b"%PDF-1.7", "application/pdf"))
    assert file.id == "claude:file_1"
    assert "files-api-2025-04-14" in keeping.upstream.requests[-1].headers["anthropic-beta"]
    assert b"%PDF-1.7" in keeping.upstream.requests[-1].body
    assert [each.id for each in files.list(limit=1)] == ["claude:file_1", "claude:file_2"]
    assert files.retrieve_metadata(file.id).id == file.id
    assert files.download(file.id).read() == b"%PDF-1.7"
    assert files.delete(file.id).id == file.id


def test_a_long_file(keeping: SimpleNamespace) -> None:
    content = b"%PDF" * 750_000
    assert keeping.client.beta.files.upload(file=("a.pdf", content, "application/pdf")).id == "claude:file_1"
    assert content in keeping.upstream.requests[-1].body


def test_a_message_about_a_file(keeping: SimpleNamespace) -> None:
    answer = keeping.client.beta.messages.create(**reading("claude:file_1", "m"), betas=["files-api-2025-04-14"])
    assert answer.content[0].text == "Hello."
    assert keeping.upstream.requests[-1].json()["messages"][0]["content"][0]["source"]["file_id"] == "file_1"
    with pytest.raises(anthropic.BadRequestError, match="kept by provider claude"):
        keeping.client.beta.messages.create(**reading("claude:file_1", "s"))


def test_errors(keeping: SimpleNamespace) -> None:
    client = keeping.client
    with pytest.raises(anthropic.NotFoundError, match="File not found"):
        client.beta.files.retrieve_metadata("claude:file_404")
    with pytest.raises(anthropic.NotFoundError, match="PROVIDER:ID") as failure:
        client.messages.batches.retrieve("msgbatch_1")
    assert failure.value.request_id
    with pytest.raises(anthropic.NotFoundError, match="nobody"):
        client.beta.files.download("nobody:file_1")


def test_the_simulator_keeps_nothing(gateway: Gateway) -> None:
    client = Anthropic(base_url=gateway.url, api_key="unused", max_retries=0, timeout=20.0)
    with pytest.raises(anthropic.NotFoundError, match="passthrough: files"):
        client.beta.files.list()
    with pytest.raises(anthropic.NotFoundError, match="passthrough: files"):
        client.messages.batches.list()
