"""Video instructions against the manual's pseudocode (section 9.7.18) on Python's integers, one thread at a time."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from itertools import product
from random import Random

import pytest

from ptxgen.isa import ROWS, Form, Row, forms
from ptxgen.isa.names import sample_names
from tests.isa.bench import Bench

COUNT = 40
OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "absdiff": lambda a, b: abs(a - b),
    "min": min,
    "max": max,
    "avrg": lambda a, b: (a + b + 1) >> 1 if a + b >= 0 else (a + b) >> 1,
}
VIDEO = [row for opcode, rows in ROWS.items() if opcode.startswith("v") and opcode != "vote" for row in rows]


def extended(bits: int, size: int, signed: bool) -> int:
    bits &= (1 << size) - 1
    return bits - (1 << size) if signed and bits >> (size - 1) else bits


def clamped(x: int, size: int, signed: bool) -> int:
    low = -(1 << (size - 1)) if signed else 0
    return max(low, min(low + (1 << size) - 1, x))


def part(x: int, selector: str, signed: bool) -> int:
    """`b2` of a word, `h1` of it, or the word."""
    if not selector:
        return extended(x, 32, signed)
    size = {"b": 8, "h": 16}[selector[0]]
    return extended(x >> size * int(selector[1]), size, signed)


def primary(form: Form) -> Callable[[int, int], int]:
    has = form.modifiers
    kind = form.opcode[1:].rstrip("24")
    if kind == "set":
        compare = getattr(operator, has["cmp"])
        return lambda a, b: int(compare(a, b))
    if kind in ("shl", "shr"):
        return lambda a, b: shifted(kind, a, b & 31 if has["mode"] == "wrap" else min(b, 32))
    return OPERATIONS[kind]


def shifted(kind: str, a: int, count: int) -> int:
    return a << count if kind == "shl" else a >> count


def scalar(form: Form, parts: Sequence[str], values: Sequence[int]) -> int:
    has = form.modifiers
    target, part_a, part_b, *_ = parts
    a = part(values[0], part_a, has["atype"] == "s32")
    b = part(values[1], part_b, has.get("btype") == "s32")
    signed = has.get("dtype") == "s32"
    result = primary(form)(a, b)
    size = {"b": 8, "h": 16}[target[0]] if target else 32
    if "sat" in has:
        result = clamped(result, size, signed)
    if "op2" in has:
        c = extended(values[2], 32, signed)
        result = {"add": result + c, "min": min(result, c), "max": max(result, c)}[has["op2"]]
    elif target:
        place = size * int(target[1])
        mask = ((1 << size) - 1) << place
        result = (result << place) & mask | values[2] & ~mask
    return result % 2**32


def multiply_add(form: Form, parts: Sequence[str], values: Sequence[int]) -> int:
    """c has the sign of the product; the result is signed where the product is, or c is negated (9.7.18.1.3)."""
    has = form.modifiers
    minus = [selector.startswith("-") for selector in parts[1:]]
    selectors = [selector.removeprefix("-") for selector in parts[1:]]
    times = part(values[0], selectors[0], has["atype"] == "s32")
    times *= part(values[1], selectors[1], has["btype"] == "s32")
    signed = "s32" in (has["atype"], has["btype"]) or minus[0] != minus[1]
    c = extended(values[2], 32, signed)
    result = (-times if minus[0] != minus[1] else times) + (-c if minus[2] else c) + ("po" in has)
    result >>= int(has.get("scale", "shr0")[3:])
    signed = signed or minus[2]
    return (clamped(result, 32, signed) if "sat" in has else result) % 2**32


def packed(form: Form, parts: Sequence[str], values: Sequence[int]) -> int:
    has = form.modifiers
    count = int(form.opcode[-1])
    size = 32 // count
    letter = "b" if count == 4 else "h"
    both = values[1] << 32 | values[0]
    digits = [
        [int(d) for d in reversed((p or letter + default)[1:])]
        for p, default in zip(parts[1:3], ("3210", "7654") if count == 4 else ("10", "32"), strict=True)
    ]
    taken = (parts[0] or letter + "3210"[4 - count :])[1:]
    total = values[2]
    for lane, (x, y) in enumerate(zip(*digits, strict=True)):
        if str(lane) not in taken:
            continue
        result = primary(form)(
            extended(both >> size * x, size, has["atype"] == "s32"),
            extended(both >> size * y, size, has["btype"] == "s32"),
        )
        if "add" in has:
            total += result
            continue
        if "sat" in has:
            result = clamped(result, size, has["dtype"] == "s32")
        mask = ((1 << size) - 1) << size * lane
        total = total & ~mask | (result << size * lane) & mask
    return total % 2**32


def model(form: Form) -> Callable[[Form, Sequence[str], Sequence[int]], int]:
    return packed if form.opcode[-1] in "24" else multiply_add if form.opcode == "vmad" else scalar


@pytest.mark.parametrize(
    "row", VIDEO, ids=[f"{row.opcode}{len(row.syntax.operands)}-{i}" for i, row in enumerate(VIDEO)]
)
def test_video(lanes: Bench, row: Row) -> None:
    random = Random(row.line)
    corners = (
        0,
        1,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0x7FFFFFFF,
        0x80000000,
        0xFFFFFFFF,
        0x80808080,
        0x80FF017F,
    )
    for name in sample_names(row, 2, random):
        form = next(f for f in forms(name) if f.row is row)
        parts = [
            random.choice(sorted(o.parts)) if o.parts and (not o.whole or random.randrange(3)) else ""
            for o in form.operands
        ]
        columns = [
            [random.choice(corners) if random.randrange(2) else random.getrandbits(32) for _ in range(COUNT)]
            for _ in form.operands[1:]
        ]
        if form.opcode in ("vshl", "vshr"):
            columns[1] = [random.choice((0, 1, 7, 31, 32, 33, 64, 0x0120)) for _ in range(COUNT)]
        wanted = [(model(form)(form, parts, values),) for values in zip(*columns, strict=True)]
        assert lanes.compute(form, *columns, parts=parts) == wanted, (name, parts)


SIGNS = [signs for signs in product("+-", repeat=3) if signs[0] == signs[1] or signs[2] == "+"]


@pytest.mark.parametrize("signs", SIGNS, ids="".join)
@pytest.mark.parametrize(
    "types",
    ["u32.u32.u32", "s32.u32.u32.sat.shr7", "s32.s32.u32.sat", "s32.u32.u32.sat", "s32.s32.s32.shr15"],
)
def test_signs(lanes: Bench, types: str, signs: tuple[str, ...]) -> None:
    random = Random(f"{types}{signs}")
    (form,) = (f for f in forms(f"vmad.{types}") if not f.has("po"))
    corners = (0, 1, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0xFF80FF7F)
    columns = [[random.choice((*corners, random.getrandbits(32))) for _ in range(COUNT)] for _ in range(3)]
    parts = ["", *(sign.strip("+") for sign in signs)]
    parts[1] += random.choice(("", "b3", "h1"))
    wanted = [(multiply_add(form, parts, values),) for values in zip(*columns, strict=True)]
    assert lanes.compute(form, *columns, parts=parts) == wanted
