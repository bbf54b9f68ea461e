"""Answers kept beside the graph they were asked of: the same table sorted otherwise, or downloaded, is not computed again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from kg.library.graph import Graph

_LOCK = threading.Lock()
Found = TypeVar("Found")


def recent(
    graph: Graph, kind: str, options: Mapping[str, Hashable], ask: Callable[[], Found], *, most: int = 4
) -> Found:
    """The answer to a question, asked now or one of the last of its kind.

    Parameters
    ----------
    graph : Graph
        The graph, in whose `results` answers are kept, as long as it lives.
    kind : str
        What is asked.
    options : Mapping
        With which options.
    ask : callable
        Asks it.
    most : int
        How many answers of this kind to keep; those with tables of all works take some 20 MB each.
    """
    key = tuple(sorted(options.items()))
    with _LOCK:
        kept: OrderedDict[Hashable, Found] = graph.results.setdefault((recent, kind), OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    found = ask()
    with _LOCK:
        kept[key] = found
        kept.move_to_end(key)
        while len(kept) > most:
            kept.popitem(last=False)
    return found
