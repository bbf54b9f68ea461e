"""What mkdocs.yml adds to docs/: README, changelog and data notes as pages, the Python pages, and the drawing as SVG."""

import re
from collections.abc import Iterable
from html import escape
from inspect import unwrap
from itertools import pairwise
from pathlib import Path

import igraph
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import kg

ROOT = Path(__file__).parents[1]
KG = ROOT / "kg"

#: pages that stand elsewhere in the repository, because other readers look for them there
COPIES = {
    "index.md": "README.md",
    "zh.md": "README.zh.md",
    "changelog.md": "CHANGELOG.md",
    "bundled-graph.md": "kg/data/neural_music/README.md",
    "CITATION.cff": "CITATION.cff",
}

#: packages in the order in which a reader meets them
PACKAGES = (
    *("library", "analysis", "analysis/metrics", "analysis/forgotten"),
    *("analysis/claims", "analysis/paths", "analysis/base"),
    *("graph", "build", "ingest", "ingest/readers", "ingest/resolve", "ingest/sources", "ingest/sources/s2"),
    *("output", "output/map", "output/report", "output/dossier", "output/pages", "output/export", "output/rdf"),
    *("serve", "serve/pages"),
    *("corpus", "corpus/measures"),
)


def python_pages() -> dict[str, str]:
    """The text of each Python page by its address: kg itself, then a page for each package, its modules in turn."""
    names = {name: unwrap(getattr(kg, name)) for name in sorted(kg.__all__)}  # kg.ingest is a package, and callable
    offered = "\n".join(
        f"- [`kg.{name}`][{value.__module__}.{value.__qualname__}]: {(value.__doc__ or '').splitlines()[0]}"
        for name, value in names.items()
    )
    ground = [file for file in modules(KG) if file.stem != "__init__"]
    pages = {"python/kg.md": page("kg", map(dotted, ground), f"{kg.__doc__}\n{offered}")}
    for package in PACKAGES:
        name = f"kg.{package.replace('/', '.')}"
        pages[f"python/{name}.md"] = page(name, map(dotted, modules(KG / package)))
    return pages


def modules(folder: Path) -> list[Path]:
    """The public modules of a package that hold anything."""
    return sorted(file for file in folder.glob("*.py") if not file.name.startswith("_"))


def dotted(file: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def page(title: str, names: Iterable[str], text: str = "") -> str:
    """A page of modules; mkdocstrings fills it from their docstrings, and lists all that a graph can be asked at `Graph`."""
    graph = "kg.library.graph"
    listed = sorted(names, key=lambda name: (name != graph, name))
    whole = {graph: "\n    options:\n      inherited_members: true"}
    return (
        "\n\n".join([f"# {title}", *filter(None, [text]), *(f"::: {name}{whole.get(name, '')}" for name in listed)])
        + "\n"
    )


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the Python pages into the navigation."""
    python = next(entry["Python"] for entry in config.nav or [] if "Python" in entry)
    python += [{Path(address).name.removesuffix(".md"): address} for address in python_pages()]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are not in docs/."""
    for address, source in COPIES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, address, content=at_home(text)))
    for address, text in python_pages().items():
        files.append(File.generated(config, address, content=text))
    return files


def at_home(text: str) -> str:
    """A text of the repository with its links turned to the pages of the site."""
    for address, source in COPIES.items():
        text = text.replace(f"]({source})", f"]({address})")
    text = re.sub(r"\]\((kg/(?:\w+/)*)(\w+)\.py\)", _python_link, text)
    return text.replace("](docs/", "](")


def _python_link(link: re.Match[str]) -> str:
    package = link[1].rstrip("/").replace("/", ".")
    return f"](python/{package}.md#{package}.{link[2]})"


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Draw diagrams: the usual way fetches a script from another server."""
    return re.sub(r"```mermaid\n(.*?)```", lambda block: drawing(block[1]), markdown, flags=re.DOTALL)


_ARROW = re.compile(r'^ +(\w+)(?:\["(.*?)"\])? -->(?:\|(.*?)\|)? (\w+)(?:\["(.*?)"\])?$', re.MULTILINE)


def drawing(text: str) -> str:
    """A diagram of lines `a["what it is"] -->|how| b` as SVG, sources above what they point to."""
    found = _ARROW.findall(text)
    arrows, hows = [(a, b) for a, _, _, b, _ in found], [how for _, _, how, _, _ in found]
    said = {
        name: words.split("<br>")
        for a, first, _, b, second in found
        for name, words in ((a, first), (b, second))
        if words
    }
    graph = igraph.Graph.TupleList(arrows, directed=True)
    names = graph.vs["name"]
    labels = [said.get(name, [name]) for name in names]
    width = max(110, *(8 * len(line) + 16 for lines in labels for line in lines))
    height, gap = 18 + 18 * max(map(len, labels)), 84 + 90 * any(hows)
    layers = [0] * len(names)
    for v in graph.topological_sorting():
        layers[v] = max((layers[u] + 1 for u in graph.predecessors(v)), default=0)
    ways = []  # an arrow past several layers has a point in each, so that no box stands on it
    for edge in graph.es:
        between = range(layers[edge.source] + 1, layers[edge.target])
        ways.append([edge.source, *range(len(layers), len(layers) + len(between)), edge.target])
        layers += between
    steps = igraph.Graph(len(layers), [step for way in ways for step in pairwise(way)], directed=True)
    layout = steps.layout_sugiyama(layers, hgap=width * 1.1, vgap=gap)
    left = min(x for x, _ in layout) - width / 2 - 4
    at = [(x - left, y + height / 2 + 4) for x, y in layout]
    lines = []
    for k, (way, how) in enumerate(zip(ways, hows, strict=True)):
        points = [(x, y + side * height / 2) for x, y in (at[v] for v in way) for side in (-1, 1)][1:-1]
        points[-1] = (points[-1][0], points[-1][1] - 6)
        lines.append(f'<polyline points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in points)}" marker-end="url(#tip)"/>')
        if how:
            (x, y), (x2, y2) = points[:2]
            part = (0.25, 0.42, 0.59, 0.76)[k % 4]  # of the way, so that neighbours do not meet
            place = f'x="{x + part * (x2 - x):.0f}" y="{y + part * (y2 - y):.0f}"'
            lines.append(f'<text {place} font-size="13">{escape(how)}</text>')
    boxes = [
        f'<rect x="{x - width / 2:.0f}" y="{y - height / 2:.0f}" width="{width}" height="{height}" rx="6"/>'
        + "".join(
            f'<text x="{x:.0f}" y="{y + 5 + 18 * (k - (len(label) - 1) / 2):.0f}">{escape(line)}</text>'
            for k, line in enumerate(label)
        )
        for label, (x, y) in zip(labels, at, strict=False)
    ]
    right, bottom = max(x for x, _ in at) + width / 2 + 4, max(y for _, y in at) + height / 2 + 4
    label = escape("; ".join(f"{a} uses {b}" for a, b in arrows))
    return (
        f'<svg class="drawing" role="img" aria-label="{label}" viewBox="0 0 {right:.0f} {bottom:.0f}" width="{right:.0f}" '
        'style="max-width: 100%; fill: none; stroke: currentColor; font-size: 15px">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="currentColor" stroke="none"/></marker>'
        "<style>.drawing text { fill: currentColor; stroke: none; text-anchor: middle }</style></defs>"
        f"{''.join(lines)}{''.join(boxes)}</svg>"
    )


def on_post_build(config: MkDocsConfig) -> None:
    """Refuse a site that loads anything from another server."""
    loads = re.compile(
        r"<(?:script|img|iframe)[^>]+src=\"?(?:https?:)?//|<link[^>]+stylesheet[^>]+href=\"?(?:https?:)?//"
    )
    for file in Path(config.site_dir).rglob("*.html"):
        if found := loads.search(file.read_text(encoding="utf-8")):
            raise PluginError(f"{file.name} loads from another server: {found.group()}")
