"""Code that branches: exits, diamonds, loops, switches, nests."""

from __future__ import annotations

from attrs import evolve

from tests.debug.large.text import FIRST, LARGEST, Kind, Repeated, kernel

_EXITS = Repeated(
    4,
    lambda i: (
        f"setp.eq.u32 %p{i}, %r{i - 1}, {i};\n@%p{i} bra END;\nadd.u32 %r{i}, %r{i - 1}, 1;\n"
        f"@%p{i} st.shared.u32 [smem], %r{i};\n"
    ),
)
_DIAMONDS = Repeated(
    6,
    lambda i: (
        f"setp.eq.u32 %p{i}, %r0, {i};\n@%p{i} bra L{i};\nadd.u32 %r{i}, %r0, 1;\nbra M{i};\n"
        f"L{i}: add.u32 %r{i}, %r0, 2;\nM{i}: st.shared.u32 [smem+{4 * (i % 8000)}], %r{i};\n"
    ),
)
_GUARDS = Repeated(
    4,
    lambda i: (
        f"setp.lt.u32 %p{i % 7}, %r0, {i};\n@%p{i % 7} mov.u32 %r{i}, 1;\n@!%p{i % 7} mov.u32 %r{i}, 2;\n"
        f"st.shared.u32 [smem], %r{i};\n"
    ),
)


def _nest(innermost: str, inside: str = "add.u32 %r5, %r5, 1;\n") -> Kind:
    """Branches inside of one another, each taken by other threads."""

    def text(lines: int) -> str:
        numbers = range(FIRST, FIRST + (lines - 27) // 4)
        opened = "".join(f"setp.ge.u32 %p{i}, %r0, {i};\n@%p{i} bra J{i};\n{inside}" for i in numbers)
        closed = "".join(f"J{i}:\n" for i in reversed(numbers))
        return kernel(f"{opened}{innermost}{closed}", directives=LARGEST)

    return text


def _one_line_blocks(lines: int) -> str:
    count = (lines - 28) // 2
    blocks = "".join(f"L{i}: add.u32 %r5, %r0, 1;\n@%p0 bra L{i + 1};\n" for i in range(count))
    return kernel(f"setp.eq.u32 %p0, %r0, 3;\n{blocks}L{count}:\n")


def _switch(number: int, ways: int, end: str) -> str:
    targets = ", ".join(f"S{number}_{j}" for j in range(ways))
    cases = "".join(f"S{number}_{j}: add.u32 %r6, %r0, {j};\nbra {end};\n" for j in range(ways))
    return f"T{number}: .branchtargets {targets};\nand.b32 %r5, %r0, 31;\nbrx.idx %r5, T{number};\n{cases}"


CONTROL: dict[str, Kind] = {
    "exits": _EXITS,
    "exits, 1024 threads": evolve(_EXITS, directives=LARGEST),
    "uniform exits": Repeated(
        3,
        lambda i: f"setp.eq.u32 %p{i}, %r1, {i};\n@%p{i} bra END;\nadd.u32 %r{i}, %r{i - 1}, 1;\n",
        directives=LARGEST,
    ),
    "diamonds": _DIAMONDS,
    "diamonds, 1024 threads": evolve(_DIAMONDS, directives=LARGEST),
    "guards": _GUARDS,
    "guards, 1024 threads": evolve(_GUARDS, directives=LARGEST),
    "nest": _nest("bar.warp.sync -1;\n"),
    "nest around a barrier": _nest("bar.sync 0;\n"),
    "nest around a shuffle": _nest("shfl.sync.idx.b32 %r6, %r0, 3, 31, -1;\n"),
    "nest of stores": _nest("", "st.shared.u32 [smem], %r0;\n"),
    "loops": Repeated(
        5,
        lambda i: f"mov.u32 %r{i}, 0;\nL{i}:\nadd.u32 %r{i}, %r{i}, 1;\nsetp.lt.u32 %p{i}, %r{i}, %r1;\n"
        f"@%p{i} bra L{i};\n",
    ),
    "labels": Repeated(1, lambda i: f"L{i}:\n"),
    "blocks of one line": _one_line_blocks,
    "switches": Repeated(104, lambda i: f"{_switch(i, 50, f'E{i}')}E{i}:\n"),
    "one switch": lambda lines: kernel(_switch(0, max(1, (lines - 29) // 2), "END")),
    "unreachable": Repeated(3, lambda i: f"bra END;\nadd.u32 %r5, %r0, {i};\nU{i}:\n"),
    "spins": Repeated(
        4,
        lambda i: f"L{i}: ld.volatile.global.u32 %r5, [%rd5];\nsetp.ne.u32 %p1, %r5, {i};\n@%p1 bra L{i};\n"
        "atom.global.exch.b32 %r6, [%rd5], 0;\n",
    ),
}  # fmt: skip
