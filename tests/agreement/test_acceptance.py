"""Parser and checker accept what ptxas accepts, and nothing else: on random modules, right ones and broken ones."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptxgen.ir import Module
from ptxgen.toolchain import find
from tests.agreement.mutations import CATALOGUE, mutants
from tests.agreement.verdicts import EXAMPLES, STRICTER, WEAKER, judge
from tests.builder.strategies import modules
from tests.check.test_ptxas import VALUES, kernel

pytestmark = pytest.mark.skipif(find("ptxas") is None, reason="ptxas is not installed (extra `toolchain`)")

TARGETS = ("sm_75", "sm_80", "sm_90", "sm_90a", "sm_100", "sm_120")
TEXTS = st.sampled_from(TARGETS).flatmap(lambda target: modules(target=target)).map(Module.to_ptx)


def agrees(text: str) -> None:
    verdict = judge(text)
    assert (verdict.ours, verdict.theirs) == ((), ())


def agrees_on_fault(data: st.DataObject) -> None:
    """Plant one fault of a kind that fits somewhere, anywhere it fits."""
    text = data.draw(TEXTS)
    kind = data.draw(st.sampled_from(sorted(CATALOGUE)), "kind")
    found = mutants(text, kind)
    if not found:
        return
    mutant = data.draw(st.sampled_from(found), "mutant")
    verdict = judge(mutant.text)
    line = mutant.text.splitlines()[mutant.line - 1].strip()
    assert verdict.agreed or verdict.excused, f"{kind}, line {mutant.line}: {line}\n{verdict}"


@settings(max_examples=100)
@given(TEXTS)
def test_built_modules_are_accepted(text: str) -> None:
    agrees(text)


@settings(max_examples=100)
@given(st.data())
def test_planted_faults_are_judged_alike(data: st.DataObject) -> None:
    agrees_on_fault(data)


@pytest.mark.slow
@settings(max_examples=2000)
@given(TEXTS)
def test_many_built_modules_are_accepted(text: str) -> None:
    agrees(text)


@pytest.mark.slow
@settings(max_examples=2000)
@given(st.data())
def test_many_planted_faults_are_judged_alike(data: st.DataObject) -> None:
    agrees_on_fault(data)


SPECIMEN = """.version 8.0
.target sm_80
.address_size 64
.func (.param .f32 helper_result) helper(
    .param .f32 v
)
{
    .reg .f32 %f<2>;
    ld.param.f32 %f0, [v];
    st.param.f32 [helper_result], %f0;
    ret;
}

.visible .entry generated(
    .param .u64 xf,
    .param .u32 n
)
.maxntid 32
{
    .reg .pred %p<2>;
    .reg .f32 %f<6>;
    .reg .u32 %r<6>;
    .reg .u64 %rd<4>;
    .reg .b16 %h<4>;
    .shared .f32 tile[8][5];
    .param .f32 helper_v;
    .param .f32 helper_helper_result;
    ld.param.u64 %rd0, [xf];
    cvta.to.global.u64 %rd1, %rd0;
    mov.u32 %r0, %tid.x;
    ld.param.u32 %r1, [n];
    setp.ge.u32 %p0, %r0, %r1;
    @%p0 bra $end;
    mad.wide.u32 %rd2, %r0, 4, %rd1;
    ld.global.v2.f32 {%f0, %f1}, [%rd2];
    shfl.sync.bfly.b32 %r2, %r0, 1, 31, -1;
    fma.rn.f32 %f2, %f0, %f1, 0f3F800000;
    st.param.f32 [helper_v], %f2;
    call (helper_helper_result), helper, (helper_v);
    ld.param.f32 %f3, [helper_helper_result];
    cvt.rn.f16.f32 %h0, %f3;
    bar.sync 0;
    st.global.b16 [%rd2], %h0;
$end:
    ret;
}
"""


def test_the_specimen_is_right() -> None:
    assert judge(SPECIMEN).agreed
    assert not judge(SPECIMEN).ours


@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_each_kind_of_fault_is_refused_by_both(kind: str) -> None:
    """Else planting it would show nothing. Left out: reads of what nothing wrote, which ptxas takes."""
    found = mutants(SPECIMEN, kind)
    Random(5).shuffle(found)
    verdicts = (judge(mutant.text) for mutant in found)
    refused = (v.ours if kind == "dropped_instruction" else v.ours and v.theirs for v in verdicts)
    assert any(refused)


@pytest.mark.parametrize(("what", "example"), EXAMPLES.items(), ids=EXAMPLES.keys())
def test_each_deviation_is_one(what: str, example: str) -> None:
    """The example of the page: one judge refuses it for the stated reason, the other accepts it."""
    head = ".version 9.0\n.target sm_90\n.address_size 64\n"
    if example.startswith(".version"):
        text = example
    else:
        text = f"{head}{example}\n" if example.startswith(".") else kernel(VALUES + example)
    verdict = judge(text)
    if what in STRICTER:
        assert {id for id, _ in verdict.ours} == {what}
        assert not verdict.theirs
    else:
        assert not verdict.ours
        assert any(what in message for message in verdict.theirs)


def test_the_page_has_both_kinds() -> None:
    assert len(STRICTER) >= 5
    assert WEAKER
