"""A run as one HTML page: the verdict first, everything it rests on below, nothing that is fetched."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from evals.suite.gate import Comparison
from evals.suite.records import Record
from evals.suite.report import cases, sections
from evals.suite.results import Results

_HERE = Path(__file__).parent


def page(
    results: Results,
    comparison: Comparison,
    records: Sequence[Record],
    baseline: Results | None = None,
    proof: Mapping[str, Any] | None = None,
    card: Mapping[str, Any] | None = None,
) -> str:
    """The page. Whatever comes from a document, a case or a model is text in it and never markup."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    parts = [
        sections.verdict(results, comparison),
        sections.gate(comparison),
        sections.funnel(results.items),
        cases.flips(comparison, records),
        sections.kinds(results.items),
        sections.retrieval(results),
        sections.controls(results),
        sections.curves(results.items),
        sections.judge(results, card),
        sections.proof(proof),
        sections.figures(results),
        cases.every(results, records),
        sections.provenance(results, comparison, baseline),
    ]
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(comparison.verdict)}: groundedness</title>
<style>
{style}</style>
</head>
<body>
<main>
{"".join(parts)}
</main>
<script>{script}</script>
</body>
</html>
"""
