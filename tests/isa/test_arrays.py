"""What the machine relies on in every semantics function: any shape, constants of size one, results over sources."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.semantics import has_semantics, semantics_of
from ptxgen.isa import ROWS, Effect, Form, Role, Row, Type, forms
from ptxgen.isa.names import sample_names
from ptxgen.isa.types import pred, u32

Array = np.ndarray[Any, Any]
ADDRESSES = ("cvta", "isspacep", "mapa", "getctarank")
SEMANTIC = [row for op, rows in ROWS.items() if op not in ADDRESSES for row in rows if has_semantics(row)]
LANES = 24


def types_of(form: Form, *, written: bool) -> list[Type | None]:
    """The types that a form reads or writes; None for an immediate."""
    found: list[Type | None] = []
    for operand in form.operands:
        for half in (operand, operand.second) if operand.second else (operand,):
            if half.writes == written:
                type = None if half.role is Role.IMMEDIATE else half.type or u32
                found += [type] * (half.count or 1)
    return found + [pred] * ((Effect.CARRY_OUT if written else Effect.CARRY_IN) in form.row.effects)


def random_array(type: Type | None, rng: np.random.Generator, count: int = LANES) -> Array:
    if type is None:
        return np.array([0x6A], np.uint32)
    if type is pred:
        return rng.integers(0, 2, count).astype(np.bool_)
    width = max(type.bits // 8, 1)
    raw = rng.integers(0, 256, (count, width), dtype=np.uint8)
    return raw.view(dtype_of(type)) if type.bits == 128 else raw.view(dtype_of(type))[:, 0].copy()


def run(form: Form, sources: list[Array], outs: list[Array]) -> list[bytes]:
    with np.errstate(all="ignore"):
        semantics_of(form)(*sources, outs[0] if len(outs) == 1 else tuple(outs))
    return [out.tobytes() for out in outs]


def empty(type: Type | None, shape: tuple[int, ...]) -> Array:
    assert type is not None
    return np.ones((*shape, 2) if type.bits == 128 else shape, dtype_of(type))


def shaped(array: Array, type: Type | None, shape: tuple[int, ...]) -> Array:
    if type is None:
        return array
    return array.reshape((*shape, 2) if type.bits == 128 else shape)


@pytest.mark.parametrize("row", SEMANTIC, ids=lambda row: row.line)
def test_shapes_constants_and_aliases(row: Row) -> None:
    for name in sample_names(row, 6, Random(row.line)):
        form = next(f for f in forms(name) if f.row is row)
        rng = np.random.default_rng(len(name))
        reads, writes = types_of(form, written=False), types_of(form, written=True)
        sources = [random_array(t, rng) for t in reads]
        flat = run(form, sources, [empty(t, (LANES,)) for t in writes])

        shape = (2, 3, 4)
        block = run(
            form,
            [shaped(s, t, shape) for s, t in zip(sources, reads, strict=True)],
            [empty(t, shape) for t in writes],
        )
        assert block == flat, f"{name}: the shape of the arrays matters"

        for index, type in enumerate(reads):
            alike = [*sources]
            alike[index] = random_array(type, rng, 1)
            spread = [*sources]
            spread[index] = alike[index].repeat(LANES, axis=0)
            if len(reads) == 1 or type is None:
                continue
            short = run(form, alike, [empty(t, (LANES,)) for t in writes])
            assert short == run(form, spread, [empty(t, (LANES,)) for t in writes]), (
                f"{name}: source {index} as one"
            )

        for index, type in enumerate(reads):
            for number, written in enumerate(writes):
                if (
                    type is None
                    or written is None
                    or type.bits != written.bits
                    or (type is pred) != (written is pred)
                ):
                    continue
                copies = [s.copy() for s in sources]
                outs = [empty(t, (LANES,)) for t in writes]
                over = copies[index] if written.bits == 128 else copies[index].view(dtype_of(written))
                outs[number] = over
                assert run(form, copies, outs) == flat, f"{name}: result {number} over source {index}"
