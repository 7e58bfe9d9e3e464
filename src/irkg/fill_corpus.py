"""From many articles to claims: only what is new or changed is read, and a broken article stops no other."""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from irkg.corpus import Article
from irkg.errors import IrkgError, MissingExtra
from irkg.extract.unknown import as_tsv, unknown_phrases
from irkg.fill import FORMATS, TEXT, Reading, ReadSource, format_for, joined, joining_order, read_article
from irkg.ledger import Ledger, key_of
from irkg.lexicon import shipped_lexicon
from irkg.workers import Died

_UNFINISHED = ".irkg-fill.part"  # the one file of a folder that may be half written
STATE = ".irkg-fill.sqlite"  # where a folder of claims keeps what is done


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the claims of a run go.

    Attributes:
        folder: The folder that gets a file for each source, if any.
        folder_format: The format of those files; empty where there are none.
        file_format: The format of one file, or of stdout, with the claims of all; empty where none is asked for.
        kg: Whether a knowledge graph takes them in.
        texts: Whether the texts that offsets refer to are written.
        state: The ledger's file; None where it need not outlive the run.
    """

    folder: Path | None
    folder_format: str
    file_format: str
    kg: bool = False
    texts: bool = False
    state: Path | None = None

    @property
    def kept(self) -> tuple[str, ...]:
        """The formats that the ledger keeps."""
        return tuple(
            dict.fromkeys(filter(None, (self.file_format, "nq" if self.kg else "", TEXT if self.texts else "")))
        )

    @property
    def formats(self) -> tuple[str, ...]:
        """All formats that claims are written in; that of the folder, if any, first."""
        return tuple(dict.fromkeys(filter(None, (self.folder_format, *self.kept))))

    @contextmanager
    def made(self) -> Iterator[None]:
        """Make the folder for a block; it goes again where the block fails before anything was read into it.

        Raises:
            IrkgError: It cannot be made.
        """
        new = self.folder is not None and not self.folder.exists()
        try:
            if self.folder:
                self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise IrkgError(f"cannot be made: {error.strerror}", path=self.folder) from error
        try:
            yield
        except IrkgError:
            if new and self.folder and set(self.folder.iterdir()) <= {self.state}:
                for path in self.folder.iterdir():
                    path.unlink()
                self.folder.rmdir()
            raise


def check_parent(out: Path) -> None:
    """Refuse a file in a folder that is not there, before hours of reading.

    Raises:
        IrkgError: It is not there.
    """
    if not out.parent.is_dir():
        raise IrkgError("cannot be written: no such folder", path=out, remedy="make the folder first")


def destination(
    out: Path | None,
    format_name: str | None,
    *,
    kg: bool = False,
    texts: bool = False,
    many: bool = False,
    state: Path | None = None,
) -> Destination:
    """Decide where the claims go.

    Args:
        out: A file, a folder that is there, a name without suffix for a new folder, `-` or None for stdout.
        format_name: The format; None for TriG in a folder, else by the suffix of the file, else TSV.
        kg: Whether a knowledge graph takes them in; then stdout gets nothing unless a format is named.
        texts: Whether the texts that offsets refer to are written.
        many: Whether there are many articles, so that it is worth it to keep beside the output what is done.
        state: Where that is to be kept in any case.

    Raises:
        IrkgError: The suffix is unknown, the folder is a knowledge graph, or the place is in no folder.
    """
    if out is not None and str(out) != "-":
        check_parent(out)
    if out is not None and (out.is_dir() or not (out.exists() or out.suffix or str(out) == "-")):
        if (out / "CURRENT").exists():
            raise IrkgError("is a knowledge graph, no folder for claims", path=out, remedy=f"add to it with --kg {out}")
        return Destination(out, format_name or "trig", "", kg, texts, state or out / STATE)
    wanted = out is not None or format_name is not None or not kg
    if state is None and many and out is not None and str(out) != "-" and (out.is_file() or not out.exists()):
        state = out.with_name(f".{out.name}{STATE}")
    return Destination(None, "", format_for(out, format_name) if wanted else "", kg, texts, state)


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is asked: to read one file.

    Attributes:
        path: The file, absolute, for a worker may run elsewhere.
        name: The file as the user named it.
        reading: How to read it.
        settings: What this must amount to where the worker runs.
    """

    path: Path
    name: str
    reading: Reading
    settings: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says of one file.

    Attributes:
        sources: What it read.
        error: Why it could not read it; empty where it could.
        trace: Where in irkg that came up, if it is none of the errors that irkg expects.
        fatal: Whether no other file can be read either.
    """

    sources: tuple[ReadSource, ...] = ()
    error: str = ""
    trace: str = ""
    fatal: bool = False


Runner = Callable[[Callable[[Task], Answer], Sequence[Task]], Generator[tuple[int, Answer | Died]]]


@dataclass(slots=True)
class Run:
    """How a run over many articles went.

    Attributes:
        articles: The articles, in order.
        unchanged: How many were read by an earlier run.
        failed: The articles that could not be read, in order, each with the reason.
        traces: For those at which irkg itself failed, where.
    """

    articles: Sequence[Article]
    unchanged: int = 0
    failed: dict[Path, str] = field(default_factory=dict)
    traces: dict[Path, str] = field(default_factory=dict)

    @property
    def read(self) -> list[Article]:
        """The articles that were read, by this run or an earlier one."""
        return [a for a in self.articles if a.path not in self.failed]


def fill_corpus(
    articles: Sequence[Article],
    reading: Reading,
    ledger: Ledger,
    runner: Runner,
    *,
    folder: Path | None = None,
    report: Callable[[int, int], None] = lambda done, failed: None,
) -> Run:
    """Read the articles that are not in the ledger yet, and note in it what they say.

    Args:
        articles: All articles.
        reading: How to read them; the first of its formats is that of the folder.
        ledger: Opened with the settings of that reading.
        runner: What has them read.
        folder: A folder that gets a file for each source, whole or not at all; None where the ledger keeps all.
        report: Told how many articles are done, and how many failed, after each.

    Raises:
        IrkgError: Two articles hold a source of the same id, nothing can be read, or the folder cannot be written.
    """
    run = Run(articles, failed={a.path: a.error for a in articles if a.error})
    files = _Folder(folder, reading.formats[0]) if folder else None
    ahead = [a for a in articles if not a.error and not _is_done(a, ledger, files)]
    run.unchanged = len(articles) - len(ahead) - len(run.failed)
    keys = {key_of(a): a.path for a in articles if not a.error}
    settings = reading.settings()
    done = len(articles) - len(ahead)
    report(done, len(run.failed))
    tasks = [Task(a.path.absolute(), str(a.path), reading, settings) for a in ahead]
    with closing(runner(read_task, tasks)) as answers:
        for number, answer in answers:
            article = ahead[number]
            if isinstance(answer, Died) or answer.error:
                _note_failure(run, article, answer)
            else:
                ledger.check_ids(article, answer.sources, keys)
                _record(article, answer.sources, reading.kept, ledger, files)
            done += 1
            report(done, len(run.failed))
    run.failed = {a.path: run.failed[a.path] for a in articles if a.path in run.failed}
    ledger.save()
    return run


def read_task(task: Task) -> Answer:
    """Read one file, wherever this runs; whatever goes wrong is part of the answer.

    Args:
        task: Which file, and how.
    """
    try:
        own = _settings(task.reading)
        if own != task.settings:
            what = f"a worker would read otherwise than this machine: it has {own}, here is {task.settings}"
            return Answer(error=f"{what}; install the same irkg on both", fatal=True)
        return Answer(read_article(task.path, task.reading))
    except MissingExtra as error:
        return Answer(error=str(error), fatal=True)
    except IrkgError as error:
        error.path = task.name if error.path == str(task.path) else error.path
        return Answer(error=str(error))
    except Exception as error:  # an article that irkg stumbles over must not stop the others
        what = f"irkg failed on it: {type(error).__name__}: {error}"
        return Answer(error=str(IrkgError(what, path=task.name)), trace=traceback.format_exc())


_settings = cache(Reading.settings)


def _note_failure(run: Run, article: Article, answer: Answer | Died) -> None:
    if isinstance(answer, Died):
        run.failed[article.path] = str(IrkgError(str(answer), path=article.path))
        return
    if answer.fatal:
        raise IrkgError(answer.error)
    run.failed[article.path] = answer.error
    if answer.trace:
        run.traces[article.path] = answer.trace


class _Folder:
    """A folder with a file of claims for each source."""

    def __init__(self, path: Path, format_name: str) -> None:
        self._path, self._suffix = path, FORMATS[format_name]
        self.format = format_name

    def put(self, source: ReadSource) -> tuple[str, str]:
        """Write the claims of a source; return the name of the file and the digest of its bytes."""
        name = source.id + self._suffix
        content = source.contents[self.format]
        unfinished = self._path / _UNFINISHED
        try:
            with unfinished.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            os.replace(unfinished, self._path / name)
        except OSError as error:
            raise IrkgError(f"cannot be written: {error.strerror}", path=self._path / name) from error
        return name, hashlib.sha256(content).hexdigest()

    def holds(self, name: str, digest: str) -> bool:
        """Return whether a file stands there as it was written."""
        try:
            return hashlib.sha256((self._path / name).read_bytes()).hexdigest() == digest
        except OSError:
            return False

    def drop(self, names: Iterable[str]) -> None:
        """Remove files."""
        for name in names:
            (self._path / name).unlink(missing_ok=True)


def _is_done(article: Article, ledger: Ledger, files: _Folder | None) -> bool:
    known = ledger.done(article)
    if known is None:
        return False
    return files is None or all(files.holds(name, digest) for name, digest in known.values())


def _record(
    article: Article, sources: Sequence[ReadSource], kept: Sequence[str], ledger: Ledger, files: _Folder | None
) -> None:
    written = {source.id: files.put(source) for source in sources} if files else {}
    slim = [replace(s, contents={name: s.contents[name] for name in kept}) for s in sources]
    left = ledger.record(article, slim, written)
    if files:
        files.drop(left)


def prune(run: Run, ledger: Ledger, folder: Path | None, *, remove: bool) -> int:
    """Find what is left of articles that are no longer there, or no longer hold some source.

    Args:
        run: The run with those that are there.
        ledger: What is known of those and of others.
        folder: The folder with the files of the sources; None where the ledger keeps all.
        remove: Whether to remove what is left: the files, and what the ledger knows.

    Returns:
        How many files of the folder are left, or were removed.
    """
    keys = {key_of(a) for a in run.read}
    vanished = ledger.vanished(keys) if folder else {}
    if remove:
        if folder:
            _Folder(folder, "tsv").drop(vanished.values())
        ledger.forget(keys)
    return len(vanished)


def sources_of(run: Run, ledger: Ledger) -> dict[str, int]:
    """Return the ids of all sources with the numbers of their claims, in the order of the articles."""
    return {source: claims for article in run.read for source, claims in ledger.sources(article)}


def written_whole(run: Run, ledger: Ledger, format_name: str) -> Iterator[bytes]:
    """Yield the pieces of one file with the claims of all articles, which does not depend on who read which.

    Args:
        run: The run.
        ledger: What holds the claims in that format.
        format_name: One of `FORMATS`.
    """
    order = joining_order(sources_of(run, ledger), format_name)
    yield from joined((ledger.content(source, format_name) for source in order), format_name)


def texts_of(run: Run, ledger: Ledger) -> list[tuple[str, bytes]]:
    """Return the ids of all sources with the texts that their offsets refer to, in the order of the articles."""
    return [(source, ledger.content(source, TEXT)) for source in sources_of(run, ledger)]


def quads_of(run: Run, ledger: Ledger) -> list[ox.Quad]:
    """Return the claims of all articles as RDF, in the order of the articles; the ledger holds them as N-Quads."""
    nq = ox.RdfFormat.N_QUADS
    return [q for source in sources_of(run, ledger) for q in ox.parse(ledger.content(source, "nq"), format=nq)]


def unknown_table(run: Run, ledger: Ledger) -> str:
    """Return what the ontology lacks: a table of the phrases that claims are about and that have no term."""
    found = ((source, phrase) for source in sources_of(run, ledger) for phrase in ledger.phrases(source))
    return as_tsv(unknown_phrases(found, shipped_lexicon()))
