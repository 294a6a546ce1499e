"""prmt and lop3 against their definitions, one thread at a time: constants, vectors, and both mixed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.emulator.semantics.bits import permute
from ptxgen.emulator.semantics.logic import lookup

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(5)
WORDS = (0xF0F0F0F0, 0xCCCCCCCC, 0xAAAAAAAA)


def one(a: int, b: int, selector: int) -> int:
    """Section 9.7.9.7: four bytes of b:a by the nibbles of the selector; bit 3 asks for the byte's sign."""
    result = 0
    for number in range(4):
        nibble = selector >> 4 * number & 15
        byte = (b << 32 | a) >> 8 * (nibble & 7) & 0xFF
        if nibble & 8:
            byte = 0xFF if byte & 0x80 else 0
        result |= byte << 8 * number
    return result


def words(size: int) -> Array:
    return RNG.integers(0, 1 << 32, size, dtype=np.uint32)


@pytest.mark.parametrize("signs", [0x7777, 0xFFFF])
@pytest.mark.parametrize(("a_size", "b_size"), [(1, 1), (1, 5), (5, 1), (5, 5)])
def test_prmt_by_one_selector(a_size: int, b_size: int, signs: int) -> None:
    for selector in RNG.integers(0, 1 << 16, 200) & signs:
        a, b = words(a_size), words(b_size)
        out = np.empty(max(a_size, b_size), np.uint32)
        permute(a, b, np.array([selector], np.uint32), out)
        pairs = zip(*(np.broadcast_to(w, out.shape).tolist() for w in (a, b)), strict=True)
        assert out.tolist() == [one(x, y, int(selector)) for x, y in pairs]


def test_prmt_by_selectors_of_threads() -> None:
    a, b, selectors = words(500), words(500), RNG.integers(0, 1 << 16, 500, dtype=np.uint32)
    wanted = [one(*each) for each in zip(a.tolist(), b.tolist(), selectors.tolist(), strict=True)]
    permute(a, b, selectors, a)  # in place
    assert a.tolist() == wanted


@pytest.mark.parametrize("table", range(256))
def test_lop3_by_all_tables(table: int) -> None:
    a, b, c = (np.full(3, word, np.uint32) for word in WORDS)
    lookup(a, b, c, np.array([table], np.uint32), a)
    assert a.tolist() == [table * 0x01010101] * 3
