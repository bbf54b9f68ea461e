"""What sources say of a citation besides that it is there. Standard library only."""

from typing import TYPE_CHECKING, Any

from kg.graph.folder import Workspace
from kg.model import Citation

if TYPE_CHECKING:
    from kg.analysis.paths.influential import Evidence, Weigh


def evidence_of(c: Citation) -> dict[str, Any]:
    """One record of a citation as the documents give it."""
    return {
        "source": c.source,
        "method": c.method or None,
        "contexts": list(c.contexts),
        "intents": list(c.intents),
        "influential": c.influential,
    }


def weigh_by(space: Workspace) -> "Weigh":
    """What the store knows of the citations a work makes, by the work's number."""
    from kg.analysis.paths.influential import Evidence

    index, store = space.arrays, space.store

    def weigh(citing: int) -> "dict[int, Evidence]":
        known: dict[int, Evidence] = {}
        for c in store.citations("c.citing = ?", (index.rows[citing],)):
            if c.influential is None and not c.intents and not c.contexts:
                continue
            cited = index.numbers[store.row(c.cited) or 0]
            before = known.get(cited, Evidence())
            flags = [flag for flag in (before.influential, c.influential) if flag is not None]
            most = max(before.contexts, len(c.contexts))
            known[cited] = Evidence(any(flags) if flags else None, (*before.intents, *c.intents), most)
        return known

    return weigh
