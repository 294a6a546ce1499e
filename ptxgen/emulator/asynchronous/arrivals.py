"""Instructions on mbarriers that never wait (PTX ISA 9.0, sections 9.7.13.15.9 to .15 and .17)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.asynchronous.mbarriers import pending_of
from ptxgen.emulator.asynchronous.request import Actor, Request
from ptxgen.emulator.asynchronous.transfers import Arrival
from ptxgen.emulator.observer import MbarrierEvent

Array = np.ndarray[Any, Any]


def init(request: Request) -> None:
    """`mbarrier.init`."""
    address, column = request.shared("addr", 8)
    request.batch.asynchrony.mbarriers.init(request, address, column, request.value("count").astype(np.int64))
    _tell_change(request, address, column)


def invalidate(request: Request) -> None:
    """`mbarrier.inval`."""
    mbarriers = request.batch.asynchrony.mbarriers
    address, column = request.shared("addr", 8)
    mbarriers.invalidate(mbarriers.keys(request, address, column))
    _tell_change(request, address, column)


def arrive(request: Request) -> None:
    """`mbarrier.arrive` and `arrive_drop`, with and without bytes to expect."""
    mbarriers = request.batch.asynchrony.mbarriers
    address, column = request.shared("addr", 8)
    keys = mbarriers.keys(request, address, column)
    state = mbarriers.arrive(
        request,
        keys,
        _amount(request, "count", 1),
        _amount(request, "txCount", 0),
        drop="arrive_drop" in request.modifiers,
        completes="noComplete" not in request.modifiers,
    )
    if request.gives("state"):
        request.give("state", state)


def expect(request: Request) -> None:
    """`mbarrier.expect_tx`."""
    mbarriers = request.batch.asynchrony.mbarriers
    keys = mbarriers.keys(request, *request.shared("addr", 8))
    mbarriers.expect(request, keys, _amount(request, "txCount", 0))


def complete(request: Request) -> None:
    """`mbarrier.complete_tx`."""
    mbarriers = request.batch.asynchrony.mbarriers
    keys = mbarriers.keys(request, *request.shared("addr", 8))
    mbarriers.complete(keys, _amount(request, "txCount", 0))


def pending_count(request: Request) -> None:
    """`mbarrier.pending_count`."""
    request.give("count", pending_of(request.value("state")))


def arrive_after_copies(request: Request) -> None:
    """`cp.async.mbarrier.arrive`: later, when the threads' copies are done; `.noinc` uses up one of the arrivals."""
    asynchrony = request.batch.asynchrony
    address, column = request.shared("addr", 8)
    keys = asynchrony.mbarriers.keys(request, address, column)
    if "noinc" not in request.modifiers:
        asynchrony.mbarriers.grow_phase(keys)
    for key in np.unique(keys).tolist():
        actor = Actor(request.instruction, request.batch, request.threads[keys == key])
        asynchrony.transfers.arrive_later(Arrival(actor, asynchrony.copies.issued), key)


def _amount(request: Request, name: str, otherwise: int) -> Array:
    if request.has(name):
        return request.value(name).astype(np.int64)
    return np.full(len(request.threads), otherwise)


def _tell_change(request: Request, address: Array, column: Array) -> None:
    none = np.zeros(len(address), np.int64)
    event = MbarrierEvent(request.instruction, request.threads, request.batch, address, column, none)
    for observer in request.batch.launch.observers:
        observer.mbarrier_changed(event)
