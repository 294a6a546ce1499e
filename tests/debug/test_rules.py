"""Each rule of the bug finder against texts that it must catch and texts on which it must be silent."""

from __future__ import annotations

import pytest

from ptxgen import Severity
from ptxgen.debug import RULES, Confidence, Rule, Verdict, every_rule
from tests.debug.cases import Case, read_cases

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}-{'catches' if c.catches else 'silent'}")
def test_rule(case: Case) -> None:
    report = case.report()
    assert not report.problem
    found = [f for f in report.findings if f.id == case.rule]
    assert [f.line for f in found] == case.lines
    assert bool(found) == case.catches
    for finding in found:
        assert finding.help
        assert finding.function == "k"
        assert not finding.token.startswith(("%", "@")) or finding.token in report.line(finding.line)


@pytest.mark.parametrize("case", [c for c in CASES if not c.catches], ids=lambda c: c.rule)
def test_the_silent_texts_have_no_errors_at_all(case: Case) -> None:
    assert not [f for f in case.report().findings if f.severity is Severity.ERROR]


def test_every_rule_has_both_kinds_of_cases() -> None:
    kinds = {(case.rule, case.catches) for case in CASES}
    assert not {id for id, rule in RULES.items() if rule.check and not {(id, True), (id, False)} <= kinds}
    assert {case.rule for case in CASES} <= set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.id)
def test_rules_are_documented(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert not rule.fix.endswith(".")
    assert rule.severity_of(Verdict.UNKNOWN) is not Severity.ERROR
    assert rule.confidence in Confidence


def test_the_rules_of_the_checker_are_adopted() -> None:
    assert every_rule()["PTX062"].severity is Severity.ERROR
    assert list(every_rule()) == sorted(every_rule())
