"""The administration listener, the metrics, and the access log."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from typing import Any

from support import (
    ROLE,
    Client,
    Ending,
    FakeUpstream,
    Gateway,
    access_line,
    chat,
    chat_body,
    config,
    eventually,
    failing,
    gateway_before,
    get,
    good,
    log_lines,
    metric,
    metrics,
    post,
    run,
    sse_reply,
    text,
)

FAMILIES = {
    "breakwater_requests_total": "counter",
    "breakwater_attempts_total": "counter",
    "breakwater_tokens_total": "counter",
    "breakwater_cost_usd_total": "counter",
    "breakwater_adaptations_total": "counter",
    "breakwater_client_disconnects_total": "counter",
    "breakwater_rejected_total": "counter",
    "breakwater_request_duration_seconds": "histogram",
    "breakwater_first_token_seconds": "histogram",
    "breakwater_token_gap_max_seconds": "histogram",
    "breakwater_stage_duration_seconds": "histogram",
    "breakwater_build_info": "gauge",
    "breakwater_requests_in_flight": "gauge",
    "breakwater_attempts_in_flight": "gauge",
    "breakwater_circuits_open": "gauge",
    "breakwater_circuit_opened_total": "counter",
    "breakwater_cooling_seconds": "gauge",
    "breakwater_concurrency_limit": "gauge",
    "breakwater_queue_waiting": "gauge",
    "breakwater_queue_refused_total": "counter",
    "breakwater_client_connections": "gauge",
    "breakwater_config_generation": "gauge",
    "breakwater_config_reload_total": "counter",
    "breakwater_config_last_reload_successful": "gauge",
    "breakwater_log_dropped_total": "counter",
    "breakwater_task_exceptions_total": "counter",
    "process_resident_memory_bytes": "gauge",
    "process_open_fds": "gauge",
    "process_cpu_seconds_total": "counter",
}
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[0-9.e+-]+)')


def parse_exposition(exposition: str) -> dict[str, str]:
    """Families with their types; every rule of the text format is an assertion."""
    types: dict[str, str] = {}
    family, seen = "", set()
    assert exposition.endswith("\n")
    for line in exposition.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in types, f"{family} comes twice"
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family
            types[name] = kind
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        name = re.sub(r"_(bucket|sum|count)$", "", match[1]) if types[family] == "histogram" else match[1]
        assert name == family, f"{line} stands below {family}"
        assert (match[1], match[2]) not in seen, f"{line} comes twice"
        seen.add((match[1], match[2]))
    return types


def liveness_and_readiness() -> None:
    with Gateway(config({})) as gateway:
        alive = get(gateway.admin, "/livez")
        assert alive.status == 200 and alive.json() == {"status": "alive"}
        ready = get(gateway.admin, "/readyz")
        assert ready.status == 200 and ready.json()["status"] == "ready" and ready.json()["config_generation"] == 1
        assert ready.headers["cache-control"] == "no-store"
        assert get(gateway.admin, "/").status == 404
        with Client(gateway.admin) as client:
            client.send(post(b"{}", path="/readyz"))
            assert client.answer().status == 405
        # What is for operators is not on the clients' listener.
        for path in ("/metrics", "/livez", "/readyz"):
            assert get(gateway.listen, path).status == 404


def metrics_are_prometheus_text() -> None:
    with gateway_before(good, route="queue: on") as (gateway, _):
        limited = gateway.config_path.read_text().replace("model: m-a}", "model: m-a, limits: {concurrency: 2}}")
        gateway.config_path.write_text(limited)
        eventually("the limit is in force", lambda: get(gateway.admin, "/readyz").json()["config_generation"] == 2)
        for stream in (False, True):
            assert chat(gateway, stream=stream).status == 200
        chat(gateway, model="nowhere")
        get(gateway.listen, "/nowhere")
        answer = get(gateway.admin, "/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        types = parse_exposition(answer.body.decode())
        missing = {name: kind for name, kind in FAMILIES.items() if types.get(name) != kind}
        assert not missing, missing


def metrics_count_what_happened() -> None:
    with gateway_before(failing(429), good, route="retry: {attempts: 3, backoff_min: 5ms}") as (gateway, *_):
        for _ in range(3):
            assert chat(gateway).status == 200
        assert metric(gateway, 'breakwater_attempts_total{deployment="a",outcome="rate_limit_exceeded"}') == 1
        assert metric(gateway, 'breakwater_attempts_total{deployment="b",outcome="ok"}') == 3
        series = 'breakwater_requests_total{route="r",deployment="b",status="200",ended="complete",stream="false"}'
        assert metric(gateway, series) == 3
        assert metric(gateway, 'breakwater_tokens_total{deployment="b",type="output"}') == 6
        assert metric(gateway, 'breakwater_request_duration_seconds_count{route="r"}') == 3
        assert metric(gateway, "breakwater_requests_in_flight") == 0
        assert metric(gateway, "breakwater_task_exceptions_total") == 0
        get(gateway.listen, "/nowhere")
        assert metric(gateway, 'breakwater_rejected_total{reason="not_found"}') == 1


def label_values_never_come_from_clients() -> None:
    with gateway_before(good) as (gateway, _):
        for name in ("canary-model", 'x",evil="1', "sim/canary:tokens=1"):
            chat(gateway, model=name)
        get(gateway.listen, "/canary-path")
        assert "canary" not in metrics(gateway) and "evil" not in metrics(gateway)


FIELDS = {"ts", "level", "msg", "request_id", "client", "method", "path", "status", "ended", "model", "route", "stream", "served", "provider"}
FIELDS |= {"deployment", "attempts", "tokens", "finish", "events", "bytes_in", "bytes_out", "ms", "config"}


def one_log_line_per_request() -> None:
    with gateway_before(failing(429), good, route="retry: {attempts: 3, backoff_min: 5ms}") as (gateway, *_):
        answer = chat(gateway, "x-request-id: log-1", stream=True)
        line = access_line(gateway, "log-1")
        assert FIELDS - {"tokens"} <= set(line), FIELDS - set(line)
        assert line["status"] == 200 and line["ended"] == "complete" and line["route"] == "r" and line["stream"] is True
        assert line["served"] == "m-b" and line["provider"] == "p-b" and line["finish"] == "stop"
        assert [a["outcome"] for a in line["attempts"]] == ["rate_limit_exceeded", "ok"]
        assert line["bytes_out"] == len(answer.body) and line["bytes_in"] > 0
        assert 0 < line["ms"]["first_byte"] <= line["ms"]["total"] < 5000
        chat(gateway, "x-request-id: log-2")
        whole = access_line(gateway, "log-2")
        assert FIELDS <= set(whole), FIELDS - set(whole)
        assert whole["tokens"]["in"] == 3 and whole["tokens"]["out"] == 2
        get(gateway.listen, "/nowhere", "x-request-id: log-3")
        refused = access_line(gateway, "log-3")
        assert refused["ended"] == "refused" and refused["status"] == 404 and refused["reason"] == "not_found"


def in_band_errors_are_logged() -> None:
    with gateway_before(lambda _: sse_reply([ROLE, text("Hello")], ending=Ending.CUT)) as (gateway, _):
        chat(gateway, "x-request-id: cut-1", stream=True)
        line = access_line(gateway, "cut-1")
        assert line["ended"] == "error_in_stream" and line["error"] == "upstream_connection_lost", line


def client_bytes_cannot_forge_log_lines() -> None:
    forged = 'x"}\n{"level":"error","msg":"forged","request_id":"forged"}\r\n\x1b[31m\u2028'
    with Gateway(config({})) as gateway:
        for _ in range(3):
            assert chat(gateway, model=forged).status == 404
        get(gateway.listen, "/v1/models/%0a%7b%22msg%22:%22forged%22%7d")
        eventually("four lines", lambda: len([line for line in log_lines(gateway) if line["msg"] == "request"]) == 4)
        for raw in filter(None, gateway.log().split("\n")):
            assert json.loads(raw)["msg"] != "forged", raw
        assert "\x1b" not in gateway.log()


def answers_name_what_served_them() -> None:
    with gateway_before(good) as (gateway, _):
        for stream in (False, True):
            headers = chat(gateway, stream=stream).headers
            assert headers["x-breakwater-route"] == "r" and headers["x-breakwater-deployment"] == "a"
            assert headers["x-breakwater-model"] == "m-a" and headers["x-breakwater-provider"] == "p-a"
            assert headers["x-breakwater-attempts"] == "1" and headers["x-request-id"].startswith("req_")
            stages = dict(part.split(";dur=") for part in headers["server-timing"].split(", "))
            assert {"receive", "parse", "upstream"} <= set(stages), stages
        for refused in (chat(gateway, model="nowhere"), get(gateway.listen, "/nowhere"), get(gateway.listen, "/v1/models")):
            assert refused.headers["x-request-id"] and "server-timing" in refused.headers, refused.headers
            assert refused.headers["x-breakwater-attempts"] == "0"


def models_are_listed() -> None:
    with gateway_before(good) as (gateway, _):
        listed = get(gateway.listen, "/v1/models").json()
        assert listed["object"] == "list" and {"r", "a", "simulated"} == {model["id"] for model in listed["data"]}
        assert get(gateway.listen, "/v1/models/r").json()["id"] == "r"
        missing = get(gateway.listen, "/v1/models/rr")
        assert missing.status == 404 and "`r`" in missing.error["message"], missing.body


def the_behaviour_of_deployments_is_shown() -> None:
    def telling(request: Any) -> Any:
        reply = good(request)
        told = [("x-ratelimit-limit-requests", "60"), ("x-ratelimit-remaining-requests", "41"), ("x-ratelimit-reset-requests", "20s")]
        return replace(reply, headers=[*reply.headers, *told], head_after=0.02, gap=0.005)

    two = {"workers: 1": "workers: 2", "model: m-a}": "model: m-a, limits: {concurrency: 7}}"}
    with FakeUpstream(telling) as a, FakeUpstream(failing(503)) as b:
        text = config({"a": a.url, "b": b.url}, route="queue: on, breaker: {consecutive: 2}")
        for old, new in two.items():
            text = text.replace(old, new)
        with Gateway(text) as gateway:
            assert get(gateway.listen, "/deployments").status == 404, "for operators only"
            fresh = get(gateway.admin, "/deployments").json()
            assert [each["deployment"] for each in fresh["deployments"]] == ["simulated", "a", "b"], fresh
            assert all(each["first_token_ms"] == {} and len(each["circuits"]) == 2 for each in fresh["deployments"])
            for i in range(40):
                assert chat(gateway, stream=i % 2 == 0).status == 200
            for _ in range(8):
                chat(gateway, model="b")
            answer = get(gateway.admin, "/deployments?x=1")
            assert answer.status == 200 and answer.headers["content-type"] == "application/json"
            shown = {each["deployment"]: each for each in answer.json()["deployments"]}
            first, second = shown["a"], shown["b"]
            assert (first["provider"], first["model"], first["limit"], first["adaptive"]) == ("p-a", "m-a", 7, False)
            assert (first["in_flight"], first["waiting"], first["pauses"]) == (0, 0, [])
            # Of both workers together, whichever took the requests.
            for kind in ("first_token_ms", "stream_ms", "whole_answer_ms"):
                figures = first[kind]["small"]
                assert figures["samples"] == 20 and 20 <= figures["p50"] <= figures["p95"] <= figures["p99"] < 1000, (kind, figures)
            assert first["gap_ms"]["samples"] > 0 and first["errors"] == {} and 39 <= first["attempts"] <= 40
            limits = first["rate_limits"]["requests"]
            assert limits["limit"] == 60 and 0 < limits["remaining"] <= 41 and 15_000 < limits["reset_ms"] <= 20_000, limits
            assert [circuit["state"] for circuit in first["circuits"]] == ["closed", "closed"]
            assert second["errors"] == {"overloaded": 1} and second["limit"] is None, second
            states = [circuit["state"] for circuit in second["circuits"]]
            assert "open" in states, states
            opened = next(circuit for circuit in second["circuits"] if circuit["state"] == "open")
            assert opened["last_failure"] == "server_is_overloaded" and 0 < opened["probe_in_ms"] <= 5000
            assert answer.json()["queues"] == [{"route": "r", "waiting": 0, "refused": {"full": 0, "share": 0, "too_slow": 0, "timeout": 0}}]


def pauses_are_shown() -> None:
    limited = failing(429, "rate_limit_exceeded", [("retry-after", "30")])
    with gateway_before(limited, failing(401, "invalid_api_key"), good) as (gateway, *_):
        assert chat(gateway).status == 200
        shown = {each["deployment"]: each for each in get(gateway.admin, "/deployments").json()["deployments"]}
        (cooling,), (demoted,) = shown["a"]["pauses"], shown["b"]["pauses"]
        assert cooling["reason"] == "cooling_down" and 25_000 < cooling["left_ms"] <= 30_000, cooling
        assert demoted["reason"] == "needs_operator" and 50_000 < demoted["left_ms"] <= 60_000, demoted
        assert "canary" not in get(gateway.admin, "/deployments").body.decode()


def a_removed_deployment_is_no_open_circuit() -> None:
    with gateway_before(failing(503), good) as (gateway, *_):
        for _ in range(6):
            assert chat(gateway).status == 200
        assert metric(gateway, 'breakwater_circuits_open{deployment="a"}') == 1
        text = gateway.config_path.read_text()
        lines = [line for line in text.split("\n") if not line.startswith("  a: ")]
        gateway.config_path.write_text("\n".join(lines).replace("[a, b]", "[b]"))
        eventually("it is gone", lambda: metric(gateway, 'breakwater_circuits_open{deployment="a"}') == 0)
        assert chat(gateway).status == 200


def many_scrapes_and_requests_together() -> None:
    with Gateway(config({}).replace("workers: 1", "workers: 4")) as gateway:
        with Client(gateway.listen) as client:
            for _ in range(50):
                client.send(post(chat_body(model="simulated")))
                assert client.answer().status == 200
                parse_exposition(metrics(gateway))
                assert len(get(gateway.admin, "/deployments").json()["deployments"][0]["circuits"]) == 4


if __name__ == "__main__":
    sys.exit(
        run(
            liveness_and_readiness,
            metrics_are_prometheus_text,
            metrics_count_what_happened,
            label_values_never_come_from_clients,
            one_log_line_per_request,
            in_band_errors_are_logged,
            client_bytes_cannot_forge_log_lines,
            answers_name_what_served_them,
            models_are_listed,
            the_behaviour_of_deployments_is_shown,
            pauses_are_shown,
            a_removed_deployment_is_no_open_circuit,
            many_scrapes_and_requests_together,
        )
    )
