"""Which function executes which asynchronous instruction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ptxgen.emulator.addressing import GlobalBase
from ptxgen.emulator.asynchronous import arrivals, boxes, bulk
from ptxgen.emulator.asynchronous import remote as remote_stores
from ptxgen.emulator.asynchronous.regular import RegularCopy
from ptxgen.emulator.asynchronous.request import Request
from ptxgen.emulator.code import Operation
from ptxgen.emulator.frame import Step
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.spaces import CLUSTER_SHIFT
from ptxgen.ir.operands import Guard
from ptxgen.isa.rows import asynchronous, mbarrier, movement, remote, synchronisation, tensor_copy
from ptxgen.isa.rows import bulk as bulk_rows
from ptxgen.isa.table import Row

Execute = Callable[[Request], None]


def bind(
    operation: Operation, guard: Guard | None, operands: Operands, bases: dict[str, GlobalBase]
) -> list[Step]:
    """Calls that execute the instruction for the threads of the operands' frame on which the guard holds.

    `bases` are the registers resolved so far in this block.
    """
    steps: list[Step] = []
    request = Request(operation.instruction, guard, operands, steps)
    row = operation.instruction.form.row
    if row in _COPIES:
        steps.append((_copy, (request, RegularCopy.bind(request, bases, steps))))
    else:
        steps.append((_execute, (request, _EXECUTE[row])))
    return steps


def _copy(request: Request, regular: RegularCopy | None) -> None:
    request.batch.asynchrony.copies.issue(request, regular)


def _execute(request: Request, function: Execute) -> None:
    if request.begin():
        function(request)


def _rank(request: Request) -> None:
    """`getctarank`: addresses without a rank are the thread's own CTA's."""
    address = request.value("a").astype(np.int64)
    rank = (address >> CLUSTER_SHIFT & 0xFF) - 1
    own = request.threads % request.batch.columns % request.batch.launch.cluster_ctas
    request.give("d", np.where(rank < 0, own, rank))


_COPIES = (
    asynchronous.CP_ASYNC_CA,
    asynchronous.CP_ASYNC_CG,
    asynchronous.CP_ASYNC_CA_IGNORE,
    asynchronous.CP_ASYNC_CG_IGNORE,
)

_EXECUTE: dict[Row, Execute] = {
    asynchronous.CP_ASYNC_COMMIT_GROUP: lambda r: r.batch.asynchrony.copies.commit(r),
    asynchronous.CP_ASYNC_WAIT_GROUP: lambda r: r.batch.asynchrony.copies.wait_group(r),
    asynchronous.CP_ASYNC_WAIT_ALL: lambda r: r.batch.asynchrony.copies.wait_all(r),
    asynchronous.CP_ASYNC_MBARRIER_ARRIVE: arrivals.arrive_after_copies,
    mbarrier.MBARRIER_INIT: arrivals.init,
    mbarrier.MBARRIER_INVAL: arrivals.invalidate,
    mbarrier.MBARRIER_EXPECT_TX: arrivals.expect,
    mbarrier.MBARRIER_COMPLETE_TX: arrivals.complete,
    **dict.fromkeys(
        (
            mbarrier.MBARRIER_ARRIVE,
            mbarrier.MBARRIER_ARRIVE_COUNT,
            mbarrier.MBARRIER_ARRIVE_REMOTE,
            mbarrier.MBARRIER_ARRIVE_EXPECT_TX,
            mbarrier.MBARRIER_ARRIVE_EXPECT_TX_REMOTE,
            mbarrier.MBARRIER_ARRIVE_NO_COMPLETE,
            mbarrier.MBARRIER_ARRIVE_DROP,
            mbarrier.MBARRIER_ARRIVE_DROP_COUNT,
            mbarrier.MBARRIER_ARRIVE_DROP_REMOTE,
            mbarrier.MBARRIER_ARRIVE_DROP_EXPECT_TX,
            mbarrier.MBARRIER_ARRIVE_DROP_EXPECT_TX_REMOTE,
            mbarrier.MBARRIER_ARRIVE_DROP_NO_COMPLETE,
        ),
        arrivals.arrive,
    ),
    mbarrier.MBARRIER_PENDING_COUNT: arrivals.pending_count,
    remote.ST_BULK: bulk.store_zeros,
    remote.ST_ASYNC: remote_stores.store,
    **dict.fromkeys(
        (
            remote.RED_ASYNC_COUNT,
            remote.RED_ASYNC_EXTREME,
            remote.RED_ASYNC_BITS,
            remote.RED_ASYNC_ADD,
        ),
        remote_stores.reduce,
    ),
    bulk_rows.CP_ASYNC_BULK_TO_CTA: bulk.copy_to_shared,
    bulk_rows.CP_ASYNC_BULK_TO_CLUSTER: bulk.copy_to_shared,
    bulk_rows.CP_ASYNC_BULK_CTA_TO_CLUSTER: bulk.copy_to_shared,
    bulk_rows.CP_ASYNC_BULK_TO_GLOBAL: bulk.copy_to_global,
    bulk_rows.CP_ASYNC_BULK_PREFETCH: bulk.prefetch,
    bulk_rows.CP_ASYNC_BULK_COMMIT_GROUP: lambda r: r.batch.asynchrony.transfers.commit(r),
    bulk_rows.CP_ASYNC_BULK_WAIT_GROUP: lambda r: r.batch.asynchrony.transfers.wait_group(r),
    tensor_copy.CP_ASYNC_BULK_TENSOR_TO_CTA: boxes.load,
    tensor_copy.CP_ASYNC_BULK_TENSOR_TO_CLUSTER: boxes.load,
    tensor_copy.CP_ASYNC_BULK_TENSOR_TO_GLOBAL: boxes.store,
    tensor_copy.CP_ASYNC_BULK_PREFETCH_TENSOR: boxes.prefetch,
    synchronisation.BARRIER_CLUSTER_ARRIVE: lambda r: r.batch.asynchrony.clusters.arrive(r),
    movement.GETCTARANK: _rank,
}
