"""Products with weights that are floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.kernels import Cast, DenseGemv, Kernel, MmaGemm, TiledGemm, WgmmaGemm, WmmaGemm
from ptxgen_inference.runtime import elementwise, gemms
from ptxgen_inference.runtime.values import Operand, Value

if TYPE_CHECKING:
    from ptxgen_inference.runtime.products import Product
    from ptxgen_inference.runtime.selection import Machine
    from ptxgen_inference.runtime.step import Step

_TYPES = {"F32": f32, "F16": f16, "BF16": bf16}
_FEW_ROWS = 1024
"""With fewer rows of weights a CTA takes one, so that more loads are in flight."""


def gemv(step: Step, product: Product) -> Value:
    """One row of float32 activations."""
    product = product.normed(step)
    weight = product.weight
    kernel = DenseGemv(
        n=weight.rows,
        k=weight.columns,
        weights=_TYPES[weight.format.name],
        split_k=weight.rows < _FEW_ROWS,
    )
    y = step.trace.rows(1, kernel, w=step.weights.array(weight), x=step.cast(product.x, f32))
    y = elementwise.biased(step, y, product.bias, product.activation)
    return elementwise.plus(step, y, product.residual)


def gemm(step: Step, product: Product) -> Value:
    """Any number of rows; 16-bit weights on tensor cores unless activations stay exact."""
    product = product.normed(step)
    weight = product.weight
    held = _TYPES[weight.format.name]
    kernel, type = _kernel(step.machine, product, held)
    b: Operand = step.weights.array(weight)
    if type is not held:
        widen = Cast(n=weight.rows * weight.columns, given=held, to=type)
        b = step.trace.one(widen, x=b)
    return step.trace.one(kernel, a=step.cast(product.x, type), b=b, **gemms.addends(step, product))


def _kernel(machine: Machine, product: Product, held: Type) -> tuple[Kernel, Type]:
    """The kernel, and the type of both of its factors."""
    options = gemms.fields(product)
    if machine.exact or held is f32:
        return TiledGemm(**options), f32
    if machine.instructions == "wmma" and held is f16:
        return WmmaGemm(**options), f16
    wide = machine.instructions == "wgmma" and product.weight.columns % 8 == 0
    return (WgmmaGemm if wide else MmaGemm)(**options, type=held), held
