"""Bounded in every direction: connections, descriptors, memory, bodies, and a log reader that is stuck (C12)."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time

from support import (
    Client,
    Gateway,
    Reply,
    chat,
    chat_body,
    clean_environment,
    config,
    eventually,
    find_binary,
    gateway_before,
    get,
    metric,
    post,
    run,
    sse_reply,
    text,
)


def resident_kb(gateway: Gateway) -> int:
    with open(f"/proc/{gateway.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def refuses_connections_above_the_limit() -> None:
    with Gateway(config({}, server="limits: {connections: 5}")) as gateway:
        open_ones = [Client(gateway.listen) for _ in range(5)]
        eventually("five connections", lambda: metric(gateway, "breakwater_client_connections") == 5)
        with Client(gateway.listen) as one_more:
            answer = one_more.answer()
            assert answer.status == 503 and answer.headers["connection"] == "close", answer.body
        for client in open_ones:
            client.send(post(chat_body(model="simulated")))
            assert client.answer().status == 200
            client.socket.close()
        eventually("none is left", lambda: metric(gateway, "breakwater_client_connections") == 0)
        assert chat(gateway, model="simulated").status == 200


def survives_running_out_of_descriptors() -> None:
    with Gateway(config({})) as gateway:
        resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE, (48, 48))
        with Client(gateway.listen) as stream:
            stream.send(post(chat_body(model="sim/chat:tokens=30,gap=50ms", stream=True)))
            stream.read_until(b"data:")
            flood = [socket.create_connection(("127.0.0.1", int(gateway.listen.rsplit(":", 1)[1])), 5) for _ in range(100)]
            before = time.process_time(), cpu_of(gateway.pid)
            time.sleep(0.5)
            assert cpu_of(gateway.pid) - before[1] < 0.3, "the accept loop is busy while no descriptors are left"
            answer = stream.answer()
            assert answer.done(), "a running stream was disturbed"
            for connection in flood:
                connection.close()
        eventually("it serves again", lambda: try_chat(gateway) == 200)


def cpu_of(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def try_chat(gateway: Gateway) -> int:
    try:
        return chat(gateway, model="simulated", timeout=1).status
    except (OSError, AssertionError):
        return 0


def a_deployments_concurrency_is_held() -> None:
    slow = lambda _: Reply(head_after=0.5)
    with gateway_before(slow, route="retry: {attempts: 1}") as (gateway, upstream):
        limited = gateway.config_path.read_text().replace("model: m-a}", "model: m-a, limits: {concurrency: 2}}")
        gateway.config_path.write_text(limited)
        eventually("the limit is in force", lambda: get(gateway.admin, "/readyz").json()["config_generation"] == 2)
        answers: list[object] = []
        threads = [threading.Thread(target=lambda: answers.append(chat(gateway))) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        busy = [answer for answer in answers if answer.status == 503]
        assert len(busy) == 3 and busy[0].error["code"] == "deployment_busy", [a.status for a in answers]
        assert len(upstream.requests) == 2
        eventually("the places are free again", lambda: metric(gateway, 'breakwater_attempts_in_flight{deployment="a"}') == 0)


def hostile_json_is_refused() -> None:
    bodies = {
        "deep": b'{"model":"r","messages":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "deep objects": b'{"model":"r","messages":[],"x":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
        "duplicate key": b'{"model":"r","model":"x","messages":[{"role":"user","content":"a"}]}',
        "infinite": b'{"model":"r","messages":[{"role":"user","content":"a"}],"temperature":1e999}',
        "no utf-8": b'{"model":"r","messages":[{"role":"user","content":"\xff\xfe"}]}',
        "lone surrogate": b'{"model":"r","messages":[{"role":"user","content":"\\ud800"}]}',
        "truncated": chat_body()[:-3],
        "two values": chat_body() + b"{}",
        "array": b"[]",
        "empty": b"",
        "nul": b"\0" * 100,
    }
    with Gateway(config({})) as gateway:
        for name, body in bodies.items():
            with Client(gateway.listen) as client:
                client.send(post(body))
                answer = client.answer()
                assert answer.status in (400, 404) and answer.error["message"], (name, answer.status, answer.body)
        many = json.loads(chat_body(model="simulated"))
        many["metadata"] = {f"k{i}": "v" for i in range(10_000)}
        with Client(gateway.listen) as client:
            client.send(post(json.dumps(many).encode()))
            assert client.answer().status in (200, 400)


def large_requests_pass_and_memory_is_given_back() -> None:
    body = chat_body(model="simulated", user="x" * (20 << 20))
    with Gateway(config({})) as gateway:
        for _ in range(2):
            with Client(gateway.listen, timeout=30) as client:
                client.send(post(body))
                assert client.answer().status in (200, 400)
        assert resident_kb(gateway) < 600_000, resident_kb(gateway)


def a_stated_length_costs_nothing() -> None:
    with Gateway(config({})) as gateway:
        before = resident_kb(gateway)
        clients = [Client(gateway.listen) for _ in range(100)]
        for client in clients:
            client.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n{")
        time.sleep(0.3)
        grown = resident_kb(gateway) - before
        assert grown < 60_000, f"100 announced bodies cost {grown} KB"
        for client in clients:
            client.socket.close()


def clients_that_do_not_read_cost_little() -> None:
    big = text("x" * 4000)
    endless = sse_reply([big] * 2000)
    with gateway_before(lambda _: endless) as (gateway, _):
        before = resident_kb(gateway)
        clients = []
        for _ in range(40):
            client = Client(gateway.listen)
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.send(post(chat_body(stream=True)))
            clients.append(client)
        time.sleep(1)
        grown = (resident_kb(gateway) - before) / 40
        assert grown < 1500, f"a client that does not read costs {grown:.0f} KB"
        for client in clients:
            client.socket.close()


def a_stuck_log_reader_stops_nothing() -> None:
    """Standard error is a pipe that nobody reads."""
    read, write = os.pipe()
    path = "/tmp/breakwater-stuck-%d.yaml" % os.getpid()
    with open(path, "w") as file:
        file.write(config({}))
    process = subprocess.Popen(
        [str(find_binary()), "serve", "--config", path], stdout=subprocess.PIPE, stderr=write, text=True, env=clean_environment(None)
    )
    try:
        line = process.stdout.readline()
        listen = line.split("listen=")[1].split()[0]
        with Client(listen) as client:
            for _ in range(400):  # about 400 KB of log into a pipe of 64 KB
                client.send(post(chat_body(model="simulated", user="x"), "x-request-id: " + "y" * 128))
                assert client.answer().status == 200
        start = time.monotonic()
        process.terminate()
        assert process.wait(15) == 0
        print(f"       ended {time.monotonic() - start:.1f} s after SIGTERM")
    finally:
        process.kill()
        process.wait()
        os.unlink(path)
        os.close(read)
        os.close(write)


if __name__ == "__main__":
    sys.exit(
        run(
            refuses_connections_above_the_limit,
            survives_running_out_of_descriptors,
            a_deployments_concurrency_is_held,
            hostile_json_is_refused,
            large_requests_pass_and_memory_is_given_back,
            a_stated_length_costs_nothing,
            clients_that_do_not_read_cost_little,
            a_stuck_log_reader_stops_nothing,
        )
    )
