"""Operations element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.isa.types import f32
from ptxgen.kernels import BiasActivation, GeGlu, Gelu, Kernel, Relu, ResidualAdd, Silu, SwiGlu
from ptxgen_inference.runtime.values import Value

if TYPE_CHECKING:
    from ptxgen_inference.runtime.model_parts import Weight
    from ptxgen_inference.runtime.step import Step


def activation(step: Step, x: Value, name: str) -> Value:
    """An activation by name; "none" gives x itself."""
    n = x.rows * x.columns
    if name == "none":
        return x
    table: dict[str, Kernel] = {"silu": Silu(n=n), "relu": Relu(n=n)}
    return step.trace.rows(x.rows, table.get(name) or Gelu(n=n, activation=name), x=x)


def biased(step: Step, x: Value, bias: Weight | None, name: str) -> Value:
    """activation(x + bias)."""
    if bias is None:
        return activation(step, x, name)
    kernel = BiasActivation(rows=x.rows, cols=x.columns, activation=name)
    return step.trace.one(kernel, x=x, bias=step.weights.array(bias))


def join(step: Step, gate: Value, up: Value, name: str) -> Value:
    """activation(gate) * up."""
    n = gate.rows * gate.columns
    if name == "silu":
        return step.trace.rows(gate.rows, SwiGlu(n=n), gate=gate, up=up)
    if name.startswith("gelu"):
        return step.trace.rows(gate.rows, GeGlu(n=n, activation=name), gate=gate, up=up)
    return step.multiply(activation(step, gate, name), up)


def plus(step: Step, x: Value, residual: Value | None) -> Value:
    """x + residual, in the residual's place."""
    if residual is None:
        return x
    kernel = ResidualAdd(n=x.rows * x.columns)
    return step.trace.rows(x.rows, kernel, residual=residual, x=step.cast(x, f32))
