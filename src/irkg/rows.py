"""The rows that a query answers with."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from irkg.errors import MissingExtra

_XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = frozenset(
    _XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_BROKEN = frozenset(_XSD + name for name in ("decimal", "double", "float"))


class Meaning(NamedTuple):
    """The RDF term that a cell stands for, as the results formats of SPARQL tell it.

    Attributes:
        type: `uri`, `bnode` or `literal`.
        value: The whole IRI, the label of the blank node, or the lexical form.
        datatype: The IRI of a literal's datatype; empty for plain text.
        language: The language tag of a literal; empty where it has none.
    """

    type: str
    value: str
    datatype: str = ""
    language: str = ""


class Cell(str):
    """A cell of a row: what people read, and the RDF term that it stands for.

    Example:
        >>> Cell("7", Meaning("literal", "7", _XSD + "integer")).typed() + 1
        8
    """

    __slots__ = ("meaning",)
    meaning: Meaning

    def __new__(cls, text: str, meaning: Meaning) -> Self:
        """Return a cell with a text and what it means."""
        cell = super().__new__(cls, text)
        cell.meaning = meaning
        return cell

    def __reduce__(self) -> tuple[Any, ...]:
        """Tell what a copy is made of."""
        return type(self), (str(self), self.meaning)

    def typed(self) -> bool | float | str:
        """Return a number or a truth value as one of Python, and the text of everything else."""
        datatype, value = self.meaning.datatype, self.meaning.value
        try:
            if datatype in _WHOLE:
                return int(value)
            if datatype in _BROKEN:
                return float(value)
        except ValueError:  # a literal may be outside of its datatype
            return str(self)
        if datatype == _XSD + "boolean" and value in ("true", "false", "1", "0"):
            return value in ("true", "1")
        return str(self)


class Several(str):
    """A cell that holds several values, parted by spaces: the sources or the places that a row rests on."""

    __slots__ = ()

    def typed(self) -> tuple[str, ...]:
        """Return the values."""
        return tuple(self.split())


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query.

    Attributes:
        columns: Names of the columns, in order.
        rows: One tuple of cells for each row, sorted; an unbound cell is empty. A cell that is no plain text is a
            `Cell`, which knows its RDF term.
        notes: What must be said beside the rows: that no source states it, what was filtered out.
        triples: The triples of a CONSTRUCT or DESCRIBE as lines of N-Triples, sorted; none for other forms.
        boolean: The answer of an ASK, which stands in the only row too; None for other forms.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    triples: tuple[str, ...] = field(default=(), repr=False)
    boolean: bool | None = field(default=None, repr=False)

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

    def typed(self) -> list[Any]:
        """Return the rows as named tuples with values of Python, in their order.

        Returns:
            Numbers and truth values as such, None for an unbound cell, a tuple of texts for the sources and the places
            that a row of a canned query rests on, text for all else. A column whose name is no name of Python is
            called by its number, with an underscore before it.

        Example:
            >>> first = Answer(("subject", "source"), (("cancer cell", Several("a-2020 b-2021")),)).typed()[0]
            >>> first.subject, first.source
            ('cancer cell', ('a-2020', 'b-2021'))
        """
        made: Any = namedtuple("Row", self.columns, rename=True)  # type: ignore[misc]
        return [made._make(map(_typed, row)) for row in self.rows]

    def to_pandas(self) -> Any:
        """Return the rows as a pandas DataFrame, with the values that `typed` returns.

        Raises:
            MissingExtra: pandas is not installed.

        Example:
            >>> KnowledgeGraph.open().query("claims-by-relation").to_pandas()["claims"].max()  # doctest: +SKIP
            35
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtra("a DataFrame", extra="pandas") from error
        frame = pd.DataFrame(self.typed(), columns=list(self.columns), dtype="object")
        return frame.infer_objects()


def _typed(cell: str) -> Any:
    return (cell.typed() if isinstance(cell, Cell | Several) else cell) if cell else None
