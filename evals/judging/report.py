"""The judge card as plain tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from evals.judging.sets import NOT_TRAINED_ON, TRAINED_ON

_SUPPORTS = ("SUPPORTED", "PARTLY", "UNSUPPORTED", "CONTRADICTED", "UNCHECKED")


def report(card: dict[str, Any]) -> Iterator[str]:
    """The lines that are printed. `card` is what `evals.judge.card_of` gives."""
    yield f"judge {card['judge']}, weights {card['weights_sha256'][:16] or 'not told'}"
    yield "intervals: 95 %; of sets by drawing whole groups (2,000 samples, seeded), of other shares by Wilson"
    yield from ("", *_judge(card))
    yield from ("", *_controls(card))
    yield from ("", *_labels(card))
    if "edits" in card:
        yield from ("", *_edits(card["edits"]))
    yield from ("", *_in_short(card))


def _judge(card: dict[str, Any]) -> Iterator[str]:
    if card["with_trained_groups"]:
        yield "GROUPS THAT THE MODEL WAS TRAINED ON ARE AMONG THOSE MEASURED: no figure of the first block counts."
    first = "sets trained on" if card["with_trained_groups"] else "groups kept back"
    yield (
        f"{first:16} {'n':>5} {'groups':>6} {'true':>5}  {'AUROC':22}{'BAcc':22}{'misses':>6} {'alarms':>6}"
        f" {'Brier':>6} {'ECE':>6}"
    )
    yield from _block(card, TRAINED_ON, "held_out")
    if any(name in card["sets"] for name in NOT_TRAINED_ON):
        yield "sets never trained on"
        yield from _block(card, NOT_TRAINED_ON, "unseen")
    yield "groups kept back: no network was trained on them; the few numbers of the combination were fitted there"
    yield "misses: share of the unsupported said SUPPORTED; alarms: share of the supported not said SUPPORTED"
    yield "ECE: ten bins of equal width; of the mean, over all claims of its sets, which weigh alike"
    for name, one in card["sets"].items():
        if one["sampled_from"] > one["n"]:
            yield f"{name}: a sample by whole groups, {one['n']:,} of {one['sampled_from']:,}"
        if one["unscored"]:
            yield f"{name}: {one['unscored']} without a score, counted as 0.5"
        if one["auroc"] is None:
            yield f"{name}: all labels are the same, so that there is no AUROC"


def _block(card: dict[str, Any], names: Sequence[str], pool: str) -> Iterator[str]:
    for name in names:
        if one := card["sets"].get(name):
            yield (
                f"{name:16} {one['n']:5} {one['groups']:6} {one['supported']:5.2f}"
                f"  {_with(one['auroc'], one['auroc_interval'])}"
                f"{_with(one['balanced_accuracy'], one['balanced_accuracy_interval'])}{_errors(one)}"
            )
    if mean := card["means"].get(pool):
        yield (
            f"{'mean of sets':16} {'':18}  {_with(mean['auroc'], None)}{_with(mean['balanced_accuracy'], None)}"
            f"{_errors(mean)}"
        )


def _errors(one: dict[str, Any]) -> str:
    figures = (one[key] for key in ("misses", "false_alarms", "brier", "calibration_error"))
    return " ".join(f"{_three(figure):>6}" for figure in figures)


def _controls(card: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{'trivial checkers':16} {'judge':>6} {'words':>6} {'cosine':>6} {'claim':>6}  {'judge less words':16}"
        f" {'F1':>6} {'F1 all':>6} {'none':>6}  foreign evidence flagged"
    )
    for name, one in card["sets"].items():
        trivial = one["controls"]
        aurocs = [one["auroc"], *(trivial[f"{key}_auroc"] for key in ("overlap", "cosine", "claim_alone"))]
        f1 = [one["flag_f1"], trivial["always_flag"]["flag_f1"], trivial["never_flag"]["flag_f1"]]
        foreign = trivial["foreign_evidence"]
        yield (
            f"{name:16} {' '.join(f'{_three(value):>6}' for value in aurocs)}"
            f"  {_signed(trivial['gain_over_overlap_interval']):16} {' '.join(f'{_three(value):>6}' for value in f1)}"
            f"  {_of(foreign, 'flagged')}"
        )
    yield "AUROC: of the judge, of plain word overlap, of MiniLM (claim and nearest window), of the claim alone"
    yield "F1 of flagging, by the judge, by flagging all, by flagging none. To flag all has balanced accuracy 0.5,"
    yield "misses 0 and alarms 1; to flag none, balanced accuracy 0.5, misses 1 and alarms 0."


def _labels(card: dict[str, Any]) -> Iterator[str]:
    yield f"{'what people say':40} {'n':>5}  what the judge says: {' '.join(f'{name:>12}' for name in _SUPPORTS)}"
    for name, one in card["sets"].items():
        for label, given in one["said_by_label"].items():
            shares = " ".join(f"{given.get(support, 0.0):12.3f}" for support in _SUPPORTS)
            yield f"{name + ': ' + label:40} {given['n']:5}  {'':20} {shares}"


def _edits(made: dict[str, Any]) -> Iterator[str]:
    limit = made["limit_at_5_percent_false_alarms"]
    yield f"sentences of {', '.join(made['texts'])}, edited and reworded; at most one of each kind from a sentence"
    yield f"below the limit: score under {limit:.4f}, as at most 5 % of unedited and reworded sentences have"
    head = f"{'n':>5}  {'below the limit':22}{'not said SUPPORTED':22}"
    yield f"{'edit':16} {head}changed words marked"
    yield from (f"{_flagged(name, one)}{_three(one['marked'])}" for name, one in made["edits"].items())
    yield f"{'true wording':16} {head}".rstrip()
    for name, one in {"unedited": made["unedited"], **made["rewordings"]}.items():
        yield _flagged(name, one).rstrip()
    by_text = made["edits_by_text"].items()
    yield "edits below the limit, by text: " + "; ".join(f"{name} {_of(one, 'below_limit')}" for name, one in by_text)
    alone = made["sentence_alone"]
    same, other = alone["identical"], alone["negated"]
    yield (
        f"a sentence as evidence for itself: SUPPORTED {_of(same, 'supported')};"
        f" for its negation: flagged {_of(other, 'flagged')}"
    )


def _flagged(name: str, one: dict[str, Any]) -> str:
    return (
        f"{name:16} {one['n']:5}  {_with(one['below_limit'], one['interval'])}"
        f"{_with(one['flagged'], one['flagged_interval'])}"
    )


def _of(one: dict[str, Any], key: str) -> str:
    return f"{_with(one[key], one['interval']).rstrip()} of {one['n']}"


def _in_short(card: dict[str, Any]) -> Iterator[str]:
    for key, what in (
        ("misses_of_ten_unsupported", "unsupported sentences it misses"),
        ("alarms_of_ten_supported", "supported sentences it doubts"),
    ):
        if (value := card[key]) is not None:
            bounds = card[f"{key}_interval"]
            told = f" [{bounds[0]:.1f}, {bounds[1]:.1f}]" if bounds else ""
            yield f"of ten {what} about {value:.1f}{told}: the mean of the sets"


def _with(value: float | None, bounds: Sequence[float] | None) -> str:
    told = _three(value) + (f" [{bounds[0]:.3f}, {bounds[1]:.3f}]" if bounds else "")
    return f"{told:22}"


def _signed(bounds: Sequence[float] | None) -> str:
    return f"[{bounds[0]:+.3f}, {bounds[1]:+.3f}]" if bounds else "-"


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
