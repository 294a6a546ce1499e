"""A tiny Llama with random weights: its tensors, its forward against `Step`, and the same in float64."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.quant import F32, BlockFormat
from ptxgen_inference.files import Tensor
from ptxgen_inference.runtime import Heads, RmsNorm, Rope, Step, Value

EPS = 1e-5


@frozen
class TinyHyper:
    vocabulary: int = 97
    context: int = 64
    layers: int = 2
    hidden: int = 256
    ffn: int = 288
    heads: Heads = Heads(4, 2, 32)


@frozen(eq=False)
class TinyLlama:
    tensors: Mapping[str, Tensor]
    hyper: TinyHyper = field(factory=TinyHyper)
    style: str = "norm"
    window: int = 0

    @staticmethod
    def make(
        formats: Mapping[str, BlockFormat] | None = None, *, hyper: TinyHyper | None = None, seed: int = 0, **options: Any
    ) -> TinyLlama:
        """Random weights; `formats` by the last part of a tensor's name, float32 for the others."""
        h = hyper or TinyHyper()
        rng = np.random.default_rng(seed)
        shapes: dict[str, tuple[int, ...]] = {"embd": (h.vocabulary, h.hidden), "out_norm": (h.hidden,)}
        shapes["head"] = (h.vocabulary, h.hidden)
        for i in range(h.layers):
            shapes |= {
                f"{i}.norm": (h.hidden,), f"{i}.ffn_norm": (h.hidden,),
                f"{i}.q": (h.heads.q_width, h.hidden), f"{i}.k": (h.heads.kv_width, h.hidden),
                f"{i}.v": (h.heads.kv_width, h.hidden), f"{i}.o": (h.hidden, h.heads.q_width),
                f"{i}.gate": (h.ffn, h.hidden), f"{i}.up": (h.ffn, h.hidden), f"{i}.down": (h.hidden, h.ffn),
            }  # fmt: skip
        tensors: dict[str, Tensor] = {}
        for name, shape in shapes.items():
            format = (formats or {}).get(name.split(".")[-1], F32)
            gain = len(shape) == 1
            numbers = rng.standard_normal(shape, dtype=np.float32)
            numbers = 1 + 0.1 * numbers if gain else numbers / np.sqrt(shape[-1], dtype=np.float32)
            tensors[name] = Tensor(name, shape, format, format.encode(numbers.astype(np.float32)))
        return TinyLlama(tensors, h, **options)

    def rope(self) -> Rope:
        return Rope(style=self.style, dims=self.hyper.heads.dim, base=10000.0)

    def forward(self, s: Step) -> Value:
        t, h = self.tensors, self.hyper
        x = s.embed(t["embd"])
        for i in range(h.layers):
            norm = RmsNorm(t[f"{i}.norm"], EPS)
            q, k, v = s.qkv(x, (t[f"{i}.q"], t[f"{i}.k"], t[f"{i}.v"]), norm=norm)
            out = s.attend(i, q, k, v, heads=h.heads, rope=self.rope(), window=self.window)
            x = s.linear(out, t[f"{i}.o"], residual=x)
            inner = s.gated(x, t[f"{i}.gate"], t[f"{i}.up"], norm=RmsNorm(t[f"{i}.ffn_norm"], EPS))
            x = s.mark(f"{i}", s.linear(inner, t[f"{i}.down"], residual=x))
        return s.linear(s.last(x), t["head"], norm=RmsNorm(t["out_norm"], EPS))

    def exact(self, tokens: list[int]) -> NDArray[np.float64]:
        """Logits [tokens, vocabulary] in float64."""
        h = self.hyper
        w = {name: t.format.decode(t.data).reshape(t.shape).astype(np.float64) for name, t in self.tensors.items()}
        n = len(tokens)
        x = w["embd"][tokens]

        def rms(x: NDArray[np.float64], gain: NDArray[np.float64]) -> NDArray[np.float64]:
            return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPS) * gain

        def turn(x: NDArray[np.float64]) -> NDArray[np.float64]:
            d = h.heads.dim
            angle = np.arange(n)[:, None, None] * 10000.0 ** (-2 * np.arange(d // 2) / d)
            z = x[..., 0::2] + 1j * x[..., 1::2] if self.style == "norm" else x[..., : d // 2] + 1j * x[..., d // 2 :]
            z = z * np.exp(1j * angle)
            if self.style == "norm":
                return np.stack([z.real, z.imag], -1).reshape(x.shape)
            return np.concatenate([z.real, z.imag], -1)

        i, j = np.indices((n, n))
        seen = (j <= i) & ((i - j < self.window) if self.window else True)
        for layer in range(h.layers):
            y = rms(x, w[f"{layer}.norm"])
            q, k, v = (
                (y @ w[f"{layer}.{name}"].T).reshape(n, heads, h.heads.dim)
                for name, heads in (("q", h.heads.q), ("k", h.heads.kv), ("v", h.heads.kv))
            )
            q, k = turn(q), turn(k)
            k, v = (np.repeat(a, h.heads.q // h.heads.kv, 1) for a in (k, v))
            scores = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(h.heads.dim)
            scores = np.where(seen, scores, -np.inf)
            p = np.exp(scores - scores.max(-1, keepdims=True))
            out = np.einsum("hij,jhd->ihd", p / p.sum(-1, keepdims=True), v).reshape(n, -1)
            x = x + out @ w[f"{layer}.o"].T
            y = rms(x, w[f"{layer}.ffn_norm"])
            gate = y @ w[f"{layer}.gate"].T
            x = x + (gate / (1 + np.exp(-gate)) * (y @ w[f"{layer}.up"].T)) @ w[f"{layer}.down"].T
        return rms(x, w["out_norm"]) @ w["head"].T


def nmse(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The normalised mean squared error of b from a."""
    return float(np.sum((a - b) ** 2.0) / np.sum(a**2.0))
