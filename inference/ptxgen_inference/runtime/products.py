"""Matrix products of a step: which way each goes, by format, rows, device and precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ptxgen.kernels import GateUpGemv, QkvGemv
from ptxgen_inference.runtime import dense_products, elementwise, integer_products, quant_products
from ptxgen_inference.runtime.model_parts import Norm, Weight
from ptxgen_inference.runtime.values import Value

if TYPE_CHECKING:
    from ptxgen_inference.runtime.selection import Machine
    from ptxgen_inference.runtime.step import Step

MOST_ROWS = 32
"""Rows of activations that a GEMV takes at most."""


@frozen(eq=False)
class Product:
    """activation(norm(x) W^T + bias) + residual."""

    x: Value
    weight: Weight
    bias: Weight | None = None
    norm: Norm | None = None
    activation: str = "none"
    residual: Value | None = None

    @property
    def blocks(self) -> bool:
        """Whether the weights are quantised."""
        return self.weight.format.weights > 1

    @property
    def few(self) -> bool:
        """Whether a GEMV takes all rows at once."""
        return self.x.rows <= MOST_ROWS

    def normed(self, step: Step) -> Product:
        """The same product of a value that was normalised before."""
        return self if self.norm is None else evolve(self, x=step.norm(self.x, self.norm), norm=None)


Way = Callable[["Step", Product], Value]

WAYS: tuple[tuple[str, Callable[[Product, Machine], bool], Way], ...] = (
    ("integer GEMV", lambda p, on: p.blocks and p.few and not on.exact, integer_products.gemv),
    ("GEMV", lambda p, on: p.blocks and p.few, quant_products.gemv),
    (
        "integer GEMM",
        lambda p, on: p.blocks and on.activations == "q8_1",
        integer_products.gemm,
    ),
    (
        "GEMM of blocks",
        lambda p, on: p.blocks and not (on.exact or on.instructions == "wmma"),
        quant_products.gemm,
    ),
    ("decoded, then GEMM", lambda p, on: p.blocks, quant_products.decoded_gemm),
    ("GEMV of floats", lambda p, on: p.x.rows == 1, dense_products.gemv),
    ("GEMM of floats", lambda p, on: True, dense_products.gemm),
)
"""The first way whose condition holds is taken."""


def way(product: Product, machine: Machine) -> str:
    """The name of the way that a product goes."""
    return next(name for name, holds, _ in WAYS if holds(product, machine))


def linear(step: Step, product: Product) -> Value:
    """The product by the first way that takes it."""
    return next(run for _, holds, run in WAYS if holds(product, step.machine))(step, product)


def qkv(
    step: Step,
    x: Value,
    weights: tuple[Weight, Weight, Weight],
    biases: tuple[Weight, Weight, Weight] | None,
    norm: Norm | None,
) -> tuple[Value, Value, Value]:
    """One launch for all three where integers are multiplied, else three products of one normalised x."""
    products = [
        Product(x, weight, bias, norm)
        for weight, bias in zip(weights, biases or (None, None, None), strict=True)
    ]
    fused = all(way(p, step.machine) == "integer GEMV" for p in products)
    fused = fused and step.machine.one_launch([weight.format for weight in weights])
    if fused and weights[1].rows == weights[2].rows:
        return _fused_qkv(step, products)
    shared = x if norm is None else step.norm(x, norm)
    q, k, v = (linear(step, evolve(p, x=shared, norm=None)) for p in products)
    return q, k, v


def _fused_qkv(step: Step, products: list[Product]) -> tuple[Value, Value, Value]:
    of_q, of_k, of_v = (p.weight for p in products)
    source = integer_products.Source.of(step, products[0])
    with_bias = products[0].bias is not None
    kernel = QkvGemv(
        k=of_q.columns,
        m=source.batch,
        n_q=of_q.rows,
        n_kv=of_k.rows,
        format_q=of_q.format,
        format_k=of_k.format,
        format_v=of_v.format,
        bias=with_bias,
        **source.options,
    )
    named = dict(zip("qkv", products, strict=True))
    arrays = {f"w_{part}": step.weights.array(p.weight) for part, p in named.items()}
    arrays |= {f"b_{part}": step.weights.array(p.bias) for part, p in named.items() if p.bias is not None}
    made = step.trace.call(step.machine.fitting(kernel), **arrays, **source.arrays)
    q, k, v = (value.of_rows(products[0].x.rows) for value in made)
    return q, k, v


def gated(step: Step, x: Value, gate: Weight, up: Weight, activation: str, norm: Norm | None) -> Value:
    """One launch for both matrices where integers are multiplied, else two products and what joins them."""
    products = [Product(x, weight, None, norm) for weight in (gate, up)]
    fused = all(way(p, step.machine) == "integer GEMV" for p in products)
    if fused and gate.format is up.format:
        source = integer_products.Source.of(step, products[0])
        kernel = GateUpGemv(
            k=gate.columns,
            m=source.batch,
            n=gate.rows,
            format=gate.format,
            activation=activation,
            **source.options,
        )
        weights = {"w_gate": step.weights.array(gate), "w_up": step.weights.array(up)}
        return step.trace.rows(x.rows, step.machine.fitting(kernel), **weights, **source.arrays)
    shared = x if norm is None else step.norm(x, norm)
    left, right = (linear(step, evolve(p, x=shared, norm=None)) for p in products)
    return elementwise.join(step, left, right, activation)
