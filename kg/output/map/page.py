"""The interactive citation map: one self-contained HTML page from a graph and results the caller has computed.

pyvis holds the nodes and edges and brings vis-network; the page around it is ours, autoescaped, with a policy that
forbids every request. Whatever comes from a source reaches the page as JSON or escaped text only.
"""

from pyvis.network import Network

from kg.output.map.model import MapView
from kg.output.map.payload import Payload
from kg.output.pages.html import environment
from kg.output.pages.marks import MAIN_COLOUR, PATH_COLOUR
from kg.page import Document


class MapPage(Document):
    """The page of a map; `view` is what it draws."""

    __slots__ = ("view",)
    view: MapView


def render_map(view: MapView) -> MapPage:
    """The page of a map: one HTML document that needs no other file and makes no request.

    Parameters
    ----------
    view : MapView
        What to draw.

    Returns
    -------
    MapPage
        The page; notebooks show it in a frame.

    Raises
    ------
    NothingFound
        If the focus or a work of a path is not in the graph.
    """
    for id_ in (
        *view.path,
        *(w for path in view.main for w in path),
        *([view.focus] if view.focus is not None else []),
    ):
        view.graph.number(id_)
    page = Payload(view)
    net = Network(directed=True)  # type: ignore[no-untyped-call]
    net.nodes = page.nodes
    net.edges = page.edges
    net.path = "templates/map.html.j2"
    net.templateEnv = environment(
        net.template_dir,
        view=view,
        frame=view.frame,
        page=page,
        works=page.works,
        path_colour=PATH_COLOUR,
        main_colour=MAIN_COLOUR,
        path=[page.works[view.graph.number(id_)] for id_ in view.path],
        loops=len(view.graph.loops),
    )
    html: str = net.generate_html()  # type: ignore[no-untyped-call]
    made = MapPage(html, height=760)
    made.view = view
    return made
