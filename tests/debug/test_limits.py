"""Texts on which a step once grew with the square of their length: work is counted, not time."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from ptxgen import parse
from ptxgen.debug import analyze_text
from ptxgen.debug.engine import parsed
from ptxgen.ir.analysis import analyze
from ptxgen.ir.analysis.dominators import dominators, frontiers
from ptxgen.ir.analysis.loops import DEEPEST
from tests.check.test_foreign import HEAD


def nested(depth: int) -> str:
    begins = "".join(f"mov.u32 %r{i + 1}, 0;\nL{i}:\n" for i in range(depth))
    ends = "".join(
        f"add.u32 %r{i + 1}, %r{i + 1}, 1;\nsetp.lt.u32 %p{i}, %r{i + 1}, 4;\n@%p{i} bra L{i};\n"
        for i in reversed(range(depth))
    )
    return f"{HEAD}{begins}{ends}ret;\n}}\n"


def test_nests_of_loops_that_cannot_be_told_apart_are_refused() -> None:
    assert not parsed(nested(DEEPEST), "k.ptx")[1]
    for depth in (DEEPEST + 1, 5000):
        report = analyze_text(nested(depth))
        assert report.problem.startswith("DBG005: loops of k are nested more than 128 deep")
        assert not report.findings


def test_the_analyses_stop_at_as_many_loops() -> None:
    loops = analyze(parse(nested(DEEPEST + 2)).functions[0]).loops
    assert len(loops.loops) == DEEPEST
    assert len(loops.irreducible) == 2
    assert loops.deeper


def counting(values: tuple[Any, ...], asked: list[object]) -> Any:
    """A tuple that notes which of its items it is asked for."""

    def item(self: Any, key: Any) -> Any:
        asked.append(key)
        return tuple[Any, ...].__getitem__(self, key)

    return type("Counting", (tuple,), {"__getitem__": item})(values)


def test_many_ways_to_one_end_are_walked_once() -> None:
    exits = "".join(f"setp.eq.u32 %p{i}, %r0, {i};\n@%p{i} bra END;\n" for i in range(400))
    cfg = analyze(parse(f"{HEAD}{exits}END: ret;\n}}\n").functions[0]).cfg
    tree = dominators(cfg)
    asked: list[object] = []
    frontiers(evolve(tree, immediate=counting(tree.immediate, asked)), cfg.predecessors)
    assert 400 < len(asked) < 4000


def test_a_long_chain_of_constants_needs_no_deep_stack() -> None:
    chain = "".join(f"xor.pred %p{i + 1}, %p{i}, %p{i // 2};\n" for i in range(3000))
    report = analyze_text(
        f"{HEAD}setp.lt.u32 %p0, 1, 2;\n{chain}@%p3000 st.shared.u32 [smem], %r0;\nret;\n}}\n"
    )
    assert not report.problem
    assert "PTX102" in {finding.id for finding in report.findings}
