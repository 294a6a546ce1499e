"""Waiting rooms: where threads that leave a loop one by one gather until it is their turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.context import Context
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.lanes import Lanes

Array = np.ndarray[Any, Any]


@define(eq=False)
class Room:
    """A place for each thread of the batch, of which those are taken that are `here`. `context` never runs."""

    context: Context
    here: Array


class Rooms:
    """The rooms of a batch, one for each place in the program that threads have left for, by its contexts' key."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._rooms: dict[tuple[Any, ...], Room] = {}
        self.taken: dict[tuple[Any, ...], Context] = {}
        """The contexts of those in which threads wait."""

    def enter(self, context: Context, places: Array, pc: int) -> None:
        """The threads at some places of a context go on at `pc`, later."""
        room = self._room(context, pc)
        threads = context.lanes.ids[places]
        for depth, (source, frame) in enumerate(zip(context.frames, room.context.frames, strict=True)):
            names = context.live(depth, pc)
            for name in names:
                if name in source.code.constants:
                    frame.assign(name, source.arrays[name].reshape(frame.array(name).shape))
                else:
                    _place(frame, name, source.values(name, places), threads)
            for name in frame.arrays.keys() - set(names):
                if len(frame.arrays[name]) == len(room.here):
                    frame.arrays[name][threads] = 0
        room.here[threads] = True
        room.context.steps = max(room.context.steps, context.steps)
        room.context.patience = max(room.context.patience, context.patience)

    def leave(self, key: tuple[Any, ...]) -> list[tuple[Context, Array]]:
        """The threads in a room, as places of a context that is not theirs from now on; nothing if it is empty."""
        context = self.taken.pop(key, None)
        if context is None:
            return []
        here = self._rooms[key].here
        places = np.flatnonzero(here)
        here[:] = False
        return [(context, places)]

    def _room(self, context: Context, pc: int) -> Room:
        key = (pc, *context.key[1:])
        room = self._rooms.get(key)
        if room is None:
            room = self._rooms[key] = self._new(context.frames, pc)
        if key not in self.taken:
            room.context.steps = room.context.patience = 0
            self.taken[key] = room.context
        return room

    def _new(self, like: Sequence[Frame], pc: int) -> Room:
        count = self.batch.living.size
        lanes = Lanes.flat(np.arange(count), self.batch.columns)
        frames = [Frame(f.code, self.batch, lanes, f.axes, f.base, f.back) for f in like]
        return Room(Context(lanes, frames, pc), np.zeros(count, np.bool_))


def _place(frame: Frame, name: str, values: Array, threads: Array) -> None:
    """Give a register, or what is kept beside one, its values on some threads."""
    if name in frame.code.registers:
        array = frame.array(name)
    else:
        array = frame.arrays.get(name)
        if array is None:
            array = frame.arrays[name] = np.zeros(frame.lanes.shape, values.dtype)
    array[threads] = values
