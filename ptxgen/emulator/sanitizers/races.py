"""What a race is called, and who took part in it: stamps turned back into instructions and threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import define, frozen

from ptxgen.emulator.batch import Batch, Launch, coordinates
from ptxgen.emulator.errors import Place
from ptxgen.emulator.memory import Buffer
from ptxgen.emulator.observer import RegisterEvent
from ptxgen.emulator.sanitizers.findings import Finding
from ptxgen.emulator.sanitizers.report import SAMPLE, owner, sample, witness
from ptxgen.emulator.sanitizers.stamps import FLIGHT, SHIFT, THREAD
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]


@frozen
class _Past:
    """A batch: the number of its first access, and who its threads were."""

    number: int
    columns: int
    ctas: Array


class History:
    """The accesses of a launch by number: their instructions, and the batches that their threads were of."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.instructions: list[Instruction | None] = [None]
        self.issuers: dict[int, int] = {}
        """The threads behind accesses of copies, which have stamps of their own."""
        self._past: list[_Past] = []

    @property
    def next(self) -> int:
        """The number of the next access."""
        return len(self.instructions)

    def begin(self, batch: Batch) -> None:
        """Other CTAs run from now on."""
        self._past.append(_Past(self.next, batch.columns, batch.ctas.copy()))

    def add(self, instruction: Instruction) -> int:
        """Another access; its number."""
        self.instructions.append(instruction)
        return len(self.instructions) - 1

    def instruction(self, stamp: int) -> Instruction:
        """What made an access."""
        found = self.instructions[number_of(stamp)]
        assert found is not None
        return found

    def places(self, stamps: Array) -> list[Place]:
        """Where the first few threads of stamps stand, those of earlier batches included."""
        launch = self.launch
        places: list[Place] = []
        for stamp in stamps[:SAMPLE]:
            number = number_of(int(stamp))
            thread = self.issuers.get(number, int(stamp) & THREAD)
            past = next(p for p in reversed(self._past) if p.number <= number)
            index, column = divmod(thread, past.columns)
            cta = coordinates(int(past.ctas[column]), launch.grid)
            places.append(Place(launch.entry, cta, coordinates(index, launch.block)))
        return places


@define(eq=False)
class Race:
    """Accesses by one instruction that nothing orders after earlier ones by another: stamps, one for each place.

    scoped: both are strong, but one has the scope of a CTA only.
    """

    old: Array
    now: Array
    offset: int
    unit: int
    action: str
    other: str
    scoped: bool

    @staticmethod
    def each(
        old: Array, now: Array, offset: Array, unit: int, action: str, other: str, *, scoped: bool
    ) -> Iterator[Race]:
        """The races of some pairs of accesses, one for each earlier access (a sample of them)."""
        numbers = (old & ~FLIGHT) >> SHIFT
        for number in np.unique(numbers)[:SAMPLE]:
            chosen = np.flatnonzero(numbers == number)
            yield Race(old[chosen], now[chosen], int(offset[chosen[0]]), unit, action, other, scoped)

    @property
    def kind(self) -> str:
        if int(self.old[0]) >= FLIGHT:
            return "in-flight"
        both = {self.action, self.other}
        if self.scoped:
            return "narrow-scope"
        if "atomic" in both:
            return "atomic-plain"
        return "write-write" if both == {"write"} else "read-write"

    def finding(self, history: History, buffer: Buffer | None) -> Finding:
        """What to report, of global memory in a buffer or of shared memory."""
        launch = history.launch
        space = StateSpace.GLOBAL if buffer is not None else StateSpace.SHARED
        address = self.offset + (buffer.address if buffer is not None else 0)
        name = owner(launch, space, address)
        message = f"{self.action} and {self.other} of the same bytes of {name}, and nothing orders them"
        if self.scoped:
            message = f"{self.action} and {self.other} of the same bytes of {name} by CTAs beyond their scope"
        here, there = (history.instruction(int(stamps[0])) for stamps in (self.now, self.old))
        return Finding(
            "racecheck",
            self.kind,
            message,
            witness(self.action, here, launch, history.places(self.now)),
            witness(self.other, there, launch, history.places(self.old)),
            str(space),
            address,
            self.unit,
            name,
            launch.entry,
            len(self.old),
        )


def of_register(event: RegisterEvent) -> Finding:
    """The race of an instruction and a product of a warpgroup for a register."""
    launch, name = event.batch.launch, event.register
    places = sample(event.batch, event.threads)
    origin = event.origin
    message = f"{event.instruction.name} accesses {name} before anybody waited for the product that has it"
    if not event.fenced:
        message = f"{event.instruction.name} gets {name} without a wgmma.fence since its last access"
    return Finding(
        "racecheck",
        "in-flight" if event.fenced else "register-fence",
        message,
        witness("access", event.instruction, launch, places),
        witness("product" if event.fenced else "access", origin, launch, places)
        if origin is not None
        else None,
        "reg",
        buffer=name,
        entry=launch.entry,
        count=len(event.threads),
    )


def number_of(stamp: int) -> int:
    """The number of the access of a stamp."""
    return (stamp & ~FLIGHT) >> SHIFT
