"""Copies of many bytes that one thread starts (PTX ISA 9.0, section 9.7.9.25.4)."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field

from ptxgen.emulator.asynchronous import moving
from ptxgen.emulator.asynchronous.moving import Bytes
from ptxgen.emulator.asynchronous.request import Request
from ptxgen.emulator.asynchronous.transfers import Transfer
from ptxgen.emulator.batch import Batch
from ptxgen.emulator.errors import BAD_COPY
from ptxgen.emulator.observer import CopyEvent, Pieces
from ptxgen.emulator.spaces import Site
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

UNIT = 16
"""Bulk copies move multiples of so many bytes between addresses that are multiples of it."""
WORD = 8
"""Bulk stores write multiples of so many bytes."""
LONGEST_STORE = 1 << 24


@define(eq=False)
class _Move:
    """Contiguous bytes from one place to another; each of the two is one piece."""

    batch: Batch
    source: Pieces
    target: Pieces
    content: Bytes | None = None

    def read(self) -> None:
        """Take the bytes."""
        size = int(self.source.sizes[0])
        if self.source.owners is None:
            self.content = moving.read_global(self.batch.launch.memory, self.source.address, size)
        else:
            self.content = moving.read_shared(
                self.batch.shared, self.source.address, self.source.owners, size
            )

    def write(self) -> None:
        """Put them."""
        assert self.content is not None
        if self.target.owners is None:
            moving.write_global(self.batch.launch.memory, self.target.address, self.content)
        else:
            moving.write_shared(self.batch.shared, self.target.address, self.target.owners, self.content)


@define(eq=False)
class _MaskedMove(_Move):
    """To global memory, of each 16 bytes only some. `runs`: the first of such that follow each other, and how many."""

    runs: list[tuple[int, int]] = field(factory=list[tuple[int, int]])

    def write(self) -> None:
        """Put the bytes of all runs."""
        assert self.content is not None
        data, known = (
            None if x is None else x.reshape(-1, UNIT) for x in (self.content.data, self.content.known)
        )
        assert data is not None
        for first, count in self.runs:
            places = self.target.address[self.target.sizes == count]
            places = places[places.astype(np.int64) % UNIT == first]
            chosen = slice(first, first + count)
            part = Bytes(data[:, chosen], None if known is None else known[:, chosen])
            moving.write_global(self.batch.launch.memory, places, part)


def copy_to_shared(request: Request) -> None:
    """From global memory, or from shared memory of this CTA, to shared memory of the cluster; an mbarrier counts it."""
    from_shared = "shared::cta" in request.modifiers and "global" not in request.modifiers
    sizes = _sizes(request)
    masks = cluster_masks(request)
    for position, thread in enumerate(request.threads.tolist()):
        size = int(sizes[position])
        if not size:
            continue
        one = request.only(position)
        source = shared_piece(one, "srcMem", size) if from_shared else _global(one, "srcMem", size)
        target = shared_piece(one, "dstMem", size)
        place = one.shared("mbar", 8)
        for column in columns_of(one, target, masks[position] if masks is not None else None):
            there = on_column(target, column)
            owner = np.array([place[1][0] if masks is None else column])
            keys = request.batch.asynchrony.mbarriers.keys(one, place[0], owner)
            barrier = (int(place[0][0]), int(owner[0]))
            event = CopyEvent(request.instruction, np.array([thread]), request.batch, source, there, barrier)
            move = _Move(request.batch, source, there)
            request.batch.asynchrony.transfers.count(Transfer(event, move, size), int(keys[0]))


def copy_to_global(request: Request) -> None:
    """From shared memory of this CTA to global memory, in a bulk group of the thread."""
    sizes = _sizes(request)
    for position, thread in enumerate(request.threads.tolist()):
        size = int(sizes[position])
        if not size:
            continue
        one = request.only(position)
        source, target = shared_piece(one, "srcMem", size), _global(one, "dstMem", size)
        move = _Move(request.batch, source, target)
        if request.has("byteMask"):
            runs = _runs(int(one.value("byteMask")[0]))
            target = _scattered(int(target.address[0]), size, runs)
            move = _MaskedMove(request.batch, source, target, runs=runs)
        event = CopyEvent(request.instruction, np.array([thread]), request.batch, source, target)
        request.batch.asynchrony.transfers.group(Transfer(event, move, size), thread)


def _runs(mask: int) -> list[tuple[int, int]]:
    """Where bits follow each other in a mask of 16: the lowest of them, and how many."""
    bits = [0, *(mask >> i & 1 for i in range(UNIT)), 0]
    first = [i for i in range(UNIT) if bits[i + 1] and not bits[i]]
    last = [i for i in range(UNIT) if bits[i + 1] and not bits[i + 2]]
    return [(a, b - a + 1) for a, b in zip(first, last, strict=True)]


def _scattered(address: int, size: int, runs: list[tuple[int, int]]) -> Pieces:
    """The bytes of these runs in each unit from an address on."""
    units = address + np.arange(0, size, UNIT, dtype=np.uint64)
    places = [units + np.uint64(first) for first, _ in runs]
    sizes = [np.full(len(units), count) for _, count in runs]
    empty = np.empty(0, np.uint64)
    return Pieces(
        StateSpace.GLOBAL, np.concatenate([empty, *places]), np.concatenate([empty.astype(np.int64), *sizes])
    )


def prefetch(request: Request) -> None:
    """Only checked: there are no caches."""
    for position, size in enumerate(_sizes(request).tolist()):
        if size:
            _global(request.only(position), "srcMem", size)


def shared_piece(request: Request, name: str, size: int, alignment: int = UNIT) -> Pieces:
    """Where in shared memory the only thread of a request points to."""
    address, column = request.shared(name, size, alignment)
    return Pieces(StateSpace.SHARED, address, np.array([size]), column)


def on_column(piece: Pieces, column: int) -> Pieces:
    """The same place in another CTA."""
    return Pieces(piece.space, piece.address, piece.sizes, np.array([column]))


def cluster_masks(request: Request) -> Array | None:
    """Which CTAs of the cluster a multicast goes to, for each thread. EMU017 for CTAs that are not there."""
    if not request.has("ctaMask"):
        return None
    masks = request.value("ctaMask").astype(np.int64)
    bad = (masks >> request.batch.launch.cluster_ctas) != 0
    if bad.any():
        raise request.fault(
            BAD_COPY,
            f"the CTA mask {int(masks[np.argmax(bad)]):#x} names CTAs that the cluster of"
            f" {request.batch.launch.cluster_ctas} has not",
            bad,
        )
    return masks


def columns_of(request: Request, target: Pieces, mask: int | None) -> list[int]:
    """The columns of the CTAs that a copy goes to."""
    assert target.owners is not None
    if mask is None:
        return [int(target.owners[0])]
    size = request.batch.launch.cluster_ctas
    first = int(request.threads[0]) % request.batch.columns // size * size
    return [first + rank for rank in range(size) if mask >> rank & 1]


def _global(request: Request, name: str, size: int) -> Pieces:
    address = request.address(name)
    Site(request.instruction, request.batch, StateSpace.GLOBAL, size, UNIT).check(address, request.threads)
    return Pieces(StateSpace.GLOBAL, address, np.array([size]))


def _sizes(request: Request) -> Array:
    """The size operand. EMU017 unless it is a multiple of 16."""
    sizes = request.value("size").astype(np.int64)
    bad = sizes % UNIT != 0
    if bad.any():
        raise request.fault(
            BAD_COPY,
            f"the size of a bulk copy is a multiple of {UNIT} bytes, got {int(sizes[np.argmax(bad)])}",
            bad,
        )
    return sizes


def store_zeros(request: Request) -> None:
    """`st.bulk`: plain stores of eight bytes each, one after the other, in shared memory of the thread's own CTA."""
    sizes = request.value("size").astype(np.int64)
    bad = (sizes % WORD != 0) | (sizes < 0) | (sizes > LONGEST_STORE)
    if bad.any():
        raise request.fault(
            BAD_COPY,
            f"the size of a bulk store is a multiple of {WORD} bytes, at most {LONGEST_STORE},"
            f" got {int(sizes[np.argmax(bad)])}",
            bad,
        )
    request.shared("a", 0, WORD)
    address = request.address("a")
    site = Site(request.instruction, request.batch, request.space("a"), WORD)
    for start in range(0, int(sizes.max()), WORD):
        chosen = sizes > start
        zeros = np.zeros((int(np.count_nonzero(chosen)), WORD), np.uint8)
        site.store(address[chosen] + np.uint64(start), request.threads[chosen], zeros)
