"""mbarriers and named barriers as they stand at one moment, with who has arrived and what is known through them."""

from __future__ import annotations

from attrs import define, field, frozen

from ptxgen.debug.protocol.clocks import Knowledge
from ptxgen.ir.instruction import Instruction


@define(eq=False)
class Copy:
    """A bulk copy that completes on an mbarrier: `bytes` that it brings (None: the text does not say), who issued it.

    `phase` is the one of the mbarrier in which it was issued.
    """

    number: int
    instruction: Instruction
    thread: int
    warp: int
    round: int
    start: int
    bytes: int | None
    barrier: MBarrier
    phase: int
    assumed: bool
    landed: bool = False

    @property
    def end(self) -> int:
        """Behind the last byte that it surely writes."""
        return self.start + (16 if self.bytes is None else self.bytes)


@frozen
class Waited:
    """A warp's last wait at an mbarrier: in which phase that was, and how many copies had been issued by then."""

    instruction: Instruction
    parity: int
    phase: int
    copies: int

    def after(self, copy: Copy) -> bool:
        """Whether the wait came when the copy was under way, and was over by the phase before."""
        return copy.number < self.copies and self.phase <= copy.phase


@define(eq=False)
class MBarrier:
    """An mbarrier (PTX ISA 9.0, section 9.7.13.15): `pending` arrivals and `bytes` that its phase still waits for."""

    address: int
    made: Instruction
    count: int
    pending: int = field(init=False)
    phase: int = 0
    bytes: int = 0
    expected: int = 0
    """Bytes that threads said would come in this phase."""
    brought: int = 0
    arrived: int = 0
    flying: list[Copy] = field(factory=list[Copy])
    open: bool = False
    """Whether some copy of this phase has a size that the text does not say."""
    gathered: Knowledge = field(factory=Knowledge)
    over: Knowledge = field(factory=Knowledge)
    """What those know who arrived so far, and what everybody learns who sees that the last phase is over."""
    expecting: Instruction | None = None
    waited: dict[int, Waited] = field(factory=dict[int, Waited])
    assumed: bool = False
    short: tuple[int, int, int, Instruction] | None = None
    """A phase that was over with copies in flight: its number, the bytes expected and brought, who expected them."""

    def __attrs_post_init__(self) -> None:
        self.pending = self.count

    def passes(self, parity: int) -> bool:
        """Whether the phase before the current one has this parity, so that a wait for it is over."""
        return self.phase & 1 != parity & 1

    def expect(self, count: int, by: Instruction) -> None:
        """Wait for `count` bytes more."""
        self.bytes += count
        self.expected += count
        self.expecting = by

    def arrive(self, count: int, *, drop: bool = False) -> bool:
        """Arrivals of threads; False if the phase has no place for them."""
        while count:
            if self.pending == 0:
                return False
            come = min(count, self.pending)
            count -= come
            self.pending -= come
            self.arrived += come
            self.count -= come if drop else 0
            self.settle()
        return True

    def land(self, copy: Copy) -> None:
        """The bytes of a copy are there."""
        self.flying.remove(copy)
        copy.landed = True
        self.gathered.landed |= 1 << copy.number
        if copy.bytes is None:
            self.open = True
        else:
            self.bytes -= copy.bytes
            self.brought += copy.bytes
        self.settle()

    @property
    def complete(self) -> bool:
        """Whether nothing is missing any more."""
        if self.pending:
            return False
        if any(c.bytes is None for c in self.flying):
            return False
        return not self.flying if self.open else self.bytes == 0

    def settle(self) -> None:
        """End the phase if nothing is missing."""
        if not self.complete:
            return
        late = sum(c.bytes or 0 for c in self.flying if c.phase == self.phase)
        if late and self.expecting is not None and self.short is None:
            self.short = (self.phase, self.expected, self.brought + late, self.expecting)
        self.over.learn(self.gathered)
        self.phase += 1
        self.pending = self.count
        self.bytes = self.expected = self.brought = self.arrived = 0
        self.open = False
        self.expecting = None


@define(eq=False)
class Named:
    """A barrier of the CTA, by number: `came` threads of those that it waits for, and what they know."""

    number: int
    came: int = 0
    generation: int = 0
    count: int | None = None
    first: Instruction | None = None
    gathered: Knowledge = field(factory=Knowledge)
    over: Knowledge = field(factory=Knowledge)

    def release(self) -> None:
        """Let everybody go."""
        self.over.learn(self.gathered)
        self.came = 0
        self.count = None
        self.generation += 1
