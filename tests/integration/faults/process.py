"""The process and its machine are in trouble: what rows 40, 41, 44, 45 and 51 of docs/faults.md have beyond limits.py and reload_drain.py."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from scenario import (
    ROLE,
    STOP,
    UPSTREAM_KEY,
    Answer,
    Client,
    Ending,
    Gateway,
    access_line,
    ask,
    chat,
    chat_body,
    config,
    eventually,
    failing,
    gateway_before,
    get,
    good,
    metric,
    post,
    run_together,
    sse_reply,
    text,
)

from blackbox.gateway import clean_environment, find_binary


def a_stopped_process_blames_nobody() -> None:
    """SIGSTOP for longer than every timer. What came meanwhile is read before a timer may say that it did not come."""
    paced = lambda _: sse_reply([ROLE, *[text(f"{n} ") for n in range(40)], STOP, "[DONE]"], gap=0.05)
    timers = "retry: {attempts: 1}, timeouts: {head: 700ms, first_token: 700ms, gap: 700ms}"
    with gateway_before(paced, route=timers) as (gateway, _):
        answers: list[Answer] = []
        threads = [threading.Thread(target=lambda: answers.append(chat(gateway, stream=True))) for _ in range(10)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        os.kill(gateway.pid, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(gateway.pid, signal.SIGCONT)
        for thread in threads:
            thread.join()
        broken = [answer.body[-300:] for answer in answers if answer.status != 200 or not answer.done()]
        assert not broken, f"{len(broken)} of 10 streams broke because the process had stood still: {broken[0]!r}"
        eventually("all are counted as whole", lambda: metric(gateway, 'breakwater_attempts_total{deployment="a",outcome="ok"}') == 10)


def start(path: Path, **options: object) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [str(find_binary()), "serve", "--config", str(path)], stdout=subprocess.PIPE, text=True, env=clean_environment(None), **options
    )
    assert process.stdout is not None
    return process, process.stdout.readline().split("listen=")[1].split()[0]


@contextmanager
def config_file(content: str):
    with tempfile.TemporaryDirectory(prefix="breakwater-faults-") as directory:
        path = Path(directory) / "breakwater.yaml"
        path.write_text(content)
        yield path


def a_killed_process_leaves_nothing_behind() -> None:
    """kill -9 with a stream running; a new process takes the same address at once, and leaves no file."""
    with config_file(config({})) as path:
        first, listen = start(path, stderr=subprocess.DEVNULL)
        path.write_text(path.read_text().replace('listen: "127.0.0.1:0"', f'listen: "{listen}"'))
        with Client(listen) as client:
            client.send(post(chat_body(model="sim/chat:tokens=1000,gap=50ms", stream=True)))
            client.read_until(b"data:")
            first.kill()
            first.wait()
            answer = client.answer()
            assert not answer.complete and not answer.done(), "a cut stream looks complete"
        begun = time.monotonic()
        second, again = start(path, stderr=subprocess.DEVNULL)
        try:
            assert again == listen and time.monotonic() - begun < 2, time.monotonic() - begun
            with Client(listen) as client:
                client.send(post(chat_body(model="simulated")))
                assert client.answer().status == 200
        finally:
            second.terminate()
            assert second.wait(10) == 0
            for process in (first, second):
                process.stdout.close()
        assert [file.name for file in path.parent.iterdir()] == ["breakwater.yaml"]


def a_full_disk_for_the_log_stops_nothing() -> None:
    with config_file(config({})) as path, open("/dev/full", "w") as full:
        process, listen = start(path, stderr=full)
        try:
            with Client(listen) as client:
                for stream in (False, True) * 20:
                    client.send(post(chat_body(model="simulated", stream=stream)))
                    answer = client.answer()
                    assert answer.status == 200 and answer.complete
        finally:
            process.terminate()
            assert process.wait(10) == 0
            process.stdout.close()


def a_closed_log_stops_nothing() -> None:
    """Standard error is a pipe whose reader has ended: no signal, no error for clients."""
    read, write = os.pipe()
    with config_file(config({})) as path:
        process, listen = start(path, stderr=write)
        os.close(write)
        os.close(read)
        try:
            with Client(listen) as client:
                for _ in range(20):
                    client.send(post(chat_body(model="simulated")))
                    assert client.answer().status == 200
        finally:
            process.terminate()
            assert process.wait(10) == 0
            process.stdout.close()


def a_renewed_credential_needs_no_restart() -> None:
    """The provider's key comes from a file. A new one is used from the next request on, without a signal."""
    checks = lambda r: good(r) if r.headers["authorization"] == "Bearer sk-canary-new-0001" else failing(401, "invalid_api_key")(r)
    with tempfile.TemporaryDirectory(prefix="breakwater-faults-") as directory:
        secret = Path(directory) / "key"
        secret.write_text("sk-canary-old-0001\n")
        with gateway_before(checks) as (gateway, upstream):
            gateway.config_path.write_text(gateway.config_path.read_text().replace(f'"{UPSTREAM_KEY}"', f'"file:{secret}"'))
            eventually("the file is in use", lambda: get(gateway.admin, "/readyz").json()["config_generation"] == 2)
            answer = chat(gateway, "x-request-id: old")
            assert answer.status == 502 and answer.error["code"] == "upstream_auth_error", answer.body
            assert upstream.requests[-1].headers["authorization"] == "Bearer sk-canary-old-0001"
            fresh = secret.with_suffix(".new")
            fresh.write_text("sk-canary-new-0001\n")
            fresh.rename(secret)
            eventually("the new key is in use", lambda: chat(gateway).status == 200)
            assert access_line(gateway, "old")["error"] == "upstream_auth_error"
            assert "sk-canary-old" not in gateway.log() and "sk-canary-new" not in gateway.log()


def a_stop_ends_silent_upstream_calls() -> None:
    """What still runs at the end of the drain time is cut, at the provider too."""
    silent = lambda _: sse_reply([ROLE, text("Hello")], ending=Ending.STALL)
    with gateway_before(silent, server="timeouts: {drain: 300ms}") as (gateway, upstream), Client(gateway.listen) as client:
        client.send(post(chat_body(stream=True)))
        client.read_until(b"Hello")
        os.kill(gateway.pid, signal.SIGTERM)
        assert gateway.wait(5) == 0 and upstream.requests[0].peer_gone.wait(1)
        answer = client.answer()
        assert answer.text() == "Hello" and not answer.done(), "a cut stream looks complete"
        assert answer.stream_error()["code"] == "server_shutting_down", answer.body


def set_memory_limit(gateway: Gateway, content: str, generation: int) -> None:
    gateway.config_path.write_text(content)
    os.kill(gateway.pid, signal.SIGHUP)
    eventually("the limit is in force", lambda: get(gateway.admin, "/readyz").json()["config_generation"] >= generation)


def short_memory_refuses_what_is_new() -> None:
    """A limit below what the process has, and one far above it: what runs goes on, what is new is told to come again."""
    plain = config({}, server="limits: {memory: off}")
    with Gateway(plain) as gateway, Client(gateway.listen) as client:
        client.send(post(chat_body(model="sim/chat:tokens=30,gap=100ms", stream=True)))
        client.read_until(b"data:")
        set_memory_limit(gateway, plain.replace("memory: off", "memory: 16MB"), 2)
        refused = chat(gateway, "x-request-id: refused", model="simulated")
        assert refused.status == 503 and refused.error["code"] == "memory_short", refused.body
        assert refused.headers["retry-after"] == "1" and refused.headers["connection"] == "close", refused.headers
        messages = ask(gateway, "/v1/messages", {"model": "simulated", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]})
        assert messages.status == 529 and messages.json()["error"]["type"] == "overloaded_error", messages.body
        assert get(gateway.listen, "/").status == 200 and get(gateway.admin, "/livez").status == 200
        assert metric(gateway, "breakwater_memory_limit_bytes") == 16 << 20
        assert metric(gateway, "breakwater_memory_used_bytes") > 16 << 20
        assert access_line(gateway, "refused")["error"] == "memory_short"
        eventually("operators are told", lambda: "Memory is short" in gateway.log())
        set_memory_limit(gateway, plain.replace("memory: off", "memory: 64GB"), 3)
        assert chat(gateway, model="simulated").status == 200
        answer = client.answer()
        assert answer.status == 200 and answer.done(), "a running stream was cut"


def memory_that_is_given_back_ends_the_shortage() -> None:
    """Bodies that are not sent to their end fill what there is; when their clients go, the next request is served."""
    at_once = {"ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:allocator_release_to_os_interval_ms=0"}
    with Gateway(config({}, server="limits: {memory: off}"), env=at_once) as gateway:
        limit = resident_bytes(gateway) + (200 << 20)
        set_memory_limit(gateway, config({}, server=f"limits: {{memory: {limit >> 20}MB}}"), 2)
        assert chat(gateway, model="simulated").status == 200
        part = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\nContent-Type: application/json\r\n\r\n" + b" " * (28 << 20)
        clients = [Client(gateway.listen) for _ in range(9)]
        with suppress(BrokenPipeError, ConnectionResetError):  # a late one may be refused already
            for client in clients:
                client.send(part)
        eventually("memory is short", lambda: chat(gateway, model="simulated").status == 503)
        for client in clients:
            client.socket.close()
        eventually("it is no longer short", lambda: chat(gateway, model="simulated").status == 200)
        assert "Memory is no longer short" in gateway.log()


def resident_bytes(gateway: Gateway) -> int:
    return int(Path(f"/proc/{gateway.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(
        run_together(
            short_memory_refuses_what_is_new,
            memory_that_is_given_back_ends_the_shortage,
            a_stopped_process_blames_nobody,
            a_killed_process_leaves_nothing_behind,
            a_full_disk_for_the_log_stops_nothing,
            a_closed_log_stops_nothing,
            a_renewed_credential_needs_no_restart,
            a_stop_ends_silent_upstream_calls,
        )
    )
