"""Steps of one model by shape: traced when they are first needed, then played."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from attrs import define, field, frozen

from ptxgen.kernels import ArgMax
from ptxgen_inference.runtime.cache import KvCache
from ptxgen_inference.runtime.inputs import Ints, StepInputs
from ptxgen_inference.runtime.logits import Logits, LogitsBuffer
from ptxgen_inference.runtime.memory_plan import MemoryPlan
from ptxgen_inference.runtime.recording import Recording, Workbench, record
from ptxgen_inference.runtime.selection import Machine
from ptxgen_inference.runtime.shapes import Shape
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value
from ptxgen_inference.runtime.weights import DeviceWeights

Prepared = Callable[[int, int], None]
"""Told how many kernels are ready, of how many."""


class Forward(Protocol):
    """What a model must have: its forward."""

    def forward(self, step: Step) -> Value:
        """The logits of the rows that the step wants."""
        ...


@frozen(eq=False)
class RecordedStep:
    """A step of one shape: fill its inputs and play it, and its logits are in the buffer, if it has one."""

    recording: Recording
    inputs: StepInputs
    buffer: LogitsBuffer | None

    def play(self, arrays: Mapping[str, Ints]) -> None:
        """Run on these inputs."""
        self.inputs.fill(arrays)
        self.recording.replay()
        if self.buffer is not None:
            self.buffer.writes += 1

    def logits(self, rows: int) -> Logits:
        """The last `rows` rows of logits of the latest run."""
        if self.buffer is None:
            raise TypeError("no logits were wanted of this step")
        return Logits(self.buffer, rows, self.buffer.writes)


@define(eq=False)
class Player:
    """Recorded steps of a model, by shape."""

    model: Forward
    bench: Workbench
    machine: Machine
    weights: DeviceWeights
    cache: KvCache
    steps: dict[Shape, RecordedStep] = field(factory=dict[Shape, RecordedStep])

    def step(self, shape: Shape) -> RecordedStep:
        """The step of a shape, recorded now if it was not before."""
        if shape not in self.steps:
            self.steps[shape] = self.made(shape)
        return self.steps[shape]

    def prepare(self, shapes: Iterable[Shape], progress: Prepared | None = None) -> None:
        """Steps of these shapes, and the choice of the best token behind those of one: kernels built, all recorded."""
        traced = {shape: self.traced(shape) for shape in shapes if shape not in self.steps}
        kernels = {
            call.kernel.template: call.kernel
            for shape, (step, logits) in traced.items()
            for call in MemoryPlan.of(step.trace.calls, _outputs(shape, logits).values()).calls
        }
        for number, kernel in enumerate(kernels.values()):
            if progress is not None:
                progress(number, len(kernels))
            self.bench.module(kernel)
        for shape, (step, logits) in traced.items():
            self.steps[shape] = made = self._recorded(shape, step, logits)
            if shape.decode and made.buffer is not None:
                rows, columns = made.buffer.array.shape
                made.buffer.reader(ArgMax(rows=rows, cols=columns))
        if progress is not None:
            progress(len(kernels), len(kernels))

    def made(self, shape: Shape, *, inspect: bool = False) -> RecordedStep:
        """A new recording; with `inspect` every value that the forward marked is an output, too."""
        return self._recorded(shape, *self.traced(shape), inspect=inspect)

    def _recorded(self, shape: Shape, step: Step, logits: Value, *, inspect: bool = False) -> RecordedStep:
        outputs = {**(step.trace.marks if inspect else {}), **_outputs(shape, logits)}
        recording = record(self.bench, step.trace, outputs, share=not inspect)
        made = recording.outputs.get("logits")
        buffer = None if made is None else LogitsBuffer(self.bench, made)
        return RecordedStep(recording, step.inputs, buffer)

    def traced(self, shape: Shape) -> tuple[Step, Value]:
        """A step with its calls written down, and its logits; no kernel is compiled."""
        inputs = StepInputs.make(self.bench.device, self._input_shapes(shape))
        step = Step(shape, self.machine, self.weights, inputs, self.cache)
        return step, self.model.forward(step)

    def launches(self, shape: Shape) -> int:
        """Kernel launches of a step."""
        step, logits = self.traced(shape)
        calls = MemoryPlan.of(step.trace.calls, _outputs(shape, logits).values()).calls
        return sum(len(call.kernel.plan().launches) for call in calls)

    def _input_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        rows = dict.fromkeys(("tokens", "positions", "sequences"), (shape.tokens,))
        each = dict.fromkeys(("lengths", "last"), (shape.sequences,))
        return {**rows, **each, "block_table": (shape.sequences, self.cache.shape.entries)}


def _outputs(shape: Shape, logits: Value) -> dict[str, Value]:
    return {} if shape.wanted == "none" else {"logits": logits}
