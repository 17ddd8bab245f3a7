"""Which judge is asked: the one that comes with the package, or one that a setting names."""

from __future__ import annotations

from functools import lru_cache

from rag.bundled import BUNDLED
from rag.grounding.judges import Judge
from rag.grounding.prepared import PreparedJudge
from rag.models import Embedder, load_embedder
from rag.settings import Settings


def load_judge(settings: Settings | None = None, embedder: Embedder | None = None) -> PreparedJudge:
    """The judge of the settings (`RAG_JUDGE`); its models are read when it is first asked.

    `embedder`: a library's, which is used again where it is the bundled one. Raises ModelError where the bundled
    embedder is not installed.
    """
    name = (settings or Settings()).judge
    is_needed = not name and embedder is not None and embedder.name == BUNDLED
    return PreparedJudge(_judge(name, embedder if is_needed else None))


@lru_cache(maxsize=4)
def _judge(name: str, embedder: Embedder | None) -> Judge:
    if name:
        from rag.grounding.named import NamedJudge

        return NamedJudge(name)
    from rag.grounding.own import OwnJudge

    return OwnJudge(embedder or load_embedder(BUNDLED))
