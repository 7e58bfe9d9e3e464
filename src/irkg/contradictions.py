"""Claims that contradict each other: a claim and its denial, and relations that the ontology calls opposites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pyoxigraph as ox

from irkg import vocab as v
from irkg.store import select
from irkg.text import quoted

_CLAIMS = f"""
SELECT ?s ?p ?o ?subject ?relation ?object ?negated ?strength ?source ?evidence ?digest ?sentence WHERE {{
  ?claim a <{v.CLAIM}> ; <{v.SUBJECT}> ?s ; <{v.PREDICATE}> ?p ; <{v.OBJECT}> ?o ; <{v.NEGATED}> ?negated ;
    <{v.HAS_STRENGTH}>/<{v.LABEL}> ?strength ; <{v.HAS_SOURCE}>/<{v.LABEL}> ?source ;
    <{v.HAS_REVIEW}> ?status ; <{v.HAS_EVIDENCE}> ?place .
  ?place <{v.LABEL}> ?evidence .
  ?s <{v.PREF_LABEL}> ?subject . ?p <{v.RELATION_NAME}> ?relation . ?o <{v.PREF_LABEL}> ?object .
  OPTIONAL {{ ?place <{v.DIGEST}> ?digest }}
  OPTIONAL {{ ?place <{v.OA}hasSelector>/<{v.OA}exact> ?sentence }}
  FILTER (?status != <{v.IRKG}rejected>)
  FILTER NOT EXISTS {{ ?claim <{v.QUARANTINED}> true }}
}}"""
_OPPOSITES = f"SELECT ?p ?q WHERE {{ ?p <{v.OPPOSITE_OF}> ?q }}"


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """What a source says.

    Attributes:
        words: Subject, relation and object, with "not" in front of what is denied.
        evidence: Where it says so, `source:start-end` or the address of a publication.
        source: Id of the source.
        strength: How strongly it puts it.
        digest: SHA-256 of the sentence, empty where there is none.
        sentence: The sentence where the graph holds it, else empty.
    """

    words: str
    evidence: str
    source: str
    strength: str
    digest: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Contradiction:
    """Two claims that cannot well both hold.

    Attributes:
        sort: `denial` of the same claim, or `opposites`.
        first: What one source says.
        second: What the other, or the same one elsewhere, says.
    """

    sort: str
    first: Said
    second: Said


def contradictions(store: ox.Store) -> list[Contradiction]:
    """Find claims on the same two things that contradict each other.

    Claims that a curator rejected or that are quarantined have no say. A contradiction is no fault: authors disagree,
    and what holds in one tumor need not hold in another.

    Args:
        store: The knowledge graph; which relations are opposites is written in its ontology (`irkg:oppositeOf`).

    Returns:
        The pairs, each once, sorted.
    """
    opposites = {frozenset((row["p"], row["q"])) for row in select(store, _OPPOSITES)}
    by_ends: dict[tuple[str, str], list[tuple[str, bool, Said]]] = defaultdict(list)
    for row in select(store, _CLAIMS):
        negated = row["negated"] == "true"
        words = f"{'not ' * negated}{row['subject']} {row['relation']} {row['object']}"
        said = Said(words, row["evidence"], row["source"], row["strength"], row["digest"], row["sentence"])
        by_ends[row["s"], row["o"]].append((row["p"], negated, said))
    found = set()
    for claims in by_ends.values():
        for (p, denied, a), (q, also_denied, b) in combinations(claims, 2):
            if p == q and denied != also_denied:
                found.add(Contradiction("denial", *((b, a) if denied else (a, b))))
            elif not denied and not also_denied and frozenset((p, q)) in opposites:
                found.add(Contradiction("opposites", *sorted((a, b))))
    return sorted(found)


def with_sentences(found: Sequence[Contradiction], source_id: str, text: str) -> list[Contradiction]:
    """Return contradictions with the sentences of a source whose text is at hand.

    Args:
        found: The contradictions.
        source_id: The id of the source.
        text: Its text.

    Raises:
        SourceError: The text is not the one that the claims were taken from.
    """

    def told(said: Said) -> Said:
        source, _, span = said.evidence.rpartition(":")
        if source != source_id or not said.digest:
            return said
        return replace(said, sentence=quoted(text, source_id, span, said.digest))

    return [replace(c, first=told(c.first), second=told(c.second)) for c in found]
