"""A module loaded into a memory: globals placed, functions lowered on first use, entries ready to run."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from attrs import define, evolve

from ptxgen.emulator import axes, special
from ptxgen.emulator.batch import Launch, LaunchStatistics
from ptxgen.emulator.code import Code
from ptxgen.emulator.errors import BAD_CALL, BAD_LAUNCH, NOT_EMULATED, EmulatorError
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.limits import Limits
from ptxgen.emulator.lower import lower
from ptxgen.emulator.machine import Machine
from ptxgen.emulator.memory import Buffer, Memory
from ptxgen.emulator.observer import Observer
from ptxgen.errors import SourceLocation
from ptxgen.ir.linemap import LineMap
from ptxgen.ir.module import Function, Linkage, Module, Variable
from ptxgen.ir.operands import Immediate, Symbol
from ptxgen.isa.spaces import StateSpace

Triple = tuple[int, int, int]

HANDLES = 0x0300_0000_0000
"""Addresses of functions start here, 16 bytes apart."""

OFTEN = 64
"""Partings of a batch's threads from which on larger batches pay."""
WIDER = 4
"""How many times as many threads these have, if the shared memory of their CTAs takes at most `WIDE_SHARED` bytes."""
WIDE_SHARED = 32 << 20

KEPT = 4
"""Machines that a program keeps between launches, at most."""


@define(eq=False)
class SharedLayout:
    """Offsets of shared variables in a CTA's memory; dynamic ones all start at `static_bytes`."""

    offsets: dict[str, int]
    static_bytes: int


class Program:
    """A module in a memory. Lowered code is kept as long as the program, machines for a few launches.

    `lines` maps PTX lines to the author's own, for errors.
    """

    def __init__(self, module: Module, memory: Memory, lines: LineMap | None = None) -> None:
        self.module = module
        self.memory = memory
        self.lines = lines
        self._buffers: dict[str, Buffer] = {}
        self._parameters: dict[str, Buffer] = {}
        self._codes: dict[str, Code] = {}
        self._shared: dict[str, SharedLayout] = {}
        self._machines: dict[tuple[object, ...], Machine] = {}
        self.parting: set[str] = set()
        """Entries whose threads have parted often."""
        self._functions = [f.name for f in module.functions]
        for variable in module.globals:
            if variable.space in (StateSpace.GLOBAL, StateSpace.CONST):
                self._buffers[variable.name] = memory.allocate(variable.bytes, variable.name)
        for variable in module.globals:
            if variable.name in self._buffers:
                self._initialise(variable)

    def entry(self, name: str) -> Function:
        """The entry of that name. EMU040 if there is none."""
        for function in self.module.entries:
            if function.name == name:
                return function
        known = ", ".join(f.name for f in self.module.entries)
        raise EmulatorError(BAD_LAUNCH, f"no entry {name} in the module", help=f"it has: {known or 'none'}")

    def global_buffer(self, name: str) -> Buffer:
        """The memory of a `.global` or `.const` variable. EMU040 if there is none of that name."""
        if name not in self._buffers:
            known = ", ".join(self._buffers)
            raise EmulatorError(
                BAD_LAUNCH, f"no global variable {name} in the module", help=f"it has: {known}"
            )
        return self._buffers[name]

    def close(self) -> None:
        """Give the memory of the globals back, and the places of parameters; forget the machines and their arrays."""
        self._machines.clear()
        for parameters in self._parameters.values():
            self.memory.give_out(parameters)
        self._parameters.clear()
        for buffer in self._buffers.values():
            if buffer.alive:
                self.memory.free(buffer)

    @contextmanager
    def parameters(self, entry: str, image: bytes) -> Generator[Buffer]:
        """The memory of an entry's parameters while it runs: at the same address each time, as machines rely on it."""
        buffer = self._parameters.get(entry)
        if buffer is None:
            buffer = self._parameters[entry] = self.memory.allocate(len(image), f"parameters of {entry}")
        else:
            self.memory.restore(buffer)
        try:
            self.memory.write(buffer.address, image)
            yield buffer
        finally:
            self.memory.withdraw(buffer)

    def code(self, name: str) -> Code:
        """A function, lowered. EMU032 if it has no body."""
        code = self._codes.get(name)
        if code is None:
            try:
                function = self.module.function(name)
            except KeyError:
                function = None
            if function is None or not function.blocks:
                raise EmulatorError(BAD_CALL, f"function {name} has no body in this module")
            code = self._codes[name] = lower(function)
        return code

    def machine(self, launch: Launch, columns: int) -> Machine:
        """A machine for batches of so many CTAs, of an earlier launch if there is one. Give it back with `keep`."""
        machine = self._machines.pop((columns, *launch.key), None)
        if machine is None:
            return self._new_machine(launch, columns)
        machine.begin(launch)
        return machine

    def keep(self, machine: Machine) -> None:
        """The machine has done its work, without a fault: the next launch of the kind finds its blocks bound."""
        self._machines[machine.batch.columns, *machine.launch.key] = machine
        if len(self._machines) > KEPT:
            del self._machines[next(iter(self._machines))]

    def _new_machine(self, launch: Launch, columns: int) -> Machine:
        varying = special.axes(launch)
        layout = self.shared(launch.entry)
        offsets, _ = _offsets(self.entry(launch.entry))
        parameters = {name: launch.parameters.address + offset for name, offset in offsets.items()}

        @cache
        def find(name: str) -> tuple[Code, dict[str, int]]:
            code = self.code(name)
            return code, axes.infer(code, varying)

        def resolve(frame: Frame, name: str) -> int:
            return self.address(frame, name, layout, parameters)

        return Machine(launch, columns, find, resolve, self.function_at)

    def shared(self, entry: str) -> SharedLayout:
        """Where the shared variables lie that the entry and the functions of the module name."""
        layout = self._shared.get(entry)
        if layout is None:
            layout = self._shared[entry] = self._lay_out(entry)
        return layout

    def address(self, frame: Frame, name: str, layout: SharedLayout, parameters: dict[str, int]) -> int:
        """What a name means as a number in a frame."""
        if name in frame.code.local:
            return frame.base + frame.code.local[name]
        if name in parameters and frame.code.function.is_entry:
            return parameters[name]
        if name in layout.offsets:
            return layout.offsets[name]
        if name in self._buffers:
            return self._buffers[name].address
        if name in self._functions:
            return HANDLES + 16 * self._functions.index(name)
        raise EmulatorError(NOT_EMULATED, f"{name} is not a variable or function of this module")

    def function_at(self, handle: int) -> str | None:
        """The function with this address."""
        number, rest = divmod(handle - HANDLES, 16)
        return self._functions[number] if rest == 0 and 0 <= number < len(self._functions) else None

    def location(self, line: int) -> SourceLocation | None:
        """The author's line of a PTX line."""
        return self.lines.location(line) if self.lines is not None and line else None

    def _lay_out(self, entry: str) -> SharedLayout:
        variables = [v for v in self.module.globals if v.space is StateSpace.SHARED]
        for function in self.module.functions:
            if function.name == entry or not function.is_entry:
                variables += [v for v in function.variables if v.space is StateSpace.SHARED]
        offsets: dict[str, int] = {}
        offset = 0
        for variable in variables:
            if variable.bytes:
                offset = -(-offset // variable.alignment) * variable.alignment
                offsets[variable.name] = offset
                offset += variable.bytes
        dynamic = [v for v in variables if not v.bytes]
        if dynamic:
            align = max(16, *(v.alignment for v in dynamic))
            offset = -(-offset // align) * align
            offsets.update((v.name, offset) for v in dynamic)
        return SharedLayout(offsets, offset)

    def _initialise(self, variable: Variable) -> None:
        buffer = self._buffers[variable.name]
        if variable.linkage is Linkage.EXTERN:
            return
        image = np.zeros(buffer.nbytes, np.uint8)
        unit = variable.type.bytes
        for number, element in enumerate(variable.initializer):
            value = self._initial(element)
            raw = (value & ((1 << (8 * unit)) - 1)).to_bytes(unit, "little")
            image[number * unit : (number + 1) * unit] = np.frombuffer(raw, np.uint8)
        self.memory.write(buffer.address, image)

    def _initial(self, element: Any) -> int:
        if isinstance(element, Immediate):
            return element.value
        if isinstance(element, Symbol):
            if element.name in self._buffers:
                return self._buffers[element.name].address + element.offset
            if element.name in self._functions:
                return HANDLES + 16 * self._functions.index(element.name)
        raise EmulatorError(NOT_EMULATED, f"initial value {element} is not emulated")


def run(
    program: Program,
    entry: str,
    grid: Triple,
    block: Triple,
    arguments: Sequence[bytes],
    shared_bytes: int = 0,
    cluster: Triple = (1, 1, 1),
    observers: Sequence[Observer] = (),
    limits: Limits | None = None,
    cooperative: bool = False,
    schedule: int | None = None,
) -> LaunchStatistics:
    """Run an entry to its end.

    arguments: the bytes of each parameter, in order. shared_bytes: dynamic shared memory of a CTA. cooperative: all
    CTAs run at once, so that they may wait for each other. schedule: the seed of a random order of warps, to see
    whether results depend on it. Raises EmulatorError for any fault of the launch or the program.
    """
    function = program.entry(entry)
    memory = program.memory
    image = _image(function, arguments)
    layout = program.shared(entry)
    with program.parameters(entry, image) as parameters:
        launch = Launch(
            entry=entry,
            grid=grid,
            block=block,
            cluster=cluster,
            memory=memory,
            limits=limits or memory.limits,
            parameters=parameters,
            static_shared=layout.static_bytes,
            dynamic_shared=shared_bytes,
            observers=tuple(observers),
            track_initialised=memory.track_initialised,
            explicit_cluster=cluster != (1, 1, 1),
            schedule=schedule,
            locate=program.location,
            pointers=_pointers(function, arguments),
            functions=(function, *(f for f in program.module.functions if not f.is_entry)),
        )
        try:
            launch.check()
            _keep_freed_memory()
            memory.refresh_initialised()
            with np.errstate(all="ignore"):
                _run_batches(program, launch, cooperative)
        except EmulatorError as error:
            raise _located(error, program) from None
    return launch.statistics


@cache
def _keep_freed_memory() -> None:
    """Let temporary arrays of a batch's size be reused instead of mapped afresh (twice as fast with the GNU C library).

    Its malloc maps large blocks one by one, until one of a certain size was freed: then blocks up to that size come
    from the heap. Elsewhere this allocates once and does nothing.
    """
    np.empty(31 << 20, np.uint8)


def _run_batches(program: Program, launch: Launch, cooperative: bool) -> None:
    """Run all CTAs, in batches of nearly equal numbers of whole clusters.

    A program whose threads often part gets larger batches from then on: parting costs the same for more of them.
    """
    unit = launch.cluster_ctas
    first = 0
    while first < launch.ctas:
        units = (launch.ctas - first) // unit
        wide = launch.entry in program.parting
        together = units if cooperative else _together(launch, wide=wide)
        batches = -(-units // together)
        machine = program.machine(launch, -(-units // batches) * unit)
        columns = machine.batch.columns
        while first + columns <= launch.ctas and wide == (launch.entry in program.parting):
            machine.run(first)
            first += columns
            if machine.pool.splits > OFTEN and launch.schedule is None:
                program.parting.add(launch.entry)
        program.keep(machine)


def _together(launch: Launch, *, wide: bool) -> int:
    """How many clusters to run together: about `Limits.batch_lanes` threads, or `WIDER` times as many."""
    lanes = launch.limits.batch_lanes
    if wide and WIDER * lanes // launch.threads * launch.shared_bytes <= WIDE_SHARED:
        lanes *= WIDER
    return max(1, lanes // (launch.threads * launch.cluster_ctas))


def _offsets(function: Function) -> tuple[dict[str, int], int]:
    """Offset of each parameter, and how many bytes all of them take."""
    offsets: dict[str, int] = {}
    end = 0
    for parameter in function.params:
        offsets[parameter.name] = -(-end // parameter.alignment) * parameter.alignment
        end = offsets[parameter.name] + parameter.bytes
    return offsets, end


def _image(function: Function, arguments: Sequence[bytes]) -> bytes:
    """All parameters as they lie in memory. EMU040 for wrong counts or sizes."""
    if len(arguments) != len(function.params):
        names = ", ".join(p.name for p in function.params) or "none"
        raise EmulatorError(
            BAD_LAUNCH,
            f"{function.name} takes {len(function.params)} arguments ({names}), got {len(arguments)}",
            location=function.location,
            line=function.line,
        )
    offsets, size = _offsets(function)
    image = bytearray(size)
    for parameter, argument in zip(function.params, arguments, strict=True):
        if len(argument) != parameter.bytes:
            raise EmulatorError(
                BAD_LAUNCH,
                f"parameter {parameter.name} of {function.name} has {parameter.bytes} bytes, got {len(argument)}",
                location=function.location,
                line=function.line,
            )
        start = offsets[parameter.name]
        image[start : start + len(argument)] = argument
    return bytes(image)


def _pointers(function: Function, arguments: Sequence[bytes]) -> dict[int, str]:
    """What parameters of pointer size hold, with their names; the first of several that hold the same."""
    found: dict[int, str] = {}
    for parameter, argument in zip(function.params, arguments, strict=True):
        if len(argument) == 8:
            found.setdefault(int.from_bytes(argument, "little"), parameter.name)
    return found


def _located(error: EmulatorError, program: Program) -> EmulatorError:
    """The error with the author's own line, where the line map knows it."""
    location = error.location or program.location(error.line)
    if location is error.location:
        return error
    fault = evolve(error.fault, location=location)
    error.fault = fault
    return error
