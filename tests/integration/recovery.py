"""An answer that breaks off after its first content is completed where the route says so (`after_commit`), and the client sees one answer."""

from __future__ import annotations

import sys
from typing import Any

from support import (
    ROLE,
    STOP,
    Answer,
    Ending,
    Gateway,
    Handler,
    Reply,
    access_line,
    chat,
    chunk,
    failing,
    gateway_before,
    get,
    good,
    metric,
    run,
    sse_reply,
    text,
)

RETRY = "retry: {attempts: 4, same: 0, backoff_min: 5ms, backoff_max: 20ms}"
RESTART = f"after_commit: [restart, error], {RETRY}"
CONTINUE = f"after_commit: [continue, error], {RETRY}"
BOTH = f"after_commit: [continue, restart, error], {RETRY}"
GOES_ON = "capabilities: {features: {continuation: native}}"


def answers(*replies: Reply | Handler) -> Handler:
    """Each in its turn, the last one for all that follow."""
    left = list(replies)

    def answer(request: Any) -> Reply:
        reply = left.pop(0) if len(left) > 1 else left[0]
        return reply(request) if callable(reply) else reply

    return answer


def cut(*events: dict[str, Any], ending: Ending = Ending.CUT) -> Reply:
    return sse_reply([ROLE, *events], ending=ending)


def call(arguments: str, name: str = "f", index: int = 0) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return chunk({"tool_calls": [{"index": index, "id": f"call_{name}", "type": "function", "function": function}]})


def expect_one_answer(answer: Answer, content: str = "Hello world") -> list[dict[str, Any]]:
    """One role, one identity, one finish, one end, and the text as if nothing had happened. The chunks of the completion."""
    assert answer.status == 200 and answer.complete and answer.done(), answer.body
    chunks = answer.events()[:-1]
    assert all("error" not in event for event in chunks), answer.body
    assert len({(event["id"], event["created"], event["model"]) for event in chunks}) == 1, answer.body
    choices = [choice for event in chunks for choice in event["choices"]]
    assert sum("role" in choice["delta"] for choice in choices) == 1, answer.body
    assert sum(choice["finish_reason"] is not None for choice in choices) == 1, answer.body
    assert answer.text() == content, answer.body
    return [event for event in chunks if "recovery" in event]


def expect_error(answer: Answer, code: str, content: str) -> None:
    assert answer.status == 200 and answer.text() == content, answer.body
    assert answer.stream_error()["code"] == code and not answer.done(), answer.body


def attempts(gateway: Gateway, answer: Answer) -> list[tuple[str, str, str]]:
    line = access_line(gateway, answer.headers["x-request-id"])
    return [(attempt["deployment"], attempt["reason"], attempt["outcome"]) for attempt in line["attempts"]]


def restart_completes_an_answer() -> None:
    for ending in (Ending.CUT, Ending.RESET):
        with gateway_before(answers(cut(text("Hel"), text("lo wo"), ending=ending)), good, route=RESTART) as (gateway, a, b):
            answer = chat(gateway, stream=True)
            completed = expect_one_answer(answer)
            assert completed and completed[0]["recovery"] == {"by": "restart", "deployment": "b", "model": "m-b"}, answer.body
            assert "".join(event["choices"][0]["delta"].get("content") or "" for event in completed) == "rld", answer.body
            assert b.requests[0].json()["messages"] == a.requests[0].json()["messages"]
            seen = attempts(gateway, answer)
            assert [each[:2] for each in seen] == [("a", "first"), ("b", "restart")] and seen[1][2] == "ok", seen
            explained = get(gateway.admin, "/explain/" + answer.headers["x-request-id"]).json()
            assert [attempt["reason"] for attempt in explained["attempts"]] == ["first", "restart"], explained
            outcome = explained["outcome"]
            assert outcome["ended"] == "complete" and outcome["deployment"] == "b", explained
            assert metric(gateway, 'breakwater_recoveries_total{route="r",by="restart",result="completed"}') == 1


def an_error_in_band_and_silence_are_completed_too() -> None:
    overloaded = {"error": {"message": "overloaded", "type": "server_error", "code": "overloaded"}}
    quick = f"{RESTART}, timeouts: {{gap: 300ms}}"
    for broken in (cut(text("Hello"), overloaded, ending=Ending.FINISH), cut(text("Hello"), ending=Ending.STALL)):
        with gateway_before(answers(broken), good, route=quick) as (gateway, *_):
            expect_one_answer(chat(gateway, stream=True))


def texts_that_diverge_end_with_the_first_error() -> None:
    with gateway_before(answers(cut(text("Hello you"))), good, route=RESTART) as (gateway, *_):
        answer = chat(gateway, stream=True)
        assert answer.stream_error()["code"] in ("upstream_connection_lost", "upstream_truncated"), answer.body
        expect_error(answer, answer.stream_error()["code"], "Hello you")
        assert attempts(gateway, answer)[1] == ("b", "restart", "answers_diverge")
        assert metric(gateway, 'breakwater_recoveries_total{route="r",by="restart",result="diverged"}') == 1


def a_call_that_is_half_sent_is_never_repeated() -> None:
    with gateway_before(answers(cut(call('{"a":'))), good, route=BOTH, provider=GOES_ON) as (gateway, _, b):
        answer = chat(gateway, stream=True)
        assert answer.stream_error()["type"] == "server_error" and not answer.done(), answer.body
        assert not b.requests


def a_finished_call_is_not_sent_twice() -> None:
    def calls(*later: dict[str, Any]) -> Reply:
        return sse_reply([ROLE, text("Look: "), call('{"a":1}'), *later, chunk({}, "tool_calls"), "[DONE]"])

    second = call("{}", name="g", index=1)
    for later in ((), (second,)):
        broken = cut(text("Look: "), call('{"a":1}'))
        with gateway_before(answers(broken), answers(calls(*later)), route=BOTH, provider=GOES_ON) as (gateway, *_):
            answer = chat(gateway, stream=True)
            expect_one_answer(answer, "Look: ")
            sent = [c for event in answer.events()[:-1] for c in event["choices"][0]["delta"].get("tool_calls", ())]
            joined: dict[int, str] = {}
            for each in sent:
                joined[each["index"]] = joined.get(each["index"], "") + each["function"]["arguments"]
            assert joined == ({0: '{"a":1}', 1: "{}"} if later else {0: '{"a":1}'}), answer.body
            assert len([each for each in sent if "id" in each]) == 1 + len(later), answer.body


def continue_lets_another_model_go_on() -> None:
    rest = sse_reply([ROLE, text(" wor"), text("ld"), STOP, "[DONE]"])
    with gateway_before(answers(cut(text("Hello"))), answers(rest), route=CONTINUE, provider=GOES_ON) as (gateway, _, b):
        answer = chat(gateway, stream=True)
        completed = expect_one_answer(answer)
        assert completed[0]["recovery"]["by"] == "continue", answer.body
        assert b.requests[0].json()["messages"][-1] == {"role": "assistant", "content": "Hello"}
        assert [each[:2] for each in attempts(gateway, answer)] == [("a", "first"), ("b", "continue")]


def what_a_model_repeats_before_it_goes_on_is_dropped() -> None:
    with gateway_before(answers(cut(text("Hello"))), good, route=CONTINUE, provider=GOES_ON) as (gateway, *_):
        expect_one_answer(chat(gateway, stream=True))


def only_deployments_that_can_are_asked_to_continue() -> None:
    with gateway_before(answers(cut(text("Hello"))), good, route=CONTINUE) as (gateway, _, b):
        assert not chat(gateway, stream=True).done()
        assert not b.requests
    with gateway_before(answers(cut(text("Hello"))), good, route=BOTH) as (gateway, *_):
        answer = chat(gateway, stream=True)
        expect_one_answer(answer)
        assert attempts(gateway, answer)[1] == ("b", "restart", "ok")


def a_refusal_to_continue_is_remembered() -> None:
    def refuse_prefill(request: Any) -> Reply:
        prefilled = request.json()["messages"][-1]["role"] == "assistant"
        return failing(400, "invalid_value")(request) if prefilled else good(request)

    with gateway_before(answers(cut(text("Hello"))), refuse_prefill, route=BOTH, provider=GOES_ON) as (gateway, a, _):
        answer = chat(gateway, stream=True)
        expect_one_answer(answer)
        # `a` can go on as well, and does not know better than to break off again.
        reasons = [(deployment, reason) for deployment, reason, _ in attempts(gateway, answer)]
        assert ("b", "continue") in reasons and ("b", "restart") in reasons, reasons
        again = chat(gateway, stream=True)
        expect_one_answer(again)
        assert ("b", "continue") not in [(name, reason) for name, reason, _ in attempts(gateway, again)]


def usage_is_what_all_attempts_cost() -> None:
    usage = {"id": "up-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
    usage["usage"] = {"prompt_tokens": 20, "completion_tokens": 2, "total_tokens": 22}
    whole = sse_reply([ROLE, text("Hello world"), STOP, usage, "[DONE]"])
    with gateway_before(answers(cut(text("Hello wo"))), answers(whole), route=RESTART) as (gateway, *_):
        answer = chat(gateway, stream=True, stream_options={"include_usage": True})
        told = answer.events()[-2]["usage"]
        assert told["completion_tokens"] == 2 + 2 and told["prompt_tokens"] > 20 and told["estimated"] is True, told
        line = access_line(gateway, answer.headers["x-request-id"])
        assert line["tokens"]["out"] == 4 and line["tokens"]["in"] == told["prompt_tokens"], line
        assert metric(gateway, 'breakwater_tokens_total{deployment="a",type="output"}') == 2
        assert metric(gateway, 'breakwater_tokens_total{deployment="b",type="output"}') == 2


def the_deadline_and_the_number_of_attempts_hold() -> None:
    slow = f"{RESTART}, timeouts: {{total: 1s}}"
    late = sse_reply([ROLE, text("Hello world"), STOP, "[DONE]"], head_after=5.0)
    with gateway_before(answers(cut(text("Hello"))), answers(late), route=slow) as (gateway, *_):
        answer = chat(gateway, stream=True)
        assert not answer.done() and answer.text() == "Hello" and answer.seconds < 3, (answer.seconds, answer.body)
    always = answers(cut(text("Hello")))
    with gateway_before(always, always, route=RESTART) as (gateway, a, b):
        answer = chat(gateway, stream=True)
        assert not answer.done() and answer.text() == "Hello", answer.body
        assert len(a.requests) + len(b.requests) == 4
        assert len(attempts(gateway, answer)) == 4


def without_the_policy_nobody_else_is_asked() -> None:
    with gateway_before(answers(cut(text("Hello"))), good, route=RETRY) as (gateway, _, b):
        answer = chat(gateway, stream=True)
        assert answer.text() == "Hello" and answer.stream_error()["code"], answer.body
        assert not b.requests


def the_simulator_goes_on() -> None:
    config = """
version: 1
server: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", workers: 1}
providers: {sim: {dialect: sim}}
deployments:
  breaks: {provider: sim, model: "cut-after-3"}
  chats: {provider: sim, model: chat}
routes:
  r: {candidates: [breaks, chats], after_commit: [continue], retry: {same: 0}}
"""
    with Gateway(config) as gateway:
        whole = chat(gateway, model="chats", stream=True).text()
        answer = chat(gateway, stream=True)
        completed = expect_one_answer(answer, whole)
        assert completed[0]["recovery"] == {"by": "continue", "deployment": "chats", "model": "chat"}, answer.body


if __name__ == "__main__":
    sys.exit(
        run(
            restart_completes_an_answer,
            an_error_in_band_and_silence_are_completed_too,
            texts_that_diverge_end_with_the_first_error,
            a_call_that_is_half_sent_is_never_repeated,
            a_finished_call_is_not_sent_twice,
            continue_lets_another_model_go_on,
            what_a_model_repeats_before_it_goes_on_is_dropped,
            only_deployments_that_can_are_asked_to_continue,
            a_refusal_to_continue_is_remembered,
            usage_is_what_all_attempts_cost,
            the_deadline_and_the_number_of_attempts_hold,
            without_the_policy_nobody_else_is_asked,
            the_simulator_goes_on,
        )
    )
