"""Mutants that no sanitizer can report, each with the reason: those that change nothing, and those that only compute
something else, in bounds, from values that were written and in the order that the program had before.
"""

from __future__ import annotations

import re

from attrs import frozen

from tests.sanitizers.mutants import Mutant
from tests.sanitizers.programs import Program

ANY = ".*"
RINGS = "stored_ring|bulk_ring|late_copies"


@frozen
class Explanation:
    """Why mutants of some programs (a pattern) by one operator, whose changed line has a pattern, are no hazard."""

    programs: str
    operator: str
    line: str
    reason: str

    def fits(self, program: Program, mutant: Mutant) -> bool:
        """Whether this is about a mutant."""
        return (
            re.fullmatch(self.programs, program.name) is not None
            and self.operator == mutant.operator
            and re.search(self.line, mutant.changed) is not None
        )


EQUIVALENT = (
    Explanation(
        ANY,
        "change barrier",
        r"bar\.sync 3;",
        "all threads of the CTA come to barrier 3 in the place of 0, at this one instruction; nobody else uses it",
    ),
    Explanation(
        "scan", "shift bound", "12[79]", "the steps are powers of two, none of which lies between the bounds"
    ),
    Explanation(
        "flag",
        "drop guard",
        "^$",
        "each lane releases the same value after the barrier of its warp, so whichever the reader sees will do",
    ),
    Explanation("flag", "narrow scope", ANY, "who writes and who reads are threads of one CTA"),
    Explanation(
        "warp_sums",
        "drop guard",
        "^$",
        "all lanes have the warp's sum, and put the same value in the same place by one instruction",
    ),
)
"""Bit-equal results, in every order of warps that was tried."""

FUNCTIONAL = (
    Explanation("reduction", "shift bound", ANY, "all threads leave out the same levels, barriers included"),
    Explanation(
        "reduction", "shift address", r"\[tile\+4\]", "another thread's sum, which the same barrier orders"
    ),
    Explanation("scan", "shift address", r"ld.*\[%r9\+4\]", "the next word, which the same barrier orders"),
    Explanation(
        "double_buffer",
        "shift address",
        r"ld\.global.*(\[%rd5\+4\]|\[%rd5-4\])",
        "a neighbour's word of the source",
    ),
    Explanation(
        "double_buffer",
        "one stage",
        "%r11, 0;",
        "one half is filled once and read, the other one only filled",
    ),
    Explanation(
        "double_buffer|copied_tiles|product",
        "shift bound",
        r"setp\.ge\.u32 %p\d, %r\d+, 2;",
        "the last tile is not brought; its stage holds an earlier one, which the same barriers order",
    ),
    Explanation(
        "stencil", "shift address", "ld", "another word of the tile, written before the same barrier"
    ),
    Explanation(
        "handover|cluster_sum|neighbours|ping_pong",
        "swap stage",
        "mov",
        "not a stage but a partner: the thread's own word, which is written before the same barrier",
    ),
    Explanation(
        RINGS,
        "swap stage",
        "and",
        "one side begins with the other stage, with its tile and its mbarriers: tiles change places, nothing else",
    ),
    Explanation("last_cta", "shift bound", "%r0, 7;", "one of the sums is left out"),
    Explanation("warp_sums", "shift bound", "%r10, 3;", "one of the sums is left out"),
    Explanation(
        "product",
        "shift bound",
        r"%r13, 5;",
        "one step more, with the tile that is there: nobody fills its stage any more",
    ),
    Explanation(
        "product", "shift address", "ldmatrix", "other rows of the same stage, which the same barrier orders"
    ),
    Explanation("warpgroup_product", "shift bound", "%r10, 1;", "one of the products is left out"),
)
"""Other results, the same in every order of warps: comparing with the reference tells them."""


def explanation(program: Program, mutant: Mutant, *, equal: bool) -> Explanation | None:
    """What explains a mutant that nothing reports and whose results are `equal` to the program's, or are not."""
    return next((e for e in (EQUIVALENT if equal else FUNCTIONAL) if e.fits(program, mutant)), None)
