"""Barriers, fences and dependent launches (PTX ISA 9.0, section 9.7.13)."""

from __future__ import annotations

from ptxgen.isa.table import Effect, Scope, instruction

_CTA_SINCE = {"cta": ((7, 8), 30)}

BAR_SYNC = instruction(
    "bar{.cta}.sync a{, b}",
    operands="a:u32<0..15> b:u32",
    needs=_CTA_SINCE,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait at barrier a until b threads (all of the CTA without b) have arrived; all lanes of a warp together",
)
BAR_ARRIVE = instruction(
    "bar{.cta}.arrive a, b",
    operands="a:u32<0..15> b:u32",
    needs=_CTA_SINCE,
    ptx=(2, 0),
    sm=20,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="count as arrived at barrier a, which b threads complete, and go on",
)
BAR_RED_POPC = instruction(
    "bar{.cta}.red.popc.u32 d, a, {!}c",
    operands="d:u32 a:u32<0..15> c:pred",
    needs=_CTA_SINCE,
    ptx=(2, 0),
    sm=20,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait at barrier a; d = on how many threads c holds",
)
BAR_RED_POPC_COUNT = instruction(
    "bar{.cta}.red.popc.u32 d, a, b, {!}c",
    operands="d:u32 a:u32<0..15> b:u32 c:pred",
    needs=_CTA_SINCE,
    ptx=(2, 0),
    sm=20,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait for b threads at barrier a; d = on how many threads c holds",
)
BAR_RED = instruction(
    "bar{.cta}.red.op.pred p, a, {!}c",
    op=("and", "or"),
    operands="=p:pred a:u32<0..15> c:pred",
    needs=_CTA_SINCE,
    ptx=(2, 0),
    sm=20,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait at barrier a; p = whether c holds on all or any of its threads",
)
BAR_RED_COUNT = instruction(
    "bar{.cta}.red.op.pred p, a, b, {!}c",
    op=("and", "or"),
    operands="=p:pred a:u32<0..15> b:u32 c:pred",
    needs=_CTA_SINCE,
    ptx=(2, 0),
    sm=20,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait for b threads at barrier a; p = whether c holds on all or any of its threads",
)
BARRIER_SYNC = instruction(
    "barrier{.cta}.sync{.aligned} a{, b}",
    operands="a:u32<0..15> b:u32",
    needs=_CTA_SINCE,
    ptx=(6, 0),
    sm=30,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait at barrier a until b threads (all of the CTA without b) have arrived",
)
BARRIER_ARRIVE = instruction(
    "barrier{.cta}.arrive{.aligned} a, b",
    operands="a:u32<0..15> b:u32",
    needs=_CTA_SINCE,
    ptx=(6, 0),
    sm=30,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="count as arrived at barrier a, which b threads complete, and go on",
)
BARRIER_RED_POPC = instruction(
    "barrier{.cta}.red.popc{.aligned}.u32 d, a, {!}c",
    operands="d:u32 a:u32<0..15> c:pred",
    needs=_CTA_SINCE,
    ptx=(6, 0),
    sm=30,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait at barrier a; d = on how many threads c holds",
)
BARRIER_RED_POPC_COUNT = instruction(
    "barrier{.cta}.red.popc{.aligned}.u32 d, a, b, {!}c",
    operands="d:u32 a:u32<0..15> b:u32 c:pred",
    needs=_CTA_SINCE,
    ptx=(6, 0),
    sm=30,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait for b threads at barrier a; d = on how many threads c holds",
)
BARRIER_RED = instruction(
    "barrier{.cta}.red.op{.aligned}.pred p, a, {!}c",
    op=("and", "or"),
    operands="=p:pred a:u32<0..15> c:pred",
    needs=_CTA_SINCE,
    ptx=(6, 0),
    sm=30,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait at barrier a; p = whether c holds on all or any of its threads",
)
BARRIER_RED_COUNT = instruction(
    "barrier{.cta}.red.op{.aligned}.pred p, a, b, {!}c",
    op=("and", "or"),
    operands="=p:pred a:u32<0..15> b:u32 c:pred",
    needs=_CTA_SINCE,
    ptx=(6, 0),
    sm=30,
    scope=Scope.CTA,
    effects=(Effect.BARRIER,),
    section="9.7.13.1",
    doc="wait for b threads at barrier a; p = whether c holds on all or any of its threads",
)
BAR_WARP_SYNC = instruction(
    "bar.warp.sync membermask",
    operands="membermask:b32",
    ptx=(6, 0),
    sm=30,
    scope=Scope.WARP,
    effects=(Effect.BARRIER,),
    section="9.7.13.2",
    doc="wait for the lanes of membermask, which then see each other's memory accesses",
)
BARRIER_CLUSTER_ARRIVE = instruction(
    "barrier.cluster.arrive{.sem}{.aligned}",
    sem=("release", "relaxed"),
    ptx=(7, 8),
    sm=90,
    needs={"relaxed": ((8, 0), 90), "release": ((8, 0), 90)},
    scope=Scope.CLUSTER,
    effects=(Effect.BARRIER,),
    section="9.7.13.3",
    doc="count as arrived at the barrier of the cluster, and go on",
)
BARRIER_CLUSTER_WAIT = instruction(
    "barrier.cluster.wait{.acquire}{.aligned}",
    ptx=(7, 8),
    sm=90,
    needs={"acquire": ((8, 0), 90)},
    scope=Scope.CLUSTER,
    effects=(Effect.BARRIER,),
    section="9.7.13.3",
    doc="wait until all threads of the cluster have arrived",
)
MEMBAR = instruction(
    "membar.level",
    level=("cta", "gl", "sys"),
    needs={"sys": ((2, 0), 20)},
    ptx=(1, 4),
    effects=(Effect.FENCE,),
    section="9.7.13.4",
    doc="order this thread's memory accesses before and after, as seen at this level",
)
FENCE = instruction(
    "fence{.sem}.scope",
    sem=("sc", "acq_rel", "acquire", "release"),
    slots={"scope": ("cta", "cluster", "gpu", "sys")},
    ptx=(6, 0),
    sm=70,
    needs={"cluster": ((7, 8), 90), "sem=acquire|release": ((8, 6), 70)},
    effects=(Effect.FENCE,),
    section="9.7.13.4",
    doc="order this thread's memory accesses before and after, at this scope (.acq_rel without .sem)",
)
FENCE_RESTRICT = instruction(
    "fence.sem.restrict.cluster",
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
    doc="a fence that orders only accesses to shared memory",
)
FENCE_MBARRIER_INIT = instruction(
    "fence.mbarrier_init.release.cluster",
    ptx=(8, 0),
    sm=90,
    effects=(Effect.FENCE,),
    section="9.7.13.4",
    doc="make earlier mbarrier.init visible to the cluster",
)
FENCE_PROXY = instruction(
    "fence.proxy.proxykind",
    proxykind=("alias", "async", "async.global", "async.shared::cta", "async.shared::cluster"),
    ptx=(7, 5),
    sm=70,
    needs={
        "async": ((8, 0), 90),
        "async.global": ((8, 0), 90),
        "async.shared::cta": ((8, 0), 90),
        "async.shared::cluster": ((8, 0), 90),
    },
    effects=(Effect.FENCE,),
    section="9.7.13.4",
    doc="order accesses through the generic proxy and another one",
)
MEMBAR_PROXY = instruction(
    "membar.proxy.alias",
    ptx=(7, 5),
    sm=70,
    effects=(Effect.FENCE,),
    section="9.7.13.4",
    doc="the same as fence.proxy.alias",
)
GRIDDEPCONTROL = instruction(
    "griddepcontrol.action",
    action=("launch_dependents", "wait"),
    ptx=(7, 8),
    sm=90,
    effects=(Effect.FENCE,),
    section="9.7.13.13",
    doc="let dependent grids start, or wait until the grids this one depends on have finished",
)
