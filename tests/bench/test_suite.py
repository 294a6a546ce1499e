"""Nothing is timed before it is right, and nothing that is wrong stops the rest."""

from __future__ import annotations

from typing import Any

import pytest

from ptxgen.bench import suite as suites
from ptxgen.bench.ceilings import Ceilings, CopyCeiling, ReadCeiling, measure
from ptxgen.bench.peers import Peer
from ptxgen.bench.sizes import LADDERS, timed
from ptxgen.bench.suite import Suite
from ptxgen.kernels import Kernel, Saxpy, VectorAdd, VectorizedQ4KGemv
from ptxgen.kernels.base import _emit
from ptxgen.verification import Conditions
from tests.bench.stopwatch import clocked

CEILINGS = Ceilings(read=4.5e12, copy=4.3e12, gemm=800e12)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes that the emulator runs at once, and three copies of the inputs that take turns."""
    monkeypatch.setitem(LADDERS, "elementwise", ({"n": 2048},))
    monkeypatch.setattr(suites, "MOST_COPIES", 3)


def one(kernel: type[Kernel], monkeypatch: pytest.MonkeyPatch, ms: float = 0.3, **options: Any):
    with clocked(monkeypatch, lambda number: ms) as device:
        (result,) = Suite(device, CEILINGS, samples=4, **options).run([kernel])
        return result


def test_a_right_kernel_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    result = one(VectorAdd, monkeypatch)
    assert result.ok, result.fault
    assert result.proof is not None
    assert set(result.proof.comparisons) == {"emulator", "hardware", "timed"}
    assert result.proof.agree is True
    assert result.timed_fields == {"n": 2048, "threads": 256}
    speed = result.speed
    assert speed is not None
    assert (speed.copies, len(speed.timing.samples), speed.timing.median) == (3, 4, pytest.approx(100.0))
    assert speed.bandwidth == pytest.approx(12 * 2048 / 100e-6)
    assert speed.fraction(CEILINGS) == pytest.approx(speed.bandwidth / 4.5e12)
    assert result.traffic is not None
    assert result.traffic.sectors_per_request == pytest.approx(4.0, rel=0.01)  # the last warp is not full
    assert result.traffic.bank_conflicts == 0


def test_a_kernel_above_the_ceiling_is_a_fault_of_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    result = one(VectorAdd, monkeypatch, ms=1e-7)
    assert not result.ok
    assert result.fault is not None
    assert result.fault.startswith("BEN003")


def _emits(monkeypatch: pytest.MonkeyPatch, body: Any) -> None:
    monkeypatch.setattr(VectorAdd, "body", body)
    _emit.cache_clear()


@pytest.fixture
def emitting(monkeypatch: pytest.MonkeyPatch):
    yield lambda body: _emits(monkeypatch, body)
    monkeypatch.undo()
    _emit.cache_clear()


def test_a_wrong_kernel_is_not_timed(monkeypatch: pytest.MonkeyPatch, emitting: Any) -> None:
    def subtracts(self: VectorAdd, k: Any, x: Any, y: Any, z: Any, n: Any) -> None:
        with k.if_(k.global_id < n):
            z[k.global_id] = x[k.global_id] - y[k.global_id]

    emitting(subtracts)
    result = one(VectorAdd, monkeypatch)
    assert (result.ok, result.speed, result.fault) == (False, None, "wrong at its default size")


def test_what_is_not_written_at_the_timed_size_shows(monkeypatch: pytest.MonkeyPatch, emitting: Any) -> None:
    """A kernel that only computes the first 1000 elements is right at a default size of 1000."""

    def first(self: VectorAdd, k: Any, x: Any, y: Any, z: Any, n: Any) -> None:
        with k.if_((k.global_id < n) & (k.global_id < 1000)):
            z[k.global_id] = x[k.global_id] + y[k.global_id]

    emitting(first)
    monkeypatch.setattr(VectorAdd.__init__, "__defaults__", (1000, 256))
    result = one(VectorAdd, monkeypatch)
    assert result.speed is None
    assert result.fault is not None
    assert result.fault.startswith("BEN002: vector_add: 1048 of 2048 elements of z are wrong")


def test_a_kernel_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch, emitting: Any) -> None:
    def broken(self: VectorAdd, k: Any, x: Any, y: Any, z: Any, n: Any) -> None:
        k.add(n, x[0])

    emitting(broken)
    with clocked(monkeypatch, lambda number: 0.3) as device:
        results = list(Suite(device, CEILINGS, samples=2).run([VectorAdd, Saxpy]))
    assert [r.ok for r in results] == [False, True]
    assert results[0].fault is not None
    assert results[0].fault.startswith("PTX")


def test_the_time_of_the_suite_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    result = one(VectorAdd, monkeypatch, seconds=-1.0)
    assert result.fault == "not measured: the -1 s of the suite were over"


def test_without_a_gpu_nothing_is_timed() -> None:
    (result,) = Suite(None, None).run([VectorAdd])
    assert result.ok
    assert result.speed is None
    assert result.proof is not None
    assert set(result.proof.comparisons) == {"emulator"}


def test_a_peer_is_timed_in_the_same_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    works: list[Any] = []

    class Runs:
        runs = 3

        def __init__(self, torch: Any, given: list[Any]) -> None:
            works.extend(given)

        def __call__(self) -> float:
            return 600.0

    monkeypatch.setattr(suites, "torch_of", lambda device: object())
    monkeypatch.setattr(suites, "TorchRuns", Runs)
    monkeypatch.setitem(
        suites.PEERS, "vector_add", Peer("torch add", lambda given: lambda: given.arrays["x"])
    )
    result = one(VectorAdd, monkeypatch)
    assert len(works) == 3
    assert result.speed is not None
    assert (result.speed.peer, result.speed.ratio) == ("torch add", pytest.approx(2.0))


@pytest.mark.parametrize("kernel", [ReadCeiling(), CopyCeiling()])
def test_the_kernels_of_the_ceilings_are_right_and_read_everything_once(kernel: Kernel) -> None:
    conditions = Conditions(sanitize=True)
    verified = conditions.verify(kernel, conditions.open())
    assert verified.ok, verified.run
    (result,) = Suite(None, None).run([type(kernel)])
    assert result.traffic is not None
    assert (result.traffic.sectors_per_request, result.traffic.sector_use) == (16.0, 1.0)


def test_ceilings_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    with clocked(monkeypatch, lambda number: 1.0) as device:
        made = measure(device, nbytes=1 << 20)
    assert made.gemm is None
    assert made.copy == pytest.approx((1 << 20) / 1e-3)
    assert made.read == pytest.approx((1 << 20) / 1e-3, rel=0.6)


def test_sizes_come_from_the_family() -> None:
    assert timed(VectorAdd) == VectorAdd(n=2048)
    assert timed(VectorizedQ4KGemv) == VectorizedQ4KGemv(n=18944, k=3584)
