"""Forms of every emulated row, with all their modifiers: the emulator takes each of them.

A guard that holds for no thread lets any operands pass; the instructions are bound and executed all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import pytest

from ptxgen.driver import LaunchConfig, open_device
from tests.isa.kernels import target_of
from tests.isa.lines import Line, kernel, legal_lines

NOBODY = ["mov.u32 %u32_200, %tid.x", "setp.ne.u32 %pred_200, %u32_200, %u32_200"]
ZERO = {
    "pred": "setp.ne.u32 {0}, %u32_200, %u32_200",
    "b8": "cvt.u8.u32 {0}, %u32_200",
    "b128": "mov.b128 {0}, {{0, 0}}",
    "b16 u16 s16 f16": "mov.b16 {0}, 0",
    "b32 u32 s32 f32 f16x2": "mov.b32 {0}, 0",
    "b64 u64 s64 f64": "mov.b64 {0}, 0",
}
"""Types of registers -> a statement that gives one a value."""


def zeros(lines: Iterable[str]) -> Iterator[str]:
    """Values for all registers that the lines name."""
    named = {m for line in lines for m in re.findall(r"%(\w+?)_(\d+)", line)}
    for type, number in sorted(named):
        (statement,) = (text for types, text in ZERO.items() if type in types.split())
        yield statement.format(f"%{type}_{number}")


@pytest.mark.parametrize(("count", "seed"), [(1, 3), pytest.param(12, 4, marks=pytest.mark.slow)])
def test_every_form_is_bound(count: int, seed: int) -> None:
    lines: list[tuple[str, Line]] = sorted(
        (
            (target_of(form), line)
            for form, line in legal_lines(count, seed)
            if not form.not_emulated and form.row.requirement.feature in ("", form.requirement.feature)
        ),
        key=lambda pair: pair[0],
    )
    assert len(lines) > 350
    with open_device("emulator") as device:
        for target, group in groupby(lines, key=lambda pair: pair[0]):
            guarded = [f"@%pred_200 {line}" for _, line in group]
            module = device.load_module(kernel([*NOBODY, *zeros(guarded), *guarded], target)[0])
            module.get_kernel("k").launch(LaunchConfig(1, 128), [bytes(64)])
        device.synchronize()
