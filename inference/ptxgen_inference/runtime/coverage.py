"""Which kernels of the library the engine uses: families of the registry against what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import FunctionType

from ptxgen.kernels import Kernel, registry

EXCEPTIONS = {
    "Lz4Compress": "data that is stored, not computed with",
    "Lz4Decompress": "data that is stored, not computed with",
    "Transpose": "weights and activations are read as they lie",
    "Saxpy": "an example; sums are VectorAdd, ResidualAdd, or part of a product",
    "Multiply": "gated units have kernels of their own; `Step.gated` multiplies for ReGLU, which no family here has",
}
"""Families that no path of the engine uses, and why."""


def family(kernel: Kernel) -> str:
    """The class that a kernel is a case of: presets of one class with other formats or teams are one family.

    Families with strategies count by strategy: `IntegerGemv (BulkRing)`.
    """
    strategy = getattr(kernel, "strategy", None)
    name = _family_class(type(kernel)).__name__
    return name if strategy is None else f"{name} ({type(strategy).__name__})"


def families() -> dict[str, str]:
    """All families of the registry, and the registry's heading for each, in its order."""
    return {family(kernel): kernel.family for kernel in (each() for each in registry.kernels())}


def used(kernels: Iterable[Kernel]) -> set[str]:
    """The families of some kernels."""
    return {family(kernel) for kernel in kernels}


def table(paths: Mapping[str, Iterable[Kernel]]) -> list[tuple[str, str, str]]:
    """(heading, family, first path that uses it, or the reason why none does) for every family of the registry."""
    first: dict[str, str] = {}
    for path, kernels in paths.items():
        for name in used(kernels):
            first.setdefault(name, path)
    return [
        (heading, name, first.get(name) or f"— {EXCEPTIONS.get(name, 'not used')}")
        for name, heading in families().items()
    ]


def _family_class(kernel: type[Kernel]) -> type[Kernel]:
    """The most general class that a kernel is a case of: a registered one, or one that it only gives fields to."""
    registered = set(registry.kernels())
    found, preset = kernel, not _own(kernel)
    for base in kernel.__mro__[1:]:
        if not issubclass(base, Kernel) or not _complete(base) or not (preset or base in registered):
            break
        found, preset = base, preset and not _own(base)
    return found


def _own(kernel: type[Kernel]) -> bool:
    """Whether a class does more than name values of fields."""
    return any(
        isinstance(value, FunctionType | property) and not name.startswith("__")
        for name, value in vars(kernel).items()
    )


def _complete(kernel: type[Kernel]) -> bool:
    """Whether a class says what it takes, computes and launches: base classes of families leave some of it open."""
    says = {name for base in kernel.__mro__ if base is not Kernel for name in vars(base)}
    return {"signature", "plan", "reference"} <= says and bool({"body", "entries"} & says)
