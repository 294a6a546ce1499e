"""Barriers and fences: values pass from each thread to the one at the other end of the CTA."""

from __future__ import annotations

import numpy as np

from tests.isa.cases.case import TID, WARP, Case, X

_HELD = "setp.lt.u32 %p0, %r1, 40;"
_FLAG = "selp.u32 %r9, 1, 0, %p1;"


def _barrier(name: str, operands: str = "") -> tuple[str, Case]:
    return name, Case(f"st.shared.u32 [%r3], %r2; {name} {operands}; ld.shared.u32 %r9, [%r4];", X[::-1])


def _handover(name: str, wait: str) -> tuple[str, Case]:
    """The first warp arrives and goes on; the second waits for it."""
    body = f"""setp.gt.u32 %p0, %r1, 31; @%p0 bra CONSUMER;
        st.shared.u32 [%r3], %r2; {name} 1, 64; bra OUT;
        CONSUMER: {wait} 1, 64; ld.shared.u32 %r9, [%r4]; OUT:"""
    return name, Case(body, np.where(WARP == 1, X[::-1], 0))


def _reduction(title: str, body: str, wanted: object) -> tuple[str, Case]:
    return title, Case(f"{_HELD} {body}", wanted)


def _fence(name: str, operands: str = "", directives: str = "") -> tuple[str, Case]:
    """Between a store and the word that tells of it."""
    body = f"""setp.ne.u32 %p0, %r1, 0; @%p0 bra READ;
        st.global.u32 [%rd5+16], 41; {name} {operands}; st.volatile.global.u32 [%rd5], 1; bra OUT;
        READ: ld.volatile.global.u32 %r6, [%rd5]; setp.eq.u32 %p1, %r6, 0; @%p1 bra READ;
        {name} {operands}; OUT: ld.volatile.global.u32 %r9, [%rd5+16];"""
    return name, Case(body, 41, directives=directives)


def _passed(name: str, operands: str = "") -> tuple[str, Case]:
    """Orders accesses that only an accelerator makes: nothing is to be seen."""
    return name, Case(f"{name} {operands}; mov.u32 %r9, %r2;", X)


SYNCHRONISATION: dict[str, Case] = dict(
    (
        _barrier("bar.sync", "0"),
        _barrier("bar.cta.sync", "3, 64"),
        _barrier("barrier.sync", "0"),
        _barrier("barrier.cta.sync.aligned", "2, 64"),
        _barrier("barrier.cluster.arrive.release.aligned", "; barrier.cluster.wait.acquire.aligned"),
        _barrier("barrier.cluster.arrive.release", "; barrier.cluster.wait.acquire.aligned"),
        (
            "barrier.cluster.wait.acquire.aligned",
            Case(
                """st.shared.u32 [%r3], %r2; barrier.cluster.arrive.release.aligned;
                barrier.cluster.wait.acquire.aligned; ld.shared.u32 %r9, [%r4];""",
                X[::-1],
            ),
        ),
        (
            "bar.warp.sync",
            Case(
                """st.shared.u32 [%r3], %r2; bar.warp.sync -1; xor.b32 %r6, %r1, 31; mad.lo.u32 %r6, %r6, 4, %r5;
                ld.shared.u32 %r9, [%r6];""",
                X[TID ^ 31],
            ),
        ),
        _handover("bar.arrive", "bar.sync"),
        _handover("barrier.cta.arrive.aligned", "barrier.cta.sync.aligned"),
        _reduction("bar.red.popc.u32", "bar.red.popc.u32 %r9, 0, %p0;", 40),
        _reduction("bar.red.popc.u32 of some", "bar.red.popc.u32 %r9, 1, 64, !%p0;", 24),
        _reduction("bar.red.and.pred", f"bar.red.and.pred %p1, 0, %p0; {_FLAG}", 0),
        _reduction("bar.cta.red.or.pred of some", f"bar.cta.red.or.pred %p1, 1, 64, %p0; {_FLAG}", 1),
        _reduction("barrier.red.popc.u32", "barrier.red.popc.u32 %r9, 0, !%p0;", 24),
        _reduction(
            "barrier.red.popc.aligned.u32 of some", "barrier.red.popc.aligned.u32 %r9, 1, 64, %p0;", 40
        ),
        _reduction("barrier.red.or.pred", f"barrier.red.or.pred %p1, 0, !%p0; {_FLAG}", 1),
        _reduction(
            "barrier.cta.red.and.aligned.pred of some",
            f"barrier.cta.red.and.aligned.pred %p1, 1, 64, !%p0; {_FLAG}",
            0,
        ),
        _fence("membar.gl"),
        _fence("fence.acq_rel.gpu"),
        _fence("fence.sc.sys"),
        _passed("fence.acquire.sync_restrict::shared::cluster.cluster"),
        _passed("fence.mbarrier_init.release.cluster"),
        _passed("fence.proxy.alias"),
        _passed("fence.proxy.async.global"),
        _passed("fence.proxy.async::generic.acquire.sync_restrict::shared::cluster.cluster"),
        _passed("fence.proxy.tensormap::generic.release.gpu"),
        _passed("fence.proxy.tensormap::generic.acquire.gpu", "[%rd5], 128"),
        _passed("membar.proxy.alias"),
    )
)
