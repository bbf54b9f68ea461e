"""20,000 mutated files over all readers: no traceback, no hang, no graph that cannot be opened, and nothing lost without a word.

Every title of a file is given a word of its own before the file is damaged. Afterwards each such word that still stands where
the format has a title must come back in what was kept, or in a remark, or be in a record that a remark names; and there are
never fewer records kept and listed than a plain count of the text finds. What is no record by the rules of its format is
excepted in `_excepted`, rule by rule.
"""

import csv
import io
import random
import re
import resource
import shutil
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import kg
from faults.marked_files import ENTRY, FORMATS, MARK, Marked, entries_of, marked_files, titles_in
from faults.mutations import mutated
from kg.errors import InputError
from kg.ingest.detect import recognise
from kg.ingest.readers.html_lines import looks_like_html
from kg.ingest.readers.text_files import delimiter
from kg.model import Batch
from kg.plugins import READERS, load
from tests.faults.alarm import Hangs, ended_after

#: Where a record is a citation too.
NETWORKS = ("edges", "pajek", "graphml", "gexf", "cytoscape", "rdf", "opencitations", "s2orc", "tables")
#: An article of one kind put into one of another is of neither; these are whole.
KINDS = {(".html", True, False), (".tex", False, True), (".md", False, False), (".txt", False, False)}
CPU, MEMORY = 5, 1 << 30  # of one file: seconds, bytes


@contextmanager
def bounded() -> Iterator[None]:
    """So many seconds of CPU, and so many bytes more than are held now."""
    held = int(re.search(r"VmData:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))[1]) * 1024
    usual = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (held + MEMORY, usual[1]))
    try:
        with ended_after(CPU):
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, usual)


@dataclass
class Counts:
    """What became of the files of a format."""

    files: int = 0
    refused: int = 0
    other: int = 0
    kept: int = 0
    listed: int = 0
    graphs: int = 0
    faults: list[str] = field(default_factory=list)


def shown(path: Path) -> str:
    """The text of a file as anyone would read it."""
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        unpack = zlib.decompressobj(31)
        with suppress(zlib.error):
            data = unpack.decompress(data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def accounted(reader: str, batches: list[Batch]) -> int:
    """Records kept, listed, or listed before."""
    network = reader in NETWORKS
    kept = sum(sum(network or not work.stub for work in batch.works) + len(batch.references) for batch in batches)
    if network:
        kept += sum(citation.times for batch in batches for citation in batch.citations)
        kept += sum(int(sum(batch.table.times)) for batch in batches if batch.table)
    return kept + sum(len(batch.remarks) + batch.duplicates for batch in batches)


def counted(reader: str, text: str) -> int:
    """How many records a text shows by their first lines, or by its lines; 0 where a count of such says nothing."""
    if reader in {"edges", "opencitations"}:
        return (
            sum(bool(line.strip()) for line in re.split("\r\n|\r|\n", text)[1:])
            if '"' not in text and text.count("\n")
            else 0
        )
    return (
        len(re.findall(FORMATS[reader].start, text, re.MULTILINE))
        if reader in {"bibtex", "ris", "nbib", "wos", "enw"}
        else 0
    )


def lost(reader: str, text: str, batches: list[Batch], marks: set[str]) -> list[str]:
    """The titles that stand in a text and neither in what was kept of it nor in a record that a remark names."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    told = repr(batches).lower()
    kept = set(MARK.findall(told))
    missing = (titles_in(reader, text) & marks) - kept
    if not missing:
        return []
    entries = entries_of(reader, text)
    remarks = [remark for batch in batches for remark in batch.remarks]
    places = {
        int(number)
        for remark in remarks
        for number in re.findall(r"(?:line|item|record|row|entry|reference|node|edge) (\d+)", remark.where)
    }
    by_line, lines = not entries or "line" in "".join(remark.where for remark in remarks[:1]), text.split("\n")
    found = []
    for mark in sorted(missing):
        for place, (number, entry) in enumerate(entries, start=1):
            if mark not in entry.lower() or (number == 1 and FORMATS[reader].words == FORMATS["table"].words):
                continue  # the first line of a table holds names of columns
            if by_line and FORMATS[reader].start:  # a remark names any line of the record, or the record itself
                covered = any(number <= line <= number + entry.count("\n") for line in places)
            elif by_line:  # rows, of which one may run over several lines
                before = max((line for line in places if line <= number), default=0)
                covered = before > 0 and not any(
                    MARK.search(line.lower()) and set(MARK.findall(line.lower())) & kept
                    for line in lines[before:number]
                )
            else:
                covered = place in places or number in places
            if not covered and not _excepted(reader, mark, entry, text, told):
                found.append(f"{mark} in {entry[:200]!r}")
                break
    return found


def _excepted(reader: str, mark: str, entry: str, text: str, kept: str) -> bool:
    """Whether a title is that of no record by the rules of its format, or its record is kept by another name."""
    line, before = next(line for line in entry.split("\n") if mark in line), text.partition(mark)[0]
    marks, words = MARK.findall(entry), re.findall(r"[\w./:-]{6,}", entry.lower())
    if reader == "bibtex":  # what stands in @comment{...} is commented out
        return bool(re.match(r"\s*@comment", entry, re.IGNORECASE))
    if reader == "ids":  # what stands behind # is a remark
        return bool(re.search(rf"(?:^|\s)#.*{mark}", line))
    if reader == "article":
        return _no_item(ENTRY.match(line), line, text, before)
    if reader == "jats" and "<sub-article" in before:  # the list of a review or an answer
        return True
    if reader == "rdf":  # a node that is no fabio:Expression is no work
        node = re.escape(line.split(" ")[0])
        if not line.startswith("<"):  # Turtle as kg writes it, a node with its class in a line above
            return re.findall(r"^\S+ a (\S+)", before, re.MULTILINE)[-1:] not in ([], ["fabio:Expression"])
        return not re.search(rf"{node} (?:a|<[^<>]*#type>) \S*fabio[:/]Expression", text)
    if not FORMATS[
        reader
    ].title:  # names of columns stand in the first line; a row in a quoted cell is text of that cell
        with suppress(csv.Error):
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text.partition("\n")[0]), strict=True)
            if all("\n" in cell for row in rows for cell in row if mark in cell):
                return True
    if reader in {"tei", "zotero", "s2", "crossref"}:  # an item with several titles, some in fields of other names
        return any(other in kept for other in marks)
    own = (word for word in words if re.search(r"\d", word) and text.lower().count(word) == entry.lower().count(word))
    return len(marks) == 1 and any(word in kept for word in own)  # kept by what no other record has


def _no_item(item: re.Match[str] | None, line: str, text: str, before: str) -> bool:
    """Whether a line is no entry of an article's list: no item, in a comment or a tag, of another kind of article, too short."""
    if not item or "\\end{thebibliography}" in before or ("\\bibitem" in text and "\\bibitem" not in item[0]):
        return True
    if looks_like_html(text) and before.rpartition("<li")[2].count('"') % 2:  # an attribute that was left open
        return True
    short = len(re.findall(r"[^\W\d_]{2,}", MARK.sub("", line))) < 3
    return short or before.rfind("<!--") > before.rfind("-->") or ("<li" in item[0] and not looks_like_html(text))


def read(reader: str, path: Path, text: str, counts: Counts, marks: set[str], *, named: bool) -> str:
    """Read a file, by the reader that recognises it or one that is named: what is wrong with what came of it, or ""."""
    refusal: InputError | None = None
    batches: list[Batch] = []
    try:
        with bounded():
            known = recognise(path, as_=reader if named else None)
            batches = list(load("reader", known)(path, source=path.name))
    except InputError as error:
        refusal = error
    except (Exception, Hangs):  # noqa: BLE001  (whatever it is, it is what is looked for)
        return traceback.format_exc(limit=-3)
    if refusal:
        counts.refused += 1
        return "" if refusal.hint and "\n" not in refusal.message else f"no hint, or lines: {refusal.message!r}"
    kept = [
        batch for batch in batches if batch.works or batch.references or batch.table or batch.citations or batch.ids
    ]
    counts.listed += sum(len(batch.remarks) for batch in batches)
    counts.kept += accounted(reader, batches) - sum(len(batch.remarks) for batch in batches)
    if known != reader or (
        reader == "article" and (path.suffix, looks_like_html(text), "\\bibitem" in text) not in KINDS
    ):
        counts.other += 1
        return ""
    if not kept:
        return "nothing kept, and not refused"
    if accounted(reader, batches) < sum(batch.records for batch in batches):
        return f"{sum(batch.records for batch in batches)} records seen, {accounted(reader, batches)} accounted for"
    if accounted(reader, batches) < (shown_records := counted(reader, text)):
        return f"{shown_records} records stand in the text, {accounted(reader, batches)} accounted for"
    if missing := lost(reader, text, batches, marks):
        return f"lost: {missing[:3]}"
    return ""


def graph_of(reader: str, path: Path, folder: Path, counts: Counts, *, named: bool) -> str:
    """Ingest a file into a graph of its own: what is wrong with the graph, or ""."""
    counts.graphs += 1
    graph = folder / "graph"
    try:
        with bounded(), suppress(InputError):
            offline = "none" if reader in {"ids", "article", "jats", "tei"} else None
            kg.ingest(path, graph=str(graph), as_=reader if named else None, from_=offline)
            info, found = kg.open_graph(str(graph)).info(), kg.verify(str(graph))
            assert str(info)
            assert found.well, str(found)
    except (Exception, Hangs):  # noqa: BLE001
        return traceback.format_exc(limit=-3)
    finally:
        shutil.rmtree(graph, ignore_errors=True)
    return ""


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What kg writes of a graph in every format that it also reads."""
    folder = tmp_path_factory.mktemp("exports")
    cases = Path(__file__).parents[1] / "cases"
    kg.ingest(
        [cases / name for name in ("b02.bib", "f_cr.json", "g01.graphml", "j01oa.json", "w10annual.txt")],
        graph=str(folder / "g"),
    )
    graph = kg.open_graph(str(folder / "g"))
    for kind in ("ttl", "nt", "jsonld", "graphml", "gexf", "cytoscape", "pajek", "bibtex", "ris", "csl", "csv"):
        graph.export(kind, folder / f"graph.{kind}")
    return folder


def write(folder: Path, base: Marked, data: bytes, n: int) -> Path:
    """A mutated file, or a folder of tables with one that is mutated."""
    folder = folder / str(n)
    if base.beside is None:
        folder.mkdir()
        (folder / base.name).write_bytes(data)
        return folder / base.name
    shutil.copytree(base.beside, folder)
    (folder / base.name).write_bytes(data)
    return folder


def test_every_reader_has_files():
    """A reader that is new needs some here."""
    assert set(FORMATS) == set(READERS)


@pytest.mark.parametrize(
    "files",
    [pytest.param(6, marks=pytest.mark.long, id="some"), pytest.param(700, marks=pytest.mark.nightly, id="all")],
)
@pytest.mark.parametrize("reader", FORMATS)
def test_mutated_files_are_read_or_refused(reader: str, files: int, exports: Path, tmp_path: Path):
    """Each file ends soon, with an answer or one line and a hint; what it held is kept or listed; its graph is well."""
    chance, counts = random.Random(f"{reader} {files}"), Counts()  # noqa: S311
    bases = marked_files(reader, exports)
    others = [base.text.encode("utf-8", "surrogatepass") for base in bases]
    foreign = [
        base.text.encode("utf-8", "surrogatepass")
        for name in ("bibtex", "ris", "wos", "endnote", "csl", "edges", "article")
        if name != reader
        for base in marked_files(name, exports)[:1]
    ]
    records = [[entry.encode() for _, entry in entries_of(reader, base.text, whole=False)] for base in bases]
    marks = set[str]()
    for n, base in enumerate(bases):  # those that the whole files show: others stand where the format has no title
        path = write(tmp_path, base, others[n], -1 - n)
        marks |= set(MARK.findall(repr(list(load("reader", reader)(path, source=path.name))).lower()))
    for n in range(files):
        base = bases[n % len(bases)]
        data = mutated(others[n % len(bases)], chance, others, foreign, FORMATS[reader].words, records[n % len(bases)])
        path, named = write(tmp_path, base, data, n), chance.random() < 0.3
        counts.files += 1
        text = shown(path / base.name if path.is_dir() else path)
        fault = read(reader, path, text, counts, marks, named=named)
        if fault or n % 20 == 0:
            fault = fault or graph_of(reader, path, tmp_path, counts, named=named)
        if fault:
            counts.faults.append(f"{n} {base.name} {'as_ ' if named else ''}{fault}")
        else:
            shutil.rmtree(tmp_path / str(n))
    told = (
        f"{counts.files} files, {counts.refused} refused, {counts.other} of another format, {counts.kept} records kept"
    )
    print(f"{reader}: {told}, {counts.listed} listed, {counts.graphs} graphs, {len(counts.faults)} faults")  # noqa: T201
    assert not counts.faults, "\n".join(counts.faults)
