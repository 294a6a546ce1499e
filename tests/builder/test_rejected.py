"""Bad uses are refused when they are built: each row of what ptxas rejects, and what it wrongly accepts.

The message names the operand, the expected type and the given one.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder
from ptxgen.ir.operands import Address, Immediate, Register, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import b16, bf16, f16, f32, f64, pred, s32, u8, u16, u32, u64

Use = Callable[[KernelBuilder], object]


def x32(k: KernelBuilder) -> object:
    return k.param("x", f32)


ROUNDING: dict[str, Use] = {
    "sin.f32": lambda k: k.op("sin.f32", x32(k)),
    "sqrt.f32": lambda k: k.op("sqrt.f32", x32(k)),
    "rcp.f32": lambda k: k.op("rcp.f32", x32(k)),
    "lg2.f32": lambda k: k.op("lg2.f32", x32(k)),
    "fma.f32": lambda k: k.op("fma.f32", x32(k), 1.0, 2.0),
    "mad.f32": lambda k: k.op("mad.f32", x32(k), 1.0, 2.0),
    "div.f32": lambda k: k.op("div.f32", x32(k), 3.0),
    "cvt.f32.u32": lambda k: k.op("cvt.f32.u32", k.param("i", u32)),
    "cvt.f16.f32": lambda k: k.op("cvt.f16.f32", x32(k)),
    "mul.u32": lambda k: k.op("mul.u32", k.param("i", u32), 3),
    "and.u32": lambda k: k.op("and.u32", k.param("i", u32), 3),
    "not.u32": lambda k: k.op("not.u32", k.param("i", u32)),
    "shl.u32": lambda k: k.op("shl.u32", k.param("i", u32), 3),
    "ld.global.f16": lambda k: k.op("ld.global.f16", k.pointer("p", f16)),
    "st.global.f16": lambda k: k.op("st.global.f16", k.pointer("p", f16), k.param("h", f16)),
    "mov.b8": lambda k: k.op("mov.b8", 1),
    "vote.all.pred": lambda k: k.op("vote.all.pred", k.param("i", u32) == 0),
}


@pytest.mark.parametrize("name", ROUNDING)
def test_names_that_do_not_exist_invalid(k: KernelBuilder, name: str) -> None:
    with pytest.raises(BuildError) as caught:
        ROUNDING[name](k)
    assert caught.value.id == "PTX001"
    assert name in caught.value.message
    assert caught.value.help


def test_the_defaults_are_legal(k: KernelBuilder) -> None:
    """What the author need not write is what ptxas asks for."""
    x, i = k.param("x", f32), k.param("i", u32)
    assert (k.sqrt(x).type, k.rcp(x).type, k.sin(x).type, (x / 2).type) == (f32,) * 4
    assert ((i * i).type, (~i).type, (i << 2).type, k.cvt(f32, i).type) == (u32, u32, u32, f32)


def test_shuffle_without_member_mask_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match=r"membermask\), got 3") as caught:
        k.op("shfl.sync.bfly.b32", k.param("x", f32), 1, 31)
    assert caught.value.id == "PTX002"


def test_shuffle_width_is_not_a_mask_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="width is a power of two up to 32, got 31"):
        k.shfl_bfly(k.param("x", f32), 1, width=31)


def test_vote_of_a_number_invalid(k: KernelBuilder) -> None:
    with pytest.raises(
        BuildError, match=r"takes a: pred, membermask: b32, got u32 .*\(operand a\)"
    ) as caught:
        k.vote_all(k.param("i", u32))
    assert caught.value.id == "PTX014"
    assert "!= 0" in caught.value.help


def test_float_move_of_an_integer_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="takes f32, got the integer constant 1") as caught:
        k.emit("mov.f32", k.var(f32), Immediate(1))
    assert caught.value.id == "PTX015"


def test_integer_move_of_a_float_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError) as caught:
        k.mov(u32, 1.5)
    assert caught.value.id == "PTX015"
    assert "got a Python float (operand a)" in caught.value.message


@pytest.mark.parametrize("barrier", [16, -1])
def test_barrier_16_invalid(k: KernelBuilder, barrier: int) -> None:
    with pytest.raises(BuildError, match=f"operand a is 0 to 15, got {barrier}"):
        k.bar_sync(barrier)


def test_duplicate_label_invalid(k: KernelBuilder) -> None:
    label = k.label("top")
    k.place(label)
    with pytest.raises(BuildError, match="placed twice"):
        k.place(label)
    with pytest.raises(BuildError, match="'top' is taken"):
        k.label("top")


def test_undefined_label_invalid(k: KernelBuilder) -> None:
    k.bra(k.label("nowhere"))
    with pytest.raises(BuildError, match="label nowhere of test is never placed") as caught:
        k.build()
    assert caught.value.id == "PTX028"


def test_label_of_another_kernel_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="is no label of test"):
        k.bra(KernelBuilder("other").label())


def test_unknown_parameter_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="test knows no variable 'n'") as caught:
        k.emit("ld.param.u32", k.var(u32), Address(Symbol("n")))
    assert caught.value.id == "PTX027"


def test_integer_add_of_a_float_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError) as caught:
        k.op("add.u32", k.param("i", u32), k.param("x", f32))
    assert caught.value.id == "PTX014"
    assert caught.value.message == "add.u32 takes two u32 operands, got u32 and f32 (operand b)"


def test_mixed_operands_invalid(k: KernelBuilder) -> None:
    i, total = k.param("i", u32), k.param("x", f32)
    with pytest.raises(BuildError) as caught:
        _ = total + i
    assert caught.value.id == "PTX014"
    assert caught.value.message == "add.rn.f32 takes two f32 operands, got f32 and u32 (operand b)"
    assert caught.value.help == "convert it: k.cvt(f32, b)"
    assert caught.value.location is not None
    assert caught.value.location.file == __file__


def test_mixed_signs_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="got u32 and s32") as caught:
        _ = k.param("i", u32) < k.param("j", s32)
    assert caught.value.help == "say which sign is meant: k.bitcast(u32, b)"


def test_bits_register_in_float_add_invalid(k: KernelBuilder) -> None:
    """ptxas accepts add.f32 on a .b32 register; the builder wants to be told what the bits mean."""
    bits = k.var(b16)
    with pytest.raises(BuildError, match="got b16"):
        _ = bits + 1


@pytest.mark.parametrize("name", ["ld.global.u32", "ld.u32"])
def test_narrow_address_invalid(k: KernelBuilder, name: str) -> None:
    with pytest.raises(BuildError, match="address is 64 bits wide, got a u32 register") as caught:
        k.op(name, k.param("i", u32))
    assert caught.value.id == "PTX016"


@pytest.mark.parametrize("name", ["ld.shared.u32", "ld.local.u32", "ld.const.u32"])
def test_narrow_address_where_it_is_fine(k: KernelBuilder, name: str) -> None:
    assert k.op(name, k.param("i", u32)).type is u32


def test_raw_register_of_the_wrong_type_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match=r"add\.u32: operand a takes u32, got f32"):
        k.emit("add.u32", k.var(u32), Register("%f9", f32), 1)


def test_shared_pointer_as_global_invalid(k: KernelBuilder) -> None:
    tile = k.shared("tile", f32, 32)
    with pytest.raises(BuildError, match="reads a global address, got a pointer to shared f32") as caught:
        k.op("ld.global.f32", tile)
    assert caught.value.id == "PTX022"
    with pytest.raises(BuildError, match="reads a generic address"):
        k.op("ld.f32", tile)
    address = k.param("a", u64)
    with pytest.raises(BuildError, match="a shared address is 32 bits wide, got u64"):
        k.pointer_to(address, f32, StateSpace.SHARED)


def test_wide_index_into_shared_memory_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="indexed with 32 bits, got u64"):
        _ = k.shared("tile", f32, 32)[k.param("i", u64)]


def test_index_that_is_no_integer_invalid(k: KernelBuilder) -> None:
    x = k.pointer("x", f32)
    with pytest.raises(BuildError, match="an index is a 32- or 64-bit integer, got f32"):
        _ = x[k.param("f", f32)]
    with pytest.raises(BuildError, match="got u16"):
        _ = x[k.param("h", u16)]
    with pytest.raises(BuildError, match="got a Python float"):
        _ = x[1.5]


def test_store_of_another_type_invalid(k: KernelBuilder) -> None:
    x = k.pointer("x", f32)
    with pytest.raises(BuildError, match="a pointer to f32 stores f32 values, got u32"):
        x[0] = k.param("i", u32)
    with pytest.raises(BuildError, match="a pointer to bf16 stores bf16 values, got f16"):
        k.pointer("y", bf16)[0] = k.param("h", f16)


def test_narrow_arithmetic_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="got u8") as caught:
        _ = k.param("c", u8) + 1
    assert caught.value.help == "widen it first: k.cvt(u32, x)"


def test_unknown_method_invalid(k: KernelBuilder) -> None:
    with pytest.raises(AttributeError, match="no method 'frobnicate'"):
        k.frobnicate(1)


def test_unknown_modifier_invalid(k: KernelBuilder) -> None:
    x = k.param("x", f32)
    with pytest.raises(BuildError, match="has no modifier") as caught:
        k.add(x, x, saturate=True)
    assert caught.value.id == "PTX021"
    with pytest.raises(BuildError, match="has no modifier"):
        k.fma(x, x, x, rnd="rq")


def test_type_that_nothing_tells_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="do not tell the type") as caught:
        k.add(1, 2)
    assert caught.value.help.startswith("say it first: k.add(")


def test_wrong_count_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="does not take 3 operands") as caught:
        k.add(k.param("x", f32), 1.0, 2.0)
    assert caught.value.id == "PTX002"


def test_value_of_another_kernel_invalid(k: KernelBuilder) -> None:
    other = KernelBuilder("other").param("n", u32)
    with pytest.raises(BuildError, match="belongs to other") as caught:
        _ = k.param("i", u32) + other
    assert caught.value.id == "PTX031"
    with pytest.raises(BuildError, match="belongs to other"):
        k.if_(other == 0)


def test_python_cannot_branch_on_a_value_invalid(k: KernelBuilder) -> None:
    i = k.param("i", u32)
    with pytest.raises(BuildError, match="Python cannot branch on it") as caught:
        assert i < 3
    assert caught.value.id == "PTX024"
    with pytest.raises(BuildError, match="Python cannot count with it"):
        range(i)  # type: ignore[call-overload]


def test_plain_division_needs_its_own_operator_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="/ takes floats, got u32"):
        _ = k.param("i", u32) / 2
    with pytest.raises(BuildError, match="// takes integers, got f32"):
        _ = k.param("x", f32) // 2


def test_lost_accumulator_invalid(k: KernelBuilder) -> None:
    x = k.pointer("x", f32)
    total = k.const(f32, 0.0)
    with pytest.raises(BuildError, match=r"\+= on a value made outside") as caught, k.for_(0, 8) as i:
        total += x[i]
    assert caught.value.id == "PTX025"
    assert "k.var(f32" in caught.value.help


def test_rebinding_in_straight_code_is_plain_python(k: KernelBuilder) -> None:
    total = k.const(f32, 0.0)
    for _ in k.unroll(2):
        total += 1.0
    assert total.register.name == "%f2"


def test_variable_of_another_type_invalid(k: KernelBuilder) -> None:
    v = k.var(f32, 0.0)
    with pytest.raises(BuildError, match="a f32 variable takes a f32 value, got u32"):
        v.set(k.param("i", u32))
    with pytest.raises(BuildError, match="the result is f64"):
        k.add(k.param("d", f64), 1.0, into=v)
    with pytest.raises(BuildError, match="into= takes a variable"):
        k.add(k.param("e", f32), 1.0, into=k.const(f32, 0.0))


def test_load_into_what_cannot_hold_it_invalid(k: KernelBuilder) -> None:
    x = k.pointer("x", u8)
    with pytest.raises(BuildError, match=r"ld\.global\.u8 gives u8, which f32 cannot hold"):
        x.load(0, as_type=f32)
    with pytest.raises(BuildError, match="gives u32, which u16 cannot hold"):
        x.cast(u32).load(0, as_type=u16)


def test_conversion_of_bits_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="bits have no value to keep"):
        k.cvt(f32, k.var(b16))


def test_bitcast_of_another_size_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="u32 has 32 bits, f64 has 64"):
        k.bitcast(f64, k.param("i", u32))


def test_predicate_in_arithmetic_invalid(k: KernelBuilder) -> None:
    i = k.param("i", u32)
    with pytest.raises(BuildError, match="got u32 and pred") as caught:
        _ = i + (i < 3)
    assert "k.select" in caught.value.help
    with pytest.raises(BuildError, match="cannot be a predicate"):
        k.param("p", pred)
