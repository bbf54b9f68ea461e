"""One request for a page of a graph: what it asks for, and how its answer becomes a page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from kg.errors import AmbiguousWork, InputError, KgError
from kg.library.answers import Answer, Table
from kg.library.graph import Graph
from kg.output.pages.html import environment
from kg.output.rdf.vocab import encoded
from kg.serve.language import LANGUAGES, chosen, words
from kg.serve.shelf import Shelf

_MOST = 500  # characters of a value in an address
_SEVERAL = 20  # times that a value is given
_PAGES = environment(Path(__file__).parent / "templates")
#: What the bar at the top leads to: kind of page, and its name there.
MENU = (
    ("home", "Home"),
    ("search", "Search"),
    ("path", "Paths"),
    ("map", "Map"),
    ("forgotten", "Forgotten"),
    ("metrics", "Measures"),
    ("claims", "Claims"),
    ("query", "SPARQL"),
)


@dataclass(frozen=True)
class Asked:
    """A request for a page of one graph.

    Attributes
    ----------
    request : Request
        The request as it came.
    shelf : Shelf
        The graphs that are served.
    name : str
        The name of the graph in addresses.
    graph : Graph
        The graph, as of the year asked for.
    """

    request: Request
    shelf: Shelf
    name: str
    graph: Graph

    @property
    def language(self) -> str:
        """The language of the page."""
        return language_of(self.request)

    @property
    def id(self) -> str:
        """What the address names in the graph, such as the id of a work."""
        return str(self.request.path_params.get("id", ""))

    def text(self, name: str, default: str = "") -> str:
        """A value of the address, without blanks around it.

        Raises
        ------
        InputError
            If it is longer than any name of a work.
        """
        return _checked(name, self.request.query_params.get(name, default))

    def texts(self, name: str) -> tuple[str, ...]:
        """A value of the address that may be given several times, without the empty ones.

        Raises
        ------
        InputError
            If one is longer than any name of a work, or there are too many.
        """
        given = [text for one in self.request.query_params.getlist(name) if (text := _checked(name, one))]
        if len(given) > _SEVERAL:
            raise InputError(f"{name} is given {len(given)} times", f"give it at most {_SEVERAL} times")
        return tuple(given)

    def number(self, name: str, *, least: int, most: int) -> int | None:
        """A whole number of the address; None where it has none.

        Raises
        ------
        InputError
            If it is no number in these bounds.
        """
        text = self.text(name)
        if not text:
            return None
        if (
            not text.removeprefix("-").isdecimal()
            or not text.isascii()
            or len(text) > 12
            or not least <= int(text) <= most
        ):
            raise InputError(f"{name} is {text!r}", f"give a whole number from {least} to {most}")
        return int(text)

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) in {"1", "on", "yes", "true"}

    def at(self, kind: str, *names: str) -> str:
        """The address of a page of this graph without anything behind it, for a form.

        Parameters
        ----------
        kind : str
            The kind of page: work, path, search ...
        *names : str
            What the page is about, such as the id of a work.
        """
        return "/".join((root_of(self.request), kind, *map(encoded, (self.name, *names))))

    @property
    def kept(self) -> dict[str, str]:
        """What every link and form hands on: the year the graph stands as of, and the language that was asked for."""
        given = self.request.query_params
        return {key: given[key] for key in ("as_of", "lang") if given.get(key)}

    def link(self, kind: str, *names: str, **query: object) -> str:
        """The address of a page of this graph, in the same year and language.

        Parameters
        ----------
        kind : str
            The kind of page: work, path, search ...
        *names : str
            What the page is about, such as the id of a work.
        **query : object
            Further values; None and "" are left out.
        """
        values = self.kept | {key: str(value) for key, value in query.items() if value not in {None, ""}}
        return self.at(kind, *names) + (f"?{urlencode(values)}" if values else "")

    def here(self, **query: object) -> str:
        """The address of this page with some values changed; None takes one out, a list gives it several times."""
        given = self.request.query_params.multi_items()
        left = [(key, value) for key, value in given if key not in query]
        for key, value in query.items():
            several = value if isinstance(value, list | tuple) else [] if value is None else [value]
            left += [(key, str(one)) for one in several]
        return self.request.url.path + (f"?{urlencode(left)}" if left else "")

    def answer(self, template: str, *, title: str, command: str = "", python: str = "", **values: Any) -> Response:
        """A page of a template.

        Parameters
        ----------
        template : str
            Its file in `kg/serve/templates`, without the ending.
        title : str
            The title of the page.
        command : str
            The command that gives the same answer, without `kg` before it and the options of the graph behind it.
        python : str
            The Python line that does, a call of `graph`.
        **values : Any
            What the template shows.
        """
        same = self.same(command, python)
        return page(self.request, template, title=title, asked=self, graph=self.graph, same=same, **values)

    def same(self, command: str, python: str) -> dict[str, str]:
        """How else the answer can be had: a command, a line of Python, and the one that opens the graph.

        Parameters
        ----------
        command : str
            The command, without `kg` before it and the options of the graph behind it.
        python : str
            The line.
        """
        source = self.graph.provenance
        options = source.options if source else ""
        opened = f'kg.open_graph("{self.shelf.place(self.name)}")' if options else "kg.open_graph()"
        until = self.graph.until
        opened = (
            opened if until is None else opened.replace("()", f"(as_of={until})").replace('")', f'", as_of={until})')
        )
        return {"command": f"kg {command}{options}" if command else "", "python": python, "opened": opened}

    def choices(self, error: KgError | None, names: Sequence[str]) -> list[tuple[str, str, str]]:
        """The works that an ambiguous text fits, each with its description and this page's address with it in the text's place.

        Parameters
        ----------
        error : KgError or None
            What was wrong.
        names : sequence of str
            The values of the address that name works.
        """
        if not isinstance(error, AmbiguousWork):
            return []
        found = []
        for id_, said in error.candidates:
            given = {name: [id_ if text == error.text else text for text in self.texts(name)] for name in names}
            changed = {name: texts for name, texts in given.items() if id_ in texts}
            found.append((id_, said, self.here(**changed)))
        return found

    def json(self, answer: Answer | Mapping[str, Any]) -> Response:
        """The document of an answer: what its command prints with `--json`."""
        return JSONResponse(answer.as_dict() if isinstance(answer, Answer) else dict(answer))


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of a template, in the language of the request; see `rendered`.

    Parameters
    ----------
    request : Request
        The request.
    template : str
        Its file, without the ending.
    status : int
        The status of the response.
    **values : Any
        What the template shows.
    """
    language = language_of(request)
    return HTMLResponse(
        rendered(request, template, **values),
        status_code=status,
        headers={"Content-Language": language, "Vary": "Accept-Language"},
    )


def rendered(request: Request, template: str, **values: Any) -> Markup:
    """A template in the language of the request.

    Parameters
    ----------
    request : Request
        The request.
    template : str
        Its file, without the ending.
    **values : Any
        What the template shows.
    """
    language = language_of(request)
    state = request.app.state
    text = _PAGES.get_template(f"{template}.html.j2").render(
        t=lambda text: words(language, text),
        language=language,
        languages=LANGUAGES,
        request=request,
        root=root_of(request),
        version=state.version,
        shelf=state.shelf,
        read_only=state.read_only,
        blocks=_blocks,
        menu=MENU,
        json=json.dumps,
        **values,
    )
    return Markup(text)  # noqa: S704  (the template has escaped what is not its own)


def language_of(request: Request) -> str:
    """The language of a request's page."""
    return chosen(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def root_of(request: Request) -> str:
    """What stands before every address, where a proxy serves kg under a path; "" else."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def _checked(name: str, value: str) -> str:
    value = value.strip()
    if len(value) > _MOST:
        raise InputError(f"{name} is longer than {_MOST} characters", "give a title, an id, or author and year")
    return value


def _blocks(answer: Answer) -> list[dict[str, Any]]:
    """The parts of an answer for a template: texts in lines, and tables."""
    made: list[dict[str, Any]] = []
    for block in answer.blocks():
        if isinstance(block, Table):
            made.append({"table": block})
        elif block.strip():
            made.append({"lines": block.strip().split("\n")})
    return made
