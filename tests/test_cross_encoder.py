"""The small model of our own: it gives what transformers gives for its weights, and what is made of that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import BertModel

from rag import bundled
from rag.bundled import PAIRS, PAIRS_SHA256, PairReader, bundled_folder, bundled_tokenizer, load_cross_encoder, verify
from rag.cross_encoder import MOST_FIRST, MOST_TEXT, Texts, pieces_of, sentence_scores
from rag.errors import ModelError

PAIRS_READ = [
    Texts("The ferry carries 64 passengers.", "The ferry carries 46 passengers. It was built in 1958.", "Ferries"),
    Texts("Who built the mill?", "It was built by Rolf Vass in 1931. It burnt down later.", "The mill"),
    Texts("x", "", ""),
    Texts("word " * 300, "text " * 600, "above " * 100),
]


def reference(pair: Texts) -> tuple[np.ndarray, np.ndarray]:
    """What transformers computes in float32: the four numbers of the pair, and the three of each piece."""
    weights = load_file(PAIRS)
    model = BertModel.from_pretrained(bundled_folder(), add_pooling_layer=False).eval()
    own = {
        name: weight.float() for name, weight in weights.items() if not name.startswith(("pooled", "whole", "pieces"))
    }
    missing, unexpected = model.load_state_dict(own, strict=False)
    assert (missing, unexpected) == (["embeddings.word_embeddings.weight"], [])
    (pieces,) = pieces_of([pair], bundled_tokenizer())
    types = [int(place >= pieces.second) for place in range(len(pieces.ids))]
    with torch.inference_mode():
        states = model(torch.tensor([pieces.ids]), token_type_ids=torch.tensor([types])).last_hidden_state
        said = {name: weight.float() for name, weight in weights.items()}
        first = torch.tanh((states[:, 0] + states.mean(1)) @ said["pooled.weight"].T + said["pooled.bias"])
        whole = first @ said["whole.weight"].T + said["whole.bias"]
        each = states @ said["pieces.weight"].T + said["pieces.bias"]
    return whole[0].numpy(), each[0].numpy()


def test_its_numbers_are_those_of_transformers() -> None:
    readings = load_cross_encoder().read(PAIRS_READ)
    for pair, reading in zip(PAIRS_READ, readings, strict=True):
        whole, each = reference(pair)
        (pieces,) = pieces_of([pair], bundled_tokenizer())
        # The product multiplies in bfloat16 where the processor does.
        assert np.r_[reading.support, reading.answers] == pytest.approx(whole, abs=0.25)
        assert reading.lacking == pytest.approx(each[1 : 1 + len(reading.lacking), 2], abs=0.5)
        assert reading.begins == pytest.approx(each[pieces.text : pieces.text + len(reading.begins), 0], abs=0.5)


def test_a_pair_reads_the_same_alone_and_among_others() -> None:
    alone = [PairReader().read([pair])[0].support for pair in PAIRS_READ[:2]]
    together = [reading.support for reading in PairReader().read(PAIRS_READ)]
    assert np.stack(alone) == pytest.approx(np.stack(together[:2]), abs=0.15)


def test_long_texts_are_read_up_to_their_limits_and_places_stand_inside_them() -> None:
    long = PAIRS_READ[-1]
    (reading,) = load_cross_encoder().read([long])
    assert len(reading.lacking) == len(reading.first_places) == MOST_FIRST
    assert len(reading.begins) == len(reading.text_places) == MOST_TEXT
    assert all(long.text[start:end] == "text" for start, end in reading.text_places)


def test_the_sentence_that_answers_is_found() -> None:
    pair = PAIRS_READ[1]
    (reading,) = load_cross_encoder().read([pair])
    cut = pair.text.index(" It burnt")
    first, second = sentence_scores(reading, [(0, cut), (cut + 1, len(pair.text))])
    assert first > second
    assert np.exp([first, second]).sum() == pytest.approx(1.0, abs=0.01)


def test_no_pairs_have_no_readings() -> None:
    assert load_cross_encoder().read([]) == []


def test_the_weights_are_those_that_the_package_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verify(PAIRS, PAIRS_SHA256)
    other = tmp_path / "pairs.safetensors"
    other.write_bytes(b"not the weights")
    monkeypatch.setattr(bundled, "PAIRS", other)
    with pytest.raises(ModelError, match=r"is not the file that was published .* install footnote-rag again"):
        PairReader().read(PAIRS_READ)


def test_the_weights_are_small() -> None:
    assert PAIRS.stat().st_size <= 25_000_000
