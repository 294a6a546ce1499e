"""What goes wrong while a program runs, and the ids it is known by."""

from __future__ import annotations

from attrs import frozen

from ptxgen.errors import PtxgenError, SourceLocation

OUT_OF_BOUNDS = "EMU001"
"""An access that is not inside one buffer, or past the end of shared or local memory."""
MISALIGNED = "EMU002"
"""An access whose address is not a multiple of its whole size."""
UNINITIALISED_MEMORY = "EMU003"
"""A read of memory that nobody wrote (only while that is tracked)."""
UNWRITTEN_REGISTER = "EMU004"
"""A read of a register that the thread never wrote (only while that is tracked)."""
DIVERGENT_BARRIER = "EMU010"
"""Threads of one warp at an aligned barrier while others of the warp are elsewhere."""
DEADLOCK = "EMU011"
"""Every thread that is left waits for another one."""
ABSENT_LANE = "EMU012"
"""A value taken from a lane that has exited, or an instruction of whole warps in one that is not whole."""
WRONG_MEMBER_MASK = "EMU013"
"""A member mask that lacks the lane that executes, or the lane that a value is taken from."""
BAD_BARRIER = "EMU014"
"""A barrier number or thread count that no barrier has."""
BAD_MBARRIER = "EMU015"
"""An mbarrier that was not initialised or was overwritten, or that is used against its counts or phases."""
UNEXPECTED_BYTES = "EMU016"
"""A phase of an mbarrier that is over while a copy is on its way to it: no `expect_tx` counts its bytes."""
BAD_COPY = "EMU017"
"""An asynchronous copy of a size, or between places, that no such copy has."""
BAD_TENSOR_MAP = "EMU018"
"""A tensor map that is none, or that does not fit the copy."""
UNEQUAL_OPERANDS = "EMU019"
"""An operand that all lanes of a warp must give alike, and do not."""
STEP_LIMIT = "EMU020"
"""A thread executed more instructions than `Limits.thread_steps`."""
MEMORY_LIMIT = "EMU021"
"""More global memory than `Limits.memory_bytes`."""
GRID_LIMIT = "EMU022"
"""More threads than `Limits.grid_threads`."""
RECURSION_LIMIT = "EMU023"
"""Calls nested deeper than `Limits.call_depth`, or more local memory than `Limits.local_bytes`."""
TRAP = "EMU030"
"""The program executed `trap` or `brkpt`, or one of its assertions failed."""
NOT_EMULATED = "EMU031"
"""An instruction or operand that the emulator does not know."""
BAD_CALL = "EMU032"
"""A call of what is no function with a body, or a table index out of range."""
BAD_LAUNCH = "EMU040"
"""A launch that no machine takes: unknown entry, wrong arguments, sizes beyond the limits."""
BAD_BUFFER = "EMU041"
"""Memory that the host allocates, frees, reads or writes wrongly."""

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

    `place` names the first thread that it was seen in; `nbytes` from `address` on in `space` were accessed, in or near
    `buffer`. Where there are such.
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
        nbytes: int = 0,
        space: str = "",
        buffer: str = "",
    ) -> None:
        if place is not None:
            notes = (str(place), *notes)
        super().__init__(id, message, help=help, location=location, line=line, notes=notes)
        self.place = place
        self.address = address
        self.nbytes = nbytes
        self.space = space
        self.buffer = buffer
