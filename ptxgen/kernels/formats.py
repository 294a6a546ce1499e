"""The field of a kernel that names a weight format."""

from __future__ import annotations

from typing import Any

import attrs

from ptxgen.kernels.errors import KernelError
from ptxgen.quant import FORMATS, BlockFormat


def weight_format(default: BlockFormat) -> Any:
    """A weight format, given as such or by its GGUF name. KRN021."""
    return attrs.field(default=default, converter=_format, metadata={"named": FORMATS})


def _format(value: Any) -> BlockFormat:
    if isinstance(value, BlockFormat):
        return value
    try:
        return FORMATS[str(value).upper()]
    except KeyError:
        raise KernelError(
            "KRN021", f"there is no weight format {value!r}", help=f"formats: {', '.join(FORMATS)}"
        ) from None
