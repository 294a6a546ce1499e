"""The builder of kernels: what a launch must know."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ptxgen.errors import BuildError
from ptxgen.ir.builder.function import FunctionBody
from ptxgen.ir.builder.location import caller
from ptxgen.ir.module import Directive, Function, Linkage, Module

if TYPE_CHECKING:
    from ptxgen.ir.builder.module import ModuleBuilder


class KernelBuilder(FunctionBody):
    """A kernel. On its own it makes a module of one: `KernelBuilder("saxpy", target="sm_80")`."""

    def __init__(
        self,
        name: str,
        *,
        target: str = "sm_75",
        version: tuple[int, int] | None = None,
        module: ModuleBuilder | None = None,
    ) -> None:
        if module is None:
            from ptxgen.ir.builder.module import ModuleBuilder

            module = ModuleBuilder(target, version)
            module.adopt(self, name)
        super().__init__(module, Function(name, True, linkage=Linkage.VISIBLE, location=caller()))

    def build(self) -> Module:
        """The module that this kernel is part of."""
        return self.module.build()

    def launch_bounds(
        self,
        *,
        max_threads: int | tuple[int, ...] | None = None,
        required: int | tuple[int, ...] | None = None,
        min_ctas: int | None = None,
        max_registers: int | None = None,
        cluster: int | tuple[int, ...] | None = None,
    ) -> None:
        """Promise how the kernel is launched: at most, or exactly, so many threads a CTA; CTAs a multiprocessor.

        `max_registers` limits registers a thread; `cluster` fixes the cluster size in CTAs (sm_90 and later).
        """
        for name, value in (("maxntid", max_threads), ("reqntid", required)):
            if value is not None:
                self._directive(name, self._threads(value))
        if min_ctas is not None:
            self._directive("minnctapersm", (min_ctas,))
        if max_registers is not None:
            self._directive("maxnreg", (self._registers(max_registers),))
        if cluster is not None:
            self._directive("reqnctapercluster", _extent(cluster))

    def _threads(self, value: int | tuple[int, ...]) -> tuple[int, ...]:
        extent = _extent(value)
        total = math.prod(extent)
        limit = self.module.target.threads_per_block
        if not 1 <= total <= limit:
            raise BuildError(
                "PTX032",
                f"a CTA of {self.module.target} has 1 to {limit} threads, got {total}",
                help="use more CTAs, or let each thread do more",
                location=caller(),
            )
        for axis, size, most in zip("xyz", extent, self.module.target.block_dims, strict=False):
            if size > most:
                raise BuildError(
                    "PTX032", f"a CTA has at most {most} threads along {axis}, got {size}", location=caller()
                )
        return extent

    def _registers(self, value: int) -> int:
        limit = self.module.target.registers_per_thread
        if not 1 <= value <= limit:
            raise BuildError("PTX032", f"a thread has 1 to {limit} registers, got {value}", location=caller())
        return value

    def _directive(self, name: str, arguments: tuple[int, ...]) -> None:
        if self.code.function.directive(name) is not None:
            raise BuildError("PTX032", f".{name} is given twice", location=caller())
        self.code.function.directives.append(Directive(name, arguments))


def _extent(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return (value,) if isinstance(value, int) else tuple(value)
