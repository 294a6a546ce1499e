"""Random kernels made of accesses to memory: widths, overlaps, guards, barriers, fences, copies in flight, atomics."""

from __future__ import annotations

import numpy as np
from attrs import define, field
from hypothesis import note
from hypothesis import strategies as st

from ptxgen.ir import Module
from ptxgen.ir.parser import parse
from ptxgen.verification.trials import Content, Trial
from tests.passes.drawing import Drawing

CTAS, THREADS = 2, 64
OWN = 32
"""Bytes of a thread in each place: its part of `p`, of `first` and `second`, and of `scratch`."""
TABLE = 64
"""Words of `q`, which nobody writes."""
HEADER = f""".version 9.0\n.target sm_90\n.address_size 64
.visible .entry k(.param .u64 .ptr .global .align 16 p, .param .u64 .ptr .global .align 16 q, .param .u64 c) {{
.reg .pred %p<900>; .reg .b16 %h<900>; .reg .b32 %r<900>; .reg .b64 %rd<900>;
.shared .align 4 .b8 first[{OWN * THREADS}]; .shared .align 16 .b8 second[{OWN * THREADS}];
.shared .align 4 .b8 unread[{OWN * THREADS}]; .local .align 4 .b8 scratch[{OWN}];
ld.param.u64 %rd1, [p]; ld.param.u64 %rd3, [q]; ld.param.u64 %rd4, [c];
mov.u32 %r1, %tid.x; mov.u32 %r2, %ctaid.x; mad.lo.u32 %r5, %r2, {THREADS}, %r1;
mad.wide.u32 %rd2, %r5, {OWN}, %rd1; mad.wide.u32 %rd5, %r5, 4, %rd4;
ld.global.v4.u32 {{%r6, %r7, %r8, %r9}}, [%rd2];
mov.u32 %r10, first; mad.lo.u32 %r11, %r1, {OWN}, %r10;
mov.u32 %r10, second; mad.lo.u32 %r12, %r1, {OWN}, %r10;
mov.u32 %r10, unread; mad.lo.u32 %r13, %r1, {OWN}, %r10;
add.u32 %r14, %r1, 1; and.b32 %r14, %r14, {THREADS - 1}; mov.u32 %r10, first; mad.lo.u32 %r14, %r14, {OWN}, %r10;
xor.b32 %r15, %r1, 32; mov.u32 %r10, second; mad.lo.u32 %r15, %r15, {OWN}, %r10;
and.b32 %r16, %r1, 7; setp.gt.u32 %p1, %r2, 0; setp.gt.u32 %p2, %r16, 3;
"""
CLEAR = " ".join(
    f"st.{space}.u32 [{base}+{at}], %r1;"
    for space, base in (("shared", "%r11"), ("shared", "%r12"), ("local", "scratch"))
    for at in range(0, OWN, 4)
)
END = "st.global.v4.u32 [%rd2], {%r6, %r7, %r8, %r9};\nret;\n}"
VALUES = ("%r6", "%r7", "%r8", "%r9")
MINE = (("global", "%rd2"), ("shared", "%r11"), ("shared", "%r12"), ("local", "scratch"))
"""Where a thread reads and writes its own bytes. Others read its parts of `first` and `second`, too."""
THEIRS = ("%r14", "%r15")


@define
class Maker(Drawing):
    """A kernel in the making. Temporaries take registers from 20 on, predicates from 10 on."""

    lines: list[str] = field(factory=lambda: [CLEAR])

    def guard(self) -> str:
        return self.pick("", "", "", "@%p1 ", "@!%p2 ")

    def work(self) -> None:
        self.lines.append(
            f"{self.guard()}{self.pick('add.u32', 'xor.b32', 'mul.lo.u32')} "
            f"{self.pick(*VALUES)}, {self.pick(*VALUES)}, {self.pick(*VALUES, '7')};"
        )

    def choose(self) -> None:
        """Other threads pass the guards from here on."""
        self.lines.append(f"setp.lt.s32 {self.pick('%p1', '%p2')}, {self.pick(*VALUES)}, 0;")

    def at(self, bytes: int) -> int:
        return self.draw(st.integers(0, OWN // bytes - 1)) * bytes

    def store(self) -> None:
        space, base = self.pick(*MINE, ("shared", "%r13"))
        width = self.pick("u8", "u16", "u32", "u32", "u32", "u64")
        place, value, n = self.at(int(width[1:]) // 8), self.pick(*VALUES), self.number()
        order = self.pick("", "", "", ".volatile") if space in ("global", "shared") else ""
        made = {
            "u8": (f"cvt.u16.u32 %h{n}, {value};", f"%h{n}"),
            "u16": (f"cvt.u16.u32 %h{n}, {value};", f"%h{n}"),
            "u32": ("", value),
            "u64": (f"mov.b64 %rd{n}, {{{value}, {self.pick(*VALUES)}}};", f"%rd{n}"),
        }
        before, source = made[width]
        self.lines.append(f"{before} {self.guard()}st{order}.{space}.{width} [{base}+{place}], {source};")

    def load(self) -> None:
        space, base = self.pick(*MINE)
        width = self.pick("u8", "u16", "u32", "u32", "u32", "u64")
        place, target, n = self.at(int(width[1:]) // 8), self.pick(*VALUES), self.number()
        loaded, after = {
            "u8": (f"%h{n}", f"cvt.u32.u16 %r{n}, %h{n};"),
            "u16": (f"%h{n}", f"cvt.u32.u16 %r{n}, %h{n};"),
            "u32": (f"%r{n}", ""),
            "u64": (f"%rd{n}", f"cvt.u32.u64 %r{n}, %rd{n};"),
        }[width]
        self.lines.append(
            f"ld.{space}.{width} {loaded}, [{base}+{place}]; {after} xor.b32 {target}, {target}, %r{n};"
        )

    def again(self) -> None:
        """What was just stored or loaded, perhaps with something between that changes it."""
        (space, base), at, n = self.pick(*MINE), self.at(4), self.number()
        first = f"ld.{space}.u32 {self.pick(*VALUES)}, [{base}+{at}];"
        stores = f"{self.guard()}st.{space}.u32 [{base}+{at}], {self.pick(*VALUES)};"
        self.lines.append(self.pick(first, stores, stores))
        self.pick(self.work, self.work, self.store, self.load, self.indexed, self.order)()
        last = f"ld.{space}.u32 %r{n}, [{base}+{at}]; xor.b32 {self.pick(*VALUES)}, %r7, %r{n};"
        self.lines.append(self.pick(last, last, f"st.{space}.u32 [{base}+{at}], {self.pick(*VALUES)};"))

    def row(self) -> None:
        """Neighbouring words one after the other, in any order: one access, if what lies between allows it."""
        space, base = self.pick(*MINE, ("shared", "%r13"))
        start, count, guard = self.pick(0, 0, 8, 16), self.pick(2, 4, 4), self.guard()
        places = self.draw(st.permutations(range(start, start + 4 * count, 4)))
        stores, between = base == "%r13" or self.pick(True, False), self.pick(0, 0, 0, 1, 2)
        numbers = [self.number() for _ in places]
        for index, (n, at) in enumerate(zip(numbers, places, strict=True)):
            if stores:
                self.lines.append(f"{guard}st.{space}.u32 [{base}+{at}], {self.pick(*VALUES)};")
            else:
                self.lines.append(f"ld.{space}.u32 %r{n}, [{base}+{at}];")
            if index < between:
                self.pick(self.work, self.work, self.load, self.indexed, self.store, self.choose)()
        if not stores:
            self.lines += [f"add.u32 {self.pick(*VALUES)}, {self.pick(*VALUES)}, %r{n};" for n in numbers]

    def indexed(self) -> None:
        """A word of its own part at an index that only the run knows."""
        n, (space, base) = self.number(), self.pick(*MINE)
        address = f"%rd{n}" if space == "global" else f"%r{n + 1}"
        wide = f"cvt.u64.u32 %rd{n}, %r{n}; add.u64 %rd{n}, %rd{n}, {base};"
        near = f"mov.u32 %r{n + 1}, {base}; add.u32 %r{n + 1}, %r{n + 1}, %r{n};"
        self.last += 1
        self.lines.append(
            f"and.b32 %r{n}, {self.pick(*VALUES)}, {OWN - 4}; {wide if space == 'global' else near}"
        )
        self.lines.append(
            f"st.{space}.u32 [{address}], {self.pick(*VALUES)};"
            if self.pick(True, False)
            else f"ld.{space}.u32 {self.pick(*VALUES)}, [{address}];"
        )

    def table(self) -> None:
        """A word of the table that nobody writes, perhaps said to be so."""
        n = self.number()
        self.lines.append(
            f"and.b32 %r{n}, {self.pick('%r1', '%r5', *VALUES)}, {TABLE - 1}; mad.wide.u32 %rd{n}, %r{n}, 4, %rd3;"
        )
        if self.pick(True, False):
            self.steps(2, 2)
        self.lines.append(
            f"ld.global{self.pick('', '.nc')}.u32 %r{n}, [%rd{n}]; add.u32 {self.pick(*VALUES)}, %r7, %r{n};"
        )

    def order(self) -> None:
        self.lines.append(
            self.pick(
                "membar.cta;", "fence.acq_rel.cta;", "fence.acq_rel.gpu;", "fence.sc.cta;", "membar.gl;"
            )
        )

    def atomic(self) -> None:
        """On a word of its own, or on a counter of all whose old value nobody sees."""
        self.lines.append(
            self.pick(
                f"atom.global.add.u32 {self.pick(*VALUES)}, [%rd5], {self.pick(*VALUES)};",
                f"red.global.add.u32 [%rd4+{4 * THREADS * CTAS}], {self.pick(*VALUES)};",
                f"{self.guard()}atom.shared.exch.b32 {self.pick(*VALUES)}, [%r12+{self.at(4)}], {self.pick(*VALUES)};",
            )
        )

    def meet(self) -> None:
        """Barriers, and what threads wrote before them read by others; at times one barrier too many or too few."""
        n, whose = self.number(), self.pick(*THEIRS)
        reads = f"ld.shared.u32 %r{n}, [{whose}+{self.at(4)}]; xor.b32 {self.pick(*VALUES)}, %r8, %r{n};"
        before, after = self.pick(1, 1, 1, 2), self.pick(1, 1, 1, 1, 2, 0)
        self.lines += ["bar.sync 0;"] * before
        if self.pick(True, True, False):
            self.lines.append(reads)
        if self.pick(True, False, False):
            self.table()
        self.lines += ["bar.sync 0;"] * after

    def fetch(self) -> None:
        """A word of its own in global memory, which no copy writes, perhaps behind a store to another."""
        n = self.number()
        if self.pick(True, False):
            self.lines.append(f"st.global.u32 [%rd2+{self.at(4)}], {self.pick(*VALUES)};")
        self.lines.append(
            f"ld.global.u32 %r{n}, [%rd2+{self.at(4)}]; add.u32 {self.pick(*VALUES)}, %r6, %r{n};"
        )

    def copy(self) -> None:
        """Words of the table on their way to shared memory while something else is done, then read."""
        base, bytes = self.pick("%r11", "%r12"), self.pick(4, 8)
        at, n, groups = self.at(bytes), self.number(), self.pick(1, 1, 2)
        for group in range(groups):
            place = (at + group * bytes) % OWN
            self.lines.append(
                f"cp.async.ca.shared.global [{base}+{place}], [%rd3+{self.at(bytes)}], {bytes}; cp.async.commit_group;"
            )
        self.work()
        self.lines.append(self.pick("cp.async.wait_group 0;", "cp.async.wait_all;"))
        for _ in range(self.pick(0, 1, 2)):
            self.pick(self.work, self.fetch, self.fetch, self.load, self.store)()
        self.lines.append(f"ld.shared.u32 %r{n}, [{base}+{at}]; xor.b32 {self.pick(*VALUES)}, %r6, %r{n};")

    def branch(self) -> None:
        n, known = self.number(), self.uniform
        self.uniform = False
        self.lines.append(f"@{self.pick('', '!')}{self.pick('%p1', '%p2')} bra join{n};")
        if self.pick(True, False):
            self.lines.append(f"add.u32 {self.pick(*VALUES)}, {self.pick(*VALUES)}, {self.pick(*VALUES)};")
            self.lines.append(f"st.global.u32 [%rd2+{self.at(4)}], {self.pick(*VALUES)};" * self.pick(0, 1))
        else:
            self.steps(2, 2)
        self.lines.append(f"join{n}:")
        self.uniform = known

    def loop(self) -> None:
        n, uniform = self.number(), self.pick(True, True, False)
        known, self.uniform = self.uniform, self.uniform and uniform
        bound = self.pick(2, 3, "%r2") if uniform else "%r16"
        self.lines.append(f"mov.u32 %r{n}, 0; loop{n}: setp.ge.u32 %p{n}, %r{n}, {bound}; @%p{n} bra end{n};")
        self.steps(4, 1)
        self.lines.append(f"add.u32 %r{n}, %r{n}, 1; bra loop{n}; end{n}:")
        self.uniform = known

    def steps(self, most: int, depth: int) -> None:
        anywhere = (
            self.work,
            self.choose,
            self.store,
            self.load,
            self.row,
            self.indexed,
            self.order,
            self.atomic,
            self.copy,
            self.fetch,
            self.fetch,
        )
        nested = (self.table, self.branch, self.loop) if depth < 1 else (self.branch,) if depth < 2 else ()
        meeting = (self.meet, self.meet) if self.uniform and depth < 2 else ()
        for _ in range(self.draw(st.integers(1, most))):
            self.pick(*anywhere, self.again, self.again, self.row, self.row, self.copy, *nested, *meeting)()


@st.composite
def kernels(draw: st.DrawFn, most: int = 14) -> Module:
    """Kernels of about so many accesses; without races, what they leave in memory depends on their input alone."""
    maker = Maker(draw)
    maker.steps(most, 0)
    text = "\n".join((HEADER, *maker.lines, END))
    note(text)
    return parse(text)


def trial() -> Trial:
    """A launch: the threads' own parts of `p`, the table `q`, and a counter for each thread and for all."""
    rng = np.random.default_rng(5)
    sizes = (CTAS * THREADS * OWN // 4, TABLE, CTAS * THREADS + 1)
    contents = tuple(Content(rng.integers(0, 1 << 32, size, dtype=np.uint32).tobytes()) for size in sizes)
    return Trial("k", (CTAS, 1, 1), (THREADS, 1, 1), contents)
