"""The command that reads articles: fill."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from irkg.cli.options import OUT_OPTION, TEXT_OPTION
from irkg.cli.output import note, tell_built, write, write_by

if TYPE_CHECKING:
    from irkg.fill_corpus import Destination, Run
    from irkg.ledger import Ledger

_FEW = 10  # sources of one file that are told of one by one


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["tsv", "jsonl", "trig", "nq"]),
    help="[default: tsv, or by the suffix; trig in a folder]",
)
@click.option("--no-quotes", is_flag=True, help="Leave the sentences out: positions and digests only.")
@click.option("--mint", is_flag=True, help="Make provisional kinds of phrases that the ontology has no term for.")
@click.option(
    "--unknown", type=click.Path(path_type=Path), help="Write those phrases to this file, with similar terms."
)
@TEXT_OPTION
@click.option("--kg", "kg_path", type=click.Path(path_type=Path), help="Add the claims to this knowledge graph.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes to read in [default: one for each core].")
@click.option("--scheduler", metavar="ADDRESS", help="Read on the Dask cluster of this scheduler instead.")
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep in this file what is done, and go on from there [default: beside the output, of many articles].",
)
@click.option("--prune", is_flag=True, help="Remove the claims of articles that are no longer there.")
@OUT_OPTION
def fill(
    sources: tuple[Path, ...],
    format_name: str | None,
    no_quotes: bool,
    mint: bool,
    unknown: Path | None,
    text_out: Path | None,
    kg_path: Path | None,
    workers: int | None,
    scheduler: str | None,
    state: Path | None,
    prune: bool,
    out: Path | None,
) -> int:
    """Extract the claims of articles: text, Markdown, JATS, PubMed and BioC XML, HTML, PDF; also in .gz.

    SOURCES are files, folders, or globs. A second run reads only what is new or changed; one that was cut off goes
    on. With -o FOLDER each source gets a file of its own there. An article that cannot be read is listed, and the
    others are read all the same.

    Offsets are characters of the text that --text writes: a file for one article, a folder for several, with
    one file each. For text and Markdown that is the file itself.

    Example: irkg fill articles/ -o claims/
    """
    from irkg.changes import add
    from irkg.corpus import find_articles
    from irkg.errors import IrkgError
    from irkg.fill import Reading
    from irkg.fill_corpus import (
        check_parent,
        destination,
        fill_corpus,
        quads_of,
        texts_of,
        unknown_table,
        written_whole,
    )
    from irkg.ledger import open_ledger
    from irkg.reading.texts import write_texts
    from irkg.workers import runner

    for place in filter(None, (unknown, text_out)):
        check_parent(place)
    articles = find_articles(sources)
    extras = {"kg": kg_path is not None, "texts": text_out is not None}
    to = destination(out, format_name, many=len(articles) > 1, state=state, **extras)
    reading = Reading(to.formats, to.kept, quotes=not no_quotes, mint=mint, phrases=unknown is not None)
    settings, run_on = reading.settings(), runner(workers, scheduler)
    with to.made(), open_ledger(to.state, settings) as ledger:
        with _told_of_interruption(to.state is not None), _progress(len(articles)) as report:
            run = fill_corpus(articles, reading, ledger, run_on, folder=to.folder, report=report)
        _tell(run, ledger)
        if not run.read:
            several = f"none of the {len(articles)} files can be read"
            raise IrkgError(several if len(articles) > 1 else run.failed[articles[0].path])
        _prune(run, ledger, to, remove=prune)
        if unknown is not None:
            write(unknown_table(run, ledger), unknown)
        if text_out is not None:
            found = texts_of(run, ledger)
            write_texts(found, text_out, count=len(found))
        if kg_path is not None:
            tell_built(kg_path, add(kg_path, quads_of(run, ledger), report=note))
        if to.file_format:
            write_by(lambda handle: handle.writelines(written_whole(run, ledger, to.file_format)), out)
    return 1 if run.failed else 0


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, int], None]]:
    """Give what is told how many articles are done and failed: it shows a bar where there is a terminal."""
    if total == 1 or not sys.stderr.isatty():
        yield lambda done, failed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        shown = bar.add_task("articles", total=total)
        yield lambda done, failed: bar.update(
            shown, completed=done, description=f"articles, {failed} failed" if failed else "articles"
        )


@contextmanager
def _told_of_interruption(kept: bool) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        note("irkg: stopped; " + ("the same command goes on from here" if kept else "nothing is kept without --state"))
        raise


def _prune(run: Run, ledger: Ledger, to: Destination, *, remove: bool) -> None:
    from irkg.fill_corpus import prune

    remove_now = remove and not run.failed
    left = prune(run, ledger, to.folder, remove=remove_now)
    if remove and run.failed:
        note("nothing is pruned while articles cannot be read: their claims would go too")
    elif left and not remove:
        note(f"{left} files in {to.folder} are of sources that no article holds any more; --prune removes them")
    elif left:
        note(f"{left} files removed from {to.folder}")


def _tell(run: Run, ledger: Ledger) -> None:
    """Say what was read, and list what could not be."""
    from irkg.fill_corpus import sources_of

    found = sources_of(run, ledger)
    if len(run.articles) == 1:
        for source, claims in found.items() if len(found) <= _FEW else ():
            note(f"{source}: {claims} claims")
    else:
        for reason in run.failed.values():
            note(f"irkg: skipped {reason}")
    if click.get_current_context().find_root().params.get("debug"):
        for trace in run.traces.values():
            note(trace)
    if len(run.articles) > 1 or len(found) > _FEW:
        new = len(run.read) - run.unchanged
        counts = f"{new} read, {run.unchanged} unchanged, {len(run.failed)} failed"
        note(f"{len(run.articles)} files: {counts}; {sum(found.values())} claims of {len(found)} sources")
