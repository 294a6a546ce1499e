"""Control flow and miscellaneous instructions (PTX ISA 9.0, sections 9.7.12 and 9.7.19)."""

from __future__ import annotations

from ptxgen.isa.table import Effect, instruction

BRA = instruction(
    "bra{.uni} tgt",
    operands="tgt:label",
    effects=(Effect.CONTROL,),
    section="9.7.12.3",
    doc="go to tgt; .uni promises that all active threads of the warp agree",
)
BRX_IDX = instruction(
    "brx.idx{.uni} index, tlist",
    operands="index:u32 tlist:label",
    ptx=(6, 0),
    sm=30,
    effects=(Effect.CONTROL,),
    section="9.7.12.4",
    doc="go to the index-th label of the .branchtargets list tlist",
)
CALL = instruction(
    "call{.uni} func",
    operands="func:function",
    effects=(Effect.CALL,),
    section="9.7.12.5",
    doc="call a function without parameters",
)
CALL_PARAMS = instruction(
    "call{.uni} func, (params)",
    operands="func:function params:arguments",
    effects=(Effect.CALL,),
    section="9.7.12.5",
    doc="call a function",
)
CALL_RET = instruction(
    "call{.uni} (ret), func, (params)",
    operands="=ret:arguments func:function params:arguments",
    effects=(Effect.CALL,),
    section="9.7.12.5",
    doc="call a function that returns a value",
)
CALL_RET_ONLY = instruction(
    "call{.uni} (ret), func",
    operands="=ret:arguments func:function",
    effects=(Effect.CALL,),
    section="9.7.12.5",
    doc="call a function without parameters that returns a value",
)
CALL_INDIRECT = instruction(
    "call{.uni} func, targets",
    operands="func:function targets:label",
    ptx=(2, 1),
    sm=20,
    effects=(Effect.CALL,),
    section="9.7.12.5",
    doc="call through a register; targets names a .calltargets or .callprototype statement",
)
CALL_INDIRECT_PARAMS = instruction(
    "call{.uni} func, (params), targets",
    operands="func:function params:arguments targets:label",
    ptx=(2, 1),
    sm=20,
    effects=(Effect.CALL,),
    section="9.7.12.5",
    doc="call through a register; targets names a .calltargets or .callprototype statement",
)
CALL_INDIRECT_RET = instruction(
    "call{.uni} (ret), func, (params), targets",
    operands="=ret:arguments func:function params:arguments targets:label",
    ptx=(2, 1),
    sm=20,
    effects=(Effect.CALL,),
    section="9.7.12.5",
    doc="call through a register; targets names a .calltargets or .callprototype statement",
)
RET = instruction(
    "ret{.uni}",
    effects=(Effect.CONTROL,),
    section="9.7.12.6",
    doc="return to the caller, or end the thread in an entry",
)
EXIT = instruction(
    "exit",
    effects=(Effect.EXIT,),
    section="9.7.12.7",
    doc="end the thread",
)
BRKPT = instruction(
    "brkpt",
    sm=11,
    section="9.7.19.1",
    doc="stop in the debugger",
)
NANOSLEEP = instruction(
    "nanosleep.u32 t",
    operands="t:u32",
    ptx=(6, 3),
    sm=70,
    section="9.7.19.2",
    doc="sleep for up to twice t nanoseconds",
)
PMEVENT = instruction(
    "pmevent a",
    operands="a:imm<0..15>",
    ptx=(1, 4),
    section="9.7.19.3",
    doc="trigger performance monitor event a",
)
PMEVENT_MASK = instruction(
    "pmevent.mask a",
    operands="a:imm<0..65535>",
    ptx=(3, 0),
    sm=20,
    section="9.7.19.3",
    doc="trigger the performance monitor events whose bits are set in a",
)
TRAP = instruction(
    "trap",
    effects=(Effect.EXIT,),
    section="9.7.19.4",
    doc="abort the grid and interrupt the host",
)
