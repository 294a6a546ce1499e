"""What a device has loaded for kernels that are called again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from ptxgen.driver.kernels import LoadedModule


class LoadedModules:
    """At most `limit` modules by key; the one used longest ago goes first. Safe from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._modules: OrderedDict[Hashable, LoadedModule] = OrderedDict()

    def get(self, key: Hashable, load: Callable[[], LoadedModule]) -> LoadedModule:
        """The module of that key, loaded now if it is not here."""
        with self._lock:
            module = self._modules.get(key)
            if module is not None:
                self._modules.move_to_end(key)
                return module
        # Loading takes long: others go on meanwhile, and two that load the same keep the first.
        made = load()
        with self._lock:
            module = self._modules.setdefault(key, made)
            if len(self._modules) > self._limit:
                self._modules.popitem(last=False)
            return module
