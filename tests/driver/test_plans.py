"""Plans and kernels on arrays: workspace, scalars, kinds of arrays, targets, caching."""

from __future__ import annotations

import gc
import sys
import weakref
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

import ptxgen
from ptxgen.driver import Device, DriverError, default_device, run_kernel, run_plan
from ptxgen.driver.call import best_target
from ptxgen.driver.cuda.device import CudaDevice
from ptxgen.driver.device import KEPT_MODULES
from ptxgen.driver.emulated.device import EmulatedDevice
from ptxgen.driver.loaded import LoadedModules
from ptxgen.isa.types import f32, u32
from ptxgen.launch import (
    In,
    InOut,
    Launch,
    LaunchConfig,
    LaunchError,
    Out,
    Plan,
    Scalar,
    Signature,
    Workspace,
)
from tests.driver.fake_cuda import FakeCuda
from tests.driver.ptx import SAXPY

THREADS = 32


class TwoSteps:
    """z = b * (a * x + scratch): saxpy into zeroed scratch memory, then into a zeroed second one, then out."""

    name = "two_steps"
    signature = Signature(x=In(f32, "n"), z=InOut(f32, "n"), n=Scalar(u32), a=Scalar(f32), b=Scalar(f32))

    def __init__(self, n: int) -> None:
        self.n = n
        self.built: list[str] = []

    @property
    def sizes(self) -> dict[str, int]:
        return {"n": self.n}

    @property
    def template(self) -> TwoSteps:
        return self

    def targets(self) -> tuple[str, ...]:
        return ("sm_80", "sm_90")

    def build(self, target: str, *, level: str) -> ptxgen.Module:
        self.built.append(target)
        return ptxgen.parse(SAXPY.replace("sm_80", target))

    def plan(self) -> Plan:
        config = LaunchConfig(-(-self.n // THREADS), THREADS)
        return Plan(
            [
                Launch("saxpy", config, ("x", "scratch", "n", "a")),
                Launch("saxpy", config, ("scratch", "z", "n", "b")),
            ],
            {"scratch": Workspace(f32, (self.n,), zeroed=True)},
        )


class Doubled(TwoSteps):
    """y = x + x, with an output that is written completely."""

    signature = Signature(x=In(f32, "n"), n=Scalar(u32), y=Out(f32, "n"))

    def plan(self) -> Plan:
        config = LaunchConfig(-(-self.n // THREADS), THREADS)
        steps = [Launch("saxpy", config, ("x", "zero", "n", 2.0)), Launch("copy", config, ("zero", "y", "n"))]
        return Plan(steps, {"zero": Workspace(f32, (self.n,), zeroed=True)})

    def build(self, target: str, *, level: str) -> ptxgen.Module:
        head, _, rest = SAXPY.partition(".visible .entry saxpy(")
        copy = rest.replace(",\n    .param .f32 a", "").replace("    ld.param.f32 %f1, [a];\n", "")
        copy = copy.replace("    ld.global.f32 %f3, [%rd5];\n    fma.rn.f32 %f3, %f2, %f1, %f3;\n", "")
        copy = copy.replace("%f3;", "%f2;")
        return ptxgen.parse(f"{head}.visible .entry saxpy({rest}\n.visible .entry copy({copy}")


def kernel(n: int, kind: type[TwoSteps] = TwoSteps) -> Any:
    return kind(n)


@pytest.mark.parametrize("n", [1, 32, 100])
def test_several_launches_share_scratch_memory(emulator: EmulatedDevice, n: int) -> None:
    x, z = np.arange(n, dtype=np.float32), np.ones(n, np.float32)
    before = emulator.pool.statistics.live
    result = run_kernel(kernel(n), {"x": x, "z": z, "a": 3, "b": np.float32(5)}, emulator)
    assert np.array_equal(result["z"], 15 * x + 1)
    assert np.array_equal(z, np.ones(n))
    gc.collect()
    assert emulator.pool.statistics.live == before


def test_outputs_are_made(emulator: EmulatedDevice) -> None:
    x = np.arange(50, dtype=np.float32)
    (result,) = run_kernel(kernel(50, Doubled), {"x": x}, emulator).values()
    assert (type(result), result.dtype) == (np.ndarray, np.float32)
    assert np.array_equal(result, 2 * x)


def test_device_arrays_stay_on_the_device(emulator: EmulatedDevice) -> None:
    x, z = emulator.to_device(np.arange(8, dtype=np.float32)), emulator.zeros(8)
    result = run_kernel(kernel(8), {"x": x, "z": z, "a": 1, "b": 2})
    assert result == {"z": z}
    assert z.to_host().tolist() == [2.0 * i for i in range(8)]


def test_code_is_loaded_once_for_each_kernel_and_device(emulator: EmulatedDevice) -> None:
    one = kernel(8)
    x = np.zeros(8, np.float32)
    for _ in range(3):
        run_kernel(one, {"x": x, "z": x, "a": 1, "b": 2}, emulator)
    assert one.built == ["sm_90"]
    for _ in range(KEPT_MODULES):
        run_kernel(kernel(8), {"x": x, "z": x, "a": 1, "b": 2}, emulator)
    run_kernel(one, {"x": x, "z": x, "a": 1, "b": 2}, emulator)
    assert one.built == ["sm_90", "sm_90"]


@pytest.mark.parametrize(
    ("inputs", "error", "id"),
    [
        ({"x": np.zeros(7, np.float32)}, LaunchError, "LCH020"),
        ({"x": np.zeros(8, np.float64)}, DriverError, "DEV045"),
        ({"a": "text"}, DriverError, "DEV044"),
        ({"a": None}, DriverError, "DEV044"),
        ({"n": -1}, DriverError, "DEV044"),
    ],
)
def test_wrong_inputs(emulator: EmulatedDevice, inputs: dict[str, Any], error: type, id: str) -> None:
    good = {"x": np.zeros(8, np.float32), "z": np.zeros(8, np.float32), "a": 1, "b": 2}
    with pytest.raises(error) as caught:
        run_kernel(kernel(8), {**good, **inputs}, emulator)
    assert caught.value.id == id


def test_a_missing_scalar(emulator: EmulatedDevice) -> None:
    array = emulator.zeros(8)
    with pytest.raises(DriverError, match="no value for 'b'") as caught:
        run_kernel(kernel(8), {"x": array, "z": array, "a": 1})
    assert caught.value.id == "DEV044"


def test_the_module_used_longest_ago_goes_first() -> None:
    kept = LoadedModules(limit=2)
    loads: list[str] = []

    def use(key: str) -> Any:
        return kept.get(key, lambda: cast(Any, loads.append(key) or key))

    assert [use(key) for key in "abacab"] == list("abacab")
    assert loads == ["a", "b", "c", "b"]


def test_a_dropped_device_goes_with_all_that_it_loaded() -> None:
    device = EmulatedDevice()
    x = np.zeros(8, np.float32)
    run_kernel(kernel(8), {"x": x, "z": x, "a": 1, "b": 2}, device)
    gone = weakref.ref(device)
    del device
    gc.collect()
    assert gone() is None


def test_targets(emulator: EmulatedDevice) -> None:
    def choose(device: str, *targets: str) -> str:
        return best_target(SimpleNamespace(name="tuned", targets=lambda: targets), EmulatedDevice(device))  # type: ignore[arg-type]

    assert choose("sm_90a", "sm_80", "sm_90", "sm_90a") == "sm_90a"
    assert choose("sm_100", "sm_80", "sm_90a", "sm_90") == "sm_90"
    assert choose("sm_86", "sm_75", "sm_90") == "sm_75"
    with pytest.raises(DriverError) as caught:
        choose("sm_80", "sm_90")
    assert caught.value.id == "DEV046"


def test_plans_on_a_gpu(cuda: CudaDevice, fake: FakeCuda) -> None:
    one = kernel(64)
    x, z = cuda.zeros(64), cuda.zeros(64)
    module = cuda.load_module(one.build("sm_90", level="O2"))
    stream = cuda.create_stream()
    for _ in range(2):
        run_plan(cuda, module, one.plan(), one.signature, {"x": x, "z": z, "n": 64, "a": 1, "b": 1}, stream)
    assert [launch.config.hStream for launch in fake.launches] == [stream.handle] * 4
    assert cuda.pool.statistics.reuses == 1
    with cuda.capture() as graph:
        run_plan(cuda, module, one.plan(), one.signature, {"x": x, "z": z, "n": 64, "a": 1, "b": 1})
    assert graph.nodes == 3
    gc.collect()
    assert cuda.pool.statistics.live == 3


def test_arrays_of_torch_come_back_as_torch(
    cuda: CudaDevice, fake: FakeCuda, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch: Any = ModuleType("torch")
    torch.cuda = SimpleNamespace(current_stream=lambda ordinal: SimpleNamespace(cuda_stream=0x7700))
    torch.from_dlpack = lambda array: ("tensor", array)
    monkeypatch.setitem(sys.modules, "torch", torch)
    theirs = cuda.zeros(64)

    class Tensor:
        __module__ = "torch"
        __dlpack__ = staticmethod(theirs.__dlpack__)
        __dlpack_device__ = staticmethod(theirs.__dlpack_device__)

    x = Tensor()
    (result,) = run_kernel(kernel(64, Doubled), {"x": x}, cuda).values()
    assert result[0] == "tensor"
    assert {launch.config.hStream for launch in fake.launches} == {0x7700}
    assert result[1].shape == (64,)
    updated = run_kernel(kernel(64), {"x": x, "z": x, "a": 1, "b": 1}, cuda)
    assert updated["z"] is x


def test_the_default_device_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTXGEN_DEVICE", "emulator")
    device: Device = default_device()
    assert default_device() is device
    device.close()
    assert default_device() is not device
