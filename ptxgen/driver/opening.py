"""Which device a name stands for."""

from __future__ import annotations

import re
import threading

from ptxgen.driver.device import Device
from ptxgen.driver.errors import DriverError
from ptxgen.settings import Settings

_NAME = re.compile(r"(?P<kind>cuda|emulator)(:(?P<ordinal>\d+))?")
_lock = threading.Lock()
_default: dict[str, Device] = {}


def open_device(
    name: str = "auto", *, debug: bool | None = None, sanitize: bool | str | tuple[str, ...] = False
) -> Device:
    """A device: `cuda` (the first GPU), `cuda:1`, `emulator`, or `auto`: the GPU if there is one, else the emulator.

    `PTXGEN_DEVICE` says what `auto` is. `debug` (default: `PTXGEN_DEBUG`) waits for each launch and checks it; on the
    emulator it also reports reads of memory that nobody wrote. `sanitize` (emulator only) lets sanitizers watch every
    launch: `True` for all, names of some (`("racecheck",)`), `"collect"` to gather findings in `device.findings`
    instead of raising SanitizerError. Raises DriverError: DEV001 for an unknown name,
    DEV002 when there is no such GPU, with what is missing and how to get it.
    """
    if name == "auto":
        name = Settings.current().device
    if name == "auto" and sanitize:
        name = "emulator"
    if name == "auto":
        try:
            return _open("cuda", debug, sanitize)
        except DriverError as error:
            if error.id != "DEV002":
                raise
            return _open("emulator", debug, sanitize)
    return _open(name, debug, sanitize)


def default_device(name: str = "auto") -> Device:
    """`open_device(name)`, opened once a process: what kernels run on when no device is given."""
    if name == "auto":
        name = Settings.current().device
    with _lock:
        device = _default.get(name)
        if device is None or device.closed:
            device = _default[name] = open_device(name)
        return device


def _open(name: str, debug: bool | None, sanitize: bool | str | tuple[str, ...]) -> Device:
    match = _NAME.fullmatch(name)
    if match is None or (match["kind"] == "emulator" and match["ordinal"]):
        raise DriverError(
            "DEV001", f"there is no device {name!r}", help='devices: "auto", "cuda", "cuda:1", "emulator"'
        )
    if match["kind"] == "emulator":
        from ptxgen.driver.emulated.device import EmulatedDevice

        return EmulatedDevice(debug=debug, sanitize=sanitize)
    if sanitize:
        raise DriverError(
            "DEV004",
            f"the sanitizers watch the emulator, not {name!r}",
            help='open_device("emulator", sanitize=...); for a GPU there is compute-sanitizer',
        )
    from ptxgen.driver.cuda.device import CudaDevice

    return CudaDevice(int(match["ordinal"] or 0), debug=debug)
