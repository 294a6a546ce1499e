"""What all GEMMs of a step have in common: their sizes, and the addends of their epilogues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ptxgen_inference.runtime.values import Operand

if TYPE_CHECKING:
    from ptxgen_inference.runtime.products import Product
    from ptxgen_inference.runtime.step import Step


def fields(product: Product) -> dict[str, Any]:
    """The sizes of a GEMM, and its epilogue."""
    return {
        "m": product.x.rows,
        "n": product.weight.rows,
        "k": product.weight.columns,
        "bias": product.bias is not None,
        "activation": product.activation,
        "residual": product.residual is not None,
    }


def addends(step: Step, product: Product) -> dict[str, Operand]:
    """The bias and the residual of a GEMM's epilogue."""
    made: dict[str, Operand] = {}
    if product.bias is not None:
        made["bias"] = step.weights.array(product.bias)
    if product.residual is not None:
        made["residual"] = product.residual
    return made
