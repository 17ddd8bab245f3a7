"""The cases of the page: each with its answer as the product shows it, its gold, and why it counts as it does."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Mapping, Sequence
from html import escape

import rag
from evals.suite.cases import Case
from evals.suite.gate import Comparison, Flip
from evals.suite.records import Record
from evals.suite.report.funnel import lost_at
from evals.suite.results import Results
from evals.suite.scores import GATED, Scored


def flips(comparison: Comparison, records: Sequence[Record]) -> str:
    """What changed since the baseline, side by side, the worse first."""
    if not comparison.flips:
        return ""
    worse = sum(flip.is_worse for flip in comparison.flips)
    shown = "".join(_flip(flip) for flip in comparison.flips)
    return (
        f"<section><h2>What changed</h2><p>{len(comparison.flips)} cases, {worse} of them for the worse.</p>"
        f"{shown}</section>"
    )


def _flip(flip: Flip) -> str:
    changes = "".join(
        f"<li>{escape(name)}: {_number(flip.before.get(name))} → {_number(flip.after.get(name))}</li>"
        for name in flip.changes
    )
    before, after = _differing(flip.text_before, flip.text_after)
    sign = '<span class="sign fail">worse</span>' if flip.is_worse else '<span class="sign shown">other</span>'
    return (
        f"<details class='flip'><summary>{sign} <code>{escape(flip.id)}</code> {escape(flip.question)}</summary>"
        f"<ul>{changes or '<li>only the text</li>'}</ul>"
        f'<div class="sides"><div><h4>before</h4><p>{before}</p></div><div><h4>now</h4><p>{after}</p></div></div>'
        f"</details>"
    )


def _differing(before: str, after: str) -> tuple[str, str]:
    """Both texts with the words that the other has not marked."""
    old, new = before.split(" "), after.split(" ")
    left, right = [], []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        one, other = escape(" ".join(old[a:b])), escape(" ".join(new[c:d]))
        left.append(one if what == "equal" or not one else f"<del>{one}</del>")
        right.append(other if what == "equal" or not other else f"<ins>{other}</ins>")
    return " ".join(left), " ".join(right)


def every(results: Results, records: Sequence[Record]) -> str:
    """Every case, to be searched and filtered."""
    by_id = {record.case.id: record for record in records}
    shown = "".join(_case(number, item, by_id) for number, item in enumerate(results.items))
    kinds = "".join(f"<option>{escape(kind)}</option>" for kind in dict.fromkeys(item.kind for item in results.items))
    return (
        "<section id='cases'><h2>Every case</h2>"
        "<div class='filter'><input id='find' type='search' placeholder='Search questions and answers' "
        "aria-label='Search questions and answers'>"
        f"<select id='kind' aria-label='Kind'><option value=''>all kinds</option>{kinds}</select>"
        "<select id='outcome' aria-label='Outcome'><option value=''>all outcomes</option><option>right</option>"
        "<option>refused</option><option>wrong</option><option>broken</option></select>"
        f"<span id='count' class='soft'>{len(results.items)} cases</span></div>{shown}</section>"
    )


def _case(number: int, item: Scored, records: Mapping[str, Record]) -> str:
    record = records.get(item.id)
    answer = record.answer if record else None
    outcome = _outcome(item)
    lost = lost_at(item)
    body = rag.answer_html(answer, f"c{number}") if answer else f"<p>{escape(item.text)}</p>"
    gold = _gold(record.case) if record else ""
    scores = " · ".join(f"{escape(name)} {value:.2f}" for name, value in _first(item.scores))
    searched = f"<p class='soft'>Searched for: {escape(item.asked_as)}</p>" if item.asked_as != item.question else ""
    broken = "".join(f"<li class='bad'>{escape(line)}</li>" for line in item.broken)
    return (
        f'<details class="case" data-kind="{escape(item.kind)}" data-outcome="{outcome}" data-lost="{lost}">'
        f'<summary><span class="sign {_SIGNS[outcome]}">{outcome}</span> <code>{escape(item.id)}</code> '
        f"<span class='soft'>{escape(item.kind)}</span> {escape(item.question)}</summary>"
        f"{searched}{_history(record)}<div class='sides'><div>{body}</div><div>{gold}</div></div>"
        f"<ul>{broken}</ul><p class='soft'>{scores}</p>{_again(item)}</details>"
    )


_SIGNS = {"right": "pass", "refused": "shown", "wrong": "fail", "broken": "fail"}


def _outcome(item: Scored) -> str:
    if item.broken:
        return "broken"
    return {1.0: "right", 0.0: "refused"}.get(item.scores.get("right or refused", -1.0), "wrong")


def _first(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    """The gated figures, then those that are less than 1 and say something of the answer."""
    names = [metric.name for metric in GATED if metric.name in scores]
    rest = [name for name, value in scores.items() if name not in names and value < 1 and "@" not in name]
    return [(name, scores[name]) for name in (*names, *rest)]


def _history(record: Record | None) -> str:
    if record is None or not record.case.history:
        return ""
    asked = "".join(f"<li>{escape(question)}</li>" for question in record.case.history)
    return f"<ol class='soft'>{asked}</ol>"


def _gold(case: Case) -> str:
    facts = "".join(f"<li>{' <i>or</i> '.join(f'<b>{escape(form)}</b>' for form in fact)}</li>" for fact in case.facts)
    groups = "".join(
        "<li>" + " <i>or</i> ".join(f"“{escape(q.text)}” <code>{escape(q.source)}</code>" for q in group) + "</li>"
        for group in case.evidence
    )
    parts = [f"<p>{escape(case.answer)}</p>" if case.answer else ""]
    parts.append(f"<p>Must be stated:</p><ul>{facts}</ul>" if facts else "")
    parts.append(f"<p>Gold evidence:</p><ol>{groups}</ol>" if groups else "<p>No document answers this.</p>")
    parts.append(f"<p class='soft'>{escape(case.note)}</p>" if case.note else "")
    return f"<h4>Gold</h4>{''.join(parts)}"


def _again(item: Scored) -> str:
    command = f"rag ask --store .evals/store {shlex.quote(item.asked_as)}"
    return f"<p class='again'><code>{escape(command)}</code> <button class='copy'>Copy</button></p>"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
