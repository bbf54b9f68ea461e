"""Fetch the reference lists that leave a question open, from Semantic Scholar into the graph."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.graph.writer import Writer
from kg.ingest.resolve.reference import reference_of
from kg.ingest.sources.http import GaveUp, RequestLimit
from kg.model import Batch, Outcome, Retrieval, Work

if TYPE_CHECKING:
    from kg.ingest.sources.s2.source import S2Source


@dataclass(slots=True)
class Fetched:
    """The outcomes of the lists asked for, whether the limit on requests cut them short (`cut`), and why one failed."""

    lists: Counter[Outcome] = field(default_factory=Counter)
    cut: bool = False
    why: str = ""


def fetch_lists(writer: Writer, works: Sequence[Work], source: "S2Source", *, known: Sequence[Work] = ()) -> Fetched:
    """Find works in a source and fetch their reference lists; every page is kept as it comes.

    `source` reaches one hop back. A work it does not know gets the outcome NOT_FOUND, one that it
    gives no usable answer to FAILED. The `known` works are found too
    where they have no identifier, so that a list fetched is seen to name them; their own lists are not fetched. Raises
    SourceError where the source gives up; what came before is kept.
    """
    fetched = Fetched()
    ids = {work.id for work in works}
    nameless = [work for work in known if not work.identifiers and work.id not in ids]
    try:
        source.look_up(name for work in works for name in work.identifiers)
        found = []
        for work in (*nameless, *works):
            try:
                _, match = source.resolve(reference_of(work))
                missed = Outcome.NOT_FOUND
            except GaveUp as error:
                match, missed, fetched.why = None, Outcome.FAILED, error.message
            if match:
                names = dict.fromkeys((*work.identifiers, match.id, *match.identifiers))
                writer.add(Batch(works=[replace(work, year=work.year or match.year, identifiers=tuple(names))]))
            if work not in works:
                continue
            if match:
                found.append(match)
            else:
                none = Retrieval(work=work.id, list="references", outcome=missed, source=source.name)
                writer.add(Batch(retrievals=[none]))
                fetched.lists[missed] += 1
        crawl = source.crawl(found)
        for fetch in (crawl.prepare, crawl.finish):
            for batch in fetch():
                writer.add(batch)
                fetched.lists.update(retrieval.outcome for retrieval in batch.retrievals)
                if any(retrieval.outcome is Outcome.FAILED for retrieval in batch.retrievals):
                    fetched.why = batch.remarks[-1].reason
    except RequestLimit:
        fetched.cut = True
    return fetched
