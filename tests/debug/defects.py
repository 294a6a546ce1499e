"""Seeded defects: operators that plant one fault at each place of a correct text where they fit.

Each says which rules or sanitizers must find it, and whether they must name the changed line itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import frozen

from ptxgen.debug import Family, every_rule
from ptxgen.debug.dynamic import SANITIZER_RULES

Sites = Callable[[list[str]], Iterator[tuple[int, str]]]


@frozen
class Operator:
    """A kind of fault. `expected` are the ids of which one must be found; `here`, that it must be at the line.

    `slow` faults cost time only: the rules say them as hints, and nothing can witness them.
    """

    name: str
    sites: Sites
    expected: tuple[str, ...]
    here: bool
    slow: bool = False

    @property
    def family(self) -> Family:
        """The family of the rule that the fault is named after."""
        return {**every_rule(), **SANITIZER_RULES}[self.expected[0]].family


@frozen
class Defect:
    """A text with one fault. `line` counts from 1."""

    operator: Operator
    line: int
    text: str


OPERATORS: dict[str, Operator] = {}


def operator(name: str, *expected: str, here: bool, slow: bool = False) -> Callable[[Sites], Sites]:
    def declare(sites: Sites) -> Sites:
        OPERATORS[name] = Operator(name, sites, expected, here, slow)
        return sites

    return declare


def defects(text: str, kind: Operator) -> list[Defect]:
    """The fault at every place where it fits."""
    lines = text.splitlines()
    return [
        Defect(kind, number + 1, "\n".join([*lines[:number], changed, *lines[number + 1 :]]) + "\n")
        for number, changed in kind.sites(lines)
    ]


_ACCESS = re.compile(
    r"^(?P<head>\s*(?:@!?%p\d+\s+)?(?:ld|st)\.(?P<space>global|shared)[\w.:]*\.(?P<type>[bfsu]\d+)\s[^\[;]*)"
    r"\[ ?(?P<base>[%\w$]+)(?P<offset> ?[+-] ?\d+)? ?\](?P<tail>.*)$"
)
RACES = ("PTX150", "PTX151", "SAN020", "SAN021", "SAN022")


def _moved(line: str, by: int) -> str | None:
    match = _ACCESS.match(line)
    if match is None:
        return None
    offset = int((match["offset"] or "0").replace(" ", "")) + by
    return f"{match['head']}[{match['base']}{offset:+}]{match['tail']}"


@operator("far away", "SAN001", "PTX062", "PTX140", here=True)
def far_away(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if (changed := _moved(line, 1 << 24)) is not None:
            yield number, changed


@operator("misaligned", "SAN002", "PTX061", "PTX141", here=True)
def misaligned(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = _ACCESS.match(line)
        if match is not None and int(match["type"][1:]) >= 32 and (changed := _moved(line, 2)) is not None:
            yield number, changed


@operator("no barrier", *RACES, "SAN023", here=False)
def no_barrier(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*(bar|barrier)(\.cta)?\.sync\s", line):
            yield number, ""


@operator("divergent barrier", "PTX120", "SAN030", here=True)
def divergent_barrier(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"\s*(bar\.sync\s+0;)", line)
        if match:
            yield (
                number,
                (
                    "{ .reg .pred %part; .reg .b32 %who; mov.u32 %who, %tid.x; setp.lt.u32 %part, %who, 16; "
                    f"@%part {match[1]} }}"
                ),
            )


@operator("too many threads at a barrier", "PTX122", "PTX123", "SAN031", "SAN034", here=True)
def large_count(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"\s*bar\.sync\s+0;", line)
        if match:
            yield number, "bar.sync 0, 1024;"


@operator("no initial value", "PTX047", "PTX048", "SAN010", "SAN011", "SAN001", "SAN039", here=False)
def uninitialised(lines: list[str]) -> Iterator[tuple[int, str]]:
    text = "\n".join(lines)
    for number, line in enumerate(lines):
        match = re.match(r"\s*mov\.[bfsu]\d+\s+(%[a-z]+\d+), (0f[0-9A-F]{8}|-?\d+);\s*(//.*)?$", line)
        if match and len(re.findall(re.escape(match[1]) + r"\b", text)) > 1:
            yield number, ""


@operator("narrow mask", "SAN032", "SAN033", "PTX125", "PTX124", "PTX066", here=True)
def narrow_mask(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.search(r"shfl\.sync.*(, -1;|0xffffffff;|, 4294967295;)", line):
            yield number, re.sub(r"(-1|0xffffffff|4294967295);", "0x0000ffff;", line)


@operator("shuffle of half a warp", "SAN032", "SAN033", "PTX124", here=True)
def divergent_shuffle(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*shfl\.sync.*(, -1;|0xffffffff;|, 4294967295;)", line):
            yield (
                number,
                (
                    "{ .reg .pred %part; .reg .b32 %who; mov.u32 %who, %laneid; setp.lt.u32 %part, %who, 16; "
                    f"@%part {line.strip()} }}"
                ),
            )


@operator("generic access of a shared offset", "PTX074", "SAN001", here=True)
def generic(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"^\s*(ld|st)\.shared(\.[\w.]+\s[^\[]*)\[(%rd?\d+|\w+)([+-]\d+)?\](.*)$", line)
        if match and ".volatile" not in line:
            wide = "{ .reg .b64 %wide; "
            base = match[3]
            made = f"mov.u64 %wide, {base};" if not base.startswith("%") else f"cvt.u64.u32 %wide, {base};"
            if not base.startswith("%rd"):
                yield number, f"{wide}{made} {match[1]}{match[2]}[%wide{match[4] or ''}]{match[5]} }}"


@operator("counter that stands still", "PTX101", "SAN039", "PTX068", "SAN001", here=False)
def endless(lines: list[str]) -> Iterator[tuple[int, str]]:
    labels = {line.split(":")[0].strip(): n for n, line in enumerate(lines) if re.match(r"\s*[$\w]+:", line)}
    for number, line in enumerate(lines):
        branch = re.match(r"\s*@!?(%p\d+) bra(?:\.uni)? ([$\w]+);", line)
        if not branch or labels.get(branch[2], number) >= number:
            continue
        test = next(
            (m for n in range(number, labels[branch[2]], -1)
             if (m := re.match(rf"\s*setp\.\w+\.[su]\d+\s+{branch[1]}, (%r\d+), ", lines[n]))), None,
        )  # fmt: skip
        for at in range(labels[branch[2]], number) if test else ():
            if test and re.match(rf"\s*add\.[su]\d+\s+{test[1]}, {test[1]}, -?\w+;", lines[at]):
                yield at, ""


@operator("no wait for copies", "PTX127", "SAN023", "SAN035", here=False)
def no_wait(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*cp\.async\.wait_", line):
            yield number, ""


@operator("no commit of copies", "PTX128", "SAN023", "SAN035", here=False)
def no_commit(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*(cp\.async|wgmma)\.commit_group", line):
            yield number, ""


@operator("mbarrier never made", "PTX131", "SAN036", "SAN031", "SAN039", here=False)
def never_made(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if "mbarrier.init" in line:
            yield number, re.sub(r"mbarrier\.init[^;]*;", "", line)


@operator("no fence of products", "PTX134", "SAN027", here=False)
def no_fence(lines: list[str]) -> Iterator[tuple[int, str]]:
    fences = [n for n, line in enumerate(lines) if "wgmma.fence" in line]
    if len(fences) == 1:
        yield fences[0], ""


@operator("no wait for products", "PTX133", "SAN027", "SAN023", here=False)
def no_product_wait(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if "wgmma.wait_group" in line:
            yield number, ""


@operator("no proxy fence", "PTX129", "SAN024", here=False)
def no_proxy_fence(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if "fence.proxy.async" in line:
            yield number, ""


@operator("too much shared memory", "PTX058", here=False)
def too_much(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(\s*\.shared .*\[)(\d+)(\];)", line)
        if match:
            yield number, f"{match[1]}{1 << 16}{match[3]}"


@operator("old version", "PTX052", "PTX054", here=False)
def old_version(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if line.startswith(".version"):
            yield number, ".version 4.0"


@operator("dead register", "PTX047", "SAN011", here=True)
def other_register(lines: list[str]) -> Iterator[tuple[int, str]]:
    """A source that nobody writes."""
    for number, line in enumerate(lines):
        match = re.match(r"(\s*)((?:fma|mul|add)\.(?:rn\.)?f32\s+%[fr]\d+, )(%[fr]\d+)(, .*;)", line)
        if match:
            yield number, f"{{ .reg .b32 %nobody; {match[2]}%nobody{match[4]} }}"


@operator("a group left in flight", "PTX192", "SAN023", "SAN035", here=False)
def one_group_more(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(\s*cp\.async\.wait_group\s+)(\d+)(;.*)", line)
        if match:
            yield number, f"{match[1]}{int(match[2]) + 1}{match[3]}"
        elif re.match(r"\s*cp\.async\.wait_all;", line):
            yield number, "cp.async.wait_group 1;"


@operator("bytes that nobody expects", "PTX130", "SAN037", "SAN036", "SAN031", "SAN023", here=False)
def unexpected(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(.*mbarrier\.arrive)\.expect_tx(\S*\s+\S+ ?\[.*\]), ?[%\w]+;(.*)", line)
        if match:
            yield number, f"{match[1]}{match[2]};{match[3]}"


@operator("phase of the round before", "PTX132", "SAN023", "SAN031", "SAN036", "SAN039", here=False)
def other_phase(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(.*mbarrier\.try_wait\.parity\S*\s+\S+ ?\[[^\]]*\], ?)(%\w+)(;.*)", line)
        if match:
            yield (
                number,
                f"{{ .reg .b32 %phase; xor.b32 %phase, {match[2]}, 1; {match[1].strip()}%phase{match[3]} }}",
            )


@operator("older processor", "PTX054", here=False)
def older_processor(lines: list[str]) -> Iterator[tuple[int, str]]:
    newer = re.compile(r"\b(cp\.async|mbarrier|wgmma|ldmatrix|redux|mma\.sync)")
    for number, line in enumerate(lines):
        if line.startswith(".target") and any(newer.search(other) for other in lines):
            yield number, ".target sm_60"


@operator("barrier twice", "PTX105", here=False, slow=True)
def barrier_twice(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*bar\.sync\s+0;\s*$", line):
            yield number, f"{line} bar.sync 0;"


@operator("no state space", "PTX163", here=False, slow=True)
def no_space(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(\s*(?:@!?%p\d+\s+)?(?:ld|st))\.global(\.[bfsu]\d+\s+.*;.*)$", line)
        if match:
            yield number, f"{match[1]}{match[2]}"
