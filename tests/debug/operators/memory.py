"""Addresses and values: out of bounds, misaligned, of the wrong space, never written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.debug.defects import Where, operator

_ACCESS = re.compile(
    r"^(?P<head>\s*(?:@!?%p\d+\s+)?(?:ld|st)\.(?P<space>global|shared)[\w.:]*\.(?P<type>[bfsu]\d+)\s[^\[;]*)"
    r"\[ ?(?P<base>[%\w$]+)(?P<offset> ?[+-] ?\d+)? ?\](?P<tail>.*)$"
)


def _moved(line: str, by: int) -> str | None:
    match = _ACCESS.match(line)
    if match is None:
        return None
    offset = int((match["offset"] or "0").replace(" ", "")) + by
    return f"{match['head']}[{match['base']}{offset:+}]{match['tail']}"


@operator("far away", "SAN001", "PTX062", "PTX140", where=Where.HERE)
def far_away(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if (changed := _moved(line, 1 << 24)) is not None:
            yield number, changed


@operator("misaligned", "SAN002", "PTX061", "PTX141", where=Where.HERE)
def misaligned(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = _ACCESS.match(line)
        if match is not None and int(match["type"][1:]) >= 32 and (changed := _moved(line, 2)) is not None:
            yield number, changed


@operator("generic access of a shared offset", "PTX074", "SAN001", where=Where.HERE)
def generic(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"^\s*(ld|st)\.shared(\.[\w.]+\s[^\[]*)\[(%rd?\d+|\w+)([+-]\d+)?\](.*)$", line)
        if match and ".volatile" not in line:
            wide = "{ .reg .b64 %wide; "
            base = match[3]
            made = f"mov.u64 %wide, {base};" if not base.startswith("%") else f"cvt.u64.u32 %wide, {base};"
            if not base.startswith("%rd"):
                yield number, f"{wide}{made} {match[1]}{match[2]}[%wide{match[4] or ''}]{match[5]} }}"


@operator("no initial value", "PTX047", "PTX048", "SAN010", "SAN011", "SAN012", where=Where.READERS)
def uninitialised(lines: list[str]) -> Iterator[tuple[int, str]]:
    text = "\n".join(lines)
    for number, line in enumerate(lines):
        match = re.match(r"\s*mov\.[bfsu]\d+\s+(%[a-z]+\d+), (0f[0-9A-F]{8}|-?\d+);\s*(//.*)?$", line)
        if match and len(re.findall(re.escape(match[1]) + r"\b", text)) > 1:
            yield number, ""


@operator("dead register", "PTX047", "SAN011", where=Where.HERE)
def other_register(lines: list[str]) -> Iterator[tuple[int, str]]:
    """A source that nobody writes."""
    for number, line in enumerate(lines):
        match = re.match(r"(\s*)((?:fma|mul|add)\.(?:rn\.)?f32\s+%[fr]\d+, )(%[fr]\d+)(, .*;)", line)
        if match:
            yield number, f"{{ .reg .b32 %nobody; {match[2]}%nobody{match[4]} }}"


@operator("nothing is stored", "SAN010", "SAN012", "PTX145", where=Where.READERS)
def not_stored(lines: list[str]) -> Iterator[tuple[int, str]]:
    """What an entry writes to shared memory first is not stored; a later store may leave an older value behind."""
    written = True
    for number, line in enumerate(lines):
        written &= ".entry" not in line
        if not written and re.match(r"\s*(?:@!?%p\d+\s+)?st\.shared\.[\w.]+\s[^;]*;\s*$", line):
            yield number, ""
        written |= bool(re.search(r"\b(st|atom|red)\.shared|\bstmatrix|\bcp\.async", line))


@operator(
    "no bounds check", "SAN001", "SAN020", "SAN021", "SAN022", "PTX140", "PTX142", "PTX151", where=Where.HERE
)
def unguarded(lines: list[str]) -> Iterator[tuple[int, str]]:
    """A guarded access of global memory loses its guard."""
    for number, line in enumerate(lines):
        match = re.match(r"\s*@!?%p\d+\s+((?:ld|st)\.global\..*)$", line)
        if match:
            yield number, match[1]


@operator("constant load of what is written", "PTX144", "SAN004", where=Where.HERE)
def read_only(lines: list[str]) -> Iterator[tuple[int, str]]:
    """A plain load of memory that the same entry stores to through the same register."""
    entries = [n for n, line in enumerate(lines) if ".entry" in line]
    for first, last in zip(entries, [*entries[1:], len(lines)], strict=True):
        inside = lines[first:last]
        stored = {m[1] for line in inside if (m := re.search(r"\bst\.global\.[\w.]+\s+\[(%rd\d+)", line))}
        for number, line in enumerate(inside, first):
            match = re.match(
                r"(\s*(?:@!?%p\d+\s+)?ld\.global)(\.(?:v\d\.)?[bfsu]\d+\s[^\[]*\[(%rd\d+).*)$", line
            )
            if match and match[3] in stored:
                yield number, f"{match[1]}.nc{match[2]}"


@operator("too much shared memory", "PTX058", where=Where.HERE)
def too_much(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        match = re.match(r"(\s*\.shared .*\[)(\d+)(\];)", line)
        if match:
            yield number, f"{match[1]}{1 << 16}{match[3]}"
