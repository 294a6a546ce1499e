"""Order between grids: dependent launches."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Place
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect


def _before_wait(body: Body) -> list[Place]:
    """The places from which control may still come to griddepcontrol.wait, and that it does not dominate."""
    waits = [place for place, _ in body.named("griddepcontrol.wait")]
    if not waits:
        return []
    analysis = body.analysis
    ahead: set[int] = set()
    stack = [place[0] for place in waits]
    while stack:
        for source in analysis.cfg.predecessors[stack.pop()]:
            if source not in ahead:
                ahead.add(source)
                stack.append(source)
    found: list[Place] = []
    for place, _ in body.places:
        passed = any(analysis.values.dominates(wait, place) for wait in waits)
        before = place[0] in ahead or any(w[0] == place[0] and place < w for w in waits)
        if before and not passed:
            found.append(place)
    return found


@rule(
    "PTX135",
    "read before the grid ahead has finished",
    Severity.HINT,
    Family.CONCURRENCY,
    fix="read what the kernel before writes only after griddepcontrol.wait; constants such as weights may come early",
    section="9.7.13.13",
    confidence=Confidence.MEDIUM,
)
def early_read(body: Body) -> Iterator[Found]:
    """Before griddepcontrol.wait the kernel ahead in the stream may still be writing. A read through the non-coherent
    cache (.nc) may even keep an old value for later.
    """
    for place in _before_wait(body):
        load = body.instruction(place)
        if load.opcode == "ld" and load.form.space is StateSpace.GLOBAL and "nc" in load.form.modifiers:
            yield Found(f"{load.name} comes before griddepcontrol.wait", load, Verdict.UNKNOWN)


@rule(
    "PTX136",
    "write before the grid ahead has finished",
    Severity.WARNING,
    Family.CONCURRENCY,
    fix="store after griddepcontrol.wait",
    section="9.7.13.13",
    confidence=Confidence.HIGH,
)
def early_write(body: Body) -> Iterator[Found]:
    """Before griddepcontrol.wait the kernel ahead may still read or write what is overwritten here."""
    for place in _before_wait(body):
        store = body.instruction(place)
        written = store.form.row.effects & {Effect.WRITE, Effect.ATOMIC}
        if written and store.form.space is StateSpace.GLOBAL and store.opcode in ("st", "atom", "red"):
            yield Found(f"{store.name} comes before griddepcontrol.wait", store, Verdict.UNKNOWN)
