"""The small model while it is trained: MiniLM's layers over both texts at once, and five outputs.

The first word piece says whether the evidence supports a claim (three logits) and whether a passage answers a
question (one); each word piece says whether an answer begins or ends there, and whether a claim lacks support there.
The matrix of word vectors is that of the installed embedder and stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from rag.bundled import bundled_folder


class PairNetwork(nn.Module):
    """`heads` in the order of `rag.cross_encoder`: 3 support, 1 answers; for each word piece begin, end, lacking."""

    def __init__(self) -> None:
        super().__init__()
        # On a CPU plain attention is twice as fast in training.
        attention = "sdpa" if torch.cuda.is_available() else "eager"
        self.trunk = BertModel.from_pretrained(bundled_folder(), attn_implementation=attention, add_pooling_layer=False)
        self.trunk.embeddings.word_embeddings.requires_grad_(False)
        width = self.trunk.config.hidden_size
        self.pooled = nn.Linear(width, width)
        self.whole = nn.Linear(width, 4)
        self.pieces = nn.Linear(width, 3)
        for head in (self.whole, self.pieces):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, types: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """(pairs, 4) and (pairs, pieces, 3), in float32."""
        states = self.trunk(ids, attention_mask=real, token_type_ids=types).last_hidden_state
        # The mean beside the first piece: it is what these layers were made to give.
        mean = (states * real[:, :, None]).sum(1) / real.sum(1, keepdim=True)
        first = torch.tanh(self.pooled(states[:, 0] + mean))
        return self.whole(functional.dropout(first, 0.1, self.training)).float(), self.pieces(states).float()


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded pairs and what the network is to say of them; a weight of 0: nothing is known."""

    ids: Tensor
    types: Tensor
    real: Tensor
    support: Tensor  # (pairs, 3): which of supported, neither, contradicted may be
    claims: Tensor  # (pairs,) 1 for a claim
    answers: Tensor  # (pairs,) 1, 0; -1 for a claim
    begins: Tensor  # (pairs,) the piece, or -1
    ends: Tensor
    lacking: Tensor  # (pairs, pieces) 1, 0; -1: not known, or no piece of the claim


def loss_of(network: PairNetwork, batch: Batch) -> Tensor:
    """The sum of the losses of all that is known of the batch, a mean over its pairs."""
    whole, pieces = network(batch.ids, batch.types, batch.real)
    claims, questions = batch.claims.bool(), batch.answers >= 0
    total: Tensor = whole.sum() * 0.0
    if claims.any():
        chances = functional.log_softmax(whole[claims, :3], dim=1)
        allowed = batch.support[claims].bool()
        total -= torch.logsumexp(chances.masked_fill(~allowed, -1e9), dim=1).sum()
        known = batch.lacking >= 0
        if known.any():
            each = functional.binary_cross_entropy_with_logits(
                pieces[..., 2], batch.lacking.clamp(min=0), reduction="none"
            )
            each = (each * known).sum(1) / known.sum(1).clamp(min=1)
            total += 0.7 * each.sum()
    if questions.any():
        said = batch.answers[questions]
        total += functional.binary_cross_entropy_with_logits(whole[questions, 3], said, reduction="sum")
        outside = (batch.types == 0) | (batch.real == 0)
        for which, places in ((0, batch.begins), (1, batch.ends)):
            known = places >= 0
            if known.any():
                scores = pieces[..., which].masked_fill(outside, -1e9)
                total += 0.4 * functional.cross_entropy(scores[known], places[known], reduction="sum")
    return total / len(batch.ids)
