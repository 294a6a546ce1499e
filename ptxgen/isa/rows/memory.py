"""Loads, stores and cache control (PTX ISA 9.0, sections 9.7.9.8 to 9.7.9.18)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, instruction
from ptxgen.isa.types import (
    Type,
    b8,
    b16,
    b32,
    b64,
    b128,
    f32,
    f64,
    s8,
    s16,
    s32,
    s64,
    u8,
    u16,
    u32,
    u64,
)

TYPES: tuple[Type, ...] = (b8, b16, b32, b64, b128, u8, u16, u32, u64, s8, s16, s32, s64, f32, f64)
SHARED = ("shared", "shared::cta", "shared::cluster")
ORDERED_SPACES = ("global", *SHARED)
SCOPES = ("cta", "cluster", "gpu", "sys")
EVICT_L1 = (
    "L1::evict_normal", "L1::evict_unchanged", "L1::evict_first", "L1::evict_last", "L1::no_allocate",
)  # fmt: skip
EVICT_L2 = ("L2::evict_last", "L2::evict_normal", "L2::evict_first")
PREFETCH = ("L2::64B", "L2::128B", "L2::256B")
LOAD_CACHE = ("ca", "cg", "cs", "lu", "cv")
STORE_CACHE = ("wb", "cg", "cs", "wt")

Since = Mapping[str, tuple[tuple[int, int], int | str]]
Slots = dict[str, tuple[str | Type, ...]]

_NOT_GLOBAL = "const|local|param|param::entry|param::func|shared|shared::cta|shared::cluster"
_LEGAL = (
    "vec -> !type=b128",
    "vec=v8 -> !type=b64|u64|s64|f64",
    f"vec=v8 type=b32|u32|s32|f32 -> !ss={_NOT_GLOBAL}",
    f"vec=v4 type=b64|u64|s64|f64 -> !ss={_NOT_GLOBAL}",
    f"level1::eviction_priority -> !ss={_NOT_GLOBAL}",
    f"level2::eviction_priority -> vec=v4|v8 !ss={_NOT_GLOBAL}",
    "level2::eviction_priority vec=v4 -> type=b64|u64|s64|f64",
    "level2::eviction_priority vec=v8 -> type=b32|u32|s32|f32",
    f"level::cache_hint -> !ss={_NOT_GLOBAL}",
    f"level::prefetch_size -> !ss={_NOT_GLOBAL}",
)
_COMMON_SINCE: Since = {
    "b128": ((8, 3), 70),
    "b128 scope=sys": ((8, 4), 70),
    "shared::cta": ((7, 8), 30),
    "shared::cluster": ((7, 8), 90),
    "scope=cluster": ((7, 8), 90),
    "level::cache_hint": ((7, 4), 80),
    "level1::eviction_priority": ((7, 4), 70),
    "L2::evict_last": ((8, 8), 100),
    "L2::evict_normal": ((8, 8), 100),
    "L2::evict_first": ((8, 8), 100),
    "vec=v8 type=b32|u32|s32|f32": ((8, 8), 100),
    "vec=v4 type=b64|u64|s64|f64": ((8, 8), 100),
}
_LOAD_SINCE: Since = {
    **_COMMON_SINCE,
    "L2::64B": ((7, 4), 75),
    "L2::128B": ((7, 4), 75),
    "L2::256B": ((7, 4), 80),
}
_HINTED = {"cache-policy": "level::cache_hint"}


def _slots(spaces: tuple[str, ...], prefetch: bool = True, **more: tuple[str, ...]) -> Slots:
    """The slots that nearly every load and store has."""
    slots: Slots = {
        "ss": spaces,
        "level1::eviction_priority": EVICT_L1,
        "level2::eviction_priority": EVICT_L2,
        "level::cache_hint": ("L2::cache_hint",),
        "vec": ("v2", "v4", "v8"),
        "type": TYPES,
        **more,
    }
    if prefetch:
        slots["level::prefetch_size"] = PREFETCH
    return slots


LD = instruction(
    "ld{.weak}{.ss}{.level1::eviction_priority}{.level2::eviction_priority}{.level::cache_hint}"
    "{.level::prefetch_size}{.vec}.type d, [a]{, cache-policy}",
    slots=_slots(("const", "global", "local", "param", "param::entry", "param::func", *SHARED)),
    operands="d:type+[vec] a:address cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs={**_LOAD_SINCE, "weak": ((6, 0), 70), "param::entry": ((8, 3), 0), "param::func": ((8, 3), 0)},
    effects=(Effect.READ,),
    space=StateSpace.GENERIC,
    section="9.7.9.8",
    doc="d = memory at a",
)
LD_CACHED = instruction(
    "ld{.weak}{.ss}.cop{.level::cache_hint}{.level::prefetch_size}{.vec}.type d, [a]{, cache-policy}",
    slots={
        "ss": ("const", "global", "local", "param", *SHARED),
        "cop": LOAD_CACHE,
        "level::cache_hint": ("L2::cache_hint",),
        "level::prefetch_size": PREFETCH,
        "vec": ("v2", "v4", "v8"),
        "type": TYPES,
    },
    operands="d:type+[vec] a:address cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs={**_LOAD_SINCE, "weak": ((6, 0), 70)},
    ptx=(2, 0),
    sm=20,
    effects=(Effect.READ,),
    space=StateSpace.GENERIC,
    section="9.7.9.8",
    doc="d = memory at a, with a cache operator",
)
LD_VOLATILE = instruction(
    "ld.volatile{.ss}{.level::prefetch_size}{.vec}.type d, [a]",
    slots={
        "ss": ORDERED_SPACES,
        "level::prefetch_size": PREFETCH,
        "vec": ("v2", "v4", "v8"),
        "type": TYPES,
    },
    operands="d:type+[vec] a:address",
    legal=_LEGAL,
    needs=_LOAD_SINCE,
    effects=(Effect.READ, Effect.VOLATILE),
    space=StateSpace.GENERIC,
    section="9.7.9.8",
    doc="d = memory at a; never removed, merged or reordered with other volatile accesses",
)
LD_RELAXED = instruction(
    "ld.relaxed.scope{.ss}{.level1::eviction_priority}{.level2::eviction_priority}{.level::cache_hint}"
    "{.level::prefetch_size}{.vec}.type d, [a]{, cache-policy}",
    slots=_slots(ORDERED_SPACES, scope=SCOPES),
    operands="d:type+[vec] a:address cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs=_LOAD_SINCE,
    ptx=(6, 0),
    sm=70,
    effects=(Effect.READ,),
    space=StateSpace.GENERIC,
    section="9.7.9.8",
    doc="d = memory at a, as a strong load at this scope",
)
LD_ACQUIRE = instruction(
    "ld.acquire.scope{.ss}{.level1::eviction_priority}{.level2::eviction_priority}{.level::cache_hint}"
    "{.level::prefetch_size}{.vec}.type d, [a]{, cache-policy}",
    slots=_slots(ORDERED_SPACES, scope=SCOPES),
    operands="d:type+[vec] a:address cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs=_LOAD_SINCE,
    ptx=(6, 0),
    sm=70,
    effects=(Effect.READ, Effect.FENCE),
    space=StateSpace.GENERIC,
    section="9.7.9.8",
    doc="d = memory at a; later accesses of this thread stay after it, at this scope",
)
LD_MMIO = instruction(
    "ld.mmio.relaxed.sys{.global}.type d, [a]",
    type=TYPES[:4] + TYPES[5:],
    operands="d:type+ a:address",
    ptx=(8, 2),
    sm=70,
    effects=(Effect.READ, Effect.VOLATILE),
    space=StateSpace.GLOBAL,
    section="9.7.9.8",
    doc="d = memory-mapped register at a, read exactly once",
)
LD_NC = instruction(
    "ld.global{.cop}.nc{.level1::eviction_priority}{.level2::eviction_priority}{.level::cache_hint}"
    "{.level::prefetch_size}{.vec}.type d, [a]{, cache-policy}",
    slots={k: v for k, v in _slots((), cop=("ca", "cg", "cs")).items() if k != "ss"},
    operands="d:type+[vec] a:address cache-policy:b64",
    legal=(*_LEGAL, "cop -> !level1::eviction_priority"),
    tied=_HINTED,
    needs=_LOAD_SINCE,
    ptx=(3, 1),
    sm=32,
    effects=(Effect.READ,),
    space=StateSpace.GLOBAL,
    section="9.7.9.9",
    doc="d = global memory at a, through the non-coherent path: nobody may write it during the kernel",
)
ST = instruction(
    "st{.weak}{.ss}{.level1::eviction_priority}{.level2::eviction_priority}{.level::cache_hint}{.vec}.type"
    " [a], b{, cache-policy}",
    slots=_slots(("global", "local", "param", "param::func", *SHARED), prefetch=False),
    operands="a:address b:type+[vec] cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs={**_COMMON_SINCE, "weak": ((6, 0), 70), "param::func": ((8, 3), 0)},
    effects=(Effect.WRITE,),
    space=StateSpace.GENERIC,
    section="9.7.9.11",
    doc="memory at a = b",
)
ST_CACHED = instruction(
    "st{.weak}{.ss}.cop{.level::cache_hint}{.vec}.type [a], b{, cache-policy}",
    slots={
        "ss": ("global", "local", "param", *SHARED),
        "cop": STORE_CACHE,
        "level::cache_hint": ("L2::cache_hint",),
        "vec": ("v2", "v4", "v8"),
        "type": TYPES,
    },
    operands="a:address b:type+[vec] cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs={**_COMMON_SINCE, "weak": ((6, 0), 70)},
    ptx=(2, 0),
    sm=20,
    effects=(Effect.WRITE,),
    space=StateSpace.GENERIC,
    section="9.7.9.11",
    doc="memory at a = b, with a cache operator",
)
ST_VOLATILE = instruction(
    "st.volatile{.ss}{.vec}.type [a], b",
    slots={
        "ss": ORDERED_SPACES,
        "vec": ("v2", "v4", "v8"),
        "type": TYPES,
    },
    operands="a:address b:type+[vec]",
    legal=_LEGAL,
    needs=_COMMON_SINCE,
    effects=(Effect.WRITE, Effect.VOLATILE),
    space=StateSpace.GENERIC,
    section="9.7.9.11",
    doc="memory at a = b; never removed, merged or reordered with other volatile accesses",
)
ST_RELAXED = instruction(
    "st.relaxed.scope{.ss}{.level1::eviction_priority}{.level2::eviction_priority}{.level::cache_hint}"
    "{.vec}.type [a], b{, cache-policy}",
    slots=_slots(ORDERED_SPACES, prefetch=False, scope=SCOPES),
    operands="a:address b:type+[vec] cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs=_COMMON_SINCE,
    ptx=(6, 0),
    sm=70,
    effects=(Effect.WRITE,),
    space=StateSpace.GENERIC,
    section="9.7.9.11",
    doc="memory at a = b, as a strong store at this scope",
)
ST_RELEASE = instruction(
    "st.release.scope{.ss}{.level1::eviction_priority}{.level2::eviction_priority}{.level::cache_hint}"
    "{.vec}.type [a], b{, cache-policy}",
    slots=_slots(ORDERED_SPACES, prefetch=False, scope=SCOPES),
    operands="a:address b:type+[vec] cache-policy:b64",
    legal=_LEGAL,
    tied=_HINTED,
    needs=_COMMON_SINCE,
    ptx=(6, 0),
    sm=70,
    effects=(Effect.WRITE, Effect.FENCE),
    space=StateSpace.GENERIC,
    section="9.7.9.11",
    doc="memory at a = b; earlier accesses of this thread stay before it, at this scope",
)
ST_MMIO = instruction(
    "st.mmio.relaxed.sys{.global}.type [a], b",
    type=TYPES[:4] + TYPES[5:],
    operands="a:address b:type+",
    ptx=(8, 2),
    sm=70,
    effects=(Effect.WRITE, Effect.VOLATILE),
    space=StateSpace.GLOBAL,
    section="9.7.9.11",
    doc="memory-mapped register at a = b, written exactly once",
)
