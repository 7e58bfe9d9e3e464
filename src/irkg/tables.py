"""Tables with a header line, read row by row with the line that each stands in."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from irkg.errors import SourceError
from irkg.limits import LONGEST, MEGABYTE, TOO_LONG, begun


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table.

    Attributes:
        cells: Its cells by column; none is None.
        line: Where it stands in the file, 1-based.
    """

    cells: dict[str, str]
    line: int

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_table(path: Path, columns: Collection[str]) -> Iterator[Row]:
    """Yield the rows of a TSV file in which no cell is quoted.

    Args:
        path: The file, UTF-8, with a header line; lines before it that begin with `#` are skipped, and so are empty
            ones. Cells that are missing at the end of a row are empty: editors cut trailing tabs off.
        columns: The columns that it must have; further ones are read too.

    Raises:
        SourceError: It is missing, not UTF-8, lacks a column, or has a row with more cells than columns.
    """
    try:
        text = _raw(path).decode()
    except UnicodeDecodeError as error:
        raise SourceError(f"cannot be read as a table: {error}", path=path) from error
    lines = _one_break(text).split("\n")
    long = next((n for n, line in enumerate(lines, 1) if len(line) > LONGEST), None)
    if long is not None:
        raise SourceError(TOO_LONG, path=path, line=long, remedy="leave it out")
    numbered = ((n, line.split("\t")) for n, line in enumerate(lines, 1) if line)
    table = itertools.dropwhile(lambda entry: entry[1][0].startswith("#"), numbered)
    first, header = next(table, (1, [""]))
    missing = sorted(set(columns) - set(header))
    if missing:
        raise SourceError(f"has no column {', '.join(missing)}", path=path, line=first, remedy="write a header line")
    for line, cells in table:
        if len(cells) > len(header):
            raise SourceError(f"has {len(cells)} cells where {len(header)} are named", path=path, line=line)
        yield Row(dict(itertools.zip_longest(header, cells, fillvalue="")), line)


def sheet_has(path: Path, column: str) -> bool:
    """Return whether a table, as `read_sheet` reads it, has a column; False where it cannot be read."""
    try:
        next(read_sheet(path, (column,)), None)
    except SourceError as error:
        return error.line is not None and error.line > 1
    return True


_MOST = 200 * MEGABYTE  # of a table
_ZIP = b"PK\x03\x04"  # .xlsx and .ods are archives
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_sheet(path: Path, columns: Collection[str]) -> Iterator[Row]:
    """Yield the rows of a table that a spreadsheet may have saved.

    Args:
        path: The file, with a header line: UTF-8 or, with a byte order mark, UTF-16; cells parted by tabs, semicolons
            or commas, and quoted as a spreadsheet does it (RFC 4180). Rows and columns without a word are left out.
        columns: The columns that it must have; further ones are read too.

    Returns:
        The rows, each with the line that it begins in.

    Raises:
        SourceError: It is missing, not text, lacks a column, or has a row with more cells than columns.
    """
    text = _decoded(path)
    first = text.split("\n", 1)[0]
    parsed = (d for d in "\t;," if set(columns) <= set(_cells(first, d)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=next(parsed, "\t"))
    header: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise SourceError(f"cannot be read as a table: {error}", path=path, line=line) from error
        if not header:
            header = _header(cells, columns, path, line)
        elif any(cells):
            yield Row(_by_column(header, cells, path, line), line)
    if not header:
        _header([], columns, path, 1)


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line; none where it is not parted so."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell that is longer than the csv module takes
        return []


def _raw(path: Path) -> bytes:
    try:
        raw = begun(path, _MOST)
    except FileNotFoundError as error:
        raise SourceError("no such file", path=path, remedy="check the name") from error
    except OSError as error:
        raise SourceError(f"cannot be read as a table: {error.strerror}", path=path) from error
    if len(raw) > _MOST:
        raise SourceError(f"is larger than {_MOST // MEGABYTE} MB", path=path, remedy="split it")
    return raw


def _one_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")  # line breaks of any system are one here


def _decoded(path: Path) -> str:
    raw = _raw(path)
    if raw.startswith(_ZIP):
        raise SourceError("is a workbook and no table of text", path=path, remedy="save it as CSV, in UTF-8")
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError("is not UTF-8", path=path, line=line, remedy="save it as UTF-8 or Unicode text") from error
    return _one_break(text)


def _header(cells: Sequence[str], columns: Collection[str], path: Path, line: int) -> list[str]:
    missing = sorted(set(columns) - set(cells))
    if missing:
        raise SourceError(f"has no column {', '.join(missing)}", path=path, line=line, remedy="write a header line")
    twice = next((c for c in cells if c and cells.count(c) > 1), None)
    if twice:
        raise SourceError(f"has two columns {twice}", path=path, line=line, remedy="leave one of them out")
    return list(cells)


def _by_column(header: Sequence[str], cells: Sequence[str], path: Path, line: int) -> dict[str, str]:
    if any(cells[len(header) :]):
        raise SourceError(f"has {len(cells)} cells where {len(header)} are named", path=path, line=line)
    named = itertools.zip_longest(header, cells[: len(header)], fillvalue="")
    return {column: cell for column, cell in named if column}


def sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    '''Write a table as `read_sheet` and spreadsheets read it: tab-separated, quoted where it must be, a row a line.

    Args:
        columns: The header.
        rows: The cells of each row, in the order of the columns; white space in a cell becomes single spaces.

    Example:
        >>> print(sheet(["claim", "reason"], [["claim:1", '"high" in mice']]).expandtabs(9), end="")
        claim    reason
        claim:1  """high"" in mice"
    '''
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n")
    table.writerow(columns)
    table.writerows([" ".join(cell.split()) for cell in row] for row in rows)
    return out.getvalue()
