"""Integer, bit and comparison instructions against their definitions on Python's integers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

import pytest

from ptxgen.isa import TYPES, Type, forms
from tests.isa.bench import Bench

Model = Callable[..., int]

COUNT = 300


def values(type: Type, random: Random) -> list[int]:
    """Bits that tell: corners, small numbers of both signs, single bits, and any."""
    top = 1 << type.bits
    corners = [0, 1, 2, 3, top - 1, top - 2, top // 2, top // 2 - 1, top // 2 + 1, 0xFF, 0x80, 31, 32, 33]
    out = [random.choice(corners) for _ in range(COUNT // 3)]
    out += [1 << random.randrange(type.bits) for _ in range(COUNT // 6)]
    out += [random.getrandbits(type.bits) for _ in range(COUNT - len(out))]
    random.shuffle(out)
    return [v % top for v in out]


def number(type: Type, bits: int) -> int:
    """The integer that the bits stand for."""
    return bits - (1 << type.bits) if type.is_signed and bits >> (type.bits - 1) else bits


def quotient(a: int, b: int) -> int:
    """Truncated."""
    return (abs(a) // abs(b)) * (1 if (a < 0) == (b < 0) else -1)


def clamp32(x: int) -> int:
    return max(-(2**31), min(2**31 - 1, x))


def low24(type: Type, x: int) -> int:
    x &= 0xFFFFFF
    return x - (1 << 24) if type.is_signed and x >> 23 else x


TYPED: dict[str, tuple[int, Callable[[Type], Model]]] = {
    "add": (2, lambda t: lambda a, b: a + b),
    "sub": (2, lambda t: lambda a, b: a - b),
    "mul.lo": (2, lambda t: lambda a, b: a * b),
    "mul.hi": (2, lambda t: lambda a, b: (a * b) >> t.bits),
    "mad.lo": (3, lambda t: lambda a, b, c: a * b + c),
    "mad.hi": (3, lambda t: lambda a, b, c: ((a * b) >> t.bits) + c),
    "sad": (3, lambda t: lambda a, b, c: c + abs(a - b)),
    "div": (2, lambda t: quotient),
    "rem": (2, lambda t: lambda a, b: a - quotient(a, b) * b),
    "min": (2, lambda t: min),
    "max": (2, lambda t: max),
}


@pytest.mark.parametrize("type", ["u16", "s16", "u32", "s32", "u64", "s64"])
@pytest.mark.parametrize("name", TYPED)
def test_arithmetic(lanes: Bench, name: str, type: str) -> None:
    t = TYPES[type]
    count, model = TYPED[name]
    compare(lanes, f"{name}.{type}", [t] * count, model(t), t, divides=name in ("div", "rem"))


@pytest.mark.parametrize("type", ["u16", "s16", "u32", "s32", "u64", "s64"])
@pytest.mark.parametrize("name", ["div", "rem"])
def test_division_by_zero(lanes: Bench, name: str, type: str) -> None:
    """All ones: the manual leaves it open, the emulator's page does not."""
    if not lanes.documented:
        pytest.skip("unspecified")
    top = 1 << TYPES[type].bits
    assert lanes(f"{name}.{type}", [0, 1, top - 1, top // 2], [0]) == [(top - 1,)] * 4


@pytest.mark.parametrize("name", ["mul.wide", "mad.wide"])
@pytest.mark.parametrize("type", ["u16", "s16", "u32", "s32"])
def test_wide(lanes: Bench, name: str, type: str) -> None:
    t = TYPES[type]
    wide = TYPES[f"{type[0]}{2 * t.bits}"]
    if name == "mul.wide":
        compare(lanes, f"{name}.{type}", [t, t], lambda a, b: a * b, wide)
    else:
        compare(lanes, f"{name}.{type}", [t, t, wide], lambda a, b, c: a * b + c, wide)


def compare(
    lanes: Bench, name: str, sources: Sequence[Type], model: Model, result: Type, *, divides: bool = False
) -> None:
    """Random columns through the instruction and through the model on numbers; `divides`: by no zero."""
    random = Random(name)
    columns = [values(t, random) for t in sources]
    if divides:
        columns[1] = [v or 1 for v in columns[1]]
    got = lanes(name, *columns)
    for row, (value, *_) in zip(zip(*columns, strict=True), got, strict=True):
        wanted = model(*(number(t, v) for t, v in zip(sources, row, strict=True))) % (1 << result.bits)
        assert value == wanted, f"{name} {[hex(v) for v in row]}: {value:#x}, not {wanted:#x}"


U32, S32, B32, U64 = (TYPES[n] for n in ("u32", "s32", "b32", "u64"))


def bfe(t: Type) -> Model:
    def model(a: int, b: int, c: int) -> int:
        """The manual's own loop over the bits."""
        a, pos, length, msb = a % (1 << t.bits), b & 0xFF, c & 0xFF, t.bits - 1
        sign = 0 if not t.is_signed or length == 0 else a >> min(pos + length - 1, msb) & 1
        return sum(
            (a >> (pos + i) & 1 if i < length and pos + i <= msb else sign) << i for i in range(t.bits)
        )

    return model


def bfi(t: Type) -> Model:
    def model(a: int, b: int, c: int, d: int) -> int:
        pos, length, f = c & 0xFF, d & 0xFF, b
        for i in range(min(length, t.bits)):
            if pos + i < t.bits:
                f = f & ~(1 << (pos + i)) | (a >> i & 1) << (pos + i)
        return f

    return model


def fns(mask: int, base: int, offset: int) -> int:
    if offset == 0:
        return base if base < 32 and mask >> base & 1 else -1
    places = range(base, 32) if offset > 0 else range(min(base, 31), -1, -1)
    if base > 31:
        # The search starts outside the word and stops at once.
        return -1
    found = [i for i in places if mask >> i & 1]
    return found[abs(offset) - 1] if len(found) >= abs(offset) else -1


def szext(signed: bool, clamp: bool) -> Model:
    def model(a: int, b: int) -> int:
        length = min(b, 32) if clamp else b & 31
        low = a & ((1 << length) - 1)
        return low - (1 << length) if signed and length and low >> (length - 1) else low

    return model


def bmsk(clamp: bool) -> Model:
    def model(a: int, b: int) -> int:
        start, length = (min(a, 32), min(b, 32)) if clamp else (a & 31, b & 31)
        return ((1 << length) - 1) << start

    return model


def shf(left: bool, clamp: bool) -> Model:
    def model(a: int, b: int, c: int) -> int:
        count = min(c, 32) if clamp else c & 31
        both = b << 32 | a
        return (both << count) >> 32 if left else both >> count

    return model


def prmt(a: int, b: int, c: int) -> int:
    source = (b << 32 | a).to_bytes(8, "little")
    out = 0
    for i in range(4):
        nibble = c >> 4 * i & 15
        byte = source[nibble & 7]
        out |= ((0xFF if byte >> 7 else 0) if nibble & 8 else byte) << 8 * i
    return out


def dot(a_type: str, b_type: str, fields: tuple[int, int], first: int = 0) -> Model:
    """A dot product of fields of so many bits."""

    def field(x: int, bits: int, i: int, kind: str) -> int:
        v = x >> bits * i & ((1 << bits) - 1)
        return v - (1 << bits) if kind == "s32" and v >> (bits - 1) else v

    def model(a: int, b: int, c: int) -> int:
        count = 32 // fields[0]
        return c + sum(
            field(a, fields[0], i, a_type) * field(b, fields[1], first + i, b_type) for i in range(count)
        )

    return model


def high_bit(t: Type) -> Model:
    return lambda a: (a if a >= 0 else ~a).bit_length() - 1


def shift_amount(t: Type) -> Model:
    return lambda a: t.bits - 1 - high_bit(t)(a) if high_bit(t)(a) >= 0 else -1


BITS: list[tuple[str, list[str], Model, str]] = [
    *((f"popc.b{w}", [f"b{w}"], lambda a: a.bit_count(), "u32") for w in (32, 64)),
    *((f"clz.b{w}", [f"b{w}"], lambda a, w=w: w - a.bit_length(), "u32") for w in (32, 64)),
    *((f"brev.b{w}", [f"b{w}"], lambda a, w=w: int(f"{a:0{w}b}"[::-1], 2), f"b{w}") for w in (32, 64)),
    *((f"bfind.{t}", [t], high_bit(TYPES[t]), "u32") for t in ("u32", "s32", "u64", "s64")),
    *((f"bfind.shiftamt.{t}", [t], shift_amount(TYPES[t]), "u32") for t in ("u32", "s32", "u64", "s64")),
    *((f"abs.{t}", [t], abs, t) for t in ("s16", "s32", "s64")),
    *((f"neg.{t}", [t], lambda a: -a, t) for t in ("s16", "s32", "s64")),
    *((f"cnot.{t}", [t], lambda a: int(a == 0), t) for t in ("b16", "b32", "b64")),
    *((f"not.{t}", [t], lambda a: ~a, t) for t in ("b16", "b32", "b64")),
    *((f"and.{t}", [t, t], lambda a, b: a & b, t) for t in ("b16", "b32", "b64")),
    *((f"or.{t}", [t, t], lambda a, b: a | b, t) for t in ("b16", "b32", "b64")),
    *((f"xor.{t}", [t, t], lambda a, b: a ^ b, t) for t in ("b16", "b32", "b64")),
    ("mul24.lo.u32", ["u32", "u32"], lambda a, b: low24(U32, a) * low24(U32, b), "u32"),
    ("mul24.hi.s32", ["s32", "s32"], lambda a, b: low24(S32, a) * low24(S32, b) >> 16, "s32"),
    ("mad24.lo.s32", ["s32"] * 3, lambda a, b, c: low24(S32, a) * low24(S32, b) + c, "s32"),
    ("mad24.hi.u32", ["u32"] * 3, lambda a, b, c: (low24(U32, a) * low24(U32, b) >> 16) + c, "u32"),
    ("mad24.hi.sat.s32", ["s32"] * 3, lambda a, b, c: clamp32((low24(S32, a) * low24(S32, b) >> 16) + c), "s32"),
    ("add.sat.s32", ["s32", "s32"], lambda a, b: clamp32(a + b), "s32"),
    ("sub.sat.s32", ["s32", "s32"], lambda a, b: clamp32(a - b), "s32"),
    ("mad.hi.sat.s32", ["s32"] * 3, lambda a, b, c: clamp32((a * b >> 32) + c), "s32"),
    ("min.relu.s32", ["s32", "s32"], lambda a, b: max(0, min(a, b)), "s32"),
    ("max.relu.s32", ["s32", "s32"], lambda a, b: max(0, a, b), "s32"),
    *((f"szext.{m}.{t}", [t, "u32"], szext(t == "s32", m == "clamp"), t)
      for m in ("clamp", "wrap") for t in ("u32", "s32")),
    *((f"bmsk.{m}.b32", ["b32", "b32"], bmsk(m == "clamp"), "b32") for m in ("clamp", "wrap")),
    *((f"shf.{d}.{m}.b32", ["b32", "b32", "u32"], shf(d == "l", m == "clamp"), "b32")
      for d in "lr" for m in ("clamp", "wrap")),
    *((f"shl.b{w}", [f"b{w}", "u32"], lambda a, b, w=w: a << min(b, w), f"b{w}") for w in (16, 32, 64)),
    *((f"shr.{t}", [t, "u32"], lambda a, b: a >> min(b, 64), t)
      for t in ("b16", "b32", "b64", "u16", "u32", "u64", "s16", "s32", "s64")),
    ("prmt.b32", ["b32", "b32", "b32"], prmt, "b32"),
    *((f"dp4a.{x}.{y}", ["b32", "b32", "u32"], dot(x, y, (8, 8)), "u32")
      for x in ("u32", "s32") for y in ("u32", "s32")),
    *((f"dp2a.{m}.{x}.{y}", ["b32", "b32", "u32"], dot(x, y, (16, 8), 2 * (m == "hi")), "u32")
      for m in ("lo", "hi") for x in ("u32", "s32") for y in ("u32", "s32")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sources", "model", "result"), BITS, ids=[b[0] for b in BITS])
def test_bits(lanes: Bench, name: str, sources: list[str], model: Model, result: str) -> None:
    compare(lanes, name, [TYPES[s] for s in sources], model, TYPES[result])


@pytest.mark.parametrize("type", ["u32", "s32", "u64", "s64"])
def test_bit_fields(lanes: Bench, type: str) -> None:
    """Positions and lengths around the width, and past the byte that counts."""
    t, random = TYPES[type], Random(type)
    places = [0, 1, 5, 31, 32, 33, 63, 64, 65, 200, 255, 256, 0x101, 0xFFFFFFFF]
    pairs = [(p, n) for p in places for n in places]
    a = [random.getrandbits(t.bits) for _ in pairs]
    starts, lengths = [p for p, _ in pairs], [n for _, n in pairs]
    got = lanes(f"bfe.{type}", a, starts, lengths)
    mask = (1 << t.bits) - 1
    assert [v for (v,) in got] == [bfe(t)(*row) & mask for row in zip(a, starts, lengths, strict=True)]
    b = [random.getrandbits(t.bits) for _ in pairs]
    untyped = f"bfi.b{t.bits}"
    got = lanes(untyped, a, b, starts, lengths)
    assert [v for (v,) in got] == [bfi(t)(*row) & mask for row in zip(a, b, starts, lengths, strict=True)]


def test_nth_set_bit(lanes: Bench) -> None:
    random = Random(17)
    masks = [random.getrandbits(32) & random.getrandbits(32) for _ in range(600)]
    bases = [random.randrange(32) for _ in masks]
    offsets = [random.randrange(-12, 13) for _ in masks]
    got = lanes("fns.b32", masks, bases, offsets)
    assert [v for (v,) in got] == [fns(*row) % 2**32 for row in zip(masks, bases, offsets, strict=True)]


@pytest.mark.parametrize("tables", [range(3, 256, 17), pytest.param(range(256), marks=pytest.mark.slow)])
def test_truth_tables(lanes: Bench, tables: Iterable[int]) -> None:
    """lop3: bit i of the result is the table's bit at (a, b, c)."""
    a, b, c = 0xF0F0CC3A, 0xCC33AA55, 0xAA5596E1
    for table in tables:
        index = [(a >> i & 1) << 2 | (b >> i & 1) << 1 | (c >> i & 1) for i in range(32)]
        wanted = sum((table >> k & 1) << i for i, k in enumerate(index))
        assert lanes("lop3.b32", [a, a], [b, b], [c, c], [table]) == [(wanted,)] * 2, hex(table)
        for combine, q in (("or", 0), ("and", 1)):
            assert lanes(f"lop3.{combine}.b32", [a], [b], [c], [table], [q]) == [(wanted, int(wanted != 0))]


def test_one_selector_for_all_lanes(lanes: Bench) -> None:
    random = Random(3)
    a, b = ([random.getrandbits(32) for _ in range(20)] for _ in range(2))
    for selector in (0x3210, 0x7654, 0xFEDC, 0x0008, 0x1111, 0x5140):
        got = lanes("prmt.b32", a, b, [selector])
        assert [v for (v,) in got] == [prmt(x, y, selector) for x, y in zip(a, b, strict=True)]


@pytest.mark.parametrize("type", ["u32", "s32", "u64", "s64"])
def test_carries(lanes: Bench, type: str) -> None:
    """Each carry instruction against wide integers: the carry is the bit above the result."""
    t, random = TYPES[type], Random(type)
    a, b, c = (values(t, random) for _ in range(3))
    flags = [random.randrange(2) for _ in a]
    top = 1 << t.bits
    for x, y, z, f, *results in zip(
        a, b, c, flags,
        lanes(f"add.cc.{type}", a, b), lanes(f"addc.{type}", a, b, flags), lanes(f"addc.cc.{type}", a, b, flags),
        lanes(f"sub.cc.{type}", a, b), lanes(f"subc.{type}", a, b, flags), lanes(f"subc.cc.{type}", a, b, flags),
        lanes(f"mad.lo.cc.{type}", a, b, c), lanes(f"mad.hi.cc.{type}", a, b, c),
        lanes(f"madc.lo.{type}", a, b, c, flags), lanes(f"madc.hi.cc.{type}", a, b, c, flags),
        strict=True,
    ):  # fmt: skip
        product = number(t, x) * number(t, y)
        low, high = product % top, (product >> t.bits) % top
        assert results == [
            carried(x + y, top), carried(x + y + f, top)[:1], carried(x + y + f, top),
            carried(x - y, top), carried(x - y - f, top)[:1], carried(x - y - f, top),
            carried(low + z, top), carried(high + z, top),
            carried(low + z + f, top)[:1], carried(high + z + f, top),
        ]  # fmt: skip


def carried(total: int, top: int) -> tuple[int, int]:
    return total % top, int(not 0 <= total < top)


def test_packed_halves(lanes: Bench) -> None:
    random = Random(4)
    a, b = ([random.getrandbits(32) for _ in range(200)] for _ in range(2))
    operations: dict[str, Model] = {
        "add.u16x2": lambda x, y: x + y,
        "min.u16x2": min,
        "max.u16x2": max,
        "min.s16x2": lambda x, y: min(x, y, key=lambda v: number(TYPES["s16"], v)),
        "max.relu.s16x2": lambda x, y: max(0, number(TYPES["s16"], x), number(TYPES["s16"], y)),
    }
    for name, model in operations.items():
        for x, y, (got,) in zip(a, b, lanes(name, a, b), strict=True):
            halves = [model(x >> s & 0xFFFF, y >> s & 0xFFFF) & 0xFFFF for s in (0, 16)]
            assert got == halves[1] << 16 | halves[0], name


COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}
UNSIGNED = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}
BOOLEAN: dict[str, Callable[[int, int], int]] = {
    "and": lambda p, c: p & c,
    "or": lambda p, c: p | c,
    "xor": lambda p, c: p ^ c,
}


@pytest.mark.parametrize("type", ["u16", "s16", "u32", "s32", "u64", "s64"])
def test_comparisons(lanes: Bench, type: str) -> None:
    t, random = TYPES[type], Random(type)
    a, b = values(t, random), values(t, random)
    c = [random.randrange(2) for _ in a]
    operators = {**COMPARISONS, **({} if t.is_signed else {n: COMPARISONS[o] for n, o in UNSIGNED.items()})}
    for name, holds in operators.items():
        wanted = [int(holds(number(t, x), number(t, y))) for x, y in zip(a, b, strict=True)]
        assert lanes(f"setp.{name}.{type}", a, b) == [(p, 1 - p) for p in wanted]
        assert lanes(f"set.{name}.u32.{type}", a, b) == [(0xFFFFFFFF * p,) for p in wanted]
        for combine, model in BOOLEAN.items():
            both = [(model(p, q), model(1 - p, q)) for p, q in zip(wanted, c, strict=True)]
            assert lanes(f"setp.{name}.{combine}.{type}", a, b, c) == both
            assert lanes(f"set.{name}.{combine}.f32.{type}", a, b, c) == [(0x3F800000 * p,) for p, _ in both]


@pytest.mark.parametrize("type", ["b16", "b32", "u64", "s32", "f32", "f64"])
def test_selection(lanes: Bench, type: str) -> None:
    t, random = TYPES[type], Random(type)
    a, b = ([random.getrandbits(t.bits) for _ in range(99)] for _ in range(2))
    c = [random.randrange(2) for _ in a]
    chosen = [(x,) if p else (y,) for x, y, p in zip(a, b, c, strict=True)]
    assert lanes(f"selp.{type}", a, b, c) == chosen
    assert lanes(f"slct.{type}.s32", a, b, [p - 1 for p in c]) == chosen
    assert lanes(f"slct.{type}.f32", a, b, [0x3F800000 if p else 0xBF800000 for p in c]) == chosen


CONVERTED = ("u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64")


@pytest.mark.parametrize("source", CONVERTED)
def test_integer_conversions(lanes: Bench, source: str) -> None:
    s = TYPES[source]
    a = values(s, Random(source))
    for destination in CONVERTED:
        d = TYPES[destination]
        mask = (1 << d.bits) - 1
        low, high = (-(1 << (d.bits - 1)), (1 << (d.bits - 1)) - 1) if d.is_signed else (0, mask)
        assert lanes(f"cvt.{destination}.{source}", a) == [(number(s, v) & mask,) for v in a]
        if forms(f"cvt.sat.{destination}.{source}"):
            clamped = [(max(low, min(high, number(s, v))) & mask,) for v in a]
            assert lanes(f"cvt.sat.{destination}.{source}", a) == clamped
