"""The figures of whole catalogues that a graph holds: of its works, and from which corpora. Standard library only."""

from collections.abc import Iterable, Iterator
from typing import Any

from kg.facts import Fact
from kg.global_figures import FACT, GlobalFigures, figures_in, in_brief
from kg.graph.folder import Workspace
from kg.text import counted

_OF = """SELECT f.name, f.value, s.name FROM fact f JOIN source s ON s.n = f.source
    WHERE f.work = (SELECT n FROM work WHERE id = ?) AND f.name = ?"""
_CORPORA = """SELECT s.name, json_extract(f.value, '$.catalogue'), json_extract(f.value, '$.corpus'), json_extract(f.value, '$.snapshot'), json_extract(f.value, '$.generated'), count(*),
    sum(coalesce(json_extract(f.value, '$.references') = 0, 0)), max(json_extract(f.value, '$.references')), max(json_extract(f.value, '$.citations'))
    FROM fact f JOIN source s ON s.n = f.source WHERE f.name = ? AND json_valid(f.value) GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 4"""


def figures_of(space: Workspace, ids: Iterable[str]) -> dict[str, tuple[GlobalFigures, ...]]:
    """The records of these works, by work id; works without any are left out."""
    said = {id_: map(Fact._make, space.store.db.execute(_OF, (id_, FACT))) for id_ in ids}
    return {id_: found for id_, facts in said.items() if (found := figures_in(facts))}


def first_in_brief(found: Iterable[GlobalFigures]) -> tuple[str, GlobalFigures] | None:
    """The standing in the latest snapshot that could compare the work, as "93 of 100", and whose it is; None without one."""
    return next(((words, each) for each in found if (words := in_brief(each))), None)


def corpora(space: Workspace) -> list[dict[str, Any]]:
    """The corpora that works of the graph were cut from: how many works, how many of them named, within how many hops."""
    return [
        {
            "source": source,
            "catalogue": str(catalogue or ""),
            "corpus": str(corpus or ""),
            "snapshot": str(snapshot or ""),
            "generated": bool(generated),
            "works": works,
            "named": named,
            "hops": {"references": references, "citations": citations},
        }
        for source, catalogue, corpus, snapshot, generated, works, named, references, citations in space.store.db.execute(
            _CORPORA, (FACT,)
        )
    ]


def corpora_in_words(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A line for each of these corpora."""
    for cut in found:
        head = {name: cut[name] for name in ("source", "catalogue", "corpus", "snapshot", "generated")}
        ways = ((cut["hops"][name], way) for name, way in (("references", "back"), ("citations", "forward")))
        hops = " and ".join(f"{counted(most, 'hop')} {way}" for most, way in ways if most)
        within = f"within {hops} of " if hops else ""
        corpus = "" if cut["generated"] or not cut["snapshot"] else f", corpus {cut['corpus']}"
        works, named = counted(cut["works"], "work"), counted(cut["named"], "work")
        yield f"{works} cut from {GlobalFigures(**head).there}{corpus}: {within}{named} named"
