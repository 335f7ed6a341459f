"""The model list, with names that hold slashes."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from conftest import client_for
from openai import OpenAI

from blackbox.gateway import Gateway, server_section

NAMES = ["acme/large", "small"]


@pytest.fixture(scope="module")
def named() -> Iterator[OpenAI]:
    config = server_section() + """
providers: {sim: {dialect: sim}}
deployments:
  acme/large: {provider: sim, model: chat}
  small: {provider: sim, model: echo}
"""
    with Gateway(config) as gateway:
        yield client_for(gateway)


def test_list(named: OpenAI) -> None:
    models = {model.id: model for model in named.models.list()}
    assert set(NAMES) <= models.keys()
    assert all(model.object == "model" and isinstance(model.created, int) and model.owned_by for model in models.values())


@pytest.mark.parametrize("name", NAMES)
def test_retrieve(named: OpenAI, name: str) -> None:
    assert named.models.retrieve(name).id == name


def test_every_listed_model_can_be_retrieved(client: OpenAI) -> None:
    ids = [model.id for model in client.models.list()]
    assert any(name.startswith("sim/") for name in ids)
    assert [client.models.retrieve(name).id for name in ids] == ids


@pytest.mark.parametrize("name", NAMES)
def test_use(named: OpenAI, name: str) -> None:
    answer = named.chat.completions.create(model=name, messages=[{"role": "user", "content": "hello"}])
    assert "hello" in (answer.choices[0].message.content or "")


def test_unknown(named: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        named.models.retrieve("acme/unknown")
    assert caught.value.code == "model_not_found"
