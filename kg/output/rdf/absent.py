"""Why a query found nothing: the names in it that stand nowhere in the graph, misspelt terms of kg's own among them."""

import re
from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from importlib import resources
from itertools import pairwise
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from kg.output.rdf.guard import Checked, Token, tokens
from kg.output.rdf.store import open_readonly
from kg.terms import term


def absent(folder: Path, checked: Checked, prefixes: Mapping[str, str]) -> tuple[str, ...]:
    """Say which names of a query stand nowhere in a graph, and which terms of kg's that are none may be meant.

    Parameters
    ----------
    folder : Path
        The RDF store.
    checked : Checked
        The query.
    prefixes : mapping of str to str
        The prefixes that need no declaration.
    """
    store = open_readonly(folder.parent, folder.name)
    missing = {
        name: iri
        for name, iri in _names(checked.source, prefixes).items()
        if not any(
            next(store.quads_for_pattern(*pattern), None)
            for pattern in ((iri, None, None), (None, iri, None), (None, None, iri))
        )
    }
    own = term("kg:")
    unknown = [name for name, iri in missing.items() if iri.value.startswith(own)]
    defined = _defined(own) if unknown else []
    unknown = [name for name in unknown if missing[name].value.removeprefix(own) not in defined]
    said = []
    for name in unknown:
        near = get_close_matches(missing[name].value.removeprefix(own), defined, n=1)
        said.append(f"{name} is not a term of kg" + (f"; did you mean kg:{near[0]}?" if near else ""))
    if others := [name for name in missing if name not in unknown]:
        said.append(f"not in this graph: {', '.join(others)}")
    return tuple(said)


def _names(query: str, known: Mapping[str, str]) -> dict[str, NamedNode]:
    """The nodes and properties that a query names, as it names them; types of literals and functions are neither."""
    found, declared, last = dict[str, NamedNode](), dict(known), ["", ""]  # the texts of the last two tokens
    ahead = [*tokens(query), Token("", "", 0)]
    for token, after in pairwise(ahead):
        prefix, _, local = token.text.partition(":")
        iri = token.text[1:-1] if token.kind == "iri" else declared.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)
        if last[0].upper() == "PREFIX":
            declared[last[1].removesuffix(":")] = iri
        elif (
            token.kind in {"iri", "name"}
            and last[1] != "^^"
            and last[1].upper() not in {"PREFIX", "BASE"}
            and after.text != "("
        ):
            with suppress(ValueError):  # relative to a BASE
                found[token.text] = NamedNode(iri)
        last = [last[1], token.text]
    return found


def _defined(own: str) -> list[str]:
    """The terms of kg's own, without their prefix."""
    text = (resources.files("kg.output.rdf") / "kg.ttl").read_bytes()
    subjects = {quad.subject.value for quad in parse(text, RdfFormat.TURTLE) if isinstance(quad.subject, NamedNode)}
    return sorted(iri.removeprefix(own) for iri in subjects if iri.startswith(own))
