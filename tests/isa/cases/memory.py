"""Loads, stores, atomic operations, caches and addresses."""

from __future__ import annotations

import numpy as np

from tests.isa.cases.case import TID, Case, X

_PAIR = "and.b32 %r6, %r1, 62; mad.wide.u32 %rd7, %r6, 4, %rd1;"
"""`%rd7`: where the numbers of a thread and its neighbour lie."""


def _load(name: str, place: str = "%rd3") -> tuple[str, Case]:
    return name, Case(f"{name} %r9, [{place}];", X)


def _pair_load(name: str, *, policy: bool = False) -> tuple[str, Case]:
    hint = "createpolicy.fractional.L2::evict_first.b64 %rd8, 0.5;" if policy else ""
    body = f"{_PAIR}{hint} {name} {{%r7, %r8}}, [%rd7]{', %rd8' * policy}; add.u32 %r9, %r7, %r8;"
    return name, Case(body, X[TID & 62] + X[TID | 1])


def _store(name: str) -> tuple[str, Case]:
    """To shared memory, where the thread at the other end reads it."""
    return name, Case(f"{name} [%r3], %r2; bar.sync 0; ld.shared.u32 %r9, [%r4];", X[::-1])


def _own_store(name: str, address: str = "%rd6") -> tuple[str, Case]:
    return name, Case(f"{name} [{address}], %r2; ld.global.u32 %r9, [{address}];", X)


def _atom(name: str, operands: str, old: int, wanted: object) -> tuple[str, Case]:
    """On a word of the thread's own; 1000 times the result and what is there afterwards."""
    body = f"""mov.u32 %r6, {old}; st.shared.u32 [%r3], %r6;
        {name} %r7, [%r3], {operands};
        ld.shared.u32 %r8, [%r3]; mad.lo.u32 %r9, %r7, 1000, %r8;"""
    return name, Case(body, wanted)


def _red(name: str, wanted: object, value: str = "%r2") -> tuple[str, Case]:
    """All threads update one word."""
    body = f"""st.shared.u32 [%r3], 0; bar.sync 0;
        {name} [s], {value}; bar.sync 0; ld.shared.u32 %r9, [s];"""
    return name, Case(body, wanted)


def _halves(name: str, result: bool) -> tuple[str, Case]:
    """Add 1 and 2 to a pair of zeros twice: 2 and 4 are there, and the second addition found 1 and 2."""
    add = f"{name} {'%r8, ' * result}[%rd6], %r7;"
    word = "%r8" if result else "%r9"
    body = f"mov.b32 %r7, 0x40003C00; {add} {add} ld.global.u32 %r9, [%rd6]; mov.b32 %r9, {word};"
    return name, Case(body, 0x40003C00 if result else 0x44004000)


def _vector(name: str, elements: str, result: str, wanted: int) -> tuple[str, Case]:
    """Add a vector to zeros twice; what is there afterwards, or what the second addition found."""
    add = f"{name} {result + ', ' if result else ''}[%rd6], {elements};"
    look = (
        "mov.b32 %r9, %f1;"
        if result.startswith("{%f")
        else "mov.b32 %r9, {%h2, %h3};"
        if result
        else "ld.global.u32 %r9, [%rd6+4];"
    )
    setup = "mov.f32 %f2, 0f3F800000; mov.f32 %f3, 0f40000000; mov.b16 %h0, 0x3C00; mov.b16 %h1, 0x4000;"
    return name, Case(f"{setup} {add} {add} {look}", wanted)


def _wide(swaps: str) -> Case:
    """128 bits that hold the thread's number and index go to memory and come back."""
    body = f"""cvt.u64.u32 %rd8, %r2; cvt.u64.u32 %rd9, %r1; mov.b128 %q0, {{%rd8, %rd9}};
        {swaps} mov.b128 {{%rd8, %rd9}}, %q1; cvt.u32.u64 %r7, %rd8; cvt.u32.u64 %r8, %rd9;
        mad.lo.u32 %r9, %r7, 1000, %r8;"""
    return Case(body, 1000 * X + TID)


def _passed(name: str, operands: str) -> tuple[str, Case]:
    """A hint: nothing is to be seen."""
    return name, Case(f"{name} {operands}; mov.u32 %r9, %r2;", X)


def _zeros(name: str, place: str) -> tuple[str, Case]:
    """Thread 40 clears six words of those that all have stored."""
    body = f"""st.shared.u32 [%r3], %r2; cvt.u64.u32 %rd7, %r5; cvta.shared.u64 %rd7, %rd7; mov.u64 %rd8, 24;
        setp.eq.u32 %p1, %r1, 40; bar.sync 0; @%p1 {name} [{place}+16], %rd8, 0; bar.sync 0;
        ld.shared.u32 %r9, [%r3];"""
    return name, Case(body, np.where((TID >= 4) & (TID < 10), 0, X), target="sm_100")


_MANY = 0x01010101 * (TID + 1)
_GENERIC = "cvt.u64.u32 %rd7, %r3; cvta.shared.u64 %rd7, %rd7;"
_REMOTE = "mapa.shared::cluster.u32 %r6, %r3, 0;"

MEMORY: dict[str, Case] = dict(
    (
        _load("ld.weak.global.L1::evict_last.L2::128B.u32"),
        _load("ld.global.cg.u32"),
        _load("ld.volatile.global.u32"),
        _load("ld.relaxed.gpu.global.L1::no_allocate.u32"),
        _load("ld.acquire.sys.global.u32"),
        _load("ld.mmio.relaxed.sys.global.u32"),
        _load("ld.global.nc.u32"),
        _pair_load("ld.global.nc.L1::evict_first.L2::cache_hint.v2.u32", policy=True),
        _pair_load("ld.relaxed.cta.global.v2.b32"),
        _pair_load("ld.acquire.cluster.global.v2.b32"),
        ("ldu.global.u32", Case("ldu.global.u32 %r9, [%rd1+8];", X[2])),
        ("ld.const.u32", Case("ld.const.u32 %r9, [c+4];", 9, before=".const .u32 c[2] = {7, 9};\n")),
        ("ld.global.s8", Case("ld.global.s8 %r9, [g+1];", 2**32 - 2, before=".global .s8 g[2] = {1, -2};\n")),
        (
            "st.local.v2.u32",
            Case("st.local.v2.u32 [private+8], {%r1, %r2}; ld.local.u32 %r9, [private+12];", X),
        ),
        _store("st.shared.u32"),
        _store("st.weak.shared::cta.b32"),
        _store("st.volatile.shared.u32"),
        _store("st.relaxed.cta.shared.u32"),
        _store("st.release.cta.shared::cta.u32"),
        _zeros("st.bulk.weak.shared::cta", "s"),
        _zeros("st.bulk", "%rd7"),
        _own_store("st.global.wt.u32"),
        _own_store("st.global.L1::evict_last.u32"),
        _own_store("st.mmio.relaxed.sys.global.u32"),
        (
            "st.release.gpu.global.v4.u32",
            Case(
                "st.release.gpu.global.v4.u32 [%rd6], {%r1, %r1, %r1, %r2}; ld.global.u32 %r9, [%rd6+12];", X
            ),
        ),
        _atom("atom.shared.add.u32", "%r2", 7, 7000 + 7 + X),
        _atom("atom.acq_rel.cta.shared.exch.b32", "%r2", 7, 7000 + X),
        _atom("atom.shared.inc.u32", "40", 40, 40000),
        _atom("atom.shared.dec.u32", "40", 41, 41000 + 40),
        _atom("atom.relaxed.cta.shared.max.s32", "%r2", 50, 50000 + X.clip(50)),
        _atom("atom.shared.and.b32", "%r2", 12, 12000 + (X & 12)),
        _atom("atom.shared.cas.b32", "8, %r2", 8, 8000 + X),
        _atom("atom.acquire.gpu.shared.cas.b32", "9, %r2", 8, 8008),
        (
            "atom.global.add.u32",
            Case("atom.global.add.u32 %r7, [%rd5], 1; bar.sync 0; ld.global.u32 %r9, [%rd5];", 64),
        ),
        (
            "atom.global.exch.b128",
            _wide("atom.global.exch.b128 %q1, [%rd6], %q0; atom.global.exch.b128 %q1, [%rd6], %q1;"),
        ),
        (
            "atom.global.cas.b128",
            _wide(
                "mov.b128 %q2, {0, 0}; atom.global.cas.b128 %q1, [%rd6], %q2, %q0;"
                "atom.global.cas.b128 %q1, [%rd6], %q2, %q2;"
            ),
        ),
        _halves("atom.global.add.noftz.f16x2", True),
        _halves("red.global.add.noftz.f16x2", False),
        _vector("atom.global.add.v2.f32", "{%f2, %f3}", "{%f0, %f1}", 0x40000000),
        _vector("red.global.add.v2.f32", "{%f2, %f3}", "", 0x40800000),
        _vector("atom.global.add.noftz.v4.f16", "{%h0, %h1, %h0, %h1}", "{%h4, %h5, %h2, %h3}", 0x40003C00),
        _vector("red.global.max.noftz.v4.f16", "{%h0, %h1, %h0, %h1}", "", 0x40003C00),
        _red("red.shared.add.u32", int(X.sum())),
        _red("red.relaxed.cta.shared.or.b32", 255),
        _red("red.shared.add.f32", 0x42800000, "0f3F800000"),
        _passed("prefetch.global.L1", "[%rd3]"),
        _passed("prefetch.global.L2::evict_last", "[%rd3]"),
        _passed("prefetchu.L1", "[%rd3]"),
        _passed("applypriority.global.L2::evict_normal", "[%rd5], 128"),
        _passed("discard.global.L2", "[%rd5], 128"),
        (
            "createpolicy.fractional.L2::evict_last.b64",
            Case(
                """createpolicy.fractional.L2::evict_last.b64 %rd8;
                ld.global.L2::cache_hint.u32 %r9, [%rd3], %rd8;""",
                X,
            ),
        ),
        (
            "createpolicy.range.global.L2::evict_last.L2::evict_unchanged.b64",
            Case(
                """createpolicy.range.global.L2::evict_last.L2::evict_unchanged.b64 %rd8, [%rd1+0], 128, 256;
                ld.global.L2::cache_hint.u32 %r9, [%rd3], %rd8;""",
                X,
            ),
        ),
        (
            "createpolicy.cvt.L2.b64",
            Case(
                """createpolicy.cvt.L2.b64 %rd8, 0x12F0000000000000;
                st.global.L2::cache_hint.u32 [%rd6], %r2, %rd8; ld.global.u32 %r9, [%rd6];""",
                X,
            ),
        ),
        (
            "cp.async.bulk.global.shared::cta.bulk_group.cp_mask",
            Case(
                """st.shared.u32 [%r3], %r2; fence.proxy.async.shared::cta; bar.sync 0;
                setp.ne.u32 %p0, %r1, 0; @%p0 bra OTHERS; mov.b16 %h0, 0x00F3;
                cp.async.bulk.global.shared::cta.bulk_group.cp_mask [%rd5], [%r5], 256, %h0;
                cp.async.bulk.commit_group; cp.async.bulk.wait_group 0;
                OTHERS: bar.sync 0; mad.wide.u32 %rd7, %r1, 4, %rd5; ld.global.u32 %r9, [%rd7];""",
                np.where(TID % 4 == 0, _MANY & 0xFFFF, np.where(TID % 4 == 1, _MANY, 0)),
                numbers=_MANY,
                target="sm_100",
            ),
        ),
        ("cvta.shared.u64", Case(f"{_GENERIC} st.u32 [%rd7], %r2; ld.shared.u32 %r9, [%r3];", X)),
        (
            "cvta.to.global.u64",
            Case("cvta.global.u64 %rd7, %rd3; cvta.to.global.u64 %rd7, %rd7; ld.global.u32 %r9, [%rd7];", X),
        ),
        (
            "isspacep.shared",
            Case(
                f"""{_GENERIC} isspacep.shared %p0, %rd7; isspacep.shared %p1, %rd3;
                selp.u32 %r7, 10, 0, %p0; selp.u32 %r8, 1, 0, %p1; add.u32 %r9, %r7, %r8;""",
                10,
            ),
        ),
        (
            "mapa.shared::cluster.u32",
            Case(f"{_REMOTE} st.shared::cluster.u32 [%r6], %r2; ld.shared.u32 %r9, [%r3];", X),
        ),
        ("getctarank.shared::cluster.u32", Case(f"{_REMOTE} getctarank.shared::cluster.u32 %r9, %r6;", 0)),
        (
            "getctarank.u64",
            Case(f"{_GENERIC} getctarank.u64 %r9, %rd7;", 0),
        ),
    )
)
