"""Which operations of a block read the values that others write."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from attrs import define, field

from ptxgen.emulator.code import Code
from ptxgen.emulator.semantics.floating import ANY_NAN

Value = tuple[int, str]
"""A register as the operation of this number left it; -1: as it was when the block began."""


@define(eq=False)
class Flow:
    """The values of one block.

    sources: for each operation, which value of each register it reads. readers: the operations that read a value,
    ascending. escaping: values that the end of the block or what comes after it may read.
    """

    code: Code
    number: int
    sources: list[dict[str, Value]] = field(factory=list[dict[str, Value]])
    readers: dict[Value, list[int]] = field(factory=dict[Value, list[int]])
    escaping: frozenset[Value] = frozenset()

    def any_nan_will_do(self, index: int) -> bool:
        """Whether an operation and all that read its result are float32 arithmetic: it does not matter which NaN."""
        operations = self.code.blocks[self.number].operations
        if operations[index].instruction.form.row not in ANY_NAN:
            return False
        value = (index, operations[index].writes[0])
        return value not in self.escaping and all(
            operations[n].instruction.form.row in ANY_NAN for n in self.readers.get(value, ())
        )


_FLOWS: WeakKeyDictionary[Code, dict[int, Flow]] = WeakKeyDictionary()


def flow(code: Code, number: int) -> Flow:
    """The flow of values in block `number`, worked out once. `code.live_in` is known."""
    flows = _FLOWS.setdefault(code, {})
    if number not in flows:
        flows[number] = _flow(code, number)
    return flows[number]


def _flow(code: Code, number: int) -> Flow:
    block = code.blocks[number]
    latest: dict[str, Value] = {}
    found = Flow(code, number)
    for index, operation in enumerate(block.operations):
        # Under a guard, the old value stays on some threads.
        names = (*operation.reads, *operation.writes) if operation.guard is not None else operation.reads
        sources = {name: latest.get(name, (-1, name)) for name in names}
        found.sources.append(sources)
        for value in sources.values():
            found.readers.setdefault(value, []).append(index)
        latest.update((name, (index, name)) for name in operation.writes)
    needed = {*block.end_reads(), *(v.name for v in code.function.returns)}
    needed.update(*(code.live_in[s] for s in block.successors() if s < len(code.blocks)))
    found.escaping = frozenset(latest.get(name, (-1, name)) for name in needed)
    return found
