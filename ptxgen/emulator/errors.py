"""What goes wrong while a program runs, and the ids it is known by."""

from __future__ import annotations

from attrs import frozen

from ptxgen.errors import PtxgenError, SourceLocation

OUT_OF_BOUNDS = "EMU001"
MISALIGNED = "EMU002"
UNINITIALISED_MEMORY = "EMU003"
UNWRITTEN_REGISTER = "EMU004"
DIVERGENT_BARRIER = "EMU010"
DEADLOCK = "EMU011"
ABSENT_LANE = "EMU012"
WRONG_MEMBER_MASK = "EMU013"
BAD_BARRIER = "EMU014"
STEP_LIMIT = "EMU020"
MEMORY_LIMIT = "EMU021"
GRID_LIMIT = "EMU022"
RECURSION_LIMIT = "EMU023"
TRAP = "EMU030"
NOT_EMULATED = "EMU031"
BAD_CALL = "EMU032"
BAD_LAUNCH = "EMU040"
BAD_BUFFER = "EMU041"

Triple = tuple[int, int, int]


@frozen
class Place:
    """Which thread of which CTA of which entry a fault happened in. Indices are `(x, y, z)`."""

    entry: str
    cta: Triple
    thread: Triple

    def __str__(self) -> str:
        return f"entry {self.entry}, CTA {self.cta}, thread {self.thread}"


class EmulatorError(PtxgenError):
    """A fault of the running program (or of its launch).

    `place` names the first thread that it was seen in and `address` the address, where there are such.
    """

    def __init__(
        self,
        id: str,
        message: str,
        *,
        help: str = "",
        location: SourceLocation | None = None,
        line: int = 0,
        notes: tuple[str, ...] = (),
        place: Place | None = None,
        address: int | None = None,
    ) -> None:
        if place is not None:
            notes = (str(place), *notes)
        super().__init__(id, message, help=help, location=location, line=line, notes=notes)
        self.place = place
        self.address = address
