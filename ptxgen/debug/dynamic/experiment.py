"""Experiments: what is launched, and on what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from attrs import field, frozen

from ptxgen.debug.dynamic.request import Given, Resolved
from ptxgen.driver import EmulatedDevice
from ptxgen.driver.emulated.module import EmulatedModule
from ptxgen.driver.source import Code
from ptxgen.emulator import Buffer, Limits, Memory, Observer, Program, run
from ptxgen.emulator.sanitizers import Choice, Finding, Session
from ptxgen.ir.module import Module
from ptxgen.ir.parser import parse

if TYPE_CHECKING:
    from ptxgen.kernels.base import Kernel
    from ptxgen.verification.results import Comparison

LIMITS = Limits(memory_bytes=4 << 30, grid_threads=1 << 24, thread_steps=200_000)
"""A thread that executes more instructions than this is taken as endless."""


@frozen(eq=False)
class Subject:
    """What is run: PTX text, and the module that it says. Lines of findings are lines of the text."""

    text: str
    module: Module

    @staticmethod
    def read(path: Path) -> Subject:
        """A file, parsed. A byte-order mark and the NUL byte at which NVIDIA's tools end PTX are not part of it."""
        return Subject.of(path.read_text("utf-8-sig").rstrip("\0"), path.name)

    @staticmethod
    def of(text: str, name: str = "<ptx>") -> Subject:
        """Text, parsed. ParseError if it is no PTX."""
        return Subject(text, parse(text, name=name))


class Experiment(Protocol):
    """One way of running a module. `guessed` says that its inputs are no contract of anybody's."""

    @property
    def guessed(self) -> bool: ...

    @property
    def title(self) -> str: ...

    def run(self, subject: Subject, schedule: int | None, observers: Sequence[Observer]) -> Outcome:
        """Run it once, under a random order of warps if `schedule` is one."""
        ...


@frozen
class Outcome:
    """What the sanitizers found in one run; of a single launch, the bytes of each buffer afterwards, by parameter."""

    findings: tuple[Finding, ...]
    buffers: Mapping[str, bytes] = field(factory=dict[str, bytes])


@frozen
class Single:
    """One launch with given or guessed arguments."""

    launch: Resolved
    limits: Limits = LIMITS

    @property
    def guessed(self) -> bool:
        return self.launch.guessed

    @property
    def title(self) -> str:
        trial = self.launch.trial
        grid, block = ("x".join(map(str, extent)) for extent in (trial.grid, trial.block))
        open_ = f", guessed: {', '.join(self.launch.open)}" if self.launch.open else ""
        return f"{trial.entry} on {grid} CTAs of {block} threads{open_}"

    def run(self, subject: Subject, schedule: int | None, observers: Sequence[Observer]) -> Outcome:
        trial = self.launch.trial
        session = Session(Choice(collect=True))
        memory = Memory(self.limits, track_initialised=True)
        memory.quarantine_bytes = session.quarantine_bytes
        arguments = [self._place(a, memory, number) for number, a in enumerate(self.launch.arguments)]
        program = Program(subject.module, memory)
        with session.launch(memory, trial.entry):
            run(
                program, trial.entry, trial.grid, trial.block, arguments,
                shared_bytes=trial.shared_bytes, cluster=self.launch.cluster,
                observers=(*session.observers, *observers), limits=self.limits, schedule=schedule,
            )  # fmt: skip
        names = {
            int.from_bytes(a, "little"): p.name
            for a, p in zip(arguments, self.launch.function.params, strict=True)
        }
        left = {
            names[b.address]: memory.read(b.address, b.nbytes).tobytes()
            for b in memory.buffers()
            if b.address in names
        }
        return Outcome(tuple(session.findings), left)

    def _place(self, argument: Any, memory: Memory, number: int) -> bytes:
        if not isinstance(argument, Given):
            return argument.bytes
        name = self.launch.function.params[number].name
        buffer: Buffer = memory.allocate(len(argument.bytes), name)
        if argument.filled:
            memory.write(buffer.address, np.frombuffer(argument.bytes, np.uint8))
        return buffer.address.to_bytes(8, "little")


class Substituted(EmulatedDevice):
    """A device on which one text stands for whatever is loaded: the contract of a kernel runs on another text."""

    substitute: str

    def load_module(self, code: Code, *, name: str = "<ptx>") -> EmulatedModule:
        return super().load_module(self.substitute, name=name)


@frozen
class Contract:
    """The runs of a kernel as it is registered, with its example inputs, on a module that has its entries."""

    kernel: Kernel
    seed: int = 0
    limits: Limits = LIMITS

    @property
    def guessed(self) -> bool:
        return False

    @property
    def title(self) -> str:
        return f"the contract of {self.kernel.name}"

    def run(self, subject: Subject, schedule: int | None, observers: Sequence[Observer]) -> Outcome:
        outcome, _, _ = self._ran(subject, schedule, observers)
        return outcome

    def comparisons(self, subject: Subject, schedule: int | None = None) -> tuple[Comparison, ...]:
        """Run it once, and compare every output with the kernel's reference, within its tolerance."""
        from ptxgen.verification.comparing import compare_outputs

        _, inputs, outputs = self._ran(subject, schedule, ())
        return compare_outputs(self.kernel, inputs, outputs)

    def _ran(
        self, subject: Subject, schedule: int | None, observers: Sequence[Observer]
    ) -> tuple[Outcome, Mapping[str, Any], Mapping[str, Any]]:
        """What was found, the inputs and the outputs."""
        device = Substituted(
            check=False, sanitize="collect", schedule=schedule, limits=self.limits, observers=tuple(observers),
        )  # fmt: skip
        device.substitute = subject.text
        with device:
            inputs = self.kernel.example_inputs(np.random.default_rng(self.seed))
            outputs = self.kernel.run(inputs, device=device)
            return Outcome(device.findings), inputs, outputs
