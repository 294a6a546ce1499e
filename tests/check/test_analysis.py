"""Control flow, dominance, loops, liveness, definitions: small graphs by hand, random ones against NetworkX."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen import parse
from ptxgen.ir.analysis import EdgeKind, FunctionAnalysis, analyze, frontiers
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Guard, Label, Register
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa import TYPES

HEADER = (
    ".version 9.0 .target sm_90 .address_size 64 .visible .entry k(.param .u64 p) {"
    ".reg .pred %p<10>; .reg .b32 %r<20>; .reg .b64 %rd<10>; .reg .f32 %f<10>;\n"
)


def of(body: str) -> FunctionAnalysis:
    return analyze(parse(HEADER + body + "\n}").function("k"))


LOOP = """
    mov.u32 %r1, 0;
    mov.u32 %r2, 0;
head:
    setp.ge.u32 %p1, %r1, 10;
    @%p1 bra done;
    setp.eq.u32 %p2, %r1, 5;
    @%p2 bra next;
    add.u32 %r2, %r2, %r1;
next:
    add.u32 %r1, %r1, 1;
    bra head;
done:
    ld.param.u64 %rd1, [p];
    st.global.u32 [%rd1], %r2;
    ret;
"""
# blocks: 0 start, 1 head, 2 test, 3 add, 4 next, 5 done


def test_edges_of_a_loop() -> None:
    cfg = of(LOOP).cfg
    assert cfg.successors == ((1,), (5, 2), (4, 3), (4,), (1,), (6,), ())
    assert cfg.predecessors[6] == (5,)
    assert [(e.target, e.kind) for e in cfg.edges[1]] == [(5, EdgeKind.BRANCH), (2, EdgeKind.FALLTHROUGH)]
    taken, passed = (e.condition for e in cfg.edges[1])
    assert taken is not None
    assert passed is not None
    assert (taken.register.name, taken.negated, passed.negated) == ("%p1", False, True)
    assert [e.source for e in cfg.edges_into(4)] == [2, 3]
    assert not cfg.open_end


def test_dominators_of_a_loop() -> None:
    analysis = of(LOOP)
    assert analysis.dominators.immediate == (None, 0, 1, 2, 2, 1, 5)
    assert analysis.post_dominators.immediate == (1, 5, 4, 4, 1, 6, None)
    assert analysis.dominators.dominates(1, 3)
    assert not analysis.dominators.dominates(3, 4)
    assert list(analysis.dominators.ancestors(3)) == [2, 1, 0]
    assert analysis.dominators.common(3, 5) == 1
    assert analysis.dominators.common(3, 3) == 3


def test_natural_loop() -> None:
    loops = of(LOOP).loops
    (loop,) = loops.loops
    assert (loop.header, loop.latches, loop.blocks, loop.depth) == (1, (4,), frozenset({1, 2, 3, 4}), 1)
    assert [(e.source, e.target) for e in loop.exits] == [(1, 5)]
    assert [loops.depth(b) for b in range(6)] == [0, 1, 1, 1, 1, 0]
    assert not loops.irreducible


def test_nested_loops() -> None:
    loops = of("""
outer:
    mov.u32 %r1, 0;
inner:
    add.u32 %r1, %r1, 1;
    setp.lt.u32 %p1, %r1, 9;
    @%p1 bra inner;
    @%p2 bra outer;
    ret;
""").loops
    outer, inner = loops.loops
    assert inner.parent is outer
    assert (outer.depth, inner.depth) == (1, 2)
    assert inner.blocks < outer.blocks


def test_two_entries_make_no_natural_loop() -> None:
    loops = of("""
    @%p1 bra right;
left:
    @%p2 bra right;
    ret;
right:
    bra left;
""").loops
    assert loops.loops == ()
    assert len(loops.irreducible) == 1


def test_branch_table_exit_and_open_end() -> None:
    cfg = of("""
table: .branchtargets one, two, one;
    mov.u32 %r1, 1;
    @%p1 exit;
    brx.idx %r1, table;
one:
    trap;
two:
    mov.u32 %r2, 1;
""").cfg
    assert cfg.successors == ((4, 1), (2, 3), (4,), (4,), ())
    assert [e.kind for e in cfg.edges[0]] == [EdgeKind.EXIT, EdgeKind.FALLTHROUGH]
    assert {e.kind for e in cfg.edges[1]} == {EdgeKind.INDIRECT}
    assert cfg.open_end


def test_unreachable_blocks_are_in_no_tree() -> None:
    analysis = of("bra end;\ndead: bra end;\nend: ret;")
    assert analysis.cfg.order == (0, 2)
    assert 1 not in analysis.dominators
    assert not analysis.dominators.dominates(1, 2)
    assert not analysis.dominators.dominates(1, 1)


def test_an_endless_loop_is_post_dominated_by_the_end() -> None:
    analysis = of("@%p1 bra forever;\nret;\nforever:\nmov.u32 %r1, 1;\nagain: bra again;")
    assert analysis.post_dominators.immediate[0] == analysis.cfg.exit
    assert all(block in analysis.post_dominators for block in analysis.cfg.order)


def test_an_empty_function() -> None:
    analysis = analyze(Function("f", False))
    assert analysis.cfg.order == ()
    assert analysis.dominators.immediate == (None,)
    assert analysis.post_dominators.immediate == (None,)
    assert analysis.loops.loops == ()
    assert analysis.unassigned == ()
    assert analysis.liveness.ranges() == {}


# Liveness and definitions


def names(registers: frozenset[Register]) -> set[str]:
    return {register.name for register in registers}


def test_liveness_of_a_loop() -> None:
    live = of(LOOP).liveness
    assert names(live.live_in(0)) == set()
    assert names(live.live_in(1)) == {"%r1", "%r2"}
    assert names(live.live_out(3)) == {"%r1", "%r2"}
    assert names(live.live_in(5)) == {"%r2"}
    assert names(live.live_out(5)) == set()
    assert [names(s) for s in live.live_after(5)] == [{"%rd1", "%r2"}, set(), set()]


def test_a_guarded_write_does_not_end_a_life() -> None:
    live = of("mov.u32 %r1, 1;\n@%p1 mov.u32 %r1, 2;\nst.shared.u32 [0], %r1;\nret;").liveness
    assert names(live.live_after(0)[0]) == {"%r1", "%p1"}
    assert live.dead_writes(0) == []
    live = of("mov.u32 %r1, 1;\nmov.u32 %r1, 2;\nst.shared.u32 [0], %r1;\nret;").liveness
    assert [(index, register.name) for index, register in live.dead_writes(0)] == [(0, "%r1")]


def test_live_ranges() -> None:
    ranges = of(LOOP).liveness.ranges()
    assert ranges["%r1"].segments == ((0, 9),)
    assert ranges["%r2"].segments == ((1, 10),)
    assert ranges["%p2"].segments == ((4, 5),)
    assert ranges["%rd1"].segments == ((9, 10),)
    assert ranges["%r1"].overlaps(ranges["%r2"])
    assert not ranges["%p2"].overlaps(ranges["%rd1"])
    assert (ranges["%r2"].start, ranges["%r2"].end) == (1, 10)


def test_a_live_range_with_a_hole() -> None:
    ranges = of("""
    mov.u32 %r1, 1;
    st.shared.u32 [0], %r1;
    mov.u32 %r2, 2;
    mov.u32 %r1, %r2;
    st.shared.u32 [0], %r1;
    ret;
""").liveness.ranges()
    assert ranges["%r1"].segments == ((0, 1), (3, 4))
    assert not ranges["%r1"].overlaps(ranges["%r2"])


def test_reaching_definitions_of_a_loop() -> None:
    analysis = of(LOOP)
    r1, r2 = Register("%r1", TYPES["b32"]), Register("%r2", TYPES["b32"])

    def places(block: int, index: int, register: Register) -> list[tuple[int, int]]:
        return [(d.block, d.index) for d in analysis.reaching.reaching(block, index, register)]

    assert places(1, 0, r1) == [(0, 0), (4, 0)]
    assert places(3, 0, r2) == [(0, 1), (3, 0)]
    assert places(5, 1, r2) == [(0, 1), (3, 0)]
    assert places(5, 1, Register("%rd1", TYPES["b64"])) == [(5, 0)]
    assert places(0, 0, Register("%r9", TYPES["b32"])) == []
    assert [(d.block, d.index) for d in analysis.reaching.of(r1)] == [(0, 0), (4, 0)]


def test_a_guarded_definition_lets_earlier_ones_through() -> None:
    analysis = of("mov.u32 %r1, 1;\n@%p1 mov.u32 %r1, 2;\nst.shared.u32 [0], %r1;\nret;")
    found = analysis.reaching.reaching(0, 2, Register("%r1", TYPES["b32"]))
    assert [(d.index, d.guarded) for d in found] == [(0, False), (1, True)]


def test_register_parameters_are_assigned_and_returned() -> None:
    function = parse(
        ".version 9.0 .target sm_90 .address_size 64\n"
        ".func (.reg .b32 out) f(.reg .b32 in) { add.u32 out, in, 1; ret; }"
    ).function("f")
    analysis = analyze(function)
    assert analysis.unassigned == ()
    assert names(analysis.liveness.live_in(0)) == {"in"}
    assert analysis.liveness.dead_writes(0) == []


# Random graphs

P = Register("%p1", TYPES["pred"])


def _make(name: str, *operands: Label, guard: Guard | None = None) -> Instruction:
    form = select(name, operands)
    assert not isinstance(form, Mismatch)
    return Instruction(name, operands, form, guard)


@st.composite
def graphs(draw: st.DrawFn) -> Function:
    """Functions of empty blocks with random branches, guarded or not, and returns."""
    size = draw(st.integers(1, 12))
    function = Function("k", True)
    for number in range(size):
        function.start(f"L{number}")
        target = Label(f"L{draw(st.integers(0, size - 1))}")
        kind = draw(st.sampled_from(["none", "branch", "guarded", "return", "guarded return"]))
        guard = Guard(P) if kind.startswith("guarded") else None
        if kind in ("branch", "guarded"):
            function.append(_make("bra", target, guard=guard))
        elif kind != "none":
            function.append(_make("ret", guard=guard))
    return function


def _digraph(analysis: FunctionAnalysis) -> nx.DiGraph[int]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(analysis.cfg.exit + 1))
    graph.add_edges_from((s, t) for s, targets in enumerate(analysis.cfg.successors) for t in targets)
    return graph


def _oracle(graph: nx.DiGraph[int], root: int) -> dict[int, int]:
    found = nx.immediate_dominators(graph, root)
    return {node: above for node, above in found.items() if node != root}


def _tree(immediate: tuple[int | None, ...]) -> dict[int, int]:
    return {node: above for node, above in enumerate(immediate) if above is not None}


@given(graphs())
def test_dominators_agree_with_networkx(function: Function) -> None:
    analysis = analyze(function)
    graph = _digraph(analysis)
    assert _tree(analysis.dominators.immediate) == _oracle(graph, 0)
    frontier = frontiers(analysis.dominators, analysis.cfg.predecessors)
    expected = nx.dominance_frontiers(graph, 0)
    # NetworkX leaves the root out of its frontiers; a loop to it puts it there.
    assert all(found - {0} == expected.get(node, set()) - {0} for node, found in enumerate(frontier))


@given(graphs())
def test_post_dominators_agree_with_networkx(function: Function) -> None:
    analysis = analyze(function)
    graph = _digraph(analysis).reverse()
    reach = nx.descendants(graph, analysis.cfg.exit) | {analysis.cfg.exit}
    tree = analysis.post_dominators
    assert all(block in tree for block in analysis.cfg.order)
    if reach >= set(analysis.cfg.order):
        assert _tree(tree.immediate) == _oracle(graph, analysis.cfg.exit)


@given(graphs())
def test_loops_are_cycles_with_one_entry(function: Function) -> None:
    analysis = analyze(function)
    graph = _digraph(analysis).subgraph(analysis.cfg.order)
    for loop in analysis.loops.loops:
        assert nx.is_strongly_connected(graph.subgraph(loop.blocks))
        entered = {t for s, t in graph.edges if s not in loop.blocks and t in loop.blocks}
        assert entered <= {loop.header}
    without_back_edges = nx.DiGraph(graph)
    for loop in analysis.loops.loops:
        without_back_edges.remove_edges_from((latch, loop.header) for latch in loop.latches)
    without_back_edges.remove_edges_from(analysis.loops.irreducible)
    assert nx.is_directed_acyclic_graph(without_back_edges)


# Divergence


@pytest.mark.parametrize(
    ("body", "divergent", "uniform"),
    [
        ("mov.u32 %r1, %tid.x;\nmov.u32 %r2, %ctaid.x;\nadd.u32 %r3, %r1, %r2;", {"%r1", "%r3"}, {"%r2"}),
        ("ld.param.u64 %rd1, [p];\nld.global.u32 %r1, [%rd1];", set(), {"%rd1", "%r1"}),
        ("ld.param.u64 %rd1, [p];\natom.global.add.u32 %r1, [%rd1], 1;", {"%r1"}, {"%rd1"}),
        ("ld.local.u32 %r1, [0];\nld.shared.u32 %r2, [0];", {"%r1"}, {"%r2"}),
        ("mov.u32 %r1, 1;\nshfl.sync.idx.b32 %r2, %r1, 0, 31, -1;", {"%r2"}, {"%r1"}),
    ],
)
def test_values_that_tell_threads_apart(body: str, divergent: set[str], uniform: set[str]) -> None:
    found = of(body + "\nret;").divergence
    assert found.registers == divergent
    assert not found.branches
    assert all(found.is_uniform(Register(name, TYPES["b32"])) for name in uniform)


def test_a_value_that_depends_on_the_path() -> None:
    found = of("""
    mov.u32 %r1, %tid.x;
    mov.u32 %r2, 1;
    setp.eq.u32 %p1, %r1, 0;
    @%p1 bra join;
    mov.u32 %r2, 2;
    mov.u32 %r3, 3;
join:
    mov.u32 %r4, %r2;
    ret;
""").divergence
    assert found.branches == {0}
    assert found.blocks == {1}
    assert found.registers == {"%r1", "%p1", "%r2", "%r4"}


def test_a_uniform_loop_and_an_uneven_one() -> None:
    text = """
    mov.u32 %r1, 0;
    mov.u32 %r2, {limit};
head:
    add.u32 %r1, %r1, 1;
    add.u32 %r3, %r1, 7;
    setp.lt.u32 %p1, %r1, %r2;
    @%p1 bra head;
    ret;
"""
    assert of(text.replace("{limit}", "%ntid.x")).divergence.registers == frozenset()
    uneven = of(text.replace("{limit}", "%tid.x")).divergence
    assert uneven.registers == {"%r1", "%r2", "%r3", "%p1"}
    assert uneven.blocks == {1}


def test_parameters_of_a_device_function_may_differ() -> None:
    function = parse(
        ".version 9.0 .target sm_90 .address_size 64\n"
        ".func (.reg .b32 out) f(.reg .b32 in, .param .b32 a) {\n"
        ".reg .b32 %r<3>; ld.param.b32 %r1, [a]; mov.u32 %r2, 1; add.u32 out, in, %r2; ret; }"
    ).function("f")
    assert analyze(function).divergence.registers == {"in", "out", "%r1"}
