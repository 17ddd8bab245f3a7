"""The parts of the page above its cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from evals.suite.gate import Comparison, Verdict
from evals.suite.report.curves import area_under, by_threshold, drawn, power, risk_and_coverage
from evals.suite.report.funnel import funnel as counted
from evals.suite.results import Results
from evals.suite.results import figures as figures_of
from evals.suite.scores import GATED, Scored
from evals.suite.statistics import Estimate, clopper_pearson_upper, wilson

FEWEST = 30


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """A table; the cells are HTML already."""
    heads = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    told = f"<caption>{caption}</caption>" if caption else ""
    inner = f"<table>{told}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide" tabindex="0">{inner}</div>'


def verdict(results: Results, comparison: Comparison) -> str:
    """The banner."""
    broken = "".join(f"<li>{escape(line)}</li>" for line in comparison.broken[:20])
    made = results.provenance
    told = f"<ul class='broken'>{broken}</ul>" if broken else ""
    return (
        f'<header class="{comparison.verdict.lower()}"><h1>{comparison.verdict}</h1>'
        f"<p>{escape(comparison.because)}.</p>{told}"
        f'<p class="soft">{len(results.items)} of {results.expected} cases of the {escape(made.suite)} suite, '
        f"answers by the {escape(made.writer)} writer, {results.seconds:.0f} s, {results.memory_mb:.0f} MB</p></header>"
    )


def gate(comparison: Comparison) -> str:
    """The gate's table."""
    rows = []
    for row in comparison.rows:
        delta = "–"
        if row.delta:
            bounds = f"[{row.delta.low:+.3f}, {row.delta.high:+.3f}]"
            delta = f"{row.delta.value:+.3f} <span class='soft interval'>{bounds}</span>"
        rows.append(
            [
                f"<b>{escape(row.metric.name)}</b><br><span class='soft'>{escape(row.metric.says)}</span>",
                _estimate(row.baseline),
                _estimate(row.candidate),
                delta,
                f"{row.delta.detectable:.3f}" if row.delta else "–",
                str(row.candidate.n),
                f"{row.metric.floor:.2f}",
                f'<span class="sign {_class(row.verdict)}">{row.verdict}</span> {escape(row.because)}',
            ]
        )
    head = ["figure", "baseline", "now", "change", "detectable", "n", "floor", "verdict"]
    note = (
        "Intervals are 90 %, by drawing whole documents: each bound is one-sided at .05. Detectable: the smallest "
        "loss that so many cases, changing so much, would show four times in five."
    )
    return f"<section><h2>Gate</h2>{table(head, rows)}<p class='soft'>{note}</p></section>"


def funnel(items: Sequence[Scored]) -> str:
    """The funnel of the answerable cases."""
    stages = counted(items)
    most = max(stages.values(), default=0) or 1
    before, rows = most, []
    for stage, number in stages.items():
        width = 100 * number / most
        bar = f'<div class="bar"><i style="width:{width:.1f}%"></i></div>'
        lost = f"−{before - number}" if number < before else ""
        rows.append([stage, bar, str(number), f'<button data-lost="{stage}">{lost}</button>' if lost else ""])
        before = number
    return f"<section><h2>Where questions are lost</h2>{table(['stage', '', 'cases', 'lost'], rows)}</section>"


def kinds(items: Sequence[Scored]) -> str:
    """The gated figures by kind of case, shaded by their height; slices of few cases are only shown."""
    rows = []
    for kind in dict.fromkeys(item.kind for item in items):
        of_kind = [item for item in items if item.kind == kind]
        found = figures_of(of_kind)
        cells = [_shaded(found.get(metric.name)) for metric in GATED]
        few = ' <span class="soft">few</span>' if len(of_kind) < FEWEST else ""
        rows.append([f"{escape(kind)}{few}", str(len(of_kind)), *cells])
    unseen = [item for item in items if not item.seen]
    if unseen and len(unseen) < len(items):
        found = figures_of(unseen)
        cells = [_shaded(found.get(metric.name)) for metric in GATED]
        rows.append(["<b>never looked at while rules were made</b>", str(len(unseen)), *cells])
    head = ["kind", "n", *(escape(metric.name) for metric in GATED)]
    return f"<section><h2>By kind of case</h2>{table(head, rows)}{_attacks(items)}</section>"


def _attacks(items: Sequence[Scored]) -> str:
    attacked = [item for item in items if "attack resisted" in item.scores]
    if not attacked:
        return ""
    failed = sum(item.scores["attack resisted"] < 1 for item in attacked)
    bound = clopper_pearson_upper(failed, len(attacked))
    return (
        f"<p>Attacks that left a trace: {failed} of {len(attacked)}; with so few tried, up to {bound:.1%} of such "
        "attacks may (one-sided 95 %, Clopper and Pearson).</p>"
    )


def retrieval(results: Results) -> str:
    """Each search alone, fused, and reranked where a reranker is set."""
    found = results.figures
    names = ["recall@1", "recall@3", "recall@5", "recall@10", "recall@20", "nDCG@10", "MRR@10"]
    rows = []
    for channel in ("dense ", "lexical ", "", "reranked "):
        if f"{channel}{names[0]}" in found:
            cells = [_estimate(found.get(f"{channel}{name}")) for name in names]
            rows.append([channel.strip() or "fused", *cells])
    return f"<section><h2>Search</h2>{table(['', *names], rows)}</section>" if rows else ""


def controls(results: Results) -> str:
    """Systems that cheat, beside the product."""
    own = {name: estimate.value for name, estimate in results.figures.items()}
    rows = [
        [escape(name), *(f"{means[metric.name]:.3f}" if metric.name in means else "–" for metric in GATED)]
        for name, means in {"Footnote": own, **results.controls}.items()
    ]
    note = "Each cheat is good at something. The gate must fail every one of them."
    head = ["system", *(escape(metric.name) for metric in GATED)]
    return f"<section><h2>Cheats</h2>{table(head, rows)}<p class='soft'>{note}</p></section>"


def curves(items: Sequence[Scored]) -> str:
    """Risk and coverage."""
    points = risk_and_coverage(items)
    if not points:
        return ""
    first = [point for point in points if point[1] <= 0.05]
    told = f"Mean risk over all coverages {area_under(points):.3f}."
    told += (
        f" At most 5 % wrong up to a coverage of {first[-1][0]:.2f}." if first else " More than 5 % wrong throughout."
    )
    curve = drawn({"wrong among the answered": points}, "share of all cases answered", "share wrong")
    other = drawn(by_threshold(items), "threshold on the score of the first passage", "share of all cases")
    refused = "What would be answered, and wrongly, were answers of a lower score refused too."
    return (
        f"<section><h2>Risk and coverage</h2><div class='curve'>{curve}<p>{told}</p></div>"
        f"<div class='curve'>{other}<p>{refused}</p></div></section>"
    )


def judge(results: Results, card: Mapping[str, Any] | None) -> str:
    """What the product's judge is worth: on the gold evidence of these cases, and on public labels."""
    rows = [
        [escape(name), f"{value:.3f}" if name != "n" else f"{value:.0f}"]
        for name, value in results.judge_on_gold.items()
    ]
    told = table(["on the gold evidence of these cases", ""], rows) if rows else ""
    if card:
        missed = f"{card['misses_of_ten_unsupported']:.1f}"
        alarms = f"{card['alarms_of_ten_supported']:.1f}"
        told += (
            f"<p>On public human labels (<code>python -m evals meta</code>): of ten unsupported sentences it says of "
            f"{missed} that they are supported; of ten supported ones it does not say so of {alarms}.</p>"
        )
        told += _public_sets(card)
        told += _corrected(results, card)
    return f"<section><h2>The judge</h2>{told}</section>" if told else ""


def _public_sets(card: Mapping[str, Any]) -> str:
    rows = [
        [
            escape(name),
            str(one["n"]),
            *(_three(one[key]) for key in ("auroc", "balanced_accuracy", "misses", "false_alarms")),
        ]
        for name, one in card["sets"].items()
    ]
    return table(["public set", "n", "AUROC", "balanced accuracy", "misses", "false alarms"], rows)


def _corrected(results: Results, card: Mapping[str, Any]) -> str:
    """Groundedness less the judge's own error (Rogan and Gladen 1978), where the judge decided it at all."""
    found = results.figures.get("sentences supported")
    if found is None or results.provenance.writer == "extractive":
        return "<p class='soft'>The extractive writer quotes: its sentences are checked by their characters.</p>"
    sensitivity = 1 - card["misses_of_ten_unsupported"] / 10
    specificity = 1 - card["alarms_of_ten_supported"] / 10
    flagged = 1 - found.value
    real = min(1.0, max(0.0, (flagged + specificity - 1) / (sensitivity + specificity - 1)))
    return (
        f"<p>{flagged:.1%} of the sentences are flagged; less the judge's own error, some {real:.1%} are really "
        "unsupported.</p>"
    )


def proof(found: Mapping[str, Any] | None) -> str:
    """The kill matrix and the power curve."""
    if not found:
        return ""
    names = [metric.name for metric in GATED]
    rows = []
    for trial in found["trials"]:
        mark = '<span class="sign pass">killed</span>' if trial["killed"] else '<span class="sign fail">survived</span>'
        cells = ["●" if name in trial["moved"] else "" for name in names]
        star = "★ " if trial["star"] else ""
        rows.append([f"{star}{escape(trial['name'])}", mark, *cells, escape(trial["named"])])
    killed = sum(trial["killed"] for trial in found["trials"])
    head = ["mutant", "", *(escape(name) for name in names), "must be noticed by"]
    curve = f"<div class='curve'>{power(found['power'])}</div>" if found["power"] else ""
    return (
        f"<section><h2>Who tests the tests</h2><p>{killed} of {len(rows)} corruptions are noticed.</p>"
        f"<details><summary>The kill matrix</summary>{table(head, rows)}</details>{curve}</section>"
    )


def figures(results: Results) -> str:
    """Every figure."""
    rows = [[escape(name), _estimate(each), str(each.n)] for name, each in results.figures.items()]
    shown = table(["figure", "mean", "n"], rows)
    return f"<section><h2>All figures</h2><details><summary>{len(rows)} figures</summary>{shown}</details></section>"


def provenance(results: Results, comparison: Comparison, baseline: Results | None) -> str:
    """What the run was made of."""
    made = results.provenance
    rows = [
        [name, f"<code>{escape(str(getattr(made, name)))}</code>"]
        for name in ("suite", "cases", "corpus", "judge", "embedder", "reranker", "writer", "passages", "machine")
    ]
    rows += [[escape(name), escape(number)] for name, number in made.versions.items()]
    rows.append(["cases not scored", str(results.expected - len(results.items))])
    rows.append(["baseline", f"{len(baseline.items)} cases" if baseline else "none"])
    notes = "".join(f"<li>{escape(note)}</li>" for note in comparison.notes)
    return f"<section><h2>Provenance</h2>{table(['', ''], rows)}<ul>{notes}</ul></section>"


def _estimate(found: Estimate | None) -> str:
    if found is None:
        return "–"
    return f"{found.value:.3f} <span class='soft interval'>[{found.low:.3f}, {found.high:.3f}]</span>"


def _shaded(found: Estimate | None) -> str:
    if found is None:
        return "–"
    low, high = wilson(found.value * found.n, found.n) if 0 <= found.value <= 1 else (found.low, found.high)
    height = max(0.0, min(1.0, found.value))
    return (
        f'<span class="heat" style="--h:{height:.2f}" title="n {found.n}, 95 % {low:.2f} to {high:.2f}">'
        f"{found.value:.2f}</span>"
    )


def _three(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _class(verdict: Verdict) -> str:
    return {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.INCONCLUSIVE: "inconclusive"}.get(verdict, "shown")
