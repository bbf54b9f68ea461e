"""kg: a knowledge graph of works and citations from a reading list; influence, forgetting, paths, maps, SPARQL.

The public names are imported when first used, so that `import kg` costs nothing.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.graph.citation_graph import CitationGraph
    from kg.graph.folder import Workspace
    from kg.library.demo import demo
    from kg.library.diff import diff
    from kg.library.doctor import doctor
    from kg.library.graph import Graph, open_graph
    from kg.library.ingest import ingest
    from kg.library.resolve import resolve
    from kg.library.start import start
    from kg.library.verify import verify
    from kg.model import Citation, Outcome, Work

__version__ = "0.1.0"
__all__ = [
    "Citation",
    "CitationGraph",
    "Graph",
    "KgError",
    "Outcome",
    "Work",
    "Workspace",
    "demo",
    "diff",
    "doctor",
    "ingest",
    "open_graph",
    "resolve",
    "start",
    "verify",
]

_HOMES = {
    "Citation": "model",
    "CitationGraph": "graph.citation_graph",
    "Graph": "library.graph",
    "KgError": "errors",
    "Outcome": "model",
    "Work": "model",
    "Workspace": "graph.folder",
    "demo": "library.demo",
    "diff": "library.diff",
    "doctor": "library.doctor",
    "open_graph": "library.graph",
    "resolve": "library.resolve",
    "start": "library.start",
    "verify": "library.verify",
}


class _CallablePackage(ModuleType):
    """The package `kg.ingest`, which is also the function `kg.ingest(files, graph=...)` of `kg.library.ingest`."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.__wrapped__(*args, **options)

    @property
    def __wrapped__(self) -> Any:
        return import_module("kg.library.ingest").ingest

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return self.__wrapped__.__doc__  # type: ignore[no-any-return]


import_module("kg.ingest").__class__ = _CallablePackage


class _CorpusPackage(ModuleType):
    """The package `kg.corpus`, which also does what the commands `kg corpus` do, by their names: `kg.corpus.build(...)`."""


def _offered(home: str, name: str) -> property:
    """A function as an attribute of `kg.corpus`, whether a module of that package has its name or not."""
    return property(lambda _: getattr(import_module(home), name), lambda *_: None)


for _name, _home in (
    ("build", "kg.library.corpus"),
    ("info", "kg.library.corpus"),
    ("generate", "kg.corpus.generate"),
    ("measure", "kg.library.corpus"),
    ("cut", "kg.library.corpus_cut"),
):
    setattr(_CorpusPackage, _name, _offered(_home, _name))
import_module("kg.corpus").__class__ = _CorpusPackage


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(f"kg.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
