"""Loaded code: modules, their kernels and globals. What is common to both devices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ptxgen.driver.arguments import Packed, pack
from ptxgen.driver.callers import caller
from ptxgen.driver.contract import EntryLimits, check_config
from ptxgen.driver.errors import DriverError
from ptxgen.driver.parameters import ParameterBlock, ParameterInfo
from ptxgen.driver.properties import KernelAttributes, Occupancy
from ptxgen.launch import LaunchConfig

if TYPE_CHECKING:
    from ptxgen.driver.buffers import Buffer
    from ptxgen.driver.device import Device
    from ptxgen.driver.source import Source
    from ptxgen.driver.streams import Stream


class LoadedKernel(ABC):
    """An entry of a loaded module, ready to launch. `machine` has the limits that its launches must keep."""

    def __init__(self, device: Device, name: str, block: ParameterBlock, limits: EntryLimits) -> None:
        self.device = device
        self.name = name
        self.limits = limits
        self.machine = device.properties
        self._block = block

    @property
    def parameters(self) -> tuple[ParameterInfo, ...]:
        """The parameters, in order."""
        return self._block.parameters

    @property
    @abstractmethod
    def attributes(self) -> KernelAttributes:
        """Registers, shared and local memory, limits."""

    @abstractmethod
    def occupancy(self, block_threads: int, shared_bytes: int = 0) -> Occupancy:
        """How many CTAs of that size, with that much dynamic shared memory, an SM holds at once."""

    def launch(self, config: LaunchConfig, args: Sequence[Any], stream: Stream | None = None) -> None:
        """Queue one launch.

        `args` stand for the entry's parameters in order: device arrays (also of torch, CuPy, Numba, ...) for
        pointers, NumPy or Python numbers for scalars, bytes or structures for what is passed by value. The stream is
        `stream`, else the current one of the library that an array came from, else the device's current one.

        Raises DriverError before anything runs: DEV040-DEV043 arguments, DEV050-DEV054 configuration. With
        `debug`, also what the launch itself did wrong; else that shows when the stream is synchronised.
        """
        try:
            self._checked_launch(config, args, stream)
        except DriverError as error:
            if error.location is None:
                error.fault = evolve(error.fault, location=caller())
            raise

    def _checked_launch(self, config: LaunchConfig, args: Sequence[Any], stream: Stream | None) -> None:
        device = self.device
        device.require_open()
        check_config(self.name, config, self.limits, self.machine, self.attributes.shared_bytes)
        if config.cooperative:
            self._require_resident(config)
        packed = pack(self.name, self._block, args, device, stream or device.explicit_stream)
        target = packed.stream or device.stream
        for buffer in packed.buffers:
            buffer.used_on(target)
        self._launch(config, packed, target)
        if device.debug and not device.capturing(target):
            device.after_launch(self.name, target)

    @abstractmethod
    def _launch(self, config: LaunchConfig, packed: Packed, stream: Stream) -> None:
        """Give a checked launch to the device."""

    def _require_resident(self, config: LaunchConfig) -> None:
        held = self.occupancy(config.cta_threads, config.shared_bytes).ctas_per_sm
        limit = held * self.device.properties.sm_count
        if config.ctas > limit:
            raise DriverError(
                "DEV054",
                f"{self.name!r}: a cooperative launch of {config.ctas} CTAs, the device holds {limit} at once",
                help="use a smaller grid and let each CTA do more",
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} on {self.device.properties.name}>"


class LoadedModule(ABC):
    """Code on a device. It stays loaded while it, one of its kernels or globals, or a graph refers to it."""

    def __init__(self, device: Device, source: Source) -> None:
        self.device = device
        self.source = source
        self.name = source.name

    @property
    @abstractmethod
    def kernels(self) -> tuple[str, ...]:
        """Names of the entries; empty when the code could not be parsed (`get_kernel` still works)."""

    @abstractmethod
    def get_kernel(self, name: str) -> LoadedKernel:
        """The entry of that name. DEV012 if there is none."""

    @abstractmethod
    def get_global(self, name: str) -> Buffer:
        """The memory of a `.global` or `.const` variable of the module, borrowed. DEV013 if there is none."""


def no_such_kernel(module: str, name: str, known: str) -> DriverError:
    """DEV012."""
    return DriverError("DEV012", f"{module} has no entry {name!r}", help=f"its entries: {known}")


def no_such_global(module: str, name: str, known: str) -> DriverError:
    """DEV013."""
    return DriverError("DEV013", f"{module} has no global {name!r}", help=f"its globals: {known}")
