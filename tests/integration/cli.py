"""The command line: every subcommand, its help, and the promised exit codes 0, 1, 2 and 78."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support import clean_environment, find_binary, Gateway, closed_port, config, get, run

SUBCOMMANDS = ["serve", "check", "schema", "reference", "models", "keys", "healthcheck", "bench", "version"]


def breakwater(*arguments: str, env: dict[str, str] | None = None, timeout: float = 20) -> subprocess.CompletedProcess[str]:
    command = [str(find_binary()), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=clean_environment(env))


def with_file(text: str):
    file = tempfile.NamedTemporaryFile("w", suffix=".yaml")
    file.write(text)
    file.flush()
    return file


def helps() -> None:
    top = breakwater("--help")
    assert top.returncode == 0 and "Exit codes" in top.stdout
    for name in SUBCOMMANDS:
        assert name in top.stdout
        each = breakwater(name, "--help")
        assert each.returncode == 0 and each.stdout and not each.stderr, name
    assert breakwater("keys", "new", "--help").returncode == 0


def wrong_usage_is_2() -> None:
    for arguments in ([], ["fly"], ["serve", "--fly"], ["check"], ["keys"], ["models", "--jsonn"], ["healthcheck", "--admin", "nowhere"]):
        result = breakwater(*arguments)
        assert result.returncode == 2, (arguments, result.returncode)
        assert result.stderr and not result.stdout, arguments


def versions() -> None:
    result = breakwater("version")
    assert result.returncode == 0 and result.stdout.startswith("breakwater ") and "OpenSSL" in result.stdout
    lines = result.stdout.splitlines()
    assert any(line.startswith("client dialects openai.chat") for line in lines), lines
    assert any(line.startswith("provider dialects openai ") for line in lines), lines
    assert breakwater("--version").returncode == 0


def check_tells_good_from_bad() -> None:
    with with_file(config({"a": "http://127.0.0.1:1"})) as good:
        result = breakwater("check", good.name)
        assert result.returncode == 0 and "no problems" in result.stdout, result
    with with_file(config({}).replace("routes:", "roots:") + "zzz: 1\n") as bad:
        result = breakwater("check", bad.name)
        assert result.returncode == 78 and result.stdout == "", result
        assert "roots" in result.stderr and "zzz" in result.stderr, "all problems at once"
        assert f"{bad.name}:" in result.stderr
    assert breakwater("check", "/does/not/exist.yaml").returncode == 78


def serve_refuses_a_bad_file() -> None:
    with with_file("version: 1\nservr: {}\n") as bad:
        result = breakwater("serve", "--config", bad.name)
        assert result.returncode == 78 and "server" in result.stderr and result.stdout == "", result


def serve_says_why_it_cannot_listen() -> None:
    # Another process has the port to itself.
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with with_file(config({}).replace('listen: "127.0.0.1:0"', f'listen: "127.0.0.1:{port}"')) as file:
            result = breakwater("serve", "--config", file.name)
            assert result.returncode == 1 and str(port) in result.stderr, result


def schema_and_reference() -> None:
    schema = breakwater("schema")
    assert schema.returncode == 0 and json.loads(schema.stdout)["$schema"]
    reference = breakwater("reference")
    assert reference.returncode == 0 and "half_close" in reference.stdout


def models_as_table_and_json() -> None:
    with with_file(config({"a": "http://127.0.0.1:1"})) as file:
        table = breakwater("models", "--config", file.name)
        assert table.returncode == 0 and table.stdout.splitlines()[0].startswith("MODEL")
        as_json = breakwater("models", "--config", file.name, "--json")
        assert {model["id"] for model in json.loads(as_json.stdout)["data"]} == {"r", "a", "simulated"}
        by_variable = breakwater("models", "--json", env={"BREAKWATER_CONFIG": file.name})
        without_time = re.compile(r'"created": ?\d+')  # when the configuration was read
        assert without_time.sub("", by_variable.stdout) == without_time.sub("", as_json.stdout)
    assert breakwater("models", "--config", "/does/not/exist.yaml").returncode == 78
    assert breakwater("models").returncode == 0


def healthcheck_follows_readiness() -> None:
    with Gateway(config({})) as gateway:
        result = breakwater("healthcheck", "--admin", gateway.admin)
        assert result.returncode == 0 and "200" in result.stdout, result
        assert breakwater("healthcheck", env={"BREAKWATER_ADMIN": gateway.admin}).returncode == 0
    result = breakwater("healthcheck", "--admin", closed_port().removeprefix("http://"))
    assert result.returncode == 1 and "not healthy" in result.stderr


def the_embedded_default_serves() -> None:
    start = time.monotonic()
    with Gateway() as gateway:
        print(f"       ready after {(time.monotonic() - start) * 1000:.0f} ms")
        assert get(gateway.listen, "/v1/models").status == 200
        assert "curl" in gateway.log()


def ends_on_sigint_and_sigterm() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with Gateway(config({})) as gateway:
            os.kill(gateway.pid, number)
            gateway.stop()


def the_config_file_may_come_from_the_environment() -> None:
    with with_file("version: 1\nservr: {}\n") as bad:
        assert breakwater("serve", env={"BREAKWATER_CONFIG": bad.name}).returncode == 78


def stdout_that_is_closed_ends_nothing() -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run([str(find_binary()), "schema"], stdout=write, stderr=subprocess.PIPE, timeout=20)
    os.close(write)
    assert process.returncode in (0, 1, -signal.SIGPIPE), process.returncode
    assert b"Sanitizer" not in process.stderr


if __name__ == "__main__":
    assert Path(find_binary()).is_file()
    sys.exit(
        run(
            helps,
            wrong_usage_is_2,
            versions,
            check_tells_good_from_bad,
            serve_refuses_a_bad_file,
            serve_says_why_it_cannot_listen,
            schema_and_reference,
            models_as_table_and_json,
            healthcheck_follows_readiness,
            the_embedded_default_serves,
            ends_on_sigint_and_sigterm,
            the_config_file_may_come_from_the_environment,
            stdout_that_is_closed_ends_nothing,
        )
    )
