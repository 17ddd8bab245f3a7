"""The library inside LlamaIndex, with LlamaIndex's own query engine."""

from __future__ import annotations

import pytest
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.retrievers import BaseRetriever

from rag.assistant import Assistant
from rag.library import Library
from rag.types import Answer

QUESTION = "How high was the highest tide of 2021?"


def test_passages_come_as_nodes_with_their_place(filled: Library) -> None:
    retriever = filled.as_retriever(k=3)
    assert isinstance(retriever, BaseRetriever)
    nodes = retriever.retrieve(QUESTION)
    hits = filled.search(QUESTION, 3)
    assert [node.node_id for node in nodes] == [hit.passage.id for hit in hits]
    assert [node.score for node in nodes] == [hit.score for hit in hits]
    for node in nodes:
        text = filled.document(node.metadata["document_id"]).text
        assert text[node.node.start_char_idx : node.node.end_char_idx] == node.text
        assert set(node.metadata) == {"title", "page", "source", "document_id", "headings"}


@pytest.mark.parametrize("mode", ["compact", "refine", "tree_summarize"])
def test_a_query_engine_of_llama_index_answers_from_the_library(filled: Library, mode: str) -> None:
    engine = RetrieverQueryEngine.from_args(filled.as_retriever(k=2), llm=MockLLM(), response_mode=mode)
    response = engine.query(QUESTION)
    assert response.source_nodes[0].metadata["source"] == "papers/tides.txt"
    assert "4.82 m above datum" in str(response)  # the mock says its prompt again


def test_a_model_is_shown_the_title_and_no_inner_names(filled: Library) -> None:
    [node] = filled.as_retriever(k=1).retrieve(QUESTION)
    from llama_index.core.schema import MetadataMode

    shown = node.node.get_content(metadata_mode=MetadataMode.LLM)
    assert "title: " in shown
    assert "document_id" not in shown
    assert "papers/tides.txt" not in shown


def test_an_assistant_is_a_query_engine(filled: Library) -> None:
    assistant = Assistant(filled)
    response = assistant.as_query_engine().query(QUESTION)
    expected = assistant.ask(QUESTION)
    assert str(response) == expected.text
    answer = response.metadata["answer"]
    assert isinstance(answer, Answer)
    assert answer.claims == expected.claims
    assert [node.node_id for node in response.source_nodes] == [hit.passage.id for hit in expected.hits]
    for citation in answer.citations:
        document = filled.document(citation.passage.document_id)
        assert document.text[citation.start : citation.end] == citation.quote


def test_nothing_found_is_an_empty_answer(filled: Library) -> None:
    engine = RetrieverQueryEngine.from_args(filled.as_retriever(), llm=MockLLM())
    assert engine.query(" ").source_nodes == []
