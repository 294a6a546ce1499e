"""Findings that say the same of several places, as of the copies of an unrolled loop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import field, frozen

from ptxgen.debug.findings import Finding

_FEW = 3
"""Findings that are shown one by one, however alike."""
_LINES = 24
"""Lines that are named of those that are not."""


@frozen
class Group:
    """A finding, and those in the same function that differ from it in numbers only."""

    finding: Finding
    others: list[Finding] = field(factory=list[Finding])

    @property
    def more(self) -> str:
        """Where the others are."""
        lines = [f.line for f in self.others]
        named = ", ".join(map(str, lines[:_LINES]))
        rest = "" if len(lines) <= _LINES else f" and {len(lines) - _LINES} more"
        return f"{len(lines)} more like it, at lines {named}{rest}"


def grouped(findings: Iterable[Finding]) -> Iterator[Group]:
    """The groups, each where its first finding is; a few alike are no group."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_kind(finding), []).append(finding)
    alone = [f for each in groups.values() if len(each) <= _FEW for f in each]
    together = [each for each in groups.values() if len(each) > _FEW]
    made = [*(Group(f) for f in alone), *(Group(first, others) for first, *others in together)]
    yield from sorted(made, key=lambda group: (group.finding.line, group.finding.id, group.finding.message))


def _kind(finding: Finding) -> tuple[object, ...]:
    message = re.sub(r"\d+", "#", finding.message)
    return (
        finding.id,
        finding.verdict,
        finding.function,
        message,
        finding.notes if finding.line else id(finding),
    )
