"""Seeded defects are found: planted in our kernels and in compiled programs, sampled by seed over all operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from attrs import frozen

from ptxgen.debug import Finding, Verdict, analyze_module
from ptxgen.debug.dynamic import Contract, Observations, Subject, observe, with_witnesses
from ptxgen.debug.dynamic.experiment import Experiment, Outcome, Substituted
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import Limits, Observer
from ptxgen.errors import PtxgenError, Severity
from ptxgen.kernels.base import Kernel
from ptxgen.kernels.registry import get
from tests.corpus.cases import PROGRAMS, Program, Variant
from tests.corpus.running import run
from tests.debug.defects import OPERATORS, Defect, defects

SEED = 20261121
A_SITE = 1
"""Places that are taken of each operator in each text."""
LIMITS = Limits(thread_steps=20_000)
SCHEDULES: tuple[int | None, ...] = (None, 1, 2)
VARIANT = Variant("O3", "sm_90")


@frozen
class Compiled:
    """A program of the corpus with its launches."""

    program: Program
    guessed: bool = False

    @property
    def title(self) -> str:
        return self.program.name

    def run(self, subject: Subject, schedule: int | None, observers: Sequence[Observer]) -> Outcome:
        device = EmulatedDevice(check=False, sanitize="collect", schedule=schedule, limits=LIMITS)
        with device:
            run(self.program, subject.text, device)
            return Outcome(device.findings)


@frozen
class Source:
    name: str
    text: str
    experiment: Experiment


KERNELS: dict[str, Callable[[], Kernel]] = {
    name: (lambda name=name: get(name)())
    for name in (
        "tiled_gemm", "transpose", "mma_gemm", "softmax", "arg_max", "q4_k_gemv", "dp4a_q4_k_gemv", "flash_attention",
        "bf16_split_k_gemv", "wgmma_gemm", "q8_0_gemm", "layer_norm",
    )
}  # fmt: skip
COMPILED = (
    "reduction", "scan", "gemm_tiled", "transpose", "softmax", "async_copy", "stencil", "matvec", "histogram",
    "layernorm", "bitonic_sort", "warp_votes",
)  # fmt: skip


def sources() -> list[Source]:
    ours = [
        Source(name, made().emit_ptx(), Contract(made(), limits=LIMITS)) for name, made in KERNELS.items()
    ]
    programs = {program.name: program for program in PROGRAMS}
    theirs = [
        Source(f"nvcc {n}", programs[n].ptx(VARIANT).read_text("utf-8"), Compiled(programs[n]))
        for n in COMPILED
    ]
    return [*ours, *theirs]


@cache
def sample() -> tuple[tuple[Source, Defect], ...]:
    """One site of each operator in each text, by seed."""
    rng = np.random.default_rng(SEED)
    found: list[tuple[Source, Defect]] = []
    for source in sources():
        for kind in OPERATORS.values():
            sites = defects(source.text, kind)
            chosen = rng.choice(len(sites), min(A_SITE, len(sites)), replace=False) if sites else ()
            found += [(source, sites[int(n)]) for n in sorted(chosen)]
    return tuple(found)


def judged(source: Source, defect: Defect) -> tuple[list[Finding], Observations | None]:
    """All error-level findings on a mutant; the rules are asked first, and runs only if they do not decide."""
    try:
        subject = Subject.of(defect.text, "mutant.ptx")
    except PtxgenError as error:
        raise AssertionError(f"{defect.operator.name} makes no PTX: {error}") from error
    static = [f for f in analyze_module(subject.module) if f.severity is Severity.ERROR]
    if found(static, defect):
        return static, None
    everything: list[Finding] = static
    seen = None
    for schedule in SCHEDULES:
        seen = observe(subject, source.experiment, [schedule])
        everything = [f for f in with_witnesses(static, seen, subject.module) if f.severity is Severity.ERROR]
        if found(everything, defect):
            break
    return everything, seen


def found(findings: Sequence[Finding], defect: Defect) -> bool:
    fitting = [f for f in findings if f.id in defect.operator.expected]
    assert all(f.verdict is not Verdict.UNKNOWN for f in fitting)
    if not defect.operator.here:
        return bool(fitting)
    return any(defect.line in {f.line, *(r.line for r in f.related)} for f in fitting)


EQUIVALENT: dict[str, str] = {
    "wgmma_gemm: misaligned": "The guard of this store never holds: the example has fewer columns than the tile.",
    "wgmma_gemm: no proxy fence": "It shows the initialised mbarriers to the asynchronous proxy; in the emulator they "
    "are seen at once.",
    "nvcc scan: far away": "The unrolled rest of the loop, which these sizes do not enter.",
    "nvcc gemm_tiled: no initial value": "The sum of a product without any tile, which these sizes do not have.",
    "nvcc softmax: no initial value": "The sum of a row without elements, which these sizes do not have.",
}
"""Mutants that run to the same bits on all inputs and schedules, with the reason."""


def outputs(source: Source, text: str, schedule: int | None) -> dict[str, bytes]:
    """The bits of every result of a run."""
    if isinstance(source.experiment, Compiled):
        with EmulatedDevice(check=False, schedule=schedule, limits=LIMITS) as device:
            found = run(source.experiment.program, text, device)
    else:
        assert isinstance(source.experiment, Contract)
        kernel = source.experiment.kernel
        with Substituted(check=False, schedule=schedule, limits=LIMITS) as device:
            device.substitute = text
            found = kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    return {name: np.asarray(array).tobytes() for name, array in found.items()}


def test_there_are_enough_of_all_kinds() -> None:
    everything = sample()
    assert len(everything) >= 150
    assert {d.operator.name for _, d in everything} == OPERATORS.keys()


RECALL = 0.95


def test_a_few_defects_of_cheap_programs() -> None:
    """The same, quickly: what the rules alone decide, and runs of one program."""
    few = [(s, d) for s, d in sample() if s.name == "transpose"]
    assert len(few) >= 8
    for source, defect in few:
        everything, _ = judged(source, defect)
        assert found(everything, defect), (defect.operator.name, defect.line, everything)


@pytest.mark.slow
def test_seeded_defects_are_found() -> None:
    """Equivalent mutants, which change no bit of any result, are those of the table alone."""
    missed: list[str] = []
    counted = 0
    for source, defect in sample():
        where = f"{source.name}: {defect.operator.name}"
        if where in EQUIVALENT:
            for schedule in SCHEDULES:
                assert outputs(source, source.text, schedule) == outputs(source, defect.text, schedule), where
            continue
        everything, _ = judged(source, defect)
        counted += 1
        if not found(everything, defect):
            missed.append(f"{where} at line {defect.line}: {[(f.id, f.line) for f in everything]}")
    assert counted >= 150
    assert len(missed) <= (1 - RECALL) * counted, "\n".join(missed)
