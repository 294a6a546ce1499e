"""Norms of rows and of heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen import kernels
from ptxgen_inference.runtime.model_parts import LayerNorm, Norm, RmsNorm, Weight
from ptxgen_inference.runtime.values import Value

if TYPE_CHECKING:
    from ptxgen_inference.runtime.step import Step

__all__ = ["LayerNorm", "Norm", "RmsNorm", "head_norm", "norm"]


def norm(step: Step, x: Value, norm: Norm) -> Value:
    """RMSNorm or LayerNorm of each row."""
    weight = step.weights.array(norm.weight)
    if isinstance(norm, RmsNorm):
        kernel = kernels.RmsNorm(rows=x.rows, cols=x.columns, eps=norm.eps)
        return step.trace.one(kernel, x=x, weight=weight)
    bias = {} if norm.bias is None else {"bias": step.weights.array(norm.bias)}
    layer = kernels.LayerNorm(rows=x.rows, cols=x.columns, eps=norm.eps, bias=bool(bias))
    return step.trace.one(layer, x=x, weight=weight, **bias)


def head_norm(step: Step, x: Value, weight: Weight, eps: float, heads: int) -> Value:
    """RMSNorm of each head by itself."""
    kernel = kernels.PerHeadRmsNorm(rows=x.rows * heads, cols=x.columns // heads, eps=eps)
    return step.trace.rows(x.rows, kernel, x=x, weight=step.weights.array(weight))
