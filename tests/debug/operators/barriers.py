"""Threads of a CTA: barriers that are missing, not reached by all, or count wrongly; updates that are no atomics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.debug.defects import Where, operator

RACES = ("PTX150", "PTX151", "SAN020", "SAN021", "SAN022")


@operator("no barrier", *RACES, "PTX191", "PTX192", "SAN023", where=Where.AROUND)
def no_barrier(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*(bar|barrier)(\.cta)?\.sync\s", line):
            yield number, ""


@operator("divergent barrier", "PTX120", "SAN030", where=Where.HERE)
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


@operator("too many threads at a barrier", "PTX122", "PTX123", "SAN031", "SAN034", where=Where.HERE)
def large_count(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"\s*bar\.sync\s+0;", line)
        if match:
            yield number, "bar.sync 0, 1024;"


@operator("update that is no atomic", *RACES, where=Where.HERE)
def torn(lines: list[str]) -> Iterator[tuple[int, str]]:
    """An atomic addition as a load, an addition and a store."""
    for number, line in enumerate(lines):
        match = re.match(
            r"\s*(@!?%p\d+\s+)?(?:red|atom)\.(?:relaxed\.)?(?:gpu\.|cta\.)?(global|shared)\.(?:relaxed\.)?"
            r"(?:gpu\.|cta\.)?add\.([uf]32)\s+(?:%\w+, )?(\[[^\]]*\]), ([%\w]+);\s*$",
            line,
        )
        if match:
            guard, space, type, address, value = match.groups(default="")
            steps = (
                f"ld.{space}.{type} %old, {address};",
                f"add.{type} %old, %old, {value};",
                f"st.{space}.{type} {address}, %old;",
            )
            yield number, "{ .reg .b32 %old; " + " ".join(guard + step for step in steps) + " }"


@operator("barrier twice", "PTX105", where=Where.HERE, slow=True)
def barrier_twice(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(r"\s*bar\.sync\s+0;\s*$", line):
            yield number, f"{line} bar.sync 0;"
