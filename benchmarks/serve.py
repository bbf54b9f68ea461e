"""`kg serve` under load: 50 clients, some of them hostile, over loopback; then a hundred that send half a request.

    python benchmarks/serve.py [--graph GRAPH] [--seconds N] [--clients N] [--hostile SHARE]

Prints requests per second and how long honest clients waited, by what they asked for; fails where the server answered with a fault
of its own, with an error that looks like an answer, took more and more memory, or left a process behind.
"""

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"
#: The statuses that a hostile request may have: refused, stopped, or the server is busy.
REFUSED = {400, 404, 405, 406, 413, 414, 415, 421, 429, 431, 501, 503, 504}


@dataclass
class Tally:
    """What came back.

    Attributes
    ----------
    statuses
        How often each status came, for honest and hostile requests.
    waits
        Seconds that answers to honest requests took, by kind.
    wrong
        What should not have come.
    memory
        Bytes that the server held, from time to time.
    """

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


class Client:
    """One connection, kept open as long as the server keeps it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._pipes: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send a request; give the status, the head and the body of the answer."""
        fresh = self._pipes is None
        try:
            return await self._ask(request)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            if fresh:
                raise
            return await self._ask(request)  # the server had closed an idle connection

    async def _ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        if self._pipes is None:
            self._pipes = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 26)
        out, to = self._pipes
        to.write(request)
        with suppress(ConnectionError):  # it may answer before it has read all
            await to.drain()
        head = await out.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        body = await out.readexactly(int(length[1])) if length else b""
        if b"connection: close" in head.lower():
            self.close()
        return int(head.split(b" ", 2)[1]), head, body

    def close(self) -> None:
        """Close the connection."""
        if self._pipes is not None:
            self._pipes[1].close()
        self._pipes = None


def get(address: str, accept: str = "*/*", more: str = "") -> bytes:
    """A GET request."""
    return f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n{more}\r\n".encode()


def post(body: bytes, media: str, more: str = "") -> bytes:
    """A POST request to the endpoint."""
    head = f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def query(text: str, accept: str = "*/*") -> bytes:
    """A query by GET."""
    return get(f"/sparql?{urlencode({'query': text})}", accept)


def honest(dice: random.Random, graph: str, works: list[str]) -> tuple[str, bytes]:
    """A request as people and programs make them, and its kind."""
    id_ = dice.choice(works)
    work = f"?w kg:id {json.dumps(id_)}"
    at = quote(id_, safe="")
    kind = dice.choices(
        ["look-up", "path", "count", "ready query", "CONSTRUCT by POST", "RDF", "page"], [6, 2, 1, 3, 2, 3, 2]
    )[0]
    match kind:
        case "look-up":
            return kind, query(
                f"SELECT ?id ?title {{ {work} . ?c cito:cites ?w ; kg:id ?id OPTIONAL {{ ?c dcterms:title ?title }} }}"
            )
        case "path":
            return kind, query(
                f"SELECT (COUNT(DISTINCT ?b) AS ?n) {{ {work} . ?w cito:cites/cito:cites ?b }}", "text/csv"
            )
        case "count":
            return kind, query("SELECT (COUNT(*) AS ?n) { ?a cito:cites ?b }", "application/sparql-results+xml")
        case "ready query":
            return kind, get(f"/sparql?{urlencode({'name': 'citing', 'cited': id_})}", "application/json")
        case "CONSTRUCT by POST":
            text = f"CONSTRUCT {{ ?w ?p ?o }} {{ {work} . ?w ?p ?o }}"
            return kind, post(text.encode(), "application/sparql-query", "Accept: text/turtle\r\n")
        case "RDF":
            return kind, get(f"/work/{quote(graph)}/{at}", dice.choice(["text/turtle", "application/ld+json"]))
    page = dice.choice(
        [f"/home/{quote(graph)}", f"/search/{quote(graph)}?q={at}", "/static/app.css", f"/claim/{quote(graph)}/x"]
    )
    return kind, get(page, "text/html")


def hostile(dice: random.Random) -> bytes:
    """A request that means harm."""
    deep = "SELECT * { FILTER(" + "ABS(" * 300 + "1" + ")" * 301 + " }"
    requests = [
        query(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"),
        query(f"SELECT * {{ {CROSS} }} ORDER BY ?a ?o"),
        query(f"SELECT (GROUP_CONCAT(?c) AS ?x) {{ {CROSS} }}"),
        query("SELECT * { ?a (!<urn:x>)* ?b . ?c (!<urn:x>)* ?d }"),
        post(b"SELECT * " + b"{" * 5000 + b"}" * 5000, "application/sparql-query"),
        query(deep),
        query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }"),
        post(b"update=CLEAR+ALL", "application/x-www-form-urlencoded"),
        post(b"LOAD <file:///etc/passwd>", "application/sparql-query"),
        post(b"x" * 1_000_000, "application/sparql-query"),
        post(b"\xff\xfe", "application/sparql-query"),
        get("/sparql?query=" + "a" * 30_000),
        get("/static/..%2f..%2fetc%2fpasswd"),
        get("/work/x/" + "%00%ff" * 50, "text/turtle"),
        get("/sparql?query=ASK", more="X: " + "y" * 200_000 + "\r\n"),
        get("/sparql").replace(b"127.0.0.1", b"evil.example"),
        b"\x00\x01 nonsense\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ]
    return dice.choice(requests)


async def be_honest(
    client: Client, dice: random.Random, graph: str, works: list[str], tally: Tally, going: Callable[[], bool]
) -> None:
    """Ask one thing after another and look at the answers."""
    while going():
        kind, request = honest(dice, graph, works)
        start = time.monotonic()
        status, head, body = await client.ask(request)
        tally.waits[kind].append(time.monotonic() - start)
        tally.statuses["honest"][status] += 1
        if status == 429:
            await asyncio.sleep(0.2)
        elif status not in {200, 404, 503, 504} or (status == 200 and not is_whole(head, body)):
            tally.wrong.append(f"{kind}: {status} {body[:100]!r}")


async def be_hostile(client: Client, dice: random.Random, tally: Tally, going: Callable[[], bool]) -> None:
    """Do harm: sometimes go away before the answer comes."""
    while going():
        request = hostile(dice)
        try:
            async with asyncio.timeout(0.2 if dice.random() < 0.2 else 30):
                status, _, body = await client.ask(request)
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            client.close()
            tally.statuses["hostile"][0] += 1
            continue
        tally.statuses["hostile"][status] += 1
        if status not in REFUSED:
            tally.wrong.append(f"{request[:100]!r}: {status} {body[:100]!r}")


def is_whole(head: bytes, body: bytes) -> bool:
    """Whether an answer with 200 is what it says it is, and no error."""
    if b"sparql-results+json" in head:
        return json.loads(body)["results"]["bindings"] is not None
    if b"sparql-results+xml" in head:
        return body.endswith(b"</sparql>")
    if b"ld+json" in head:
        return bool(json.loads(body))
    if b"text/html" in head:
        return b"</html>" in body
    return bool(body)


async def press(
    port: int,
    graph: str,
    works: list[str],
    *,
    clients: int,
    seconds: float,
    pid: int,
    harm: float = 0.1,
    least: tuple[int, int] = (0, 0),
) -> Tally:
    """Put a server under load.

    Parameters
    ----------
    port : int
        Where it listens on this machine.
    graph : str
        The graph's name in addresses.
    works : list of str
        Ids of its works.
    clients : int
        How many clients there are.
    seconds : float
        How long they go on.
    pid : int
        The server's process.
    harm : float
        The share of clients that are hostile.
    least : tuple of int
        How many honest requests must be answered with 200, and hostile ones at all, before it ends, ten times as late at most.
    """
    tally, began = Tally(), time.monotonic()

    def going() -> bool:
        enough = tally.statuses["honest"][200] >= least[0] and tally.statuses["hostile"].total() >= least[1]
        return time.monotonic() - began < (seconds if enough else 10 * seconds)

    people = [Client(port) for _ in range(clients)]
    bad = round(clients * harm)
    tasks = [be_hostile(client, seeded(n), tally, going) for n, client in enumerate(people[:bad])]
    tasks += [be_honest(client, seeded(-n), graph, works, tally, going) for n, client in enumerate(people[bad:], 1)]
    running = asyncio.gather(*tasks)
    while not running.done():
        tally.memory.append(held(pid))
        await asyncio.wait([running], timeout=max(0.2, seconds / 30))
    await running
    for client in people:
        client.close()
    return tally


async def besiege(port: int, count: int = 100) -> float:
    """Open connections that send half a request, and give the seconds that an answer takes meanwhile."""
    halves = (b"", b"GET /sparql?query=ASK", post(b"ASK", "application/sparql-query")[:-2])
    pipes = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    for n, (_, to) in enumerate(pipes):
        to.write(halves[n % len(halves)])
    client, start = Client(port), time.monotonic()
    status, *_ = await client.ask(query("ASK { ?a cito:cites ?b }"))
    wait = time.monotonic() - start
    for to in (client, *(to for _, to in pipes)):
        to.close()
    if status != 200:
        raise SystemExit(f"with {count} connections half open the answer is {status}")
    return wait


def held(pid: int) -> int:
    """The memory that a process holds, in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> set[int]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text(encoding="ascii").split()}


def start(graph: str, *options: str) -> tuple[subprocess.Popen[str], int]:
    """Run `kg serve` on a graph, and find its port."""
    command = [sys.executable, "-m", "kg", "serve", "--no-open", "--port", "0", "--graph", graph, *options]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    line = server.stderr.readline() if server.stderr else ""
    return server, int(re.findall(r":(\d+)/", line)[0])


async def warm(port: int, deadline_s: float = 120.0) -> tuple[str, list[str]]:
    """Wait until the graph's RDF is there; give its name and the ids of some works."""
    client, until = Client(port), time.monotonic() + deadline_s
    text = "SELECT ?id { ?w kg:id ?id } LIMIT 500"
    with closing(client):
        while (reply := await client.ask(query(text)))[0] == 503 and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        works = [row["id"]["value"] for row in json.loads(reply[2])["results"]["bindings"]]
        _, head, _ = await client.ask(get("/"))
    return re.findall(rb"(?i)location: /home/([^\s?]+)", head)[0].decode(), works


def seeded(seed: int) -> random.Random:
    """Random numbers that come again."""
    return random.Random(seed)  # noqa: S311


def percentile(values: list[float], share: float) -> float:
    """The value that a share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def faults(tally: Tally, *, least: int) -> list[str]:
    """What the server did that it must not do."""
    found = tally.wrong[:10]
    answered = tally.statuses["honest"][200]
    if answered < least:
        found.append(f"only {answered} honest requests were answered")
    quarter = max(1, len(tally.memory) // 4)
    before, after = (statistics.median(part) for part in (tally.memory[quarter : 2 * quarter], tally.memory[-quarter:]))
    if after > before + 60_000_000:
        found.append(f"memory grew from {before / 1e6:.0f} to {after / 1e6:.0f} MB")
    return found


def main() -> None:
    """Run the load and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", default="bundled")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--hostile", type=float, default=0.1, help="the share of clients that are hostile")
    given = parser.parse_args()
    server, port = start(given.graph, "--timeout", "2")
    try:
        graph, works = asyncio.run(warm(port))
        tally = asyncio.run(
            press(port, graph, works, clients=given.clients, seconds=given.seconds, pid=server.pid, harm=given.hostile)
        )
        siege = asyncio.run(besiege(port))
        workers = children(server.pid)
    finally:
        server.terminate()
        server.wait()
    print(f"{'':20} {'requests':>9} {'p50':>8} {'p99':>8}")
    for kind, waits in sorted(tally.waits.items()):
        print(f"{kind:20} {len(waits):>9,} {percentile(waits, 0.5):>6.3f} s {percentile(waits, 0.99):>6.3f} s")
    waits = [wait for kind in tally.waits.values() for wait in kind]
    print(f"{'all honest':20} {len(waits):>9,} {percentile(waits, 0.5):>6.3f} s {percentile(waits, 0.99):>6.3f} s")
    print(f"{len(waits) / given.seconds:.0f} honest requests a second")
    for who, statuses in tally.statuses.items():
        print(f"{who}: " + ", ".join(f"{count:,} x {status or 'gone'}" for status, count in sorted(statuses.items())))
    print(
        f"memory of the server: {tally.memory[0] / 1e6:.0f} MB, {max(tally.memory) / 1e6:.0f} at most, {tally.memory[-1] / 1e6:.0f} at the end"
    )
    print(f"with 100 connections half open: an answer in {siege:.3f} s")
    wrong = faults(tally, least=100)
    time.sleep(5)  # a process that was just starting ends when it has started
    wrong += [f"process {pid} was left behind" for pid in workers if Path(f"/proc/{pid}").exists()]
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
