"""Which deployment a request goes to: constraints, objectives, and what clients, keys and routes may say about it."""

from __future__ import annotations

import sys
from contextlib import contextmanager

from scenarios import Switched, turn
from support import Answer, FakeUpstream, Gateway, access_line, chat, digest, gateway_before, good, run


KEYS = f"""keys:
  - {{name: all, sha256: "{digest("all-key")}"}}
  - {{name: eu, sha256: "{digest("eu-key")}", region: [eu]}}
  - {{name: limited, sha256: "{digest("limited-key")}", routes: [cheap]}}
"""
ALL = "Authorization: Bearer all-key"
EU = "Authorization: Bearer eu-key"
LIMITED = "Authorization: Bearer limited-key"


@contextmanager
def gateway():
    """Three deployments: small is cheap, large is good, blind lacks tools and images and is in another region."""
    with FakeUpstream(good) as upstream:
        providers = "".join(f'  p-{n}: {{dialect: openai, base_url: "{upstream.url}/v1", api_key: "sk-canary-upstream-0001"}}\n' for n in ("s", "l", "b"))
        text = f"""version: 1
server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", workers: 1}}
{KEYS}providers:
{providers}deployments:
  small: {{provider: p-s, model: m-s, price: {{input: 0.5, output: 1}}, limits: {{context: 8k}}, region: eu, tags: [fast], quality: {{reasoning: 40}}}}
  large: {{provider: p-l, model: m-l, price: {{input: 5, output: 15}}, limits: {{context: 200k}}, region: us, tags: [fast, big], quality: {{reasoning: 90}}}}
  blind: {{provider: p-b, model: m-b, price: {{input: 0.1, output: 0.2}}, region: us, capabilities: {{features: {{tools: absent, image_input: absent, image_url_input: absent}}}}}}
routes:
  listed: {{candidates: [large, small, blind]}}
  cheap: {{candidates: [large, small, blind], prefer: cost, max: {{price_output: 5}}}}
  best: {{candidates: [small, large], prefer: quality}}
  mixed: {{candidates: [small, large], prefer: {{cost: 0.5, quality: 0.5}}}}
  shared: {{candidates: [small, large], prefer: weighted, weights: {{large: 0}}}}
"""
        with Gateway(text) as running:
            yield running, upstream


def served(answer: Answer) -> str:
    assert answer.status == 200, (answer.status, answer.body)
    return answer.headers["x-breakwater-deployment"]


def unmet(answer: Answer) -> str:
    assert answer.status == 422 and answer.error["code"] == "constraint_unmet", (answer.status, answer.body)
    return answer.error["message"]


def each_objective_has_its_first() -> None:
    with gateway() as (g, _):
        for model, name in {"listed": "large", "cheap": "blind", "best": "large", "mixed": "small", "shared": "small"}.items():
            assert served(chat(g, ALL, model=model)) == name, model
        assert "x-breakwater-decision" not in chat(g, ALL, model="listed").headers
        decision = chat(g, ALL, model="cheap").headers["x-breakwater-decision"]
        assert decision == "prefer=cost; chosen=blind; why=best; candidates=2; removed=1", decision
        assert served(chat(g, ALL, model="listed", route={"prefer": "cost"})) == "blind"
        assert served(chat(g, ALL, "x-breakwater-prefer: quality", model="listed")) == "large"


def what_the_request_uses_is_needed() -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    with gateway() as (g, _):
        assert served(chat(g, ALL, model="cheap", tools=[tool])) == "small"


def each_constraint_is_named() -> None:
    cases = [
        ({"require": {"tools": True}, "only": ["blind"]}, "blind: require.tools (it has none)"),
        ({"require": {"context": "400k"}}, "large: require.context (200000 is below 400000)"),
        ({"require": {"max_output": 10}}, "small: require.max_output (not known)"),
        ({"max": {"price_input": 0.01}}, "small: max.price_input (0.5 is above 0.01)"),
        ({"max": {"price_output": 0.01}}, "blind: max.price_output (0.2 is above 0.01)"),
        ({"max": {"cost": 0}}, "small: max.cost ("),
        ({"min": {"reasoning": 95}}, "large: min.reasoning (90 is below 95)"),
        ({"tags": ["slow"]}, "large: tags (it is not tagged slow)"),
        ({"region": ["mars"]}, "small: region (it is in eu)"),
        ({"only": ["nobody"]}, "blind: only (it is not named)"),
        ({"not": ["small", "p-l", "blind"]}, "large: not (it is named)"),
    ]
    with gateway() as (g, upstream):
        for route, words in cases:
            answer = chat(g, ALL, model="listed", route=route)
            assert words in unmet(answer) and "The nearest is " in answer.error["message"], (route, answer.error)
            decision = answer.headers["x-breakwater-decision"]
            assert decision.startswith("prefer=order; nearest=") and decision.endswith("; candidates=0; removed=3"), decision
        assert not upstream.requests, "nothing was sent"


def a_client_narrows_and_never_widens() -> None:
    with gateway() as (g, _):
        assert "max.price_output" in unmet(chat(g, ALL, model="cheap", route={"only": ["large"], "max": {"price_output": 100}}))
        assert served(chat(g, EU, model="listed")) == "small"
        assert "region (it is in us)" in unmet(chat(g, EU, model="listed", route={"region": ["us"]}))
        assert served(chat(g, EU, model="auto")) == "small"
        assert "max.price_output" in unmet(chat(g, LIMITED, model="auto", route={"only": ["large"]}))
        for more in ({"models": ["large"]}, {"fallbacks": ["large"]}):
            assert chat(g, LIMITED, model="cheap", **more).status == 403, more
        assert chat(g, LIMITED, model="cheap,large").status == 403


def auto_and_lists() -> None:
    with gateway() as (g, _):
        answer = chat(g, ALL, model="auto", route={"prefer": "quality", "require": {"tools": True}})
        assert served(answer) == "large" and answer.headers["x-breakwater-route"] == "auto", answer.headers
        assert served(chat(g, ALL, model="small, large")) == "small"
        assert served(chat(g, ALL, model="small,large", route={"min": {"reasoning": 70}})) == "large"
        assert chat(g, ALL, model="small,nosuch").status == 404


def headers_say_the_same() -> None:
    with gateway() as (g, _):
        assert served(chat(g, ALL, "x-breakwater-require: tools, context=4k", "X-Breakwater-Max: price_output=5", model="listed")) == "small"
        assert served(chat(g, ALL, "x-breakwater-not: large, small", model="listed")) == "blind"
        answer = chat(g, ALL, "x-breakwater-max: price=5", model="listed")
        assert answer.status == 400 and answer.error["param"] == "x-breakwater-max", answer.body


def habits_of_other_gateways() -> None:
    with gateway() as (g, _):
        assert served(chat(g, ALL, model="small", models=["large"], provider={"order": ["p-l"]})) == "large"
        assert served(chat(g, ALL, model="listed", provider={"sort": "price"})) == "blind"
        assert served(chat(g, ALL, model="listed", provider={"ignore": ["p-l"], "max_price": {"completion": 5}})) == "small"
        assert served(chat(g, ALL, model="listed", provider={"only": ["p-b"], "allow_fallbacks": False})) == "blind"
        assert served(chat(g, ALL, model="large", fallbacks=[{"model": "small"}], route={"tags": ["fast"], "not": ["large"]})) == "small"


def what_is_not_understood_is_named() -> None:
    cases = {
        "route.max.price": {"route": {"max": {"price": 1}}},
        "route.maximum": {"route": {"maximum": {}}},
        "route.require.tools": {"route": {"require": {"tools": "maybe"}}},
        "provider.quantizations": {"provider": {"quantizations": ["int4"]}},
        "provider.sort": {"provider": {"sort": "best"}},
        "models[0]": {"models": [1]},
    }
    with gateway() as (g, _):
        for param, body in cases.items():
            answer = chat(g, ALL, model="listed", **body)
            assert answer.status == 400 and answer.error["param"] == param, (param, answer.body)


def nothing_of_it_reaches_a_provider() -> None:
    with gateway() as (g, upstream):
        served(chat(g, ALL, "x-breakwater-require: tools", model="listed", route={"prefer": "cost"}, models=["best"], provider={"sort": "price"}, fallbacks=["best"]))
        request = upstream.requests[-1]
        assert not {"route", "models", "provider", "fallbacks"} & set(request.json()), request.json()
        assert not [name for name in request.headers if name.startswith("x-breakwater")], request.headers


def nobody_is_left_of_what_no_configuration_names() -> None:
    with Gateway() as gateway:
        answer = chat(gateway, "x-breakwater-only: nobody", model="sim/chat:tokens=7")
        assert answer.status == 422 and answer.headers["x-breakwater-decision"].endswith("removed=1"), answer.headers
        assert access_line(gateway, answer.headers["x-request-id"])["status"] == 422


def conversations_keep_their_deployment() -> None:
    providers = {name: Switched() for name in "abcd"}
    names = [f"conversation-{number}" for number in range(200)]
    with gateway_before(*providers.values(), route="prefer: cost") as (g, *_):
        home = turn(g, names)
        each = {name: list(home.values()).count(name) for name in providers}
        assert all(25 <= count <= 75 for count in each.values()), each
        stayed = [home[name] == served for _ in range(3) for name, served in turn(g, names).items()]
        assert sum(stayed) >= 0.95 * len(stayed), f"{sum(stayed)} of {len(stayed)} turns"
        providers["b"].up = False
        moved = {name for name, served in turn(g, names).items() if served != home[name]}
        print(f"       {sum(stayed)} of {len(stayed)} turns stayed; of {each['b']} conversations of b {len(moved)} moved when it was gone")
        assert moved == {name for name in names if home[name] == "b"}, moved


if __name__ == "__main__":
    sys.exit(
        run(
            each_objective_has_its_first,
            what_the_request_uses_is_needed,
            each_constraint_is_named,
            a_client_narrows_and_never_widens,
            auto_and_lists,
            headers_say_the_same,
            habits_of_other_gateways,
            what_is_not_understood_is_named,
            nothing_of_it_reaches_a_provider,
            nobody_is_left_of_what_no_configuration_names,
            conversations_keep_their_deployment,
        )
    )
