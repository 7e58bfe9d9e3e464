"""From a document to its claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress

from irkg.abbreviations import long_forms
from irkg.extract.antecedents import Discourse
from irkg.extract.arguments import Filler
from irkg.extract.found import DOUBT, RULES, Found
from irkg.extract.minting import Minter
from irkg.extract.predicates import Triggers
from irkg.extract.prospects import to_parse
from irkg.extract.scope import Modality
from irkg.extract.sentence import SentenceReader
from irkg.extract.syntax import Parsed, clean, event_cues, parse
from irkg.lexicon import Lexicon, NameMatch
from irkg.model import Argument, Claim, Sentence, Span, Strength, digest
from irkg.text import Document

VERSION = "3"  # of the rules: part of a claim's provenance
_CONTEXT = 32  # characters of prefix and suffix kept with a quote
_TOGETHER = 32  # documents whose sentences are parsed together, and whose trees are held
_LONG = 50  # tokens; parses of longer sentences are less sure
_ABBREVIATION = re.compile(r"\s*\((?P<short>[A-Z][\w/-]{1,9}?)s?\)")


def extract(document: Document, lexicon: Lexicon, *, mint: bool = False) -> list[Claim]:
    """Extract the claims of a document.

    Args:
        document: The document.
        lexicon: The ontology's names, relations and definitions.
        mint: Whether noun phrases without a term become provisional kinds (`irkg:provisional/…`).

    Returns:
        The claims in the order of the text; each names its sentence, its words and the rule that read them.

    Raises:
        MissingExtra: The parser is not installed.
    """
    return next(extract_all([document], lexicon, mint=mint))


def extract_all(documents: Sequence[Document], lexicon: Lexicon, *, mint: bool = False) -> Iterator[list[Claim]]:
    """Extract the claims of documents; the sentences of several are parsed together, which is faster.

    Args:
        documents: The documents.
        lexicon: The ontology's names, relations and definitions.
        mint: Whether noun phrases without a term become provisional kinds (`irkg:provisional/…`).

    Yields:
        The claims of each document, in their order, as `extract` returns them.

    Raises:
        MissingExtra: The parser is not installed.
    """
    for start in range(0, len(documents), _TOGETHER):
        prepared = [_Prepared.of(document, lexicon, mint=mint) for document in documents[start : start + _TOGETHER]]
        parsed = parse((sentence, own.lexicon) for own in prepared for sentence in own.to_parse())
        yield from (own.claims(parsed) for own in prepared)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document before its sentences are parsed."""

    document: Document
    lexicon: Lexicon
    minter: Minter | None
    named: frozenset[str]
    wanted: Sequence[bool]

    @staticmethod
    def of(document: Document, lexicon: Lexicon, *, mint: bool) -> _Prepared:
        lexicon = lexicon.with_names(_abbreviations(document, lexicon))
        minter = Minter(lexicon, long_forms(document.text)) if mint else None
        lexicon = minter.lexicon if minter else lexicon
        sentences = document.sentences
        texts = [clean(s)[0] for s in sentences]
        names = [lexicon.find(text) for text in texts]
        if mint:
            wanted = [not s.heading for s in sentences]
        else:
            wanted = to_parse(sentences, texts, names, lexicon, partial(event_cues, lexicon))
        named = frozenset(m.iri for found in names for m in found if m.exact)
        return _Prepared(document, lexicon, minter, named, wanted)

    def to_parse(self) -> Iterator[Sentence]:
        return compress(self.document.sentences, self.wanted)

    def claims(self, parsed: Iterator[Parsed]) -> list[Claim]:
        """Read the claims; of parsed sentences, as many are taken as `to_parse` yields."""
        triggers, discourse = Triggers(self.lexicon), Discourse(self.named)
        announced: list[tuple[str, Span]] = []
        claims: dict[str, Claim] = {}
        for sentence, wanted in zip(self.document.sentences, self.wanted, strict=True):
            found: list[Found] = []
            if sentence.heading:
                matches = self.lexicon.find(sentence.text)
                discourse.heading(matches)
                found = list(_heading(sentence, matches, announced, self.lexicon))
            elif wanted:
                reader = SentenceReader(next(parsed), self.lexicon, triggers, discourse, self.minter)
                found = list(reader.claims())
                announced = [*reader.announced(), *announced]
                discourse.remember(reader.arguments.mentioned(), reader.event())
            else:
                discourse.remember([], None)
            for claim in (_written(f, sentence, self.document, self.lexicon) for f in found):
                known = claims.get(claim.key)
                if known is None or known.confidence < claim.confidence:
                    claims[claim.key] = claim
        return sorted(claims.values(), key=_in_order)


def _in_order(claim: Claim) -> tuple[Span, Span, str, Span, str]:
    return claim.sentence, claim.subject.span, claim.relation, claim.object.span, claim.object.iri


def _abbreviations(document: Document, lexicon: Lexicon) -> dict[str, str]:
    """Return the abbreviations that the document defines: "cytotoxic T lymphocytes (CTLs)"."""
    found: dict[str, str] = {}
    for sentence in document.sentences:
        for match in lexicon.find(sentence.text) if "(" in sentence.text else ():
            short = _ABBREVIATION.match(sentence.text, match.span.end)
            if short and match.exact and len(match.text.split()) > 1:
                found.setdefault(short["short"], match.iri)
    return found


def _heading(
    sentence: Sentence, matches: list[NameMatch], announced: list[tuple[str, Span]], lexicon: Lexicon
) -> Iterator[Found]:
    """Yield the kind that a heading names as one of those announced before ("a range of mechanisms")."""
    if len(matches) != 1 or matches[0].span != Span(0, len(sentence.text)):
        return
    offset = sentence.span.start
    own = Filler(matches[0].iri, Span(offset, sentence.span.end), -1)
    for iri, span in announced:
        if iri != own.iri and lexicon.is_a(own.iri, iri):
            yield Found(own, "isTypeOf", Filler(iri, span, -1), "heading", Modality(False, Strength.ASSERTED, ""))
            return


def _written(found: Found, sentence: Sentence, document: Document, lexicon: Lexicon) -> Claim:
    doubt = DOUBT[found.subject.how] + DOUBT[found.object.how]
    doubt += 0.2 if len(sentence.text.split()) > _LONG else 0.0
    start, end = sentence.span.start, sentence.span.end
    return Claim(
        source=document.source.id,
        sentence=sentence.span,
        sentence_digest=digest(sentence.text),
        section=sentence.section,
        subject=_argument(found.subject, document, lexicon),
        relation=found.relation,
        object=_argument(found.object, document, lexicon),
        negated=found.modality.negated,
        strength=found.modality.strength,
        hedge_cue=found.modality.cue,
        quantifier=found.quantifier,
        citations=sentence.citations,
        rule=found.rule,
        confidence=round(RULES[found.rule] - doubt, 2),
        quote=sentence.text,
        prefix=document.text[max(0, start - _CONTEXT) : start],
        suffix=document.text[end : end + _CONTEXT],
        unresolved=sentence.unresolved,
    )


def _argument(filler: Filler, document: Document, lexicon: Lexicon) -> Argument:
    return Argument(filler.iri, lexicon.label(filler.iri), filler.span, filler.span.of(document.text))
