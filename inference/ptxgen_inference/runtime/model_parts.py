"""What a family says about its layers: norms, rotary embedding, heads. Weights are tensors of the model's file."""

from __future__ import annotations

from attrs import frozen

from ptxgen_inference.files import Tensor

Weight = Tensor
"""A tensor of the file; the runtime brings each to the device once."""


@frozen
class RmsNorm:
    """x / sqrt(mean(x^2) + eps) * weight, row by row. weight: [hidden]."""

    weight: Weight
    eps: float


@frozen
class LayerNorm:
    """(x - mean) / sqrt(variance + eps) * weight + bias, row by row. weight, bias: [hidden]."""

    weight: Weight
    bias: Weight | None
    eps: float


Norm = RmsNorm | LayerNorm


@frozen(kw_only=True)
class Rope:
    """Rotary position embedding; the fields are those of `ptxgen.kernels.Rope`.

    `style` has no default: "norm" pairs neighbours (GGUF's arch llama), "neox" elements half of `dims` apart. `dims` is
    how many elements of a head turn; `factors` is `rope_freqs.weight` of Llama 3 files, [dims/2].
    """

    style: str
    dims: int
    base: float
    factors: Weight | None = None
    scaling: str = "none"
    factor: float = 1.0
    context: int = 8192
    low_factor: float = 1.0
    high_factor: float = 4.0
    beta_fast: float = 32.0
    beta_slow: float = 1.0


@frozen
class Heads:
    """Query heads, key-value heads, and the elements of one."""

    q: int
    kv: int
    dim: int

    @property
    def q_width(self) -> int:
        """Elements of all query heads of a token."""
        return self.q * self.dim

    @property
    def kv_width(self) -> int:
        """Elements of all keys, or all values, of a token."""
        return self.kv * self.dim
