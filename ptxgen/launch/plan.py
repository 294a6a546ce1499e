"""Several launches with scratch memory between them; one launch is a plan of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ptxgen.isa.types import Type
from ptxgen.launch.config import Dim3, LaunchConfig, LaunchError
from ptxgen.launch.signature import Signature

PlanArgument = str | int | float
"""What a launch passes: the name of a parameter of the signature or of a workspace array, or a number."""


@frozen
class Workspace:
    """Scratch memory of a plan: `shape` elements of `type`, zero at the start of each run if `zeroed`."""

    type: Type
    shape: tuple[int, ...]
    zeroed: bool = False

    @property
    def bytes(self) -> int:
        """Size in bytes."""
        total = self.type.bytes
        for extent in self.shape:
            total *= extent
        return total


@frozen
class Launch:
    """One step of a plan. `arguments` of None stands for the signature's parameters, in their order."""

    entry: str
    config: LaunchConfig
    arguments: tuple[PlanArgument, ...] | None = None


def _launches(value: Sequence[Launch]) -> tuple[Launch, ...]:
    return tuple(value)


def _workspace(value: Mapping[str, Workspace] | None) -> dict[str, Workspace]:
    return dict(value or {})


@frozen
class Plan:
    """What a kernel runs: `launches` in stream order, and the `workspace` arrays that they share, by name."""

    launches: tuple[Launch, ...] = field(converter=_launches)
    workspace: Mapping[str, Workspace] = field(factory=dict[str, Workspace], converter=_workspace)

    def __attrs_post_init__(self) -> None:
        if not self.launches:
            raise LaunchError("LCH030", "a plan needs at least one launch")

    @staticmethod
    def single(
        *,
        entry: str,
        grid: int | Sequence[int],
        block: int | Sequence[int],
        shared_bytes: int = 0,
        cluster: Dim3 | None = None,
        cooperative: bool = False,
        programmatic_dependent: bool = False,
        arguments: tuple[PlanArgument, ...] | None = None,
    ) -> Plan:
        """One launch of `entry` with all of the signature's parameters, unless `arguments` says otherwise."""
        config = LaunchConfig(
            grid=grid,
            block=block,
            shared_bytes=shared_bytes,
            cluster=cluster,
            cooperative=cooperative,
            programmatic_dependent=programmatic_dependent,
        )
        return Plan([Launch(entry, config, arguments)])

    @property
    def workspace_bytes(self) -> int:
        """Scratch memory of one run, in bytes, before the allocator's rounding."""
        return sum(w.bytes for w in self.workspace.values())

    def check(self, signature: Signature) -> None:
        """LCH031 for an argument that names nothing, LCH032 for a workspace array named like a parameter."""
        known = {*signature.params, *self.workspace}
        clash = sorted(signature.params.keys() & self.workspace.keys())
        if clash:
            raise LaunchError("LCH032", f"{clash[0]!r} is both a parameter and a workspace array")
        for launch in self.launches:
            for argument in launch.arguments or ():
                if isinstance(argument, str) and argument not in known:
                    raise LaunchError(
                        "LCH031",
                        f"{launch.entry!r} is passed {argument!r}, which the plan does not know",
                        help=f"known names: {', '.join(sorted(known))}",
                    )
