"""Tab-separated tables with a header line, read row by row with the line that each stands in."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from irkg.errors import SourceError


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
        lines = path.read_text(encoding="utf-8").split("\n")  # line breaks of any system are one here
    except FileNotFoundError as error:
        raise SourceError("no such file", path=path, remedy="check the name") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read as a table: {error}", path=path) from error
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
