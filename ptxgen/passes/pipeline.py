"""Pipelines: passes in order, the checker between them, and hooks that watch."""

from __future__ import annotations

import time
from collections.abc import Callable

from attrs import evolve, field, frozen

from ptxgen.ir.checker import check, require_valid
from ptxgen.ir.module import Module
from ptxgen.passes.base import AnalysisManager, Pass, Statistics
from ptxgen.passes.errors import PassError
from ptxgen.passes.fma_fusion import Contraction, FmaFusion
from ptxgen.passes.text import LEVELS, parse_passes


@frozen
class Step:
    """What one pass of a pipeline did, and how long it took (the checker apart)."""

    pass_: Pass
    statistics: Statistics
    seconds: float


@frozen
class Transition:
    """What a hook sees: a step, a copy of the module as it was, and the module itself."""

    step: Step
    before: Module
    after: Module


Hook = Callable[[Transition], None]
"""Called after each pass. It must not edit the module."""


@frozen
class Pipeline:
    """Passes that run in order on one module.

    With `check`, the static checker judges the module before the first pass (CheckError) and after every pass that
    changed it (PAS010). `hooks` are called after each pass.
    """

    passes: tuple[Pass, ...] = field(converter=tuple[Pass, ...])
    check: bool = True
    hooks: tuple[Hook, ...] = field(default=(), converter=tuple[Hook, ...])

    @staticmethod
    def parse(text: str) -> Pipeline:
        """From text such as `constant-folding,fma-fusion{policy=always},dce`. PAS001, PAS002, PAS003."""
        return Pipeline(parse_passes(text))

    @staticmethod
    def level(name: str) -> Pipeline:
        """A named pipeline: `O0`, `O1` or `O2`. PAS004 for others."""
        if name not in LEVELS:
            raise PassError("PAS004", f"a level is one of {', '.join(LEVELS)}, got {name!r}")
        return Pipeline.parse(LEVELS[name])

    def contracting(self, policy: str) -> Pipeline:
        """The same pipeline with another policy of fusion: `strict`, `contract` or `always`."""
        wanted = Contraction(policy)
        return evolve(
            self, passes=[evolve(p, policy=wanted) if isinstance(p, FmaFusion) else p for p in self.passes]
        )

    def watched_by(self, *hooks: Hook) -> Pipeline:
        """The same pipeline with more hooks."""
        return evolve(self, hooks=(*self.hooks, *hooks))

    def run(self, module: Module) -> tuple[Step, ...]:
        """Edit a module in place; what each pass did."""
        analyses = AnalysisManager()
        if self.check and check(module, only_errors=True, analyses=analyses.of):
            require_valid(module)
        return tuple(self._step(pass_, module, analyses) for pass_ in self.passes)

    def _step(self, pass_: Pass, module: Module, analyses: AnalysisManager) -> Step:
        before = snapshot(module) if self.hooks else module
        started = time.perf_counter()
        statistics = pass_.run(module, analyses)
        step = Step(pass_, statistics, time.perf_counter() - started)
        if self.check and statistics.changed:
            _require_intact(pass_, module, analyses)
        for hook in self.hooks:
            hook(Transition(step, before, module))
        return step

    def __str__(self) -> str:
        return ",".join(map(str, self.passes))


def snapshot(module: Module) -> Module:
    """A copy that edits of the module do not reach. Instructions are frozen, and shared."""
    functions = [
        evolve(f, blocks=[evolve(b, instructions=list(b.instructions)) for b in f.blocks])
        for f in module.functions
    ]
    return evolve(module, functions=functions)


def dump(write: Callable[[str], None]) -> Hook:
    """A hook that writes the text after every pass, under a comment that names the pass and what it did."""

    def hook(made: Transition) -> None:
        write(f"// after {made.step.pass_}: {made.step.statistics}\n{made.after.to_ptx()}")

    return hook


def _require_intact(pass_: Pass, module: Module, analyses: AnalysisManager) -> None:
    errors = check(module, only_errors=True, analyses=analyses.of)
    if errors:
        raise PassError(
            "PAS010",
            f"{pass_} left a module that is not valid: {errors[0].message} ({errors[0].id})",
            help="this is a fault of the pass: report it, and leave the pass out with -p",
            line=errors[0].line,
        )
