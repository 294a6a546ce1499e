"""`.version` and `.target` against what the code uses."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule, module_rule
from ptxgen.ir.checker.views import FunctionView, ModuleView
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import SpecialRegister
from ptxgen.isa import PTX_VERSION, SPECIAL_REGISTERS, TARGETS, Requirement


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _needs(view: FunctionView) -> Iterator[tuple[str, Requirement, Instruction]]:
    """What each instruction asks for, each name once at its first use."""
    seen: set[str] = set()
    for instruction in view.instructions:
        if instruction.name not in seen:
            seen.add(instruction.name)
            yield instruction.name, instruction.form.requirement, instruction
        for operand in instruction.operands:
            if isinstance(operand, SpecialRegister) and operand.name not in seen:
                seen.add(operand.name)
                info = SPECIAL_REGISTERS.get(operand.name)
                if info is not None:
                    yield info.name, info.requirement, instruction


@function_rule(
    "PTX052", ".version too old for the code", Severity.ERROR, fix="raise .version, or avoid the form"
)
def version_too_old(view: FunctionView) -> Iterator[Finding]:
    """Each form of an instruction and each special register exists from some PTX version on."""
    version = view.module.module.version
    for name, needs, at in _needs(view):
        if needs.ptx > version:
            yield Finding(
                f"{name} needs .version {_dotted(needs.ptx)}, the module says {_dotted(version)}",
                at,
                f"write .version {_dotted(needs.ptx)}",
            )


@function_rule(
    "PTX053", ".target lacks the instruction", Severity.ERROR, fix="name a target that has it in .target"
)
def target_lacks(view: FunctionView) -> Iterator[Finding]:
    """Each form exists from some SM on; some only on architecture-specific (a) or family-specific (f) targets."""
    declared = view.module.declared
    if declared is None:
        return
    for name, needs, at in _needs(view):
        if not declared.supports(needs):
            wanted = needs.feature.replace("|", " or ") or f"sm_{needs.sm}"
            yield Finding(
                f"{name} needs {wanted}, the module's target is {declared}", at, f"write .target {wanted}"
            )


_LAUNCH_NEEDS = {
    "reqnctapercluster": Requirement((7, 8), 90),
    "explicitcluster": Requirement((7, 8), 90),
    "maxclusterrank": Requirement((7, 8), 90),
    "blocksareclusters": Requirement((9, 0), 90),
    "noreturn": Requirement((6, 4), 30),
    "abi_preserve": Requirement((9, 0), 80),
    "abi_preserve_control": Requirement((9, 0), 80),
}
"""What the directives of functions need (section 11.4)."""


@function_rule(
    "PTX079", "directive needs a newer module", Severity.ERROR, fix="raise .version or .target, or drop it"
)
def directive_too_new(view: FunctionView) -> Iterator[Finding]:
    """Cluster directives exist from sm_90 and PTX 7.8 on, others from other versions on."""
    declared = view.module.declared
    version = view.module.module.version
    for directive in view.function.directives:
        needs = _LAUNCH_NEEDS.get(directive.name)
        if needs is None:
            continue
        if needs.ptx > version:
            yield Finding(
                f".{directive.name} needs .version {_dotted(needs.ptx)}, the module says {_dotted(version)}",
                view.function,
                f"write .version {_dotted(needs.ptx)}",
            )
        if declared is not None and not declared.supports(needs):
            yield Finding(
                f".{directive.name} needs sm_{needs.sm}, the module's target is {declared}",
                view.function,
                f"write .target sm_{needs.sm}",
            )


@module_rule("PTX054", "bad .version or .target line", Severity.ERROR, fix="write a pair that exists")
def bad_header(module: ModuleView) -> Iterator[Finding]:
    """The target must exist, the PTX version must know it and be known here, and addresses have 64 bits."""
    version = module.module.version
    if module.module.address_size != 64:
        yield Finding("32-bit modules are no longer assembled", help="write .address_size 64")
    if version > PTX_VERSION:
        yield Finding(
            f".version {_dotted(version)} is newer than {_dotted(PTX_VERSION)}, the newest one known",
            help=f"write .version {_dotted(PTX_VERSION)}",
        )
    if module.declared is None:
        yield Finding(f"unknown target {module.module.target}", help=f"targets: {', '.join(TARGETS)}")
    elif version < module.declared.ptx_min:
        yield Finding(
            f".target {module.declared} needs .version {_dotted(module.declared.ptx_min)}, "
            f"the module says {_dotted(version)}",
            help=f"write .version {_dotted(module.declared.ptx_min)}",
        )


@module_rule(
    "PTX055",
    "does not run on the target",
    Severity.ERROR,
    fix="build the module for that target, or an older base one",
)
def wrong_target(module: ModuleView) -> Iterator[Finding]:
    """Base targets run on every later GPU, f targets on their family, a targets on their own GPU alone."""
    declared, wanted = module.declared, module.target
    if declared is not None and wanted is not None and not declared.runs_on(wanted):
        yield Finding(f"the module is for {declared} and does not run on {wanted}")


@function_rule(
    "PTX078", "unknown special register", Severity.ERROR, fix="use one of the manual's special registers"
)
def unknown_special_register(view: FunctionView) -> Iterator[Finding]:
    """Special registers are predefined: there is no other than those of the manual (section 10)."""
    for instruction in view.instructions:
        for operand in instruction.operands:
            if isinstance(operand, SpecialRegister) and operand.name not in SPECIAL_REGISTERS:
                yield Finding(f"{instruction.name}: there is no special register {operand.name}", instruction)
