"""What answers cost: the counts of every provider's dialect at the prices of their classes, as the log has it."""

from __future__ import annotations

import json
import sys
from typing import Any

from messages import call
from support import Gateway, Reply, access_line, chat, completion, json_reply, run, sse_reply
from unknown import gateway_of

from matrix.scripted import ndjson

Json = dict[str, Any]
FACTS = "model: m, price: {input: 10, cached: 1, cache_write: 12.5, cache_write_1h: 20, output: 50, reasoning: 60}"  # USD per million
MILLION = 1_000_000
MOST = 2**63 - 1


def expect(provider: str, reply: Reply, cost: float | None, facts: str = FACTS, stream: bool = False) -> None:
    with gateway_of(provider, reply, facts) as gateway:
        answer = chat(gateway, stream=stream)
        assert answer.status == 200, (provider, answer)
        got = access_line(gateway, answer.headers["x-request-id"]).get("cost_usd")
        assert got == cost or abs(got - cost) < 1e-9, (provider, got, cost)


def message(usage: Json) -> Json:
    content = [{"type": "text", "text": "Hello"}]
    return {"id": "a", "type": "message", "role": "assistant", "model": "m", "content": content, "stop_reason": "end_turn", "usage": usage}


def written(minutes: int, hour: int) -> Json:
    """A prompt of Anthropic's that goes to the cache as a whole."""
    by_time = {"ephemeral_5m_input_tokens": minutes, "ephemeral_1h_input_tokens": hour}
    return {"input_tokens": 0, "output_tokens": 0, "cache_creation_input_tokens": minutes + hour, "cache_creation": by_time}


def anthropic_prices_writes_by_how_long_they_stay() -> None:
    expect("anthropic", json_reply(message(written(MILLION, 0))), 12.5)
    expect("anthropic", json_reply(message(written(0, MILLION))), 20)
    expect("anthropic", json_reply(message(written(MILLION, MILLION))), 32.5)
    started = message(written(MILLION, MILLION)) | {"content": [], "stop_reason": None}
    events = [
        {"type": "message_start", "message": started},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 100}},
        {"type": "message_stop"},
    ]
    expect("anthropic", sse_reply(events), 32.505, stream=True)
    expect("anthropic", json_reply(message({"input_tokens": 0, "output_tokens": 0, "cache_read_input_tokens": MILLION})), 1)


def the_catalogue_knows_these_prices() -> None:
    expect("anthropic", json_reply(message(written(0, MILLION))), 6, facts="model: claude-sonnet-4-5")
    expect("anthropic", json_reply(message(written(MILLION, 0))), 3.75, facts="model: claude-sonnet-4-5")


def without_a_price_of_its_own_an_hour_costs_what_minutes_do() -> None:
    expect("anthropic", json_reply(message(written(0, MILLION))), 12.5, facts="model: m, price: {input: 10, cache_write: 12.5, output: 50}")
    expect("anthropic", json_reply(message(written(0, MILLION))), 10, facts="model: m, price: {input: 10, output: 50}")


def usage_of_message(gateway: Gateway) -> Json:
    body = {"model": "r", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
    return json.loads(call(gateway, "POST", "/v1/messages", body)[2])["usage"]


def clients_of_messages_see_both() -> None:
    with gateway_of("anthropic", json_reply(message(written(3, 4)))) as gateway:
        usage = usage_of_message(gateway)
        assert usage["cache_creation_input_tokens"] == 7, usage
        assert usage["cache_creation"] == {"ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 4}, usage


def counts_of_any_size_are_survived() -> None:
    by_time = {"ephemeral_5m_input_tokens": MOST, "ephemeral_1h_input_tokens": MOST}
    counts = {"input_tokens": MOST, "output_tokens": MOST, "cache_read_input_tokens": MOST, "cache_creation": by_time}
    turns = [counts | {"type": "message"}, counts | {"type": "compaction"}]
    for usage in (counts, counts | {"iterations": turns}):
        with gateway_of("anthropic", json_reply(message(usage))) as gateway:
            assert chat(gateway).json()["usage"]["prompt_tokens"] == MOST
            assert usage_of_message(gateway)["cache_creation"] == {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": MOST}


def bedrock_prices_writes_by_how_long_they_stay() -> None:
    usage = {"inputTokens": 0, "outputTokens": 0, "totalTokens": 2 * MILLION, "cacheWriteInputTokens": 2 * MILLION}
    details = [{"ttl": "1h", "inputTokens": MILLION}, {"ttl": "5m", "inputTokens": MILLION}]
    output = {"message": {"role": "assistant", "content": [{"text": "Hello"}]}}
    expect("bedrock", json_reply({"output": output, "stopReason": "end_turn", "usage": usage | {"cacheDetails": details}}), 32.5)
    expect("bedrock", json_reply({"output": output, "stopReason": "end_turn", "usage": usage}), 25)


def what_the_cache_had_is_taken_from_the_prompt() -> None:
    usage = {"prompt_tokens": MILLION, "completion_tokens": 0, "total_tokens": MILLION, "prompt_tokens_details": {"cached_tokens": MILLION}}
    expect("openai", json_reply(completion() | {"usage": usage}), 1)
    usage = {"prompt_tokens": MILLION, "completion_tokens": 0, "prompt_cache_hit_tokens": MILLION, "prompt_cache_miss_tokens": 0}
    expect("openai", json_reply(completion() | {"usage": usage}), 1)
    candidate = {"content": {"parts": [{"text": "Hello"}]}, "finishReason": "STOP"}
    usage = {"promptTokenCount": MILLION, "cachedContentTokenCount": MILLION, "candidatesTokenCount": 0, "totalTokenCount": MILLION}
    expect("google", json_reply({"candidates": [candidate], "usageMetadata": usage}), 1)


def reasoning_has_its_own_price() -> None:
    usage = {"promptTokenCount": 0, "candidatesTokenCount": MILLION, "thoughtsTokenCount": MILLION, "totalTokenCount": 2 * MILLION}
    candidate = {"content": {"parts": [{"text": "Hello"}]}, "finishReason": "STOP"}
    expect("google", json_reply({"candidates": [candidate], "usageMetadata": usage}), 110)


def what_was_not_counted_costs_nobody_knows() -> None:
    candidate = {"content": {"parts": [{"text": "Hello"}]}, "finishReason": "STOP"}
    expect("google", json_reply({"candidates": [candidate], "usageMetadata": {"promptTokenCount": 10}}), None)
    line = {"model": "m", "message": {"role": "assistant", "content": "Hello"}, "done": True, "done_reason": "stop", "eval_count": 7}
    expect("ollama", ndjson([line]), None, stream=True)


if __name__ == "__main__":
    sys.exit(
        run(
            anthropic_prices_writes_by_how_long_they_stay,
            the_catalogue_knows_these_prices,
            without_a_price_of_its_own_an_hour_costs_what_minutes_do,
            clients_of_messages_see_both,
            counts_of_any_size_are_survived,
            bedrock_prices_writes_by_how_long_they_stay,
            what_the_cache_had_is_taken_from_the_prompt,
            reasoning_has_its_own_price,
            what_was_not_counted_costs_nobody_knows,
        )
    )
