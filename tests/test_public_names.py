"""The names that other programs import."""

from __future__ import annotations

import inspect

import pytest

import rag


def test_the_public_names_are_these() -> None:
    assert rag.__all__ == [
        "Answer",
        "Assistant",
        "Citation",
        "Claim",
        "Conversation",
        "Conversations",
        "Disagreement",
        "Document",
        "Hit",
        "Judge",
        "LanguageModel",
        "LanguageModelError",
        "Library",
        "ModelError",
        "NotInStore",
        "Pair",
        "Passage",
        "Problem",
        "Progress",
        "RagError",
        "Refusal",
        "Removed",
        "Settings",
        "SettingsError",
        "StoreError",
        "StoreInUse",
        "StoreMismatch",
        "Support",
        "SyncReport",
        "Turn",
        "UnreadableDocument",
        "Value",
        "Verdict",
        "answer_html",
        "connect",
        "judge_card",
        "load_judge",
        "open",
        "turn_from_json",
        "turn_to_json",
    ]
    assert sorted(rag.__all__) == rag.__all__


@pytest.mark.parametrize("name", rag.__all__)
def test_a_public_name_can_be_imported_and_says_what_it_is(name: str) -> None:
    said = inspect.getdoc(getattr(rag, name))
    assert said
    assert not said.startswith(f"{name}(")  # what a dataclass says when nobody has said anything
    assert "An enumeration" not in said


def test_every_error_is_a_rag_error() -> None:
    for name in rag.__all__:
        thing = getattr(rag, name)
        if isinstance(thing, type) and issubclass(thing, Exception):
            assert issubclass(thing, rag.RagError)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'rag' has no attribute 'nothing'"):
        _ = rag.nothing


def test_the_names_are_listed_by_dir() -> None:
    assert set(rag.__all__) <= set(dir(rag))
