"""Short programs that racecheck watches alone."""

from __future__ import annotations

import numpy as np

from ptxgen.emulator import Limits
from ptxgen.emulator.sanitizers import Finding, RaceCheck, Report
from tests.emulator.launching import execute, kernel

BEGIN = """
    .reg .pred %p<4>; .reg .b32 %r<16>; .reg .b16 %h<4>; .reg .b64 %rd<8>;
    .shared .align 16 .b8 tile[4096];
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
    mov.u32 %r1, %ctaid.x;
    mul.wide.u32 %rd1, %r0, 4;
    add.u64 %rd2, %rd0, %rd1;
    mov.u32 %r2, tile;
    mad.lo.u32 %r3, %r0, 4, %r2;
    setp.eq.u32 %p0, %r0, 0;
    setp.eq.u32 %p1, %r1, 0;"""


def races(
    body: str, *, grid: int = 1, block: int = 64, words: int = 1024, lanes: int = 16384, cluster: int = 1
) -> tuple[str, tuple[Finding, ...]]:
    """The text and what racecheck finds."""
    text = kernel(BEGIN + body + "\n    ret;")
    report = Report()
    execute(
        text,
        [np.zeros(words, np.uint32)],
        grid=grid,
        block=block,
        cluster=(cluster, 1, 1),
        observers=[RaceCheck(report)],
        track=False,
        limits=Limits(batch_lanes=lanes),
    )
    return text, report.findings
