"""Two judges of a text: our parser with the checker, and ptxas; and what they may disagree about."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen

from ptxgen import Severity, check, parse
from ptxgen.errors import ParseError
from ptxgen.toolchain import assemble

PAGE = Path(__file__).parents[2] / "docs" / "checker-and-ptxas.md"
TARGET = re.compile(r"\.target (sm_\w+)")
ROW = re.compile(
    r"^\| (?P<what>PTX\d{3}|`[^`]+`) \| `(?P<example>[^`]+)` \| (?P<reason>[^|]+) \|$", re.MULTILINE
)


@frozen
class Verdict:
    """What both say of a text: our error ids with their messages, and ptxas's errors. Nothing means accepted."""

    ours: tuple[tuple[str, str], ...]
    theirs: tuple[str, ...]

    @property
    def agreed(self) -> bool:
        return bool(self.ours) == bool(self.theirs)

    @property
    def excused(self) -> bool:
        """Whether every reason for which one of them refuses the text is in the table of deviations."""
        if self.ours:
            return all(id in STRICTER for id, _ in self.ours)
        return all(any(part in message for part in WEAKER) for message in self.theirs)


def judge(text: str, target: str | None = None) -> Verdict:
    """Both verdicts, for the target that the text names."""
    found = TARGET.search(text)
    return Verdict(ours(text), theirs(text, target or (found[1] if found else "sm_90")))


def ours(text: str) -> tuple[tuple[str, str], ...]:
    try:
        found = check(parse(text))
    except ParseError as error:
        return ((error.id, error.message),)
    return tuple((d.id, d.message) for d in found if d.severity is Severity.ERROR)


def theirs(text: str, target: str) -> tuple[str, ...]:
    found = assemble(text, target)
    return (
        () if found.accepted else tuple(d.message for d in found.diagnostics if d.severity is Severity.ERROR)
    )


def examples() -> dict[str, str]:
    """The page's tables: rule id, or words of a ptxas message -> a text on which the two are meant to differ."""
    return {m["what"].strip("`"): m["example"] for m in ROW.finditer(PAGE.read_text(encoding="utf-8"))}


EXAMPLES = examples()
STRICTER = {what for what in EXAMPLES if re.fullmatch(r"PTX\d{3}", what)}
"""Rules of ours that refuse what ptxas accepts."""
WEAKER = set(EXAMPLES) - STRICTER
"""Words of ptxas's messages about what we accept."""
