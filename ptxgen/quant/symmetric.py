"""The best symmetric grid for groups of numbers: x ~ scale*q with whole q in -half..half-1 and a scale of either sign.

Arrays are [group size, groups], so that sums over a group run along contiguous memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_STRETCHES = np.linspace(-0.9, 0.9, 13, dtype=np.float32)
_NEGLIGIBLE = np.float32(1e-30)


def fit(x: Floats, half: int) -> Floats:
    """Scales that nearly minimise the squared error of each group.

    The number of largest magnitude is code -half, which has no positive counterpart, so the scale takes the other
    sign. Grids around that one are tried: each assigns codes, and least squares gives the best scale for those.
    """
    extreme = np.take_along_axis(x, np.abs(x).argmax(axis=0)[None], axis=0)[0]
    scale = extreme / np.float32(-half)
    gain = np.zeros_like(scale)
    inverse = inverse_of(extreme)
    for stretch in _STRETCHES:
        codes = assign(x, inverse * (np.float32(-half) + stretch), half)
        product = (codes * x).sum(axis=0)
        squares = np.square(codes).sum(axis=0)
        # For these codes the squared error is sum(x^2) - product^2 / squares: the largest gain is the smallest error.
        quotient = product * inverse_of(squares)
        better = quotient * product > gain
        np.copyto(gain, quotient * product, where=better)
        np.copyto(scale, quotient, where=better)
    return scale


def assign(x: Floats, inverse_scale: Floats, half: int) -> Floats:
    """The nearest code of each number, as floats."""
    codes = x * inverse_scale
    np.rint(codes, out=codes)
    return np.clip(codes, -half, half - 1, out=codes)


def inverse_of(x: Floats) -> Floats:
    """1/x, and 0 where x is 0 or far too small for any format's scale."""
    return np.divide(np.float32(1), x, out=np.zeros_like(x), where=np.abs(x) > _NEGLIGIBLE)
