"""Where results go: a table on a terminal, text elsewhere, whole files only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from irkg.model import Answer

_NARROW = ("_id",)  # columns for programs, left out of tables


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


def show(answer: Answer, format_name: str | None, out: Path | None) -> None:
    """Show an answer with its notes.

    Args:
        answer: The answer.
        format_name: `table` or a name of `irkg.results.RESULT_FORMATS`; None for a table on a terminal,
            by the suffix of `out` for a file, TSV elsewhere.
        out: The file to write to, or None.
    """
    from irkg.results import format_for, render

    on_terminal = out is None and sys.stdout.isatty()
    chosen = format_name or ("table" if on_terminal else format_for(out))
    for text in answer.notes:
        click.echo(text, err=chosen != "table")
    if chosen == "table":
        _table(answer)
    else:
        write(render(answer, chosen), out)


def _table(answer: Answer) -> None:
    from rich.console import Console
    from rich.table import Table

    if not answer.rows:
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    kept = [
        i
        for i, column in enumerate(answer.columns)
        if not column.endswith(_NARROW) and any(row[i] for row in answer.rows)
    ]
    for i in kept:
        table.add_column(answer.columns[i], overflow="fold")
    for row in answer.rows:
        table.add_row(*(row[i] for i in kept))
    Console(markup=False, highlight=False).print(table)
