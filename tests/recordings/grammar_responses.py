"""Reads what the gateway sent to a client of the Responses dialect, and holds it to the rules of that dialect (contract C1, C2).

The answer is built from the events alone, as official SDKs do, and compared with what the last event says.
"""

from __future__ import annotations

import json
from typing import Any

from recordings import grammar
from recordings.answer import Call, Choice, Outcome, Usage

Json = dict[str, Any]

# Members of a response that typed clients need, null or not.
MEMBERS = {
    *("id", "object", "created_at", "status", "error", "incomplete_details", "instructions", "model", "output", "usage", "tools"),
    *("parallel_tool_calls", "metadata", "tool_choice", "temperature", "top_p", "text", "reasoning", "store", "truncation"),
    *("previous_response_id", "max_output_tokens", "background", "service_tier", "user"),
}
STATUSES = {"completed", "incomplete"}
ITEM_IDS = {"message": "msg_", "reasoning": "rs_", "function_call": "fc_", "custom_tool_call": "ctc_"}


def read(status: int, headers: dict[str, str], body: bytes, stream: bool) -> Outcome:
    """Everything a client got: status, headers (names in lower case) and the whole body."""
    outcome = Outcome(status)
    grammar.check_headers(outcome, headers, grammar.Asked(stream, True, False))
    text = body.decode("utf-8")
    if status != 200:
        grammar.read_error_answer(outcome, text)
    elif stream:
        StreamReader(outcome).read(text)
    else:
        read_response(outcome, json.loads(text))
    return outcome


def read_response(outcome: Outcome, response: Json) -> None:
    problems = outcome.problems
    if missing := MEMBERS - response.keys():
        problems.append(f"the response lacks {sorted(missing)}")
    if response["object"] != "response" or not response["id"].startswith("resp_") or not response["model"]:
        problems.append(f"object, id or model: {response['object']!r} {response['id']!r} {response['model']!r}")
    if response["status"] not in STATUSES:
        problems.append(f"the status is {response['status']!r}")
    ids = [item["id"] for item in response["output"]]
    if len(set(ids)) != len(ids):
        problems.append(f"ids of items are repeated: {ids}")
    choice = Choice()
    for item in response["output"]:
        read_item(problems, item, choice)
    choice.finish = finish_of(response, choice)
    outcome.answer.choices[0] = choice
    outcome.answer.usage = read_usage(problems, response["usage"])


def read_item(problems: list[str], item: Json, choice: Choice) -> None:
    kind = item["type"]
    if not item["id"].startswith(ITEM_IDS.get(kind, "")):
        problems.append(f"the id of a {kind} is {item['id']!r}")
    match kind:
        case "message":
            if item["role"] != "assistant":
                problems.append(f"the role is {item['role']!r}")
            for part in item["content"]:
                if part["type"] == "output_text" and (not isinstance(part["annotations"], list) or not isinstance(part["logprobs"], list)):
                    problems.append(f"a malformed text: {part}")
                choice.text += part.get("text", "")
                choice.refusal += part.get("refusal", "")
        case "reasoning":
            texts = [part["text"] for part in item.get("content") or item["summary"]]
            choice.reasoning += "\n\n".join(texts)
        case "function_call":
            choice.calls.append(Call(item["name"], item["arguments"], item["call_id"]))
            if not item["call_id"] or (not item["arguments"] and item["status"] == "completed"):
                problems.append(f"a malformed call: {item}")


def finish_of(response: Json, choice: Choice) -> str:
    """In the words of Chat Completions."""
    if response["status"] == "incomplete":
        return "content_filter" if response["incomplete_details"]["reason"] == "content_filter" else "length"
    return "tool_calls" if choice.calls else "stop"


def read_usage(problems: list[str], stated: Json | None) -> Usage | None:
    if stated is None:
        return None
    counts = [stated[name] for name in ("input_tokens", "output_tokens", "total_tokens")]
    if not all(type(count) is int and count >= 0 for count in counts) or counts[0] + counts[1] != counts[2]:
        problems.append(f"the counts of usage are {counts}")
    cached = stated["input_tokens_details"]["cached_tokens"]
    reasoning = stated["output_tokens_details"]["reasoning_tokens"]
    return Usage(counts[0], counts[1], cached, reasoning)


class StreamReader:
    """created, in_progress, items one after the other, and the response once more; or an error, and that it failed."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._problems = outcome.problems
        self._items: list[Json] = []
        self._part: Json | None = None
        self._open = False
        self._last = ""

    def read(self, text: str) -> None:
        blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
        if not text.endswith("\n\n"):
            self._problems.append(f"the stream ends in {text[-40:]!r}, not in a blank line")
        for number, block in enumerate(blocks):
            name, _, data = block.partition("\n")
            if not name.startswith("event: ") or not data.startswith("data: ") or "\n" in data:
                self._problems.append(f"not an event of this dialect: {block[:80]!r}")
                continue
            self._event(number, name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        if self._last not in ("response.completed", "response.incomplete", "response.failed", "error"):
            self._problems.append(f"the stream ends with {self._last!r}")
        if self._outcome.error is not None:
            self._what_came()

    def _what_came(self) -> None:
        """Before an error: what the events have brought so far."""
        choice = self._outcome.answer.choice(0)
        for item in self._items:
            read_item([], item | {"status": "incomplete"}, choice)
        if not self._items:
            del self._outcome.answer.choices[0]

    def _event(self, number: int, name: str, event: Json) -> None:
        self._last = name
        if event["type"] != name or event["sequence_number"] != number:
            self._problems.append(f"event {number}: type {event['type']!r}, name {name!r}, number {event['sequence_number']}")
        expected = {0: "response.created", 1: "response.in_progress"}.get(number, name)
        if name == "error":
            self._outcome.error = grammar.checked_error(self._outcome, event)
        elif name != expected:
            self._problems.append(f"event {number} is {name!r}, not {expected!r}")
        elif "response" in event:
            self._response(name, event["response"])
        elif name == "response.output_item.added":
            self._added(event)
        elif not self._open or event["output_index"] != len(self._items) - 1:
            self._problems.append(f"an event outside its item: {event}")
        elif name == "response.output_item.done":
            self._done(event["item"])
        else:
            self._piece(name.removeprefix("response."), event)

    def _response(self, name: str, response: Json) -> None:
        if name in ("response.created", "response.in_progress"):
            if response["status"] != "in_progress" or response["output"] or response["usage"] is not None:
                self._problems.append(f"a response that begins with something in it: {response}")
            return
        if name != f"response.{response['status']}":
            self._problems.append(f"{name} says that the status is {response['status']!r}")
        if name == "response.failed":
            if self._outcome.error is None:
                self._problems.append("a failure without an error")
            return
        if self._open or response["output"] != self._items:
            self._problems.append(f"the response is not what its events made: {response['output']} {self._items}")
        read_response(self._outcome, response)

    def _added(self, event: Json) -> None:
        item = event["item"]
        if self._open or event["output_index"] != len(self._items):
            self._problems.append(f"an item out of order: {event}")
        if item["type"] in ITEM_IDS and any(item.get(name) for name in ("content", "summary", "arguments", "input")):
            self._problems.append(f"an item that is not added empty: {item}")
        self._items.append(item)
        self._open, self._part = True, None

    def _done(self, item: Json) -> None:
        ends = {name: item[name] for name in ("status", "encrypted_content") if name in item}
        if self._part is not None or self._items[-1] | ends != item:
            self._problems.append(f"a done item is not what its events made: {item} {self._items[-1]}")
        self._items[-1] = item
        self._open = False

    def _piece(self, name: str, event: Json) -> None:
        item = self._items[-1]
        if event["item_id"] != item["id"]:
            self._problems.append(f"the item_id is {event['item_id']!r}, not {item['id']!r}")
        if name.endswith("_part.added"):
            member = "summary" if "summary_index" in event else "content"
            if self._part is not None or event[f"{member}_index"] != len(item[member]):
                self._problems.append(f"a part out of order: {event}")
            self._part = event["part"]
            item[member].append(self._part)
        elif name.endswith("_part.done"):
            if event["part"] != self._part:
                self._problems.append(f"a done part is not what its events made: {event}")
            self._part = None
        elif name == "output_text.annotation.added":
            assert self._part is not None
            self._part["annotations"].append(event["annotation"])
        else:
            member = {"function_call_arguments": "arguments", "custom_tool_call_input": "input", "refusal": "refusal"}.get(
                name.rpartition(".")[0], "text"
            )
            self._text(item if member in ("arguments", "input") else self._part, member, event)

    def _text(self, holder: Json | None, member: str, event: Json) -> None:
        if holder is None:
            self._problems.append(f"text outside a part: {event}")
        elif "delta" in event:
            holder[member] += event["delta"]
            if "logprobs" in event:
                holder["logprobs"] += event["logprobs"]
        elif event[member] != holder[member]:
            self._problems.append(f"a done text is not what its deltas made: {event}")
