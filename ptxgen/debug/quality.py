"""A quality score by family whose every point is explained, and which only checks that looked at something can earn.

A check is a rule, or a sanitizer. It is worth 3 points where it is about errors, 2 for warnings, 1 for hints. It earns
them if the text has what it is about and nothing was found; what was found earns none, whatever its verdict. A check
without a subject, or that did not run, counts neither for nor against: it is listed, and worth nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

from attrs import frozen

from ptxgen.debug.adopted import every_rule
from ptxgen.debug.body import Body
from ptxgen.debug.dynamic.witnesses import SANITIZER_RULES
from ptxgen.debug.findings import FileReport
from ptxgen.debug.rule import Family
from ptxgen.debug.subjects import subjects
from ptxgen.errors import Severity

WORTH = {Severity.ERROR: 3, Severity.WARNING: 2, Severity.HINT: 1}
"""Points of a check, by the severity of what it looks for."""


class State(enum.Enum):
    """What became of a check."""

    HELD = "held"
    FOUND = "found"
    WITHHELD = "withheld"
    NOT_APPLIED = "not applied"


@frozen
class Check:
    """One rule or sanitizer, what became of it and why; `worth` is 0 where it did not apply."""

    id: str
    title: str
    state: State
    reason: str
    worth: int

    @property
    def earned(self) -> int:
        return self.worth if self.state is State.HELD else 0


@frozen
class Score:
    """The checks of a family, those that lost points first."""

    family: Family
    checks: tuple[Check, ...]

    @property
    def earned(self) -> int:
        return sum(check.earned for check in self.checks)

    @property
    def possible(self) -> int:
        return sum(check.worth for check in self.checks)


def scores(report: FileReport, bodies: Sequence[Body]) -> tuple[Score, ...]:
    """The scores of a file that could be analysed. `bodies` are its functions, under the facts of the report."""
    checks = [*_of_rules(report, bodies), *_of_sanitizers(report)]
    return tuple(
        Score(
            family,
            tuple(sorted((c for f, c in checks if f is family), key=lambda c: (_LOST.index(c.state), c.id))),
        )
        for family in Family
    )


_LOST = (State.FOUND, State.WITHHELD, State.HELD, State.NOT_APPLIED)


def _of_rules(report: FileReport, bodies: Sequence[Body]) -> Iterator[tuple[Family, Check]]:
    about = subjects()
    counts = _counts(report)
    for rule in every_rule().values():
        worth = WORTH[rule.severity]
        lost = _lost(rule.id, counts, report)
        if lost is not None:
            yield rule.family, Check(rule.id, rule.title, *lost, worth)
        elif not report.ruled:
            yield rule.family, Check(rule.id, rule.title, State.NOT_APPLIED, "rules did not run", 0)
        elif rule.id in about and about[rule.id](bodies):
            yield rule.family, Check(rule.id, rule.title, State.HELD, "looked, and found nothing", worth)
        else:
            missing = _NEEDS.get(rule.id, "nothing here that it is about")
            yield rule.family, Check(rule.id, rule.title, State.NOT_APPLIED, missing, 0)


_THREAD = "no address here that follows from the thread"
_NEEDS = {
    "PTX140": "needs the size of the CTA or of a buffer: give --block and --buffer",
    "PTX150": "needs the size of the CTA, and shared addresses that follow from the thread",
    "PTX151": "needs the size of the CTA, and addresses that follow from the thread",
    "PTX152": "needs a grid of several CTAs",
    "PTX160": _THREAD,
    "PTX161": _THREAD,
}


def _of_sanitizers(report: FileReport) -> Iterator[tuple[Family, Check]]:
    counts = _counts(report)
    tools: dict[str, list[str]] = {}
    for id, rule in SANITIZER_RULES.items():
        tools.setdefault(rule.title.partition(":")[0], []).append(id)
    for tool, ids in tools.items():
        family = SANITIZER_RULES[ids[0]].family
        title = f"a run under {tool}"
        lost = next((each for id in ids if (each := _lost(id, counts, report)) is not None), None)
        if lost is not None:
            check = Check(tool, title, *lost, WORTH[Severity.ERROR])
        elif report.runs:
            ran = f"ran {'; '.join(report.runs)}"
            check = Check(tool, title, State.HELD, ran, WORTH[Severity.ERROR])
        else:
            check = Check(tool, title, State.NOT_APPLIED, "nothing was run: give --grid and --block", 0)
        yield family, check


def _counts(report: FileReport) -> dict[str, list[int]]:
    """The lines of the findings of each rule."""
    lines: dict[str, list[int]] = {}
    for finding in report.findings:
        lines.setdefault(finding.id, []).append(finding.line)
    return lines


def _lost(id: str, counts: dict[str, list[int]], report: FileReport) -> tuple[State, str] | None:
    if id in counts:
        shown = ", ".join(str(line) for line in counts[id][:8] if line)
        more = ", …" if len(counts[id]) > 8 else ""
        where = f": line {shown}{more}" if shown else ""
        return State.FOUND, f"{len(counts[id])} found{where}"
    if id in report.withheld:
        return State.WITHHELD, "found, and hidden by the baseline or by the choice of rules"
    return None
