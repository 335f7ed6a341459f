"""Every failure reaches the user as the right exception class, with a message, a code and a request id."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx
import openai
import pytest
from conftest import client_for
from openai import OpenAI

from blackbox.gateway import Gateway, server_section

MESSAGES = [{"role": "user", "content": "hello"}]
KEY = "bw-test-key-of-team-a"


def failing(client: OpenAI, kind: type[openai.APIStatusError] | tuple[type[openai.APIStatusError], ...], **request: Any) -> Any:
    with pytest.raises(kind) as caught:
        client.chat.completions.create(**({"messages": MESSAGES} | request))
    error = caught.value
    assert isinstance(error.body, dict) and error.body["message"] and {"type", "code", "param"} <= error.body.keys()
    assert error.request_id
    assert "<" not in error.body["message"], "markup in the message"
    return error


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("model", "kind", "status"),
    [
        ("sim/status-400", openai.BadRequestError, 400),
        ("sim/status-401", openai.InternalServerError, 502),  # the provider refused the gateway's key, not the client's
        ("sim/status-404", openai.InternalServerError, 502),  # nor did the client name the provider's model
        ("sim/status-429", openai.RateLimitError, 429),
        ("sim/status-500", openai.InternalServerError, 502),
        ("sim/status-502", openai.InternalServerError, 502),
        ("sim/status-503", openai.InternalServerError, 503),
        ("sim/status-504", openai.InternalServerError, 504),
        ("sim/status-529", openai.InternalServerError, 503),
        ("sim/refused", openai.InternalServerError, 502),
        ("sim/html", openai.InternalServerError, 502),
        ("sim/empty", openai.InternalServerError, 502),
    ],
)
def test_class_by_status(client: OpenAI, model: str, kind: type[openai.APIStatusError], status: int, stream: bool) -> None:
    assert failing(client, kind, model=model, stream=stream).status_code == status


def test_a_provider_that_cannot_process_the_request(client: OpenAI) -> None:
    error = failing(client, (openai.BadRequestError, openai.UnprocessableEntityError), model="sim/status-422")
    assert error.type == "invalid_request_error"


@pytest.mark.parametrize("stream", [False, True])
def test_an_error_in_an_answer_of_status_200(client: OpenAI, stream: bool) -> None:
    failing(client, (openai.InternalServerError, openai.RateLimitError), model="sim/error-in-200", stream=stream)


def test_the_gateways_own_model_not_found(client: OpenAI) -> None:
    error = failing(client, openai.NotFoundError, model="no-such-model")
    assert error.code == "model_not_found" and "no-such-model" in error.message


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "wizard", "content": "x"}]}, "messages[0].role"),
        ({"temperature": "warm"}, "temperature"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
        ({"stream": "yes"}, "stream"),
        ({"model": 7}, "model"),
    ],
)
def test_a_malformed_request_is_told_where(client: OpenAI, change: dict[str, Any], param: str) -> None:
    body = {"model": "sim/chat", "messages": MESSAGES} | change
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", body=body, cast_to=object)
    assert caught.value.type == "invalid_request_error"
    assert (caught.value.param or "").startswith(param)


@pytest.mark.parametrize("missing", ["model", "messages"])
def test_a_missing_field_is_named(client: OpenAI, missing: str) -> None:
    body = {"model": "sim/chat", "messages": MESSAGES}
    del body[missing]
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", body=body, cast_to=object)
    assert caught.value.param == missing and caught.value.code == "missing_required_parameter"


def test_unknown_path(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.get("/no/such/path", cast_to=object)


def test_a_body_that_is_not_json(gateway: Gateway) -> None:
    for content in (b"", b"{", b"[]", b'{"model": "sim/chat"} x', b"\xff\xfe"):
        headers = {"content-type": "application/json"}
        response = httpx.post(f"{gateway.base_url}/chat/completions", content=content, headers=headers)
        assert response.status_code == 400, content
        assert json.loads(response.content)["error"]["type"] == "invalid_request_error"


def test_keys() -> None:
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    config = server_section() + f'keys: [{{name: team-a, sha256: "{digest}"}}]\nproviders: {{sim: {{dialect: sim}}}}\n'
    with Gateway(config) as gateway:
        good = client_for(gateway, api_key=KEY)
        assert good.chat.completions.create(model="sim/chat", messages=MESSAGES).choices
        for wrong in ("wrong", KEY + "x", digest):
            error = failing(client_for(gateway, api_key=wrong), openai.AuthenticationError, model="sim/chat")
            assert error.code == "invalid_api_key" and wrong not in json.dumps(error.body)
        with pytest.raises(openai.AuthenticationError):
            client_for(gateway, api_key="wrong").models.list()
        assert httpx.post(f"{gateway.base_url}/chat/completions", json={}).status_code == 401
        assert KEY not in gateway.log()
