"""`kg.doctor()`: whether kg can work here, and with `live` whether the services still answer as it relies on."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from kg import __version__
from kg.errors import SourceError
from kg.graph.folder import graphs_found
from kg.library.answers import Answer, Block, Table
from kg.library.graph_health import graph_findings, unreadable_findings
from kg.library.health import (
    BROKEN,
    OK,
    WARNING,
    Finding,
    browser_findings,
    folder_findings,
    key_findings,
    package_findings,
    python_findings,
    web_services,
)
from kg.library.live import Live, ask_all, lines, plan
from kg.text import counted


@dataclass(frozen=True, repr=False)
class Diagnosis(Answer):
    """What was found.

    Attributes
    ----------
    findings : tuple[Finding, ...]
        Each thing that was checked: what is, whether it is well, what to do.
    live : Live or None
        What the services answered, where they were asked.
    """

    findings: tuple[Finding, ...]
    live: Live | None = None
    notes: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing is broken; a warning is not broken."""
        probed = [probed.state for probed in self.live.probes] if self.live else []
        return BROKEN not in (finding.state for finding in self.findings) and BROKEN not in probed

    def raise_if_broken(self) -> None:
        """Raise what the first broken thing is.

        Raises
        ------
        KgError
            If something is broken: a StoreError where it is a graph, an InputError where it is a setting, a SourceError where it
            is a probe.
        """
        if broken := [finding for finding in self.findings if finding.state == BROKEN]:
            raise broken[0].error(f"{counted(len(broken), 'thing')} broken: {broken[0].what}", broken[0].do)
        if self.live and (red := [probed for probed in self.live.probes if probed.state == BROKEN]):
            message = f"{counted(len(red), 'probe')} broken: {red[0].probe}: {red[0].what}"
            raise SourceError(message, f"ask again later; if it stays, send in {self.live.recordings}")

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg doctor --json`."""
        findings = [{"check": f.check, "state": f.state, "what": f.what, "do": f.do} for f in self.findings]
        told = {"kg": __version__, "well": self.well, "findings": findings}
        if not self.live:
            return told
        return told | {"live": asdict(self.live) | {"recordings": str(self.live.recordings)}}

    def blocks(self) -> Iterator[Block]:
        """The verdict, what was found, and what to do."""
        states = Counter(finding.state for finding in self.findings)
        warned = f", {counted(states[WARNING], 'warning')}" if states[WARNING] else ""
        verdict = f"{states[BROKEN]} broken" if states[BROKEN] else "nothing is broken"
        yield f"{counted(len(self.findings), 'check')}: {verdict}{warned}"
        yield Table(["check", "state", "what is"], [(f.check, f.state, f.what) for f in self.findings])
        for state, title in ((BROKEN, "To repair:"), (WARNING, "To do better:"), (OK, "Optional:")):
            if todo := [f"  {f.check}: {f.do}" for f in self.findings if f.state == state and f.do]:
                yield "\n".join([title, *todo])
        if self.live:
            yield f"{counted(len(self.live.probes), 'probe')} of the services:"
            rows = [(p.probe, p.state, p.status, p.seconds, p.what or p.purpose) for p in self.live.probes]
            yield Table(["probe", "state", "status", "seconds", "what is"], rows, right=["status", "seconds"])
            yield from lines(self.live)


def doctor(
    graph: str | None = None,
    *,
    live: bool = False,
    recordings: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Diagnosis:
    """Check what kg needs: Python, packages, folders, keys, graphs and a browser.

    No graph of yours is changed; the bundled graph is built if it is missing.

    With `live` the services are asked too, one request for each thing that kg relies on there.

    Parameters
    ----------
    graph : str, optional
        Check this graph alone; by default the one that `KG_GRAPH` names, else all: the bundled one and those in ./graphs.
    live : bool
        Ask the services too; what will be asked is told first.
    recordings : str or Path, optional
        With `live`: write the answers, without keys and addresses, to this new folder; by default `kg-doctor-` and the time.
    progress : callable, optional
        Called with each step, in words, before it begins.

    Returns
    -------
    Diagnosis
        What was found; `well` where nothing is broken.

    Raises
    ------
    InputError
        If the folder of recordings is there already.

    Examples
    --------
    >>> import kg
    >>> kg.doctor().well  # doctest: +SKIP
    True
    """
    tell = progress or (lambda _: None)
    named = graph or os.environ.get("KG_GRAPH")
    tell("checking Python and its packages")
    findings = [*python_findings(), *package_findings()]
    tell("checking folders, keys and graphs")
    findings += [*folder_findings(), *key_findings()]
    findings += [] if named else unreadable_findings()
    findings += chain.from_iterable(graph_findings(name) for name in ([named] if named else graphs_found()))
    findings += browser_findings()
    if not live:
        return Diagnosis(tuple(findings))
    tested = web_services()
    tell(plan(tested))
    return Diagnosis(tuple(findings), ask_all(tested, Path(recordings) if recordings else None, tell))
