"""What the interpreter, the system and SQLite raise, turned into errors of kg: what is wrong, and what to do about it."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from kg.cli.streams import OUTPUT
from kg.errors import InputError, KgError, StoreError, lacks_memory, remedy

INTERRUPTED = 130  # the exit code of what Ctrl-C ended


class _Interrupted(KgError):
    exit_code = INTERRUPTED


@contextmanager
def explained() -> Iterator[None]:
    """Turn any error that has nothing to do with kg's code into a KgError."""
    try:
        yield
    except KeyboardInterrupt:
        hint = "what was saved so far is not lost; run the same command again to continue"
        raise _Interrupted("interrupted", hint) from None
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"the graph's database failed: {error}",
            remedy(error, "try again; if it fails again, `kg verify` says what is wrong with it"),
        ) from error
    except OSError as error:
        if error.errno == errno.EPIPE and error.filename == OUTPUT:
            raise  # whoever read the answer has had enough of it
        raise InputError(
            f"{error.filename or 'a file'}: {error.strerror or error}",
            remedy(error, "name a file or folder that you can read and write"),
        ) from error
    except UnicodeError as error:
        raise InputError(f"invalid Unicode in the argument: {error}", "re-type it, or re-save it as UTF-8") from error
    except Exception as error:
        if not lacks_memory(error):
            raise
        raise KgError("not enough memory", "end other programs, or raise the limit on memory") from error
