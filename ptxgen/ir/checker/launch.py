"""What an entry asks of a launch: CTA size, registers, static shared memory, parameters (PTX ISA 9.0, section 11.4)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule, module_rule
from ptxgen.ir.checker.views import FunctionView, ModuleView, symbols
from ptxgen.ir.module import Function, Linkage, Variable
from ptxgen.isa import TARGETS, StateSpace, Target

_LARGE_PARAMETERS_SINCE = (8, 1)
_LARGE_PARAMETERS = 32764
_DEFAULT = TARGETS["sm_90"]


def _target(view: FunctionView) -> Target:
    """The target whose limits count; an unknown one is reported elsewhere and gets those that all share."""
    return view.module.target or view.module.declared or _DEFAULT


def _numbers(function: Function, name: str) -> tuple[int, ...]:
    directive = function.directive(name)
    return () if directive is None else tuple(a for a in directive.arguments if isinstance(a, int))


@module_rule(
    "PTX051",
    "entry with a return value",
    Severity.ERROR,
    fix="write results to memory that a parameter points to",
)
def entry_returns(module: ModuleView) -> Iterator[Finding]:
    """An entry has no caller that could receive a value."""
    for function in module.module.entries:
        if function.returns:
            yield Finding(f"entry {function.name} declares a return value", function)


@function_rule("PTX056", "CTA too large", Severity.ERROR, fix="launch more CTAs of at most 1024 threads")
def cta_too_large(view: FunctionView) -> Iterator[Finding]:
    """No GPU runs a CTA of more threads than the limit. ptxas accepts the directive; the launch then fails."""
    target = _target(view)
    for name in ("maxntid", "reqntid"):
        extents = _numbers(view.function, name)
        written = ", ".join(map(str, extents))
        if math.prod(extents) > target.threads_per_block:
            yield Finding(
                f".{name} {written} is {math.prod(extents)} threads, {target} allows {target.threads_per_block}",
                view.function,
            )
        elif name == "reqntid":
            for axis, extent, limit in zip("xyz", extents, target.block_dims, strict=False):
                if extent > limit:
                    yield Finding(
                        f".reqntid {written}: {axis} is {extent}, {target} allows {limit}",
                        view.function,
                        f"at most {limit} threads along {axis}",
                    )


@function_rule(
    "PTX057", "contradictory launch directives", Severity.ERROR, fix="keep the directive that is meant"
)
def contradictory_directives(view: FunctionView) -> Iterator[Finding]:
    """A CTA or cluster has one size, a positive one, and a cluster at most 16 CTAs."""
    function = view.function
    if function.directive("maxntid") and function.directive("reqntid"):
        yield Finding(f"{function.name} has both .maxntid and .reqntid", function)
    for name in ("maxntid", "reqntid", "minnctapersm", "maxnreg", "maxclusterrank", "reqnctapercluster"):
        if any(number <= 0 for number in _numbers(function, name)):
            yield Finding(f"{function.name}: .{name} must be positive", function, "write a positive number")
    if function.directive("reqnctapercluster") and function.directive("maxclusterrank"):
        yield Finding(f"{function.name} has both .reqnctapercluster and .maxclusterrank", function)
    if function.directive("blocksareclusters") and not (
        function.directive("reqntid") and function.directive("reqnctapercluster")
    ):
        yield Finding(
            f"{function.name}: .blocksareclusters needs .reqntid and .reqnctapercluster", function, "add both"
        )
    for name in ("reqnctapercluster", "maxclusterrank"):
        if (ctas := math.prod(_numbers(function, name))) > 16:
            yield Finding(
                f"{function.name}: .{name} asks for clusters of {ctas} CTAs",
                function,
                "use at most 8 (16 where the launch opts in to non-portable sizes)",
            )


@function_rule(
    "PTX075", "launch directive without effect", Severity.WARNING, fix="correct the directive, or remove it"
)
def idle_directive(view: FunctionView) -> Iterator[Finding]:
    """ptxas ignores .minnctapersm without a CTA size or beyond what fits, and .maxnreg above the limit."""
    function, target = view.function, _target(view)
    ctas = _numbers(function, "minnctapersm")
    size = _numbers(function, "maxntid") or _numbers(function, "reqntid")
    if ctas and not size:
        yield Finding(f"{function.name}: .minnctapersm needs .maxntid or .reqntid", function, "add .maxntid")
    elif (
        ctas
        and size
        and ctas[0] > min(target.blocks_per_sm, target.threads_per_sm // max(1, math.prod(size)))
    ):
        yield Finding(
            f"{function.name}: {ctas[0]} CTAs of {math.prod(size)} threads do not fit an SM of {target}",
            function,
        )
    registers = _numbers(function, "maxnreg")
    if registers and registers[0] > target.registers_per_thread:
        yield Finding(
            f"{function.name}: .maxnreg {registers[0]} exceeds the {target.registers_per_thread} of {target}",
            function,
        )


@function_rule(
    "PTX058",
    "too much static shared memory",
    Severity.ERROR,
    fix="declare it `.extern .shared` and size it at launch (dynamic shared memory, with opt-in)",
)
def static_shared(view: FunctionView) -> Iterator[Finding]:
    """Static shared memory ends at 48 KB on every GPU; more exists only as dynamic shared memory after opting in.

    ptxas refuses more for base targets and accepts it for the a targets, where it does not load everywhere.
    """
    if not view.function.is_entry:
        return
    target = _target(view)
    variables = tuple(_shared_variables(view))
    used = _laid_out(variables)
    if used > target.shared_static:
        largest = max(variables, key=lambda variable: variable.bytes)
        yield Finding(
            f"{view.function.name} declares {used} bytes of static shared memory, "
            f"the limit is {target.shared_static}",
            largest if largest.line or largest.location else view.function,
            f"make it dynamic (.extern .shared): {target} allows {target.shared_optin} bytes a CTA after opting in",
        )


def _shared_variables(entry: FunctionView) -> Iterator[Variable]:
    """The sized shared variables of an entry, of all that it calls, and of the module where they are mentioned."""
    views = entry.module.by_name
    seen = {entry.function.name}
    mentioned: dict[str, None] = {}
    stack = [entry]
    while stack:
        view = stack.pop()
        yield from (v for v in view.function.variables if _static(v))
        for instruction in view.instructions:
            for symbol in symbols(instruction.operands):
                if symbol.name in views and symbol.name not in seen:
                    seen.add(symbol.name)
                    stack.append(views[symbol.name])
                elif symbol.name not in view.variables:
                    mentioned[symbol.name] = None
    for name in mentioned:
        variable = entry.module.globals.get(name)
        if variable is not None and _static(variable):
            yield variable


def _static(variable: Variable) -> bool:
    return variable.space is StateSpace.SHARED and variable.linkage is not Linkage.EXTERN


def _laid_out(variables: Iterable[Variable]) -> int:
    """Bytes that variables take one after another, each at its alignment."""
    end = 0
    for variable in variables:
        step = max(1, variable.alignment)
        end = -(-end // step) * step + variable.bytes
    return end


@function_rule(
    "PTX060", "too many parameter bytes", Severity.ERROR, fix="pass a pointer to the data instead of the data"
)
def parameter_space(view: FunctionView) -> Iterator[Finding]:
    """The parameters of an entry have 4352 bytes before PTX 8.1 and 32764 since (ptxas 13.0 draws the same lines)."""
    function = view.function
    if not function.is_entry:
        return
    large = view.module.module.version >= _LARGE_PARAMETERS_SINCE
    limit = _LARGE_PARAMETERS if large else _target(view).parameter_bytes
    used = _laid_out(function.params)
    if used > limit:
        yield Finding(
            f"{function.name} has {used} bytes of parameters, the limit is {limit}",
            function,
            ""
            if large
            else f"raise .version to 8.1 ({_LARGE_PARAMETERS} bytes), or pass a pointer to the data",
        )
