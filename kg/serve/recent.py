"""Answers kept beside the graph they were asked of: the same table sorted otherwise, or downloaded, is not computed again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from kg.library.graph import Graph

_MOST = 12  # answers of one kind
_LOCK = threading.Lock()
Found = TypeVar("Found")


def recent(graph: Graph, key: Hashable, ask: Callable[[], Found], *, kind: str = "", most: int = _MOST) -> Found:
    """The answer to a question, asked now or one of the last of its kind.

    Parameters
    ----------
    graph : Graph
        The graph, in whose `results` answers are kept, as long as it lives.
    key : hashable
        The question with its options.
    ask : callable
        Asks it.
    kind : str
        Answers that are kept apart from others.
    most : int
        How many of this kind to keep: answers with tables of all works take some 20 MB each.
    """
    with _LOCK:
        kept: OrderedDict[Hashable, Found] = graph.results.setdefault((recent, kind), OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
        asking: dict[Hashable, threading.Lock] = graph.results.setdefault((recent, kind, "asking"), {})
        mine = asking.setdefault(key, threading.Lock())
    with mine:  # one asks, others that ask the same wait for its answer
        with _LOCK:
            if key in kept:
                return kept[key]
        found = ask()
    with _LOCK:
        asking.pop(key, None)
        kept[key] = found
        kept.move_to_end(key)
        while len(kept) > most:
            kept.popitem(last=False)
    return found
