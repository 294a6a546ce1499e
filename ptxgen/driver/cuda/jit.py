"""From PTX text to a cubin by the driver's own compiler, whose log is always read, and kept on disk."""

from __future__ import annotations

import ctypes
from typing import Any

from attrs import frozen

from ptxgen.driver.code_cache import CodeCache, digest
from ptxgen.driver.cuda.bindings import Bindings
from ptxgen.driver.errors import DriverError
from ptxgen.driver.source import Source, compile_error

LOG_BYTES = 64 << 10

_REFUSALS = frozenset(
    {
        "CUDA_ERROR_INVALID_PTX",
        "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
        "CUDA_ERROR_NO_BINARY_FOR_GPU",
        "CUDA_ERROR_INVALID_IMAGE",
        "CUDA_ERROR_INVALID_SOURCE",
        "CUDA_ERROR_JIT_COMPILATION_DISABLED",
    }
)


@frozen
class JitOptions:
    """What the driver's compiler is told. `line_info` keeps PTX lines for profilers."""

    optimisation: int = 4
    line_info: bool = True

    def values(self, api: Any) -> dict[Any, Any]:
        """Options as the driver takes them."""
        option = api.CUjit_option
        return {
            option.CU_JIT_OPTIMIZATION_LEVEL: self.optimisation,
            option.CU_JIT_GENERATE_LINE_INFO: int(self.line_info),
        }

    def key(self) -> str:
        """What of them decides the code."""
        return f"-O{self.optimisation} line_info={int(self.line_info)}"


def compile_source(
    cu: Bindings, source: Source, options: JitOptions, cache: CodeCache | None, machine: tuple[str, ...]
) -> tuple[bytes, str]:
    """The cubin, and its name in the cache. `machine` is driver and target, on which the code depends.

    The context must be current. DEV011 with the log and the author's line if the compiler refuses the text.
    """
    key = digest(source.text, options.key(), *machine)
    found = cache.get(key) if cache is not None else None
    if found is not None:
        return found, key
    cubin = _link(cu, source, options)
    if cache is not None:
        cache.put(key, cubin)
    return cubin, key


def _link(cu: Bindings, source: Source, options: JitOptions) -> bytes:
    api = cu.api
    log = bytearray(LOG_BYTES)
    values = {
        **options.values(api),
        api.CUjit_option.CU_JIT_ERROR_LOG_BUFFER: log,
        api.CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES: len(log),
    }
    state = cu("cuLinkCreate", len(values), list(values.keys()), list(values.values()))
    try:
        text = source.text.encode() + b"\0"
        name = source.name.encode(errors="replace") + b"\0"
        cu("cuLinkAddData", state, api.CUjitInputType.CU_JIT_INPUT_PTX, text, len(text), name, 0, [], [])
        address, size = cu("cuLinkComplete", state)
        return ctypes.string_at(int(address), int(size))
    except DriverError as error:
        if error.code not in _REFUSALS:
            raise
        message = bytes(log).split(b"\0", 1)[0].decode(errors="replace")
        raise compile_error(source, message, error.code, "the CUDA driver") from error
    finally:
        cu("cuLinkDestroy", state)
