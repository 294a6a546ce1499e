"""Attention of one head in float64, by the definition: what all kernels of the family are compared with."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@frozen
class HeadModel:
    """The output of one head, and what bounds of rounding errors are made of, row by row.

    out: [rows, head_dim]. `mass`: [rows, head_dim], the weighted mean of |v|. `reach`: [rows, 1], the largest
    scale * |q| * |k| of a visible key: no
    score is larger.
    """

    out: Doubles
    mass: Doubles
    reach: Doubles


def attend(
    q: Doubles, keys: Doubles, values: Doubles, visible: NDArray[np.bool_], scale: float, soft_cap: float
) -> HeadModel:
    """softmax(cap(scale * q k^T)) v over the visible keys; cap(s) = c tanh(s / c); zeros where no key is visible.

    q: [rows, head_dim]; keys, values: [n, head_dim]; visible: [rows, n].
    """
    scores = scale * (q @ keys.T)
    if soft_cap:
        scores = soft_cap * np.tanh(scores / soft_cap)
    scores = np.where(visible, scores, -np.inf)
    peak = scores.max(axis=1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - np.where(np.isfinite(peak), peak, 0.0))
    total = weights.sum(axis=1, keepdims=True)
    weights /= np.where(total == 0, 1.0, total)
    lengths = np.where(visible, np.linalg.norm(keys, axis=1), 0.0).max(axis=1, keepdims=True, initial=0.0)
    reach = scale * np.linalg.norm(q, axis=1, keepdims=True) * lengths
    return HeadModel(weights @ values, weights @ np.abs(values), reach)


def visible_keys(q_len: int, kv_len: int, *, causal: bool, window: int) -> NDArray[np.bool_]:
    """[q_len, kv_len]: which keys a query sees. Query i stands at position i + kv_len - q_len of the keys."""
    position = np.arange(q_len)[:, None] + (kv_len - q_len)
    key = np.arange(kv_len)[None, :]
    visible = np.ones((q_len, kv_len), bool)
    if causal:
        visible &= key <= position
    if window:
        visible &= key > position - window
    return visible
