"""A process of the pool: answers one checked query after the other over its pipes, with limits, and ends with the server.

A request is a line of JSON on stdin: `folder`, `query`, `media` and `prefixes`. An empty line on stdout says that the process is
ready, then one that it has begun with a query. The reply is a line of JSON, the header of
`kg.output.rdf.query_process.outcome` with the number of `bytes` that follow it, and whether the process can be used `again`.
"""

import json
import os
import queue
import signal
import sys
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.output.rdf.query_process import STACK, outcome

_OPEN: Final = 4  # stores that stay open
_LARGE: Final = 256 << 20  # bytes: a process that still holds more after a query is replaced


def main(memory: str, seconds: str) -> None:
    """Answer the requests on stdin until it closes, or a query has used the time.

    Parameters
    ----------
    memory : str
        How many bytes the process may use.
    seconds : str
        After how many seconds of one query the operating system ends the process: a second guard behind the server's own.
    """
    with suppress(ImportError):  # Windows has none
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.stack_size(STACK)
    threading.Thread(target=_work, args=(requests, int(memory), float(seconds)), daemon=True).start()
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)  # the server is gone, however it ended: also in the middle of a query


def _work(requests: "queue.SimpleQueue[bytes]", memory: int, seconds: float) -> None:
    stores: OrderedDict[str, ox.Store] = OrderedDict()

    def opened(folder: str) -> ox.Store:
        if folder not in stores:
            stores[folder] = ox.Store.read_only(folder)
        stores.move_to_end(folder)
        while len(stores) > _OPEN:
            stores.popitem(last=False)
        return stores[folder]

    try:
        _write(b"\n")
        while True:
            asked = json.loads(requests.get())
            _alarm(seconds)
            _write(b"\n")
            header, data = outcome(
                opened, asked["folder"], asked["query"], memory=memory, media=asked["media"], prefixes=asked["prefixes"]
            )
            _alarm(0)
            header |= {"bytes": len(data), "again": _held() < _LARGE}
            _write(json.dumps(header).encode() + b"\n" + data)
    finally:
        sys.stderr.flush()
        os._exit(1)


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _held() -> int:
    """The memory that the process holds now, in bytes; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(*sys.argv[1:])
