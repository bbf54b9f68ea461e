"""Pages that take seconds: made beside the requests, so that who asks is told how long it has taken."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from starlette.responses import Response

from kg.serve.jobs import Busy

_WAITING = 6  # pages that are being made or wait for it
_FILE_S = 20.0  # for which one for a file does
_FILES = 4  # such requests at once: each keeps a thread of the server busy
_HELD = 50  # pages
_BYTES = 48_000_000  # of the pages that are held
_SMALL = 1_000_000  # bytes of a page that is given up after the larger ones
_PATIENCE_S = 0.8  # for which a request waits before it is told


@dataclass
class _Making:
    """One page: since when it is asked for, and what came of it."""

    since: float
    ended: threading.Event = field(default_factory=threading.Event)
    made: Response | None = None
    error: Exception | None = None
    given: bool = False


class Slow:
    """Responses by key, each made once in a thread of its own and held as long as there is room.

    Parameters
    ----------
    most : int
        How many bytes of bodies to hold.
    """

    def __init__(self, most: int = _BYTES) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._seats = threading.BoundedSemaphore(_FILES)
        self._all: OrderedDict[Hashable, _Making] = OrderedDict()

    def response(
        self, key: Hashable, make: Callable[[], Response], *, patience_s: float = _PATIENCE_S, file: bool = False
    ) -> Response | float:
        """The response of a key, or for how many seconds it has been made so far.

        Parameters
        ----------
        key : hashable
            What the response depends on.
        make : callable
            Makes it; what it raises is raised to the first that asks afterwards.
        patience_s : float
            Seconds to wait for it.
        file : bool
            It is to be saved: wait longer, if few others do, so that the page it is asked from stays.

        Raises
        ------
        Busy
            If too many pages are being made.
        """
        with self._lock:
            making = self._all.get(key)
            if making is None:
                if sum(not one.ended.is_set() for one in self._all.values()) >= _WAITING:
                    raise Busy("too many large pages are being made", "try again in a minute")
                making = self._all[key] = _Making(time.monotonic())
                threading.Thread(target=self._make, args=(making, make), daemon=True).start()
            self._all.move_to_end(key)
        longer = file and self._seats.acquire(blocking=False)
        try:
            if not making.ended.wait(_FILE_S if longer else patience_s):
                return time.monotonic() - making.since
        finally:
            if longer:
                self._seats.release()
        with self._lock:
            making.given = True
            if making.error:
                self._all.pop(key, None)
            self._give_up()
        if making.error:
            raise making.error
        assert making.made is not None  # noqa: S101  (it has ended without an error)
        return making.made

    def _give_up(self) -> None:
        """Forget pages beyond what is held: large ones that were given out first, what nobody has got yet last."""
        sizes = {
            key: len(bytes(each.made.body)) if each.made else 0
            for key, each in self._all.items()
            if each.ended.is_set()
        }
        total, left = sum(sizes.values()), len(self._all)
        for key in sorted(sizes, key=lambda key: (not self._all[key].given, sizes[key] < _SMALL)):
            if total <= self.most and left <= _HELD:
                return
            total, left = total - sizes[key], left - 1
            del self._all[key]

    def _make(self, making: _Making, make: Callable[[], Response]) -> None:
        try:
            making.made = make()
        except Exception as error:  # noqa: BLE001  (raised to who asked)
            making.error = error
        finally:
            making.ended.set()
