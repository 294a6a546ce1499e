"""Fences between proxies, in one direction (PTX ISA 9.0, section 9.7.13.4)."""

from __future__ import annotations

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, instruction

_SCOPES = ("cta", "cluster", "gpu", "sys")

FENCE_PROXY_TENSORMAP_RELEASE = instruction(
    "fence.proxy.tensormap::generic.release.scope",
    slots={"scope": _SCOPES},
    ptx=(8, 3),
    sm=90,
    effects=(Effect.FENCE,),
    section="9.7.13.4",
    doc="earlier writes of tensor maps happen before what acquires them at this scope",
)
FENCE_PROXY_TENSORMAP_ACQUIRE = instruction(
    "fence.proxy.tensormap::generic.acquire.scope [addr], size",
    slots={"scope": _SCOPES},
    operands="addr:generic size:imm<128>",
    ptx=(8, 3),
    sm=90,
    effects=(Effect.FENCE,),
    space=StateSpace.GENERIC,
    section="9.7.13.4",
    doc="later copies that read the tensor map at addr see what was released at this scope",
)
FENCE_PROXY_ASYNC = instruction(
    "fence.proxy.async::generic.sem.restrict.cluster",
    sem=("acquire", "release"),
    restrict=("sync_restrict::shared::cluster", "sync_restrict::shared::cta"),
    legal=(
        "sem=acquire -> restrict=sync_restrict::shared::cluster",
        "sem=release -> restrict=sync_restrict::shared::cta",
    ),
    ptx=(8, 6),
    sm=90,
    effects=(Effect.FENCE,),
    section="9.7.13.4",
    doc="order accesses to shared memory through the generic proxy and asynchronous ones, in one direction",
)
