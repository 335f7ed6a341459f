"""The gateway that the tests share, on its embedded default configuration: every model `sim/...` is there, no key is needed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from blackbox.gateway import Gateway  # noqa: E402


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    with Gateway() as running:
        yield running
