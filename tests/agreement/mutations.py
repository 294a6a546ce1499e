"""Ways to break a printed module at one place: the catalogue of planted static faults.

A mutation looks at one line of the text and gives the lines that may stand there instead. Not every result is
illegal PTX (an exchanged type may fit as well): the assembler is the judge of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import field, frozen

INSTRUCTION = re.compile(
    r"^(?P<indent> +)(?P<guard>@!?%\w+ )?(?P<name>[a-z]\w*(?:[.:]+\w+)*)(?P<rest>(?: .*)?);$"
)
DECLARATION = re.compile(r"^ +\.reg \.(?P<type>\w+) (?P<prefix>%\w+)<(?P<count>\d+)>;$")
REGISTER = re.compile(r"(%[a-z]+)(\d+)\b")
INTEGER = re.compile(r"(?<![\w%+$<\[])-?\d+(?![\w.>])")
FLOAT = re.compile(r"0[fd][0-9A-F]+")
LABEL = re.compile(r"^(\$\w+):$")

TYPES = (
    "u8",
    "s16",
    "b16",
    "u32",
    "s32",
    "b32",
    "u64",
    "s64",
    "b64",
    "f16",
    "f16x2",
    "bf16",
    "f32",
    "f64",
    "pred",
)
DECLARED = (
    "u16",
    "b16",
    "b32",
    "s32",
    "u64",
    "b64",
    "f16",
    "f32",
    "f64",
    "b128",
    "bf16",
    "tf32",
    "u16x2",
    "pred",
)
"""Types to declare registers with. Registers of 8 bits and of two halves are left out: they are read as b16 and b32
here, while ptxas keeps them out of some instructions and not of others."""
SPACES = ("global", "shared", "local", "const", "param")
ROUNDINGS = ("rn", "rz", "rni", "rzi", "approx", "full")
WIDTHS = ("v2", "v4", "v8")
OPCODES = (
    "add", "sub", "mul", "mad", "and", "or", "not", "neg", "abs", "min", "max", "shl", "shr", "mov", "cvt", "cvta",
    "setp", "selp", "fma", "popc", "ld", "st", "red", "atom", "sqrt", "ex2",
)  # fmt: skip
EXCHANGED = {
    word: group for group in (TYPES, SPACES, ROUNDINGS, WIDTHS, ("lo", "hi", "wide"), ("lt", "lo", "ltu"))
    for word in group
}  # fmt: skip


@frozen
class Context:
    """What the text declares: register classes (`%r` -> 12), other names, and the labels of the line's function."""

    registers: dict[str, int]
    labels: tuple[str, ...]
    symbols: tuple[str, ...]


@frozen
class Mutant:
    """A text with one planted fault, the kind of the fault, and the line (from 1) that it is in."""

    kind: str
    line: int
    text: str = field(repr=False)


Mutation = Callable[[str, Context], Iterator[str]]
CATALOGUE: dict[str, Mutation] = {}
"""Every kind of planted fault, by name."""


def mutation(function: Mutation) -> Mutation:
    CATALOGUE[function.__name__] = function
    return function


def mutants(text: str, kind: str) -> list[Mutant]:
    """The text with one fault of that kind, for each place and way in which it fits."""
    lines = text.splitlines()
    context = context_of(text)
    found: list[Mutant] = []
    for number, line in enumerate(lines):
        for changed in CATALOGUE[kind](line, context):
            if changed != line:
                whole = "\n".join((*lines[:number], changed, *lines[number + 1 :])) + "\n"
                found.append(Mutant(kind, number + 1, whole))
    return found


def context_of(text: str) -> Context:
    """Register classes with the smallest count of all functions, so that a drawn one exists everywhere it is named."""
    registers: dict[str, int] = {}
    for match in map(DECLARATION.match, text.splitlines()):
        if match:
            count = int(match["count"])
            registers[match["prefix"]] = min(count, registers.get(match["prefix"], count))
    labels = tuple(m[1] for m in map(LABEL.match, text.splitlines()) if m)
    symbols = tuple(
        re.findall(r"^ +\.(?:param|shared|local|global).* (\w+)(?:\[.*)?[;,]?$", text, re.MULTILINE)
    )
    return Context(registers, labels, symbols)


@frozen
class Parts:
    """An instruction's text taken apart."""

    indent: str
    guard: str
    name: str
    operands: tuple[str, ...]

    def __str__(self) -> str:
        operands = f" {', '.join(self.operands)}" if self.operands else ""
        return f"{self.indent}{self.guard}{self.name}{operands};"

    def named(self, name: str) -> str:
        return str(Parts(self.indent, self.guard, name, self.operands))

    def given(self, *operands: str) -> str:
        return str(Parts(self.indent, self.guard, self.name, operands))


def parts_of(line: str) -> Parts | None:
    match = INSTRUCTION.match(line)
    if match is None:
        return None
    operands = split(match["rest"].strip())
    return Parts(match["indent"], match["guard"] or "", match["name"], operands)


def split(text: str) -> tuple[str, ...]:
    """Operands at the commas outside brackets."""
    found: list[str] = []
    depth = 0
    for piece in text.split(","):
        if depth:
            found[-1] += f",{piece}"
        else:
            found.append(piece.strip())
        depth += sum(map(piece.count, "{([")) - sum(map(piece.count, "})]"))
    return tuple(p for p in found if p)


def instruction_mutation(function: Callable[[Parts, Context], Iterator[str]]) -> None:
    def apply(line: str, context: Context) -> Iterator[str]:
        parts = parts_of(line)
        if parts is not None:
            yield from function(parts, context)

    apply.__name__ = function.__name__
    mutation(apply)


def operand_mutation(function: Callable[[str, Parts, Context], Iterator[str]]) -> None:
    """A mutation of one operand; the rest of the instruction stays."""

    def apply(parts: Parts, context: Context) -> Iterator[str]:
        for index, operand in enumerate(parts.operands):
            for changed in function(operand, parts, context):
                yield parts.given(*parts.operands[:index], changed, *parts.operands[index + 1 :])

    apply.__name__ = function.__name__
    instruction_mutation(apply)


@instruction_mutation
def dropped_modifier(parts: Parts, context: Context) -> Iterator[str]:
    """Rounding, `.sync`, `.lo`, the space, the type, the vector width: one of them goes."""
    opcode, *words = parts.name.split(".")
    for index in range(len(words)):
        yield parts.named(".".join((opcode, *words[:index], *words[index + 1 :])))


@instruction_mutation
def exchanged_modifier(parts: Parts, context: Context) -> Iterator[str]:
    """Another type, space, rounding, width or half."""
    opcode, *words = parts.name.split(".")
    for index, word in enumerate(words):
        for other in EXCHANGED.get(word, ()):
            yield parts.named(".".join((opcode, *words[:index], other, *words[index + 1 :])))


@instruction_mutation
def surplus_modifier(parts: Parts, context: Context) -> Iterator[str]:
    opcode, *words = parts.name.split(".")
    for extra in ("ftz", "sat", "rn", "lo", "sync", "relaxed", "nc", "u32"):
        for index in range(len(words) + 1):
            yield parts.named(".".join((opcode, *words[:index], extra, *words[index:])))


@instruction_mutation
def disordered_modifiers(parts: Parts, context: Context) -> Iterator[str]:
    opcode, *words = parts.name.split(".")
    for index in range(len(words) - 1):
        a, b = words[index : index + 2]
        yield parts.named(".".join((opcode, *words[:index], b, a, *words[index + 2 :])))


@instruction_mutation
def exchanged_opcode(parts: Parts, context: Context) -> Iterator[str]:
    _, dot, rest = parts.name.partition(".")
    for opcode in OPCODES:
        yield parts.named(f"{opcode}{dot}{rest}")


@instruction_mutation
def unknown_opcode(parts: Parts, context: Context) -> Iterator[str]:
    yield parts.named(f"x{parts.name}")
    yield parts.named(f"{parts.name}.x")


@instruction_mutation
def newer_instruction(parts: Parts, context: Context) -> Iterator[str]:
    """One that the target or the PTX version of older modules lacks."""
    if parts.name == "mov.u32":
        target, _ = parts.operands
        yield f"{parts.indent}redux.sync.add.u32 {target}, {target}, -1;"
        yield f"{parts.indent}ld.shared::cluster.u32 {target}, [{target}];"
        yield f"{parts.indent}mov.u32 {target}, %cluster_ctaid.x;"
        yield f"{parts.indent}mov.u32 {target}, %is_explicit_cluster;"
        yield f"{parts.indent}createpolicy.fractional.L2::evict_last.b64 {target}, 0f3F800000;"
        yield f"{parts.indent}griddepcontrol.wait;"
        yield f"{parts.indent}setmaxnreg.inc.sync.aligned.u32 40;"
    if parts.name.endswith("f32") and len(parts.operands) == 3:
        target = parts.operands[0]
        yield f"{parts.indent}tanh.approx.f32 {target}, {target};"
        yield f"{parts.indent}add.f32x2 {target}, {target}, {target};"
        yield f"{parts.indent}max.NaN.f32 {target}, {target}, {target};"
        yield f"{parts.indent}max.f32 {target}, {target}, {target}, {target};"


@instruction_mutation
def dropped_instruction(parts: Parts, context: Context) -> Iterator[str]:
    """A register may be read that nothing wrote; a result may have no `ret`; a call may lack its argument."""
    yield ""


@instruction_mutation
def dropped_operand(parts: Parts, context: Context) -> Iterator[str]:
    for index in range(len(parts.operands)):
        yield parts.given(*parts.operands[:index], *parts.operands[index + 1 :])


@instruction_mutation
def surplus_operand(parts: Parts, context: Context) -> Iterator[str]:
    for extra in ("0", "1", *parts.operands[-1:]):
        yield parts.given(*parts.operands, extra)


@instruction_mutation
def swapped_operands(parts: Parts, context: Context) -> Iterator[str]:
    for index in range(len(parts.operands) - 1):
        a, b = parts.operands[index : index + 2]
        yield parts.given(*parts.operands[:index], b, a, *parts.operands[index + 2 :])


@operand_mutation
def register_of_another_type(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    for match in REGISTER.finditer(operand):
        for prefix, count in context.registers.items():
            if count and prefix != match[1]:
                yield f"{operand[: match.start()]}{prefix}0{operand[match.end() :]}"


@operand_mutation
def undeclared_register(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    for match in REGISTER.finditer(operand):
        yield f"{operand[: match.start()]}{match[1]}9999{operand[match.end() :]}"


@operand_mutation
def constant_for_register(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    if REGISTER.fullmatch(operand):
        yield from ("1", "-1", "0f3F800000", "0d3FF0000000000000", "1.5", "5000000000")


@operand_mutation
def constant_of_another_kind(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    if INTEGER.fullmatch(operand):
        yield from ("0f3F800000", "1.0", "70000", "5000000000", "-9000000000", "1U")
    if FLOAT.fullmatch(operand):
        yield from ("1", "-1", "0d3FF0000000000000", "0f3F800000", "1.0", "0f3F8")


@operand_mutation
def special_register(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    if REGISTER.fullmatch(operand) or operand.startswith("%tid"):
        yield from ("%tid.x", "%laneid", "%clock64", "%tid", "%lane", "%pm0", "%lanemask_lt", "%envreg3")


@operand_mutation
def symbol_for_operand(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    for symbol in context.symbols:
        yield symbol
        if operand.startswith("["):
            yield f"[{symbol}]"
            yield f"[{symbol}+2]"


@operand_mutation
def missing_symbol(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    for symbol in context.symbols:
        if symbol in operand:
            yield operand.replace(symbol, "missing")
    if operand == "helper":
        yield from ("missing", "generated")


@operand_mutation
def moved_address(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    """Unaligned, out of the variable, beyond what an offset can be."""
    if operand.startswith("["):
        for offset in ("1", "-4", "4096", "2147483648", "5000000000", "%r0"):
            yield f"{operand.rstrip(']')}+{offset}]"


@operand_mutation
def brackets(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    yield operand.strip("[]{}()")
    yield f"[{operand}]"
    yield f"{{{operand}}}"
    yield f"({operand})"


@operand_mutation
def vector_of_another_width(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    if operand.startswith("{"):
        first, *rest = split(operand.strip("{}"))
        yield f"{{{first}}}"
        yield f"{{{', '.join((first, *rest, first))}}}"
        yield f"{{{', '.join((first, *rest, *rest, first, *rest))}}}"
        yield f"{{{', '.join([first] * (1 + len(rest)))}}}"


@operand_mutation
def negated_or_sunk(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    yield f"!{operand}"
    yield f"-{operand}"
    yield "_"
    yield f"{operand}|{operand}"


@operand_mutation
def undefined_label(operand: str, parts: Parts, context: Context) -> Iterator[str]:
    if operand.startswith("$"):
        yield "$nowhere"
        yield "helper"
        yield "%r0"


@instruction_mutation
def other_guard(parts: Parts, context: Context) -> Iterator[str]:
    for guard in ("@%r0", "@%f0", "@%p999", "@!%p0", "@1", "@!!%p0"):
        yield f"{parts.indent}{guard} {parts.name} {', '.join(parts.operands)};"


@instruction_mutation
def barrier_number(parts: Parts, context: Context) -> Iterator[str]:
    if parts.name.startswith("bar"):
        for operands in (("16",), ("-1",), ("0", "33"), ("0", "0"), ("0f3F800000",), ("0", "32", "1")):
            yield parts.given(*operands)


@mutation
def duplicate_label(line: str, context: Context) -> Iterator[str]:
    if LABEL.match(line):
        for label in context.labels:
            yield f"{label}:"
        yield f"{line}\n{line}"
        yield ""


@mutation
def duplicate_line(line: str, context: Context) -> Iterator[str]:
    if line.strip().startswith("."):
        yield f"{line}\n{line}"


@mutation
def narrower_register(line: str, context: Context) -> Iterator[str]:
    if match := DECLARATION.match(line):
        for type in DECLARED:
            yield line.replace(f".{match['type']} ", f".{type} ")


@mutation
def fewer_registers(line: str, context: Context) -> Iterator[str]:
    if match := DECLARATION.match(line):
        for count in (0, 1, int(match["count"]) - 1):
            yield line.replace(f"<{match['count']}>", f"<{max(count, 0)}>")


@mutation
def dropped_declaration(line: str, context: Context) -> Iterator[str]:
    if re.match(r"^( *)\.(reg|shared|param|local|version|target|address_size|maxntid)", line):
        yield ""


@mutation
def other_declaration(line: str, context: Context) -> Iterator[str]:
    """Another type, space, size or alignment."""
    match = re.match(r"^ +\.(shared|param|local) ", line)
    if not match:
        return
    space = match[1]
    for other in (*SPACES, "reg", "nowhere"):
        yield line.replace(f".{space} ", f".{other} ", 1)
    for type in TYPES:
        yield re.sub(r"\.[usbf]\d+ ", f".{type} ", line)
    for align in ("3", "0", "16", "-8", "256"):
        yield line.replace(f".{space} ", f".{space} .align {align} ", 1)
        yield re.sub(r"\.align \d+", f".align {align}", line)
    for extent in ("[0]", "[100000]", "[]", "[-1]", "[4][]", "[1.5]"):
        yield re.sub(r"(\w)((?:\[\d*\])*)([;,]?)$", rf"\g<1>{extent}\g<3>", line)
    yield line.replace(f".{space} ", f".{space} .v4 ", 1)
    yield line.replace(f".{space} ", f".{space} .v3 ", 1)
    yield re.sub(r"([;,]?)$", r" = 1\g<1>", line)


@mutation
def other_header(line: str, context: Context) -> Iterator[str]:
    if line.startswith(".version"):
        for version in ("3.0", "6.0", "6.5", "7.4", "7.8", "8.6", "9.1", "12.0", "9"):
            yield f".version {version}"
    elif line.startswith(".target"):
        for target in (
            "sm_42",
            "sm_70",
            "sm_80",
            "sm_90",
            "sm_90a",
            "sm_100",
            "sm_120a",
            "gpu",
            "sm_80, debug",
            "",
        ):
            yield f".target {target}"
    elif line.startswith(".address_size"):
        for size in ("32", "16", "64.0"):
            yield f".address_size {size}"


@mutation
def other_bounds(line: str, context: Context) -> Iterator[str]:
    if line.startswith(".maxntid"):
        yield from (
            ".maxntid 0", ".maxntid 4096", ".maxntid 32, 64", ".maxntid 1, 2, 3, 4", ".maxntid -1", ".maxntid",
            ".maxntid 32\n.reqntid 32", ".maxnreg 16", ".maxnreg 300", ".minnctapersm 2",
            ".maxntid 32\n.minnctapersm 4",
            ".maxntid 32\n.maxntid 32", ".nowhere 2", ".reqnctapercluster 2", ".explicitcluster", ".noreturn",
        )  # fmt: skip


@mutation
def broken_syntax(line: str, context: Context) -> Iterator[str]:
    """A token too many or too few."""
    yield line.rstrip(";:,")
    yield f"{line};"
    yield f"{line} }}"
    yield f"{line} {{"
    for token in "{}()[]":
        yield line.replace(token, "", 1)
    yield line.replace(",", "", 1)
    yield line.replace(".", "", 1)
    yield line.replace("%", "", 1)
