"""The score: points only for checks that had something to look at, each with its reason."""

from __future__ import annotations

from collections import Counter

import pytest

from ptxgen.debug import analyze_text
from ptxgen.debug.adopted import every_rule
from ptxgen.debug.baseline import without_known
from ptxgen.debug.body import Body
from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.debug.engine import parsed
from ptxgen.debug.findings import FileReport
from ptxgen.debug.quality import WORTH, Check, State, scores
from ptxgen.debug.question import Question, answered
from ptxgen.debug.rule import Family
from ptxgen.debug.selection import Selection
from ptxgen.debug.subjects import subjects
from ptxgen.ir.checker.views import ModuleView
from tests.debug.cases import read_cases
from tests.debug.conftest import BUGGY, CLEAN


def checks(report: FileReport) -> dict[str, Check]:
    module, _ = parsed(report.text, report.name)
    assert module is not None
    bodies = [Body(function, report.facts) for function in ModuleView(module, None, None).functions]
    return {check.id: check for score in scores(report, bodies) for check in score.checks}


def test_every_rule_has_a_subject() -> None:
    assert set(subjects()) == set(every_rule())


def test_a_check_that_finds_something_has_a_subject() -> None:
    """Otherwise a rule would count against a text, and never for one."""
    blind: set[str] = set()
    for case in read_cases():
        if not case.catches or case.rule not in every_rule():
            continue
        report = case.report()
        if any(f.id == case.rule for f in report.findings):
            made = checks(FileReport(report.name, report.text))
            if made[case.rule].state is not State.HELD:
                blind.add(case.rule)
    # Without the size of the CTA, or the grid, they say "unknown" of what they see, and cannot vouch for the rest.
    assert blind <= {"PTX150", "PTX151", "PTX152", "PTX153", "PTX154"}


def test_points() -> None:
    made = checks(analyze_text(BUGGY))
    assert made["PTX120"].state is State.FOUND
    assert made["PTX120"].reason == "1 found: line 11"
    assert (made["PTX120"].earned, made["PTX120"].worth) == (0, 3)
    assert checks(analyze_text(CLEAN))["PTX120"].earned == 3


def test_what_does_not_apply_earns_nothing() -> None:
    made = checks(analyze_text(CLEAN))
    for id in ("PTX131", "PTX133", "PTX140", "PTX125", "memcheck", "racecheck"):
        assert made[id].state is State.NOT_APPLIED
        assert made[id].earned == made[id].worth == 0
        assert made[id].reason
    empty = checks(analyze_text(".version 9.0\n.target sm_90\n.address_size 64\n"))
    assert sum(check.worth for check in empty.values()) == 0


def test_a_check_that_is_not_implemented_earns_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptxgen.debug.quality.subjects", dict)
    made = checks(analyze_text(CLEAN))
    assert sum(check.worth for check in made.values()) == 0


def test_what_is_hidden_earns_nothing() -> None:
    report = analyze_text(BUGGY)
    (finding,) = report.findings
    hidden = without_known(report, Counter({finding.fingerprint(report.line(finding.line)): 1}))
    dropped = Selection.of((), ("PTX120",)).apply(report)
    for each in (hidden, dropped):
        assert not each.findings
        assert checks(each)["PTX120"].state is State.WITHHELD
        assert checks(each)["PTX120"].earned == 0
        assert checks(each)["PTX120"].worth == 3


def test_runs_count_when_they_were_made() -> None:
    request = LaunchRequest(block=(32, 1, 1))
    both = checks(answered(CLEAN, "k.ptx", Question(request)))
    assert both["racecheck"].state is not State.NOT_APPLIED
    only = checks(answered(CLEAN, "k.ptx", Question(request), static=False))
    assert only["PTX120"].state is State.NOT_APPLIED
    assert only["memcheck"].earned == 3


def test_sums() -> None:
    report = analyze_text(BUGGY)
    module, _ = parsed(BUGGY, "k")
    assert module is not None
    made = scores(report, [Body(f) for f in ModuleView(module, None, None).functions])
    assert [score.family for score in made] == list(Family)
    for score in made:
        assert score.possible - score.earned == sum(
            c.worth for c in score.checks if c.state in (State.FOUND, State.WITHHELD)
        )
        assert {c.worth for c in score.checks} <= {0, *WORTH.values()}


DECOYS = """\
.version 9.0
.target sm_90
.address_size 64
.visible .entry k() {
.reg .b32 %r<9>;
.shared .align 4 .b8 m[64];
bra END;
bar.sync 0;
mov.u32 %r1, 0;
st.shared.u32 [m], %r1;
shfl.sync.idx.b32 %r2, %r1, 0, 31, -1;
END:
ret;
}
"""


def test_code_that_is_never_reached_earns_nothing_for_what_it_would_be() -> None:
    """Barriers, shuffles and accesses behind a jump give no points, nor does a file without code."""
    held = {id for id, check in checks(analyze_text(DECOYS)).items() if check.state is State.HELD}
    assert not held & {
        "PTX120",
        "PTX122",
        "PTX123",
        "PTX125",
        "PTX124",
        "PTX061",
        "PTX062",
        "PTX145",
        "PTX150",
    }
    empty = checks(analyze_text(DECOYS[: DECOYS.index(".visible")]))
    assert all(check.worth == 0 for check in empty.values())
