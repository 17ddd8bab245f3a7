"""LlamaIndex's own way from a folder to a searchable index, to compare with: `speed sync --against-llamaindex`.

Run as a script, so that it can run in an environment of its own with llama-index-embeddings-huggingface,
llama-index-vector-stores-chroma and llama-index-readers-file. Arguments: a folder of documents, a new folder for
Chroma, the folder of the embedder, the overlap of passages in tokens. Prints one JSON object.

LlamaIndex's default overlap is 200 of the 256 tokens, so that each word is embedded some four times; with 0 it has
the least work that it can have.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main(documents: str, store: str, model: str, overlap: str) -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import chromadb
    from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    started = time.perf_counter()
    embedder = HuggingFaceEmbedding(model_name=model)
    collection = chromadb.PersistentClient(store).create_collection("documents")
    VectorStoreIndex.from_documents(
        SimpleDirectoryReader(documents, recursive=True).load_data(),
        storage_context=StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection)),
        embed_model=embedder,
        transformations=[SentenceSplitter(chunk_size=256, chunk_overlap=int(overlap))],
    )
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "passages": collection.count()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
