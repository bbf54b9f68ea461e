"""Pages that stand for themselves, as a map does: shown under the app's bar, saved as the file their command writes."""

from collections.abc import Callable

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from kg.output.pages.frame import Frame
from kg.serve.asked import Asked, page, rendered
from kg.serve.shelf import state

#: Such a page has its scripts and styles inside it, and reaches nothing at all.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def whole(asked: Asked, name: str, make: Callable[[Frame | None], str], *, bar: dict[str, object]) -> Response:
    """A page that stands for itself; with `save=1` a file, the same as its command writes.

    Parameters
    ----------
    asked : Asked
        The request.
    name : str
        What the page is: "map" or "report"; the file is called after it and the graph.
    make : callable
        Makes the page, given what stands around it.
    bar : dict
        What the bar shows besides what every bar does.
    """
    save = asked.flag("save")
    headers = {"Content-Security-Policy": POLICY, "Content-Language": asked.language, "Vary": "Accept-Language"}
    if save:
        file = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in f"{asked.name}-{name}.html")
        headers["Content-Disposition"] = f'attachment; filename="{file}"'

    def answer() -> Response:
        return HTMLResponse(make(None if save else _frame(asked, name, bar)), headers=headers)

    key = (state(asked.graph), str(asked.request.url.path), asked.request.url.query, asked.language)
    made = asked.request.app.state.slow.response(key, answer, **({"patience_s": None} if save else {}))
    if isinstance(made, Response):
        return made
    waiting = page(asked.request, "making", status=202, title=name, asked=asked, graph=asked.graph, seconds=int(made))
    waiting.headers["Refresh"] = "1"
    return waiting


def _frame(asked: Asked, name: str, bar: dict[str, object]) -> Frame:
    text: Markup = rendered(asked.request, "bar", asked=asked, name=name, save=asked.here(save=1), **bar)
    before, _, after = asked.link("work", "id").rpartition("id")
    return Frame(text, before, after)
