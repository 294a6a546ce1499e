"""What a benchmark found out about one kernel."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ptxgen.bench.ceilings import Ceilings
from ptxgen.bench.timing import Timing
from ptxgen.kernels import Cost
from ptxgen.verification import Comparison

ABOVE = 1.05
"""A kernel this much faster than a ceiling did not do its work, or the ceiling was measured badly."""


@frozen
class Proof:
    """Where a kernel was compared with float64, and the comparisons there, by what was compared.

    Keys: `emulator` and `hardware` at the default size, `timed` on hardware at the size that is timed. `agree` says
    whether hardware and emulator gave the same bits; None where that is not promised or there is no hardware.
    """

    comparisons: Mapping[str, tuple[Comparison, ...]]
    agree: bool | None = None

    @property
    def ok(self) -> bool:
        """Whether everything that was compared is within its tolerance, and bits that must agree do."""
        return self.agree is not False and all(c.ok for cs in self.comparisons.values() for c in cs)


@frozen
class Traffic:
    """What the emulator counted at the default size: sectors a request of global loads, and bank conflicts."""

    sectors_per_request: float
    sector_use: float
    bank_conflicts: int


@frozen
class Speed:
    """Times of one size, against the least work that it must do, and a peer in the same rounds."""

    timing: Timing
    cost: Cost
    copies: int
    peer: str | None = None
    peer_timing: Timing | None = None

    @property
    def bandwidth(self) -> float:
        """Bytes a second, each byte of the cost counted once."""
        return self.cost.bytes * 1e6 / self.timing.median

    @property
    def rate(self) -> float:
        """Floating-point operations a second."""
        return self.cost.flops * 1e6 / self.timing.median

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the peer."""
        return self.peer_timing.median / self.timing.median if self.peer_timing else None

    def fraction(self, ceilings: Ceilings) -> float:
        """The share of the nearest ceiling: of bytes read, or of operations where a GEMM was measured."""
        of_operations = self.rate / ceilings.gemm if ceilings.gemm else 0.0
        return max(self.bandwidth / max(ceilings.read, ceilings.copy), of_operations)


@frozen
class Result:
    """One kernel: its fields at the default and at the timed size, and what could be found out.

    `fault` is why something is missing: what stopped the proof, or a figure that cannot be believed.
    """

    name: str
    family: str
    fields: Mapping[str, object]
    timed_fields: Mapping[str, object] | None
    proof: Proof | None
    traffic: Traffic | None
    speed: Speed | None
    fault: str | None

    @property
    def ok(self) -> bool:
        """Whether it was proven and nothing is wrong with the figures."""
        return self.fault is None and self.proof is not None and self.proof.ok
