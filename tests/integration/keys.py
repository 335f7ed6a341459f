"""Client keys: who may come in, to which routes, and that no secret is ever shown."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from support import UPSTREAM_KEY, Client, Gateway, access_line, chat, chat_body, closed_port, config, digest, find_binary, gateway_before, get, good, json_reply, metrics, post, run

TEAM = "bw-canary-client-team-0001"
OFF = "bw-canary-client-off-0001"


KEYS = f"""keys:
  - {{name: team, sha256: "{digest(TEAM)}"}}
  - {{name: narrow, sha256: "{digest("narrow-key")}", routes: [simulated]}}
  - {{name: off, sha256: "{digest(OFF)}", enabled: false}}"""


def bearer(key: str) -> str:
    return f"Authorization: Bearer {key}"


def refuses_strangers() -> None:
    with gateway_before(good, keys=KEYS) as (gateway, upstream):
        messages = set()
        for header in ("X-None: 1", bearer("wrong"), bearer(OFF), bearer(digest(TEAM)), "api-key: wrong", "Authorization: Basic eDp5", bearer("")):
            answer = chat(gateway, header)
            assert answer.status == 401 and answer.headers["www-authenticate"] == "Bearer", answer.headers
            error = answer.error
            assert error["code"] == "invalid_api_key" and error["type"] == "invalid_request_error" and error["param"] is None
            assert answer.headers["x-should-retry"] == "false" and answer.headers["x-request-id"]
            if header in (bearer("wrong"), bearer(OFF)):
                messages.add(error["message"])
            assert get(gateway.listen, "/v1/models", header).status == 401
        assert len(messages) == 1, messages
        assert upstream.requests == []


def a_stranger_is_refused_before_its_body() -> None:
    with gateway_before(good, keys=KEYS) as (gateway, _), Client(gateway.listen) as client:
        client.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n")
        answer = client.answer()
        assert answer.status == 401 and answer.interim == []


def lets_its_keys_in() -> None:
    with gateway_before(good, keys=KEYS) as (gateway, upstream):
        for header in (bearer(TEAM), f"authorization: bearer {TEAM}", f"api-key: {TEAM}", f"x-api-key: {TEAM}"):
            assert chat(gateway, header).status == 200
        for request in upstream.requests:
            assert request.headers["authorization"] == f"Bearer {UPSTREAM_KEY}"
            assert TEAM not in str(request.headers)
        answer = chat(gateway, bearer(TEAM), "x-request-id: named-1")
        assert access_line(gateway, "named-1")["key"] == "team", answer.headers


def holds_keys_to_their_routes() -> None:
    with gateway_before(good, keys=KEYS) as (gateway, upstream):
        assert chat(gateway, bearer("narrow-key"), model="simulated").status == 200
        for model in ("r", "a"):
            answer = chat(gateway, bearer("narrow-key"), model=model)
            assert answer.status == 403 and answer.error["code"] == "permission_denied", answer.body
        assert upstream.requests == []


def one_connection_many_keys() -> None:
    # The key belongs to the request, not to the connection.
    with gateway_before(good, keys=KEYS) as (gateway, _), Client(gateway.listen) as client:
        client.send(post(chat_body(), bearer(TEAM)))
        assert client.answer().status == 200
        client.send(post(chat_body()))
        assert client.answer().status == 401


def new_keys_make_the_round_trip() -> None:
    made = subprocess.run([find_binary(), "keys", "new", "team-b"], capture_output=True, text=True, check=True).stdout
    key = made.splitlines()[0]
    line = next(line for line in made.splitlines() if line.startswith("- "))
    assert re.fullmatch(r"bw-[A-Za-z0-9_-]{32}", key), key
    assert digest(key) in line and key not in line
    again = subprocess.run([find_binary(), "keys", "new", "team-b"], capture_output=True, text=True, check=True).stdout
    assert again.splitlines()[0] != key
    with Gateway(config({}, keys=f"keys:\n  {line}")) as gateway:
        assert chat(gateway, bearer(key), model="simulated").status == 200
        assert chat(gateway, bearer(key + "x"), model="simulated").status == 401


def secrets_are_never_shown() -> None:
    leak = f"Incorrect API key provided: {UPSTREAM_KEY}. Bearer {UPSTREAM_KEY}"
    env = {"CANARY_KEY": "sk-canary-environment-0001"}
    seen = []
    for status, code in ((401, "invalid_api_key"), (403, "forbidden"), (500, "x"), (400, "x")):
        handler = lambda _, status=status, code=code: json_reply({"error": {"message": leak, "type": "x", "code": code}}, status, [("x-leak", leak)])
        with gateway_before(handler, keys=KEYS, route="retry: {attempts: 1}") as (gateway, _):
            for stream in (False, True):
                answer = chat(gateway, bearer(TEAM), stream=stream)
                seen.append(json.dumps(answer.headers) + answer.body.decode())
            chat(gateway, bearer(OFF))
            get(gateway.listen, f"/v1/models/{TEAM}", bearer(TEAM))
            seen += [gateway.log(), metrics(gateway), get(gateway.admin, "/readyz").body.decode()]
    text = config({"a": closed_port()}).replace(UPSTREAM_KEY, "${CANARY_KEY}")
    with Gateway(text, env=env) as gateway:
        answer = chat(gateway)
        seen += [answer.body.decode(), gateway.log(), metrics(gateway)]
        with open(f"/proc/{gateway.pid}/cmdline") as arguments:
            seen.append(arguments.read())
    for place in seen:
        assert UPSTREAM_KEY not in place and OFF not in place and "sk-canary-environment" not in place, place[:2000]
    for place in seen:
        # A key that a client puts into a path is the client's own doing, but it is not logged either way.
        assert bearer(TEAM) not in place


if __name__ == "__main__":
    sys.exit(
        run(
            refuses_strangers,
            a_stranger_is_refused_before_its_body,
            lets_its_keys_in,
            holds_keys_to_their_routes,
            one_connection_many_keys,
            new_keys_make_the_round_trip,
            secrets_are_never_shown,
        )
    )
