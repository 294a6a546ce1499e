"""Modules and kernels on the emulator."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ptxgen import isa
from ptxgen.driver.arguments import Packed
from ptxgen.driver.buffers import Buffer
from ptxgen.driver.contract import EntryLimits
from ptxgen.driver.emulated.properties import emulated_properties
from ptxgen.driver.emulated.streams import Operation
from ptxgen.driver.kernels import LoadedKernel, LoadedModule, no_such_global, no_such_kernel
from ptxgen.driver.occupancy import estimate
from ptxgen.driver.parameters import of_entry
from ptxgen.driver.properties import DeviceProperties, KernelAttributes, Occupancy
from ptxgen.driver.source import Source, static_error
from ptxgen.emulator import Program, run
from ptxgen.ir.module import Function, Module, Variable
from ptxgen.isa import StateSpace
from ptxgen.launch import LaunchConfig

if TYPE_CHECKING:
    from ptxgen.driver.emulated.device import EmulatedDevice
    from ptxgen.driver.streams import Stream


class EmulatedModule(LoadedModule):
    """A parsed module, compiled to the emulator's program."""

    device: EmulatedDevice

    def __init__(self, device: EmulatedDevice, source: Source) -> None:
        super().__init__(device, source)
        with device.using_memory():
            self.tree: Module = source.require_module()
            if device.check and (refusal := static_error(source)) is not None:
                raise refusal
            self.properties = limits_for(self.tree, device.properties)
            self.program = Program(self.tree, device.memory, lines=source.lines)
        # Not through the device: that would keep it, and so this module, alive for ever.
        weakref.finalize(self, device.retired.append, self.program).atexit = False

    @property
    def kernels(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.tree.entries)

    def get_kernel(self, name: str) -> EmulatedKernel:
        for entry in self.tree.entries:
            if entry.name == name:
                return EmulatedKernel(self, entry)
        raise no_such_kernel(self.name, name, ", ".join(self.kernels) or "none")

    def get_global(self, name: str) -> Buffer:
        if all(variable.name != name for variable in self.tree.globals):
            known = ", ".join(variable.name for variable in self.tree.globals) or "none"
            raise no_such_global(self.name, name, known)
        held = self.program.global_buffer(name)
        return Buffer(self.device, held.address, held.nbytes, owner=self)


class EmulatedKernel(LoadedKernel):
    """An entry of an emulated module."""

    device: EmulatedDevice

    def __init__(self, module: EmulatedModule, function: Function) -> None:
        super().__init__(module.device, function.name, of_entry(function), EntryLimits.of_entry(function))
        self.module = module
        self.function = function
        self.machine = module.properties
        self._attributes = self._read_attributes()

    @property
    def attributes(self) -> KernelAttributes:
        return self._attributes

    def _read_attributes(self) -> KernelAttributes:
        device = self.machine
        static = self.module.program.shared(self.name).static_bytes
        block = self.limits.block
        stated = self.limits.max_threads or (block[0] * block[1] * block[2] if block else None)
        return KernelAttributes(
            registers=None,
            shared_bytes=static,
            local_bytes=_laid_out(v for v in self.function.variables if v.space is StateSpace.LOCAL),
            constant_bytes=_laid_out(v for v in self.module.tree.globals if v.space is StateSpace.CONST),
            max_threads=min(stated or device.threads_per_cta, device.threads_per_cta),
            max_dynamic_shared_bytes=max(0, device.shared_per_cta_optin - static),
        )

    def occupancy(self, block_threads: int, shared_bytes: int = 0) -> Occupancy:
        return estimate(self.machine, block_threads, self.attributes.shared_bytes + shared_bytes)

    def _launch(self, config: LaunchConfig, packed: Packed, stream: Stream) -> None:
        def execute() -> None:
            device = self.device
            with device.using_memory(), device.watching(self.name):
                statistics = run(
                    self.module.program,
                    self.name,
                    config.grid,
                    config.block,
                    packed.values,
                    shared_bytes=config.shared_bytes,
                    cluster=config.cluster or self.limits.cluster or (1, 1, 1),
                    observers=device.observers,
                    limits=device.limits,
                    cooperative=config.cooperative,
                    schedule=device.schedule,
                )
            if device.on_launch is not None:
                device.on_launch(self.name, statistics)

        keep = (self, *packed.buffers)
        self.device.own(stream).submit(Operation(("launch", self.name), execute, keep))


def limits_for(module: Module, device: DeviceProperties) -> DeviceProperties:
    """The limits of the target that a module was written for; the device's own for a target that is not known."""
    if module.target not in isa.TARGETS:
        return device
    return emulated_properties(module.target, device.total_memory)


def _laid_out(variables: Iterable[Variable]) -> int:
    end = 0
    for variable in variables:
        end = -(-end // variable.alignment) * variable.alignment + variable.bytes
    return end
