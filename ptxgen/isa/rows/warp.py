"""Instructions that exchange values between the lanes of a warp (PTX ISA 9.0, sections 9.7.9.6 and 9.7.13)."""

from __future__ import annotations

from ptxgen.isa.table import Scope, instruction
from ptxgen.isa.types import b32, b64, s32, u32

SHFL = instruction(
    "shfl.sync.mode.b32 d{|p}, a, b, c, membermask",
    mode=("up", "down", "bfly", "idx"),
    operands="d:b32 =p:pred a:b32 b:b32 c:b32 membermask:b32",
    ptx=(6, 0),
    sm=30,
    scope=Scope.WARP,
    section="9.7.9.6",
    doc="d = a of another lane; p = whether that lane lies in the segment that c describes",
)
VOTE = instruction(
    "vote.sync.mode.pred d, {!}a, membermask",
    mode=("all", "any", "uni"),
    operands="d:pred a:pred membermask:b32",
    ptx=(6, 0),
    sm=30,
    scope=Scope.WARP,
    section="9.7.13.9",
    doc="d = whether a holds on all, any, or equally many (all or none) of the lanes in membermask",
)
VOTE_BALLOT = instruction(
    "vote.sync.ballot.b32 d, {!}a, membermask",
    operands="d:b32 a:pred membermask:b32",
    ptx=(6, 0),
    sm=30,
    scope=Scope.WARP,
    section="9.7.13.9",
    doc="d = one bit for each lane in membermask: its a",
)
MATCH_ANY = instruction(
    "match.any.sync.type d, a, membermask",
    type=(b32, b64),
    operands="d:u32 a:type membermask:b32",
    ptx=(6, 0),
    sm=70,
    scope=Scope.WARP,
    section="9.7.13.10",
    doc="d = the lanes of membermask whose a equals this lane's",
)
MATCH_ALL = instruction(
    "match.all.sync.type d{|p}, a, membermask",
    type=(b32, b64),
    operands="d:u32 =p:pred a:type membermask:b32",
    ptx=(6, 0),
    sm=70,
    scope=Scope.WARP,
    section="9.7.13.10",
    doc="d = membermask and p = true if a is the same on all its lanes, else 0 and false",
)
ACTIVEMASK = instruction(
    "activemask.b32 d",
    operands="d:b32",
    ptx=(6, 2),
    sm=30,
    scope=Scope.WARP,
    section="9.7.13.11",
    doc="d = one bit for each lane of the warp that executes this together",
)
REDUX = instruction(
    "redux.sync.op.type d, a, membermask",
    op=("add", "min", "max"),
    type=(u32, s32),
    operands="d:type a:type membermask:b32",
    ptx=(7, 0),
    sm=80,
    scope=Scope.WARP,
    section="9.7.13.12",
    doc="d = the reduction of a over the lanes of membermask",
)
REDUX_BITS = instruction(
    "redux.sync.op.b32 d, a, membermask",
    op=("and", "or", "xor"),
    operands="d:b32 a:b32 membermask:b32",
    ptx=(7, 0),
    sm=80,
    scope=Scope.WARP,
    section="9.7.13.12",
    doc="d = the bitwise reduction of a over the lanes of membermask",
)
REDUX_F32 = instruction(
    "redux.sync.op{.abs}{.NaN}.f32 d, a, membermask",
    op=("min", "max"),
    operands="d:f32 a:f32 membermask:b32",
    ptx=(8, 6),
    sm="sm_100a|sm_100f",
    scope=Scope.WARP,
    section="9.7.13.12",
    doc="d = the smallest or largest a over the lanes of membermask; a NaN loses unless .NaN",
)
ELECT = instruction(
    "elect.sync d|p, membermask",
    operands="d:u32 =p:pred membermask:b32",
    ptx=(8, 0),
    sm=90,
    scope=Scope.WARP,
    section="9.7.13.14",
    doc="d = the lane that is elected among membermask; p = whether it is this one",
)
