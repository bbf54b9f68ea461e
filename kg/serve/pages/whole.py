"""Pages that stand for themselves, as a map does: shown under the app's bar, saved as the file their command writes."""

from typing import Any

from starlette.responses import HTMLResponse, Response

from kg.output.pages.frame import Frame
from kg.serve.asked import Asked, page, rendered, root_of
from kg.serve.maker import Wanted
from kg.serve.shelf import state

#: Such a page has its scripts and styles inside it, and reaches nothing at all.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_FEW = 1_000  # works up to which a page is made by the server itself


def whole(asked: Asked, kind: str, options: dict[str, Any], *, bar: dict[str, Any]) -> Response:
    """A page that stands for itself; with `save=1` a file, the same as its command writes.

    Parameters
    ----------
    asked : Asked
        The request.
    kind : str
        What the page is: "map" or "report", a method of the graph; the file is called after it and the graph.
    options : dict
        What it is made with.
    bar : dict
        What the bar shows besides what every bar does.
    """
    save = asked.flag("save")
    headers = {"Content-Security-Policy": POLICY, "Content-Language": asked.language, "Vary": "Accept-Language"}
    if save:
        file = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in f"{asked.name}-{kind}.html")
        headers["Content-Disposition"] = f'attachment; filename="{file}"'
    frame = None if save else _frame(asked, kind, bar)
    graph, app = asked.graph, asked.request.app.state

    def make() -> Response:
        if len(graph) <= _FEW:
            text: str = getattr(graph, kind)(**options, frame=frame)
        else:
            wanted = Wanted(asked.shelf.place(asked.name), graph.until, state(graph), kind, options, frame)
            text = app.maker.page(wanted)
        return HTMLResponse(text, headers=headers)

    where = root_of(asked.request), str(asked.request.url.path), asked.request.url.query
    made: Response | float = app.slow.response((state(graph), *where, asked.language), make, file=save)
    if isinstance(made, Response):
        return made
    said = {"title": kind, "seconds": int(made), "save": save}
    waiting = page(asked.request, "making", status=202, asked=asked, graph=graph, **said)
    waiting.headers["Refresh"] = "1"
    return waiting


def _frame(asked: Asked, kind: str, bar: dict[str, Any]) -> Frame:
    before, _, after = asked.link("work", "id").rpartition("id")
    return Frame(rendered(asked.request, "bar", asked=asked, name=kind, save=asked.here(save=1), **bar), before, after)
