"""What limits a search besides words: type, retraction, era, concept and venue. Standard library only."""

from kg.errors import InputError, UnknownName
from kg.facts import TYPES
from kg.graph.eras import era_named
from kg.graph.folder import Workspace
from kg.library.naming import works_within
from kg.text import title_key


def rows_within(
    space: Workspace, *, type_: str | None, retracted: bool, era: str | None, concept: str | None, venue: str | None
) -> set[int] | None:
    """The rows of the store that meet all limits of a search; None where it has none.

    Parameters
    ----------
    space : Workspace
        The graph.
    type_ : str or None
        A type of works.
    retracted : bool
        Only works that a source says are retracted.
    era : str or None
        An era by name, or years.
    concept : str or None
        The label of a concept, as LSTM.
    venue : str or None
        Words of the name of a venue.

    Raises
    ------
    UnknownName
        If there is no such type or concept.
    InputError
        If there is no such era, or no venue has these words.
    """
    limits: list[set[int]] = []
    db = space.store.db
    if type_ is not None and type_ not in TYPES:
        raise UnknownName("type of work", type_, TYPES)
    if type_ is not None or retracted:
        found = (space.store.row(work.id) for work in space.store.described(type_, retracted=retracted))
        limits.append({row for row in found if row is not None})
    if era is not None:
        rows = space.arrays.rows
        limits.append({int(rows[i]) for i in works_within(space, era_named(era, space.provenance.eras))})
    if concept is not None:
        said = db.execute("SELECT label, label FROM concept UNION SELECT label, label_in_source FROM concept_in_source")
        labels = [(label, text.casefold()) for label, text in said]
        meant = {label for label, text in labels if text == concept.casefold()}
        if not meant:
            raise UnknownName("concept", concept, {label for label, _ in labels})
        limits.append(
            {row for label in meant for (row,) in db.execute("SELECT work FROM concept WHERE label = ?", (label,))}
        )
    if venue is not None:
        key = f" {title_key(venue)} "
        names = [name for (name,) in db.execute("SELECT DISTINCT venue FROM work WHERE venue <> ''")]
        named = [name for name in names if key in f" {title_key(name)} "]
        if not named or not key.strip():
            raise InputError(
                f"no venue has the words {venue!r}", "try fewer words: `kg sparql venues` lists the venues"
            )
        limits.append({row for name in named for (row,) in db.execute("SELECT n FROM work WHERE venue = ?", (name,))})
    return set.intersection(*limits) if limits else None
