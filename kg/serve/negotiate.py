"""Which of the formats that there are a client would rather have, by the header Accept."""

from collections.abc import Sequence

_MOST = 50  # entries of a header that are read


def best(accepted: str, offered: Sequence[str]) -> str | None:
    """Choose the media type that a client likes best; among equals the one offered first.

    Parameters
    ----------
    accepted : str
        The header Accept; an empty one accepts everything.
    offered : sequence of str
        Media types.

    Returns
    -------
    str or None
        One of them; None where the client takes none.

    Examples
    --------
    >>> best("text/html, application/xml;q=0.9, */*;q=0.8", ["text/csv", "application/xml"])
    'application/xml'
    >>> best("text/*;q=0.2, text/csv;q=0", ["text/csv", "text/plain"])
    'text/plain'
    >>> best("image/png", ["text/csv"])
    """
    wanted = _read(accepted) if accepted.strip() else [("*/*", 1.0)]
    rated = [(_quality(media, wanted), -n, media) for n, media in enumerate(offered)]
    quality, _, media = max(rated, default=(0.0, 0, ""))
    return media if quality > 0 else None


def _read(accepted: str) -> list[tuple[str, float]]:
    """The ranges of a header and their qualities; those that are malformed are left out."""
    found = []
    for entry in accepted.lower().split(",")[:_MOST]:
        media, *parameters = (part.strip() for part in entry.split(";"))
        given = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        try:
            found.append((media, min(1.0, max(0.0, float(given)))))
        except ValueError:
            continue
    return found


def _quality(media: str, wanted: Sequence[tuple[str, float]]) -> float:
    """What the most specific range that a media type is in says of it."""
    ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
    found = [(-ranges.index(name), quality) for name, quality in wanted if name in ranges]
    return max(found, default=(0, 0.0))[1]
