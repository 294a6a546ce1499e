"""Floating-point instructions against exact fractions, rounded by the definition of each mode.

The model knows nothing of how the emulator rounds: it looks up, by bisection over all numbers of a format, the two that
enclose the exact value, and picks one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from attrs import frozen

from ptxgen.emulator.semantics import fma
from ptxgen.isa import forms
from tests.isa.bench import Bench
from tests.isa.bounds import BOUNDS


@frozen
class Format:
    """A binary format: width, bits of the fraction, bias of the exponent."""

    bits: int
    fraction: int
    bias: int
    largest: int
    """The bits of the largest finite number."""

    def value(self, magnitude: int) -> Fraction:
        """The number that has these bits, without its sign; one past the largest counts as the next power of two."""
        exponent, fraction = magnitude >> self.fraction, magnitude & ((1 << self.fraction) - 1)
        if exponent:
            return Fraction(fraction + (1 << self.fraction)) * Fraction(2) ** (
                exponent - self.bias - self.fraction
            )
        return Fraction(fraction) * Fraction(2) ** (1 - self.bias - self.fraction)

    def decode(self, word: int) -> Fraction:
        sign = word >> (self.bits - 1)
        value = self.value(word & ((1 << (self.bits - 1)) - 1))
        return -value if sign else value

    def is_finite(self, word: int) -> bool:
        return word & ((1 << (self.bits - 1)) - 1) <= self.largest

    def round(self, exact: Fraction, mode: str) -> int:
        """The bits of the number that a mode asks for, for exact values that are not zero."""
        sign, size = int(exact < 0), abs(exact)
        low, high = 0, self.largest + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.value(middle) <= size else (low, middle)
        below, above = size - self.value(low), self.value(low + 1) - size
        match mode:
            case "rn":
                up = above < below or (above == below and low & 1 == 1)
            case "rna":
                up = above <= below
            case "rz":
                up = False
            case _:
                up = below != 0 and (mode == "rp") != bool(sign)
        return sign << (self.bits - 1) | (low + up)


F16 = Format(16, 10, 15, 0x7BFF)
BF16 = Format(16, 7, 127, 0x7F7F)
F32 = Format(32, 23, 127, 0x7F7FFFFF)
F64 = Format(64, 52, 1023, 0x7FEFFFFFFFFFFFFF)
FORMATS = {"f16": F16, "bf16": BF16, "f32": F32, "f64": F64}


def numbers(format: Format, random: Random, count: int) -> list[int]:
    """Finite numbers: corners, subnormals, neighbours of powers of two, moderate ones and any."""
    smallest = 1 << format.fraction
    one = format.bias << format.fraction
    corners = [0, 1, 2, smallest - 1, smallest, smallest + 1, one, one - 1, one + 1, format.largest]
    out: list[int] = []
    while len(out) < count:
        kind = random.randrange(5)
        if kind == 0:
            word = random.choice(corners)
        elif kind == 1:
            word = random.getrandbits(format.fraction)
        elif kind == 2:
            near = random.randrange(-3, 4) * smallest
            word = one + near + random.choice([0, 1, -1, random.getrandbits(format.fraction)])
        else:
            word = random.getrandbits(format.bits - 1)
        word |= random.getrandbits(1) << (format.bits - 1)
        if format.is_finite(word):
            out.append(word)
    return out


def compare(
    lanes: Bench,
    name: str,
    format: Format,
    model: Callable[..., Fraction],
    columns: Sequence[Sequence[int]],
    mode: str,
    result: Format | None = None,
) -> None:
    result = result or format
    for row, (got,) in zip(zip(*columns, strict=True), lanes(name, *columns), strict=True):
        exact = model(*map(format.decode, row))
        if exact == 0:
            assert got & ((1 << (result.bits - 1)) - 1) == 0, name
            continue
        wanted = result.round(exact, mode)
        assert got == wanted, f"{name} {[hex(v) for v in row]}: {got:#x}, not {wanted:#x}"


MODES = ("rn", "rz", "rm", "rp")
ARITHMETIC: dict[str, tuple[int, Callable[..., Fraction]]] = {
    "add": (2, lambda a, b: a + b),
    "sub": (2, lambda a, b: a - b),
    "mul": (2, lambda a, b: a * b),
    "fma": (3, lambda a, b, c: a * b + c),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("type", FORMATS)
@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic(lanes: Bench, name: str, type: str, mode: str) -> None:
    full = f"{name}.{mode}.{type}"
    if not forms(full):
        assert mode != "rn"
        return
    count, model = ARITHMETIC[name]
    random = Random(full)
    columns = [numbers(FORMATS[type], random, 200) for _ in range(count)]
    if name in ("add", "sub"):
        # Close numbers cancel, and far ones leave only a trace.
        columns[1][:60] = [
            c ^ random.choice([0, 1, 3, 1 << (FORMATS[type].bits - 1)]) for c in columns[0][:60]
        ]
    compare(lanes, full, FORMATS[type], model, columns, mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("type", ["f32", "f64"])
def test_division_and_roots(lanes: Bench, type: str, mode: str) -> None:
    format, random = FORMATS[type], Random(f"{type}{mode}")
    a = numbers(format, random, 150)
    b = [v if format.decode(v) else 1 for v in numbers(format, random, 150)]
    compare(lanes, f"div.{mode}.{type}", format, lambda x, y: x / y, [a, b], mode)
    compare(lanes, f"rcp.{mode}.{type}", format, lambda x: 1 / x, [b], mode)
    positive = [v & ((1 << (format.bits - 1)) - 1) for v in a]
    for v, (got,) in zip(positive, lanes(f"sqrt.{mode}.{type}", positive), strict=True):
        # x is the root in this mode if the squares of it and its neighbours (or the points between) enclose v.
        exact, low = format.decode(v), format.decode(got)
        above, below = format.value(got + 1), format.value(max(got - 1, 0))
        if mode == "rn":
            assert ((low + below) / 2) ** 2 <= exact <= ((low + above) / 2) ** 2
        elif mode == "rp":
            assert low**2 >= exact
            assert below**2 < exact or low == 0
        else:
            assert low**2 <= exact < above**2


def test_zero_signs(lanes: Bench) -> None:
    """An exact zero sum of opposite numbers is +0, rounding down -0; equal signs stay."""
    minus = 1 << 31
    one, zero = 0x3F800000, 0
    for mode in MODES:
        wanted = minus if mode == "rm" else 0
        got = lanes(f"add.{mode}.f32", [one, zero, minus, minus], [one | minus, minus, minus, zero])
        assert got == [(wanted,), (wanted,), (minus,), (wanted,)], mode
        assert lanes(f"add.{mode}.f32", [zero], [zero]) == [(0,)]
        assert lanes(f"fma.{mode}.f32", [one, minus], [one, one], [one | minus, minus]) == [
            (wanted,),
            (minus,),
        ]
        assert lanes(f"mul.{mode}.f32", [minus, minus], [one, minus]) == [(minus,), (0,)]


def tied(random: Random) -> tuple[int, int, int]:
    """float32 a, b, c with a * b + c a hair beside the middle of two float32 numbers."""
    c = 127 + random.randrange(-60, 60) << 23 | random.getrandbits(23)
    half = (c >> 23) - 24  # exponent field of half a unit in the last place of c
    n = random.choice([0, 1, 3, 1 << random.randrange(12)])
    # a * b = half * (1 + n u)(1 - n u) = half * (1 - (n u)^2) with u = 2^-23; below a power of two, bits count half.
    a, b = 127 << 23 | n, (half << 23) - 2 * n
    return a, b | random.getrandbits(1) << 31, c | random.getrandbits(1) << 31


def subnormal(random: Random) -> tuple[int, int, int]:
    """float32 a, b, c with a sum below the normal numbers, a hair beside the middle of two of them."""
    n = random.choice([1, 2, 3, 5])
    # a * b = 2^-150 (1 - (n u)^2), and half the smallest number is 2^-150.
    a, b = (127 - 30) << 23 | n, ((127 - 120) << 23) - 2 * n
    c = random.getrandbits(random.randrange(8, 23)) | 1 << 6
    return a, b | random.getrandbits(1) << 31, c | random.getrandbits(1) << 31


def cancelling(random: Random) -> tuple[int, int, int]:
    """float32 a, b, c with c near -a * b."""
    a, b = (127 + random.randrange(-30, 30) << 23 | random.getrandbits(23) for _ in range(2))
    c = F32.round(-F32.decode(a) * F32.decode(b), "rn") ^ random.choice([0, 0, 1, 2, 5])
    return a, b, c


WAYS = {"float64": fma.float64_fma, "complex": fma.complex_fma}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [tied, subnormal, cancelling])
def test_fma_is_rounded_once(way: str, kind: Callable[[Random], tuple[int, int, int]]) -> None:
    if way == "complex" and not fma.complex_is_fused(np.dtype(np.complex64)):
        pytest.skip("NumPy's complex product is not fused on this processor")
    random = Random(way)
    rows = [kind(random) for _ in range(600)]
    a, b, c = (np.array(column, np.uint32).view(np.float32) for column in zip(*rows, strict=True))
    out = np.empty(len(rows), np.float32)
    with np.errstate(all="ignore"):
        WAYS[way](a, b, c, out)
    for row, got in zip(rows, out.view(np.uint32).tolist(), strict=True):
        exact = F32.decode(row[0]) * F32.decode(row[1]) + F32.decode(row[2])
        assert got == (F32.round(exact, "rn") if exact else 0), [hex(v) for v in row]


def test_plain_float64_would_not_do() -> None:
    """The crafted cases do tell: float64 arithmetic alone gets some of them wrong."""
    random = Random(1)
    rows = [tied(random) for _ in range(300)]
    wrong = 0
    for a, b, c in rows:
        exact = F32.decode(a) * F32.decode(b) + F32.decode(c)
        twice = np.float32(float(F32.decode(a)) * float(F32.decode(b)) + float(F32.decode(c)))
        wrong += int(twice.view(np.uint32)) != F32.round(exact, "rn")
    assert wrong > 20


def test_fma_f64_without_a_fused_product(monkeypatch: pytest.MonkeyPatch, lanes: Bench) -> None:
    monkeypatch.setattr(fma, "complex_is_fused", lambda dtype: False)
    random = Random(64)
    columns = [numbers(F64, random, 150) for _ in range(3)]
    compare(lanes, "fma.rn.f64", F64, lambda a, b, c: a * b + c, columns, "rn")
    columns = [numbers(F32, random, 300) for _ in range(3)]
    compare(lanes, "fma.rn.f32", F32, lambda a, b, c: a * b + c, columns, "rn")


def test_infinities_through_exact_arithmetic(lanes: Bench) -> None:
    inf, nan = 0x7FF0000000000000, 0x7FFFFFFFFFFFFFFF
    one, huge = 0x3FF0000000000000, 0x7FEFFFFFFFFFFFFF
    minus = 1 << 63
    assert lanes("fma.rz.f64", [huge, inf, one], [huge, one, one], [inf | minus, one, inf]) == [
        (inf | minus,), (inf,), (inf,),
    ]  # fmt: skip
    assert lanes("div.rz.f64", [one, huge], [0, 1]) == [(inf,), (huge,)]
    assert lanes("add.rp.f64", [huge, huge | minus], [huge, huge | minus]) == [(inf,), (huge | minus,)]
    ((got,),) = lanes("mul.rm.f64", [inf], [0])
    assert got & nan > inf


SPECIAL = (
    0,
    1,
    0x00400000,
    0x00800000,
    0x3F800000,
    0x40000000,
    0x7F7FFFFF,
    0x7F800000,
    0x7FC00000,
    0x7F800001,
)
ALL_SPECIAL = [s | sign for s in SPECIAL for sign in (0, 1 << 31)]


def flush(word: int) -> int:
    return word & 0x80000000 if word & 0x7F800000 == 0 else word


def is_nan(word: int) -> bool:
    return word & 0x7FFFFFFF > 0x7F800000


def ordered(word: int) -> int:
    """Floats in order, -0 below +0."""
    return -(word & 0x7FFFFFFF) - 1 if word >> 31 else word


@pytest.mark.parametrize("options", ["", ".ftz", ".NaN", ".ftz.NaN", ".xorsign.abs", ".NaN.xorsign.abs"])
@pytest.mark.parametrize("name", ["min", "max"])
def test_extrema(lanes: Bench, name: str, options: str) -> None:
    pick = min if name == "min" else max
    pairs = [(a, b) for a in ALL_SPECIAL for b in ALL_SPECIAL]
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    for x, y, (got,) in zip(a, b, lanes(f"{name}{options}.f32", a, b), strict=True):
        if "ftz" in options:
            x, y = flush(x), flush(y)
        if (is_nan(x) and is_nan(y)) or ("NaN" in options and (is_nan(x) or is_nan(y))):
            assert got == 0x7FFFFFFF
            continue
        sign = (x ^ y) & 0x80000000
        if "abs" in options:
            x, y = x & 0x7FFFFFFF, y & 0x7FFFFFFF
        wanted = y if is_nan(x) else x if is_nan(y) else pick(x, y, key=ordered)
        assert got == (wanted & 0x7FFFFFFF | sign if "abs" in options else wanted)


@pytest.mark.parametrize("ftz", ["", ".ftz"])
def test_comparisons(lanes: Bench, ftz: str) -> None:
    pairs = [(a, b) for a in ALL_SPECIAL for b in ALL_SPECIAL]
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    ordered_ones = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
    tests: dict[str, Callable[[float, float], bool]] = {
        "eq": lambda x, y: x == y, "ne": lambda x, y: x != y, "lt": lambda x, y: x < y,
        "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y,
    }  # fmt: skip
    for name in ordered_ones:
        plain = lanes(f"setp.{name}{ftz}.f32", a, b)
        unordered = lanes(f"setp.{name}u{ftz}.f32", a, b)
        for x, y, (p, q), (u, v) in zip(a, b, plain, unordered, strict=True):
            if ftz:
                x, y = flush(x), flush(y)
            nan = is_nan(x) or is_nan(y)
            wanted = not nan and tests[name](_float(x), _float(y))
            assert (p, q) == (wanted, not wanted)
            assert (u, v) == (wanted or nan, not (wanted or nan))
    for x, y, (p, _), (q, _) in zip(
        a, b, lanes("setp.num.f32", a, b), lanes("setp.nan.f32", a, b), strict=True
    ):
        assert (p, q) == (not (is_nan(x) or is_nan(y)), is_nan(x) or is_nan(y))


def _float(word: int) -> float:
    return float(np.uint32(word).view(np.float32))


def test_flushing(lanes: Bench) -> None:
    """With .ftz subnormal sources count as zeros of their sign, and subnormal results become such."""
    random = Random(126)
    a, b, c = (numbers(F32, random, 500) for _ in range(3))
    for name, columns in {"add": [a, b], "sub": [a, b], "mul": [a, b], "fma": [a, b, c]}.items():
        suffix = ".rn" if name == "fma" else ""
        plain = lanes(f"{name}{suffix}.f32", *([flush(v) for v in column] for column in columns))
        assert lanes(f"{name}{suffix}.ftz.f32", *columns) == [(flush(v),) for (v,) in plain], name


def test_saturation(lanes: Bench) -> None:
    one = 0x3F800000
    for a in ALL_SPECIAL:
        ((got,),) = lanes("add.sat.f32", [a], [0])
        value = _float(a)
        wanted = 0 if is_nan(a) or value <= 0 else one if value >= 1 else a
        assert got == wanted, hex(a)


def test_nan_is_canonical(lanes: Bench) -> None:
    """Whatever NaN goes in, and on whichever side, 0x7fffffff comes out."""
    nans = [0x7FC00000, 0xFFC00001, 0x7F800001, 0xFFFFFFFF]
    one = [0x3F800000] * 4
    for name in ("add.f32", "sub.rn.f32", "mul.rz.f32", "div.rn.f32", "div.approx.f32", "min.NaN.f32"):
        assert lanes(name, nans, one) == lanes(name, one, nans) == [(0x7FFFFFFF,)] * 4, name
    for name in ("sqrt.rn.f32", "rcp.approx.f32", "ex2.approx.ftz.f32", "sin.approx.f32", "cvt.rni.f32.f32"):
        assert lanes(name, nans) == [(0x7FFFFFFF,)] * 4, name
    for name in ("cvt.rn.f16.f32", "cvt.rn.bf16.f32", "cvt.rz.bf16.f32"):
        assert lanes(name, nans) == [(0x7FFF,)] * 4, name
    for columns in ([nans, one, one], [one, nans, one], [one, one, nans]):
        assert lanes("fma.rn.f32", *columns) == lanes("fma.rp.f32", *columns) == [(0x7FFFFFFF,)] * 4


@pytest.mark.parametrize("name", ["div.approx.f32", "div.approx.ftz.f32", "div.full.f32", "div.full.ftz.f32"])
def test_approximate_division(lanes: Bench, name: str) -> None:
    """Within 2 units in the last place for divisors of moderate size (section 9.7.3.8)."""
    random = Random(name)
    a, b = (np.array([random.uniform(-9, 9) for _ in range(500)], np.float32) for _ in range(2))
    words = [v for (v,) in lanes(name, a.view(np.uint32).tolist(), b.view(np.uint32).tolist())]
    got = np.array(words, np.uint32).view(np.float32).astype(np.float64)
    exact = a.astype(np.float64) / b
    assert (np.abs(got - exact) <= 2 * np.spacing(np.abs(exact).astype(np.float32)).astype(np.float64)).all()


@pytest.mark.parametrize("name", BOUNDS)
def test_approximations(lanes: Bench, name: str) -> None:
    """Within the documented bound; the emulator half a unit in the last place, and 2 in 2^52 for its library."""
    bound, random = BOUNDS[name], Random(name)
    x = np.array([random.uniform(bound.low, bound.high) for _ in range(500)], np.float32)
    words = [v for (v,) in lanes(name, x.view(np.uint32).tolist())]
    got = np.array(words, np.uint32).view(np.float32).astype(np.float64)
    exact = [bound.function(float(v)) for v in x]
    allowed = [bound.error(float(v), y) for v, y in zip(x, exact, strict=True)]
    assert (np.abs(got - exact) <= allowed).all()
    if lanes.documented:
        rounding = 0.5 * np.spacing(np.abs(exact).astype(np.float32)).astype(np.float64)
        assert (np.abs(got - exact) <= rounding + np.abs(exact) * 2.0**-50).all()


def test_classes_and_signs(lanes: Bench) -> None:
    for word in ALL_SPECIAL:
        exponent, fraction = word >> 23 & 0xFF, word & 0x7FFFFF
        classes = {
            "finite": exponent < 255, "infinite": exponent == 255 and not fraction,
            "number": not is_nan(word), "notanumber": is_nan(word),
            "normal": 0 < exponent < 255, "subnormal": exponent == 0 and fraction != 0,
        }  # fmt: skip
        for name, wanted in classes.items():
            assert lanes(f"testp.{name}.f32", [word]) == [(int(wanted),)], (name, hex(word))
        assert lanes("neg.f32", [word]) == [(word ^ 0x80000000,)]
        assert lanes("abs.f32", [word]) == [(word & 0x7FFFFFFF,)]
        assert lanes("copysign.f32", [0x80000000], [word]) == [(word | 0x80000000,)]
