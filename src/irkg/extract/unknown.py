"""What an ontology lacks: the phrases that take part in claims and have no term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from irkg.extract.arguments import provisional
from irkg.lexicon import Lexicon, fold
from irkg.model import Claim, Span

COLUMNS = ("phrase", "count", "sentence", "nearest")


@dataclass(frozen=True, slots=True)
class UnknownPhrase:
    """A phrase without a term.

    Attributes:
        phrase: Its words.
        count: In how many places of the texts it takes part in a claim.
        sentence: The first sentence that it stands in, as `source:start-end`.
        nearest: Names of terms that look like it, best first.
    """

    phrase: str
    count: int
    sentence: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase without a term in one source.

    Attributes:
        iri: The provisional kind that it became.
        label: Its words, as they stand first.
        count: In how many places it takes part in a claim.
        sentence: The first sentence that it does so in.
    """

    iri: str
    label: str
    count: int
    sentence: Span


def phrases_of(claims: Iterable[Claim]) -> tuple[Phrase, ...]:
    """Return the phrases without a term that the claims of one source are about, in the order of the claims.

    Args:
        claims: Claims of one source that were extracted with provisional kinds.
    """
    places: dict[str, dict[int, Claim]] = {}
    labels: dict[str, str] = {}
    for claim in claims:
        for argument in (claim.subject, claim.object):
            if provisional(argument.iri):
                labels.setdefault(argument.iri, argument.label)
                places.setdefault(argument.iri, {}).setdefault(argument.span.start, claim)
    return tuple(
        Phrase(iri, labels[iri], len(found), min(c.sentence for c in found.values())) for iri, found in places.items()
    )


def unknown_phrases(found: Iterable[tuple[str, Phrase]], lexicon: Lexicon) -> list[UnknownPhrase]:
    """Put together what the ontology lacks.

    Args:
        found: Phrases without a term, each with the id of the source that it stands in.
        lexicon: The names to look for similar ones among.

    Returns:
        One for each provisional kind, the most frequent first, then by phrase.
    """
    labels: dict[str, str] = {}
    counts: Counter[str] = Counter()
    first: dict[str, tuple[str, Span]] = {}
    for source, phrase in found:
        labels.setdefault(phrase.iri, phrase.label)
        counts[phrase.iri] += phrase.count
        first[phrase.iri] = min(first.get(phrase.iri, (source, phrase.sentence)), (source, phrase.sentence))
    unknown = []
    for iri, label in labels.items():
        source, sentence = first[iri]
        near = nearest(label, lexicon)
        unknown.append(UnknownPhrase(label, counts[iri], f"{source}:{sentence.start}-{sentence.end}", near))
    return sorted(unknown, key=lambda u: (-u.count, u.phrase.casefold(), u.phrase))


def nearest(phrase: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return up to three names of kinds that look like a phrase, else that end in its last word.

    Args:
        phrase: A phrase without a term.
        lexicon: The names to look among.
    """
    return tuple(lexicon.near(phrase) or _of_the_same_noun(phrase, lexicon))


def _of_the_same_noun(phrase: str, lexicon: Lexicon) -> list[str]:
    """Return up to three names with the last word of a phrase, the shortest first."""
    noun = fold(phrase).split()[-1:]
    names = {k.display for k in lexicon.kinds.values() if fold(k.display).split()[-1:] == noun}
    return sorted(names, key=lambda n: (len(n), n))[:3]


def as_tsv(phrases: Iterable[UnknownPhrase]) -> str:
    r"""Write phrases as tab-separated values with a header line.

    Example:
        >>> as_tsv([UnknownPhrase("microglial cells", 2, "a:10-90", ("epithelial cell", "myeloid cell"))])
        'phrase\tcount\tsentence\tnearest\nmicroglial cells\t2\ta:10-90\tepithelial cell; myeloid cell\n'
    """
    lines = ["\t".join(COLUMNS)]
    lines += [f"{p.phrase}\t{p.count}\t{p.sentence}\t{'; '.join(p.nearest)}" for p in phrases]
    return "\n".join(lines) + "\n"
