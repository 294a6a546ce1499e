"""`wgmma.mma_async` with matrices in shared memory in every canonical layout, against NumPy's matrix product.

Shared memory is filled here by the manual's formulas (section 9.7.15.5.1.2), which owe nothing to the emulator.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen

from ptxgen import check, parse
from ptxgen.driver import Device, LaunchConfig
from ptxgen.emulator import EmulatorError
from ptxgen.errors import Severity
from tests.emulator.launching import execute, line_of
from tests.tensor.fragments import BITS, LEFT, by_lane, decoded, encoded, registers, spread

Array = np.ndarray[Any, Any]

GROUPS, CTAS = 2, 2
"""Warpgroups of a CTA, each with an A of its own, and CTAs, each with a B of its own."""
MODES = {"none": (0, 16), "128B": (1, 128), "64B": (2, 64), "32B": (3, 32)}
"""A swizzle's code in a descriptor and the bytes of a row of its pattern."""
RANGES = {"u8": (0, 256), "s8": (-128, 128), "b1": (0, 2)}

CASES = [
    ("m64n8k16", "f32", "f16", "f16"),
    ("m64n24k16", "f16", "f16", "f16"),
    ("m64n128k16", "f32", "bf16", "bf16"),
    ("m64n64k8", "f32", "tf32", "tf32"),
    ("m64n32k32", "f32", "e4m3", "e5m2"),
    ("m64n16k32", "f16", "e5m2", "e5m2"),
    ("m64n48k32", "s32", "s8", "u8"),
    ("m64n32k256", "s32", "b1", "b1"),
]
"""Shape and the types of d, a, b."""


@frozen
class Tile:
    """A matrix in shared memory: `width` bytes a row of the pattern, strides in bytes, `skip` bytes before the start.

    `across`: memory runs along the rows of A (columns of B), not along k.
    """

    code: int
    width: int
    leading: int
    stride: int
    across: bool
    nbytes: int
    skip: int = 0

    def place(self, row: int, byte: int) -> int:
        """Where a byte of row `row` (K-major), or of row k (M- or N-major), is, from the tile's beginning."""
        piece, within = divmod(byte, 16)
        group, line = divmod(row, 8)
        if not self.across:
            step = self.leading if self.width == 16 else 16
            at = line * self.width + group * self.stride + piece * step
        elif self.width == 16:
            at = piece * self.stride + line * 16 + group * self.leading
        else:
            block, column = divmod(piece, self.width // 16)
            at = column * 16 + block * self.leading + line * self.width + group * self.stride
        at += self.skip
        # Swizzle<b, 4, 3>: the b bits from bit 4 on, xor those three places higher.
        for bit in range({16: 0, 32: 1, 64: 2, 128: 3}[self.width]):
            at ^= (at >> 7 + bit & 1) << 4 + bit
        return at + within

    def filled(self, lines: Array) -> Array:
        """Bytes `[lines, bytes]` of one matrix, put in place."""
        memory = np.full(self.nbytes, 0xA5, np.uint8)
        for row in range(lines.shape[0]):
            for byte in range(lines.shape[1]):
                memory[self.place(row, byte)] = lines[row, byte]
        return memory

    def descriptor(self) -> int:
        """All but the start address."""
        return self.code << 62 | self.stride >> 4 << 32 | self.leading >> 4 << 16


def tile(mode: str, rows: int, across: bool, skip: int = 0) -> Tile:
    """A layout for `rows` rows of 32 bytes, or for 16 lines of `rows` 16-bit elements; strides leave some room."""
    code, width = MODES[mode]
    if not across:
        if width == 16:
            return Tile(code, width, 128, 256, across, rows // 8 * 256)
        return Tile(code, width, 16, 8 * width, across, rows * width, skip)
    if width == 16:
        return Tile(code, width, rows // 8 * 128, 128, across, rows * 32)
    blocks = -(-rows * 2 // width)
    return Tile(code, width, 16 * width, 8 * width, across, blocks * 16 * width)


def sizes(shape: str) -> tuple[int, int, int]:
    m, n, k = map(int, re.findall(r"\d+", shape))
    return m, n, k


def source(case: tuple[str, str, str, str], a: Tile | None, b: Tile, immediates: str) -> str:
    """An entry: pointers to a (images, or fragments if there is no tile), b (images) and d, and the flag scale-d."""
    shape, d, a_type, b_type = case
    _, n, _ = sizes(shape)
    count = n // 2 * min(BITS[d], 32) // 32
    wide = {"f16": "b32"}.get(d, d)
    vector = "{" + ", ".join(f"%v{i}" for i in range(count)) + "}"
    a_bytes = a.nbytes if a else 0
    left = "%l" if a else "{%f0, %f1, %f2, %f3}"
    suffix = ".and.popc" if a_type == "b1" else ""
    lines = [
        f"""
.version 9.0
.target sm_90a
.address_size 64
.visible .entry k(.param .u64 a, .param .u64 b, .param .u64 d, .param .u32 scale) {{
    .reg .b32 %r<20>; .reg .b64 %p<12>; .reg .b64 %l, %m; .reg .pred %q, %scale; .reg .b32 %f<4>;
    .reg .{wide} %v<{count}>;
    .shared .align 1024 .b8 left[{max(GROUPS * a_bytes, 16)}];
    .shared .align 1024 .b8 right[{b.nbytes}];
    ld.param.u64 %p0, [a]; ld.param.u64 %p1, [b]; ld.param.u64 %p2, [d]; ld.param.u32 %r0, [scale];
    setp.ne.u32 %scale, %r0, 0;
    mov.u32 %r1, %tid.x; mov.u32 %r2, %ctaid.x; shr.u32 %r3, %r1, 7;
    mov.u32 %r4, left; mov.u32 %r5, right;
    mad.wide.u32 %p3, %r2, {GROUPS * a_bytes}, %p0; mad.wide.u32 %p4, %r2, {b.nbytes}, %p1;
    mad.lo.u32 %r6, %r2, {128 * GROUPS}, %r1; mad.wide.u32 %p5, %r6, {4 * count}, %p2;""",
        _copy("LEFT", "%p3", "%r4", GROUPS * a_bytes),
        _copy("RIGHT", "%p4", "%r5", b.nbytes),
        f"""
    fence.proxy.async; bar.sync 0;
    mad.lo.u32 %r7, %r3, {a_bytes}, %r4; add.u32 %r7, %r7, {a.skip if a else 0}; add.u32 %r8, %r5, {b.skip};
    and.b32 %r7, %r7, 0x3ffff; shr.u32 %r7, %r7, 4; and.b32 %r8, %r8, 0x3ffff; shr.u32 %r8, %r8, 4;
    cvt.u64.u32 %l, %r7; or.b64 %l, %l, {a.descriptor() if a else 0};
    cvt.u64.u32 %m, %r8; or.b64 %m, %m, {b.descriptor()};""",
        "" if a else "mad.wide.u32 %p6, %r6, 16, %p0; ld.global.v4.b32 {%f0, %f1, %f2, %f3}, [%p6];",
        *(f"ld.global.{wide} %v{i}, [%p5+{4 * i}];" for i in range(count)),
        f"""
    wgmma.fence.sync.aligned;
    wgmma.mma_async.sync.aligned.{shape}.{d}.{a_type}.{b_type}{suffix} {vector}, {left}, %m, %scale{immediates};
    wgmma.commit_group.sync.aligned;
    wgmma.wait_group.sync.aligned 0;""",
        *(f"st.global.{wide} [%p5+{4 * i}], %v{i};" for i in range(count)),
        "ret;\n}\n",
    ]
    return "\n".join(lines)


def _copy(name: str, source: str, target: str, nbytes: int) -> str:
    return f"""
    shl.b32 %r10, %r1, 4;
{name}: setp.ge.u32 %q, %r10, {nbytes}; @%q bra {name}_DONE;
    cvt.u64.u32 %p8, %r10; add.u64 %p8, %p8, {source}; add.u32 %r11, %r10, {target};
    ld.global.v4.b32 {{%r12, %r13, %r14, %r15}}, [%p8]; st.shared.v4.b32 [%r11], {{%r12, %r13, %r14, %r15}};
    add.u32 %r10, %r10, {128 * GROUPS * 16}; bra {name};
{name}_DONE:"""


def sums_of(lanes: Array, n: int) -> Array:
    """D `[ctas, groups, 64, n]` from each thread's elements, by the figure of section 9.7.15.5.1.1."""
    found = np.zeros((CTAS, GROUPS, 64, n))
    for thread in range(128):
        for i in range(n // 2):
            row = thread // 32 * 16 + thread % 32 // 4 + 8 * (i // 2 % 2)
            found[:, :, row, 8 * (i // 4) + thread % 4 * 2 + i % 2] = lanes[:, :, thread, i]
    return found


def lanes_of(matrices: Array) -> Array:
    """The reverse."""
    n = matrices.shape[3]
    found = np.zeros((CTAS, GROUPS, 128, n // 2))
    for thread in range(128):
        for i in range(n // 2):
            row = thread // 32 * 16 + thread % 32 // 4 + 8 * (i // 2 % 2)
            found[:, :, thread, i] = matrices[:, :, row, 8 * (i // 4) + thread % 4 * 2 + i % 2]
    return found


def integers(case: tuple[str, str, str, str], seed: int) -> tuple[Array, Array, Array]:
    """A `[ctas, groups, 64, k]`, B `[ctas, k, n]` and the old D."""
    m, n, k = sizes(case[0])
    rng = np.random.default_rng(seed)
    a_range, b_range = (RANGES.get(t, (-4, 5)) for t in case[2:])
    a = rng.integers(*a_range, (CTAS, GROUPS, m, k))
    return a, rng.integers(*b_range, (CTAS, k, n)), rng.integers(-99, 100, (CTAS, GROUPS, m, n))


def images(matrices: Array, type: str, tile: Tile) -> Array:
    """Matrices `[..., rows, k]` as their tiles hold them."""
    lines = matrices.swapaxes(-1, -2) if tile.across else matrices
    raw = registers(encoded(np.ascontiguousarray(lines), type), type).view(np.uint8)
    flat = raw.reshape(-1, *raw.shape[-2:])
    return np.concatenate([tile.filled(one) for one in flat])


def result(
    device: Device,
    case: tuple[str, str, str, str],
    left: Array,
    a: Tile | None,
    b: Tile,
    values: tuple[Array, Array, Array],
    *,
    immediates: str,
    counts: bool = True,
    told: Tile | None = None,
) -> Array:
    """D, of A as bytes and the B and D of `values`. `told`: what B's descriptor says, if not the truth."""
    _, n, _ = sizes(case[0])
    right = images(values[1].swapaxes(-1, -2), case[3], b)
    start = registers(encoded(lanes_of(values[2]), case[1]), case[1])
    module = device.load_module(source(case, a, told or b, immediates))
    arrays = [device.to_device(np.ascontiguousarray(x)) for x in (left, right, start)]
    module.get_kernel("k").launch(LaunchConfig(CTAS, 128 * GROUPS), [*arrays, np.uint32(counts)])
    raw = np.ascontiguousarray(arrays[2].to_host()).view(f"u{BITS[case[1]] // 8}")
    return sums_of(decoded(raw, case[1]), n)


def immediates(case: tuple[str, str, str, str], *trans: int, scale: tuple[int, int] = (1, 1)) -> str:
    """What follows scale-d: signs for floats, transpositions for types of 16 bits."""
    if case[1] == "s32":
        return ""
    flags = trans if case[2] in ("f16", "bf16") else ()
    return "".join(f", {x}" for x in (*scale, *flags))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_descriptors(device: Device, case: tuple[str, str, str, str], mode: str) -> None:
    values = integers(case, 1)
    a, b = tile(mode, 64, False), tile(mode, sizes(case[0])[1], False)
    left = images(values[0], case[2], a)
    got = result(device, case, left, a, b, values, immediates=immediates(case, 0, 0))
    assert np.array_equal(got, np.matmul(values[0], values[1][:, None]) + values[2])


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_registers(device: Device, case: tuple[str, str, str, str]) -> None:
    values = integers(case, 2)
    _, n, k = sizes(case[0])
    bits = BITS[case[2]]
    place = by_lane(LEFT[bits, f"m16n8k{k}"])
    warps = spread(encoded(values[0].reshape(-1, 16, k), case[2]), place)
    b = tile("128B", n, False)
    got = result(device, case, registers(warps, case[2]), None, b, values, immediates=immediates(case, 0))
    assert np.array_equal(got, np.matmul(values[0], values[1][:, None]) + values[2])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("trans_a", "trans_b"), [(0, 1), (1, 0), (1, 1)])
def test_transposed(device: Device, mode: str, trans_a: int, trans_b: int) -> None:
    case = ("m64n128k16", "f32", "f16", "f16")
    values = integers(case, 3)
    a, b = tile(mode, 64, bool(trans_a)), tile(mode, 128, bool(trans_b))
    left = images(values[0], case[2], a)
    got = result(device, case, left, a, b, values, immediates=immediates(case, trans_a, trans_b))
    assert np.array_equal(got, np.matmul(values[0], values[1][:, None]) + values[2])


@pytest.mark.parametrize(("mode", "skip"), [("128B", 32), ("128B", 96), ("64B", 32)])
def test_later_steps_of_a_swizzled_row(device: Device, mode: str, skip: int) -> None:
    """A loop over k moves the start address within the pattern; the swizzle goes by the address."""
    case = ("m64n64k16", "f32", "bf16", "bf16")
    values = integers(case, 4)
    a, b = tile(mode, 64, False, skip), tile(mode, 64, False, skip)
    left = images(values[0], case[2], a)
    got = result(device, case, left, a, b, values, immediates=immediates(case, 0, 0))
    assert np.array_equal(got, np.matmul(values[0], values[1][:, None]) + values[2])


@pytest.mark.parametrize("scale", [(1, -1), (-1, 1), (-1, -1)])
@pytest.mark.parametrize("counts", [False, True])
def test_signs_and_scale(device: Device, scale: tuple[int, int], counts: bool) -> None:
    case = ("m64n8k16", "f32", "f16", "f16")
    values = integers(case, 5)
    a, b = tile("32B", 64, False), tile("32B", 8, False)
    left = images(values[0], case[2], a)
    words = immediates(case, 0, 0, scale=scale)
    got = result(device, case, left, a, b, values, immediates=words, counts=counts)
    product = scale[0] * scale[1] * np.matmul(values[0], values[1][:, None])
    assert np.array_equal(got, product + (values[2] if counts else 0))


def test_a_wrong_stride_is_noticed(device: Device) -> None:
    """A planted fault: the descriptor of B says other strides than its tile has."""
    case = ("m64n16k16", "f32", "f16", "f16")
    values = integers(case, 6)
    a, b = tile("none", 64, False), tile("none", 16, False)
    left = images(values[0], case[2], a)
    wrong = evolve(b, leading=b.stride, stride=b.leading)
    got = result(device, case, left, a, b, values, immediates=immediates(case, 0, 0), told=wrong)
    assert not np.array_equal(got, np.matmul(values[0], values[1][:, None]) + values[2])


def test_half_a_warpgroup() -> None:
    case = ("m64n8k16", "f32", "f16", "f16")
    text = source(case, None, tile("32B", 8, False), immediates(case, 0))
    zeros = np.zeros(1 << 14, np.uint32)
    with pytest.raises(EmulatorError) as caught:
        execute(text, [zeros, zeros, zeros, np.uint32(1).tobytes()], block=192)
    assert caught.value.id == "EMU012"
    assert caught.value.line == line_of(text, "wgmma.fence")


def test_a_base_offset_is_refused() -> None:
    case = ("m64n8k16", "f32", "f16", "f16")
    text = source(case, None, tile("32B", 8, False), immediates(case, 0))
    text = text.replace("or.b64 %m, %m,", f"or.b64 %m, %m, {1 << 49}; or.b64 %m, %m,")
    zeros = np.zeros(1 << 14, np.uint32)
    with pytest.raises(EmulatorError) as caught:
        execute(text, [zeros, zeros, zeros, np.uint32(1).tobytes()], block=256)
    assert caught.value.id == "EMU031"
    assert "base offset" in str(caught.value)


@pytest.mark.parametrize(("scale", "id"), [(0, None), (1, "EMU004")])
def test_accumulators_need_a_value_only_where_they_count(scale: int, id: str | None) -> None:
    case = ("m64n8k16", "f32", "f16", "f16")
    text = source(case, None, tile("32B", 8, False), immediates(case, 0))
    text = re.sub(r"ld\.global\.f32 %v\d, .*;", "", text)
    assert not [d for d in check(parse(text)) if d.severity is Severity.ERROR]
    arguments = [np.zeros(1 << 14, np.uint32)] * 3 + [np.uint32(scale).tobytes()]
    if id is None:
        assert not execute(text, arguments, block=256).array(2, np.float32).any()
        return
    with pytest.raises(EmulatorError) as caught:
        execute(text, arguments, block=256)
    assert caught.value.id == id
    assert caught.value.line == line_of(text, "wgmma.mma_async")
