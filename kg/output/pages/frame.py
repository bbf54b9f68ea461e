"""What stands around a page of its own where an app shows it."""

from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup


@dataclass(frozen=True)
class Frame:
    """The bar of an app above a page, and where its works have pages; a page that is written to a file has none.

    Attributes
    ----------
    bar : Markup
        The bar, as HTML.
    before, after : str
        What stands before and after the id of a work in the address of its page.
    """

    bar: Markup
    before: str
    after: str = ""

    def address(self, id_: str) -> str:
        """The address of a work's page.

        Examples
        --------
        >>> Frame(Markup(), "/work/g/", "?lang=zh").address("a/b")
        '/work/g/a%2Fb?lang=zh'
        """
        return f"{self.before}{quote(id_, safe='')}{self.after}"
