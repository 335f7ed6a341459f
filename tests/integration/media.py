"""Images and files that clients name by address: fetched when the operator says so, from nowhere that a client must not reach."""

from __future__ import annotations

import base64
import json
import ssl
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from certificates import Authority
from support import FakeUpstream, Gateway, access_line, chat, good, metrics, run
from tls_upstream import TlsUpstream, read_request

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 200
PDF = b"%PDF-1.7\n" + b"x" * 200
SCRATCH = tempfile.TemporaryDirectory(prefix="breakwater-media-")
AUTHORITY = Authority(Path(SCRATCH.name))
GOOD = AUTHORITY.certificate("good")


def answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Host:
    """A web server with a page for each path; knows what it was asked."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.heads: list[str] = []

    def __call__(self, connection: ssl.SSLSocket) -> None:
        head = read_request(connection).decode("latin-1")
        self.heads.append(head)
        path = head.split(" ")[1]
        if path == "/silent":
            time.sleep(2)
            return
        connection.sendall(self.pages.get(path, answer("404 Not Found", b"nothing here")))


PAGES = {
    "/a.png": answer("200 OK", PNG, "content-type: text/html"),
    "/a.pdf": answer("200 OK", PDF, "content-type: application/pdf"),
    "/moved": answer("302 Found", b"", "location: https://127.0.0.1:1/a.png"),
    "/page": answer("200 OK", b"<html>no image</html>", "content-type: image/png"),
    "/large": answer("200 OK", PNG + b"x" * 20_000),
    "/zipped": answer("200 OK", PNG, "content-encoding: gzip"),
    "/chunked.png": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + f"{len(PNG):x}".encode() + b"\r\n" + PNG + b"\r\n0\r\n\r\n",
}


def configuration(upstream: str, media: str, features: str = "image_url_input: absent") -> str:
    return f"""version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", workers: 1, media: {{{media}}}}}
providers:
  a: {{dialect: openai, base_url: "{upstream}/v1", api_key: "sk-test-0123456789"}}
deployments:
  inline: {{provider: a, model: m, capabilities: {{features: {{{features}}}}}}}
  by-address: {{provider: a, model: m}}
routes:
  r: {{candidates: [inline]}}
  both: {{candidates: [by-address, inline]}}
"""


def image(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def look(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, *parts]}]


class Setting:
    """A gateway before a provider that takes images inline only, and a host that has some."""

    def __init__(self, media: str = 'fetch: true, size: 16KB, timeout: 500ms, private_hosts: ["localhost:{port}"], ca_file: "{ca}"') -> None:
        self._media = media
        self.host = Host(PAGES)

    def __enter__(self) -> Setting:
        self.provider = FakeUpstream(good).__enter__()
        self.web = TlsUpstream(GOOD, self.host).__enter__()
        media = self._media.format(port=self.web.port, ca=AUTHORITY.file)
        self.gateway = Gateway(configuration(self.provider.url, media)).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self.gateway, self.web, self.provider):
            each.__exit__(None, None, None)

    def url(self, path: str) -> str:
        return f"{self.web.url}{path}"

    def sent(self) -> list[Any]:
        return self.provider.requests[-1].json()["messages"][0]["content"]


def an_image_arrives_inline() -> None:
    with Setting() as it:
        for path in ("/a.png", "/chunked.png"):
            reply = chat(it.gateway, messages=look(image(it.url(path))))
            assert reply.status == 200, reply.body
            assert it.sent()[1]["image_url"]["url"] == "data:image/png;base64," + base64.b64encode(PNG).decode()
            assert reply.headers["x-breakwater-adapted"] == "messages[0].content[1]=mapped", reply.headers
        head = it.host.heads[0].lower()
        assert "authorization" not in head and "sk-test" not in head and "user-agent: breakwater" in head


def where_addresses_are_taken_they_are_sent() -> None:
    with Setting() as it:
        reply = chat(it.gateway, model="both", messages=look(image(it.url("/a.png"))))
        assert reply.status == 200 and it.sent()[1]["image_url"]["url"] == it.url("/a.png")
        # What cannot be fetched is no reason to refuse what the first candidate takes.
        reply = chat(it.gateway, model="both", messages=look(image("http://images.example.com/a.png")))
        assert reply.status == 200 and it.sent()[1]["image_url"]["url"] == "http://images.example.com/a.png", reply.body


def a_request_without_media_asks_nobody() -> None:
    with Setting() as it:
        assert chat(it.gateway).status == 200 and not it.host.heads
        inline = image("data:image/png;base64," + base64.b64encode(PNG).decode())
        assert chat(it.gateway, messages=look(inline)).status == 200 and not it.host.heads


def what_cannot_be_fetched_is_said() -> None:
    words = {"/none": "answered 404", "/moved": "another address", "/page": "expected a PNG", "/large": "larger than", "/zipped": "did not answer as a web server", "/silent": "in time"}
    with Setting() as it:
        for path, expected in words.items():
            reply = chat(it.gateway, messages=look(image(it.url("/a.png")), image(it.url(path))))
            error = reply.error
            assert reply.status == 400 and error["code"] == "media_not_fetched", (path, reply.body)
            assert error["param"] == "messages[0].content[2]" and expected in error["message"], error
        assert not it.provider.requests
        # The next request is none the worse for it.
        assert chat(it.gateway, messages=look(image(it.url("/a.png")))).status == 200


def only_a_web_server_of_the_public_internet_is_asked() -> None:
    with Setting() as it:
        port = it.web.port
        addresses = [
            f"https://127.0.0.1:{port}/a.png", "https://127.0.0.1/a.png", "https://[::1]/a.png", "https://10.0.0.1/a.png",
            "https://169.254.169.254/latest/meta-data", "https://localhost/a.png", f"http://localhost:{port}/a.png",
            f"https://user@localhost:{port}/a.png", "https://2130706433/a.png", "https://[::ffff:127.0.0.1]/a.png", "https://0x7f.1/a.png",
        ]
        for address in addresses:
            started = time.monotonic()
            reply = chat(it.gateway, messages=look(image(address)))
            assert reply.status == 400 and reply.error["code"] == "media_not_fetched", (address, reply.body)
            assert time.monotonic() - started < 2, address
        assert not it.host.heads and not it.provider.requests


def the_total_of_a_request_is_bounded() -> None:
    with Setting() as it:
        reply = chat(it.gateway, messages=look(*[image(it.url("/a.png"))] * 17))
        assert reply.status == 400 and "at most 16" in reply.error["message"], reply.body
        assert not it.host.heads


def off_by_default() -> None:
    with Setting("fetch: false") as it:
        reply = chat(it.gateway, messages=look(image(it.url("/a.png"))))
        assert reply.status == 400 and "inline" in reply.error["message"], reply.body
        assert not it.host.heads


def only_from_the_hosts_that_are_named() -> None:
    with Setting('fetch: true, hosts: ["images.example.com"]') as it:
        reply = chat(it.gateway, messages=look(image("https://elsewhere.example.org/a.png")))
        assert reply.status == 400 and "the operator allows" in reply.error["message"], reply.body


def a_client_that_leaves_ends_it() -> None:
    with Setting('fetch: true, timeout: 30s, private_hosts: ["localhost:{port}"], ca_file: "{ca}"') as it:
        try:
            chat(it.gateway, messages=look(image(it.url("/silent"))), timeout=0.3)
        except (TimeoutError, OSError):
            pass
        deadline = time.monotonic() + 1.5
        while "breakwater_requests_in_flight 0" not in metrics(it.gateway) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert time.monotonic() < deadline and not it.provider.requests


if __name__ == "__main__":
    sys.exit(
        run(
            an_image_arrives_inline,
            where_addresses_are_taken_they_are_sent,
            a_request_without_media_asks_nobody,
            what_cannot_be_fetched_is_said,
            only_a_web_server_of_the_public_internet_is_asked,
            the_total_of_a_request_is_bounded,
            off_by_default,
            only_from_the_hosts_that_are_named,
            a_client_that_leaves_ends_it,
        )
    )
