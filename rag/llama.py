"""Footnote inside LlamaIndex: passages as a retriever, answers as a query engine.

LlamaIndex's words (node, retriever, query engine) are used here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.types import Answer, Hit


class LibraryRetriever(BaseRetriever):  # type: ignore[misc]
    """A library's search for LlamaIndex. Each node's text is the document's from start to end."""

    def __init__(self, search: Callable[[str], Sequence[Hit]]) -> None:
        super().__init__()
        self._search = search

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [as_node(hit) for hit in self._search(query_bundle.query_str)]


class AssistantQueryEngine(CustomQueryEngine):  # type: ignore[misc]
    """An assistant for LlamaIndex. The whole Answer is in the response's metadata under "answer"."""

    ask: Callable[[str], Answer]

    def custom_query(self, query_str: str) -> Response:
        """LlamaIndex's hook: one question, its answer with the cited passages as source nodes."""
        answer = self.ask(query_str)
        return Response(
            response=answer.text,
            source_nodes=[as_node(hit) for hit in answer.hits],
            metadata={"answer": answer},
        )


def as_node(hit: Hit) -> NodeWithScore:
    """A hit as LlamaIndex knows it. Metadata is shown to a model by title and page only."""
    passage = hit.passage
    metadata = {
        "title": passage.title,
        "page": passage.page,
        "source": passage.source,
        "document_id": passage.document_id,
        "headings": " > ".join(passage.headings),
    }
    node = TextNode(
        id_=passage.id,
        text=passage.text,
        metadata=metadata,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        excluded_llm_metadata_keys=["source", "document_id", "headings"],
        excluded_embed_metadata_keys=list(metadata),
    )
    return NodeWithScore(node=node, score=hit.score)
