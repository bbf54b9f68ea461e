"""kg serve."""

import os
from typing import Annotated

from typer import Option

from kg.cli import app
from kg.cli.completion import graphs
from kg.cli.printing import say
from kg.errors import need_memory


@app.command(rich_help_panel="Exchange")
def serve(
    graph: Annotated[
        list[str] | None,
        Option(
            "--graph",
            "-g",
            help="Serve this graph: a name under ./graphs, or a folder; may be repeated (default: all).",
            show_default=False,
            autocompletion=graphs,
        ),
    ] = None,
    port: Annotated[int, Option(min=0, max=65535, help="Listen on this port; 0 takes any that is free.")] = 8765,
    host: Annotated[str, Option(help="Listen on this address; only this machine can reach the default.")] = "127.0.0.1",
    timeout: Annotated[float, Option(min=0.1, help="Stop a SPARQL query after this many seconds.")] = 10.0,
    workers: Annotated[int, Option(min=1, help="Answer this many SPARQL queries at once.")] = 4,
    host_name: Annotated[
        list[str] | None,
        Option(
            help="Answer requests for this host name too, such as that of a proxy; may be repeated.", show_default=False
        ),
    ] = None,
    root_path: Annotated[
        str, Option(metavar="/PATH", help="Stand under this path of a proxy, which takes it off requests.")
    ] = "",
    read_only: Annotated[
        bool,
        Option(
            "--read-only",
            help="Make no graphs from the pages (always so with another --host than this machine, or a --host-name).",
        ),
    ] = False,
    cors: Annotated[
        bool, Option("--cors", help="Let pages of other sites read the endpoint (always so where --read-only is).")
    ] = False,
    editor: Annotated[
        bool,
        Option("--editor", help="First fetch the SPARQL editor YASQE by npm, once; without it a plain field serves."),
    ] = False,
    open_: Annotated[bool, Option("--open/--no-open", help="Open the home page in the browser.")] = True,
) -> None:
    """Serve graphs as an app in the browser, on this machine only: search, works, paths, tables, map and SPARQL.

    Example: kg serve

    Example: kg serve --graph my-field --port 0 --no-open
    """
    if editor:
        from kg.serve.editor import install

        install()
    need_memory("the app", 900)
    from kg.serve.app import HOSTS, make_app
    from kg.serve.pool import Limits
    from kg.serve.run import listen, run
    from kg.serve.shelf import Shelf

    taken = listen(host, port)
    here = host in {"127.0.0.1", "::1", "localhost"} and not host_name
    app = make_app(
        Shelf(graph or [name for name in [os.environ.get("KG_GRAPH", "")] if name]),
        hosts=(*HOSTS, f"[{host}]" if ":" in host else host, *(host_name or ())),
        read_only=read_only or not here,
        limits=Limits(timeout_s=timeout, workers=workers),
        warm_up=True,
        readable=cors or not here,
    )
    run(app, taken, root_path=root_path.rstrip("/"), open_=open_, say=say)
