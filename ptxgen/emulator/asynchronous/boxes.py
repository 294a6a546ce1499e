"""Copies of boxes of tensors, by tensor maps (PTX ISA 9.0, section 9.7.9.25.5)."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define

from ptxgen.emulator.asynchronous import moving
from ptxgen.emulator.asynchronous.bulk import cluster_masks, columns_of, on_column, shared_piece
from ptxgen.emulator.asynchronous.moving import Bytes
from ptxgen.emulator.asynchronous.request import Request
from ptxgen.emulator.asynchronous.tensor_maps import BYTES, TensorMap
from ptxgen.emulator.asynchronous.transfers import Transfer
from ptxgen.emulator.batch import Batch
from ptxgen.emulator.errors import BAD_TENSOR_MAP, EmulatorError
from ptxgen.emulator.faults import out_of_bounds
from ptxgen.emulator.observer import CopyEvent, Pieces
from ptxgen.emulator.spaces import Site
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

ALIGNMENT = 128
"""Of a box in shared memory."""
PIECE = 16


@define(eq=False)
class _Box:
    """A box in shared memory and the part of it that is inside its tensor.

    pieces: addresses of the box's 16-byte pieces in shared memory, in the order of the elements. inside: which bytes of
    the box are in the tensor. offsets: where those are in global memory, one for each element. element: its bytes.
    """

    batch: Batch
    pieces: Array
    owner: int
    inside: Array
    offsets: Array
    element: int
    content: Bytes | None = None

    def _columns(self) -> Array:
        return np.full(len(self.pieces), self.owner)

    def _from_shared(self) -> Bytes:
        return moving.read_shared(self.batch.shared, self.pieces, self._columns(), PIECE)

    def _from_global(self) -> Bytes:
        memory = self.batch.launch.memory
        data = np.zeros(self.inside.shape, np.uint8)
        known = np.ones_like(data) if memory.track_initialised else None
        if self.offsets.size:
            found = moving.read_global(memory, self.offsets, self.element)
            data[self.inside] = found.data.reshape(-1)
            if known is not None and found.known is not None:
                known[self.inside] = found.known.reshape(-1)
        return Bytes(data.reshape(-1, PIECE), known.reshape(-1, PIECE) if known is not None else None)

    def _to_shared(self, content: Bytes) -> None:
        moving.write_shared(self.batch.shared, self.pieces, self._columns(), content)

    def _to_global(self, content: Bytes) -> None:
        if not self.offsets.size:
            return
        data = content.data.reshape(-1)[self.inside].reshape(-1, self.element)
        known = content.known
        if known is not None:
            known = known.reshape(-1)[self.inside].reshape(-1, self.element)
        moving.write_global(self.batch.launch.memory, self.offsets, Bytes(data, known))


class _Load(_Box):
    """From the tensor to shared memory."""

    def read(self) -> None:
        """Take the elements inside; the others are zeros."""
        self.content = self._from_global()

    def write(self) -> None:
        """Put the whole box."""
        assert self.content is not None
        self._to_shared(self.content)


class _Store(_Box):
    """From shared memory to the tensor."""

    def read(self) -> None:
        """Take the whole box."""
        self.content = self._from_shared()

    def write(self) -> None:
        """Put the elements inside."""
        assert self.content is not None
        self._to_global(self.content)


def load(request: Request) -> None:
    """A box to shared memory of the cluster, counted by an mbarrier."""
    masks = cluster_masks(request)
    coordinates = request.coordinates()
    mbarriers, transfers = request.batch.asynchrony.mbarriers, request.batch.asynchrony.transfers
    for position, thread in enumerate(request.threads.tolist()):
        one = request.only(position)
        tensor = _tensor_map(one)
        starts = _starts(one, coordinates[position])
        nbytes = tensor.box_bytes * len(starts)
        target = shared_piece(one, "dstMem", nbytes, ALIGNMENT)
        place = one.shared("mbar", 8)
        inside, offsets = _inside_all(one, tensor, starts)
        source = Pieces(StateSpace.GLOBAL, offsets, np.full(len(offsets), tensor.element))
        pieces = _pieces(tensor, int(target.address[0]), nbytes)
        for column in columns_of(one, target, masks[position] if masks is not None else None):
            owner = np.array([place[1][0] if masks is None else column])
            key = int(mbarriers.keys(one, place[0], owner)[0])
            barrier = (int(place[0][0]), int(owner[0]))
            event = CopyEvent(
                request.instruction,
                np.array([thread]),
                request.batch,
                source,
                on_column(target, column),
                barrier,
            )
            move = _Load(request.batch, pieces, column, inside, offsets, tensor.element)
            transfers.count(Transfer(event, move, nbytes), key)


def store(request: Request) -> None:
    """A box from shared memory to the tensor, in a bulk group of the thread."""
    coordinates = request.coordinates()
    for position, thread in enumerate(request.threads.tolist()):
        one = request.only(position)
        tensor = _tensor_map(one)
        starts = _starts(one, coordinates[position])
        nbytes = tensor.box_bytes * len(starts)
        source = shared_piece(one, "srcMem", nbytes, ALIGNMENT)
        assert source.owners is not None
        inside, offsets = _inside_all(one, tensor, starts)
        target = Pieces(StateSpace.GLOBAL, offsets, np.full(len(offsets), tensor.element))
        event = CopyEvent(request.instruction, np.array([thread]), request.batch, source, target)
        pieces = _pieces(tensor, int(source.address[0]), nbytes)
        move = _Store(request.batch, pieces, int(source.owners[0]), inside, offsets, tensor.element)
        request.batch.asynchrony.transfers.group(Transfer(event, move, nbytes), thread)


def prefetch(request: Request) -> None:
    """Only checked: there are no caches."""
    coordinates = request.coordinates()
    for position in range(len(request.threads)):
        one = request.only(position)
        _inside_all(one, _tensor_map(one), _starts(one, coordinates[position]))


def swizzled(address: Array, span: int) -> Array:
    """Where a 16-byte piece goes: bits 4 and up are exchanged by the row of 128 bytes that the address is in.

    span: 0 (nothing changes), 32, 64 or 128 bytes, within which pieces change places.
    """
    if not span:
        return address
    return address ^ ((address >> 7 & (span // PIECE - 1)) << 4)


def _tensor_map(request: Request) -> TensorMap:
    """The tensor map that the only thread of a request names. EMU018 if there is none, or of another rank."""
    address = request.address("tensorMap")
    Site(request.instruction, request.batch, StateSpace.GLOBAL, BYTES, 64).check(address, request.threads)
    raw = request.batch.launch.memory.read(int(address[0]), BYTES).tobytes()
    everyone = np.ones(1, np.bool_)
    try:
        tensor = TensorMap.decode(raw)
    except EmulatorError as error:
        raise request.fault(BAD_TENSOR_MAP, error.message, everyone, error.help) from None
    dimensions = 2 if _by_rows(request) else request.coordinates().shape[1]
    if _by_rows(request) and tensor.box[1:] != (1,):
        message = f"a copy of four rows takes a map whose box is one row of a matrix, got {tensor.box}"
        raise request.fault(BAD_TENSOR_MAP, message, everyone)
    if tensor.rank != dimensions:
        raise request.fault(
            BAD_TENSOR_MAP, f"the tensor map has {tensor.rank} dimensions, the copy {dimensions}", everyone
        )
    return tensor


def _by_rows(request: Request) -> bool:
    return request.modifiers.get("load_mode") in ("tile::gather4", "tile::scatter4")


def _starts(request: Request, coordinates: Array) -> list[Array]:
    """Where the boxes begin that lie one behind the other in shared memory: one, or four rows that begin alike."""
    if not _by_rows(request):
        return [coordinates]
    return [np.array([coordinates[0], row]) for row in coordinates[1:]]


def _inside_all(request: Request, tensor: TensorMap, starts: list[Array]) -> tuple[Array, Array]:
    """`_inside` of several boxes, one behind the other."""
    parts = [_inside(request, tensor, start) for start in starts]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _inside(request: Request, tensor: TensorMap, start: Array) -> tuple[Array, Array]:
    """Which bytes of the box are in the tensor, and the addresses of their elements. EMU001 if those are nobody's."""
    inside = np.ones((1,) * tensor.rank, np.bool_)
    offset = np.zeros((1,) * tensor.rank, np.int64)
    strides = (tensor.element, *tensor.strides)
    for dimension in range(tensor.rank):
        along = start[dimension] + np.arange(tensor.box[dimension])
        shape = [1] * tensor.rank
        shape[tensor.rank - 1 - dimension] = -1
        inside = inside & ((along >= 0) & (along < tensor.extents[dimension])).reshape(shape)
        offset = offset + (along * strides[dimension]).reshape(shape)
    address = (offset.reshape(-1)[inside.reshape(-1)] + tensor.address).astype(np.uint64)
    if address.size:
        low, high = int(address.min()), int(address.max()) + tensor.element
        if request.batch.launch.memory.find(low, high - low) is None:
            raise out_of_bounds(
                request.instruction,
                request.batch,
                StateSpace.GLOBAL,
                np.array([low], np.uint64),
                request.threads,
                np.ones(1, np.bool_),
                high - low,
            )
    return np.repeat(inside.reshape(-1), tensor.element), address


def _pieces(tensor: TensorMap, start: int, nbytes: int) -> Array:
    """Addresses of the 16-byte pieces of all boxes in shared memory, in the order of the elements."""
    return swizzled(start + np.arange(0, nbytes, PIECE), tensor.swizzle)
