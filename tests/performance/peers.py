"""Other gateways, as npm and PyPI have them. They are installed below build/bench-peers when first asked for."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from performance.machine import SOURCE_DIR, have
from performance.subjects import MODELS, Subject

FOLDER = SOURCE_DIR / "build" / "bench-peers"
INSTALL_SECONDS = 1200


class NotThere(Exception):
    """The peer cannot be measured here; the text says why."""


def execute(command: list[str], folder: Path) -> None:
    print(f"  installing: {' '.join(command)}", file=sys.stderr)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    if done.returncode != 0:
        # The reason has paths and addresses of this machine in it, which are nobody else's business.
        print(done.stdout + done.stderr, file=sys.stderr)
        raise NotThere(f"{Path(command[0]).name} could not install it")


class Peer(Subject):
    translates = True
    rounds_max = 3

    def install(self) -> None:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        # No keys, no proxies, no telemetry of whoever runs this.
        return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


class Portkey(Peer):
    """Told by headers where to send a request."""

    name = "Portkey"
    PACKAGE, VERSION = "@portkey-ai/gateway", "1.15.2"
    # With the version of this dependency that npm would choose, every stream is answered with status 500.
    OVERRIDES = {"@hono/node-server": "1.3.3"}
    HOME = FOLDER / "portkey"

    def install(self) -> None:
        if not have("npm", "node"):
            raise NotThere("npm and node are not installed")
        if self.script().exists():
            return
        self.HOME.mkdir(parents=True, exist_ok=True)
        wanted = {"private": True, "dependencies": {self.PACKAGE: self.VERSION}, "overrides": self.OVERRIDES}
        (self.HOME / "package.json").write_text(json.dumps(wanted))
        execute(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], self.HOME)

    def script(self) -> Path:
        return self.HOME / "node_modules" / self.PACKAGE / "build" / "start-server.js"

    def version(self) -> str:
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
        overrides = ", ".join(f"{name} {version}" for name, version in self.OVERRIDES.items())
        return f"{self.PACKAGE} {self.VERSION} (with {overrides}), Node.js {node}"

    def command(self) -> list[str]:
        return ["node", str(self.script()), f"--port={self.port}", "--headless"]

    def headers(self, *, translated: bool) -> list[str]:
        path = "" if translated else "/v1"
        provider = "anthropic" if translated else "openai"
        return [f"x-portkey-provider: {provider}", f"x-portkey-custom-host: {self.upstream.url}{path}"]


class LiteLLM(Peer):
    name = "LiteLLM"
    HOME = FOLDER / "litellm"

    def install(self) -> None:
        if self.program().exists():
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.HOME, ignore_errors=True)
        execute([sys.executable, "-m", "venv", str(self.HOME)], FOLDER)
        try:
            execute([str(self.HOME / "bin" / "pip"), "install", "--quiet", "litellm[proxy]"], FOLDER)
        except NotThere:
            shutil.rmtree(self.HOME)
            raise

    def program(self) -> Path:
        return self.HOME / "bin" / "litellm"

    def version(self) -> str:
        listed = subprocess.run([str(self.HOME / "bin" / "pip"), "list"], capture_output=True, text=True, check=False).stdout
        found = dict(re.findall(r"^(litellm|uvicorn) +(\S+)$", listed, re.MULTILINE))
        return f"litellm[proxy] {found.get('litellm', '?')}, uvicorn {found.get('uvicorn', '?')}, Python {sys.version.split()[0]}"

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            # Its start would fetch a price list, and refuses to go on without a key of its own.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
            "LITELLM_LOG": "ERROR",
        }

    def model(self, model: str, *, translated: bool) -> str:
        return f"anthropic-{model}" if translated else model

    def command(self) -> list[str]:
        def line(name: str, model: str, base: str) -> str:
            return f'  - {{model_name: "{name}", litellm_params: {{model: "{model}", api_base: "{base}", api_key: "sk-benchmark"}}}}'

        lines = ["model_list:"]
        lines += [line(model, f"openai/{model}", f"{self.upstream.url}/v1") for model in MODELS]
        lines += [line(f"anthropic-{model}", f"anthropic/{model}", self.upstream.url) for model in MODELS]
        lines += ["litellm_settings: {telemetry: false}"]
        config = self.write("litellm.yaml", "\n".join(lines) + "\n")
        return [str(self.program()), "--config", config, "--host", "127.0.0.1", "--port", str(self.port), "--num_workers", "1"]


ALL = [Portkey, LiteLLM]
