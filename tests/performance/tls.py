"""A TLS terminator before the mock upstream: nginx again, on the core of the load, with a certificate made for the occasion."""

from __future__ import annotations

import subprocess
from pathlib import Path

from performance import client, nginx
from performance.machine import LOAD_CORE
from performance.processes import Process, wait_for
from performance.subjects import Upstream, free_port


class Terminator:
    def __init__(self, upstream: Upstream, folder: Path) -> None:
        self.folder = folder / "tls"
        self.folder.mkdir(exist_ok=True)
        self.certificate = self.folder / "certificate.pem"
        self.port, self._check_port = free_port(), free_port()
        self._make_certificate()
        files = nginx.tls_lines(self.certificate, self.folder / "key.pem")
        blocks = nginx.server(self.port, buffering=False, tls=files) + nginx.server(self._check_port, buffering=False)
        command = nginx.command(self.folder, f"127.0.0.1:{upstream.port}", blocks)
        self.process = Process(command, log=self.folder / "output.log", core=LOAD_CORE)
        wait_for("ready", lambda: client.answers(self._check_port, client.chat_body("json")), self.process)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def _make_certificate(self) -> None:
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                   "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                   "-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
