"""The page of paths: two works or eras, what leads from one to the other, the evidence of each citation; else a certificate."""

from dataclasses import dataclass
from shlex import quote
from typing import Any

from starlette.responses import RedirectResponse, Response

from kg.errors import AmbiguousWork, InputError, KgError, NothingFound
from kg.library.certificate import names_of
from kg.library.graph import Graph
from kg.library.paths import ORDERS, Lines, Paths
from kg.output.finding import questions
from kg.serve.asked import Asked
from kg.serve.timeline import STYLES, draw
from kg.text import sentence

KINDS = (*ORDERS, "lines")
_MOST = 50  # paths on a page
_DRAWN = 12  # paths in the drawing
_LISTED = 100  # works without a reference list that are named
_WORKS = ("old", "new", "via", "avoid")  # the values of the address that name works


@dataclass(frozen=True)
class _Question:
    """What the form asks, as it was written."""

    old: str
    new: str
    k: int
    by: str
    via: tuple[str, ...]
    avoid: tuple[str, ...]
    max_hops: int | None
    era: str
    ignore_time: bool

    @classmethod
    def of(cls, asked: Asked) -> "_Question":
        by = asked.text("by") or ORDERS[0]
        if by not in KINDS:
            raise InputError(f"no kind of paths named {by!r}", f"known: {', '.join(KINDS)}")
        return cls(
            old=asked.text("old"),
            new=asked.text("new"),
            k=asked.number("k", least=1, most=_MOST) or 1,
            by=by,
            via=asked.texts("via"),
            avoid=asked.texts("avoid"),
            max_hops=asked.number("max_hops", least=1, most=1000),
            era=asked.text("era"),
            ignore_time=asked.flag("ignore_time"),
        )

    def answer(self, graph: Graph, as_of: int | None) -> Paths | Lines:
        """What `kg path` answers."""
        more: dict[str, Any] = {"era": self.era or None, "as_of": as_of, "ignore_time": self.ignore_time}
        if self.by == "lines":
            if self.via or self.max_hops:
                raise InputError(
                    "independent paths cannot be combined with works to pass or a limit on citations", "leave them out"
                )
            return graph.lines(self.old, self.new, avoid=self.avoid, **more)
        return graph.path(
            self.old, self.new, k=self.k, by=self.by, via=self.via, avoid=self.avoid, max_hops=self.max_hops, **more
        )

    @property
    def command(self) -> str:
        """The same for a command line."""
        by = ["--lines"] if self.by == "lines" else [f"--by {self.by}"] if self.by != ORDERS[0] else []
        parts = ["path", quote(self.old), quote(self.new)]
        parts += [f"-k {self.k}"] if self.k != 1 and self.by != "lines" else []
        parts += by + [f"--via {quote(name)}" for name in self.via] + [f"--avoid {quote(name)}" for name in self.avoid]
        parts += [f"--max-hops {self.max_hops}"] if self.max_hops else []
        parts += [f"--era {quote(self.era)}"] if self.era else []
        return " ".join([*parts, "--ignore-time"] if self.ignore_time else parts)

    @property
    def python(self) -> str:
        """The same in Python."""
        given: dict[str, object] = {} if self.by == "lines" else {"k": self.k, "by": self.by}
        given |= {
            "via": list(self.via),
            "avoid": list(self.avoid),
            "max_hops": self.max_hops,
            "era": self.era,
            "ignore_time": self.ignore_time,
        }
        usual: tuple[object, ...] = (1, ORDERS[0], [], None, "", False)
        said = "".join(f", {name}={value!r}" for name, value in given.items() if value not in usual or value is True)
        return f"graph.{'lines' if self.by == 'lines' else 'path'}({self.old!r}, {self.new!r}{said})"


def path(asked: Asked) -> Response:
    """Influence paths between two works or eras; `format=json` gives the document of the command."""
    if asked.flag("swap"):
        return RedirectResponse(asked.here(swap=None, old=asked.text("new"), new=asked.text("old")), status_code=302)
    question = _Question.of(asked)
    found: Paths | Lines | None = None
    error: KgError | None = None
    if question.old and question.new:
        try:
            found = question.answer(asked.shelf.get(asked.name), asked.graph.until)
        except (InputError, NothingFound) as raised:
            error = raised
    if found is not None and asked.text("format") == "json":
        return asked.json(found)
    page = asked.answer(
        "path",
        title=" → ".join(names_of(found.old, found.new)) if found is not None else "Paths",
        command=question.command if found is not None else "",
        python=question.python,
        question=question,
        kinds=KINDS,
        most=_MOST,
        found=found,
        error=error,
        choices=asked.choices(error, _WORKS),
        eras=list(asked.graph.eras.values()),
        examples=questions(asked.graph) if found is None else (),
        **(_shown(asked, question, found) if found is not None else {}),
    )
    if error:
        page.status_code = 300 if isinstance(error, AmbiguousWork) else 404 if isinstance(error, NothingFound) else 400
    return page


def _shown(asked: Asked, question: _Question, found: Paths | Lines) -> dict[str, Any]:
    """What the page shows of an answer."""
    paths = found.lines if isinstance(found, Lines) else found.paths
    values: dict[str, Any] = {"paths": paths, "names": names_of(found.old, found.new), "styles": STYLES}
    if found.certificate:
        certificate = found.certificate
        return values | {
            "verdict": sentence(f"{certificate.verdict(found.old, found.new)}."),
            "missing": certificate.missing(_LISTED),
            "settle": _settle(asked, question) if certificate.unknown and certificate.status != "none" else [],
        }
    passed = found.dominators if isinstance(found, Lines) else ()
    eras = asked.graph.eras.values()
    return values | {
        "drawn": min(len(paths), _DRAWN),
        "drawings": [draw(paths[:_DRAWN], eras, marked=passed, narrow=narrow) for narrow in (False, True)],
        "across": None if isinstance(found, Lines) else found.by,
    }


def _settle(asked: Asked, question: _Question) -> list[str]:
    """The commands that fetch the lists which leave the question open, and the one that says which lists matter most."""
    source = asked.shelf.get(asked.name).provenance
    options = source.options if source else ""
    when = "" if asked.graph.until is None else f" --as-of {asked.graph.until}"
    copy = [] if options else ["kg demo"]  # the bundled graph itself is not written to
    return [*copy, f"kg {question.command}{when} --fetch{options or ' --graph neural-music'}", f"kg next{options}"]
