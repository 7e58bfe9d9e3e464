"""What irkg says when it cannot go on: one line with what, where and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class IrkgError(Exception):
    """Bad input or usage, told in one line.

    Args:
        what: What is wrong, as a clause without a full stop.
        path: The file that it was found in.
        line: Its line in that file, 1-based.
        iri: The IRI that it concerns.
        remedy: What to do about it, as an imperative clause.

    Example:
        >>> str(IrkgError("no such file", path="a.txt", remedy="check the name"))
        'a.txt: no such file; check the name'
        >>> str(IrkgError("expected a subject", path="a.ttl", line=3))
        'a.ttl:3: expected a subject'
    """

    def __init__(
        self,
        what: str,
        *,
        path: str | Path | None = None,
        line: int | None = None,
        iri: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.path = None if path is None else str(path)
        self.line = line
        self.iri = iri
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the message as one line, whatever its parts hold."""
        where = "" if self.path is None else self.path + (f":{self.line}" if self.line else "") + ": "
        about = f" <{self.iri}>" if self.iri else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return " ".join(f"{where}{self.what}{about}{remedy}".split())

    def at(self, path: str | Path, line: int) -> SourceError:
        """Return the same as an error of a line of a file.

        Example:
            >>> str(UnknownName("kind", "Tregg", near=["Treg"]).at("a.tsv", 3))
            'a.tsv:3: unknown kind "Tregg"; did you mean "Treg"?'
        """
        return SourceError(self.what, path=path, line=line, remedy=self.remedy)


class SourceError(IrkgError):
    """A source document cannot be read as text."""


class GraphError(IrkgError):
    """A file or folder is not the RDF, or not the knowledge graph, that it should be."""


class QueryError(IrkgError):
    """A query cannot be run, or not with these parameters."""


class EndpointError(QueryError):
    """A server cannot be reached, refuses, or answers with something else than was asked for."""


class MissingExtra(IrkgError):
    """A part of irkg was asked for whose libraries are not installed.

    Example:
        >>> str(MissingExtra("SHACL validation", extra="build"))
        "SHACL validation needs libraries that are not installed; run: pip install 'irkg[build]'"
    """

    def __init__(self, what: str, *, extra: str) -> None:
        super().__init__(f"{what} needs libraries that are not installed", remedy=f"run: pip install 'irkg[{extra}]'")


class UnknownName(IrkgError):
    """A name that the graph, the catalogue or the ontology does not know.

    Args:
        sort: What kind of thing was looked for ("query", "mechanism").
        name: The name as given.
        near: Up to three known names that look like it, best first.
        remedy: What to do when there is none.

    Example:
        >>> str(UnknownName("mechanism", "Treg recrutment", near=["Treg recruitment"]))
        'unknown mechanism "Treg recrutment"; did you mean "Treg recruitment"?'
    """

    def __init__(self, sort: str, name: str, *, near: Sequence[str] = (), remedy: str | None = None) -> None:
        shown = name if len(name) <= 80 else name[:77] + "..."
        quoted = " or ".join(f'"{n}"' for n in near[:3])
        super().__init__(f'unknown {sort} "{shown}"', remedy=f"did you mean {quoted}?" if quoted else remedy)
        self.near = tuple(near[:3])


class AmbiguousName(IrkgError):
    """A name that several things have.

    Args:
        sort: What kind of thing was looked for ("mechanism").
        name: The name as given.
        meanings: What it may mean, as a user can write it to be understood.

    Example:
        >>> str(AmbiguousName("target", "PD-1", ["PD-1 (PR:000001919)", "PD-1 pathway (irkg:PD1Pathway)"]))
        'the target "PD-1" may mean PD-1 (PR:000001919) or PD-1 pathway (irkg:PD1Pathway); write its identifier'
    """

    def __init__(self, sort: str, name: str, meanings: Sequence[str]) -> None:
        what = f'the {sort} "{name[:80]}" may mean {" or ".join(meanings)}'
        super().__init__(what, remedy="write its identifier")
