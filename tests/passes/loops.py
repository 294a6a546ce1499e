"""Random kernels made of loops: guards on counters, nested loops, breaks, divergence, barriers, variables in place."""

from __future__ import annotations

import numpy as np
from attrs import define, field
from hypothesis import note
from hypothesis import strategies as st

from ptxgen.ir import Module
from ptxgen.ir.parser import parse
from ptxgen.verification.trials import Content, Trial
from tests.passes.drawing import Drawing

CTAS, THREADS = 4, 64
HEADER = """.version 9.0\n.target sm_90\n.address_size 64
.visible .entry k(.param .u64 p) {
.reg .pred %p<900>; .reg .b32 %r<900>; .reg .b64 %rd<900>;
.shared .align 4 .b8 tile[256];
ld.param.u64 %rd1, [p];
mov.u32 %r1, %tid.x;
mov.u32 %r2, %ctaid.x;
mul.lo.u32 %r3, %r2, 3;
and.b32 %r4, %r1, 7;
mad.lo.u32 %r5, %r2, 64, %r1;
mad.wide.u32 %rd2, %r5, 16, %rd1;
ld.global.v4.u32 {%r6, %r7, %r8, %r9}, [%rd2];
shl.b32 %r10, %r1, 2;
mov.u32 %r11, tile;
add.u32 %r11, %r11, %r10;
setp.gt.u32 %p1, %r2, 1;
setp.gt.u32 %p2, %r4, 3;
"""
END = "st.global.v4.u32 [%rd2], {%r6, %r7, %r8, %r9};\nret;\n}"
UNIFORM, DIVERGENT = "%r3", "%r4"
RELATIONS = ("lt", "le", "gt", "ge", "eq", "ne")


@define
class Maker(Drawing):
    """A kernel in the making. Counters take registers from 20 on, predicates from 10 on."""

    counters: list[str] = field(factory=list[str])
    starts: dict[str, tuple[str, str]] = field(factory=dict[str, tuple[str, str]])

    def value(self) -> str:
        return self.pick("%r6", "%r7", "%r8", "%r9", *self.counters, "%r3", "%r4", "5")

    def work(self) -> str:
        target = self.pick("%r6", "%r7", "%r8", "%r9")
        other = self.pick("%r6", "%r7", "%r8", "%r9")
        temporary = f"%r{self.number()}"
        counter = self.pick(*self.counters) if self.counters else "%r3"
        return self.pick(
            f"mul.lo.u32 {temporary}, {counter}, 5; xor.b32 {target}, {other}, {temporary};",
            f"add.u32 {target}, {other}, {self.value()};",
            f"mad.lo.u32 {target}, {other}, 3, {self.value()};",
            f"mul.lo.u32 {temporary}, %r3, 7; xor.b32 {target}, {other}, {temporary};",
            f"add.u32 {temporary}, {other}, {self.value()}; sub.u32 {target}, {temporary}, {self.value()};",
            f"@{self.pick('', '!')}{self.pick('%p1', '%p2')} add.u32 {target}, {other}, 9;",
        )

    def load(self) -> str:
        """One of the thread's own words, from an address that follows a counter."""
        index, loaded, counter = self.number(), self.number(), self.pick(*self.counters)
        return (
            f"and.b32 %r{index}, {counter}, 3; mad.wide.u32 %rd{index}, %r{index}, 4, %rd2;"
            f"ld.global.u32 %r{loaded}, [%rd{index}]; xor.b32 %r7, %r8, %r{loaded};"
        )

    def condition(self) -> str:
        """A predicate, made here or before: of a counter, of the CTA, or of the thread."""
        if not self.counters or self.pick(True, False, False):
            return f"{self.pick('', '!')}{self.pick('%p1', '%p2')}"
        made = f"%p{self.number()}"
        subject = self.pick(*self.counters)
        if subject in self.starts and self.pick(True, False):
            # What only the first iteration does.
            type, start = self.starts[subject]
            self.lines.append(f"setp.{self.pick('eq', 'ne')}.{type} {made}, {subject}, {start};")
            return made
        if self.pick(True, False, False):
            moved = f"%r{self.number()}"
            self.lines.append(f"add.u32 {moved}, {subject}, {self.pick(1, 2, -1, 3)};")
            subject = moved
        bound = self.pick(UNIFORM, DIVERGENT, *map(str, range(-2, 12)))
        self.lines.append(
            f"setp.{self.pick(*RELATIONS)}.{self.pick('u32', 's32')} {made}, {subject}, {bound};"
        )
        return f"{self.pick('', '!')}{made}"

    def steps(self, most: int, depth: int) -> None:
        for _ in range(self.draw(st.integers(1, most))):
            kind = self.pick("work", "work", "guarded", "branch", "loop", "meet")
            if kind == "loop" and depth < 2:
                self.loop(depth)
            elif kind == "branch":
                self.branch(depth)
            elif kind == "guarded":
                condition = self.condition()
                self.lines.append(f"@{condition} xor.b32 %r{self.pick(6, 7)}, %r8, {self.value()};")
            elif kind == "meet" and self.uniform:
                self.lines.append(
                    "st.shared.u32 [%r11], %r6; bar.sync 0; ld.shared.u32 %r9, [tile+12]; bar.sync 0;"
                    if self.pick(True, False)
                    else "shfl.sync.bfly.b32 %r7, %r6, 1, 31, -1;"
                )
            else:
                self.lines.append(self.work())

    def branch(self, depth: int) -> None:
        number, condition, known = self.number(), self.condition(), self.uniform
        self.uniform = False
        self.lines.append(f"@{condition} bra else{number};")
        self.steps(2, max(depth, 1))
        self.lines.append(f"bra join{number}; else{number}:")
        self.steps(2, max(depth, 1))
        self.lines.append(f"join{number}:")
        self.uniform = known

    def loop(self, depth: int) -> None:
        """A loop that counts up or down, tested at its top or its end, perhaps with another way out."""
        number, known = self.number(), self.uniform
        i, p = f"%r{number}", f"%p{number}"
        up, type = self.pick(True, True, False), self.pick("u32", "s32")
        step = self.pick(1, 1, 2, 3)
        start = str(self.pick(0, 0, 1, 2)) if up else str(self.pick(9, 12))
        bound = self.pick(UNIFORM, UNIFORM, DIVERGENT, *map(str, range(12)))
        relation = self.pick("lt", "lt", "le") if up else self.pick("gt", "ge")
        if relation == "ge" and type == "u32":
            type = "s32"
        leaves = self.pick(True, False, False)
        self.uniform = known and bound != DIVERGENT and not leaves
        test = f"setp.{relation}.{type} {p}, {i}, {bound};"
        update = f"add.{type} {i}, {i}, {step if up else -step};"
        only_counts = self.pick(True, False, False)
        other = f"%r{self.number()}"
        self.starts[i] = type, start
        self.lines.append(f"mov.u32 {other}, %r6; mov.u32 {i}, {start}; loop{number}:")
        top = self.pick(True, False)
        if top:
            self.lines.append(f"{test} @!{p} bra end{number};")
        self.counters.append(other if only_counts else i)
        if self.pick(True, False, False):
            self.lines += [self.load(), self.work()]
        else:
            self.steps(3, depth + 1)
        if leaves:
            self.lines.append(f"@{self.condition()} bra end{number};")
        self.lines.append(f"add.u32 {other}, {other}, 3; {update}")
        if self.pick(True, False, False):
            self.lines.append(self.work())
        self.counters.pop()
        self.lines.append(f"bra loop{number};" if top else f"{test} @{p} bra loop{number};")
        self.lines.append(f"end{number}:")
        self.uniform = known


@st.composite
def kernels(draw: st.DrawFn, most: int = 2) -> Module:
    """Kernels of up to so many outer loops; what they leave in memory depends on their input alone."""
    maker = Maker(draw)
    for _ in range(draw(st.integers(1, most))):
        maker.loop(0)
        maker.steps(most, 1)
    text = "\n".join((HEADER, *maker.lines, END))
    note(text)
    return parse(text)


def trial() -> Trial:
    """A launch: 16 bytes a thread, another uniform bound in each CTA."""
    values = np.random.default_rng(3).integers(0, 1 << 32, CTAS * THREADS * 4, dtype=np.uint32)
    return Trial("k", (CTAS, 1, 1), (THREADS, 1, 1), (Content(values.tobytes()),))
