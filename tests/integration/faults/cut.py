"""The answer breaks off, ends too early, or goes on after its end: rows 14 to 16 and 26 to 28 of docs/faults.md."""

from __future__ import annotations

import sys

from scenario import (
    ROLE,
    STOP,
    STREAMS,
    Breaks,
    Ending,
    Fails,
    Framing,
    Reply,
    Retries,
    access_line,
    chat,
    completion,
    gateway_before,
    json_reply,
    meet,
    run_together,
    sse_reply,
    text,
)

LOST = Fails(502, "upstream_connection_lost", Retries.AT_ONCE)
PAUSE = 0.05  # or content and end come in one read, and the attempt is replaced as if there had been no content


def lost_before_the_first_token() -> None:
    for ending in (Ending.RESET, Ending.CUT):
        nothing = Reply(framing=Framing.RAW, ending=ending)
        half_a_head = Reply(body=b"HTTP/1.1 200 O", framing=Framing.RAW, ending=ending)
        meet(lambda _, reply=nothing: reply, LOST)
        meet(lambda _, reply=half_a_head: reply, LOST)
        meet(lambda _, ending=ending: sse_reply([], ending=ending), LOST, STREAMS)
        meet(lambda _, ending=ending: sse_reply([ROLE], ending=ending), LOST, STREAMS)


def lost_after_the_first_token() -> None:
    for ending in (Ending.RESET, Ending.CUT):
        meet(lambda _, ending=ending: sse_reply([ROLE, text("He"), text("llo")], ending=ending, gap=PAUSE), Breaks("upstream_connection_lost"), STREAMS)


def a_whole_answer_that_breaks_off() -> None:
    whole = json_reply(completion())
    for ending in (Ending.RESET, Ending.CUT):
        for framing in (Framing.LENGTH, Framing.CHUNKED):
            reply = Reply(200, whole.headers, whole.body[: len(whole.body) // 2], framing=framing, ending=ending)
            meet(lambda _, reply=reply: reply, LOST)


def a_whole_answer_that_ends_too_early() -> None:
    """The framing is in order, the JSON is not whole."""
    whole = json_reply(completion())
    for framing in (Framing.LENGTH, Framing.CLOSE):
        reply = Reply(200, whole.headers, whole.body[: len(whole.body) // 2], framing=framing)
        meet(lambda _, reply=reply: reply, Fails(502, "upstream_truncated", Retries.AT_ONCE))


def a_broken_connection_is_not_used_again() -> None:
    whole = json_reply(completion())
    half = Reply(200, whole.headers, whole.body[:40], ending=Ending.CUT)
    replies = iter([whole, half, whole])
    with gateway_before(lambda _: next(replies), route="retry: {attempts: 1}") as (gateway, _):
        seen = [(chat(gateway, f"x-request-id: n{i}").status, access_line(gateway, f"n{i}")["attempts"][0]["reused"]) for i in range(3)]
        assert seen == [(200, False), (502, True), (200, False)], seen


def a_stream_that_ends_without_a_finish() -> None:
    """Neither a finish reason nor an end mark: nothing says that this was all (C3)."""
    meet(lambda _: sse_reply([ROLE]), Fails(502, "upstream_truncated", Retries.AT_ONCE), STREAMS)
    meet(lambda _: sse_reply([ROLE, "[DONE]"]), Fails(502, "upstream_invalid_response", Retries.LATER), STREAMS)
    meet(lambda _: sse_reply([ROLE, text("Hel"), text("lo")], gap=PAUSE), Breaks("upstream_truncated"), STREAMS)


def a_stream_whose_end_mark_is_missing() -> None:
    """The finish reason says that the answer is whole, if its framing says so too; then the end mark is made."""
    with gateway_before(lambda _: sse_reply([ROLE, text("Hello"), STOP], gap=PAUSE)) as (gateway, _):
        answer = chat(gateway, "x-request-id: unmarked", stream=True)
        assert answer.done() and answer.text() == "Hello", answer.body
        line = access_line(gateway, "unmarked")
        assert (line["ended"], line["finish"], line["attempts"][0]["outcome"]) == ("complete", "stop", "ok"), line


def a_stream_whose_finish_is_missing() -> None:
    """Some servers say no more than the end mark. It is their word that the answer is whole; the finish reason is made."""
    with gateway_before(lambda _: sse_reply([ROLE, text("Hello"), "[DONE]"], gap=PAUSE)) as (gateway, _):
        answer = chat(gateway, stream=True)
        finishes = [e["choices"][0]["finish_reason"] for e in answer.events() if isinstance(e, dict) and e["choices"][0]["finish_reason"]]
        assert answer.done() and answer.text() == "Hello" and finishes == ["stop"], answer.body


def a_stream_cut_off_between_its_finish_and_its_end() -> None:
    for ending in (Ending.CUT, Ending.RESET):
        events = [ROLE, text("Hello"), STOP]
        meet(lambda _, ending=ending: sse_reply(events, ending=ending, gap=PAUSE), Breaks("upstream_connection_lost"), STREAMS)


def usage(prompt: int) -> dict[str, object]:
    counts = {"prompt_tokens": prompt, "completion_tokens": 1, "total_tokens": prompt + 1}
    return {"id": "up-1", "object": "chat.completion.chunk", "created": 1770000000, "model": "m", "choices": [], "usage": counts}


def more_after_the_end() -> None:
    """The first finish counts, what follows is dropped, the last usage is the one that is told."""
    repeated = [ROLE, text("Hello"), STOP, text("MORE"), STOP, usage(3), usage(7), "[DONE]", text("MORE"), "[DONE]"]
    with gateway_before(lambda _: sse_reply(repeated)) as (gateway, _):
        answer = chat(gateway, "x-request-id: repeated", stream=True, stream_options={"include_usage": True})
        assert answer.text() == "Hello" and answer.done() and b"MORE" not in answer.body, answer.body
        events = [event for event in answer.events() if isinstance(event, dict)]
        finishes = [e["choices"][0]["finish_reason"] for e in events if e["choices"] and e["choices"][0]["finish_reason"]]
        assert finishes == ["stop"] and answer.events().count("[DONE]") == 1
        assert [e["usage"]["prompt_tokens"] for e in events if e.get("usage")] == [7], events
        assert access_line(gateway, "repeated")["tokens"]["in"] == 7


def bytes_behind_the_end_mark_cost_the_connection_at_most() -> None:
    with gateway_before(lambda _: sse_reply([ROLE, text("Hello"), STOP, "[DONE]", *[text("MORE")] * 2000])) as (gateway, _):
        for _ in range(3):
            answer = chat(gateway, stream=True)
            assert answer.text() == "Hello" and answer.done(), answer.body[:2000]


def choices_that_jump() -> None:
    """A choice that was not asked for keeps its number, and nothing of it gets into the other's text."""
    stray = text("STRAY")
    stray["choices"][0]["index"] = 7
    with gateway_before(lambda _: sse_reply([ROLE, text("Hel"), stray, text("lo"), STOP, "[DONE]"], gap=PAUSE)) as (gateway, _):
        answer = chat(gateway, stream=True)
        choices = [event["choices"][0] for event in answer.events() if isinstance(event, dict)]
        assert "".join(choice["delta"].get("content") or "" for choice in choices if choice["index"] == 0) == "Hello", answer.body
        for index in (0, 7):
            assert [c["finish_reason"] for c in choices if c["index"] == index and c["finish_reason"]] == ["stop"], answer.body
        assert answer.done()


if __name__ == "__main__":
    sys.exit(
        run_together(
            lost_before_the_first_token,
            lost_after_the_first_token,
            a_whole_answer_that_breaks_off,
            a_whole_answer_that_ends_too_early,
            a_broken_connection_is_not_used_again,
            a_stream_that_ends_without_a_finish,
            a_stream_whose_end_mark_is_missing,
            a_stream_whose_finish_is_missing,
            a_stream_cut_off_between_its_finish_and_its_end,
            more_after_the_end,
            bytes_behind_the_end_mark_cost_the_connection_at_most,
            choices_that_jump,
        )
    )
