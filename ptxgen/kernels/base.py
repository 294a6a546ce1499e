"""What every kernel is: a frozen description of one computation that can be emitted, planned, run and judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from operator import index
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import attrs
import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from ptxgen.isa.targets import TARGETS
from ptxgen.isa.targets import target as find_target
from ptxgen.isa.types import Type, bf16, u64
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.registry import snake_case
from ptxgen.kernels.rules import Rule
from ptxgen.launch import LEVEL, Launch, LaunchConfig, Parameter, Plan, Scalar, Signature, TensorMap
from ptxgen.quant.bfloat16 import from_bfloat16

if TYPE_CHECKING:
    from ptxgen.driver import Device
    from ptxgen.ir.builder import KernelBuilder
    from ptxgen.ir.module import Module

DEFAULT_TARGET = "sm_80"
"""What is emitted when no target is named: runs on every data-centre GPU since 2020."""

Arrays = dict[str, NDArray[Any]]
"""Arrays (and NumPy scalars, as 0-d) by parameter name."""


def size(example: int) -> Any:
    """A positive integer field. `example` is its default: a size at which the kernel is shown and tested. KRN002."""
    return attrs.field(default=example, converter=_size, metadata={"size": True})


def option(default: int) -> Any:
    """A positive integer field that is no size of the problem, such as threads of a CTA. KRN002."""
    return attrs.field(default=default, converter=_size)


def limit(default: int = 0) -> Any:
    """An integer option whose 0 stands for "none", such as the width of a sliding window. KRN002 below 0."""
    return attrs.field(default=default, converter=_limit)


def real(default: float) -> Any:
    """A finite float option, such as an epsilon or a scale. KRN006."""
    return attrs.field(default=default, converter=_real)


def flag(default: bool = False) -> Any:
    """A yes-or-no option. KRN005."""
    return choice(default, not default)


C = TypeVar("C", int, str, Type)


def choice(default: C, *others: C) -> C:
    """An option that is the default or one of the others: numbers, words or element types. KRN005."""
    allowed = (default, *others)

    def check(_: object, field: attrs.Attribute[C], value: object) -> None:
        if type(value) is not type(default) or value not in allowed:
            names = ", ".join(map(str, sorted(allowed, key=str) if isinstance(default, str) else allowed))
            raise KernelError("KRN005", f"{field.name} must be one of {names}, got {value!r}")

    return attrs.field(default=default, validator=check)


def part(*kinds: type[Any]) -> Any:
    """An option that is an object of one of these attrs classes, by default of the first with its own defaults. KRN005.

    On the command line a part has the name of its class in snake case, and its fields are options behind a point:
    `--strategy dp4a --strategy.rows 4`.
    """
    names = {snake_case(kind.__name__): kind for kind in kinds}

    def check(_: object, field: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, kinds):
            allowed = ", ".join(kind.__name__ for kind in kinds)
            raise KernelError("KRN005", f"{field.name} must be one of {allowed}, got {value!r}")

    return attrs.field(factory=kinds[0], validator=check, metadata={"parts": names})


def _size(value: Any) -> int:
    try:
        number = index(value)
    except TypeError:
        raise KernelError("KRN002", f"a size or option is a whole number, got {value!r}") from None
    if isinstance(value, bool) or number < 1:
        raise KernelError("KRN002", f"a size or option is at least 1, got {value!r}")
    return number


def _limit(value: Any) -> int:
    return 0 if type(value) is int and value == 0 else _size(value)


def _real(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool | str) or not math.isfinite(number):
        raise KernelError("KRN006", f"an option in real numbers is finite, got {value!r}")
    return number


@frozen
class Cost:
    """What one run must do at least: `bytes` to and from memory, each byte counted once, and `flops`."""

    bytes: int
    flops: int

    @property
    def intensity(self) -> float:
        """Floating-point operations for each byte."""
        return self.flops / self.bytes


@frozen
class Entry:
    """One entry of a kernel's module: its parameters in order, and `body(k, *parameters)`, which builds it."""

    parameters: Mapping[str, Parameter]
    body: Callable[..., None]


@frozen
class Kernel:
    """The base of all kernels. Subclasses are frozen attrs classes whose fields are sizes and options.

    A subclass gives `signature`, `body` (or `entries`, for several), `plan`, `reference`, `tolerance`, `cost` and
    `example_inputs`. Sizes that the signature passes as scalars are launch-time parameters: the text does not
    depend on them.

    `minimum_sm` is the oldest SM that has the kernel's instructions; `only_targets` names the targets instead where
    instructions exist on them alone (`sm_90a`). `bitwise` says that every device gives the same bits: no approximate
    functions, no float atomics, no tensor cores. `visible` is the shift of an output, relative to the largest one, that
    the tolerance must tell from a right result. `contraction` says which products the passes may fuse with a sum:
    with `contract` those without a rounding modifier, which the builder never leaves out; with `always` every one, for
    kernels whose tolerance holds either way.
    """

    name: ClassVar[str]
    family: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    requires: ClassVar[tuple[Rule, ...]] = ()
    minimum_sm: ClassVar[int] = 75
    only_targets: ClassVar[tuple[str, ...]] = ()
    bitwise: ClassVar[bool] = False
    visible: ClassVar[float] = 1e-3
    contraction: ClassVar[str] = "contract"

    @property
    def signature(self) -> Signature:
        """The parameters of a run, in the order of the entry's. Fields may add some: a bias, a residual."""
        raise NotImplementedError(f"{type(self).__name__} has no signature")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = snake_case(cls.__name__)

    def __attrs_post_init__(self) -> None:
        sizes = self.sizes
        for rule in self.requires:
            value = sizes[rule.name]
            if not rule.holds(value, sizes):
                raise KernelError(
                    "KRN001",
                    f"{type(self).__name__}: {rule.name} {rule.text(sizes)}, got {value}",
                    help=rule.advice(value, sizes),
                )

    @classmethod
    def targets(cls) -> tuple[str, ...]:
        """The targets that the kernel is emitted for, oldest first."""
        if cls.only_targets:
            return cls.only_targets
        return tuple(name for name, target in TARGETS.items() if target.sm >= cls.minimum_sm)

    @classmethod
    def default_target(cls) -> str:
        """What is emitted when no target is named: ptxgen's default, or the kernel's oldest where it is not one."""
        known = cls.targets()
        return DEFAULT_TARGET if DEFAULT_TARGET in known else known[0]

    @property
    def sizes(self) -> dict[str, int]:
        """The integer fields: what the signature's dims and the rules may name. Subclasses may add derived ones."""
        return {
            field.name: value
            for field in attrs.fields(type(self))
            if type(value := getattr(self, field.name)) is int
        }

    @property
    def template(self) -> Self:
        """The kernel with its launch-time sizes at their defaults: equal templates are one program."""
        made = copy(self)
        for field in attrs.fields(type(self)):
            if isinstance(self.signature.params.get(field.name), Scalar):
                object.__setattr__(made, field.name, field.default)
        return made

    def body(self, k: KernelBuilder, *args: Any, **kwargs: Any) -> None:
        """Build the entry: `k` has the parameters declared, and gets them again in the signature's order."""
        raise NotImplementedError(f"{type(self).__name__} defines neither body nor entries")

    def entries(self) -> dict[str, Entry]:
        """The entries of the module by name: one, called like the kernel, with the signature's parameters.

        Kernels of several launches override this. Parameters that are also the plan's workspace are declared alike,
        as `In` or `Out` arrays of which only the type counts.
        """
        return {self.name: Entry(self.signature.params, self.body)}

    def build(self, target: str | None = None, *, level: str = LEVEL) -> Module:
        """A module with every entry that the plan names, after the passes of a level; `O0` is the text as written.

        KRN003 for a target that the kernel does not support, PAS004 for an unknown level.
        """
        from ptxgen.ir.builder import ModuleBuilder
        from ptxgen.passes import Pipeline

        target = target or self.default_target()
        self.check_target(target)
        builder = ModuleBuilder(target)
        for name, entry in self.template.entries().items():
            k = builder.kernel(name)
            entry.body(k, *_declare(k, entry.parameters))
        module = builder.build()
        # What was built has been checked, and whoever loads it checks again.
        evolve(Pipeline.level(level).contracting(self.contraction), check=False).run(module)
        return module

    def step(self, entry: str, *, grid: int | Sequence[int], block: int, shared_bytes: int = 0) -> Launch:
        """One launch of a plan of several: the entry's parameters are its arguments, by name."""
        config = LaunchConfig(grid=grid, block=block, shared_bytes=shared_bytes)
        return Launch(entry, config, tuple(self.entries()[entry].parameters))

    def emit_ptx(self, target: str | None = None, *, level: str = LEVEL) -> str:
        """The PTX text for a target: the same bytes each time. Kernels of one `template` share it."""
        return _emit(self.template, target or self.default_target(), level)

    def plan(self) -> Plan:
        """The launches of one run."""
        raise NotImplementedError(f"{type(self).__name__} has no plan")

    def reference(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs in float64, by NumPy and another route than the kernel's: one array, or a tuple in order."""
        raise NotImplementedError(f"{type(self).__name__} has no reference")

    def tolerance(self, *args: Any, **kwargs: Any) -> Any:
        """Bounds on |output - reference|, an array (or several) that broadcasts to the outputs; derived, not tuned."""
        raise NotImplementedError(f"{type(self).__name__} has no tolerance")

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        """Random inputs by name: every `In` and `InOut` array, and every scalar that shapes do not tell."""
        raise NotImplementedError(f"{type(self).__name__} has no example inputs")

    def cost(self) -> Cost:
        """The least that one run must move and compute."""
        raise NotImplementedError(f"{type(self).__name__} has no cost")

    def expected(self, inputs: Mapping[str, Any]) -> Arrays:
        """`reference` by output name."""
        return self._by_output(self.reference(**inputs))

    def bounds(self, inputs: Mapping[str, Any]) -> Arrays:
        """`tolerance` by output name, broadcast to the outputs' shapes."""
        shapes = {name: array.shape(self.sizes) for name, array in self.signature.outputs.items()}
        bounds = self._by_output(self.tolerance(**inputs))
        return {name: np.broadcast_to(np.asarray(bound), shapes[name]) for name, bound in bounds.items()}

    def numbers(self, outputs: Mapping[str, NDArray[Any]]) -> Arrays:
        """Outputs as float64, to be compared with `expected`: bfloat16 bit patterns become what they stand for."""
        types = {name: array.type for name, array in self.signature.outputs.items()}
        return {
            name: (from_bfloat16(value) if types[name] is bf16 else value).astype(np.float64)
            for name, value in outputs.items()
        }

    def run(
        self, inputs: Mapping[str, Any], *, device: Device | None = None, target: str | None = None
    ) -> Arrays:
        """Run on a device (`open_device("auto")` if none is given); outputs by name, of the inputs' kind of array.

        The text is that for `target`, or for the newest target that runs there.

        NumPy arrays are copied and never changed; arrays in device memory are used where they are.
        """
        from ptxgen.driver import run_kernel

        return run_kernel(self, inputs, device, target=target)

    def __call__(self, *args: Any, device: Device | None = None, **named: Any) -> Any:
        """Run on arrays given in the signature's order or by name; the output, or a tuple of them."""
        names = list(self.signature.inputs)
        if len(args) > len(names):
            raise self._call_error(f"takes {len(names)} inputs ({', '.join(names)}), got {len(args)}")
        inputs = dict(zip(names, args, strict=False))
        twice = sorted(inputs.keys() & named.keys())
        unknown = sorted(named.keys() - set(names))
        missing = [name for name in names if name not in inputs and name not in named]
        for problem, found in (("got twice", twice), ("does not know", unknown), ("misses", missing)):
            if found:
                raise self._call_error(f"{problem} {found[0]!r}; its inputs are {', '.join(names)}")
        outputs = tuple(self.run({**inputs, **named}, device=device).values())
        return outputs[0] if len(outputs) == 1 else outputs

    def check_target(self, target: str) -> None:
        """KRN003 unless the kernel is emitted for the target."""
        if find_target(target).name not in self.targets():
            needs = " or ".join(self.only_targets) or f"sm_{self.minimum_sm} or later"
            raise KernelError(
                "KRN003",
                f"{type(self).__name__} needs {needs}, got {target}",
                help=f"its targets are {', '.join(self.targets())}",
            )

    def _call_error(self, problem: str) -> KernelError:
        return KernelError("KRN004", f"{type(self).__name__} {problem}")

    def _by_output(self, value: Any) -> Arrays:
        values = value if isinstance(value, tuple) else (value,)
        return dict(zip(self.signature.outputs, values, strict=True))


def _declare(k: KernelBuilder, parameters: Mapping[str, Parameter]) -> list[Any]:
    """What the body gets. Of an array that a tensor map describes it is None: the map says where it is."""
    mapped = {p.array for p in parameters.values() if isinstance(p, TensorMap)}
    return [_declare_one(k, name, p, name in mapped) for name, p in parameters.items()]


def _declare_one(k: KernelBuilder, name: str, parameter: Parameter, mapped: bool) -> Any:
    if isinstance(parameter, Scalar):
        return k.param(name, parameter.type)
    if isinstance(parameter, TensorMap):
        return k.param_bytes(name, parameter.BYTES, align=parameter.ALIGNMENT)
    return k.unread_param(name, u64) if mapped else k.pointer(name, parameter.type)


@lru_cache(maxsize=512)
def _emit(kernel: Kernel, target: str, level: str) -> str:
    return kernel.build(target, level=level).to_ptx()
