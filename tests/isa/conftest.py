"""How the tests of this room compute one instruction on numbers: as bits, lane by lane."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.semantics import has_semantics, semantics_of
from ptxgen.isa import TYPES, Effect, Form, OperandForm, Role, Type, forms
from ptxgen.isa.types import f32, u32

Array = np.ndarray[Any, Any]
Lanes = Callable[..., list[tuple[int, ...]]]
PRED = TYPES["pred"]


def scalars(form: Form, *, written: bool) -> Iterator[Type]:
    """The types of the values that a form reads or writes, in order, carry flags included."""
    for operand in form.operands:
        halves: Sequence[OperandForm] = (operand, operand.second) if operand.second else (operand,)
        for half in halves:
            if half.writes == written:
                yield from [u32 if half.role is Role.IMMEDIATE else half.type or u32] * (half.count or 1)
    if (Effect.CARRY_OUT if written else Effect.CARRY_IN) in form.row.effects:
        yield PRED


def array_of(type: Type, values: Sequence[int]) -> Array:
    """Values given as bits (negative numbers as well), as an array of the type's dtype."""
    if type is PRED:
        return np.array(values, np.bool_)
    if type.bits == 128:
        return np.array([[v & (2**64 - 1), v >> 64] for v in values], np.uint64)
    mask = (1 << type.bits) - 1
    return np.array([v & mask for v in values], f"u{type.bits // 8}").view(dtype_of(type))


def bits_of(type: Type, values: Array) -> list[int]:
    if type is PRED:
        return [int(v) for v in values]
    if type.bits == 128:
        return [int(low) | int(high) << 64 for low, high in values]
    return [int(v) for v in values.view(f"u{type.bits // 8}")]


def compute_form(form: Form, *columns: Sequence[int]) -> list[tuple[int, ...]]:
    """Run a form on columns of bits, one column a source; returns rows of bits, one value an output."""
    sources = [array_of(t, c) for t, c in zip(scalars(form, written=False), columns, strict=True)]
    kept = [s.copy() for s in sources]
    length = max(map(len, columns))
    types = list(scalars(form, written=True))
    outs = [np.ones((length, 2) if t.bits == 128 else length, dtype_of(t)) for t in types]
    with np.errstate(all="ignore"):
        semantics_of(form)(*sources, outs[0] if len(outs) == 1 else tuple(outs))
    for source, before in zip(sources, kept, strict=True):
        assert source.tobytes() == before.tobytes(), f"{form.name} changed a source"
    return list(zip(*(bits_of(t, o) for t, o in zip(types, outs, strict=True)), strict=True))


def semantic_form(name: str, sources: int, results: int | None = None) -> Form:
    """The elementwise form of a name that takes and gives so many values."""
    for form in forms(name):
        fits = len(list(scalars(form, written=False))) == sources
        fits &= results is None or len(list(scalars(form, written=True))) == results
        if fits and has_semantics(form.row):
            return form
    raise AssertionError(f"no form {name} with {sources} sources and {results} results")


def bits(type: Type, value: float | bool) -> int:
    """A value as bits: floats by the type's format (which must hold them exactly), integers as they are."""
    if not isinstance(value, float):
        return int(value) if type is PRED else int(value) & ((1 << type.bits) - 1)
    if math.isnan(value):
        return (1 << (type.bits - 1)) - 1
    if type.name == "bf16":
        word = bits(f32, value)
        assert word & 0xFFFF == 0, value
        return word >> 16
    if type.bits == 32:
        (packed,) = struct.unpack("<I", struct.pack("<f", value))
        assert math.isinf(value) or struct.unpack("<f", struct.pack("<I", packed))[0] == value, value
        return packed
    codes = {16: ("<H", "<e"), 64: ("<Q", "<d")}[type.bits]
    return int(struct.unpack(codes[0], struct.pack(codes[1], value))[0])


@pytest.fixture(scope="session")
def lanes() -> Lanes:
    """`lanes(name, column, column, ...)`: results of an instruction on columns of bits, as rows of bits."""
    return lambda name, *columns: compute_form(semantic_form(name, len(columns)), *columns)


@pytest.fixture(scope="session")
def check() -> Callable[..., None]:
    """`check(name, sources, results)`: an instruction on single values, floats or bits, gives exactly these results."""

    def compare(name: str, sources: Sequence[float], results: Sequence[float]) -> None:
        form = semantic_form(name, len(sources), len(results))
        columns = [[bits(t, v)] for t, v in zip(scalars(form, written=False), sources, strict=True)]
        wanted = tuple(bits(t, v) for t, v in zip(scalars(form, written=True), results, strict=True))
        (got,) = compute_form(form, *columns)
        assert got == wanted, f"{name}{tuple(sources)}: {[hex(g) for g in got]} != {[hex(w) for w in wanted]}"

    return compare
