"""What the table refuses, and with which message; what it accepts in the writing of others."""

from __future__ import annotations

import pytest

from ptxgen.ir.operands import (
    Address,
    Immediate,
    Label,
    Not,
    Operand,
    Pair,
    Register,
    Sink,
    SpecialRegister,
    Symbol,
    Vector,
)
from ptxgen.ir.select import Mismatch, select, unknown
from ptxgen.isa import TYPES, Form, Requirement, StateSpace, forms, refusal


def r(type: str, number: int = 1) -> Register:
    return Register(f"%{type}_{number}", TYPES[type])


U32, F32, F64, B16, PRED = r("u32"), r("f32"), r("f64"), r("b16"), r("pred")
GLOBAL = Address(r("u64"))

# What ptxas 13.0 refuses, each tried alone (the faults of other libraries), and the id that we refuse it with.
REFUSED: list[tuple[str, tuple[Operand, ...], str]] = [
    ("sin.f32", (F32, F32), "PTX001"),
    ("sqrt.f32", (F32, F32), "PTX001"),
    ("rcp.f32", (F32, F32), "PTX001"),
    ("lg2.f32", (F32, F32), "PTX001"),
    ("ex2.f32", (F32, F32), "PTX001"),
    ("fma.f32", (F32, F32, F32, F32), "PTX001"),
    ("mad.f32", (F32, F32, F32, F32), "PTX001"),
    ("div.f32", (F32, F32, F32), "PTX001"),
    ("cvt.f32.u32", (F32, U32), "PTX001"),
    ("cvt.f16.f32", (r("f16"), F32), "PTX001"),
    ("cvt.u32.f32", (U32, F32), "PTX001"),
    ("mul.u32", (U32, U32, U32), "PTX001"),
    ("and.u32", (U32, U32, U32), "PTX001"),
    ("not.u32", (U32, U32), "PTX001"),
    ("shl.u32", (U32, U32, U32), "PTX001"),
    ("ld.global.f16", (r("f16"), GLOBAL), "PTX001"),
    ("st.global.f16", (GLOBAL, r("f16")), "PTX001"),
    ("mov.b8", (B16, B16), "PTX001"),
    ("shfl.bfly.b32", (U32, U32, Immediate(1), Immediate(31)), "PTX001"),
    ("shfl.sync.bfly.b32", (U32, U32, Immediate(1), Immediate(31)), "PTX002"),
    ("vote.ballot.b32", (U32, PRED), "PTX001"),
    ("vote.all.pred", (PRED, PRED), "PTX001"),
    ("mov.f32", (F32, Immediate(1)), "PTX015"),
    ("bar.sync", (Immediate(16),), "PTX017"),
    ("add.u32", (U32, F32, U32), "PTX014"),
    ("ld.global.u32", (U32, Address(U32)), "PTX016"),
    ("st.u32", (Address(U32), U32), "PTX016"),
    # and more of the same kind
    ("add.sat.u32", (U32, U32, U32), "PTX001"),
    ("mul.wide.u64", (r("u64"), r("u64"), r("u64")), "PTX001"),
    ("setp.lo.s32", (PRED, r("s32"), r("s32")), "PTX001"),
    ("setp.ltu.u32", (PRED, U32, U32), "PTX001"),
    ("atom.global.add.b32", (U32, GLOBAL, U32), "PTX001"),
    ("ld.global.v4.f64", (F64, GLOBAL), "PTX003"),
    ("ld.shared.v8.f32", (F32, GLOBAL), "PTX001"),
    ("ld.global.L2::cache_hint.f32", (F32, GLOBAL), "PTX002"),
    ("ld.global.f32", (F32, GLOBAL, r("b64")), "PTX002"),
    ("st.global.f32", (r("u64"), F32), "PTX003"),
    ("add.u32", (Immediate(1), U32, U32), "PTX003"),
    ("add.u32", (U32, Sink(), U32), "PTX003"),
    ("add.u32", (U32, SpecialRegister("%tid.x"), U32), "PTX003"),
    ("mov.u64", (r("u64"), SpecialRegister("%tid.x")), "PTX014"),
    ("mov.f32", (F32, SpecialRegister("%tid.x")), "PTX014"),
    ("mov.f64", (F64, Symbol("x")), "PTX014"),
    ("add.f32", (F32, F32, Immediate(1)), "PTX015"),
    ("add.u32", (U32, U32, Immediate.f32(1.0)), "PTX015"),
    ("selp.u32", (U32, U32, U32, Not(PRED)), "PTX003"),
    ("selp.u32", (U32, U32, U32, U32), "PTX014"),
    ("lop3.b32", (U32, U32, U32, U32, U32), "PTX003"),
    ("bra", (U32,), "PTX003"),
    ("lop3.or.b32", (U32, U32, U32, U32, Immediate(1), PRED), "PTX003"),
    ("mov.b64", (r("b64"), Vector((U32, U32, U32))), "PTX003"),
    ("cvt.rn.f32.u32", (F64, U32), "PTX014"),
    ("ld.global.f32", (F64, GLOBAL), "PTX014"),
    ("pmevent", (Immediate(99),), "PTX017"),
    ("add.u32", (U32, U32), "PTX002"),
    ("addd.u32", (U32, U32, U32), "PTX001"),
]


@pytest.mark.parametrize(("name", "operands", "id"), REFUSED, ids=[f"{n}-{i}" for n, _, i in REFUSED])
def test_refused(name: str, operands: tuple[Operand, ...], id: str) -> None:
    found = select(name, operands)
    assert isinstance(found, Mismatch), found
    assert found.id == id, found


ACCEPTED: list[tuple[str, tuple[Operand, ...]]] = [
    ("add.f32", (F32, F32, F32)),
    ("mul.f32", (F32, F32, Immediate.f32(2.0))),
    ("shr.u32", (U32, U32, Immediate(3))),
    ("add.f32", (r("b32"), F32, F32)),
    ("mov.b32", (F32, U32)),
    ("mov.b32", (U32, Immediate.f32(1.0))),
    ("ld.shared.u32", (U32, Address(U32))),
    ("ld.shared.u32", (U32, Address(r("u64")))),
    ("ld.global.u8", (U32, GLOBAL)),
    ("ld.global.s8", (r("s64"), GLOBAL)),
    ("ld.global.v4.u32", (Vector((Sink(), U32, Sink(), Sink())), GLOBAL)),
    ("ld.param.u64", (r("u64"), Address(Symbol("p"), 8))),
    ("st.global.v2.f32", (GLOBAL, Vector((F32, Immediate.f32(0.0))))),
    ("setp.lt.u32", (PRED, U32, U32)),
    ("setp.lt.u32", (Pair(PRED, r("pred", 2)), U32, U32)),
    ("setp.lt.and.u32", (PRED, U32, U32, Not(PRED))),
    ("mov.u32", (U32, SpecialRegister("%tid.x"))),
    ("mov.u16", (r("u16"), SpecialRegister("%tid.x"))),
    ("cvt.u64.u32", (r("u64"), SpecialRegister("%tid.x"))),
    ("mov.u64", (r("u64"), Symbol("x"))),
    ("bar.sync", (Immediate(15),)),
    ("bar.sync", (U32, Immediate(64))),
    ("barrier.sync.aligned", (Immediate(0), Immediate(64))),
    ("ld.global.L2::cache_hint.f32", (F32, GLOBAL, r("b64"))),
    ("atom.global.gpu.acq_rel.add.u32", (U32, GLOBAL, U32)),  # Triton's order
    ("ld.global.nc.L1::no_allocate.L2::128B.v4.f32", (Vector((F32, F32, F32, F32)), GLOBAL)),
    ("call.uni", (Symbol("f"),)),
    ("brx.idx", (U32, Label("table"))),
    ("fma.rn.bf16", (B16, B16, B16, B16)),
]


def test_types_that_registers_cannot_have_take_untyped_bits_only() -> None:
    """As ptxas 13.0 does; a float register of the same size is another type."""
    for name, wrong in (
        ("add.f16x2", r("f32")),
        ("add.f16x2", U32),
        ("add.bf16", r("u16")),
        ("dp4a.u32.u32", F32),
    ):
        assert isinstance(select(name, (wrong,) * (4 if name.startswith("dp") else 3)), Mismatch), name
    assert isinstance(select("add.f16x2", (r("b32"),) * 3), Form)
    assert isinstance(select("match.any.sync.b32", (F32, U32, Immediate(-1))), Mismatch)
    # Bits may be loaded into any wider register, and are zero-extended there.
    assert isinstance(select("ld.global.b16", (F32, GLOBAL)), Form)
    assert isinstance(select("ld.global.u16", (F32, GLOBAL)), Mismatch)


@pytest.mark.parametrize(("name", "operands"), ACCEPTED, ids=[n for n, _ in ACCEPTED])
def test_accepted(name: str, operands: tuple[Operand, ...]) -> None:
    found = select(name, operands)
    assert isinstance(found, Form), found
    assert found.name == name


def test_messages_offer_the_rule_or_the_nearest_name() -> None:
    assert refusal("add.sat.u32") == "sat -> type=s32"
    assert refusal("add.sat.s32") is None
    broken = select("add.sat.u32", (U32, U32, U32))
    assert isinstance(broken, Mismatch)
    assert "sat -> type=s32" in broken.help
    unknown = select("addd.u32", ())
    assert isinstance(unknown, Mismatch)
    assert unknown.help == "did you mean add?"
    disordered = select("add.f32.ftz", (F32, F32, F32))
    assert isinstance(disordered, Mismatch)
    assert (disordered.id, disordered.help) == ("PTX019", "write add.ftz.f32")
    twice = select("add.ftz.ftz.f32", (F32, F32, F32))
    assert isinstance(twice, Mismatch)
    assert (twice.id, twice.help) == ("PTX019", "write add.ftz.f32")


@pytest.mark.parametrize(
    ("name", "operands", "taken"),
    [
        ("add.u32", (Sink(), U32, U32), False),
        ("shfl.sync.bfly.b32", (Pair(Sink(), PRED), U32, Immediate(1), Immediate(31), Immediate(-1)), False),
        ("shfl.sync.bfly.b32", (Pair(U32, Sink()), U32, Immediate(1), Immediate(31), Immediate(-1)), True),
        ("setp.lt.u32", (Pair(Sink(), Sink()), U32, U32), False),
        ("setp.lt.u32", (Pair(Sink(), PRED), U32, U32), True),
        ("ld.global.v2.f32", (Vector((Sink(), F32)), GLOBAL), True),
        ("atom.global.add.u32", (Sink(), GLOBAL, U32), True),
    ],
)
def test_results_to_throw_away(name: str, operands: tuple[Operand, ...], taken: bool) -> None:
    """Where ptxas 13.0 takes `_`."""
    assert isinstance(select(name, operands), Form) == taken


def test_forms_of_a_shared_name() -> None:
    shapes = [[o.count for o in f.operands] for f in forms("mov.b64")]
    assert shapes == [[0, 0], [0, 2], [2, 0], [0, 4], [4, 0]]
    (load,) = forms("ld.relaxed.gpu.global.L1::evict_last.L2::256B.v2.s64")
    assert load.space is StateSpace.GLOBAL
    assert load.operands[0].count == 2
    assert load.type is TYPES["s64"]
    assert load.has("level::prefetch_size")
    assert load.requirement == Requirement((7, 4), 80)
    (half,) = forms("mul.wide.u16")
    assert half.operands[0].type is TYPES["u32"]
    (product,) = forms("dp4a.u32.s32")
    assert [o.type for o in product.operands] == [TYPES[t] for t in ("s32", "u32", "u32", "s32")]
    assert [o.type for o in forms("dp4a.u32.u32")[0].operands][3] is TYPES["u32"]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("mul.hi.lo.u32", "mul.lo.u32"),
        ("mad.u32", "mad.hi.u32"),
        ("setp.ltt.u32", "setp.lt.u32"),
        ("ld.global.nc.v3.u32", "ld.global.nc.v2.u32"),
        ("shfl.bfly.b32", "shfl.sync.bfly.b32"),
        ("cp.async.cg.shared.global.L2::64BB", "cp.async.cg.shared.global.L2::64B"),
        ("mbarrier.try_wait.parity.shared.b32", "mbarrier.try_wait.parity.shared.b64"),
        ("atom.gpu.global.add.u33", "atom.gpu.global.add.u32"),
    ],
)
def test_the_nearest_form_is_named(name: str, near: str) -> None:
    found = unknown(name)
    assert found.id == "PTX001"
    assert found.help.startswith(f"did you mean {near}? the manual has: {near.partition('.')[0]}")
    assert forms(near)


def test_names_that_are_no_misspelt_instructions() -> None:
    """Neither long nor hopeless ones take long, and what is said is still what the manual has."""
    assert "the manual has: add" in unknown("add." + "x" * 5000).help
    assert "the manual has: add" in unknown("add" + ".u32.s32" * 500).help
