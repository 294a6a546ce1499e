"""Extended-precision integer arithmetic (PTX ISA 9.0, section 9.7.2).

The carry flag `CC.CF` is one bit a thread that no operand names: `Effect.CARRY_OUT` and `Effect.CARRY_IN` say who
writes and who reads it.
"""

from __future__ import annotations

from ptxgen.isa.table import Effect, instruction
from ptxgen.isa.types import s32, s64, u32, u64

TYPES = (u32, s32, u64, s64)
_SINCE = {"type=u64|s64": ((4, 3), 0)}

ADD_CC = instruction(
    "add.cc.type d, a, b",
    type=TYPES,
    operands="d:type a:type b:type",
    needs=_SINCE,
    ptx=(1, 2),
    effects=(Effect.CARRY_OUT,),
    section="9.7.2.1",
    doc="d = a + b; carry = the sum's carry-out",
)
ADDC = instruction(
    "addc.type d, a, b",
    type=TYPES,
    operands="d:type a:type b:type",
    needs=_SINCE,
    ptx=(1, 2),
    effects=(Effect.CARRY_IN,),
    section="9.7.2.2",
    doc="d = a + b + carry",
)
ADDC_CC = instruction(
    "addc.cc.type d, a, b",
    type=TYPES,
    operands="d:type a:type b:type",
    needs=_SINCE,
    ptx=(1, 2),
    effects=(Effect.CARRY_IN, Effect.CARRY_OUT),
    section="9.7.2.2",
    doc="d = a + b + carry; carry = the sum's carry-out",
)
SUB_CC = instruction(
    "sub.cc.type d, a, b",
    type=TYPES,
    operands="d:type a:type b:type",
    needs=_SINCE,
    ptx=(1, 2),
    effects=(Effect.CARRY_OUT,),
    section="9.7.2.3",
    doc="d = a - b; carry = the borrow",
)
SUBC = instruction(
    "subc.type d, a, b",
    type=TYPES,
    operands="d:type a:type b:type",
    needs=_SINCE,
    ptx=(1, 2),
    effects=(Effect.CARRY_IN,),
    section="9.7.2.4",
    doc="d = a - (b + carry)",
)
SUBC_CC = instruction(
    "subc.cc.type d, a, b",
    type=TYPES,
    operands="d:type a:type b:type",
    needs=_SINCE,
    ptx=(1, 2),
    effects=(Effect.CARRY_IN, Effect.CARRY_OUT),
    section="9.7.2.4",
    doc="d = a - (b + carry); carry = the borrow",
)
MAD_CC = instruction(
    "mad.mode.cc.type d, a, b, c",
    mode=("hi", "lo"),
    type=TYPES,
    operands="d:type a:type b:type c:type",
    needs=_SINCE,
    ptx=(3, 0),
    sm=20,
    effects=(Effect.CARRY_OUT,),
    section="9.7.2.5",
    doc="d = the low or high half of a * b, plus c; carry = the sum's carry-out",
)
MADC = instruction(
    "madc.mode.type d, a, b, c",
    mode=("hi", "lo"),
    type=TYPES,
    operands="d:type a:type b:type c:type",
    needs=_SINCE,
    ptx=(3, 0),
    sm=20,
    effects=(Effect.CARRY_IN,),
    section="9.7.2.6",
    doc="d = the low or high half of a * b, plus c, plus carry",
)
MADC_CC = instruction(
    "madc.mode.cc.type d, a, b, c",
    mode=("hi", "lo"),
    type=TYPES,
    operands="d:type a:type b:type c:type",
    needs=_SINCE,
    ptx=(3, 0),
    sm=20,
    effects=(Effect.CARRY_IN, Effect.CARRY_OUT),
    section="9.7.2.6",
    doc="d = the low or high half of a * b, plus c, plus carry; carry = the sum's carry-out",
)
