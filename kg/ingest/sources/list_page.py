"""Pages of sources on the web: reference and citation lists of works, as a store takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kg.model import Batch, Citation, Outcome, Retrieval, Remark, Work

REFERENCES, CITATIONS = "references", "citations"
_BARE: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True)
class Page:
    """Lists of one kind ("references", "citations") as a source gave them: each pair once, with how often it is listed."""

    kind: str
    source: str
    fetched_at: str | None = None
    works: dict[tuple[str, ...], Work] = field(default_factory=dict)  # by all their ids
    citations: dict[tuple[str, str], Citation] = field(default_factory=dict)
    retrievals: list[Retrieval] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    rows: int = 0

    def add(self, work: Work, place: int, other: Work | None, row: Mapping[str, Any] = _BARE) -> None:
        """Add the row at a place of a work's list: the work it names, if any.

        The row may say more of the citation: `contexts`, `intents`, `isInfluential`.
        """
        self.rows += 1
        if other is None:
            self.remarks.append(Remark(f"{work.id} {self.kind} row {place}", "a work without id and text"))
            return
        citing, cited = (work, other) if self.kind == REFERENCES else (other, work)
        for end in (citing, cited):
            self.works.setdefault((end.id, *end.identifiers), end)
        known = self.citations.get((citing.id, cited.id))
        influential = row.get("isInfluential")
        self.citations[citing.id, cited.id] = Citation(
            citing=citing.id,
            cited=cited.id,
            source=self.source,
            contexts=_joined(known.contexts if known else (), row.get("contexts")),
            intents=_joined(known.intents if known else (), row.get("intents")),
            influential=(known.influential or influential) if known else influential,
            times=known.times + 1 if known else 1,
        )

    def end(self, work: Work, outcome: Outcome, *, reported: int | None, reason: str = "") -> None:
        """Close a work's list.

        Where a source has no references of a work it has not read it, as a rule: that is no empty list.
        """
        if self.kind == REFERENCES and outcome is Outcome.EMPTY:
            outcome = Outcome.UNKNOWN
        self.works.setdefault((work.id, *work.identifiers), work)
        date = self.fetched_at[:10] if self.fetched_at else None
        self.retrievals.append(
            Retrieval(work=work.id, list=self.kind, outcome=outcome, source=self.source, reported=reported, date=date)
        )
        if reason:
            self.remarks.append(Remark(f"{work.id} {self.kind}", reason))

    def batch(self) -> Batch:
        """The page as the store takes it."""
        return Batch(
            works=list(self.works.values()),
            citations=list(self.citations.values()),
            retrievals=self.retrievals,
            remarks=self.remarks,
            duplicates=sum(c.times - 1 for c in self.citations.values()),
            loops=sum(c.citing == c.cited for c in self.citations.values()),
            records=self.rows,
        )


def _joined(first: Sequence[str], second: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *(text for text in second or () if text))))
