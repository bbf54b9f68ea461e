"""What visitors brought: files in a folder that is thrown away, and one process at a time that reads them."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections import OrderedDict
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.aside import temporary_folder
from kg.errors import InputError

_KEPT = 20  # drafts
_AT_ONCE = 2  # processes
_LINES = 200  # of what a process said
_PATIENCE_S = 20  # after an interrupt, before the process is killed
_READ_S = 300  # seconds that reading without a network may take


class Busy(InputError):
    """As many files are being read as this server reads at a time."""


@dataclass
class Step:
    """One run of the process that ingests.

    Attributes
    ----------
    kind : str
        "read" (into a graph that is thrown away), "plan" (what the web would cost), or "make" (the graph).
    values : dict[str, Any]
        What `kg.ingest` is given.
    process : subprocess.Popen
        What is at work.
    said : list[str]
        What it told, the last lines.
    at : str
        How far it is.
    hint : str
        What to do about an error.
    code : int or None
        How it ended, as a command ends; None while it runs.
    document : dict[str, Any] or None
        The document of `kg ingest --json`.
    stopped : bool
        Whether it was cancelled.
    ended : threading.Event
        Is set when it has ended.
    """

    kind: str
    values: dict[str, Any]
    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)
    at: str = ""
    hint: str = ""
    code: int | None = None
    document: dict[str, Any] | None = None
    stopped: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return self.code is None


@dataclass
class Draft:
    """What one visitor brought, and how far it is.

    Attributes
    ----------
    id : str
        Its name in addresses, which nobody can guess.
    graph : str
        The name of the graph that it is to become.
    folder : Path
        Where its files are.
    values : dict[str, Any]
        What `kg.ingest` is given beside graph and sources: the files, and what is stated about them.
    steps : list[Step]
        What was done with it.
    """

    id: str
    graph: str
    folder: Path
    values: dict[str, Any]
    steps: list[Step] = field(default_factory=list)

    @property
    def now(self) -> Step:
        """The last step."""
        return self.steps[-1]

    def last(self, kind: str) -> Step | None:
        """The last step of a kind that has ended well enough to have a document."""
        return next((s for s in reversed(self.steps) if s.kind == kind and s.document is not None), None)


class Jobs:
    """The drafts of a server; everything it started ends with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drafts: OrderedDict[str, Draft] = OrderedDict()
        self._temporary = ExitStack()

    @cached_property
    def _place(self) -> Path:
        """The folder of all drafts, made for the first of them."""
        return self._temporary.enter_context(temporary_folder())

    def find(self, id_: str) -> Draft | None:
        """A draft by its name, or None."""
        return self._drafts.get(id_)

    def draft(self, graph: str) -> Draft:
        """A new draft, with an empty folder."""
        id_ = secrets.token_urlsafe(12)
        folder = self._place / id_
        (folder / "files").mkdir(parents=True)
        made = Draft(id_, graph, folder, {})
        with self._lock:
            self._drafts[id_] = made
            idle = [d for d in self._drafts.values() if d is not made and not (d.steps and d.now.running)]
            for old in idle[: max(0, len(self._drafts) - _KEPT)]:
                self._forget(old)
        return made

    def drop(self, draft: Draft) -> None:
        """Forget a draft and its files."""
        with self._lock:
            self._forget(draft)

    def _forget(self, draft: Draft) -> None:
        self._drafts.pop(draft.id, None)
        shutil.rmtree(draft.folder, ignore_errors=True)

    def start(self, draft: Draft, kind: str, **values: Any) -> Step:
        """Begin the next step of a draft.

        Parameters
        ----------
        draft : Draft
            The draft.
        kind : str
            The kind of step.
        **values : Any
            What `kg.ingest` is given besides the draft's own values.

        Raises
        ------
        Busy
            If as many processes are at work as may be.
        """
        given = draft.values | values
        with self._lock:
            if draft.steps and draft.now.running:
                return draft.now
            if sum(d.now.running for d in self._drafts.values() if d.steps) >= _AT_ONCE:
                raise Busy("other files are being read just now", "try again in a minute")
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "kg.serve.ingest_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # an interrupt at the terminal ends the server, which ends this
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            step = Step(kind, given, process)
            draft.steps.append(step)
        threading.Thread(target=_follow, args=(step,), daemon=True).start()
        return step

    def stop(self, step: Step) -> None:
        """Interrupt a step: what came is kept. A process that does not end by itself is killed a little later."""
        if not step.running:
            return
        step.stopped = True
        step.process.send_signal(signal.SIGINT)
        late = threading.Timer(_PATIENCE_S, step.process.kill)
        late.daemon = True
        late.start()

    def close(self) -> None:
        """End every process and remove every file."""
        running = [draft.now for draft in self._drafts.values() if draft.steps and draft.now.running]
        for step in running:
            step.process.send_signal(signal.SIGINT)
        for step in running:
            try:
                step.process.wait(5)
            except subprocess.TimeoutExpired:
                step.process.kill()
        self._temporary.close()


def _follow(step: Step) -> None:
    """Hand the process its values, and keep what it tells until it ends."""
    process = step.process
    limit = threading.Timer(_READ_S, process.kill) if step.kind == "read" else None
    if limit:
        limit.daemon = True
        limit.start()
    heard = threading.Thread(target=_hear, args=(step,), daemon=True)
    heard.start()
    document = ""
    if process.stdin and process.stdout:
        with suppress(BrokenPipeError), process.stdin:  # it may have ended before it read: its code says how
            process.stdin.write(json.dumps(step.values) + "\n")
            process.stdin.flush()  # it ends where this pipe does, as when this server is killed
            document = process.stdout.read()
    code = process.wait()
    heard.join()
    if limit:
        limit.cancel()
    try:
        step.document = json.loads(document) if document.strip() else None
    except ValueError:  # it was killed while it wrote
        code = code or 1
    if code < 0 and not step.stopped:
        taken = (
            f"reading took longer than {_READ_S} s and was stopped" if step.kind == "read" else "its process was killed"
        )
        step.said.append(taken)
    step.code = code
    step.ended.set()


def _hear(step: Step) -> None:
    """Keep the lines of stderr: those of the process are JSON, others tell of a fault of ours and stay out of pages."""
    for line in step.process.stderr or ():
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            sys.stderr.write(line)
            continue
        step.at = told.get("at", step.at)
        step.hint = told.get("hint", step.hint)
        if "said" in told:
            where = f"{Path(step.values['files'][0]).parent}{os.sep}"  # whose name is nobody's business
            step.said = [*step.said[1 - _LINES :], told["said"].replace(where, "")]
