"""Lists of sources on the web: a batch that is filled row by row, as a source gives its references or citations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kg.model import Batch, Citation, Outcome, Remark, Retrieval, Work

REFERENCES, CITATIONS = "references", "citations"
MOST_ROWS = 80_000  # of one list that are kept
_CONTEXTS = 1_000  # of one citation; of one that is listed again and again no more are added
_BARE: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True, kw_only=True)
class ListPage(Batch):
    """Lists of one kind as a source gives them: each pair once, with how often it is listed.

    Attributes
    ----------
    kind : str
        "references" or "citations".
    source : str
        The name of the source.
    fetched_at : str or None
        When its answer came.
    """

    kind: str
    source: str
    fetched_at: str | None = None
    _names: set[tuple[str, ...]] = field(default_factory=set)  # all ids of each work that is here already
    _places: dict[tuple[str, str], int] = field(default_factory=dict)  # of each pair among the citations

    def add(self, work: Work, place: int, other: Work | None, row: Mapping[str, Any] = _BARE) -> None:
        """Add the row at a place of a work's list: the work it names, if any.

        The row may say more of the citation: `contexts`, `intents`, `isInfluential`.
        """
        self.records += 1
        if other is None:
            self.remarks.append(Remark(f"{work.id} {self.kind} row {place}", "a work without id and title"))
            return
        citing, cited = (work, other) if self.kind == REFERENCES else (other, work)
        self._describe(citing)
        self._describe(cited)
        at = self._places.setdefault((citing.id, cited.id), len(self.citations))
        known = self.citations[at] if at < len(self.citations) else None
        influential = row.get("isInfluential")
        citation = Citation(
            citing=citing.id,
            cited=cited.id,
            source=self.source,
            contexts=_joined(known.contexts if known else (), row.get("contexts")),
            intents=_joined(known.intents if known else (), row.get("intents")),
            influential=(known.influential or influential) if known else influential,
            times=known.times + 1 if known else 1,
        )
        self.citations[at : at + 1] = [citation]
        self.duplicates += known is not None
        self.loops += known is None and citing.id == cited.id

    def end(self, work: Work, outcome: Outcome, *, reported: int | None, reason: str = "") -> None:
        """Close a work's list.

        A source that gives no references of a work has not read it, as a rule: such a list is unknown, not empty.
        """
        if self.kind == REFERENCES and outcome is Outcome.EMPTY:
            outcome = Outcome.UNKNOWN
        self._describe(work)
        date = self.fetched_at[:10] if self.fetched_at else None
        self.retrievals.append(
            Retrieval(work=work.id, list=self.kind, outcome=outcome, source=self.source, reported=reported, date=date)
        )
        if reason:
            self.remarks.append(Remark(f"{work.id} {self.kind}", f"{self.source}: {reason}"))

    def _describe(self, work: Work) -> None:
        names = (work.id, *work.identifiers)
        if names not in self._names:
            self._names.add(names)
            self.works.append(work)


def _joined(first: Sequence[str], second: Sequence[str] | None) -> tuple[str, ...]:
    if len(first) >= _CONTEXTS:
        return tuple(first)
    return tuple(dict.fromkeys((*first, *(text for text in second or () if text))))
