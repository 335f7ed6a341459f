"""LlamaIndex on top of the gateway: its classes for servers that speak as OpenAI does, those for OpenAI itself, and Cohere's reranker."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, ImageBlock, MessageRole, TextBlock
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai import OpenAI, OpenAIResponses
from llama_index.llms.openai_like import OpenAILike
from llama_index.postprocessor.cohere_rerank import CohereRerank
from openai import NotFoundError
from pydantic import BaseModel

from blackbox.gateway import Gateway, server_section

pytestmark = pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecationWarning")  # of LlamaIndex itself

TIMEOUT_SECONDS = 20.0
WORDS = "a lighthouse keeper"
TEXTS = ["the cat sat on the mat", "the cat slept on the mat", "quarterly revenue"]


class Picnic(BaseModel):
    """A plan for a picnic."""

    title: str
    guests: int
    food: list[str]


def get_weather(city: str, days: int) -> str:
    """The weather of a city for some days."""
    return f"{city}: {days} days of drizzle"


def get_time(zone: str) -> str:
    """The time in a zone."""
    return f"noon in {zone}"


TOOLS = [FunctionTool.from_defaults(get_weather), FunctionTool.from_defaults(get_time)]
QUESTION = ChatMessage(role=MessageRole.USER, content="How is the weather?")


def model_for(gateway: Gateway, **options: Any) -> OpenAILike:
    return OpenAILike(
        **{"model": "sim/chat", "api_base": gateway.base_url, "api_key": "unused", "max_retries": 0, "timeout": TIMEOUT_SECONDS}
        | {"is_chat_model": True, "is_function_calling_model": True}
        | options
    )


@pytest.fixture(scope="module")
def model(gateway: Gateway) -> OpenAILike:
    return model_for(gateway)


def asked(text: str) -> list[ChatMessage]:
    return [ChatMessage(role=MessageRole.SYSTEM, content="Be brief."), ChatMessage(role=MessageRole.USER, content=text)]


def test_complete(model: OpenAILike) -> None:
    answer = model.complete(WORDS)
    assert WORDS in answer.text and answer.raw.usage.completion_tokens > 0


def test_stream_complete(model: OpenAILike) -> None:
    answers = list(model.stream_complete(WORDS))
    assert len(answers) > 2 and WORDS in answers[-1].text
    assert "".join(answer.delta or "" for answer in answers) == answers[-1].text


def test_complete_by_the_completions_api(gateway: Gateway) -> None:
    model = model_for(gateway, is_chat_model=False, max_tokens=50)
    whole = model.complete(WORDS).text
    assert WORDS in whole and list(model.stream_complete(WORDS))[-1].text == whole


def test_chat(model: OpenAILike) -> None:
    answer = model.chat(asked(WORDS))
    assert answer.message.role == MessageRole.ASSISTANT and WORDS in answer.message.content
    assert answer.additional_kwargs["total_tokens"] > 0


def test_stream_chat(model: OpenAILike) -> None:
    answers = list(model.stream_chat(asked(WORDS), stream_options={"include_usage": True}))
    assert len(answers) > 2 and WORDS in answers[-1].message.content
    assert "".join(answer.delta or "" for answer in answers) == answers[-1].message.content
    assert answers[-1].additional_kwargs["total_tokens"] > 0


def test_in_coroutines(model: OpenAILike) -> None:
    async def ask() -> tuple[ChatResponse, list[ChatResponse]]:
        return await model.achat(asked(WORDS)), [answer async for answer in await model.astream_chat(asked(WORDS))]

    whole, pieces = asyncio.run(ask())
    assert WORDS in whole.message.content and pieces[-1].message.content == whole.message.content


def test_a_picture(model: OpenAILike) -> None:
    blocks = [TextBlock(text=WORDS), ImageBlock(image=b"\x89PNG\r\n\x1a\n", image_mimetype="image/png")]
    assert WORDS in model.chat([ChatMessage(role=MessageRole.USER, blocks=blocks)]).message.content


def test_tools_and_an_answer_with_their_results(model: OpenAILike) -> None:
    called = model.chat_with_tools(TOOLS, chat_history=[QUESTION], allow_parallel_tool_calls=True)
    calls = model.get_tool_calls_from_response(called)
    assert [call.tool_name for call in calls] == ["get_weather", "get_time"]
    results = [
        ChatMessage(role=MessageRole.TOOL, content=tool(**call.tool_kwargs).content, additional_kwargs={"tool_call_id": call.tool_id})
        for tool, call in zip(TOOLS, calls, strict=True)
    ]
    answer = model.chat_with_tools(TOOLS, chat_history=[QUESTION, called.message, *results])
    assert results[-1].content in answer.message.content
    assert not model.get_tool_calls_from_response(answer, error_on_no_tool_call=False)


def test_streamed_tool_calls(model: OpenAILike) -> None:
    *_, last = model.stream_chat_with_tools(TOOLS[:1], chat_history=[QUESTION])
    (call,) = model.get_tool_calls_from_response(last)
    assert call.tool_name == "get_weather" and isinstance(call.tool_kwargs["city"], str) and isinstance(call.tool_kwargs["days"], int)


def test_a_forced_tool(model: OpenAILike) -> None:
    called = model.chat_with_tools(TOOLS, chat_history=[QUESTION], tool_choice="get_time")
    assert [call.tool_name for call in model.get_tool_calls_from_response(called)] == ["get_time"]


def test_an_agent_calls_its_tools_and_answers(model: OpenAILike) -> None:
    async def ask() -> Any:
        return await FunctionAgent(tools=TOOLS, llm=model).run("How is the weather?")

    answer = asyncio.run(ask())
    assert {result.tool_name for result in answer.tool_calls} == {"get_weather", "get_time"}
    assert "noon in" in str(answer)


@pytest.mark.parametrize("native", [True, False], ids=["schema", "tool"])
def test_structured_output(gateway: Gateway, native: bool) -> None:
    model = model_for(gateway, should_use_structured_outputs=native)
    answer = model.as_structured_llm(Picnic).chat([ChatMessage(role=MessageRole.USER, content="Plan a picnic.")])
    assert isinstance(answer.raw, Picnic)


def test_an_error_is_that_of_the_sdk(gateway: Gateway) -> None:
    with pytest.raises(NotFoundError, match="no-such-model"):
        model_for(gateway, model="no-such-model").chat(asked(WORDS))


NAMED_AS_AT_OPENAI = server_section() + """
providers:
  sim: {dialect: sim}
deployments:
  gpt-4o-mini: {provider: sim, model: chat}
"""


def test_the_classes_for_openai_itself() -> None:
    """They take the names of OpenAI's models alone, which a gateway can give to its routes."""
    with Gateway(NAMED_AS_AT_OPENAI) as gateway:
        options = {"model": "gpt-4o-mini", "api_key": "unused", "api_base": gateway.base_url, "max_retries": 0, "timeout": TIMEOUT_SECONDS}
        for model in (OpenAI(**options), OpenAIResponses(**options)):
            assert WORDS in model.chat(asked(WORDS)).message.content
            *_, last = model.stream_chat(asked(WORDS))
            assert WORDS in last.message.content


def embedding_for(gateway: Gateway, **options: Any) -> OpenAILikeEmbedding:
    named = {"model_name": "sim/embed", "api_base": gateway.base_url, "api_key": "unused", "max_retries": 0, "timeout": TIMEOUT_SECONDS}
    return OpenAILikeEmbedding(**named | options)


def test_embeddings(gateway: Gateway) -> None:
    embedding = embedding_for(gateway, dimensions=64, embed_batch_size=2)  # so that three texts are two requests
    vectors = embedding.get_text_embedding_batch(TEXTS)
    assert [len(vector) for vector in vectors] == [64, 64, 64]
    assert vectors[0] == pytest.approx(embedding.get_query_embedding(TEXTS[0]))
    assert vectors[0] != pytest.approx(vectors[2])
    assert asyncio.run(embedding.aget_text_embedding_batch(TEXTS))[2] == pytest.approx(vectors[2])


def test_the_embeddings_of_openai_itself(gateway: Gateway) -> None:
    embedding = OpenAIEmbedding(model_name="sim/embed", api_base=gateway.base_url, api_key="unused", max_retries=0, timeout=TIMEOUT_SECONDS)
    assert embedding.get_text_embedding(TEXTS[0]) == pytest.approx(embedding_for(gateway).get_text_embedding(TEXTS[0]))


def test_an_index_answers_a_question(gateway: Gateway, model: OpenAILike) -> None:
    """Embedded, found, and put into the prompt: what LlamaIndex is for."""
    index = VectorStoreIndex([TextNode(text=text) for text in TEXTS], embed_model=embedding_for(gateway))
    answer = index.as_query_engine(llm=model, similarity_top_k=1).query("which cat slept on the mat")
    assert [source.node.text for source in answer.source_nodes] == [TEXTS[1]]
    assert str(answer)


def test_rerank_with_coheres_postprocessor(gateway: Gateway) -> None:
    reranker = CohereRerank(model="sim/rerank", top_n=2, api_key="unused", base_url=gateway.url, max_retries=1)
    nodes = [NodeWithScore(node=TextNode(text=text)) for text in TEXTS]
    ranked = reranker.postprocess_nodes(nodes, query_str="which cat slept")
    assert [entry.node.text for entry in ranked] == [TEXTS[1], TEXTS[0]]
    assert ranked[0].score > ranked[1].score
