"""Bit fields, counting and shuffling of bits (PTX ISA 9.0, sections 9.7.1.14 to 9.7.1.22 and 9.7.9.7)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from ptxgen.emulator.semantics.registry import Function, constant_operand, semantics
from ptxgen.emulator.semantics.values import select
from ptxgen.isa.rows import integer, movement
from ptxgen.isa.table import Form

Array = np.ndarray[Any, Any]


def bit_length(x: Array) -> Array:
    """Position of the highest set bit of unsigned integers, from 1; 0 for 0."""
    if x.itemsize < 8:
        return np.frexp(x.astype(np.float64))[1]
    high = x >> np.uint64(32)
    low = x & np.uint64(0xFFFFFFFF)
    return np.where(high != 0, 32 + bit_length(high.astype(np.uint32)), bit_length(low.astype(np.uint32)))


@semantics(integer.POPC)
def popc(_form: Form) -> Function:
    return np.bitwise_count


@semantics(integer.CLZ)
def clz(_form: Form) -> Function:
    return lambda a, out: np.copyto(out, 8 * a.itemsize - bit_length(a), casting="unsafe")


@semantics(integer.BFIND)
def bfind(form: Form) -> Function:
    from_top = form.has("shiftamt")

    def apply(a: Array, out: Array) -> None:
        plain = np.where(a < 0, ~a, a).view(f"u{a.itemsize}") if a.dtype.kind == "i" else a
        length = bit_length(plain).astype(np.int64)
        position = 8 * a.itemsize - length if from_top else length - 1
        out[...] = np.where(length == 0, 0xFFFFFFFF, position)

    return apply


@semantics(integer.FNS)
def fns(_form: Form) -> Function:
    def apply(mask: Array, base: Array, offset: Array, out: Array) -> None:
        shape = out.shape
        mask, base = np.broadcast_to(mask, shape), np.broadcast_to(base, shape)
        offset = np.broadcast_to(offset, shape)
        wanted = np.abs(offset.astype(np.int64)) - 1
        step = np.where(offset > 0, 1, -1)
        position = base.astype(np.int64)
        found = np.full(shape, 0xFFFFFFFF, np.int64)
        for _ in range(32):
            inside = (position >= 0) & (position < 32)
            bit = inside & ((mask >> (position & 31).astype(np.uint32)) & np.uint32(1)).astype(np.bool_)
            hit = bit & (wanted == 0) & (found == 0xFFFFFFFF)
            found = np.where(hit, position, found)
            wanted = wanted - bit
            position = position + step
        here = (base < 32) & ((mask >> (base & np.uint32(31))) & np.uint32(1)).astype(np.bool_)
        out[...] = np.where(offset == 0, np.where(here, base, 0xFFFFFFFF), found)

    return apply


@semantics(integer.BREV)
def brev(_form: Form) -> Function:
    def apply(a: Array, out: Array) -> None:
        x = a.byteswap()
        for shift, mask in ((1, 0x55), (2, 0x33), (4, 0x0F)):
            pattern = a.dtype.type(int.from_bytes(bytes([mask]) * a.itemsize, "little"))
            count = a.dtype.type(shift)
            x = ((x >> count) & pattern) | ((x & pattern) << count)
        out[...] = x

    return apply


def low_byte(x: Array) -> Array:
    """The low byte of positions and lengths, which is all that bfe and bfi look at."""
    return x & np.uint32(0xFF)


@semantics(integer.BFE)
def bfe(_form: Form) -> Function:
    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        width = 8 * a.itemsize
        start, length = low_byte(b), low_byte(c)
        dtype = a.dtype.type
        field = a >> start.astype(dtype)
        unused = (width - np.minimum(length, width)).astype(dtype)
        # With length 0 everything is shifted out, by steps that stay below the width.
        up = np.where(length == 0, dtype(0), (field << unused) >> unused)
        out[...] = up

    return apply


@semantics(integer.BFI)
def bfi(_form: Form) -> Function:
    def apply(a: Array, b: Array, c: Array, d: Array, out: Array) -> None:
        dtype = a.dtype.type
        start, length = low_byte(c).astype(dtype), low_byte(d).astype(dtype)
        mask = ones(length) << start
        out[...] = (b & ~mask) | ((a << start) & mask)

    return apply


def ones(count: Array) -> Array:
    """`count` low bits set, all from the width on."""
    return np.invert(np.left_shift(np.invert(np.zeros(1, count.dtype)), count))


@semantics(integer.SZEXT)
def szext(form: Form) -> Function:
    clamp = form.modifiers["mode"] == "clamp"
    signed = form.modifiers["type"] == "s32"

    def apply(a: Array, b: Array, out: Array) -> None:
        x = a.view(np.uint32)
        length = b if clamp else b & np.uint32(31)
        upper = ~ones(length)
        top = (x >> ((length - np.uint32(1)) & np.uint32(31))) & np.uint32(1)
        negative = (top != 0) & (length != 0) & signed
        out.view(np.uint32)[...] = np.where(negative, x | upper, x & ~upper)

    return apply


@semantics(integer.BMSK)
def bmsk(form: Form) -> Function:
    clamp = form.modifiers["mode"] == "clamp"

    def apply(a: Array, b: Array, out: Array) -> None:
        if clamp:
            start, length = np.minimum(a, np.uint32(32)), np.minimum(b, np.uint32(32))
        else:
            start, length = a & np.uint32(31), b & np.uint32(31)
        np.left_shift(ones(length), start, out)

    return apply


@semantics(movement.PRMT)
def prmt(form: Form) -> Function:
    """The bytes are worked out beforehand where the selector is a constant without signs, as is usual."""
    selector = constant_operand(form, "c")
    if selector is None or selector & 0x8888:
        return permute
    words = [constant_operand(form, name) for name in ("a", "b")]
    fixed = 0
    moves: list[tuple[int, Function]] = []
    for number, shift, mask in _moves(selector & 0xFFFF):
        value = words[number]
        if value is None:
            moves.append((number, _move(shift, mask)))
        else:
            fixed |= _shifted(value & 0xFFFFFFFF, shift) & mask
    known = np.uint32(fixed)
    if len(moves) != 1:
        return lambda a, b, c, out: _joined([*_moved(moves, a, b), np.full((1,) * out.ndim, known)], out)
    ((word, move),) = moves

    def apply(*arguments: Array) -> None:
        out = arguments[-1]
        move(arguments[word], out)
        if known:
            np.bitwise_or(out, known, out)

    return apply


def _moved(moves: Sequence[tuple[int, Function]], a: Array, b: Array) -> list[Array]:
    """What some moves take from words (0: a, 1: b)."""
    parts: list[Array] = []
    for number, move in moves:
        word = b if number else a
        move(word, part := np.empty(word.shape, np.uint32))
        parts.append(part)
    return parts


def _joined(parts: list[Array], out: Array) -> None:
    """The bits of all parts; what varies least is joined first."""
    *first, last = sorted(parts, key=lambda part: part.size)
    np.bitwise_or(reduce(np.bitwise_or, first, np.uint32(0)), last, out)


def _move(shift: int, mask: int) -> Function:
    """A word shifted left by some bits (right by a negative number) and masked."""
    by, kept = np.uint32(abs(shift)), np.uint32(mask)
    ufunc = np.left_shift if shift > 0 else np.right_shift
    if not shift:
        return lambda word, out: np.bitwise_and(word, kept, out)
    if mask == _shifted(0xFFFFFFFF, shift):
        return lambda word, out: ufunc(word, by, out)

    def move(word: Array, out: Array) -> None:
        ufunc(word, by, out)
        np.bitwise_and(out, kept, out)

    return move


def _shifted(word: int, shift: int) -> int:
    return word << shift & 0xFFFFFFFF if shift > 0 else word >> -shift


def _moves(selector: int, without: tuple[int, ...] = ()) -> list[tuple[int, int, int]]:
    """Which word, shifted left by how many bits, gives which bits of the result: bytes that move alike move at once.

    Some bytes of the result are left out.
    """
    masks: dict[tuple[int, int], int] = {}
    for number in range(4):
        nibble = selector >> 4 * number
        move = (nibble >> 2 & 1, 8 * (number - (nibble & 3)))
        if number not in without:
            masks[move] = masks.get(move, 0) | 0xFF << 8 * number
    return [(word, shift, mask) for (word, shift), mask in masks.items()]


_PATTERNS: dict[str, tuple[int, int, int, int]] = {
    "f4e": (0x3210, 0x4321, 0x5432, 0x6543),
    "b4e": (0x5670, 0x6701, 0x7012, 0x0123),
    "rc8": (0x0000, 0x1111, 0x2222, 0x3333),
    "ecl": (0x3210, 0x3211, 0x3222, 0x3333),
    "ecr": (0x0000, 0x1110, 0x2210, 0x3210),
    "rc16": (0x1010, 0x3232, 0x1010, 0x3232),
}


@semantics(movement.PRMT_MODE)
def prmt_mode(form: Form) -> Function:
    patterns = np.array(_PATTERNS[form.modifiers["mode"]], np.uint32)
    return lambda a, b, c, out: permute(a, b, patterns[c & np.uint32(3)], out)


def permute(a: Array, b: Array, selectors: Array, out: Array) -> None:
    """Each byte of out = the byte of b:a that a nibble of `selectors` names, or its sign where bit 3 is set.

    Nibbles that are the same everywhere, without signs, need no look at each thread; bytes are taken from one of the
    words where all threads do so, and in the shape that this has.
    """
    selector = int(selectors.flat[0])
    varying = selector & 0x8888 | int(np.bitwise_or.reduce(selectors ^ np.uint32(selector), axis=None))
    single = tuple(number for number in range(4) if varying >> 4 * number & 0xF)
    parts = _moved(_plan(selector & 0xFFFF, single), a, b)
    parts += [_byte(a, b, selectors >> np.uint32(4 * number), number) for number in single]
    _joined(parts, out)


@lru_cache(maxsize=256)
def _plan(selector: int, without: tuple[int, ...]) -> list[tuple[int, Function]]:
    return [(word, _move(shift, mask)) for word, shift, mask in _moves(selector, without)]


def _byte(a: Array, b: Array, nibble: Array, number: int) -> Array:
    byte: Array = _named_word(a, b, nibble) >> ((nibble & np.uint32(3)) << np.uint32(3))
    byte &= np.uint32(0xFF)
    sign = (nibble & np.uint32(8)) != 0
    if sign.any():
        byte = np.where(sign, (byte >> np.uint32(7)) * np.uint32(0xFF), byte)
    if number:
        byte <<= np.uint32(8 * number)
    return byte


def _named_word(a: Array, b: Array, nibble: Array) -> Array:
    """`b` where bit 2 of the nibble is set, else `a`."""
    second = (nibble & np.uint32(4)) != 0
    if second.all():
        return b
    if not second.any():
        return a
    chosen = np.empty(np.broadcast_shapes(a.shape, b.shape, second.shape), np.uint32)
    select(second, b, a, chosen)
    return chosen
