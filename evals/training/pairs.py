"""Trains the small model that reads pairs of texts, from the development data.

    python -m evals.training.pairs DATA --out FILE

DATA holds `ground/`, `qa/` and `retrieval/` (see `rag/weights/README.md` for the sets and their licences). Several
networks begin from one and the same state, see the examples in orders of their own, and their weights are averaged
(Wortsman and others, "Model soups", 2022). FILE is a safetensors file in bfloat16, without the matrix of word vectors,
which is the embedder's. Making the examples takes half an hour on two cores; a network 40 seconds on an H200 and some
six hours on two cores (`--networks 1` trains just one). The same data and seeds give the same weights, up to the order
of additions.
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

NETWORKS = 5
EPOCHS = 3
RATE = 2e-4
BATCH = 32_768  # word pieces
WARM = 0.06  # share of the steps in which the rate rises
EDITED = 120_000  # pairs made of sentences; an epoch sees a third of them
_FIRST = 1  # the seed of the state that all begin from
_ORDER = 20  # that of the first network's order
_ASKED = 2 / 3  # of the questions of a set, in an epoch
_REPORT = 60.0  # seconds

Pairs = Sequence[ClaimPair | QuestionPair]


def parts(data: Path) -> dict[str, Pairs]:
    """All that is learnt from, by what it is."""
    qa = data / "qa"
    asked: dict[str, list[QuestionPair]] = {
        "fairy tales": questions.fairy_tales(qa / "fairytaleqa", 3500),
        "natural questions": questions.natural_questions(qa / "qed_nq"),
        "papers": questions.papers(qa / "covid_qa"),
    }
    tales = [row for row in rows(qa / "fairytaleqa" / "qa.jsonl.gz") if not is_held_out(row["story"])]
    sections = {row["_id"]: row["text"] for row in rows(qa / "fairytaleqa" / "contexts.jsonl.gz")}
    tales = [row for row in tales if row["context_id"] in sections and len(row["answers"][0]["text"]) < 120]
    return {
        "claims": claims.labelled(data / "ground"),
        **asked,
        **{f"{name}, changed": questions.changed(part, 1500, 15) for name, part in asked.items()},
        "abstracts": questions.abstracts(data / "retrieval" / "scifact", 500, 1500),
        "sentences, edited": claims.edited_sentences(list(_texts(data)), EDITED),
        "claims, edited": [pair for seed in (2, 22, 32) for pair in claims.edited_claims(data / "ground", seed)],
        "answers as claims": claims.answered_questions(tales, sections, 2500),
    }


def epochs(made: Mapping[str, Sequence[Example]], seed: int) -> list[list[Example]]:
    """What each epoch of one network sees: all labelled claims, its share of the edits, most of the questions."""
    chance = random.Random(seed)
    shuffled = {name: chance.sample(part, len(part)) for name, part in made.items()}
    seen: list[list[Example]] = []
    for epoch in range(EPOCHS):
        examples = list(shuffled["claims"])
        for name, part in shuffled.items():
            if name.endswith(", edited"):
                examples += part[epoch::EPOCHS]
            elif name == "answers as claims":
                examples += part[epoch % 2 :: 2]
            elif name != "claims":
                examples += chance.sample(part, int(len(part) * _ASKED))
        seen.append(examples)
    return seen


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


def train(network: PairNetwork, seen: Sequence[Sequence[Example]], seed: int) -> None:
    """Each epoch once; the rate rises, then falls to nothing."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device).train()
    learnt = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learnt, RATE, weight_decay=0.01)
    planned = [batch for examples in seen for batch in batches(examples, BATCH, chance)]
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


def averaged(networks: Sequence[PairNetwork]) -> PairNetwork:
    """One network with the mean of their weights. They must have begun from one state."""
    states = [network.state_dict() for network in networks]
    mean = {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}
    soup = PairNetwork()
    soup.load_state_dict(mean)
    return soup.eval()


def save(network: PairNetwork, path: Path) -> None:
    """The weights by the names that `rag.cross_encoder` reads, without the word vectors."""
    named: dict[str, Tensor] = {}
    for name, weight in network.state_dict().items():
        plain = name.removeprefix("trunk.")
        if plain != WORDS and not plain.endswith("position_ids"):
            named[plain] = weight.detach().cpu().to(torch.bfloat16).contiguous()
    save_file(named, path, metadata={"made by": "python -m evals.training.pairs"})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--networks", type=int, default=NETWORKS, help="how many are averaged (default: %(default)s)")
    options = parser.parse_args()
    began = time.monotonic()
    made: dict[str, list[Example]] = {}
    for name, pairs in parts(options.data).items():
        made[name] = examples_of(pairs)
        pieces = sum(len(example.pieces.ids) for example in made[name])
        print(f"{len(pairs):7,} pairs, {pieces:10,} word pieces  {name}", flush=True)
    networks = []
    for number in range(options.networks):
        torch.manual_seed(_FIRST)
        networks.append(PairNetwork())
        train(networks[-1], epochs(made, _ORDER + number), _ORDER + number)
        networks[-1].cpu()
        print(
            f"network {number + 1} of {options.networks}, after {(time.monotonic() - began) / 60:.0f} minutes",
            flush=True,
        )
    save(averaged(networks), options.out)
    print(f"{options.out}: trained in {(time.monotonic() - began) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
