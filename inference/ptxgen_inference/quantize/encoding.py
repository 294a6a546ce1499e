"""Tensors in another format, one after the other, by one process or several; the bytes are the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from ptxgen.quant import FORMATS, BlockFormat, QuantError
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import Tensor

_CHUNK_WEIGHTS = 1 << 21
"""About a second of work; a chunk travels to its process and back as bytes."""

Bytes = NDArray[np.uint8]


def recoded(tensor: Tensor, format: BlockFormat, workers: Executor | None = None) -> Bytes:
    """The rows of a tensor in another format. INF034 for weights that the format cannot hold,
    INF035 for workers that died.
    """
    if tensor.format is format:
        return tensor.data
    rows = tensor.data.reshape(tensor.rows, -1)
    row_bytes = format.row_bytes(tensor.columns)
    out = np.empty((tensor.rows, row_bytes), np.uint8)
    chunks = _chunks(tensor)
    tasks = ((tensor.format.name, format.name, rows[chunk]) for chunk in chunks)
    try:
        for chunk, done in zip(chunks, _results(tasks, workers), strict=True):
            out[chunk] = done
    except QuantError as error:
        raise InferenceError("INF034", f"{tensor.name}: {error.message}", help=error.help) from error
    except BrokenProcessPool:
        raise InferenceError(
            "INF035",
            f"{tensor.name}: a worker process ended before its work was done",
            help="it may have run out of memory: pass --workers 1",
        ) from None
    return out.reshape(*tensor.shape[:-1], row_bytes)


def _chunks(tensor: Tensor) -> list[slice]:
    step = max(1, _CHUNK_WEIGHTS // tensor.columns)
    return [slice(start, min(start + step, tensor.rows)) for start in range(0, tensor.rows, step)]


def _results(tasks: Iterable[tuple[str, str, Bytes]], workers: Executor | None) -> Iterator[Bytes]:
    """Results in order; with workers, no more chunks are under way than keep them busy."""
    if workers is None:
        yield from (_recode(*task) for task in tasks)
        return
    waiting: deque[Future[Bytes]] = deque()
    for task in tasks:
        waiting.append(workers.submit(_recode, *task))
        if len(waiting) > 16:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _recode(source: str, target: str, rows: Bytes) -> Bytes:
    return FORMATS[target].encode(FORMATS[source].decode(rows))


@contextmanager
def processes(count: int) -> Generator[Executor | None]:
    """Worker processes; none for a count of one."""
    if count <= 1:
        yield None
        return
    # Spawned: the parent may have threads, of which a fork would keep only the locks.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
