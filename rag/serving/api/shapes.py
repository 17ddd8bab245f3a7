"""What the API says and is told, as its description has it. The keys are those of `--json` (see `rag.as_json`)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_LONGEST = 100_000  # characters of a question
_MOST_TURNS = 1_000


class _Told(BaseModel):
    """What a program sends; a key that is not known is a mistake that it is told of."""

    model_config = ConfigDict(extra="forbid")


# -- told


class ToSync(_Told):
    paths: list[str] = Field(
        default_factory=list,
        description="Folders and files of the server's machine, in full; none: those synced before. Named only by"
        " programs of the same machine that show the store's token.",
    )
    stream: bool = Field(False, description="Lines of JSON: `{progress}` as it is made, then `{report}`.")


class Filters(_Told):
    k: int | None = Field(None, ge=1, le=1000, description="How many passages; none: as the settings say.")
    source: str = Field("", max_length=4096, description="Only documents whose source matches, as `*.pdf`.")
    where: dict[str, str] = Field(default_factory=dict, description="Only documents with this metadata.")


class ToSearch(Filters):
    query: str = Field(max_length=_LONGEST)


class Said(_Told):
    """A turn before the question."""

    question: str = Field(max_length=_LONGEST)
    answer: str = Field("", max_length=_LONGEST)


class ToAsk(Filters):
    question: str = Field(max_length=_LONGEST)
    history: list[Said] = Field(default_factory=list, max_length=_MOST_TURNS, description="The latest last.")
    only: list[str] = Field(default_factory=list, description="Only these documents or folders, by title or name.")
    writer: Literal["extractive", "llm"] | None = Field(
        None, description="The documents' own sentences, or the language model of the settings (where there is one)."
    )
    conversation: str | None = Field(
        None, max_length=1000, description="Kept under this name; its turns are the history."
    )
    stream: bool = Field(False, description="Events: `preview` as it is written, then `answer`; or `error`.")


class ToCheck(_Told):
    claim: str = Field(max_length=_LONGEST, description="One sentence.")
    sources: list[str] = Field(max_length=1000, description="The texts that must support it, together.")


# -- said


class Problem(BaseModel):
    source: str
    reason: str


class Report(BaseModel):
    """What a sync did. Counts are of documents; `documents` and `passages` are the store's totals."""

    added: int
    changed: int
    removed: int
    unchanged: int
    unreadable: list[Problem]
    warnings: list[Problem]
    documents: int
    passages: int
    seconds: float


class Hit(BaseModel):
    """A passage: `start` and `end` are characters of the document's text."""

    passage_id: str
    document_id: str
    source: str
    title: str
    page: int | None
    headings: list[str]
    start: int
    end: int
    text: str
    score: float
    dense_rank: int | None
    lexical_rank: int | None
    reranked: float | None


class Hits(BaseModel):
    hits: list[Hit]


class Citation(BaseModel):
    """The document's text from `start` to `end` is `quote`, character by character."""

    mark: int
    document_id: str
    source: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str


class Verdict(BaseModel):
    support: str
    confidence: float
    because: str
    judge: str
    score: float | None = None
    lacking: list[list[int]] = Field(default_factory=list, description="Parts of the claim that lack support.")


class Claim(BaseModel):
    text: str
    start: int
    end: int
    citations: list[Citation]
    verdict: Verdict


class Value(BaseModel):
    value: str
    date: str
    citation: Citation


class Disagreement(BaseModel):
    about: str
    values: list[Value]


class Answer(BaseModel):
    question: str
    asked_as: str
    text: str
    refusal: str | None
    claims: list[Claim]
    hits: list[Hit]
    nearest: list[Hit]
    absent_terms: list[str]
    disagreements: list[Disagreement]
    invented_marks: list[str]
    draft: str
    writer: str
    notice: str
    warnings: list[str]
    seconds: dict[str, float]
    final: bool
    unfinished: bool


class Listed(BaseModel):
    id: str
    source: str
    title: str
    kind: str
    passages: int


class Documents(BaseModel):
    documents: list[Listed]
    total: int


class Document(BaseModel):
    """A document's text, or the part of it from `start` to `end`."""

    id: str
    source: str
    title: str
    kind: str
    content_hash: str
    text: str
    pages: list[int]
    page_labels: list[str]
    sections: list[dict[str, Any]]
    furniture: list[list[int]]
    metadata: dict[str, str]
    warnings: list[str]
    start: int
    end: int


class Forgotten(BaseModel):
    forgotten: list[str]


class Health(BaseModel):
    model_config = ConfigDict(extra="allow")

    documents: int
    passages: int
    dense: int
    lexical: int
    problems: list[str]
    healed: str
    healthy: bool


class Error(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class Failure(BaseModel):
    error: Error
