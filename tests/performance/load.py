"""The load: `breakwater bench`, on the core of the upstream."""

from __future__ import annotations

import json
import os
import subprocess

from performance.machine import LOAD, LOAD_CORE
from performance.subjects import KEY, Subject

KEY_VARIABLE = "BREAKWATER_LOAD_KEY"
ENVIRONMENT = os.environ | {KEY_VARIABLE: KEY}


def command(url: str, model: str, headers: list[str], *options: str) -> list[str]:
    extra = [argument for header in headers for argument in ("--header", header)]
    base = ["taskset", "-c", str(LOAD_CORE), str(LOAD), "bench", url, "--model", model, "--key-env", KEY_VARIABLE, *extra]
    return [*base, "--warmup", "0s", "--timeout", "60s", "--quiet", "--json", "-", *options]


def of(subject: Subject, model: str, *options: str, stream: bool, translated: bool = False) -> list[str]:
    more = ["--stream"] if stream else []
    named, headers = subject.model(model, translated=translated), subject.headers(translated=translated)
    return command(subject.url(stream=stream), named, headers, *more, *options)


def run(arguments: list[str], seconds: float) -> dict:
    """Its results. A run with failed requests exits with an error and says so in the results."""
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=seconds + 90, check=False, env=ENVIRONMENT)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        raise RuntimeError(f"the load said: {done.stderr.strip()[-300:]}") from None
