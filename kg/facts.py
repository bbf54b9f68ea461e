"""What sources say of a work beyond its description: its type, a retraction, and remarks; each fact with who says so."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

#: Sources that ask to be named wherever their data is shown, and the line that does so.
ATTRIBUTIONS = {
    "semantic-scholar": "Data: Semantic Scholar, https://www.semanticscholar.org/?utm_source=api",
    "corpus:semantic-scholar": "Data: Semantic Scholar (ODC-BY 1.0), https://www.semanticscholar.org/?utm_source=api",
}

#: The types of works, the more particular ones first, and what sources call them (letters of lower case only).
TYPES = {
    "retraction-notice": "retraction retractionnotice retractionofpublication",
    "erratum": "erratum correction publishederratum",
    "editorial": "editorial editorialmaterial",
    "peer-review": "peerreview",
    "letter": "letter letters lettersandcomments comment note",
    "review": "review systematicreview scopingreview reviewbook bookreview shortsurvey",
    "thesis": "thesis dissertation phdthesis mastersthesis mathesis candthesis bathesis thes academicdissertation",
    "dataset": "dataset data datafile database",
    "software": "software computerprogram comp",
    "standard": "standard stand",
    "patent": "patent pat",
    "report": "report techreport rprt reportcomponent governmentdocument governmentreport manual technicalreport",
    "chapter": (
        "chapter bookchapter booksection bookpart inbook incollection suppbook chap echap referenceentry entry "
        "entryencyclopedia entrydictionary encyclopediaarticle dictionaryentry inreference encyc dict"
    ),
    "proceedings-article": (
        "proceedingsarticle inproceedings conference conferencepaper paperconference proceedingspaper cpaper conf "
        "conferenceproceedings meetingabstract conferenceproceeding"
    ),
    "proceedings": "proceedings mvproceedings",
    "book": (
        "book monograph editedbook referencebook collection mvbook mvcollection reference edbook ebook booklet bookset "
        "wholebook wholebooksection editedbooks"
    ),
    "web-page": "webpage online electronic www web elec blog blogpost post postweblog website",
    "article": (
        "article journalarticle articlejournal articlemagazine articlenewspaper jour mgzn magazinearticle newspaperarticle "
        "periodical inpr datapaper casereport casereports clinicaltrial clinicaltrials randomizedcontrolledtrial metaanalysis "
        "comparativestudy study articleinpress earlyaccess ejour electronicarticle suppperiodical"
    ),
    "preprint": "preprint postedcontent unpublished manuscript unpb",
}
_CALLED = {word: name for name, words in TYPES.items() for word in words.split()}
_RETRACTED = {"retractedpublication", "retracted", "retractedarticle"}


class Fact(NamedTuple):
    """One thing that one source says of a work.

    Attributes
    ----------
    name : str
        What it is about: "type" (of `TYPES`), "retracted" (the value is the ISO date, "" where unknown), "retracts" (the work
        is the notice, the value an identifier of the work it retracts), "note", "year basis" or "global figures" (see
        `kg.global_figures`).
    value : str
        What it says.
    source : str
        Who says so.
    """

    name: str
    value: str
    source: str


def facts_of(
    source: str, called: object, *, retracted: bool = False, day: str | None = None, retracts: Iterable[str] = ()
) -> tuple[Fact, ...]:
    """The facts in what a source calls a work; words that name no type say nothing.

    Parameters
    ----------
    source : str
        Who says so.
    called : object
        The word of the source, several divided by semicolons or bars, or a list of words.
    retracted : bool
        Whether the source says that the work is retracted; the words may say so too.
    day : str, optional
        The ISO date of the retraction.
    retracts : iterable of str
        Identifiers of works that this one retracts, in normal form.

    Examples
    --------
    >>> facts_of("x.ris", "JOUR"), facts_of("wos", "Article; Retracted Publication")
    ((Fact(name='type', value='article', source='x.ris'),), (Fact(name='type', value='article', source='wos'), Fact(name='retracted', value='', source='wos')))
    """
    words = called if isinstance(called, list | tuple) else re.split(r"[;|]", called if isinstance(called, str) else "")
    type_, recalled = _said_by(tuple(map(str, words)))
    facts = [Fact("type", type_, source)] if type_ else []
    if retracted or recalled:
        facts.append(Fact("retracted", day or "", source))
    return (*facts, *(Fact("retracts", name, source) for name in retracts))


@lru_cache(maxsize=4096)
def _said_by(words: tuple[str, ...]) -> tuple[str, bool]:
    """The type that words name, and whether they say that the work is retracted."""
    keys = [re.sub(r"[^a-z]", "", word.lower()) for word in words]
    return most_particular(_CALLED[key] for key in keys if key in _CALLED), not _RETRACTED.isdisjoint(keys)


def most_particular(types: Iterable[str]) -> str:
    """The most particular of the types that are said of a work, "" where none is: a review in a journal is a review."""
    found = set(types)
    return next((name for name in TYPES if name in found), "")


def attribution(sources: Iterable[str]) -> str:
    """The line that names those sources that ask for it; "" where none does."""
    named = (ATTRIBUTIONS[whose] for whose in map(publisher, sources) if whose in ATTRIBUTIONS)
    return ". ".join(dict.fromkeys(named))


def corpus_name(catalogue: str, name: str) -> str:
    """The source of what was read from a corpus: it says which catalogue the corpus was made from.

    Parameters
    ----------
    catalogue : str
        "openalex" or "s2".
    name : str
        The name of the corpus.

    Examples
    --------
    >>> corpus_name("s2", "2026-06"), publisher("corpus:semantic-scholar/2026-06"), publisher("openalex")
    ('corpus:semantic-scholar/2026-06', 'corpus:semantic-scholar', 'openalex')
    """
    return f"corpus:{'semantic-scholar' if catalogue == 's2' else catalogue}/{name}"


def publisher(source: str) -> str:
    """Whose terms hold for what a source gave: those of the source, or of all corpora made from one catalogue."""
    return source.partition("/")[0] if source.startswith("corpus:") else source
