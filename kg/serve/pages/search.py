"""Works found by words, and suggestions while one types."""

from shlex import quote

from starlette.responses import JSONResponse, Response

from kg.serve.asked import Asked
from kg.text import authors_in_short

_SUGGESTED = 8
_TOP = 50
#: What limits a search: the value in an address, which is the option of the command and the parameter in Python too.
LIMITS = ("era", "concept", "venue", "type")


def search(asked: Asked) -> Response:
    """The works found, best first, within limits."""
    graph, text = asked.graph, asked.text("q")
    limits = {name: value for name in LIMITS if (value := asked.text(name))}
    top = asked.number("top", least=1, most=10_000) or _TOP
    era, concept, venue, type_ = map(limits.get, LIMITS)
    hits = None
    if text or limits:
        hits = graph.search(text, type=type_, era=era, concept=concept, venue=venue, top=top)
    options = "".join(f" --{name} {quote(value)}" for name, value in limits.items())
    values = "".join(f", {name}={value!r}" for name, value in limits.items())
    return asked.answer(
        "search",
        title=text or "Search",
        command=f"search {quote(text)}{options} --top {top}",
        python=f"graph.search({text!r}{values}, top={top})",
        text=text,
        top=top,
        hits=hits,
        limits=limits,
        eras=list(graph.eras),
        concepts=sorted(set(graph.concepts["label"]), key=str.casefold),
        types=sorted({kind for kind in graph.works["type"] if kind}),
    )


def suggest(asked: Asked) -> Response:
    """At most eight works that a text may mean, and the eras it begins, as JSON, each with the address of its page."""
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
    eras = [name for name in asked.graph.eras if text and name.casefold().startswith(text.casefold())]
    return JSONResponse({"rows": rows, "eras": eras})
