"""What is measured: how each proxy is configured, started and asked. All have one worker, on the same core."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from performance import client, nginx
from performance.machine import BUILD_DIR, GATEWAY, LOAD_CORE, PROXY_CORE, first_line
from performance.processes import Process, wait_for

# The answers of the mock upstream that scenarios ask for; upstream/script.hpp says what the names mean.
MODELS = ["json", "burst-20", "burst-100", "burst-200", "burst-500", "paced-100-2", "paced-600-2", "paced-100-10", "paced-300-10",
          "paced-400-10", "idle-5", "idle-12"]  # fmt: skip
KEY = "sk-benchmark-upstream"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@dataclass(frozen=True)
class Certificate:
    """What a proxy shows to its clients, and who vouches for it."""

    file: Path
    key: Path
    authority: Path


class Upstream:
    """The mock provider, on the core of the load."""

    def __init__(self, folder: Path, *, core: int | None = LOAD_CORE) -> None:
        self.port = free_port()
        self.process = Process([str(BUILD_DIR / "bench_upstream"), str(self.port)], log=folder / "upstream.log", core=core)
        wait_for("ready", lambda: client.answers(self.port, client.chat_body("json")), self.process)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Subject:
    """A proxy in front of the mock upstream."""

    name = ""
    # It can be asked in OpenAI's dialect while the upstream speaks Anthropic's.
    translates = False
    # It can be configured here to speak TLS to the upstream and to clients.
    speaks_tls = False
    # Rounds beyond these it does not take part in: what costs milliseconds is not lost in noise.
    rounds_max = 1000
    # Set when a TLS terminator stands before the upstream: its address, and the authority that vouches for it.
    upstream_url = ""
    ca_file: Path | None = None
    # Set when clients are to speak TLS.
    certificate: Certificate | None = None

    def __init__(self, upstream: Upstream, folder: Path) -> None:
        self.upstream = upstream
        self.folder = folder / self.name.lower()
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.process: Process | None = None
        self.ready_after = 0.0

    def version(self) -> str:
        raise NotImplementedError

    def command(self) -> list[str]:
        """The command line; writes its configuration first."""
        raise NotImplementedError

    def environment(self) -> dict[str, str] | None:
        return None

    def url(self, *, stream: bool) -> str:
        del stream
        return f"http://127.0.0.1:{self.port}/v1"

    def model(self, model: str, *, translated: bool) -> str:
        """How a client names the answer `model` here."""
        del translated
        return model

    def headers(self, *, translated: bool) -> list[str]:
        del translated
        return []

    def authority(self) -> Path | None:
        """Whom its clients have to trust."""
        return self.certificate.authority if self.certificate else None

    def binary(self) -> Path | None:
        return None

    def start(self, prefix: list[str] | None = None, *, core: int | None = PROXY_CORE) -> Process | None:
        """Starts it, behind `prefix` (a tool that runs it), and waits until it answers."""
        command = [*(prefix or []), *self.command()]
        self.process = Process(command, log=self.folder / "output.log", core=core, env=self.environment(), cwd=self.folder)
        body = client.chat_body(self.model("json", translated=False))
        headers, authority = self.headers(translated=False), self.authority()
        ready = lambda: client.answers(self.port, body, *headers, authority=authority)  # noqa: E731
        self.ready_after = wait_for("ready", ready, self.process, 180)
        return self.process

    def stop(self) -> None:
        if self.process:
            self.process.stop()
            self.process = None

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)


class Direct(Subject):
    """No proxy: what the load and the upstream cost by themselves."""

    name = "direct"

    def start(self, prefix: list[str] | None = None, *, core: int | None = PROXY_CORE) -> None:
        del prefix, core

    def url(self, *, stream: bool) -> str:
        del stream
        return f"{self.upstream.url}/v1"


class Breakwater(Subject):
    name = "Breakwater"
    translates = True
    speaks_tls = True

    def environment(self) -> dict[str, str]:
        # Nothing that configures a gateway: a developer's own settings must not change a measurement.
        return {name: value for name, value in os.environ.items() if not name.startswith("BREAKWATER_") and not name.endswith("_API_KEY")}

    def version(self) -> str:
        return first_line([str(self.binary()), "version"])

    def binary(self) -> Path:
        return GATEWAY

    def model(self, model: str, *, translated: bool) -> str:
        return f"anthropic-{model}" if translated else model

    def command(self) -> list[str]:
        url = self.upstream_url or self.upstream.url
        trust = f', ca_file: "{self.ca_file}"' if self.ca_file else ""
        tls = f', tls: {{certificate: "{self.certificate.file}", key: "{self.certificate.key}"}}' if self.certificate else ""
        lines = [
            "version: 1",
            f'server: {{listen: "127.0.0.1:{self.port}", admin: "127.0.0.1:0", workers: 1, limits: {{connections: 20000}}{tls}}}',
            "providers:",
            "  sim: {dialect: sim}",
            f'  openai: {{dialect: openai, base_url: "{url}/v1", api_key: "{KEY}"{trust}}}',
            f'  anthropic: {{dialect: anthropic, base_url: "{url}", api_key: "{KEY}"{trust}}}',
            "deployments:",
            *(f"  {model}: {{provider: openai, model: {model}}}" for model in MODELS),
            *(f"  anthropic-{model}: {{provider: anthropic, model: {model}}}" for model in MODELS),
            "routes:",
            *(f"  {name}: {{candidates: [{name}]}}" for model in MODELS for name in (model, f"anthropic-{model}")),
        ]
        return [str(self.binary()), "serve", "--config", self.write("breakwater.yaml", "\n".join(lines) + "\n")]


class Simulator(Breakwater):
    """Breakwater as the mock upstream: its simulated provider answers, at once, with about as many words as the bare loop."""

    name = "simulator"
    translates = False

    def model(self, model: str, *, translated: bool) -> str:
        del model, translated
        return "sim/lorem"


class BareLoop(Subject):
    """A mock upstream of its own, on the core of the proxies: as fast as an upstream can be."""

    name = "bare epoll loop"

    def command(self) -> list[str]:
        return [str(BUILD_DIR / "bench_upstream"), str(self.port)]


class Nginx(Subject):
    """Passes bytes. Two ports, because answers are best buffered and streams must not be."""

    name = "nginx"
    speaks_tls = True
    # Without a master, callgrind has one process to count.
    single_process = False

    def __init__(self, upstream: Upstream, folder: Path) -> None:
        super().__init__(upstream, folder)
        self.stream_port = free_port()

    def version(self) -> str:
        return first_line([nginx.PROGRAM, "-v"]).removeprefix("nginx version: ")

    def binary(self) -> Path:
        return Path(nginx.PROGRAM)

    def url(self, *, stream: bool) -> str:
        return f"http://127.0.0.1:{self.stream_port if stream else self.port}/v1"

    def command(self) -> list[str]:
        scheme, address = (self.upstream_url or self.upstream.url).split("://")
        tls = nginx.tls_lines(self.certificate.file, self.certificate.key) if self.certificate else ""
        servers = [(self.port, True), (self.stream_port, False)]
        blocks = "".join(nginx.server(port, scheme=scheme, buffering=buffering, tls=tls) for port, buffering in servers)
        return nginx.command(self.folder, address, blocks, single_process=self.single_process)


class HAProxy(Subject):
    """Passes bytes."""

    name = "HAProxy"

    def version(self) -> str:
        return " ".join(first_line(["/usr/sbin/haproxy", "-v"]).split()[:3])

    def binary(self) -> Path:
        return Path("/usr/sbin/haproxy")

    def command(self) -> list[str]:
        config = f"""global
  nbthread 1
  maxconn 9500
defaults
  mode http
  no log
  option http-no-delay
  http-reuse always
  timeout connect 5s
  timeout client 600s
  timeout server 600s
frontend clients
  bind 127.0.0.1:{self.port} backlog 16384
  default_backend upstream
backend upstream
  server upstream 127.0.0.1:{self.upstream.port}
"""
        return ["/usr/sbin/haproxy", "-db", "-f", self.write("haproxy.cfg", config)]
