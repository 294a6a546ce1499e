"""Steps of one model by shape: traced when they are first needed, then played."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import define, field, frozen

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


class Forward(Protocol):
    """What a model must have: its forward."""

    def forward(self, step: Step) -> Value:
        """The logits of the rows that the step wants."""
        ...


@frozen(eq=False)
class RecordedStep:
    """A step of one shape: fill its inputs, play it, and its logits are in the buffer."""

    recording: Recording
    inputs: StepInputs
    logits: LogitsBuffer
    marks: tuple[str, ...] = ()

    def play(self, arrays: Mapping[str, Ints], rows: int) -> Logits:
        """Run on these inputs; the last `rows` rows of logits."""
        self.inputs.fill(arrays)
        self.recording.replay()
        self.logits.writes += 1
        return Logits(self.logits, rows, self.logits.writes)


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

    def made(self, shape: Shape, *, inspect: bool = False) -> RecordedStep:
        """A new recording; with `inspect` every value that the forward marked is an output, too."""
        step, logits = self.traced(shape)
        marks = step.trace.marks if inspect else {}
        recording = record(self.bench, step.trace, {**marks, "logits": logits}, share=not inspect)
        buffer = LogitsBuffer(self.bench, recording.outputs["logits"])
        return RecordedStep(recording, step.inputs, buffer, tuple(marks))

    def traced(self, shape: Shape) -> tuple[Step, Value]:
        """A step with its calls written down, and its logits; no kernel is compiled."""
        inputs = StepInputs.make(self.bench.device, self._input_shapes(shape))
        step = Step(shape, self.machine, self.weights, inputs, self.cache)
        return step, self.model.forward(step)

    def launches(self, shape: Shape) -> int:
        """Kernel launches of a step."""
        step, logits = self.traced(shape)
        calls = MemoryPlan.of(step.trace.calls, [logits]).calls
        return sum(len(call.kernel.plan().launches) for call in calls)

    def _input_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        rows = dict.fromkeys(("tokens", "positions", "sequences"), (shape.tokens,))
        table = (shape.sequences, self.cache.shape.entries)
        return {**rows, "lengths": (shape.sequences,), "block_table": table}
