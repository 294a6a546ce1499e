"""The page of instructions: in step with the table, complete, and honest about what is not emulated."""

from __future__ import annotations

import re
from pathlib import Path

from ptxgen.isa import ROWS
from ptxgen.isa.coverage import FAMILIES, page

PAGE = Path(__file__).parents[2] / "docs" / "instructions.md"

OPCODES = (
    "abs activemask add addc alloca and applypriority atom bar barrier bfe bfi bfind bmsk bra brev brkpt brx call "
    "clz clusterlaunchcontrol cnot copysign cos cp createpolicy cvt cvta discard div dp2a dp4a elect ex2 exit "
    "fence fma fns getctarank griddepcontrol isspacep istypep ld ldmatrix ldu lg2 lop3 mad mad24 madc mapa match "
    "max mbarrier membar min mma mov movmatrix mul mul24 multimem nanosleep neg not or pmevent popc prefetch "
    "prefetchu prmt rcp red redux rem ret rsqrt sad selp set setmaxnreg setp shf shfl shl shr sin slct sqrt st "
    "stackrestore stacksave stmatrix sub subc suld suq sured sust szext tanh tcgen05 tensormap testp tex tld4 "
    "trap txq vabsdiff vabsdiff2 vabsdiff4 vadd vadd2 vadd4 vavrg2 vavrg4 vmad vmax vmax2 vmax4 vmin vmin2 vmin4 "
    "vote vset vset2 vset4 vshl vshr vsub vsub2 vsub4 wgmma wmma xor "
)
"""The opcodes of the manual's chapter on instructions."""


def test_page_is_in_step_with_the_table() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m ptxgen.isa.coverage > docs/instructions.md"


def test_every_opcode_of_the_manual_has_a_row() -> None:
    assert set(OPCODES.split()) == set(ROWS)


def test_every_row_is_on_the_page() -> None:
    shown = {
        tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]) for line in page().splitlines()
    }
    for row in (row for rows in ROWS.values() for row in rows):
        line, doc = (text.replace("|", r"\|") for text in (f"`{row.line}`", row.doc))
        (state,) = {cells[5] for cells in shown if cells[:3] == (line, doc, row.section)}
        known = "built, parsed, checked"
        if row.not_emulated:
            assert state == f"{known}; not emulated: {row.not_emulated}"
        else:
            assert state.startswith(f"{known}, emulated")
            assert all(why in state for why in row.not_emulated_with.values())
            assert (";" in state) == bool(row.not_emulated_with)


def test_every_family_has_rows() -> None:
    headings = [line for line in page().splitlines() if line.startswith("## ")]
    assert headings == [f"## {section} {title}" for section, title in FAMILIES.items()]
