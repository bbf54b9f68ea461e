"""Real files of every format that kg reads, cut to some 20 kB by whole records, with a word of its own in each title.

What is looked for and counted here is found without the readers' code: by lines, tags, JSON and nothing else.
"""

import csv
import gzip
import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CASES, SHARED = Path(__file__).parents[1] / "cases", Path(__file__).parents[3] / "shared"
MARK = re.compile(r"zq\d{5}x")
_MOST = 20_000


@dataclass(frozen=True)
class Format:
    """How the files of a reader look.

    Attributes
    ----------
    files : tuple of str
        Files of tests/cases, of ../shared by their path there, and what kg itself exports ("kg:bibtex").
    start : str
        A regular expression for how a record begins; "" where records are lines, or items of JSON.
    title : str
        One for what stands directly before a title.
    words : tuple of str
        Pieces of its grammar.
    """

    files: tuple[str, ...]
    start: str
    title: str
    words: tuple[str, ...]


_JSON = (
    r'"title":\s*\[?\s*"',
    ("{", "}", "[", "]", '"', ",", ":", "null", "\\ud800", "\\u0000", '"title":', "{}", "[[", "1e999", "NaN"),
)
_XML = (
    "<",
    ">",
    "</",
    "/>",
    "&",
    "&#x110000;",
    "&nbsp;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a [",
    '"',
    "<?xml version='1.0' encoding='utf-16'?>",
)
_CSV = ('"', ",", ";", "\t", '""', '"\n', "\n,", ",,,,", "NA", "#", "'=")
_COLUMNS = {"Title", "Document Title", "TI", "title", "Item Title"}
FORMATS: dict[str, Format] = {
    "bibtex": Format(
        ("b01.bib", "b02.bib", "b03.bib", "b41.bib", "b25scopus.bib", "f_tex.bib", "data/inputs/bibtex/intbib.bib", "data/inputs/zotero-accord/biblatex.bib.gz", "data/inputs/zotero-accord/better-biblatex.biblatex.gz", "kg:bibtex"),
        r"^[ \t]*@(?!(?i:string|comment|preamble|xdata)\b)\w+\s*[{(]", r"(?<![A-Za-z])(?i:title)\s*=\s*[{\"]+",
        ("@book{x,", "@", "{", "}", '"', "title = {", "@comment{", "@string{a = ", "#", "\\", ",", "=", "@article{", "%"),
    ),
    "ris": Format(
        ("r01ovid.ris", "r05scopus.ris", "f_ris_a1.ris", "f_ris_date.ris", "data/inputs/ris/litstudy-example.ris", "data/inputs/ris/scopus-truss2.ris", "kg:ris"),
        r"^TY {0,3}-", r"^(?:TI|T1) {0,3}- ?",
        ("TY  - JOUR\n", "ER  - \n", "TI  - ", "AU  - ", "ER", "TY", "ID  - x\n", "  - ", "N1  - References: "),
    ),
    "nbib": Format(("n01.nbib", "data/inputs/pubmed-medline/medline_test.nbib.gz"), r"^PMID ?-", r"^B?TI *- ", ("PMID- 7\n", "PMID- ", "TI  - ", "      ", "FAU - ", "\n\n")),
    "wos": Format(
        ("w01comma.txt", "w01comma_nodoi.txt", "w10annual.txt", "data/inputs/wos/batagelj.WoS", "data/inputs/wos/metaknowledge-testFile.isi", "data/inputs/wos/savedrecs_JOI1.txt", "data/inputs/wos/metaknowledge-ManyAuthors.isi.gz"),
        r"^PT ", r"^TI ", ("PT J\n", "ER\n", "EF\n", "TI ", "CR ", "   ", "UT WOS:1\n", "FN x\nVR 1.0\n", "ER", "PT"),
    ),
    "pajek": Format(("kg:pajek", "hist.net"), "", r'^\s*\d+\s+"', ("*Vertices 99999999\n", "*Vertices 3\n", "*Arcs\n", "*Edges\n", "*Arcslist\n", "*", '"', "1 2\n", "%", "0 0\n")),
    "zotero": Format(("data/inputs/zotero-accord/zotero.rdf.gz", "data/inputs/zotero-accord/better-bibtex-json.json.gz"), r"^    <(?!z:Attachment|z:Collection|bib:Memo|bib:Journal)\w+:\w+ rdf:about=", r'^        <dc:title>|"title": "', (*_XML, "</rdf:RDF>", "<bib:Article>", "<dc:title>")),
    "endnote": Format(("x01endnote.xml", "many.endnote.xml"), r"<record>", r"<title>(?:<style[^>]*>)?", (*_XML, "<record>", "</record>", "</records>", "<title>")),
    "enw": Format(("x05enw.enw", "many.enw"), r"^%0 ", r"^%T ", ("%0 Book\n", "%T ", "%A ", "%", "%0", "\n\n")),
    "pubmed": Format(("many.pubmed.xml",), r"<PubmedArticle>", r"<ArticleTitle>", (*_XML, "<PubmedArticle>", "</PubmedArticle>", "</PubmedArticleSet>")),
    "jats": Format(("jats.xml", "many.jats.xml"), r"<ref[\s>]", r"<(?:article-title|mixed-citation|source)(?: [^>]*)?>", (*_XML, "<ref>", "</ref>", "<ref-list>", "<mixed-citation>")),
    "tei": Format(("grobid.tei.xml", "many.tei.xml"), r"<biblStruct xml:id|<bibl[\s>]", r"<title(?: [^>]*)?>|<bibl>", (*_XML, "<bibl>", "</bibl>", "<listBibl>", "</listBibl>")),
    "graphml": Format(("g01.graphml", "kg:graphml"), r"<node\s", r'<data key="d1">', (*_XML, "<node id='a'/>", "<edge source='a' target='b'/>", "<data key='d1'>", "undirected")),
    "gexf": Format(("g02.gexf", "kg:gexf"), r"<node\s", r'label="|<attvalue for="0" value="', (*_XML, "<node id='a'/>", "<edge source='a' target='b'/>", "undirected")),
    "cytoscape": Format(("kg:cytoscape",), "", *_JSON),
    "rdf": Format(("kg:ttl", "kg:nt", "kg:jsonld"), "", r'(?:dcterms:title|<http://purl.org/dc/terms/title>)"?:? (?:\[\{"@value": )?"', (".", ";", "<", ">", '"', "@prefix x: <y> .\n", "\\uD800", "^^", "@", "[", "]")),
    "histcite": Format(("data/inputs/histcite-html/kroto.htm.gz",), r"(?i)<TR[^>]*>(?=(?:(?!<TR)[\s\S])*?(?:TITLE=|<br><I>))", r"<br><I>", ("<TR>", "<TD>", "<TR", "</a>", "<br>", "opeNod", 'TITLE="', "&", "&#x110000;", "'")),
    "openalex": Format(("j01oa.json", "data/inputs/openalex/works-pat.json", "data/inputs/openalex/works-tu9-410.json.gz"), "", *_JSON),
    "s2": Format(("j05s2.json", "j06s2refs.json"), "", *_JSON),
    "s2orc": Format(("data/inputs/s2orc/metadata-sample.jsonl.gz", "data/inputs/s2ag-shards/papers/papers-sample.jsonl", "data/inputs/s2ag-shards/citations/citations-sample.jsonl"), "", *_JSON),
    "crossref": Format(("f_cr.json", "data/inputs/crossref/crossref_dump.json"), "", r'"(?:title|unstructured|article-title)":\s*\[?\s*"', _JSON[1]),
    "csl": Format(("kg:csl", "j03pandoc.yaml", "data/inputs/zotero-accord/better-csl-yaml.yaml.gz"), r"^- +(?:id|type):", r"""^ *"?title"?: ["']?(?=\w)""", (*_JSON[1], "- id: x\n", "- ", "  ", "&a ", "*a", "|", ">", "---\n")),
    "scopus": Format(("s03noeid.csv", "k_scopusbook.csv", "data/inputs/scopus/litstudy-scopus.csv", "data/inputs/scopus/scopus-truss2.csv", "data/inputs/scopus/cre-scopus-with-references.csv.gz"), "", "", _CSV),
    "bibliometrix": Format(("data/inputs/bibliometrix/garfield.csv.gz", "data/inputs/bibliometrix/scientometrics.csv.gz"), "", "", _CSV),
    "opencitations": Format(("data/inputs/opencitations/citations_data.csv", "data/inputs/opencitations/noci_citations.csv", "data/inputs/opencitations/crossref_citations.csv"), "", "", _CSV),
    "table": Format(("c01ieee.csv", "c02zotero.csv", "c07oc.csv", "data/inputs/opencitations/oc_meta-input-1.csv.gz"), "", "", _CSV),
    "ids": Format(("f_url.txt", "many.ids.txt"), "", r"10\.5555/", ("#", " #", "10.5555/", "doi:", "\n", "https://doi.org/", "arXiv:")),
    "edges": Format(("e01.csv", "data/sn5/edges.csv.gz", "data/zewail/edges.csv.gz"), "", "", _CSV),
    "article": Format(("k_vanc.md", "a12phys.txt", "a18ltx.html", "a15tex.tex", "k_gost.md", "f_two.md", "k_and.md", "seed/neural-networks-for-music.zh.md", "many.article.md"), "", "", ("# a\n", "# References\n", "* ", "[1] ", "</li>", "<li>", "<ul>", "\\bibitem{x} ", "\\end{thebibliography}", "<!--", "<script>", "](", "---\n", "\n\n", "  ")),
    "tables": Format(("kg:csv",), "", "", _CSV),
}  # fmt: skip


@dataclass(frozen=True)
class Marked:
    """A file with a word of its own in each title: its name, its text, and for a folder the other files of it."""

    name: str
    text: str
    beside: Path | None = None


def marked_files(reader: str, exports: Path) -> list[Marked]:
    """The files of a reader, of which those that are not there are left out; `exports` holds what kg wrote of a graph."""
    numbers, found = itertools.count(10_000 + 100 * sorted(FORMATS).index(reader) * 5), []
    for name in FORMATS[reader].files:
        place = CASES if "/" not in name else SHARED
        if name.startswith("kg:"):
            kind = name.removeprefix("kg:")
            path = exports / f"graph.{kind}"
            if kind == "csv":
                for table in ("works.csv", "citations.csv", "lists.csv"):
                    text = (path / table).read_text(encoding="utf-8")
                    found.append(Marked(table, _in_column(text, numbers) if table == "works.csv" else text, path))
                continue
            path = next(path.glob("*.net")) if kind == "pajek" else path
            suffix = {"csl": "json", "bibtex": "bib", "cytoscape": "cyjs"}.get(kind, kind)
            title, text = f"export.{suffix}", path.read_text(encoding="utf-8")
        elif name in MADE:
            title, text = name, MADE[name]
        elif (place / name).exists():
            data = (place / name).read_bytes()
            data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
            text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
            title = Path(name).name.removesuffix(".gz")
        else:
            continue
        found.append(Marked(title, _marked(reader, text, numbers)))
    return found


def _marked(reader: str, text: str, numbers: Iterator[int]) -> str:
    form = FORMATS[reader]
    if reader == "article":
        return _in_entries(text, numbers)
    if not form.title:
        return _in_column(text, numbers)
    text = _json_cut(text) if text.lstrip()[:1] in {"{", "["} and reader not in {"rdf", "tei"} else _cut(form, text)
    return re.sub(
        form.title,
        lambda m: f"{m[0]}zq{next(numbers)}x ".rstrip(" " if reader == "ids" else ""),
        text,
        flags=re.MULTILINE,
    )


def _cut(form: Format, text: str) -> str:
    """The records that fit, and what closes the file."""
    if len(text) <= _MOST or not form.start:
        return text
    starts = [match.start() for match in re.finditer(form.start or "^", text, re.MULTILINE)]
    end = max((start for start in starts if start <= _MOST), default=0) or (starts[1:2] or [len(text)])[0]
    closing = re.search(r"(?:\s*</(?:rdf:RDF|xml|records|TABLE)>)+\s*\Z", text)
    return text[:end] + (closing[0] if closing else "")


def _json_cut(text: str) -> str:
    """The items that fit; lists with an item to a line, JSON Lines as they are."""
    try:
        document = json.loads(text)
    except ValueError:
        lines = text.splitlines(keepends=True)
        return "".join(
            line
            for line, size in zip(lines, itertools.accumulate(map(len, lines)), strict=True)
            if size < _MOST or line is lines[0]
        )
    items = items_of(document)
    while items is not None and len(items) > 2 and len(json.dumps(document)) > _MOST:
        del items[len(items) * 2 // 3 :]
    if isinstance(document, dict) and "collections" in document:
        document["collections"] = {}
    return json.dumps(document, indent=1, ensure_ascii=False)


def items_of(document: Any) -> list[Any] | None:
    """The list of the records of a JSON document."""
    while isinstance(document, dict):
        document = next(
            (
                document[key]
                for key in ("elements", "nodes", "message", "results", "items", "data", "references")
                if key in document
            ),
            None,
        )
    return document if isinstance(document, list) else None


def _in_column(text: str, numbers: Iterator[int]) -> str:
    """A table with a mark in each title, or in its first column where it has none."""
    mark = next((mark for mark in "\t,;" if mark in text.split("\n", 1)[0]), ",")
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    at = next((place for place, name in enumerate(head) if name.strip("\ufeff ") in _COLUMNS), 0)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        if row and out.tell() < _MOST:
            numeric = row[at].isdecimal() and "creation" in head
            writer.writerow(
                row
                if numeric
                else [
                    *row[:at],
                    f"{row[at]}zq{next(numbers)}x" if at == 0 else f"zq{next(numbers)}x {row[at]}",
                    *row[at + 1 :],
                ]
            )
    return out.getvalue()


def _in_entries(text: str, numbers: Iterator[int]) -> str:
    """An article with a mark at the end of each entry of its list; of a long one the beginning and the end."""
    lines = text.splitlines()
    if len(text) > _MOST:
        lines = (
            lines[:20]
            + [
                line
                for line, size in zip(lines[::-1], itertools.accumulate(map(len, lines[::-1])), strict=True)
                if size < _MOST
            ][::-1]
        )
    found, within = [], False
    for line in lines:
        within = within or bool(
            re.search(r"references|参考文献|bibliography|литератур", line.lower()) or ENTRY.match(line)
        )
        ended = ENTRY.match(line) and within
        found.append(re.sub(r"(?=</li>|$)", f" zq{next(numbers)}x", line.rstrip(), count=1) if ended else line)
    return "\n".join(found) + "\n"


#: How an entry of an article's list begins.
ENTRY = re.compile(r"\s*(?:[*-] |\[\d+\] |\d+\. |<li|\\bibitem)")


def entries_of(reader: str, text: str, *, whole: bool = True) -> list[tuple[int, str]]:
    """The records that a text shows, each with the number of its first line, or of itself where it is JSON read as a `whole`."""
    if whole and text.lstrip()[:1] in {"{", "["} and reader != "rdf":
        try:
            items = items_of(document := json.loads(text))
            return [
                (n, json.dumps(item, ensure_ascii=False))
                for n, item in enumerate([document] if items is None else items, start=1)
            ]
        except (ValueError, RecursionError):
            pass
    start = FORMATS[reader].start
    if not whole and text.startswith(("{", "[")):
        start = r"^  \{|^\{"
    if not start:
        return list(enumerate(text.split("\n"), start=1))
    starts = [match.start() for match in re.finditer(start, text, re.MULTILINE)] or [0]
    ends = [*starts[1:], len(text)]
    return [(1 + text.count("\n", 0, begin), text[begin:end]) for begin, end in zip(starts, ends, strict=True)]


def titles_in(reader: str, text: str) -> set[str]:
    """The marks that still stand where the format has a title, or where a row or an entry can be read."""
    form = FORMATS[reader]
    if form.title:
        return {match[1] for match in re.finditer(f"(?:{form.title})({MARK.pattern})", text, re.MULTILINE)}
    return set(MARK.findall(text))


_NAMES = ("Roe, Ann", "Poe, Bo", "Stone, Ada", "Lund, Eva", "Ito, Kenji", "Harrow, A.", "Marsh, B.", "Weiss, C.")
_WORKS = [
    (n, name, 1980 + n, f"Towns and their {what}")
    for n, (name, what) in enumerate(
        zip(_NAMES, ("squares", "lamps", "ferries", "walls", "gates", "bells", "wells", "maps"), strict=True)
    )
]


def _each(form: str) -> str:
    return "".join(form.format(n=n, name=name, year=year, title=title) for n, name, year, title in _WORKS)


#: Formats of which there is no larger real file: plain files as their programs write them.
MADE = {
    "hist.net": "*Vertices 8\n" + _each('{n} "{name}-{year}"\n').replace("0 ", "8 ", 1) + "*Arcs\n2 1\n3 1\n4 2\n5 4\n6 5\n7 6\n8 1\n",
    "many.enw": _each("%0 Journal Article\n%T {title}\n%A {name}\n%D {year}\n%J Town Journal\n%P 1-{n}\n\n"),
    "many.endnote.xml": "<?xml version='1.0'?><xml><records>\n" + _each("<record><ref-type name='Book'>6</ref-type><contributors><authors><author>{name}</author></authors></contributors><titles><title>{title}</title></titles><dates><year>{year}</year></dates></record>\n") + "</records></xml>\n",
    "many.pubmed.xml": "<?xml version='1.0'?><PubmedArticleSet>\n" + _each("<PubmedArticle><MedlineCitation><PMID>10{n}</PMID><Article><Journal><JournalIssue><PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>J</Title></Journal><ArticleTitle>{title}.</ArticleTitle></Article></MedlineCitation></PubmedArticle>\n") + "</PubmedArticleSet>\n",
    "many.jats.xml": "<article><front><article-meta><title-group><article-title>A</article-title></title-group></article-meta></front><back><ref-list>\n" + _each("<ref id='r{n}'><mixed-citation>{name} ({year}). {title}. Town Journal {n}:1-9.</mixed-citation></ref>\n") + "</ref-list></back></article>\n",
    "many.tei.xml": "<TEI><text><back><listBibl>\n" + _each("<bibl><title level='a'>{title}</title><author>{name}</author><date>{year}</date></bibl>\n") + "</listBibl></back></text></TEI>\n",
    "many.ids.txt": _each("10.5555/towns.{year}.{n}\n") + _each("https://doi.org/10.5555/{year}.{n} # a remark\n"),
    "many.article.md": "# Towns at night\n\nTowns are seldom quiet, and their bells are heard by all who sleep.\n\n# References\n\n" + _each("* {name} ({year}). {title}. Town Journal, {n}, 1-9.\n"),
}  # fmt: skip
