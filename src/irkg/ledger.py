"""The ledger of a run over many articles: which are done, and what was read in them.

It is an SQLite database: what stands in it is whole wherever a run is cut off, and only one run at a time writes to it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from irkg.corpus import Article, same_id
from irkg.errors import IrkgError
from irkg.extract.unknown import Phrase
from irkg.fill import ReadSource
from irkg.model import Span

_SCHEMA = (
    "create table if not exists article (key text primary key, settings text not null) without rowid",
    "create table if not exists source (id text primary key,"
    " article text not null references article on delete cascade, position integer not null, claims integer not null,"
    " file text not null, digest text not null) without rowid",
    "create table if not exists content (source text not null references source on delete cascade,"
    " format text not null, bytes blob not null)",
    "create table if not exists phrase (source text not null references source on delete cascade, iri text not null,"
    " label text not null, places integer not null, first integer not null, last integer not null)",
    "create index if not exists source_article on source (article)",
    "create index if not exists content_source on content (source)",
    "create index if not exists phrase_source on phrase (source)",
)
_APPLICATION = 0x69726B67  # "irkg": marks the file as ours
_VERSION = 1  # of these tables
_SECONDS = 0.5  # so much work is lost at most where a run is cut off
_REMOVE = "remove it to read all articles anew, or name another with --state"


class Ledger:
    """What is known of the articles of a run, and of earlier ones with the same ledger.

    Args:
        database: An open database.
        settings: What, beside the bytes of an article and its name, decides what is read in it.
    """

    def __init__(self, database: sqlite3.Connection, settings: str) -> None:
        self._run, self._settings = database.execute, settings
        self._saved = time.monotonic()

    def done(self, article: Article) -> dict[str, tuple[str, str]] | None:
        """Return what was read in an article, as it is now and with the same settings.

        Args:
            article: The article.

        Returns:
            For each of its sources the name of its file and the digest of its bytes; None where it was not read.
        """
        key = key_of(article)
        known = self._run("select settings from article where key = ?", (key,)).fetchone()
        if known is None or known[0] != self._settings:
            return None
        rows = self._run("select id, file, digest from source where article = ?", (key,))
        return {source: (file, digest) for source, file, digest in rows}

    def check_ids(self, article: Article, sources: Sequence[ReadSource], run: Mapping[str, Path]) -> None:
        """Refuse a source that another article of this run holds.

        Args:
            article: The article that they were read in.
            sources: What was read.
            run: The articles of this run by their keys.

        Raises:
            IrkgError: Two bear the same id.
        """
        for source in sources:
            row = self._run("select article from source where id = ?", (source.id,)).fetchone()
            if row and row[0] != key_of(article) and row[0] in run:
                first, second = sorted((article.path, run[row[0]]))
                raise same_id(source.id, second, first)

    def record(
        self, article: Article, sources: Sequence[ReadSource], files: Mapping[str, tuple[str, str]]
    ) -> list[str]:
        """Note what was read in an article, in place of what was known of it and of its sources.

        Args:
            article: The article.
            sources: What was read, in the order of the article.
            files: For a source with a file of its own, the name of that file and the digest of its bytes.

        Returns:
            The names of files that the sources had before, and have no longer.
        """
        key = key_of(article)
        self._run("delete from article where key = ?", (key,))
        self._run("insert into article values (?, ?)", (key, self._settings))
        left = []
        for position, source in enumerate(sources):
            file, digest = files.get(source.id, ("", ""))
            had = self._run("select file from source where id = ?", (source.id,)).fetchone()
            left += [had[0]] if had and had[0] not in ("", file) else []
            self._run("delete from source where id = ?", (source.id,))
            row = (source.id, key, position, source.claims, file, digest)
            self._run("insert into source values (?, ?, ?, ?, ?, ?)", row)
            for name, content in source.contents.items():
                self._run("insert into content values (?, ?, ?)", (source.id, name, content))
            for p in source.phrases:
                places = (source.id, p.iri, p.label, p.count, p.sentence.start, p.sentence.end)
                self._run("insert into phrase values (?, ?, ?, ?, ?, ?)", places)
        if time.monotonic() - self._saved > _SECONDS:
            self.save()
        return left

    def save(self) -> None:
        """Make sure that what was noted so far stays."""
        self._run("commit")
        self._run("begin")
        self._saved = time.monotonic()

    def sources(self, article: Article) -> list[tuple[str, int]]:
        """Return the ids of the sources of an article with the numbers of their claims, in its order."""
        rows = self._run("select id, claims from source where article = ? order by position", (key_of(article),))
        return [(source, claims) for source, claims in rows]

    def content(self, source: str, format_name: str) -> bytes:
        """Return the claims of a source in a format in which they were read."""
        found = self._run("select bytes from content where source = ? and format = ?", (source, format_name)).fetchone()
        content: bytes = found[0]
        return content

    def phrases(self, source: str) -> Iterator[Phrase]:
        """Yield the phrases without a term that claims of a source are about, in the order of its text."""
        rows = self._run(
            "select iri, label, places, first, last from phrase where source = ? order by rowid", (source,)
        )
        for iri, label, count, first, last in rows:
            yield Phrase(iri, label, count, Span(first, last))

    def vanished(self, run: Container[str]) -> dict[str, str]:
        """Return the sources that have files of their own and stand in no article any more, with these files' names.

        Args:
            run: The keys of the articles of this run.
        """
        rows = self._run("select id, file, article from source where file <> '' order by id")
        return {source: file for source, file, key in rows if key not in run}

    def forget(self, run: Container[str]) -> None:
        """Drop what is known of articles other than those of this run.

        Args:
            run: The keys of the articles of this run.
        """
        for (key,) in self._run("select key from article").fetchall():
            if key not in run:
                self._run("delete from article where key = ?", (key,))


def key_of(article: Article) -> str:
    """Return what tells an article from others, and from itself before a change: a digest of its name and bytes."""
    return hashlib.sha256(f"{article.path.name}\0{article.digest}".encode()).hexdigest()


@contextmanager
def open_ledger(path: Path | None, settings: str) -> Iterator[Ledger]:
    """Open a ledger for one run; no other run can use it meanwhile.

    Args:
        path: Its file, made where there is none; None for one that goes when the run ends.
        settings: What, beside an article, decides what is read in it; what was read with others counts as not read.

    Raises:
        IrkgError: The file is no ledger, is in use, or cannot be written.
    """
    try:
        with closing(sqlite3.connect(path or "", timeout=0, isolation_level=None)) as database:
            _prepare(database, path)
            ledger = Ledger(database, settings)
            database.execute("begin immediate")
            try:
                yield ledger
            finally:
                database.execute("commit")
    except sqlite3.Error as error:
        if error.sqlite_errorname in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            raise IrkgError("another run is using it", path=path, remedy="wait until that has ended") from error
        if error.sqlite_errorname in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
            raise IrkgError("is not the state of a run", path=path, remedy=_REMOVE) from error
        raise IrkgError(f"cannot be written: {error}", path=path) from error


def _prepare(database: sqlite3.Connection, path: Path | None) -> None:
    run = database.execute
    run("pragma locking_mode = exclusive")
    run(f"pragma synchronous = {'normal' if path else 'off'}")
    run("pragma foreign_keys = on")
    application, version = run("pragma application_id").fetchone()[0], run("pragma user_version").fetchone()[0]
    if (application, version) != (_APPLICATION, _VERSION):
        if application or version or run("select count(*) from sqlite_schema").fetchone()[0]:
            raise IrkgError("is not the state of a run of this irkg", path=path, remedy=_REMOVE)
        run(f"pragma application_id = {_APPLICATION}")
        run(f"pragma user_version = {_VERSION}")
    for statement in _SCHEMA:
        run(statement)
