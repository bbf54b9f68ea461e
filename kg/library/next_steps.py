"""What would raise the coverage of a graph: commands for the reference lists it lacks. Standard library only."""

import shlex
from typing import NamedTuple

from kg.graph.arrays import KNOWN, OUTCOMES
from kg.graph.bundled import is_bundled
from kg.graph.folder import Workspace
from kg.graph.provenance import IN_MEMORY
from kg.ids import parse_identifier, scheme_of
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.sources.service import Service, find_key
from kg.model import Outcome
from kg.text import counted

_HIGH, _LOW = 0.9, 0.5  # shares of known lists that are enough: of the works that files brought, and of all
_MANY = 300  # works whose lists cost more credits than OpenAlex gives for a day without a key
_SETTLED = [OUTCOMES.index(outcome) for outcome in (Outcome.PARTIAL, Outcome.CAPPED)]  # no other source is asked
_ENOUGH = 2  # services that answered without giving a list: the others of `auto` are not asked, or have no more
_WEB_NAMES = {"doi", "arxiv", "pmid", "pmcid", "mag", "openalex", "corpus", "s2", "acl"}
_ASKED = """FROM retrieval r JOIN source s ON s.n = r.source
    WHERE s.name IN ('openalex', 'crossref', 'semantic-scholar')"""
_SEEDS = f"""SELECT w.n, w.id, w.stub, coalesce(group_concat(i.value, ' '), ''),
    (SELECT count(*) {_ASKED} AND r.work = w.n AND r.list = 'references' AND r.outcome <> 'FAILED') FROM work w
    LEFT JOIN identifier i ON i.work = w.n WHERE w.seed = 1 GROUP BY w.n"""
_RUNS = "SELECT command FROM run WHERE command LIKE 'ingest %' ORDER BY n"


class _Lacking(NamedTuple):
    """A work that a file brought and whose reference list is not known: whether services may yet be asked, and are of use."""

    askable: bool
    preprint: bool


def next_steps(space: Workspace) -> tuple[str, ...]:
    """What would raise the coverage of this graph, a line for each way; none where coverage is high.

    Where files brought works whose lists are not known: how to ask for these, or which exports have them.
    """
    store, index, options = space.store, space.arrays, space.provenance.options
    if not len(index) or store.until is not None or space.folder == IN_MEMORY:
        return ()
    codes = dict(zip(index.rows, index.outcomes, strict=True))
    seeds = store.db.execute(_SEEDS).fetchall()
    files = [file for (command,) in store.db.execute(_RUNS) for file in shlex.split(command)[1:]]
    (asked,) = store.db.execute(f"SELECT EXISTS (SELECT 1 {_ASKED})").fetchone()
    lacking = []
    for n, id_, stub, names, answered in (seed for seed in seeds if codes[seed[0]] not in KNOWN):
        schemes = {scheme_of(name) for name in [parse_identifier(id_) or "", *names.split()]}
        left = codes[n] not in _SETTLED and answered < _ENOUGH
        lacking.append(_Lacking(left and (bool(schemes & _WEB_NAMES) or not (asked and stub)), "arxiv" in schemes))
    if is_bundled(space.folder) or not files or len(seeds) - len(lacking) >= _HIGH * len(seeds):
        if sum(code in KNOWN for code in index.outcomes) >= _LOW * len(index):
            return ()
        return (f"`kg next{options}` names the missing reference lists that would change most, and how to fetch them",)
    lack = "lacks" if len(lacking) == 1 else "lack"
    those = f"{len(lacking):,} of the {counted(len(seeds), 'work')} that files brought {lack} a known reference list"
    if len(seeds) == 1:
        those = "the reference list of the one work in your file is unknown"
    askable = sum(one.askable for one in lacking)
    left = len(lacking) - askable
    steps = []
    if askable:
        # what was piped in is gone
        again = shlex.join(dict.fromkeys("FILE" if file == "-" else file for file in files))
        command = f"kg ingest {again} --from auto{options}"
        which = f"{askable:,} of them" if left else "it" if len(lacking) == 1 else "them"
        steps.append(f"{those}; to ask the services for {which}: `{command}`{_key(lacking, askable)}")
    if left:
        export = f"an export of Scopus, Web of Science or Zotero with their references: `kg ingest EXPORT{options}`"
        steps.append(f"for the other {left:,}, add {export}" if askable else f"{those}; add {export}{_key(lacking, 0)}")
    return tuple(steps)


def _key(lacking: list[_Lacking], askable: int) -> str:
    """Which key would help, and where it is had, where one that is not set would."""
    service: Service | None = None
    if askable > _MANY:
        from kg.ingest.sources.openalex import OPENALEX

        service = OPENALEX
    elif any(one.preprint and not one.askable for one in lacking):
        service = SEMANTIC_SCHOLAR
    if service is None or find_key(service):
        return ""
    return f"; a free key of {service.name} gives more: {service.key_page}"
