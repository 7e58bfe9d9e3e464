"""The rows that a query answers with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from irkg.errors import MissingExtra


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query.

    Attributes:
        columns: Names of the columns, in order.
        rows: One tuple of cells for each row, sorted; an unbound cell is empty.
        notes: What must be said beside the rows: that no source states it, what was filtered out.
        triples: The triples of a CONSTRUCT or DESCRIBE as lines of N-Triples, sorted; none for other forms.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    triples: tuple[str, ...] = field(default=(), repr=False)

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of one column, in the order of the rows."""
        at = self.columns.index(name)
        return tuple(row[at] for row in self.rows)

    def records(self) -> list[dict[str, str]]:
        """Return the rows as mappings from column to cell, in their order.

        Example:
            >>> Answer(("subject", "support"), (("cancer cell", "stated"),)).records()
            [{'subject': 'cancer cell', 'support': 'stated'}]
        """
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_pandas(self) -> Any:
        """Return the rows as a pandas DataFrame: text, or whole numbers in columns that hold nothing else.

        Raises:
            MissingExtra: pandas is not installed.

        Example:
            >>> Answer(("kind", "claims"), (("T cell", "7"),)).to_pandas()["claims"].sum()  # doctest: +SKIP
            7
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtra("a DataFrame", extra="pandas") from error
        frame = pd.DataFrame(self.records(), columns=list(self.columns), dtype="object")
        for column in self.columns:
            cells = self.column(column)
            if cells and all(cell.isdecimal() for cell in cells):
                frame[column] = [int(cell) for cell in cells]
        return frame
