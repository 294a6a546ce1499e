"""Pipelines: their text, their levels, the checker between passes, the hooks, and the statistics."""

from __future__ import annotations

from collections import Counter

import pytest
from attrs import frozen

from ptxgen.errors import CheckError
from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.module import Function
from ptxgen.ir.parser import parse
from ptxgen.passes import LEVELS, AnalysisManager, Pass, PassError, Pipeline, dump, snapshot
from tests.passes.text import kernel, statements

BODY = "mov.u32 %r1, 4; mov.u32 %r2, %r1; mul.lo.u32 %r3, %r2, 8; st.shared.u32 [tile], %r3;"


@pytest.mark.parametrize(
    "text",
    ["", "dce", "constant-folding,dce", "fma-fusion{policy=always},dce", *LEVELS.values()],
)
def test_text_comes_back(text):
    assert str(Pipeline.parse(text)) == text


def test_spaces_and_defaults_are_understood():
    assert str(
        Pipeline.parse(" constant-folding , fma-fusion { policy = contract } ".replace(" {", "{"))
    ) == ("constant-folding,fma-fusion")


@pytest.mark.parametrize(
    ("text", "id", "words"),
    [
        ("constant-foldin", "PAS001", "did you mean constant-folding?"),
        ("dce{depth=3}", "PAS002", "its options: none"),
        ("fma-fusion{policy=loose}", "PAS002", "strict, contract, always"),
        ("fma-fusion{policy}", "PAS002", "policy"),
        ("dce;dce", "PAS003", ";dce"),
        ("dce,,dce", "PAS003", ",dce"),
    ],
)
def test_bad_text(text, id, words):
    with pytest.raises(PassError) as caught:
        Pipeline.parse(text)
    assert caught.value.id == id
    assert words in str(caught.value)


def test_levels():
    assert Pipeline.level("O0").passes == ()
    with pytest.raises(PassError, match="O0, O1, O2") as caught:
        Pipeline.level("O7")
    assert caught.value.id == "PAS004"


def test_a_level_leaves_what_matters():
    module = kernel(BODY + "ld.volatile.shared.u32 %r4, [tile];")
    Pipeline.level("O2").run(module)
    assert statements(module) == ["st.shared.u32 [tile], 32;", "ld.volatile.shared.u32 %r4, [tile];"]


def test_statistics_count():
    module = kernel(BODY)
    steps = Pipeline.parse("constant-folding,dce").run(module)
    assert [str(step.statistics) for step in steps] == [
        "3 instructions with constants; 4 -> 4 instructions",
        "3 dead instructions; 4 -> 1 instructions",
    ]


def test_blocks_are_those_of_the_text():
    """A branch that is never taken ends no block, and a block without instructions is none."""
    module = kernel(
        """setp.ne.u32 %p1, 0, 0;
        @%p1 bra end;
        mov.u32 %r1, %tid.x;
        @%p1 bra end;
        st.volatile.shared.u32 [tile], 1;
        end:"""
    )
    Pipeline.level("O2").run(module)
    assert statements(module) == ["st.volatile.shared.u32 [tile], 1;", "end:"]
    assert parse(module.to_ptx()) == module


def test_dump_has_the_text_after_each_pass():
    written: list[str] = []
    Pipeline.parse("constant-folding,dce").watched_by(dump(written.append)).run(kernel(BODY))
    first, second = written
    assert first.startswith("// after constant-folding: 3 instructions with constants")
    assert "mul.lo" not in first
    assert "mov" in first
    assert "mov" not in second


def test_a_copy_is_apart():
    module = kernel(BODY)
    copy = snapshot(module)
    assert copy == module
    Pipeline.level("O2").run(module)
    assert copy != module
    assert copy == kernel(BODY)


def test_an_invalid_module_is_refused():
    module = kernel("mov.u32 %r1, %tid.x; st.shared.u32 [tile], %r2;")
    with pytest.raises(CheckError):
        Pipeline.level("O1").run(module)


@frozen
class Butcher(Pass):
    """Takes the first instruction away, whatever it is."""

    name = "butcher"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        del function.blocks[0].instructions[0]
        return Counter(cut=1)


def test_the_checker_stands_between_passes():
    with pytest.raises(PassError, match="butcher left a module that is not valid") as caught:
        Pipeline((Butcher(),)).run(kernel(BODY))
    assert caught.value.id == "PAS010"
    Pipeline((Butcher(),), check=False).run(kernel(BODY))


def test_analyses_are_kept_until_an_edit():
    function = kernel(BODY).entries[0]
    analyses = AnalysisManager()
    first = analyses.of(function)
    assert analyses.of(function) is first
    analyses.invalidate(function)
    assert analyses.of(function) is not first


def test_a_pass_that_changed_something_invalidates():
    module = kernel(BODY)
    analyses = AnalysisManager()
    known = analyses.of(module.entries[0])
    (dce,) = Pipeline.parse("dce").passes
    (folding,) = Pipeline.parse("constant-folding").passes
    assert not dce.run(kernel("ret;"), analyses).changed
    assert analyses.of(module.entries[0]) is known
    assert folding.run(module, analyses).changed
    assert analyses.of(module.entries[0]) is not known
