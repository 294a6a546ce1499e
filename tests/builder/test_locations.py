"""Every instruction carries the author's line; lints point at it."""

from __future__ import annotations

import inspect

from ptxgen.errors import Severity
from ptxgen.ir import KernelBuilder
from ptxgen.isa.types import f32, u32


def line() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def helper(k: KernelBuilder, x: object) -> None:
    k.max(x, 1.0)  # type: ignore[arg-type]


def test_lines(k: KernelBuilder) -> None:
    x = k.pointer("x", f32)
    first = line()
    total = k.var(f32, 0.0)
    with k.for_(0, 4) as i:
        total += x[i] * 2
    helper(k, total)
    found: dict[str, int] = {}
    for instruction in k.code.function.instructions():
        assert instruction.location is not None
        assert instruction.location.file == __file__
        found[str(instruction)] = instruction.location.line
    offsets = {
        "cvta.to.global.u64 %rd1, %rd0;": -1,
        "mov.f32 %f0, 0f00000000;": 1,
        "mov.u32 %r0, 0;": 2,
        "mad.wide.u32 %rd2, %r0, 4, %rd1;": 3,
        "ld.global.f32 %f1, [%rd2];": 3,
        "mul.rn.f32 %f2, %f1, 0f40000000;": 3,
        "add.rn.f32 %f0, %f0, %f2;": 3,
        "@%p0 bra $for_0;": 2,
    }
    assert {text: found[text] - first for text in offsets} == offsets
    assert found["max.f32 %f3, %f0, 0f3F800000;"] == inspect.getsourcelines(helper)[1] + 1


def test_equal_lines_share_one_location(k: KernelBuilder) -> None:
    a = k.const(f32, 0.0) + 1.0
    one, two = k.code.function.instructions()
    assert one.location is two.location
    assert a.type is f32


def test_discarded_results_are_reported(k: KernelBuilder) -> None:
    x, n = k.pointer("x", f32), k.param("n", u32)
    k.param("unused", u32)
    total = k.var(f32, 0.0)
    total += 1.0
    k.add(total, x[n])
    k.atom_add(x, 1.0)
    x.load(0, volatile=True)
    (lint,) = k.lints
    assert (lint.id, lint.severity) == ("PTX030", Severity.WARNING)
    assert lint.message == "nothing reads the result of add.rn.f32"
    assert lint.location is not None
    assert lint.location.file == __file__


def test_an_accumulator_that_only_feeds_itself_is_reported(k: KernelBuilder) -> None:
    total = k.var(f32, 0.0)
    total += 1.0
    assert [lint.message for lint in k.module.lints] == [
        "nothing reads the result of mov.f32",
        "nothing reads the result of add.rn.f32",
    ]
