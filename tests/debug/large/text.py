"""How a large text is put together: one kernel with pieces that repeat."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

HEADER = ".version 9.0\n.target {target}\n.address_size 64\n"
PARAMS = ".param .u64 p, .param .u64 q, .param .u32 n"
REGISTERS = """\
.reg .pred %p<40000>; .reg .b32 %r<90000>; .reg .b64 %rd<40000>; .reg .f32 %f<90000>; .reg .f64 %fd<9>;
.shared .align 128 .b8 smem[32768]; .shared .align 8 .b64 bars[64];
"""
START = """\
mov.u32 %r0, %tid.x;
mov.u32 %r9, %tid.x;
ld.param.u64 %rd0, [p];
cvta.to.global.u64 %rd1, %rd0;
ld.param.u64 %rd2, [q];
cvta.to.global.u64 %rd3, %rd2;
ld.param.u32 %r1, [n];
mov.u32 %r2, %ctaid.x;
mov.u32 %r3, %ntid.x;
mad.lo.s32 %r4, %r2, %r3, %r0;
mul.wide.s32 %rd4, %r4, 4;
add.s64 %rd5, %rd1, %rd4;
add.s64 %rd6, %rd3, %rd4;
shl.b32 %r6, %r0, 4;
mov.u32 %r7, smem;
add.u32 %r8, %r6, %r7;
"""
"""Of the thread: its number in %r0 and %r9, its index in the grid in %r4, its elements of p and q at %rd5 and %rd6, and
its 16 bytes of shared memory at %r8, which begins at %r7."""
FIRST = 10
"""The first register that a piece may use, by the number of the piece."""
LARGEST = ".reqntid 1024"

Kind = Callable[[int], str]
"""The text with about so many lines."""


def kernel(
    code: str,
    *,
    directives: str = "",
    target: str = "sm_90",
    params: str = PARAMS,
    declared: str = "",
    module: str = "",
) -> str:
    """A module with one kernel, and what else stands in it before that."""
    return (
        f"{HEADER.format(target=target)}{module}.visible .entry k({params}) {directives} {{\n"
        f"{REGISTERS}{declared}{START}{code}END: ret;\n}}\n"
    )


@frozen
class Repeated:
    """A kernel of pieces of `lines` lines, `before` in front of them and `behind` after them.

    A piece is made of its number, of which the first is `FIRST`.
    """

    lines: int
    piece: Callable[[int], str]
    before: str = ""
    behind: str = ""
    directives: str = ""
    target: str = "sm_90"
    module: str = ""

    def __call__(self, lines: int) -> str:
        count = max(1, (lines - 26) // self.lines)
        pieces = (self.piece(number) for number in range(FIRST, FIRST + count))
        code = f"{self.before}{''.join(pieces)}{self.behind}"
        return kernel(code, directives=self.directives, target=self.target, module=self.module)


def looped(code: str) -> str:
    """The same code in a loop with an unknown number of rounds."""
    return (
        f"mov.u32 %r5, 0;\nLOOP:\n{code}add.u32 %r5, %r5, 1;\nadd.s64 %rd5, %rd5, 128;\n"
        "setp.lt.u32 %p0, %r5, %r1;\n@%p0 bra LOOP;\n"
    )
