"""Products of 8-bit activations with weights in blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels import IntegerGemm, IntegerGemv, QuantizeQ8_1
from ptxgen_inference.runtime import elementwise, gemms
from ptxgen_inference.runtime.model_parts import RmsNorm
from ptxgen_inference.runtime.values import Operand, Value

if TYPE_CHECKING:
    from ptxgen_inference.runtime.products import Product
    from ptxgen_inference.runtime.step import Step

_ROWS_TO_SHARE = 8
"""From so many rows on activations are quantised once by a launch of their own, not by every CTA."""


@frozen(eq=False)
class Source:
    """Where the 8-bit activations of a kernel come from: its options and arrays for them."""

    batch: int
    options: Mapping[str, Any]
    arrays: Mapping[str, Operand]

    @staticmethod
    def of(step: Step, product: Product) -> Source:
        """Quantised in the kernel, behind RMSNorm if that is the norm; or before, where there are many rows."""
        norm, x = product.norm, step.cast(product.x, f32)
        batch = x.rows if x.rows > 1 else 0
        strategy = step.machine.gemv(product.weight, x.rows)
        if x.rows >= _ROWS_TO_SHARE or (norm is not None and not isinstance(norm, RmsNorm)):
            x, norm = (x if norm is None else step.norm(x, norm)), None
        if x.rows >= _ROWS_TO_SHARE:
            blocks = quantised(step, x)
            return Source(batch, {"activations": "q8_1", "strategy": strategy}, {"x": blocks})
        if isinstance(norm, RmsNorm):
            options = {"activations": "rms_norm", "epsilon": norm.eps, "strategy": strategy}
            return Source(batch, options, {"x": x, "gain": step.weights.array(norm.weight)})
        return Source(batch, {"activations": "f32", "strategy": strategy}, {"x": x})


def quantised(step: Step, x: Value) -> Value:
    """Blocks of Q8_1: [rows, columns / 32 * 36] bytes."""
    return step.trace.one(QuantizeQ8_1(m=x.rows, k=x.columns), x=x)


def gemv(step: Step, product: Product) -> Value:
    """At most 32 rows; the norm goes before, bias and residual behind, in the same kernel."""
    source = Source.of(step, product)
    plain = product.activation == "none"
    weight = product.weight
    addends: dict[str, Operand] = {}
    if product.bias is not None:
        addends["bias"] = step.weights.array(product.bias)
    if product.residual is not None and plain:
        addends["residual"] = product.residual
    kernel = IntegerGemv(
        k=weight.columns,
        m=source.batch,
        n=weight.rows,
        format=weight.format,
        bias="bias" in addends,
        residual="residual" in addends,
        **source.options,
    )
    arrays = {"w": step.weights.array(weight), **source.arrays, **addends}
    y = step.trace.rows(product.x.rows, step.machine.fitting(kernel), **arrays)
    return (
        y
        if plain
        else elementwise.plus(step, elementwise.activation(step, y, product.activation), product.residual)
    )


def gemm(step: Step, product: Product) -> Value:
    """Any number of rows, on tensor cores."""
    product = product.normed(step)
    weight = product.weight
    kernel = IntegerGemm(format=weight.format, **gemms.fields(product))
    a = quantised(step, step.cast(product.x, f32))
    return step.trace.one(kernel, a=a, b=step.weights.array(weight), **gemms.addends(step, product))
