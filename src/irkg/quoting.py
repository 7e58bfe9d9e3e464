"""Where a reader finds what the rows of an answer rest on: the reference, and the sentence out of the text itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pyoxigraph as ox

from irkg import vocab as v
from irkg.binding import literal_term
from irkg.engines import Engine
from irkg.results import link
from irkg.rows import Answer
from irkg.store import select
from irkg.text import quoted

_DIGESTS = f"SELECT ?evidence ?digest {{ ?place <{v.LABEL}> ?evidence ; <{v.DIGEST}> ?digest }}"
_REFERENCES = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX irkg: <https://w3id.org/irkg/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?evidence ?source ?author ?year ?section ?address WHERE {
  VALUES ?evidence { %s }
  ?place rdfs:label ?evidence ; oa:hasSource ?from .
  ?from rdfs:label ?source .
  OPTIONAL { ?from dcterms:creator ?author }
  OPTIONAL { ?from irkg:year ?year }
  OPTIONAL { ?from dcterms:identifier ?address }
  OPTIONAL { ?claim irkg:evidence ?place ; irkg:section ?section }
}"""
_AT_ONCE = 200  # places; servers bear queries of that length


def with_sentences(answer: Answer, store: ox.Store, texts: Mapping[str, str]) -> Answer:
    """Return an answer with a column `sentence`: what stands at the evidence of each row.

    Args:
        answer: The answer, with a column `evidence` of places `source:start-end`, parted by spaces.
        store: The knowledge graph, which holds the digest of each sentence.
        texts: The texts of sources, by their ids.

    Returns:
        The answer; a row whose evidence lies in none of the texts has an empty cell, one with several places their
        sentences in that order, parted by " / ". Unchanged where no row has evidence.

    Raises:
        SourceError: A text is not the one that the claims were taken from.

    Example:
        >>> with_sentences(Answer(("n",), (("7",),)), ox.Store(), {"x": "Tregs rest."}).columns
        ('n',)
    """
    if "evidence" not in answer.columns:
        return answer
    digests = {row["evidence"]: row["digest"] for row in select(store, _DIGESTS)}

    def sentences(place: str) -> str:
        source, _, span = place.rpartition(":")
        digest = digests.get(place, "")
        return quoted(texts[source], source, span, digest) if source in texts and digest else ""

    return _with(answer, "sentence", sentences)


def with_references(answer: Answer, engine: Engine) -> Answer:
    """Return an answer with a column `reference`: who says it, under which heading, where in the text, and its address.

    Args:
        answer: The answer, with a column `evidence` of places, parted by spaces.
        engine: What the places are asked of.

    Returns:
        The answer; a row with several places has their references in that order, parted by " / ". Unchanged where no
        row has evidence.

    Example:
        >>> from irkg.engines import EmbeddedEngine
        >>> with_references(Answer(("evidence",), (("x:0-9",),)), EmbeddedEngine(ox.Store())).rows
        (('x:0-9', ''),)
    """
    if "evidence" not in answer.columns:
        return answer
    places = sorted({place for cell in answer.column("evidence") for place in cell.split()})
    references: dict[str, str] = {}
    for at in range(0, len(places), _AT_ONCE):
        asked = _REFERENCES % " ".join(literal_term(place) for place in places[at : at + _AT_ONCE])
        table = engine.run(asked)
        rows = [dict(zip(table.columns, (getattr(t, "value", "") for t in row), strict=True)) for row in table.rows]
        references |= {row["evidence"]: _reference(row) for row in sorted(rows, key=lambda row: sorted(row.items()))}
    return _with(answer, "reference", lambda place: references.get(place, ""))


def _reference(row: Mapping[str, str]) -> str:
    who = row["author"] or row["source"]
    parts = [f"{who} ({row['year']})" if row["year"] else who]
    span = row["evidence"].removeprefix(f"{row['source']}:")
    if row["section"]:
        parts.append(f'"{row["section"]}"')
    if span != row["evidence"]:
        parts.append(f"characters {span}")
    return ", ".join(parts) + (f", {link(row['address']) or row['address']}" if row["address"] else "")


def _with(answer: Answer, column: str, told: Callable[[str], str]) -> Answer:
    """Return an answer with one more column: what is told of each place of a row's evidence, each thing once."""
    cells = [" / ".join(dict.fromkeys(filter(None, map(told, cell.split())))) for cell in answer.column("evidence")]
    rows = tuple((*row, cell) for row, cell in zip(answer.rows, cells, strict=True))
    return replace(answer, columns=(*answer.columns, column), rows=rows)
