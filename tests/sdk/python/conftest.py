"""Gateways and clients that the tests share. Each gateway is a real process; those without state of their own are shared by all tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import AsyncOpenAI, OpenAI

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["LANGSMITH_TRACING"] = "false"

from blackbox.gateway import Gateway  # noqa: E402

TIMEOUT_SECONDS = 20.0


def client_for(gateway: Gateway, **options: object) -> OpenAI:
    """A client that shows every error at once: no retries of its own."""
    return OpenAI(**({"base_url": gateway.base_url, "api_key": "unused", "max_retries": 0, "timeout": TIMEOUT_SECONDS} | options))


def async_client_for(gateway: Gateway) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=gateway.base_url, api_key="unused", max_retries=0, timeout=TIMEOUT_SECONDS)


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    """The embedded default configuration: every model `sim/...` is there, no key is needed."""
    with Gateway() as running:
        yield running


@pytest.fixture(scope="session")
def client(gateway: Gateway) -> OpenAI:
    return client_for(gateway)
