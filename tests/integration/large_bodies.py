"""Bodies of megabytes, which are read on another thread: nothing is lost, and mistakes are found."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time

from support import Client, Gateway, chat_body, config, eventually, gateway_before, good, metric, post, run

SIZE = 3_000_000


def long_text(size: int = SIZE) -> str:
    line = 'A line with "quotes", a tab\t, and a letter beyond ASCII: \u00e9.\n'
    return (line * (size // len(line) + 1))[:size]


def large_body(**more) -> bytes:
    return json.dumps({"model": "r", "messages": [{"role": "user", "content": long_text()}], **more}).encode()


def running(gateway: Gateway) -> float | None:
    return metric(gateway, "breakwater_requests_in_flight")


def arrive_as_they_were_sent() -> None:
    with gateway_before(good) as (gateway, upstream):
        for stream in (False, True):
            with Client(gateway.listen) as client:
                client.send(post(large_body(stream=stream)))
                answer = client.answer()
            assert answer.status == 200, answer.body[:300]
            assert upstream.requests[-1].json()["messages"][0]["content"] == long_text()


def mistakes_are_told_and_the_connection_goes_on() -> None:
    with gateway_before(good) as (gateway, _), Client(gateway.listen) as client:
        for broken, code in [(large_body()[:-2], "invalid_json"), (large_body(temperature="warm"), "invalid_type")]:
            client.send(post(broken))
            answer = client.answer()
            assert answer.status == 400 and answer.error["code"] == code, answer.body[:300]
        client.send(post(chat_body()))
        assert client.answer().status == 200


def a_client_may_leave_meanwhile() -> None:
    with gateway_before(good) as (gateway, _):
        for _ in range(8):
            client = Client(gateway.listen)
            client.send(post(large_body()))
            client.socket.close()
        eventually("no request runs any more", lambda: running(gateway) == 0)
        with Client(gateway.listen) as client:
            client.send(post(chat_body()))
            assert client.answer().status == 200


def a_reload_meanwhile_changes_nothing_for_them() -> None:
    with gateway_before(good) as (gateway, upstream):
        # The last of many routes, all of which but one are gone after the reload.
        many = config({"a": upstream.url}) + "".join(f"  r{i}: {{candidates: [a]}}\n" for i in range(40))
        for text, model in [(many, "r39"), (config({"a": upstream.url}), "r")] * 3:
            gateway.config_path.write_text(text)
            os.kill(gateway.pid, signal.SIGHUP)
            eventually("the route is there", lambda model=model: status_of(gateway, model) == 200)
            if model == "r":
                continue
            with Client(gateway.listen) as client:
                request = json.loads(large_body()) | {"model": model}
                client.send(post(json.dumps(request).encode()))
                gateway.config_path.write_text(config({"a": upstream.url}))
                os.kill(gateway.pid, signal.SIGHUP)
                answer = client.answer()
                assert answer.status in (200, 404), answer.body[:300]  # 404: the reload was first
        assert "which is a bug" not in gateway.log()


def status_of(gateway: Gateway, model: str) -> int:
    with Client(gateway.listen) as client:
        client.send(post(chat_body(model=model)))
        return client.answer().status


def a_stop_waits_for_them() -> None:
    with gateway_before(good) as (gateway, _):
        answers = []

        def ask() -> None:
            with Client(gateway.listen) as client:
                client.send(post(large_body()))
                answers.append(client.answer().status)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.05)
        os.kill(gateway.pid, signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert gateway.wait(30) == 0
        # One that came too late for the drain finds no listener; all that were taken got their answers.
        assert answers and all(status == 200 for status in answers), answers


if __name__ == "__main__":
    sys.exit(run(arrive_as_they_were_sent, mistakes_are_told_and_the_connection_goes_on, a_client_may_leave_meanwhile,
                 a_reload_meanwhile_changes_nothing_for_them, a_stop_waits_for_them))
