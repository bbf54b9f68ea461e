"""Citations reported: how often the source of a record says a work is cited."""

import numpy as np

from kg.analysis.scores import Scores, conventions, reasons
from kg.graph.citation_graph import CitationGraph


def citations_reported(graph: CitationGraph) -> Scores:
    """How many citations of a work its source says there are.

    The source's own count, in and out of this graph; null where no source gave one. Unit: citations; range 0 and up. It
    rests on lists not seen here, so it has neither bounds nor coverage. Own column: `citations_held`, beside it.

    >>> g = CitationGraph.from_edges([("B", "A")], reported_citations={"A": 120})
    >>> citations_reported(g)["A"]
    120.0

    Source: Garfield (1955), Citation indexes for science.
    """
    import pandas as pd

    value = pd.to_numeric(graph.works["reported_citations"]).to_numpy(np.float64, na_value=np.nan)
    notes = conventions(graph, cycles="of no effect", backward="of no effect", undated="kept")
    return Scores.of(
        graph,
        "citations_reported",
        value,
        n=np.nan_to_num(value),
        coverage=None,
        reason=reasons({"no source reports a count": np.isnan(value)}),
        notes=notes,
        whole=True,
        own={"citations_held": graph.citers.counts()},
    )
