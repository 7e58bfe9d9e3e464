"""Finding the terms of an ontology in texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from irkg.annotate.document import Annotation, annotate_text
from irkg.annotate.matcher import Matcher
from irkg.annotate.terms import Terminology, read_terminology, terminology_of
from irkg.errors import IrkgError
from irkg.lexicon import shipped_lexicon
from irkg.reading import read_texts

__all__ = ["Annotated", "Annotation", "Matcher", "annotate", "annotate_text", "chosen_terms"]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document with the terms found in it.

    Attributes:
        source: The id of the document: the file's name without folder and suffix.
        text: Its characters.
        annotations: The terms, in the order of the text.
    """

    source: str
    text: str
    annotations: tuple[Annotation, ...]


def chosen_terms(ontology: Path | None, only: Sequence[str] = (), without: Sequence[str] = ()) -> Terminology:
    """Return the terms to look for.

    Args:
        ontology: A file that `irkg.annotate.terms.read_terminology` reads; None for the ontology that irkg ships.
        only: The ids of terms: these and what is below them are looked for, or all with a prefix ("CL:"); none for all.
        without: The ids of terms that are not looked for; what is below them is.

    Raises:
        GraphError: The file is no ontology, or has no term with such an id.

    Example:
        >>> chosen_terms(None).terms["CL:0000815"].label
        'regulatory T cell'
    """
    terminology = terminology_of(shipped_lexicon()) if ontology is None else read_terminology(ontology)
    return terminology.below(only, without)


def annotate(paths: Iterable[Path], terminology: Terminology, *, apart: bool = False) -> list[Annotated]:
    """Find terms in the documents of files.

    Args:
        paths: Files that `irkg.reading.read_texts` reads.
        terminology: The terms.
        apart: Whether names are wanted too whose parts stand apart, such as "T ... cells" in "T and B cells".

    Returns:
        The documents in the order of the files.

    Raises:
        IrkgError: A file cannot be read, or two documents have the same id.
        MissingExtra: The library that finds names is not installed.
    """
    matcher = Matcher(terminology)
    found: dict[str, Annotated] = {}
    for path in paths:
        for own, text in read_texts(path):
            if own in found:
                raise IrkgError(f'a second source with the id "{own}"', path=path, remedy="rename one of them")
            found[own] = Annotated(own, text, tuple(annotate_text(text, matcher, apart=apart)))
    return list(found.values())
