"""How well the judge tells supported claims from others, beside trivial checkers.

    python -m evals.judge DATA [--sets NAME …] [--texts FOLDER] [--edits N] [--card FILE] [--all]

DATA holds NAME.jsonl.gz: JSON Lines of {"claim", "source", "label" (1: supported), "group"} and, where a set has them,
"claim_id" (rows with the same one are one claim, whose best source counts) and "label3". Of sets that the model was
trained on, only groups that were kept back are measured; of large sets, a sample of whole groups. True sentences of
texts that were kept back (by default beside DATA, in `qa/` and `retrieval/`) are edited and reworded.

`--card` writes the figures as JSON, the judge card of the package: the same data and judge give the same card.
The exit status is 2 where something is missing or malformed.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import rag
from evals.judging.edited import Changed, change, measure_edits
from evals.judging.labelled import measure, pooled
from evals.judging.latency import CLAIMS, PASSAGES, RUNS, latency
from evals.judging.report import report
from evals.judging.sets import NOT_TRAINED_ON, SETS, TRAINED_ON, LabelledSet, load
from evals.judging.texts import Texts, development_texts, texts_of

SCHEMA = 1
EDITS = 300


def card_of(
    judge: rag.Judge, sets: Sequence[LabelledSet], made: Changed | None = None, with_trained_groups: bool = False
) -> dict[str, Any]:
    """All figures, unrounded: see `report` for what they mean. Raises ModelError where the judge cannot be loaded."""
    measured = {}
    for one in sets:
        _say(f"{one.name}: {len(one.measured):,} claims")
        measured[one.name] = measure(judge, one)
    everywhere = pooled(measured)
    card: dict[str, Any] = {
        "schema": SCHEMA,
        "judge": judge.name,
        "weights_sha256": str(getattr(judge, "fingerprint", "")),
        "with_trained_groups": with_trained_groups,
        "sets": {name: one.figures for name, one in measured.items()},
        "means": {
            "held_out": pooled({name: one for name, one in measured.items() if name in TRAINED_ON}),
            "unseen": pooled({name: one for name, one in measured.items() if name in NOT_TRAINED_ON}),
            "all": everywhere,
        },
        "misses_of_ten_unsupported": _of_ten(everywhere.get("misses")),
        "misses_of_ten_unsupported_interval": _of_ten(everywhere.get("misses_interval")),
        "alarms_of_ten_supported": _of_ten(everywhere.get("false_alarms")),
        "alarms_of_ten_supported_interval": _of_ten(everywhere.get("false_alarms_interval")),
    }
    if made is not None:
        _say("edits and rewordings")
        card["edits"] = measure_edits(judge, made)
    return card


def _of_ten(value: Any) -> Any:
    return [10 * bound for bound in value] if isinstance(value, tuple) else None if value is None else 10 * value


def _say(what: str) -> None:
    print(f"measuring {what}", file=sys.stderr, flush=True)


def as_json(card: dict[str, Any]) -> str:
    """The card as it is kept: numbers to four digits, keys in order."""
    return json.dumps(_rounded(card), indent=1, sort_keys=True, allow_nan=False) + "\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return round(value, 4) + 0.0 if isinstance(value, float) else value  # + 0.0: no minus before nothing


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.judge", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, metavar="DATA", help="the folder of labelled sets, or that which holds it")
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS, metavar="NAME", help=", ".join(SETS))
    parser.add_argument("--texts", type=Path, metavar="FOLDER", help="edit texts of these .jsonl.gz {_id, text} files")
    parser.add_argument("--edits", type=int, default=EDITS, metavar="N", help="of each kind (default 300); 0: none")
    parser.add_argument("--card", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--all", action="store_true", help="measure groups that were trained on, too")
    return parser.parse_args(words)


def _read(options: argparse.Namespace) -> tuple[list[LabelledSet], Texts]:
    """Raises ValueError where something is missing or malformed: before anything is measured."""
    if not options.data.is_dir():
        raise ValueError(f"{options.data} is not a folder")
    if options.card and not options.card.absolute().parent.is_dir():
        raise ValueError(f"{options.card.absolute().parent} is not a folder")
    inner = options.data / "ground"
    folder = inner if inner.is_dir() else options.data
    sets = [load(folder, name, options.all) for name in SETS if name in options.sets]
    if options.edits <= 0:
        return sets, {}
    return sets, texts_of(options.texts) if options.texts else development_texts(folder.absolute().parent)


def main(words: Sequence[str] | None = None) -> None:
    options = _options(words)
    try:
        sets, texts = _read(options)
    except ValueError as problem:
        _stop(problem)
    try:
        judge = rag.load_judge()
        card = card_of(judge, sets, change(texts, options.edits) if texts else None, options.all)
        print("$ python -m evals.judge", shlex.join(sys.argv[1:] if words is None else words))
        print("\n".join([*report(card), *_time(judge, texts)]))
        if options.card:
            options.card.write_text(as_json(card), encoding="utf-8")
    except (OSError, rag.RagError) as problem:
        _stop(problem)


def _time(judge: rag.Judge, texts: Texts) -> Iterator[str]:
    if found := latency(judge, texts):
        for what, one in zip((f"{CLAIMS} claims with each of {PASSAGES} passages", "one pair"), found, strict=True):
            yield f"{what}: p50 {one.p50:.0f} ms, p95 {one.p95:.0f} ms ({RUNS} runs)"


def _stop(problem: Exception) -> NoReturn:
    print(problem, file=sys.stderr)
    raise SystemExit(2) from None


if __name__ == "__main__":
    main()
