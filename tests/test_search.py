"""From a question to passages: both indexes, their fusion, filters, and questions of every kind."""

from __future__ import annotations

import threading
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from libraries import Open

from rag.library import Library
from rag.search import DENSE_WEIGHT, Candidate, Search, added, fuse
from rag.terms import STOP_WORDS


def best(library: Library, question: str) -> str:
    return library.search(question, 1)[0].passage.source


# -- what is found


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("How high did the water rise in 2021?", "papers/tides.txt"),
        ("ACME-4711", "papers/pumps.txt"),
        ("acme 4711", "papers/pumps.txt"),
        ("Who takes care of the windmill's machinery?", "papers/people.jsonl#per"),
        ("lorries on the eastern dyke", "papers/notes/board.md"),
        ("seabirds in winter", "papers/birds.md"),
    ],
)
def test_the_passage_that_answers_comes_first(filled: Library, question: str, source: str) -> None:
    assert best(filled, question) == source


def test_a_hit_is_a_slice_of_its_document(filled: Library) -> None:
    hits = filled.search("the station", 20)
    assert len(hits) == 7
    for hit in hits:
        passage = hit.passage
        document = filled.document(passage.document_id)
        assert document.text[passage.start : passage.end] == passage.text
        assert (passage.source, passage.title) == (document.source, document.title)


def test_ranks_and_scores_are_those_of_the_channels(filled: Library) -> None:
    question = "spare impeller ACME-4711"
    hits = filled.search(question, 20)
    vector = filled.embedder.embed_question(question)
    near = filled.store.dense.nearest(vector, 20)
    words = [passage_id for passage_id, _ in filled.store.lexical.best(question, 20)]
    assert len(near) == 7
    assert words == [hits[0].passage.id]
    for hit in hits:
        rank = [passage_id for passage_id, _ in near].index(hit.passage.id) + 1
        assert hit.dense_rank == rank
        assert hit.lexical_rank == (1 if hit.passage.id in words else None)
        assert hit.cosine == pytest.approx(near[rank - 1][1], abs=1e-5)
        assert hit.reranked is None
    assert hits[0].score == pytest.approx(1.0)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_same_question_finds_the_same(filled: Library) -> None:
    first, second = ([asdict(hit) for hit in filled.search("the tern and the tide", 9)] for _ in range(2))
    assert first == second


def test_as_many_as_asked_for(filled: Library) -> None:
    assert [len(filled.search("tide", k)) for k in (0, 1, 3, 100)] == [0, 1, 3, 7]


def test_an_empty_library_finds_nothing(library: Open) -> None:
    assert library().search("tide") == []


# -- any question


@pytest.mark.parametrize(
    "question",
    [
        "ACME-4711",
        '"highest tide"',
        'an "unclosed quote',
        "C++",
        "C#",
        "中文",
        "what is 潮位 ?",
        "AND OR NOT",
        "title:tide",
        "tide^2 ~3",
        "+tide -quay",
        "(((",
        "[a TO b]",
        "* ? \\",
        "the of and",
        "!!!",
        "\x00",
        "tide\x00quay",
        "\ud800",
        "tide \udcff",
        "🌊",
        "a" * 10_000,
        "How high is the tide? " * 500,
        "é" * 3000,
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_no_question_is_an_error(filled: Library, question: str) -> None:
    assert all(0 <= hit.score <= 1 + 1e-9 for hit in filled.search(question, 3))


@pytest.mark.parametrize("question", ["", " ", "\n\t", "\u2003"])
def test_an_empty_question_finds_nothing(filled: Library, question: str) -> None:
    assert filled.search(question) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.text(max_size=60) | st.text("tide -+\"'()[]{}*?:^~\\/&|!.,0-9", max_size=30),
    k=st.integers(-1, 9),
    sources=st.sampled_from(["", "*", "*.txt", "[", "]*[", "papers/*", "nothing"]) | st.text(max_size=8),
    metadata=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)
def test_any_text_is_a_question_and_any_filter_a_filter(
    filled: Library, question: str, k: int, sources: str, metadata: dict[str, str]
) -> None:
    hits = filled.search(question, k, sources, metadata)
    assert len(hits) <= max(k, 0)
    assert len({hit.passage.id for hit in hits}) == len(hits)


# -- filters


def test_a_glob_chooses_among_sources(filled: Library) -> None:
    def found(glob: str) -> set[str]:
        return {hit.passage.source for hit in filled.search("the station", 20, glob)}

    assert found("*.md") == {"papers/birds.md", "papers/notes/board.md"}
    assert found("papers/people.jsonl#*") == {"papers/people.jsonl#ada", "papers/people.jsonl#per"}
    assert found("papers/[bt]*.*") == {"papers/birds.md", "papers/tides.txt"}
    assert found("*.pdf") == set()


def test_metadata_chooses_among_documents(filled: Library) -> None:
    def found(**metadata: str) -> list[str]:
        return [hit.passage.source for hit in filled.search("the station", 20, metadata=metadata)]

    assert found(role="fitter") == ["papers/people.jsonl#per"]
    assert found(role="captain") == []
    assert [hit.passage.source for hit in filled.search("tide", 9, "*#ada", {"role": "surveyor"})] == [
        "papers/people.jsonl#ada"
    ]


def test_a_filter_finds_what_is_far_down_without_it(library: Open, empty) -> None:
    for number in range(200):
        empty.write(f"{number:03}.txt", f"The tide gauge number {number} stands at the quay.")
    empty.write("other.md", "A cake needs four eggs.")
    opened = library()
    opened.sync(empty)
    assert [hit.passage.source for hit in opened.search("tide gauge at the quay", 5, "*.md")] == ["papers/other.md"]


# -- near-duplicates


def test_near_duplicates_are_shown_once_but_not_those_with_another_number(library: Open, empty) -> None:
    sentence = "The winter storm of January flooded the lower harbour road near the old mill, and {} houses"
    empty.write("a.txt", sentence.format("14") + " stood in water.")
    empty.write("b.txt", sentence.format("14") + " stood in water!")
    empty.write("c.txt", sentence.format("31") + " stood in water.")
    opened = library()
    opened.sync(empty)
    sources = [hit.passage.source for hit in opened.search("How many houses stood in water?", 8)]
    assert len(sources) == 2
    assert "papers/c.txt" in sources


# -- fusion


def test_scores_are_a_weighted_sum_of_both_channels() -> None:
    both = Candidate("both", cosine=0.6, bm25=5.0, dense_rank=2, lexical_rank=2)
    near = Candidate("near", cosine=0.8, bm25=0.0, dense_rank=1, lexical_rank=None)
    words = Candidate("words", cosine=0.4, bm25=10.0, dense_rank=None, lexical_rank=1)
    fused = {candidate.passage_id: score for candidate, score in fuse([both, near, words], dense_weight=0.6)}
    assert fused == {
        "near": pytest.approx(0.6 * 1.0 + 0.4 * 0.0),
        "both": pytest.approx(0.6 * 0.5 + 0.4 * 0.5),
        "words": pytest.approx(0.6 * 0.0 + 0.4 * 1.0),
    }
    assert list(fused) == ["near", "both", "words"]


def test_equal_scores_stand_in_order_of_their_ids() -> None:
    alike = [Candidate(name, 0.5, 2.0, None, None) for name in "cab"]
    assert [(c.passage_id, score) for c, score in fuse(alike)] == [("a", 1.0), ("b", 1.0), ("c", 1.0)]


def test_where_one_channel_finds_nothing_the_other_decides() -> None:
    candidates = [Candidate("x", 0.1, 0.0, 2, None), Candidate("y", 0.3, 0.0, 1, None)]
    assert [(c.passage_id, score) for c, score in fuse(candidates)] == [("y", DENSE_WEIGHT), ("x", 0.0)]
    assert fuse([]) == []


# -- while the library changes


def test_a_document_that_is_replaced_while_it_is_searched_is_never_half_there(library: Open, empty) -> None:
    def version(number: int) -> str:
        return "\n\n".join(
            f"## Part {part}\n\n" + f"Version {number} of part {part} speaks of the harbour wall. " * 18
            for part in range(4)
        )

    opened = library()
    empty.write("wall.md", version(0))
    opened.sync(empty)
    assert opened.catalogue.counts() == (1, 4)
    seen: list[set[str]] = []
    problems: list[Exception] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            try:
                hits = opened.search("harbour wall", 20)
                seen.append({hit.passage.text.split("Version ")[1][0] for hit in hits})
            except Exception as problem:  # noqa: BLE001 - whatever it is, the test shows it
                problems.append(problem)

    searchers = [threading.Thread(target=search) for _ in range(2)]
    for searcher in searchers:
        searcher.start()
    for number in range(1, 5):
        empty.write("wall.md", version(number))
        opened.sync(empty)
    stop.set()
    for searcher in searchers:
        searcher.join()
    assert problems == []
    assert {len(versions) for versions in seen} == {1}
    assert {"4"} in (seen[-1], {"4"})


def test_stop_words_alone_are_searched_all_the_same(filled: Library) -> None:
    assert {"the", "of"} <= STOP_WORDS
    assert any(hit.lexical_rank for hit in filled.search("the of", 5))


def test_a_reranker_decides_the_order(library: Open, store: Path, tmp_path: Path) -> None:
    class Backwards:
        """Likes short texts."""

        def score(self, question: str, texts: list[str]) -> list[float]:
            return [-float(len(text)) for text in texts]

    opened = library()
    opened.search._reranker = Backwards()
    hits = opened.search("tide", 3)
    lengths = [len(hit.passage.text) for hit in hits]
    assert lengths == sorted(lengths)
    assert [hit.reranked for hit in hits] == [-float(length) for length in lengths]


# -- a question in two wordings


def test_without_a_second_wording_nothing_changes(filled: Library) -> None:
    question = "How high did the water rise in 2021?"
    alone = [asdict(hit) for hit in filled.search(question, 7)]
    for also in ("", " ", question, f"  {question} ", "why?", "and then?", "?!"):
        assert [asdict(hit) for hit in filled.search(question, 7, also=also)] == alone


def test_a_wrong_wording_does_not_lose_what_the_typed_one_finds(filled: Library) -> None:
    typed, wrong = "spare impeller ACME-4711", "Who repairs the wind pump each spring?"
    sources = [hit.passage.source for hit in filled.search(wrong, 2, also=typed)]
    assert sources == ["papers/people.jsonl#per", "papers/pumps.txt"]
    assert "papers/pumps.txt" not in [hit.passage.source for hit in filled.search("Ada Brok led the survey", 2)]
    assert "papers/pumps.txt" in [hit.passage.source for hit in filled.search("Ada Brok led the survey", 2, also=typed)]


def test_a_single_place_is_the_first_wordings(filled: Library) -> None:
    hits = filled.search("Who led the survey of the marsh?", 1, also="spare impeller")
    assert [hit.passage.source for hit in hits] == ["papers/people.jsonl#ada"]


def test_two_wordings_find_each_passage_once_with_the_better_cosine(filled: Library) -> None:
    one, other = "Who surveyed the marsh?", "How many oystercatchers were counted?"
    cosines = [{hit.passage.id: hit.cosine for hit in filled.search(question, 7)} for question in (one, other)]
    both = filled.search(one, 7, also=other)
    assert len(both) == len({hit.passage.id for hit in both}) == 7
    for hit in both:
        assert hit.cosine == pytest.approx(max(found[hit.passage.id] for found in cosines))
    assert all(0 <= hit.score <= 1 + 1e-9 for hit in both)


def test_the_best_of_a_second_wording_has_the_last_place() -> None:
    def found(*names: str) -> list[tuple[Candidate, float]]:
        return [(Candidate(name, 0.5, 1.0, None, 1), 1.0 - 0.1 * place) for place, name in enumerate(names)]

    def order(k: int, also: list[tuple[Candidate, float]]) -> list[str]:
        return [candidate.passage_id for candidate, _ in added(found("a", "b", "c", "d"), also, k)]

    assert order(3, found("z", "a")) == ["a", "b", "z", "c", "d"]  # z alone scores 0.15 * 1.0, d still 0.85 * 0.7
    assert order(1, found("z", "a")) == ["a", "b", "c", "d", "z"]
    assert order(3, found("b", "a")) == [
        "a",
        "b",
        "c",
        "d",
    ]  # a: 0.85 + 0.15 * 0.9 = 0.985, b: 0.85 * 0.9 + 0.15 = 0.915
    assert order(3, []) == ["a", "b", "c", "d"]


def test_the_filters_hold_for_both_wordings(filled: Library) -> None:
    hits = filled.search("the marsh", 5, sources="papers/people*", also="spare impeller ACME-4711")
    assert {hit.passage.source for hit in hits} == {"papers/people.jsonl#ada", "papers/people.jsonl#per"}


def test_a_reranker_reads_the_question_and_not_how_it_was_typed(filled: Library) -> None:
    asked: list[str] = []

    class Listening:
        def score(self, question: str, passages: list[str]) -> list[float]:
            asked.append(question)
            return [0.0] * len(passages)

    Search(filled.store, filled.embedder, Listening())("Who built the gauge?", 3, also="who built the tide gauge")
    assert asked == ["Who built the gauge?"]
