"""What runs by itself: asynchronous copies, mbarriers and products, with a wait, a commit or a fence too few."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.debug.defects import Where, operator


@operator("no wait for copies", "PTX127", "PTX192", "SAN023", "SAN035", where=Where.AROUND)
def no_wait(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*cp\.async\.wait_", line):
            yield number, ""


@operator("no commit of copies", "PTX128", "PTX192", "SAN023", "SAN035", where=Where.AROUND)
def no_commit(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*(cp\.async|wgmma)\.commit_group", line):
            yield number, ""


@operator("a group left in flight", "PTX192", "SAN023", "SAN035", where=Where.AROUND)
def one_group_more(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(\s*cp\.async\.wait_group\s+)(\d+)(;.*)", line)
        if match:
            yield number, f"{match[1]}{int(match[2]) + 1}{match[3]}"
        elif re.match(r"\s*cp\.async\.wait_all;", line):
            yield number, "cp.async.wait_group 1;"


@operator("mbarrier never made", "PTX131", "SAN036", "SAN031", "SAN039", where=Where.AROUND)
def never_made(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if "mbarrier.init" in line:
            yield number, re.sub(r"(@!?%\w+\s+)?mbarrier\.init[^;]*;", "", line)


@operator("bytes that nobody expects", "PTX130", "SAN037", "SAN036", "SAN031", "SAN023", where=Where.AROUND)
def unexpected(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(.*mbarrier\.arrive)\.expect_tx(\S*\s+\S+ ?\[.*\]), ?[%\w]+;(.*)", line)
        if match:
            yield number, f"{match[1]}{match[2]};{match[3]}"


@operator(
    "phase of the round before", "PTX132", "PTX194", "PTX191", "PTX192", "SAN023", "SAN031", "SAN036", "SAN039",
    where=Where.AROUND,
)  # fmt: skip
def other_phase(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(.*mbarrier\.try_wait\.parity\S*\s+\S+ ?\[[^\]]*\], ?)(%\w+)(;.*)", line)
        if match:
            yield (
                number,
                f"{{ .reg .b32 %phase; xor.b32 %phase, {match[2]}, 1; {match[1].strip()}%phase{match[3]} }}",
            )


_WAIT = r"\s*(@!?%\w+\s+)?mbarrier\.(?:try|test)_wait\.parity\S*\s+(\S+), ?\[([^\]]*)\], ?[%\w]+;"


@operator(
    "no wait for a phase", "PTX192", "PTX191", "PTX132", "SAN023", "SAN021", "SAN036", where=Where.AROUND
)
def no_phase_wait(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.fullmatch(_WAIT, line)
        if match and not match[1]:
            yield number, f"setp.eq.u32 {match[2]}, 0, 0;"


@operator(
    "wait at the next mbarrier", "PTX194", "PTX132", "PTX192", "PTX191", "SAN001", "SAN031", "SAN023", "SAN036",
    "SAN039", where=Where.AROUND,
)  # fmt: skip
def other_mbarrier(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.fullmatch(_WAIT, line)
        if match:
            base, _, offset = match[3].partition("+")
            yield number, line.replace(f"[{match[3]}]", f"[{base}+{int(offset or 0) + 8}]")


@operator("an arrival too few", "PTX194", "SAN031", "SAN039", where=Where.AROUND)
def one_arrival_more(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(.*mbarrier\.init\S*\s+\[[^\]]*\], ?)(\d+)(;.*)", line)
        if match:
            yield number, f"{match[1]}{int(match[2]) + 1}{match[3]}"


@operator("no arrival", "PTX194", "SAN031", "SAN039", where=Where.AROUND)
def no_arrival(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*(@!?%\w+\s+)?mbarrier\.arrive(?!\.expect_tx)", line):
            yield number, ""


@operator("too many bytes expected", "PTX130", "SAN031", "SAN039", "SAN037", where=Where.AROUND)
def too_many_bytes(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(.*mbarrier\.arrive\.expect_tx\S*\s+\S+ ?\[.*\], ?)([%\w]+);(.*)", line)
        if match:
            made = f".reg .b32 %bytes; add.u32 %bytes, {match[2]}, 16;"
            yield number, f"{{ {made} {match[1].strip()}%bytes;{match[3]} }}"


@operator("no fence of products", "PTX134", "SAN027", where=Where.AROUND)
def no_fence(lines: list[str]) -> Iterator[tuple[int, str]]:
    fences = [n for n, line in enumerate(lines) if "wgmma.fence" in line]
    if len(fences) == 1:
        yield fences[0], ""


@operator("no wait for products", "PTX133", "PTX191", "SAN027", "SAN023", where=Where.AROUND)
def no_product_wait(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if "wgmma.wait_group" in line:
            yield number, ""


@operator("no proxy fence", "PTX129", "SAN024", where=Where.AROUND)
def no_proxy_fence(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if "fence.proxy.async" in line:
            yield number, ""
