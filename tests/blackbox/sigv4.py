"""Checks an AWS Signature Version 4 as the provider would: from the request that arrived, with the secret that it knows."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import quote

from blackbox.fake_upstream import Request

AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})")


def complaint(request: Request, secret: str) -> str:
    """Why the signature does not hold; empty when it does."""
    match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        return "there is no signature"
    _, date, region, service, names, signature = match.groups()
    if not {"host", "x-amz-date"} <= set(names.split(";")):
        return "host and date are not signed"
    lines = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names.split(";"))
    path = quote(request.target, safe="/-._~")
    digest = hashlib.sha256(request.body).hexdigest()
    canonical = f"{request.method}\n{path}\n\n{lines}\n{names}\n{digest}"
    scope = f"{date}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{request.headers['x-amz-date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4" + secret.encode()
    for step in (date, region, service, "aws4_request", text):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return "" if hmac.compare_digest(key.hex(), signature) else "the signature is wrong"
