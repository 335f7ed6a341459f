"""The simulator: the gateway plays the provider itself, so that nothing arrives anywhere, and its words are its own."""

from __future__ import annotations

from matrix.cells import CALL_ONE, CALL_TWO, Said
from matrix.scripted import Form

OWN_WORDS = "*"  # any text but none
FORMS = {
    "sim": Form(
        "{{dialect: sim}}",
        ("", ""),
        "chat",
        models={
            "thinking": "reasoning",
            "error": "status-429",
            "error in a stream": "error-after-2:gap=100ms",
            "length": "lorem",
        },
    )
}
EXPECTED = {
    "parallel tools": Said(calls=(CALL_ONE, CALL_TWO), finish="tool_calls"),
    "structured": Said(text='{"city":"Oslo","mood":"grey"}'),
    "thinking": Said(text=OWN_WORDS, reasoning=OWN_WORDS),
    "length": Said(text=OWN_WORDS, finish="length"),
    "error in a stream": Said(text=OWN_WORDS),
} | {feature: Said(text=OWN_WORDS) for feature in ("text", "tool result", "image", "stop")}
UNKNOWN = {"refusal": "the simulator answers everything"}
