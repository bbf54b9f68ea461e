"""RDF: what `kg export ttl|nt|jsonld` wrote comes back as it was; works and citations in the terms of SPAR are read from others."""

import json
import re
from collections.abc import Iterator
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.aside import temporary_folder
from kg.errors import InputError
from kg.facts import Fact
from kg.global_figures import FACT
from kg.ids import parse_identifier
from kg.ingest.readers.fields import day_in, once, twice_in, year_in
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import pages_of
from kg.ingest.readers.text_files import read_text, unclean
from kg.model import Batch, Citation, Claim, Concept, Outcome, Remark, Resolution, Retrieval, Work
from kg.terms import PREFIXES, term

if TYPE_CHECKING:
    import pyoxigraph as ox

_Values = dict[str, list[Any]]
_KG = PREFIXES["kg"]
_SINGLE = ("dcterms:title", "dcterms:date", "fabio:hasPublicationYear", "kg:year", "prism:publicationName")
_TURTLE = r"(?:\s|#[^\n]*\n)*(?:@(?:base|prefix)\s|PREFIX\s+[\w.-]*:\s|<\w+:[^<>\s]+>\s+<[^<>\s]+>\s)"
LONGEST_PREFIX = 2_000  # characters that a prefix of Turtle, or a word of a context of JSON-LD, may stand for
_LONG = rf"[^<>\"\s]{{{LONGEST_PREFIX}}}"
_LONG_PREFIX = re.compile(rf"(?:prefix|base)\b[^<>\n]{{0,100}}<{_LONG}", re.IGNORECASE)  # of Turtle
_LONG_WORD = re.compile(rf"\"\s*:\s*\"{_LONG}")  # of a context
_CONTEXT, _PIECE = re.compile(r'"@context"\s*:\s*(?=[\[{])'), re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def _is_rdf(sample: Sample) -> bool:
    if sample.is_json or sample.suffix == ".jsonld":
        return sample.suffix == ".jsonld" or sample.begins(r'\s*(?:\[\s*)?\{\s*"@(?:context|graph|id|type)"')
    return sample.suffix in {".ttl", ".nt"} or sample.begins(_TURTLE)


@reader(_is_rdf)
def read_rdf(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works, citations and what else kg writes of a graph in Turtle, N-Triples or JSON-LD.

    Works that other programs wrote have their IRI as id, and the file as source. Raises InputError for what is not RDF, for
    characters that no graph can hold, and for RDF without works or citations in the terms of SPAR (fabio:Expression, cito:cites).
    """
    import pyoxigraph as ox

    del strict  # a file that breaks the grammar gives nothing at all
    text = read_text(path)
    if fault := unclean(text):
        raise InputError(f"{path}: {fault}", "export it again as UTF-8")
    if _LONG_PREFIX.search(text) or any(map(_LONG_WORD.search, _contexts(text))):
        raise InputError(f"{path} has a prefix that stands for over {LONGEST_PREFIX:,} characters", "export it again")
    looks_json = text.lstrip()[:1] in {"[", "{"}
    with temporary_folder() as folder:
        store = ox.Store(folder)
        try:
            format_ = ox.RdfFormat.JSON_LD if looks_json else ox.RdfFormat.TURTLE  # which N-Triples is, too
            store.bulk_load(text.encode(), format=format_, base_iri=path.absolute().as_uri())
        except (SyntaxError, ValueError) as error:
            raise InputError(f"{path} is not valid RDF: {str(error).splitlines()[0]}", "export it again") from error
        found = _Graph(store, source)
        first = found.batch()
        if not first.works:
            raise InputError(f"no work in {path}", "kg reads works and citations in the terms of FaBiO and CiTO")
        yield first
        yield from pages_of(found.citations())


def _contexts(text: str) -> Iterator[str]:
    """The contexts of a document in JSON-LD, as they stand there."""
    end = 0
    while start := _CONTEXT.search(text, end):
        depth = 0
        for piece in _PIECE.finditer(text, start.end()):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece[0], 0)
            end = piece.end()
            if not depth:
                break
        yield text[start.end() : end]
        if depth:  # it has no end
            return


class _Graph:
    """The records in a store of triples."""

    def __init__(self, store: "ox.Store", source: str) -> None:
        self._store, self._source = store, source
        self._ids: dict[object, str] = {}

    def batch(self) -> Batch:
        """Everything but the citations, whose works must be known first."""
        ends = {q.subject: None for q in self._quads(None, "cito:cites")} | {
            q.object: None for q in self._quads(None, "cito:cites")
        }
        subjects = dict.fromkeys((*self._instances("fabio:Expression"), *ends))
        records: dict[object, list[_Values]] = {}
        for record in self._instances("kg:Record"):
            values = self._values(record)
            for work in values.get(term("prov:specializationOf"), ()):
                records.setdefault(work, []).append({"": [record], **values})
        batch = Batch(strict=True)
        for subject in subjects:
            values = self._values(subject)
            self._ids[subject] = _first(values, "kg:id") or str(getattr(subject, "value", subject))
            said = records.get(subject, [])
            batch.works.append(self._work(self._ids[subject], values, said))
            for record in said:
                batch.retrievals += self._retrievals(self._ids[subject], record)
        batch.claims = list(map(self._claim, self._instances("kg:Claim")))
        batch.concepts = list(self._concepts())
        batch.resolutions = [_resolution(self._values(node)) for node in self._instances("kg:Resolution")]
        remarks = map(self._values, self._instances("kg:Remark"))
        batch.remarks = [Remark(_first(values, "kg:place"), _first(values, "kg:reason")) for values in remarks]
        for subject, id_ in self._ids.items():
            values = self._values(subject)
            if twice := twice_in(once([(name, value) for name in _SINGLE for value in _all(values, name)])):
                batch.remarks.append(Remark(id_, twice))
        for subject in sorted(
            {quad.subject for quad in self._quads(None, "dcterms:title")} - self._ids.keys(), key=str
        ):
            if term("rdf:type") not in (values := self._values(subject)):
                titled = _first(values, "dcterms:title")[:200]
                batch.remarks.append(Remark(str(subject), f"nothing says that this is a work: {titled}"))
        batch.records = len(batch.works)
        return batch

    def citations(self) -> Iterator[Citation]:
        """Every citation of every source; those without a node are the file's own."""
        described = set()
        for node in self._instances("cito:Citation"):
            values = self._values(node)
            citing, cited = (values.get(term(f"cito:has{end}Entity"), [None])[0] for end in ("Citing", "Cited"))
            if citing not in self._ids or cited not in self._ids:
                continue
            described.add((citing, cited))
            details = {}
            for derived in values.get(term("prov:qualifiedDerivation"), ()):
                said = self._values(derived)
                details[said[term("prov:entity")][0] if term("prov:entity") in said else None] = said
            for source in values.get(term("prov:wasDerivedFrom"), []) or [None]:
                yield self._citation(citing, cited, source, details.get(source, {}))
        for quad in self._quads(None, "cito:cites"):
            if (quad.subject, quad.object) not in described:
                yield self._citation(quad.subject, quad.object, None, {})

    def _citation(self, citing: object, cited: object, source: object, said: _Values) -> Citation:
        influential = _first(said, "kg:influential")
        return Citation(
            citing=self._ids[citing],
            cited=self._ids[cited],
            source=self._label(source) if source else self._source,
            method=_first(said, "kg:method"),
            contexts=_all(said, "kg:context"),
            intents=_all(said, "kg:intent"),
            influential=influential == "true" if influential else None,
            times=_number(said, "kg:times") or 1,
        )

    def _work(self, id_: str, values: _Values, records: list[_Values]) -> Work:
        ours = term("kg:id") in values
        home = values.get(term("kg:describedBy"), [None])[0]
        record = next((record for record in records if record[""][0] == home), {})
        names = _all(values, "dcterms:identifier")
        if ours:
            names += tuple(f"name:{name}" for name in _all(values, "skos:altLabel")) + _all(values, "kg:alias")
        else:
            addresses = (id_, *names, *_all(values, "owl:sameAs"))
            found = (parse_identifier(name) for name in addresses)
            names = tuple(dict.fromkeys(name for name in found if name and not name.startswith("url:")))
        said = [fact for record in records for fact in _facts(record, self._of(record))]
        date = _first(values, "dcterms:date")
        year = next((name for name in ("fabio:hasPublicationYear", "kg:year") if _first(values, name)), "kg:year")
        return Work(
            id=id_,
            title=_first(values, "dcterms:title"),
            authors=self._authors(values),
            year=_number(values, year) if ours else year_in(_first(values, year) or date),
            date=(date or None) if ours else day_in(date),
            venue=_first(values, "prism:publicationName"),
            identifiers=names,
            stub=_first(record, "kg:stub") == "true",
            seed=_first(record, "kg:seed") == "true",
            source=self._of(record) if ours else self._source,
            reported_references=_number(record, "kg:reportedReferences"),
            reported_citations=_number(record, "kg:reportedCitations"),
            facts=tuple(sorted(said, key=lambda fact: (fact.name, fact.source, fact.value))),
        )

    def _authors(self, values: _Values) -> tuple[str, ...]:
        try:
            return tuple(map(str, json.loads(_first(values, "kg:byline") or "null")))
        except (TypeError, ValueError):
            makers = values.get(term("dcterms:creator"), ())
            return tuple(filter(None, (_first(self._values(m), "foaf:name") or _text(m) for m in makers)))

    def _retrievals(self, work: str, record: _Values) -> Iterator[Retrieval]:
        for name in sorted(record):
            if (match := re.fullmatch(rf"{re.escape(_KG)}(\w+)Outcome", name)) and _first(record, name) in set(Outcome):
                yield Retrieval(
                    work=work,
                    list=match[1],
                    outcome=Outcome(_first(record, name)),
                    source=self._of(record),
                    reported=_number(record, f"kg:{match[1]}Reported"),
                    date=_first(record, f"kg:{match[1]}Retrieved") or None,
                )

    def _claim(self, node: Any) -> Claim:
        values = self._values(node)
        known = {name: [self._ids[work] for work in works if work in self._ids] for name, works in values.items()}
        roles = [
            (work, name.removeprefix(_KG)) for name, works in known.items() if name.startswith(_KG) for work in works
        ]
        return Claim(
            id=_first(values, "dcterms:identifier"),
            statement=_first(values, "dcterms:description"),
            kind=_first(values, "kg:kind"),
            place=_first(values, "kg:place"),
            article=self._of(values),
            roles=tuple(sorted(roles)),
        )

    def _concepts(self) -> Iterator[Concept]:
        """Who says that a work has a concept; nobody, where no statement says it."""
        said: dict[tuple[object, object], list[tuple[str, str]]] = {}
        for node in self._instances("rdf:Statement"):
            values = self._values(node)
            pair = (values.get(term("rdf:subject"), [None])[0], values.get(term("rdf:object"), [None])[0])
            said.setdefault(pair, []).append((self._of(values), _first(values, "kg:labelInSource")))
        for quad in self._quads(None, "dcterms:subject"):
            concept = self._values(quad.object) if quad.subject in self._ids else {}
            if label := _first(concept, "skos:prefLabel"):
                scheme = self._label(concept.get(term("skos:inScheme"), [""])[0])
                for source, text in said.get((quad.subject, quad.object), [("", "")]):
                    work = self._ids[quad.subject]
                    yield Concept(
                        work=work, scheme=scheme or "concept", label=label, source=source, label_in_source=text
                    )

    def _of(self, values: _Values) -> str:
        """The source that something is derived from, "" where it names none."""
        return next(iter(sorted(map(self._label, values.get(term("prov:wasDerivedFrom"), ())))), "")

    def _label(self, node: object) -> str:
        return _first(self._values(node), "rdfs:label") or _text(node)

    def _instances(self, kind: str) -> list[Any]:
        import pyoxigraph as ox

        found = self._quads(None, "rdf:type", ox.NamedNode(term(kind)))
        return sorted((q.subject for q in found), key=str)

    def _quads(self, subject: object, name: str, value: object = None) -> Iterator["ox.Quad"]:
        import pyoxigraph as ox

        return self._store.quads_for_pattern(subject, ox.NamedNode(term(name)), value, None)  # type: ignore[arg-type]

    def _values(self, node: object) -> _Values:
        """What is said of a node: the full name of each property, and its values in order."""
        import pyoxigraph as ox

        values: _Values = {}
        if isinstance(node, ox.NamedNode | ox.BlankNode):
            for quad in self._store.quads_for_pattern(node, None, None, None):
                values.setdefault(quad.predicate.value, []).append(quad.object)
        return {name: sorted(several, key=_text) for name, several in values.items()}


def _facts(record: _Values, source: str) -> Iterator[Fact]:
    of = partial(_all, record)
    yield from (Fact("type", value, source) for value in of("kg:type"))
    yield from (Fact("retracts", value, source) for value in of("kg:retracts"))
    yield from (Fact("note", value, source) for value in of("skos:note"))
    yield from (Fact("year basis", value, source) for value in of("kg:yearBasis"))
    yield from (Fact(FACT, value, source) for value in of("kg:globalFigures"))
    if _first(record, "kg:retracted") == "true":
        yield Fact("retracted", _first(record, "kg:retractedOn"), source)


def _resolution(values: _Values) -> Resolution:
    of = partial(_first, values)
    return Resolution(
        text=of("kg:text"),
        status=of("kg:status"),
        id=of("kg:matched") or None,
        method=of("kg:method"),
        reason=of("kg:reason"),
        score=_share(values, "kg:score"),
        likely=of("kg:likely") or None,
        runner_up=of("kg:runnerUp") or None,
        runner_up_score=_share(values, "kg:runnerUpScore"),
    )


def _all(values: _Values, name: str) -> tuple[str, ...]:
    return tuple(_text(value) for value in values.get(name if name.startswith(_KG) else term(name), ()))


def _first(values: _Values, name: str) -> str:
    return next(filter(None, _all(values, name)), "")


def _number(values: _Values, name: str) -> int | None:
    """A whole number, or a year (xsd:gYear), which may have a time zone: "1989Z"."""
    match = re.fullmatch(r"([+-]?\d{1,18})(?:Z|[+-]\d\d:\d\d)?", _first(values, name))
    return int(match[1]) if match else None


def _share(values: _Values, name: str) -> float | None:
    try:
        share = float(_first(values, name))
    except ValueError:
        return None
    return share if isfinite(share) else None


def _text(value: object) -> str:
    return str(getattr(value, "value", value))
