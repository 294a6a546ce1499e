"""Which kernels: what the device has, and what precision was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from attrs import evolve, frozen

from ptxgen.driver import Device
from ptxgen.kernels import BulkRing, Dp4a, GateUpGemv, IntegerGemv, QkvGemv
from ptxgen.quant import BlockFormat
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import Tensor
from ptxgen_inference.runtime.autotune import Tuner, fits

ACTIVATIONS = ("auto", "f32", "q8_1")
PREFERENCES = ("mma", "wmma", "dp4a", "bulk-ring")
OLDEST = 80
"""The compute capability that the engine needs: of caches and attention, which copy by `cp.async`."""
K = TypeVar("K", IntegerGemv, GateUpGemv, QkvGemv)
_SHORT_CONTEXT = 512
_STRATEGIES = (Dp4a(), Dp4a(rows=1), Dp4a(rows=4), BulkRing())
"""The first is taken where nothing is measured."""
_NAMED = {"dp4a": Dp4a(), "bulk-ring": BulkRing()}


@frozen
class Machine:
    """What decides between kernels besides shapes and formats.

    sm: the compute capability as 90; sms: how many multiprocessors; target: what code is emitted for; tuner: measures.
    `activations`: "f32" keeps them in float32 everywhere; "q8_1" takes 8-bit codes wherever weights are blocks; "auto"
    takes 8-bit codes in decode, and float16 on tensor cores for prompts. `prefer`: what is taken wherever there is a
    kernel for it, whatever is faster: products and attention by "mma" or "wmma" and not by `wgmma`, integer GEMVs that
    bring their weights by `cp.async` ("dp4a") or by the bulk copies of Hopper ("bulk-ring"). `emulated`: kernels are
    chosen for few instructions of the emulator, which runs CTAs together that do the same, not for many busy
    multiprocessors.
    """

    sm: int
    sms: int
    activations: str
    target: str
    tuner: Tuner
    emulated: bool = False
    prefer: tuple[str, ...] = ()

    @staticmethod
    def of(device: Device, activations: str, prefer: Sequence[str] = ()) -> Machine:
        """What a device has. INF065 if it is too old."""
        major, minor = device.properties.compute_capability
        if 10 * major + minor < OLDEST:
            raise InferenceError(
                "INF065",
                f"the engine needs sm_{OLDEST} or later, {device.properties.name} is sm_{major}{minor}",
                help='run it on the emulator: device="emulator"',
            )
        emulated = device.kind == "emulator"
        sms, target = device.properties.sm_count, device.properties.target
        return Machine(
            10 * major + minor, sms, activations, target, Tuner.of(device), emulated, tuple(prefer)
        )

    @property
    def exact(self) -> bool:
        """Whether activations stay in float32."""
        return self.activations == "f32"

    @property
    def instructions(self) -> str:
        """Those of tensor cores, where there are kernels for several: "wgmma", "mma" or "wmma"."""
        if "wmma" in self.prefer:
            return "wmma"
        return "wgmma" if self.sm == 90 and "mma" not in self.prefer else "mma"

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
        preferred = [
            evolve(base, strategy=strategy) for name, strategy in _NAMED.items() if name in self.prefer
        ]
        candidates = [evolve(base, strategy=strategy) for strategy in _STRATEGIES]
        fitting = [kernel for kernel in preferred if fits(kernel, self.target)]
        return self.tuner.choose(fitting or candidates, self.target).strategy

    def fitting(self, kernel: K) -> K:
        """The kernel, by the plain strategy where its matrices do not fit in shared memory by its own."""
        return kernel if fits(kernel, self.target) else evolve(kernel, strategy=Dp4a())
