"""Stores and reductions to shared memory of the cluster that an mbarrier counts (PTX ISA 9.0, 9.7.9.12, 9.7.13.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define

from ptxgen.emulator import atomics
from ptxgen.emulator.asynchronous import moving
from ptxgen.emulator.asynchronous.moving import Bytes
from ptxgen.emulator.asynchronous.request import Request
from ptxgen.emulator.asynchronous.transfers import Move, Transfer
from ptxgen.emulator.atomics import Update
from ptxgen.emulator.batch import Batch
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.observer import CopyEvent, Pieces
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import TYPES

Array = np.ndarray[Any, Any]

_NOWHERE = Pieces(StateSpace.GLOBAL, np.empty(0, np.uint64), np.empty(0, np.int64))
"""Where the value comes from: registers."""


@define(eq=False)
class _Put:
    """The value of one thread for one place, as bytes."""

    batch: Batch
    place: Pieces
    value: Array

    def read(self) -> None:
        """The value was taken at the issue."""

    def write(self) -> None:
        """Put it."""
        assert self.place.owners is not None
        moving.write_shared(self.batch.shared, self.place.address, self.place.owners, Bytes(self.value))


@define(eq=False)
class _Combine(_Put):
    """The value is combined with what is there."""

    dtype: np.dtype[Any]
    change: Update

    def write(self) -> None:
        """Read, combine, put back, in one step."""
        assert self.place.owners is not None
        shared, address, owners = self.batch.shared, self.place.address, self.place.owners
        old = moving.read_shared(shared, address, owners, self.value.shape[1])
        new = self.change(old.data.view(self.dtype)[:, 0], self.value.view(self.dtype)[:, 0])
        data = np.ascontiguousarray(new).view(np.uint8).reshape(self.value.shape)
        moving.write_shared(shared, address, owners, Bytes(data, old.known))


def store(request: Request) -> None:
    """`st.async`"""
    _start(request, _Put)


def reduce(request: Request) -> None:
    """`red.async`"""
    type = TYPES[request.modifiers["type"]]
    change = atomics.update(request.modifiers["op"], type, flush=False)

    def combine(batch: Batch, place: Pieces, value: Array) -> Move:
        return _Combine(batch, place, value, dtype_of(type), change)

    _start(request, combine, atomic=True)


def _start(request: Request, move: Callable[[Batch, Pieces, Array], Move], *, atomic: bool = False) -> None:
    asynchrony = request.batch.asynchrony
    values = request.bytes("b")
    size = values.shape[1]
    for position, thread in enumerate(request.threads.tolist()):
        one = request.only(position)
        address, owner = one.shared("a", size)
        place = Pieces(StateSpace.SHARED, address, np.array([size]), owner)
        mbar, home = one.shared("mbar", 8)
        key = int(asynchrony.mbarriers.keys(one, mbar, home)[0])
        event = CopyEvent(
            request.instruction,
            np.array([thread]),
            request.batch,
            _NOWHERE,
            place,
            (int(mbar[0]), int(home[0])),
            atomic,
        )
        started = move(request.batch, place, values[position : position + 1])
        asynchrony.transfers.count(Transfer(event, started, size), key)
