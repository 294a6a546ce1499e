"""Options that say what is launched."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import frozen

if TYPE_CHECKING:
    from ptxgen.debug.question import Question

C = TypeVar("C", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--entry", default="", metavar="NAME", help="The entry (default: the only one of the file)."),
    click.option("--grid", metavar="X[,Y[,Z]]", help="CTAs of the launch."),
    click.option("--block", metavar="X[,Y[,Z]]", help="Threads of a CTA."),
    click.option("--cluster", metavar="X[,Y[,Z]]", help="CTAs of a cluster."),
    click.option("--shared", type=click.IntRange(0), metavar="BYTES", help="Dynamic shared memory of a CTA."),
    click.option("--arg", "numbers", multiple=True, metavar="NAME=NUMBER", help="A number: n=4096."),
    click.option(
        "--buffer", "buffers", multiple=True, metavar="NAME=SHAPE",
        help="A buffer: x=4096xf32, x=32x64xf16:zeros, x=64xu8:out, x=@file.npy.",
    ),
    click.option("--kernel", metavar="NAME", help="Run the contract of this kernel of ptxgen on the file's text."),
    click.option("--schedules", type=click.IntRange(1, 64), default=3, show_default=True, help="Orders of warps."),
    click.option("--seed", type=click.IntRange(0), default=0, help="Of random inputs and orders of warps."),
)  # fmt: skip


def launching(command: C) -> C:
    """Add the options of a launch; the command gets them as `launch: Launching`."""

    def wrapped(**options: Any) -> Any:
        names = (
            "entry", "grid", "block", "cluster", "shared", "numbers", "buffers", "kernel", "schedules", "seed",
        )  # fmt: skip
        made = Launching(**{name: options.pop(name) for name in names})
        return command(launch=made, **options)

    wrapped.__doc__ = command.__doc__
    wrapped.__dict__.update(command.__dict__)
    made: Any = wrapped
    for option in reversed(_OPTIONS):
        made = option(made)
    return made


@frozen
class Launching:
    """The options of a launch."""

    entry: str
    grid: str | None
    block: str | None
    cluster: str | None
    shared: int | None
    numbers: tuple[str, ...]
    buffers: tuple[str, ...]
    kernel: str | None
    schedules: int
    seed: int

    def question(self, *, always: bool = False) -> Question | None:
        """What is to be run; None if nothing was said of a launch, unless it is to be run `always`."""
        said = (
            self.entry,
            self.grid,
            self.block,
            self.cluster,
            self.shared is not None,
            self.numbers,
            self.buffers,
        )
        if not (any(said) or self.kernel or always):
            return None
        from ptxgen.cli.arguments import parse_dims
        from ptxgen.debug.dynamic.request import LaunchRequest, parse_pairs
        from ptxgen.debug.errors import DebugError
        from ptxgen.debug.question import Question

        if self.kernel and any(said):
            raise DebugError(
                "DBG013",
                "--kernel has its own launch",
                help="drop --entry, --grid, --block, --cluster, --shared, --arg, --buffer",
            )

        def extent(text: str | None) -> tuple[int, int, int] | None:
            x, y, z = (*parse_dims(text), 1, 1)[:3] if text else (0, 0, 0)
            return (x, y, z) if text else None

        request = LaunchRequest(
            entry=self.entry,
            grid=extent(self.grid),
            block=extent(self.block),
            cluster=extent(self.cluster) or (1, 1, 1),
            shared_bytes=self.shared,
            numbers=parse_pairs(self.numbers),
            buffers=parse_pairs(self.buffers),
            seed=self.seed,
        )
        orders = (None, *(self.seed + n for n in range(1, self.schedules)))
        return Question(request, self.kernel or "", orders, self.seed)
