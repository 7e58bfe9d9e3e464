"""The forms in which English writes a name: plurals, spellings, turned phrases, adjectives, shortened heads."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from irkg.annotate.terms import Term, Terminology

_SPLIT = re.compile(r"[\s\-‐‑–—_]+")
_PREPOSITION = re.compile(r" (?:at|by|for|from|in|of|on|to|with) ")
_OF = re.compile(r"(?P<head>.+?) of (?:the )?(?P<whole>.+)")
_INVERTED = re.compile(r"(?P<head>[^,()]+), (?P<rest>[^,()]+)")
_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "omega": "ω",
}
_GREEK_WORD = {symbol: word for word, symbol in _GREEK.items()}
# British against American spelling (Oxford against Webster), and the two spellings of Greek -philos and leuko-
_SPELLINGS = (
    ("haem", "hem"),
    ("oest", "est"),
    ("oeso", "eso"),
    ("foet", "fet"),
    ("paed", "ped"),
    ("caec", "cec"),
    ("anaem", "anem"),
    ("tumour", "tumor"),
    ("colour", "color"),
    ("fibre", "fiber"),
    ("centre", "center"),
    ("leuco", "leuko"),
    ("caryo", "karyo"),
    ("signalling", "signaling"),
)
_RESPELLINGS = tuple(pair for a, b in _SPELLINGS for pair in ((a, b), (b, a)))
_LATIN_PLURALS = (
    ("zoon", "zoa"),
    ("um", "a"),
    ("us", "i"),
    ("ma", "mata"),
    ("is", "es"),
    ("ex", "ices"),
    ("ix", "ices"),
    ("a", "ae"),
)
# Organs whose English adjective comes from another word than their noun
_ORGANS = (
    ("bladder", "vesical"),
    ("breast", "mammary"),
    ("ear", "otic"),
    ("eye", "ocular"),
    ("gut", "enteric"),
    ("heart", "cardiac"),
    ("intestine", "intestinal"),
    ("kidney", "renal"),
    ("liver", "hepatic"),
    ("lung", "pulmonary"),
    ("mouth", "oral"),
    ("muscle", "muscular"),
    ("nose", "nasal"),
    ("ovary", "ovarian"),
    ("pancreas", "pancreatic"),
    ("skin", "cutaneous"),
    ("spleen", "splenic"),
    ("stomach", "gastric"),
    ("testis", "testicular"),
    ("tooth", "dental"),
    ("uterus", "uterine"),
    ("vessel", "vascular"),
)
# Endings of Latin and Greek nouns with those of their relational adjectives: thymus, thymic; retina, retinal
_NOUN_ADJECTIVE = (
    ("us", "ic"),
    ("us", "al"),
    ("a", "al"),
    ("a", "ary"),
    ("ex", "ical"),
    ("um", "al"),
    ("um", "ar"),
    ("ium", "ial"),
    ("is", "al"),
    ("osis", "otic"),
    ("on", "onal"),
    ("en", "enic"),
    ("derm", "dermal"),
    ("ule", "ular"),
)
_RELATIONAL = _NOUN_ADJECTIVE + tuple((adjective, noun) for noun, adjective in _NOUN_ADJECTIVE)
_ADJECTIVE_OF = {**dict(_ORGANS), **{adjective: organ for organ, adjective in _ORGANS}}
# The classical combining forms by which biology names a cell; an adjective is made of them as Greek makes it
_CELL_NOUN = re.compile(r"\w{2,}(?:cyte|blast|clast|phil|phage|gonium|zoon|matid)|\w*neuron")
_RECEPTOR = re.compile(r"\w{3,}[oi]receptor|\w{3,}ciceptor")
_CELL_ADJECTIVES = (
    ("cyte", "cytic"),
    ("blast", "blastic"),
    ("clast", "clastic"),
    ("neuron", "neuronal"),
    ("gote", "gotic"),
    ("gamete", "gametic"),
)
_CELL_ENDINGS = tuple(ending for ending, _ in _CELL_ADJECTIVES)
_OFTEN = 5  # terms in which one word must stand for another
_MANY = 60  # forms of one name
_WORDS_KEPT = 50_000  # words whose forms are kept: far more than the head nouns of any ontology
_WORD = re.compile(r"\w+")


class Form(NamedTuple):
    """A way of writing a name.

    Attributes:
        text: The form.
        rule: How it comes out of the name: one of `RULES`.
    """

    text: str
    rule: str


# From the surest to the least sure; docs/annotate.md says what each rests on
RULES = ("written", "spelling", "turned", "adjective", "head", "genus", "initials", "bare", "abbreviation")


@dataclass(frozen=True)
class FormMaker:
    """Makes the forms of the names of an ontology.

    Attributes:
        words: The words of the names and definitions of the ontology: an adjective or noun that a rule makes counts
            only where the ontology has the word.
        bare: From the id of an ancestor to the nouns that name it in one word.
        twins: From a word to those that stand for it in exact synonyms of several terms.
    """

    words: Collection[str]
    bare: dict[str, tuple[str, ...]]
    twins: dict[str, tuple[str, ...]]
    _relatives: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(terminology: Terminology) -> FormMaker:
        """Learn the words of an ontology."""
        words: set[str] = set()
        bare: dict[str, tuple[str, ...]] = {}
        for term in terminology.terms.values():
            words.update(_WORD.findall(term.definition.lower()))
            for name in term.names:
                words.update(_WORD.findall(name.text.lower()))
            single = {plain(n.text) for n in term.names if n.scope in ("label", "exact")}
            single |= {
                s[: -len(" cell")] for s in single if s.endswith(" cell") and _RECEPTOR.fullmatch(s[: -len(" cell")])
            }
            bare[term.id] = tuple(sorted(s for s in single if _is_noun(s)))
        return FormMaker(words, bare, _twins(terminology))

    def forms(self, term: Term, name: str, ancestors: Iterable[str]) -> Iterator[Form]:
        """Yield the forms of a name, the surest first, each once.

        Args:
            term: The term that it names.
            name: The name.
            ancestors: The ids of all terms above.
        """
        seen: set[str] = set()
        name = re.sub(r"^the (?=\w)", "", name)  # an article is no part of a name
        for form in self._singular_forms(term, name, ancestors):
            for text in numbers(form.text) if form.rule != "adjective" or not form.text.endswith("c") else (form.text,):
                if text not in seen:
                    seen.add(text)
                    yield Form(text, form.rule)
            if len(seen) > _MANY:
                return

    def _singular_forms(self, term: Term, name: str, ancestors: Iterable[str]) -> Iterator[Form]:
        base = [name, *(f for f in spellings(name))]
        for text in base:
            yield Form(text, "written" if text == name else "spelling")
        base = [plain(b) for b in base if "(" not in b]
        turned_ = [t for b in base for t in turned(b)]
        yield from (Form(t, "turned") for t in turned_)
        related = [a for b in [*base, *turned_] for a in self.modifiers(b)]
        related += [t for a in related for t in turned(a)]
        related += [a for b in base if " " not in b for a in self._adjectives(b)]
        yield from (Form(t, "adjective") for t in related)
        for text in [*base, *turned_, *related]:
            yield from (Form(t, "adjective") for t in adjectives(text))
            if _is_cell(text):
                yield Form(f"{text} cell", "head")
                yield from (Form(f"{t} cell", "head") for t in adjectives(text))
            yield from (Form(t, "head") for t in headless(text))
        yield from self._genus(base[:1], ancestors)
        yield from (Form(t, "initials") for t in initials(term, name))
        yield from (Form(t, "bare") for t in topics(term, name))

    def modifiers(self, name: str) -> Iterator[str]:
        """Yield a name with one of its modifiers as the adjective or noun that belongs to it."""
        parts = name.split(" ")
        stop = len(parts) - 1 if " of " not in name else len(parts)
        for n, part in enumerate(parts[:stop]):
            for other in self._related(part):
                yield " ".join([*parts[:n], other, *parts[n + 1 :]])
        for n, part in enumerate(parts):
            for other in self.twins.get(part, ()):
                yield " ".join([*parts[:n], other, *parts[n + 1 :]])

    def _related(self, word: str) -> tuple[str, ...]:
        """Return the adjectives or nouns of a word that the ontology has."""
        known = self._relatives.get(word)
        if known is None:
            known = self._relatives[word] = tuple(other for other in relational(word) if other in self.words)
        return known

    def _adjectives(self, noun: str) -> list[str]:
        """Return the relational adjectives of a noun that the ontology has: "retinal" for "retina"."""
        made = [noun[: -len(end)] + adjective for end, adjective in _NOUN_ADJECTIVE if noun.endswith(end)]
        made += [adjective for organ, adjective in _ORGANS if organ == noun]
        return [adjective for adjective in made if adjective in self.words and len(noun) > 4]

    def _genus(self, names: Iterable[str], ancestors: Iterable[str]) -> Iterator[Form]:
        for name in names:
            if name.endswith(" cell"):
                modifier = name[: -len(" cell")].split(" ")[-1]
                for ancestor in ancestors:
                    for noun in self.bare.get(ancestor, ()):
                        if noun != modifier:
                            yield Form(f"{modifier} {noun}", "genus")
                            yield Form(f"{name[: -len(' cell')]} {noun}", "genus")


def _twins(terminology: Terminology) -> dict[str, tuple[str, ...]]:
    """Return the words that an ontology uses for each other: "precursor" and "progenitor" in the names of many terms.

    Words that name a term by themselves do not count: "T lymphocyte" for "T cell" says that the cell is a lymphocyte.
    """
    seen: Counter[tuple[str, str]] = Counter()
    terms: set[str] = set()
    for term in terminology.terms.values():
        names = sorted({plain(n.text) for n in term.names if n.scope in ("label", "exact")})
        terms.update(n for n in names if " " not in n)
        by_frame: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for words in (n.split(" ") for n in names if " " in n):
            for n, word in enumerate(words):
                by_frame[(*words[:n], "", *words[n + 1 :])].add(word)
        seen.update({pair for alike in by_frame.values() for pair in permutations(sorted(alike), 2)})
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for (word, other), often in sorted(seen.items()):
        if often >= _OFTEN and terms.isdisjoint((word, other)) and "cell" not in (word, other):
            found[word] += (other,)
    return dict(found)


def plain(name: str) -> str:
    """Return a name in lower case, hyphens as spaces."""
    return " ".join(_SPLIT.split(name.strip().lower()))


def _is_noun(name: str) -> bool:
    return bool(re.fullmatch(r"[a-z]{4,}", name)) and name != "cell"


def _is_cell(name: str) -> bool:
    return _is_cell_noun(name.rpartition(" ")[2])


@lru_cache(maxsize=_WORDS_KEPT)
def _is_cell_noun(word: str) -> bool:
    return bool(_CELL_NOUN.fullmatch(word))


def numbers(name: str) -> Iterator[str]:
    """Yield a name, in the plural, and in the singular where it is a plural.

    Example:
        >>> list(numbers("cell of retina")), list(numbers("oogonium"))
        (['cell of retina', 'cells of retina'], ['oogonium', 'oogoniums', 'oogonia'])
        >>> list(numbers("marrow stromal cells"))
        ['marrow stromal cells', 'marrow stromal cell']
    """
    yield name
    cut = _PREPOSITION.search(name)
    head, rest = (name[: cut.start()], name[cut.start() :]) if cut else (name, "")
    modifiers, space, noun = head.rpartition(" ")
    for other in _other_numbers(noun):
        yield f"{modifiers}{space}{other}{rest}"


@lru_cache(maxsize=_WORDS_KEPT)
def _other_numbers(noun: str) -> tuple[str, ...]:
    """Return the singular of a plural noun, the plurals of another."""
    if not re.search(r"[^\W\d_]{3}$", noun):
        return ()
    if re.search(r"[^su]s$", noun) and len(noun) > 4 and not noun.endswith("is"):
        return (noun[:-3] + "y" if noun.endswith("ies") else noun[:-1],)
    return tuple(plurals(noun))


def plurals(noun: str) -> Iterator[str]:
    """Yield the plurals of a noun: the English one, and the Latin or Greek one where its ending has one.

    Example:
        >>> list(plurals("biopsy")), list(plurals("spermatozoon"))
        (['biopsies'], ['spermatozoons', 'spermatozoa'])
    """
    if re.search(r"[^aeiou]y$", noun):
        yield noun[:-1] + "ies"
    elif re.search(r"(?:s|x|z|ch|sh)$", noun):
        yield noun + "es"
    else:
        yield noun + "s"
    for ending, plural in _LATIN_PLURALS:
        if noun.endswith(ending) and len(noun) > len(ending) + 2:
            yield noun[: -len(ending)] + plural
            return


def singulars(name: str) -> Iterator[str]:
    """Yield the singulars that a plural can have.

    Example:
        >>> list(singulars("dorsal root ganglia")), list(singulars("T cells"))
        (['dorsal root ganglium', 'dorsal root ganglion'], ['T cell'])
    """
    for plural, endings in (("ies", ("y",)), ("a", ("um", "on")), ("i", ("us",)), ("s", ("",))):
        if name.endswith(plural) and len(name.rsplit(" ", maxsplit=1)[-1]) > 3 and not name.endswith("ss"):
            yield from (name[: -len(plural)] + ending for ending in endings)
            return


_SPELLED = re.compile(
    "|".join([*(s for pair in _SPELLINGS for s in pair), *_GREEK, "[α-ω]", " positive", "ated? ", "phil"])
)


def spellings(name: str) -> Iterator[str]:
    """Yield other spellings of a name: British or American, Greek letters, roman numerals, signs of markers.

    Example:
        >>> list(spellings("TNF-alpha")), list(spellings("CD4-positive T cell"))
        (['tnf α', 'tnfα'], ['cd4+ t cell'])
        >>> list(spellings("leucocyte")), list(spellings("neutrophil"))
        (['leukocyte'], ['neutrophile'])
    """
    text = plain(name)
    found = dict.fromkeys([text])
    if not _SPELLED.search(text):
        return
    for a, b in _RESPELLINGS:
        for known in list(found):
            if a in known and not (b in known and a in b):
                found.setdefault(re.sub(rf"(?<![a-z]){a}" if len(a) < 5 else a, b, known))
    for known in list(found):
        for changed in _signs(known):
            found.setdefault(changed)
    yield from list(found)[1:]


def _signs(text: str) -> Iterator[str]:
    words = text.split(" ")
    if any(w in _GREEK for w in words):
        greek = " ".join(_GREEK.get(w, w) for w in words)
        yield greek
        yield re.sub(r"(?<=\S) (?=[α-ω](?: |$))", "", greek)
        yield re.sub(r"(?<=[α-ω]) (?=[α-ω])", "", greek)
    elif any(c in _GREEK_WORD for c in text):
        yield re.sub(" +", " ", re.sub("[α-ω]", lambda m: f" {_GREEK_WORD.get(m[0], m[0])} ", text)).strip()
    if " positive" in text:
        yield text.replace(" positive", "+")
    if re.search(r"[a-z]{5}ated? ", text):
        yield re.sub(r"([a-z]{5}ate)(d?) ", lambda m: f"{m[1]} " if m[2] else f"{m[1]}d ", text)
    if re.search(r"phil(?= |$)", text):
        yield re.sub(r"phil(?= |$)", "phile", text)


def turned(name: str) -> Iterator[str]:
    """Yield a phrase turned: "X of Y" as "Y X" and back, "X, Y" of an index as "Y X".

    Example:
        >>> list(turned("epithelial cell of thymus")), list(turned("stem cell, mesenchymal"))
        (['thymus epithelial cell', 'epithelial cell of the thymus'], ['mesenchymal stem cell'])
    """
    of = _OF.fullmatch(name)
    inverted = _INVERTED.fullmatch(name)
    if of and not _PREPOSITION.search(f" {of['whole']} ") and not _PREPOSITION.search(f" {of['head']} "):
        yield f"{of['whole']} {of['head']}"
        yield f"{of['head']} of {of['whole']}" if " of the " in name else f"{of['head']} of the {of['whole']}"
    elif inverted:
        yield f"{inverted['rest']} {inverted['head']}"


def relational(word: str) -> Iterator[str]:
    """Yield the relational adjectives that a Latin or Greek noun can have, or the nouns that an adjective can have.

    Example:
        >>> "thymic" in relational("thymus"), "hippocampus" in relational("hippocampal")
        (True, True)
    """
    if word in _ADJECTIVE_OF:
        yield _ADJECTIVE_OF[word]
    for ending, other in _RELATIONAL:
        if word.endswith(ending) and len(word) > len(ending) + 3:
            yield word[: -len(ending)] + other


def adjectives(name: str) -> Iterator[str]:
    """Yield the adjective of the noun that names a cell: of "-cyte" "-cytic", of "neuron" "neuronal".

    Example:
        >>> list(adjectives("osteoblast")), list(adjectives("dopaminergic neuron")), list(adjectives("T cell"))
        (['osteoblastic'], ['dopaminergic neuronal'], [])
    """
    if name.endswith(_CELL_ENDINGS):
        for ending, adjective in _CELL_ADJECTIVES:
            if name.endswith(ending) and len(name.rpartition(" ")[2]) > 4:
                yield name[: -len(ending)] + adjective


def headless(name: str) -> Iterator[str]:
    """Yield a name without its "cell" where what is left names a cell by itself.

    Example:
        >>> list(headless("photoreceptor cell")), list(headless("pericyte cell")), list(headless("stem cell"))
        (['photoreceptor'], ['pericyte'], [])
    """
    if name.endswith(" cell"):
        rest = name[: -len(" cell")]
        if _is_cell(rest) or _RECEPTOR.fullmatch(rest.split(" ")[-1]):
            yield rest


def initials(term: Term, name: str) -> Iterator[str]:
    """Yield "ES cell" of "ESC", the initials of "embryonic stem cell".

    Example:
        >>> from irkg.annotate.terms import Name
        >>> stem = Term("X:1", "embryonic stem cell", (Name("embryonic stem cell", "label"), Name("ESC", "exact")))
        >>> list(initials(stem, "ESC")), list(initials(stem, "embryonic stem cell"))
        (['ES cell'], [])
    """
    full = ["".join(w[0] for w in plain(n.text).split()) for n in term.names if n.text.lower().endswith(" cell")]
    if len(name) > 2 and name.isupper() and name.lower() in full:
        yield f"{name[:-1]} cell"


def topics(term: Term, name: str) -> Iterator[str]:
    """Yield the noun before "cell" where the definition of the term opens a sentence with it in the plural.

    Example:
        >>> rod = Term("X:1", "retinal rod cell", (), "A cell of the retina. Rods are more sensitive than cones.")
        >>> list(topics(rod, "retinal rod cell"))
        ['rod', 'rod cell']
    """
    text = plain(name)
    if text.endswith(" cell"):
        noun = text[: -len(" cell")].split(" ")[-1]
        if len(noun) > 2 and re.search(rf"(?:^|[.!?] +){re.escape(noun)}s\b(?! cell)", term.definition, re.IGNORECASE):
            yield noun
            yield f"{noun} cell"
