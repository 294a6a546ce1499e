"""Code with asynchronous copies, mbarriers and products of warp groups."""

from __future__ import annotations

from attrs import evolve

from tests.debug.large.text import LARGEST, Kind, Repeated, looped

_COPIES = Repeated(
    4,
    lambda i: (
        f"cp.async.cg.shared.global [%r8+{16384 * (i % 2)}], [%rd5+{16 * i}], 16;\ncp.async.commit_group;\n"
        f"cp.async.wait_group 1;\nld.shared.f32 %f{i}, [%r8+{16384 * (i % 2)}];\n"
    ),
)
_BULK = Repeated(
    6,
    lambda i: (
        "@%p0 mbarrier.arrive.expect_tx.shared.b64 _, [bars], 1024;\n"
        "@%p0 cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes "
        f"[%r7+{1024 * (i % 32)}], [%rd5+{1024 * i}], 1024, [%r5];\n"
        f"W{i}: mbarrier.try_wait.parity.shared.b64 %p1, [bars], {i % 2};\n@%p1 bra D{i};\nbra W{i};\n"
        f"D{i}: ld.shared.f32 %f{i}, [smem+{1024 * (i % 32)}];\nbar.sync 0;\n"
    ),
    before="mov.u32 %r5, bars;\nsetp.eq.u32 %p0, %r0, 0;\n@%p0 mbarrier.init.shared.b64 [bars], 1;\n"
    "fence.proxy.async;\nbar.sync 0;\n",
)
_PRODUCT = "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f1,%f2,%f3,%f4}, %rd1, %rd2, 1, 1, 1, 0, 0;\n"
_CLOSED = "wgmma.commit_group.sync.aligned;\nwgmma.wait_group.sync.aligned 0;\n"


def _one_loop(lines: int) -> str:
    count = (lines - 40) // 2
    copies = "".join(
        f"cp.async.cg.shared.global [%r8+{16384 * (i % 2)}], [%rd5+{16 * i}], 16;\n" for i in range(count)
    )
    loads = "".join(f"ld.shared.f32 %f{i}, [%r8+{4 * (i % 4000)}];\n" for i in range(count))
    waits = "cp.async.commit_group;\ncp.async.wait_group 0;\nbar.sync 0;\n"
    code = looped(f"bar.sync 0;\n{copies}{waits}{loads}")
    return Repeated(1, lambda _: "", before=code, directives=LARGEST)(0)


ASYNCHRONOUS: dict[str, Kind] = {
    "copies": _COPIES,
    "copies, 1024 threads": evolve(_COPIES, directives=LARGEST),
    "copies in a loop": _one_loop,
    "bulk copies": _BULK,
    "bulk copies, 1024 threads": evolve(_BULK, directives=LARGEST),
    "mbarriers": Repeated(
        4,
        lambda i: f"mbarrier.arrive.shared.b64 %rd{i}, [bars+{8 * (i % 10)}];\n"
        f"W{i}: mbarrier.test_wait.shared.b64 %p1, [bars+{8 * (i % 10)}], %rd{i};\n@!%p1 bra W{i};\n"
        "st.shared.u32 [smem], %r0;\n",
        before="setp.eq.u32 %p0, %r0, 0;\n"
        + "".join(f"@%p0 mbarrier.init.shared.b64 [bars+{8 * i}], 1024;\n" for i in range(10))
        + "bar.sync 0;\n",
        directives=LARGEST,
    ),
    "products": Repeated(
        4, lambda _: f"wgmma.fence.sync.aligned;\n{_PRODUCT}{_CLOSED}", target="sm_90a"
    ),
    "products in flight": Repeated(
        1, lambda _: _PRODUCT, before="wgmma.fence.sync.aligned;\n", behind=_CLOSED, target="sm_90a"
    ),
}  # fmt: skip
