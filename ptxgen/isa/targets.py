"""Targets: what `.target` may say, from which PTX version on, and the limits of each (PTX ISA 9.0, section 11.1.2).

`sm_90` code runs on every later GPU. `sm_90a` code runs on that GPU alone and may use instructions that no other
has. `sm_100f` code runs on the later members of the same family. The limits are those of the CUDA C++ Programming
Guide 13.0, appendix on compute capabilities.
"""

from __future__ import annotations

from difflib import get_close_matches

from attrs import frozen

from ptxgen.errors import PtxgenError
from ptxgen.isa.table import Requirement


@frozen
class Target:
    """One target with its resource limits. Sizes are bytes; `blocks_per_sm` and `threads_per_sm` bound residency.

    `shared_static` is what an entry may declare, `shared_optin` what a launch may ask for after opting in,
    `shared_per_sm` what resident CTAs share. `cluster_ctas` is the portable cluster size, 1 where there is none.
    """

    name: str
    sm: int
    suffix: str
    ptx_min: tuple[int, int]
    threads_per_sm: int
    blocks_per_sm: int
    shared_per_sm: int
    shared_optin: int
    cluster_ctas: int
    shared_static: int = 48 * 1024
    threads_per_block: int = 1024
    block_dims: tuple[int, int, int] = (1024, 1024, 64)
    grid_dims: tuple[int, int, int] = (2**31 - 1, 65535, 65535)
    warp_size: int = 32
    registers_per_thread: int = 255
    registers_per_block: int = 64 * 1024
    registers_per_sm: int = 64 * 1024
    barriers: int = 16
    shared_reserved: int = 1024
    parameter_bytes: int = 4352

    @property
    def family(self) -> int:
        """The first SM of the family: `sm_103` belongs to 100, `sm_121` to 120."""
        return self.sm // 10 * 10

    def supports(self, requirement: Requirement) -> bool:
        """Whether an instruction with this requirement exists on the target. The PTX version is not looked at."""
        if self.sm < requirement.sm:
            return False
        if not requirement.feature:
            return True
        return any(self._has(feature) for feature in requirement.feature.split("|"))

    def _has(self, feature: str) -> bool:
        if feature == self.name:
            return True
        other = TARGETS[feature]
        return (
            other.suffix == "f"
            and self.suffix in ("a", "f")
            and other.family == self.family
            and other.sm <= self.sm
        )

    def runs_on(self, other: Target) -> bool:
        """Whether code for this target may be loaded on the GPU that `other` (a base target) names."""
        if self.suffix == "a":
            return self.sm == other.sm
        if self.suffix == "f":
            return self.family == other.family and self.sm <= other.sm
        return self.sm <= other.sm

    def __str__(self) -> str:
        return self.name


_KB = 1024

# sm, first PTX version, that of each suffix, threads and CTAs per SM, shared KB per SM and per CTA, cluster
_LINES: tuple[tuple[int, tuple[int, int], dict[str, tuple[int, int]], int, int, int, int, int], ...] = (
    (75, (6, 3), {}, 1024, 16, 64, 64, 1),
    (80, (7, 0), {}, 2048, 32, 164, 163, 1),
    (86, (7, 1), {}, 1536, 16, 100, 99, 1),
    (87, (7, 4), {}, 1536, 16, 164, 163, 1),
    (88, (9, 0), {}, 1536, 16, 164, 163, 1),
    (89, (7, 8), {}, 1536, 24, 100, 99, 1),
    (90, (7, 8), {"a": (8, 0)}, 2048, 32, 228, 227, 8),
    (100, (8, 6), {"a": (8, 6), "f": (8, 8)}, 2048, 32, 228, 227, 8),
    (103, (8, 8), {"a": (8, 8), "f": (8, 8)}, 2048, 32, 228, 227, 8),
    (110, (9, 0), {"a": (9, 0), "f": (9, 0)}, 1536, 24, 228, 227, 8),
    (120, (8, 7), {"a": (8, 7), "f": (8, 8)}, 1536, 24, 100, 99, 8),
    (121, (8, 8), {"a": (8, 8), "f": (8, 8)}, 1536, 24, 100, 99, 8),
)

TARGETS: dict[str, Target] = {
    f"sm_{sm}{suffix}": Target(
        f"sm_{sm}{suffix}", sm, suffix, version, threads, blocks, per_sm * _KB, optin * _KB, cluster
    )
    for sm, first, suffixes, threads, blocks, per_sm, optin, cluster in _LINES
    for suffix, version in {"": first, **suffixes}.items()
}
"""Every target by name, oldest first."""

PTX_VERSION = (9, 0)
"""The newest PTX version that the table describes."""


class TargetError(PtxgenError):
    """A target name that the table does not have."""


def target(name: str | Target) -> Target:
    """The target of this name (`sm_90a`); a `Target` is returned as it is. Raises `TargetError` (PTX018)."""
    if isinstance(name, Target):
        return name
    found = TARGETS.get(name)
    if found is None:
        close = get_close_matches(name, TARGETS, n=1)
        raise TargetError(
            "PTX018",
            f"unknown target {name!r}",
            help=f"did you mean {close[0]}?" if close else f"targets: {', '.join(TARGETS)}",
        )
    return found
