"""Which kernels: what the device has, and what precision was asked for."""

from __future__ import annotations

from attrs import frozen

from ptxgen.driver import Device
from ptxgen.kernels import BulkRing, Dp4a
from ptxgen_inference.files import Tensor

ACTIVATIONS = ("auto", "f32", "q8_1")


@frozen
class Machine:
    """What decides between kernels besides shapes and formats.

    sm: the compute capability as 90; sms: how many multiprocessors. `activations`: "f32" keeps activations in float32
    everywhere; "q8_1" takes 8-bit codes wherever weights are blocks; "auto" takes 8-bit codes in decode, and float16 on
    tensor cores for prompts.
    """

    sm: int
    sms: int
    activations: str

    @staticmethod
    def of(device: Device, activations: str) -> Machine:
        """What a device has."""
        major, minor = device.properties.compute_capability
        return Machine(10 * major + minor, device.properties.sm_count, activations)

    @property
    def exact(self) -> bool:
        """Whether activations stay in float32."""
        return self.activations == "f32"

    @property
    def tensor_cores(self) -> bool:
        """Whether `mma` kernels run here and may round activations."""
        return self.sm >= 80 and not self.exact

    def strategy(self, weight: Tensor, rows: int) -> Dp4a | BulkRing:
        """How weights of an integer GEMV travel."""
        return Dp4a()
