"""Products of float activations with weights in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.isa.types import f16, f32
from ptxgen.kernels import Dequantize, QuantGemm, QuantGemv, TiledGemm, WmmaGemm
from ptxgen_inference.runtime import elementwise, gemms
from ptxgen_inference.runtime.values import Value

if TYPE_CHECKING:
    from ptxgen_inference.runtime.products import Product
    from ptxgen_inference.runtime.step import Step


def gemv(step: Step, product: Product) -> Value:
    """At most 32 rows of float32, each weight read once for all of them."""
    product = product.normed(step)
    x, weight = step.cast(product.x, f32), product.weight
    kernel = QuantGemv(n=weight.rows, k=weight.columns, m=x.rows if x.rows > 1 else 0, format=weight.format)
    y = step.trace.rows(x.rows, kernel, w=step.weights.array(weight), x=x)
    y = elementwise.biased(step, y, product.bias, product.activation)
    return elementwise.plus(step, y, product.residual)


def gemm(step: Step, product: Product) -> Value:
    """Any number of rows of float16; weights become float16 in shared memory."""
    product = product.normed(step)
    weight = product.weight
    kernel = QuantGemm(format=weight.format, **gemms.fields(product))
    a = step.cast(product.x, f16)
    return step.trace.one(kernel, a=a, b=step.weights.array(weight), **gemms.addends(step, product))


def decoded_gemm(step: Step, product: Product) -> Value:
    """The matrix is decoded first: to float32 for exact activations, else to float16 for `wmma`."""
    product = product.normed(step)
    weight = product.weight
    gemm, type = (TiledGemm, f32) if step.machine.exact else (WmmaGemm, f16)
    decode = Dequantize(n=weight.rows, k=weight.columns, format=weight.format, to=type)
    b = step.trace.one(decode, w=step.weights.array(weight))
    kernel = gemm(**gemms.fields(product))
    return step.trace.one(kernel, a=step.cast(product.x, type), b=b, **gemms.addends(step, product))
