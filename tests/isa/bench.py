"""Computes one instruction on numbers, given and returned as bits: a kernel an instruction, on any device."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from attrs import field, frozen

from ptxgen.driver import Device, LaunchConfig, LoadedModule
from ptxgen.emulator.semantics import has_semantics
from ptxgen.isa import TARGETS, Form, Type, forms
from ptxgen.isa.types import f32
from tests.isa.kernels import PRED, Scalar, kernel_of, scalars, target_of

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class Bench:
    """A device that computes instructions."""

    device: Device
    modules: dict[object, LoadedModule] = field(factory=dict)

    @property
    def documented(self) -> bool:
        """Whether results that the manual leaves open are those that the emulator's page says."""
        return self.device.kind == "emulator"

    def __call__(self, name: str, *columns: Sequence[int]) -> list[tuple[int, ...]]:
        """Results of an instruction on columns of bits, one column a source, as rows of bits, one value a result."""
        return self.compute(form_of(name, len(columns)), *columns)

    def compute(
        self, form: Form, *columns: Sequence[int], parts: Sequence[str] = ()
    ) -> list[tuple[int, ...]]:
        sources, results = scalars(form, written=False), scalars(form, written=True)
        constants = [c[0] for s, c in zip(sources, columns, strict=True) if s.constant]
        count = max(map(len, columns))
        module = self._module(form, constants, parts)
        given = [
            self.device.to_device(stored(s, [*c] * (count // len(c))))
            for s, c in zip(sources, columns, strict=True)
            if not s.constant
        ]
        outs = [self.device.empty(count * r.bytes, np.uint8) for r in results]
        block = min(count, 256)
        module.get_kernel("k").launch(
            LaunchConfig(-(-count // block), block), [*given, *outs, np.uint32(count)]
        )
        self.device.synchronize()
        return list(zip(*(loaded(r, o.to_host()) for r, o in zip(results, outs, strict=True)), strict=True))

    def _module(self, form: Form, constants: Sequence[int], parts: Sequence[str]) -> LoadedModule:
        key = form, tuple(constants), tuple(parts)
        if key not in self.modules:
            self.modules[key] = self.device.load_module(kernel_of(form, constants, self.target(form), parts))
        return self.modules[key]

    def target(self, form: Form) -> str:
        """What to compile for: the GPU, or the oldest target that has the form. Skips what the GPU does not have."""
        wanted = target_of(form)
        if self.device.kind == "emulator":
            return wanted
        here = TARGETS[self.device.properties.target]
        if not TARGETS[wanted].runs_on(here):
            pytest.skip(f"{form.name} needs {wanted}, this GPU is {here}")
        return wanted


def stored(scalar: Scalar, values: Sequence[int]) -> Array:
    """Values given as bits (negative numbers as well), as bytes in memory."""
    bits = 8 * scalar.bytes
    raw = b"".join((v & ((1 << bits) - 1)).to_bytes(scalar.bytes, "little") for v in values)
    return np.frombuffer(raw, np.uint8)


def loaded(scalar: Scalar, raw: Array) -> list[int]:
    if scalar.bytes == 16:
        low, high = raw.view(np.uint64).reshape(-1, 2).T.tolist()
        return [a | b << 64 for a, b in zip(low, high, strict=True)]
    return list(raw.view(f"u{scalar.bytes}").tolist())


def form_of(name: str, sources: int, results: int | None = None) -> Form:
    """The elementwise form of a name that takes and gives so many values."""
    for form in forms(name):
        fits = len(scalars(form, written=False)) == sources
        fits &= results is None or len(scalars(form, written=True)) == results
        if fits and has_semantics(form.row):
            return form
    raise AssertionError(f"no form {name} with {sources} sources and {results} results")


def bits(type: Type, value: float | bool) -> int:
    """A value as bits: floats by the type's format (which must hold them exactly), integers as they are."""
    if not isinstance(value, float):
        return int(value) if type is PRED else int(value) & ((1 << type.bits) - 1)
    if math.isnan(value):
        return (1 << (type.bits - 1)) - 1
    if type.name == "bf16":
        word = bits(f32, value)
        assert word & 0xFFFF == 0, value
        return word >> 16
    if type.bits == 32:
        (packed,) = struct.unpack("<I", struct.pack("<f", value))
        assert math.isinf(value) or struct.unpack("<f", struct.pack("<I", packed))[0] == value, value
        return packed
    codes = {16: ("<H", "<e"), 64: ("<Q", "<d")}[type.bits]
    return int(struct.unpack(codes[0], struct.pack(codes[1], value))[0])
