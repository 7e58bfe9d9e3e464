"""Provisional kinds: noun phrases that take part in a claim and have no term in the ontology."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from irkg import vocab as v
from irkg.extract import words as w
from irkg.extract.arguments import Filler
from irkg.extract.subjects import is_noun_like
from irkg.extract.syntax import Parsed
from irkg.lexicon import Kind, Lexicon, fold

if TYPE_CHECKING:
    from spacy.tokens import Token

_PREMODIFIERS = ("compound", "amod", "nmod", "poss", "nummod", "advmod", "npadvmod", "quantmod", "dep")
_SYMBOL = re.compile(r"(?=.*[A-Z0-9].*[A-Z0-9])[A-Za-zα-ωΑ-Ω]?[A-Z0-9α-ω][\w/.-]*")
_WORDLESS = re.compile(r"[\W\d_]+|[A-Za-z]|.*[<>=%].*")
_LONGEST = 12  # words of a phrase; what is longer is a clause that was parsed wrongly


def slug(phrase: str) -> str:
    """Return the local name of the provisional kind for a phrase: the same for each way of writing it.

    Example:
        >>> slug("CD8+ T-cells"), slug("CD8+ T cell"), slug("IFN-γ secretion")
        ('cd8-positive-t-cell', 'cd8-positive-t-cell', 'ifn-gamma-secretion')
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(phrase).replace("+", "positive")).strip("-")


@dataclass
class Minter:
    """Makes provisional kinds.

    Attributes:
        lexicon: The ontology's names, and the kinds made so far.
        long_forms: What the abbreviations of the document stand for.
    """

    lexicon: Lexicon
    long_forms: Mapping[str, str] = field(default_factory=dict)
    _kinds: dict[str, Kind] = field(default_factory=dict)
    _parents: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lexicon = self.lexicon.growing(self._kinds, self._parents)

    def mint(self, token: Token, parsed: Parsed) -> list[Filler]:
        """Return what a noun without a term stands for.

        Args:
            token: The head of a noun phrase.
            parsed: Its sentence.

        Returns:
            One provisional kind; one for each of several nouns behind "of" ("secretion of A and B"); none where
            the noun says too little to be a kind.
        """
        if not _nameable(token):
            return []
        first = _start(token, parsed)
        last = _end(token)
        if last.i - first.i >= _LONGEST:
            last = token
        found = [self._filler(first, last, token, parsed, "")]
        if last != token:
            own = parsed.doc[first.i : token.i + 1].text
            found += [
                self._filler(_start(c, parsed), c, c, parsed, f"{own} {_preposition(token)} ")
                for c in _coordinated(last)
            ]
        return [f for f in found if f is not None]

    def gerund(self, token: Token, parsed: Parsed) -> list[Filler]:
        """Return the provisional kind that a gerund and its object name: "blocking the receptor".

        Args:
            token: The gerund.
            parsed: Its sentence.
        """
        things = [c for c in token.children if c.dep_ == "dobj" and c.pos_ in ("NOUN", "PROPN")]
        if not things or things[0].i - token.i >= _LONGEST:
            return []
        found = self._filler(token, _end(things[0]), token, parsed, "")
        return [found] if found else []

    def split(self, token: Token, parsed: Parsed) -> tuple[Filler, Filler] | None:
        """Return the class and the member that "nuclear receptor RXR" names, where the ontology has neither.

        Args:
            token: The name at the end of the phrase.
            parsed: Its sentence.
        """
        first, before = _start(token, parsed), parsed.doc[token.i - 1]
        if first.i > before.i:
            return None
        group, member = self._filler(first, before, before, parsed, ""), self._filler(token, token, token, parsed, "")
        return (group, member) if group and member else None

    def narrow(self, token: Token, filler: Filler, parsed: Parsed) -> Filler:
        """Return the narrower kind of "microglial cells" where the ontology only knows cells.

        Args:
            token: A token that holds a name.
            filler: What that name stands for.
            parsed: Its sentence.
        """
        name = parsed.mentions[token.i]
        plain = name.text.islower() or (token.i == 0 and name.text.istitle())
        general = plain and fold(name.text) in self.lexicon.head_nouns
        first, last = _start(token, parsed), _end(token)
        if not general or first == last or filler.how not in ("named", "member"):
            return filler
        found = self._filler(first, last, token, parsed, "")
        if found is None:
            return filler
        self._parents[found.iri] = frozenset({filler.iri})
        return found

    def _filler(self, first: Token, last: Token, head: Token, parsed: Parsed, shared: str) -> Filler | None:
        phrase = shared + parsed.doc[first.i : last.i + 1].text
        phrase = self.long_forms.get(phrase) or self.long_forms.get(phrase.removesuffix("s"), phrase)
        name = slug(phrase)
        if not name:
            return None
        iri = v.PROVISIONAL + name
        if iri not in self._kinds:
            label = _label(phrase, opens=first.i == 0)
            self._kinds[iri] = Kind(iri, label, label, (label,), ())
            classes = self.classes_of(shared.split()[-2] if shared else head.text)
            if classes:
                self._parents[iri] = frozenset(classes)
        return Filler(iri, parsed.span(first, last), last.i if shared else head.i, "minted")

    def classes_of(self, noun: str) -> tuple[str, ...]:
        """Return what sort of thing a noun names, as far as the ontology's head nouns tell: classes, or nothing."""
        known = self.lexicon.head_nouns
        bare = noun.rsplit("-", maxsplit=1)[-1] if noun.rsplit("-", maxsplit=1)[-1].islower() else noun
        key = fold(bare).replace(" ", "")
        if key in known:
            return known[key]
        for length in range(min(7, len(key) - 1), 2, -1):
            if len(key) > length + 2 and f"*{key[-length:]}" in known:
                return known[f"*{key[-length:]}"]
        if _SYMBOL.fullmatch(noun):
            return known.get("protein", ())
        return ()

    def undetermined(self, iri: str) -> bool:
        """Return whether a kind is provisional and nothing tells what sort of thing it is."""
        return iri in self._kinds and iri not in self._parents


def _nameable(token: Token) -> bool:
    misread = token.pos_ == "ADJ" and token.dep_ in ("dobj", "nsubj", "nsubjpass", "pobj")
    if token.pos_ not in ("NOUN", "PROPN") and not misread and not is_noun_like(token):
        return False
    lettered = len(token.text) == 1 and any(c.dep_ == "compound" for c in token.children)  # "vitamin C"
    if (
        (_WORDLESS.fullmatch(token.text) and not lettered)
        or token.lower_ in w.EMPTY_NOUNS
        or token.lemma_.lower() in w.EMPTY_NOUNS
    ):
        return False
    modified = any(c.dep_ in ("compound", "amod", "nmod") and c.i < token.i for c in token.children)
    needs_more = token.lemma_.lower() in w.TRANSPARENT_NOUNS | w.BARE_NOUNS
    return not needs_more or modified or _end(token) != token


def _start(token: Token, parsed: Parsed) -> Token:
    """Return the first word of a phrase: its specifying modifiers, without what only counts or points."""
    first = token
    for child in sorted((c for c in token.children if c.i < token.i), key=lambda c: -c.i):
        if child.dep_ in _PREMODIFIERS and child.tag_ != "PRP$":
            first = child.left_edge if child.left_edge.i < first.i else first
        elif child.dep_ not in ("punct", "case", "cc", "conj"):
            break
    doc = parsed.doc
    at = first.i
    while at < token.i and (doc[at].i not in parsed.mentions) and _says_little(doc[at]):
        at += 1
    return doc[at]


def _says_little(token: Token) -> bool:
    if token.pos_ in ("DET", "ADV", "PRON", "PUNCT", "CCONJ", "ADP", "PART", "SCONJ", "NUM", "SYM"):
        return True
    return token.lower_ in ("%", *w.QUANTIFIERS) or token.lower_ in w.EMPTY_MODIFIERS


def _preposition(token: Token) -> str:
    return next((c.lower_ for c in token.children if _complement_of(c, token)), "of")


def _complement_of(child: Token, noun: Token) -> bool:
    if child.dep_ != "prep" or child.i != noun.i + 1:
        return False
    lemma = noun.lemma_.lower()
    return (
        child.lower_ == "of"
        or (child.lower_ == "to" and lemma in w.RELATIONAL_NOUNS)
        or (child.lower_ == "with" and lemma in w.DOING_NOUNS)
        or (child.lower_ == "in" and lemma in w.CHANGE_NOUNS and noun.tag_ == "NNS")
    )


def _end(token: Token) -> Token:
    """Return the last word of a phrase: the noun, or what stands behind an "of" right behind it."""
    for child in token.children:
        if _complement_of(child, token):
            behind = [o for o in child.children if o.dep_ == "pobj" and o.pos_ in ("NOUN", "PROPN")]
            if behind:
                return _with_symbol(_end(behind[0]))
    return token


def _with_symbol(noun: Token) -> Token:
    """Return the symbol right behind a noun, "loss of the receptor TREM2", or else the noun."""
    symbol = next((c for c in noun.children if c.dep_ == "appos" and c.i == noun.i + 1), None)
    return symbol if symbol is not None and _SYMBOL.fullmatch(symbol.text) else noun


def _coordinated(noun: Token) -> list[Token]:
    found = []
    for child in noun.children:
        if child.dep_ == "conj" and child.pos_ in ("NOUN", "PROPN"):
            found += [child, *_coordinated(child)]
    return found


def _label(phrase: str, *, opens: bool) -> str:
    """Return a phrase as a label: one line; the capital of a sentence's first word is none of the name's."""
    phrase = " ".join(phrase.split())
    first = phrase.split(" ")[0]
    return phrase[0].lower() + phrase[1:] if opens and first.istitle() and first.isalpha() else phrase
