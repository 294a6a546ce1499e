"""What each rule is about: whether a text has anything that the rule could have said something about.

A score that counts checks without a subject rewards what was never looked at. A rule that is missing here has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ptxgen.debug.body import Body
from ptxgen.debug.residency import cta_threads
from ptxgen.debug.rules.traffic import conflict_degree, sectors
from ptxgen.isa.spaces import StateSpace

Subject = Callable[[Sequence[Body]], bool]

_EVERY = (
    "PTX001 PTX002 PTX003 PTX014 PTX015 PTX016 PTX017 PTX019 PTX040 PTX042 PTX043 PTX045 PTX047 PTX048 PTX049 PTX050 "
    "PTX052 PTX053 PTX054 PTX055 PTX063 PTX069 PTX104 PTX168"
)
_NAMED = {
    r"bra|brx": "PTX041 PTX102 PTX167",
    r"call": "PTX070 PTX071",
    r"ld\.param": "PTX044 PTX060",
    r"st\.param": "PTX076",
    r"(ld|st|atom|red)\b.*\.shared": "PTX046 PTX145 PTX190",
    r"(ld|st|atom|red)\b(?!.*\.param)": "PTX061 PTX062 PTX072 PTX074 PTX141",
    r"(ld|st)\.(?!param|shared|global|const|local)": "PTX163",
    r"st\b.*\.global": "PTX142",
    r"(ld\.global.*\.nc|ld\.const|ldu)": "PTX144",
    r"ld\.(global|shared)": "PTX162",
    r"(ld|st)\.local": "PTX166",
    r"bar\b|barrier\b|mbarrier\.(try|test)_wait": "PTX194",
    r"bar\b|barrier\b": "PTX059 PTX105 PTX120 PTX122 PTX123",
    r"(bar|barrier)\b.*\.arrive": "PTX126",
    r"shfl": "PTX065 PTX073 PTX125",
    r"(shfl|vote|match|redux|bar\.warp|activemask).*": "PTX066 PTX124",
    r"cp\.async": "PTX127",
    r"cp\.async\.(c[ag]|bulk\..*mbarrier)": "PTX192",
    r"cp\.(async\.(c[ag]|bulk)|reduce\.async)": "PTX191",
    r"(cp\.async|wgmma)\S*\.?(commit_group|wait_)": "PTX128",
    r"(cp\.async\.bulk|wgmma\.mma_async)": "PTX129",
    r"cp\.async\.bulk.*mbarrier": "PTX130",
    r"mbarrier": "PTX131",
    r"mbarrier\.(try|test)_wait": "PTX132",
    r"mbarrier\.(arrive|expect)": "PTX195",
    r"wgmma\.mma_async": "PTX133 PTX134",
    r"griddepcontrol": "PTX135 PTX136",
    r"atom.*\.(cas|exch)": "PTX137",
    r"(fma|mul|add)\..*f(32|64)": "PTX067 PTX108",
    r"shl|shr|shf": "PTX064",
    r"div|rem": "PTX103",
    r".*\.approx": "PTX106",
    r"(max|min)\..*f": "PTX107",
    r".*\.f64": "PTX164",
    r"cvta": "PTX165",
    r"setp": "PTX169",
    r"(mul|mad)\..*(wide|lo)": "PTX143",
}
"""A pattern for the beginning of an instruction's name, and the rules that look at such instructions."""


def subjects() -> dict[str, Subject]:
    """For each rule the question whether it had anything to look at."""
    found: dict[str, Subject] = dict.fromkeys(_EVERY.split(), _something)
    for pattern, ids in _NAMED.items():
        found |= dict.fromkeys(ids.split(), _named(pattern))
    return found | _OTHERS


def _something(bodies: Sequence[Body]) -> bool:
    return any(body.places for body in bodies)


def _named(pattern: str) -> Subject:
    matches = re.compile(pattern).match
    return lambda bodies: any(matches(i.name) for body in bodies for _, i in body.places)


def _loops(bodies: Sequence[Body]) -> bool:
    return any(body.analysis.loops.loops for body in bodies)


def _entry(bodies: Sequence[Body]) -> bool:
    return any(body.function.is_entry for body in bodies)


def _directives(bodies: Sequence[Body]) -> bool:
    return any(body.function.directives for body in bodies)


def _shared(bodies: Sequence[Body]) -> bool:
    return any(v.space is StateSpace.SHARED for body in bodies for v in body.function.variables)


def _variables(bodies: Sequence[Body]) -> bool:
    return any(body.function.variables or body.function.params for body in bodies)


def _bounded(bodies: Sequence[Body]) -> bool:
    """Whether accesses can be compared with the end of what they are in, thread by thread."""
    return any(
        a.base is not None
        and (body.threads.exact if a.variable(body) is not None else a.base.name in body.facts.sizes)
        for body in bodies
        for a in body.accesses
    )


def _located(bodies: Sequence[Body]) -> bool:
    """Whether shared memory is accessed at addresses that can be compared."""
    return any(
        a.space is StateSpace.SHARED and a.base is not None and body.threads.exact
        for body in bodies
        for a in body.accesses
    )


def _stored(bodies: Sequence[Body]) -> bool:
    return any(
        a.writes and a.base is not None and body.threads.exact for body in bodies for a in body.accesses
    )


def _shared_out(bodies: Sequence[Body]) -> bool:
    """Whether several CTAs access global memory at addresses that can be compared."""
    return any(
        a.writes and a.space is StateSpace.GLOBAL and a.base is not None
        for body in bodies
        if body.facts.grid is not None and max(body.facts.grid) > 1
        for a in body.accesses
    )


def _in_place(bodies: Sequence[Body]) -> bool:
    """Whether an entry stores to global memory through a pointer that it also reads through, in a CTA of known size."""
    reads, writes = (
        {
            (number, a.base)
            for number, body in enumerate(bodies)
            if body.function.is_entry and body.threads.exact
            for a in body.accesses
            if a.space is StateSpace.GLOBAL and a.base is not None and (a.reads if reading else a.writes)
        }
        for reading in (True, False)
    )
    return bool(reads & writes)


def _addressed(bodies: Sequence[Body]) -> bool:
    return any(body.shared for body in bodies)


def _updates(bodies: Sequence[Body]) -> bool:
    """Whether a place is both read and stored to."""
    both = (
        {a.address for a in body.accesses if a.reads} & {a.address for a in body.accesses if a.writes}
        for body in bodies
    )
    return any(both)


def _counters(bodies: Sequence[Body]) -> bool:
    return any(a.atomic and a.space is StateSpace.GLOBAL for body in bodies for a in body.accesses)


def _requests(bodies: Sequence[Body]) -> bool:
    return any(sectors(body, a) is not None for body in bodies for a in body.accesses)


def _banked(bodies: Sequence[Body]) -> bool:
    return any(conflict_degree(body, a) is not None for body in bodies for a in body.accesses)


def _loading(bodies: Sequence[Body]) -> bool:
    """Whether a loop loads from global memory, and the threads of a CTA can be counted."""
    return any(
        cta_threads(body) is not None and body.loop(a.place[0]) is not None
        for body in bodies
        for a in body.accesses
        if a.space is StateSpace.GLOBAL and a.reads
    )


def _special(bodies: Sequence[Body]) -> bool:
    return any("%" in str(o) for body in bodies for _, i in body.places for o in i.operands)


_OTHERS: dict[str, Subject] = {
    **dict.fromkeys(("PTX068", "PTX101", "PTX109", "PTX111"), _loops),
    **dict.fromkeys(("PTX051", "PTX110"), _entry),
    **dict.fromkeys(("PTX056", "PTX057", "PTX075", "PTX079"), _directives),
    "PTX058": _shared,
    "PTX077": _variables,
    "PTX078": _special,
    "PTX140": _bounded,
    "PTX150": _located,
    "PTX151": _stored,
    "PTX152": _shared_out,
    "PTX153": _in_place,
    "PTX154": _located,
    "PTX155": _updates,
    "PTX156": _counters,
    "PTX157": _addressed,
    "PTX160": _requests,
    "PTX161": _banked,
    "PTX193": _loading,
}
