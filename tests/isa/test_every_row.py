"""Every emulated row has a case with an expected value of its own that runs on the emulator and on a GPU."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ptxgen import parse
from ptxgen.emulator.lower import MACHINE_OPCODES
from ptxgen.emulator.semantics import has_semantics
from ptxgen.isa import ROWS, Row, forms
from tests.isa.cases import MACHINE
from tests.isa.test_examples import EXAMPLES
from tests.isa.test_video import VIDEO
from tests.tensor import test_mma, test_wgmma, test_wmma

ROOM = Path(__file__).parents[1]
WRITTEN_OUT = [*(ROOM / "asynchronous").glob("test_*.py"), ROOM / "tensor" / "test_movement.py"]
"""Tests for both devices with instructions written out in the text of their kernels."""
SPELT = {
    "ldmatrix.sync.aligned.m8n8.x4.b16": "tensor/test_movement.py",
    "stmatrix.sync.aligned.m8n8.x4.b16": "tensor/test_movement.py",
    "cp.async.mbarrier.arrive.noinc.shared.b64": "asynchronous/test_mbarriers.py",
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes": "asynchronous/test_boxes.py",
    "st.async.shared::cluster.mbarrier::complete_tx::bytes.u32": "asynchronous/test_remote.py",
    **{
        f"red.async.relaxed.cluster.mbarrier::complete_tx::bytes.{operation}": "asynchronous/test_remote.py"
        for operation in ("inc.u32", "min.u32", "and.b32", "add.u32")
    },
}
"""Names that such a test puts together, and where."""


def rows() -> Iterator[Row]:
    for found in ROWS.values():
        yield from found


def arguments(operands: str) -> int:
    """How many operands a text has: commas in braces and brackets do not count."""
    flat = re.sub(r'["\'\n]|\bf"', "", operands)
    while (shorter := re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]", "x", flat)) != flat:
        flat = shorter
    return len(flat.split(",")) if flat.strip() else 0


def written_out() -> set[Row]:
    found: set[Row] = set()
    for path in WRITTEN_OUT:
        statements = re.findall(r"\b([a-z]\w*(?:\.\w[\w:]*)+)([^;=(]*);", path.read_text("utf-8"))
        for name, operands in statements:
            count = arguments(operands)
            found |= {f.row for f in forms(name) if f.minimum_operands <= count <= len(f.operands)}
    return found


def products() -> Iterator[str]:
    """The texts of the matrix products, or their names."""
    for case in test_wmma.CASES + test_wmma.NARROW:
        yield test_wmma.source(*case, ("row", "col", "row"), stride=True, space="global")
    for case in test_wgmma.CASES:
        right = test_wgmma.tile("32B", test_wgmma.sizes(case[0])[1], across=False)
        for left in (None, test_wgmma.tile("32B", 64, across=False)):
            yield test_wgmma.source(
                case, left, right, test_wgmma.immediates(case, *((0, 0) if left else (0,)))
            )


def with_cases() -> set[Row]:
    """The rows of all cases."""
    found = set(VIDEO) | written_out()
    for name in (
        *(name for name, *_ in EXAMPLES),
        *SPELT,
        *(test_mma.instruction_of(*case) for case in test_mma.CASES),
        "mma.sync.aligned.m8n8k4.row.col.f32.f16.f16.f32",
        test_mma.MIXED.format(d="f32", a="e4m3", b="e5m2"),
    ):
        found |= {form.row for form in forms(name)}
    for name, case in MACHINE.items():
        found |= case.rows(name)
    for text in products():
        found |= {i.form.row for f in parse(text).functions for i in f.instructions()}
    return found


def test_every_emulated_row_has_a_case() -> None:
    shown = with_cases()
    assert not [row.line for row in rows() if not row.not_emulated and row not in shown]


def test_every_row_has_semantics_or_a_reason() -> None:
    for row in rows():
        machine = row.opcode in MACHINE_OPCODES and not row.not_emulated
        ways = has_semantics(row) + machine + bool(row.not_emulated)
        assert ways == 1, f"{row.line}: {ways} of semantics, machine, reason"


def test_names_that_are_put_together_stand_where_they_are_said_to() -> None:
    for name, file in SPELT.items():
        assert ".".join(name.split(".")[:3]) in (ROOM / file).read_text("utf-8"), name


def test_a_case_names_an_instruction_of_its_own() -> None:
    for name, case in MACHINE.items():
        assert case.rows(name), name
