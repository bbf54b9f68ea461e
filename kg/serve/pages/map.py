"""The map of a graph, as `kg map` draws it, with the options of the command in a form."""

from shlex import quote
from typing import Any

from starlette.responses import Response

from kg import plugins
from kg.errors import AmbiguousWork, InputError, KgError, NothingFound
from kg.output.map.model import COLOURINGS
from kg.output.map.view import LANES
from kg.serve.asked import Asked
from kg.serve.pages.whole import whole

_WORKS = ("focus", "old", "new")  # the values of the address that name works
_METRIC = "citations_held"
_MOST = 5000  # works drawn at first


def map_(asked: Asked) -> Response:
    """The map; what is wrong with an option is said above the form."""
    try:
        given = _given(asked)
        for text in filter(None, (given.get("focus"), *given.get("path", ()))):
            asked.graph.find(text)  # what is wrong with a name is said at once

        same = asked.same(f"map map.html{_command(given)}", f"graph.map({_python(given)})")
        return whole(asked, "map", given, bar={"same": same, **_form(asked)})
    except (InputError, NothingFound) as error:
        return _refused(asked, error)


def _refused(asked: Asked, error: KgError) -> Response:
    page = asked.answer("map", title="Map", error=error, choices=asked.choices(error, _WORKS), **_form(asked))
    page.status_code = 300 if isinstance(error, AmbiguousWork) else 404 if isinstance(error, NothingFound) else 400
    return page


def _given(asked: Asked) -> dict[str, Any]:
    """The options of the map that the address gives; those left out are left out."""
    old, new = asked.text("old"), asked.text("new")
    if bool(old) != bool(new):
        raise InputError("a path has two ends", "give the earlier and the later work")
    given: dict[str, Any] = {
        "focus": asked.text("focus") or None,
        "hops": asked.number("hops", least=1, most=20),
        "path": (old, new) if old else None,
        "metric": asked.text("metric") or None,
        "limit": asked.number("limit", least=1, most=_MOST),
        "lanes": asked.text("lanes") or None,
        "colour": asked.text("colour") or None,
        "main_path": asked.flag("main_path") if asked.text("main_path") else None,
        "returns": asked.flag("returns") if asked.text("returns") else None,
        "down": asked.flag("down") or None,
    }
    if not given["focus"]:
        given["hops"] = None
    return {name: value for name, value in given.items() if value is not None}


def _command(given: dict[str, Any]) -> str:
    """The options as the command takes them."""
    parts = []
    for name, value in given.items():
        option = f"--{name.replace('_', '-')}"
        if name == "path":
            parts.append(f"{option} {' '.join(map(quote, value))}")
        elif isinstance(value, bool):
            parts.append(option if value else f"--no-{name.replace('_', '-')}")
        else:
            parts.append(f"{option} {quote(str(value))}")
    return "".join(f" {part}" for part in parts)


def _python(given: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in given.items())


def _form(asked: Asked) -> dict[str, Any]:
    """What the form shows."""
    names = (*_WORKS, "hops", "metric", "limit", "lanes", "colour", "main_path", "returns", "down")
    return {
        "values": {name: asked.request.query_params.get(name, "").strip()[:500] for name in names},
        "metrics": plugins.names("metric"),
        "usual": _METRIC,
        "lanes": LANES,
        "colourings": COLOURINGS,
    }
