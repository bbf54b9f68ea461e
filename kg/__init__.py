"""kg: a knowledge graph of works and citations from a reading list; influence, forgetting, paths, maps, SPARQL.

The public names are imported when first used, so that `import kg` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.graph.citation_graph import CitationGraph
    from kg.graph.folder import Workspace
    from kg.library.graph import Graph, open_graph
    from kg.model import Citation, Outcome, Work

__version__ = "0.1.0"
__all__ = ["Citation", "CitationGraph", "Graph", "KgError", "Outcome", "Work", "Workspace", "open_graph"]

_HOMES = {
    "Citation": "model",
    "CitationGraph": "graph.citation_graph",
    "Graph": "library.graph",
    "KgError": "errors",
    "Outcome": "model",
    "Work": "model",
    "Workspace": "graph.folder",
    "open_graph": "library.graph",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(f"kg.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
