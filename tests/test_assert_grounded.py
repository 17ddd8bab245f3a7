"""`assert_grounded` in tests of one's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag.library import Library

QUESTION = "How high was the highest tide of 2021?"


@pytest.fixture
def answer(filled: Library) -> rag.Answer:
    return rag.Assistant(filled).ask(QUESTION)


def test_an_answer_of_the_documents_own_words_is_grounded(
    answer: rag.Answer, filled: Library, assert_grounded: Callable[..., None]
) -> None:
    assert answer.claims
    assert_grounded(answer)
    assert_grounded(answer, filled)


def test_a_sentence_without_support_is_named_with_the_reason(
    answer: rag.Answer, assert_grounded: Callable[..., None]
) -> None:
    verdict = rag.Verdict(rag.Support.UNSUPPORTED, 0.9, "Nothing says so.", "rules")
    first = replace(answer.claims[0], verdict=verdict)
    with pytest.raises(AssertionError, match=r"UNSUPPORTED: “.*” \(Nothing says so\.\)"):
        assert_grounded(replace(answer, claims=(first, *answer.claims[1:])))


def test_a_quote_that_is_not_the_document_s_is_named(
    answer: rag.Answer, filled: Library, assert_grounded: Callable[..., None]
) -> None:
    first = answer.claims[0]
    forged = replace(first.citations[0], quote="Gulls are a kind of duck.")
    with pytest.raises(AssertionError, match="is not the text of its passage: “Gulls are a kind of duck"):
        assert_grounded(replace(answer, claims=(replace(first, citations=(forged,)),)), filled)


def test_a_document_that_changed_or_is_gone_is_named(
    opened: Library, papers: object, assert_grounded: Callable[..., None]
) -> None:
    answer = rag.Assistant(opened).ask(QUESTION)
    opened.forget(answer.citations[0].passage.source)
    assert_grounded(answer)
    with pytest.raises(AssertionError, match=r"\[1\] .*"):
        assert_grounded(answer, opened)


def test_a_refusal_is_no_grounded_answer_unless_it_may_be(
    filled: Library, assert_grounded: Callable[..., None]
) -> None:
    refused = rag.Assistant(filled).ask("Who is the mayor of Berlin?")
    assert refused.refusal
    with pytest.raises(AssertionError, match="it was refused"):
        assert_grounded(refused)
    assert_grounded(refused, or_refused=True)


def test_what_is_not_final_or_empty_is_no_answer(answer: rag.Answer, assert_grounded: Callable[..., None]) -> None:
    with pytest.raises(AssertionError, match="not final"):
        assert_grounded(replace(answer, final=False))
    with pytest.raises(AssertionError, match="no sentences"):
        assert_grounded(replace(answer, claims=()))


def test_pytest_has_the_fixture_where_the_package_is_installed(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("def test_it(assert_grounded):\n    assert assert_grounded\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
