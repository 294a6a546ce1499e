"""Control, types and headers: loops without end, divisors of zero, versions too old."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.debug.defects import Where, loops, operator


@operator("counter that stands still", "PTX101", "SAN039", "PTX068", "SAN001", where=Where.LOOP)
def endless(lines: list[str]) -> Iterator[tuple[int, str]]:
    for first, last in loops(lines):
        branch = re.match(r"\s*@!?(%p\d+) bra", lines[last - 1])
        if branch is None:
            continue
        test = next(
            (m for n in range(last - 2, first - 1, -1)
             if (m := re.match(rf"\s*setp\.\w+\.[su]\d+\s+{branch[1]}, (%r\d+), ", lines[n]))), None,
        )  # fmt: skip
        for at in range(first, last - 1) if test else ():
            if test and re.match(rf"\s*add\.[su]\d+\s+{test[1]}, {test[1]}, -?\w+;", lines[at]):
                yield at, ""


@operator("divisor of zero", "PTX103", where=Where.HERE)
def by_zero(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(\s*(?:div|rem)\.[su](?:32|64)\s+%\w+, %\w+, )[%\w]+;", line)
        if match:
            yield number, f"{match[1]}0;"


@operator("old version", "PTX052", "PTX054", where=Where.FILE)
def old_version(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if line.startswith(".version"):
            yield number, ".version 4.0"


@operator("older processor", "PTX054", "PTX053", where=Where.FILE)
def older_processor(lines: list[str]) -> Iterator[tuple[int, str]]:
    newer = re.compile(r"\b(cp\.async|mbarrier|wgmma|ldmatrix|redux|mma\.sync)")
    for number, line in enumerate(lines):
        if line.startswith(".target") and any(newer.search(other) for other in lines):
            yield number, ".target sm_60"


@operator("no state space", "PTX163", where=Where.HERE, slow=True)
def no_space(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(\s*(?:@!?%p\d+\s+)?(?:ld|st))\.global(\.[bfsu]\d+\s+.*;.*)$", line)
        if match:
            yield number, f"{match[1]}{match[2]}"
