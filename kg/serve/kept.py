"""Pages that were made, kept as long as their graph stays as it is: most are asked for again, and some take a second."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from starlette.responses import Response

_BYTES = 32_000_000


class Kept:
    """Responses by key, the least recently used given up first.

    Parameters
    ----------
    most : int
        How many bytes of bodies to keep.
    """

    def __init__(self, most: int = _BYTES) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}
        self._held: OrderedDict[Hashable, Response] = OrderedDict()
        self._bytes = 0

    def response(self, key: Hashable, make: Callable[[], Response]) -> Response:
        """The response of a key: the one kept, or one made now, by one thread while others that ask for it wait.

        Parameters
        ----------
        key : hashable
            What the response depends on.
        make : callable
            Makes it; what it raises is raised to every one that asks.
        """
        if (found := self._find(key)) is not None:
            return found
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        try:
            with making:
                if (found := self._find(key)) is not None:
                    return found
                made = make()
                if made.status_code == 200:
                    self._keep(key, made)
                return made
        finally:
            with self._lock:
                self._making.pop(key, None)

    def _find(self, key: Hashable) -> Response | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def _keep(self, key: Hashable, made: Response) -> None:
        size = _size(key, made)
        if size > self.most // 4:
            return
        with self._lock:
            self._held[key] = made
            self._bytes += size
            while self._bytes > self.most:
                self._bytes -= _size(*self._held.popitem(last=False))


def _size(key: Hashable, made: Response) -> int:
    """About the bytes that a response and its key take."""
    return len(bytes(made.body)) + len(repr(key)) + 2_000
