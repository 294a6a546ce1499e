"""What every kernel is: a frozen description of one computation that can be emitted, planned, run and judged."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from operator import index
from typing import TYPE_CHECKING, Any, ClassVar, Self

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.targets import TARGETS
from ptxgen.isa.targets import target as find_target
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.registry import snake_case
from ptxgen.kernels.rules import Rule
from ptxgen.launch import Plan, Scalar, Signature

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


def choice(default: int, *others: int) -> Any:
    """An integer option: the default or one of the others. KRN005."""
    allowed = sorted({default, *others})

    def check(_: object, field: attrs.Attribute[int], value: int) -> None:
        if value not in allowed:
            names = ", ".join(map(str, allowed))
            raise KernelError("KRN005", f"{field.name} must be one of {names}, got {value!r}")

    return attrs.field(default=default, validator=check)


def _size(value: Any) -> int:
    try:
        number = index(value)
    except TypeError:
        raise KernelError("KRN002", f"a size or option is a whole number, got {value!r}") from None
    if isinstance(value, bool) or number < 1:
        raise KernelError("KRN002", f"a size or option is at least 1, got {value!r}")
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
class Kernel:
    """The base of all kernels. Subclasses are frozen attrs classes whose fields are sizes and options.

    A subclass gives `signature`, `body` (or `build`, for several entries), `plan`, `reference`, `tolerance`, `cost`
    and `example_inputs`. Sizes that the signature passes as scalars are launch-time parameters: the text does not
    depend on them.
    """

    name: ClassVar[str]
    family: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    signature: ClassVar[Signature]
    requires: ClassVar[tuple[Rule, ...]] = ()
    minimum_sm: ClassVar[int] = 75

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
                    help=rule.fix(value, sizes),
                )

    @classmethod
    def targets(cls) -> tuple[str, ...]:
        """The targets that the kernel is emitted for, oldest first."""
        return tuple(name for name, target in TARGETS.items() if target.sm >= cls.minimum_sm)

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
        raise NotImplementedError(f"{type(self).__name__} defines neither body nor build")

    def build(self, target: str = DEFAULT_TARGET) -> Module:
        """A module with every entry that the plan names. KRN003 for a target that the kernel does not support."""
        from ptxgen.ir.builder import KernelBuilder

        self.check_target(target)
        k = KernelBuilder(self.name, target=target)
        parameters = [
            k.param(name, p.type) if isinstance(p, Scalar) else k.pointer(name, p.type)
            for name, p in self.signature.params.items()
        ]
        self.template.body(k, *parameters)
        return k.build()

    def emit_ptx(self, target: str = DEFAULT_TARGET) -> str:
        """The PTX text for a target: the same bytes each time. Kernels of one `template` share it."""
        return _emit(self.template, target)

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

    def run(self, inputs: Mapping[str, Any], *, device: Device | None = None) -> Arrays:
        """Run on a device (`open_device("auto")` if none is given); outputs by name, of the inputs' kind of array.

        NumPy arrays are copied and never changed; arrays in device memory are used where they are.
        """
        from ptxgen.driver import run_kernel

        return run_kernel(self, inputs, device)

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
            raise KernelError(
                "KRN003",
                f"{type(self).__name__} needs sm_{self.minimum_sm} or later, got {target}",
                help=f"its targets are {', '.join(self.targets())}",
            )

    def _call_error(self, problem: str) -> KernelError:
        return KernelError("KRN004", f"{type(self).__name__} {problem}")

    def _by_output(self, value: Any) -> Arrays:
        values = value if isinstance(value, tuple) else (value,)
        return dict(zip(self.signature.outputs, values, strict=True))


@lru_cache(maxsize=512)
def _emit(kernel: Kernel, target: str) -> str:
    return kernel.build(target).to_ptx()
