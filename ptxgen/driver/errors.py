"""The one exception type of running code, whichever device runs it."""

from __future__ import annotations

from ptxgen.errors import PtxgenError, SourceLocation


class DriverError(PtxgenError):
    """A device refused, failed, or is not there (ids DEV0xx).

    `code` is the CUDA driver's own name of the error, such as `CUDA_ERROR_ILLEGAL_ADDRESS`, or empty. `log` is
    what the compiler of the driver, or the emulator, had to say.
    """

    def __init__(
        self,
        id: str,
        message: str,
        *,
        help: str = "",
        location: SourceLocation | None = None,
        line: int = 0,
        notes: tuple[str, ...] = (),
        code: str = "",
        log: str = "",
    ) -> None:
        super().__init__(id, message, help=help, location=location, line=line, notes=notes)
        self.code = code
        self.log = log
