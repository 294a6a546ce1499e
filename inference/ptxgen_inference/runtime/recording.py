"""A trace on its device: a graph of launches that is played again and again."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field, frozen

from ptxgen.driver import Device, DeviceArray, ExecutableGraph, LoadedModule, run_plan
from ptxgen.driver.call import loaded_module
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.kernels import Kernel
from ptxgen.launch import Scalar
from ptxgen_inference.runtime.memory_plan import MemoryPlan
from ptxgen_inference.runtime.trace import Call, Trace
from ptxgen_inference.runtime.values import Value


@define(eq=False)
class Workbench:
    """What recordings of one engine share: the device, loaded code, and the memory of their values.

    Recordings run one after the other, so that one buffer serves all of them. It grows when a larger one is made;
    smaller ones keep the buffer that they were made with.
    """

    device: Device
    modules: dict[Kernel, LoadedModule] = field(factory=dict[Kernel, LoadedModule])
    _memory: DeviceArray | None = None

    def memory(self, nbytes: int) -> DeviceArray:
        """At least so many bytes."""
        if self._memory is None or self._memory.nbytes < nbytes:
            self._memory = self.device.empty(max(nbytes, 1), "u1")
        return self._memory

    def module(self, kernel: Kernel) -> LoadedModule:
        """The kernel's code. It stays loaded as long as the engine: a capture must find it there."""
        template = kernel.template
        if template not in self.modules:
            self.modules[template] = loaded_module(kernel, self.device)
        return self.modules[template]


@frozen(eq=False)
class Recording:
    """Launches in order, as a graph; `outputs` have memory of their own, which the next replay overwrites."""

    calls: tuple[Call, ...]
    graph: ExecutableGraph
    outputs: Mapping[str, DeviceArray]
    nbytes: int

    @property
    def launches(self) -> int:
        """Kernel launches of one replay."""
        return sum(len(call.kernel.plan().launches) for call in self.calls)

    def replay(self) -> None:
        """Run once, in the current stream."""
        self.graph.replay()


def record(bench: Workbench, trace: Trace, outputs: Mapping[str, Value], *, share: bool = True) -> Recording:
    """Plan the memory of a trace, load its kernels, and capture its launches.

    Without `share` no value's memory is used twice, so that all of them can be read afterwards.
    """
    plan = MemoryPlan.of(trace.calls, outputs.values(), share=share)
    binding = _Binding(
        bench, plan, bench.memory(plan.bytes) if share else bench.device.empty(plan.bytes, "u1")
    )
    made = {name: bench.device.empty(value.shape, dtype_of(value.type)) for name, value in outputs.items()}
    for call in plan.calls:
        bench.module(call.kernel)
    with bench.device.capture() as graph:
        for i in range(len(plan.calls)):
            binding.run(i)
        for name, value in outputs.items():
            made[name].copy_from(binding.array(value), wait=False)
    return Recording(plan.calls, graph.instantiate(), made, plan.bytes)


@frozen(eq=False)
class _Binding:
    """Calls with their values at the places of a plan, in `memory`."""

    bench: Workbench
    plan: MemoryPlan
    memory: DeviceArray

    def array(self, value: Value) -> DeviceArray:
        """A value's memory."""
        start = self.memory.offset + self.plan.offsets[value]
        return DeviceArray(self.memory.buffer, value.shape, dtype_of(value.type), start)

    def run(self, index: int) -> None:
        """Launch a call."""
        call = self.plan.calls[index]
        kernel, sizes = call.kernel, call.kernel.sizes
        arguments = {
            name: sizes[name] for name, p in kernel.signature.params.items() if isinstance(p, Scalar)
        }
        arrays: dict[str, DeviceArray] = {}
        for name, parameter in kernel.signature.arrays.items():
            operand = call.operand(name)
            given = self.array(operand) if isinstance(operand, Value) else operand
            shape = parameter.shape(sizes)
            arrays[name] = DeviceArray(given.buffer, shape, dtype_of(parameter.type), given.offset)
            if arrays[name].nbytes > given.nbytes:
                raise TypeError(f"{kernel.name}: {name!r} is {shape}, but has {given.nbytes} bytes")
        module, plan = self.bench.module(kernel), kernel.plan()
        starts = self.plan.workspaces[index]
        workspace = {
            name: DeviceArray(
                self.memory.buffer, space.shape, dtype_of(space.type), self.memory.offset + starts[name]
            )
            for name, space in plan.workspace.items()
        }
        run_plan(
            self.bench.device, module, plan, kernel.signature, {**arguments, **arrays}, workspace=workspace
        )
