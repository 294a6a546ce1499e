"""How many seeded defects ptxgen-debug finds: the sample, what is said of each mutant, and the page that counts it.

`python -m tests.debug.recall > docs/debug-recall.md` runs everything, one process a core, and writes the page.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context

import numpy as np
from attrs import frozen

from ptxgen.debug import Finding, Verdict, analyze_module
from ptxgen.debug.dynamic import Subject, observe, with_witnesses
from ptxgen.errors import PtxgenError, Severity
from tests.debug.defects import Defect, Operator, planted
from tests.debug.equivalent import EQUIVALENT
from tests.debug.operators import OPERATORS
from tests.debug.programs import Source, sources

SEED = 20261121
OTHER = 7
"""The seed of a second sample, which nobody looks at while rules are made."""
A_SITE = 2
"""Places that are taken of each operator in each text."""
SCHEDULES: tuple[int | None, ...] = (None, 1, 2)
RECALL = 0.95
"""What must be found, of each family with errors and of each maker."""


@frozen
class Case:
    """A mutant of a source, by the source's name."""

    source: Source
    defect: Defect

    @property
    def name(self) -> str:
        """What the table of equivalent mutants calls it."""
        return f"{self.source.name}: {self.defect.operator.name}, line {self.defect.line}"


@frozen
class Verdicts:
    """What was said of one mutant. `by` is how it was found: proved by the `rules`, witnessed by a `run`, or not.

    `changed` are the results that one that is not found, or said to be equivalent, changes under some order of warps.
    """

    name: str
    maker: str
    operator: str
    by: str
    changed: str = ""

    @property
    def kind(self) -> Operator:
        return OPERATORS[self.operator]

    @property
    def family(self) -> str:
        return "costs time only" if self.kind.slow else self.kind.family.value


def drawn(source: Source, seed: int = SEED) -> list[Case]:
    """Some sites of each operator in a text, by seed.

    Each operator has a stream of its own in each text, so that either can be added without drawing the others again.
    """
    found: list[Case] = []
    for kind in OPERATORS.values():
        rng = np.random.default_rng([seed, *source.name.encode(), *kind.name.encode()])

        def chosen(sites: int, rng: np.random.Generator = rng) -> list[int]:
            return sorted(rng.choice(sites, min(A_SITE, sites), replace=False).tolist()) if sites else []

        found += [Case(source, defect) for defect in planted(source.text, kind, chosen)]
    return found


@cache
def sample() -> tuple[Case, ...]:
    """The mutants of all sources."""
    return tuple(case for source in sources() for case in drawn(source))


def judged(case: Case) -> tuple[str, list[Finding]]:
    """How a mutant is found (empty: it is not), and what is said of it, loudly enough.

    The rules are asked first, and only those that may name the fault; runs follow only if they do not decide.
    """
    try:
        subject = Subject.of(case.defect.text, "mutant.ptx")
    except PtxgenError as error:
        raise AssertionError(f"{case.name} makes no PTX: {error}") from error
    kind = case.defect.operator
    everything = analyze_module(subject.module, only=kind.expected)
    shown = [f for f in everything if kind.slow or f.severity is Severity.ERROR]
    if kind.slow or found(shown, case.defect):
        return ("rules" if found(shown, case.defect) else ""), shown
    for schedule in SCHEDULES:
        seen = observe(subject, case.source, [schedule])
        shown = [f for f in with_witnesses(everything, seen, subject.module) if f.severity is Severity.ERROR]
        if found(shown, case.defect):
            return "run", shown
    return "", shown


def found(findings: Sequence[Finding], defect: Defect) -> bool:
    """Whether one of the findings is about the fault, and decided."""
    fitting = [f for f in findings if defect.fits(f)]
    assert defect.operator.slow or all(f.verdict is not Verdict.UNKNOWN for f in fitting)
    return bool(fitting)


def verdict(case: Case) -> Verdicts:
    """What is said of a mutant."""
    source, kind = case.source, case.defect.operator
    if case.name in EQUIVALENT:
        return Verdicts(case.name, source.maker, kind.name, "equivalent", _changed(case))
    by, _ = judged(case)
    return Verdicts(case.name, source.maker, kind.name, by, "" if by or kind.slow else _changed(case))


def _changed(case: Case) -> str:
    """The results that a mutant changes under some schedule."""
    changed: set[str] = set()
    for schedule in SCHEDULES:
        right = case.source.outputs(case.source.text, schedule)
        wrong = case.source.outputs(case.defect.text, schedule)
        changed |= {name for name in right if right[name] != wrong[name]}
    return ", ".join(sorted(changed))


def alarms(source: Source) -> list[Finding]:
    """What is said, as errors, of a program before anything is planted in it."""
    subject = Subject.of(source.text, source.name)
    seen = observe(subject, source, [None])
    findings = with_witnesses(analyze_module(subject.module), seen, subject.module)
    return [f for f in findings if f.severity is Severity.ERROR]


def of_source(number: int, seed: int = SEED) -> list[Verdicts]:
    """All mutants of one source."""
    return [verdict(case) for case in drawn(sources()[number], seed)]


def measured(jobs: int, seed: int = SEED) -> list[Verdicts]:
    """What is said of every mutant of a sample, `jobs` sources at a time, in the order of the sample."""
    numbers = range(len(sources()))
    if jobs == 1:
        return [v for n in numbers for v in of_source(n, seed)]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        return [v for each in pool.map(partial(of_source, seed=seed), numbers) for v in each]


@frozen
class Tally:
    """Of so many mutants so many were found: by the rules alone, and by runs."""

    mutants: int
    rules: int
    runs: int

    @staticmethod
    def of(verdicts: Iterable[Verdicts]) -> Tally:
        counted = Counter(v.by for v in verdicts if v.by != "equivalent")
        return Tally(counted.total(), counted["rules"], counted["run"])

    @property
    def share(self) -> float:
        """The part that was found; 1 of none."""
        return (self.rules + self.runs) / self.mutants if self.mutants else 1.0

    def __str__(self) -> str:
        return f"{self.rules + self.runs} of {self.mutants}" if self.mutants else "–"


def groups(verdicts: Sequence[Verdicts]) -> dict[str, Tally]:
    """The tallies that must reach the recall: each family, each maker, and all errors."""
    errors = [v for v in verdicts if not v.kind.slow]
    families = dict.fromkeys(v.family for v in verdicts)
    found = {family: Tally.of(v for v in verdicts if v.family == family) for family in families}
    for maker in dict.fromkeys(v.maker for v in errors):
        found[f"of {maker}"] = Tally.of(v for v in errors if v.maker == maker)
    return {**found, "all errors": Tally.of(errors)}


HEAD = """\
# How many faults ptxgen-debug finds

Faults are planted mechanically in correct programs, one in each text: {operators} kinds, each wherever it fits, of
which two places a program are drawn by seed: {mutants} mutants of {ours} kernels of ptxgen, {nvcc} programs of nvcc
and {triton} of Triton. A mutant counts as found only if a finding of an expected rule or sanitizer names the right
lines, as an error that is proved or witnessed: the changed line itself where the fault is local; else a reader of the
register that lost its value, a line of the loop, or both sides of what was dropped. First the rules look at the text
alone; what they do not prove is run in the emulator with all sanitizers, in the usual order and in two random ones.

The runs have the inputs of the program, at sizes that come to its loops and guards. Where nobody knows inputs, the
column of the rules is what may be expected. Faults that only change numbers, a wrong constant or an older value in
place of a newer one, are not among the kinds: without a reference nothing tells them from what was meant.

`python -m tests.debug.recall` runs it and writes this page; `pytest tests/debug/test_defects.py -m slow` compares.

## By family and maker

{by_family}

Faults that only cost time are apart: the rules say them as hints, and no run can witness them.

## By kind of fault

{by_kind}
"""
BY = ("proved by the rules", "witnessed by runs")
MISSED = """
## What is not found

{missed}
"""
SECOND = """
## A second sample

The sample above was looked at while rules were made. Of another one, drawn by another seed, nobody looked at the
mutants: of its {mutants} error-level faults {found} are found ({share:.1f} %), {rules} of them by the rules. {same} of
the others run to the same bits on the example inputs in all three orders, so that most of them are no faults; nobody
has gone through them, and they count as missed.{wrong}
"""
TAIL = """
## What counts as no fault

Mutants that run to the same bits on the example inputs in all three orders, checked by the same run; each with the
reason. They are not counted above.

{equivalent}
"""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def page(verdicts: Sequence[Verdicts], others: Sequence[Verdicts]) -> str:
    """The whole page: of the sample, and of a second one."""
    makers = {m: len({s.name for s in sources() if s.maker == m}) for m in ("ours", "nvcc", "triton")}
    missed = [v.name for v in verdicts if not v.by]
    equivalent = [f"- {v.name}: {EQUIVALENT[v.name]}" for v in verdicts if v.by == "equivalent"]
    head = HEAD.format(
        operators=len(OPERATORS),
        mutants=len(verdicts),
        **makers,
        by_family=table(
            ("family", *makers, "all", "", "proved by the rules", "witnessed by runs"), _families(verdicts)
        ),
        by_kind=table(("fault", "family", "found", "by rules", "by runs"), _kinds(verdicts)),
    )
    return (
        head
        + MISSED.format(missed=_missed(missed))
        + _second(others)
        + TAIL.format(equivalent="\n".join(equivalent))
    )


def _second(verdicts: Sequence[Verdicts]) -> str:
    errors = [v for v in verdicts if not v.kind.slow]
    tally = Tally.of(errors)
    wrong = [v.name for v in errors if not v.by and v.changed]
    return SECOND.format(
        mutants=tally.mutants,
        found=tally.rules + tally.runs,
        share=100 * tally.share,
        rules=tally.rules,
        same=sum(not v.by and not v.changed for v in errors),
        wrong=f" Missed, with other results: {'; '.join(wrong)}." if wrong else "",
    )


def _missed(names: Sequence[str]) -> str:
    from tests.debug.equivalent import MISSED as REASONS

    return "\n".join(f"- {name}: {REASONS.get(name, 'no reason is known.')}" for name in names) or "Nothing."


def _families(verdicts: Sequence[Verdicts]) -> Iterator[Sequence[object]]:
    errors = [v for v in verdicts if not v.kind.slow]
    families = [f for f in dict.fromkeys(v.family for v in verdicts) if f != "costs time only"]
    rows = [(f, [v for v in errors if v.family == f]) for f in families]
    slow = [v for v in verdicts if v.kind.slow]
    for name, chosen in (*rows, ("all errors", errors), ("costs time only", slow)):
        each = [Tally.of(v for v in chosen if v.maker == m) for m in ("ours", "nvcc", "triton")]
        whole = Tally.of(chosen)
        yield name, *each, whole, f"{100 * whole.share:.1f} %", whole.rules, whole.runs


def _kinds(verdicts: Sequence[Verdicts]) -> Iterator[Sequence[object]]:
    for kind in OPERATORS.values():
        tally = Tally.of(v for v in verdicts if v.operator == kind.name)
        yield kind.name, kind.family.value, tally, tally.rules, tally.runs


if __name__ == "__main__":
    JOBS = os.cpu_count() or 1
    sys.stdout.write(page(measured(JOBS), measured(JOBS, OTHER)))
