"""Seeded defects are found: planted in our kernels and in compiled programs, sampled by seed over all operators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from ptxgen.debug import Finding, Verdict, analyze_module
from ptxgen.debug.dynamic import Subject, observe, with_witnesses
from ptxgen.errors import PtxgenError, Severity
from tests.debug.defects import OPERATORS, Defect, defects
from tests.debug.programs import Source, sources

SEED = 20261121
A_SITE = 1
"""Places that are taken of each operator in each text."""
SCHEDULES: tuple[int | None, ...] = (None, 1, 2)


@cache
def sample() -> tuple[tuple[Source, Defect], ...]:
    """One site of each operator in each text, by seed."""
    found: list[tuple[Source, Defect]] = []
    for source in sources():
        # A text has its own stream, so that texts and operators can be added without drawing the others again.
        rng = np.random.default_rng([SEED, *source.name.encode()])
        for kind in OPERATORS.values():
            sites = defects(source.text, kind)
            chosen = rng.choice(len(sites), min(A_SITE, len(sites)), replace=False) if sites else ()
            found += [(source, sites[int(n)]) for n in sorted(chosen)]
    return tuple(found)


def judged(source: Source, defect: Defect) -> list[Finding]:
    """What is said of a mutant, loudly enough; the rules are asked first, and runs only if they do not decide.

    Of the rules of ptxgen-debug only those are asked that may name the fault.
    """
    try:
        subject = Subject.of(defect.text, "mutant.ptx")
    except PtxgenError as error:
        raise AssertionError(f"{defect.operator.name} makes no PTX: {error}") from error
    everything = analyze_module(subject.module, only=defect.operator.expected)
    if defect.operator.slow:
        return list(everything)
    static = [f for f in everything if f.severity is Severity.ERROR]
    if found(static, defect):
        return static
    shown: list[Finding] = static
    for schedule in SCHEDULES:
        seen = observe(subject, source, [schedule])
        shown = [f for f in with_witnesses(everything, seen, subject.module) if f.severity is Severity.ERROR]
        if found(shown, defect):
            break
    return shown


def found(findings: Sequence[Finding], defect: Defect) -> bool:
    fitting = [f for f in findings if f.id in defect.operator.expected]
    assert defect.operator.slow or all(f.verdict is not Verdict.UNKNOWN for f in fitting)
    if not defect.operator.here:
        return bool(fitting)
    return any(defect.line in {f.line, *(r.line for r in f.related)} for f in fitting)


EQUIVALENT: dict[str, str] = {
    "arg_max: far away": "The guard of this load holds in no thread of the example.",
    "wgmma_gemm: no proxy fence": "It shows the initialised mbarriers to the asynchronous proxy; in the emulator they "
    "are seen at once.",
    "nvcc async_copy: no initial value": "The counter of the unrolled loop, which these sizes do not enter.",
    "nvcc layernorm: no initial value": "The sum where an unrolled loop leaves no rest, which these sizes lack.",
    "triton matmul.sm_80: no initial value": "The sums of a product of depth zero, which these sizes do not have.",
}
"""Mutants that run to the same bits on all inputs and schedules, with the reason."""


def test_there_are_enough_of_all_kinds() -> None:
    everything = sample()
    assert len(everything) >= 150
    assert {d.operator.name for _, d in everything} == OPERATORS.keys()
    assert Counter(s.maker for s, _ in everything).keys() == {"ours", "nvcc", "triton"}
    assert len({kind.family for kind in OPERATORS.values()}) == 5


RECALL = 0.95


def test_a_few_defects_of_cheap_programs() -> None:
    """The same, quickly: what the rules alone decide, and runs of one program."""
    few = [(s, d) for s, d in sample() if s.name == "transpose"]
    assert len(few) >= 8
    for source, defect in few:
        everything = judged(source, defect)
        assert found(everything, defect), (defect.operator.name, defect.line, everything)


@pytest.mark.slow
def test_seeded_defects_are_found() -> None:
    """Equivalent mutants, which change no bit of any result, are those of the table alone. Prints recall by family."""
    missed: list[str] = []
    counted, hits = Counter[str](), Counter[str]()
    for source, defect in sample():
        where = f"{source.name}: {defect.operator.name}"
        if where in EQUIVALENT:
            for schedule in SCHEDULES:
                assert source.outputs(source.text, schedule) == source.outputs(defect.text, schedule), where
            continue
        everything = judged(source, defect)
        family = defect.operator.family.value
        hit = found(everything, defect)
        for group in (
            family,
            f"of {source.maker}",
            "costs time only" if defect.operator.slow else "all errors",
        ):
            counted[group] += 1
            hits[group] += hit
        if not hit:
            missed.append(f"{where} at line {defect.line}: {[(f.id, f.line) for f in everything]}")
    for group, count in sorted(counted.items()):
        print(f"{group}: {hits[group]} of {count}, {100 * hits[group] / count:.1f} %")
    print("\n".join(missed))
    assert counted["all errors"] >= 150
    for group, count in counted.items():
        assert hits[group] >= RECALL * count, "\n".join(missed)
