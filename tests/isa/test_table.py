"""The table itself: rows are complete, the notation is read, conditions mean what they say."""

from __future__ import annotations

import re
from random import Random

import pytest

from ptxgen.isa import ROWS, SPECIAL_REGISTERS, TARGETS, Requirement, TargetError, forms, target
from ptxgen.isa.legality import broken_rule, holds
from ptxgen.isa.names import names, sample_names
from ptxgen.isa.rows import integer, memory
from ptxgen.isa.syntax import Shape, read_syntax
from ptxgen.isa.table import instruction


def test_rows_say_what_the_documentation_needs() -> None:
    for rows in ROWS.values():
        for row in rows:
            assert re.fullmatch(r"9\.7(\.\d+){2,4}", row.section), row.line
            assert row.doc, row.line
            assert not row.doc.endswith("."), row.line
            assert "  " not in row.line


def test_each_name_is_found_in_its_row() -> None:
    random = Random(1)
    for rows in ROWS.values():
        for row in rows:
            for name in sample_names(row, 20, random):
                found = [form for form in forms(name) if form.row is row]
                assert found, name
                for form in found:
                    assert form.minimum_operands <= len(form.operands)


def test_no_name_has_two_forms_of_the_same_shape() -> None:
    """Which row a name means must follow from its operands."""
    random = Random(2)
    for rows in ROWS.values():
        for row in rows:
            for name in sample_names(row, 30, random):
                shapes = [
                    tuple((o.role, o.count, o.shape, o.optional, o.type, o.sampler) for o in f.operands)
                    for f in forms(name)
                ]
                assert len(set(shapes)) == len(shapes), name


def test_names_follow_the_slots() -> None:
    assert list(names(integer.ADD))[:3] == ["add.u16", "add.u32", "add.u64"]
    assert "add.sat.s32" in names(integer.ADD)
    assert "add.sat.u32" not in names(integer.ADD)
    assert "add.sat.u32" in names(integer.ADD, legal=False)
    assert len(set(sample_names(memory.LD, 50, Random(3)))) == 50
    assert len(sample_names(integer.ADD, 3, Random(3))) == 3


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        ("sat", True),
        ("!sat", False),
        ("s32", True),
        ("type=s32|u32", True),
        ("type=u32", False),
        ("!type=u32 sat", True),
        ("ftz|sat", True),
        ("ftz|NaN", False),
        ("rnd=rn", False),
        ("", True),
    ],
)
def test_conditions(condition: str, true: bool) -> None:
    assert holds(condition, {"sat": "sat", "type": "s32"}) is true


def test_rules() -> None:
    assert broken_rule(("sat -> type=s32", "!ftz"), {"sat": "sat", "type": "s32"}) is None
    assert broken_rule(("sat -> type=s32",), {"sat": "sat", "type": "u32"}) == "sat -> type=s32"
    assert broken_rule(("relu|sat",), {"type": "u32"}) == "relu|sat"


def test_syntax() -> None:
    syntax = read_syntax(
        "op.mode{.sat}.type d{|p}, [a], {!}c, (x){, e}", {"mode": ("up", "down"), "type": ("u32",)}
    )
    assert syntax.opcode == "op"
    assert [o.shape for o in syntax.operands] == [
        Shape.PAIR, Shape.ADDRESS, Shape.VALUE, Shape.ARGUMENTS, Shape.VALUE,
    ]  # fmt: skip
    assert [o.optional for o in syntax.operands] == [False] * 4 + [True]
    assert syntax.operands[2].negatable
    assert syntax.modifiers_of(".up.sat.u32") == {"mode": "up", "sat": "sat", "type": "u32"}
    assert syntax.modifiers_of(".sat.up.u32") is None
    assert syntax.reordered(".sat.up.u32") == {"mode": "up", "sat": "sat", "type": "u32"}
    assert syntax.reordered(".u32.up") is None
    assert syntax.reordered(".up.up.u32") is None
    assert syntax.reordered(".sat.u32") is None
    assert syntax.arranged(".u32.sat.up") == ".up.sat.u32"
    assert syntax.arranged(".u32.sat") is None


@pytest.mark.parametrize(
    "name", ["mad.sat.hi.s32", "cvta.global.to.u64", "shf.wrap.l.b32", "div.ftz.full.f32"]
)
def test_half_of_an_opcode_stays_in_its_place(name: str) -> None:
    """As in ptxas: `mad.hi` is one word."""
    assert not forms(name)


def test_a_row_that_does_not_agree_with_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="do not agree"):
        instruction("nothing d, a", operands="d:u32", section="9.7.1.1", doc="x")
    with pytest.raises(ValueError, match="do not occur"):
        instruction("nothing d", type=("u32",), operands="d:u32", section="9.7.1.1", doc="x")
    with pytest.raises(ValueError, match="no opcode"):
        instruction(".u32 d", operands="d:u32", section="9.7.1.1", doc="x")
    with pytest.raises(ValueError, match="sm must be"):
        instruction("nothing d", operands="d:u32", sm="hopper", section="9.7.1.1", doc="x")
    assert "nothing" not in ROWS


def test_special_registers() -> None:
    tid = SPECIAL_REGISTERS["%tid.x"]
    assert (tid.type.name, tid.section) == ("u32", "10.1")
    assert SPECIAL_REGISTERS["%clock64"].type.name == "u64"
    assert SPECIAL_REGISTERS["%cluster_ctarank"].requirement == Requirement((7, 8), 90)
    assert "%tid" not in SPECIAL_REGISTERS
    assert len(SPECIAL_REGISTERS) == 101


def test_targets() -> None:
    assert list(TARGETS)[:8] == ["sm_75", "sm_80", "sm_86", "sm_87", "sm_88", "sm_89", "sm_90", "sm_90a"]
    assert {"sm_100a", "sm_100f", "sm_103a", "sm_110f", "sm_120a", "sm_121f"} <= set(TARGETS)
    hopper = target("sm_90")
    assert (hopper.shared_static, hopper.shared_optin, hopper.shared_per_sm) == (49152, 232448, 233472)
    assert (hopper.threads_per_block, hopper.registers_per_thread, hopper.barriers) == (1024, 255, 16)
    assert hopper.grid_dims == (2**31 - 1, 65535, 65535)
    assert (target("sm_80").cluster_ctas, hopper.cluster_ctas) == (1, 8)
    assert target(hopper) is hopper
    with pytest.raises(TargetError, match="unknown target 'sm_91'") as caught:
        target("sm_91")
    assert caught.value.id == "PTX018"
    assert caught.value.help.startswith("did you mean sm_9")
    with pytest.raises(TargetError) as caught:
        target("hopper")
    assert "sm_75" in caught.value.help


@pytest.mark.parametrize(
    ("requirement", "able", "unable"),
    [
        (Requirement(sm=80), ("sm_80", "sm_90a", "sm_121f"), ("sm_75",)),
        (Requirement(sm=90, feature="sm_90a"), ("sm_90a",), ("sm_90", "sm_100a", "sm_100")),
        (Requirement(sm=100, feature="sm_100a"), ("sm_100a",), ("sm_100f", "sm_103a", "sm_100")),
        (
            Requirement(sm=100, feature="sm_100f"),
            ("sm_100a", "sm_100f", "sm_103a", "sm_103f"),
            ("sm_100", "sm_110f", "sm_120a"),
        ),
        (
            Requirement(sm=100, feature="sm_100f|sm_120f"),
            ("sm_103f", "sm_121a"),
            ("sm_110a", "sm_121", "sm_90a"),
        ),
        (Requirement(sm=103, feature="sm_103f"), ("sm_103a",), ("sm_100f", "sm_100a")),
    ],
)
def test_requirements(requirement: Requirement, able: tuple[str, ...], unable: tuple[str, ...]) -> None:
    for name in able:
        assert target(name).supports(requirement), name
    for name in unable:
        assert not target(name).supports(requirement), name


def test_requirements_join() -> None:
    both = Requirement((7, 0), 80).join(Requirement((8, 0), 90, "sm_90a"))
    assert both == Requirement((8, 0), 90, "sm_90a")


def test_which_gpu_runs_what() -> None:
    assert target("sm_80").runs_on(target("sm_90"))
    assert not target("sm_90").runs_on(target("sm_80"))
    assert target("sm_90a").runs_on(target("sm_90"))
    assert not target("sm_90a").runs_on(target("sm_100"))
    assert target("sm_100f").runs_on(target("sm_103"))
    assert not target("sm_100f").runs_on(target("sm_110"))
    assert not target("sm_103f").runs_on(target("sm_100"))
