"""Configuration changes and the end of the process break nothing that runs (C12)."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time

from support import (
    Client,
    Gateway,
    Reply,
    chat,
    chat_body,
    completion,
    config,
    eventually,
    gateway_before,
    get,
    good,
    json_reply,
    log_lines,
    metric,
    post,
    run,
)

STREAMS = 500
RELOADS = 50


def generation(gateway: Gateway) -> int:
    return get(gateway.admin, "/readyz").json()["config_generation"]


def replace_file(gateway: Gateway, content: str) -> None:
    """As orchestrators do it: another file takes the name."""
    fresh = gateway.config_path.with_suffix(".new")
    fresh.write_text(content)
    fresh.rename(gateway.config_path)


async def read_stream(address: tuple[str, int], request: bytes, started: asyncio.Semaphore) -> bytes:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    started.release()
    body = await reader.read()
    writer.close()
    return head + body


async def reload_many_times(gateway: Gateway, base: str) -> None:
    for i in range(1, RELOADS + 1):
        replace_file(gateway, base.replace("version: 1", f"version: 1  # change {i}") + f"  extra-{i}: {{candidates: [simulated]}}\n")
        if i % 2:
            os.kill(gateway.pid, signal.SIGHUP)
        deadline = time.monotonic() + 5
        while await asyncio.to_thread(generation, gateway) <= i:
            assert time.monotonic() < deadline, f"reload {i} did not come"
            await asyncio.sleep(0.02)


async def streams_reloads_and_the_end(gateway: Gateway, base: str) -> list[bytes]:
    host, _, port = gateway.listen.rpartition(":")
    # Paced, so that all of them outlast the reloads.
    request = post(chat_body(model="sim/chat:tokens=250,gap=120ms", stream=True), "Connection: close")
    started = asyncio.Semaphore(0)
    streams = [asyncio.create_task(read_stream((host, int(port)), request, started)) for _ in range(STREAMS)]
    for _ in range(STREAMS):
        await started.acquire()
    begun = time.monotonic()
    await reload_many_times(gateway, base)
    print(f"       {RELOADS} reloads within {time.monotonic() - begun:.1f} s, {sum(not s.done() for s in streams)} streams still open")
    assert not any(stream.done() for stream in streams), "streams ended before the signal: nothing was tested"
    os.kill(gateway.pid, signal.SIGTERM)
    return await asyncio.gather(*streams)


def five_hundred_streams_survive_fifty_reloads_and_sigterm() -> None:
    base = config({})
    with Gateway(base.replace("workers: 1", "workers: 2")) as gateway:
        base = base.replace("workers: 1", "workers: 2")
        answers = asyncio.run(streams_reloads_and_the_end(gateway, base))
        for answer in answers:
            assert answer.startswith(b"HTTP/1.1 200 "), answer[:100]
            assert b"data: [DONE]\n\n" in answer and answer.endswith(b"0\r\n\r\n") and b'"error"' not in answer, answer[-300:]
            assert answer.count(b'"finish_reason":"stop"') == 1
        assert gateway.wait(10) == 0
        ended = [line for line in log_lines(gateway) if line.get("msg") == "request"]
        assert len(ended) == STREAMS and {line["ended"] for line in ended} == {"complete"}


def new_requests_see_the_new_routes() -> None:
    base = config({})
    with Gateway(base) as gateway:
        assert chat(gateway, model="later").status == 404
        replace_file(gateway, base + "  later: {candidates: [simulated]}\n")
        os.kill(gateway.pid, signal.SIGHUP)
        eventually("the route is there", lambda: chat(gateway, model="later").status == 200)
        replace_file(gateway, base)
        eventually("the route is gone", lambda: chat(gateway, model="later").status == 404)
        assert generation(gateway) == 3


def a_kept_connection_sees_the_new_routes_too() -> None:
    base = config({})
    with Gateway(base) as gateway, Client(gateway.listen) as client:
        client.send(post(chat_body(model="later")))
        assert client.answer().status == 404
        replace_file(gateway, base + "  later: {candidates: [simulated]}\n")
        eventually("the reload", lambda: generation(gateway) == 2)
        client.send(post(chat_body(model="later")))
        assert client.answer().status == 200


def a_bad_file_leaves_the_last_good_one() -> None:
    base = config({})
    with Gateway(base) as gateway:
        for bad in ("version: 1\nroots: {}\n", "a: [", "", "version: 2\n", base.replace("candidates: [simulated]", "candidates: [nobody]")):
            failures = metric(gateway, 'breakwater_config_reload_total{result="failed"}')
            replace_file(gateway, bad)
            os.kill(gateway.pid, signal.SIGHUP)
            eventually("the refusal", lambda: metric(gateway, 'breakwater_config_reload_total{result="failed"}') == failures + 1)
            ready = get(gateway.admin, "/readyz")
            assert ready.status == 200 and ready.json()["last_reload"].startswith("failed"), ready.body
            assert metric(gateway, "breakwater_config_last_reload_successful") == 0
            assert chat(gateway, model="r").status == 200 and generation(gateway) == 1
            # Looking again at the same bad file is no new failure.
        time.sleep(1.2)
        assert metric(gateway, 'breakwater_config_reload_total{result="failed"}') == 5
        gateway.config_path.unlink()
        os.kill(gateway.pid, signal.SIGHUP)
        eventually("the missing file", lambda: metric(gateway, 'breakwater_config_reload_total{result="failed"}') == 6)
        assert chat(gateway, model="r").status == 200
        replace_file(gateway, base + "# mended\n")
        eventually("the good one", lambda: generation(gateway) == 2)
        assert get(gateway.admin, "/readyz").json()["last_reload"] == "ok"
        assert any("refused" in line["msg"] for line in log_lines(gateway))


def a_running_request_keeps_its_provider() -> None:
    """The provider of a running request is removed from the file; the request finishes on it."""
    slow = lambda _: Reply(200, [("content-type", "application/json")], json_reply(completion()).body, head_after=1.0)
    with gateway_before(slow) as (gateway, upstream):
        answers: list[object] = []
        thread = threading.Thread(target=lambda: answers.append(chat(gateway)))
        thread.start()
        upstream.wait_for_request()
        replace_file(gateway, config({}))
        os.kill(gateway.pid, signal.SIGHUP)
        eventually("the reload", lambda: generation(gateway) == 2)
        thread.join()
        assert answers[0].status == 200, answers[0].body
        assert chat(gateway, model="a").status == 404


def retries_of_a_running_request_see_its_own_routes() -> None:
    fails_late = lambda _: Reply(503, [], b"{}", head_after=0.6)
    with gateway_before(fails_late, good, route="retry: {attempts: 4, same: 0}") as (gateway, a, b):
        answers: list[object] = []
        thread = threading.Thread(target=lambda: answers.append(chat(gateway)))
        thread.start()
        a.wait_for_request()
        replace_file(gateway, config({}))
        os.kill(gateway.pid, signal.SIGHUP)
        eventually("the reload", lambda: generation(gateway) == 2)
        thread.join()
        assert answers[0].status == 200 and answers[0].headers["x-breakwater-deployment"] == "b", answers[0].body


def what_needs_a_restart_is_said() -> None:
    base = config({})
    with Gateway(base) as gateway:
        replace_file(gateway, base.replace("workers: 1", "workers: 3"))
        eventually("the reload", lambda: generation(gateway) == 2)
        eventually("the word", lambda: any("server.workers" in line["msg"] for line in log_lines(gateway)))


def draining_finishes_what_runs_and_takes_nothing_new() -> None:
    slow = lambda _: Reply(200, [("content-type", "application/json")], json_reply(completion()).body, head_after=1.0)
    with gateway_before(slow) as (gateway, upstream):
        idle = Client(gateway.listen)
        idle.send(post(chat_body(model="simulated")))
        assert idle.answer().status == 200
        running = Client(gateway.listen)
        running.send(post(chat_body()))
        upstream.wait_for_request()
        assert get(gateway.admin, "/readyz").status == 200
        os.kill(gateway.pid, signal.SIGTERM)
        eventually("readiness is off", lambda: get(gateway.admin, "/readyz").status == 503, timeout=0.5)
        assert get(gateway.admin, "/readyz").json()["status"] == "draining" and get(gateway.admin, "/livez").status == 200
        assert metric(gateway, "breakwater_draining") == 1
        assert idle.closed(), "an idle connection is kept open"
        try:
            Client(gateway.listen).socket.close()
            raise AssertionError("a connection was taken after SIGTERM")
        except ConnectionRefusedError:
            pass
        answer = running.answer()
        assert answer.status == 200 and answer.headers["connection"] == "close" and running.closed()
        assert gateway.wait(3) == 0


def a_request_half_sent_at_the_signal_is_answered() -> None:
    data = post(chat_body(model="simulated"))
    with Gateway(config({})) as gateway, Client(gateway.listen) as client:
        client.send(data[:60])
        time.sleep(0.1)
        os.kill(gateway.pid, signal.SIGTERM)
        time.sleep(0.3)
        client.send(data[60:])
        answer = client.answer()
        assert answer.status == 200 and answer.headers["connection"] == "close"
        assert gateway.wait(3) == 0


def connections_in_the_queue_at_the_signal_are_served() -> None:
    for _ in range(5):
        with Gateway(config({})) as gateway:
            clients = [Client(gateway.listen) for _ in range(20)]
            for client in clients:
                client.send(post(chat_body(model="simulated")))
            os.kill(gateway.pid, signal.SIGTERM)
            for client in clients:
                assert client.answer().status == 200
                client.socket.close()
            assert gateway.wait(5) == 0


def a_second_signal_cuts() -> None:
    with Gateway(config({})) as gateway, Client(gateway.listen) as stream, Client(gateway.listen) as whole:
        stream.send(post(chat_body(model="sim/chat:tokens=1000,gap=100ms", stream=True)))
        stream.read_until(b"data:")
        whole.send(post(chat_body(model="sim/chat:first_token=60s")))
        time.sleep(0.1)
        os.kill(gateway.pid, signal.SIGTERM)
        time.sleep(0.3)
        start = time.monotonic()
        os.kill(gateway.pid, signal.SIGTERM)
        answer = stream.answer()
        assert not answer.done(), "a cut stream looks complete"
        assert answer.stream_error()["code"] == "server_shutting_down", answer.body[-300:]
        refused = whole.answer()
        assert refused.status == 503 and refused.error["code"] == "server_shutting_down", refused.body
        assert refused.headers["x-should-retry"] == "true"
        assert gateway.wait(3) == 0 and time.monotonic() - start < 2


def the_drain_time_is_bounded() -> None:
    with Gateway(config({}, server="timeouts: {drain: 500ms}")) as gateway, Client(gateway.listen) as client:
        client.send(post(chat_body(model="sim/chat:first_token=60s", stream=True)))
        time.sleep(0.1)
        start = time.monotonic()
        os.kill(gateway.pid, signal.SIGTERM)
        assert gateway.wait(5) == 0 and 0.4 < time.monotonic() - start < 2


def an_idle_gateway_ends_at_once() -> None:
    with Gateway(config({})) as gateway:
        clients = [Client(gateway.listen) for _ in range(50)]
        start = time.monotonic()
        os.kill(gateway.pid, signal.SIGTERM)
        assert gateway.wait(3) == 0
        assert time.monotonic() - start < 1.0
        for client in clients:
            assert client.closed()


def ends_while_names_are_being_resolved() -> None:
    with Gateway(config({"a": "http://no-such-host.invalid"}, server="timeouts: {drain: 0s}")) as gateway:
        with Client(gateway.listen) as client:
            client.send(post(chat_body()))
            time.sleep(0.02)
            os.kill(gateway.pid, signal.SIGTERM)
            assert gateway.wait(10) == 0, gateway.log_tail()


if __name__ == "__main__":
    sys.exit(
        run(
            new_requests_see_the_new_routes,
            a_kept_connection_sees_the_new_routes_too,
            a_bad_file_leaves_the_last_good_one,
            a_running_request_keeps_its_provider,
            retries_of_a_running_request_see_its_own_routes,
            what_needs_a_restart_is_said,
            draining_finishes_what_runs_and_takes_nothing_new,
            a_request_half_sent_at_the_signal_is_answered,
            connections_in_the_queue_at_the_signal_are_served,
            a_second_signal_cuts,
            the_drain_time_is_bounded,
            an_idle_gateway_ends_at_once,
            ends_while_names_are_being_resolved,
            five_hundred_streams_survive_fifty_reloads_and_sigterm,
        )
    )
