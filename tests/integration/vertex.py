"""Vertex AI from outside: a service account's signed assertion becomes a token, and both families of models are asked with it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

from support import FakeUpstream, Gateway, chat, json_reply, metrics, run, sse_reply

from blackbox.fake_upstream import Reply, Request
from blackbox.gateway import server_section

MODELS = "/v1/projects/p1/locations/us-east5/publishers"
GEMINI = {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hello"}]}, "finishReason": "STOP"}]}
CLAUDE = [
    {"type": "message_start", "message": {"id": "m", "role": "assistant", "content": [], "usage": {"input_tokens": 1, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
    {"type": "message_stop"},
]


def make_key(folder: Path) -> tuple[str, Path]:
    """A private key as PEM, and the file of its public key."""
    private, public = folder / "key.pem", folder / "public.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", private], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
    return private.read_text(), public


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def is_signed(assertion: str, public: Path) -> bool:
    text, _, signature = assertion.rpartition(".")
    signature_file = public.with_suffix(".sig")
    signature_file.write_bytes(decoded(signature))
    check = ["openssl", "dgst", "-sha256", "-verify", str(public), "-signature", str(signature_file)]
    return subprocess.run(check, input=text.encode(), capture_output=True).returncode == 0


def provider(request: Request) -> Reply:
    if request.target.startswith(f"{MODELS}/anthropic/"):
        return sse_reply(CLAUDE)
    return sse_reply([GEMINI]) if "stream" in request.target else json_reply(GEMINI)


@contextmanager
def gateway_of(account: dict[str, str], settings: str, rotated: dict[str, str] | None = None) -> Iterator[tuple[Gateway, FakeUpstream, list[dict[str, list[str]]]]]:
    """`rotated` stands in the account's file when the gateway has read it."""
    forms: list[dict[str, list[str]]] = []

    def tokens(request: Request) -> Reply:
        forms.append(parse_qs(request.body.decode()))
        return json_reply({"access_token": f"canary-token-{len(forms)}", "expires_in": 3600})

    with tempfile.TemporaryDirectory() as folder, FakeUpstream(tokens) as service, FakeUpstream(provider) as upstream:
        file = Path(folder) / "account.json"
        file.write_text(json.dumps({**account, "token_uri": f"{service.url}/token"}))
        configuration = server_section() + f"""
providers:
  v:
    dialect: vertex
    base_url: "{upstream.url}"
    credentials: "file:{file}"
    {settings}
deployments:
  gemini: {{provider: v, model: gemini-3-pro}}
  claude: {{provider: v, model: claude-opus-4-1@20250805}}
"""
        with Gateway(configuration) as gateway:
            if rotated:
                file.write_text(json.dumps({**rotated, "token_uri": f"{service.url}/token"}))
            yield gateway, upstream, forms
            shown = gateway.log() + metrics(gateway)
            assert "canary" not in shown and "PRIVATE" not in shown, shown


def a_service_account_asks_both_families() -> None:
    with tempfile.TemporaryDirectory() as folder:
        key, public = make_key(Path(folder))
        account = {"type": "service_account", "project_id": "p1", "client_email": "gw@p1.iam", "private_key_id": "k1", "private_key": key}
        with gateway_of(account, "location: us-east5") as (gateway, upstream, forms):
            for model, stream in (("gemini", False), ("gemini", True), ("claude", True)):
                answer = chat(gateway, model=model, stream=stream)
                assert answer.status == 200, answer
                text = answer.text() if stream else answer.json()["choices"][0]["message"]["content"]
                assert text == "Hello", answer
            assert [request.target for request in upstream.requests] == [
                f"{MODELS}/google/models/gemini-3-pro:generateContent",
                f"{MODELS}/google/models/gemini-3-pro:streamGenerateContent?alt=sse",
                f"{MODELS}/anthropic/models/claude-opus-4-1@20250805:streamRawPredict",
            ]
            assert {request.headers["authorization"] for request in upstream.requests} == {"Bearer canary-token-1"}
            assert upstream.requests[2].json()["anthropic_version"] == "vertex-2023-10-16"
            assert "model" not in upstream.requests[2].json()
            (form,) = forms
            assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"], form
            (assertion,) = form["assertion"]
            assert is_signed(assertion, public), "the signature does not hold"
            assert not is_signed(assertion.replace("e", "f", 1), public), "the check sees nothing"
            header, claims = (json.loads(decoded(part)) for part in assertion.split(".")[:2])
            assert header == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
            assert claims["iss"] == "gw@p1.iam" and claims["aud"].endswith("/token"), claims
            assert claims["exp"] - claims["iat"] == 3600 and abs(claims["iat"] - time.time()) < 60


def a_users_log_in_is_refreshed() -> None:
    account = {"type": "authorized_user", "client_id": "c", "client_secret": "canary-secret", "refresh_token": "canary-refresh", "quota_project_id": "payer"}
    with gateway_of(account, "project: p1") as (gateway, upstream, forms):
        assert chat(gateway, model="gemini").status == 200
        assert forms[0]["refresh_token"] == ["canary-refresh"] and forms[0]["grant_type"] == ["refresh_token"]
        assert upstream.requests[0].headers["x-goog-user-project"] == "payer"
        assert "/projects/p1/locations/global/" in upstream.requests[0].target


def a_rotated_account_is_read_before_it_is_used() -> None:
    user = {"type": "authorized_user", "client_id": "c", "client_secret": "canary-secret", "refresh_token": "canary-refresh-1"}
    # Sooner than any watch of files: who fetches a token looks at what it is asked with.
    with gateway_of(user, "project: p1", user | {"refresh_token": "canary-refresh-2"}) as (gateway, _, forms):
        assert chat(gateway, model="gemini").status == 200
        assert [form["refresh_token"] for form in forms] == [["canary-refresh-2"]], forms
    with tempfile.TemporaryDirectory() as folder:
        key, public = make_key(Path(folder))
        account = {"type": "service_account", "project_id": "p1", "client_email": "gw@p1.iam", "private_key": key}
        with gateway_of(user, "project: p1", account) as (gateway, _, forms):
            assert chat(gateway, model="gemini").status == 200
            (form,) = forms
            assert is_signed(form["assertion"][0], public), form


def a_key_that_cannot_sign_is_a_clear_error() -> None:
    account = {"type": "service_account", "client_email": "a", "private_key": "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"}
    with gateway_of(account, "project: p1") as (gateway, upstream, forms):
        answer = chat(gateway, model="gemini")
        assert answer.status == 502 and answer.error["code"] == "upstream_auth_error", answer
        assert "not an RSA key" in answer.error["message"] and upstream.requests == [] and forms == []


if __name__ == "__main__":
    sys.exit(
        run(
            a_service_account_asks_both_families,
            a_users_log_in_is_refreshed,
            a_rotated_account_is_read_before_it_is_used,
            a_key_that_cannot_sign_is_a_clear_error,
        )
    )
