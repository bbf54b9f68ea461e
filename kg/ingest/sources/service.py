"""Sources on the web as kg knows them before it asks: address, key, pace, and which answers they mean."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from kg.errors import InputError
from kg.files import read_toml

RETRIED = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is particular to one source.

    `table` is its table in the configuration file, which may hold `key` and `url`; `keys` are the environment variables
    of its key, none where it has none. The key goes into a `header`, or else into the query as `parameter`. Requests are
    an interval apart at least, with and without a key, and for who says whom to write to; after a search (`searches` is its
    path) another one. `fault_in` says what is wrong with an answer, "" if nothing, from
    its status, text, parsed JSON and the body that was sent; `refusals` are the statuses that refuse the key, and
    `retried` those that may pass. `keyless` says what asking without a key is like, and `key_page` where a key is had.
    Where it counts credits, `credits` are those of a list and of a search.
    """

    name: str
    table: str
    base_url: str
    fault_in: Callable[[int, str, Any, Any], str]
    keys: tuple[str, ...] = ()
    header: str = ""
    parameter: str = ""
    keyed_interval_s: float = 1.0
    unkeyed_interval_s: float = 1.0
    polite_interval_s: float | None = None
    searches: str = ""
    search_intervals_s: tuple[float, float] = (0.0, 0.0)  # usual, polite
    refusals: frozenset[int] = frozenset({401, 403})
    retried: frozenset[int] = RETRIED
    greeted: bool = False  # whether it wants to know whom to write to: see `find_agent`
    keyless: str = ""
    credits: tuple[int, int] = (0, 0)
    key_page: str = ""

    @property
    def key_name(self) -> str:
        """Where the user sets the key."""
        return self.keys[0] if self.keys else ""


def config_file() -> Path:
    """The user's configuration file; one that is not there for a user without a home."""
    try:
        return user_config_path("kg", appauthor=False) / "config.toml"
    except RuntimeError:
        return Path("~/.config/kg/config.toml")


def configured(table: str, name: str) -> str | None:
    """A value of a table in the user's `config.toml` (`key`, `url`, `mailto`), None where there is none."""
    values = read_toml(config_file(), "correct it; see docs/sources.md").get(table, {})
    value = values.get(name) if isinstance(values, dict) else None
    return str(value).strip() or None if value is not None else None


def find_key(service: Service) -> str | None:
    """The user's key to a service: the first of its environment variables that is set, else the configuration file's."""
    named = (os.environ.get(name, "").strip() for name in service.keys)
    return next(filter(None, named), None) or (configured(service.table, "key") if service.keys else None)


def key_place(service: Service) -> str:
    """Where `find_key` finds the key, "" where there is none."""
    named = (name for name in service.keys if os.environ.get(name, "").strip())
    return next(named, "") or (f"[{service.table}] in {config_file()}" if find_key(service) else "")


def find_url(service: Service) -> str:
    """The server of a service: `KG_OPENALEX_URL` and the like, else the configuration file's, else its own."""
    named = os.environ.get(f"KG_{service.table.upper()}_URL", "").strip()
    return named or configured(service.table, "url") or service.base_url


def find_agent(service: Service) -> str:
    """Whom a service that wants to know may write to: `KG_MAILTO`, else `mailto` in its table; "" where nobody says."""
    if not service.greeted:
        return ""
    address = os.environ.get("KG_MAILTO", "").strip() or configured(service.table, "mailto") or ""
    if address and not re.fullmatch(r"[\w.+-]+@[\w.-]+", address, re.ASCII):
        raise InputError(f"KG_MAILTO: invalid e-mail address {address!r}", "expected name@example.org")
    return f"(mailto:{address})" if address else ""


def error_in(body: Any) -> str:
    """The error that an answer reports and what it says of it, "" where it reports none."""
    told = (body.get("error"), body.get("message")) if isinstance(body, dict) else ()
    return ": ".join(dict.fromkeys(str(text) for text in told if text))
