"""What a rule of the bug finder is, the table of them, and what a rule yields.

A rule is one small function over one function of a module; its docstring says why the fault matters. A rule reports
what is wrong and how sure that is (`Verdict`); how loud it is said follows from both.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from ptxgen.errors import Severity, SourceLocation

if TYPE_CHECKING:
    from ptxgen.debug.body import Body


class Family(enum.Enum):
    """What kind of fault a rule is about; reports group by it."""

    MEMORY = "memory"
    CONCURRENCY = "concurrency"
    CONTROL = "control and data"
    PERFORMANCE = "performance"
    PORTABILITY = "portability"


class Verdict(enum.Enum):
    """How a finding is known.

    PROVED: it follows from the text (and the launch facts, where they are given). WITNESS: a run of the emulator
    showed it. UNKNOWN: the pattern is there, and whether it bites is not decided.
    """

    PROVED = "proved"
    WITNESS = "witness"
    UNKNOWN = "unknown"


class Confidence(enum.Enum):
    """How likely an undecided finding of a rule is a fault."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Spot(Protocol):
    """Anything that a finding can point at: instructions, variables, functions."""

    @property
    def line(self) -> int: ...

    @property
    def location(self) -> SourceLocation | None: ...


@frozen
class Found:
    """What a rule yields: the message, the place, how sure it is, and other places that belong to it.

    `token` is the part of the line that the caret marks (the whole instruction without it). `related` pairs a place
    with what happens there. `help` replaces the rule's fix where a better one is known. `acts` are the two sides of a
    race: the place, who is there, and what it does.
    """

    message: str
    at: Spot | None = None
    verdict: Verdict = Verdict.PROVED
    token: str = ""
    related: tuple[tuple[Spot, str], ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    acts: tuple[tuple[Spot, str, str], ...] = ()


Check = Callable[["Body"], Iterator[Found]]


@frozen(eq=False)
class Rule:
    """A kind of fault: stable id, title, how bad it is, its family, why it matters, how it is mended.

    `severity` is that of a decided finding, `undecided` that of one with verdict UNKNOWN: an error is never said
    without a proof or a witness. `section` is of the PTX ISA manual, version 9.0.
    """

    id: str
    title: str
    severity: Severity
    family: Family
    why: str
    fix: str
    section: str = ""
    undecided: Severity = Severity.WARNING
    confidence: Confidence = Confidence.MEDIUM
    check: Check | None = field(default=None, repr=False)

    def severity_of(self, verdict: Verdict) -> Severity:
        """How loud a finding with this verdict is said."""
        return self.undecided if verdict is Verdict.UNKNOWN else self.severity


RULES: dict[str, Rule] = {}
"""The rules that this package adds to those of the checker, by id."""

_RANK = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.HINT: 0}


def at_least(severity: Severity, limit: Severity) -> bool:
    """Whether a severity is as bad as another, or worse."""
    return _RANK[severity] >= _RANK[limit]


def rule(
    id: str,
    title: str,
    severity: Severity,
    family: Family,
    *,
    fix: str,
    section: str = "",
    undecided: Severity | None = None,
    confidence: Confidence = Confidence.MEDIUM,
) -> Callable[[Check], Check]:
    """Declare a rule; the decorated function's docstring is its `why`. An undecided error is a warning by default."""

    def declare(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"rule {id} is declared twice")
        quiet = undecided or (Severity.WARNING if severity is Severity.ERROR else severity)
        why = " ".join((inspect.getdoc(check) or "").split())
        RULES[id] = Rule(id, title, severity, family, why, fix, section, quiet, confidence, check)
        return check

    return declare
