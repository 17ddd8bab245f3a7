"""Trains the small model that reads pairs of texts, from the development data.

    python -m evals.training.pairs DATA --out FILE

DATA holds `ground/`, `qa/` and `retrieval/` (see `rag/weights/README.md` for the sets and their licences). The same
data and seed give the same weights on one machine, up to the order of additions in its threads. FILE is a safetensors
file in bfloat16, without the matrix of word vectors, which is the embedder's. What the first of two stages made is kept
beside it, and the stage is not done again where that is there.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from evals.training import claims, questions
from evals.training.batches import Example, batches, examples_of
from evals.training.examples import ClaimPair, QuestionPair, rows
from evals.training.network import PairNetwork, loss_of
from evals.training.splits import is_held_out
from rag.cross_encoder import WORDS

SEED = 20261126
RATE = 1.2e-4
BATCH = 4096  # word pieces
WARM = 0.06  # share of the steps in which the rate rises
_REPORT = 60.0  # seconds


Pairs = Sequence[ClaimPair | QuestionPair]


def labelled_pairs(data: Path) -> list[ClaimPair | QuestionPair]:
    """The first stage: what people wrote, asked and labelled, and questions with one thing in them changed."""
    qa = data / "qa"
    asked: dict[str, list[QuestionPair]] = {
        "fairy tales": questions.fairy_tales(qa / "fairytaleqa", 3500),
        "natural questions": questions.natural_questions(qa / "qed_nq"),
        "papers": questions.papers(qa / "covid_qa"),
    }
    return _told(
        {
            "claims": claims.labelled(data / "ground"),
            **asked,
            **{f"{name}, changed": questions.changed(part, 1500, 15) for name, part in asked.items()},
            "abstracts": questions.abstracts(data / "retrieval" / "scifact", 500, 1500),
        }
    )


def edited_pairs(data: Path) -> list[ClaimPair | QuestionPair]:
    """The second stage: true sentences and claims with atomic edits, and again a part of the first."""
    tales = [row for row in rows(data / "qa" / "fairytaleqa" / "qa.jsonl.gz") if not is_held_out(row["story"])]
    sections = {row["_id"]: row["text"] for row in rows(data / "qa" / "fairytaleqa" / "contexts.jsonl.gz")}
    tales = [row for row in tales if row["context_id"] in sections and len(row["answers"][0]["text"]) < 120]
    again = random.Random(SEED)
    people = claims.labelled(data / "ground")
    natural = questions.natural_questions(data / "qa" / "qed_nq")
    papers = questions.papers(data / "qa" / "covid_qa")
    return _told(
        {
            "claims": again.sample(people, len(people) // 2),
            "claims, edited": claims.edited_claims(data / "ground"),
            "sentences, edited": claims.edited_sentences(list(_texts(data)), 10_000),
            "answers as claims": claims.answered_questions(tales, sections, 1500),
            "questions": [*natural, *questions.changed(natural, 700, 16), *again.sample(papers, 400)],
            "abstracts": questions.abstracts(data / "retrieval" / "scifact", 150, 200),
        }
    )


def _told(parts: Mapping[str, Pairs]) -> list[ClaimPair | QuestionPair]:
    for name, part in parts.items():
        print(f"{len(part):7,} pairs  {name}", flush=True)
    return [pair for part in parts.values() for pair in part]


def _texts(data: Path) -> Iterator[str]:
    """Texts with true sentences to edit: encyclopedia, abstracts, papers, stories, notes. No technical manuals."""
    for row in rows(data / "qa" / "qed_nq" / "contexts.jsonl.gz"):
        if not is_held_out(row["_id"]):
            yield from [row["text"]] * 4
    for number, row in enumerate(rows(data / "retrieval" / "scifact" / "corpus.jsonl.gz")):
        if number % 2 == 0 and not is_held_out(f"scifact-doc-{row['_id']}"):
            yield row["text"]
    for row in rows(data / "qa" / "covid_qa" / "contexts.jsonl.gz"):
        if not is_held_out(row["_id"]):
            for start in range(2000, len(row["text"]) - 1500, 1500):
                yield row["text"][start : start + 1500]
    for name in ("begin", "wice", "expertqa", "summedits"):
        seen = set()
        for row in rows(data / "ground" / f"{name}.jsonl.gz"):
            if not is_held_out(row["group"]) and row["source"] not in seen:
                seen.add(row["source"])
                yield row["source"]
    for number, row in enumerate(rows(data / "qa" / "fairytaleqa" / "contexts.jsonl.gz")):
        if number % 5 == 0 and not is_held_out(row["_id"].rpartition("#")[0]):
            yield row["text"]


def train(network: PairNetwork, examples: Sequence[Example]) -> None:
    """Once all examples; the rate rises, then falls to nothing."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device).train()
    learnt = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learnt, RATE, weight_decay=0.01)
    planned = list(batches(examples, BATCH, chance))
    rise = max(1, int(WARM * len(planned)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / rise, max(0.0, (len(planned) - step) / (len(planned) - rise)))
    )
    began = told = time.monotonic()
    recent = 0.0
    for step, batch in enumerate(planned, start=1):
        moved = type(batch)(*(getattr(batch, name).to(device) for name in batch.__slots__))
        with torch.autocast(device.type, torch.bfloat16):
            loss = loss_of(network, moved)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        recent = loss.item() if not recent else 0.98 * recent + 0.02 * loss.item()
        if time.monotonic() - told > _REPORT:
            told = time.monotonic()
            left = (told - began) / step * (len(planned) - step)
            print(f"step {step:,} of {len(planned):,}, loss {recent:.3f}, {left / 60:.0f} minutes left", flush=True)
    network.eval()


def save(network: PairNetwork, path: Path) -> None:
    """The weights by the names that `rag.cross_encoder` reads, without the word vectors."""
    named: dict[str, Tensor] = {}
    for name, weight in network.state_dict().items():
        plain = name.removeprefix("trunk.")
        if plain != WORDS and not plain.endswith("position_ids"):
            named[plain] = weight.detach().cpu().to(torch.bfloat16).contiguous()
    save_file(named, path, metadata={"made by": "python -m evals.training.pairs", "seed": str(SEED)})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    first = options.out.with_suffix(".first")
    began = time.monotonic()
    network = PairNetwork()
    for stage, made_of in (("first", labelled_pairs), ("second", edited_pairs)):
        if stage == "first" and first.exists():
            network.load_state_dict(torch.load(first, weights_only=True))
            print(f"{first} is there: its stage is not done again")
            continue
        examples = examples_of(made_of(options.data))
        pieces = sum(len(example.pieces.ids) for example in examples)
        print(f"{stage} stage: {len(examples):,} pairs, {pieces:,} word pieces", flush=True)
        train(network, examples)
        if stage == "first":
            torch.save(network.state_dict(), first)
    save(network, options.out)
    print(f"{options.out}: trained in {(time.monotonic() - began) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
