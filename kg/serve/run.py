"""Run the app on this machine until it is interrupted."""

import logging
import socket
import webbrowser
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from kg.errors import InputError
from kg.serve.connections import OneLine, config


def listen(host: str, port: int) -> socket.socket:
    """Take a port.

    Parameters
    ----------
    host : str
        The address to bind.
    port : int
        The port; 0 takes any that is free.

    Raises
    ------
    InputError
        If it is taken, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(1024)  # who comes before the app runs waits
    except (OSError, OverflowError) as error:
        taken.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"cannot listen on {host}, port {port}: {reason}", "choose another one: --port 0 takes any that is free"
        ) from error
    return taken


def run(
    app: Starlette, at: socket.socket, *, root_path: str = "", open_: bool = False, say: Callable[[str], None] = print
) -> None:
    """Serve an app until interrupted.

    Parameters
    ----------
    app : Starlette
        The app.
    at : socket
        Where it listens.
    root_path : str
        The path of a proxy under which it stands.
    open_ : bool
        Open the home page in the browser.
    say : callable
        Is told the address.
    """
    host, port = at.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    say(f"serving {', '.join(app.state.shelf.names)} at {address} (Ctrl+C stops it)")
    if open_ and not webbrowser.open(address):
        say(f"no browser was found; open {address} yourself")
    server, shorter = uvicorn.Server(config(app, root_path)), OneLine()
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addFilter(shorter)
    server.run(sockets=[at])
