"""Loading and launching on the recording driver: JIT log, cache, attributes, arguments, launch attributes."""

from __future__ import annotations

import ctypes
import gc
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import DriverError, LaunchConfig
from ptxgen.driver.cuda.bindings import Bindings
from ptxgen.driver.cuda.device import CudaDevice
from ptxgen.driver.cuda.jit import JitOptions
from ptxgen.driver.parameters import ParameterBlock
from ptxgen.ir import KernelBuilder
from ptxgen.isa.types import f32
from tests.driver.cuda_enums import CUjit_option, CUlaunchAttributeID, CUresult
from tests.driver.fake_cuda import FakeCuda
from tests.driver.ptx import BY_VALUE, SAXPY


def passed(params: int, block: ParameterBlock) -> list[bytes]:
    """The bytes that a launch's parameter pointers lead to."""
    pointers = (ctypes.c_void_p * len(block)).from_address(params)
    return [ctypes.string_at(pointers[i] or 0, p.bytes) for i, p in enumerate(block.parameters)]


def test_text_is_compiled_by_the_driver_and_kept_on_disk(cuda: CudaDevice, fake: FakeCuda) -> None:
    first = cuda.load_module(SAXPY)
    calls = [n for n in fake.names() if n.startswith(("cuLink", "cuModule"))]
    assert calls == ["cuLinkCreate", "cuLinkAddData", "cuLinkComplete", "cuLinkDestroy", "cuModuleLoadData"]
    second = CudaDevice(bindings=Bindings(fake))
    assert second.load_module(SAXPY).kernels == first.kernels == ("saxpy",)
    assert fake.count("cuLinkCreate") == 1
    second.close()
    other = CudaDevice(bindings=Bindings(fake), options=JitOptions(optimisation=0))
    other.load_module(SAXPY)
    assert fake.count("cuLinkCreate") == 2
    options = [args[1:] for name, args in fake.calls if name == "cuLinkCreate"][1]
    assert dict(zip(*options, strict=True))[CUjit_option.CU_JIT_OPTIMIZATION_LEVEL] == 0
    other.close()


def test_a_cached_image_that_the_driver_refuses_is_compiled_again(cuda: CudaDevice, fake: FakeCuda) -> None:
    cuda.load_module(SAXPY)
    fake.fail["cuModuleLoadData"] = [CUresult.CUDA_ERROR_INVALID_IMAGE]
    cuda.load_module(SAXPY)
    assert fake.count("cuLinkCreate") == 2


def test_the_compiler_log_points_at_the_line(cuda: CudaDevice, fake: FakeCuda) -> None:
    text = SAXPY.replace("fma.rn.f32 %f3, %f2, %f1, %f3;", "refuse_me %f3;")
    with pytest.raises(DriverError) as caught:
        cuda.load_module(text, name="bad.ptx")
    error = caught.value
    assert (error.id, error.code) == ("DEV011", "CUDA_ERROR_INVALID_PTX")
    assert error.line == 1 + text.splitlines().index("    refuse_me %f3;")
    assert "Not a name of any known instruction" in error.message
    assert error.log.startswith("ptxas application ptx input")
    assert error.notes == ("ptx: refuse_me %f3;",)
    assert str(error.location) == f"bad.ptx:{error.line}"
    assert fake.names()[-2:] == ["cuLinkDestroy", "cuCtxPopCurrent"]


def test_the_compiler_log_points_at_the_python_line_of_built_code(cuda: CudaDevice, fake: FakeCuda) -> None:
    fake.refused = "st.global.f32"
    k = KernelBuilder("scale", target="sm_80")
    x = k.pointer("x", f32)
    x[k.tid.x] = k.const(f32, 1.0)
    with pytest.raises(DriverError) as caught:
        cuda.load_module(k.build())
    assert "x[k.tid.x] = k.const(f32, 1.0)" in str(caught.value)


def test_unknown_names(cuda: CudaDevice) -> None:
    module = cuda.load_module(SAXPY)
    with pytest.raises(DriverError) as kernel:
        module.get_kernel("axpy")
    with pytest.raises(DriverError) as variable:
        module.get_global("count")
    assert (kernel.value.id, variable.value.id) == ("DEV012", "DEV013")
    assert "saxpy" in kernel.value.help
    assert "counter" in variable.value.help


def test_globals_are_borrowed_and_keep_their_module(cuda: CudaDevice, fake: FakeCuda) -> None:
    variable = cuda.load_module(SAXPY).get_global("counter")
    gc.collect()
    assert (variable.address, variable.nbytes, variable.borrowed) == (0xABC000, 64, True)
    assert fake.count("cuModuleUnload") == 0
    variable.free()
    del variable
    gc.collect()
    assert fake.count("cuModuleUnload") == 1
    assert fake.count("cuMemFree") == 0


def test_a_kernel_keeps_its_module(cuda: CudaDevice, fake: FakeCuda) -> None:
    module = cuda.load_module(SAXPY)
    kernel = module.get_kernel("saxpy")
    assert module.get_kernel("saxpy") is kernel
    del module
    gc.collect()
    assert fake.count("cuModuleUnload") == 0
    assert kernel.attributes.registers == 40


def test_attributes_and_occupancy(cuda: CudaDevice) -> None:
    kernel = cuda.load_module(SAXPY).get_kernel("saxpy")
    a = kernel.attributes
    assert (a.registers, a.shared_bytes, a.local_bytes, a.max_threads) == (40, 1024, 16, 512)
    assert a.max_dynamic_shared_bytes == 232448 - 1024
    assert (kernel.occupancy(256).ctas_per_sm, kernel.occupancy(256).fraction) == (4, 0.5)


def test_arguments_reach_the_driver_as_bytes(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(SAXPY).get_kernel("saxpy")
    x, y = cuda.empty(8), cuda.empty(8)
    seen: list[list[bytes]] = []
    block = ParameterBlock(kernel.parameters, 32)
    real = fake.queue
    fake.queue = lambda stream, what: (seen.append(passed(fake.calls[-1][1][2], block)), real(stream, what))[
        1
    ]  # type: ignore[method-assign]
    kernel.launch(LaunchConfig(2, 256), [x, y, np.int32(-1), 2.5])
    assert seen == [
        [
            x.address.to_bytes(8, "little"),
            y.address.to_bytes(8, "little"),
            b"\xff\xff\xff\xff",
            np.float32(2.5).tobytes(),
        ]
    ]
    config = fake.launches[0].config
    assert (config.gridDimX, config.blockDimX, config.numAttrs) == (2, 256, 0)
    assert config.hStream == cuda.default_stream.handle


def test_aligned_structures_lie_aligned(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(BY_VALUE).get_kernel("tiled")
    seen: list[int] = []
    real = fake.queue
    fake.queue = lambda stream, what: (  # type: ignore[method-assign]
        seen.append(ctypes.c_void_p.from_address(fake.calls[-1][1][2]).value or 0),
        real(stream, what),
    )[1]
    kernel.launch(LaunchConfig(1, (32, 2)), [bytes(range(128))])
    assert seen[0] % 64 == 0


def test_launch_attributes(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(BY_VALUE).get_kernel("bounded")
    kernel.launch(
        LaunchConfig(16, 64, cluster=16, cooperative=True, programmatic_dependent=True, shared_bytes=100_000),
        [],
    )
    config = fake.launches[0].config
    ids = [a.id for a in config.attrs]
    assert ids == [
        CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION,
        CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_COOPERATIVE,
        CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION,
    ]
    assert config.attrs[0].value.clusterDim.x == 16
    settings = [args[1:] for name, args in fake.calls if name == "cuFuncSetAttribute"]
    assert settings == [(8, 100_000), (14, 1)]


def test_large_shared_memory_is_asked_for_once_and_only_when_needed(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(BY_VALUE).get_kernel("bounded")
    for shared_bytes in (47 * 1024, 60_000, 50_000, 60_000, 70_000):
        kernel.launch(LaunchConfig(1, 64, shared_bytes), [])
    settings = [args[1:] for name, args in fake.calls if name == "cuFuncSetAttribute"]
    assert settings == [(8, 60_000), (8, 70_000)]


def test_a_refused_launch_never_reaches_the_driver(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(SAXPY).get_kernel("saxpy")
    x = cuda.empty(8)
    refused: list[tuple[str, LaunchConfig, list[Any]]] = [
        ("DEV050", LaunchConfig(1, 4096), [x, x, 8, 2.0]),
        ("DEV050", LaunchConfig(1, 513), [x, x, 8, 2.0]),
        ("DEV052", LaunchConfig(1, 32, 232448), [x, x, 8, 2.0]),
        ("DEV040", LaunchConfig(1, 32), [x, x, 8]),
        ("DEV054", LaunchConfig(132 * 4 + 1, 32, cooperative=True), [x, x, 8, 2.0]),
    ]
    for id, config, arguments in refused:
        with pytest.raises(DriverError) as caught:
            kernel.launch(config, arguments)
        assert caught.value.id == id
    assert fake.count("cuLaunchKernelEx") == 0


def test_memory_that_a_kernel_still_uses_is_not_given_out(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(SAXPY).get_kernel("saxpy")
    x = cuda.empty(8)
    address = x.address
    kernel.launch(LaunchConfig(1, 8), [x, x, 8, 1.0], stream=cuda.create_stream())
    fake.busy_events = True
    x.buffer.free()
    assert cuda.empty(8).address != address
    fake.busy_events = False


def test_debug_names_the_launch_that_failed(fake: FakeCuda) -> None:
    device = CudaDevice(bindings=Bindings(fake), debug=True)
    kernel = device.load_module(BY_VALUE).get_kernel("bounded")
    fake.fail["cuStreamSynchronize"] = [CUresult.CUDA_ERROR_ILLEGAL_ADDRESS]
    with pytest.raises(DriverError, match="the launch of 'bounded' failed: cuStreamSynchronize") as caught:
        kernel.launch(LaunchConfig(1, 32), [])
    assert caught.value.code == "CUDA_ERROR_ILLEGAL_ADDRESS"
    device.close()


def test_without_debug_a_launch_does_not_wait(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(BY_VALUE).get_kernel("bounded")
    kernel.launch(LaunchConfig(1, 32), [])
    assert fake.count("cuStreamSynchronize") == 0


def test_code_that_ptxgen_cannot_parse_still_runs(cuda: CudaDevice, fake: FakeCuda) -> None:
    fake.parameter_sizes = [(0, 8), (8, 4)]
    text = (
        ".version 9.0\n.target sm_90a\n.entry later(.param .u64 p, .param .u32 n) { from_the_future.sync; }\n"
    )
    module = cuda.load_module(text)
    assert module.kernels == ()
    kernel = module.get_kernel("later")
    assert [(p.bytes, p.offset, p.type) for p in kernel.parameters] == [(8, 0, None), (4, 8, None)]
    kernel.launch(LaunchConfig(1, 32), [cuda.empty(4), np.int32(4)])
    assert fake.launches[0].name == "later"
    for bad, id in ((4, "DEV041"), (np.int64(4), "DEV042")):
        with pytest.raises(DriverError) as caught:
            kernel.launch(LaunchConfig(1, 32), [cuda.empty(4), bad])
        assert caught.value.id == id
