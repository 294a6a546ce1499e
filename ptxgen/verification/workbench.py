"""The device that kernels are proven on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from ptxgen.launch import LEVEL

if TYPE_CHECKING:
    from ptxgen.driver import Device
    from ptxgen.emulator import LaunchStatistics
    from ptxgen.kernels import Kernel


@define
class Workbench:
    """A device with every check on, and what it has executed so far (the emulator counts; a GPU does not)."""

    device: Device
    launches: int = 0
    instructions: int = 0
    thread_instructions: int = 0

    @staticmethod
    def open(
        name: str = "emulator", *, sanitize: bool = False, schedule: int | None = None, level: str = LEVEL
    ) -> Workbench:
        """The device of that name, as `open_device` knows it. On the emulator uninitialised reads are reported, too.

        `sanitize` lets all sanitizers watch; they collect what they find. `schedule` is the seed of a random order of
        warps. Both are the emulator's: `auto` then means the emulator. Kernels go through the passes of `level`.
        """
        from ptxgen.driver import DriverError, EmulatedDevice, open_device

        watched = sanitize or schedule is not None
        device = open_device("emulator" if watched and name == "auto" else name)
        bench = Workbench(device)
        if isinstance(device, EmulatedDevice):
            device.close()
            bench.device = EmulatedDevice(
                track_initialised=True,
                on_launch=bench.count,
                sanitize="collect" if sanitize else False,
                schedule=schedule,
            )
        elif watched:
            device.close()
            raise DriverError(
                "DEV004",
                f"sanitizers and schedules are the emulator's, not {name!r}'s",
                help="--device emulator",
            )
        bench.device.level = level
        return bench

    def target_of(self, kernel: Kernel) -> str:
        """For which target a kernel is verified where none is named. DEV046 if it does not run on the device."""
        from ptxgen.driver.call import best_target

        return kernel.default_target() if self.counts else best_target(kernel, self.device)

    @property
    def counts(self) -> bool:
        """Whether the device counts what it executes."""
        return self.device.kind == "emulator"

    def count(self, entry: str, statistics: LaunchStatistics) -> None:
        """Add up one launch."""
        self.launches += 1
        self.instructions += statistics.instructions
        self.thread_instructions += statistics.thread_instructions
