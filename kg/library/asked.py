"""What questions to a graph read: its open folder, with the store and the arrays in it. Standard library only."""

from kg.graph.folder import Workspace


class Asked:
    """A graph as questions read it: the classes of questions derive from it, and `kg.library.graph.Graph` from these.

    A command that must start at once makes one of the open folder alone; a `Graph` loads numpy.
    """

    def __init__(self, space: Workspace) -> None:
        self._space = space
