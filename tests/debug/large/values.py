"""Code that computes: chains, selections, hashes, sums that grow."""

from __future__ import annotations

from tests.debug.large.text import FIRST, LARGEST, Kind, Repeated, kernel, looped


def _predicates(lines: int) -> str:
    """Many predicates are alive at once."""
    count = (lines - 26) // 2
    made = "".join(f"setp.lt.u32 %p{i}, %r0, {i};\n" for i in range(count))
    used = "".join(f"@%p{i} add.u32 %r5, %r0, {i};\n" for i in range(count))
    return kernel(f"{made}{used}st.shared.u32 [smem], %r5;\n")


def _rotation(lines: int) -> str:
    """A loop hands each value on to the next register."""
    count = (lines - 30) // 3
    moves = "".join(
        f"mov.u32 %r{i}, %r{i + 1};\nadd.u32 %r5, %r5, %r{i};\nst.shared.u32 [smem], %r{i};\n"
        for i in range(FIRST, FIRST + count)
    )
    return kernel(looped(f"{moves}mov.u32 %r{FIRST + count}, %r0;\n"))


def _extremes(lines: int) -> str:
    """Each value is the least or the greatest of both before it."""
    pieces = [
        f"min.u32 %r{i}, %r{i - 2}, %r{i - 1};\nmax.u32 %r{i + 1}, %r{i - 2}, %r{i - 1};\n"
        f"st.shared.u32 [%r{i}], %r{i + 1};\n"
        for i in range(12, 12 + 2 * ((lines - 28) // 3), 2)
    ]
    return kernel(f"mov.u32 %r10, %r0;\nmov.u32 %r11, %r1;\n{''.join(pieces)}", directives=LARGEST)


VALUES: dict[str, Kind] = {
    "straight": Repeated(1, lambda i: f"add.u32 %r{i}, %r{i - 1}, {i};\n"),
    "one long line": lambda lines: VALUES["straight"](lines).replace(";\nadd", "; add"),
    "predicates": _predicates,
    "predicate logic": Repeated(
        1, lambda i: f"xor.pred %p{i}, %p{i - 1}, %p{i // 2};\n", before="setp.lt.u32 %p9, %r0, 5;\n"
    ),
    "predicate chain": Repeated(
        2,
        lambda i: f"setp.lt.u32 %p{20000 + i}, %r0, {i};\nand.pred %p{i}, %p{i - 1}, %p{20000 + i};\n",
        before="setp.lt.u32 %p9, %r0, 5;\n",
        behind="@%p10 bra END;\nbar.sync 0;\n",
        directives=LARGEST,
    ),
    "selections": Repeated(
        3,
        lambda i: f"setp.lt.s32 %p{i}, %r{i - 1}, 3;\nselp.b32 %r{i}, %r0, %r1, %p{i};\nmin.s32 %r{i}, %r{i}, 1000;\n",
    ),
    "quotients": Repeated(
        3, lambda i: f"div.u32 %r{i}, %r{i - 1}, 3;\nrem.u32 %r{i + 1}, %r{i}, 7;\nshl.b32 %r{i + 2}, %r{i + 1}, 2;\n"
    ),
    "extremes": _extremes,
    "rotation": _rotation,
    "sums of two": Repeated(
        3,
        lambda i: f"add.u32 %r{i}, %r{i - 1}, %r{i - 2};\nmul.wide.u32 %rd{i}, %r{i}, 4;\n"
        f"st.shared.u32 [smem], %r{i};\n",
    ),
    "sum of loads": Repeated(
        3,
        lambda i: f"ld.global.u32 %r{30000 + i}, [%rd5+{4 * i}];\nadd.u32 %r{i}, %r{i - 1}, %r{30000 + i};\n"
        f"st.shared.u32 [%r{i}], %r0;\n",
        directives=LARGEST,
    ),
    "hash": Repeated(
        4,
        lambda i: f"shr.u32 %r{30000 + i}, %r{i - 1}, 1;\nxor.b32 %r{i}, %r{30000 + i}, %r{i - 1};\n"
        f"and.b32 %r5, %r{i}, 4092;\nst.shared.u32 [%r5], %r0;\n",
        directives=LARGEST,
    ),
    "floats": Repeated(
        2, lambda i: f"fma.rn.f32 %f{i}, %f{i - 1}, %f{i - 1}, 0f3F800000;\nmul.f32 %f{i + 1}, %f{i}, %f{i};\n"
    ),
    "doubles": Repeated(
        3, lambda i: f"cvt.f64.f32 %fd1, %f{i - 1};\nmul.f64 %fd2, %fd1, %fd1;\ncvt.rn.f32.f64 %f{i}, %fd2;\n"
    ),
    "approximate conditions": Repeated(
        3, lambda i: f"ex2.approx.f32 %f{i}, %f1;\nsetp.gt.f32 %p{i}, %f{i}, %f1;\n@%p{i} add.u32 %r5, %r5, 1;\n"
    ),
    "undefined": Repeated(1, lambda i: f"add.u32 %r5, %r{i}, 1;\n"),
    "matrices": Repeated(
        2,
        lambda i: "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%f1,%f2,%f3,%f4}, {%r5,%r6,%r7,%r8}, {%r9,%r10}, "
        f"{{%f1,%f2,%f3,%f4}};\nadd.u32 %r{i}, %r5, 1;\n",
    ),
    "shuffles": Repeated(
        3,
        lambda i: f"shfl.sync.bfly.b32 %r{i}|%p{i}, %r0, {1 << i % 5}, 31, -1;\nadd.u32 %r{i}, %r{i}, 1;\n"
        f"st.shared.u32 [smem], %r{i};\n",
        directives=LARGEST,
    ),
}  # fmt: skip
