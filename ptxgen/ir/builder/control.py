"""Structured control flow, predication, labels and branches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self, cast

from ptxgen.errors import BuildError
from ptxgen.ir.builder.encode import foreign
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.regions import Bound, Else, For, If, Loop, Predicated, While
from ptxgen.ir.builder.value import Value
from ptxgen.ir.builder.warp import Warps
from ptxgen.ir.operands import Guard, Label
from ptxgen.isa.types import pred


class ControlFlow(Warps):
    """Branches and loops as `with` blocks; labels and `bra` for who wants them."""

    loops: list[Loop]
    open_if: If | None
    labels: dict[str, bool]

    def if_(self, condition: Value) -> If:
        """Run the block where the predicate holds. An `else_` block may follow at once."""
        self.check_predicate(condition)
        return If(self, condition)

    def else_(self) -> Else:
        """Run the block where the predicate of the `if_` just before did not hold."""
        return Else(self)

    def for_(self, start: Bound, stop: Bound, step: Bound = 1) -> For:
        """Count from `start` while below `stop` (above, for a negative step). The block gets the counter.

        The counter has the type of the bounds (u32, or s32, where all are Python numbers). `stop + step` must be
        representable in it. A step known only when the kernel runs is taken as positive.
        """
        if not isinstance(step, Value) and step == 0:
            raise BuildError("PTX026", "a loop needs a step other than 0", location=caller())
        return For(self, "for", start=start, stop=stop, step=step)

    def stride(self, first: Bound, stop: Bound, step: Bound) -> For:
        """A strided loop: each thread starts at its own `first` and goes on by `step` while below `stop`."""
        return self.for_(first, stop, step)

    def while_(self, condition: Callable[[], Value]) -> While:
        """Repeat the block while the predicate holds. `condition` is called once, to build its instructions."""
        return While(self, "while", condition=condition)

    def loop(self) -> Loop:
        """Repeat the block until a `break_`."""
        return Loop(self)

    def unroll(self, count: int) -> Iterator[int]:
        """A loop that Python runs: its body is built `count` times, with a plain int."""
        return iter(range(count))

    def break_(self, condition: Value | None = None) -> None:
        """Leave the innermost loop (where `condition` holds, if one is given)."""
        self.branch(self._innermost("break_").label("end"), condition)

    def continue_(self, condition: Value | None = None) -> None:
        """Go on with the next turn of the innermost loop (where `condition` holds, if one is given)."""
        self.branch(self._innermost("continue_").next_label(), condition)

    def _innermost(self, what: str) -> Loop:
        if not self.loops:
            raise BuildError("PTX026", f"{what} stands outside any loop", location=caller())
        return self.loops[-1]

    def predicated(self, condition: Value) -> Predicated:
        """Guard every instruction of the block with the predicate, without a branch. Only `predicated` nests in it."""
        return Predicated(self, condition)

    def when(self, condition: Value) -> Self:
        """The builder with one guard: `k.when(p).st(...)` builds that one call under `@p`."""
        self.check_predicate(condition)
        return cast(Self, _When(self, condition))

    def label(self, name: str = "") -> Label:
        """A new label, to be put into the code with `place`. A name must be free among variables and labels."""
        if name:
            self.code.claim(name)
        made = Label(name) if name else self.code.label("label")
        self.labels[made.name] = False
        return made

    def place(self, label: Label) -> None:
        """Put a label here. Whatever jumps to it starts with nothing remembered."""
        self.check_unguarded()
        if self.labels.get(label.name):
            raise BuildError("PTX028", f"the label {label} is placed twice", location=caller())
        self.labels[label.name] = True
        self.code.forget()
        self.code.place(label)

    def bra(self, target: Label, condition: Value | None = None, *, uniform: bool = False) -> None:
        """Go to a label of this function (where `condition` holds, if one is given)."""
        if target.name not in self.labels:
            raise BuildError(
                "PTX028",
                f"{target} is no label of {self.code.function.name}",
                help="make it with k.label()",
                location=caller(),
            )
        self.branch(target, condition, uniform=uniform)

    def branch(self, target: Label, condition: Value | None = None, *, uniform: bool = False) -> None:
        """The branch itself, for structured code and `bra` alike."""
        code = self.code
        previous = code.guard
        if condition is not None:
            self.check_predicate(condition)
            self.check_unguarded()
            code.flush()
            code.guard = Guard(condition.register, condition.negated)
        code.emit("bra.uni" if uniform else "bra", target)
        code.guard = previous

    def ret(self) -> None:
        """Return; in a kernel, end the thread."""
        self.code.emit("ret")

    def exit(self) -> None:
        """End the thread."""
        self.code.emit("exit")

    def trap(self) -> None:
        """Abort the grid."""
        self.code.emit("trap")

    def check_predicate(self, condition: object) -> None:
        """Refuse what is no predicate of this function."""
        if not isinstance(condition, Value) or condition.type is not pred:
            got = condition.type if isinstance(condition, Value) else type(condition).__name__
            raise BuildError(
                "PTX014",
                f"a condition is a predicate, got {got}",
                help="compare it: x != 0. A bool known now belongs in a Python if",
                location=caller(),
            )
        if condition.k is not self:
            raise foreign(condition)

    def check_unguarded(self) -> None:
        """Refuse control flow where every instruction is guarded."""
        if self.code.guard is not None:
            raise BuildError(
                "PTX026",
                "control flow cannot stand inside predicated code",
                help="use k.if_(p) for the whole",
                location=caller(),
            )


class _When:
    """One call under a guard."""

    def __init__(self, k: ControlFlow, condition: Value) -> None:
        self._k = k
        self._condition = condition

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._k, name)

        def guarded(*args: Any, **options: Any) -> Any:
            with self._k.predicated(self._condition):
                return method(*args, **options)

        return guarded
