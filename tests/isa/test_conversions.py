"""Conversions against exact fractions, by the definition of each format and mode."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest
from attrs import frozen

from ptxgen.isa import TYPES, Type, forms
from tests.isa.bench import Bench

MODES = ("rn", "rz", "rm", "rp")


@frozen
class Format:
    """A binary format: width, bits of the fraction, bias of the exponent."""

    bits: int
    fraction: int
    bias: int

    @property
    def limit(self) -> int:
        """The bits of infinity."""
        return ((1 << (self.bits - 1 - self.fraction)) - 1) << self.fraction

    def value(self, word: int) -> Fraction:
        sign, magnitude = word >> (self.bits - 1), word & ((1 << (self.bits - 1)) - 1)
        exponent, fraction = magnitude >> self.fraction, magnitude & ((1 << self.fraction) - 1)
        scale = Fraction(2) ** (max(exponent, 1) - self.bias - self.fraction)
        size = scale * (fraction + ((1 << self.fraction) if exponent else 0))
        return -size if sign else size


FORMATS = {
    "f16": Format(16, 10, 15),
    "bf16": Format(16, 7, 127),
    "f32": Format(32, 23, 127),
    "f64": Format(64, 52, 1023),
}


def rounded(format: Format, exact: Fraction, mode: str) -> int:
    """The bits for an exact value: its exponent by logarithm, then one integer division."""
    if exact == 0:
        return 0
    sign, size = int(exact < 0), abs(exact)
    exponent = max(size.numerator.bit_length() - size.denominator.bit_length() - 1, 1 - format.bias)
    while Fraction(2) ** (exponent + 1) <= size:
        exponent += 1
    units = size / Fraction(2) ** (exponent - format.fraction)
    floor = units.numerator // units.denominator
    rest = units - floor
    up = {
        "rn": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and floor & 1 == 1),
        "rna": rest >= Fraction(1, 2),
        "rz": False,
        "rm": bool(sign) and rest > 0,
        "rp": not sign and rest > 0,
    }[mode]
    magnitude = floor + up + ((exponent + format.bias - 1) << format.fraction)
    if magnitude >= format.limit:
        towards_zero = mode == "rz" or mode == ("rm" if not sign else "rp")
        magnitude = format.limit - 1 if towards_zero else format.limit
    return sign << (format.bits - 1) | magnitude


def finite(format: Format, random: Random, count: int) -> list[int]:
    words = [random.getrandbits(format.bits) for _ in range(count)]
    one = format.bias << format.fraction
    words += [one + random.getrandbits(format.fraction + 3) for _ in range(count // 2)]
    words += [random.getrandbits(format.fraction) for _ in range(count // 4)]
    # Patterns that lie in the middle between two numbers of a shorter format.
    words += [w & ~0xFFF | 0x1000 for w in words[: count // 4]] if format.bits == 32 else []
    return [w for w in words if w & ((1 << (format.bits - 1)) - 1) < format.limit]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("destination", "source"),
    [
        ("f16", "f32"),
        ("f16", "f64"),
        ("f32", "f64"),
        ("bf16", "f32"),
        ("bf16", "f64"),
        ("f16", "bf16"),
        ("bf16", "f16"),
    ],
)
def test_narrowing(lanes: Bench, destination: str, source: str, mode: str) -> None:
    d, s = FORMATS[destination], FORMATS[source]
    words = finite(s, Random(destination + source), 500)
    for word, (got,) in zip(words, lanes(f"cvt.{mode}.{destination}.{source}", words), strict=True):
        wanted = rounded(d, s.value(word), mode) | (word >> (s.bits - 1)) << (d.bits - 1)
        assert got == wanted, f"{word:#x}: {got:#x}, not {wanted:#x}"


@pytest.mark.parametrize(
    ("destination", "source"),
    [("f32", "f16"), ("f64", "f16"), ("f64", "f32"), ("f32", "bf16"), ("f64", "bf16")],
)
def test_widening(lanes: Bench, destination: str, source: str) -> None:
    """Exact; every half, and a sample of the rest."""
    d, s = FORMATS[destination], FORMATS[source]
    words = list(range(1 << 16)) if s.bits == 16 else finite(s, Random(source), 500)
    words = [w for w in words if w & ((1 << (s.bits - 1)) - 1) < s.limit]
    got = lanes(f"cvt.{destination}.{source}", words)
    for word, (wide,) in list(zip(words, got, strict=True))[:: 7 if s.bits == 16 else 1]:
        assert d.value(wide) == s.value(word)
        assert wide >> (d.bits - 1) == word >> (s.bits - 1)


INTEGERS = ("u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64")


def integers(type: Type, random: Random) -> list[int]:
    return [random.getrandbits(type.bits) >> random.randrange(type.bits) for _ in range(150)] + [
        (1 << type.bits) - 1, 1 << (type.bits - 1), (1 << (type.bits - 1)) - 1, 0, 1,
        *((random.getrandbits(type.bits) & ~0x7F | 0x40) & ((1 << type.bits) - 1) for _ in range(50)),
    ]  # fmt: skip


@pytest.mark.parametrize("source", INTEGERS)
@pytest.mark.parametrize("destination", FORMATS)
def test_integers_to_floats(lanes: Bench, destination: str, source: str) -> None:
    t, format = TYPES[source], FORMATS[destination]
    words = integers(t, Random(source))
    values = [w - (1 << t.bits) if t.is_signed and w >> (t.bits - 1) else w for w in words]
    for mode in MODES:
        name = f"cvt.{mode}.{destination}.{source}"
        if forms(name):
            assert lanes(name, words) == [(rounded(format, Fraction(v), mode),) for v in values], name
        saturated = f"cvt.{mode}.sat.{destination}.{source}"
        if forms(saturated):
            one = format.bias << format.fraction
            assert lanes(saturated, words) == [(one if v >= 1 else 0,) for v in values], saturated


TO_INTEGER: dict[str, Callable[[Fraction], int]] = {
    "rni": round,
    "rzi": math.trunc,
    "rmi": math.floor,
    "rpi": math.ceil,
}


@pytest.mark.parametrize("mode", TO_INTEGER)
@pytest.mark.parametrize("source", FORMATS)
def test_floats_to_integers(lanes: Bench, source: str, mode: str) -> None:
    format, random = FORMATS[source], Random(source)
    near = [rounded(format, Fraction(random.randrange(-800, 800), 4), "rn") for _ in range(200)]
    edges = [rounded(format, Fraction(s * 2**e + d), "rn") for s in (1, -1) for e in (7, 8, 15, 16, 31, 32, 63, 64)
             for d in (-1, 0, 1)]  # fmt: skip
    words = [
        w
        for w in near + edges + finite(format, random, 200)
        if w & ((1 << (format.bits - 1)) - 1) < format.limit
    ]
    for destination in INTEGERS:
        name = f"cvt.{mode}.{destination}.{source}"
        if not forms(name):
            continue
        d = TYPES[destination]
        low, high = (-(1 << (d.bits - 1)), (1 << (d.bits - 1)) - 1) if d.is_signed else (0, (1 << d.bits) - 1)
        mask = (1 << d.bits) - 1
        wanted = [(max(low, min(high, TO_INTEGER[mode](format.value(w)))) & mask,) for w in words]
        assert lanes(name, words) == wanted, name
        infinite = [format.limit, format.limit | 1 << (format.bits - 1)]
        assert lanes(name, infinite) == [(high & mask,), (low & mask,)], name
        nan = 1 << (d.bits - 1) if source == "f64" or d.bits == 64 else 0
        assert lanes(name, [format.limit + 1]) == [(nan,)], name


@pytest.mark.parametrize("mode", TO_INTEGER)
@pytest.mark.parametrize("type", FORMATS)
def test_integral_floats(lanes: Bench, type: str, mode: str) -> None:
    format, random = FORMATS[type], Random(type)
    words = [rounded(format, Fraction(random.randrange(-800, 800), 4), "rn") for _ in range(200)]
    for word, (got,) in zip(words, lanes(f"cvt.{mode}.{type}.{type}", words), strict=True):
        assert format.value(got) == TO_INTEGER[mode](format.value(word))
        assert got >> (format.bits - 1) == word >> (format.bits - 1)


def test_pairs_and_clamping(lanes: Bench) -> None:
    """The packed forms put a above b, and .relu and .satfinite act on each."""
    f32, random = FORMATS["f32"], Random(2)
    a, b = finite(f32, random, 150), finite(f32, Random(3), 150)
    a, b = a[:150], b[:150]
    for type in ("f16", "bf16"):
        d = FORMATS[type]
        for mode in ("rn", "rz"):
            plain = [(rounded(d, f32.value(x), mode) | x >> 31 << 15) for x in [*a, *b]]
            high, low = plain[: len(a)], plain[len(a) :]
            assert lanes(f"cvt.{mode}.{type}x2.f32", a, b) == [
                (h << 16 | v,) for h, v in zip(high, low, strict=True)
            ]
            finite_ones = [min(p & 0x7FFF, d.limit - 1) | p & 0x8000 for p in plain]
            got = lanes(f"cvt.{mode}.relu.satfinite.{type}x2.f32", a, b)
            wanted = [0 if p >> 15 else p for p in finite_ones]
            assert got == [(h << 16 | v,) for h, v in zip(wanted[: len(a)], wanted[len(a) :], strict=True)]
            assert lanes(f"cvt.{mode}.satfinite.{type}.f32", a) == [(p,) for p in finite_ones[: len(a)]]


@pytest.mark.parametrize("mode", ["rn", "rz", "rna"])
def test_tf32(lanes: Bench, mode: str) -> None:
    f32, tf32 = FORMATS["f32"], Format(19, 10, 127)
    words = finite(f32, Random(19), 400)
    for word, (got,) in zip(words, lanes(f"cvt.{mode}.tf32.f32", words), strict=True):
        wanted = rounded(tf32, f32.value(word), mode) | word >> 31 << 18
        assert got == wanted << 13


NARROW = {
    # bits, fraction, bias, largest code
    "e4m3x2": (8, 3, 7, 0x7E),
    "e5m2x2": (8, 2, 15, 0x7B),
    "e2m3x2": (6, 3, 1, 0x1F),
    "e3m2x2": (6, 2, 3, 0x1F),
    "e2m1x2": (4, 1, 1, 0x7),
}


@pytest.mark.parametrize("type", NARROW)
def test_narrow_formats(lanes: Bench, type: str) -> None:
    """Each code survives the way there and back, and what lies between goes to the nearest, ties to the even code."""
    bits, fraction, bias, largest = NARROW[type]
    format = Format(bits, fraction, bias)
    f16, f32 = FORMATS["f16"], FORMATS["f32"]
    sign, half = 1 << (bits - 1), 4 if bits == 4 else 8
    codes = [c | s for c in range(largest + 1) for s in (0, sign)]
    halves = [word & 0xFFFF for (word,) in lanes(f"cvt.rn.f16x2.{type}", codes)]
    assert [f16.value(h) for h in halves] == [format.value(c) for c in codes]
    upper = [word >> 16 for (word,) in lanes(f"cvt.rn.f16x2.{type}", [c << half for c in codes])]
    assert upper == halves
    name = f"cvt.rn.satfinite.{type}.f32"
    words = [rounded(f32, format.value(c), "rn") | c // sign << 31 for c in codes]
    assert lanes(name, words, words) == [(c << half | c,) for c in codes]
    for code in range(largest):
        middle = (format.value(code) + format.value(code + 1)) / 2
        word = rounded(f32, middle, "rn")
        even = code + (code & 1)
        got = lanes(name, [word - 1, word + 1, 0x7F000000], [word, word | 1 << 31, 0xFF000000])
        assert got == [
            (code << half | even,),
            (code + 1 << half | even | sign,),
            (largest << half | largest | sign,),
        ]
    nan = 0x7F if bits == 8 else largest
    assert lanes(name, [0x7FC00000], [0]) == [(nan << half,)]


def test_packing(lanes: Bench) -> None:
    random = Random(6)
    a, b = ([random.randrange(-400, 400) * random.choice([1, 1, 200]) for _ in range(200)] for _ in range(2))
    c = [random.getrandbits(32) for _ in a]
    for type in ("u16", "s16"):
        got = lanes(f"cvt.pack.sat.{type}.s32", a, b)
        assert got == [(field(type, x) << 16 | field(type, y),) for x, y in zip(a, b, strict=True)]
    for type in ("u8", "s8", "u4", "s4", "u2", "s2"):
        bits = int(type[1:])
        got = lanes(f"cvt.pack.sat.{type}.s32.b32", a, b, c)
        assert got == [
            ((z << 2 * bits | field(type, x) << bits | field(type, y)) & 0xFFFFFFFF,)
            for x, y, z in zip(a, b, c, strict=True)
        ]


def field(type: str, x: int) -> int:
    bits = int(type[1:])
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if type[0] == "s" else (0, (1 << bits) - 1)
    return max(low, min(high, x)) & ((1 << bits) - 1)


def test_halves_flip_and_lose_their_sign(lanes: Bench) -> None:
    words = list(range(0, 1 << 16, 5))
    for type in ("f16", "bf16"):
        assert lanes(f"neg.{type}", words) == [(w ^ 0x8000,) for w in words]
        assert lanes(f"abs.{type}", words) == [(w & 0x7FFF,) for w in words]
    flushed = [w & 0x8000 if w & 0x7C00 == 0 else w for w in words]
    assert lanes("neg.ftz.f16", words) == [(w ^ 0x8000,) for w in flushed]
    pairs = [w << 16 | (w * 3 & 0xFFFF) for w in words]
    assert lanes("abs.bf16x2", pairs) == [(p & 0x7FFF7FFF,) for p in pairs]


HALF_FUNCTIONS: dict[str, tuple[str, Callable[[float], float], float, Callable[[float], float]]] = {
    "ex2.approx.f16": ("f16", lambda x: 2.0**x, 14, lambda y: 2.0**-9.9 * y),
    "ex2.approx.ftz.bf16": ("bf16", lambda x: 2.0**x, 100, lambda y: 2.0**-7 * y),
    "tanh.approx.f16": ("f16", math.tanh, 15, lambda y: 2.0**-10.987),
    "tanh.approx.bf16": ("bf16", math.tanh, 100, lambda y: 2.0**-8),
}
"""Name -> format, true function, largest argument, and the documented error for a true value (section 9.7.4)."""


@pytest.mark.parametrize("name", HALF_FUNCTIONS)
def test_half_functions(lanes: Bench, name: str) -> None:
    """Within the documented bound; the emulator gives the number of the format that is nearest to the truth."""
    type, function, largest, error = HALF_FUNCTIONS[name]
    format = FORMATS[type]
    finite_ones = (w for w in range(0, 1 << 16, 37) if w & 0x7FFF < format.limit)
    smallest = 2.0**-100 if "ftz" in name else 0.0
    words = [w for w in finite_ones if smallest <= abs(float(format.value(w))) <= largest]
    for word, (got,) in zip(words, lanes(name, words), strict=True):
        exact = function(float(format.value(word)))
        if lanes.documented:
            assert got == rounded(format, Fraction(exact), "rn") | (word & 0x8000 if exact <= 0 else 0)
        else:
            assert abs(float(format.value(got)) - exact) <= error(exact)
