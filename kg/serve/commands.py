"""The page that shows what a command prints: sentences and dossiers name commands, the app makes links of them."""

import shlex

from kg.serve.asked import Asked

#: command -> the kind of its page, and the names of its arguments; those before "/" stand in the path of the address
_PAGES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "dossier": ("work", ("work",), ()),
    "forgotten": ("forgotten", (), ()),
    "info": ("home", (), ()),
    "next": ("next", (), ()),
    "path": ("path", (), ("old", "new")),
    "rank": ("metric", ("metric",), ()),
    "show": ("work", ("work",), ()),
    "why": ("why", ("work",), ("metric",)),
}
_WITHIN = {"info": "#known"}  # the part of the page
_ELSEWHERE = {"graph", "as-of", "json"}  # options that the address says otherwise


def address_of(asked: Asked, command: str) -> str:
    """The address of the page that shows what a command prints; "" where there is none.

    Parameters
    ----------
    asked : Asked
        The request.
    command : str
        A command as kg's sentences name it, with or without `kg` before it: "why todd1989 standing --era 1988-2008".
    """
    words = shlex.split(command)
    name, *rest = words[words[:1] == ["kg"] :] or [""]
    if name not in _PAGES:
        return ""
    kind, path, query = _PAGES[name]
    arguments, values = [], {}
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            arguments.append(word)
            continue
        value = rest.pop(0) if rest and not rest[0].startswith("--") else "true"
        if (option := word.removeprefix("--")) not in _ELSEWHERE:
            values[option.replace("-", "_")] = value
    if len(arguments) != len(path) + len(query):
        return ""
    values = dict(zip(query, arguments[len(path) :], strict=True)) | values
    return asked.link(kind, *arguments[: len(path)], **values) + _WITHIN.get(name, "")
