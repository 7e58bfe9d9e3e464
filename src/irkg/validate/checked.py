"""What of a knowledge graph the shapes look at, and the sentences of its sources beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from irkg.errors import SourceError
from irkg.store import is_record
from irkg.vocab import GRAPH_ENTAILED, OA, RDF_TYPE, SOURCE_NS


def before_entailment(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return what shapes look at: all but entailed types, which would hide violations, and the record of decisions."""
    entailed, types = ox.NamedNode(GRAPH_ENTAILED), ox.NamedNode(RDF_TYPE)
    return [q for q in quads if (q.graph_name != entailed or q.predicate != types) and not is_record(q)]


def with_sentences(triples: Iterable[ox.Triple], source_id: str, text: str) -> list[ox.Triple]:
    """Add the stretches of a text that evidence points to, so that shapes can hold digests and words against them.

    Args:
        triples: A graph with evidence.
        source_id: The id of the source that the text is.
        text: Its text; positions are characters, 0-based, half open.

    Returns:
        The graph with a `oa:TextQuoteSelector` beside each position in that source.

    Raises:
        SourceError: The graph has no evidence from that source.
    """
    found = list(triples)
    quotes = list(_quotes(found, source_id, text))
    if not quotes:
        remedy = "name the file as the source is called, its suffix aside"
        raise SourceError(f'the graph has no evidence from a source "{source_id}"', remedy=remedy)
    return [*found, *quotes]


def _quotes(triples: Sequence[ox.Triple], source_id: str, text: str) -> Iterator[ox.Triple]:
    source = ox.NamedNode(SOURCE_NS + source_id)
    places = {t.subject for t in triples if t.predicate.value == OA + "hasSource" and t.object == source}
    selectors = [t for t in triples if t.predicate.value == OA + "hasSelector" and t.subject in places]
    offsets: dict[object, dict[str, int]] = {t.object: {} for t in selectors}
    for t in triples:
        word = t.predicate.value.removeprefix(OA)
        known = word in ("start", "end") and t.subject in offsets
        if known and isinstance(t.object, ox.Literal) and t.object.value.isdecimal():
            offsets[t.subject][word] = int(t.object.value)
    for at, t in enumerate(selectors):
        said = offsets[t.object]
        if len(said) == 2:
            quote = ox.NamedNode(f"urn:irkg:quote:{at}")
            yield ox.Triple(t.subject, t.predicate, quote)
            yield ox.Triple(quote, ox.NamedNode(RDF_TYPE), ox.NamedNode(OA + "TextQuoteSelector"))
            exact = ox.Literal(text[said["start"] : said["end"]])
            yield ox.Triple(quote, ox.NamedNode(OA + "exact"), exact)
