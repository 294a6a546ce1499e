"""One exception type for whoever runs code, whatever it is that refused or failed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from ptxgen.driver.errors import DriverError
from ptxgen.emulator.sanitizers.findings import SanitizerError
from ptxgen.errors import PtxgenError


@contextmanager
def emulator_faults() -> Generator[None]:
    """Turn what the emulator and the parser raise into DriverError, under their own ids."""
    try:
        yield
    except (DriverError, SanitizerError):
        raise
    except PtxgenError as error:
        raise DriverError(
            error.id,
            error.message,
            help=error.help,
            location=error.location,
            line=error.line,
            notes=error.notes,
            log=str(error),
        ) from error
