"""`breakwater bench`: what it measures, what it calls a failure, and its outputs, against the gateway and against servers that misbehave."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

from certificates import Authority
from support import (
    ROLE,
    STOP,
    Ending,
    FakeUpstream,
    Framing,
    Gateway,
    Reply,
    chunk,
    clean_environment,
    closed_port,
    completion,
    config,
    eventually,
    find_binary,
    good,
    json_reply,
    metric,
    run,
    sse_reply,
    text,
)

PACED = "sim/lorem:tokens=5,first_token=20ms,gap=5ms"
TIMES = {"p50", "p90", "p99", "p999", "max", "mean"}


def bench(url: str, *arguments: str, env: dict[str, str] | None = None, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    command = [str(find_binary()), "bench", url, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=clean_environment(env))


def measured(url: str, *arguments: str, code: int = 0, **options: Any) -> dict[str, Any]:
    """The results of a run that ends with `code`."""
    result = bench(url, *arguments, "--json", "-", "--quiet", **options)
    assert result.returncode == code and result.stderr == "", (result.returncode, result.stdout, result.stderr)
    return json.loads(result.stdout)


def errors_of(handler: Any, *arguments: str) -> dict[str, int]:
    """The errors of four requests to a server that answers like this."""
    with FakeUpstream(handler) as server:
        results = measured(f"{server.url}/v1", "--requests", "4", "--connections", "2", "--warmup", "0", *arguments, code=1)
    assert results["requests"] == {"ok": 0, "failed": 4}, results
    return results["errors"]


def a_closed_loop_measures_whole_answers() -> None:
    with Gateway() as gateway, tempfile.TemporaryDirectory() as folder:
        json_file, html_file = Path(folder, "results.json"), Path(folder, "results.html")
        result = bench(
            gateway.base_url, "--duration", "1s", "--warmup", "200ms", "--connections", "4", "--json", str(json_file), "--html", str(html_file)
        )
        assert result.returncode == 0, result.stderr
        assert "closed loop, 4 connections" in result.stdout and "latency" in result.stdout, result.stdout
        results = json.loads(json_file.read_text())
        page = ElementTree.parse(html_file)  # well-formed
        assert page.findall(".//{http://www.w3.org/2000/svg}polyline")
    assert results["version"] == 1 and results["mode"] == "closed" and results["connections"] == 4
    assert results["url"] == f"{gateway.base_url}/chat/completions" and results["model"] == "sim/chat"
    assert results["rate"] is results["held"] is results["first_token_us"] is results["gap_us"] is None
    assert results["requests"]["ok"] > 10 and results["requests"]["failed"] == 0 and results["errors"] == {}
    assert results["rps"] > 10 and 0.9 < results["duration_s"] < 10
    assert set(results["latency_us"]) == TIMES
    latency = results["latency_us"]
    assert 0 < latency["p50"] <= latency["p90"] <= latency["p99"] <= latency["p999"] <= latency["max"]
    assert results["bytes"]["out"] > 0 and results["bytes"]["in"] > 0


def an_open_loop_follows_its_schedule() -> None:
    with Gateway() as gateway:
        results = measured(gateway.base_url, "--rate", "100", "--duration", "2s", "--warmup", "300ms")
    assert results["mode"] == "open" and results["rate"] == 100 and results["errors"] == {}, results
    # As many as were meant for the window, however busy the machine is.
    assert abs(results["requests"]["ok"] - 100 * results["duration_s"]) <= 40, results


def an_open_loop_counts_from_the_intended_time() -> None:
    def slow(_: Any) -> Reply:
        return Reply(200, [], json.dumps(completion()).encode(), head_after=0.1)

    with FakeUpstream(slow) as server:
        results = measured(f"{server.url}/v1", "--rate", "40", "--connections", "1", "--duration", "2s", "--warmup", "0")
    # One connection serves ten of the forty a second: the wait for it is latency, and what was never sent is an error.
    assert results["latency_us"]["max"] > 500_000, results
    assert results["errors"]["overrun"] > 20 and results["requests"]["ok"] > 5, results


def streams_are_measured_event_by_event() -> None:
    with Gateway() as gateway:
        results = measured(gateway.base_url, "--stream", "--model", PACED, "--duration", "1s", "--warmup", "200ms", "--connections", "4", "--pace", "5ms")
    assert results["stream"] and results["requests"]["ok"] > 4 and results["errors"] == {}, results
    assert results["events"] >= 5 * results["requests"]["ok"] * 0.5 and results["events_per_s"] > 0, results
    for name in ("first_token_us", "gap_us", "delay_us"):
        assert set(results[name]) == TIMES, results
    assert 15_000 < results["first_token_us"]["p50"] < results["latency_us"]["p50"], results
    assert results["gap_us"]["max"] > 1000, results


def a_number_of_requests_ends_the_run() -> None:
    with FakeUpstream(good) as server:
        for arguments in ([], ["--stream"], ["--rate", "200"]):
            results = measured(f"{server.url}/v1", "--requests", "20", "--warmup", "0", "--connections", "3", *arguments)
            assert results["requests"] == {"ok": 20, "failed": 0}, results
            assert results["errors"] == {}, results
    assert len(server.requests) == 60


def streams_are_held_open() -> None:
    with Gateway() as gateway:
        results = measured(
            gateway.base_url, "--stream", "--hold", "--connections", "50", "--model", "sim/lorem:tokens=10000,gap=50ms",
            "--duration", "1s", "--warmup", "200ms", "--pace", "50ms",
        )  # fmt: skip
        assert results["held"] == 50 and results["requests"] == {"ok": 50, "failed": 0}, results
        assert results["events"] > 50 and results["delay_us"]["max"] >= 0, results
        eventually("all streams are given up", lambda: metric(gateway, "breakwater_client_connections") in (0, None))


def the_gateways_errors_are_told_apart() -> None:
    few = ("--requests", "4", "--connections", "4", "--warmup", "0")
    with Gateway() as gateway:
        results = measured(gateway.base_url, "--model", "sim/status-429", *few, code=1)
        assert results["errors"] == {"http_429": 4}, results
        results = measured(gateway.base_url, "--model", "sim/cut-after-3", "--stream", *few, code=1)
        assert results["errors"] == {"in_band": 4} and results["events"] > 0, results
        result = bench(gateway.base_url, "--model", "no/such-model", *few)
        assert result.returncode == 1 and "http_404" in result.stdout, result.stdout


def servers_that_break_the_protocol_are_caught() -> None:
    whole = json.dumps(completion()).encode()
    html = Reply(200, [("content-type", "text/html")], b"<html></html>")
    assert errors_of(lambda _: Reply(200, [], whole, ending=Ending.CUT)) == {"truncated": 4}
    assert errors_of(lambda _: html) == {"malformed": 4}
    assert errors_of(lambda _: json_reply({"error": {"message": "no"}})) == {"in_band": 4}
    assert errors_of(lambda _: json_reply({"error": {"message": "no"}}, 503)) == {"http_503": 4}
    assert errors_of(lambda _: html, "--stream") == {"malformed": 4}
    assert errors_of(lambda _: sse_reply([ROLE, text("Hello"), STOP]), "--stream") == {"truncated": 4}
    assert errors_of(lambda _: sse_reply([ROLE, text("Hello")], ending=Ending.CUT), "--stream") == {"truncated": 4}
    assert errors_of(lambda _: sse_reply([ROLE, "oops", "[DONE]"]), "--stream") == {"malformed": 4}
    assert errors_of(lambda _: sse_reply([ROLE, text("Hello"), {"error": {"message": "no"}}, "[DONE]"]), "--stream") == {"in_band": 4}
    assert errors_of(lambda _: sse_reply([ROLE], ending=Ending.STALL), "--stream", "--timeout", "200ms") == {"timeout": 4}
    assert errors_of(lambda _: Reply(200, [], whole, head_after=30.0), "--timeout", "200ms") == {"timeout": 4}


def other_framings_and_contents_are_understood() -> None:
    tools = chunk({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": "f", "arguments": ""}}]})
    replies = {
        "until the end of the connection": Reply(200, [], json.dumps(completion()).encode(), framing=Framing.CLOSE),
        "chunked": Reply(200, [], json.dumps(completion()).encode(), framing=Framing.CHUNKED),
        "tool calls": sse_reply([ROLE, tools, STOP, "[DONE]"]),
    }
    for name, reply in replies.items():
        stream = ["--stream"] if name == "tool calls" else []
        with FakeUpstream(lambda _, reply=reply: reply) as server:
            results = measured(f"{server.url}/v1", "--requests", "4", "--warmup", "0", *stream)
        assert results["requests"] == {"ok": 4, "failed": 0}, (name, results)
        assert not stream or results["first_token_us"]["max"] > 0, results


def a_refused_port_is_a_connect_error() -> None:
    results = measured(f"{closed_port()}/v1", "--duration", "300ms", "--warmup", "0", code=1)
    assert set(results["errors"]) == {"connect"} and results["requests"]["ok"] == 0, results


def keys_and_headers_reach_the_server_and_nothing_else() -> None:
    secret = "sk-canary-bench-0001"
    with FakeUpstream(good) as server, tempfile.TemporaryDirectory() as folder:
        html = Path(folder, "page.html")
        arguments = ("--requests", "1", "--warmup", "0", "--key-env", "BENCH_SECRET", "--header", "X-Team: a", "--header", "X-Other: b")
        result = bench(f"{server.url}/v1", *arguments, "--body-bytes", "2000", "--html", str(html), env={"BENCH_SECRET": secret})
        assert result.returncode == 0, result.stderr
        assert secret not in result.stdout + result.stderr + html.read_text()
    request = server.requests[0]
    assert request.headers["authorization"] == f"Bearer {secret}"
    assert request.headers["x-team"] == "a" and request.headers["x-other"] == "b"
    assert len(request.body) == 2000 and request.json()["model"] == "sim/chat"
    assert request.target == "/v1/chat/completions"


def a_body_of_ones_own_is_sent_as_it_is() -> None:
    with FakeUpstream(good) as server, tempfile.TemporaryDirectory() as folder:
        body = Path(folder, "body.json")
        body.write_text('{ "model": "mine", "messages": [] }')
        results = measured(f"{server.url}/v1", "--requests", "1", "--warmup", "0", "--body", str(body), "--path", "/other")
        assert results["model"] == "mine"
    assert server.requests[0].body == b'{ "model": "mine", "messages": [] }' and server.requests[0].target == "/v1/other"


def tls_is_checked_unless_told_otherwise() -> None:
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Authority(Path(folder)).certificate("server")
        tls = f'tls: {{certificate: "{certificate}", key: "{key}"}}'
        with Gateway(config({}, server=tls)) as gateway:
            url, few = f"https://{gateway.listen}/v1", ("--requests", "4", "--warmup", "0", "--connections", "2")
            assert measured(url, *few, code=1)["errors"] == {"tls": 4}
            assert measured(url, *few, "--insecure")["requests"]["ok"] == 4
            assert measured(url, *few, "--insecure", "--stream")["requests"]["ok"] == 4
            authority = {"SSL_CERT_FILE": f"{folder}/ca.pem"}
            assert measured(url.replace("127.0.0.1", "localhost"), *few, env=authority)["requests"]["ok"] == 4


def an_interrupted_run_still_reports() -> None:
    with FakeUpstream(good) as server:
        command = [str(find_binary()), "bench", f"{server.url}/v1", "--duration", "60s", "--warmup", "0", "--connections", "2", "--json", "-"]
        for number in (signal.SIGINT, signal.SIGTERM):
            seen = len(server.requests)
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(None))
            eventually("some requests", lambda seen=seen: len(server.requests) > seen + 10, 20)
            process.send_signal(number)
            out, _ = process.communicate(timeout=20)
            results = json.loads(out)
            assert process.returncode == 0 and results["requests"]["ok"] > 0 and results["errors"] == {}, results
            assert results["duration_s"] < 30


def progress_is_shown() -> None:
    with FakeUpstream(good) as server:
        assert "requests/s" in bench(f"{server.url}/v1", "--rate", "20", "--duration", "6s", "--warmup", "0").stderr


def wrong_usage_is_2() -> None:
    url = "http://127.0.0.1:9/v1"
    wrong = [
        ["ftp://127.0.0.1/v1"],
        ["http://user:secret@127.0.0.1/v1"],
        [url, "--connections", "0"],
        [url, "--connections", "1000000"],
        [url, "--rate", "0"],
        [url, "--duration", "10"],
        [url, "--requests", "-1"],
        [url, "--hold"],
        [url, "--body", "/nonexistent/body.json"],
        [url, "--header", "nonsense"],
        [url, "--key-env", "BENCH_VARIABLE_THAT_IS_NOT_SET"],
        [url, "--json", "/nonexistent/results.json"],
        [url, "--fly"],
    ]
    for arguments in wrong:
        result = bench(*arguments)
        assert result.returncode == 2, (arguments, result.returncode, result.stderr)
        assert result.stderr and not result.stdout and "secret" not in result.stderr, arguments
    unknown = bench("http://name.invalid/v1", "--duration", "1s", "--timeout", "5s")
    assert unknown.returncode == 1 and unknown.stderr and not unknown.stdout


if __name__ == "__main__":
    sys.exit(
        run(
            a_closed_loop_measures_whole_answers,
            an_open_loop_follows_its_schedule,
            an_open_loop_counts_from_the_intended_time,
            streams_are_measured_event_by_event,
            a_number_of_requests_ends_the_run,
            streams_are_held_open,
            the_gateways_errors_are_told_apart,
            servers_that_break_the_protocol_are_caught,
            other_framings_and_contents_are_understood,
            a_refused_port_is_a_connect_error,
            keys_and_headers_reach_the_server_and_nothing_else,
            a_body_of_ones_own_is_sent_as_it_is,
            tls_is_checked_unless_told_otherwise,
            an_interrupted_run_still_reports,
            progress_is_shown,
            wrong_usage_is_2,
        )
    )
