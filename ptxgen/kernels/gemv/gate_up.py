"""Gated feed-forward units: two matrices times the same activations, and their products joined, in one kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, choice, size
from ptxgen.kernels.blocks.activations import ACTIVATIONS
from ptxgen.kernels.formats import weight_format
from ptxgen.kernels.gemv.activations import OnQ8Activations, Reals
from ptxgen.kernels.gemv.rows import Cta, Matrix
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most
from ptxgen.launch import In, Out, Plan, Scalar, Signature
from ptxgen.quant import Q4_K, Q5_0, Q6_K, Q8_0, BlockFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Value

_WEIGHTS = ("w_gate", "w_up")


@register(family="gemv", aliases=("fused_gate_up_gemv",))
@frozen
class GateUpGemv(OnQ8Activations):
    """y = activation(W_gate x) * (W_up x): SwiGLU, GEGLU and the like without their two products in memory.

    w_gate, w_up: [n, row bytes] uint8 of one format; x: [k] or [m, k], see `OnQ8Activations`; with `rms_norm` gain: [k]
    float32; y: [n] or [m, n] float32. A warp computes the same rows of both matrices. n is a launch-time parameter.
    """

    n: int = size(40)
    format: BlockFormat = weight_format(Q4_K)
    activation: str = choice("silu", "gelu", "gelu_erf", "gelu_fast", "relu")

    matrices: ClassVar[int] = 2
    bitwise: ClassVar[bool] = False
    visible: ClassVar[float] = 0.05
    requires: ClassVar[tuple[Rule, ...]] = (*OnQ8Activations.requires, at_most("n", 2**31 - 1))

    @property
    def weight_formats(self) -> tuple[BlockFormat, ...]:
        return (self.format,)

    @property
    def signature(self) -> Signature:
        weights = {name: In(u8, "n", "row_bytes") for name in _WEIGHTS}
        inputs = self.prologue.parameters(*self.batch_dims)
        return Signature(**weights, **inputs, y=Out(f32, *self.batch_dims, "n"), n=Scalar(u32))

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, and those of the format's rows."""
        return {**super().sizes, **self.format.sizes(self.k)}

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        """Products of the same rows of both, joined in the lane that writes."""
        p = dict(zip(self.signature.params, parameters, strict=True))

        def finish(m: int, row: Value, products: Sequence[Value]) -> None:
            gate, up = products
            p["y"].row(m, p["n"])[row] = ACTIVATIONS[self.activation].emit(k, gate) * up

        matrices = [Matrix(p[name], self.format) for name in _WEIGHTS]
        Cta.open(k, self, p).rows(k, matrices, p["n"], finish)

    def plan(self) -> Plan:
        return self.plan_of(self.n)

    def reference(self, x: NDArray[Any], **others: NDArray[Any]) -> Reals:
        gate, up = self._products(x, others)
        return ACTIVATIONS[self.activation].exact(gate) * up

    def tolerance(self, x: NDArray[Any], **others: NDArray[Any]) -> Reals:
        """An error of the gate grows by at most the activation's slope; see `product_bound` and the activation's error.

        |a(g + dg) * (u + du) - a(g) * u| <= (slope * |dg| + error) * (|u| + |du|) + |a(g)| * |du|, and a rounding.
        """
        activation = ACTIVATIONS[self.activation]
        gate, up = self._products(x, others)
        exact = self.exact(x, others.get("gain"))
        gate_bound, up_bound = (self.product_bound(self.format, others[name], exact) for name in _WEIGHTS)
        reach = np.abs(gate) + gate_bound
        of_activation = np.maximum(activation.error(reach), activation.error(-reach))
        moved = activation.slope * gate_bound + of_activation
        bound = moved * (np.abs(up) + up_bound) + np.abs(activation.exact(gate)) * up_bound
        return bound + 2.0**-24 * (np.abs(activation.exact(gate) * up) + bound)

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        """Weights that give products of about 1, as those of a network do."""
        shape = (self.n, self.k)
        weights = [rng.standard_normal(shape, dtype=np.float32) / self.k**0.5 for _ in _WEIGHTS]
        made = {name: self.format.encode(w) for name, w in zip(_WEIGHTS, weights, strict=True)}
        return {**made, **self.example_activations(rng)}

    def cost(self) -> Cost:
        weights = 2 * self.n * self.sizes["row_bytes"]
        outputs = self.batch * self.n
        return Cost(bytes=weights + self.activation_bytes() + 4 * outputs, flops=outputs * (4 * self.k + 6))

    def _products(self, x: NDArray[Any], others: dict[str, NDArray[Any]]) -> tuple[Reals, Reals]:
        exact = self.exact(x, others.get("gain"))
        gate, up = (self.product(self.format, others[name], exact) for name in _WEIGHTS)
        return gate, up


def fused_gate_up(format: BlockFormat) -> type[GateUpGemv]:
    """SwiGLU on weights of a format, after RMSNorm: the first half of a feed-forward block."""
    short = format.name.replace("_K", "K")
    members = {
        "__doc__": f"""{format} gate and up projections with SwiGLU behind RMSNorm, one kernel.

    w_gate, w_up: [n, k/{format.weights}*{format.bytes}] uint8; x, gain: [k] float32; y: [n] float32.
    """,
        "__module__": __name__,
        "__annotations__": {"format": BlockFormat, "activations": str},
        "format": field(default=format, init=False),
        "activations": choice("rms_norm", "f32", "q8_1"),
    }
    made: type[GateUpGemv] = frozen(type(f"FusedGateUp{short}Gemv", (GateUpGemv,), members))
    return register(family="gemv")(made)


FusedGateUpQ4KGemv = fused_gate_up(Q4_K)
FusedGateUpQ6KGemv = fused_gate_up(Q6_K)
FusedGateUpQ5_0Gemv = fused_gate_up(Q5_0)
FusedGateUpQ8_0Gemv = fused_gate_up(Q8_0)
