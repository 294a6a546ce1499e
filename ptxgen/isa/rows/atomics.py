"""Atomic operations and reductions on memory (PTX ISA 9.0, sections 9.7.13.5 and 9.7.13.6)."""

from __future__ import annotations

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, instruction
from ptxgen.isa.types import b16, b32, b64, b128, bf16, bf16x2, f16, f16x2, f32, f64, s32, s64, u32, u64

_HINT_OUTSIDE_SHARED = ("level::cache_hint -> !space=shared|shared::cta|shared::cluster",)

_SPACES = ("global", "shared", "shared::cta", "shared::cluster")
_SCOPES = ("cta", "cluster", "gpu", "sys")
_HINTED = {"cache-policy": "level::cache_hint"}
_SINCE = {
    "sem": ((6, 0), 70),
    "scope": ((5, 0), 60),
    "scope=cluster": ((7, 8), 90),
    "shared::cta": ((7, 8), 30),
    "shared::cluster": ((7, 8), 90),
    "level::cache_hint": ((7, 4), 80),
    "op=add type=f64": ((5, 0), 60),
    "op=min|max type=u64|s64": ((3, 1), 32),
    "f16x2": ((6, 2), 60),
    "f16": ((6, 3), 70),
    "bf16": ((7, 8), 90),
    "bf16x2": ((7, 8), 90),
}
_LEGAL = (
    "op=and|or|xor -> type=b32|b64",
    "op=exch -> type=b32|b64",
    "op=add -> type=u32|s32|u64|f32|f64",
    "op=inc|dec -> type=u32",
    "op=min|max -> type=u32|s32|u64|s64",
    "level::cache_hint -> !space=shared|shared::cta|shared::cluster",
)
_ATOM_SEM = ("relaxed", "acquire", "release", "acq_rel")
_RED_SEM = ("relaxed", "release")
_COMMON = {
    "space": _SPACES,
    "scope": _SCOPES,
    "level::cache_hint": ("L2::cache_hint",),
}

ATOM = instruction(
    "atom{.sem}{.scope}{.space}.op{.level::cache_hint}.type d, [a], b{, cache-policy}",
    slots={
        **_COMMON,
        "sem": _ATOM_SEM,
        "op": ("and", "or", "xor", "exch", "add", "inc", "dec", "min", "max"),
        "type": (b32, b64, u32, u64, s32, s64, f32, f64),
    },
    operands="d:type a:address b:type cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs=_SINCE,
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(1, 1),
    sm=11,
    section="9.7.13.5",
    doc="d = memory at a, which becomes op of it and b, in one step",
)
ATOM_CAS = instruction(
    "atom{.sem}{.scope}{.space}.cas.type d, [a], b, c",
    slots={"space": _SPACES, "scope": _SCOPES, "sem": _ATOM_SEM, "type": (b16, b32, b64, b128)},
    operands="d:type a:address b:type c:type",
    needs={**_SINCE, "b16": ((6, 3), 70), "b128": ((8, 3), 90), "b128 scope=sys": ((8, 4), 90)},
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(1, 1),
    sm=11,
    section="9.7.13.5",
    doc="d = memory at a, which becomes c where it equalled b, in one step",
)
ATOM_EXCH_B128 = instruction(
    "atom{.sem}{.scope}{.space}.exch{.level::cache_hint}.b128 d, [a], b{, cache-policy}",
    slots={**_COMMON, "sem": _ATOM_SEM},
    operands="d:b128 a:address b:b128 cache-policy:b64",
    legal=_HINT_OUTSIDE_SHARED,
    tied=_HINTED,
    needs={**_SINCE, "scope=sys": ((8, 4), 90)},
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(8, 3),
    sm=90,
    section="9.7.13.5",
    doc="d = memory at a, which becomes b, in one step",
)
ATOM_ADD_HALF = instruction(
    "atom{.sem}{.scope}{.space}.add.noftz{.level::cache_hint}.type d, [a], b{, cache-policy}",
    slots={**_COMMON, "sem": _ATOM_SEM, "type": (f16, f16x2, bf16, bf16x2)},
    operands="d:type a:address b:type cache-policy:b64",
    legal=_HINT_OUTSIDE_SHARED,
    tied=_HINTED,
    needs=_SINCE,
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(6, 2),
    sm=60,
    section="9.7.13.5",
    doc="d = memory at a, which grows by b, in one step for each half",
)
ATOM_ADD_VECTOR = instruction(
    "atom{.sem}{.scope}{.global}.add{.level::cache_hint}.vec.f32 d, [a], b{, cache-policy}",
    slots={
        "sem": _ATOM_SEM,
        "scope": _SCOPES,
        "level::cache_hint": ("L2::cache_hint",),
        "vec": ("v2", "v4"),
    },
    operands="d:f32[vec] a:address b:f32[vec] cache-policy:b64",
    tied=_HINTED,
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(8, 1),
    sm=90,
    section="9.7.13.5",
    doc="d = the elements at a, each of which grows by that of b in one step of its own",
)
ATOM_HALF_VECTOR = instruction(
    "atom{.sem}{.scope}{.global}.op.noftz{.level::cache_hint}.vec.type d, [a], b{, cache-policy}",
    slots={
        "sem": _ATOM_SEM,
        "scope": _SCOPES,
        "op": ("add", "min", "max"),
        "level::cache_hint": ("L2::cache_hint",),
        "vec": ("v2", "v4", "v8"),
        "type": (f16, bf16, f16x2, bf16x2),
    },
    operands="d:type[vec] a:address b:type[vec] cache-policy:b64",
    legal=("vec=v8 -> type=f16|bf16",),
    tied=_HINTED,
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(8, 1),
    sm=90,
    section="9.7.13.5",
    doc="d = the elements at a, each of which becomes op of it and that of b in one step of its own",
)
RED = instruction(
    "red{.sem}{.scope}{.space}.op{.level::cache_hint}.type [a], b{, cache-policy}",
    slots={
        **_COMMON,
        "sem": _RED_SEM,
        "op": ("and", "or", "xor", "add", "inc", "dec", "min", "max"),
        "type": (b32, b64, u32, u64, s32, s64, f32, f64),
    },
    operands="a:address b:type cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs=_SINCE,
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(1, 2),
    sm=11,
    section="9.7.13.6",
    doc="memory at a becomes op of it and b, in one step",
)
RED_ADD_HALF = instruction(
    "red{.sem}{.scope}{.space}.add.noftz{.level::cache_hint}.type [a], b{, cache-policy}",
    slots={**_COMMON, "sem": _RED_SEM, "type": (f16, f16x2, bf16, bf16x2)},
    operands="a:address b:type cache-policy:b64",
    legal=_HINT_OUTSIDE_SHARED,
    tied=_HINTED,
    needs=_SINCE,
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(6, 2),
    sm=60,
    section="9.7.13.6",
    doc="memory at a grows by b, in one step for each half",
)
RED_ADD_VECTOR = instruction(
    "red{.sem}{.scope}{.global}.add{.level::cache_hint}.vec.f32 [a], b{, cache-policy}",
    slots={
        "sem": _RED_SEM,
        "scope": _SCOPES,
        "level::cache_hint": ("L2::cache_hint",),
        "vec": ("v2", "v4"),
    },
    operands="a:address b:f32[vec] cache-policy:b64",
    tied=_HINTED,
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(8, 1),
    sm=90,
    section="9.7.13.6",
    doc="the elements at a each grow by that of b, in one step of its own",
)
RED_HALF_VECTOR = instruction(
    "red{.sem}{.scope}{.global}.op.noftz{.level::cache_hint}.vec.type [a], b{, cache-policy}",
    slots={
        "sem": _RED_SEM,
        "scope": _SCOPES,
        "op": ("add", "min", "max"),
        "level::cache_hint": ("L2::cache_hint",),
        "vec": ("v2", "v4", "v8"),
        "type": (f16, bf16, f16x2, bf16x2),
    },
    operands="a:address b:type[vec] cache-policy:b64",
    legal=("vec=v8 -> type=f16|bf16",),
    tied=_HINTED,
    effects=(Effect.ATOMIC,),
    space=StateSpace.GENERIC,
    ptx=(8, 1),
    sm=90,
    section="9.7.13.6",
    doc="the elements at a each become op of it and that of b, in one step of its own",
)
