"""Integer instructions on columns of bits: what `passes.arithmetic` says of each, for all threads at once.

What has no entry in the table here is computed thread by thread.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.debug.cta.columns import Column, exact, narrow, plus, product, signed, unsigned
from ptxgen.isa.table import Form
from ptxgen.isa.types import Type
from ptxgen.passes.arithmetic import fold, folded_types, width


def folded(form: Form, sources: Sequence[Column]) -> Column | None:
    """The bits that a form gives in each thread for the bits of its sources; None where the answer is not certain."""
    types = folded_types(form, len(sources))
    if types is None:
        return None
    compute = _RESULTS.get(form.opcode)
    if compute is None or form.modifiers.get("mode") == "hi":
        return _each(form, sources)
    numbers = [_read(bits, type) for bits, type in zip(sources, types[1:], strict=False)]
    result = compute(_Operation(form, types[1], (*numbers, *sources[len(numbers) :])))
    return None if result is None else unsigned(result, width(types[0]))


def _read(bits: Column, type: Type) -> Column:
    return signed(bits, type.bits) if type.is_signed else unsigned(bits, width(type))


def _each(form: Form, sources: Sequence[Column]) -> Column | None:
    results = [fold(form, each) for each in zip(*(s.tolist() for s in sources), strict=True)]
    return None if None in results else narrow(np.array(results, object))


@frozen(eq=False)
class _Operation:
    """An instruction on numbers; `type` is that of the first."""

    form: Form
    type: Type
    sources: tuple[Column, ...]


Compute = Callable[[_Operation], "Column | None"]


def _plain(function: Callable[..., Any]) -> Compute:
    return lambda o: exact(function, *o.sources)


def _product(o: _Operation) -> Column | None:
    made = product(*o.sources[:2])
    total = plus(made, o.sources[2]) if len(o.sources) == 3 else made
    return total if not isinstance(total, int) else None


def _quotient(o: _Operation) -> Column | None:
    a, b = o.sources
    # The smallest number over -1 has no quotient in its type.
    if not b.all() or (o.type.is_signed and (b == -1).any()):
        return None
    quotient = np.abs(a) // np.abs(b)
    return np.where((a < 0) != (b < 0), -quotient, quotient)


def _remainder(o: _Operation) -> Column | None:
    quotient = _quotient(o)
    return None if quotient is None else exact(np.subtract, o.sources[0], product(o.sources[1], quotient))


def _left(o: _Operation) -> Column:
    return product(o.sources[0], np.left_shift(1, np.minimum(o.sources[1], o.type.bits).astype(object)))


def _right(o: _Operation) -> Column:
    a, by = o.sources
    # Numbers of 64 bits are all below 2^62 here.
    return np.right_shift(a, np.minimum(by, o.type.bits if a.dtype == object else 62))


_ORDER: dict[str, Callable[..., Column]] = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "lo": np.less, "ls": np.less_equal, "hi": np.greater, "hs": np.greater_equal,
}  # fmt: skip


def _compare(o: _Operation) -> Column | None:
    relation = _ORDER.get(o.form.modifiers["CmpOp"])
    return None if relation is None else relation(*o.sources).astype(np.int64)


def _looked_up(o: _Operation) -> Column:
    a, b, c, table = o.sources
    chosen = (
        (a if i & 4 else ~a) & (b if i & 2 else ~b) & (c if i & 1 else ~c)
        for i in range(8)
        if int(table[0]) >> i & 1
    )
    return reduce(operator.or_, chosen, np.zeros_like(a))


_RESULTS: dict[str, Compute] = {
    "add": _plain(np.add),
    "sub": _plain(np.subtract),
    "mul": _product,
    "mad": _product,
    "div": _quotient,
    "rem": _remainder,
    "min": _plain(np.minimum),
    "max": _plain(np.maximum),
    "neg": _plain(np.negative),
    "abs": _plain(np.abs),
    "and": _plain(np.bitwise_and),
    "or": _plain(np.bitwise_or),
    "xor": _plain(np.bitwise_xor),
    "not": _plain(np.invert),
    "shl": _left,
    "shr": _right,
    "setp": _compare,
    "selp": _plain(lambda a, b, c: np.where(c, a, b)),
    "cvt": lambda o: o.sources[0],
    "lop3": _looked_up,
}
