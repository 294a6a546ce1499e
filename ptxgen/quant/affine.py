"""The best affine grid for groups of numbers: x ≈ scale*q - offset, with q in 0..levels and scale, offset >= 0.

Arrays are [group size, groups], so that sums over a group run along contiguous memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_STRETCHES = np.linspace(-1.2, 1.0, 12)
_REFINEMENTS = 2
_NEGLIGIBLE = np.float32(1e-30)


def fit(x: Floats, levels: int) -> tuple[Floats, Floats]:
    """Scales and offsets that nearly minimise the squared error of each group.

    A grid from the group's minimum to its maximum wastes codes on rare extremes. Several stretched grids are tried:
    each assigns codes, and least squares gives the best scale and offset for those codes. The winner is refined by
    assigning and solving again.
    """
    low = np.minimum(x.min(axis=0), np.float32(0))
    extent = x.max(axis=0) - low
    total, squares = x.sum(axis=0), np.square(x).sum(axis=0)
    inverse = _inverse(extent)
    scale, offset = extent / np.float32(levels), -low
    best = np.full_like(scale, np.inf)

    def consider(codes: Floats) -> None:
        new_scale, new_offset, error = _solve(x, codes, total, squares)
        better = error < best
        np.copyto(best, error, where=better)
        np.copyto(scale, new_scale, where=better)
        np.copyto(offset, new_offset, where=better)

    for stretch in _STRETCHES:
        consider(assign(x, inverse * np.float32(levels + stretch), -low, levels))
    for _ in range(_REFINEMENTS):
        consider(assign(x, _inverse(scale), offset, levels))
    return scale, offset


def assign(x: Floats, inverse_scale: Floats, offset: Floats, levels: int) -> Floats:
    """The nearest code of each number, as floats."""
    codes = x + offset
    codes *= inverse_scale
    np.rint(codes, out=codes)
    return np.clip(codes, 0, levels, out=codes)


def snap(
    x: Floats, grid: tuple[Floats, Floats], steps: tuple[Floats, Floats], steps_max: int, levels: int
) -> tuple[Floats, Floats, Floats]:
    """Round each group's (scale, offset) to whole `steps`, and give (scale steps, offset steps, codes).

    Rounding the two apart is not the best pair, so their eight neighbours are tried as well.
    """
    nearest = [
        np.clip(np.rint(v * _inverse(step)), 0, steps_max) for v, step in zip(grid, steps, strict=True)
    ]
    shape = nearest[0].shape
    best = np.full(shape, np.inf, np.float32)
    scale_steps, offset_steps, codes = (
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float32),
        np.zeros_like(x),
    )
    for by_scale in (0, -1, 1):
        for by_offset in (0, -1, 1):
            s = np.clip(nearest[0] + np.float32(by_scale), 0, steps_max)
            o = np.clip(nearest[1] + np.float32(by_offset), 0, steps_max)
            scale, offset = s * steps[0], o * steps[1]
            trial = assign(x, _inverse(scale), offset, levels)
            residual = trial * scale
            residual -= offset
            residual -= x
            error = np.square(residual, out=residual).sum(axis=0)
            better = error < best
            np.copyto(best, error, where=better)
            np.copyto(scale_steps, s, where=better)
            np.copyto(offset_steps, o, where=better)
            np.copyto(codes, trial, where=better)
    return scale_steps, offset_steps, codes


def _solve(x: Floats, codes: Floats, total: Floats, squares: Floats) -> tuple[Floats, Floats, Floats]:
    """Least squares for fixed codes, with the offset held at zero where it would be negative."""
    size = np.float32(len(x))
    q, qq, qx = codes.sum(axis=0), np.square(codes).sum(axis=0), (codes * x).sum(axis=0)
    scale = (size * qx - q * total) * _inverse(size * qq - q * q)
    offset = (scale * q - total) / size
    pinned = offset < 0
    scale = np.where(pinned, qx * _inverse(qq), scale)
    offset = np.where(pinned, np.float32(0), offset)
    valid = scale > 0
    error = squares - scale * qx + offset * total
    return scale, offset, np.where(valid, error, np.float32(np.inf))


def _inverse(x: Floats) -> Floats:
    """1/x, and 0 where x is 0 or far too small for any format's scale."""
    return np.divide(np.float32(1), x, out=np.zeros_like(x), where=x > _NEGLIGIBLE)
