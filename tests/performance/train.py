#!/usr/bin/env python3
"""The load under which scripts/profile counts: every kind of request that matters, in about the shares in which people send them.

    BREAKWATER_BENCH_DIR=build/profile python3 tests/performance/train.py

Nothing is measured. Whole answers and streams of both dialects, small and large requests, plain questions and conversations with
tools, pictures and schemas, the simulated provider, and a share of failures.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from performance import load  # noqa: E402
from performance.subjects import Breakwater, Upstream  # noqa: E402

SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "description": "Where"}, "days": {"type": "integer"}},
          "required": ["city"], "additionalProperties": False}  # fmt: skip
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def conversation() -> dict:
    """Several turns with tools, as an agent sends them."""
    call = {"id": "call_a1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo", "days": 3}'}}
    tools = [{"type": "function", "function": {"name": name, "description": "What it does.\nAnd more.", "parameters": SCHEMA}}
             for name in ("weather", "search", "book")]  # fmt: skip
    turns = [
        {"role": "system", "content": 'You are an assistant.\nAnswer "briefly", in the words of the user.'},
        {"role": "user", "content": [{"type": "text", "text": "What is the weather in Oslo? \u00c6 \u00d8 \u00c5"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_a1", "content": '{"rain": true, "degrees": 4.5}'},
        {"role": "assistant", "content": "It rains, at 4.5 degrees."},
        {"role": "user", "content": "And tomorrow?"},
    ]
    return {"messages": turns, "tools": tools, "tool_choice": "auto", "temperature": 0.7, "max_tokens": 500, "stop": ["END"]}


def picture() -> dict:
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}]
    return {"messages": [{"role": "user", "content": parts}], "max_completion_tokens": 300, "top_p": 0.9, "user": "u-1"}


def structured() -> dict:
    schema = {"name": "trip", "schema": SCHEMA, "strict": True}
    return {"messages": [{"role": "user", "content": "Plan a trip."}], "response_format": {"type": "json_schema", "json_schema": schema}}


def history() -> dict:
    """A conversation about long texts, with the lines and quotes that they have, and a picture."""
    pages = "\n".join(f'{line}. What was "said", in a line of prose.' for line in range(60))
    turns = [{"role": role, "content": pages} for role in ("user", "assistant") * 6]
    parts = [{"type": "text", "text": pages}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL * 200}"}}]
    return {"messages": [*turns, {"role": "user", "content": parts}], "max_tokens": 300}


class Training:
    def __init__(self, gateway: Breakwater, folder: Path) -> None:
        self.gateway, self.folder = gateway, folder

    def ask(self, model: str, requests: int, *options: str, stream: bool = False) -> None:
        arguments = load.of(self.gateway, model, "--requests", str(requests), *options, stream=stream)
        results = load.run(arguments, 120)
        if not results["requests"]["ok"] and model != "no-such-model" and "status" not in model:
            raise RuntimeError(f"{model} does not answer: {results['requests']}")
        print(f"{model} {' '.join(options)}: {results['requests']['ok']} answers", flush=True)

    def ask_body(self, model: str, requests: int, body: dict, *, stream: bool = False) -> None:
        file = self.folder / "body.json"
        file.write_text(json.dumps({"model": model, "stream": stream, **body}))
        self.ask(model, requests, "--body", str(file), stream=stream)

    def run(self) -> None:
        for model in ("json", "anthropic-json"):
            self.ask(model, 12_000, "--body-bytes", "1000")
            self.ask(model, 4_000, "--body-bytes", "10000")
            self.ask(model, 800, "--body-bytes", "100000")
            self.ask(model, 100, "--body-bytes", "400000")
            for body in (conversation(), picture(), structured()):
                self.ask_body(model, 3_000, body)
            self.ask_body(model, 1_000, history())
        for model in ("burst-200", "anthropic-burst-200"):
            self.ask(model, 400, stream=True)
            self.ask_body(model, 200, conversation(), stream=True)
        for model in ("paced-100-10", "anthropic-paced-100-10"):
            self.ask(model, 100, "--connections", "50", stream=True)
        self.ask("sim/lorem", 4_000, "--body-bytes", "1000")
        self.ask("sim/lorem", 200, stream=True)
        for model in ("sim/chat", "sim/reasoning"):
            self.ask_body(model, 500, conversation())
            self.ask_body(model, 200, conversation(), stream=True)
        for model in ("sim/status-503", "no-such-model"):
            self.ask(model, 300)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="breakwater-train-") as name:
        folder = Path(name)
        upstream = Upstream(folder, core=None)
        gateway = Breakwater(upstream, folder)
        gateway.start(core=None)
        try:
            Training(gateway, folder).run()
        finally:
            gateway.stop()
            upstream.process.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
