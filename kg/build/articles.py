"""An article that was read, as a work of the graph: which one it is, whom it cites, and how whole its list is.

It is the article that the same file held before, if title or most of the list are the same; else a work that the graph or a
source at hand has under its identifier, or under its whole title, from its year; else a new one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from kg.catalogue import Catalogue
from kg.errors import InputError
from kg.graph.writer import Writer
from kg.ingest.resolve.overrides import Overrides
from kg.ingest.resolve.reference import described, minted_id
from kg.ingest.resolve.resolver import resolve
from kg.model import Batch, Citation, Outcome, Reference, Retrieval, Withdrawal, Work
from kg.text import counted, title_key

_IDS = "it is a list of identifiers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a person says of the one article of an ingest, which takes precedence: its title and year, or that it is no work."""

    title: str = ""
    year: int | None = None
    not_a_work: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A file with a reference list, and the work that it became.

    Attributes
    ----------
    file : str
        The name of the file.
    id : str or None
        The id of its work; None where it is no work of its own.
    title, authors, year
        As the file or a person states them.
    reason : str
        Why it is no work of its own, or how it was found in the graph; "" of a new work.
    entries : int
        The entries of its list, those included that could not be read.
    found, stubs, uncertain, unread : int
        Entries that were found; kept by their cited text; of which a work fits, but not surely; and that could not be read.
    outcome : Outcome or None
        How whole its list is: COMPLETE where every entry is a work for sure, else PARTIAL. None of what is no work.
    earlier : str
        The title it had when the same file was read before; "" where it was not.
    gained, dropped : int
        Where it was: works that its list names now and did not before, and the reverse.
    """

    file: str
    id: str | None = None
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    reason: str = ""
    entries: int
    found: int
    stubs: int
    uncertain: int
    unread: int
    outcome: Outcome | None = None
    earlier: str = ""
    gained: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list as it was resolved: the id of its work in the graph, "resolved", "review" or other, and itself."""

    id: str
    status: str
    reference: Reference

    @property
    def readable(self) -> bool:
        """Whether more is known of it than its text."""
        known = (self.reference.title, self.reference.authors, self.reference.identifiers)
        return self.status == "resolved" or any(known)


def check_stated(stated: Stated, files: dict[str, str], articles: int) -> None:
    """Refuse a title or a year that is given for no article, or for several."""
    given = "--title" if stated.title else "--year" if stated.year is not None else ""
    if given and stated.not_a_work:
        raise InputError(f"{given} cannot be combined with --not-a-work", "leave one of them out")
    if given and articles != 1:
        read = ", ".join(f"{name} as {kind}" for name, kind in files.items())
        hint = "name one article with it, and ingest other files by themselves"
        raise InputError(f"{given} is for one article, and {counted(articles, 'article')} was given: {read}", hint)


def article_batch(
    writer: Writer,
    batch: Batch,
    entries: Sequence[Entry],
    name: str,
    stated: Stated,
    catalogues: Sequence[Catalogue],
    overrides: Overrides | None,
) -> tuple[Article, Batch, Work | None]:
    """What a file became, the records to save, and its work if one of the `catalogues` has it.

    Parameters
    ----------
    writer : Writer
        The writer of the target graph, which has the works of the entries.
    batch : Batch
        What the reader gave.
    entries : sequence of Entry
        Its references, resolved.
    name : str
        The name of the file.
    stated : Stated
        What a person says of the article.
    catalogues : sequence of Catalogue
        Where a work that it may be is looked up: the target graph first, then sources at hand.
    overrides : Overrides, optional
        Decisions, which take precedence.
    """
    own = batch.article or Reference(fault=_IDS, reported_references=len(entries))
    fault = "" if stated.title else "as --not-a-work says" if stated.not_a_work else own.fault
    own = replace(own, title=stated.title or own.title, year=stated.year or own.year)
    own = replace(own, date=own.date if own.date and own.date.startswith(str(own.year)) else None)
    own = replace(own, translated=own.translated and not stated.title, text=described(own))
    doubtful = sum(e.status == "review" or not e.readable for e in entries)
    unread = (own.reported_references or len(entries)) - len(entries)
    article = Article(
        file=name,
        title=own.title,
        authors=own.authors,
        year=own.year,
        reason=fault,
        entries=len(entries) + unread,
        found=sum(e.status == "resolved" for e in entries),
        stubs=sum(e.status not in {"resolved", "review"} and e.readable for e in entries),
        uncertain=doubtful,
        unread=unread,
    )
    cited = Counter(e.id for e in entries)
    earlier, before = _earlier(writer, own, name, set(cited))
    lost = tuple(before - cited.keys())
    if fault:
        taken_back = [Withdrawal(work=earlier.id, source=name)] if earlier else []
        return replace(article, earlier=earlier.title if earlier else ""), Batch(withdrawals=taken_back), None
    if earlier:
        known = {f.name: getattr(earlier, f.name) for f in fields(Work)}
        said = {f.name: value for f in fields(Work) if (value := getattr(own, f.name)) and f.name != "id"}
        work, match, reason = Work(**known | said | {"source": earlier.source}), None, ""
    else:
        match, reason = _match(own, catalogues, overrides)
        free = tuple(i for i in own.identifiers if match or not any(c.find_by_id(i) for c in catalogues))
        work = Work(**{f.name: getattr(own, f.name) for f in fields(Work)} | {"identifiers": free, "source": name})
        id_ = (
            match.id
            if match and not match.stub
            else minted_id(replace(own, identifiers=free), writer.has_id, "article")
        )
        work = replace(work, id=id_, identifiers=tuple(dict.fromkeys((*free, *(match.identifiers if match else ())))))
    outcome = Outcome.PARTIAL if doubtful or unread else Outcome.COMPLETE
    listed = len(cited) + unread
    saved = Batch(
        works=[replace(work, reported_references=listed)],
        joins=[(match.id, work.id)] if match and match.stub and writer.has_id(match.id) else [],
        citations=[Citation(citing=work.id, cited=id_, source=name, times=times) for id_, times in cited.items()],
        retrievals=[Retrieval(work=work.id, list="references", outcome=outcome, source=name, reported=listed)],
        withdrawals=[Withdrawal(work=work.id, source=name, dropped=lost)] if earlier else [],
        duplicates=len(entries) - len(cited),
        loops=work.id in cited,
    )
    article = replace(
        article,
        id=work.id,
        year=work.year,
        authors=work.authors,
        reason=reason,
        outcome=outcome,
        earlier=earlier.title if earlier else "",
        gained=len(cited.keys() - before) if earlier else 0,
        dropped=len(lost),
    )
    return article, saved, match


def _earlier(writer: Writer, own: Reference, name: str, cited: set[str]) -> tuple[Work | None, set[str]]:
    """The article that the same file held before, and the works that it cited."""
    store = writer.store
    for retrieval in store.retrievals(
        "r.list = 'references' AND r.source = (SELECT n FROM source WHERE name = ?)", (name,)
    ):
        work = store.find_by_id(retrieval.work)
        if work is None or not retrieval.work:
            continue
        row = store.row(work.id)
        before = {c.cited for c in store.citations("c.citing = ? AND s.name = ?", (row, name))}
        same = bool(own.title) and title_key(own.title) == title_key(work.title)
        if same or 2 * len(before & cited) > max(len(before), len(cited)):
            return work, before
    return None, set()


def _match(own: Reference, catalogues: Sequence[Catalogue], overrides: Overrides | None) -> tuple[Work | None, str]:
    """The work that an article is already, by identifier or by title and year; else why it is none of those like it."""
    answer, work = resolve(own, catalogues, overrides)
    if work is None:
        likely = f"it may be {answer.likely}: {answer.reason}" if answer.likely else ""
        return None, likely
    dated = own.year is not None and work.year is not None and abs(own.year - work.year) <= 1
    named = answer.method == "override" or {work.id, *work.identifiers} & set(own.identifiers)
    if named or (dated and (own.translated or title_key(own.title) == title_key(work.title))):
        return work, answer.reason
    return None, f"it may be {work.id}, of a like title, but its year and title do not show it"
