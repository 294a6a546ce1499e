"""Every kernel that ships, by name. Registration is all that a kernel needs to be listed, emitted and verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from ptxgen.kernels.errors import KernelError

if TYPE_CHECKING:
    from ptxgen.kernels.base import Kernel

K = TypeVar("K", bound="type[Kernel]")

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_kernels: dict[str, type[Kernel]] = {}
_aliases: dict[str, str] = {}


def register(*, family: str, aliases: tuple[str, ...] = ()) -> Callable[[K], K]:
    """Class decorator: list the kernel under its name in snake case, which is also its entry's, and under `aliases`.

    KRN010 if one of the names is taken.
    """

    def enter(kernel: K) -> K:
        kernel.name = snake_case(kernel.__name__)
        kernel.family = family
        kernel.aliases = aliases
        for name in (kernel.name, *aliases):
            if name in _kernels or name in _aliases:
                raise KernelError(
                    "KRN010", f"two kernels are named {name!r}", help="rename one of the classes"
                )
        _kernels[kernel.name] = kernel
        _aliases.update(dict.fromkeys(aliases, kernel.name))
        return kernel

    return enter


def get(name: str) -> type[Kernel]:
    """The kernel of that name or alias. KRN011 with the nearest names if there is none."""
    known = name.lower().replace("-", "_")
    found = _kernels.get(_aliases.get(known, known))
    if found is not None:
        return found
    close = get_close_matches(known, [*_kernels, *_aliases], n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"the kernels are {', '.join(names())}"
    raise KernelError("KRN011", f"there is no kernel named {name!r}", help=hint)


def names() -> list[str]:
    """The names of all kernels, sorted by family and name."""
    return [kernel.name for kernel in kernels()]


def kernels() -> list[type[Kernel]]:
    """All kernels, sorted by family and name, whatever was imported first."""
    return sorted(_kernels.values(), key=lambda kernel: (kernel.family, kernel.name))


def families() -> dict[str, list[type[Kernel]]]:
    """All kernels by family, both in alphabetical order."""
    out: dict[str, list[type[Kernel]]] = {}
    for kernel in kernels():
        out.setdefault(kernel.family, []).append(kernel)
    return out


def snake_case(name: str) -> str:
    """`VectorizedQ4KGemv` to `vectorized_q4_k_gemv`."""
    return _WORD_START.sub("_", name).lower()
