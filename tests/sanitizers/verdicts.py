"""What becomes of a mutant: refused before it runs, reported by a sanitizer, seen in its numbers, or none of these."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterable

from attrs import frozen

from ptxgen.driver.source import Source, static_error
from tests.sanitizers.asynchronous_programs import ASYNCHRONOUS
from tests.sanitizers.cluster_programs import CLUSTERS
from tests.sanitizers.explained import Explanation, explanation
from tests.sanitizers.lines import names_one, right_lines
from tests.sanitizers.matrix_programs import MATRICES
from tests.sanitizers.mutants import Mutant, mutants
from tests.sanitizers.programs import PROGRAMS, Program
from tests.sanitizers.watching import findings

EVERY: tuple[Callable[[], Program], ...] = PROGRAMS + ASYNCHRONOUS + CLUSTERS + MATRICES
SCHEDULES = (None, 1, 2)
"""The usual order of warps, then random ones, until one of them shows something."""


class Outcome(enum.Enum):
    """How a mutant was found out, if it was."""

    REFUSED = "refused"
    REPORTED = "reported"
    NUMBERS = "numbers"
    EQUAL = "equal"


@frozen
class Verdict:
    """The outcome of a mutant of a program. located: at a right line. tools: whose findings.

    explained: why nothing can report it. steady: whether its results did not depend on the order."""

    program: str
    mutant: Mutant
    outcome: Outcome
    located: bool = False
    tools: frozenset[str] = frozenset()
    explained: Explanation | None = None
    steady: bool = True

    @property
    def seen(self) -> bool:
        """Whether the static checker, the machine or a sanitizer reports it."""
        return self.outcome in (Outcome.REFUSED, Outcome.REPORTED)

    def __str__(self) -> str:
        what = f"{self.outcome.value}{'' if self.located or not self.seen else ' elsewhere'}"
        mutant = self.mutant
        return f"{what}: {self.program} {mutant.line}, {mutant.operator}: {mutant.changed or '(nothing)'}"


def judge(program: Program, mutant: Mutant) -> Verdict:
    """Run a mutant with all sanitizers, in several orders if need be."""
    refused = static_error(Source.of(mutant.text))
    if refused is not None:
        return Verdict(program.name, mutant, Outcome.REFUSED, refused.line == mutant.line)
    right = right_lines(program.text, mutant)
    tools: set[str] = set()
    outputs: set[bytes] = set()
    for schedule in SCHEDULES:
        found, output = findings(program, mutant.text, schedule=schedule)
        outputs.add(output.tobytes())
        tools |= {finding.tool for finding in found}
        if any(names_one(finding, right) for finding in found):
            return Verdict(program.name, mutant, Outcome.REPORTED, located=True, tools=frozenset(tools))
    if tools:
        return Verdict(program.name, mutant, Outcome.REPORTED, tools=frozenset(tools))
    equal = outputs == {program.output.tobytes()}
    why = explanation(program, mutant, equal=equal)
    outcome = Outcome.EQUAL if equal else Outcome.NUMBERS
    return Verdict(program.name, mutant, outcome, explained=why, steady=len(outputs) == 1)


def every_mutant() -> list[tuple[Program, Mutant]]:
    """All mutants of all programs."""
    return [(program, mutant) for program in (make() for make in EVERY) for mutant in mutants(program.text)]


@frozen
class Recall:
    """Figures of some verdicts. hazards: neither equivalent nor functional; `all` leaves out equivalents only."""

    mutants: int
    equivalent: int
    functional: int
    hazards: int
    reported: int
    located: int
    caught: int

    @staticmethod
    def of(verdicts: Iterable[Verdict]) -> Recall:
        verdicts = list(verdicts)
        explained = [v for v in verdicts if v.explained]
        equivalent = sum(v.outcome is Outcome.EQUAL for v in explained)
        return Recall(
            len(verdicts),
            equivalent,
            len(explained) - equivalent,
            len(verdicts) - len(explained),
            sum(v.seen for v in verdicts),
            sum(v.located for v in verdicts),
            sum(v.seen or v.outcome is Outcome.NUMBERS for v in verdicts),
        )

    @property
    def of_hazards(self) -> float:
        """Hazards that are reported at a right line."""
        return self.located / self.hazards

    @property
    def of_all(self) -> float:
        """Mutants that are not equivalent, and reported: by a sanitizer, the machine or the static checker."""
        return self.reported / (self.mutants - self.equivalent)

    @property
    def with_numbers(self) -> float:
        """Mutants that are not equivalent, and reported or seen by comparing the numbers."""
        return self.caught / (self.mutants - self.equivalent)

    def __str__(self) -> str:
        return (
            f"{self.mutants} mutants, {self.equivalent} equivalent, {self.functional} functional,"
            f" {self.hazards} hazards;"
            f" hazards reported at a right line: {self.located} ({self.of_hazards:.1%});"
            f" reported of all that are not equivalent: {self.reported} ({self.of_all:.1%});"
            f" reported or wrong in numbers: {self.caught} ({self.with_numbers:.1%})"
        )


def table(verdicts: Iterable[Verdict]) -> str:
    """A line for each operator."""
    counts: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        kind = "reported" if verdict.seen else verdict.outcome.value
        counts.setdefault(verdict.mutant.operator, Counter())[kind] += 1
    columns = ("reported", "numbers", "equal")
    lines = ["| operator | " + " | ".join(columns) + " |"]
    lines += [
        f"| {name} | " + " | ".join(str(count[column]) for column in columns) + " |"
        for name, count in sorted(counts.items())
    ]
    return "\n".join(lines)
