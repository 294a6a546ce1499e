"""Lattice frames of whole CTAs, kept for a batch, and the way back into them for threads that had parted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.code import Code
from ptxgen.emulator.context import Context
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.lanes import Lanes

Array = np.ndarray[Any, Any]


class Lattices:
    """Lattice frames of a batch, kept so that their bound blocks serve again."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._frames: dict[tuple[Any, ...], Frame] = {}
        self._used: set[tuple[Any, ...]] = set()
        self._lanes: dict[bytes, Lanes] = {}

    def lanes(self, columns: Array) -> Lanes:
        """The lattice of all threads of these columns."""
        key = columns.tobytes()
        lanes = self._lanes.get(key)
        if lanes is None:
            launch = self.batch.launch
            width = launch.threads // launch.warps
            lanes = self._lanes[key] = Lanes.lattice(launch.warps, width, columns, self.batch.columns)
        return lanes

    def frame(
        self, code: Code, axes: Mapping[str, int], lanes: Lanes, base: int, back: int, depth: int
    ) -> Frame:
        """A frame for these threads at a depth of calls; contents are undefined."""
        key = (code, depth, base, lanes.column.tobytes())
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = Frame(code, self.batch, lanes, axes, base, back)
        self._used.add(key)
        frame.back = back
        for name in [n for n in frame.arrays if n not in code.registers]:
            frame.arrays[name].fill(0)
        return frame

    def restart(self) -> None:
        """The batch has taken other CTAs: keep frames of all columns, brought up to date.

        So are those of some columns that were used last time, up to as many columns in all as the batch has: CTAs that
        part by their number part in the same way each time.
        """
        room, kept = self.batch.columns, dict[tuple[Any, ...], Frame]()
        for key, frame in self._frames.items():
            columns = frame.lanes.column.size
            if columns < self.batch.columns:
                if key not in self._used or columns > room:
                    continue
                room -= columns
            kept[key] = frame
            frame.refresh()
        self._frames, self._used = kept, set()

    def columns_of(self, context: Context) -> Array | None:
        """The columns of a flat context that holds all threads of its CTAs; else None."""
        launch = self.batch.launch
        lanes = context.lanes
        count, rest = divmod(lanes.count, launch.threads)
        if not launch.regular or rest:
            return None
        ids = lanes.ids[lanes.places()]
        columns = ids[:count] % lanes.columns
        expected = (np.arange(launch.threads)[:, None] * lanes.columns + columns).reshape(-1)
        return columns if np.array_equal(expected, ids) else None

    def restore(self, context: Context) -> Context | None:
        """A flat context of whole CTAs as a lattice; None if it is none, or if some value varies too much."""
        columns = self.columns_of(context)
        if columns is None:
            return None
        lanes = self.lanes(np.ascontiguousarray(columns))
        places = context.lanes.places()
        values = [
            _lattice_values(f, context.live(d, context.pc), lanes, places)
            for d, f in enumerate(context.frames)
        ]
        if any(v is None for v in values):
            return None
        frames: list[Frame] = []
        for depth, (old, found) in enumerate(zip(context.frames, values, strict=True)):
            frame = self.frame(old.code, old.axes, lanes, old.base, old.back, depth)
            for name, value in (found or {}).items():
                if name in frame.code.registers:
                    frame.arrays[name][...] = value
                else:
                    frame.arrays.setdefault(name, np.zeros(lanes.shape, value.dtype))[...] = value
            frames.append(frame)
        return Context(lanes, frames, context.pc, context.steps, None, context.patience)


def _lattice_values(frame: Frame, names: list[str], lanes: Lanes, places: Array) -> dict[str, Array] | None:
    """Live values at these places, reduced to the axes they may vary along; None if one varies along others."""
    found: dict[str, Array] = {}
    for name in names:
        array = frame.arrays[name]
        if name in frame.code.constants:
            found[name] = array.reshape((1, 1, 1, *array.shape[1:]))
            continue
        full = array[places].reshape(lanes.shape + array.shape[1:])
        if name in frame.code.registers:
            corner = full[tuple(slice(0, extent) for extent in lanes.extents(frame.axes[name]))]
            if corner.shape != full.shape and not (corner == full).all():
                return None
            full = corner
        found[name] = full
    return found
