"""Where results go: a table on a terminal, text elsewhere, whole files only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

if TYPE_CHECKING:
    from rich.text import Text

    from irkg.build import Built
    from irkg.model import Answer

_FOR_PROGRAMS = "_id"  # columns that end so are left out of tables
_ALWAYS = ("support", "strength")  # what a row rests on is printed in every row
_GAP = 2  # characters between two columns
_SHORT = 22  # characters; longer cells are wrapped


def note(text: str) -> None:
    """Say something beside the result, on stderr."""
    click.echo(text, err=True)


def write(content: bytes | str, out: Path | None) -> None:
    """Write a result to a file, whole or not at all, or to stdout.

    Args:
        content: The result.
        out: The file; stdout where it is None or `-`.
    """
    from irkg.store import replacing

    raw = content.encode() if isinstance(content, str) else content
    if out is None or str(out) == "-":
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
        return
    with replacing(out) as new:
        new.write_bytes(raw)


def write_by(writer: Callable[[BinaryIO], None], out: Path | None) -> None:
    """Let a result be written bit by bit to a file, whole or not at all, or to stdout once it is whole.

    Args:
        writer: Writes the result to an open file.
        out: The file; stdout where it is None or `-`.
    """
    from shutil import copyfileobj
    from tempfile import TemporaryFile

    from irkg.store import replacing

    if out is not None and str(out) != "-":
        with replacing(out) as new, new.open("wb") as handle:
            writer(handle)
        return
    with TemporaryFile() as whole:
        writer(whole)
        whole.seek(0)
        copyfileobj(whole, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def chosen_format(format_name: str | None, out: Path | None, suffixes: Mapping[str, str] | None = None) -> str:
    """Return the format to show a result in: as asked, a table on a terminal, by the suffix of `out`, or TSV.

    Args:
        format_name: As asked, or None.
        out: The file to write to, or None.
        suffixes: From a suffix to the format; those of answers where None.
    """
    from irkg.results import format_for

    on_terminal = out is None and sys.stdout.isatty()
    return format_name or ("table" if on_terminal else format_for(out, suffixes))


def show(answer: Answer, format_name: str | None, out: Path | None) -> None:
    """Show an answer with its notes.

    Args:
        answer: The answer.
        format_name: `table` or a name of `irkg.results.RESULT_FORMATS`; None for a table on a terminal,
            by the suffix of `out` for a file, TSV elsewhere.
        out: The file to write to, or None.
    """
    from irkg.results import render

    chosen = chosen_format(format_name, out)
    for text in answer.notes:
        click.echo(text, err=chosen != "table")
    if chosen == "table":
        _table(answer)
    else:
        write(render(answer, chosen), out)


def _table(answer: Answer) -> None:
    """Print a table that fits the terminal: what is the same in all rows stands once, above it."""
    from rich.console import Console
    from rich.table import Table

    if not answer.rows:
        return
    columns = {c: answer.column(c) for c in answer.columns if not c.endswith(_FOR_PROGRAMS) and any(answer.column(c))}
    same = [c for c, cells in columns.items() if len(cells) > 1 and len(set(cells)) == 1 and c not in _ALWAYS]
    varying = {c: cells for c, cells in columns.items() if c not in same}
    console = Console(markup=False, highlight=False, soft_wrap=False)
    widths = _widths(varying, console.width)
    console.width = max(console.width, sum(widths.values()) + _GAP * len(widths))
    if same:
        console.print(", ".join(f"{c}: {columns[c][0]}" for c in same), style="dim", soft_wrap=True)
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    for column in varying:
        table.add_column(column, width=widths[column], overflow="fold")
    for row in zip(*varying.values(), strict=True):
        table.add_row(*(_linked(cell) for cell in row))
    console.print(table)


def _linked(cell: str) -> str | Text:
    """Return a cell that is an address as a link, where the terminal can open one."""
    from rich.text import Text

    from irkg.results import link

    address = link(cell)
    return Text(cell, style=f"link {address}") if address else cell


def _widths(columns: Mapping[str, Sequence[str]], terminal: int) -> dict[str, int]:
    """Return how wide each column is.

    Short cells stand in one line, and no word is broken, be it a DOI or an IRI: rather is the table wider than the
    terminal. What is left of its width goes to the columns that are narrowest beside what they would need.
    """
    wished = {c: max(len(cell) for cell in (c, *cells)) for c, cells in columns.items()}
    words = {c: max(len(word) for cell in (c, *cells) for word in cell.split()) for c, cells in columns.items()}
    widths = {c: wished[c] if wished[c] <= _SHORT else words[c] for c in columns}
    spare = terminal - sum(widths.values()) - _GAP * len(columns)
    while spare > 0 and any(widths[c] < wished[c] for c in columns):
        narrowest = min((c for c in columns if widths[c] < wished[c]), key=lambda c: widths[c] / wished[c])
        widths[narrowest] += 1
        spare -= 1
    return widths


def tell_built(place: Path, built: Built) -> None:
    """Say on standard error what the building of a knowledge graph brought to light."""
    for iri, why in built.quarantine.items():
        note(f"quarantined <{iri}>: {why}")
    for iri in built.undecided:
        note(f"decision without its claim: <{iri}>")
    for line in (*built.waiting.values(), *built.disputed):
        note(line)
    note(f"{place}: {len(built.quads)} quads, {len(built.quarantine)} claims quarantined")
