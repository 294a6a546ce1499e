import json
from pathlib import Path

from ptxgen import __version__
from ptxgen.kernels import BulkRing, Dp4a, IntegerGemv, Kernel
from ptxgen_inference.runtime.autotune import Tuner

CANDIDATES = [IntegerGemv(n=8, k=512, strategy=strategy) for strategy in (Dp4a(), Dp4a(rows=1), BulkRing())]


class StandIn:
    """A clock that says what it is told, and knows what it was asked."""

    def __init__(self, *times: float) -> None:
        self.times = dict(zip(CANDIDATES, times, strict=True))
        self.asked: list[Kernel] = []

    def __call__(self, kernel: Kernel) -> float:
        self.asked.append(kernel)
        return self.times[kernel]


def test_without_a_clock_the_table_decides():
    assert Tuner("emulator").choose(CANDIDATES, "sm_90") is CANDIDATES[0]


def test_the_fastest_is_taken_and_measured_once():
    clock = StandIn(3.0, 2.0, 1.0)
    tuner = Tuner("GPU", clock)
    assert tuner.choose(CANDIDATES, "sm_90") is CANDIDATES[2]
    assert tuner.choose(CANDIDATES, "sm_90") is CANDIDATES[2]
    assert clock.asked == CANDIDATES


def test_what_the_target_lacks_is_no_candidate():
    """Rings are of Hopper."""
    clock = StandIn(3.0, 2.0, 1.0)
    assert Tuner("GPU", clock).choose(CANDIDATES, "sm_80") is CANDIDATES[1]
    assert CANDIDATES[2] not in clock.asked


def test_times_are_kept_by_version_and_device(tmp_path: Path):
    path = tmp_path / "deep" / "autotune.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"0.0": {"GPU": {"x": [1.0]}}, __version__: {"other": {"y": [2.0]}}}))
    Tuner("GPU", StandIn(3.0, 1.0, 2.0), path).read().choose(CANDIDATES, "sm_90")
    again = StandIn(1.0, 9.0, 9.0)
    assert Tuner("GPU", again, path).read().choose(CANDIDATES, "sm_90") is CANDIDATES[1]
    assert not again.asked
    assert Tuner("other GPU", again, path).read().choose(CANDIDATES, "sm_90") is CANDIDATES[0]
    kept = json.loads(path.read_text())
    assert kept["0.0"] == {"GPU": {"x": [1.0]}}
    assert kept[__version__]["other"] == {"y": [2.0]}
    assert list(path.parent.iterdir()) == [path]


def test_a_damaged_file_is_measured_again(tmp_path: Path):
    path = tmp_path / "autotune.json"
    for text in ("", "[1]", "{"):
        path.write_text(text)
        assert Tuner("GPU", StandIn(3.0, 1.0, 2.0), path).read().choose(CANDIDATES, "sm_90") is CANDIDATES[1]
        assert __version__ in json.loads(path.read_text())
