"""Works found by words, and suggestions while one types."""

from starlette.responses import JSONResponse, Response

from kg.serve.asked import Asked
from kg.text import authors_in_short

_SUGGESTED = 8


def search(asked: Asked) -> Response:
    """The works found, best first."""
    text = asked.text("q")
    top = asked.number("top", least=1, most=1000) or 50
    hits = asked.graph.search(text, top=top) if text else None
    return asked.answer(
        "search",
        title=text or "Search",
        command=f"search {text!r}",
        python=f"graph.search({text!r})",
        text=text,
        hits=hits,
    )


def suggest(asked: Asked) -> Response:
    """At most eight works that a text may mean, as JSON: their id, year, authors and title, and their address."""
    text = asked.text("q")
    hits = asked.graph.search(text, top=_SUGGESTED) if text else ()
    rows = [
        {
            "id": w.id,
            "year": w.year,
            "authors": authors_in_short(w.authors),
            "title": w.title,
            "href": asked.link("work", w.id),
        }
        for w in hits
    ]
    return JSONResponse({"rows": rows})
