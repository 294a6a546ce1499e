"""What passes make computes what it computed: random modules, compilers' text, every kernel; and faults are seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from hypothesis import Phase, given, seed, settings

from ptxgen.driver import EmulatedDevice
from ptxgen.ir import Module
from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, Immediate, Register, Vector
from ptxgen.ir.parser import parse
from ptxgen.ir.rewriting import made, with_guard, with_reads
from ptxgen.kernels import Kernel, registry
from ptxgen.passes import Pass, PassError, Pipeline, snapshot
from ptxgen.verification.contraction import uncontracted
from ptxgen.verification.translation import TransformedDevice, Validation, compare_modules, optimized
from ptxgen.verification.trials import Content, Trial, guessed
from tests.builder.strategies import BUFFERS, ELEMENTS, ENTRY, THREADS, modules
from tests.corpus.files import FILES, File
from tests.corpus.running import run
from tests.passes.text import kernel

CTAS = 2
LOOPS = (
    "loop-invariant-motion,loop-peel,loop-split,loop-unswitch,loop-unroll,loop-strength-reduction,"
    "dead-loop-counters,software-pipelining"
)
BITWISE = (
    f"copy-propagation,constant-folding,sccp,{LOOPS},strength-reduction,constant-division,cse,"
    "copy-propagation,address-folding,predicate-simplification,prmt-formation,lop3-formation,block-merging,dce,live-range-reordering{registers=8}"
)
EVERYTHING = BITWISE.replace(",dce,", ",fma-fusion{policy=always},dce,")
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


def trial() -> Trial:
    """A launch of a random module. Buffers named y have a part for each CTA."""
    rng = np.random.default_rng(7)
    contents: list[Content] = []
    for name, type in BUFFERS.items():
        values = rng.integers(-100, 1000, ELEMENTS * (CTAS if name.startswith("y") else 1))
        contents.append(
            Content(values.astype(f"f{type.bytes}" if type.is_float else f"i{type.bytes}").tobytes())
        )
    return Trial(ENTRY, (CTAS, 1, 1), (THREADS, 1, 1), tuple(contents))


TRIAL = trial()


@settings(max_examples=40, phases=NO_SHRINKING)
@given(modules(ctas=CTAS))
def test_random_modules(module: Module) -> None:
    before = snapshot(module)
    Pipeline.parse(EVERYTHING).run(module)
    verdict = compare_modules(uncontracted(before), uncontracted(module), [TRIAL])
    assert verdict.ok, verdict.difference
    assert verdict.agreed


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_many_random_modules_pass_by_pass(part: int) -> None:
    @seed(part)
    @settings(max_examples=250, phases=NO_SHRINKING, database=None)
    @given(modules(ctas=CTAS, most=20))
    def check(module: Module) -> None:
        validation = Validation(trials=(TRIAL,))
        Pipeline.parse(EVERYTHING).watched_by(validation).run(module)
        assert all(verdict.agreed == 1 for _, verdict in validation.verdicts)

    check()


FAST = ("scan.O3.sm_80", "nbody.G.sm_90", "switches.G.sm_90", "half2_math.O3.sm_90", "strings.O3.sm_80")


@pytest.mark.parametrize(
    "file",
    [pytest.param(f, id=str(f), marks=() if str(f) in FAST else pytest.mark.slow) for f in FILES],
)
def test_compilers_text_computes_the_same_bits(file: File) -> None:
    """The programs of the corpus on their own launches."""
    plain = EmulatedDevice(sanitize="collect")
    better = TransformedDevice(optimized(Pipeline.parse(BITWISE)), sanitize="collect")
    assert bits(run(file.program, file.text, plain)) == bits(run(file.program, file.text, better))
    assert {(f.tool, f.kind) for f in better.findings} <= {(f.tool, f.kind) for f in plain.findings}


@pytest.mark.parametrize(
    "file", [f for f in FILES if str(f) in ("scan.O3.sm_80", "strings.O3.sm_80")], ids=str
)
def test_guessed_launches(file: File) -> None:
    """What `ptxgen opt --validate` does."""
    validation = Validation(count=1)
    Pipeline.parse(EVERYTHING).watched_by(validation).run(parse(file.text))
    assert validation.verdicts
    assert all(verdict.agreed for _, verdict in validation.verdicts)


def bits(arrays: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: np.asarray(array).tobytes() for name, array in arrays.items()}


def kernels(every: int) -> list[Any]:
    """Every kernel; all but every so manieth are slow."""
    return [
        pytest.param(kind, id=kind.name, marks=() if number % every == 0 else pytest.mark.slow)
        for number, kind in enumerate(registry.kernels())
    ]


@pytest.mark.parametrize("kind", kernels(15))
def test_kernels_compute_the_same_bits(kind: type[Kernel]) -> None:
    made = kind()
    inputs = made.example_inputs(np.random.default_rng(1))
    plain = TransformedDevice(lambda module: module, sanitize=True)
    better = TransformedDevice(optimized(Pipeline.parse(BITWISE)), sanitize=True)
    assert bits(made.run(inputs, device=plain)) == bits(made.run(inputs, device=better))


@pytest.mark.parametrize("kind", kernels(50))
def test_kernels_differ_by_contraction_alone(kind: type[Kernel]) -> None:
    """Every `.rn` pair fused, and all fused ones taken apart again, on both sides."""
    made = kind()
    inputs = made.example_inputs(np.random.default_rng(1))
    fused = optimized(Pipeline.parse("copy-propagation,fma-fusion{policy=always},dce"))
    better = TransformedDevice(lambda module: uncontracted(fused(module)))
    plain = TransformedDevice(uncontracted)
    assert bits(made.run(inputs, device=plain)) == bits(made.run(inputs, device=better))


BODY = """
ld.param.u64 %rd1, [p];
mov.u32 %r1, %tid.x;
mov.u32 %r2, %ctaid.x;
mad.lo.u32 %r1, %r2, 64, %r1;
mad.wide.u32 %rd2, %r1, 16, %rd1;
ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd2];
mov.b32 %f1, %r2;
mov.b32 %f2, %r3;
mul.f32 %f3, %f1, %f2;
add.f32 %f4, %f3, %f1;
setp.lt.u32 %p1, %r1, 9;
mov.u32 %r6, %r4;
add.u32 %r4, %r4, 1;
@%p1 add.u32 %r6, %r6, %r4;
shr.u32 %r7, %r6, 3;
st.global.v4.u32 [%rd2], {%r2, %r7, %r6, %r4};
mov.b32 %r8, %f4;
st.global.u32 [%rd2+4096], %r8;
"""

Edit = Callable[[Instruction], Instruction | None]


@frozen
class Planted(Pass):
    """An unsound pass: an edit of every instruction that it fits."""

    name = "planted"
    edit: Edit

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        for block in function.blocks:
            for index, instruction in enumerate(block.instructions):
                new = self.edit(instruction)
                if new is not None and new != instruction:
                    block.instructions[index] = new
                    changes["edits"] += 1
        return changes


def signed_shift(i: Instruction) -> Instruction | None:
    return made("shr.s32", i.operands, i) if i.opcode == "shr" else None


def dropped_guard(i: Instruction) -> Instruction | None:
    return with_guard(i, None) if i.guard is not None and i.opcode == "add" else None


def stale_copy(i: Instruction) -> Instruction | None:
    """`%r6` is read as its source, which has changed by then."""
    if i.opcode != "add" or i.guard is None:
        return None
    return with_reads(i, lambda r: Register("%r4", r.type) if r.name == "%r6" else r)


def wrong_offset(i: Instruction) -> Instruction | None:
    match i.operands:
        case (Address(base=base, offset=4096), value):
            return made(i.name, (Address(base, 4100), value), i)
        case _:
            return None


def lost_bound(i: Instruction) -> Instruction | None:
    match i.operands:
        case (p, a, Immediate(value=9)):
            return made(i.name, (p, a, Immediate(10)), i)
        case _:
            return None


def out_of_bounds(i: Instruction) -> Instruction | None:
    match i.operands:
        case (Address(base=base), Vector() as value):
            return made(i.name, (Address(base, 1 << 20), value), i)
        case _:
            return None


def another_factor(i: Instruction) -> Instruction | None:
    return made("mul.f32", (*i.operands[:2], i.operands[1]), i) if i.opcode == "mul" else None


PLANTED = (signed_shift, dropped_guard, stale_copy, wrong_offset, lost_bound, out_of_bounds, another_factor)


@pytest.mark.parametrize("edit", PLANTED, ids=lambda edit: edit.__name__)
def test_planted_faults_are_seen(edit: Edit) -> None:
    with pytest.raises(PassError) as caught:
        Pipeline((Planted(edit),)).watched_by(Validation()).run(kernel(BODY))
    assert caught.value.id == "PAS020"


def test_nothing_is_seen_where_nothing_is_wrong() -> None:
    validation = Validation()
    Pipeline.parse(EVERYTHING).watched_by(validation).run(kernel(BODY))
    assert validation.verdicts
    assert all(verdict.agreed == 4 for _, verdict in validation.verdicts)
    assert any(name.startswith("fma-fusion") for name, _ in validation.verdicts)


FUSED = "mul.f32 %f3, %f1, %f2;\nadd.f32 %f4, %f3, %f1;"


def contracted(new: str) -> Module:
    """The kernel above with other instructions in place of its product and sum."""
    return kernel("mov.f32 %f4, 0f00000000; setp.eq.u32 %p1, 0, 1;" + BODY.replace(FUSED, new))


@pytest.mark.parametrize(
    "wrong",
    [
        "fma.rn.f32 %f4, %f1, %f2, %f2;",
        "fma.rn.f32 %f4, %f1, %f1, %f1;",
        "fma.rn.ftz.sat.f32 %f4, %f1, %f2, %f1;",
        "neg.f32 %f3, %f1; fma.rn.f32 %f4, %f3, %f2, %f1;",
        "@%p1 fma.rn.f32 %f4, %f1, %f2, %f1;",
    ],
)
def test_a_wrong_contraction_is_seen(wrong: str) -> None:
    before, after, right = map(contracted, (FUSED, wrong, "fma.rn.f32 %f4, %f1, %f2, %f1;"))
    trials = list(guessed(before, 2, seed=0))
    assert not compare_modules(uncontracted(before), uncontracted(after), trials).ok
    assert compare_modules(uncontracted(before), uncontracted(right), trials).agreed == 2


def test_what_cannot_run_shows_nothing() -> None:
    module = kernel("ld.param.u64 %rd1, [p]; st.global.u32 [%rd1+1048576], 1; mov.u32 %r1, 1;")
    validation = Validation()
    Pipeline.parse("dce").watched_by(validation).run(module)
    ((_, verdict),) = validation.verdicts
    assert (verdict.agreed, len(verdict.inapplicable), verdict.ok) == (0, 4, True)


def test_a_race_shows_nothing() -> None:
    """Both CTAs read and write the same elements: which comes first is nobody's fault."""
    module = kernel(BODY.replace("64, %r1;", "0, %r1;").replace("[%rd2+4096]", "[%rd2+16]"))
    verdict = compare_modules(module, module, guessed(module, 2, seed=0))
    assert (verdict.agreed, len(verdict.inapplicable)) == (0, 2)


def test_sanitizers_watch_both_sides() -> None:
    """Without its barrier the kernel gives the same bytes in this order of warps, and has a race."""
    body = """ld.param.u64 %rd1, [p];
    mov.u32 %r1, %tid.x;
    mul.wide.u32 %rd2, %r1, 4, %rd1;
    shl.b32 %r2, %r1, 2;
    mov.u32 %r3, tile;
    add.u32 %r4, %r3, %r2;
    st.shared.u32 [%r4], %r1;
    BARRIER
    ld.shared.u32 %r5, [%r4+-4];
    st.global.u32 [%rd2], %r5;""".replace("mul.wide.u32", "mad.wide.u32")
    body = body.replace("[%r4+-4]", "[%r3]").replace(
        "%r1, 4, %rd1;", "%r1, 4, %rd1;\nmov.u32 %r6, %ctaid.x;\nmad.wide.u32 %rd2, %r6, 256, %rd2;"
    )
    right, wrong = kernel(body.replace("BARRIER", "bar.sync 0;")), kernel(body.replace("BARRIER", ""))
    trials = list(guessed(right, 1, seed=0))
    assert compare_modules(right, wrong, trials, sanitize=False).ok
    verdict = compare_modules(right, wrong, trials)
    assert "racecheck finds, only after the pass" in verdict.difference
