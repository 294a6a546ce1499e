"""Translation validation: a module before and after runs on the same inputs, and every byte of memory must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
from attrs import define, field, frozen

from ptxgen.driver import EmulatedDevice
from ptxgen.driver.emulated.module import EmulatedModule
from ptxgen.driver.source import Code, Source
from ptxgen.emulator import Buffer, EmulatorError, LaunchStatistics, Limits, Memory, Program, run
from ptxgen.emulator.sanitizers import Choice, Finding, SanitizerError, Session
from ptxgen.ir.module import Module
from ptxgen.ir.parser import parse
from ptxgen.passes import PassError, Pipeline, Transition
from ptxgen.passes.fma_fusion import FmaFusion
from ptxgen.verification.contraction import uncontracted
from ptxgen.verification.trials import Content, Trial, guessed

_ORDER = ("racecheck", "synccheck")
"""The sanitizers that tell a program whose result is left to chance."""
STEPS = Limits(thread_steps=200_000)
"""A guessed size may make a loop long: such a trial does not count."""


@frozen
class Verdict:
    """What validation found: trials on which both agreed, those on which the module before did not run, and why.

    `difference` is the first disagreement, in words; empty if there is none.
    """

    agreed: int
    inapplicable: tuple[str, ...] = ()
    difference: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing disagreed. With `agreed` 0, nothing was shown either."""
        return not self.difference


def compare_modules(
    before: Module, after: Module, trials: Iterable[Trial], *, sanitize: bool = True
) -> Verdict:
    """Run every trial on the printed text of both modules, with all sanitizers watching if `sanitize`.

    A trial counts if the module before runs to its end on it, twice with the same result under different orders of
    warps: a program whose result depends on the order has no meaning to keep. After it the other must do the same,
    and sanitizers may not find in it what they did not find before, though the bytes may agree by luck. A race in the
    module before, or a misused barrier, makes a trial inapplicable, too.
    """
    first, second = (parse(module.to_ptx()) for module in (before, after))
    agreed = 0
    inapplicable: list[str] = []
    for trial in trials:
        try:
            expected = launch(first, trial, sanitize=sanitize)
            if launch(first, trial, schedule=1).contents != expected.contents:
                inapplicable.append(f"{trial.entry}: the result depends on the order of warps")
                continue
            if faults := [f for f in expected.findings if f.tool in _ORDER]:
                inapplicable.append(f"{trial.entry}: {faults[0].tool}: {faults[0].message}")
                continue
        except (EmulatorError, SanitizerError) as error:
            inapplicable.append(f"{trial.entry}: {error.message}")
            continue
        try:
            found = launch(second, trial, sanitize=sanitize)
        except (EmulatorError, SanitizerError) as error:
            return Verdict(
                agreed, tuple(inapplicable), f"{trial.entry} stops only after the pass: {error.message}"
            )
        wrong = _difference(expected.contents, found.contents) or _news(expected, found)
        if wrong:
            return Verdict(agreed, tuple(inapplicable), f"{trial.entry}: {wrong}")
        agreed += 1
    return Verdict(agreed, tuple(inapplicable))


@frozen
class Outcome:
    """A launch: every buffer and global variable after it, by name, what was counted, what sanitizers found."""

    contents: dict[str, bytes]
    statistics: LaunchStatistics
    findings: tuple[Finding, ...] = ()


def launch(module: Module, trial: Trial, *, schedule: int | None = None, sanitize: bool = False) -> Outcome:
    """Run a trial in memory of its own. EmulatorError or SanitizerError where a fault stops the program."""
    memory = Memory(track_initialised=sanitize)
    session = Session(Choice(collect=True)) if sanitize else None
    buffers: dict[str, Buffer] = {}
    arguments: list[bytes] = []
    for number, argument in enumerate(trial.arguments):
        if isinstance(argument, Content):
            buffer = buffers[f"argument {number}"] = memory.allocate(
                len(argument.bytes), f"argument {number}"
            )
            memory.write(buffer.address, np.frombuffer(argument.bytes, np.uint8))
            arguments.append(buffer.address.to_bytes(8, "little"))
        else:
            arguments.append(argument.bytes)
    program = Program(module, memory)
    with session.launch(memory, trial.entry) if session is not None else nullcontext():
        statistics = run(
            program, trial.entry, trial.grid, trial.block, arguments, shared_bytes=trial.shared_bytes,
            observers=session.observers if session is not None else (), limits=STEPS, schedule=schedule,
        )  # fmt: skip
    for variable in module.globals:
        if variable.space.value in ("global", "const") and variable.bytes:
            buffers[variable.name] = program.global_buffer(variable.name)
    contents = {name: memory.read(b.address, b.nbytes).tobytes() for name, b in buffers.items()}
    return Outcome(contents, statistics, tuple(session.findings) if session is not None else ())


def _news(expected: Outcome, found: Outcome) -> str:
    """What sanitizers found only after the pass."""
    known = {(f.tool, f.kind) for f in expected.findings}
    news = [f for f in found.findings if (f.tool, f.kind) not in known]
    return f"{news[0].tool} finds, only after the pass: {news[0].message}" if news else ""


def _difference(expected: dict[str, bytes], found: dict[str, bytes]) -> str:
    for name, old in expected.items():
        different = np.flatnonzero(np.frombuffer(old, np.uint8) != np.frombuffer(found[name], np.uint8))
        if different.size:
            at = int(different[0])
            return f"byte {at} of {name} is {found[name][at]:#04x}, not {old[at]:#04x} ({different.size} bytes differ)"
    return ""


@define
class Validation:
    """A hook for `Pipeline`: every pass that changed a module is validated, and a disagreement is PAS020.

    Without `trials`, arguments are guessed: `count` launches of each entry with random content. After FMA fusion,
    both modules are compared with every `fma.rn` taken apart. `verdicts` has what was found, pass by pass: a verdict
    without agreed trials shows nothing. With `sanitize`, all sanitizers watch.
    """

    trials: Sequence[Trial] | None = None
    count: int = 4
    seed: int = 0
    sanitize: bool = True
    verdicts: list[tuple[str, Verdict]] = field(factory=list[tuple[str, Verdict]], init=False)

    def __call__(self, made: Transition) -> None:
        pass_ = made.step.pass_
        if not made.step.statistics.changed:
            return
        trials = self.trials if self.trials is not None else guessed(made.before, self.count, self.seed)
        before, after = made.before, made.after
        if isinstance(pass_, FmaFusion):
            before, after = uncontracted(before), uncontracted(after)
        verdict = compare_modules(before, after, trials, sanitize=self.sanitize)
        self.verdicts.append((str(pass_), verdict))
        if not verdict.ok:
            raise PassError(
                "PAS020",
                f"{pass_} changed what the module computes: {verdict.difference}",
                help="this is a fault of the pass: report it with the module, and leave the pass out",
            )


class TransformedDevice(EmulatedDevice):
    """An emulated device that edits every module before it loads it: whatever runs on it runs the edited text.

    Kernels come to it as they are written.
    """

    level = "O0"

    def __init__(self, transform: Callable[[Module], Module], **options: Any) -> None:
        super().__init__(**options)
        self.transform = transform

    def load_module(self, code: Code, *, name: str = "<ptx>") -> EmulatedModule:
        module = code if isinstance(code, Module) else Source.of(code, name).require_module()
        return super().load_module(self.transform(module).to_ptx(), name=name)


def optimized(pipeline: Pipeline) -> Callable[[Module], Module]:
    """A transformation for `TransformedDevice`: the module after a pipeline, edited in place."""

    def transform(module: Module) -> Module:
        pipeline.run(module)
        return module

    return transform
