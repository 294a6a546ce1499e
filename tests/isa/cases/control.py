"""Branches, calls, and what passes the time."""

from __future__ import annotations

import numpy as np

from tests.isa.cases.case import TID, Case, X

_DOUBLE = """.func (.reg .u32 d) double(.reg .u32 a) { add.u32 d, a, a; ret.uni; }
"""
_TRIPLE = """.func (.reg .u32 d) triple(.reg .u32 a) { mad.lo.u32 d, a, 2, a; ret; }
"""
_COUNT = ".global .u32 total = 0;\n.func count() { red.global.add.u32 [total], 1; ret; }\n"
_ADD = ".global .u32 total = 0;\n.func add_up(.reg .u32 a) { red.global.add.u32 [total], a; ret; }\n"
_SEVEN = ".func (.reg .u32 d) seven() { mov.u32 d, 7; ret; }\n"
_TOTAL = "bar.sync 0; ld.global.u32 %r9, [total];"
_EVEN = TID % 2 == 0

CONTROL: dict[str, Case] = {
    "bra": Case("setp.lt.u32 %p0, %r1, 40; @%p0 bra LOW; mov.u32 %r9, 1; LOW: add.u32 %r9, %r9, %r1;",
                TID + (TID >= 40)),
    "bra.uni": Case("bra.uni OVER; mov.u32 %r9, 1; OVER: add.u32 %r9, %r9, 4;", 4),
    "brx.idx": Case(
        """and.b32 %r6, %r1, 3; T: .branchtargets A, B, C, A; brx.idx %r6, T;
        A: mov.u32 %r9, 10; bra OUT; B: mov.u32 %r9, 20; bra OUT; C: mov.u32 %r9, 30; OUT:""",
        np.array([10, 20, 30, 10])[TID % 4],
    ),
    "call.uni without arguments": Case(f"call.uni count; {_TOTAL}", 64, _COUNT),
    "call.uni with arguments": Case(f"call.uni add_up, (%r2); {_TOTAL}", int(X.sum()), _ADD),
    "call.uni with a result": Case("call.uni (%r9), seven;", 7, _SEVEN),
    "call with both": Case("setp.lt.u32 %p0, %r1, 9; @%p0 call (%r9), double, (%r2);",
                           np.where(TID < 9, 2 * X, 0), _DOUBLE),
    "call through a register with targets, without arguments": Case(
        f"mov.u64 %rd7, count; T: .calltargets count; call %rd7, T; {_TOTAL}", 64, _COUNT),
    "call through a register with targets and arguments": Case(
        f"mov.u64 %rd7, add_up; P: .callprototype _ (.reg .u32 _); call %rd7, (%r2), P; {_TOTAL}",
        int(X.sum()), _ADD),
    "call through a register with a result": Case(
        """setp.eq.u32 %p0, %r1, 3; mov.u64 %rd7, double; mov.u64 %rd8, triple; selp.b64 %rd7, %rd8, %rd7, %p0;
        T: .calltargets double, triple; call (%r9), %rd7, (%r2), T;""",
        np.where(TID == 3, 3, 2) * X, _DOUBLE + _TRIPLE),
    "ret": Case("and.b32 %r6, %r1, 1; setp.ne.u32 %p0, %r6, 0; mov.u32 %r9, %r2; @%p0 ret;", np.where(_EVEN, X, 0)),
    "exit": Case("and.b32 %r6, %r1, 1; setp.ne.u32 %p0, %r6, 0; mov.u32 %r9, %r2; @%p0 exit;", np.where(_EVEN, X, 0)),
    "nanosleep.u32": Case("nanosleep.u32 20; mov.u32 %r9, %r2;", X),
    "pmevent": Case("pmevent 3; mov.u32 %r9, %r2;", X),
    "pmevent.mask": Case("pmevent.mask 0x5; mov.u32 %r9, %r2;", X),
    "trap": Case("setp.gt.u32 %p0, %r1, 99; @%p0 trap; mov.u32 %r9, %r2;", X),
    "brkpt": Case("setp.gt.u32 %p0, %r1, 99; @%p0 brkpt; mov.u32 %r9, %r2;", X),
    "griddepcontrol.wait": Case("griddepcontrol.wait; mov.u32 %r9, %r2;", X),
    "griddepcontrol.launch_dependents": Case("griddepcontrol.launch_dependents; mov.u32 %r9, %r2;", X),
    "setmaxnreg.dec.sync.aligned.u32": Case(
        "setmaxnreg.dec.sync.aligned.u32 40; mov.u32 %r9, %r2;", X,
        directives=".maxntid 128, 1, 1 .minnctapersm 1", target="sm_90a", warpgroups=True),
}  # fmt: skip
