"""The launches of a run, as facts for the static engine."""

from __future__ import annotations

from attrs import define, field

from ptxgen.emulator import Observer
from ptxgen.emulator.asynchronous.tensor_maps import BYTES, TensorMap
from ptxgen.emulator.batch import Batch, Launch
from ptxgen.emulator.errors import EmulatorError
from ptxgen.ir.analysis import LaunchFacts
from ptxgen.ir.module import Function, Module

_MOST = 4
"""Different launches of one entry that are kept."""
_ALIGNMENT = 256


@define(eq=False, slots=False)
class Launches(Observer):
    """Keeps the first launches of each entry of a module."""

    module: Module
    found: dict[str, list[LaunchFacts]] = field(factory=dict[str, list[LaunchFacts]])
    _last: Launch | None = field(default=None, init=False)

    def launched(self, batch: Batch) -> None:
        launch = batch.launch
        if launch is self._last:
            return
        self._last = launch
        kept = self.found.setdefault(launch.entry, [])
        entry = next((f for f in self.module.entries if f.name == launch.entry), None)
        if entry is not None and len(kept) < _MOST:
            facts = _facts(entry, launch)
            if facts not in kept:
                kept.append(facts)


def _facts(entry: Function, launch: Launch) -> LaunchFacts:
    """Grid, CTA, numbers, for parameters that point to the start of a buffer its size, and boxes of tensor maps."""
    sizes = {buffer.address: buffer.nbytes for buffer in launch.memory.buffers()}
    numbers: dict[str, int] = {}
    behind: dict[str, int] = {}
    boxes: dict[str, int] = {}
    end = 0
    for parameter in entry.params:
        end = -(-end // parameter.alignment) * parameter.alignment
        data = launch.memory.read(launch.parameters.address + end, parameter.bytes).tobytes()
        end += parameter.bytes
        if parameter.bytes == BYTES:
            boxes |= _box(parameter.name, data)
        if parameter.shape or parameter.type.is_float:
            continue
        value = int.from_bytes(data, "little")
        if value in sizes:
            behind[parameter.name] = sizes[value]
            if sizes[value] == BYTES:
                boxes |= _box(parameter.name, launch.memory.read(value, BYTES).tobytes())
        elif parameter.bytes < 8 or parameter.pointee is None:
            numbers[parameter.name] = value
    alignments = dict.fromkeys(behind, _ALIGNMENT)
    return LaunchFacts(launch.grid, launch.block, numbers, alignments, behind, boxes)


def _box(name: str, data: bytes) -> dict[str, int]:
    """The bytes of a box, if these are a tensor map."""
    try:
        return {name: TensorMap.decode(data).box_bytes}
    except EmulatorError:
        return {}
