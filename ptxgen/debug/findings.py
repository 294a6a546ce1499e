"""What the bug finder says: findings with rule, verdict and places, sorted and countable."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cached_property

from attrs import field, frozen

from ptxgen.debug.rule import Rule, Verdict
from ptxgen.errors import Severity, SourceLocation
from ptxgen.ir.analysis import ANY_LAUNCH, LaunchFacts


@frozen
class Related:
    """Another place that belongs to a finding, and what happens there."""

    line: int
    text: str
    location: SourceLocation | None = None


@frozen
class Act:
    """One side of a race: which thread does what, at which PTX line."""

    line: int
    who: str
    does: str


@frozen
class Finding:
    """One fault at one place. `line` is the PTX line (0: none), `function` where it is, `token` what the caret marks.

    `evidence` is what a run showed: threads, addresses, the interleaving, one line each. `acts` are the two sides of a
    race, in one of the orders that may happen.
    """

    rule: Rule
    message: str
    verdict: Verdict
    line: int = 0
    location: SourceLocation | None = None
    function: str = ""
    token: str = ""
    related: tuple[Related, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    help: str = ""
    acts: tuple[Act, ...] = ()

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def severity(self) -> Severity:
        return self.rule.severity_of(self.verdict)

    def fingerprint(self, text: str) -> str:
        """What a baseline remembers: rule, function and the text of the line; not the line's number.

        `text` is the PTX line.
        """
        words = "\0".join((self.id, self.function, " ".join(text.split())))
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:20]


@frozen
class FileReport:
    """Everything that is known about one file. `problem` says why it could not be analysed; empty if it was.

    `accepted` are the findings that a baseline keeps back, `dropped` counts those of rules that were switched off, and
    `withheld` are the ids of both. `runs` says what was run in the emulator, `notes` what the reader must know of the
    whole. `facts` are what the rules knew about launches of the entry `entry`; `ruled` says whether they ran at all.
    """

    name: str
    text: str
    findings: tuple[Finding, ...] = field(factory=tuple[Finding, ...])
    accepted: tuple[Finding, ...] = ()
    dropped: int = 0
    problem: str = ""
    runs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    withheld: frozenset[str] = frozenset()
    facts: LaunchFacts = ANY_LAUNCH
    entry: str = ""
    ruled: bool = True

    @property
    def hidden(self) -> int:
        """How many findings a baseline keeps back."""
        return len(self.accepted)

    @cached_property
    def lines(self) -> list[str]:
        """The PTX text by lines."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """The text of a PTX line; empty where there is none."""
        lines = self.lines
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""

    def counts(self) -> Counter[Severity]:
        """How many findings of each severity."""
        return Counter(finding.severity for finding in self.findings)


def ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """By line, then by rule; equal findings once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.line, f.id, f.message)))
