"""What the passes gain: a program at -O0 and at another level, in PTX, in machine code, and as the emulator runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
from attrs import field, frozen

from ptxgen import toolchain
from ptxgen.bench import static
from ptxgen.bench.sass import Listing, listings
from ptxgen.bench.work import Work, size, work_of
from ptxgen.emulator import EmulatorError, LaunchStatistics
from ptxgen.ir.module import Module
from ptxgen.ir.parser import parse
from ptxgen.kernels import IntegerGemv, Kernel, QuantGemv, registry
from ptxgen.passes import Pipeline, Transition, snapshot
from ptxgen.passes.constant_division import ConstantDivision
from ptxgen.verification.translation import TransformedDevice, launch
from ptxgen.verification.trials import guessed

T = TypeVar("T")

LEVEL = "O2"
"""The level that is compared with -O0."""
_NONE = Pipeline(())
LAUNCHES = 2
"""Guessed launches of each entry of a foreign file."""


@frozen
class Subject:
    """A program that is measured: its module at -O0, how the emulator counts a version of it, and its hot loop.

    `executed` gives the PTX instructions that warps issue, None where nothing runs. `hot` gives the unit of work of the
    hot loop and the machine instructions for each, of two codes and the pipelines that made them.
    """

    name: str
    target: str
    module: Module
    executed: Callable[[Callable[[Module], Module]], int | None]
    hot: Callable[[Code, Code, Pipeline, Pipeline], tuple[str, float, float]]
    contraction: str = "contract"


@frozen
class Code:
    """What ptxas made of a text."""

    resources: tuple[toolchain.Resources, ...]
    listings: Mapping[str, Listing] = field(repr=False)

    @property
    def instructions(self) -> int:
        return sum(map(size, self.listings.values()))

    @staticmethod
    def of(text: str, target: str) -> Code:
        """Assemble and read back."""
        assembly = toolchain.assemble(text, target)
        if not assembly.accepted:
            raise toolchain.ToolchainError("TLC003", str(assembly.diagnostics[0]))
        return Code(assembly.resources, _read(assembly.cubin))


@lru_cache(maxsize=64)
def _read(cubin: bytes) -> Mapping[str, Listing]:
    """Reading is ten times as slow as assembling, and many passes change nothing in the machine code."""
    return listings(toolchain.disassemble(cubin))


@frozen
class Measure:
    """One version of a program: `registers` of the largest entry, bytes `spilled`, `executed` None if nothing ran."""

    ptx: int
    sass: int
    registers: int
    spilled: int
    hot: float
    executed: int | None

    @staticmethod
    def of(ptx: int, code: Code, hot: float, executed: int | None) -> Measure:
        return Measure(
            ptx,
            code.instructions,
            max((r.registers for r in code.resources), default=0),
            sum(r.spill_stores + r.spill_loads for r in code.resources),
            hot,
            executed,
        )


@frozen
class Gain:
    """What one pass of the pipeline took away (negative: added), in PTX and in machine instructions."""

    name: str
    ptx: int
    sass: int


@frozen
class Comparison:
    """A program at both levels. `same_code`: ptxas makes the same machine code of both, so that nothing was gained."""

    name: str
    target: str
    unit: str
    plain: Measure
    better: Measure
    gains: tuple[Gain, ...]
    same_code: bool


def compare(subject: Subject, pipeline: Pipeline | None = None) -> Comparison:
    """Measure a program without and with a pipeline (default: that of `LEVEL`)."""
    pipeline = (pipeline or Pipeline.level(LEVEL)).contracting(subject.contraction)
    stages: list[tuple[str, int, str]] = []

    def keep(made: Transition) -> None:
        if made.step.statistics.changed:
            stages.append((made.step.pass_.name, made.step.statistics.after, made.after.to_ptx()))

    module = snapshot(subject.module)
    text, ptx = module.to_ptx(), sum(1 for f in module.functions for _ in f.instructions())
    pipeline.watched_by(keep).run(module)
    plain = Code.of(text, subject.target)
    better = Code.of(stages[-1][2], subject.target) if stages else plain
    same = all(plain.listings[n].instructions == better.listings[n].instructions for n in plain.listings)
    unit, before, after = subject.hot(plain, better, _NONE, pipeline)
    return Comparison(
        subject.name,
        subject.target,
        unit,
        Measure.of(ptx, plain, before, executed(subject, _NONE)),
        Measure.of(stages[-1][1] if stages else ptx, better, after, executed(subject, pipeline)),
        tuple(_gains(ptx, plain, stages, subject.target)),
        same,
    )


def compare_all(programs: Sequence[str | Path], jobs: int = 1) -> Iterator[Comparison]:
    """Measure kernels (by name) and PTX files in their order, `jobs` at a time, each in a process of its own."""
    return each(_compare, programs, jobs)


def _compare(program: str | Path) -> Comparison:
    return compare(subject_of(program))


def each(measure: Callable[[str | Path], T], programs: Sequence[str | Path], jobs: int = 1) -> Iterator[T]:
    """Measure programs in their order, `jobs` at a time, each in a process of its own."""
    if jobs == 1:
        yield from map(measure, programs)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        yield from pool.map(measure, programs)


def subject_of(program: str | Path) -> Subject:
    """A kernel by its name, or a PTX file."""
    return foreign(program) if isinstance(program, Path) else kernel(registry.get(program)())


def executed(subject: Subject, pipeline: Pipeline) -> int | None:
    """What the emulator counts of a program after a pipeline."""
    return subject.executed(lambda module: _written_out(_after(pipeline, module)))


def _written_out(module: Module) -> Module:
    """Without divisions by constants, which no machine has an instruction for: executing one is not one instruction."""
    return _after(Pipeline((ConstantDivision(),)), module)


def _after(pipeline: Pipeline, module: Module) -> Module:
    pipeline.run(module)
    return module


def _gains(ptx: int, code: Code, stages: list[tuple[str, int, str]], target: str) -> Iterator[Gain]:
    """Step by step, so that the gains of all passes add up to the whole."""
    sass = code.instructions
    for name, instructions, text in stages:
        made = Code.of(text, target).instructions
        yield Gain(name, ptx - instructions, sass - made)
        ptx, sass = instructions, made


def kernel(made: Kernel) -> Subject:
    """A kernel at its sizes, run on its example inputs; GEMVs have the hot loop of docs/static.md."""
    target = static.target_of(made)

    def executed(transform: Callable[[Module], Module]) -> int:
        counted: list[int] = []
        device = TransformedDevice(transform, on_launch=lambda _, s: counted.append(s.instructions))
        made.run(made.example_inputs(np.random.default_rng(0)), device=device)
        return sum(counted)

    gemv = isinstance(made, QuantGemv | IntegerGemv)
    return Subject(
        made.name,
        target,
        parse(made.emit_ptx(target, level="O0")),
        executed,
        partial(_gemv, made) if gemv else _generic,
        made.contraction,
    )


def _gemv(
    gemv: QuantGemv | IntegerGemv, plain: Code, better: Code, first: Pipeline, second: Pipeline
) -> tuple[str, float, float]:
    """The loop of a GEMV is counted at a size at which ptxas leaves one, whatever the sizes of the kernel."""
    large = static.measured(gemv)
    before, after = (_gemv_loop(large, str(pipeline)) for pipeline in (first, second))
    if before is None or after is None:
        return _generic(plain, better, first, second)
    return "weight byte", before.per_byte, after.per_byte


@lru_cache(maxsize=16)
def _gemv_loop(gemv: QuantGemv | IntegerGemv, pipeline: str) -> static.HotLoop | None:
    return static.gemv_loop(gemv, passes=Pipeline.parse(pipeline))


def _generic(plain: Code, better: Code, *_: Pipeline) -> tuple[str, float, float]:
    name = max(plain.listings, key=lambda n: len(plain.listings[n].instructions))
    before: Work = work_of(plain.listings[name])
    after = work_of(better.listings[name], before.unit)
    return before.unit, before.per_unit, after.per_unit


def foreign(path: Path) -> Subject:
    """A PTX file, run on guessed launches."""
    module = parse(path.read_text(encoding="utf-8"), name=path.name)
    trials = tuple(guessed(module, LAUNCHES, seed=0))

    def executed(transform: Callable[[Module], Module]) -> int | None:
        program = transform(parse(module.to_ptx(), name=path.name))
        found: list[LaunchStatistics] = []
        for trial in trials:
            try:
                found.append(launch(program, trial).statistics)
            except EmulatorError:
                continue
        return sum(s.instructions for s in found) or None

    return Subject(path.stem, module.target, module, executed, _generic)
