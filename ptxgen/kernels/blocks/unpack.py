"""How the lanes of a warp share a quantised block: the face that every format shows to every strategy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ptxgen.kernels.errors import KernelError
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


class Unpacker(Protocol):
    """One lane's share of a block. Made once, before the loop over blocks.

    The weights of the share belong to the columns `column + offset + i` of the block, for each of `quads`' offsets and
    i < 4, so that activations can be loaded four at a time.
    """

    @property
    def column(self) -> Value:
        """The block's column of the share's first weight."""
        ...

    @property
    def quads(self) -> Sequence[int]:
        """Offsets from `column`, in the order in which weights are unpacked."""
        ...

    def load(self, block: Pointer) -> Any:
        """Start the loads of the lane's share. `block` is aligned as the format says."""
        ...

    def decode(self, loaded: Any) -> Any:
        """Work on scales that is done once for a share."""
        ...

    def weights(self, decoded: Any, quad: int) -> list[Value]:
        """The four float32 weights of `quads[quad]`, equal to the format's `decode` up to the sign of zeros."""
        ...


UnpackerFactory = Callable[["KernelBuilder", "Value", int], Unpacker]


def unpacker(format: BlockFormat) -> UnpackerFactory:
    """What makes a format's unpackers, from (k, the lane's position in the block, bytes of codes a lane loads).

    KRN020 for a format that kernels cannot unpack yet.
    """
    from ptxgen.kernels.blocks.unpack_q4_k import Q4KUnpacker

    factories: dict[str, UnpackerFactory] = {"Q4_K": Q4KUnpacker}
    try:
        return factories[format.name]
    except KeyError:
        raise KernelError(
            "KRN020", f"no kernel unpacks {format.name}", help=f"formats: {', '.join(factories)}"
        ) from None
