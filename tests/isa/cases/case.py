"""What a case of the machine is: some instructions in a kernel of 64 threads, and what each thread stores."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import field, frozen

from ptxgen import parse
from ptxgen.isa import Row

Array = np.ndarray[Any, Any]

THREADS = 64
TID = np.arange(THREADS, dtype=np.int64)
LANE, WARP = TID % 32, TID // 32
X = 3 * TID + 5
"""What thread `i` finds in `%r2`, and at `[%rd3]`."""

_KERNEL = """
.visible .entry k(.param .u64 p, .param .u64 q, .param .u64 w) {directives}
{{
    .reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<32>; .reg .b64 %rd<16>; .reg .f32 %f<8>; .reg .b128 %q<4>;
    .shared .align 16 .b32 s[{threads}];
    .local .align 16 .b32 private[4];
    ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q]; ld.param.u64 %rd5, [w];
    mov.u32 %r1, %tid.x; mov.u32 %r5, s;
    mad.wide.u32 %rd3, %r1, 4, %rd1; mad.wide.u32 %rd4, %r1, 4, %rd2; mad.wide.u32 %rd6, %r1, 16, %rd5;
    mad.lo.u32 %r3, %r1, 4, %r5; xor.b32 %r4, %r1, {last}; mad.lo.u32 %r4, %r4, 4, %r5;
    ld.global.u32 %r2, [%rd3];
    mov.u32 %r9, 0;
    {body}
    st.global.u32 [%rd4], %r9;
    ret;
}}
"""


@frozen
class Case:
    """`body` leaves in `%r9` what `wanted` lists, one number a thread, or leaves the thread, whose result is then 0.

    It finds `%r1` = the thread's index, `%r2` = its number of `X`, which is at `[%rd3]` (all of them from `[%rd1]` on),
    16 bytes of zeros at `[%rd6]` (all of them from `[%rd5]` on, with room for 64 threads), a word of shared memory at
    `[%r3]`, and at `[%r4]` that of the thread at the other end (63 for 0). `before` stands before the entry.
    """

    body: str
    wanted: Any = field(
        converter=lambda values: np.broadcast_to(np.asarray(values), THREADS).astype(np.uint32)
    )
    before: str = ""
    directives: str = ""
    target: str = "sm_90"
    numbers: Any = field(default=X)
    """What stands in `%r2`, if not `X`."""
    warpgroups: bool = False
    """Whether it takes whole warpgroups: 128 threads, of which 64 are looked at."""

    @property
    def threads(self) -> int:
        return 2 * THREADS if self.warpgroups else THREADS

    @property
    def text(self) -> str:
        head = f".version 9.0\n.target {self.target}\n.address_size 64\n{self.before}"
        return head + _KERNEL.format(
            body=self.body, directives=self.directives, threads=self.threads, last=THREADS - 1
        )

    def rows(self, name: str) -> set[Row]:
        """The rows that the first word of the case's name means in it."""
        instructions = (i for function in parse(self.text).functions for i in function.instructions())
        return {i.form.row for i in instructions if i.name == name.split()[0]}
