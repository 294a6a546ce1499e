"""Correct programs with one mechanical change: every broken synchronisation is reported, at the right lines."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ptxgen.driver.errors import DriverError
from ptxgen.driver.source import Source, static_error
from tests.sanitizers.asynchronous_programs import ASYNCHRONOUS
from tests.sanitizers.mutants import Mutant, mutants
from tests.sanitizers.programs import PROGRAMS as SYNCHRONOUS
from tests.sanitizers.programs import Program
from tests.sanitizers.watching import findings

PROGRAMS = SYNCHRONOUS + ASYNCHRONOUS
SYNCHRONISATION = frozenset(
    (
        "drop barrier",
        "drop fence",
        "drop wait",
        "narrow mask",
        "narrow count",
        "weaken",
        "flip phase",
        "drop expectation",
        "relax",
    )
)
"""Operators that break the order between threads: whoever computes the right result all the same was lucky."""

DROPPED = {
    ("reduction", 0): ("ld.shared.u32 %r9, [%r8]", "st.shared.u32 [%r5], %r6"),
    ("transpose", 0): ("ld.shared.u32 %r10, [%r9]", "st.shared.u32 [%r7], %r8"),
    ("scan", 0): ("ld.shared.u32 %r8, [%r9]", "st.shared.u32 [%r5], %r6"),
    ("scan", 1): ("st.shared.u32 [%r5], %r10", "ld.shared.u32 %r8, [%r9]"),
    ("scan", 2): ("ld.shared.u32 %r8, [%r9]", "st.shared.u32 [%r5], %r10"),
    ("histogram", 0): ("red.shared.add.u32 [%r7], 1", "st.shared.u32 [%r5], 0"),
    ("histogram", 1): ("ld.shared.u32 %r8, [%r5]", "red.shared.add.u32 [%r7], 1"),
    ("double_buffer", 0): ("ld.shared.u32 %r15, [%r13]", "st.shared.u32 [%r10], %r9"),
    ("double_buffer", 1): ("st.shared.u32 [%r14], %r9", "ld.shared.u32 %r15, [%r13]"),
    ("stencil", 0): ("ld.shared.u32 %r7, [%r5]", "st.shared.u32 [%r5+4], %r6"),
    ("warp_exchange", 0): ("ld.shared.u32 %r9, [%r8]", "st.shared.u32 [%r5], %r6"),
    ("warp_exchange", 1): ("st.shared.u32 [%r5], %r9", "ld.shared.u32 %r9, [%r8]"),
    ("warp_exchange", 2): ("ld.shared.u32 %r10, [%r8]", "st.shared.u32 [%r5], %r9"),
    ("copied_tiles", 0): ("ld.shared.u32 %r15, [%r13]", "cp.async.ca.shared.global [%r10], [%rd5], 4"),
    ("copied_tiles", 1): ("cp.async.ca.shared.global [%r14], [%rd5], 4", "ld.shared.u32 %r15, [%r13]"),
    ("stored_ring", 0): (
        "mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r13], %r12",
        "mbarrier.init.shared::cta.b64 [%r6], 64",
    ),
    ("bulk_ring", 0): (
        "mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r13], %r12",
        "mbarrier.init.shared::cta.b64 [%r6], 64",
    ),
    ("last_cta", 0): ("ld.shared.u32 %r7, [last]", "st.shared.u32 [last], %r6"),
    ("flag", 0): ("ld.global.u32 %r7, [%rd6]", "st.global.u32 [%rd4], %r4"),
    ("handover", 0): ("ld.shared.u32 %r8, [%r6]", "st.shared.u32 [%r6], %r7"),
}
"""What each dropped barrier (by its number in the program) leaves unordered: the later access and the earlier one."""


def every_mutant() -> list[tuple[Callable[[], Program], Mutant]]:
    return [(make, mutant) for make in PROGRAMS for mutant in mutants(make().text)]


def refusal(mutant: Mutant) -> DriverError | None:
    """What the static checker says, which sees some mutants before they run."""
    return static_error(Source.of(mutant.text))


def name(case: object) -> str:
    if isinstance(case, Mutant):
        return f"{case.operator} at {case.line}".replace(" ", "-")
    return getattr(case, "__name__", "")


@pytest.mark.parametrize(
    ("make", "mutant"), [c for c in every_mutant() if c[1].operator in SYNCHRONISATION], ids=name
)
def test_broken_synchronisation_is_reported(make: Callable[[], Program], mutant: Mutant) -> None:
    found, _ = findings(make(), mutant.text)
    assert {f.tool for f in found} & {"racecheck", "synccheck"}


@pytest.mark.parametrize("make", PROGRAMS, ids=name)
def test_a_dropped_barrier_is_reported_at_both_accesses(make: Callable[[], Program]) -> None:
    program = make()
    dropped = [m for m in mutants(program.text) if m.operator == "drop barrier"]
    expected = {n for p, n in DROPPED if p == program.name}
    assert expected == set(range(len(dropped)))
    for number, mutant in enumerate(dropped):
        found, _ = findings(program, mutant.text, ("racecheck",))
        lines = mutant.text.splitlines()
        pairs = {
            (lines[f.line - 1].strip(" ;"), lines[f.other.line - 1].strip(" ;")) for f in found if f.other
        }
        assert DROPPED[program.name, number] in pairs


@pytest.mark.parametrize("make", PROGRAMS, ids=name)
def test_other_mutants_are_reported_or_only_compute_something_else(make: Callable[[], Program]) -> None:
    """A shifted address that stays inside initialised, ordered memory gives other numbers, which is no hazard."""
    program = make()
    for mutant in mutants(program.text):
        if mutant.operator in SYNCHRONISATION:
            continue
        refused = refusal(mutant)
        if refused is not None:
            assert refused.line == mutant.line
            continue
        found, output = findings(program, mutant.text)
        assert found or not np.array_equal(output, program.output), mutant.changed
