"""Start: from one input to a graph, its map and report, and what it says. `kg.start(...)` calls `start`."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from kg.aside import replaced
from kg.build.lookup_sources import is_on_the_web
from kg.build.other_sources import LookedUp, open_fallbacks
from kg.children import command
from kg.errors import AmbiguousWork, InputError, KgError, NothingFound, PartialResult, SourceError
from kg.graph.folder import BUNDLED, Workspace, folder_of
from kg.graph.search import describe, name_work, near_titles
from kg.ids import parse_identifier
from kg.ingest.resolve.resolver import resolve
from kg.library.answers import Answer, Block
from kg.library.graph import open_graph
from kg.library.ingest import ingest, source_names
from kg.library.ingested import Ingested, Progress, told
from kg.model import Reference, Remark, Work
from kg.output.export.bibtex import to_bibtex
from kg.output.finding import finding
from kg.text import counted, printable, title_key

BUDGET_S = 120
_PAGES = ("map.html", "report.html")
_LARGE = 50_000  # works above which each page is made by a process of its own, beginning with none of what reading took
_MOST = 75_000  # works above which the report, which takes 0.2 GB of memory and 2 kB for each, is left to `kg report`
#: What names a file, there or not, rather than a title.
_FILE = re.compile(
    r"(?:~|\.{0,2}/).*|\S+/\S*|\S+\.[a-z]\w{1,4}|.*\.(?:bib|ris|md|txt|[ct]sv|json|html?|xml|pdf|docx?|tex|gz)",
    re.IGNORECASE,
)
_LONGEST = 60  # characters of a graph's name
_SHOWN = 8  # works that a title may mean


@dataclass(frozen=True, repr=False)
class Started(Answer):
    """What was made of an input, and what it says.

    Attributes
    ----------
    subject : str
        What was read: a file with its format, or the work that an identifier or a title means.
    graph : str
        The name of the graph.
    folder : Path
        Its folder.
    ingested : Ingested
        What was read, found and kept.
    lines : tuple[str, ...]
        What the graph says, one sentence each.
    files : tuple[Path, ...]
        The map, and the report where the graph has at most 75,000 works.
    missing : tuple[str, ...]
        What was not reached, and why.
    next_step : str
        What to do next.
    """

    subject: str
    graph: str
    folder: Path
    ingested: Ingested
    lines: tuple[str, ...]
    files: tuple[Path, ...]
    missing: tuple[str, ...]
    next_step: str
    notes: tuple[str, ...] = ()

    @property
    def skipped(self) -> tuple[Remark, ...]:
        """Records of the file that were left out or changed: where they stand, and why."""
        name = Path(next(iter(self.ingested.files))).name
        return tuple(remark for remark in self.ingested.remarks if remark.where.startswith(name))

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg start --json`."""
        done = self.ingested
        return {
            "subject": self.subject,
            "graph": self.graph,
            "folder": str(self.folder),
            "read": {"files": dict(done.files), "records": done.records},
            "works": done.total["works"],
            "citations": done.total["citations"],
            "references": {"found": done.found, "of": len(done.resolutions)},
            "found": list(self.lines),
            "files": [str(file) for file in self.files],
            "missing": list(self.missing),
            "skipped": [asdict(remark) for remark in self.skipped],
            "next_step": self.next_step,
            "notes": list(self.notes),
        }

    def raise_if_incomplete(self) -> None:
        """Raise unless everything that was asked for came.

        Raises
        ------
        PartialResult
            If a service gave up, or a list of one is incomplete.
        """
        if self.missing:
            many = counted(len(self.missing), "source")
            raise PartialResult(f"not everything came: {many} gave no further answer", self.next_step)
        self.ingested.raise_if_incomplete()

    def blocks(self) -> Iterator[Block]:
        """What was read and found, what is missing, the files, and what to do next."""
        done = self.ingested
        ((file, kind),) = done.files.items()
        many, found = len(done.resolutions), f"{done.found:,}"
        if Path(file).parent == self.folder or not many:  # it was written for an identifier or a title
            read = ""
        elif kind in ("article", "ids"):
            read = f"{found} of {counted(many, 'reference')} found; "
        else:
            left = f", {counted(len(self.skipped), 'record')} left out or changed" if self.skipped else ""
            read = f"{counted(many, 'work')} read, {found} of them found elsewhere too{left}; "
        held = f"{counted(done.total['works'], 'work')} and {counted(done.total['citations'], 'citation')}"
        yield f"{self.subject}: {read}{held} in the graph {self.graph}"
        yield from told(self.skipped)
        file = shlex.quote(file)
        for article in done.articles:
            if article.id is None and kind == "ids":
                continue
            if article.id is None:
                how = f'`kg ingest {file} --title "..." --graph {shlex.quote(self.graph)}` makes it one that cites them'
                yield f"{article.file} is no work of the graph: {article.reason}; {how}"
            elif article.year is None:
                how = f"`kg ingest {file} --year YEAR --graph {shlex.quote(self.graph)}` adds it"
                yield f"{article.file} is a work of the graph and states no year, so it is on no path; {how}"
        yield "\n".join(["", "What these data say", *(f"- {line}" for line in self.lines)])
        if self.missing:
            yield "\n".join(["", "What is missing", *(f"- {line}" for line in self.missing)])
        yield "\n".join(["", "Written", *(f"  {file}" for file in self.files)])
        yield f"\nnext: {self.next_step}"


def start(
    input: str | Path,  # noqa: A002  (the word of the command)
    *,
    graph: str | None = None,
    from_: str | Sequence[str] = "auto",
    budget: float = BUDGET_S,
    offline: bool = False,
    progress: Progress | None = None,
) -> Started:
    """Make a graph of one input with what is known of it, draw its map, write its report, and tell what they say.

    The input and the works that kg brings along are read first, then services are asked for what is missing; what is there
    already is not asked for again. Without a network the graph is made of what is at hand.

    Parameters
    ----------
    input : str or Path
        A file (an article, a bibliography, a list of DOIs ...), a DOI, an arXiv id or another identifier, or a title.
    graph : str, optional
        The graph to make or add to: a name under ./graphs, or a folder; named after the input if not given.
    from_ : str or sequence of str
        The services that are asked, as for `ingest`.
    budget : float
        Ask each of them for so many seconds at most; the same call goes on where they ended.
    offline : bool
        Ask none.
    progress : Progress, optional
        Told of each step, and of requests as `ingest` tells.

    Returns
    -------
    Started
        The graph, the pages and what they say; its `raise_if_incomplete()` raises for what services did not give.

    Raises
    ------
    InputError
        If the input cannot be read, or is a title that fits several works.
    NothingFound
        If an identifier or a title names no work that is known.
    SourceError
        If no service could be asked for it.

    Examples
    --------
    >>> import kg
    >>> story = kg.start("my.bib", budget=60)  # doctest: +SKIP
    >>> story.lines[0]  # doctest: +SKIP
    'Cited most. Todd 1989 ("A connectionist approach to algorithmic composition") is cited by 12 works of this graph ...'
    """
    text = str(input).strip()
    path = _file(text)
    name = graph or _name(path or text)
    folder = folder_of(name)
    again = f"kg start {shlex.quote(text)}" + (f" --graph {shlex.quote(graph)}" if graph else "")
    asking = _Asking(name, folder, again, source_names(from_), budget, offline, progress or Progress())
    new = not folder.exists()
    try:
        done, missing = asking.made(path or asking.seed(text), text)
    except KgError:
        if new:  # nothing of use is in it
            shutil.rmtree(folder, ignore_errors=True)
        raise
    asking.progress.step("drawing the map and writing the report")
    made = open_graph(name)
    title = "" if path else describe(made.find(str(done.resolutions[0].id)))
    files, notes = tuple(folder / page for page in _PAGES), tuple[str, ...]()
    if len(made) > _MOST:
        files[1].unlink(missing_ok=True)  # of what the graph was before
        later = f"`kg report {shlex.quote(str(files[1]))} --graph {shlex.quote(name)}` writes it"
        notes = (f"The report of {len(made):,} works takes about {0.2 + len(made) / 5e5:.1f} GB of memory: {later}.",)
        files = files[:1]
    with replaced(*files) as pages:
        for page in pages:
            if len(made) > _LARGE:
                _draw(page, name, title)
            else:
                (made.map(title=title) if page.stem == "map" else made.report(title)).save(page)
    lines = tuple(f"{label}. {''.join(parts)}" for label, parts in finding(made))
    subject = f"{path.name} ({next(iter(done.files.values()))})" if path else title
    step = next(iter(done.next_steps), f"`kg info --graph {shlex.quote(name)}` says what is in the graph")
    if missing or offline:
        step = f"`{again}` asks the services for what is missing"
    return Started(subject, done.graph, folder, done, lines, files, missing, step, notes)


def _draw(page: Path, graph: str, title: str) -> None:
    """Have a page of a graph made by the command of its name."""
    words = command("kg", page.stem, str(page), f"--graph={graph}", f"--title={printable(title)}", "--force")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        why = done.stderr.strip().rpartition("kg: ")[2] or f"it ended with exit {done.returncode}"
        kept = f"what was read is kept: kg {page.stem} {page.name} --graph {shlex.quote(graph)}"
        raise KgError(f"the {page.stem} could not be made: {why}", kept)


def _file(text: str) -> Path | None:
    """The file that an input names; None where it is a title or an identifier."""
    if not text:
        raise InputError("the input is empty", "give a file, a DOI, an arXiv id or a title")
    path = Path(text).expanduser()
    if path.is_dir():
        if (path / "graph.sqlite").exists():
            raise InputError(f"{text} is the folder of a graph", f"ask it: kg info --graph {shlex.quote(str(path))}/")
        inside = sorted(file.name for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
        hint = f"name one file, such as {shlex.quote(str(path / inside[0]))}" if inside else "name a file"
        raise InputError(f"{text} is a folder", hint)
    named = path.exists() or (parse_identifier(text) is None and _FILE.fullmatch(text))
    return path if named else None


def _name(given: Path | str) -> str:
    """The name of the graph that an input gives.

    Examples
    --------
    >>> _name(Path("in/My refs.bib.gz")), _name("https://doi.org/10.1109/ICNN.1988.23933"), _name("WaveNet: A Model")
    ('My-refs', '10.1109-icnn.1988.23933', 'wavenet-a-model')
    """
    if isinstance(given, Path):
        name = Path(given.name.removesuffix(".gz")).stem
    else:
        _, _, value = (parse_identifier(given) or "").partition(":")
        name = re.sub(r"^https?://", "", value) or given.lower()
    return re.sub(r"[^\w.]+", "-", name)[:_LONGEST].strip("-.") or "start"


def _in_one(failed: Sequence[str]) -> str:
    """Why services do not answer, in one sentence where it is the same for all.

    Examples
    --------
    >>> _in_one([f"no connection to {host}: not found" for host in ("a.org", "b.org")])
    'no connection to a.org, b.org (no network?)'
    """
    hosts = [match[1] for why in failed if (match := re.search(r"no connection to (\S+): ", why))]
    return f"no connection to {', '.join(hosts)} (no network?)" if len(hosts) == len(failed) else "; ".join(failed)


@dataclass(frozen=True)
class _Asking:
    """What is asked for one input, and how."""

    name: str
    folder: Path
    again: str  # the command that asks again
    sources: Sequence[str]
    budget: float
    offline: bool
    progress: Progress

    def made(self, seed: Path, text: str) -> tuple[Ingested, tuple[str, ...]]:
        """The graph of what is at hand and of what services add; and what they did not give."""
        done, missing, web = None, list[str](), [] if self.offline else list(filter(is_on_the_web, self.sources))
        asking = f"; asking {', '.join(web)} for at most {self.budget:.0f} s each (--budget)" if web else ""
        self.progress.step(f"reading {seed}, looking up its works in the data that kg brings along{asking}")
        if web:
            try:
                done = self._ingested(seed, from_=self.sources, limit_seconds=self.budget)
                missing = [f"{name} gave up: {why.rpartition(' (')[0]}" for name, why in done.gave_up.items()]
            except SourceError as error:
                missing = [error.message]
            except InputError:
                pass  # such as a list of citations, which no service is asked about; else it is raised again
        if done is None or BUNDLED not in self.sources:
            here = self._ingested(seed)
            done = replace(done, total=here.total, next_steps=here.next_steps) if done else here
        if seed.parent == self.folder and not done.found:
            raise self._unknown(text, [] if done.requests and len(missing) < len(web) else missing)
        return done, tuple(missing)

    def _ingested(self, seed: Path, **options: Any) -> Ingested:
        return cast("Ingested", ingest(seed, graph=self.name, progress=self.progress, **options))  # as it is no dry run

    def seed(self, text: str) -> Path:
        """The file in the graph's folder that names what an identifier or a title means."""
        if parse_identifier(text):
            return self._written("start.txt", f"{text}\n")
        try:
            work = name_work(Workspace.open(BUNDLED).store, text)
        except NothingFound:
            work = self._searched(text)
        return self._written("start.bib", to_bibtex([work]))

    def _written(self, name: str, text: str) -> Path:
        with replaced(self.folder / name) as (made,):
            made.write_text(text, encoding="utf-8")
        return self.folder / name

    def _searched(self, title: str) -> Work:
        """The work of a title, as services know it."""
        with ExitStack() as stack:
            names = [] if self.offline else list(filter(is_on_the_web, self.sources))
            self.progress.step(f"looking for this title in {', '.join(names) or 'the data that kg brings along'}")
            asking = {"alone": False, "most_s": self.budget, "tell": self.progress.heard}
            sources = open_fallbacks(names, self.folder, urls={}, **asking)
            for source in sources:
                stack.callback(source.close)
            looked = [LookedUp(source) for source in sources]
            answer, work = resolve(Reference(text=title, title=title), looked)
            if work:
                return work
            hits = {hit.id: hit for one in looked for hit in one.find_by_title(title)}
        alike = [(id_, describe(hit)) for id_, hit in hits.items() if title_key(hit.title) == title_key(title)]
        if len(alike) > 1:
            raise AmbiguousWork(title, alike[:_SHOWN], more=len(alike[_SHOWN:]))
        near = "".join(f"\n  {id_}  {describe(hits[id_])}" for id_ in (answer.likely, answer.runner_up) if id_ in hits)
        if near:
            raise NothingFound(
                f"no work is surely called {title!r}", f"if it is one of these, name it by its id:{near}"
            )
        failed = [one.failed for one in looked if one.failed]
        raise self._unknown(title, failed if len(failed) == len(looked) else [])

    def _unknown(self, text: str, failed: Sequence[str]) -> KgError:
        """The error for an identifier or title that names nothing; `failed` says why, where no service could be asked."""
        here = f"{text!r} is not among the works that kg brings along"
        if (parse_identifier(text) or "").startswith("url:"):
            return NothingFound(
                f"{here}, and kg reads no web pages", "save the page, and start with the file: kg start page.html"
            )
        if near := [] if parse_identifier(text) else near_titles(Workspace.open(BUNDLED).store, text):
            meant = "".join(f"\n  {work.id}  {describe(work)}" for work in near)
            return NothingFound(here, f"did you mean one of these? Name it by its id:{meant}")
        if self.offline:
            return NothingFound(here, f"without --offline services are asked: {self.again}")
        if failed:
            return SourceError(f"{here}, and no service answers: {_in_one(failed)}", f"try later: {self.again}")
        return NothingFound(f"no service knows a work by {text!r}", "check the spelling, or give a DOI")
