"""Articles in Markdown, HTML or plain text, in any language: finds the reference list and reads its entries."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from kg.errors import InputError
from kg.ingest.readers.article_head import FRONT_MATTER, head_of
from kg.ingest.readers.cited_strings import MOST
from kg.ingest.readers.html_lines import lines_of_html, looks_like_html
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.reference_text import has_year, names_in, parse_reference, plain
from kg.ingest.readers.tex import from_tex
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Remark
from kg.text import title_key

#: What reference lists are called, compared without case, accents and numbering.
HEADINGS = frozenset(
    title_key(heading)
    for heading in (
        "References", "Reference list", "Reference", "References cited", "References and notes", "Bibliography",
        "Selected bibliography", "Literature", "Literature cited", "Cited literature", "Works cited", "Reading list",
        "Further reading", "Literatur", "Literaturverzeichnis", "Quellen", "Quellenverzeichnis", "Références",
        "Références bibliographiques", "Bibliographie", "Referencias", "Referencias bibliográficas", "Bibliografía",
        "Riferimenti", "Riferimenti bibliografici", "Bibliografia", "Referências", "Referências bibliográficas",
        "Referenties", "Literatuur", "Literatuurlijst", "Bibliografie", "Referenser", "Litteraturförteckning",
        "Litteratur", "Litteraturliste", "Referanser", "Referencer", "Viitteet", "Lähteet", "Kirjallisuus",
        "Literatura", "Piśmiennictwo", "Seznam literatury", "Použitá literatura", "Viri", "Reference in literatura",
        "Irodalom", "Irodalomjegyzék", "Hivatkozások", "Referințe", "Kaynakça", "Kaynaklar", "Литература",
        "Список литературы", "Список использованной литературы", "Источники", "Література", "Список літератури",
        "Βιβλιογραφία", "Αναφορές", "参考文献", "参考资料", "引用文献", "參考文獻", "参考書目", "参考书目", "文献",
        "참고문헌", "참고 문헌", "المراجع", "مراجع", "ביבליוגרפיה", "מקורות", "संदर्भ", "เอกสารอ้างอิง",
        "Tài liệu tham khảo", "Daftar pustaka", "Rujukan",
    )
)  # fmt: skip
_MARK = re.compile(
    r"[*_\\]{0,3}(?:[*+•·▪‣◦●–-][ \t\xa0]+|\\?\[\^?[^\]\[\s]{1,14}\\?\]:?(?!\()[*_]{0,3}\s*|\(?\d{1,3}\\?[.)）、](?!\d)[*_]{0,3}\s*)"
)
_BIBITEM = re.compile(
    r"\\bibitem(?![a-zA-Z])\s*(?:\[[^\[\]]*\])?\s*(?:\{[^{}]*\})?(?P<text>.*?)(?=\\bibitem(?![a-zA-Z])|\\end\{|\Z)",
    re.DOTALL,
)
#: Volume, pages or a publisher and its town, as an entry gives them.
_PLACE = re.compile(r"\d\s?\(\d+\)|\bpp?\.\s?\d|\d[–-]\d|\d p\.|\b[A-ZÀ-Þ]\w+: [A-ZÀ-Þ]\w+")
_LONGEST_DOI, _LONGEST_HEADING = 200, 500
_COLON = re.compile(r"[:：]\W{0,99}$")
_DASH = re.compile(r"(?:[—–―-]{2,}|_{3,})(?P<mark>[.,]?)\s*(?=[\w“\"(])")
_SUFFIXES = frozenset({".md", ".markdown", ".html", ".htm", ".txt", ".text", ".rst", ".org", ".tex", ""})
_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_UNDERLINE, _RULE = re.compile("=+|-{3,}"), re.compile("[=*_-]{3,}")
_NUMBERING = re.compile(r"^[\s\d.IVXⅰ-ⅿ§]+(?=[\s.])|[*_#:：]")
_BRACKETS = re.compile("[()（）/|]")
_SENTENCE = re.compile(r"[^\W\d_]{2}[)\]”\"*_]*[.!?](?:[)\]”\"*_]*$|\s)|[。！？]")


@dataclass(slots=True)
class _Block:
    """A heading, a list item or a paragraph; `level` is that of a heading (7 for a line in bold or alone)."""

    kind: str
    line: int
    lines: list[str]
    level: int = 0

    @property
    def text(self) -> str:
        return _lines_joined(self.lines)


def _lines_joined(lines: Iterable[str]) -> str:
    """Lines as one: a word broken by a hyphen and a DOI broken after a mark are made whole."""
    pieces: list[str] = []
    for line in filter(None, map(str.strip, lines)):
        before = "".join(pieces[-6:])[-_LONGEST_DOI:]
        if re.search(r"[a-z]{2}-$", before) and re.match(r"[a-z]{2}", line):
            pieces[-1] = pieces[-1][:-1]
        elif pieces and not (re.search(r"10\.\d{4,9}/\S*[./_-]$", before) and re.match(r"[a-z\d]", line)):
            pieces.append(" ")
        pieces.append(line)
    return "".join(pieces)


def _is_article(sample: Sample) -> bool:
    return looks_like_html(sample.text) or (not sample.is_json and sample.suffix in _SUFFIXES)


@reader(_is_article)
def read_article(path: Path, *, source: str = "", strict: bool = False) -> Iterator[Batch]:
    """The references of an article, to be looked up, in one batch, with what the article says of itself.

    They stand under a heading such as References, in whatever language; without one, the longest run of entries that
    look like citations is taken. A file with next to no sentences beside them is a list, not an article (`_fault`).
    Raises InputError where the file has no reference list.
    """
    del source, strict
    text = read_text(path)
    is_page = looks_like_html(text)
    shown = FRONT_MATTER.sub(lambda matter: "\n" * matter[0].count("\n"), text)
    entries, unread = [] if is_page else _of_latex(text), dict[int, str]()
    if entries:
        shown = re.split(r"\\begin\{thebibliography|\\bibitem\b", text)[0].rpartition(r"\begin{document}")[2]
    blocks = list(_blocks(lines_of_html(text) if is_page else shown.splitlines()))
    is_latex = bool(entries)
    if not entries:
        entries, unread = _under_heading(blocks)
    if not entries:
        entries, unread = _longest_run(blocks)
    if not entries:
        raise InputError(
            f"no reference list in {path}",
            "kg looks for a heading such as References or a list whose entries give authors, year and title",
        )
    references = [
        parse_reference(entry, where=f"{path.name} {f'entry {n}' if is_page else f'line {line}'}")
        for n, (line, entry) in enumerate(_named_again(entries), start=1)
    ]
    lines = [(b.kind, line[:MOST]) for b in blocks[:20] for line in b.lines[:20]]
    lines = [(kind, line) for kind, line in lines if kind != "heading" or not _is_known_heading(line)]
    article = head_of(text, [] if is_latex else lines, page=is_page)
    fault = _fault(article.title, blocks, {line for line, _ in entries})
    lost = unread if is_latex else unread | dict(_strays(blocks, {line for line, _ in entries}))
    told = [(0, article.fault)] if article.fault else []
    told += [(line, f"not read as a reference: {plain(entry[:MOST])[:200]}") for line, entry in sorted(lost.items())]
    yield Batch(
        references=references,
        article=replace(article, fault=fault, reported_references=len(references) + len(unread)),
        remarks=[Remark(path.name if is_page or not line else f"{path.name} line {line}", said) for line, said in told],
    )


def _fault(title: str, blocks: list[_Block], entries: set[int]) -> str:
    """Why a file is no work of its own, "" where it is one: it has sentences beside its list, and a title.

    Sentences of thirty letters in all are enough, or of a thousand where the title is that of a list ("Reading list on drift"). What
    stands in the section of the list does not count.
    """
    prose, within = 0, 0
    for block in blocks:
        if block.kind == "heading" and (not within or block.level <= within):
            within = block.level if _is_known_heading(block.text) else 0
        elif block.kind == "paragraph" and not within and block.line not in entries and _SENTENCE.search(block.text):
            prose += sum(map(str.isalpha, plain(" ".join(block.lines)[:MOST])))
    key = title_key(re.sub(r"^(?:an?|the|my|our|selected|annotated|short)\s", "", title.strip(), flags=re.IGNORECASE))
    of_list = any(f"{key} ".startswith(f"{heading} ") for heading in HEADINGS)
    if prose < (1000 if of_list else 30):
        return "it holds a list of references and hardly a sentence beside it"
    return "" if title else "it states no title"


def _of_latex(text: str) -> list[tuple[int, str]]:
    """The entries of a `thebibliography`."""
    found, line, at = list[tuple[int, str]](), 1, 0
    for item in _BIBITEM.finditer(text, max(0, text.find(r"\begin{thebibliography"))):
        entry = from_tex(re.sub(r"(?<!\\)%.*|\\newblock\b", " ", item["text"]))
        line, at = line + text.count("\n", at, item.start()), item.start()
        found.append((line, entry))
    return found


def _named_again(entries: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Entries in which a dash stands for the authors of the one before, with these authors written out.

    They are written until they are as long as all entries, which happens in no list by hand.
    """
    names, left = "", 10_000 + sum(len(entry) for _, entry in entries)
    for line, entry in entries:
        dash = _DASH.match(entry)
        left -= len(names) if dash else 0
        text = f"{names}{dash['mark']} {entry[dash.end() :]}" if dash and names and left >= 0 else entry
        names = names_in(text) or names
        yield line, text


def _blocks(lines: list[str]) -> Iterator[_Block]:
    block: _Block | None = None
    closed, indent = False, 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            closed = True
            continue
        depth = len(line) - len(line.lstrip())
        text = line.strip()
        heading = _HEADING.match(text)
        underline = lines[number].strip() if number < len(lines) else ""
        mark = _MARK.match(text)
        if heading or _UNDERLINE.fullmatch(underline) or _is_known_heading(text):
            if block:
                yield block
            words = text[heading.end() :].rstrip("#").rstrip() if heading else text
            level = len(heading.group(1)) if heading else 1 if underline.startswith("=") else 7
            block, closed = _Block("heading", number, [words], level), True
        elif _RULE.fullmatch(text):
            closed = True
        elif mark and not (block and block.kind == "item" and depth >= indent + 2):
            if block:
                yield block
            block, closed, indent = _Block("item", number, [text[mark.end() :]]), False, depth
        elif block and block.kind != "heading" and (not closed or (block.kind == "item" and depth >= 2)):
            block.lines.append(line)
            closed = False
        else:
            if block:
                yield block
            block, closed = _Block("paragraph", number, [line]), False
    if block:
        yield block


def _is_known_heading(text: str) -> bool:
    if len(text) > _LONGEST_HEADING:
        return False
    words = _NUMBERING.sub("", plain(text)).strip()
    names = dict.fromkeys((words, *_BRACKETS.split(words)))
    return len(words) <= 60 and any(title_key(name) in HEADINGS for name in names if name.strip())


def _under_heading(blocks: list[_Block]) -> tuple[list[tuple[int, str]], dict[int, str]]:
    """Entries under the headings that name a reference list, in their order; those that may be entries, and are not read."""
    found: dict[int, str] = {}
    unread: dict[int, str] = {}
    for start, heading in enumerate(blocks):
        if heading.kind != "heading" or not _is_known_heading(heading.text):
            continue
        ends = (
            place
            for place in range(start + 1, len(blocks))
            if blocks[place].kind == "heading" and blocks[place].level <= heading.level
        )
        section = blocks[start + 1 : next(ends, len(blocks))]
        items = [(block.line, block.text) for block in section if block.kind == "item" and _is_entry(block.text)]
        if not items:
            paragraphs = list(_paragraphs(section))
            items = [entry for entry in paragraphs if _is_citation(entry[1], listed=True)]
            unread |= {line: text for line, text in paragraphs if has_year(text)}
        found |= dict(items)
    return sorted(found.items()), {line: unread[line] for line in unread.keys() - found.keys()}


def _strays(blocks: list[_Block], read: set[int]) -> Iterator[tuple[int, str]]:
    """What may be an entry and is not read: list items like one or beside one, and dated paragraphs under the heading."""
    within = False
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        several = list(group)
        within = _is_known_heading(several[-1].text) if kind == "heading" else within
        beside = any(block.line in read for block in several)
        for block in several:
            dated = kind == "paragraph" and within and has_year(block.text) and not _COLON.search(block.text)
            like = kind == "item" and ((beside and _is_entry(block.text)) or _is_citation(block.text, listed=True))
            if (dated or like) and read.isdisjoint(range(block.line, block.line + len(block.lines))):
                yield block.line, block.text


def _longest_run(blocks: list[_Block]) -> tuple[list[tuple[int, str]], dict[int, str]]:
    """The longest run of list items (else of paragraphs) that look like citations, and such as stand elsewhere.

    Of two equals it is the later one.
    """
    items = [(block.line, block.text if block.kind == "item" else "") for block in blocks]
    items = [item for item, block in zip(items, blocks, strict=True) if block.kind != "paragraph"]
    best: list[tuple[int, str]] = []
    for candidates in (items, list(_paragraphs(blocks))):
        run: list[tuple[int, str]] = []
        for entry in [*candidates, (0, "")]:
            if _is_citation(entry[1]):
                run.append(entry)
                continue
            best = max(best, run, key=len) if len(run) != len(best) else run or best
            run = []
        if len(best) >= 2:
            others = {line: text for line, text in candidates if _is_citation(text)}
            return best, {line: others[line] for line in others.keys() - dict(best).keys()}
    return [], {}


def _paragraphs(blocks: list[_Block]) -> Iterator[tuple[int, str]]:
    """Paragraphs, cut into lines where each line is an entry of its own or entries hang out to the left."""
    for block in blocks:
        if block.kind != "paragraph":
            continue
        firsts = [line for line in block.lines if line[:1].strip()]
        if len(firsts) < len(block.lines) or sum(map(has_year, firsts)) * 3 >= len(firsts) * 2:
            line, entry = block.line, list[str]()
            for number, text in enumerate(block.lines, start=block.line):
                if text[:1].strip() and entry:
                    yield line, _lines_joined(entry)
                    line, entry = number, []
                entry.append(text)
            yield line, _lines_joined(entry)
        else:
            yield block.line, block.text


def _is_entry(text: str) -> bool:
    """Whether a list item under the heading is long enough to cite something."""
    return (
        len(text) > 3_000
        or "http" in text
        or has_year(text)
        or len(re.findall(r"[^\W\d_]{2,}", plain(text[:3_000]))) >= 3
    )


def _is_citation(text: str, *, listed: bool = False) -> bool:
    """Whether a text outside a list, or without a heading, reads like a citation: names, a year, a title."""
    if len(text) > 3_000 or len(plain(text)) > 600 or not has_year(text):
        return False
    if _DASH.match(text):
        return True
    reference = parse_reference(text)
    if listed and (reference.venue or _PLACE.search(text)):  # under the heading either is enough
        return bool(reference.authors or reference.title)
    return bool(reference.authors and reference.title)
