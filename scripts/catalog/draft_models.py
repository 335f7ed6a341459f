#!/usr/bin/env python3
"""Drafts catalogue entries from a file of model facts.

    draft_models.py FACTS.json VENDOR [ID ...]

FACTS.json is {"models": [...]}, one object per model with the keys that models.dev and LiteLLM made usual: provider, id,
mode, name, context, max_input, max_output, price {input, output, cache_read, cache_write, reasoning}, in, out, tool_call,
structured_output, reasoning, reasoning_options, release_date, deprecation_date, status, embedding_dim.
The draft goes to standard output as entries for `models:` of config/catalog/VENDOR.yaml. It states what the facts state;
profiles, and what the facts have wrong, are put in by hand.
"""

import json
import re
import sys

PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._/+()-]*( [A-Za-z0-9._/+()-]+)*$")
NUMBER_LIKE = re.compile(r"^[0-9.+-]+$")
LINE_MAX = 114
MODALITIES = ("text", "image", "audio", "video", "pdf")


def text(value):
    """A YAML scalar that stays a string in flow style."""
    return value if PLAIN.match(value) and not NUMBER_LIKE.match(value) else json.dumps(value, ensure_ascii=False)


def flow(pairs):
    return "{ " + ", ".join(f"{key}: {value}" for key, value in pairs) + " }"


def words(values):
    return "[" + ", ".join(values) + "]"


def amount(value):
    return f"{value:.10f}".rstrip("0").rstrip(".")


def price(model):
    """What is stated. A 0 beside a real price, or for all of a model, means that nobody knew."""
    stated = model.get("price", {})
    names = (("input", "input"), ("cache_read", "cached"), ("cache_write", "cache_write"), ("output", "output"),
             ("reasoning", "reasoning"))
    return [(ours, amount(stated[theirs])) for theirs, ours in names if stated.get(theirs)]


def capabilities(model):
    features, parameters = {}, {}
    if "tool_call" in model:
        features["tools"] = "native" if model["tool_call"] else "absent"
    if model.get("structured_output"):
        features["json_schema"] = "native"
    if "reasoning" in model:
        features["reasoning"] = "native" if model["reasoning"] else "absent"
    for option in model.get("reasoning_options", []):
        if option["type"] == "toggle":
            features["reasoning_off"] = "native"
        elif option["type"] == "effort":
            parameters["reasoning_effort"] = {"values": list(option["values"])}
        elif option["type"] == "budget_tokens":
            limits = {key: option[key] for key in ("min", "max") if key in option}
            parameters["reasoning_budget"] = {"support": "native", **limits}
    effort = parameters.get("reasoning_effort", {}).get("values", [])
    if "none" in effort:
        features["reasoning_off"] = "native"
    elif effort and "reasoning_off" in features:
        effort.insert(0, "none")
    return features, parameters


def rule(members):
    if isinstance(members, str):
        return members
    return flow((key, words(value) if isinstance(value, list) else str(value).lower()) for key, value in members.items())


def entry(model, profile=None, api=None, features=(), parameters=()):
    """One model as a flow map of a few lines."""
    mode = model.get("mode", "chat")
    head = [("id", text(model["id"]))]
    if model.get("name"):
        head.append(("name", text(model["name"])))
    if mode != "chat":
        head.append(("mode", mode))
    if profile:
        head.append(("profile", words(profile) if isinstance(profile, list) else profile))
    if api:
        head.append(("api", api))
    for key, name in (("release_date", "released"), ("deprecation_date", "deprecated"), ("status", "status")):
        if model.get(key):
            head.append((name, model[key]))
    facts = [(key, model[key]) for key in ("context", "max_input") if model.get(key)]
    if mode == "chat":
        facts += [("max_output", model["max_output"])] if model.get("max_output") else []
        for key, name in (("in", "input"), ("out", "output")):
            known = [word for word in MODALITIES if word in model.get(key, [])]
            if known:
                facts.append((name, words(known)))
    elif model.get("embedding_dim"):
        facts.append(("dimensions", model["embedding_dim"]))
    lines = [head, facts]
    if sum(len(f"{key}: {value}") + 2 for key, value in head) > LINE_MAX:
        names = [pair for pair in head if pair[0] in ("id", "name", "mode")]
        lines[:1] = [names, [pair for pair in head if pair not in names]]
    if price(model):
        lines.append([("price", flow(price(model)))])
    if features:
        lines.append([("features", flow(dict(features).items()))])
    if parameters:
        lines.append([("parameters", flow((key, rule(value)) for key, value in dict(parameters).items()))])
    joined = [", ".join(f"{key}: {value}" for key, value in line) for line in lines if line]
    return "  - { " + ",\n      ".join(joined) + " }\n"


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    path, vendor, *wanted = arguments
    with open(path, encoding="utf-8") as file:
        models = [model for model in json.load(file)["models"] if model["provider"] == vendor]
    missing = set(wanted) - {model["id"] for model in models}
    if missing:
        print("no facts about: " + ", ".join(sorted(missing)), file=sys.stderr)
        return 1
    for model in models:
        if wanted and model["id"] not in wanted:
            continue
        features, parameters = capabilities(model) if model.get("mode", "chat") == "chat" else ({}, {})
        print(entry(model, features=features, parameters=parameters), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
