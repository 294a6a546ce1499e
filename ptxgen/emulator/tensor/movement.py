"""8 x 8 matrices of 16-bit elements between shared memory and fragments (sections 9.7.14.5.15, .16 and .17)."""

from __future__ import annotations

import numpy as np

from ptxgen.emulator.tensor.layouts import EIGHT, Array
from ptxgen.emulator.tensor.warps import Warps

_ROW_BYTES = 16


def load_matrices(warps: Warps) -> None:
    """`ldmatrix`: lanes 8i to 8i+7 give the addresses of the rows of matrix i, whose fragment goes to register i."""
    count = warps.count("r")
    address = warps.address("p")[:, : 8 * count]
    site = warps.site("p", _ROW_BYTES)
    warps.give("r", _fragments(warps, warps.load(site, address), count))
    holes = warps.holes(address, _ROW_BYTES)
    if holes is not None:
        warps.leave_unset("r", _fragments(warps, holes, count))


def store_matrices(warps: Warps) -> None:
    """`stmatrix`: the reverse."""
    count = warps.count("r")
    address = warps.address("p")[:, : 8 * count]
    registers = warps.registers("r")
    fragments = np.ascontiguousarray(registers.transpose(0, 2, 1)).view(np.uint16).reshape(-1, 32, 2)
    matrices = EIGHT.matrix(fragments)
    rows = np.ascontiguousarray(matrices.transpose(0, 2, 1) if warps.form.has("trans") else matrices)
    data = rows.view(np.uint8).reshape(*address.shape, _ROW_BYTES)
    warps.store(warps.site("p", _ROW_BYTES), address, data)


def transpose(warps: Warps) -> None:
    """`movmatrix`: the transpose of a fragment."""
    matrix = EIGHT.matrix(warps.registers("a").view(np.uint16))
    fragment = EIGHT.fragment(matrix.transpose(0, 2, 1))
    warps.give("d", np.ascontiguousarray(fragment).view(np.uint32))


def _fragments(warps: Warps, rows: Array, count: int) -> Array:
    """Rows of 16 bytes of each warp, `[warps, lanes, 16]`, as its lanes hold them: `[warps, 32, registers]` of b32."""
    matrices = np.ascontiguousarray(rows).view(np.uint16).reshape(-1, 8, 8)
    fragments = EIGHT.fragment(matrices.transpose(0, 2, 1) if warps.form.has("trans") else matrices)
    return _by_lane(np.ascontiguousarray(fragments).view(np.uint32), count)


def _by_lane(fragments: Array, count: int) -> Array:
    """`[warps * count, 32, 1]` as `[warps, 32, count]`."""
    return fragments.reshape(-1, count, 32).transpose(0, 2, 1)
