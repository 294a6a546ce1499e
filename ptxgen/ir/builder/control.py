"""Structured control flow, predication, labels and branches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, NoReturn, Self, cast

from attrs import define, field

from ptxgen.errors import BuildError
from ptxgen.ir.builder.encode import foreign
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.value import Value, Var
from ptxgen.ir.builder.warp import Warps
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block
from ptxgen.ir.operands import Guard, Immediate, Label
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa.types import Type, pred, s32, u32

Bound = Value | int


@define(eq=False)
class Region:
    """A `with` block of structured code. `begin` is called on entry and `end` on a normal exit."""

    k: ControlFlow

    def __enter__(self) -> Any:
        self.k.check_unguarded()
        return self.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.end()

    def begin(self) -> Any:
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError


@define(eq=False)
class If(Region):
    """`with k.if_(p):`. Its end waits for an `else_` until the next instruction."""

    condition: Value
    number: int = 0
    branch: Block | None = None

    def begin(self) -> None:
        code = self.k.code
        self.number = code.number()
        self.k.branch(Label(f"$endif_{self.number}"), ~self.condition)
        self.branch = code.function.blocks[-1]
        code.enter()

    def end(self) -> None:
        code = self.k.code
        code.leave()
        code.deferred = self.close
        self.k.open_if = self

    def close(self) -> None:
        """No `else_` came."""
        self.k.open_if = None
        self.k.code.function.start(f"$endif_{self.number}")

    def retarget(self) -> None:
        """An `else_` came: the branch that skips the body goes there."""
        assert self.branch is not None
        last = self.branch.instructions[-1]
        label = (Label(f"$else_{self.number}"),)
        self.branch.instructions[-1] = Instruction(last.name, label, last.form, last.guard, last.location)


@define(eq=False)
class Else(Region):
    """`with k.else_():` right after an `if_`."""

    number: int = 0

    def begin(self) -> None:
        opened = self.k.open_if
        code = self.k.code
        if opened is None or code.deferred != opened.close:
            raise BuildError(
                "PTX026",
                "else_ must follow the end of an if_ at once",
                help="move what stands between them into one of the branches",
                location=caller(),
            )
        code.deferred = None
        self.k.open_if = None
        self.number = opened.number
        opened.retarget()
        self.k.branch(Label(f"$endif_{self.number}"))
        code.function.start(f"$else_{self.number}")
        code.enter()

    def end(self) -> None:
        self.k.code.leave()
        self.k.code.function.start(f"$endif_{self.number}")


@define(eq=False)
class Loop(Region):
    """`with k.loop():` runs until a `break_`. The base of the other loops."""

    stem: str = "loop"
    number: int = 0
    continued: bool = False

    def open(self) -> None:
        """Place the label of the body and enter its scope."""
        self.k.code.place(self.label(""))
        self.k.code.enter()
        self.k.loops.append(self)

    def close(self) -> None:
        """Leave the scope and place the label that `break_` goes to."""
        self.k.loops.pop()
        self.k.code.leave()
        self.k.code.function.start(self.label("end").name)

    def label(self, part: str) -> Label:
        """The label of a part of the loop: "" its head, `end`, `next`."""
        return Label(f"${part}{self.stem}_{self.number}")

    def begin(self) -> None:
        self.number = self.k.code.number()
        self.open()

    def end(self) -> None:
        self.k.branch(self.label(""))
        self.close()

    def next_label(self) -> Label:
        """Where `continue_` goes."""
        return self.label("")


@define(eq=False)
class While(Loop):
    """`with k.while_(lambda: condition):`, tested before each turn."""

    condition: Callable[[], Value] = field(kw_only=True)

    def begin(self) -> None:
        Loop.begin(self)
        self.k.branch(self.label("end"), ~self.condition())


@define(eq=False)
class For(Loop):
    """`with k.for_(start, stop, step) as i:`, tested before the first turn and after each."""

    start: Bound = field(kw_only=True)
    stop: Bound = field(kw_only=True)
    step: Bound = field(kw_only=True)
    counter: Value = field(init=False)

    def begin(self) -> Value:
        k = self.k
        self.number = k.code.number()
        counter = k.var(_counter_type(self.start, self.stop, self.step), self.start)
        self.counter = counter
        if not self._surely_entered():
            k.branch(self.label("end"), k.compare(self._past, counter, self.stop))
        self.open()
        return Value(k, counter.type, counter.register, k.code.scope.serial)

    def end(self) -> None:
        k = self.k
        if self.continued:
            k.code.place(self.label("next"))
        if isinstance(self.step, Value) or self.step > 0:
            k.update("add", cast(Var, self.counter), self.step)
        else:
            k.update("sub", cast(Var, self.counter), -self.step)
        k.branch(self.label(""), k.compare(self._going, self.counter, self.stop))
        self.close()

    def next_label(self) -> Label:
        self.continued = True
        return self.label("next")

    @property
    def _downwards(self) -> bool:
        return not isinstance(self.step, Value) and self.step < 0

    @property
    def _going(self) -> str:
        return "gt" if self._downwards else "lt"

    @property
    def _past(self) -> str:
        return "le" if self._downwards else "ge"

    def _surely_entered(self) -> bool:
        if isinstance(self.start, Value) or isinstance(self.stop, Value):
            return False
        return self.start > self.stop if self._downwards else self.start < self.stop


@define(eq=False)
class Predicated(Region):
    """`with k.predicated(p):` puts `@p` before every instruction; there is no branch."""

    condition: Value
    previous: Guard | None = None

    def __enter__(self) -> None:
        self.begin()

    def begin(self) -> None:
        k = self.k
        k.check_predicate(self.condition)
        self.previous = k.code.guard
        if self.previous is not None:
            self.condition = self.both()
        k.code.enter()
        k.code.guard = Guard(self.condition.register, self.condition.negated)

    def both(self) -> Value:
        """The condition inside a guard that stands already. It may have been computed under that guard only."""
        code = self.k.code
        inner = self.k.positive(self.condition)
        combined = code.register(pred)
        code.guard = None
        code.emit("mov.pred", combined, Immediate(0))
        code.guard = self.previous
        code.emit("mov.pred", combined, inner.register)
        code.guard = None
        return self.k.value(pred, combined)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        self.k.code.guard = self.previous
        self.k.code.leave()


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
        """Guard every instruction of the block with the predicate, without a branch. Blocks nest; loops do not fit in."""
        return Predicated(self, condition)

    def when(self, condition: Value) -> Self:
        """The builder with one guard: `k.when(p).st(...)` builds that one call under `@p`."""
        self.check_predicate(condition)
        return cast(Self, _When(self, condition))

    def label(self, name: str = "") -> Label:
        """A new label, to be put into the code with `place`. A name shares the namespace of variables and is taken once."""
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
        code.append(
            "bra.uni" if uniform else "bra", (target,), _form("bra.uni" if uniform else "bra", target)
        )
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


def _form(name: str, target: Label) -> Any:
    form = select(name, (target,))
    if isinstance(form, Mismatch):
        raise BuildError(form.id, form.message, help=form.help, location=caller())
    return form


def _counter_type(*bounds: Bound) -> Type:
    typed = [b for b in bounds if isinstance(b, Value)]
    if typed:
        odd = next((b for b in typed if b.type is not typed[0].type), None)
        if odd is not None:
            _mixed(typed[0].type, odd.type)
        return typed[0].type
    plain = [b for b in bounds if not isinstance(b, Value)]
    return u32 if min(plain) >= 0 else s32


def _mixed(first: Type, other: Type) -> NoReturn:
    raise BuildError(
        "PTX014",
        f"the bounds of a loop have one type, got {first} and {other}",
        help=f"convert one: k.cvt({first}, x), or k.bitcast({first}, x) where only the sign differs",
        location=caller(),
    )
