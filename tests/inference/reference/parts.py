"""The parts of a decoder in float64: norms, activations, rotary embedding, attention. Written to be plain."""

from __future__ import annotations

import math

import numpy as np

from tests.inference.reference.weights import Doubles, Numbers

NORM_STYLE, NEOX_STYLE = "pairs of neighbours", "pairs of halves"
STYLE = {
    "llama": NORM_STYLE,
    "qwen2": NEOX_STYLE,
    "qwen3": NEOX_STYLE,
    "phi2": NEOX_STYLE,
    "gemma2": NEOX_STYLE,
}


def rms_norm(x: Doubles, weight: Doubles, epsilon: float) -> Doubles:
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + epsilon) * weight


def layer_norm(x: Doubles, weight: Doubles, bias: Doubles, epsilon: float) -> Doubles:
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + epsilon) * weight + bias


def silu(x: Doubles) -> Doubles:
    return x / (1 + np.exp(-x))


def gelu(x: Doubles) -> Doubles:
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def linear(x: Doubles, weight: Doubles, bias: Doubles | None = None) -> Doubles:
    """Rows of x times a matrix [out, in]."""
    y = x @ weight.T
    return y if bias is None else y + bias


def frequencies(model: Numbers, dims: int) -> tuple[Doubles, float]:
    """Radians a position for each pair, and what the rotated elements are multiplied by."""
    base = model.hyper("rope.freq_base", 10000.0)
    radians = np.array([base ** (-2 * pair / dims) for pair in range(dims // 2)])
    factors = model.get("rope_freqs.weight")
    if factors is not None:
        radians = radians / factors
    scaling = model.hyper("rope.scaling.type", "none")
    if scaling == "linear":
        return radians / model.hyper("rope.scaling.factor", 1.0), 1.0
    if scaling == "yarn":
        return yarn(model, radians, base)
    assert scaling == "none"
    return radians, 1.0


def yarn(model: Numbers, radians: Doubles, base: float) -> tuple[Doubles, float]:
    """arXiv 2309.00071, with the ramp between whole pairs, as files of models expect it."""
    factor = model.hyper("rope.scaling.factor")
    context = model.hyper("rope.scaling.original_context_length")
    dims = 2 * len(radians)

    def pair_of(turns: float) -> float:
        return dims * math.log(context / (turns * 2 * math.pi)) / (2 * math.log(base))

    first = max(0, math.floor(pair_of(model.hyper("rope.scaling.yarn_beta_fast", 32.0))))
    last = min(dims - 1, math.ceil(pair_of(model.hyper("rope.scaling.yarn_beta_slow", 1.0))))
    scaled = np.empty_like(radians)
    for pair, plain in enumerate(radians):
        stretched = min(1.0, max(0.0, (pair - first) / max(0.001, last - first)))
        scaled[pair] = plain / factor * stretched + plain * (1 - stretched)
    return scaled, 0.1 * math.log(factor) + 1


def rotated(x: Doubles, positions: Doubles, model: Numbers, dims: int) -> Doubles:
    """x [tokens, heads, dim] with the first `dims` of each head turned, as complex numbers."""
    radians, amplitude = frequencies(model, dims)
    turn = amplitude * np.exp(1j * positions[:, None, None] * radians)
    y = x.copy()
    if STYLE[model.architecture] == NORM_STYLE:
        z = (x[..., 0:dims:2] + 1j * x[..., 1:dims:2]) * turn
        y[..., 0:dims:2], y[..., 1:dims:2] = z.real, z.imag
    else:
        half = dims // 2
        z = (x[..., :half] + 1j * x[..., half:dims]) * turn
        y[..., :half], y[..., half:dims] = z.real, z.imag
    return y


def attention(q: Doubles, k: Doubles, v: Doubles, scale: float, window: int = 0, cap: float = 0.0) -> Doubles:
    """Causal attention of q [tokens, heads, dim] to k, v [tokens, kv heads, dim]; -> [tokens, heads * dim]."""
    tokens, heads, dim = q.shape
    group = heads // k.shape[1]
    out = np.zeros((tokens, heads, dim))
    for token in range(tokens):
        seen = slice(max(0, token + 1 - window) if window else 0, token + 1)
        for head in range(heads):
            scores = k[seen, head // group] @ q[token, head] * scale
            if cap:
                scores = cap * np.tanh(scores / cap)
            weights = np.exp(scores - scores.max())
            out[token, head] = weights / weights.sum() @ v[seen, head // group]
    return out.reshape(tokens, heads * dim)
