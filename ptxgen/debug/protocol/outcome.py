"""What following the threads of a CTA shows: faults of the protocol, and clashes over stages."""

from __future__ import annotations

from attrs import define, field, frozen

from ptxgen.debug.stages.clash import Clash
from ptxgen.ir.instruction import Instruction


@frozen
class Fault:
    """A fault of one `kind`: `bytes` that do not match, a wait that is over `early`, one that is `endless`,
    arrivals beyond those that an mbarrier counts (`crowded`), an mbarrier that is `unmade`, barriers that name several
    `counts`.

    `sure`: whether it follows from the text and the facts of the launch.
    """

    kind: str
    at: Instruction
    message: str
    sure: bool
    related: tuple[tuple[Instruction, str], ...] = ()
    notes: tuple[str, ...] = ()


@define(eq=False)
class Outcome:
    """What was found first, and more of its kind, each at one instruction once: the rest may well follow from it."""

    faults: list[Fault] = field(factory=list[Fault])
    clashes: list[Clash] = field(factory=list[Clash])
    kind: str = ""
    complete: bool = False
    """Whether all threads were followed to their ends, with nothing assumed."""
    _seen: set[int] = field(factory=set[int], init=False)

    @property
    def settled(self) -> bool:
        """Whether it is known how the threads end: well, or with a fault that is proved."""
        return self.complete or any(f.sure for f in self.faults) or any(c.sure for c in self.clashes)

    def fault(self, fault: Fault) -> None:
        """Note a fault."""
        if self._counts(fault.kind, fault.at):
            self.faults.append(fault)

    def clash(self, clash: Clash) -> None:
        """Note a clash."""
        if self._counts(clash.kind, clash.second.step.instruction):
            self.clashes.append(clash)

    def _counts(self, kind: str, at: Instruction) -> bool:
        self.kind = self.kind or kind
        new = kind == self.kind and id(at) not in self._seen
        self._seen.add(id(at))
        return new


def mismatch(
    at: Instruction, phase: int, expected: int, brought: int, sure: bool, wait: Instruction | None = None
) -> Fault:
    """Bytes of copies that are not those that a phase expects."""
    related = () if wait is None else ((wait, "waits for ever"),)
    message = f"phase {phase} of the mbarrier expects {expected} bytes, and copies bring {brought}"
    return Fault("bytes", at, message, sure, related)
