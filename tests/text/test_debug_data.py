"""Debug data survives: `.file`, `.loc`, sections, and the labels that only they name, through text and passes."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from ptxgen import toolchain
from ptxgen.errors import Inlining, ParseError, SourceLocation
from ptxgen.ir import Function, Module
from ptxgen.ir.checker import check
from ptxgen.ir.debug import Anchor, Numbers, Reference, SourceFile
from ptxgen.ir.parser import parse
from ptxgen.passes import Pipeline
from tests.corpus.files import FILES, File, parsed

Modules = Callable[[str], Module]

DEBUG_FILES = [file for file in FILES if file.variant.mode == "G"]
SECTIONS = re.compile(r"\.section\s+(\.\w+)\s*\{([^}]*)\}")


def marks(function: Function) -> list[str]:
    return [mark for block in function.blocks for mark in block.marks]


def locations(module: Module) -> list[SourceLocation | None]:
    return [i.location for function in module.functions for i in function.instructions()]


def uncommented(text: str) -> str:
    return re.sub(r"//[^\n]*", "", text)


@pytest.mark.parametrize("file", DEBUG_FILES, ids=str)
def test_everything_of_a_debug_build_is_kept(file: File) -> None:
    """Against a count without the parser: numbers and references of sections, labels of bodies."""
    text, module = uncommented(file.text), parsed(file)
    assert module.options == ("debug",)
    assert len(set(locations(module))) > 1
    found = SECTIONS.findall(text)
    assert [s.name for s in module.sections] == [name for name, _ in found]
    for section, (_, content) in zip(module.sections, found, strict=True):
        size, words = 0, []
        for word in re.findall(r"[^\s,]+", content):
            if word.startswith(".b") and word[2:].isdigit():
                size = int(word[2:])
            else:
                words.append((size, word))
        kept: list[tuple[int, str]] = []
        for item in section.items:
            if isinstance(item, Numbers):
                kept += [(item.bits, str(value)) for value in item.values]
            elif isinstance(item, Reference):
                kept.append((item.bits, f"{item.name}+{item.offset}" if item.offset else item.name))
        assert kept == words
    code = SECTIONS.sub("", text)
    labels = re.findall(r"^(\$\w+):", code, re.MULTILINE)
    ours = [x for f in module.functions for b in f.blocks for x in ([b.label] if b.label else []) + b.marks]
    assert sorted(ours) == sorted(labels)


def test_locations_of_the_text_corpus(corpus_file: Path) -> None:
    module = parse(corpus_file.read_text("utf-8"))
    again = parse(module.to_ptx())
    assert locations(again) == locations(module)
    assert (again.files, again.sections) == (module.files, module.sections)


def elf_sections(image: bytes) -> dict[str, bytes]:
    """Section name -> content of a 64-bit little-endian ELF file."""
    table, count, names = (*struct.unpack_from("<Q", image, 0x28), *struct.unpack_from("<HH", image, 0x3C))
    heads = [struct.unpack_from("<IIQQQQ", image, table + 64 * i) for i in range(count)]
    strings = heads[names][4]
    found: dict[str, bytes] = {}
    for name, _, _, _, offset, size in heads:
        start = strings + name
        found[image[start : image.index(b"\0", start)].decode()] = image[offset : offset + size]
    return found


@pytest.mark.parametrize("name", ["calls.lineinfo.sm_90", "triton_softmax.sm_80", "saxpy.debug.sm_80"])
def test_ptxas_makes_the_same_debug_data_of_the_printed_text(name: str) -> None:
    if toolchain.find("ptxas") is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    text = (Path(__file__).parent / "corpus" / f"{name}.ptx").read_text("utf-8")
    module = parse(text)
    before, after = (
        elf_sections(toolchain.assemble(t, module.target).cubin or b"") for t in (text, module.to_ptx())
    )
    kept = {name for name in before if name.startswith(".debug_")}
    assert ".debug_line" in kept
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


SMALL = """
.file 3 "a.cu", 17, 4
.file 5 "b.cu"
.visible .entry k(.param .u64 out) {
    .reg .b32 %r<4>; .reg .b64 %rd<2>;
$begin:
    .loc 3 10 1
    ld.param.u64 %rd1, [out];
$dead:
    .loc 5 20 2, function_name $name+4, inlined_at 3 10 1
    mov.u32 %r1, 7;
$used:
    .loc 5 30 2, function_name .debug_str, inlined_at 5 20 2
    mov.u32 %r2, 9;
    st.global.u32 [%rd1], %r2;
    ret;
$never:
    st.global.u32 [%rd1], %r2;
$end:
}
.section .debug_str { $name: .b8 102 // f
.b8 -1, 0 .b8 0x7f .b8 010 .b16 65535 }
.section .debug_info { .b64 $begin .b64 $used+8 .b32 $end-$begin .b32 .debug_str .b64 out+4 }
"""


def test_what_a_section_has(module: Modules) -> None:
    strings, info = module(SMALL).sections
    assert strings.items == (Anchor("$name"), Numbers(8, (102, -1, 0, 127, 8)), Numbers(16, (65535,)))
    assert info.items == (
        Reference(64, "$begin"),
        Reference(64, "$used", 8),
        Reference(32, "$end", origin="$begin"),
        Reference(32, ".debug_str"),
        Reference(64, "out", 4),
    )


def test_files_and_inlined_calls(module: Modules) -> None:
    m = module(SMALL)
    assert m.files == [SourceFile(3, "a.cu", (17, 4)), SourceFile(5, "b.cu")]
    outer = SourceLocation("a.cu", 10, 1)
    middle = SourceLocation("b.cu", 20, 2, Inlining("$name", 4, outer))
    inner = SourceLocation("b.cu", 30, 2, Inlining(".debug_str", 0, middle))
    assert locations(m) == [outer, middle, inner, inner, inner, inner]
    assert locations(parse(m.to_ptx())) == locations(m)


IDLE = """.version 9.0
.target sm_80
.address_size 64
.file 1 "a.cu"
.visible .entry k()
{
    .reg .b32 %r<4>;
    .loc 1 1 1
    .loc 1 2 1
    mov.u32 %r1, 1;
    .loc 1 3 1
    .loc 1 4 1
    .pragma "nounroll";
L:
    .loc 1 5 1
    mov.u32 %r2, %r1;
    .loc 1 2 1, function_name $name, inlined_at 1 4 1
    bra L;
M:
    .loc 1 6 1
    ret;
    .loc 1 7 1
}
.section .debug_str { $name: .b8 102 }
"""


def test_lines_that_no_instruction_has_stay() -> None:
    read = parse(IDLE)
    text = read.to_ptx()
    assert re.findall(r"\.loc.*", text) == re.findall(r"\.loc.*", IDLE)
    assert parse(text) == read
    assert parse(text).to_ptx() == text


def test_a_call_is_named_again_where_its_own_line_went(module: Modules) -> None:
    """The line of `mov %r1` goes with it; the line that was inlined there needs it, and gets it."""
    m = module(SMALL)
    block = next(b for b in m.function("k").blocks if "$dead" in b.marks)
    block.instructions.clear()
    text = m.to_ptx()
    assert ".loc 5 20 2, function_name $name+4, inlined_at 3 10 1\n    .loc 5 30 2" in text
    assert locations(parse(text)) == locations(m)


def test_marks_stay_where_passes_remove_the_code_behind_them(
    module: Modules, assemble: Callable[[str, str], None]
) -> None:
    m = module(SMALL)
    before = marks(m.function("k"))
    sections = list(m.sections)
    assert before == ["$begin", "$dead", "$used", "$never", "$end"]
    Pipeline.level("O2").run(m)
    text = m.to_ptx()
    assert m.sections == sections
    assert marks(m.function("k")) == before
    assert len(list(m.function("k").instructions())) == 3
    assert re.search(r"\$dead:\s+\$used:\s+\.loc", text)
    assert re.search(r"ret;\s+\$never:\s+\$end:\s+}", text)
    assert parse(text) == m
    assemble(text, "sm_90")
    again = [step.statistics.changed for step in Pipeline.parse("dce").run(m)]
    assert again == [False]


@pytest.mark.parametrize("name", ["gemm_tiled", "device_functions", "function_pointers"])
def test_passes_keep_the_debug_data_of_real_code(name: str, assemble: Callable[[str, str], None]) -> None:
    file = next(f for f in DEBUG_FILES if f.program.name == name)
    m = parse(file.text)
    before = [marks(f) for f in m.functions], list(m.sections), list(m.files)
    steps = Pipeline.level("O2").run(m)
    assert any(step.statistics.changed for step in steps)
    assert ([marks(f) for f in m.functions], m.sections, m.files) == before
    text = m.to_ptx()
    assert parse(text) == m
    assemble(text, m.target)


@pytest.mark.parametrize(
    ("text", "id", "where", "message"),
    [
        (".section .debug_x {\n.b8 1\n.b8 300 }", "PTX087", (6, 5), "300 does not fit 8 bits"),
        (".section .debug_x { .b8 -129 }", "PTX087", (4, 25), "-129 does not fit 8 bits"),
        (".section .debug_x { .b8 $a }", "PTX092", (4, 21), "cannot have '.b8 $a"),
        (".section .debug_x { .b8 1, }", "PTX092", (4, 26), "cannot have ', "),
        (".section .debug_x { .b64 $a-1 }", "PTX092", (4, 28), "cannot have '-1"),
        (".section .debug_x { .b9 1 }", "PTX092", (4, 21), "cannot have '.b9 1"),
        (".section .debug_x {\n  nonsense }", "PTX092", (5, 3), "cannot have 'nonsense"),
        (".section .debug_x { .b16 09 }", "PTX092", (4, 21), "cannot have '.b16 09"),
        (f".section .debug_x {{ .b64 {'9' * 5000} }}", "PTX092", (4, 21), "cannot have"),
        (
            '.file 1 "a.cu"\n.entry k() {\n.loc 1 2 3, function_name $f, inlined_at 1 1 1\nret; }',
            "PTX083",
            (6, 6),
            "inlined_at names 1 1 1, which no .loc before it does",
        ),
        (
            '.file 1 "a.cu"\n.entry k() {\n.loc 1 1 1\n.loc 1 2 3, function_name $f, inlined_at 1 1 1\nret; }',
            "PTX083",
            (7, 6),
            "function_name names $f, which no debug section has",
        ),
        (
            '.file 1 "a.cu"\n.entry k() {\n.loc 1 1 1\n.loc 1 2 3, function $f, inlined_at 1 1 1\nret; }',
            "PTX080",
            (7, 13),
            "expected function_name",
        ),
        ('.file 1 "a.cu"\n.file 1 "b.cu"', "PTX084", (5, 7), "file 1 is already declared"),
    ],
)
def test_refused(module: Modules, text: str, id: str, where: tuple[int, int], message: str) -> None:
    with pytest.raises(ParseError) as caught:
        module(text)
    location = caught.value.location
    assert location is not None
    assert (caught.value.id, (location.line, location.column)) == (id, where)
    assert message in caught.value.message


def test_calls_are_not_inlined_without_end(module: Modules) -> None:
    lines = "".join(f".loc 1 {n + 1} 0, function_name $f, inlined_at 1 {n} 0\n" for n in range(1, 2000))
    text = f'.file 1 "a.cu"\n.entry k() {{\n.loc 1 1 0\n{lines}ret; }}\n.section .debug_str {{ $f: .b8 0 }}'
    with pytest.raises(ParseError, match="64 deep"):
        module(text)


def test_a_mark_is_no_second_label(module: Modules) -> None:
    m = module(SMALL)
    m.function("k").mark("$begin")
    assert [d.id for d in check(m)].count("PTX040") == 1
