"""Bodies of megabytes, which are read on another thread: nothing is lost, and mistakes are found."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time

from support import (
    Client,
    Gateway,
    chat_body,
    config,
    eventually,
    gateway_before,
    gateway_over,
    good,
    json_reply,
    metric,
    post,
    run,
)

from blackbox.fake_upstream import Reply, Request

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


PICTURE = "iVBORw0KGgo" + "Aa0+" * 50_000 + "A="
DIALECTS = ("openai", "openai.responses", "anthropic", "google", "cohere", "ollama")


def everywhere(url: str, key: str) -> str:
    """A route over every dialect, each of whose deployments is asked once."""
    providers = "".join(f'  {d}: {{dialect: {d}, base_url: "{url}/{d}", {key}}}\n' for d in DIALECTS)
    deployments = "".join(f"  {d}-m: {{provider: {d}, model: m, capabilities: {{features: {{image_input: native}}}}}}\n" for d in DIALECTS)
    candidates = ", ".join(f"{d}-m" for d in DIALECTS)
    retry = f"{{attempts: {len(DIALECTS)}, budget: 100%, budget_floor: 1000/s}}"
    return f"providers:\n{providers}deployments:\n{deployments}routes:\n  r: {{candidates: [{candidates}], retry: {retry}}}\n"


def down(_: Request) -> Reply:
    return json_reply({"error": {"message": "down"}}, 503)


def texts_in(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in texts_in(member)]
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


def say_the_same_in_every_dialect() -> None:
    """One text and one picture, which each attempt sends in another form."""
    said = long_text(300_000)
    of_chat = {"model": "r", "messages": [{"role": "user", "content": [
        {"type": "text", "text": said}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}]}]}  # fmt: skip
    of_messages = {"model": "r", "max_tokens": 9, "messages": [{"role": "user", "content": [
        {"type": "text", "text": said}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}}]}]}  # fmt: skip
    with gateway_over(down, everywhere) as (gateway, upstream):
        for path, body in [("/v1/chat/completions", of_chat), ("/v1/messages", of_messages)]:
            # Escaped as little as can be, and as much.
            for ascii_only in (False, True):
                upstream.requests.clear()
                with Client(gateway.listen) as client:
                    client.send(post(json.dumps(body, ensure_ascii=ascii_only).encode(), path=path))
                    assert client.answer().status >= 500
                asked = {request.target.split("/")[1]: request.json() for request in upstream.requests}
                assert set(asked) == set(DIALECTS), (path, set(asked))
                for dialect, sent in asked.items():
                    texts = texts_in(sent)
                    assert said in texts, (path, dialect, [text[:60] for text in texts])
                    assert any(text.endswith(PICTURE) for text in texts), (path, dialect)


def go_on_but_for_the_model() -> None:
    """Anthropic's own clients: every byte but the model's name is as it was, on whichever side of the text that stands."""
    messages = json.dumps([{"role": "user", "content": long_text(300_000)}])
    with gateway_over(down, everywhere) as (gateway, upstream):
        for body in (f'{{ "model" : "r", "max_tokens": 9,"messages":{messages} }}', f'{{"messages":{messages},"max_tokens": 9, "model":"r","top_k":3}}'):
            upstream.requests.clear()
            with Client(gateway.listen) as client:
                client.send(post(body.encode(), path="/v1/messages"))
                client.answer()
            sent = next(request.body for request in upstream.requests if request.target.startswith("/anthropic"))
            assert sent.decode() == body.replace('"r"', '"m"'), (sent[:80], sent[-80:])


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
    sys.exit(run(arrive_as_they_were_sent, say_the_same_in_every_dialect, go_on_but_for_the_model, mistakes_are_told_and_the_connection_goes_on, a_client_may_leave_meanwhile,
                 a_reload_meanwhile_changes_nothing_for_them, a_stop_waits_for_them))
