"""The stack of a thread, moved by hand (PTX ISA 9.0, section 9.7.17)."""

from __future__ import annotations

from ptxgen.isa.table import Effect, instruction
from ptxgen.isa.types import u32, u64

NO_STACK = "the emulator gives every function a frame of fixed size"

STACKSAVE = instruction(
    "stacksave.type d",
    type=(u32, u64),
    operands="d:type",
    ptx=(7, 3),
    sm=52,
    effects=(Effect.VOLATILE,),
    section="9.7.17.1",
    doc="d = the stack pointer",
    not_emulated=NO_STACK,
)
STACKRESTORE = instruction(
    "stackrestore.type a",
    type=(u32, u64),
    operands="a:type",
    ptx=(7, 3),
    sm=52,
    effects=(Effect.VOLATILE,),
    section="9.7.17.2",
    doc="the stack pointer = a",
    not_emulated=NO_STACK,
)
ALLOCA = instruction(
    "alloca.type ptr, size{, immAlign}",
    type=(u32, u64),
    operands="=ptr:type size:type immAlign:imm<8|1|2|4|16|32|64|128>",
    ptx=(7, 3),
    sm=52,
    effects=(Effect.VOLATILE,),
    section="9.7.17.3",
    doc="ptr = where size bytes of local memory begin that last until the function returns",
    not_emulated=NO_STACK,
)
