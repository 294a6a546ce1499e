"""Chains of fused multiply-adds in one block, whose sums the machine keeps as complex numbers on the way.

The oracle executes one instruction after the other on whole arrays, its fused multiply-add through float64.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from ptxgen.emulator.semantics.fma import float64_fma
from tests.emulator.launching import execute, kernel

REGISTERS = 6
THREADS, CTAS = 64, 3
Values = dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]

TENTH = np.array([0x3DCCCCCD], np.uint32).view(np.float32)
ODD = np.array([0, 0x80000000, 1, 0x7F800000, 0xFF800000, 0x7FC12345, 0x3F800001, 0x007FFFFF], np.uint32)
"""Zeros, the smallest and the largest subnormal, infinities, a NaN that is not canonical, 1 + ulp."""


def program(random: Random) -> list[tuple[str, ...]]:
    """Instructions as `(opcode, destination, sources...)`, mostly chains."""
    lines: list[tuple[str, ...]] = []
    names = [f"%f{n}" for n in range(REGISTERS)]
    for _ in range(14):
        total = random.choice(names)
        match random.randrange(6):
            case 0:
                lines.append(("mov.f32", total, random.choice(names)))
            case 1:
                lines.append(
                    (random.choice(("add.rn.f32", "mul.rn.f32")), total, *random.choices(names, k=2))
                )
            case 2:
                lines.append(("neg.f32", total, random.choice(names)))
            case 3:
                lines.append(("fma.rn.f32", *random.choices(names, k=2), "0f3DCCCCCD", random.choice(names)))
            case _:
                length = random.randrange(1, 5)
                lines += [("fma.rn.f32", total, *random.choices(names, k=2), total) for _ in range(length)]
    return lines


def oracle(lines: list[tuple[str, ...]], values: Values) -> None:
    for opcode, destination, *sources in lines:
        a, *rest = (values.get(s, TENTH) for s in sources)
        out = np.empty_like(values[destination])
        match opcode:
            case "mov.f32":
                values[destination] = np.array(a)
                continue
            case "neg.f32":
                values[destination] = np.negative(a)
                continue
            case "add.rn.f32":
                np.add(a, *rest, out=out)
            case "mul.rn.f32":
                np.multiply(a, *rest, out=out)
            case _:
                b, c = rest
                float64_fma(np.broadcast_to(a, out.shape), b, c, out)
        out.view(np.uint32)[np.isnan(out)] = 0x7FFFFFFF
        values[destination] = out


def loads() -> str:
    """Registers that vary along all, some, and none of the axes of the machine's arrays."""
    indices = ("%r3", "%r3", "%r1", "%r2", "%r4", "0")
    lines = [
        ".reg .f32 %f<6>; .reg .b32 %r<8>; .reg .b64 %rd<9>; ld.param.u64 %rd0, [p];",
        "mov.u32 %r0, %ctaid.x; mov.u32 %r1, %tid.x; and.b32 %r2, %r1, 31; shr.u32 %r4, %r1, 5;",
        f"mad.lo.u32 %r3, %r0, {THREADS}, %r1; mov.u64 %rd1, %rd0;",
    ]
    for number, index in enumerate(indices):
        lines.append(f"mad.wide.u32 %rd2, {index}, 4, %rd1; ld.global.f32 %f{number}, [%rd2];")
        lines.append(f"add.u64 %rd1, %rd1, {4 * THREADS * CTAS};")
    return "\n".join(lines)


def stores() -> str:
    lines = [f"st.global.f32 [%rd1+{4 * THREADS * CTAS * n}], %f{n};" for n in range(REGISTERS)]
    return "\n".join(["mul.wide.u32 %rd2, %r3, 4; add.u64 %rd1, %rd0, %rd2;", *lines, "ret;"])


def starting(table: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Values:
    """What `loads` brings to the registers."""
    thread = np.arange(THREADS * CTAS)
    own = thread % THREADS
    indices = (thread, thread, own, own % 32, own // 32, 0 * thread)
    return {f"%f{n}": table[n][index] for n, index in enumerate(indices)}


@pytest.mark.parametrize("again", [1, 2], ids=["once", "loop"])
@pytest.mark.parametrize("seed", range(25))
def test_programs_of_chains(seed: int, again: int) -> None:
    random, rng = Random(seed), np.random.default_rng(seed)
    lines = program(random)
    table = rng.standard_normal((REGISTERS, THREADS * CTAS)).astype(np.float32)
    if seed % 2:
        table.view(np.uint32)[rng.random(table.shape) < 0.3] = rng.choice(ODD)
    values = starting(table)
    with np.errstate(all="ignore"):
        for _ in range(again):
            oracle(lines, values)
    text = "\n".join(f"{opcode} {', '.join(rest)};" for opcode, *rest in lines)
    if again > 1:
        text = f"mov.u32 %r5, 0;\nLOOP:\n{text}\nadd.u32 %r5, %r5, 1; setp.lt.u32 %p0, %r5, {again};\n@%p0 bra LOOP;"
    body = f".reg .pred %p<2>;\n{loads()}\n{text}\n{stores()}"
    result = execute(kernel(body), [table], grid=CTAS, block=THREADS)
    stored = result.array(0, np.uint32).reshape(REGISTERS, -1)
    for number in range(REGISTERS):
        np.testing.assert_array_equal(stored[number], values[f"%f{number}"].view(np.uint32), str(number))


@pytest.mark.parametrize("block", [1, 7, 96], ids=["one thread", "flat", "lattice"])
def test_double_precision_chain(block: int) -> None:
    """A sum of products in which single roundings show: x x - (2x - 1) is (x - 1)^2."""
    body = """.reg .f64 %d<4>; .reg .b32 %r<2>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p]; mov.u32 %r0, %tid.x; mul.wide.u32 %rd1, %r0, 8; add.u64 %rd0, %rd0, %rd1;
        ld.global.f64 %d0, [%rd0];
        add.rn.f64 %d1, %d0, %d0; sub.rn.f64 %d1, %d1, 0d3FF0000000000000; neg.f64 %d1, %d1;
        fma.rn.f64 %d2, %d0, %d0, %d1;
        fma.rn.f64 %d2, %d2, %d0, %d2;
        st.global.f64 [%rd0], %d2; ret;
    """
    x = 1 + 2.0**-52 * np.arange(block)
    square = [(Fraction(v) - 1) ** 2 for v in x]
    wanted = [float(s * Fraction(v) + s) for s, v in zip(square, x, strict=True)]
    result = execute(kernel(body), [x], block=block)
    np.testing.assert_array_equal(result.array(0, np.float64), wanted)
