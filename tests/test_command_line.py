"""The commands: exit statuses, one JSON document on standard output, and the keys that other programs rely on."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import ANSWER, HIT, Run, document

CITATION = {"mark", "document_id", "source", "title", "page", "start", "end", "quote"}
REPORT = {
    *("added", "changed", "removed", "unchanged", "unreadable", "warnings", "documents", "passages", "seconds"),
}

# -- sync


def test_sync_reports_as_json(run: Run, papers) -> None:
    papers.write("scan.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    report = document(run("sync", papers.path, "--json"))
    assert set(report) == REPORT
    assert [report[key] for key in ("added", "changed", "removed", "unchanged", "documents", "passages")] == [
        *(6, 0, 0, 0, 6, 7)
    ]
    [problem] = report["unreadable"]
    assert set(problem) == {"source", "reason"}
    assert problem["source"] == "papers/scan.png"
    again = document(run("sync", "--json"))  # the folders that were synced before
    assert (again["added"], again["unchanged"], again["unreadable"]) == (0, 6, [problem])


def test_sync_reports_in_words(run: Run, papers) -> None:
    papers.write("scan.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    status, out, said = run("sync", papers.path)
    assert status == 0
    assert out.startswith("6 added, 0 changed, 0 removed, 0 unchanged, 1 not read. The library holds 6 documents in")
    assert "not read: papers/scan.png: " in said


def test_sync_of_a_missing_folder_is_a_problem_with_a_message(run: Run, tmp_path: Path) -> None:
    status, out, said = run("sync", tmp_path / "none", "--json")
    assert (status, out) == (1, "")
    assert said.startswith(f"rag: There is no {tmp_path / 'none'}. Check the path")
    status, out, said = run("sync")
    assert (status, out) == (1, "")
    assert "Name a folder: rag sync FOLDER" in said


# -- search


def test_search_gives_hits_as_json(run: Run, store: Path) -> None:
    hits = document(run("search", "ACME-4711", "-k", 2, "--json"))
    assert len(hits) == 2
    assert set(hits[0]) >= HIT
    first = hits[0]
    assert (first["source"], first["lexical_rank"], first["headings"]) == ("papers/pumps.txt", 1, [])
    assert hits[1]["lexical_rank"] is None
    assert document(run("search", "", "--json")) == []


def test_search_gives_hits_in_words(run: Run, store: Path) -> None:
    status, out, _ = run("search", "ACME-4711", "-k", 1)
    assert status == 0
    assert "(papers/pumps.txt)\nPart ACME-4711 is the spare impeller" in out
    assert run("search", " ")[1] == "Nothing was found.\n"


def test_search_filters_by_source_and_metadata(run: Run, store: Path) -> None:
    hits = document(run("search", "station", "--source", "*.md", "--json"))
    assert {hit["source"] for hit in hits} == {"papers/birds.md", "papers/notes/board.md"}
    hits = document(run("search", "station", "--where", "role=fitter", "--json"))
    assert [hit["source"] for hit in hits] == ["papers/people.jsonl#per"]


# -- ask


def test_ask_answers_as_json_with_true_offsets(run: Run, store: Path) -> None:
    answer = document(run("ask", "How high was the highest tide of 2021?", "--json"))
    assert set(answer) >= ANSWER
    assert answer["refusal"] is None
    assert answer["writer"] == "extractive"
    assert answer["claims"]
    for claim in answer["claims"]:
        assert set(claim) == {"text", "start", "end", "citations", "verdict"}
        assert answer["text"][claim["start"] : claim["end"]] == claim["text"]
        assert set(claim["verdict"]) == {"support", "confidence", "because", "judge", "score", "lacking"}
        for citation in claim["citations"]:
            assert set(citation) == CITATION
            shown = document(
                run("show", citation["document_id"], "--start", citation["start"], "--end", citation["end"], "--json")
            )
            assert shown["text"] == citation["quote"]
    assert "4.82 m" in answer["text"]
    assert set(answer["hits"][0]) >= HIT
    assert all(isinstance(seconds, float) for seconds in answer["seconds"].values())


def test_a_refusal_is_a_good_answer(run: Run, store: Path) -> None:
    answer = document(run("ask", "What does Professor Zimmermann say of the Xylotrix reactor?", "--json"))
    assert answer["refusal"] == "NOT_IN_THE_DOCUMENTS"
    assert answer["claims"] == []
    assert answer["nearest"]
    assert set(answer["nearest"][0]) >= HIT


def test_an_empty_library_says_what_to_do(run: Run) -> None:
    answer = document(run("ask", "How high is the tide?", "--json"))
    assert answer["refusal"] == "NOTHING_INDEXED"
    assert "rag sync" in answer["text"]


def test_ask_answers_in_words_with_footnotes(run: Run, store: Path) -> None:
    status, out, _ = run("ask", "How high was the highest tide of 2021?")
    assert status == 0
    assert "[1]" in out
    assert "papers/tides.txt" in out


# -- show, doctor, repair, forget


def test_show_gives_a_document_or_a_part_of_it(run: Run, store: Path) -> None:
    whole = document(run("show", "birds.md", "--json"))
    assert set(whole) >= {"id", "source", "title", "text", "pages", "sections", "metadata"}
    assert (whole["source"], whole["title"], whole["start"], whole["end"]) == (
        *("papers/birds.md", "Bird counts", 0, len(whole["text"])),
    )
    part = document(run("show", whole["id"], "--start", 5, "--end", 30, "--json"))
    assert part["text"] == whole["text"][5:30]
    assert (part["start"], part["end"]) == (5, 30)
    assert run("show", "papers/birds.md", "--end", 4)[1] == whole["text"][:4] + "\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.txt"], "There is no document nothing.txt"),
        (["birds.md", "--start", "90000"], "--start and --end must be in order and within them"),
        (["birds.md", "--start", "9", "--end", "3"], "--start and --end must be in order and within them"),
        (["papers"], "There is no document papers"),
        ([""], "There is no document"),
    ],
)
def test_show_says_what_is_wrong(run: Run, store: Path, arguments: list[str], message: str) -> None:
    status, out, said = run("show", *arguments)
    assert (status, out) == (1, "")
    assert message in said


def test_doctor_and_repair_say_what_they_find(run: Run, store: Path) -> None:
    repaired = {"documents", "passages", "dense", "lexical", "problems", "healed", "healthy"}
    told = repaired | {"conversations", "embedder", "roots", "last_sync", "last_heal", "bytes", "versions"}
    for command in ("doctor", "repair", "doctor"):
        health = document(run(command, "--json"))
        assert set(health) == (repaired if command == "repair" else told)
        assert (health["documents"], health["passages"], health["dense"], health["lexical"]) == (6, 7, 7, 7)
        assert (health["problems"], health["healthy"]) == ([], True)
    assert "The three agree." in run("doctor")[1]
    assert "Both indexes were made anew: 7 passages of 6 documents." in run("repair")[1]


def test_doctor_ends_with_1_where_something_is_wrong(run: Run, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.indexes.Indexes.disagreements", lambda *_, deep: ["two differ"] if deep else [])
    status, out, _ = run("doctor")
    assert status == 1
    assert "two differ" in out
    assert "rag repair" in out


def test_forget_names_what_is_forgotten(run: Run, store: Path) -> None:
    assert document(run("forget", "papers/people.jsonl", "--json")) == {
        "forgotten": ["papers/people.jsonl#ada", "papers/people.jsonl#per"]
    }
    assert run("forget", "birds.md")[1] == "Forgotten: papers/birds.md\n"
    status, _, said = run("forget", "birds.md")
    assert status == 1
    assert "There is no document birds.md" in said
    assert document(run("doctor", "--json"))["documents"] == 3


# -- another embedder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedder of 16 dimensions with random weights, as a folder that sentence-transformers reads."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from rag.models import bundled_folder

    folder = tmp_path_factory.mktemp("bert")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(bundled_folder() / "tokenizer.json"),
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")},
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, **sizes)).save_pretrained(folder)
    transformer = Transformer(str(folder), max_seq_length=64)
    model = SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu")
    saved = tmp_path_factory.mktemp("tiny")
    model.save(str(saved))
    return saved


def test_another_embedder_is_refused_until_everything_is_embedded_anew(
    run: Run, store: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = document(run("show", "tides.txt", "--json"))
    monkeypatch.setenv("RAG_EMBEDDER", str(tiny_model))
    status, out, said = run("search", "tide", "--json")
    assert (status, out) == (1, "")
    assert "holds vectors of the model all-MiniLM-L6-v2 (" in said
    assert "Set RAG_EMBEDDER=all-MiniLM-L6-v2, or embed everything anew: rag repair --embed" in said
    assert document(run("doctor", "--json"))["healthy"]
    health = document(run("repair", "--embed", "--json"))
    assert health["healthy"]
    assert health["passages"] >= 7  # a window of 64 word pieces holds less
    hits = document(run("search", "ACME-4711", "--json"))  # the weights are random, so only the words tell
    assert [hit["source"] for hit in hits if hit["lexical_rank"] == 1] == ["papers/pumps.txt"]
    assert document(run("show", "tides.txt", "--json")) == before
    monkeypatch.delenv("RAG_EMBEDDER")
    assert run("search", "tide")[0] == 1
    assert document(run("repair", "--embed", "--json"))["passages"] == 7
    assert document(run("search", "ACME-4711", "--json"))[0]["source"] == "papers/pumps.txt"
