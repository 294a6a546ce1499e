"""`wgmma.mma_async` (section 9.7.15): each warp of a warpgroup multiplies its 16 rows of A with all of B.

Products are complete when they are issued. Hardware promises results only after `wgmma.wait_group`, and may read shared
memory until then, of which `reads` keeps account, and `registers` of the registers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.errors import ABSENT_LANE
from ptxgen.emulator.faults import fault
from ptxgen.emulator.lanes import WARP_SIZE
from ptxgen.emulator.spaces import Site
from ptxgen.emulator.tensor import layouts
from ptxgen.emulator.tensor.descriptors import PIECE, Descriptors
from ptxgen.emulator.tensor.formats import ELEMENTS, Element, rounded
from ptxgen.emulator.tensor.mma import rules, type_names
from ptxgen.emulator.tensor.products import give_matrix, matrix, multiply_add
from ptxgen.emulator.tensor.warps import Warps
from ptxgen.isa.rows.fragments import shape
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

_WARPGROUP = 4
_ROWS = 16
"""Rows of A and D that a warp has."""


def fence(warps: Warps) -> None:
    """`wgmma.fence`: only whole warpgroups execute it."""
    _check_groups(warps)
    warps.batch.asynchrony.registers.fence(warps.lanes.ids)


def commit(warps: Warps) -> None:
    """`wgmma.commit_group`."""
    _check_groups(warps)
    warps.batch.asynchrony.reads.commit(warps.lanes.ids)


def wait(warps: Warps) -> None:
    """`wgmma.wait_group N`."""
    _check_groups(warps)
    asynchrony, threads, newest = warps.batch.asynchrony, warps.lanes.ids, warps.constant("N", 0)
    asynchrony.reads.wait(threads, newest)
    asynchrony.registers.wait(threads, asynchrony.reads.committed[threads] - newest)


def multiply(warps: Warps) -> None:
    """D = A * B + D, or A * B where scale-d is false."""
    _check_groups(warps)
    asynchrony, threads = warps.batch.asynchrony, warps.lanes.ids
    asynchrony.registers.issue(
        warps.frame.code, warps.instruction, threads, asynchrony.reads.committed[threads]
    )
    _, n, k = shape(warps.modifier("shape"))
    d_type, a_type, b_type = type_names(warps.form)
    layout = layouts.sums(_ROWS, n)
    a = warps.constant("imm-scale-a", 1) * _left(warps, a_type, k)
    b = warps.constant("imm-scale-b", 1) * _right(warps, b_type, n, k)
    counts = warps.uniform("scale-d")[:, None, None]
    d = np.where(counts, matrix(warps, "d", d_type, layout), 0)
    how = rules(warps)
    value = multiply_add(a, b, d, how)
    give_matrix(warps, "d", d_type, layout, rounded(value, d_type, saturates=how.saturates))


def _check_groups(warps: Warps) -> None:
    """EMU012 where a CTA has no whole warpgroup: four warps, the first of which has a multiple of four as number."""
    threads = warps.batch.launch.threads
    short = (warps.ranks // _WARPGROUP + 1) * _WARPGROUP * WARP_SIZE > threads
    if short.any():
        raise fault(
            ABSENT_LANE,
            f"{warps.instruction.name} needs whole warpgroups of 128 threads, and the CTA has {threads} threads",
            warps.instruction,
            warps.batch,
            warps.thread(int(np.argmax(short))),
            help="launch a multiple of 128 threads",
        )


def _left(warps: Warps, type: str, k: int) -> Array:
    """Each warp's rows of A, `[warps, 16, k]`, from registers or through a descriptor."""
    if warps.has("a"):
        return matrix(warps, "a", type, layouts.left(_ROWS, k, ELEMENTS[type].packed))
    first = warps.ranks % _WARPGROUP * _ROWS
    across = warps.constant("imm-trans-a", 0) == 1
    return _in_shared(warps, "a-desc", ELEMENTS[type], first, _ROWS, k, across)


def _right(warps: Warps, type: str, n: int, k: int) -> Array:
    """All of B, `[warps, k, n]`."""
    first = np.zeros_like(warps.ranks)
    across = warps.constant("imm-trans-b", 0) == 1
    return _in_shared(warps, "b-desc", ELEMENTS[type], first, n, k, across).transpose(0, 2, 1)


def _in_shared(
    warps: Warps, name: str, element: Element, first: Array, rows: int, k: int, across: bool
) -> Array:
    """`[warps, rows, k]` numbers: rows of A, or columns of B, from number `first` of each warp on.

    `across`: memory runs along the rows (M- or N-major), not along k.
    """
    descriptors = Descriptors.decode(warps.uniform(name))
    if descriptors.base.any():
        raise warps.refuse("matrix descriptors with a base offset", int(np.argmax(descriptors.base != 0)))
    per = PIECE * 8 // element.bits
    if across:
        depth, piece = np.divmod(np.arange(k * rows // per), rows // per)
        address = descriptors.across_depth(piece + first[:, None] // per, depth[None])
    else:
        row, piece = np.divmod(np.arange(rows * k // per), k // per)
        address = descriptors.along_depth(row + first[:, None], piece[None])
    raw = element.unpack(_pieces(warps, address).reshape(len(address), k if across else rows, -1))
    numbers = element.decode(raw)
    return numbers.transpose(0, 2, 1) if across else numbers


def _pieces(warps: Warps, address: Array) -> Array:
    """The 16 bytes at each address, `[warps, pieces, 16]`; the lanes read in turn."""
    site = Site(warps.instruction, warps.batch, StateSpace.SHARED, PIECE)
    found: list[Array] = []
    for first in range(0, address.shape[1], WARP_SIZE):
        part = address[:, first : first + WARP_SIZE]
        found.append(warps.load(site, part))
        places, threads = warps.by_thread(part)
        warps.batch.asynchrony.reads.issue(warps.instruction, threads, places, PIECE)
    return np.concatenate(found, axis=1)
