"""Which kernels: what the device has, and what precision was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from attrs import evolve, frozen

from ptxgen.driver import Device
from ptxgen.kernels import BulkRing, Dp4a, GateUpGemv, IntegerGemv, QkvGemv
from ptxgen.quant import BlockFormat
from ptxgen_inference.files import Tensor
from ptxgen_inference.runtime.autotune import Tuner, fits

ACTIVATIONS = ("auto", "f32", "q8_1")
K = TypeVar("K", IntegerGemv, GateUpGemv, QkvGemv)
_SHORT_CONTEXT = 512
_STRATEGIES = (Dp4a(), Dp4a(rows=1), Dp4a(rows=4), BulkRing())
"""The first is taken where nothing is measured."""


@frozen
class Machine:
    """What decides between kernels besides shapes and formats.

    sm: the compute capability as 90; sms: how many multiprocessors; target: what code is emitted for; tuner: measures.
    `activations`: "f32" keeps them in float32 everywhere; "q8_1" takes 8-bit codes wherever weights are blocks; "auto"
    takes 8-bit codes in decode, and float16 on tensor cores for prompts. `emulated`: kernels are chosen for few
    instructions of the emulator, which runs CTAs together that do the same, not for many busy multiprocessors.
    """

    sm: int
    sms: int
    activations: str
    target: str
    tuner: Tuner
    emulated: bool = False

    @staticmethod
    def of(device: Device, activations: str) -> Machine:
        """What a device has."""
        major, minor = device.properties.compute_capability
        emulated = device.kind == "emulator"
        sms, target = device.properties.sm_count, device.properties.target
        return Machine(10 * major + minor, sms, activations, target, Tuner.of(device), emulated)

    @property
    def exact(self) -> bool:
        """Whether activations stay in float32."""
        return self.activations == "f32"

    @property
    def tensor_cores(self) -> bool:
        """Whether `mma` kernels run here and may round activations."""
        return self.sm >= 80 and not self.exact

    def one_launch(self, formats: Sequence[BlockFormat]) -> bool:
        """Whether products of the same activations are best one launch.

        Beside matrices of other formats CTAs differ in what they do, which costs the emulator more than launches.
        """
        return not self.emulated or len(set(formats)) == 1

    def decode_warps(self, capacity: int) -> int:
        """Warps of a CTA of decode attention, 0 for the kernel's own choice.

        In a short context one warp has all keys there are, and on the emulator the others cost more than they help.
        """
        return 1 if self.emulated and capacity <= _SHORT_CONTEXT else 0

    def gemv(self, weight: Tensor, rows: int) -> Dp4a | BulkRing:
        """How weights of an integer GEMV travel: by `cp.async`, unless something else was measured to be faster."""
        base = IntegerGemv(n=weight.rows, k=weight.columns, m=rows if rows > 1 else 0, format=weight.format)
        candidates = [evolve(base, strategy=strategy) for strategy in _STRATEGIES]
        return self.tuner.choose(candidates, self.target).strategy

    def fitting(self, kernel: K) -> K:
        """The kernel, by the plain strategy where its matrices do not fit in shared memory by its own."""
        return kernel if fits(kernel, self.target) else evolve(kernel, strategy=Dp4a())
