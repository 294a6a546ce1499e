"""What a device needs to know of a kernel in order to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from ptxgen.launch.plan import Plan
from ptxgen.launch.signature import Signature

if TYPE_CHECKING:
    from ptxgen.ir.module import Module


LEVEL = "O2"
"""The level of passes (`ptxgen.passes.LEVELS`) that a kernel's text has been through when nobody says otherwise."""


class Launchable(Protocol):
    """A kernel as those see it who launch it: its parameters, its text for a target, and its launches.

    Kernels whose `template` is equal are one program: a device loads it once.
    """

    name: ClassVar[str]

    @property
    def signature(self) -> Signature: ...

    @property
    def sizes(self) -> dict[str, int]: ...

    @property
    def template(self) -> Self: ...

    def targets(self) -> tuple[str, ...]:
        """The targets that the kernel is emitted for, oldest first."""
        ...

    def build(self, target: str, *, level: str) -> Module:
        """A module with every entry that the plan names, after the passes of a level."""
        ...

    def plan(self) -> Plan:
        """The launches of one run."""
        ...
