"""Warm processes that answer SPARQL for the server: each one query at a time, stopped and replaced at the time limit.

A query can end its process, never the server: what is lost is replaced at once. With all processes busy, queries wait for a
short time in a short line, and what is more is refused.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import InputError, KgError
from kg.output.rdf.guard import Checked
from kg.output.rdf.query_process import lacked_memory
from kg.output.rdf.sparql import raise_error_of


class Busy(KgError):
    """All processes are busy, and enough queries wait for them."""


class TookTooLong(KgError):
    """A query that was stopped at the time limit."""


class TooMuch(InputError):
    """A query that was stopped because it needed too much memory."""


class Lost(KgError):
    """A query whose process ended, twice."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use, and how many may run and wait.

    Attributes
    ----------
    workers
        Number of processes.
    timeout_s
        Seconds after which a query is stopped.
    long_s
        Seconds after which a query counts as long: half of the processes may run such, so that others do not wait for them.
    memory
        Bytes that each process may use.
    waiting
        How many queries may wait for a process.
    patience_s
        Seconds that each of them waits.
    """

    workers: int = 4
    timeout_s: float = 10.0
    long_s: float = 1.0
    memory: int = 1 << 30
    waiting: int = 100
    patience_s: float = 3.0


class Pool:
    """The processes. All methods belong to one event loop.

    Parameters
    ----------
    limits : Limits
        What queries may use.

    Attributes
    ----------
    held : int
        Bytes of answers that are `holding`.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers: set[_Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._waiting = self._long = 0
        self._started = self._closed = False
        self.held = 0

    @property
    def pids(self) -> set[int]:
        """The ids of the processes."""
        return {worker.process.pid for worker in tuple(self._workers)}

    def start(self) -> None:
        """Start the processes; the first query does so too."""
        if not self._started:
            self._started = True
            for _ in range(self.limits.workers):
                self._begin(self._start_one())

    async def close(self) -> None:
        """End the processes, also those that are in the middle of a query."""
        self._closed = True
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))
        self._workers.clear()

    async def ask(self, folder: Path, checked: Checked, media: str, prefixes: Mapping[str, str]) -> bytes:
        """Answer a query.

        Parameters
        ----------
        folder : Path
            The RDF store.
        checked : Checked
            The query.
        media : str
            The media type of the answer, which must suit the query.
        prefixes : mapping of str to str
            The prefixes that IRIs are shortened by, in Turtle and JSON-LD.

        Raises
        ------
        Busy
            If no process is free in time.
        TookTooLong
            If the query was stopped at the time limit.
        KgError
            If Oxigraph does not accept it, its answer is too long, it needs too much memory, or the store cannot be read.
        """
        fields = {"folder": str(folder), "query": checked.text, "media": media, "prefixes": dict(prefixes)}
        request = json.dumps(fields).encode() + b"\n"
        self.start()
        until, lost = 0.0, 0
        while lost < 2:
            worker = await self._free_worker()
            until = until or asyncio.get_running_loop().time() + self.limits.timeout_s
            try:
                header, data = await self._reply(worker, request, until)
            except _Died as died:  # killed from outside, it may be: then another one answers
                lost += died.of_query
            else:
                raise_error_of(header, checked, quick=True)
                return data
        raise Lost("the process that ran the query ended, twice", "try a simpler query, or try again later")

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Count an answer of this size in bytes as long as it waits for its client."""
        self.held += size
        try:
            yield
        finally:
            self.held -= size

    async def _free_worker(self) -> "_Worker":
        hint = "try again in a moment"
        if self._waiting >= self.limits.waiting:
            raise Busy(f"the server is busy: {self._waiting} queries are waiting", hint)
        self._waiting += 1
        try:
            async with asyncio.timeout(self.limits.patience_s):
                while True:
                    worker = await self._idle.get()
                    if worker.process.returncode is None:
                        return worker
                    self._replace(worker)
        except TimeoutError:
            raise Busy(f"the server is busy: no answer could begin in {self.limits.patience_s:g} s", hint) from None
        finally:
            self._waiting -= 1

    async def _reply(self, worker: "_Worker", request: bytes, until: float) -> tuple[dict[str, Any], bytes]:
        asking, reusable = asyncio.create_task(worker.ask(request)), False
        left = until - asyncio.get_running_loop().time()
        try:
            await asyncio.wait({asking}, timeout=max(0.0, min(self.limits.long_s, left)))
            if not asking.done() and left > self.limits.long_s:
                with self._counted_as_long():
                    await asyncio.wait({asking}, timeout=left - self.limits.long_s)
            if not asking.done():
                hint = "add LIMIT, start from one work, or run it with `kg sparql`, which can be given more time"
                said = f"the query took longer than {self.limits.timeout_s:g} s and was stopped"
                raise TookTooLong(said, hint)
            header, data = asking.result()
            reusable = bool(header["again"])
        except _Died as died:
            if died.of_memory:
                memory = f"{self.limits.memory / (1 << 30):g} GB"
                hint = "add LIMIT, or start from one work"
                raise TooMuch(f"the query needed more than {memory} of memory and was stopped", hint) from None
            raise
        else:
            return header, data
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            if reusable:
                self._idle.put_nowait(worker)
            else:
                self._replace(worker)

    @contextmanager
    def _counted_as_long(self) -> Iterator[None]:
        most = max(1, self.limits.workers // 2)
        if self._long >= most:
            said = f"the server is busy with long queries: at most {most} of more than {self.limits.long_s:g} s at once"
            raise Busy(said, "try again in a moment, or ask for less")
        self._long += 1
        try:
            yield
        finally:
            self._long -= 1

    def _replace(self, worker: "_Worker") -> None:
        self._begin(self._start_in_place_of(worker))

    def _begin(self, starting: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(starting)
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start_in_place_of(self, worker: "_Worker") -> None:
        await worker.end()
        self._workers.discard(worker)  # not before, for `close` ends those that are here
        await self._start_one()

    async def _start_one(self) -> None:
        while not self._closed:
            try:
                worker = await _Worker.start(self.limits)
            except OSError:  # no process or no memory left now
                await asyncio.sleep(1)
                continue
            self._workers.add(worker)
            if await worker.is_ready():
                self._idle.put_nowait(worker)
                return
            await worker.end()
            self._workers.discard(worker)
            await asyncio.sleep(1)


class _Died(Exception):
    """The process ended before its answer was whole; `of_query` where it had begun with one."""

    def __init__(self, last_words: bytes, *, of_query: bool) -> None:
        super().__init__(last_words)
        self.of_query = of_query
        self.of_memory = lacked_memory(last_words)


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._died = False

    @classmethod
    async def start(cls, limits: Limits) -> "_Worker":
        """Start a process."""
        own_s = limits.timeout_s + 1
        command = [sys.executable, "-P", "-m", "kg.serve.worker", str(limits.memory), str(own_s)]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=1 << 20, start_new_session=True
        )
        return cls(process)

    async def is_ready(self) -> bool:
        """Wait until it can take a query; false where it ends first."""
        return self.process.stdout is not None and await self.process.stdout.readline() == b"\n"

    async def ask(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        """Send a request and read the whole reply."""
        to, out, err = self.process.stdin, self.process.stdout, self.process.stderr
        if to is None or out is None or err is None:
            raise TypeError("a process without pipes")
        begun = False
        try:
            to.write(request)
            await to.drain()
            await out.readuntil(b"\n")
            begun = True
            header: dict[str, Any] = json.loads(await out.readuntil(b"\n"))
            return header, await out.readexactly(header["bytes"])
        except (asyncio.IncompleteReadError, ConnectionError):
            self._died = True
            raise _Died(await err.read(), of_query=begun) from None

    async def end(self) -> None:
        """Kill the process and wait until it is gone."""
        if not self._died:
            with suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()
        self.process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001  (else at some time, in a loop that has ended)
