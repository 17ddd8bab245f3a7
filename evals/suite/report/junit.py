"""A run as JUnit XML, which every CI shows: the gate's figures as one suite, the cases as another."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from evals.suite.gate import Comparison, Verdict
from evals.suite.results import Results
from evals.suite.scores import Scored

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Results, comparison: Comparison) -> str:
    """The XML. A case fails where it breaks an invariant or got worse than in the baseline."""
    root = ElementTree.Element("testsuites", name="footnote evals", time=f"{results.seconds:.1f}")
    gate = ElementTree.SubElement(root, "testsuite", name="gate", tests=str(len(comparison.rows) + 1))
    invariants = ElementTree.SubElement(gate, "testcase", classname="gate", name="invariants")
    _fail(invariants, comparison.broken)
    for row in comparison.rows:
        case = ElementTree.SubElement(gate, "testcase", classname="gate", name=row.metric.name)
        if row.verdict is Verdict.FAIL:
            _fail(case, [row.because])
        elif row.verdict is not Verdict.PASS:
            ElementTree.SubElement(case, "skipped", message=_clean(row.because))
    worse = {flip.id for flip in comparison.flips if flip.is_worse}
    cases = ElementTree.SubElement(root, "testsuite", name="cases", tests=str(len(results.items)))
    for item in results.items:
        _case(cases, item, worse)
    for suite in (gate, cases):
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, item: Scored, worse: set[str]) -> None:
    name = _clean(f"{item.id}: {item.question}")
    case = ElementTree.SubElement(suite, "testcase", classname=item.kind, name=name, time=f"{item.seconds:.3f}")
    properties = ElementTree.SubElement(case, "properties")
    for figure, value in item.scores.items():
        ElementTree.SubElement(properties, "property", name=figure, value=f"{value:.4f}")
    _fail(case, [*item.broken, *(["worse than in the baseline"] if item.id in worse else [])])


def _fail(case: ElementTree.Element, reasons: tuple[str, ...] | list[str]) -> None:
    if reasons:
        failure = ElementTree.SubElement(case, "failure", message=_clean(reasons[0]))
        failure.text = _clean("\n".join(reasons))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
