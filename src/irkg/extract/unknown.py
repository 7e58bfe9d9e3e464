"""What an ontology lacks: the phrases that take part in claims and have no term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from irkg.extract.arguments import provisional
from irkg.lexicon import Lexicon, fold
from irkg.model import Argument, Claim

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


def unknown_phrases(claims: Iterable[Claim], lexicon: Lexicon) -> list[UnknownPhrase]:
    """Return the phrases that claims are about and that the ontology has no term for.

    Args:
        claims: Claims that were extracted with provisional kinds.
        lexicon: The names to look for similar ones among.

    Returns:
        One for each provisional kind, the most frequent first, then by phrase.
    """
    places: dict[str, dict[tuple[str, int], Claim]] = {}
    phrases: dict[str, Argument] = {}
    for claim in claims:
        for argument in (claim.subject, claim.object):
            if provisional(argument.iri):
                phrases.setdefault(argument.iri, argument)
                places.setdefault(argument.iri, {}).setdefault((claim.source, argument.span.start), claim)
    found = []
    for iri, argument in phrases.items():
        first = min(places[iri].values(), key=lambda c: (c.source, c.sentence))
        near = lexicon.near(argument.label) or _of_the_same_noun(argument.label, lexicon)
        where = f"{first.source}:{first.sentence.start}-{first.sentence.end}"
        found.append(UnknownPhrase(argument.label, len(places[iri]), where, tuple(near)))
    return sorted(found, key=lambda u: (-u.count, u.phrase.casefold(), u.phrase))


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
