"""Mechanical mutations of PTX text: each operator yields what a line becomes, at every line where it fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import frozen


@frozen
class Mutant:
    """A text with one line changed; `line` counts from 1."""

    operator: str
    line: int
    text: str

    @property
    def changed(self) -> str:
        return self.text.splitlines()[self.line - 1].strip()


Change = Callable[[str], Iterator[str]]
BranchChange = Callable[[list[str], int, int], Iterator[str]]
"""Of a guarded branch: the lines, the number of its own, and that of its target's label, from 0."""


def _dropped(pattern: str) -> Change:
    """Without the instruction that matches; the pattern begins at the opcode."""
    statement = re.compile(rf"(@!?%p\d+ )?\b(?:{pattern})[^;]*;")

    def change(line: str) -> Iterator[str]:
        match = statement.search(line)
        if match:
            yield line.replace(match[0], "", 1)

    return change


def _replaced(pattern: str, *forms: str | Callable[[re.Match[str]], str]) -> Change:
    """The first match in another form, one mutant for each."""
    found = re.compile(pattern)

    def change(line: str) -> Iterator[str]:
        for form in forms:
            changed = found.sub(form, line, count=1)
            if changed != line:
                yield changed

    return change


def _drop_cluster_barrier(line: str) -> Iterator[str]:
    """Both halves, where they are on one line."""
    if "barrier.cluster.arrive" in line:
        yield ""


def _drop_guard(lines: list[str], here: int, target: int) -> Iterator[str]:
    """Threads that should have branched over some code execute it."""
    if target > here:
        yield ""


def _drop_retry(lines: list[str], here: int, target: int) -> Iterator[str]:
    """Asking whether a wait is over, and going on whatever the answer was."""
    asked = any(re.search(r"try_wait|\.acquire|atom\.", line) for line in lines[target:here])
    if target < here <= target + 4 and asked:
        yield ""


def _shifted_address(by: int) -> Callable[[re.Match[str]], str]:
    """The address of an access, some bytes further on."""

    def form(match: re.Match[str]) -> str:
        offset = int(match[3] or 0) + by
        return f"{match[1]}[{match[2]}{offset:+}]" if offset else f"{match[1]}[{match[2]}]"

    return form


def _shifted_number(by: int) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{match[1]}{int(match[2]) + by};"


def _in_two_steps(match: re.Match[str]) -> str:
    """A plain read and a plain write."""
    space, result, place, value = match.groups()
    return f"ld.{space}.u32 {result or '%r31'}, {place}; st.{space}.u32 {place}, {value};"


def _halved(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) // 2}{match[3]}"


def _shorter(match: re.Match[str]) -> str:
    """A copy of 16 bytes less, or of the next smaller size."""
    size = int(match[2])
    return f"{match[1]}{size - 16 if size > 16 else max(size // 2, 4)}{match[3]}"


_ACCESS = r"((?:ld|st|red|atom)\.[\w.:]*(?:shared|global)[\w.:]*(?: [^;\[]*?)? ?)\[(%?\w+)([+-]\d+)?\]"
_MATRICES = r"(ldmatrix[\w.]*[^;\[]*)\[(%?\w+)([+-]\d+)?\]"
_COPY = r"(cp\.async[\w.:]* )\[(%?\w+)([+-]\d+)?\]"

OPERATORS: dict[str, tuple[Change, ...]] = {
    "drop barrier": (_dropped(r"bar\.(warp\.)?sync"), _drop_cluster_barrier),
    "drop arrival": (_dropped(r"bar\.arrive|mbarrier\.arrive|cp\.async\.mbarrier|barrier\.cluster\.arrive"),),
    "drop wait": (_dropped(r"cp\.async(\.bulk)?\.wait_|wgmma\.wait_group|barrier\.cluster\.wait"),),
    "wait for fewer": (_replaced(r"(wait_group\S* )(\d+);", _shifted_number(1)),),
    "drop commit": (_dropped(r"cp\.async(\.bulk)?\.commit_group|wgmma\.commit_group"),),
    "drop fence": (_dropped(r"fence\.|membar\.|wgmma\.fence"),),
    "drop init": (_dropped(r"mbarrier\.init"),),
    "change count": (
        _replaced(r"(bar\.\w+ \d+, )64;", r"\g<1>32;", r"\g<1>96;"),
        _replaced(r"(mbarrier\.init\S* \[[^\]]*\], )(\d+);", _shifted_number(1), _shifted_number(-1)),
    ),
    "change barrier": (_replaced(r"(bar\.(?:sync|arrive) )(\d+)", lambda m: f"{m[1]}{int(m[2]) + 3}"),),
    "flip phase": (
        _replaced(r"(mbarrier\.try_wait\S* %p\d+, \[[^\]]*\], )(%r\d+);", r"xor.b32 %r31, \2, 1; \1%r31;"),
        _replaced(r"(mbarrier\.try_wait\S* %p\d+, \[[^\]]*\], )([01]);", lambda m: f"{m[1]}{1 - int(m[2])};"),
    ),
    "drop expectation": (_replaced(r"\.expect_tx(\S* _, \[%r\d+\]), \d+;", r"\1;"),),
    "halve expectation": (_replaced(r"(expect_tx\S* _, \[%r\d+\], )(\d+)(;)", _halved),),
    "shorten copy": (
        _replaced(r"(cp\.async\.bulk\.(?!tensor)[^;]*\], )(\d+)([,;])", _shorter),
        _replaced(r"(cp\.async\.c[ag][^;]*\], )(8)(;)", _shorter),
    ),
    "narrow mask": (
        _replaced("0xffffffff", "0x0000ffff"),
        _replaced(r"(mov\.u16 %h0, )3;", r"\g<1>1;"),
    ),
    "weaken atomic": (
        _replaced(
            r"\b(?:red|atom)\.[\w.]*?(shared|global)\.(?:add|exch|cas)\.\w+ (?:(%r\d+), )?"
            r"(\[[^\]]+\]), (?:[^;]+, )?([^;]+);",
            _in_two_steps,
        ),
    ),
    "relax": (
        _replaced(r"\b((?:ld|st|atom|red)\.)(?:acquire|release)\b", r"\1relaxed"),
        _replaced(r"(barrier\.cluster\.arrive\.)release", r"\1relaxed"),
        _replaced(r"(mbarrier\.arrive)(?=\.shared)", r"\1.relaxed.cta"),
        _replaced(r"(mbarrier\.try_wait\.parity)(?=\.shared)", r"\1.relaxed.cta"),
    ),
    "narrow scope": (_replaced(r"(?<!init\.)(acquire|release|relaxed|acq_rel)\.(?:gpu|cluster)", r"\1.cta"),),
    "shift address": (
        _replaced(_ACCESS, _shifted_address(4), _shifted_address(-4)),
        _replaced(_MATRICES, _shifted_address(16), _shifted_address(-16)),
        _replaced(_COPY, _shifted_address(16), _shifted_address(-16)),
    ),
    "shift bound": (
        _replaced(
            r"(setp\.(?:lt|le|gt|ge)\.\w+ %p\d+, %r\d+, )(\d+);", _shifted_number(1), _shifted_number(-1)
        ),
    ),
    "swap stage": (
        _replaced(r"and\.b32 (%r\d+), (%r\d+), 1;", r"\g<0> xor.b32 \1, \1, 1;"),
        _replaced(r"xor\.b32 (%r\d+), (%r\d+), 1;", r"mov.u32 \1, \2;"),
    ),
    "one stage": (_replaced(r"and\.b32 (%r\d+), (%r\d+), 1;", r"mov.u32 \1, 0;", r"mov.u32 \1, 1;"),),
}


BRANCH_OPERATORS: dict[str, BranchChange] = {"drop guard": _drop_guard, "drop wait": _drop_retry}

_BRANCH = re.compile(r"@!?%p\d+ bra (\w+);")


def mutants(text: str) -> Iterator[Mutant]:
    """Every operator at every line where it fits."""
    lines = text.splitlines()
    labels = {
        line.split(":")[0].strip(): number for number, line in enumerate(lines) if line.strip().endswith(":")
    }
    for number, line in enumerate(lines):
        changes = [(n, new) for n, each in OPERATORS.items() for change in each for new in change(line)]
        branch = _BRANCH.search(line)
        if branch:
            target = labels[branch[1]]
            changes += [
                (n, new) for n, change in BRANCH_OPERATORS.items() for new in change(lines, number, target)
            ]
        for name, changed in changes:
            yield Mutant(name, number + 1, "\n".join((*lines[:number], changed, *lines[number + 1 :])) + "\n")
