"""Bring your own: a file or identifiers become a graph, by the code of `kg ingest`; what would be read is shown first."""

import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message

from kg.errors import InputError
from kg.graph.folder import folder_of, graphs_found
from kg.serve.asked import page, root_of
from kg.serve.jobs import Draft, Jobs

BYTES = 64_000_000  # of one request
_FILES = 20
_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,59}", re.ASCII)
_CHOICES = {
    "here": {},
    "plan": {"from_": "auto", "references": 1, "citations": 1, "dry_run": True},
    "web": {"from_": "auto", "references": 1, "citations": 1},
}


def routes() -> list[Route]:
    """The addresses of these pages."""
    return [
        Route("/new", _form, methods=["GET"]),
        Route("/new", _bring, methods=["POST"]),
        Route("/new/{draft}", _show, methods=["GET"]),
        Route("/new/{draft}/{action}", _act, methods=["POST"]),
    ]


def _form(request: Request) -> Response:
    """The form."""
    _writable(request)
    return page(request, "new", title="Bring your own", token=request.app.state.token, known=graphs_found())


async def _bring(request: Request) -> Response:
    """Keep what was sent in a folder of its own, and begin to read it."""
    _writable(request)
    limited = Request(request.scope, _limited(request))
    async with limited.form(max_files=_FILES, max_fields=20, max_part_size=2_000_000) as form:
        _meant(request, form)
        name = _text(form, "graph")
        if not _NAME.fullmatch(name):
            hint = "letters, digits, - and _, at most 60, such as my-field"
            raise InputError(f"{name!r} cannot be the name of a graph" if name else "the graph has no name", hint)
        if folder_of(name).exists() or name in request.app.state.shelf.names:
            raise InputError(f"there is a graph {name!r} already", "choose another name")
        jobs: Jobs = request.app.state.jobs
        draft = jobs.draft(name)
        try:
            await _keep(draft, form)
            jobs.start(draft, "read", graph=str(draft.folder / "preview" / name))
        except BaseException:
            jobs.drop(draft)
            raise
    return RedirectResponse(f"{root_of(request)}/new/{draft.id}", status_code=303)


def _show(request: Request) -> Response:
    """How far a draft is: what would be read, what the web would cost, or the graph."""
    _writable(request)
    draft = _draft(request)
    now = draft.now
    made = now.kind == "make" and not now.running and _there(draft)
    if made:
        request.app.state.shelf.add(draft.graph)
    answer = page(request, "draft", title=draft.graph, token=request.app.state.token, draft=draft, now=now, made=made)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _act(request: Request) -> Response:
    """Cancel the step at work, or begin the next: plan, make the graph from what is here, or from the web too."""
    _writable(request)
    draft = _draft(request)
    limited = Request(request.scope, _limited(request))
    async with limited.form(max_files=0, max_fields=5) as form:
        _meant(request, form)
    action = request.path_params["action"]
    jobs: Jobs = request.app.state.jobs
    if action == "cancel":
        jobs.stop(draft.now)
    elif action in _CHOICES and not draft.now.running:
        kind = "plan" if action == "plan" else "make"
        if kind == "make" and _there(draft) and not any(step.kind == "make" for step in draft.steps):
            raise InputError(f"there is a graph {draft.graph!r} already", "bring the files again, under another name")
        await run_in_threadpool(jobs.start, draft, kind, graph=draft.graph, **_CHOICES[action])
    elif action not in _CHOICES:
        raise HTTPException(404)
    return RedirectResponse(f"{root_of(request)}/new/{draft.id}", status_code=303)


def _writable(request: Request) -> None:
    if request.app.state.read_only:
        raise HTTPException(403, "this server is read-only: graphs are made with `kg ingest` on its machine")


def _draft(request: Request) -> Draft:
    found: Draft | None = request.app.state.jobs.find(request.path_params["draft"])
    if found is None:
        raise HTTPException(404)
    return found


def _there(draft: Draft) -> bool:
    """Whether its graph exists; a plan leaves a folder with answers of services alone."""
    return (folder_of(draft.graph) / "graph.sqlite").exists()


def _meant(request: Request, form: FormData) -> None:
    """Refuse what a page of another site sends: it knows no token, and a browser says where it comes from."""
    origin = request.headers.get("origin")
    elsewhere = origin not in {None, *(f"{scheme}://{request.headers.get('host')}" for scheme in ("http", "https"))}
    elsewhere |= request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    token = str(form.get("token", ""))
    if elsewhere or not secrets.compare_digest(token.encode(), request.app.state.token.encode()):
        raise HTTPException(403, "this form was not sent from a page of this server: open it again")


def _limited(request: Request) -> Callable[[], Awaitable[Message]]:
    """What a request brings, refused where it is more than `BYTES`."""
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > BYTES:
        raise _too_much()
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > BYTES:
            raise _too_much()
        return message

    return receive


def _too_much() -> HTTPException:
    return HTTPException(413, f"this is more than {BYTES // 1_000_000} MB: use `kg ingest` on the machine itself")


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


async def _keep(draft: Draft, form: FormData) -> None:
    """Write what was sent into the draft's folder, and say in `values` what it is."""
    folder = draft.folder / "files"
    files = [part for part in form.getlist("files") if isinstance(part, UploadFile) and part.filename]
    pasted = _text(form, "pasted")
    paths = [await _written(folder, part) for part in files]
    if pasted:
        paths.append(folder / "pasted.txt")
        paths[-1].write_text(pasted + "\n", encoding="utf-8", newline="")
    if not paths:
        raise InputError("nothing was sent", "choose a file, or paste DOIs, titles of works or a bibliography")
    draft.values["files"] = [str(path) for path in paths]
    table = form.get("works")
    if isinstance(table, UploadFile) and table.filename:
        draft.values["works"] = str(await _written(folder, table))
    if title := _text(form, "title"):
        draft.values["title"] = title[:1000]
    if year := _text(form, "year"):
        if not re.fullmatch(r"[12]\d{3}", year):
            raise InputError(f"{year!r} is no year", "give four digits")
        draft.values["year"] = int(year)


async def _written(folder: Path, part: UploadFile) -> Path:
    """A file of the draft, under the name it was sent with as far as that is harmless."""
    name = (
        re.sub(r"[^\w.()\[\] -]", "_", Path((part.filename or "").replace("\\", "/")).name).lstrip(".")[-60:] or "file"
    )
    path = folder / name
    while path.exists():
        path = folder / f"_{path.name}"
    with path.open("wb") as out:
        while block := await part.read(1 << 20):
            out.write(block)
    return path
