"""Knowledge graphs of any size from a seed, of the shape of the one that ships.

`python -m bench.generate 1000000 graph.nq` writes about so many triples. The ontology and its hierarchy are those that
ship. Sources have one to nine claims each, as abstracts do, written by what `irkg fill` writes them with; each claim is
one of the shipped edges, in which half of the subjects and half of the objects are exchanged for kinds that the
ontology lacks. Of these there are about as many as the claims to the power of 0.6 (Heaps' law for vocabularies), and
frequent ones are met more often (Zipf's law). Strengths, negation, review and citations are drawn about as often as
the shipped claims have them. Not generated: entailed edges and candidates, of which nobody knows how they grow on
real claims.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from irkg import vocab as v
from irkg.canonical import canonical
from irkg.claim_graph import claim_quads
from irkg.lexicon import Lexicon, shipped_lexicon
from irkg.model import Argument, Claim, Reference, ReviewStatus, Source, Span, Strength, digest
from irkg.resources import graph_file
from irkg.store import open_dataset

SEED = 20261128
SECTIONS = ("Abstract", "Introduction", "Results", "Discussion", "MDSC recruitment")  # a mechanism, as in reviews
_REFERENCES = 60  # numbers that a source may cite by
_GROWTH = 0.6  # Heaps' exponent of new kinds
_SAMPLE = 30_000  # triples, of which the ontology has some two thirds
_ONTOLOGY = (v.GRAPH_ONTOLOGY, v.GRAPH_ENTAILED)
_STRENGTHS = {Strength.ASSERTED: 70, Strength.ABILITY: 12, Strength.HEDGED: 15, Strength.FUTURE: 3}


class _Kinds:
    """Kinds that the ontology lacks: more and more of them, the first ones the most frequent."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def one(self, claims: int) -> Argument:
        known = max(1, int(4 * claims**_GROWTH))
        rank = int(known ** self._dice.random())  # log-uniform ranks: frequency falls as one over the rank
        return Argument(f"{v.PROVISIONAL}generated-{rank}", f"generated kind {rank}", Span(0, 9))


def shipped_part() -> list[ox.Quad]:
    """Return the ontology, and what follows from it alone: its hierarchy."""
    store = open_dataset(graph_file())
    quads = [q for g in _ONTOLOGY for q in store.quads_for_pattern(None, None, None, ox.NamedNode(g))]
    subclass = ox.NamedNode(v.SUBCLASS_OF)
    quads = canonical(quads)  # blank nodes are called otherwise each time that a file is read
    return [q for q in quads if q.graph_name.value == v.GRAPH_ONTOLOGY or q.predicate == subclass]  # type: ignore[union-attr]


def _edges(lexicon: Lexicon) -> list[tuple[str, str, str]]:
    store = open_dataset(graph_file())
    names = {relation.iri: name for name, relation in lexicon.relations.items()}
    edges = store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_EDGES))
    kinds = {v.exemplar(iri): iri for iri in lexicon.kinds}
    found = [(q.subject.value, q.predicate.value, q.object.value) for q in edges]  # type: ignore[union-attr]
    return sorted((kinds[a], names[p], kinds[b]) for a, p, b in found if a in kinds and p in names and b in kinds)


def _claim(
    number: int, at: int, edges: Sequence[tuple[str, str, str]], dice: random.Random, lexicon: Lexicon, known: float
) -> Claim:
    subject, relation, thing = dice.choice(edges)
    kinds = _Kinds(dice)
    ends = []
    for iri, start in ((subject, at), (thing, at + 40)):
        stays = iri in lexicon.kinds and dice.random() < known
        end = Argument(iri, lexicon.label(iri), Span(0, 9)) if stays else kinds.one(number)
        ends.append(replace(end, span=Span(start, start + 12)))
    return Claim(
        source="",
        sentence=Span(at, at + 100),
        sentence_digest=digest(f"sentence {number}"),
        section=dice.choice(SECTIONS),
        subject=ends[0],
        relation=relation,
        object=ends[1],
        negated=dice.random() < 0.02,
        strength=dice.choices(list(_STRENGTHS), list(_STRENGTHS.values()))[0],
        citations=(dice.randint(1, _REFERENCES),) if dice.random() < 0.4 else (),
        rule="verb",
        confidence=0.9,
        review=dice.choices((ReviewStatus.EXTRACTED, ReviewStatus.ACCEPTED, ReviewStatus.REJECTED), (80, 18, 2))[0],
    )


def claims(dice: random.Random, lexicon: Lexicon, known: float = 0.5) -> Iterator[tuple[Source, list[Claim]]]:
    """Yield sources with their claims, without end; a share of the kinds are those of the shipped edges."""
    edges, number, count = _edges(lexicon), 0, 0
    while True:
        count += 1
        name = f"generated-{count}"
        found = []
        for n in range(dice.randint(1, 9)):
            number += 1
            found.append(replace(_claim(number, n * 120, edges, dice, lexicon, known), source=name))
        cited = sorted({n for claim in found for n in claim.citations})
        references = tuple(Reference(n, Span(1_900 + n, 1_990), True, f"Author {count * n % 997}", 2020) for n in cited)
        yield Source(name, digest(name), 2_000, references=references), found


def quads(triples: int, seed: int = SEED) -> Iterator[ox.Quad]:
    """Yield the quads of a knowledge graph.

    Args:
        triples: About how many.
        seed: The same gives the same graph, whatever is drawn elsewhere.
    """
    dice, lexicon, made = random.Random(seed), shipped_lexicon(), 0
    seen: set[tuple[str, str, str]] = set()
    for quad in shipped_part():
        made += 1
        yield quad
    edges = ox.NamedNode(v.GRAPH_EDGES)
    for source, found in claims(dice, lexicon):
        for quad in claim_quads(source, found, lexicon, quotes=False, generator="bench"):
            made += 1
            yield quad
        for claim in found:
            edge = (v.exemplar(claim.subject.iri), lexicon.relations[claim.relation].iri, v.exemplar(claim.object.iri))
            if _bears_an_edge(claim) and edge not in seen:
                seen.add(edge)
                made += 1
                yield ox.Quad(*map(ox.NamedNode, edge), edges)  # type: ignore[arg-type]
        if made >= triples:
            return


def claims_quads(count: int, seed: int = SEED) -> list[ox.Quad]:
    """Return the quads of about so many claims, as `irkg fill` writes them, on kinds of the ontology only."""
    dice, lexicon, made = random.Random(seed), shipped_lexicon(), 0
    found: list[ox.Quad] = []
    for source, own in claims(dice, lexicon, known=1):
        found += claim_quads(source, own, lexicon, quotes=False, generator="bench")
        made += len(own)
        if made >= count:
            break
    return found


def _bears_an_edge(claim: Claim) -> bool:
    certain = claim.strength in (Strength.ASSERTED, Strength.ABILITY)
    return certain and not claim.negated and claim.review is not ReviewStatus.REJECTED


@cache
def mark() -> str:
    """Return a few digits that tell graphs of this generator from those of another one: a digest of how they begin."""
    sample = ox.serialize(quads(_SAMPLE), format=ox.RdfFormat.N_QUADS)
    assert sample is not None
    return hashlib.sha256(sample).hexdigest()[:10]


def write(path: Path, triples: int) -> Path:
    """Write a graph as N-Quads and return where."""
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        ox.serialize(quads(triples), out, format=ox.RdfFormat.N_QUADS)
    return part.replace(path)


def kept(room: Path, triples: int) -> Path:
    """Return the file of a graph, written unless this generator has written it there; what another one left goes."""
    own = current(room, f"graph-{triples}", f"{mark()}.nq")
    return own if own.exists() else write(own, triples)


def current(room: Path, what: str, ending: str) -> Path:
    """Return the place of something that is kept in a room, and remove what was kept there of it before.

    Args:
        room: A folder.
        what: What is kept.
        ending: What tells this one from what was made in another way.
    """
    own = room / f"{what}-{ending}"
    for old in (path for path in (*room.glob(f"{what}-*"), *room.glob(f"{what}.*"), room / what) if path != own):
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    return own


def shape(path: Path) -> Counter[str]:
    """Return how many quads of a file stand in each sort of graph."""
    with path.open("rb") as lines:
        found = Counter(quad.graph_name.value for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS))  # type: ignore[union-attr]
    sorts: Counter[str] = Counter()
    for name, count in found.items():
        sorts["claims" if name.startswith(v.GRAPH_CLAIMS) else name.removeprefix(v.GRAPH_NS)] += count
        sorts["graphs"] += 1
    return sorts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("triples", type=int)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    print(dict(shape(write(given.out, given.triples))))
