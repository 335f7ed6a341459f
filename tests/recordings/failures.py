"""Which error the client of the gateway must see for a provider's error."""

from __future__ import annotations

import json
import re
from typing import Any

from recordings.answer import Failure
from recordings.corpus import Recording

TOO_LONG = re.compile(
    r"context length|maximum context|max context|available context size|prompt is too long|too many tokens", re.IGNORECASE
)
UNKNOWN_MODEL = re.compile(r"invalid model|supported API model names|requested model '[^']*' does not exist", re.IGNORECASE)
WRONG_KEY = re.compile(r"incorrect API key", re.IGNORECASE)
# The gateway's credential, account and model names are its operator's: a client cannot mend what is wrong with them.
BY_STATUS = {
    401: (502, "upstream_auth_error"),
    402: (429, "insufficient_quota"),
    403: (502, "upstream_permission_denied"),
    404: (502, "upstream_model_missing"),
    429: (429, "rate_limit_exceeded"),
    503: (503, "server_is_overloaded"),
    529: (503, "server_is_overloaded"),
}
SERVER_ERROR = (502, "upstream_error")
MESSAGE_LENGTH = 40  # of the provider's words that must survive: longer texts may be cut or have parts hidden


def answer_failure(recording: Recording) -> Failure:
    """For an answer with a status that is not 200."""
    message = error_message(recording.body)
    if recording.status == 400:
        return bad_request(message)
    status, code = BY_STATUS.get(recording.status, SERVER_ERROR)
    words = "" if recording.status == 401 else message[:MESSAGE_LENGTH]  # words about a key may be hidden
    return Failure(frozenset({status}), frozenset({code}), words)


def bad_request(message: str) -> Failure:
    words = message[:MESSAGE_LENGTH]
    if TOO_LONG.search(message):
        return Failure(frozenset({400}), frozenset({"context_length_exceeded"}), words)
    if WRONG_KEY.search(message):
        return Failure(frozenset({502}), frozenset({"upstream_auth_error"}))
    if UNKNOWN_MODEL.search(message):
        return Failure(frozenset({400, 502}), frozenset(), words)
    return Failure(frozenset({400}), frozenset(), words)


def in_band_failure(error: Any) -> Failure:
    """For an error inside a 200 answer: it may still become an HTTP error when no content was sent before it."""
    message = error.get("message", "") if isinstance(error, dict) else str(error)
    return Failure(frozenset({400, 429, 502, 503}), frozenset(), message[:MESSAGE_LENGTH])


def error_message(body: str) -> str:
    try:
        error = json.loads(body)
    except json.JSONDecodeError:
        return ""
    inner = error.get("error", error)
    return inner.get("message", "") if isinstance(inner, dict) else str(inner)
