"""What the lanes of a warp exchange."""

from __future__ import annotations

import numpy as np

from tests.isa.cases.case import LANE, TID, Case, X
from tests.isa.cases.case import WARP as WARP_OF

_HELD = "setp.lt.u32 %p0, %r1, 40;"
_FLAG = "selp.u32 %r9, 1, 0, %p1;"
_ALL = 0xFFFFFFFF
_OF_FOUR = np.array([sum(1 << j for j in range(i % 4, 32, 4)) for i in range(64)])


def _by_warp(low: int, high: int) -> np.ndarray:
    return np.where(WARP_OF == 0, low, high)


def _vote(name: str, low: int, high: int, predicate: str = "%p0") -> tuple[str, Case]:
    return f"{name} {predicate}", Case(f"{_HELD} {name} %p1, {predicate}, -1; {_FLAG}", _by_warp(low, high))


def _redux(
    name: str, low: int, high: int, source: str = "%r1", before: str = "", target: str = "sm_90"
) -> tuple[str, Case]:
    return name, Case(f"{before} {name} %r9, {source}, -1;", _by_warp(low, high), target=target)


def _float(name: str, low: int, high: int) -> tuple[str, Case]:
    body = f"""cvt.rn.f32.u32 %f0, %r1; sub.f32 %f0, %f0, 0f42000000;
        {name} %f1, %f0, -1; mov.b32 %r9, %f1;"""
    return name, Case(body, _by_warp(low, high), target="sm_100a")


WARP_SUM = sum(range(32))

WARP: dict[str, Case] = dict((
    ("shfl.sync.idx.b32", Case("shfl.sync.idx.b32 %r9, %r2, 5, 31, -1;", X[TID & 32 | 5])),
    ("shfl.sync.bfly.b32", Case("shfl.sync.bfly.b32 %r9, %r2, 3, 31, -1;", X[TID ^ 3])),
    (
        "shfl.sync.up.b32",
        Case("shfl.sync.up.b32 %r9|%p1, %r2, 4, 0, -1; @!%p1 mov.u32 %r9, 9;", np.where(LANE < 4, 9, X[TID - 4])),
    ),
    (
        "shfl.sync.down.b32",
        Case("shfl.sync.down.b32 %r9|%p1, %r2, 2, 0x1807, -1; @!%p1 mov.u32 %r9, 9;",
             np.where(LANE % 8 > 5, 9, X[(TID + 2) % 64])),
    ),
    _vote("vote.sync.all.pred", 1, 0),
    _vote("vote.sync.any.pred", 1, 1),
    _vote("vote.sync.any.pred", 0, 1, "!%p0"),
    _vote("vote.sync.uni.pred", 1, 0),
    ("vote.sync.ballot.b32", Case(f"{_HELD} vote.sync.ballot.b32 %r9, %p0, -1;", _by_warp(_ALL, 0xFF))),
    ("activemask.b32", Case("activemask.b32 %r9;", _ALL)),
    ("match.any.sync.b32", Case("and.b32 %r6, %r1, 3; match.any.sync.b32 %r9, %r6, -1;", _OF_FOUR)),
    ("match.all.sync.b32 of one value", Case("mov.u32 %r6, 7; match.all.sync.b32 %r9|%p1, %r6, -1;", _ALL)),
    ("match.all.sync.b32 of several", Case("match.all.sync.b32 %r9|%p1, %r1, -1;", 0)),
    (
        "match.all.sync.b64",
        Case("mov.u64 %rd7, 7; match.all.sync.b64 %r6|%p1, %rd7, -1; selp.u32 %r9, %r6, 1, %p1;", _ALL),
    ),
    _redux("redux.sync.add.u32", WARP_SUM, WARP_SUM + 32 * 32),
    _redux("redux.sync.max.u32", 31, 63),
    _redux("redux.sync.min.s32", 2**32 - 11, 2**32 - 43, "%r6", "sub.u32 %r6, 20, %r1;"),
    _redux("redux.sync.xor.b32", 0, 0),
    _redux("redux.sync.or.b32", 31, 63),
    _redux("redux.sync.and.b32", 0, 32),
    _float("redux.sync.min.f32", 0xC2000000, 0x00000000),
    _float("redux.sync.max.abs.NaN.f32", 0x42000000, 0x41F80000),
    ("elect.sync", Case("elect.sync %r6|%p1, -1; selp.u32 %r9, 100, %r6, %p1;", np.where(LANE == 0, 100, 0))),
))  # fmt: skip
