"""A corpus made of a snapshot: shards read side by side, then works, citations, names and titles sorted by an engine."""

import json
import shutil
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.corpus.engine import Engine
from kg.corpus.layout import MANIFEST, SCHEMA, TABLES, Corpus, manifest_in, sizes, write_manifest
from kg.corpus.needs import Needs, needs_of
from kg.corpus.read import read_shard, write_none
from kg.corpus.shards import Shard, receipt_of
from kg.corpus.snapshot import Snapshot
from kg.errors import InputError, StoreError
from kg.files import read_json

if TYPE_CHECKING:
    import ibis

NEXT = "next"  # the folder of a corpus that is being built, until it is whole
STATE = "state.json"
_STEPS = 1  # the version of the steps: raise it when they make other tables of the same shards


class Progress:
    """Follows a build: subclass it, and say what interests you. By itself it is silent."""

    def planned(self, needs: Needs) -> None:
        """Before anything is read: what the build needs."""

    def shards(self, *, done: int, of: int, size: int, whole: int) -> None:
        """When reading begins, and after each file: how many files of all were read, and how many bytes of all."""

    def step(self, what: str, number: int, of: int) -> None:
        """As one of the steps begins that follow when all files are read."""


class Build:
    """A build of one snapshot into one folder."""

    def __init__(self, snapshot: Snapshot, folder: Path, engine: Engine, progress: Progress) -> None:
        self.snapshot, self.folder, self.engine, self.progress = snapshot, folder, engine, progress
        self.next = folder / NEXT
        self.receipts: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.digest = ""  # of the shards and the version of the steps

    def run(self, *, name: str) -> Corpus:
        """Do what is missing, and give the corpus.

        Raises
        ------
        InputError
            If no work can be read.
        """
        self._read_shards()
        plain = json.dumps([{key: r[key] for key in ("path", "size", "changed", "reader")} for r in self.receipts])
        self.digest = sha256(f"{_STEPS} {plain}".encode()).hexdigest()
        if there := self._unchanged():
            remove(self.next)
            if name and name != there.manifest.get("name"):
                write_manifest(self.folder, there.manifest | {"name": name})
                return Corpus.open(self.folder)
            return there
        self._begin()
        if not any(r["counts"].get("works") for r in self.receipts):
            raise InputError(
                self._why_nothing(), "name a snapshot of works of OpenAlex, or of papers of Semantic Scholar"
            )
        steps = (self._doubles, self._citing, self._cited, self._works, self._names, self._titles)
        for number, make in enumerate(steps, start=1):
            what = make.__name__.removeprefix("_")
            if what not in self.state["done"]:
                self.progress.step(what, number, len(steps))
                make()
                self.state["done"].append(what)
                self._save()
        self._manifest(name)
        publish(self.folder)
        keys = {shard.key for shard in self.snapshot.shards}
        for place in (self.folder / "shards").iterdir():  # of files that are gone, or half-read when a run was killed
            if place.name not in keys:
                remove(place)
        return Corpus.open(self.folder)

    def _unchanged(self) -> Corpus | None:
        """The corpus that is there, if it is whole and was made of these shards by these steps."""
        if manifest_in(self.folder).get("digest") != self.digest:
            return None
        try:
            return Corpus.open(self.folder)
        except (InputError, StoreError):  # it has lost a part, or is one of another version
            return None

    def _why_nothing(self) -> str:
        """Why there is no work."""
        for shard in self.snapshot.shards:
            with (self._place(shard) / "aside.jsonl").open(encoding="utf-8") as lines:
                if line := next(lines, ""):
                    first = json.loads(line)
                    return (
                        f"no work in {self.snapshot.folder}: {first['file']}, line {first['line']}: {first['reason']}"
                    )
        return f"no work in {self.snapshot.folder}: its files are empty"

    def _place(self, shard: Shard) -> Path:
        return self.folder / "shards" / shard.key

    def _read_shards(self) -> None:
        """Read the shards whose receipt is missing or does not fit."""
        shards = self.snapshot.shards
        found = {shard.key: receipt_of(shard, self._place(shard)) for shard in shards}
        todo = [shard for shard in shards if found[shard.key] is None]
        size = sum(shard.size for shard in shards if found[shard.key])
        self.progress.planned(needs_of(self.snapshot, len(todo), self.folder, self.engine))
        tell = {"of": len(shards), "whole": self.snapshot.size}
        self.progress.shards(done=len(shards) - len(todo), size=size, **tell)
        tasks = [(shard, str(self._place(shard))) for shard in sorted(todo, key=lambda shard: -shard.size)]
        keys = {shard.path: shard.key for shard in shards}
        for done, receipt in enumerate(self.engine.map(read_shard, tasks), start=len(shards) - len(todo) + 1):
            found[keys[receipt["path"]]] = receipt
            size += receipt["size"]
            self.progress.shards(done=done, size=size, **tell)
        self.receipts = [receipt for receipt in found.values() if receipt]

    def _begin(self) -> None:
        """Take up the steps of a build that was stopped, if it was of the same shards."""
        try:
            self.state = read_json(self.next / STATE)
        except (OSError, ValueError):
            self.state = {}
        if self.state.get("digest") != self.digest:
            shutil.rmtree(self.next, ignore_errors=True)
            self.next.mkdir(parents=True)
            self.state = {"digest": self.digest, "done": [], "counts": {}}

    def _save(self) -> None:
        new = self.next / f".{STATE}"
        new.write_text(json.dumps(self.state), encoding="utf-8")
        new.replace(self.next / STATE)

    def _count(self, **counts: int) -> None:
        self.state["counts"].update(counts)

    # the steps, in Ibis

    def _table(self, name: str) -> "ibis.Table":
        """The rows of all shards."""
        places = [self._place(shard) / f"{name}.parquet" for shard in self.snapshot.shards]
        if not (found := [place for place in places if place.exists()]):  # papers without citations
            found = [self.next / f"no-{name}.parquet"]
            write_none(name, found[0])
        return self.engine.read(found)

    def _number(self, number: "ibis.Value") -> int:
        return int(self.engine.rows(number.name("number").as_table()).column(0)[0].as_py() or 0)

    def _doubles(self) -> None:
        """Find the records that a newer one of the same work replaces, and of Semantic Scholar the same of citations."""
        tables = {"works": (self._table("works"), ["n"])}
        if self.snapshot.source == "s2":
            pairs = self._table("citations")
            tables["citations"] = (pairs.filter(pairs.cited.notnull()), ["citing", "cited"])
        for name, (table, keys) in tables.items():
            place = self.next / f"older-{name}"
            self.engine.write(_older(table, keys), place, order=[*keys, "shard", "line"])
            self._count(**{f"older_{name}": self.engine.count(self.engine.read(place))})

    def _kept(self, name: str, by: str) -> "ibis.Table":
        """The rows of all shards without those of records that are replaced."""
        table = self._table(name)
        if not self.state["counts"].get(f"older_{by}"):
            return table
        return table.anti_join(self.engine.read(self.next / f"older-{by}"), ["shard", "line"])

    def _references(self) -> "ibis.Table":
        """The citations of all shards, those of replaced records left out."""
        return self._kept("citations", "works" if self.snapshot.source == "openalex" else "citations")

    def _citing(self) -> None:
        works = self._kept("works", "works")
        rows = self._references()
        pairs = rows.filter(rows.cited.notnull() & (rows.citing != rows.cited))
        ends = works.select("n", "year")
        cited = ends.rename(cited="n", cited_year="year")
        columns = ["citing", "cited", "citing_year", "cited_year", "influential", "intents"]
        listed = self.engine.count(pairs)
        if self.snapshot.source == "s2":
            pairs = pairs.drop("citing_year").inner_join(ends.rename(citing="n", citing_year="year"), "citing")
        found = pairs.inner_join(cited, "cited").select(*columns)
        self.engine.write(found, self.next / "citing", order=["citing", "cited"], by_year="citing_year")
        held = self.engine.count(self.engine.read(self.next / "citing"))
        if self.snapshot.source == "openalex":
            loops, again = self._number(works.loops.sum()), self._number(works.duplicates.sum())
        else:
            loops, again = self._number((rows.citing == rows.cited).sum()), self.state["counts"]["older_citations"]
        self._count(
            citations=held,
            loops=loops,
            duplicates=again,
            dangling=listed - held,
            text_only=self._number(rows.cited.isnull().sum()),
        )

    def _cited(self) -> None:
        found = self.engine.read(self.next / "citing")
        self.engine.write(found, self.next / "cited", order=["cited", "citing"], by_year="cited_year")

    def _works(self) -> None:
        import ibis

        works = self._kept("works", "works")
        pairs, back = self.engine.read(self.next / "citing"), self.engine.read(self.next / "cited")
        references = pairs.group_by(n="citing").aggregate(references_held=pairs.count().cast("int32"))
        citations = back.group_by(n="cited").aggregate(citations_held=back.count().cast("int32"))
        works = works.left_join(references, "n").drop("n_right").left_join(citations, "n").drop("n_right")
        held = works.references_held.fill_null(0)
        if self.snapshot.source == "openalex":
            short = held < works.listed
            outcome = ibis.ifelse(short, "PARTIAL", works.outcome)
        else:
            rows = self._references()
            listed = rows.group_by(n="citing").aggregate(rows=rows.count(), own=(rows.citing == rows.cited).sum())
            works = works.left_join(listed, "n").drop("n_right")
            held = works.references_held.fill_null(0)
            most = ibis.greatest(works.rows.fill_null(0), works.reported_references.fill_null(0).cast("int64"))
            unknown = works.reported_references.isnull() & works.rows.isnull()
            whole = ibis.ifelse(held > 0, "COMPLETE", ibis.ifelse(unknown, "UNKNOWN", "EMPTY"))
            outcome = ibis.ifelse(held + works.own.fill_null(0) < most, "PARTIAL", whole)
        works = works.mutate(
            references_held=held.cast("int32"),
            citations_held=works.citations_held.fill_null(0).cast("int32"),
            outcome=outcome,
        )
        self.engine.write(works.select(*WORKS), self.next / "works", order=["n"], by_year="year")
        made = self.engine.read(self.next / "works")
        self._count(works=self.engine.count(made), undated=self._number(made.year.isnull().sum()))

    def _names(self) -> None:
        works = self.engine.read(self.next / "works")
        names = works.select("n", "year", name=works.identifiers.unnest()).select("name", "n", "year")
        if any(shard.kind == "paper-ids" for shard in self.snapshot.shards):
            more = self._table("names").inner_join(works.select("n", "year"), "n").select("name", "n", "year")
            names = names.union(more, distinct=True)
        self.engine.write(names, self.next / "names", order=["name", "n"], by_text="name")
        self._count(names=self.engine.count(self.engine.read(self.next / "names")))

    def _titles(self) -> None:
        import ibis

        works = self._kept("works", "works")
        rest = ["author_key", "n", "year"]
        whole = works.filter(works.key != "").select("key", *rest, whole=ibis.literal(value=True))
        short = works.filter(works.short_key != "").select("short_key", *rest, whole=ibis.literal(value=False))
        self.engine.write(
            whole.union(short.rename(key="short_key")), self.next / "titles", order=["key", "n", "whole"], by_text="key"
        )

    def _manifest(self, name: str) -> None:
        """Gather what was put aside, and write the manifest of the new corpus, last of all."""
        counts: Counter[str] = Counter()
        with (self.next / "aside.jsonl").open("wb") as target:
            for shard, receipt in zip(self.snapshot.shards, self.receipts, strict=True):
                counts.update(receipt["counts"])
                with (self._place(shard) / "aside.jsonl").open("rb") as part:
                    shutil.copyfileobj(part, target)
        counts.update(paper_ids=counts.pop("names", 0))
        manifest = {
            "schema": SCHEMA,
            "source": self.snapshot.source,
            "name": name or self.folder.resolve().name,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
            "snapshot": str(self.snapshot.folder.resolve()),
            "digest": self.digest,
            "generated": bool(counts.pop("generated", 0)),
            "engine": self.engine.name,
            "shards": [{key: receipt[key] for key in ("path", "kind", "size", "counts")} for receipt in self.receipts],
            "files": sizes(self.next),
            "missing_files": list(self.snapshot.missing),
            "counts": dict.fromkeys(("aside", "repaired", "damaged", "older_citations"), 0)
            | dict(counts)
            | self.state["counts"],
        }
        write_manifest(self.next, manifest)


WORKS = (
    "n", "id", "identifiers", "title", "authors", "year", "date", "venue", "type", "field", "retracted", "reported_references",
    "reported_citations", "references_held", "citations_held", "outcome", "updated",
)  # fmt: skip


def _older(table: "ibis.Table", keys: list[str]) -> "ibis.Table":
    """The rows that another one with the same keys replaces: the newest counts, then the last shard and line."""
    import ibis

    again = table.group_by(keys).aggregate(times=table.count()).filter(lambda rows: rows.times > 1)
    rows = table.semi_join(again, keys)
    newest = [ibis.desc(rows[name]) for name in ("updated", "shard", "line")]
    place = ibis.row_number().over(ibis.window(group_by=[rows[key] for key in keys], order_by=newest))
    return rows.mutate(place=place).filter(lambda rows: rows.place > 0).select(*keys, "shard", "line")


def publish(folder: Path) -> None:
    """Put a new corpus that is whole in the place of the older one, and remove what was measured in that."""
    new = folder / NEXT
    if not (new / MANIFEST).exists():
        return
    (folder / MANIFEST).unlink(missing_ok=True)  # for the moment that follows, the folder is no corpus
    remove(folder / "measures")
    for name in (*TABLES, "aside.jsonl"):
        if (new / name).exists():  # else a run that was killed has moved it
            remove(folder / name)
            (new / name).rename(folder / name)
    (new / MANIFEST).rename(folder / MANIFEST)
    remove(new)


def remove(place: Path) -> None:
    """Remove a file, or a folder with all in it; nothing where there is none."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def build(
    snapshot: Snapshot, folder: Path, engine: Engine, *, name: str = "", progress: Progress | None = None
) -> Corpus:
    """Build a corpus of a snapshot, or do what is missing of it; `kg.library.corpus.build` opens an engine and looks after the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    publish(folder)  # where a run was killed in the last moment
    return Build(snapshot, folder, engine, progress or Progress()).run(name=name)
