from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import attrs
import numpy as np
import pytest

import ptxgen
from ptxgen.driver import EmulatedDevice
from ptxgen.ir.builder import KernelBuilder, Pointer, Value
from ptxgen.ir.module import Module
from ptxgen.isa.types import f32, u32
from ptxgen.kernels import (
    Kernel,
    KernelError,
    LayerNorm,
    Q4KGemv,
    Saxpy,
    SwiGlu,
    VectorizedQ4KGemv,
    registry,
    size,
)
from ptxgen.kernels.base import Entry
from ptxgen.launch import In, Out, Plan, Scalar, Signature, Workspace

TEXTS = """
import sys
from ptxgen.kernels import registry
sys.stdout.writelines(k().emit_ptx() for k in registry.kernels()[int(sys.argv[1]) :: int(sys.argv[2])])
"""
SHARES = 6
"""What a hash seed changes it changes in many kernels; all of them with all seeds are slow."""


@pytest.mark.parametrize(
    ("seed", "share"),
    [
        pytest.param(seed, share, marks=[] if seed == share == 0 else pytest.mark.slow)
        for seed in range(10)
        for share in range(SHARES)
    ],
)
def test_text_does_not_depend_on_the_hash_seed(seed: int, share: int) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-c", TEXTS, str(share), str(SHARES)]
    there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert there.stdout == "".join(k().emit_ptx() for k in registry.kernels()[share::SHARES])


@cache
def built(kernel: type[Kernel]) -> Module:
    return kernel().build()


@pytest.mark.parametrize("kernel", registry.kernels(), ids=lambda kernel: kernel.name)
def test_text_parses_to_the_module_that_was_built(kernel: type[Kernel]) -> None:
    text = kernel().emit_ptx()
    assert built(kernel).to_ptx() == text
    assert ptxgen.parse(text) == built(kernel)


@pytest.mark.parametrize("kernel", registry.kernels(), ids=lambda kernel: kernel.name)
def test_the_checker_has_nothing_to_say(kernel: type[Kernel]) -> None:
    assert ptxgen.check(ptxgen.parse(kernel().emit_ptx()), target=kernel.default_target()) == []


@pytest.mark.parametrize("kernel", registry.kernels(), ids=lambda kernel: kernel.name)
def test_what_is_passed_at_launch_is_not_in_the_text(kernel: type[Kernel]) -> None:
    launched = {name for name, p in kernel().signature.params.items() if isinstance(p, Scalar)}
    sizes = {name: 3 * size for name, size in kernel().sizes.items() if name in launched}
    other = kernel(**{field.name: sizes[field.name] for field in attrs.fields(kernel) if field.name in sizes})
    assert other.emit_ptx() is kernel().emit_ptx()
    assert other.template == kernel().template
    assert other.build(level="O0").to_ptx() == kernel().emit_ptx(level="O0")


@pytest.mark.parametrize("kernel", registry.kernels(), ids=lambda kernel: kernel.name)
def test_a_kernel_describes_itself(kernel: type[Kernel]) -> None:
    made = kernel()
    entries = {function.name for function in built(kernel).entries}
    assert {launch.entry for launch in made.plan().launches} <= entries
    made.plan().check(made.signature)
    inputs = made.example_inputs(np.random.default_rng(0))
    assert set(inputs) == set(made.signature.inputs)
    assert set(made.expected(inputs)) == set(made.signature.outputs)
    shapes = {name: array.shape(made.sizes) for name, array in made.signature.outputs.items()}
    assert {name: bound.shape for name, bound in made.bounds(inputs).items()} == shapes
    assert made.cost().bytes > 0
    assert made.cost().flops >= 0  # none where data only moves
    assert kernel.__doc__


@attrs.frozen
class SumInTwoSteps(Kernel):
    """y = the sum of 2 x: every element is doubled, then one thread adds them up."""

    n: int = size(40)

    @property
    def signature(self) -> Signature:
        return Signature(x=In(f32, "n"), y=Out(f32, 1), n=Scalar(u32))

    def entries(self) -> dict[str, Entry]:
        scaled = Out(f32, "n")
        return {
            "scale": Entry({"x": In(f32, "n"), "scaled": scaled}, self.scale),
            "add_up": Entry({"scaled": scaled, "y": Out(f32, 1), "n": Scalar(u32)}, self.add_up),
        }

    def scale(self, k: KernelBuilder, x: Pointer, scaled: Pointer) -> None:
        scaled[k.tid.x] = x[k.tid.x] * 2.0

    def add_up(self, k: KernelBuilder, scaled: Pointer, y: Pointer, n: Value) -> None:
        total = k.var(f32, 0.0)
        with k.for_(k.const(u32, 0), n) as i:
            total += scaled[i]
        y[0] = total

    def plan(self) -> Plan:
        steps = [self.step("scale", grid=1, block=self.n), self.step("add_up", grid=1, block=1)]
        return Plan(steps, {"scaled": Workspace(f32, (self.n,))})


def test_a_kernel_of_several_entries(device: EmulatedDevice) -> None:
    kernel = SumInTwoSteps(n=70)
    assert [launch.arguments for launch in kernel.plan().launches] == [("x", "scaled"), ("scaled", "y", "n")]
    assert kernel.emit_ptx() is SumInTwoSteps().emit_ptx()
    x = np.arange(70, dtype=np.float32)
    assert kernel(x, device=device) == 2 * x.sum()


def test_example_inputs_follow_the_generator() -> None:
    first, second = (Q4KGemv(n=2, k=256).example_inputs(np.random.default_rng(seed)) for seed in (1, 1))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_targets() -> None:
    assert Saxpy.targets()[0] == "sm_75"
    assert {"sm_80", "sm_90a", "sm_100f", "sm_121"} <= set(Saxpy.targets())
    assert "\n.target sm_90a\n" in Saxpy().emit_ptx(target="sm_90a")


def test_a_target_below_the_kernels_own_is_refused() -> None:
    @attrs.frozen
    class Recent(Saxpy):
        """Needs Hopper."""

        minimum_sm = 90

    with pytest.raises(KernelError, match="Recent needs sm_90 or later, got sm_80") as caught:
        Recent().emit_ptx("sm_80")
    assert caught.value.id == "KRN003"
    with pytest.raises(ptxgen.PtxgenError, match="unknown target 'sm_42'"):
        Saxpy().emit_ptx("sm_42")


def test_cost_counts_each_byte_once() -> None:
    cost = VectorizedQ4KGemv(n=4096, k=4096).cost()
    assert cost.bytes == 4096 * 2304 + 4 * 4096 + 4 * 4096
    assert cost.flops == 2 * 4096 * 4096
    assert cost.intensity == pytest.approx(3.54, abs=0.01)


X = np.zeros(4, np.float32)


@pytest.mark.parametrize(
    ("args", "named", "message"),
    [
        ((X, X, 1.0, X), {}, r"Saxpy takes 3 inputs \(x, y, a\), got 4"),
        ((X,), {"x": X, "y": X, "a": 1.0}, "Saxpy got twice 'x'; its inputs are x, y, a"),
        ((X, X), {}, "Saxpy misses 'a'; its inputs are x, y, a"),
        ((X, X, 1.0), {"alpha": 2.0}, "Saxpy does not know 'alpha'; its inputs are x, y, a"),
    ],
)
def test_wrong_calls(args: tuple[object, ...], named: dict[str, object], message: str) -> None:
    with pytest.raises(KernelError, match=message) as caught:
        Saxpy(n=4)(*args, **named)
    assert caught.value.id == "KRN004"


@pytest.mark.parametrize("part", ["build", "plan", "reference", "tolerance", "cost"])
def test_a_kernel_that_lacks_a_part_says_so(part: str) -> None:
    @attrs.frozen
    class Unfinished(Kernel):
        """Nothing but a signature."""

        signature = Signature()

    with pytest.raises(NotImplementedError, match="Unfinished"):
        getattr(Unfinished(), part)()
    with pytest.raises(NotImplementedError, match="Unfinished has no example inputs"):
        Unfinished().example_inputs(np.random.default_rng(0))


def test_products_are_fused_where_a_kernel_allows_it() -> None:
    def fused(kernel: Kernel, level: str) -> int:
        return kernel.emit_ptx(level=level).count("fma.rn")

    assert fused(LayerNorm(), "O2") > fused(LayerNorm(), "O0")
    assert fused(SwiGlu(), "O2") == fused(SwiGlu(), "O0")
