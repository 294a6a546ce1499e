"""The `with` blocks of structured control flow: what each puts before and after its body."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, cast

from attrs import define, field

from ptxgen.errors import BuildError
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.value import Value, Var
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block
from ptxgen.ir.operands import Guard, Immediate, Label
from ptxgen.isa.types import Type, pred, s32, u32

if TYPE_CHECKING:
    from ptxgen.ir.builder.control import ControlFlow

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

    def begin(self) -> Any:
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
