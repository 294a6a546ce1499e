"""A step of a model: the operations that a family's forward is written with."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from ptxgen.isa.types import Type, f32
from ptxgen.kernels import Cast, EmbeddingGather, MeanPool, Multiply, Scale, SoftCap, VectorAdd
from ptxgen.quant import F32
from ptxgen_inference.runtime import attention, elementwise, norms, products
from ptxgen_inference.runtime.cache import KvCache
from ptxgen_inference.runtime.inputs import StepInputs
from ptxgen_inference.runtime.model_parts import Heads, Norm, Rope, Weight
from ptxgen_inference.runtime.selection import Machine
from ptxgen_inference.runtime.shapes import Shape
from ptxgen_inference.runtime.trace import Trace
from ptxgen_inference.runtime.values import Value
from ptxgen_inference.runtime.weights import DeviceWeights


@define(eq=False)
class Step:
    """Operations on values [tokens, width], float32 unless said otherwise. Each picks its kernels and writes them down.

    What is written down depends on the `shape` of the step, the `machine` (device and precision) and the formats of
    weights, never on tokens or positions: those are read on the device when the step runs.
    """

    shape: Shape
    machine: Machine
    weights: DeviceWeights
    inputs: StepInputs
    cache: KvCache | None = None
    trace: Trace = field(factory=Trace)

    # --- tokens -----------------------------------------------------------------------------------------------------

    def embed(self, table: Weight, scale: float = 1.0) -> Value:
        """Rows of the table [vocabulary, hidden] for the step's tokens, times `scale`."""
        rows = self.gather(table, "tokens")
        return rows if scale == 1.0 else self.scale(rows, scale)

    def gather(self, table: Weight, ids: str) -> Value:
        """Rows of a table by the step's input of that name: "tokens", "positions" or "types"."""
        kernel = EmbeddingGather(m=self.shape.tokens, vocab=table.rows, k=table.columns, format=table.format)
        return self.trace.one(kernel, w=self.weights.array(table), ids=self.inputs.array(ids))

    def last(self, x: Value) -> Value:
        """The rows whose logits are wanted: all, or the last of each sequence."""
        sequences = self.shape.sequences
        if self.shape.wanted == "every" or x.rows == sequences:
            return x
        if sequences == 1:
            return x.tail(1)
        kernel = EmbeddingGather(m=sequences, vocab=x.rows, k=x.columns, format=F32)
        return self.trace.one(kernel, w=x.bytes_of_rows(), ids=self.inputs.array("last"))

    def mean_pool(self, x: Value, *, normalize: bool = False) -> Value:
        """The mean of each sequence's tokens, padding left out: [sequences, width]."""
        rows = self.shape.sequences
        kernel = MeanPool(rows=rows, cols=x.columns, tokens=x.rows // rows, normalize=normalize)
        return self.trace.one(kernel, x=x, lengths=self.inputs.array("lengths"))

    # --- norms ------------------------------------------------------------------------------------------------------

    def norm(self, x: Value, norm: Norm) -> Value:
        """RMSNorm or LayerNorm of each row."""
        return norms.norm(self, x, norm)

    def head_norm(self, x: Value, weight: Weight, eps: float, heads: int) -> Value:
        """RMSNorm of each head by itself. weight: [head_dim]."""
        return norms.head_norm(self, x, weight, eps, heads)

    # --- products ---------------------------------------------------------------------------------------------------

    def linear(
        self,
        x: Value,
        weight: Weight,
        bias: Weight | None = None,
        norm: Norm | None = None,
        activation: str = "none",
        residual: Value | None = None,
    ) -> Value:
        """activation(norm(x) W^T + bias) + residual. weight: [out, in]."""
        return products.linear(self, products.Product(x, weight, bias, norm, activation, residual))

    def qkv(
        self,
        x: Value,
        weights: tuple[Weight, Weight, Weight],
        biases: tuple[Weight, Weight, Weight] | None = None,
        norm: Norm | None = None,
    ) -> tuple[Value, Value, Value]:
        """The projections of norm(x) to queries, keys and values."""
        return products.qkv(self, x, weights, biases, norm)

    def gated(
        self, x: Value, gate: Weight, up: Weight, activation: str = "silu", norm: Norm | None = None
    ) -> Value:
        """activation(norm(x) W_gate^T) * (norm(x) W_up^T)."""
        return products.gated(self, x, gate, up, activation, norm)

    # --- attention --------------------------------------------------------------------------------------------------

    def attend(
        self,
        layer: int,
        q: Value,
        k: Value,
        v: Value,
        heads: Heads,
        rope: Rope | None,
        window: int = 0,
        soft_cap: float = 0.0,
        scale: float | None = None,
        causal: bool = True,
    ) -> Value:
        """Rotary embedding of q and k, k and v into the layer's cache, and attention: [tokens, heads.q_width].

        q: [tokens, heads.q_width], k, v: [tokens, heads.kv_width]. `rope` None: positions are in the embeddings.
        `window`: only so many last keys are seen (0: all); `soft_cap`: scores become c tanh(s / c) (0: they do not);
        `scale` of scores: None stands for 1 / sqrt(heads.dim).
        """
        options = attention.Options(heads, window, soft_cap, scale or 0.0, causal)
        return attention.attend(self, layer, q, k, v, rope, options)

    # --- elements ---------------------------------------------------------------------------------------------------

    def add(self, x: Value, y: Value) -> Value:
        """x + y."""
        return self.trace.rows(x.rows, VectorAdd(n=x.rows * x.columns), x=x, y=y)

    def multiply(self, x: Value, y: Value) -> Value:
        """x * y, element by element."""
        return self.trace.rows(x.rows, Multiply(n=x.rows * x.columns), x=x, y=y)

    def scale(self, x: Value, factor: float) -> Value:
        """x * factor."""
        return self.trace.rows(x.rows, Scale(n=x.rows * x.columns, factor=factor), x=x)

    def soft_cap(self, x: Value, cap: float) -> Value:
        """cap * tanh(x / cap)."""
        return self.trace.rows(x.rows, SoftCap(n=x.rows * x.columns, cap=cap), x=x)

    def activation(self, x: Value, name: str) -> Value:
        """Of each element: "silu", "relu", "gelu" (by tanh) or "gelu_erf"."""
        return elementwise.activation(self, x, name)

    def cast(self, x: Value, type: Type = f32) -> Value:
        """The same numbers in another float type."""
        if x.type is type:
            return x
        return self.trace.rows(x.rows, Cast(n=x.rows * x.columns, given=x.type, to=type), x=x)

    # --- names ------------------------------------------------------------------------------------------------------

    def mark(self, name: str, x: Value) -> Value:
        """Give a value a name under which `Engine.trace` shows it; the value itself."""
        self.trace.marks[name] = x
        return x

    def named(self, names: Sequence[str], values: Sequence[Value]) -> None:
        """Give several values names."""
        for name, value in zip(names, values, strict=True):
            self.mark(name, value)
