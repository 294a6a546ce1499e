"""Findings of runs as findings of the bug finder: a witness for a static finding, or one of its own."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ptxgen.debug.dynamic.observing import Observations
from ptxgen.debug.findings import Act, Finding, Related, ordered
from ptxgen.debug.rule import Confidence, Family, Rule, Verdict
from ptxgen.emulator.sanitizers import KINDS
from ptxgen.emulator.sanitizers import Finding as Seen
from ptxgen.emulator.sanitizers.findings import Witness
from ptxgen.errors import Severity
from ptxgen.ir.module import Module

_FAMILIES = {
    "memcheck": Family.MEMORY,
    "initcheck": Family.MEMORY,
    "racecheck": Family.CONCURRENCY,
    "synccheck": Family.CONCURRENCY,
}

SANITIZER_RULES: dict[str, Rule] = {
    id: Rule(
        id, f"{tool}: {kind.replace('-', ' ')}", Severity.ERROR, _FAMILIES[tool],
        "A run of the emulator showed it; the page on sanitizers says how.", help,
        undecided=Severity.HINT, confidence=Confidence.HIGH,
    )
    for (tool, kind), (id, help) in KINDS.items()
}  # fmt: skip
"""What the sanitizers find, as rules."""

_SHOWS: dict[str, tuple[str, ...]] = {
    "SAN001": ("PTX062", "PTX140", "PTX142", "PTX143"),
    "SAN002": ("PTX061", "PTX072", "PTX141"),
    "SAN004": ("PTX144",),
    "SAN010": ("PTX145",),
    "SAN011": ("PTX047", "PTX048"),
    "SAN020": ("PTX150", "PTX151", "PTX152", "PTX191"),
    "SAN021": ("PTX150", "PTX151", "PTX152", "PTX191", "PTX192"),
    "SAN022": ("PTX150", "PTX151", "PTX152"),
    "SAN023": ("PTX127", "PTX128", "PTX191", "PTX192"),
    "SAN024": ("PTX129",),
    "SAN027": ("PTX133", "PTX134"),
    "SAN030": ("PTX120",),
    "SAN031": ("PTX120", "PTX122", "PTX123", "PTX131", "PTX132"),
    "SAN032": ("PTX124", "PTX125", "PTX066"),
    "SAN033": ("PTX124", "PTX125", "PTX066"),
    "SAN034": ("PTX059", "PTX122", "PTX123"),
    "SAN035": ("PTX127", "PTX128"),
    "SAN036": ("PTX131", "PTX132"),
    "SAN037": ("PTX130",),
    "SAN039": ("PTX068", "PTX101", "PTX109", "PTX137"),
}
"""For each id of a sanitizer the rules whose findings, at one of its lines, it confirms."""


def with_witnesses(findings: Sequence[Finding], seen: Observations, module: Module) -> tuple[Finding, ...]:
    """Static findings with what runs showed of them, and what only runs showed.

    With guessed inputs a run proves nothing, since the program may rightly expect others: what it shows is evidence,
    and the verdict stays open.
    """
    left = list(findings)
    verdict = Verdict.UNKNOWN if seen.guessed else Verdict.WITNESS
    for number, each in enumerate(seen.findings):
        evidence = _evidence(each, seen, number)
        position = _confirmed(left, each)
        if position is None:
            left.append(_own(each, verdict, evidence, module))
            continue
        static = left[position]
        better = verdict if static.verdict is Verdict.UNKNOWN else static.verdict
        left[position] = evolve(
            static, verdict=better, evidence=(*static.evidence, *evidence), acts=static.acts or _acts(each)
        )
    return ordered(left)


def _confirmed(findings: Sequence[Finding], seen: Seen) -> int | None:
    """The static finding that a run's finding is about: of a fitting rule, at one of its lines.

    Only of a rule about errors: what a run showed is not to be said more quietly because a rule suspected it.
    """
    lines = {w.line for w in (seen.witness, seen.other) if w is not None}
    for position, finding in enumerate(findings):
        if finding.id in _SHOWS.get(seen.id, ()) and finding.rule.severity is Severity.ERROR:
            own = {finding.line, *(r.line for r in finding.related)}
            if own & lines:
                return position
    return None


def _evidence(each: Seen, seen: Observations, number: int) -> tuple[str, ...]:
    schedule = seen.schedules.get(number)
    order = "" if schedule is None else f", warps in the order of seed {schedule}"
    guess = "; what was guessed may be wrong" if seen.guessed else ""
    return (f"seen in a run of {seen.title}{order}{guess}", *each.details())


def _own(each: Seen, verdict: Verdict, evidence: tuple[str, ...], module: Module) -> Finding:
    other = each.other
    related = () if other is None or not other.line else (Related(other.line, other.action, other.location),)
    location = each.location
    foreign = location is not None and not (location.line == each.line and location.file == module.name)
    return Finding(
        SANITIZER_RULES[each.id],
        each.message,
        verdict,
        each.line,
        location if foreign else None,
        each.entry,
        "",
        related,
        (),
        evidence,
        each.help,
        _acts(each),
    )


def _acts(each: Seen) -> tuple[Act, ...]:
    """Both sides of a race, the earlier one first."""
    if each.tool != "racecheck" or each.other is None or each.witness is None:
        return ()
    return tuple(Act(side.line, _who(side), side.action) for side in (each.other, each.witness))


def _who(side: Witness) -> str:
    if not side.threads:
        return "some thread"
    return f"CTA {side.threads[0].cta}, thread {side.threads[0].thread}"
