"""Many kernels at once, on the emulator: one process a core, each with a device of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from ptxgen.launch import LEVEL
from ptxgen.toolchain import Tool
from ptxgen.verification.results import Verification
from ptxgen.verification.single import verify_kernel
from ptxgen.verification.workbench import Workbench

if TYPE_CHECKING:
    from ptxgen.kernels import Kernel


@frozen
class Conditions:
    """How kernels are verified: the device and its checks, the target (None: each kernel's own), the inputs' seed.

    `level` is that of the passes that kernels go through.
    """

    device: str = "emulator"
    sanitize: bool = False
    schedule: int | None = None
    target: str | None = None
    seed: int = 0
    ptxas: Tool | None = None
    level: str = LEVEL

    def open(self) -> Workbench:
        """The device, with the checks that were asked for."""
        return Workbench.open(self.device, sanitize=self.sanitize, schedule=self.schedule, level=self.level)

    def verify(self, kernel: Kernel, bench: Workbench) -> Verification:
        """One kernel under these conditions."""
        return verify_kernel(kernel, bench, target=self.target, seed=self.seed, ptxas=self.ptxas)


def verify_kernels(
    kernels: Sequence[Kernel], conditions: Conditions, *, jobs: int = 1
) -> Iterator[Verification]:
    """Verify kernels in their order, `jobs` at a time; more than one only on the emulator. Outputs are not kept."""
    if jobs == 1 or len(kernels) == 1:
        bench = conditions.open()
        for kernel in kernels:
            yield _without_outputs(conditions.verify(kernel, bench))
        return
    # Fresh processes: a fork would copy the threads' locks of NumPy's libraries and of the driver.
    with ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (conditions,)) as pool:
        yield from pool.map(_verify, kernels)


_conditions: Conditions
_bench: Workbench


def _begin(conditions: Conditions) -> None:
    global _conditions, _bench
    _conditions, _bench = conditions, conditions.open()


def _verify(kernel: Kernel) -> Verification:
    return _without_outputs(_conditions.verify(kernel, _bench))


def _without_outputs(verification: Verification) -> Verification:
    if verification.run is None:
        return verification
    return attrs.evolve(verification, run=attrs.evolve(verification.run, outputs={}))
