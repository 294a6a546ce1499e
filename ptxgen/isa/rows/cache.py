"""Prefetches, cache policies and uniform loads (PTX ISA 9.0, sections 9.7.9.10 to 9.7.9.18)."""

from __future__ import annotations

from ptxgen.isa.rows.memory import TYPES
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, instruction

_PRIMARY = ("L2::evict_last", "L2::evict_normal", "L2::evict_first", "L2::evict_unchanged")
_SECONDARY = ("L2::evict_first", "L2::evict_unchanged")

LDU = instruction(
    "ldu{.ss}{.vec}.type d, [a]",
    ss=("global",),
    vec=("v2", "v4"),
    type=TYPES,
    operands="d:type+[vec] a:address",
    legal=("vec -> !type=b128", "vec=v4 -> !type=b64|u64|s64|f64"),
    needs={"b128": ((8, 3), 70)},
    ptx=(2, 0),
    sm=20,
    effects=(Effect.READ,),
    space=StateSpace.GENERIC,
    section="9.7.9.10",
    doc="d = global memory at a, which is read-only and the same address in all lanes",
)
PREFETCH = instruction(
    "prefetch{.space}.level [a]",
    slots={"space": ("global", "local"), "level": ("L1", "L2")},
    operands="a:address",
    ptx=(2, 0),
    sm=20,
    space=StateSpace.GENERIC,
    section="9.7.9.15",
    doc="bring the line that holds a into this cache",
)
PREFETCH_EVICT = instruction(
    "prefetch.global.level::eviction_priority [a]",
    slots={"level::eviction_priority": ("L2::evict_last", "L2::evict_normal")},
    operands="a:address",
    ptx=(7, 4),
    sm=80,
    space=StateSpace.GLOBAL,
    section="9.7.9.15",
    doc="bring the line that holds a into the L2 cache, with this priority",
)
PREFETCHU = instruction(
    "prefetchu.L1 [a]",
    operands="a:address",
    ptx=(2, 0),
    sm=20,
    space=StateSpace.GENERIC,
    section="9.7.9.15",
    doc="bring the line that holds a into the uniform cache",
)
PREFETCH_TENSORMAP = instruction(
    "prefetch{.space}.tensormap [a]",
    slots={"space": ("const", "param")},
    operands="a:address",
    ptx=(8, 0),
    sm=90,
    space=StateSpace.GENERIC,
    section="9.7.9.15",
    doc="bring the tensor map at a into the cache",
)
APPLYPRIORITY = instruction(
    "applypriority{.global}.L2::evict_normal [a], size",
    operands="a:address size:imm<128..128>",
    ptx=(7, 4),
    sm=80,
    space=StateSpace.GENERIC,
    section="9.7.9.16",
    doc="give the 128 bytes at a the normal eviction priority",
)
DISCARD = instruction(
    "discard{.global}.L2 [a], size",
    operands="a:address size:imm<128..128>",
    ptx=(7, 4),
    sm=80,
    effects=(Effect.WRITE,),
    space=StateSpace.GENERIC,
    section="9.7.9.17",
    doc="the 128 bytes at a become undefined, and are not written back",
)
CREATEPOLICY_RANGE = instruction(
    "createpolicy.range{.global}.primary{.secondary}.b64 cache-policy, [a], primary-size, total-size",
    primary=_PRIMARY,
    secondary=_SECONDARY,
    operands="=cache-policy:b64 a:address primary-size:u32 total-size:u32",
    ptx=(7, 4),
    sm=80,
    space=StateSpace.GENERIC,
    section="9.7.9.18",
    doc="cache-policy = primary priority for the first bytes from a on, secondary for the rest of the window",
)
CREATEPOLICY_FRACTIONAL = instruction(
    "createpolicy.fractional.primary{.secondary}.b64 cache-policy{, fraction}",
    primary=_PRIMARY,
    secondary=_SECONDARY,
    operands="=cache-policy:b64 fraction:f32",
    ptx=(7, 4),
    sm=80,
    section="9.7.9.18",
    doc="cache-policy = primary priority for a fraction of the accesses, secondary for the rest",
)
CREATEPOLICY_CVT = instruction(
    "createpolicy.cvt.L2.b64 cache-policy, access-property",
    operands="=cache-policy:b64 access-property:b64",
    ptx=(7, 4),
    sm=80,
    section="9.7.9.18",
    doc="cache-policy = the access property of CUDA's API",
)
