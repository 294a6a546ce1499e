"""What may stand as an operand, beyond types; and text that does not depend on the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder, ModuleBuilder
from ptxgen.ir.operands import Address, Label, Symbol
from ptxgen.isa.types import b32, f32, f64, pred, s32, u32, u64
from tests.builder.support import body


def test_a_vector_is_a_tuple_of_the_right_length_invalid(k: KernelBuilder) -> None:
    x, a = k.pointer("x", f32), k.const(f32, 0.0)
    with pytest.raises(
        BuildError, match=r"takes a: address, b: 2 x f32, got .* and \(f32, f32, f32\)"
    ) as caught:
        k.op("st.global.v2.f32", x, (a, a, a))
    assert caught.value.id == "PTX003"
    with pytest.raises(BuildError, match=r"takes a: address, b: 2 x f32, got .* and f32"):
        k.op("st.global.v2.f32", x, a)
    with pytest.raises(BuildError, match=r"got .* and \(f32, u32\)"):
        k.op("st.global.v2.f32", x, (a, k.const(u32, 0)))


def test_what_is_no_operand_invalid(k: KernelBuilder) -> None:
    a = k.const(u32, 0)
    with pytest.raises(BuildError, match="got u32 and None") as caught:
        k.add(a, None)  # type: ignore[call-overload]
    assert caught.value.id == "PTX031"
    with pytest.raises(BuildError, match="got u32 and a pointer to global f32") as caught:
        k.add(a, k.pointer("x", f32))  # type: ignore[call-overload]
    assert caught.value.help == "take the pointer's address as a number: x.address"
    with pytest.raises(BuildError, match="got u32 and the type u32"):
        k.add(a, u32)  # type: ignore[call-overload]
    with pytest.raises(BuildError, match="cannot assign a str"):
        k.var(u32, "3")


def test_what_must_be_known_now_invalid(k: KernelBuilder) -> None:
    a = k.const(u32, 0)
    with pytest.raises(BuildError, match="immLut: integer constant") as caught:
        k.lop3(a, a, a, a)
    assert caught.value.id == "PTX003"


def test_an_address_is_a_pointer_or_a_number_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="takes an address: a pointer or a u64 value"):
        k.op("ld.global.f32", 3)
    with pytest.raises(BuildError, match="takes an integer address register, got f64"):
        k.op("ld.global.f32", k.const(f64, 0.0))


def test_a_predicate_takes_no_numbers_invalid(k: KernelBuilder) -> None:
    p = k.var(pred, True)
    with pytest.raises(BuildError, match="takes two pred operands, got pred and a Python int") as caught:
        _ = p & 1
    assert "True or False" in caught.value.help


def test_a_type_without_a_place_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="has no place for the type f32"):
        k.popc(b32, f32, k.const(u32, 0))  # type: ignore[call-overload]


def test_numbers_of_other_libraries(k: KernelBuilder) -> None:
    k.add(k.const(u32, 1), np.uint8(3))
    k.mul(k.const(f32, 1.0), np.float32(0.5))
    k.var(s32, np.int64(-4))
    assert body(k)[1::2] == ["add.u32 %r1, %r0, 3;", "mul.rn.f32 %f1, %f0, 0f3F000000;"]
    assert body(k)[-1] == "mov.s32 %s0, -4;"


def test_names_as_operands() -> None:
    m = ModuleBuilder("sm_80")
    m.global_array("counts", u32, 4)
    k = m.kernel("main")
    address = k.mov(u64, Symbol("counts"))
    k.emit("st.global.u32", Address(Symbol("counts"), 4), 7)
    assert address.type is u64
    assert body(k) == ["mov.u64 %rd0, counts;", "st.global.u32 [counts+4], 7;"]
    with pytest.raises(BuildError, match="no label"):
        k.bra(Label("nowhere"))


SCRIPT = """
from tests.builder.test_modules import saxpy
print(saxpy().build().to_ptx(), end="")
"""


@pytest.mark.parametrize("seed", ["0", "1", "9"])
def test_text_does_not_depend_on_the_hash_seed(seed: str) -> None:
    from tests.builder.test_modules import saxpy

    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == saxpy().build().to_ptx()
