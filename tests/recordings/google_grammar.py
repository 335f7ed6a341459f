"""Reads what the gateway sent to a client of Gemini's dialect, and holds it to the rules of that dialect (contract C1, C2, C3).

Strict where the reader of provider bodies is liberal: whatever an official SDK may stumble over is a problem here.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from recordings.answer import Call, Choice, Outcome, Usage

Json = dict[str, Any]

RESPONSE = {"candidates", "usageMetadata", "modelVersion", "responseId"}
CANDIDATE = {"content", "finishReason", "finishMessage", "index", "groundingMetadata", "avgLogprobs", "logprobsResult"}
PART = {"text", "thought", "thoughtSignature", "functionCall"}
FINISH = {"STOP": "stop", "MAX_TOKENS": "length"}
BLOCKED = {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"}
STATUS_WORDS = {
    400: {"INVALID_ARGUMENT"},
    401: {"UNAUTHENTICATED"},
    403: {"PERMISSION_DENIED"},
    404: {"NOT_FOUND"},
    429: {"RESOURCE_EXHAUSTED"},
    500: {"INTERNAL"},
    502: {"INTERNAL", "UNAVAILABLE"},
    503: {"UNAVAILABLE"},
    504: {"DEADLINE_EXCEEDED"},
}
EVENTS, ARRAY = "text/event-stream", "application/json"


def read(status: int, headers: dict[str, str], body: bytes, stream: str = "") -> Outcome:
    """Everything a client got. `stream` is the form that it asked for: EVENTS, ARRAY, or none for a whole answer."""
    outcome = Outcome(status)
    media_type = EVENTS if stream == EVENTS and status == 200 else ARRAY
    if headers.get("content-type", "").split(";")[0] != media_type:
        outcome.problems.append(f"content-type is {headers.get('content-type')!r}, not {media_type}")
    if not headers.get("x-request-id"):
        outcome.problems.append("there is no x-request-id")
    try:
        if status != 200:
            read_refusal(outcome, json.loads(body), listed=stream == ARRAY)
        elif stream == EVENTS:
            read_stream(outcome, events_of(outcome.problems, body.decode()))
        elif stream == ARRAY:
            read_stream(outcome, json.loads(body))
        else:
            read_whole(outcome, json.loads(body))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        outcome.problems.append(f"the body is not JSON: {error}: {body[:200]!r}")
    return outcome


def events_of(problems: list[str], text: str) -> list[Json]:
    """One `data:` line each, and nothing else: the SDKs take comments and other fields for parts of an answer."""
    events = text.split("\n\n")
    if events.pop():
        problems.append("the stream ends within an event")
    if any(not event.startswith("data: ") or "\n" in event for event in events):
        problems.append(f"not one data line per event: {text[:200]!r}")
        return []
    return [json.loads(event.removeprefix("data: ")) for event in events]


def read_refusal(outcome: Outcome, body: Any, listed: bool) -> None:
    if listed:
        if not (isinstance(body, list) and len(body) == 1):
            outcome.problems.append("an error of a stream in a list is not a list of one")
            return
        body = body[0]
    outcome.error = checked_error(outcome, body)


def checked_error(outcome: Outcome, body: Any) -> Json:
    """The error, with the gateway's own code as `code`."""
    problems = outcome.problems
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or error.keys() != {"code", "message", "status", "details"}:
        problems.append(f"not the error object of the dialect: {json.dumps(body)[:300]}")
        return {}
    if outcome.status != 200 and error["code"] != outcome.status:
        problems.append(f"error.code is {error['code']!r} in an answer of {outcome.status}")
    if error["status"] not in STATUS_WORDS.get(error["code"], {error["status"]}):
        problems.append(f"error.status is {error['status']!r} for {error['code']!r}")
    info = next((detail for detail in error["details"] if detail.get("@type", "").endswith("google.rpc.ErrorInfo")), None)
    if info is None:
        problems.append("the error has no ErrorInfo")
        return {"code": None, "message": error["message"]}
    if any(not isinstance(value, str) for value in info["metadata"].values()):
        problems.append("metadata of ErrorInfo holds something other than strings")
    for detail in error["details"]:
        if detail["@type"].endswith("google.rpc.RetryInfo") and not detail["retryDelay"].endswith("s"):
            problems.append(f"retryDelay is {detail['retryDelay']!r}")
    return {"code": info["reason"].lower(), "message": error["message"], "info": info, "status": error["status"]}


def read_whole(outcome: Outcome, body: Json) -> None:
    if "error" in body:
        outcome.problems.append("an error in an answer of status 200")
        outcome.error = checked_error(outcome, body)
        return
    add_response(outcome, body)
    check_end(outcome)


def read_stream(outcome: Outcome, responses: list[Json]) -> None:
    identity = set()
    for response in responses:
        if outcome.error is not None:
            outcome.problems.append("a response after the error")
        if "error" in response:
            outcome.error = checked_error(outcome, response)
            continue
        if outcome.answer.usage is not None:
            outcome.problems.append("a response after the last")
        identity.add((response.get("modelVersion"), response.get("responseId")))
        add_response(outcome, response)
    if len(identity) > 1:
        outcome.problems.append(f"responses of one stream have {len(identity)} identities")
    if outcome.error is None:
        check_end(outcome)
    elif any(choice.finish for choice in outcome.answer.choices.values()):
        outcome.problems.append("a stream that broke has a finishReason")


def check_end(outcome: Outcome) -> None:
    if not outcome.answer.choices:
        outcome.problems.append("the answer has no candidates")
    for index, choice in outcome.answer.choices.items():
        if choice.finish is None:
            outcome.problems.append(f"candidate {index} has no finishReason")


def add_response(outcome: Outcome, response: Json) -> None:
    problems = outcome.problems
    if strangers := response.keys() - RESPONSE:
        problems.append(f"unknown members of a response: {sorted(strangers)}")
    for name in ("modelVersion", "responseId"):
        if not isinstance(response.get(name), str) or not response[name]:
            problems.append(f"{name} is {response.get(name)!r}")
    for candidate in response["candidates"]:
        add_candidate(problems, outcome.answer.choice(candidate["index"]), candidate)
    if usage := response.get("usageMetadata"):
        outcome.answer.usage = read_usage(problems, usage)


def add_candidate(problems: list[str], choice: Choice, candidate: Json) -> None:
    if strangers := candidate.keys() - CANDIDATE:
        problems.append(f"unknown members of a candidate: {sorted(strangers)}")
    if choice.finish is not None:
        problems.append("a candidate goes on after its finishReason")
    content = candidate["content"]
    if content["role"] != "model":
        problems.append(f"the role is {content['role']!r}")
    blocked = candidate.get("finishReason") in BLOCKED
    if not content["parts"] and not blocked:
        problems.append("a content without parts, which SDKs take for no answer")
    for part in content["parts"]:
        add_part(problems, choice, part)
    choice.refusal += candidate.get("finishMessage", "")
    if (reason := candidate.get("finishReason")) is None:
        return
    if reason not in FINISH and not blocked:
        problems.append(f"finishReason is {reason!r}")
    choice.finish = "content_filter" if blocked else FINISH.get(reason)
    if choice.finish == "stop" and choice.calls:
        choice.finish = "tool_calls"


def add_part(problems: list[str], choice: Choice, part: Json) -> None:
    if not part or part.keys() - PART:
        problems.append(f"not a part: {part!r}")
    if (signature := part.get("thoughtSignature")) and "REDACTED" not in signature:  # recorders hide some
        try:
            base64.b64decode(signature, validate=True)
        except binascii.Error:
            problems.append(f"thoughtSignature is no base64: {signature[:40]!r}")
    if call := part.get("functionCall"):
        if call.keys() != {"id", "name", "args"} or not call["id"] or not isinstance(call["args"], dict):
            problems.append(f"not a whole call: {call!r}")
        choice.calls.append(Call(call["name"], json.dumps(call["args"]), call["id"]))
    elif part.get("thought"):
        choice.reasoning += part.get("text", "")
    else:
        choice.text += part.get("text", "")


def read_usage(problems: list[str], usage: Json) -> Usage:
    counts = {name: value for name, value in usage.items() if name.endswith("Count")}
    if any(not isinstance(count, int) or count < 0 for count in counts.values()):
        problems.append(f"usageMetadata has other counts than numbers: {usage!r}")
    thoughts = usage.get("thoughtsTokenCount")
    completion = usage["candidatesTokenCount"] + (thoughts or 0)
    if usage["totalTokenCount"] != usage["promptTokenCount"] + completion:
        problems.append(f"usageMetadata does not add up: {usage!r}")
    return Usage(usage["promptTokenCount"], completion, usage.get("cachedContentTokenCount"), thoughts)
